#!/usr/bin/env bash
# Loads millions of lines that all differ in one thing: message, service, host or id, the service of attempts, or a line
# that is cut off. Prints for each the memory and CPU time of loading and of a count, and what the store says came beyond
# its limits.
#
# usage: tests/bench/cardinality.sh WORK [COUNT ...]     default 1000000 10000000
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${1:?usage: tests/bench/cardinality.sh WORK [COUNT ...]}
shift
cmake --preset bench -S "$root" >/dev/null
cmake --build "$root/build" --target faultline cardinality_lines >/dev/null
mkdir -p "$work"
faultline=$root/build/bin/faultline
for what in message service host id attempts letter; do
  for count in ${*:-1000000 10000000}; do
    rm -rf "$work/store" "$work/store.key"
    echo "$count distinct, by $what"
    "$root/build/tests/bin/cardinality_lines" "$what" "$count" |
      /usr/bin/time -f '  load: %M KB, %U + %S s' "$faultline" load --quiet --store "$work/store" -
    /usr/bin/time -f '  count by service: %M KB, %e s' "$faultline" count --by service --store "$work/store" >/dev/null
    "$faultline" status --store "$work/store" -o table | grep -E '^(other|signatures|values of)' | sed 's/^/  /'
  done
done
rm -rf "$work/store" "$work/store.key"
