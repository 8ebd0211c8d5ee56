#!/usr/bin/env bash
# How well messages are grouped: one table of figures, bars and whether they are met. grouping.py has the rest.
#
# usage: tests/truth/grouping.sh [--faultline PATH] [--rules PATH] [--verbose]
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/grouping.py" "$@"
