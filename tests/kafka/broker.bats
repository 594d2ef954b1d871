# The whole job on a real Apache Kafka (start.sh), which lives as long as this file is run.

load ../helper

# What all tests here read: the sample day on topic suricata, as Spark read it: 4 partitions, and its times as Kafka's.
setup_file() {
	local here=$BATS_TEST_DIRNAME
	export BATS_TEST_TIMEOUT=300 KAFKA=$BATS_FILE_TMPDIR/kafka JARS BROKER
	JARS=$("$here/start.sh" --jars)
	KAFKA_OWNER=$$ timeout 120 "$here/start.sh" "$KAFKA" >"$BATS_FILE_TMPDIR/started" 3>&- || return
	read -r _ BROKER <"$BATS_FILE_TMPDIR/started"
	xz -dc "$here/../data/spark/kafka/messages-day-8.0.7.jsonl.xz" | produce suricata
}

teardown_file() {
	local pid _
	read -r pid _ <"$BATS_FILE_TMPDIR/started" && kill -9 "$pid"
}

java_tool() { timeout 60 java -cp "$JARS" -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=error "$@" 3>&-; }

tool() { java_tool "org.apache.kafka.tools.$1" --bootstrap-server "$BROKER" "${@:2}"; }

# produce [TOPIC]: envelopes, with their keys, partitions and times.
produce() { java_tool "$BATS_TEST_DIRNAME/Produce.java" "$BROKER" "$@"; }

# consume TOPIC [OPTION]...: from the beginning, to the end of the moment.
consume() { timeout 60 kcat -q -C -b "$BROKER" -t "$1" -o beginning -e -X fetch.wait.max.ms=10 "${@:2}"; }

# send TOPIC [OPTION]...: lines as messages.
send() { timeout 60 kcat -q -P -b "$BROKER" -t "$1" "${@:2}"; }

# job MODE TOPIC: what the seed's program does, from topic to topic.
job() {
	consume suricata -J -u |
		eve-dhcp-filter --exclude-src 61.82.88.6 --require hostname --heartbeat |
		dhcp-window --every 30m --lateness 10m --partitions 4 --kafka-key --mode "$1" --stats 2>stats |
		send "$2" -K '\t'
}

as_set() { jq -cS '.id |= if . == null then . else tostring end' | sort; }

# as_spark TOPIC: the last row of each key there is Spark's row; the key says which; and so says dhcp-topn.
as_spark() {
	as_set <"$DATA/spark/kafka/day-8.0.7.rows.ndjson" >want
	consume "$1" -f '%k\t%s\n' >messages
	awk -F '\t' '{ last[$1] = $0 } END { for (key in last) print last[key] }' messages >last
	cut -f 2 last | as_set >got
	same want got
	cut -f 1 last >got
	cut -f 2 last | jq -c '[.window.start, .id]' >want
	same want got
	cut -f 2 messages | dhcp-topn -n 0 --upsert window,id >rows
	as_set <"$DATA/spark/kafka/day-8.0.7.rows.ndjson" >want
	as_set <rows >got
	same want got
	jq -r .max_ts "$DATA/spark/kafka/day-8.0.7.rows.ndjson" >want
	jq -r .max_ts rows >got
	same want got
	jq -e '.late == 0 and .lost == 0 and .gaps == 0 and .bad == 0 and .read == .passed + .heartbeats' stats
}

@test "a message produced again is the same message, whatever its bytes" {
	head -c 65536 /dev/urandom >odd
	for i in $(seq 0 255); do printf "\\x$(printf %02x "$i")"; done >>odd
	send odd -p 3 -k 'a key' odd
	consume odd -J >first
	sed -E 's/"ts":[0-9]+/"ts":1556550192788/; s/"topic":"odd"/"topic":"even"/' first >want
	produce <want
	consume even -J >got
	same want got
	consume even | head -c -1 >bytes
	cmp odd bytes
}

@test "append mode: the topic has Spark's 446 rows, each once" {
	job append processed-append
	as_spark processed-append
	[ "$(wc -l <messages)" -eq 446 ]
}

@test "update mode: the last row of each group is Spark's" {
	job update processed-update
	as_spark processed-update
}

