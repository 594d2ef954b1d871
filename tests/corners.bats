# What comes up seldom, in each program: odd values, odd spellings, more of something than usual, options to their edges.

load helper
load window

# lines TEXT...: one a line.  long COUNT [CHARACTER]: so many of it.
lines() { printf '%s\n' "$@"; }
long() { head -c "$1" /dev/zero | tr '\0' "${2:-x}"; }

# dhcp MEMBERS [MORE]: a DHCP event with these members in its dhcp object, and more of them at its top.
dhcp() { printf '{"timestamp":"2019-04-30T05:00:00.000000+0000","event_type":"dhcp"%s,"dhcp":{%s}}\n' "${2:+,$2}" "$1"; }

# ranked WANT OPTION...: what is called n in the rows that come out of those in the file in.
ranked() {
	dhcp-topn "${@:2}" in | jq -c .n | paste -sd ' ' | shows "$1"
}

# --- size

@test "10,000 operands are read with 64 descriptors" {
	local half=5000
	! sanitized || half=500
	for n in 1 2; do
		echo "{\"timestamp\":\"2019-04-30T05:00:00.000000+0000\",\"ts\":\"2019-04-30T05:00:0${n}Z\",\"event_type\":\"dhcp\",\"n\":$n,\"dhcp\":{\"id\":$n}}" >$n
	done
	ulimit -n 64
	set -- $(yes 1 2 | head -n $half)
	eve-dhcp-filter --fields id "$@" | cmp - <(yes $'{"id":1}\n{"id":2}' | head -n $((2 * half)))
	dhcp-window -b '' -l 0 -a 'count,sum(n)' "$@" | short | shows "05:00:00 05:30:00 \"count\":$((2 * half)),\"sum_n\":$((3 * half))"
	dhcp-topn -n 0 -k n:asc "$@" | jq .n | uniq -c | tr -s ' ' | paste -sd , | shows " $half 1, $half 2"
}

@test "pipes are read one after the other, however fast they are" {
	dhcp-topn -u id -n 0 <(sleep 0.3; echo '{"id":1,"max_ts":1}') <(echo '{"id":1,"max_ts":2}') >got
	eve-dhcp-filter -m 1 --fields id <(sleep 0.3; echo '{"event_type":"dhcp","dhcp":{"id":1}}') <(echo '{"event_type":"dhcp","dhcp":{"id":2}}') >>got
	printf '%s\n' '{"id":1,"max_ts":2}' '{"id":1}' >want
	same want got
}

@test "what stands behind 4 GiB of a file is read there" {
	truncate -s 4300M log
	{ long 1000000 '\n'; dhcp '"id":1'; echo '{"event_type":"dhcp",'; dhcp '"id":2'; } >>log
	for stats in '' --stats; do
		{ dd bs=1M skip=4299 count=0 2>/dev/null; eve-dhcp-filter --fields id $stats >got 2>err || expect_status 1 $?; } <log
		printf '{"id":%d}\n' 1 2 | same - got
		# By that line it has forgotten where the first ones were.
		head -n 1 err | cut -d : -f 1-3 | shows 'eve-dhcp-filter: -:1000002'
	done
	tail -n 1 err | jq -c '[.read, .passed, .bytes]' | shows "[1000003,2,$((1048576 + 1000000 + $(tail -n 3 log | wc -c)))]"
}

# --- numbers, addresses and times that were written as text

@test "a text is ranked as a number if JSON would take it for one" {
	n=0
	for v in '"1.5"' 1.25 1e3 '"-2E+2"' '"1e-2"' '"0.30"' 0.30000000000000000001 '"99999999999999999999"' 99999999999999999998; do
		echo "{\"v\":$v,\"n\":$((n += 1))}"
	done >in
	ranked '8 9 3 1 2 7 6 5 4' -k v:num
	ranked '4 5 6 7 2 1 3 9 8' -k v:num:asc
	ranked '8 9 3 1 2 7 6 5 4' -k v:desc:num
	for v in '"1."' '".5"' '"1e"' '"1e+"' '"-"' '"+1"' '"1.5x"' '" 1"' '"0x10"' '""' true null '[1]' '{}'; do echo "{\"v\":$v,\"n\":0}"; done >>in
	dhcp-topn -n 9 -k v:num in | tail -n 1 | jq .n | shows 4
}

