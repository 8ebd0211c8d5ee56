#!/usr/bin/env bash
# Runs a Node program of this folder, with the packages of its lock file.
# Exit status: that of the program; 77, skipped, where node, npm or the packages cannot be had.
# usage: npm_test.sh WORK_FOLDER PROGRAM [ARGUMENT...]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$1
program=$2
shift 2
for needed in node npm; do
  command -v "$needed" >/dev/null || { echo "skipped: $needed is not installed"; exit 77; }
done
mkdir -p "$work"
exec 9>"$work/lock"
flock 9
if ! cmp -s "$here/package-lock.json" "$work/installed-lock.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work/"
  (cd "$work" && npm ci --no-audit --no-fund >npm.log 2>&1) || { echo "skipped: npm cannot get the packages"; tail -n 3 "$work/npm.log"; exit 77; }
  cp "$here/package-lock.json" "$work/installed-lock.json"
fi
flock -u 9
cp "$here"/*.mjs "$work/"
exec node "$work/$program" "$@"
