# eve-dhcp-filter --heartbeat: how far each partition has been read, and its clock.

load helper
load unit/build

# message PARTITION OFFSET SECONDS [PAYLOAD]: kcat's envelope, stamped so many seconds after 1970 began.
message() {
	printf '{"topic":"t","partition":%d,"offset":%d,"tstype":"create","ts":%d000,"broker":1,"key":null,"payload":%s}\n' "$1" "$2" "$3" "${4-null}"
}

# eve TIME TYPE: a line of Suricata's.
eve() { printf '{"timestamp":"%s","flow_id":1,"in_iface":"eth0","event_type":"%s","dhcp":{"id":7}}\n' "$1" "$2"; }

# beats WANT OPTION...: each heartbeat that standard input gives, as PARTITION:OFFSET@CLOCK and +GAPS if there are any.
beats() {
	eve-dhcp-filter --heartbeat "${@:2}" >out
	jq -r 'select(.heartbeat) | "\(.partition // ""):\(.offset // "")@\(.ts // "" | .[11:19])\(if .gaps then "+\(.gaps)" else "" end)"' out |
		paste -sd ' ' >got
	echo "$1" >want
	same want got
}

# messages [N]: the day, or its first N lines, in envelopes, in four partitions, whose times are a little out of order.
messages() {
	[ -e "$DAY.kcat" ] || jq -Rcn '
		foreach inputs as $line ({n: 0, next: [0, 0, 0, 0]};
			.n += 1 | .p = (.n * 7919 % 1009 % 4) | .o = .next[.p] | .next[.p] += 1;
			{topic: "suricata", partition: .p, offset: .o, tstype: "create",
				ts: (1556550192000 + .n * 2050 + .n * 7919 % 9001 - 4500), broker: 1, key: null, payload: $line})' \
		"$DAY" >"$DAY.kcat"
	head -n "${1:-100000}" "$DAY.kcat"
}

# model SECONDS: the heartbeats that envelopes on standard input should give, by the letter.
model() {
	jq -cn --argjson every "$1" '
		def beat: {heartbeat: true, ts: (.clock | todate | sub("Z"; ".000000Z")), topic: "suricata", partition: .p, offset: .told}
			+ if .gaps > 0 then {gaps: .gaps} else {} end;
		def tell($p): .[$p].told = .[$p].offset | .out += [.[$p] | beat];
		foreach (inputs, null) as $e ({};
			.out = [] | if $e == null
			then reduce (keys_unsorted - ["out"] | sort)[] as $p (.; if .[$p].told < .[$p].offset then tell($p) else . end)
			else ($e.partition | tostring) as $p | (($e.ts / 1000 / $every | floor) * $every) as $clock
				| .[$p] //= {p: $e.partition, offset: ($e.offset - 1), gaps: 0, told: -1, clock: ($clock - 1)}
				| if $e.offset > .[$p].offset then .[$p].gaps += $e.offset - .[$p].offset - 1 | .[$p].offset = $e.offset else . end
				| if $clock > .[$p].clock then .[$p].clock = $clock | tell($p) else . end
			end;
			.out[])'
}

# What is written, and when.

@test "a heartbeat follows the record of its line, and has its members in this order" {
	message 3 5 1 '"{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":7}}"' >lines
	message 3 8 62 >>lines
	eve-dhcp-filter --heartbeat=1m lines >got
	cat >want <<-'END'
		{"ts":"1970-01-01T00:00:01.000000Z","id":7,"topic":"t","partition":3,"offset":5}
		{"heartbeat":true,"ts":"1970-01-01T00:00:00.000000Z","topic":"t","partition":3,"offset":5}
		{"heartbeat":true,"ts":"1970-01-01T00:01:00.000000Z","topic":"t","partition":3,"offset":8,"gaps":2}
	END
	same want got
}

