#!/usr/bin/env bash
# From a clone to correlated failures in one command, on Debian 12.
#
# usage: deploy/quickstart.sh [--kafka]      as root, or as somebody who may use sudo
#
#   (without)  installs what building needs, builds, writes sample logs, loads
#              them into a store in ./faultline-demo and shows which server
#              failures go with which client failures
#   --kafka    the same through a real Apache Kafka broker on this machine:
#              the sample goes through a topic, and faultlined answers
#
# A second run installs and builds nothing again.
set -Eeuo pipefail

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0"; }
kafka=false
for argument in "$@"; do
  case "$argument" in
    --kafka) kafka=true ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
demo=$PWD/faultline-demo
bin=$root/build/bin
step_name='start' step_hint='' server_pid='' broker_dir=''

# step NAME HINT: says what is done now, and keeps what to do if it fails.
step() {
  step_name=$1 step_hint=$2
  printf '\n== %s\n' "$1"
}

failed() {
  [ "$BASH_SUBSHELL" -eq 0 ] || return 0
  printf '\nFailed while: %s\n' "$step_name" >&2
  [ -z "$step_hint" ] || printf 'What to do: %s\n' "$step_hint" >&2
}

cleanup() {
  if [ -n "$server_pid" ] && kill "$server_pid" 2>/dev/null; then wait "$server_pid" 2>/dev/null || true; fi
  [ -z "$broker_dir" ] || "$root/deploy/kafka/stop.sh" "$broker_dir" || true
}
trap failed ERR
trap cleanup EXIT

install_and_build() {
  step 'Installing the Debian packages it needs' 'see the message above; deploy/packages.txt lists them'
  local lists=("$root/deploy/packages.txt")
  if $kafka; then lists+=("$root/deploy/packages-kafka.txt"); fi
  "$root/deploy/install_packages.sh" "${lists[@]}"

  step 'Building faultline and faultlined (the first time takes some minutes)' \
    "read the compiler's message above; to start anew: rm -rf '$root/build'"
  cmake -S "$root" --preset release -DBUILD_TESTING=OFF >"$demo/build.log" 2>&1 || { tail -n 20 "$demo/build.log" >&2; false; }
  cmake --build "$root/build" --target faultline faultlined
}

write_sample() {
  step 'Writing sample logs: half an hour of a messaging service in trouble' 'is there room on the disk?'
  rm -rf "$demo/logs"
  "$bin/faultline" sample --seed 1 --minutes 30 --out "$demo/logs"
}

sample_files() {
  printf '%s\n' "$demo"/logs/client.ndjson "$demo"/logs/server.ndjson "$demo"/logs/attempts.ndjson \
    "$demo"/logs/push.syslog "$demo"/logs/edge-error.log
}

# say_how_to_open_the_page STORE
say_how_to_open_the_page() {
  printf '\n== Or look at it in a browser: start this, then open http://127.0.0.1:7412/\n'
  printf '%s --set store.path=%s\n' "$bin/faultlined" "$1"
}

run_embedded() {
  step "Loading them into the store $demo/store" "to start anew: rm -rf '$demo'"
  rm -rf "$demo/store" "$demo/store.key"
  mapfile -t files < <(sample_files)
  "$bin/faultline" load --store "$demo/store" --rules "$root/deploy/rules" "${files[@]}"

  step 'Which server failures go with which client failures?' ''
  "$bin/faultline" correlate --store "$demo/store" -o table --limit 6
  example=$("$bin/faultline" correlate --store "$demo/store" -o ndjson --limit 1 |
    sed -n 's/.*"exemplarId":{[^}]*"value":"\([^"]*\)".*/\1/p')

  printf '\n== Next, try\n'
  printf '%s journey %s --store %s\n' "$bin/faultline" "$example" "$demo/store"
  printf "%s count --by service --step 1m 'side = SERVER' --store %s -o table\n" "$bin/faultline" "$demo/store"
  printf '%s/deploy/quickstart.sh --kafka\n' "$root"
  say_how_to_open_the_page "$demo/store"
}

# The value of one metric without labels or summed over them; 0 when there is none yet.
metric() {
  curl -fsS "http://127.0.0.1:7412/metrics" 2>/dev/null | awk -v name="$1" \
    'index($0, name) == 1 && substr($0, length(name) + 1, 1) ~ /[ {]/ { sum += $NF } END { printf "%d\n", sum }'
}

start_broker() {
  step 'Starting an Apache Kafka broker (fetched by Maven the first time)' \
    "the broker's log is in $demo/broker/broker.log; Maven needs to reach a Maven repository"
  broker_dir=$demo/broker
  brokers=$("$root/deploy/kafka/start.sh" "$broker_dir")
  echo "   it listens on $brokers"
}

produce_sample() {
  step 'Producing the sample logs to Kafka' "the broker's log is in $demo/broker/broker.log"
  local file name
  for file in $(sample_files); do
    name=$(basename "$file")
    "$bin/faultline" produce --brokers "$brokers" --topic "logs.${name%.*}" "$file"
  done
}

start_server() {
  step 'Starting faultlined on it' "its log is $demo/faultlined.log; ports 7411 and 7412 must be free"
  "$bin/faultlined" --set store.path="$demo/kafka-store" --set kafka.brokers="$brokers" --set 'kafka.topics=^logs\.' \
    --set kafka.group=quickstart --set rules.paths="$root/deploy/rules" 2>"$demo/faultlined.log" &
  server_pid=$!
  local wanted consumed=-1
  wanted=$(sample_files | xargs cat | wc -l)
  for _ in $(seq 300); do
    kill -0 "$server_pid" 2>/dev/null || { tail -n 5 "$demo/faultlined.log" >&2; false; }
    consumed=$(metric faultline_records_consumed_total) || consumed=0
    [ "$consumed" -lt "$wanted" ] || break
    sleep 0.2
  done
  echo "   it has read $consumed of $wanted records"
  [ "$consumed" -ge "$wanted" ]
}

run_kafka() {
  rm -rf "$demo/kafka-store" "$demo/broker"
  start_broker
  produce_sample
  start_server

  step 'Which server failures go with which client failures? (asked over gRPC)' "its log is $demo/faultlined.log"
  "$bin/faultline" correlate --server 127.0.0.1:7411 -o table --limit 6
  "$bin/faultline" status --server 127.0.0.1:7411 -o table

  step 'Stopping the server and the broker' "processes: $server_pid, and the one in $broker_dir/broker.pid"
  kill "$server_pid"
  wait "$server_pid"
  server_pid=
  "$root/deploy/kafka/stop.sh" "$broker_dir"
  broker_dir=

  printf '\n== What was read is in the store; next, try\n'
  printf '%s correlate --store %s -o table\n' "$bin/faultline" "$demo/kafka-store"
  printf '%s signatures --store %s -o table\n' "$bin/faultline" "$demo/kafka-store"
  printf '%s status --store %s -o table\n' "$bin/faultline" "$demo/kafka-store"
  say_how_to_open_the_page "$demo/kafka-store"
}

mkdir -p "$demo"
install_and_build
write_sample
if $kafka; then run_kafka; else run_embedded; fi
