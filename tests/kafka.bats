# From topic to topic, on the Kafka that kcat has inside: librdkafka's mock cluster.  (tests/kafka/ has the real one.)

load helper
load mock

teardown() {
	exec 8>&-
	! cat "$BATS_TEST_TMPDIR"/.report* 2>/dev/null
}

# some: every fourth DHCP message of the day, and as many others.
some() { awk '(/"event_type":"dhcp"/ ? dhcp++ : other++) % 4 == 0 && (other < 7000 || /"dhcp"/)' "$DAY"; }

send() { timeout 60 kcat -q -P -b "$BROKER" -t "$1" -X compression.codec=gzip "${@:2}" 3>&- 8>&-; }

# consume TOPIC [OPTION]...: all of it.
consume() { timeout 60 kcat -q -C -b "$BROKER" -t "$1" -o beginning -e -X fetch.wait.max.ms=10 "${@:2}" 3>&- 8>&-; }

# by_key TOPIC: the last row of each key.
by_key() { consume "$1" -f '%k\t%s\n' | awk -F '\t' '{ last[$1] = $2 } END { for (key in last) print last[key] }' | sort; }

@test "from topic to topic: the rows are those of the same messages in a file, each under its key" {
	kafka
	some >day
	for p in 0 1 2 3; do awk "NR % 4 == $p" day | send suricata -p $p; done
	[ "$(consume suricata | wc -l)" -eq "$(wc -l <day)" ]
	eve-dhcp-filter day | dhcp-window | sort >want
	[ "$(wc -l <want)" -gt 500 ]
	for mode in append update complete; do
		consume suricata -J -u | eve-dhcp-filter --time event --heartbeat |
			dhcp-window --lateness 10m --partitions 4 --kafka-key --mode $mode --stats 2>stats | send processed.$mode -K '\t'
		by_key processed.$mode >got
		same want got
		jq -e '.late == 0 and .lost == 0 and .gaps == 0 and .heartbeats > 500' stats
	done
	consume processed.append -f '%k\n' | sort >got
	jq -c '[.window.start, .id]' want | sort >keys
	same keys got
	# The topic as it is, with all that update mode wrote, is what dhcp-topn --upsert reads.
	dhcp-topn -n 0 want >ranked
	consume processed.update | dhcp-topn -n 0 --upsert window,id >got
	same ranked got
}

# pushed: each row with blank lines behind it, that make no message.  kcat reads its input 1,024 bytes at a time, and
# waits until it has them.
pushed() { sed -u "s/\$/$(printf '%1023s' '' | sed 's/ /\\n/g')/"; }

@test "a window that heartbeats close is in the topic before the input ends" {
	local reader
	kafka
	event() { echo "{\"timestamp\":\"2019-04-30T$1+0000\",\"event_type\":\"$2\",\"src_ip\":\"10.0.0.1\",\"dhcp\":{\"id\":7}}" | send suricata -p 0; }
	event 05:00:00.000000 dhcp
	mkfifo in
	kcat -q -C -b "$BROKER" -t suricata -p 0 -o beginning -J -u -X fetch.wait.max.ms=10 >in 3>&- 8>&- &
	reader=$!
	{
		eve-dhcp-filter --time event --heartbeat <in |
			dhcp-window -a count --lateness 10m --partitions 1 --kafka-key |
			pushed | kcat -q -P -b "$BROKER" -t processed -K '\t'
	} 3>&- 8>&- &
	event 05:39:59.999999 dns
	sleep 0.5
	! consume processed 2>/dev/null | grep .
	event 05:40:00.000000 dns
	for _ in $(seq 50); do
		! consume processed -f '%k\t%s\n' 2>/dev/null | grep . >got || break
		sleep 0.1
	done
	kill -9 $reader
	wait $! || true
	printf '%s\t' '["2019-04-30T05:00:00.000000Z",7]' >want
	echo '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"id":7,"count":1}' >>want
	same want got
}

# chaos OPTION...: what is said about it is shown, if it fails.
chaos() { timeout 200 "$ROOT/tests/kafka/chaos.sh" --files --dir out "$@" >got 2>said 3>&- || { cat said got; tail out/log; return 1; }; }

# bats test_tags=once
@test "killed ten times at random moments: the same rows (with files in place of Kafka)" {
	chaos --kills 10
	grep -q '^kills 10 rows [1-9][0-9]* replayed [0-9]* lost 0 equal$' got
	cmp out/calm.dump out/torn.dump
	# The undisturbed run is right, too.
	eve-dhcp-filter out/day | dhcp-window | sort >want
	cut -f 2 out/calm.dump | sort >got
	same want got
}

# bats test_tags=once
@test "told to end ten times, one program of them alone: the same rows" { chaos --kills 10 --signals 'TERM HUP'; }

# bats test_tags=once
@test "killed in update mode" { chaos --kills 5 --mode update; }