@test "complete mode: the last table is Spark's" {
	job complete processed-complete
	as_spark processed-complete
}

@test "suricata_dhcp_processed, compacted, holds each group once" {
	tool TopicCommand --create --topic suricata_dhcp_processed --partitions 4 --config cleanup.policy=compact \
		--config segment.ms=100 --config min.cleanable.dirty.ratio=0.01 --config max.compaction.lag.ms=100
	job append suricata_dhcp_processed
	job update suricata_dhcp_processed
	jq -e '.rows >= 446' stats
	# What is written last is not compacted: the segment that has it must come to an end, and another begin.
	for _ in $(seq 120); do
		sleep 0.5
		for partition in 0 1 2 3; do echo $'end\t{}' | send suricata_dhcp_processed -K '\t' -p $partition; done
		consume suricata_dhcp_processed -f '%k\t%s\n' | grep -v '^end' >messages
		[ "$(wc -l <messages)" -gt 446 ] || break
	done
	[ "$(wc -l <messages)" -eq 446 ]
	[ "$(cut -f 1 messages | sort -u | wc -l)" -eq 446 ]
	cut -f 2 messages | as_set >got
	as_set <"$DATA/spark/kafka/day-8.0.7.rows.ndjson" >want
	same want got
}

# events FROM TO: DHCP events, one a minute, of which each has an id of its own.
events() {
	seq "$1" "$2" | jq -c '{timestamp: (1556550000 + 60 * . | strftime("%Y-%m-%dT%H:%M:%S.000000+0000")),
		event_type: "dhcp", src_ip: "10.0.0.1", dhcp: {type: "request", id: .}}'
}

# batch TOPIC OFFSET [OPTION]...: one run with the checkpoint s; the rows in got, what was said in said and stats.
batch() {
	local codes
	set +o pipefail
	timeout 60 kcat -q -C -b "$BROKER" -t "$1" -p 0 -o "$2" -e -J -u -X auto.offset.reset=earliest 2>/dev/null |
		eve-dhcp-filter --time event --heartbeat |
		dhcp-window --every 10m --lateness 0 --partitions 1 -a count --checkpoint s --stats "${@:3}" 2>told >got
	codes=("${PIPESTATUS[@]}")
	set -o pipefail
	grep '^{' told >stats
	grep -v '^{' told >said || true
	[ "${codes[0]}" -eq 0 ] && [ "${codes[1]}" -eq 0 ] && return "${codes[2]}"
}

@test "offsets that were deleted while nobody read: the run goes on, says how many were lost, and ends with 1" {
	local status=0
	tool TopicCommand --create --topic holes --partitions 1
	events 0 24 | send holes -p 0
	batch holes beginning
	same /dev/null said
	[ "$(head -n 1 s | jq .sources[0].offset)" -eq 25 ]
	events 25 59 | send holes -p 0
	echo '{"version":1,"partitions":[{"topic":"holes","partition":0,"offset":30}]}' >delete.json
	tool DeleteRecordsCommand --offset-json-file delete.json
	batch holes 25 --final || status=$?
	[ "$status" -eq 1 ]
	echo 'dhcp-window: holes/0: 5 offsets were lost before 30' >want
	same want said
	jq -e '.lost == 5 and .replayed == 0 and .sources[0].offset == 60' stats
	jq -r .id got >ids
	{ seq 20 24; seq 30 59; } | sort >want
	sort ids >got
	same want got
	# The next one has lost nothing.
	events 60 61 | send holes -p 0
	batch holes 60
	same /dev/null said
	jq -e '.lost == 0' stats
}

@test "messages that are read again are counted, and change nothing" {
	tool TopicCommand --create --topic again --partitions 1
	events 0 24 | send again -p 0
	batch again beginning
	cp got rows
	batch again 5
	same /dev/null got
	jq -e '.replayed == 20 and .lost == 0 and .passed == 0' stats
	batch again 25 --final
	cat got >>rows
	jq -r '"\(.id) \(.count)"' rows | sort -n >got
	seq 0 24 | sed 's/$/ 1/' >want
	same want got
}
