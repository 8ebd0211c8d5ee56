#!/usr/bin/env bash
# Runs one Apache Kafka broker on 127.0.0.1 with its data in DIR, and prints its
# address (HOST:PORT) when it is ready. A second start on DIR finds its data and
# its port again. Its log is DIR/broker.log, its process number DIR/broker.pid.
# usage: start.sh [--foreground] DIR [PORT] [PROPERTY=VALUE...]
#   --foreground  become the broker and print nothing
#   PORT          the default is a free one; the controller takes another
# Java's options are in FAULTLINE_KAFKA_JAVA_OPTS (default -Xmx1g).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "start.sh: $*" >&2; exit 1; }

foreground=
[ "${1:-}" = --foreground ] && { foreground=1; shift; }
[ $# -ge 1 ] || fail "usage: start.sh [--foreground] DIR [PORT] [PROPERTY=VALUE...]"
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
port=
[[ "${1:-}" =~ ^[0-9]+$ ]] && { port=$1; shift; }
jars=$("$here/fetch.sh")

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
  local candidate
  for _ in $(seq 100); do
    candidate=$((20000 + RANDOM % 12000))
    listens "$candidate" || { echo "$candidate"; return; }
  done
  fail "no free port between 20000 and 32000"
}

write_configuration() {
  local broker=${port:-$(free_port)} controller
  controller=$(free_port)
  while [ "$controller" = "$broker" ]; do controller=$(free_port); done
  cat >"$dir/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$broker,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$broker
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$dir/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
PROPERTIES
  printf '%s\n' "$@" >>"$dir/server.properties"
  cat >"$dir/log4j2.xml" <<'LOG4J'
<Configuration status="WARN">
  <Appenders><Console name="out"><PatternLayout pattern="%d %p %m (%c)%n"/></Console></Appenders>
  <Loggers><Root level="INFO"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
LOG4J
}

if [ ! -f "$dir/server.properties" ]; then
  write_configuration "$@"
  # A cluster id is 16 bytes in base64, without padding and + or /.
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$dir/log4j2.xml" -cp "$jars/*" \
    kafka.tools.StorageTool format -t "${id/#-/A}" -c "$dir/server.properties" --standalone >"$dir/format.log" 2>&1 \
    || { rm -f "$dir/server.properties"; tail -5 "$dir/format.log" >&2; fail "cannot format $dir"; }
fi
address=$(sed -n 's|^advertised.listeners=PLAINTEXT://||p' "$dir/server.properties")
command=(java)
# shellcheck disable=SC2206  # several options in one variable
command+=(${FAULTLINE_KAFKA_JAVA_OPTS:--Xmx1g})
command+=(-Dlog4j2.configurationFile="$dir/log4j2.xml" -cp "$jars/*" kafka.Kafka "$dir/server.properties")

if [ -n "$foreground" ]; then
  exec "${command[@]}" >"$dir/broker.log" 2>&1 </dev/null
fi
if [ -f "$dir/broker.pid" ] && kill -0 "$(cat "$dir/broker.pid")" 2>/dev/null && listens "${address##*:}"; then
  echo "$address"
  exit 0
fi
setsid "${command[@]}" >"$dir/broker.log" 2>&1 </dev/null &
pid=$!
echo "$pid" >"$dir/broker.pid"
for _ in $(seq 300); do
  if grep -q 'Kafka Server started' "$dir/broker.log"; then
    echo "$address"
    exit 0
  fi
  kill -0 "$pid" 2>/dev/null || { tail -5 "$dir/broker.log" >&2; fail "the broker ended; its log is $dir/broker.log"; }
  sleep 0.1
done
fail "the broker was not ready after 30 s; its log is $dir/broker.log"
