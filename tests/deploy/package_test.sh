#!/usr/bin/env bash
# Makes the Debian packages of this build and looks at them: lintian, systemd's own judgement of the unit,
# what is where. Exit code 77, skipped, without dpkg.
# usage: package_test.sh BUILD_FOLDER
set -euo pipefail
build=$1
command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null || { echo "skipped: dpkg-dev is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "$*" >&2; exit 1; }

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$folder/packages" >"$folder/cpack.log" 2>&1 || { cat "$folder/cpack.log"; fail "cpack failed"; }
packages=("$folder"/packages/*.deb)
[ "${#packages[@]}" -eq 2 ] || fail "expected two packages, got: ${packages[*]}"
for package in "${packages[@]}"; do
  dpkg-deb --contents "$package" >>"$folder/contents"
  dpkg-deb --extract "$package" "$folder/root"
  dpkg-deb --info "$package" | grep -E '^ (Package|Depends):'
done
for path in ./usr/bin/faultline ./usr/bin/faultlined ./etc/faultline/faultline.yaml ./lib/systemd/system/faultlined.service \
  ./usr/lib/sysusers.d/faultline.conf ./usr/share/man/man1/faultline.1.gz ./usr/share/man/man8/faultlined.8.gz \
  ./usr/share/bash-completion/completions/faultline ./usr/share/faultline/rules/nginx.yaml; do
  grep -qE "^-.* (${path}|${path/.\/lib/.\/usr\/lib})\$" "$folder/contents" || fail "$path is in no package"
done

# The programs find the rules that are packaged with them, and the packaged configuration is well-formed.
"$folder/root/usr/bin/faultline" rules test | grep -E ' 0 refused$' || fail "the packaged rules are refused"
"$folder/root/usr/bin/faultlined" --config "$folder/root/etc/faultline/faultline.yaml" --check || fail "the packaged configuration is refused"

unit=$(find "$folder/root" -name faultlined.service)
if command -v systemd-analyze >/dev/null; then
  sed -i "s|/usr/bin/faultlined|$folder/root&|" "$unit"
  systemd-analyze verify --man=no "$unit" 2>&1 | grep -F faultlined && fail "systemd finds fault with the unit"
  # Exposure in tenths: 2.0 and no more.
  systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" >"$folder/security" || { cat "$folder/security"; fail "the unit is not hardened enough"; }
  tail -n 1 "$folder/security"
else
  echo "systemd-analyze is not installed: the unit was not judged"
fi
if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "${packages[@]}" || fail "lintian finds fault with the packages"
  echo "lintian: no errors, no warnings"
else
  echo "lintian is not installed: the packages were not judged"
fi
