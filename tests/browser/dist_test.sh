#!/usr/bin/env bash
# The committed page is what its sources give: types check, parts do what they should, and building again gives the same
# bytes, few enough.
# Exit status 77, skipped, where npm or the packages cannot be had.
# usage: dist_test.sh ROOT WORK_FOLDER
set -euo pipefail
root=$1
work=$2
command -v npm >/dev/null || { echo "skipped: npm is not installed"; exit 77; }
rm -rf "$work/src" "$work/dist"
mkdir -p "$work"
cp -r "$root/deploy/web/src" "$root"/deploy/web/{package.json,package-lock.json,.npmrc,tsconfig.json,build.mjs} "$work/"
cd "$work"
npm ci --no-audit --no-fund >npm.log 2>&1 || { echo "skipped: npm cannot get the packages"; tail -n 3 npm.log; exit 77; }
npx --no-install tsc --noEmit
printf 'export * from "./src/%s";\n' trend time text address filter_words >parts.ts
npx --no-install esbuild parts.ts --bundle --format=esm --platform=node --outfile=parts.mjs --log-level=error
node "$root/tests/browser/parts_test.mjs" "$work/parts.mjs"
node build.mjs dist
diff -rq "$root/deploy/web/dist" dist || { echo "run npm run build in deploy/web and commit dist/" >&2; exit 1; }
size=$(cat dist/* | gzip -9 | wc -c)
echo "the page is $size bytes, compressed"
[ "$size" -le $((120 * 1024)) ] || { echo "more than 120 KB" >&2; exit 1; }