@test "an address has four numbers, or the groups of IPv6, and no byte more" {
	for v in 1.2.3 1.2.3.256 10.0.0.0010 1.2.3.4.5 1..2.3 1.2.3. 1.2.3.4567 '10.0.0.1\u0000' '::1\u0000' 0000:0000:0000:0000:0000:0000:0000:0000:0001 \
		'1111:2222:3333:4444:5555:6666:123.123.123.1230000000' ::1%lo; do
		echo "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":\"$v\"}"
	done >none
	dhcp-window -b '' -a 'count(v),max_ip(v),min_ip(v)' none | short | shows '05:00:00 05:30:00 "count_v":12,"max_ip_v":null,"min_ip_v":null'
	lines '{"ts":"2019-04-30T05:00:00Z","v":"1111:2222:3333:4444:5555:6666:123.123.123.123"}' '{"ts":"2019-04-30T05:00:00Z","v":"255.255.255.255"}' >some
	cat none some | dhcp-window -b '' -a 'max_ip(v),min_ip(v)' | short |
		shows '05:00:00 05:30:00 "max_ip_v":"1111:2222:3333:4444:5555:6666:123.123.123.123","min_ip_v":"255.255.255.255"'
	for v in 1.2.3.4/0000 1.2.3.4/-1 1.2.3.4/1: 1.2.3.4//8 ::1/0128 ::1%lo; do
		fails 2 "eve-dhcp-filter: --src: $v: not an address (10.0.0.1, 10.0.0.0/8, 2001:db8::/32)" eve-dhcp-filter --src "$v"
	done
}

@test "what is as long as a time stamp, and none, is ranked as what it is" {
	n=0
	for t in '"2019-04-30T05:00:00.000000Z"' '"2019-04-30T05:00:00.00000zZ"' 123456789012345678901234567 '"2019-04-30T06:00:00.000000Z"' \
		'"2019-04-30T05:60:00.000000Z"' '"9999-99-99T99:99:99.999999Z"' '"2019-04-30T05:00:00.000000+"'; do
		echo "{\"t\":$t,\"n\":$((n += 1))}"
	done >in
	want=$(jq -sc 'sort_by(.t) | reverse | map(.n)' in | tr -d '[]' | tr , ' ')
	[ "$want" = '6 4 5 2 1 7 3' ]
	ranked "$want" -k t
	ranked '6 4 5' -n 3 -k t
	ranked '3 7 1 2' -n 4 -k t:asc
}

@test "a time stamp of hundreds of digits is none" {
	digits=$(long 200 0)
	dhcp '"id":1' | sed "s/0000+0000/$digits+0000/" | eve-dhcp-filter --fields id,ts | shows '{"id":1,"ts":"2019-04-30T05:00:00.000000Z"}'
	dhcp '"id":1' | sed "s/0000+0000/$digits$digits+0000/" | eve-dhcp-filter --fields id,ts | shows '{"id":1}'
	echo "{\"ts\":\"2019-04-30T05:00:00.${digits}Z\"}" | dhcp-window -b '' -a count | short | shows '05:00:00 05:30:00 "count":1'
	echo "{\"ts\":\"2019-04-30T05:00:00.$digits${digits}Z\"}" | fails 1 'dhcp-window: -:1: no time in ts or timestamp' dhcp-window
}

@test "a zone that is none makes Suricata's stamp none" {
	zones() { for zone; do dhcp '' | sed "s/+0000/$zone/"; done | eve-dhcp-filter --fields ts | jq -r '.ts // "-"' | paste -sd ' '; }
	zones +0000 -0000 +2359 -2359 | sed 's/:00.000000Z//g; s/2019-0//g' | shows '4-30T05:00 4-30T05:00 4-29T05:01 5-01T04:59'
	zones +2400 +0060 +00x0 +0x00 x0000 +000 +00000 | shows '- - - - - - -'
}

@test "a Kafka time stamp is one from the year 0 to 9999" {
	while read -r ms want; do
		printf '{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":%s,"broker":0,"key":null,"payload":"{\\"event_type\\":\\"dhcp\\",\\"dhcp\\":{}}"}\n' "$ms" |
			eve-dhcp-filter --fields ts | shows "$want" || { echo "$ms"; return 1; }
	done <<-'LINES'
		-1 {"ts":"1969-12-31T23:59:59.999000Z"}
		-62167219200000 {"ts":"0000-01-01T00:00:00.000000Z"}
		-62167219200001 {}
		-99999999999999 {}
		253402300799999 {"ts":"9999-12-31T23:59:59.999000Z"}
		253402300800000 {}
		9999999999999999 {}
		1.5 {}
		"5" {}
	LINES
}

