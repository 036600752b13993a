#!/bin/sh
# How much longer a fresh JVM runs that resolves its first file through an executable than one that does nothing.
#
#   cold-start.sh [ROUNDS]
#
# JAVA names the java command (default: the one of JAVA_HOME or of the path), EXECUTABLE the executable that is asked
# (default: a script). Build the module first. Nothing is left behind.
set -eu

rounds=${1:-15}
home=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
package=io.agentsecrets.examples.benchmarks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# the library as an agent has it: a plain class path of its jars
library=
for jar in "$home"/target/benchmarks-*.jar "$home"/target/lib/*.jar; do
  case ${jar##*/} in
    jmh-* | jopt-simple-* | commons-math3-* | slf4j-simple-*) ;;
    *) library=$library${library:+:}$jar ;;
  esac
done
simple=$(echo "$home"/target/lib/slf4j-simple-*.jar)

"$java" -cp "$library" $package.Workload "$work"
file=$work/checks/check_00000.yaml
executable=${EXECUTABLE:-$work/backend}
[ -n "${EXECUTABLE:-}" ] || "$java" -cp "$library" $package.Executables "$executable"

archive() { # NAME CLASSPATH text|tree: the classes that resolving a file needs, dumped as a JVM ends
  "$java" -XX:ArchiveClassesAtExit="$work/$1.jsa" -Xlog:cds=off -Xlog:cds+dynamic=off \
    -cp "$2" $package.FirstFile "$file" "$executable" "$3"
}
archive text "$library" text
archive tree "$library" tree

"$java" -cp "$library" $package.WholeProcesses "$rounds" \
  'empty main' "$java" -cp "$library" $package.EmptyMain -- \
  'first file to a text' "$java" -cp "$library" $package.FirstFile "$file" "$executable" text -- \
  'the same, slf4j-simple' "$java" -cp "$library:$simple" $package.FirstFile "$file" "$executable" text -- \
  'the same, AppCDS' "$java" -XX:SharedArchiveFile="$work/text.jsa" \
    -cp "$library" $package.FirstFile "$file" "$executable" text -- \
  'first file to a tree' "$java" -cp "$library" $package.FirstFile "$file" "$executable" tree -- \
  'the same, AppCDS' "$java" -XX:SharedArchiveFile="$work/tree.jsa" \
    -cp "$library" $package.FirstFile "$file" "$executable" tree --
