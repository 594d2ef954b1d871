# samples/scale-out.sh on a real Apache Kafka (start.sh): 8 partitions, 4 filters, 2 mergers, of which some are killed or stand still.

load ../helper

# Topic suricata8: the day as Spark read it, line after line to 8 partitions, with its times.
setup_file() {
	local here=$BATS_TEST_DIRNAME
	export BATS_TEST_TIMEOUT=400 JARS BROKER
	JARS=$("$here/start.sh" --jars)
	KAFKA_OWNER=$$ timeout 120 "$here/start.sh" "$BATS_FILE_TMPDIR/kafka" >"$BATS_FILE_TMPDIR/started" 3>&- || return
	read -r _ BROKER <"$BATS_FILE_TMPDIR/started"
	tool TopicCommand --create --topic suricata8 --partitions 8
	tool TopicCommand --create --topic dhcp_partials --partitions 2
	xz -dc "$here/../data/spark/kafka/messages-day-8.0.7.jsonl.xz" |
		sed 's/.*"ts":\([0-9]*\),.*/\1 &/' | sort -s -n -k 1,1 | cut -d ' ' -f 2- |
		awk '{ sub(/"partition":[0-9]+/, "\"partition\":" NR % 8); print }' | java_tool "$here/Produce.java" "$BROKER" suricata8
}

teardown_file() {
	local pid _
	read -r pid _ <"$BATS_FILE_TMPDIR/started" && kill -9 "$pid"
}

teardown() {
	pkill -CONT -f "$BATS_TEST_TMPDIR/state" || true
	pkill -9 -f "$BATS_TEST_TMPDIR/state" || true
}

java_tool() { timeout 60 java -cp "$JARS" -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=error "$@" 3>&-; }

tool() { java_tool "org.apache.kafka.tools.$1" --bootstrap-server "$BROKER" "${@:2}"; }

consume() { timeout 60 kcat -q -C -b "$BROKER" -t "$1" -o beginning -e -X fetch.wait.max.ms=10 "${@:2}"; }

job='-x 61.82.88.6 -r hostname'

# filter N, merger N: one of them, of 4 and 2; begin COMMAND...: in the background, until it is told to end.
filter() { "$SAMPLES/scale-out.sh" filter "f$1/2" --take "$((2 * $1)),$((2 * $1 + 1))" -t suricata8 -b "$BROKER" -s "$PWD/state.f$1" --batch 1500 --pace 0 "${@:2}" 2>>err 3>&-; }
merger() { "$SAMPLES/scale-out.sh" merge 4 --take "$1" -b "$BROKER" -s "$PWD/state.m$1" --pace 0 "${@:2}" 2>>err 3>&-; }
begin() {
	"$@" &
	begun+=($!)
}

# of NAME: the processes of one of them, this script's among them.
of() { pgrep -f "$PWD/state.$1( |\$|/)"; }

# read_all N: that filter has read all of its two partitions.
read_all() {
	local all=0 partition
	for partition in $((2 * $1)) $((2 * $1 + 1)); do all=$((all + $(consume suricata8 -p $partition | wc -l))); done
	head -n 1 "state.f$1/checkpoint" | jq -e --argjson all $all '[.sources[].offset] | add == $all'
}

all_gone() { ! pgrep -f "$PWD/state"; }

within() {
	local until=$((SECONDS + $1))
	until "${@:2}" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$until" ] || { echo "not within $1 s: ${*:2}"; cat err; return 1; }
		sleep 0.2
	done
}

@test "8 partitions, 4 filters, 2 mergers; one killed, one stopped for a minute: the rows of one process" {
	local machine begun=()
	consume suricata8 -J | eve-dhcp-filter $job --heartbeat | dhcp-window --lateness 10m --partitions 8 --kafka-key >one
	[ "$(wc -l <one)" -eq 446 ]
	for machine in 0 1 2 3; do begin filter $machine -- $job; done
	begin merger 0
	begin merger 1
	# One filter stands still, all of its processes; another dies, all of them; so does a merger, and another filter later.
	sleep 1
	kill -STOP $(of f1)
	kill -9 $(of f2)
	kill -9 $(of m1)
	begin filter 2 -- $job
	sleep 3
	begin merger 1
	kill -9 $(of f3)
	begin filter 3 -- $job
	for machine in 0 2 3; do within 60 read_all $machine; done
	# What the one that stands still has not passed cannot close.
	sleep 60
	[ "$(consume suricata_dhcp_processed | wc -l)" -lt 446 ]
	kill -CONT $(of f1)
	within 60 read_all 1
	pkill -TERM -f "live.sh .*$PWD/state.[fm][0-3]"
	wait "${begun[@]}" || true
	within 30 all_gone
	# What is open at the end is let out, as one process does it.
	for machine in 0 1 2 3; do filter $machine --once -- $job -- --final; done
	for machine in 0 1; do merger $machine --once -- -- --final || { tail -n 20 err; return 1; }; done
	# By key, and as rows: each once, but what had to be written again, the same.
	consume suricata_dhcp_processed -f '%k\t%s\n' | sort -u >got
	sort one | same - got
	[ "$(wc -l <got)" -eq 446 ]
	! grep -e 'were lost' -e 'late' err
}
