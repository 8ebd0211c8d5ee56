#!/usr/bin/env bash
# The include check itself: quiet on a good tree, loud on a wrong arrow.
# usage: include_arrows_test.sh CHECK
set -euo pipefail
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree"/{base,store,ingest,query,deploy}
echo '#include "store/event.h"' >"$tree/ingest/good.cc"
"$1" "$tree"
echo '#include "query/filter.h"' >"$tree/ingest/wrong.cc"
if "$1" "$tree" >/dev/null; then
  echo "an include of query/ in ingest/ was not found"
  exit 1
fi
