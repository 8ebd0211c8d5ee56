#!/usr/bin/env bash
# Fails when an include crosses the rooms the wrong way: base <- proto <- store <- ingest, query.
# usage: include_arrows.sh ROOT
set -euo pipefail
cd "$1"
failed=0
check() {  # room, pattern of rooms it must not include
  local found
  found=$(grep -rnE "#include [\"<]($2)/" --include='*.h' --include='*.cc' "$1" || true)
  if [ -n "$found" ]; then
    printf '%s/ may not include these:\n%s\n' "$1" "$found"
    failed=1
  fi
}
check base 'faultline|opentelemetry|proto|store|ingest|query|deploy|tests'
check store 'ingest|query|deploy|tests'
check ingest 'query|deploy|tests'
check query 'ingest|deploy|tests'
check deploy 'tests'
exit $failed