@test "there is one after the first line, one at each multiple of the duration, and one at the end" {
	{ for second in 1 1 2 2 4 3 4; do message 0 $((n += 1)) $second; done; } | beats '0:1@00:00:01 0:3@00:00:02 0:5@00:00:04 0:7@00:00:04'
	{ message 0 1 59; message 0 2 60; message 0 3 119; message 0 4 300; } | beats '0:1@00:00:00 0:2@00:01:00 0:4@00:05:00' --heartbeat=1m
	: | beats ''
}

@test "each partition of each topic has its own clock; the last ones come in the order of topic and number" {
	{
		message 10 1 1; message 9 1 5; message 10 2 4; message 10 3 4; message 9 2 4
		message 10 1 7 | sed 's/"t"/"s"/'; message 10 2 7 | sed 's/"t"/"s"/'
	} | beats '10:1@00:00:01 9:1@00:00:05 10:2@00:00:04 10:1@00:00:07 10:2@00:00:07 9:2@00:00:05 10:3@00:00:04'
	jq -r .topic out | paste -sd ' ' >got
	echo t t t s s t t >want
	same want got
}

@test "lines without an envelope are one stream, which has a clock and nothing else" {
	{ eve 1970-01-01T09:00:01.9+0900 dns; eve 1970-01-01T00:00:01.99Z dns; eve 1970-01-01T00:00:03.5+0000 alert; eve 1970-01-01T00:00:02.5+0000 dns; } >lines
	beats ':@00:00:01 :@00:00:03' <lines
	head -n 1 out >got
	echo '{"heartbeat":true,"ts":"1970-01-01T00:00:01.000000Z"}' >want
	same want got
}

@test "a clock goes down to its multiple before 1970, too, and not beyond the year 0" {
	eve 1969-12-31T23:59:59.5Z dns | beats ':@23:59:59'
	eve 1969-12-31T23:59:59.5Z dns | beats ':@23:55:00' --heartbeat=5m
	eve 0000-01-01T00:00:00.5Z dns | beats ':@00:00:00' --heartbeat=7s
	eve 9999-12-31T23:59:59.999999Z dns | beats ':@00:00:00' --heartbeat=400000w
}

# bats test_tags=once
@test "the day gives what the rules say, for several durations" {
	# The model takes its time: it sees some of it each time.
	for every in 1 7 1800; do
		case $every in
		1) messages | tail -n 3000 ;;
		7) messages 6000 ;;
		*) messages | sed -n '1~5p' ;;
		esac >lines
		model $every <lines >want
		[ "$(wc -l <want)" -gt 100 ]
		eve-dhcp-filter --heartbeat=${every}s lines | grep '^{"heartbeat"' >got
		same want got
	done
}

@test "some of the day missing gives gaps, as the rules say" {
	messages 15000 | awk 'NR * 7919 % 10 < 7' >lines
	model 60 <lines >want
	grep -q gaps want
	eve-dhcp-filter --heartbeat=60s lines | grep '^{"heartbeat"' >got
	same want got
}

@test "the day as Suricata wrote it gives a heartbeat for every second it holds" {
	jq -r 'select(.event_type != "stats") | .timestamp[0:19] + "Z" | fromdate - 32400' "$DAY" |
		awk 'NR == 1 || $1 > last { print last = $1 }' | jq -c '{heartbeat: true, ts: (todate | sub("Z"; ".000000Z"))}' >want
	[ "$(wc -l <want)" -gt 400 ]
	eve-dhcp-filter --heartbeat "$DAY" | grep '^{"heartbeat"' >got
	same want got
}

@test "nothing else changes: the records and the books are those of a run without" {
	messages >lines
	for file in "$DAY" lines; do
		eve-dhcp-filter -r hostname --stats "$file" >want 2>stats.want
		eve-dhcp-filter -r hostname --stats --heartbeat "$file" 2>stats | grep -v '^{"heartbeat"' >got
		same want got
		jq -c '.heartbeats = 0' stats >stats.got
		same stats.want stats.got
	done
}

# What moves a clock.

