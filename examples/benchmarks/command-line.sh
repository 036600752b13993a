#!/bin/sh
# How long commands of the agent's command line take from the shell, beside a JVM that does nothing.
#
#   command-line.sh [ROUNDS]
#
# JAVA_HOME chooses the JVM. Build the benchmarks first; the command line builds itself.
set -eu

rounds=${1:-15}
home=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
agent=$home/../agent
package=io.agentsecrets.examples.benchmarks
output=$(mktemp)
trap 'rm -f "$output"' EXIT INT TERM

"$agent" configcheck >"$output" 2>&1 # builds, and keeps the classes for later starts
"$java" -cp "$home/target/classes" $package.WholeProcesses "$rounds" \
  'empty main' "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$home/target/classes" $package.EmptyMain -- \
  'agent --version' "$agent" --version -- \
  'agent configcheck' "$agent" configcheck -- >"$output" 2>&1
grep -A3 'median ms' "$output"