# --- JSON as only libjq takes it

@test "a record that only libjq understands is one like others" {
	lines '{"ts":"2019-04-30T05:00:00Z","id":007,"v":.5}' '{"ts":"2019-04-30T05:00:00Z","id":7,"v":nan}' '{"ts":"2019-04-30T05:00:00Z","id":7.0,"v":1.}' >log
	dhcp-window -a 'count,sum(v),max(v)' log | short | shows '05:00:00 05:30:00 "id":7,"count":3,"sum_v":1.5,"max_v":1'
}

@test "a long name is the same however it is escaped" {
	name=$(long 300 n)
	dhcp "\"id\":1,\"\\u006e$name\":5,\"n$name\":6" | eve-dhcp-filter --fields "id,n$name" | shows "{\"id\":1,\"n$name\":6}"
	dhcp "\"id\":1,\"n$name\":5,\"\\u006e$name\":6" | eve-dhcp-filter --fields "id,n$name" | shows "{\"id\":1,\"n$name\":6}"
	lines "{\"\\u006e$name\":1}" "{\"n$name\":2}" "{\"\\u006en$name\":9}" >in
	dhcp-topn -n 1 -k "n$name" in | shows "{\"n$name\":2}"
}

@test "half of a surrogate pair is what it is for jq" {
	for text in '\ud83d' '\ud83d\ud83d' '\ud83d\n' '\ud83dx' '\ud83dxudc00' '\ud83d\xdc00' '\ud83d\u0041' '\ud83d\ue000' '\ud83d\udc0' '\udc00' '\udfffx' '\ud83d\u'; do
		dhcp "\"hostname\":\"$text\""
	done >log
	eve-dhcp-filter --fields hostname log >got 2>err || [ $? -eq 1 ]
	jq -Rc 'try (fromjson | {hostname: .dhcp.hostname}) catch empty' log | same - got
	dhcp '"hostname":"\ud83d\ude00\ud800\udc00\udbff\udfff"' | eve-dhcp-filter --fields hostname | jq -r .hostname | shows '😀𐀀􏿿'
}

@test "line breaks inside an array or object become blanks" {
	lines '{"message":"{\"event_type\":\"dhcp\",\"x\":[1,\r\n 2,\n\"a\\n b\"],\"dhcp\":{\r\"id\":1}}"}' >log
	eve-dhcp-filter --fields x log | shows '{"x":[1,   2, "a\n b"]}'
	eve-dhcp-filter --fields dhcp log | shows '{"dhcp":{ "id":1}}'
}

@test "a type of message that is spelt with escapes is that type, and no other one is" {
	for type in '"\u0061ck"' '"ac\u006B"' '"ACK"' '"ack "' '"ack\u0000"' '"\u0061ckn"' 5 null '["ack"]'; do dhcp "\"dhcp_type\":$type"; done >log
	printf '{"event_type":"dhcp","dhcp":{"dhcp_type":"ack\xff"}}\n' >>log
	eve-dhcp-filter -t ack --fields dhcp_type log | shows '{"dhcp_type":"\u0061ck"}
{"dhcp_type":"ac\u006B"}'
	eve-dhcp-filter -t discover,offer,request,nak,decline,release,inform -c log | shows 0
}

@test "a source that is a long text is no address: -x lets it pass, --src does not" {
	{ dhcp '"id":1' "\"src_ip\":\"$(long 200 1)\""; dhcp '"id":2' '"src_ip":"10.0.0.\u0031"'; dhcp '"id":3' '"src_ip":"10.0.0.2"'; } >log
	eve-dhcp-filter --fields id -x 10.0.0.1 log | shows '{"id":1}
{"id":3}'
	eve-dhcp-filter --fields id --src 0.0.0.0/0 log | shows '{"id":2}
{"id":3}'
}

# --- conditions

