#!/bin/sh
# A real Apache Kafka: one node, KRaft, its jars from Maven Central by the pom beside this script.
#
#   start.sh DIR [PORT]   start it on DIR, wait until it answers, print `PID HOST:PORT`
#   start.sh --jars       only fetch the jars, print the class path
#   kill PID              ends it in order; kill -9 is the crash
#
# Installs Java, Maven and kcat where they are missing.  The jars are kept in build/kafka.  Started again on the same
# DIR it has its topics, and its port; a new DIR gets a port that is free.  Topics come to be when they are written to,
# with 4 partitions.  Records may be of any time, and none grows too old.
# With KAFKA_OWNER=PID the broker ends with that process at the latest, however that one ends.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
jars=${KAFKA_JARS:-$root/build/kafka}
. "$root/samples/need.sh"
need <<'END'
javac  default-jdk-headless
mvn    maven
kcat   kcat
END

die() {
	printf 'start.sh: %s\n' "$*" >&2
	exit 1
}

# The jars are there as a whole or not at all, and are those of this pom.
fetch() {
	cmp -s "$here/pom.xml" "$jars/pom.xml" && return
	rm -rf "$jars" "$jars.$$"
	mkdir -p "$jars.$$"
	echo "fetching Apache Kafka" >&2
	timeout 900 mvn -q -B -ntp -f "$here/pom.xml" dependency:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory="$jars.$$" >&2 || die "Maven could not fetch the jars"
	cp "$here/pom.xml" "$jars.$$/"
	mv "$jars.$$" "$jars"
}

# A port that nobody has, and the next one, too: below those that the kernel gives to clients.
free_port() {
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v seed="$$" '
		{ sub(/.*:/, "", $2); taken[$2] }
		END {
			srand(); srand(srand() + seed * 7919)
			do port = 20000 + 2 * int(rand() * 5000)
			while (sprintf("%04X", port) in taken || sprintf("%04X", port + 1) in taken)
			print port
		}'
}

configure() {
	cat >"$dir/server.properties" <<-END
		process.roles=broker,controller
		node.id=1
		controller.quorum.voters=1@127.0.0.1:$((port + 1))
		controller.listener.names=CONTROLLER
		listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
		advertised.listeners=PLAINTEXT://127.0.0.1:$port
		log.dirs=$dir/log
		# A broker that was killed has to wait until the registration of its former life has lapsed.
		broker.session.timeout.ms=1000
		broker.heartbeat.interval.ms=200
		auto.create.topics.enable=true
		num.partitions=4
		offsets.topic.num.partitions=1
		offsets.topic.replication.factor=1
		transaction.state.log.num.partitions=1
		transaction.state.log.replication.factor=1
		transaction.state.log.min.isr=1
		group.initial.rebalance.delay.ms=0
		# Age goes by the records' own time, and those of 2019 are to stay.
		log.retention.ms=-1
		log.message.timestamp.before.max.ms=9223372036854775807
		log.message.timestamp.after.max.ms=9223372036854775807
		# Compaction is soon, once the topic asks for it.
		log.cleaner.backoff.ms=200
		log.cleaner.dedupe.buffer.size=2097152
	END
}

# alive: is the broker a process still, and no zombie that nobody has buried?
alive() {
	grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" 2>/dev/null
}

# ready: it answers, and every partition that it knows of has a leader.
ready() {
	timeout 5 kcat -b "127.0.0.1:$port" -L -m 1 >"$dir/listing" 2>/dev/null || return
	! grep -q 'leader -1' "$dir/listing"
}

# watch: as long as the broker lives, see that its owner does.
watch() {
	while alive; do
		kill -0 "$KAFKA_OWNER" || kill -9 "$pid"
		sleep 1
	done
}

if [ "${1:-}" = --jars ]; then
	fetch
	echo "$jars/*"
	exit
fi
[ $# -gt 0 ] || die "usage: start.sh DIR [PORT]"
fetch
mkdir -p "$1"
dir=$(cd "$1" && pwd)
port=${2:-$(sed -n 's/^listeners=.*127\.0\.0\.1:\([0-9]*\),.*/\1/p' "$dir/server.properties" 2>/dev/null || true)}
port=${port:-$(free_port)}
configure

set -- java -cp "$jars/*" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
[ -e "$dir/log/meta.properties" ] ||
	"$@" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA -c "$dir/server.properties" >"$dir/broker.log" 2>&1 ||
	die "could not format $dir/log: $(cat "$dir/broker.log")"

# No function in between: $! has to be Java itself.  What the caller holds open is not for it.
"$@" kafka.Kafka "$dir/server.properties" >>"$dir/broker.log" 2>&1 </dev/null 3>&- 4>&- 7>&- 8>&- 9>&- &
pid=$!
tries=300
until ready; do
	tries=$((tries - 1))
	if [ $tries -eq 0 ] || ! alive; then
		kill -9 $pid 2>/dev/null || true
		die "Kafka did not start: $(tail -n 20 "$dir/broker.log")"
	fi
	sleep 0.1
done
[ -z "${KAFKA_OWNER:-}" ] || watch >/dev/null 2>&1 </dev/null 3>&- 4>&- 7>&- 8>&- 9>&- &
echo "$pid 127.0.0.1:$port"
