#!/usr/bin/env bash
# Stops the broker that start.sh started on DIR and waits until it has ended.
# usage: stop.sh DIR
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: stop.sh DIR" >&2; exit 1; }
[ -f "$1/broker.pid" ] || exit 0
pid=$(cat "$1/broker.pid")
# The number may belong to another process by now.
if ! tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "kafka.Kafka"; then
  rm -f "$1/broker.pid"
  exit 0
fi
kill "$pid" 2>/dev/null || true
for _ in $(seq 200); do
  kill -0 "$pid" 2>/dev/null || { rm -f "$1/broker.pid"; exit 0; }
  sleep 0.1
done
echo "stop.sh: the broker did not end within 20 s; killing it" >&2
kill -9 "$pid" 2>/dev/null || true
rm -f "$1/broker.pid"
