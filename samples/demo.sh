#!/bin/sh
# The whole job on a day of Suricata events, with a Kafka that lives only as long as this script:
#
#   day.eve.json.xz -> topic suricata -> eve-dhcp-filter | dhcp-window
#                   -> topic suricata_dhcp_processed -> dhcp-topn -> table
#
# Installs what is missing, builds, runs, and ends everything that it started.  The table goes to
# standard output, all else to standard error.  Status: 0 all went well, 1 something failed,
# 2 something is missing.

set -u
CDPATH='' cd "$(dirname "$0")/.." || exit 2
. samples/need.sh
need <<END
$need_build
kcat       kcat
xz         xz-utils
END

day=samples/day.eve.json.xz
PATH=${BIN:-$PWD/bin}:$PATH

note() {
	printf '* %s\n' "$*" >&2
}

die() {
	printf 'demo.sh: %s\n' "$*" >&2
	exit 1
}

# stage COMMAND...: a part of a pipeline.  Its process is listed in run/, its failure in failed.
# What the shell says of a process that was killed is of no interest.
stage() {
	{
		sh -c 'echo $$ >"$0/$$" && exec "$@" 2>&4 4>&-' "$tmp/run" "$@" ||
			echo "$1 ended with status $?" >>"$tmp/failed"
	} 3>&- 4>&2 2>/dev/null
}

# finish PID: wait for a pipeline in the background (so that a signal is heard at once), stop if a stage failed.
finish() {
	wait "$1"
	rm -f "$tmp"/run/*
	[ ! -s "$tmp/failed" ] || die "$(cat "$tmp/failed")"
}

# topic NAME: all that is on a topic, as a stage.  Without the 10 ms kcat waits for more at every step.
topic() {
	name=$1
	shift
	stage kcat -q -C -b "$broker" -t "$name" -o beginning -e -X fetch.wait.max.ms=10 "$@"
}

# ended: end the Kafka and the stages that still run; without run/ no other one starts.
# They hold nothing but memory, so there is nothing to ask them.
ended() {
	trap '' INT TERM HUP PIPE
	trap - EXIT
	mv "$tmp/run" "$tmp/last" && cat "$tmp"/last/* | xargs kill -9
	kill -9 $kafka
	wait
	rm -rf "$tmp"
} 2>/dev/null

kafka=''
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-demo.XXXXXX") || exit 2
trap ended EXIT
for signal in INT TERM HUP PIPE; do
	# The name is meant now.
	# shellcheck disable=SC2064
	trap "ended; trap - $signal; kill -$signal \$\$" $signal
done
mkdir "$tmp/run" && mkfifo "$tmp/hold" || exit 2

make -s >&2 || die "make failed"

# The configuration of the user's own cluster is not meant here.  A newer librdkafka (2.5) would wait
# at every end for a second, for the broker to collect its metrics.
export KCAT_CONFIG="$tmp/kcat.conf"
kcat -X list | sed -n 's/^enable\.metrics\.push .*/enable.metrics.push=false/p' >"$KCAT_CONFIG"

# The embedded Kafka is librdkafka's mock cluster.  It lives in a producer with nothing to say, until the end of
# its input, which this shell holds open: however the shell ends, the Kafka ends too.
kcat -b mock -X test.mock.num.brokers=1 -d mock -P -t hold <"$tmp/hold" >/dev/null 2>"$tmp/kafka" &
kafka=$!
exec 3>"$tmp/hold"
tries=100
until broker=$(sed -n 's/.*bootstrap\.servers=\([^ ,]*\).*/\1/p' "$tmp/kafka" | grep .); do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || die "the embedded Kafka did not start: $(cat "$tmp/kafka")"
	sleep 0.1
done
partitions=$(kcat -q -L -b "$broker" -t suricata | grep -c '^ *partition ')
note "embedded Kafka on $broker, topic suricata with $partitions partitions"

# A partition of the mock cluster keeps 5 MiB and then drops its oldest messages: compressed, the day fits.
(
	stage xz -dc $day |
		stage kcat -q -P -b "$broker" -t suricata -X compression.codec=gzip
) &
finish $!
(topic suricata >"$tmp/messages") &
finish $!
produced=$(xz -dc $day | wc -l)
messages=$(wc -l <"$tmp/messages")
rm -f "$tmp/messages"
[ "$messages" -eq "$produced" ] || die "$produced messages produced, but $messages are on the topic"
note "$produced messages produced, all of them are on the topic"

# Kafka stamped them on arrival, a moment ago.  With --time event the windows are those of the day.
(
	topic suricata -J |
		stage eve-dhcp-filter --exclude-src 61.82.88.6 --require hostname --time event |
		stage dhcp-window |
		stage kcat -q -P -b "$broker" -t suricata_dhcp_processed
) &
finish $!
note "suricata | eve-dhcp-filter | dhcp-window | suricata_dhcp_processed, by the time of the events"

(
	topic suricata_dhcp_processed |
		stage tee "$tmp/rows" |
		stage dhcp-topn -n 50 --format table
) &
finish $!
note "50 of $(wc -l <"$tmp/rows") rows, newest first"
