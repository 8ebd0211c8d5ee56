#!/usr/bin/env bash
# Lints the API with buf (npm package @bufbuild/buf). Exit code 77, skipped, where it cannot be had.
# usage: proto_lint.sh ROOT
set -euo pipefail
cd "$1"
if ! command -v npx >/dev/null; then
  echo "skipped: npx is not installed"
  exit 77
fi
if ! npx -y @bufbuild/buf --version >/dev/null 2>&1; then
  echo "skipped: npx cannot get @bufbuild/buf"
  exit 77
fi
npx -y @bufbuild/buf lint proto
echo "proto: buf lint found nothing"
