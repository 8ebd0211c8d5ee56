#!/usr/bin/env bash
# Makes the jars of an Apache Kafka broker available and prints their folder.
# usage: fetch.sh
# They are kept in ${XDG_CACHE_HOME:-~/.cache}/faultline, or where
# FAULTLINE_KAFKA_JARS says; once there, nothing is downloaded again.
# Needs java 17 and, the first time, maven.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n '/kafka_2.13/,/version/s/.*<version>\(.*\)<\/version>.*/\1/p' "$here/pom.xml")
jars=${FAULTLINE_KAFKA_JARS:-${XDG_CACHE_HOME:-$HOME/.cache}/faultline/kafka-$version}

if ! command -v java >/dev/null; then
  echo "fetch.sh: java is missing: apt-get install openjdk-17-jre-headless" >&2
  exit 3
fi
if ! compgen -G "$jars/kafka_2.13-*.jar" >/dev/null; then
  if ! command -v mvn >/dev/null; then
    echo "fetch.sh: no broker in $jars and maven is missing: apt-get install maven" >&2
    exit 3
  fi
  echo "fetching Apache Kafka $version with maven (50 MB, once)" >&2
  mkdir -p "$(dirname "$jars")"
  partial=$(mktemp -d "$jars.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  if ! mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$partial" >&2; then
    echo "fetch.sh: maven could not fetch the broker; see above, and maven's settings.xml for a mirror" >&2
    exit 3
  fi
  chmod 755 "$partial"
  # Another run may have been faster.
  mv -T "$partial" "$jars" 2>/dev/null || compgen -G "$jars/kafka_2.13-*.jar" >/dev/null
fi
echo "$jars"
