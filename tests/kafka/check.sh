#!/bin/sh
# The tests that need a real Apache Kafka, or much time: `make check-kafka`.
#
#   sh tests/kafka/check.sh [FILE.bats]...    all of tests/kafka/*.bats unless some are named
#
# Installs what is missing, and fetches Kafka from Maven Central.  Shows each test as it ends.  The last line is
# `N passed, N failed`; status 0 only if something ran and nothing failed.

set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -gt 0 ] || set -- tests/kafka/*.bats
. samples/need.sh
need <<END
$need_build
kcat       kcat
jq         jq
xz         xz-utils
ps         procps
pkill      procps
bats       bats
javac      default-jdk-headless
mvn        maven
END

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-kafka.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP

if ! { make -s && tests/kafka/start.sh --jars >/dev/null; } >&2; then
	echo '0 passed, 1 failed'
	exit 1
fi

# A pipeline, so that Ctrl-C is heard by all of it.
{
	timeout --foreground -k 30 2400 bats --tap "$@" </dev/null 2>&1
	echo "# bats ended with status $?"
} | tee "$tmp/tap" | grep --line-buffered -v -e '^1\.\.' -e '^# bats ended with status [01]$'

awk '
	/^1\.\.[0-9]+$/                   { planned = substr($0, 4) + 0 }
	/^ok [0-9]+/                      { passed++ }
	/^not ok [0-9]+/                  { failed++ }
	/^# bats ended with status/       { ended = $NF }
	END {
		if (planned > passed + failed) failed = planned - passed
		if ((!planned || ended) && !failed) failed = 1
		printf "%d passed, %d failed\n", passed, failed
		exit failed > 0
	}' "$tmp/tap"