@test "stats lines move no clock of the events, since Suricata stamps them by another; the first line may tell no time" {
	{ eve 2026-01-01T00:00:00Z stats; eve 1970-01-01T00:00:01Z dns; eve 2026-01-01T00:00:00Z stats; eve 1970-01-01T00:00:02Z dns; } >lines
	beats ':@ :@00:00:01 :@00:00:02' <lines
	head -n 1 out >got
	echo '{"heartbeat":true}' >want
	same want got
}

@test "but the Kafka time of a stats line counts, unless --time event is given" {
	stats=$(eve 2026-01-01T00:00:09Z stats | jq -R .) dns=$(eve 1970-01-01T00:00:04Z dns | jq -R .)
	{ message 0 1 1 "$dns"; message 0 2 2 "$stats"; message 0 3 3 "$dns"; } >lines
	beats '0:1@00:00:01 0:2@00:00:02 0:3@00:00:03' <lines
	beats '0:1@00:00:04 0:3@00:00:04' --time event <lines
	sed 's/"create"/"unknown"/' lines | beats '0:1@00:00:04 0:3@00:00:04'
	sed 's/"create"/"logappend"/' lines | beats '0:1@00:00:01 0:2@00:00:02 0:3@00:00:03'
}

@test "lines outside --since and --until move the offset alone" {
	{ message 0 1 1; message 0 2 5; message 0 3 9; message 0 4 6; message 0 5 99; } >lines
	beats '0:1@ 0:2@00:00:05 0:4@00:00:06 0:5@00:00:06' --since 1970-01-01T00:00:02Z --until 1970-01-01T00:00:07Z <lines
	{ eve 2099-01-01T00:00:00Z dhcp; eve 1970-01-01T00:00:05Z dhcp; } | beats ':@ :@00:00:05' --until +1h
}

@test "lines that other conditions drop move both" {
	for second in 1 2 3; do message 0 $second $second '"{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":7}}"'; done >lines
	for condition in '-r hostname' '-x 0.0.0.0/0' '-t ack' '-w false'; do
		beats '0:1@00:00:01 0:2@00:00:02 0:3@00:00:03' $condition <lines
	done
}

@test "an event without a time, and a payload that is none, move the offset" {
	ok=$(eve 1970-01-01T00:00:04Z dns | jq -R .) odd=$(eve ts-error dns | jq -R .)
	{ message 0 1 1 "$ok"; message 0 2 2 "$odd"; message 0 3 3 '"{}"'; message 0 4 4 null; message 0 5 5 '"\\u0000"'; message 0 6 6 "$ok"; } >lines
	beats '0:1@00:00:01 0:2@00:00:02 0:3@00:00:03 0:4@00:00:04 0:5@00:00:05 0:6@00:00:06' <lines
	for last in 1 2 3 4 5; do
		head -n $last lines | beats "0:1@00:00:04$([ $last -eq 1 ] || echo " 0:$last@00:00:04")" --time event
	done
}

# What counts as handled.

@test "offsets that are missing are counted, in the partition and in all" {
	{ message 0 5 1; message 0 6 1; message 0 9 1; message 1 7 1; message 1 9 2; message 0 10 2; message 0 20 2; } >lines
	beats '0:5@00:00:01 1:7@00:00:01 1:9@00:00:02+1 0:10@00:00:02+2 0:20@00:00:02+11' --stats <lines 2>stats
	jq -e '.gaps == 12 and .heartbeats == 5 and .read == 7 and .not_dhcp == 7' stats
}

@test "a compacted topic is nothing but gaps, and the status is 0" {
	{ message 0 4 1; message 0 6 1; message 0 7 1; message 0 1000000000000 2; } | beats '0:4@00:00:01 0:1000000000000@00:00:02+999999999993'
}

@test "offsets that go back, or come twice, are no gaps: the highest one stays" {
	{ for offset in 5 6 7 5 6 7 8 3 8 9 9; do message 0 $offset 1; done; } | beats '0:5@00:00:01 0:9@00:00:01'
	{ message 0 5 1; message 0 3 2; message 0 7 2; } | beats '0:5@00:00:01 0:5@00:00:02 0:7@00:00:02+1'
}

