#!/usr/bin/env bash
# Fills a store with many events over 24 hours, kills a process that is writing to it, and asks it what people ask;
# prints one JSON object a step. docs/performance.md holds the figures of 100 million.
#
# usage: tests/bench/scale.sh WORK [EVENTS]     default 100000000, which take 4.4 GB under WORK; kept, and used again
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${1:?usage: tests/bench/scale.sh WORK [EVENTS]}
events=${2:-100000000}
cmake --preset bench -S "$root" >/dev/null
cmake --build "$root/build" --target scale_fill scale_questions >/dev/null
mkdir -p "$work"
store=$work/scale-$events
if [ ! -e "$store.json" ]; then
  rm -rf "$store"
  "$root/build/tests/bin/scale_fill" --store "$store" --events "$events" --hours 24 >"$store.partial" 2>/dev/null
  mv "$store.partial" "$store.json"
fi
cat "$store.json"
# Another stream of the same store, stopped while it writes: opening has to read what was not settled.
"$root/build/tests/bin/scale_fill" --store "$store" --stream "file:killed" --seed 2 --events 2000000 --hours 1 >/dev/null 2>&1 &
writer=$!
sleep 3
kill -9 "$writer"
wait "$writer" 2>/dev/null || true
"$root/build/tests/bin/scale_questions" "$store"
