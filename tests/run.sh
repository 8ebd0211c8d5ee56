#!/usr/bin/env bash
# Installs what building and testing need (Debian 12), builds, runs every test.
#
# usage: tests/run.sh [CTEST ARGUMENT...]      as root, or as somebody who may use sudo
#   e.g. tests/run.sh -L unit
#
# Exit status: that of ctest. A second run installs and builds nothing again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
step='start' hint=''
trap 'printf "\nFailed while: %s\n%s\n" "$step" "$hint" >&2' ERR

step='installing packages' hint='See the message above; deploy/packages*.txt and tests/packages.txt list them.'
echo '== Installing the Debian packages that the tests need'
"$root/deploy/install_packages.sh" "$root/deploy/packages.txt" "$root/deploy/packages-kafka.txt" "$root/tests/packages.txt"

step='building' hint="Read the compiler's message above; to start anew: rm -rf '$root/build'"
echo '== Building (the first time takes some minutes)'
cmake -S "$root" --preset release -DBUILD_TESTING=ON
cmake --build "$root/build"

trap - ERR
echo '== Running the tests'
started=$SECONDS
code=0
ctest --test-dir "$root/build" --output-on-failure -j2 "$@" </dev/null || code=$?
if [ "$code" -eq 0 ]; then
  echo "== All tests passed in $((SECONDS - started)) s"
else
  echo "== Tests failed; one again: ctest --test-dir build --output-on-failure -R NAME" >&2
fi
exit "$code"
