#!/usr/bin/env bash
# Grouping of lines on one core, ours and Drain3's in the same run, in turns; prints one JSON object a run.
#
# usage: tests/bench/grouping.sh [DATA]      default: ../shared/data/loghub_2k beside the checkout
# Drain3 comes from the Python package index into a folder under build/.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=${1:-$root/../shared/data/loghub_2k}
cmake --preset bench -S "$root" >/dev/null
cmake --build "$root/build" --target grouping_bench >/dev/null
python=$root/build/drain3/bin/python
if [ ! -x "$python" ]; then
  python3 -m venv "$root/build/drain3"
  "$python" -m pip install --quiet drain3 >&2
fi
mapfile -t files < <(find "$data" -name '*_2k.log' | sort)
for _ in 1 2 3; do
  printf '{"ours": %s, "drain3": %s}\n' "$("$root/build/tests/bin/grouping_bench" 100 "${files[@]}")" \
    "$("$python" "$root/tests/bench/drain3_lines.py" 3 "${files[@]}")"
done
