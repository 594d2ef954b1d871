# samples/spark_pipe.py as a stream, from a real Apache Kafka and to it.

load ../helper

setup_file() {
	setup
	local start=$ROOT/tests/kafka/start.sh
	export BROKER
	KAFKA_OWNER=$$ timeout 120 "$start" "$BATS_FILE_TMPDIR/kafka" >"$BATS_FILE_TMPDIR/started" 3>&- || return
	read -r _ BROKER <"$BATS_FILE_TMPDIR/started"
	xz -dc "$DATA/spark/kafka/messages-day-8.0.7.jsonl.xz" |
		java -cp "$("$start" --jars)" -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
			"$ROOT/tests/kafka/Produce.java" "$BROKER" suricata 3>&-
}

teardown_file() {
	local pid _
	read -r pid _ <"$BATS_FILE_TMPDIR/started" && kill -9 "$pid"
}

# stream STAGES [OPTION]...: with its checkpoint here.
stream() {
	exec timeout 400 "$SPARK_HOME/bin/spark-submit" --master 'local[2]' --jars "$SPARK_JARS" "$ROOT/samples/spark_pipe.py" \
		--kafka "$BROKER" --checkpoint "$PWD/checkpoint" -n 0 --pipe "$@" 3>&- 4>&-
}

consume() { timeout 60 kcat -q -C -b "$BROKER" -t "$1" -o beginning -e "${@:2}"; }

# as_spark ROWS: they are those of Spark's own stream, the newest first.
as_spark() {
	jq -cS . "$DATA/spark/kafka/day-8.0.7.rows.ndjson" | sort >want
	jq -cS '.id |= tostring' "$1" | sort >got
	same want got
	jq -r .max_ts "$DATA/spark/kafka/day-8.0.7.rows.ndjson" >want
	jq -r .max_ts "$1" >got
	same want got
}

# topic_as_spark TOPIC: so is the last row of each key there, and the key says which.
topic_as_spark() {
	consume "$1" -f '%k\t%s\n' >messages
	awk -F '\t' '{ last[$1] = $0 } END { for (key in last) print last[key] }' messages >last
	cut -f 1 last >got
	cut -f 2 last | jq -c '[.window.start, .id]' >want
	same want got
	cut -f 2 last | dhcp-topn -n 0 >rows
	as_spark rows
}

@test "all stages piped, in one batch: the table is that of Spark's own stream" {
	(stream filter,window,topn --once) >rows
	as_spark rows
}

@test "all stages piped, in several batches: the last row of each key on the topic is Spark's, and only what changed came again" {
	(stream filter,window,topn --once --max-offsets 15000 --to piped)
	topic_as_spark piped
	[ "$(ls checkpoint/commits | wc -l)" -ge 3 ]
	[ "$(wc -l <messages)" -lt 460 ]
}

# until_batch N: the batch has been committed.
until_batch() {
	local tries=2400
	until [ -e "checkpoint/commits/$1" ]; do
		[ $((tries -= 1)) -gt 0 ] || return
		sleep 0.1
	done
}

@test "killed with -9 again and again, a batch done twice, a stage moved each time: nothing is lost, and by key nothing twice" {
	local batch=0
	for stages in none filter filter,window; do
		(stream $stages --max-offsets 3000 --to moved) 3>&- &
		until_batch $((batch + 1))
		pkill -9 -f "$PWD/checkpoint" || true
		wait $! || true
		# The last batch that was begun, as if it had been killed before it was committed.
		batch=$(ls checkpoint/offsets | sort -n | tail -n 1)
		rm -f "checkpoint/commits/$batch" "checkpoint/commits/.$batch.crc"
	done
	(stream none --once --to moved)
	topic_as_spark moved
}
