#!/usr/bin/env bash
# Installs the Debian packages of this build into a fresh Debian 12, and runs the programs there.
# Exit code 77, skipped: not root, no debootstrap, or no Debian archive in reach.
# usage: package_chroot_test.sh BUILD_FOLDER
set -euo pipefail
build=$1
[ "$(id -u)" -eq 0 ] || { echo "skipped: a chroot needs root"; exit 77; }
command -v debootstrap >/dev/null || { echo "skipped: debootstrap is not installed"; exit 77; }
folder=$(mktemp -d)
root=$folder/root
clean() {
  umount -l "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$folder"
}
trap clean EXIT
fail() { echo "$*" >&2; exit 1; }

archive=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1 || true)
debootstrap --variant=minbase bookworm "$root" "${archive:-http://deb.debian.org/debian}" >"$folder/debootstrap.log" 2>&1 ||
  { echo "skipped: debootstrap cannot get Debian 12"; tail -n 3 "$folder/debootstrap.log"; exit 77; }
mount -t proc proc "$root/proc" || { echo "skipped: /proc cannot be mounted in a chroot here"; exit 77; }
# What apt needs to reach the archive: the same sources and proxy as here.
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/apt/apt.conf "$root/etc/apt/" 2>/dev/null || true
cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$folder/packages" >"$folder/cpack.log" 2>&1 || { cat "$folder/cpack.log"; fail "cpack failed"; }
cp "$folder"/packages/*.deb "$root/tmp/"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/root "$@"; }
inside apt-get update >"$folder/apt.log" 2>&1 || { echo "skipped: no archive in the chroot"; tail -n 3 "$folder/apt.log"; exit 77; }
inside sh -c 'apt-get install -y --no-install-recommends systemd-standalone-sysusers /tmp/*.deb' >"$folder/apt.log" 2>&1 ||
  { tail -n 20 "$folder/apt.log"; fail "the packages do not install"; }

inside faultline version
inside sh -c 'faultline sample --minutes 2 --out /tmp/logs && faultline load --store /tmp/store /tmp/logs/*.ndjson && faultline correlate --store /tmp/store --all -n 1' ||
  fail "the tool does not work in a fresh Debian"
inside getent passwd faultline | grep -q /var/lib/faultline || fail "the user faultline was not made"
inside faultlined --config /etc/faultline/faultline.yaml --check || fail "the configuration is refused"
echo '# mine' >>"$root/etc/faultline/faultline.yaml"
inside sh -c 'apt-get install -y --reinstall /tmp/faultline-server*.deb' >"$folder/apt.log" 2>&1 || { tail "$folder/apt.log"; fail "the packages do not install again"; }
grep -q '# mine' "$root/etc/faultline/faultline.yaml" || fail "an upgrade loses the operator's configuration"
inside apt-get purge -y faultline faultline-server >"$folder/apt.log" 2>&1 || { tail "$folder/apt.log"; fail "the packages do not leave"; }
[ ! -e "$root/usr/bin/faultlined" ] && [ ! -e "$root/etc/faultline/faultline.yaml" ] || fail "something was left"
echo "the packages install, work and leave in a fresh Debian 12"