@test "a last line that breaks off is not handled; one that only lacks its line feed is" {
	{ message 0 1 1; message 0 2 2 '"{\"event_type\":\"dns\"}"'; } >lines
	for size in 1 20 60 100 $(($(sed -n 2p lines | wc -c) - 2)); do
		{ head -n 1 lines; sed -n 2p lines | head -c $size; } | beats '0:1@00:00:01'
	done
	head -c -1 lines | beats '0:1@00:00:01 0:2@00:00:02'
	{ eve 1970-01-01T00:00:01Z dns; eve 1970-01-01T00:00:02Z dns | head -c -1; } | beats ':@00:00:01 :@00:00:02'
	{ eve 1970-01-01T00:00:01Z dns; eve 1970-01-01T00:00:02Z dns | head -c -3; } | beats ':@00:00:01'
}

@test "a DHCP event that breaks off is bad, and not handled" {
	{ message 0 1 1; message 0 2 2 '"{\"event_type\":\"dhcp\",\"dhcp\":{}}"' | head -c -3; } >lines
	status=0
	eve-dhcp-filter --heartbeat lines >out 2>err || status=$?
	[ $status -eq 1 ]
	jq -c .offset out >got
	echo 1 >want
	same want got
}

@test "a broken payload is handled: it is bad, is counted, and will not get better" {
	message 0 1 1 '"{\"event_type\":\"dhcp\",\"dhcp\":{"' >lines
	message 0 2 2 '"{\"event_type\":\"dns\",\"dns\":{"' >>lines
	message 0 3 3 '"{\"event_type\":\"dhcp\"' >>lines
	for cut in 0 1; do
		status=0
		head -c -$cut lines | eve-dhcp-filter --heartbeat --stats >out 2>err || status=$?
		[ $status -eq 1 ]
		jq -c .offset out >got
		seq 3 >want
		[ $cut -eq 0 ] || seq 2 >want
		same want got
		grep '^{' err | jq -e '.read == 3 and .bad == 2 and .not_dhcp == 1'
	done
}

@test "blank lines, and such as nobody knows, tell nothing and are no bad lines" {
	{ echo; echo 'some text'; echo '"a" "b"'; echo '{'; echo '{}'; echo '{"topic":"t"}'; echo '{"timestamp":"1970-01-01T00:00:01Z"}'; echo '{"a":1}}'; } >lines
	beats '' --stats <lines 2>stats
	jq -e '.read == 8 and .not_dhcp == 8 and .bad == 0' stats
	{ cat lines; message 0 1 1; cat lines; message 0 2 1; cat lines; } | beats '0:1@00:00:01 0:2@00:00:01'
}

@test "-m stops there, and what was handled is told" {
	messages | eve-dhcp-filter --heartbeat=1d -m 5 >out || [ $? -eq 141 ]
	jq -sc 'map(select(.heartbeat | not)) | length, last.offset == (map(.offset) | last)' out >got
	printf '%s\n' 5 true >want
	same want got
	last=$(jq -s 'map(select(.heartbeat | not)) | last | .partition * 1000000 + .offset' out)
	messages | jq -c "select(.partition * 1000000 + .offset == $last) | input_line_number" >stopped
	messages "$(cat stopped)" | model 86400 >want
	grep '^{"heartbeat"' out >got
	same want got
	messages | eve-dhcp-filter --heartbeat -m 0 >got || [ $? -eq 141 ]
	same /dev/null got
}

@test "--strict does not count the line that ended the run" {
	{ message 0 1 1; message 0 2 2 '"{\"event_type\":\"dhcp\""'; message 0 3 3; } >lines
	status=0
	eve-dhcp-filter --heartbeat --strict lines >out 2>err || status=$?
	[ $status -eq 2 ]
	jq -c .offset out >got
	echo 1 >want
	same want got
}

# How lines are spelt.

