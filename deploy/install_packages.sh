#!/usr/bin/env bash
# Installs the Debian packages named in files, one a line, where they are missing.
#
# usage: install_packages.sh FILE...      as root, or as somebody who may use sudo
#
# Asks the package servers only when something is missing, so a second run is
# quick and works offline.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }

missing=()
while read -r package; do
  case "$package" in '' | '#'*) continue ;; esac
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = 'install ok installed' ] || missing+=("$package")
done < <(cat "$@")

if [ ${#missing[@]} -eq 0 ]; then
  echo "   every package is installed"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "These packages are missing: ${missing[*]}" >&2
    echo "Install them as root (apt-get install ...), or install sudo, then run this again." >&2
    exit 1
  }
  as_root=(sudo)
fi

echo "   installing ${#missing[@]} packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
  tail -n 15 "$log" >&2
  echo "apt-get could not install the packages (its last lines are above)." >&2
  echo "Check the network and /etc/apt/sources.list; this needs Debian 12 (bookworm)." >&2
  exit 1
fi
