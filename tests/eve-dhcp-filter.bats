# eve-dhcp-filter: what it takes, what it lets pass, what it writes and says.

load helper

# gives TEXT COMMAND...: status 0 and TEXT on standard output.
gives() {
	printf '%s\n' "$1" >want
	"${@:2}" >got || { echo "status $?"; return 1; }
	same want got
}

# dhcp MEMBERS: a DHCP event with these members in its dhcp object.
dhcp() {
	printf '{"timestamp":"2019-04-30T05:00:00.000000+0000","event_type":"dhcp","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dhcp":{%s}}\n' "$1"
}

# src ADDRESS...: an event from each, numbered from 1.
src() {
	local id=0 address
	for address; do
		id=$((id + 1))
		printf '{"event_type":"dhcp","src_ip":%s,"dhcp":{"id":%d}}\n' "$address" $id
	done
}

# at TIME...: an event at each, numbered from 1.
at() {
	local id=0 time
	for time; do
		id=$((id + 1))
		printf '{"timestamp":"%s","event_type":"dhcp","dhcp":{"id":%d}}\n' "$time" $id
	done
}

# ids WANT OPTION...: the numbers of the events on standard input that pass.
ids() {
	gives "$1" by_sh 'eve-dhcp-filter --fields id "$@" | tr -dc "0-9\n" | paste -sd " "' "${@:2}"
}

# counts WANT OPTION...: how many of the day pass.
counts() { gives "$1" eve-dhcp-filter -c "${@:2}" "$DAY"; }

# not COMMAND...: it fails.  (A mere ! would be passed over.)
not() { ! "$@"; }

# books CONDITION: the counts of --stats in the file stats add up, and the condition holds.
books() {
	jq -e "(.read == .passed + .not_dhcp + .bad + .src + .require + .dhcp_type + .since + .until + .no_time + .where + .where_error
		+ .matched) and ($1)" stats
}

# Suricata's own lines: three versions, the settings `extended: no`, `yes`, and with all that a header can hold.

@test "what Suricata 6.0.1 writes" {
	for set in default.crafted ext.crafted extall.crafted ext.alert-on-dhcp; do
		golden suricata-6.0.1-$set eve-dhcp-filter "$DATA/suricata/suricata-6.0.1-$set.eve.json"
	done
}

@test "what Suricata 7.0.10 writes" {
	for set in default.crafted ext.crafted extall.crafted ext.alert-on-dhcp; do
		golden suricata-7.0.10-$set eve-dhcp-filter "$DATA/suricata/suricata-7.0.10-$set.eve.json"
	done
}

@test "what Suricata 8.0.7 writes" {
	for set in default.crafted ext.crafted extall.crafted ext.alert-on-dhcp; do
		golden suricata-8.0.7-$set eve-dhcp-filter "$DATA/suricata/suricata-8.0.7-$set.eve.json"
	done
}

