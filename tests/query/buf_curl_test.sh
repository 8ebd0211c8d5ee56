#!/usr/bin/env bash
# Calls SearchEvents of a running faultlined with a stranger's client (buf curl), which learns the API
# by reflection. Exit code 77, skipped, where buf cannot be had.
# usage: buf_curl_test.sh BIN_FOLDER
set -euo pipefail
bin=$1
if ! command -v npx >/dev/null || ! npx -y @bufbuild/buf --version >/dev/null 2>&1; then
  echo "skipped: npx cannot get @bufbuild/buf"
  exit 77
fi
folder=$(mktemp -d)
server=""
stop() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap stop EXIT

printf '%s\n' \
  '{"time":"2026-01-01T00:00:00Z","level":"ERROR","side":"client","service":"mobile","message":"send failed","message_id":"m-1"}' \
  '{"time":"2026-01-01T00:00:01Z","level":"ERROR","side":"server","service":"gateway","message":"upstream timeout","message_id":"m-1"}' \
  >"$folder/logs.ndjson"
"$bin/faultline" load --store "$folder/store" "$folder/logs.ndjson"

"$bin/faultlined" --role=query --set "store.path=$folder/store" --set query.listen=127.0.0.1:0 --set http.listen=127.0.0.1:0 >"$folder/server.log" 2>&1 &
server=$!
port=""
for _ in $(seq 100); do
  port=$(sed -n 's/.* queries answered port=\([0-9]*\).*/\1/p' "$folder/server.log" | head -1)
  [ -n "$port" ] && break
  kill -0 "$server" || { cat "$folder/server.log"; exit 1; }
  sleep 0.1
done
[ -n "$port" ] || { echo "faultlined did not say its port:"; cat "$folder/server.log"; exit 1; }

answer=$(npx -y @bufbuild/buf curl --protocol grpc --http2-prior-knowledge \
  --data '{"filter": "service = gateway AND severity >= ERROR"}' \
  "http://127.0.0.1:$port/faultline.v1.FailureQueryService/SearchEvents")
echo "$answer"
grep -q '"upstream timeout"' <<<"$answer" || { echo "the event is missing"; exit 1; }
grep -q '"send failed"' <<<"$answer" && { echo "the filter was not applied"; exit 1; }
echo "buf curl found the event"
