#!/usr/bin/env bash
# What is read from logs and records that others wrote: one table of figures, bars and whether they are met. parsing.py has the rest.
#
# usage: tests/truth/parsing.sh [--faultline PATH] [--rules PATH] [--verbose]
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/parsing.py" "$@"