@test "in all of them as many events pass as jq finds" {
	for file in "$DATA"/suricata/*.eve.json; do
		gives "$(jq -r 'select(.event_type == "dhcp") | 1' "$file" | wc -l)" eve-dhcp-filter -c "$file"
	done
}

# Conditions.

@test "-x drops events from an address, however often it is given" {
	counts 4289 -x 10.77.0.1
	counts 425 -x 10.77.0.1 --exclude-src 0.0.0.0
	src '"10.0.0.1"' '"10.0.0.10"' '"10.0.0.1 "' '"10.0.0.\u0031"' | ids '2 3' -x 10.0.0.1
}

@test "-x with a length drops a whole network" {
	counts 3916 -x 10.77.0.0/20
	src '"10.127.255.255"' '"10.128.0.0"' '"10.255.0.1"' '"11.0.0.0"' | ids '1 4' -x 10.128.0.0/9
	src '"1.2.3.4"' '"::1"' | ids 2 -x 0.0.0.0/0
	src '"1.2.3.4"' '"1.2.3.5"' | ids 2 -x 1.2.3.4/32
}

@test "-x knows IPv6 in every spelling" {
	src '"2001:db8::1"' '"2001:0db8:0000:0000:0000:0000:0000:0001"' '"2001:DB8::1"' '"2001:db8::2"' '"::ffff:10.0.0.1"' '"10.0.0.1"' |
		ids '4 5 6' -x 2001:db8::1
	src '"2001:db8::1"' '"2001:db9::1"' '"1.2.3.4"' | ids '2 3' -x 2001:db8::/32
}

@test "an event without src_ip is neither equal nor unequal to an address, so -x drops it; one with another text passes" {
	src null '"10.0.0.1"' '""' 5 '"x"' | ids '3 4 5' -x 10.0.0.1
	echo '{"event_type":"dhcp","dhcp":{"id":1}}' | ids '' -x 10.0.0.1
	echo '{"event_type":"dhcp","dhcp":{"id":1}}' | ids 1
}

@test "--src keeps only what comes from there" {
	counts 39 --src 10.77.0.66
	counts 373 --src 10.77.0.0/20 -x 10.77.0.1
	src '"10.0.0.1"' '"10.0.0.2"' '"::1"' '"x"' null | ids '1 3' --src 10.0.0.1 --src ::/8
}

@test "what is no address is refused" {
	for value in 300.1.1.1 1.2.3 10.0.0.0/33 10.0.0.0/ 10.0.0.0/x '' ::1/129 010.0.0.1 'nas1'; do
		fails 2 "eve-dhcp-filter: --exclude-src: $value: not an address (10.0.0.1, 10.0.0.0/8, 2001:db8::/32)" eve-dhcp-filter -x "$value"
	done
	fails 2 'eve-dhcp-filter: --src: x: not an address (10.0.0.1, 10.0.0.0/8, 2001:db8::/32)' eve-dhcp-filter --src x
}

@test "-r drops events where a field is absent or null; an empty text is a value" {
	counts 1180 -r hostname
	counts 223 --require requested_ip -r hostname
	{ dhcp '"id":1'; dhcp '"id":2,"hostname":null'; dhcp '"id":3,"hostname":""'; dhcp '"id":4,"hostname":false'; dhcp '"id":5,"hostname":"\u0000"'; } |
		ids '3 4 5' -r hostname
}

@test "-r takes a header's field, a path, and a name that only a newer Suricata knows" {
	counts 6848 -r flow_id -r timestamp -r ts
	counts 1180 -r dhcp.hostname
	counts 0 -r nosuch
	counts 0 -r topic
	{ dhcp '"id":1,"future":{"x":1}'; dhcp '"id":2'; } | ids 1 -r future
	{ dhcp '"id":1,"future":{"x":1}'; dhcp '"id":2,"future":2'; } | ids 1 -r dhcp.future.x
}

@test "-t keeps some types of message" {
	counts 71 -t nak,decline
	counts 954 -t ack --dhcp-type nak
	counts 6848 -t discover,offer,request,ack,nak,decline,release,inform
	{ dhcp '"id":1,"dhcp_type":"\u0061ck"'; dhcp '"id":2,"dhcp_type":"unknown"'; dhcp '"id":3'; dhcp '"id":4,"dhcp_type":5'; } | ids 1 -t ack
	for list in foo '' ack, ACK; do
		fails 2 "eve-dhcp-filter: --dhcp-type: $list: not a list of discover,offer,request,ack,nak,decline,release,inform" \
			eve-dhcp-filter -t "$list"
	done
}

@test "-w keeps what a jq condition holds for, on the whole event" {
	counts 15 -w '.dhcp.hostname == "nas1"'
	counts 238 --where '.dhcp.type == "reply" and .dhcp.lease_time < 3600'
	counts 120 -w '.timestamp | test("T00:")'
	gives 1 eve-dhcp-filter -c -w '.flow_id == 1954370236912745 and .dest_port == 67' "$DATA/forms/kcat-filebeat.json"
}

@test "-w holds if any output is true, and not if there is none" {
	counts 6848 -w 'null, false, 0'
	counts 0 -w empty
	counts 0 -w 'null, false'
}

@test "-w says what is wrong with an expression, without jq's own words" {
	fails 2 'eve-dhcp-filter: --where: foo: foo/0 is not defined' eve-dhcp-filter -w foo
	for expression in '.a)' '"a' '.foo bar' '' '(' '# nothing' 'true) and (true'; do
		not eve-dhcp-filter -w "$expression" 2>err
		head -n 1 err | grep -qF "eve-dhcp-filter: --where: $expression: "
		[ "$(wc -l <err)" -eq 1 ]
		not grep -iE 'shell|top-level|jq:' err
	done
	fails 2 'eve-dhcp-filter: --where: .y: given twice (join conditions with `and`)' eve-dhcp-filter -w .x -w .y
}

@test "-w knows nothing of ~/.jq, the environment, modules, and further input" {
	echo 'def length: 7; def secret: true;' >.jq
	mkdir home && cp .jq home/.jq
	export HOME=$PWD/home SECRET=x
	dhcp '"id":1' | ids '' -w 'length == 7'
	dhcp '"id":1' | not eve-dhcp-filter -w secret 2>/dev/null
	dhcp '"id":1' | ids '' -w 'env | length > 0'
	dhcp '"id":1' | ids '' -w '$ENV.SECRET'
	echo 'true' >module.jq
	for expression in 'import "module" as m; true' 'include "module"; true' 'import "./module" as $m {search: "."}; true'; do
		not eve-dhcp-filter -w "$expression" </dev/null 2>/dev/null
	done
	for expression in input inputs halt '"x" | halt_error'; do
		dhcp '"id":1' | not eve-dhcp-filter -w "$expression" 2>err
		grep -q 'not available here' err
	done
	dhcp '"id":1' | ids 1 -w '"words" | debug | stderr' 2>err
	same /dev/null err
}

@test "an event on which -w fails is said and counted, and the others still pass" {
	{ dhcp '"id":1,"hostname":"a"'; dhcp '"id":2,"hostname":7'; dhcp '"id":3,"hostname":"b"'; } >events
	golden_status 1 filter-where-error eve-dhcp-filter -w '.dhcp.hostname + "x"' --stats events 2>err
	head -n 1 err >got
	echo 'eve-dhcp-filter: events:2: --where: number (7) and string ("x") cannot be added' >want
	same want got
	sed -n 2p err >stats
	books '.where_error == 1 and .passed == 2'
}

@test "-w that does not end is stopped, and the next event is looked at" {
	{ dhcp '"id":1'; dhcp '"id":2'; } >events
	golden_status 1 filter-where-runaway eve-dhcp-filter --fields id -w 'if .dhcp.id == 1 then last(repeat(1)) else true end' events 2>err
	gives 'eve-dhcp-filter: events:1: --where: it does not end on this input' cat err
}

# bats test_tags=once
@test "-w that does not end inside libjq ends the run" {
	dhcp '"id":1' >events
	fails 2 'eve-dhcp-filter: --where: the expression does not end on this input' eve-dhcp-filter -w '[1,2] | del(.[nan])' events
}

@test "the time between two events is none that -w takes" {
	{ dhcp '"id":1'; sleep 1.2; dhcp '"id":2'; } | ids '1 2' -w true
}

@test "--since is included, --until is not" {
	at 2019-04-30T04:59:59.999999Z 2019-04-30T05:00:00Z 2019-04-30T14:29:59.999999+0900 2019-04-30T05:30:00+0000 >events
	ids '2 3 4' --since 2019-04-30T05:00:00Z <events
	ids '1 2 3' --until 2019-04-30T05:30:00Z <events
	ids '2 3' --since 2019-04-30T14:00:00+09:00 --until 2019-04-30T05:30:00Z <events
	ids '1 2 3 4' --since 2019-04-30 --until 2019-05-01 <events
	ids '' --since 2019-04-30T05:30:00Z --until 2019-04-30T05:00:00Z <events
	counts 5991 --since 2019-04-30T05:00:00Z
}

@test "--since and --until may be relative to now, and are in UTC" {
	at "$(date -u -d '-90 minutes' +%FT%TZ)" "$(date -u -d '-1 minute' +%FT%TZ)" "$(date -u -d '+1 hour' +%FT%TZ)" >events
	ids '2 3' --since -1h <events
	ids '1 2' --until now <events
	ids '1 2' --until +30m <events 2>err
	ids 2 --since -1h30s --until +1m <events
	at 1999-01-01T00:00:00Z "$(date -u -d '+1 day' +%FT%TZ)" | TZ=Asia/Seoul ids 2 --since today
}

@test "an --until ahead of now goes on with the clock, and tells what it dropped" {
	local i
	at "$(date -u -d '+13 seconds' +%FT%TZ)" >event
	{ for i in $(seq 300); do [ ! -s out ] || break; cat event; sleep 0.1; done; } | eve-dhcp-filter --until +10s >out 2>err
	[ -s out ]
	# An hour from now is not yet.
	at "$(date -u -d '+2 hours' +%FT%TZ)" >event
	eve-dhcp-filter --until +1h event event 2>err >out
	[ ! -s out ]
	same err - <<<"eve-dhcp-filter: dropped 2 by --until +1h: their time is ahead of this machine's clock"
	eve-dhcp-filter --until "$(date -u -d '+1 hour' +%FT%TZ)" event 2>&1 | same /dev/null -
}

@test "what is no time is refused" {
	for value in yesterday 2019-13-01 2019-02-29 '' - -5x 2019-04-30T25:00:00Z 1h; do
		fails 2 "eve-dhcp-filter: --since: $value: not a time (2019-04-30T05:00:00Z, 2019-04-30, -2h, +1h, today, now)" \
			eve-dhcp-filter --since "$value"
	done
}

@test "an event whose time cannot be read passes without ts, but not between two times" {
	at ts-error 2019-04-30T05:00:00Z >events
	gives '{"timestamp":"ts-error","id":1}
{"ts":"2019-04-30T05:00:00.000000Z","timestamp":"2019-04-30T05:00:00Z","id":2}' eve-dhcp-filter events
	ids 2 --since 1970-01-01 --stats <events 2>stats
	books '.no_time == 1'
	ids 2 -r ts <events
}

@test "-v writes the DHCP events that fail a condition, and nothing else" {
	counts 5668 -v -r hostname
	counts 0 --invert-match
	counts 6848 -v -w false
	src '"10.0.0.1"' '"10.0.0.2"' null | ids '1 3' -v -x 10.0.0.1
}

@test "-c counts, over all operands" {
	gives 13696 eve-dhcp-filter --count "$DAY" "$DAY"
	gives 0 eve-dhcp-filter -c /dev/null
}

@test "-m stops after so many, over all operands" {
	at 1970-01-01T00:00:00Z 1970-01-01T00:00:00Z >two
	gives '{"id":1}
{"id":2}
{"id":1}' eve-dhcp-filter -m 3 --fields id two two two
	gives '{"id":1}' eve-dhcp-filter --max-count 1 --fields id two missing
	gives 5 eve-dhcp-filter -m 5 -c "$DAY"
	gives 6850 eve-dhcp-filter -m 6850 -c "$DAY" "$DAY"
	same /dev/null <(eve-dhcp-filter -m 0 two)
	gives 0 timeout 20 eve-dhcp-filter -c -m 0 < <(sleep 30)
	fails 2 'eve-dhcp-filter: --max-count: -1: not a whole number' eve-dhcp-filter -m -1
	fails 2 'eve-dhcp-filter: --max-count: 18446744073709551616: too large' eve-dhcp-filter -m 18446744073709551616
}

@test "-m leaves the rest of an open pipe alone and does not wait for its end" {
	mkfifo in
	timeout 60 eve-dhcp-filter -m 1 <in >got &
	exec 7>in
	dhcp '"id":1' >&7
	wait $!
	exec 7>&-
	[ "$(wc -l <got)" -eq 1 ]
}

# Output.

@test "--fields writes what is asked for, in that order, under its last name" {
	golden filter-fields eve-dhcp-filter --fields hostname,dhcp.id,ts,src_ip,flow_id,community_id,ether.src_mac,lease_time,params,type,host \
		"$DATA/suricata/suricata-8.0.7-extall.crafted.eve.json"
	gives '{"topic":"suricata","offset":42,"partition":3,"dest_port":67}' \
		eve-dhcp-filter --fields topic,offset,partition,dest_port "$DATA/forms/kcat.json"
}

@test "--fields gives no two members one name" {
	for list in id,dhcp.id id,hostname,id ether.src_mac,x.src_mac; do
		fails 2 "eve-dhcp-filter: --fields: $list: two members of the record would have one name" eve-dhcp-filter --fields $list
	done
}

@test "--fields with a plus adds to what is usually written" {
	echo '{"event_type":"dhcp","src_ip":"10.0.0.1","dhcp":{"id":7,"lease_time":60,"hostname":"a"}}' >in
	echo '{"src_ip":"10.0.0.1","id":7,"hostname":"a","lease_time":60}' >want
	eve-dhcp-filter --fields +lease_time in >got
	same want got
	fails 2 'eve-dhcp-filter: --fields: +id: two members of the record would have one name' eve-dhcp-filter --fields +id in
	fails 2 'eve-dhcp-filter: --fields: +: empty field name' eve-dhcp-filter --fields + in
	fails 2 'eve-dhcp-filter: --fields: +vlan: not a field (a name, or names joined by dots)' eve-dhcp-filter --fields id,+vlan in
}

@test "--fields leaves out what is absent or null, and may leave nothing" {
	dhcp '"id":null,"hostname":"h"' | gives '{"hostname":"h"}' eve-dhcp-filter --fields id,hostname,nosuch,no.such
	dhcp '"id":null' | gives '{}' eve-dhcp-filter --fields id
	fails 2 'eve-dhcp-filter: --fields: id,,x: empty field name' eve-dhcp-filter --fields id,,x
	fails 2 'eve-dhcp-filter: --fields: : empty field name' eve-dhcp-filter --fields ''
}

@test "--fields looks for an unknown name in the dhcp object, then at the top" {
	printf '%s\n' '{"event_type":"dhcp","future":1,"dhcp":{"future":2}}' '{"event_type":"dhcp","future":1,"dhcp":{}}' >events
	gives '{"future":2}
{"future":1}' eve-dhcp-filter --fields future events
}

@test "--fields writes whole objects and arrays, on one line" {
	dhcp '"params":["a", "b"],"x":{ "y" : [ ] }' |
		gives '{"params":["a", "b"],"x":{ "y" : [ ] },"dhcp":{"params":["a", "b"],"x":{ "y" : [ ] }}}' eve-dhcp-filter --fields params,x,dhcp
	jq -c '.payload |= (fromjson | tojson | gsub(","; ",\n"))' "$DATA/forms/kcat.json" >pretty
	eve-dhcp-filter --fields dhcp pretty >got
	[ "$(wc -l <got)" -eq 1 ]
	[ "$(jq -c .dhcp.hostname got)" = '"nas1"' ]
}

@test "values keep their bytes: numbers of any size, escapes, text of any language" {
	dhcp '"id":123456789012345678901234567890,"hostname":"a\/\u00e9é민수\u0000\"\\","lease_time":1.50,"x":-0' |
		gives '{"id":123456789012345678901234567890,"hostname":"a\/\u00e9é민수\u0000\"\\","lease_time":1.50,"x":-0}' \
			eve-dhcp-filter --fields id,hostname,lease_time,x
}

@test "bytes that are no UTF-8 become U+FFFD, as in jq, unless --raw keeps them" {
	printf '{"event_type":"dhcp","dhcp":{"hostname":"a\xff\xfe|\x80|\xe2\x82|\xed\xa0\xbd|\xc0\xaf|\\u0001"}}\n' >event
	gives "$(jq -c '{hostname: .dhcp.hostname}' event)" eve-dhcp-filter --fields hostname event
	eve-dhcp-filter --raw event >got
	same event got
}

@test "--raw writes the line itself" {
	eve-dhcp-filter --raw "$DAY" >got
	grep '"event_type":"dhcp"' "$DAY" >want
	same want got
	cd "$DATA/forms"
	for form in plain cee-prefix logstash-prefix crlf spaces rsyslog-spaced bom escaped-value duplicates; do
		eve-dhcp-filter --raw $form.json >"$BATS_TEST_TMPDIR/got"
		same $form.json "$BATS_TEST_TMPDIR/got"
	done
	eve-dhcp-filter --raw nul-hole.json no-newline.json | cmp - <(cat plain.json plain.json)
}

@test "after a long line there are short ones" {
	{ dhcp "\"id\":1,\"hostname\":\"$(printf '%0300000d' 7)\""; for _ in 1 2 3; do cat "$DAY"; done; } | grep '"event_type":"dhcp"' >in
	eve-dhcp-filter --raw in | same in -
}

@test "--raw writes the event that an envelope holds" {
	cd "$DATA/forms"
	for form in kcat kcat-headers kcat-filebeat kafka-connect dotnet filebeat-message filebeat-in-filebeat event-original vector-message; do
		eve-dhcp-filter --raw $form.json | cmp - plain.json
	done
	eve-dhcp-filter --raw kcat-pretty.json >"$BATS_TEST_TMPDIR/pretty"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/pretty")" -eq 1 ]
	jq -c . "$BATS_TEST_TMPDIR/pretty" | cmp - plain.json
	fails 2 'eve-dhcp-filter: --raw: --fields: one excludes the other' eve-dhcp-filter --raw --fields id
}

@test "ts is the Kafka time in an envelope, EVE's own with --time event or where the broker knows none" {
	gives '{"ts":"2019-04-30T05:03:11.999000Z"}' eve-dhcp-filter --fields ts "$DATA/forms/kcat.json"
	gives '{"ts":"2019-04-30T05:03:11.999000Z"}' eve-dhcp-filter --time kafka --fields ts "$DATA/forms/kcat.json"
	gives '{"ts":"2019-04-30T05:03:11.123456Z"}' eve-dhcp-filter --time event --fields ts "$DATA/forms/kcat.json"
	gives '{"ts":"2019-04-30T05:03:11.123456Z"}' eve-dhcp-filter --fields ts "$DATA/forms/kcat-no-time.json"
	gives '{"ts":"2019-04-30T05:03:11.123456Z"}' eve-dhcp-filter --time kafka --fields ts "$DATA/forms/plain.json"
	fails 2 'eve-dhcp-filter: --time: x: not kafka or event' eve-dhcp-filter --time x
}

@test "--since goes by ts, whichever it is" {
	gives 0 eve-dhcp-filter -c --until 2019-04-30T05:03:11.5Z "$DATA/forms/kcat.json"
	gives 1 eve-dhcp-filter -c --until 2019-04-30T05:03:11.5Z --time event "$DATA/forms/kcat.json"
}

# Input.

RECORD='"timestamp":"2019-04-30T14:03:11.123456+0900","src_ip":"10.0.0.7","dest_ip":"10.0.0.1","type":"request","dhcp_type":"request","id":4016330564,"client_mac":"00:11:32:17:49:f0","client_ip":"10.0.0.7","assigned_ip":"0.0.0.0","hostname":"nas1"'

# forms NAME...: each of these files in data/forms holds the same event.
forms() {
	local form
	for form; do
		gives "{\"ts\":\"2019-04-30T05:03:11.123456Z\",$RECORD}" eve-dhcp-filter "$DATA/forms/$form.json" || { echo "form $form"; return 1; }
	done
}

# messages NAME...: and each of these holds it in an envelope of kcat.
messages() {
	local form
	for form; do
		gives "{\"ts\":\"2019-04-30T05:03:11.999000Z\",$RECORD,\"topic\":\"suricata\",\"partition\":3,\"offset\":42}" \
			eve-dhcp-filter "$DATA/forms/$form.json" || { echo "form $form"; return 1; }
	done
}

@test "blanks between the parts of a line do not matter, as Redis, syslog and rsyslog have them" {
	forms plain spaces rsyslog-spaced tabs-and-blanks
}

@test "text before the object is skipped: Suricata's prefix, Logstash's and syslog's" {
	forms cee-prefix logstash-prefix syslog-prefix
}

@test "text before the object may have braces, as Logstash writes of a host" {
	for prefix in '2019-04-30T05:03:12.000Z {name=sensor1} ' 'host suricata{eve}: ' '<13>1 - - [meta x="{a}"] ' 'x {}: ' '@cee:'; do
		echo "$prefix$(<"$DATA/forms/plain.json")" >event
		eve-dhcp-filter event >got
		eve-dhcp-filter "$DATA/forms/plain.json" >want
		same want got
	done
}

@test "a hole of NUL bytes, a byte order mark, a CR and a missing newline at the end do no harm" {
	forms nul-hole bom crlf no-newline
}

@test "a name or value may hide behind escapes in either case" {
	forms escaped-name escaped-value escaped-upper-hex
}

@test "of several members of one name the last counts" {
	forms duplicates
	dhcp '"id":1,"hostname":"first","hostname":"second"' | gives '{"hostname":"second"}' eve-dhcp-filter --fields hostname
	dhcp '"id":1,"hostname":"first","hostname":null' | gives 0 eve-dhcp-filter -c -r hostname
	echo '{"event_type":"dhcp","dhcp":{"id":1,"hostname":"h"},"dhcp":{"id":2}}' | gives '{"id":2}' eve-dhcp-filter
	echo '{"event_type":"dhcp","dhcp":{"id":1},"dhcp":5}' | gives '{}' eve-dhcp-filter
	echo '{"event_type":"dhcp","event_type":"dns","dhcp":{"id":1}}' | gives 0 eve-dhcp-filter -c
}

@test "only the event_type at the top counts" {
	forms nested-event-type
	gives 0 eve-dhcp-filter -c "$DATA/forms/others.json"
}

@test "Filebeat's, Logstash's and Vector's message holds the line as text" {
	forms filebeat-message vector-message dotnet logstash-json
}

@test "Filebeat, Fluent Bit, Fluentd and Vector may take the event apart and order it anew" {
	forms filebeat-root fluent-bit fluent-bit-iso fluentd vector
}

@test "Filebeat's Suricata module moves the addresses, and drops the time stamp" {
	gives "{\"ts\":\"2019-04-30T05:03:11.123000Z\",$(echo "$RECORD" | cut -d , -f 2-)}" eve-dhcp-filter "$DATA/forms/ecs.json"
	forms event-original
}

@test "Kafka Connect's payload is text or an object" {
	forms kafka-connect kafka-connect-object
}

@test "kcat's envelope gives its time, topic, partition and offset, whatever else it holds" {
	messages kcat kcat-headers
}

@test "a payload may have a prefix, a byte order mark, line feeds, escapes, an envelope of its own" {
	messages kcat-cee kcat-bom kcat-pretty kcat-escaped kcat-filebeat
	forms filebeat-in-filebeat
}

@test "a tombstone, an empty payload and a payload that is not EVE are no events" {
	for payload in null '""' '" "' 5 true '[]' '{}' '"{}"' '"{\"x\":\"dhcp\"}"' '"event_type: dhcp"'; do
		echo "{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"tstype\":\"create\",\"ts\":1,\"broker\":1,\"key\":\"dhcp\",\"payload\":$payload}"
	done >messages
	gives 0 eve-dhcp-filter -c messages
}

@test "a payload that is no UTF-8 is read as far as it can be" {
	printf '{"topic":"t","partition":0,"offset":1,"tstype":"create","ts":0,"broker":1,"key":"\xff","payload":"{\\"event_type\\":\\"dhcp\\",\\"x\\":\\"\xff\\",\\"dhcp\\":{\\"hostname\\":\\"a\xfeb\\"}}"}\n' >message
	gives '{"ts":"1970-01-01T00:00:00.000000Z","hostname":"a�b","topic":"t","partition":0,"offset":1}' eve-dhcp-filter message
	eve-dhcp-filter --raw message >got
	printf '{"event_type":"dhcp","x":"\xff","dhcp":{"hostname":"a\xfeb"}}\n' >want
	same want got
}

@test "envelopes in envelopes end at some depth" {
	line=$(cat "$DATA/forms/plain.json")
	for depth in 1 2 3 4; do line=$(jq -cn --arg line "$line" '{message: $line}'); done
	echo "$line" | gives 1 eve-dhcp-filter -c
	jq -cn --arg line "$line" '{message: $line}' >deep
	fails 1 'eve-dhcp-filter: deep:1: envelopes nested too deep' eve-dhcp-filter deep
}

# forms_of INPUT NAME...: with -i INPUT events are found in these forms and no others.
forms_of() {
	local form
	for form in plain cee-prefix vector kcat kcat-pretty kafka-connect filebeat-message dotnet vector-message ecs event-original; do
		eve-dhcp-filter -i "$1" -c "$DATA/forms/$form.json" | sed "s/^1$/$form/;/^0$/d"
	done >got
	printf '%s\n' "${@:2}" >want
	same want got
}

@test "-i takes one form of input alone" {
	forms_of eve plain cee-prefix vector
	forms_of kafka kcat kcat-pretty kafka-connect
	forms_of message filebeat-message dotnet vector-message
	forms_of ecs ecs event-original
	forms_of auto plain cee-prefix vector kcat kcat-pretty kafka-connect filebeat-message dotnet vector-message ecs event-original
	fails 2 'eve-dhcp-filter: --input: x: not one of auto, eve, kafka, message, ecs' eve-dhcp-filter -i x
}

@test "-i looks through what stands at the top, in an event that is another one" {
	echo '{"event_type":"alert","payload":"{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":1}}"}' >event
	gives 0 eve-dhcp-filter -c event
	gives 1 eve-dhcp-filter -c -i kafka event
}

# Counting and complaining.

bad_lines() {
	dhcp '"id":1'
	echo '{"event_type":"dhcp"'
	echo
	echo 'dhcp, but not looked at'
	echo '{"event_type":"dhcp"} x'
	dhcp '"id":2'
	printf '{"event_type":"dhcp","x":"\001"}\n'
}

# said TEXT COMMAND...: status 1, and TEXT is how the messages begin that are about lines, without their reasons.
said() {
	local status=0
	"${@:2}" >out 2>err || status=$?
	expect_status 1 "$status"
	grep -oE '^eve-dhcp-filter: [^ ]*:[0-9]+: ' err | sed 's/^eve-dhcp-filter: //; s/: $//' | paste -sd ' ' >got
	echo "$1" >want
	same want got
}

@test "a bad line is named by its file and number, and the others pass" {
	bad_lines >bad
	said 'bad:2 bad:5 bad:7' eve-dhcp-filter bad
	[ "$(wc -l <out)" -eq 2 ]
	gives 'eve-dhcp-filter: bad:7: control byte in JSON' tail -n 1 err
}

@test "a bad line is named in a pipe, too, and in a second operand" {
	bad_lines >bad
	said '-:2 -:5 -:7' eve-dhcp-filter <bad
	cat bad | said '-:2 -:5 -:7' eve-dhcp-filter
	cat bad | said '-:2 -:5 -:7' eve-dhcp-filter -c "$DAY" -
	said 'bad:2 bad:5 bad:7' eve-dhcp-filter -c "$DAY" bad "$DAY"
	printf x >unended
	said 'bad:2 bad:5 bad:7' eve-dhcp-filter unended bad
}

@test "the number of a bad line far behind is right, in a file and in a pipe" {
	{ cat "$DAY"; bad_lines; cat "$DAY"; echo '{"event_type":"dhcp"'; } >long
	said 'long:42101 long:42104 long:42106 long:84206' eve-dhcp-filter -c long
	cat long | said '-:42101 -:42104 -:42106 -:84206' eve-dhcp-filter -c
	said 'long:42101 long:42104 long:42106 long:84206' eve-dhcp-filter -c --stats long
	printf '\n\n\n' | cat - long >rest
	{ head -c 3 >/dev/null; said '-:42101 -:42104 -:42106 -:84206' eve-dhcp-filter -c; } <rest
}

@test "five bad lines are named, the rest is counted" {
	bad_lines >bad
	said 'bad:2 bad:5 bad:7 bad:2 bad:5' eve-dhcp-filter bad bad bad
	gives 'eve-dhcp-filter: 9 lines not understood, the first 5 named above' tail -n 1 err
}

@test "a message stays on one line and shows no control bytes" {
	printf 'bad\033[31m\nname' >name
	bad_lines >"$(cat name)"
	not eve-dhcp-filter "$(cat name)" >/dev/null 2>err
	[ "$(wc -l <err)" -eq 3 ]
	not grep -q '[[:cntrl:]]' err
}

@test "--strict ends the run at the first bad line, with what came before it" {
	bad_lines >bad
	golden_status 2 filter-strict eve-dhcp-filter --strict bad missing 2>err
	gives 'eve-dhcp-filter: stopped at the first bad line (--strict)' tail -n 1 err
	[ "$(wc -l <err)" -eq 2 ]
	gives 6848 eve-dhcp-filter --strict -c "$DAY"
}

@test "--reject appends each bad line with its place and the reason" {
	bad_lines >bad
	said 'bad:2 bad:5 bad:7' eve-dhcp-filter --reject rejected bad
	said '-:2 -:5 -:7' eve-dhcp-filter --reject rejected - <bad
	cut -d : -f 1,2 rejected | paste -sd ' ' >got
	echo 'bad:2 bad:5 bad:7 -:2 -:5 -:7' >want
	same want got
	for line in 2 5 7 2 5 7; do sed -n ${line}p bad; done >want
	cut -f 2- rejected >got
	same want got
	fails 2 'eve-dhcp-filter: --reject: no/such: No such file or directory' eve-dhcp-filter --reject no/such
}

@test "what was rejected can be read again" {
	bad_lines >bad
	said 'bad:2 bad:5 bad:7' eve-dhcp-filter --reject rejected bad
	sed 's/dhcp"$/dhcp"}/; s/ x$//; s/\x01//' rejected >mended
	gives 3 eve-dhcp-filter -c mended
}

@test "--stats: on the day the books balance" {
	counts 6848 --stats 2>stats
	echo '{"program":"eve-dhcp-filter","read":42099,"passed":6848,"not_dhcp":35251,"bad":0,"src":0,"require":0,"dhcp_type":0,"since":0,"until":0,"no_time":0,"where":0,"where_error":0,"matched":0,"gaps":0,"heartbeats":0,"bytes":21489764}' >want
	same want stats
}

# stats_of OPTION...: the line of counts in stats, whatever the status.
stats_of() {
	eve-dhcp-filter "$@" >out 2>err || true
	grep '^{' err >stats
}

@test "--stats: every reason has its count, and the books balance" {
	{
		bad_lines
		src '"10.0.0.1"' null
		at 1999-01-01T00:00:00Z 2029-01-01T00:00:00Z ts-error
	} >lines
	{ cat lines; dhcp '"id":2,"hostname":"a","dhcp_type":"ack"'; dhcp '"id":3,"hostname":"a","dhcp_type":"nak"'; dhcp '"id":9,"hostname":"a","dhcp_type":"nak"'; } >all
	stats_of --stats -x 10.0.0.1 all
	books '.src == 10 and .bad == 3 and .read == 15'
	stats_of --stats -r hostname -t nak -w '.dhcp.id > 3' all
	books '.require == 7 and .dhcp_type == 1 and .where == 1 and .passed == 1'
	stats_of --stats --since 2000-01-01 --until 2020-01-01 all
	books '.since == 1 and .until == 1 and .no_time == 3 and .passed == 5'
	stats_of --stats -v --since 2000-01-01 --until 2020-01-01 all
	books '.passed == 5 and .matched == 5'
	stats_of --stats -v -w '.dhcp.id + "x"' all
	books '.where_error == 10'
}

@test "--stats: the books balance over several operands, in a pipe, with -m and with --strict" {
	bad_lines >bad
	cat "$DAY" | eve-dhcp-filter --stats -c "$DAY" - "$DAY" 2>stats >out
	books '.read == 126297 and .bytes == 64469292'
	cat "$DAY" | stats_of --stats -m 5 || [ $? -eq 141 ]
	books '.read == 36 and .passed == 5'
	eve-dhcp-filter --stats -m 6850 "$DAY" "$DAY" 2>stats >out
	books '.read == 42101 and .passed == 6850'
	stats_of --stats bad missing bad
	books '.read == 14 and .bad == 6 and .passed == 4'
	stats_of --stats --strict bad bad
	books '.read == 2 and .bad == 1'
}

@test "SIGUSR1 gives a line of counts at once, while the input stays open" {
	mkfifo in err
	eve-dhcp-filter <in >out 2>err &
	pid=$!
	exec 7>in 8<err
	dhcp '"id":1' >&7
	while ! [ -s out ]; do sleep 0.01; done
	kill -USR1 $pid
	IFS= read -r -t 60 -u 8 line
	echo "$line" >stats
	books '.read == 1 and .passed == 1'
	dhcp '"id":2' >&7
	exec 7>&-
	wait $pid
	exec 8<&-
	[ "$(wc -l <out)" -eq 2 ]
}

@test "a directory or a missing file is named, the next operand is still read, status 2" {
	dhcp '"id":1' >event
	golden_status 2 filter-next-operand eve-dhcp-filter missing event . event 2>err
	printf '%s\n' 'eve-dhcp-filter: missing: No such file or directory' 'eve-dhcp-filter: .: is a directory' >want
	sed 's/Is a directory/is a directory/' err >got
	same want got
}

@test "a compressed file is named with what would unpack it, and the next one is read" {
	dhcp '"id":1' >event
	head -n 20 "$DAY" | tee many | gzip >event.gz
	xz -c many >event.xz
	printf '\x28\xb5\x2f\xfd\x04\x58\xad\x01' >event.zst
	printf 'BZh91AY&SY' >event.bz2
	printf '\x04\x22\x4d\x18\x64\x40\xa7' >event.lz4
	printf '\x1f\x9d\x90\x61\x02\x0a\0' >event.Z
	printf 'PK\x03\x04\x14\0\0' >event.zip
	printf '\x50\x2a\x4d\x18\x04\0\0' >event.pzstd
	printf '\x5d\0\0\x80\0\xff\xff' >event.lzma
	printf 'LZIP\x01\x0c\0' >event.lz
	printf '\x89LZO\0\r\n' >event.lzo
	for pair in gz:zcat xz:xzcat zst:zstdcat bz2:bzcat lz4:lz4cat Z:zcat 'zip:unzip -p' pzstd:zstdcat lzma:xzcat 'lz:lzip -dc' 'lzo:lzop -dc'; do
		status=0
		eve-dhcp-filter event.${pair%:*} event >out 2>err || status=$?
		[ $status -eq 2 ]
		gives "eve-dhcp-filter: event.${pair%:*}: compressed: ${pair#*:} event.${pair%:*} | eve-dhcp-filter" cat err
		[ "$(wc -l <out)" -eq 1 ]
	done
	sed 's/^/BZhost: /' event | gives 1 eve-dhcp-filter -c
	# However its bytes come, and whatever they are.
	{ printf '\x1f\x8b\x08\0\n'; sleep 0.1; printf '\n\x44\x66\0\3'; } | fails 2 'eve-dhcp-filter: -: compressed: zcat - | eve-dhcp-filter' eve-dhcp-filter
	for text in '' '\n' '\n\n' '{}' '{}\n' '{}\n\n' 'a\nb\nc' 'PK' 'PK\n' 'P\nK'; do
		printf "$text" | eve-dhcp-filter --stats 2>&1 >/dev/null | tail -n 1 | jq .read
	done | paste -sd ' ' | gives '0 1 2 1 1 2 3 1 1 2' cat
}

@test "a file is not read into itself" {
	dhcp '"id":1' >event
	cp event before
	status=0
	eve-dhcp-filter event >>event 2>err || status=$?
	[ $status -eq 2 ]
	gives 'eve-dhcp-filter: event: this file is the output, too' cat err
	same before event
	status=0
	eve-dhcp-filter - <event 1<>event 2>err || status=$?
	[ $status -eq 2 ]
	same before event
}

@test "options are refused with what to type" {
	fails 2 'eve-dhcp-filter: --foo: no such option (see eve-dhcp-filter --help)' eve-dhcp-filter --foo
	fails 2 'eve-dhcp-filter: -z: no such option (see eve-dhcp-filter --help)' eve-dhcp-filter -z
	fails 2 'eve-dhcp-filter: -x: wants a value (see eve-dhcp-filter --help)' eve-dhcp-filter -x
	fails 2 'eve-dhcp-filter: --require: wants a value (see eve-dhcp-filter --help)' eve-dhcp-filter --require
	fails 2 'eve-dhcp-filter: --raw=5: takes no value (see eve-dhcp-filter --help)' eve-dhcp-filter --raw=5
}

@test "options may stand behind operands, and -- ends them" {
	src '"10.0.0.1"' '"10.0.0.2"' >-x
	gives 1 eve-dhcp-filter -c ./-x -x 10.0.0.1
	gives 2 eve-dhcp-filter -c -- -x
}

@test "a bad line that was too long is in the books, if the run stops there" {
	{ head -c 70000000 /dev/zero | tr '\0' a; echo; } | stats_of --strict --stats || [ $? -eq 141 ]
	jq -c '[.read, .passed, .not_dhcp, .bad]' stats >got
	echo '[1,0,0,1]' >want
	same want got
}

@test "broken UTF-8 in an array becomes U+FFFD, too" {
	printf '{"event_type":"dhcp","dhcp":{"routers":["a\xff"]}}\n' >event
	eve-dhcp-filter --fields routers event >got
	echo '{"routers":["a�"]}' >want
	same want got
}

@test "a Kafka time stamp beyond the year 9999 is none" {
	echo '{"topic":"a","ts":9999999999999999,"payload":{"event_type":"dhcp"}}' >event
	eve-dhcp-filter event >got
	echo '{"topic":"a"}' >want
	same want got
}

@test "an event in a shipper's message that has no time goes by the shipper's" {
	echo '{"@timestamp":"2019-04-30T05:00:00Z","message":"{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":7}}"}' >event
	eve-dhcp-filter event >got
	echo '{"ts":"2019-04-30T05:00:00.000000Z","id":7}' >want
	same want got
}

@test "a large line that only libjq would take is a bad line" {
	{ printf '{"event_type":"dhcp","dhcp":{"id":07},"x":['; head -c 1500000 /dev/zero | sed 's/\x0/{},/g'; echo '1]}'; } >event
	fails 1 'eve-dhcp-filter: event:1: too large for libjq: over 4 MiB' eve-dhcp-filter event
}

@test "a line that is too large for libjq fails --where" {
	{ printf '{"event_type":"dhcp","dhcp":{"id":7},"x":['; head -c 1500000 /dev/zero | sed 's/\x0/{},/g'; echo '1]}'; } >event
	fails 1 'eve-dhcp-filter: event:1: --where: too large for libjq: over 4 MiB' eve-dhcp-filter --where .dhcp.id event
}

# many N: an object of N members.
many() { echo "{$(seq -f '"%g":0' "$1" | paste -sd,)}"; }

@test "an object of more members than libjq is given is a bad line, and fails --where" {
	for n in 256 257; do echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":07},\"x\":[$(many 2),$(many $n)]}"; done >odd
	sed 's/07/7/' odd >plain
	for asked in odd 'plain -w .dhcp.id'; do
		status=0
		eve-dhcp-filter $asked >got 2>err || status=$?
		expect_status 1 $status
		same <(echo '{"id":7}') got
		sed 's/--where: //' err | same <(echo "eve-dhcp-filter: ${asked%% *}:2: too large for libjq: an object of over 256 members") -
	done
	eve-dhcp-filter -c plain | same <(echo 2) -
	# Members of several objects are not one object's, and colons in strings are none.
	for text in "$(many 200),$(many 200)" "{\"a\":$(many 200),\"b\":$(many 200)}" "\"$(printf ':%.0s' {1..999})\\\"\"" \
		"$(printf '[%.0s' {1..200})$(many 200)$(printf ']%.0s' {1..200}),$(many 200)"; do
		echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":07},\"x\":[$text]}"
	done >fine
	eve-dhcp-filter -c fine | same <(echo 4) -
}

@test "lines with a string behind a value, which libjq 1.6 loses, take no memory" {
	sanitized && skip "no room for shadow memory"
	long=$(printf '%100000s' x)
	for text in '""' '1' '{}' '[ "a",1]' 'null	 '; do echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":7},\"a\":$text\"$long\"}"; done >five
	for _ in {1..100}; do cat five; done >log
	(ulimit -v 40000; eve-dhcp-filter --stats log >got 2>err) || expect_status 1 $?
	same /dev/null got
	grep -c 'Expected separator between values at column' err | same <(echo 5) -
	grep '^{' err | jq -c '[.read, .bad]' | same <(echo '[500,500]') -
}

@test "SIGUSR1 while a pipe waits for its writer does no harm" {
	mkfifo pipe
	eve-dhcp-filter -c pipe >got 3>&- &
	for _ in 1 2 3; do sleep 0.1 && kill -USR1 $!; done
	cat "$DAY" >pipe
	wait $!
	echo 6848 >want
	same want got
}

@test "counts that are not known are left out when a signal asks for them" {
	mkfifo pipe
	eve-dhcp-filter -c "$DAY" pipe >got 2>said 3>&- &
	exec 4>pipe
	while [ ! -s said ]; do kill -USR1 $!; sleep 0.1; done
	exec 4>&-
	wait $!
	head -n 1 said | jq -c '[has("read"), has("not_dhcp"), .passed]' >got
	echo '[false,false,6848]' >want
	same want got
}

# Terminals: script runs a command with one.

# on_terminal COMMAND: what a terminal sees.
on_terminal() {
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no pseudo-terminal can be had here"
	script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

@test "a terminal sees no control byte of a value raw" {
	printf '{"event_type":"dhcp","dhcp":{"id":1,"hostname":"\x7f|\xc2\x9b31m|\xe2\x80\xae|\xff|\\u001b[31m|\t"}}\n' | sed 's/\t//' >event
	on_terminal 'eve-dhcp-filter event' >got
	echo '{"id":1,"hostname":"\u007f|\u009b31m|\u202e|�|\u001b[31m|"}' >want
	same want got
	on_terminal 'eve-dhcp-filter --raw event' >got
	echo '{"event_type":"dhcp","dhcp":{"id":1,"hostname":"\u007f|\u009b31m|\u202e|�|\u001b[31m|"}}' >want
	same want got
}

@test "a file sees a value as it is" {
	printf '{"event_type":"dhcp","dhcp":{"id":1,"hostname":"\x7f|\xc2\x9b31m|\xe2\x80\xae"}}\n' >event
	printf '{"id":1,"hostname":"\x7f|\xc2\x9b31m|\xe2\x80\xae"}\n' >want
	eve-dhcp-filter event >got
	same want got
}

@test "at a terminal a run without a result says what dropped the events" {
	dhcp '"id":1' >event
	src null null >>event
	on_terminal 'eve-dhcp-filter -x 10.0.0.1 -r hostname event' >got
	echo 'eve-dhcp-filter: no event passed: dropped 3 by --src or --exclude-src' >want
	same want got
	on_terminal 'eve-dhcp-filter -x 10.0.0.2 -r hostname event' >got
	echo 'eve-dhcp-filter: no event passed: dropped 2 by --src or --exclude-src, 1 by --require' >want
	same want got
	on_terminal 'eve-dhcp-filter -r hostname event 2>/dev/null' >got
	same /dev/null got
	on_terminal 'eve-dhcp-filter -r id event' >got
	[ "$(wc -l <got)" -eq 3 ]
	on_terminal 'eve-dhcp-filter -r hostname /dev/null' >got
	same /dev/null got
}

@test "at a terminal a run that saw only ACKs says what Suricata needs to log more" {
	on_terminal "eve-dhcp-filter -t request '$DATA/suricata/suricata-8.0.7-default.crafted.eve.json'" >got
	echo 'eve-dhcp-filter: no event passed: dropped 27 by --dhcp-type; only ACKs were seen: Suricata logs the other types with `dhcp: extended: yes`' >want
	same want got
}