@test "-w that fails with something else than a text shows it as JSON" {
	dhcp '"id":1' >log
	while IFS=$'\t' read -r expression said; do
		fails 1 "eve-dhcp-filter: log:1: --where: $said" eve-dhcp-filter -w "$expression" log
	done <<-'LINES'
	error({a:1})	{"a":1}
	error([1,"x"])	[1,"x"]
	error("a\nb")	a b
	"\u001b[31m" | error	\u001b[31m
	LINES
}

# --- heartbeats and partitions

@test "a partition without the name of a topic is a source of its own" {
	lines '{"ts":"2019-04-30T05:00:00Z","partition":0}' '{"ts":"2019-04-30T06:00:00Z","topic":5,"partition":0}' '{"ts":"2019-04-30T05:10:00Z","topic":"t","partition":0}' >log
	dhcp-window --stats -l 0 --partitions 2 -b '' -a count log 2>err | short | shows '05:00:00 05:30:00 "count":2
06:00:00 06:30:00 "count":1'
	jq -c '[.sources[] | [.topic, .partition, .clock[11:16]]]' err | shows '[["",0,"06:00"],["t",0,"05:10"]]'
	fails 2 'dhcp-window: --partitions: 1: there is one more: t/0' dhcp-window -l 0 --partitions 1 log
}

@test "the counts of dozens of partitions are one line of JSON" {
	for i in $(seq 0 39); do of "$i" 7 05:00:00; done | sed "s/\"t\"/\"$(long 40)\"/" >log
	dhcp-window --stats -b '' -a count log 2>err | short | shows '05:00:00 05:30:00 "count":40'
	[ "$(wc -l <err)" -eq 1 ]
	jq -c '[.read, (.sources | length), ([.sources[].offset] | add), ([.sources[].partition] | add)]' err | shows '[40,40,320,780]'
}

# --- windows

@test "a record that cannot be added up counts in each of its windows, and is said once" {
	{ at 05:00:00 '"v":"x"'; at 05:00:00 '"v":2'; } >log
	dhcp-window --stats -e 1h --slide 20m -b '' -a 'count,sum(v)' log >got 2>err || [ $? -eq 1 ]
	short <got | shows '04:20:00 05:20:00 "count":2,"sum_v":2
04:40:00 05:40:00 "count":2,"sum_v":2
05:00:00 06:00:00 "count":2,"sum_v":2'
	grep -v '^{' err | shows 'dhcp-window: log:1: sum or avg of what is no number'
	counted not_aggregated,bad,passed | shows '[1,0,2]'
}

# piece START END: a partial row.
piece() { echo '{"window":{"start":"2019-04-30T'"$1"':00Z","end":"2019-04-30T'"$2"':00Z"},"count":1}'; }

@test "windows that end together are written in the order of their beginnings" {
	{ piece 05:30 06:00; piece 04:00 06:00; piece 05:00 06:00; piece 05:30 05:45; piece 05:00 06:00; } >rows
	dhcp-window --merge -b '' -a count rows | short | shows '05:30:00 05:45:00 "count":1
04:00:00 06:00:00 "count":1
05:00:00 06:00:00 "count":2
05:30:00 06:00:00 "count":1'
}

@test "a session that is shorter than its silence is no partial row of it" {
	{ piece 05:00 05:10; piece 05:00 05:30; } >rows
	dhcp-window --merge --session 30m -b '' -a count rows >got 2>err || [ $? -eq 1 ]
	short <got | shows '05:00:00 05:30:00 "count":1'
	shows 'dhcp-window: rows:1: a session shorter than --session' <err
}

# --- rows and layouts

@test "a nested member that comes twice is one column with the last value" {
	lines '{"a":{"b":1,"b":2,"c":{"d":1,"e":0,"d":7}},"z":1}' | dhcp-topn -f csv | shows 'a.b,a.c.d,a.c.e,z
2,7,0,1'
}

@test "a row of dozens of columns is laid out like any" {
	awk 'BEGIN { for (i = 1; i <= 40; i++) { names = names (i > 1 ? "," : "") "c" i; values = values (i > 1 ? "," : "") i; row = row (i > 1 ? "," : "") "\"c" i "\":" i }
		print "{" row "}"; print names >"want"; print values >"want" }' >in
	dhcp-topn -f csv in | same want -
	dhcp-topn -f tsv in | tr '\t' , | same want -
}

@test "csv quotes a carriage return and a line feed, tsv escapes them" {
	lines '{"a":"x\ry","b":"x\ny","c":"\r","d":""}' >in
	printf 'a,b,c,d\n"x\ry","x\ny","\r",""\n' >want
	dhcp-topn -f csv in | same want -
	printf 'a\tb\tc\td\nx\\ry\tx\\ny\t\\r\t\n' >want
	dhcp-topn -f tsv in | same want -
}

