#!/usr/bin/env bash
# Compares what correlate, signatures, contradictions and coverage answer with the truth of generated fleets.
#
# usage: tests/truth/run.sh [-b BIN] [SEED/MINUTES/RATE[/CAUSES]]...     default: 1/60/100 2/60/100 101/60/100/0
# BIN holds the program (default build/bin). FAULTLINE_FLEET names the folder of a fleet generator
# (fleet.cc, which writes logs with their truth) and its score_pairs.py; without them the exit status is 77.
# The answers are scored as the program prints them, one row a fleet; with VERBOSE=1 every figure is printed.
# pairs: 0 significant pairs that were not planted, 98 % of those planted found, every count together and every signature's lines exact
# lags, contradictions, coverage: see score_*.py beside this. CAUSES 0 plants nothing: every pair reported is false.
# Beneath the table: false alarms and spikes found in simulated series of counts (detect.py).
# Exit status 1 when a fleet, or detection, misses a bar.
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
[ $# -gt 0 ] || set -- 1/60/100 2/60/100 101/60/100/0
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
work_on() {
  local spec=$1 data=$2 seed minutes rate causes
  IFS=/ read -r seed minutes rate causes <<<"$spec"
  "$work/generate" --seed "$seed" --minutes "$minutes" --rate "$rate" ${causes:+--causes "$causes"} --out "$data"
  "$bin/faultline" load --quiet --rules "$root/deploy/rules" --store "$data/store" "$data/all.ndjson"
  ask correlate --store "$data/store" --all --limit 0 -o ndjson >"$data/pairs.ndjson"
  ask signatures --store "$data/store" --limit 0 -o ndjson >"$data/signatures.ndjson"
  ask contradictions --store "$data/store" -o json >"$data/contradictions.json"
  for side in client server; do
    ask coverage --store "$data/store" --side $side -o json >"$data/coverage-$side.json"
  done
}

# Prints a row of the table, and why where a bar is missed.
judge() {
  local spec=$1 data=$2 scores=$root/tests/truth verdicts=()
  local pairs lags contradictions coverage
  pairs=met lags=met contradictions=met coverage=met
  "$fleet/score_pairs.py" "$data/truth.json" "$data/pairs.ndjson" "$data/signatures.ndjson" >"$data/score" || pairs=MISSED
  "$scores/score_lags.py" "$data/truth.json" "$data/pairs.ndjson" >>"$data/score" || lags=MISSED
  "$scores/score_contradictions.py" "$data" "$data/contradictions.json" >>"$data/score" || contradictions=MISSED
  "$scores/score_coverage.py" "$data/truth.json" "$data/coverage-client.json" "$data/coverage-server.json" \
    >>"$data/score" || coverage=MISSED
  verdicts=("$pairs" "$lags" "$contradictions" "$coverage")
  printf '%-18s %9s %8s %8s %15s %9s\n' "$spec" "$(wc -l <"$data/all.ndjson")" "${verdicts[@]}"
  if [[ " ${verdicts[*]} " == *MISSED* ]]; then failed=1; fi
  if [[ " ${verdicts[*]} ${VERBOSE:+MISSED} " == *MISSED* ]]; then sed 's/^/  /' "$data/score"; fi
}

printf '%-18s %9s %8s %8s %15s %9s\n' fleet lines pairs lags contradictions coverage
for spec in "$@"; do
  data=$work/${spec//\//-}
  mkdir -p "$data"
  work_on "$spec" "$data"
  judge "$spec" "$data"
  rm -rf "$data"
done

# Counts that are simulated rather than generated as logs.
echo
"$root/tests/truth/detect.py" -b "$bin" || failed=1
exit "$failed"