@test "envelopes spelt in another order give the same heartbeats" {
	messages 10000 | awk 'NR % 5 > 0' >lines
	eve-dhcp-filter --heartbeat lines >want
	jq -c '{payload, key, broker, ts, tstype, offset, partition, topic}' lines >respelt
	eve-dhcp-filter --heartbeat respelt >got
	same want got
	sed 's/:/: /; s/$/\r/' lines | eve-dhcp-filter --heartbeat >got
	same want got
	sed 's/"suricata"/"\\u0073uricata"/' lines | eve-dhcp-filter --heartbeat | grep '^{"heartbeat"' >got
	grep '^{"heartbeat"' want >want.beats
	same want.beats got
}

@test "events spelt in another order give the same heartbeats" {
	head -n 8000 "$DAY" >lines
	eve-dhcp-filter --heartbeat --fields id lines >want
	jq -c 'to_entries | reverse | from_entries' lines | eve-dhcp-filter --heartbeat --fields id >got
	same want got
	sed 's/^/@cee: /' lines | eve-dhcp-filter --heartbeat --fields id >got
	same want got
	jq -Rc '{message: .}' lines | eve-dhcp-filter --heartbeat --fields id >got
	same want got
}

@test "numbers that a front may not be trusted with are read with care" {
	line=$(message 0 1 1)
	for change in 's/"offset":1/"offset":-1/' 's/"offset":1/"offset":"1"/' 's/"offset":1/"offset":1.5/' 's/"offset":1/"offset":9223372036854775808/' 's/"offset":1/"offset":20000000000000000000/'; do
		echo "$line" | sed "$change" | eve-dhcp-filter --heartbeat | jq -e '.partition == 0 and (has("offset") | not)'
	done
	echo "$line" | sed 's/"offset":1/"offset":9223372036854775807/' | eve-dhcp-filter --heartbeat | grep -q '"offset":9223372036854775807}'
	for change in 's/"partition":0/"partition":-1/' 's/"partition":0/"partition":null/' 's/"topic":"t"/"topic":null/'; do
		echo "$line" | sed "$change" | eve-dhcp-filter --heartbeat | jq -e 'keys == ["heartbeat", "ts"]'
	done
	echo "$line" | sed 's/"ts":1000/"ts":999999999999999/' | eve-dhcp-filter --heartbeat | jq -e 'has("ts") | not'
}

@test "a front that is spelt oddly says what its whole line says" {
	stamp='"timestamp":"1970-01-01T00:00:05.000000+0000"'
	cat >lines <<-END
		{"timestamp":"soon","event_type":"dns"}
		{"timestamp":"1970-01-01T00:00:0\u0035Z","event_type":"dns"}
		{"timestamp":5,"event_type":"dns"}
		{$stamp,"x":"a\"b","event_type":"dns"}
		{$stamp,"x":-1.5,"event_type":"dns"}
		{$stamp,"x":[1],"event_type":"dns"}
		{$stamp,"x":null,"event_type":"dns"}
		{$stamp,"x\u0041":1,"event_type":"dns"}
		{$stamp,"x" :1,"event_type":"dns"}
		{$stamp ,"event_type":"dns"}
		{$stamp,"timestamp":"1970-01-01T00:00:07.000000+0000","event_type":"dns"}
		{$stamp,"event_type":5}
		{$stamp,"event_type":"st\u0061ts"}
		{$stamp,"event_type":"stats"}
		{$stamp,"event_type":"d\u006es"}
		{$stamp}
		{"topic":"t","partition":0,"offset":01,"tstype":"create","ts":5000,"broker":1}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":05000,"broker":1}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":999999999999999,"broker":1}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":-5000,"broker":1,"payload":null}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":5000,"broker":1.5,"payload":null}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":5000,"broker":null,"payload":null}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":5000,"broker":1}
		{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":5000}
		{"topic":"t","partition":0,"offset":1,"tstype":"unknown","ts":5000,"broker":1,"payload":null}
		{"topic":"t","partition":0,"offset":1}
		{"topic":"t","partition":0}
		{"topic":"\u0074","partition":0,"offset":1,"tstype":"logappend","ts":5000,"broker":-1,"payload":null}
		{"topic":"t","partition":0,"offset":1,"tstype":"logappend","ts":5000,"broker":-1,"payload":null}
	END
	while IFS= read -r line; do
		echo "$line" | eve-dhcp-filter --heartbeat >got 2>&1
		echo "{ ${line#?}" | eve-dhcp-filter --heartbeat >want 2>&1
		same want got || { echo "$line"; return 1; }
	done <lines
}