@test "what turns the direction of writing is shown as an escape, what stands beside it in Unicode is not" {
	lines '{"a":"\u061c|\u200e|\u200f|\u2028|\u202e|\u2066|\u2069|\u007f|\u0080|\u009f|\u001f"}' | dhcp-topn -f table | tail -n 1 |
		shows '\u061c|\u200e|\u200f|\u2028|\u202e|\u2066|\u2069|\u007f|\u0080|\u009f|\u001f'
	lines '{"a":"\u061b|\u061d|\u200d|\u2010|\u2027|\u202f|\u2065|\u206a|\u00a0|~"}' | dhcp-topn -f table | tail -n 1 |
		shows "$(jq -rn '"\u061b|\u061d|\u200d|\u2010|\u2027|\u202f|\u2065|\u206a|\u00a0|~"')"
}

@test "a character that Unicode has not given out takes one column" {
	lines '{"a":"\uffff\ufdd0","b":1}' '{"a":"ab","b":1}' '{"a":"\u3042\u0301","b":1}' >in
	dhcp-topn -f table -k a in | sed 's/  1$//' >got
	jq -rn '"a   b", "\uffff\ufdd0", "\u3042\u0301", "ab"' | same - got
}

@test "a row's key of thousands of bytes is one key, however it is spelt" {
	text=$(long 2000)
	lines "{\"w\":{\"a\":\"$text\",\"b\":1},\"n\":1}" "{\"w\":{\"b\":1.0,\"a\":\"$text\"},\"n\":2}" "{\"w\":{\"a\":\"${text}y\",\"b\":1},\"n\":3}" >in
	ranked '3 2' -u w -k n
}

@test "with --by a member of a key can be ranked by" {
	lines '{"w":{"s":"a"}}' '{"w":{"s":"b"}}' '{"w":{"s":"b"}}' '{"w":{"s":"c"}}' | dhcp-topn --by w -k w.s:asc | jq -c '[.w.s, .count]' | shows '["a",1]
["b",2]
["c",1]'
}

@test "shares of a sum below zero are shares" {
	lines '{"k":1,"n":-1}' '{"k":2,"n":-3}' | dhcp-topn --by k --sum n | shows '{"k":1,"count":1,"sum":-1,"share":0.25}
{"k":2,"count":1,"sum":-3,"share":0.75}'
}

# --- lines and runs

