#!/usr/bin/env bash
# Builds the benchmarks, makes a large fleet and prints the table of docs/performance.md.
#
# usage: tests/bench/run.sh [WORK]     default: a temporary folder, removed afterwards
# FAULTLINE_FLEET names the folder of the fleet generator (default ../shared/tools/fleet beside the checkout).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
fleet_source=${FAULTLINE_FLEET:-$root/../shared/tools/fleet}
if [ ! -e "$fleet_source/fleet.cc" ]; then
  echo "no fleet generator in $fleet_source: set FAULTLINE_FLEET" >&2
  exit 2
fi
work=${1:-}
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work/fleet"
cmake --preset bench -S "$root" >/dev/null
cmake --build "$root/build" >/dev/null
g++ -O2 -std=c++20 "$fleet_source/fleet.cc" -o "$work/generate"
if [ ! -e "$work/fleet/truth.json" ]; then
  echo "making a fleet of 2.4 million lines" >&2
  "$work/generate" --seed 3 --minutes 120 --rate 2200 --out "$work/fleet"
fi
python3 "$root/tests/bench/figures.py" "$root/build/bin" "$root/build/tests/bin" "$work/fleet" "$work/scratch" --json "$work/figures.json"
