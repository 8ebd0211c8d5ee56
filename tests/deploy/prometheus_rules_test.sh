#!/usr/bin/env bash
# Prometheus' own tool checks the rules and plays their tests. Exit status 77, skipped, without promtool.
# usage: prometheus_rules_test.sh ROOT
set -euo pipefail
command -v promtool >/dev/null || { echo "skipped: promtool is not installed (Debian package prometheus)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$1"/deploy/prometheus/*.yaml "$1/tests/deploy/prometheus_rules_test.yaml" "$work/"
cd "$work"
promtool check config prometheus.yaml
promtool test rules prometheus_rules_test.yaml