@test "with --strict a line that is too long ends the run, and what stands behind it is not looked at" {
	{ lines '{"n":1}'; long 67108865; echo; lines nonsense '{"n":2}'; } >in
	for how in in -; do
		fails 2 "dhcp-topn: $how:2: line longer than 64 MiB
{\"program\":\"dhcp-topn\",\"read\":2,\"passed\":1,\"blank\":0,\"bad\":1,\"heartbeats\":0,\"rows\":0}
dhcp-topn: stopped at the first bad line (--strict)" dhcp-topn --strict --stats "$how" < <(cat in)
	done
	rm in
}

# --- options and messages

@test "an option is named as it was given, in a heap of letters, too" {
	fails 2 'eve-dhcp-filter: -Q: no such option (see eve-dhcp-filter --help)' eve-dhcp-filter -cQ
	fails 2 'eve-dhcp-filter: -Q: no such option (see eve-dhcp-filter --help)' eve-dhcp-filter -Qc
	fails 2 'dhcp-window: -q: no such option (see dhcp-window --help)' dhcp-window --stats -qe
	fails 2 'dhcp-topn: -z: no such option (see dhcp-topn --help)' dhcp-topn --sort=a -zn 5
	fails 2 'eve-dhcp-filter: -m: wants a value (see eve-dhcp-filter --help)' eve-dhcp-filter -cm
	fails 2 'dhcp-topn: -n: wants a value (see dhcp-topn --help)' dhcp-topn -n
	fails 2 'dhcp-topn: --sort: wants a value (see dhcp-topn --help)' dhcp-topn --sort
	fails 2 'dhcp-topn: --stats=1: takes no value (see dhcp-topn --help)' dhcp-topn --stats=1
	fails 2 'dhcp-topn: --s: may be more than one option (see dhcp-topn --help)' dhcp-topn --s x
	fails 2 'dhcp-window: --late=1h: may be more than one option (see dhcp-window --help)' dhcp-window --late=1h
	fails 2 'dhcp-window: --latex: no such option (see dhcp-window --help)' dhcp-window --latex
}

@test "an option without a field is refused" {
	fails 2 'eve-dhcp-filter: --require: : empty field name' eve-dhcp-filter -r ''
	fails 2 'dhcp-topn: --per: : not one field name' dhcp-topn --per ''
	fails 2 'eve-dhcp-filter: --fields: id, hostname: a blank beside a field' eve-dhcp-filter --fields 'id, hostname'
	fails 2 'eve-dhcp-filter: --require:  hostname: a blank beside a field' eve-dhcp-filter -r ' hostname'
	fails 2 'dhcp-window: --by: id, src_ip: a blank beside a field' dhcp-window -b 'id, src_ip'
	fails 2 'dhcp-window: --agg: count,max(ts ): a blank beside a field' dhcp-window -a 'count,max(ts )'
	fails 2 'dhcp-topn: --by: id, hostname: a blank beside a field' dhcp-topn --by 'id, hostname'
	fails 2 'dhcp-topn: --sort:  id: a blank beside a field' dhcp-topn -k ' id'
	fails 2 'dhcp-topn: --fields: a, b: a blank beside a field' dhcp-topn -f csv --fields 'a, b'
	fails 2 'dhcp-topn: --upsert: a,: empty field name' dhcp-topn -u a,
}

@test "the names that rows have themselves are taken, wherever a path would put them" {
	for name in window truncated part; do
		fails 2 "dhcp-window: --by: $name: two members of the row would have one name" dhcp-window -b $name
		fails 2 "dhcp-window: --by: x.$name: two members of the row would have one name" dhcp-window -b x.$name
		fails 2 "dhcp-window: --agg: $name=count: two members of the row would have one name (NAME=max(F) renames)" dhcp-window -a $name=count
	done
}

@test "an equals sign may stand in a field's name" {
	at 05:00:00 '"a=b":3' >log
	dhcp-window -b '' -a 'max(a=b),x=max(a=b)' log | short | shows '05:00:00 05:30:00 "max_a=b":3,"x":3'
}

@test "a message about something very long is cut, and stays one line" {
	name=$(long 9000)
	for program in eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases; do
		status=0
		$program "$name" >got 2>err || status=$?
		[ $status -eq 2 ]
		[ "$(wc -l <err)" -eq 1 ]
		[ "$(wc -c <err)" -eq 5120 ]
		grep -q "^$program: xxx" err
	done
}

@test "a name of bytes that are no UTF-8 has room, however long" {
	for n in 253 254 255 300; do
		name=$(printf '\xff%.0s' $(seq $n))
		echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"$name\":1,\"id\":7}}" | eve-dhcp-filter --fields id
		echo "{\"$name\":1,\"id\":7}" | dhcp-topn -f csv --fields id | sed 1d
	done | sort -u | same <(printf '%s\n' 7 '{"id":7}') -
}

@test "a message tells the line and the reason, however long the path" {
	folder=$(printf '%0200d/' {1..8})
	mkdir -p "$folder"
	lines '{"event_type":"dhcp"' >"$folder/bad"
	for program in eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases; do
		$program "$folder/bad" >got 2>err || expect_status 1 $?
		grep -q '/bad:1: [A-Z]' err || { cat err; return 1; }
	done
}

@test "a bad line does not soften the status of a file that could not be read" {
	lines nonsense >bad
	for program in eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases; do
		[ $program != eve-dhcp-filter ] || lines '{"event_type":"dhcp"' >bad
		status=0
		$program missing bad >got 2>err || status=$?
		[ $status -eq 2 ]
		[ "$(wc -l <err)" -eq 2 ]
	done
}

@test "a file that is emptied behind the reader has lines that nobody knows, and none is named wrongly" {
	mkfifo rows
	{ grep -m 1700 '"event_type":"dhcp"' "$DAY"; seq 9000 | sed 's/.*/{"event_type":"dhcp"]/'; } >log
	eve-dhcp-filter log >rows 2>err 3>&- &
	exec 7<rows
	head -c 300000 <&7 >/dev/null
	sleep 0.2
	: >log
	kill -USR1 $!
	cat <&7 >/dev/null
	exec 7<&-
	wait $! || [ $? -eq 1 ]
	grep '^{' err | jq -c 'has("read") or has("not_dhcp")' >got
	echo false >want
	same want got
	! grep 'log:[1-9]' err
}

@test "two that append to one file tear no line of each other" {
	seq 30000 | sed 's/.*/{"event_type":"dhcp","n":1]/' >log
	eve-dhcp-filter --reject kept log 2>/dev/null &
	eve-dhcp-filter --reject kept log 2>/dev/null || [ $? -eq 1 ]
	wait $! || [ $? -eq 1 ]
	[ "$(wc -l <kept)" -eq 60000 ]
	! grep -vm 1 $'^log:[0-9]*:[^\t]*\t{"event_type":"dhcp","n":1]$' kept
}