# bats test_tags=once
@test "every form of input tells the time of its event, and kcat's its place" {
	for form in "$DATA"/forms/*.json; do
		case $form in */others.json | */nested-event-type.json | */nul-hole.json) continue ;; esac
		eve-dhcp-filter "$form" | jq -c '[.ts[0:19], .topic, .partition, .offset]' >want
		eve-dhcp-filter --heartbeat "$form" | jq -c 'select(.heartbeat) | [.ts[0:19], .topic, .partition, .offset]' >got
		[ "$(wc -l <got)" -eq "$(uniq want | wc -l)" ] || { echo "$form"; return 1; }
		uniq want | cmp - got || { echo "$form"; cat want got; return 1; }
	done
}

@test "-i looks for progress in that form alone" {
	message 0 1 1 '"{\"timestamp\":\"1970-01-01T00:00:05Z\",\"event_type\":\"dns\"}"' >message
	eve 1970-01-01T00:00:02Z dns >event
	for pair in 'eve :@00:00:02' 'kafka 0:1@00:00:01' 'message ' 'ecs ' 'auto 0:1@00:00:01 :@00:00:02'; do
		cat message event | beats "${pair#* }" -i "${pair%% *}"
	done
}

@test "of an envelope in an envelope the outer one counts, in the record as well" {
	inner=$(message 7 70 1 '"{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":7}}"')
	{ message 0 1 2 "$(jq -Rn --arg line "$inner" '$line')"; message 0 2 2; } | beats '0:1@00:00:02 0:2@00:00:02'
	head -n 1 out >got
	echo '{"ts":"1970-01-01T00:00:02.000000Z","id":7,"topic":"t","partition":0,"offset":1}' >want
	same want got
}

# Whatever happens to the run.

# clock FILE...: each step of each partition's clock, as one would have it who reads these outputs one after the other.
clock() {
	jq -r '"\(.partition) \(.offset) \(.ts)"' "$@" | awk '$3 > clock[$1] { print $1, $2, clock[$1] = $3 }' | sort
}

@test "a run that is cut and taken up again brings no other time, wherever the cut is" {
	messages 6000 >lines
	eve-dhcp-filter --heartbeat=10s -r hostname lines | clock >want
	[ "$(wc -l <want)" -gt 1000 ]
	for cut in 1 2 1000 $(awk -v seed="${SEED:-1}" -v n="$(sanitized && echo 4 || echo 12)" 'BEGIN { srand(seed); while (i++ < n) print int(rand() * 6000) }'); do
		head -n "$cut" lines | eve-dhcp-filter --heartbeat=10s -r hostname >head
		tail -n +"$((cut + 1))" lines | eve-dhcp-filter --heartbeat=10s -r hostname >tail
		clock head tail >got
		same want got || { echo "cut at $cut"; return 1; }
		tail -n +"$((cut / 2 + 1))" lines | eve-dhcp-filter --heartbeat=10s -r hostname >tail
		clock head tail >got
		same want got || { echo "cut at $cut, taken up at $((cut / 2))"; return 1; }
	done
}

