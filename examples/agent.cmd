@echo off
rem Starts the command line of the agent from any folder. Builds it first, quietly, if that has not been done yet.
setlocal
set "EXAMPLES=%~dp0"
set "TARGET=%EXAMPLES%agent-cli\target"
if not exist "%TARGET%\lib" (
  echo building examples/agent-cli ^(a minute or two the first time^) 1>&2
  pushd "%EXAMPLES%.."
  call mvn -q -B -pl examples/agent-cli -am package -DskipTests -Dspotless.check.skip -Denforcer.skip -Dmaven.javadoc.skip -Dmaven.source.skip 1>&2
  if errorlevel 1 (
    popd
    exit /b 2
  )
  popd
)
if not defined AGENT_HOME set "AGENT_HOME=%EXAMPLES%sample-agent\home"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "%TARGET%\*;%TARGET%\lib\*" io.agentsecrets.examples.cli.Main %*
exit /b %ERRORLEVEL%
