#!/usr/bin/env bash
# Compares what correlate, signatures and coverage answer with the truth of generated fleets.
#
# usage: tests/truth/run.sh [-b BIN] [SEED/MINUTES/RATE]...     default: 1/60/100 2/60/100
# BIN holds the program (default build/bin). FAULTLINE_FLEET names the folder of a fleet generator
# (fleet.cc, which writes logs with their truth) and its score_pairs.py; without them the exit status is 77.
# The answers are scored as the program prints them. Exit status 1 when a fleet misses a bar of score_pairs.py.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=$root/build/bin
if [ "${1:-}" = "-b" ]; then
  bin=$2
  shift 2
fi
fleet=${FAULTLINE_FLEET:-}
if [ -z "$fleet" ] || [ ! -e "$fleet/fleet.cc" ] || [ ! -e "$fleet/score_pairs.py" ]; then
  echo "skipped: no fleet generator in '$fleet'; set FAULTLINE_FLEET" >&2
  exit 77
fi
[ $# -gt 0 ] || set -- 1/60/100 2/60/100
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
g++ -O2 -std=c++20 "$fleet/fleet.cc" -o "$work/generate"

# Status 1 is "nothing found", which a fleet without causes may well give.
ask() {
  local status=0
  "$bin/faultline" "$@" 2>"$work/error" || status=$?
  if [ "$status" -gt 1 ]; then
    cat "$work/error" >&2
    exit "$status"
  fi
}

failed=0
for spec in "$@"; do
  IFS=/ read -r seed minutes rate <<<"$spec"
  data=$work/$seed-$minutes-$rate
  mkdir -p "$data"
  "$work/generate" --seed "$seed" --minutes "$minutes" --rate "$rate" --out "$data"
  "$bin/faultline" load --quiet --store "$data/store" "$data/all.ndjson"
  ask correlate --store "$data/store" --all --limit 0 -o ndjson >"$data/pairs.ndjson"
  ask signatures --store "$data/store" --limit 0 -o ndjson >"$data/signatures.ndjson"
  verdict=met
  "$fleet/score_pairs.py" "$data/truth.json" "$data/pairs.ndjson" "$data/signatures.ndjson" >"$data/score" || verdict=MISSED
  for side in client server; do
    ask coverage --store "$data/store" --side $side -o json >"$data/coverage-$side.json"
  done
  "$root/tests/truth/score_coverage.py" "$data/truth.json" "$data/coverage-client.json" "$data/coverage-server.json" \
    >>"$data/score" || verdict=MISSED
  [ "$verdict" = met ] || failed=1
  echo "$spec: bars $verdict"
  sed 's/^/  /' "$data/score"
  rm -rf "$data"
done
exit "$failed"