@test "a cut inside a line loses nothing: what is not handled was not told" {
	messages 60 >lines
	eve-dhcp-filter --heartbeat lines | clock >want
	for size in $(awk -v seed="${SEED:-1}" -v n="$(wc -c <lines)" -v m="$(sanitized && echo 6 || echo 20)" 'BEGIN { srand(seed); while (i++ < m) print int(rand() * n) }'); do
		head -c "$size" lines | eve-dhcp-filter --heartbeat >head 2>err || [ $? -eq 1 ]
		jq -nc --slurpfile head head '(reduce $head[] as $e ({}; .[$e.partition | tostring] |= ([., $e.offset] | max))) as $told
			| inputs | select(.offset > ($told[.partition | tostring] // -1))' lines | eve-dhcp-filter --heartbeat --stats >tail 2>stats
		grep -q '"gaps":0,' stats
		clock head tail >got
		same want got || { echo "cut at byte $size"; return 1; }
	done
}

@test "reads of one byte, and of random size, give the same bytes" {
	compile drip drip.c
	messages 500 >lines
	head -n 300 "$DAY" >>lines
	eve-dhcp-filter --heartbeat lines >want
	drip 1 <lines | eve-dhcp-filter --heartbeat >got
	same want got
	messages >lines
	eve-dhcp-filter --heartbeat lines >want
	drip random "${SEED:-1}" <lines | eve-dhcp-filter --heartbeat >got
	same want got
}

@test "a live pipe shows a heartbeat while the input stays open" {
	mkfifo in
	eve-dhcp-filter --heartbeat <in >out 3>&- &
	exec 7>in
	message 0 1 1 >&7
	tries=1000
	until grep -q heartbeat out; do
		[ $((tries -= 1)) -gt 0 ]
		sleep 0.01
	done
	exec 7>&-
	wait $!
	[ "$(wc -l <out)" -eq 1 ]
}

@test "a hundred thousand partitions are kept apart, in little time and memory" {
	awk 'BEGIN {
		for (i = 0; i < 300000; i++)
			printf "{\"topic\":\"t\",\"partition\":%d,\"offset\":%d,\"tstype\":\"create\",\"ts\":%d,\"broker\":1,\"key\":null,\"payload\":null}\n", i % 100000, i, i
	}' >lines
	sanitized || ulimit -v 60000
	timeout 30 eve-dhcp-filter --heartbeat --stats lines 2>stats >beats
	jq -e '.heartbeats == 300000 and .gaps == 19999800000' stats
	[ "$(wc -l <beats)" -eq 300000 ]
	tail -n 1 beats >got
	echo '{"heartbeat":true,"ts":"1970-01-01T00:04:59.000000Z","topic":"t","partition":99999,"offset":299999,"gaps":199998}' >want
	same want got
}

# How it is asked for.

@test "--heartbeat is refused beside --raw, --count and --invert-match" {
	for other in --raw --count --invert-match; do
		fails 2 "eve-dhcp-filter: --heartbeat: $other: one excludes the other" eve-dhcp-filter --heartbeat $other
		fails 2 "eve-dhcp-filter: --heartbeat: $other: one excludes the other" eve-dhcp-filter $other --heartbeat=5s
	done
}

@test "a duration that is none is refused" {
	for value in 5x '' 0s -1s 1; do
		fails 2 "eve-dhcp-filter: --heartbeat: $value: not a duration (90s, 30m, 1h30m, 1d)" eve-dhcp-filter --heartbeat="$value"
	done
}

@test "a duration without its = is recognised, unless there is such a file" {
	eve 1970-01-01T00:00:02Z dns >event
	fails 2 'eve-dhcp-filter: 5s: no such file; --heartbeat=5s?' eve-dhcp-filter --heartbeat 5s event
	fails 2 'eve-dhcp-filter: 1h30m: no such file; --heartbeat=1h30m?' eve-dhcp-filter event --heartbeat 1h30m
	fails 2 'eve-dhcp-filter: 5s: No such file or directory' eve-dhcp-filter --heartbeat=1s 5s
	fails 2 'eve-dhcp-filter: 5x: No such file or directory' eve-dhcp-filter --heartbeat 5x
	cp event 5s
	eve-dhcp-filter --heartbeat 5s | jq -e '.ts == "1970-01-01T00:00:02.000000Z"'
}
