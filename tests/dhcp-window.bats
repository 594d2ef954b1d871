# dhcp-window: keys, windows, sessions, aggregates, odd lines.

load helper

# Every aggregate, most of them over values of many kinds.
ALL='count,count(hostname),distinct(client_mac),min(hostname),max(hostname),sum(id),avg(id),first(src_ip),last(hostname)'
ALL=$ALL,'values(client_mac),min_ip(assigned_ip),max_ip(src_ip),text=max(src_ip),max(ts)'

lines() { printf '%s\n' "$@"; }

# at TIME [MEMBERS]...: records of that day, in pairs.
at() {
	for (( ; $# > 0; )); do
		echo "{\"ts\":\"2019-04-30T$1Z\"${2:+,$2}}"
		shift $(($# > 1 ? 2 : 1))
	done
}

# values JSON...: records of one group and time that have these under v.
values() {
	for value; do echo "{\"ts\":\"2019-04-30T05:00:00.000000Z\",\"v\":$value}"; done
}

# gives LINES COMMAND...: status 0, and these lines on standard output.
gives() {
	local status=0
	"${@:2}" >.got || status=$?
	printf '%s\n' "$1" >.want
	same .want .got && expect_status 0 "$status"
}

# shows LINES: they are all that comes on standard input.
shows() {
	cat >.got
	printf '%s\n' "$1" >.want
	same .want .got
}

# of AGGREGATES [OPTION]...: what they give for all the records of standard input, in whatever order those come.
of() {
	cat >.in
	dhcp-window -b '' -a "$@" .in >.rows || return
	tac .in | dhcp-window -b '' -a "$@" >.back || return
	same .rows .back && sed 's/^{"window":{[^}]*},*//; s/}$//' .rows
}

# short OPTION...: rows as START END MEMBERS, without what is the same in all of them.
short() {
	dhcp-window "$@" >.rows || return
	sed 's/^{"window":{"start":"\([^"]*\)","end":"\([^"]*\)"},*\(.*\)}$/\1 \2 \3/; s/2019-04-30T//g; s/\.000000Z//g; s/ $//' .rows
}

# orders FILE: all orders of its lines, as order.1 and so on.
orders() {
	awk '
		{ line[NR] = $0 }
		function put(depth, i) {
			if (depth > NR) {
				out = "order." ++n
				for (i = 1; i <= NR; i++) print line[place[i]] >out
				close(out)
			}
			for (i = 1; i <= NR; i++)
				if (!taken[i]) {
					taken[i] = 1; place[depth] = i
					put(depth + 1)
					taken[i] = 0
				}
		}
		END { put(1) }' "$1"
}

# in_all_orders OPTION...: of any order of the records of standard input come the rows that come of this one.
in_all_orders() {
	cat >.in
	dhcp-window "$@" .in >.want || return
	orders .in
	for order in order.*; do
		dhcp-window "$@" "$order" | cmp -s - .want || { echo "$order:"; cat "$order"; return 1; }
	done
	cat .want
}

# counts READ PASSED BLANK BAD NO_TIME NOT_AGGREGATED WINDOWS GROUPS ROWS HAVING HAVING_ERROR BYTES [OPEN [FILE [TIME]]]:
# the line of --stats; OPEN windows with a group each, FILE has come to TIME that day, and holds them if there are some.
counts() {
	local clock=${15:+\"2019-04-30T${15}.000000Z\"}
	printf '{"program":"dhcp-window","read":%d,"passed":%d,"blank":%d,"bad":%d,"no_time":%d,' "${@:1:5}"
	printf '"late":0,"replayed":0,"heartbeats":0,"lost":0,"gaps":0,"not_aggregated":%d,' "$6"
	printf '"windows":%d,"groups":%d,"rows":%d,"having":%d,"having_error":%d,"evicted":0,"bytes":%d,' "${@:7:6}"
	printf '"open_windows":%d,"open_groups":%d,"watermark":null,' "${13:-0}" "${13:-0}"
	[ "${13:-0}" -gt 0 ] && printf '"holds":"%s",' "${14}" || printf '"holds":null,'
	[ -n "$clock" ] && printf '"ahead":"%s",' "${14}" || printf '"ahead":null,'
	printf '"sources":['
	[ -z "${14:-}" ] || printf '{"file":"%s","clock":%s}' "${14}" "${clock:-null}"
	echo ']}'
}

# --- keys

@test "without options it is the query of the Spark job" { golden window-default dhcp-window "$DATA/window/seed.ndjson"; }

@test "the query of the Spark job can be spelt out" {
	golden window-default dhcp-window --every 30m --by id "$DATA/window/seed.ndjson" \
		--agg 'max_src_ip=max(src_ip),max(hostname),max(client_ip),max(requested_ip),max(ts),count=count(id)'
}

@test "keys go by type and value: 7 and 7.0 are one, \"7\" is another" {
	at 05:00:00 '"id":7' 05:00:00 '"id":"7"' 05:00:00 '"id":7.0' 05:00:00 '"id":"\u0037"' 05:00:00 '"id":0.7e1' |
		gives $'05:00:00 05:30:00 "id":"7","count":2\n05:00:00 05:30:00 "id":7,"count":3' short -a count
}

@test "null and absent are one key, which count(id) does not count" {
	at 05:00:00 '"id":null' 05:00:00 '' 05:00:00 '"id":"null"' |
		gives $'05:00:00 05:30:00 "id":"null","count":1,"count_id":1\n05:00:00 05:30:00 "id":null,"count":2,"count_id":0' \
			short -a 'count,count(id)'
}

@test "a key of several fields stands in the row in the order asked for" {
	at 05:00:00 '"a":1,"b":"x"' 05:00:00 '"b":"x","a":1' 05:00:00 '"a":1' |
		gives $'05:00:00 05:30:00 "b":"x","a":1,"n":2\n05:00:00 05:30:00 "b":null,"a":1,"n":1' short -b b,a -a n=count
}

@test "keys of several fields are not confused" {
	at 05:00:00 '"a":"x","b":"y,z"' 05:00:00 '"a":"x,y","b":"z"' 05:00:00 '"a":"x\u0001","b":""' 05:00:00 '"a":"x","b":"\u0001"' |
		short -b a,b -a count | cut -d ' ' -f 3 >got
	lines '"a":"x","b":"\u0001","count":1' '"a":"x","b":"y,z","count":1' '"a":"x,y","b":"z","count":1' '"a":"x\u0001","b":"","count":1' >want
	same want got
}

@test "a path leads into objects, and goes by its last name" {
	at 05:00:00 '"dhcp":{"id":5,"o":{"n":"x"}}' 05:00:00 '"dhcp":{"id":5,"o":7}' 05:00:00 '"dhcp":[5]' 05:00:00 '"dhcp.id":5' |
		gives $'05:00:00 05:30:00 "id":5,"max_n":"x"\n05:00:00 05:30:00 "id":null,"max_n":null' short -b dhcp.id -a 'max(dhcp.o.n)'
}

@test "without a key all the records of a window are one group" {
	at 05:00:00 '"id":1' 05:30:00 '"id":2' 05:29:00 '' | gives $'05:00:00 05:30:00 "count":2\n05:30:00 06:00:00 "count":1' short -b '' -a count
}

@test "without aggregates the keys alone come out" {
	at 05:00:00 '"id":1' 05:01:00 '"id":1' | gives '05:00:00 05:30:00 "id":1' short -a ''
	at 05:00:00 | gives '05:00:00 05:30:00' short -b '' -a ''
}

@test "a key may be an object, whatever the order of its members" {
	at 05:00:00 '"id":{"b":[1, 2],"a":{}}' 05:00:00 '"id":{"a":{},"b":[1,2]}' 05:00:00 '"id":[]' |
		gives $'05:00:00 05:30:00 "id":[],"count":1\n05:00:00 05:30:00 "id":{"a":{},"b":[1,2]},"count":2' short -a count
}

@test "a key may be a time, long, or any bytes" {
	at 05:00:00 '"id":"2019-04-30T05:00:00.000000Z"' 05:00:00 '"id":"\u0000\"\\\n\u001f"' 05:00:00 '"id":""' |
		dhcp-window -a count | jq -c .id >got
	lines '""' '"2019-04-30T05:00:00.000000Z"' '"\u0000\"\\\n\u001f"' >want
	sort got >sorted
	same want sorted
	at 05:00:00 "\"id\":\"$(head -c 100000 /dev/zero | tr '\0' x)\"" >in
	cat in in | dhcp-window -a count | jq -c '[(.id | length), .count]' | shows '[100000,2]'
}

@test "of a name that comes twice the last value counts" {
	lines '{"ts":"x","id":1,"ts":"2019-04-30T05:00:00Z","id":2}' '{"id":9,"id":null,"ts":"2019-04-30T05:00:00Z"}' |
		gives $'05:00:00 05:30:00 "id":2,"count":1\n05:00:00 05:30:00 "id":null,"count":1' short -a count
}

@test "an escaped name is the name" {
	lines '{"\u0074s":"2019-04-30T05:00:00Z","i\u0064":2}' | gives '05:00:00 05:30:00 "id":2,"count":1' short -a count
}

@test "rows are in the order of end, start and the key's bytes" {
	at 06:00:00 '"id":1' 05:00:00 '"id":9' 05:00:00 '"id":10' 05:00:00 '"id":"9"' 05:00:00 '"id":"\uff5a"' 05:00:00 '"id":"\ud83d\ude00"' \
		05:00:00 '"id":null' 05:00:00 '"id":true' 05:00:00 '"id":-1' 05:00:00 '"id":"longer than eight"' 05:00:00 '"id":"longer than 8"' |
		dhcp-window -a count | jq -r '"\(.window.start[11:16]) \(.id | tojson)"' >got
	lines '05:00 "9"' '05:00 "longer than 8"' '05:00 "longer than eight"' '05:00 "ｚ"' '05:00 "😀"' '05:00 -1' '05:00 10' '05:00 9' '05:00 null' \
		'05:00 true' '06:00 1' >want
	same want got
}

# --- windows

@test "windows are half open: a record on the edge belongs to the later one" {
	at 05:29:59.999999 '' 05:30:00 '' 05:59:59.999999 '' 06:00:00 '' |
		gives $'05:00:00 05:30:00 "count":1\n05:30:00 06:00:00 "count":2\n06:00:00 06:30:00 "count":1' short -b '' -a count
}

@test "before 1970 times are floored, too" {
	lines '{"ts":"1969-12-31T23:59:59.999999Z"}' '{"ts":"1969-12-31T23:30:00Z"}' '{"ts":"1969-12-31T23:29:59.999999Z"}' '{"ts":"1970-01-01T00:00:00Z"}' \
		'{"ts":"1583-02-28T23:59:59Z"}' | dhcp-window -b '' -a count | jq -r '"\(.window.start) \(.window.end) \(.count)"' >got
	lines '1583-02-28T23:30:00.000000Z 1583-03-01T00:00:00.000000Z 1' '1969-12-31T23:00:00.000000Z 1969-12-31T23:30:00.000000Z 1' \
		'1969-12-31T23:30:00.000000Z 1970-01-01T00:00:00.000000Z 2' '1970-01-01T00:00:00.000000Z 1970-01-01T00:30:00.000000Z 1' >want
	same want got
}

# length DURATION [OPTION]...: the window of 2019-04-30T05:03:11.123456Z.
length() { at 05:03:11.123456 | dhcp-window -b '' -a '' -e "$@" | jq -r '"\(.window.start) \(.window.end)"'; }

@test "a window may be of any length, and is aligned to 1970 in UTC" {
	gives '2019-04-30T05:03:11.123456Z 2019-04-30T05:03:11.123457Z' length 1us
	gives '2019-04-30T05:03:11.000000Z 2019-04-30T05:03:11.250000Z' length 250ms
	gives '2019-04-30T05:03:11.000000Z 2019-04-30T05:03:18.000000Z' length 7s
	gives '2019-04-30T04:57:00.000000Z 2019-04-30T05:04:00.000000Z' length 7m
	gives '2019-04-30T04:30:00.000000Z 2019-04-30T06:00:00.000000Z' length 1h30m
	gives '2019-04-30T00:00:00.000000Z 2019-05-01T00:00:00.000000Z' length 1d
	gives '2019-04-25T00:00:00.000000Z 2019-05-02T00:00:00.000000Z' length 1w
	gives '2019-04-14T00:00:00.000000Z 2024-03-18T00:00:00.000000Z' length 1800d
}

@test "--align shifts the edges, by more than a window, too" {
	gives '2019-04-29T15:00:00.000000Z 2019-04-30T15:00:00.000000Z' length 1d --align 15h
	gives '2019-04-29T15:00:00.000000Z 2019-04-30T15:00:00.000000Z' length 1d --align 63h
	gives '2019-04-30T04:35:00.000000Z 2019-04-30T05:05:00.000000Z' length 30m --align 5m
	gives '2019-04-30T05:00:00.000000Z 2019-04-30T05:30:00.000000Z' length 30m --align 30m
	gives '2019-04-30T05:03:11.000001Z 2019-04-30T05:03:12.000001Z' length 1s --align 1us
}

@test "an edge that is shifted is half open, too" {
	at 05:04:59.999999 '' 05:05:00 '' | gives $'04:35:00 05:05:00 "count":1\n05:05:00 05:35:00 "count":1' short -b '' -a count --align 5m
}

@test "with --slide a record is in every window that holds it" {
	at 05:10:00 '"id":1' 05:19:59.999999 '"id":2' |
		gives $'04:50:00 05:20:00 "values_id":[1,2]\n05:00:00 05:30:00 "values_id":[1,2]\n05:10:00 05:40:00 "values_id":[1,2]' \
			short -b '' -a 'values(id)' --slide 10m
	at 05:10:00 '"id":1' 05:20:00 '"id":2' |
		gives $'04:50:00 05:20:00 "values_id":[1]\n05:00:00 05:30:00 "values_id":[1,2]\n05:10:00 05:40:00 "values_id":[1,2]
05:20:00 05:50:00 "values_id":[2]' short -b '' -a 'values(id)' --slide 10m
}

@test "a slide need not divide the window" {
	# Windows begin at multiples of 7 s since 1970, one of them at 05:00:02.
	at 05:00:01 | gives '04:59:55 05:00:05 "count":1' short -b '' -a count -e 10s --slide 7s
	at 05:00:02 | gives $'04:59:55 05:00:05 "count":1\n05:00:02 05:00:12 "count":1' short -b '' -a count -e 10s --slide 7s
	at 05:00:02 | gives '04:59:56 05:00:06 "count":1' short -b '' -a count -e 10s --slide 7s --align 1s
}

@test "windows slide before 1970, too" {
	lines '{"ts":"1969-12-31T23:59:59Z"}' | dhcp-window -b '' -a count -e 20s --slide 10s | jq -r '"\(.window.start[11:19]) \(.window.end[11:19])"' >got
	lines '23:59:40 00:00:00' '23:59:50 00:00:10' >want
	same want got
}

@test "a slide as long as the window changes nothing" {
	dhcp-window "$DATA/window/seed.ndjson" >want
	dhcp-window --slide 30m "$DATA/window/seed.ndjson" >got
	same want got
}

@test "a sum beyond its bounds in several windows is said once" {
	at 05:00:00 '"v":1e13' | fails 1 'dhcp-window: -:1: sum or avg of a number beyond 9.2e12
'"$(counts 1 1 0 0 0 1 3 3 0 3 0 39 0 - 05:00:00)" \
		dhcp-window -a 'sum(v)' --slide 10m --having false --stats
}

# --- sessions

@test "a session ends where its key is silent for the gap" {
	at 05:00:00 '"id":1' 05:09:59.999999 '"id":1' 05:19:59.999999 '"id":1' 05:05:00 '"id":2' |
		gives $'05:05:00 05:15:00 "id":2,"count":1\n05:00:00 05:19:59.999999Z "id":1,"count":2\n05:19:59.999999Z 05:29:59.999999Z "id":1,"count":1' \
			short --session 10m -a count
}

@test "a session goes on over any edge" {
	at 04:59:59 '' 05:00:00 '' 05:09:00 '' 05:10:00 '' 05:19:59 '' 23:59:59 '' |
		gives $'04:59:59 05:29:59 "count":5\n23:59:59 2019-05-01T00:09:59 "count":1' short -b '' -a count --session 10m
}

@test "sessions go by key, null among them" {
	at 05:00:00 '"id":1' 05:04:00 '' 05:05:00 '"id":1' 05:09:00 '"id":"1"' 05:08:00 '"id":null' |
		gives $'05:00:00 05:05:00 "id":1,"count":1\n05:05:00 05:10:00 "id":1,"count":1\n05:04:00 05:13:00 "id":null,"count":2
05:09:00 05:14:00 "id":"1","count":1' short --session 5m -a count
}

@test "sessions that end together are in the order of their start, then of the key" {
	at 05:05:00 '"id":1' 05:00:00 '"id":2' 05:04:59 '"id":2' 05:05:00 '"id":2' 05:05:00 '"id":0' |
		gives $'05:00:00 05:10:00 "id":2\n05:05:00 05:10:00 "id":0\n05:05:00 05:10:00 "id":1' short --session 5m -a ''
}

@test "records at one time are one session, of the length of the gap" {
	at 05:00:00 '' 05:00:00 '' | gives '05:00:00 05:00:00.000001Z "count":2' short -b '' -a count --session 1us
}

@test "sessions before 1970, and over it, are sessions" {
	lines '{"ts":"1969-12-31T23:59:59Z"}' '{"ts":"1970-01-01T00:00:00Z"}' '{"ts":"1969-12-31T23:59:56Z"}' | dhcp-window -b '' -a count --session 3s |
		jq -r '"\(.window.start[:19]) \(.window.end[:19]) \(.count)"' >got
	lines '1969-12-31T23:59:56 1969-12-31T23:59:59 1' '1969-12-31T23:59:59 1970-01-01T00:00:03 2' >want
	same want got
}

@test "a record in the middle joins two sessions, even if it comes last" {
	at 05:00:00 '"v":"a"' 05:16:00 '"v":"c"' 05:08:00 '"v":"b"' | gives '05:00:00 05:26:00 "values_v":["a","b","c"]' short -b '' -a 'values(v)' --session 10m
}

@test "sessions do not depend on the order of arrival: all orders of five records" {
	at 05:00:00 '"client_mac":"a","id":1,"hostname":"x","src_ip":"10.0.0.1"' 05:09:59 '"client_mac":"b","id":2,"hostname":"x"' \
		05:19:58 '"client_mac":"a","id":0.5,"src_ip":"::1","assigned_ip":"10.0.0.9"' 05:29:58 '"client_mac":"c","hostname":"a long name of a host"' \
		05:39:57.999999 '"client_mac":"c","hostname":"y","assigned_ip":"9.0.0.1"' |
		golden window-session-orders in_all_orders --session 10m -b '' -a "$ALL"
}

@test "windows that slide do not depend on the order of arrival: all orders of five records" {
	at 05:00:00 '"v":1.0' 05:00:00 '"v":"a"' 05:10:00 '"v":[1]' 05:10:00 '"v":null' 05:15:00 '"v":-0.0' |
		golden window-slide-orders in_all_orders --slide 15m -b '' -a 'first(v),last(v),min(v),max(v),values(v),distinct(v)'
}

@test "values() of a session that is put together is cut like any" {
	seq 1500 | awk '{ printf "{\"ts\":\"2019-04-30T05:%02d:00Z\",\"v\":%d}\n", $1 % 60, $1 * 7 % 1500 }' >in
	tac in | dhcp-window --session 2m -b '' -a 'values(v),distinct(v)' >got
	dhcp-window --session 2m -b '' -a 'values(v),distinct(v)' in >want
	same want got
	jq -c '[.values_v == [range(1000)], .distinct_v, .truncated]' got | shows '[true,1500,true]'
	# What was cut before it is put together has been cut, even if the rest brings nothing new.
	{ at 05:01:59 '"v":1'; seq 1001 | sed 's/.*/{"ts":"2019-04-30T05:02:00Z","v":&}/'; at 05:04:00 '"v":2'; } >in
	dhcp-window --session 2m -b '' -a 'values(v)' in >got
	jq -c '[.values_v == [range(1; 1001)], .truncated]' got | shows $'[true,true]\n[false,null]'
}

# --- the day

# one_hash OPTION...: the records of the day in three random orders, backwards, and as they are, come to the same.
one_hash() {
	eve-dhcp-filter "$DAY" >records
	dhcp-window "$@" records >rows
	[ "$(wc -l <rows)" -gt 100 ]
	{
		cksum <rows
		tac records | dhcp-window "$@" | cksum
		for seed in 1 2 3; do shuf --random-source=<(yes "$seed") records | dhcp-window "$@" | cksum; done
	} | sort -u >hashes
	[ "$(wc -l <hashes)" -eq 1 ]
}

@test "the day in any order comes to the same windows" { one_hash -e 10m -b src_ip -a "$ALL"; }

@test "the day in any order comes to the same windows that slide" { one_hash -e 15m --slide 7m -b dhcp_type,hostname -a "$ALL"; }

@test "the day in any order comes to the same sessions" { one_hash --session 4m -b client_mac -a "$ALL"; }

@test "the day's aggregates are those that jq computes" {
	eve-dhcp-filter "$DAY" >records
	jq -cs '
		def ip: if . == null then empty else split(".") | map(tonumber) end;
		def start: (.ts[:19] + "Z" | fromdate) / 3600 | floor * 3600;
		def stamp: todate[:19] + ".000000Z";
		def known($f): map(.[$f] | values);
		[group_by([start, .dhcp_type])[] | {
			window: {start: (.[0] | start | stamp), end: (.[0] | start + 3600 | stamp)}, dhcp_type: .[0].dhcp_type, count: length,
			count_hostname: (known("hostname") | length), distinct_client_mac: (known("client_mac") | unique | length),
			min_hostname: (known("hostname") | min), max_hostname: (known("hostname") | max), sum_id: (known("id") | add),
			first_src_ip: (sort_by(.ts, .src_ip)[0].src_ip), last_hostname: (map(select(.hostname)) | sort_by(.ts, .hostname) | last.hostname),
			values_client_mac: (known("client_mac") | unique[:1000]),
			min_ip_assigned_ip: (known("assigned_ip") | map([ip, .]) | min | if . then last else . end),
			max_ip_src_ip: (known("src_ip") | map([ip, .]) | max | last), text: (known("src_ip") | max), max_ts: (map(.ts) | max)
		} | if .distinct_client_mac > 1000 then .truncated = true else . end][]' records >want
	dhcp-window -e 1h -b dhcp_type -a "${ALL/avg(id),/}" records >got
	[ "$(wc -l <got)" -gt 50 ]
	same want got
}

# --- time

@test "the time is ts, else timestamp in Suricata's form" {
	lines '{"timestamp":"2019-04-30T14:03:11.123456+0900","id":1}' '{"ts":null,"timestamp":"2019-04-30T05:03:11.123456Z","id":2}' \
		'{"timestamp":"2019-04-30T06:00:00Z","ts":"2019-04-30T05:00:00Z","id":3}' '{"ts":"soon","timestamp":"2019-04-30T00:03:11-0500","id":4}' \
		'{"ts":1556600591,"timestamp":"2019-04-30 05:03:11","id":5}' | gives '05:00:00 05:30:00 "values_id":[1,2,3,4,5]' short -b '' -a 'values(id)'
}

@test "timestamp may be the key and be aggregated like any field" {
	lines '{"timestamp":"2019-04-30T14:03:11.123456+0900","ts":"2019-04-30T05:03:11.123456Z"}' '{"ts":"2019-04-30T05:00:00Z","timestamp":7.0}' >in
	gives $'05:00:00 05:30:00 "timestamp":"14:03:11.123456+0900"\n05:00:00 05:30:00 "timestamp":7' short -b timestamp -a '' in
	gives '05:00:00 05:30:00 "n":2,"min_timestamp":7' short -b '' -a 'n=count(timestamp),min(timestamp)' in
}

@test "second 60 is the first of the next minute" { at 05:29:60 | gives '05:30:00 06:00:00 "count":1' short -b '' -a count; }

@test "a record without a time is named and counted" {
	lines '{"id":1}' '{"ts":"2019-02-29T00:00:00Z"}' '{"timestamp":17}' '{"ts":"2019-04-30T24:00:00Z"}' | fails 1 'dhcp-window: -:1: no time in ts or timestamp
dhcp-window: -:2: no time in ts or timestamp
dhcp-window: -:3: no time in ts or timestamp
dhcp-window: -:4: no time in ts or timestamp
'"$(counts 4 0 0 0 4 0 0 0 0 0 0 86 0 -)" \
		dhcp-window --stats
}

@test "near the year 0 a record is in all of its windows or in none, however they lie" {
	for minute in $(seq -w 0 30); do echo "{\"ts\":\"0000-01-01T00:$minute:00Z\",\"n\":\"$minute\"}"; done >in
	for slide in 1m 4m 7m 11m 14m; do
		(dhcp-window -e 15m --slide $slide -b '' -a 'min(n)' in 2>err || [ $? -eq 1 ]) | jq -r '[.window.start, .min_n] | @tsv' | head -n 1
		grep -c 'too close' err
	done >got
	lines $'0000-01-01T00:00:00.000000Z\t'{14,11} $'0000-01-01T00:04:00.000000Z\t'{12,08,05} |
		paste -d '\n' - <(lines 5 5 5 5 5) >want
	same want got
}

@test "a time too close to the year 0 or 10000 has no window, and that is said" {
	lines '{"ts":"9999-12-31T23:59:59.999999Z"}' '{"ts":"0000-01-01T00:00:00Z"}' | fails 1 'dhcp-window: -:1: time too close to the year 0 or 10000 for a window
dhcp-window: -:2: time too close to the year 0 or 10000 for a window' dhcp-window --align 10m
	lines '{"ts":"9999-12-31T23:20:00Z"}' '{"ts":"0000-01-01T00:00:00Z"}' | dhcp-window -a count | jq -r .window.start >got
	lines 0000-01-01T00:00:00.000000Z 9999-12-31T23:00:00.000000Z >want
	same want got
}

@test "the last session ends with the year 9999" {
	lines '{"ts":"9999-12-31T23:29:59.999999Z"}' | dhcp-window --session 30m -b '' -a count >got
	lines '{"window":{"start":"9999-12-31T23:29:59.999999Z","end":"9999-12-31T23:59:59.999999Z"},"count":1}' >want
	same want got
	lines '{"ts":"9999-12-31T23:30:00Z"}' | fails 1 'dhcp-window: -:1: time too close to the year 0 or 10000 for a window' dhcp-window --session 30m
}

# --- aggregates

KINDS=('{"a":1}' '[1]' '"b"' 10 true false null '"a"' 9 '[]' '{}' '{"a":0}' '[1,0]' '[0,2]')

@test "min and max are in jq's order: false < true < numbers < strings < arrays < objects" {
	# Each value with each, in both orders.
	for a in "${KINDS[@]}"; do
		for b in "${KINDS[@]}"; do
			at 05:00:00 "\"id\":[$a,$b],\"v\":$a" 05:00:00 "\"id\":[$a,$b],\"v\":$b"
		done
	done >in
	dhcp-window -a 'min(v),max(v)' in | jq -cS '[.id, .min_v, .max_v]' | sort >got
	jq -cnS '[inputs.id] | unique[] | [., (map(values) | min, max)]' in | sort >want
	[ "$(wc -l <want)" -eq 196 ]
	same want got
}

@test "values are sorted in jq's order, without duplicates and null" {
	values "${KINDS[@]}" "${KINDS[@]}" null | gives '"values_v":[false,true,9,10,"a","b",[],[0,2],[1],[1,0],{},{"a":0},{"a":1}],"distinct_v":13' \
		of 'values(v),distinct(v)'
}

@test "numbers go by value and have one spelling" {
	values 1 1.0 1e0 10e-1 0.1E+1 | gives '"values_v":[1],"distinct_v":1,"min_v":1,"max_v":1' of 'values(v),distinct(v),min(v),max(v)'
	values 0 -0 0.0 -0e5 0e400 | gives '"values_v":[0],"distinct_v":1' of 'values(v),distinct(v)'
	values 10 9 -10 -9 0.5 1e1 -0.50 1e400 -1e400 1e-400 | gives '"values_v":[-1e400,-10,-9,-0.5,1e-400,0.5,9,10,1e400]' of 'values(v)'
	values 1e6 12e-1 1.5e-7 1e39 1e40 123.4560 0.0000001 | gives '"values_v":[0.0000001,0.00000015,1.2,123.456,1000000,1000000000000000000000000000000000000000,1e40]' of 'values(v)'
}

@test "numbers beyond a double are told apart and keep their digits" {
	values 9007199254740993 9007199254740992 9007199254740993.0 | gives '"values_v":[9007199254740992,9007199254740993],"max_v":9007199254740993' of 'values(v),max(v)'
	values 123456789012345678901234567890 123456789012345678901234567891 | gives '"max_v":123456789012345678901234567891,"distinct_v":2' of 'max(v),distinct(v)'
	values 0.1000000000000000000000001 0.1 | gives '"values_v":[0.1,0.1000000000000000000000001]' of 'values(v)'
	values 1e400 1e401 2e400 | gives '"max_v":1e401,"min_v":1e400' of 'max(v),min(v)'
}

@test "text goes by its bytes: U+1F600 is greater than U+FF5A" {
	values '"😀"' '"ｚ"' '"z"' '"é"' '"Z"' '""' '"zz"' | gives '"max_v":"😀","min_v":"","values_v":["","Z","z","zz","é","ｚ","😀"]' of 'max(v),min(v),values(v)'
}

@test "text is one however it is escaped, and is escaped no more than needed" {
	values '"\u0061\/\ud83d\uDE00"' '"a/😀"' '"\u0022\u005c\u000a\u001f\u0000"' '"\"\\\n\u001F\u0000"' |
		gives '"values_v":["\"\\\n\u001f\u0000","a/😀"],"distinct_v":2' of 'values(v),distinct(v)'
}

@test "bytes that are not UTF-8 become U+FFFD" {
	values $'"a\xff"' '"a\ufffd"' | gives '"values_v":["a�"],"distinct_v":1' of 'values(v),distinct(v)'
}

@test "text of any length is kept whole" {
	for n in 0 14 15 16 28 29 1000 100000; do printf '"%s"\n' "$(head -c "$n" /dev/zero | tr '\0' x)"; done >texts
	mapfile -t texts <texts
	values "${texts[@]}" | of 'max(v),min(v),values(v),first(v),last(v)' >got
	values=$(paste -sd , texts)
	lines "\"max_v\":${texts[7]},\"min_v\":\"\",\"values_v\":[$values],\"first_v\":\"\",\"last_v\":${texts[7]}" >want
	same want got
}

@test "times are text, in whatever spelling" {
	values '"2019-04-30T05:03:11.123000Z"' '"2019-04-30T05:03:11.12300\u0030Z"' '"2019-04-30T05:03:11.123Z"' '"2019-04-30T05:03:60.000000Z"' \
		'"1969-12-31T23:59:59.999999Z"' '"2019-02-30T00:00:00.000000Z"' '"2019-04-30T05:03:11.123000z"' '"2"' | gives '"values_v":["1969-12-31T23:59:59.999999Z","2","2019-02-30T00:00:00.000000Z","2019-04-30T05:03:11.123000Z","2019-04-30T05:03:11.123000z","2019-04-30T05:03:11.123Z","2019-04-30T05:03:60.000000Z"],"distinct_v":7' \
		of 'values(v),distinct(v)'
}

@test "max_ip and min_ip go by value, IPv4 before IPv6, and pass over what is no address" {
	values '"10.0.0.9"' '"10.0.0.10"' '"9.255.255.255"' '"999.1.1.1"' '"01.2.3.4"' '"1.2.3"' '""' 42 '["::1"]' '"zzz"' '"fe80::1%eth0"' null '"2019-04-30T05:03:11.123000Z"' |
		gives '"min_ip_v":"9.255.255.255","max_ip_v":"10.0.0.10","max_v":["::1"]' of 'min_ip(v),max_ip(v),max(v)'
	values '"::1"' '"255.255.255.255"' '"fe80::a"' '"fe80::10"' | gives '"min_ip_v":"255.255.255.255","max_ip_v":"fe80::10"' of 'min_ip(v),max_ip(v)'
	values '"FE80::1"' '"fe80::1"' '"fe80:0::1"' | gives '"min_ip_v":"FE80::1","max_ip_v":"fe80::1"' of 'min_ip(v),max_ip(v)'
	values '"a"' null '"2019-04-30T05:00:00.000000Z"' 5 | gives '"min_ip_v":null,"max_ip_v":null' of 'min_ip(v),max_ip(v)'
}

@test "sums are exact" {
	values 0.1 0.2 | gives '"sum_v":0.3,"avg_v":0.15' of 'sum(v),avg(v)'
	values 1e12 0.000001 -1e12 | gives '"sum_v":0.000001' of 'sum(v)'
	values 9.2e12 9200000000000 9.2e12 null | gives '"sum_v":27600000000000,"avg_v":9200000000000' of 'sum(v),avg(v)'
	values -9.2e12 -0.5 | gives '"sum_v":-9200000000000.5,"avg_v":-4600000000000.25' of 'sum(v),avg(v)'
	values 5 -5 | gives '"sum_v":0,"avg_v":0' of 'sum(v),avg(v)'
}

@test "a sum takes each number to six digits, half to even" {
	values 0.0000005 | gives '"sum_v":0' of 'sum(v)'
	values 0.0000015 | gives '"sum_v":0.000002' of 'sum(v)'
	values 0.0000025 | gives '"sum_v":0.000002' of 'sum(v)'
	values 0.00000250000000001 | gives '"sum_v":0.000003' of 'sum(v)'
	values -0.0000015 | gives '"sum_v":-0.000002' of 'sum(v)'
	values 1234.56789049999 1e-400 | gives '"sum_v":1234.56789' of 'sum(v)'
}

@test "an average is rounded to six digits, half to even" {
	values 0 0.000001 | gives '"avg_v":0' of 'avg(v)'
	values 0 0.000003 | gives '"avg_v":0.000002' of 'avg(v)'
	values 0 -0.000003 | gives '"avg_v":-0.000002' of 'avg(v)'
	values 1 0 0 | gives '"avg_v":0.333333' of 'avg(v)'
	values 2 0 0 null | gives '"avg_v":0.666667' of 'avg(v)'
	values -2 0 0 | gives '"avg_v":-0.666667' of 'avg(v)'
}

@test "a span is from the least to the greatest time, or number, in seconds" {
	values '"2019-04-30T05:00:00Z"' '"2019-04-30T14:00:01.5+0900"' '"2019-04-30T04:59:59.999999Z"' null | gives '"span_v":1.500001' of 'span(v)'
	values '"2019-04-30T05:00:00.000000Z"' | gives '"span_v":0' of 'span(v)'
	values '"0000-01-01T00:00:00Z"' '"9999-12-31T23:59:59.999999Z"' | gives '"span_v":315569519999.999999' of 'span(v)'
	values -9.2e12 9.2e12 5 | gives '"span_v":18400000000000' of 'span(v)'
	values null null | gives '"span_v":null' of 'span(v)'
	values 1 '"2"' 9.3e12 '[]' true 2.5 >in
	dhcp-window -b '' -a 'span(v)' in 2>err | grep -o '"span_v":.*}' >got || true
	echo '"span_v":1.5}' | same - got
	grep -c ': span of what is neither a time nor a number up to 9.2e12$' err | grep -qx 4
}

@test "a key may be the network of an address" {
	local one
	for one in 10.77.4.5 10.77.5.255 ::ffff:10.77.4.5 2001:DB8:0:1::2 2001:db8:0:1:ffff:: 010.1.1.1 '\u0031.2.3.4' ''; do
		at 05:00:00 "\"ip\":\"$one\""
	done >in
	at 05:00:00 '"ip":7' >>in
	at 05:00:00 >>in
	networks() { dhcp-window -b "ip/$1" -a count in | jq -r '"\(.ip) \(.count)"' | paste -sd ,; }
	networks 24 | shows '1.2.3.0/24 1,10.77.4.0/24 1,10.77.5.0/24 1,2001:d00::/24 2,::/24 1,null 4'
	networks 23 | shows '1.2.2.0/23 1,10.77.4.0/23 2,2001:c00::/23 2,::/23 1,null 4'
	networks 64 | shows '1.2.3.4/32 1,10.77.4.5/32 1,10.77.5.255/32 1,2001:db8:0:1::/64 2,::/64 1,null 4'
	networks 128 | shows '1.2.3.4/32 1,10.77.4.5/32 1,10.77.5.255/32 1,2001:db8:0:1::2/128 1,2001:db8:0:1:ffff::/128 1,::ffff:10.77.4.5/128 1,null 4'
	networks 0 | shows '0.0.0.0/0 3,::/0 3,null 4'
	fails 2 'dhcp-window: --by: ip/129: more bits than an address has' dhcp-window -b ip/129
	fails 2 'dhcp-window: --by: ip/99999999999: more bits than an address has' dhcp-window -b ip/99999999999
	dhcp-window -b a/x,b/ -a count in | jq -c 'keys_unsorted' | sort -u | shows '["window","a/x","b/","count"]'
	fails 2 'dhcp-window: --by: ip,ip/24: two members of the row would have one name' dhcp-window -b ip,ip/24
	fails 2 'dhcp-window: --by: /24: empty field name' dhcp-window -b /24
	dhcp-window -b ip/24 -a 'max(ip),count' --partial in | dhcp-window -b ip/24 -a 'max(ip),count' --merge >got
	dhcp-window -b ip/24 -a 'max(ip),count' in >want
	same want got
}

@test "what a sum cannot take is named and counted, and everything else takes it" {
	values 1 '"2"' 9200000000000.000001 -1e13 true 2 >in
	golden_status 1 window-not-summed by_sh 'dhcp-window -b "" -a "sum(v),avg(v),count,count(v),max(v),values(v)" --stats in 2>&1'
}

@test "first and last go by ts, whatever came first" {
	at 05:10:00 '"v":"b"' 05:05:00 '"v":"z"' 05:20:00 '"v":null' 05:15:00 '"v":"a"' 05:00:00 '' |
		gives '"first_v":"z","last_v":"a"' of 'first(v),last(v)'
}

@test "of records at one time the first has the least, the last the greatest value" {
	values '"b"' 10 9 '"a"' '"a long text of many bytes"' | gives '"first_v":9,"last_v":"b"' of 'first(v),last(v)'
	lines '{"ts":"2019-04-30T05:00:00Z","v":2}' '{"ts":"2019-04-30T14:00:00.000000+0900","v":1}' | gives '"first_v":1,"last_v":2' of 'first(v),last(v)'
	values '[0]' '[-0]' | gives '"first_v":[-0],"last_v":[0],"min_v":[-0],"max_v":[0],"distinct_v":2' of 'first(v),last(v),min(v),max(v),distinct(v)'
}

@test "distinct is typed" {
	values 7 '"7"' 7.0 '[7]' '{"a":7}' true '"true"' null '"null"' '"\u0037"' | gives '"distinct_v":7,"count_v":9,"count":10' of 'distinct(v),count(v),count'
}

@test "distinct counts many values exactly, in each group by itself" {
	awk 'BEGIN { for (i = 0; i < 60000; i++) printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"id\":%d,\"v\":%d,\"w\":\"%d\"}\n", i % 3, i * 7919 % 5000, i % 20000 }' |
		gives $'05:00:00 05:30:00 "id":0,"distinct_v":5000,"distinct_w":20000\n05:00:00 05:30:00 "id":1,"distinct_v":5000,"distinct_w":20000
05:00:00 05:30:00 "id":2,"distinct_v":5000,"distinct_w":20000' short -a 'distinct(v),distinct(w)'
}

# The hashes of some of them are equal, since they have 32 bits.
@test "400,000 values of a group are counted, and a value that 400,000 groups have in common" {
	seq 400000 | sed 's/.*/{"ts":"2019-04-30T05:00:00Z","id":&,"v":"x"}/' >in
	gives 400000 by_sh 'dhcp-window -a "distinct(v)" in | grep -c "\"distinct_v\":1}"'
	gives '05:00:00 05:30:00 "distinct_id":400000' short -b '' -a 'distinct(id)' in
}

@test "values keeps the 1,000 smallest, and the row says where one was cut" {
	for n in 1000 1001; do
		seq $n | shuf --random-source=<(yes) | awk '{ printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":%d,\"w\":\"name number %d\"}\n", $1, $1 }' |
			dhcp-window -b '' -a 'values(v),values(w),distinct(v),distinct(w)' >"got$n"
	done
	jq -c '[.values_v == [range(1; 1001)], (.values_w | length), (.values_w == (.values_w | sort)), .distinct_v, .distinct_w, .truncated]' got1000 got1001 >got
	lines '[true,1000,true,1000,1000,null]' '[true,1000,true,1001,1001,true]' >want
	same want got
	seq -f 'name number %g' 1001 | sort | head -n 1000 >want
	jq -r '.values_w[]' got1001 >got
	same want got
	[[ $(cat got1001) == *',"truncated":true}' && $(cat got1000) == *',"distinct_w":1000}' ]]
}

@test "values are cut alike in any order" {
	for order in 'seq 1001' 'seq 1001 -1 1' 'seq 999; echo 1001; echo 1000' 'echo 1000; echo 1001; seq 999'; do
		eval "$order" | sed 's/.*/{"ts":"2019-04-30T05:00:00Z","v":&}/' | dhcp-window -b '' -a 'values(v)' |
			jq -c '[.values_v == [range(1; 1001)], .truncated]' | shows '[true,true]'
	done
}

@test "one list that was cut is enough for the mark" {
	seq 1001 | awk '{ printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":%d,\"w\":1}\n", $1 }' | dhcp-window -b '' -a 'values(w),values(v),count' |
		jq -c '[.values_w, .count, .truncated]' | shows '[[1],1001,true]'
}

@test "NAME= gives an aggregate a name of one's own" {
	values 1 2 | gives '"n":2,"top":2,"a.b":1,"\"é":3' of 'n=count,top=max(v),a.b=min(v),"é=sum(v)'
}

@test "one field may serve several aggregates and the key" {
	at 05:00:00 '"id":1' 05:01:00 '"id":1' | gives '05:00:00 05:30:00 "id":1,"max_id":1,"again":1,"count_id":2' \
		short -a 'max(id),again=max(id),count(id)'
}

@test "count counts records, count(F) those that have the field" {
	values 1 null '""' false 0 | gives '"count":5,"count_v":4' of 'count,count(v)'
}

@test "aggregates over nothing but null are null, counts 0 and lists empty" {
	values null null >in
	{ cat in; at 05:00:00; } | gives '"count":3,"count_v":0,"distinct_v":0,"min_v":null,"max_v":null,"min_ip_v":null,"max_ip_v":null,"sum_v":null,"avg_v":null,"first_v":null,"last_v":null,"values_v":[]' \
		of 'count,count(v),distinct(v),min(v),max(v),min_ip(v),max_ip(v),sum(v),avg(v),first(v),last(v),values(v)'
}

@test "of nothing come no rows" { fails 0 "$(counts 0 0 0 0 0 0 0 0 0 0 0 0)" dhcp-window --stats </dev/null; }

# --- having

@test "--having keeps the rows for which it holds" {
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:01:00 '"id":2' 06:00:00 '"id":2' >in
	gives '05:00:00 05:30:00 "id":2,"count":2' short -a count --having '.count > 1' in
	gives '06:00:00 06:30:00 "id":2,"count":1' short -a count --having '.window.start > "2019-04-30T05:30" and .id == 2' in
	gives '05:00:00 05:30:00 "id":1,"count":1' short -a count --having 'if .id == 1 then false, 0 else null, false, empty end' in
	fails 2 'dhcp-window: --having: .b: given twice (join conditions with `and`)' dhcp-window --having .a --having .b in
	fails 2 'dhcp-leases: --having: .b: given twice (join conditions with `and`)' dhcp-leases --having .a --having .b in
}

@test "--having that fails on a row is named by the row's number and counted" {
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:00:00 '"id":3' 05:00:00 '"id":"x"' >in
	golden_status 1 window-having-error by_sh 'dhcp-window -a count --having ".id == 1 or (.id == 2 and error(\"odd\"))" --stats in 2>&1'
}

@test "gaps beyond 64 bits are as many as can be counted" {
	for partition in 0 1; do
		echo "{\"heartbeat\":true,\"ts\":\"2019-04-30T05:00:00.000000Z\",\"topic\":\"t\",\"partition\":$partition,\"offset\":1,\"gaps\":18446744073709551615}"
	done >log
	dhcp-window --stats -l 1m --partitions 2 log 2>&1 | grep -o '"gaps":[0-9]*' | same <(echo '"gaps":18446744073709551615') -
}

@test "between the rows that --having looks at memory has no other bound than before" {
	mkfifo records
	dhcp-window -l 0 --having true <records >rows 3>&- &
	exec 7>records
	at 05:00:00 '"id":1' 05:30:00 '"id":2' >&7
	until [ -s rows ]; do sleep 0.05; done
	grep 'Max address space' /proc/$!/limits | same <(grep 'Max address space' /proc/$$/limits) -
	exec 7>&-
	wait $!
}

@test "a session that has left makes room for all that it had kept" {
	came() { echo "{\"ts\":\"2019-04-30T05:$1Z\",\"k\":\"$2\"$3}"; }
	{
		for n in 1 2 3; do came 00:00 A ",\"x\":$n,\"y\":$n"; done
		came 00:50 B
		for n in 1 2 3 4 5 6; do came 01:0$n C$n; done
	} >in
	dhcp-window --session 1m -l 0 -b k -a 'distinct(x),values(y)' --max-groups 8 in | wc -l | shows 8
}

@test "a session that goes on counts once for --max-groups, however the input is cut" {
	seq 0 399 | awk '{ key = $1 % 20; at = ($1 - key) / 2
		printf "{\"ts\":\"2019-04-30T05:%02d:%02d.%02dZ\",\"k\":%d}\n", at / 60, at % 60, key, key }' >in
	for most in 22 38; do dhcp-window --session 60s -b k -a count -l 0 --max-groups $most in | jq -c .count | sort | uniq -c; done |
		shows $'     20 20\n     20 20'
	for most in 50 70; do
		dhcp-window --session 60s -b k -a 'distinct(k)' -l 0 --max-groups $most in | wc -l
		while IFS= read -r line; do echo "$line"; [[ $line != *:7} ]] || sleep 0.01; done <in |
			dhcp-window --session 60s -b k -a 'distinct(k)' -l 0 --max-groups $most | wc -l
	done | shows $'20\n20\n20\n20'
}

@test "a row for --having may be long" {
	seq 1000 | awk '{ printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":\"%01000d\"}\n", $1 }' |
		dhcp-window -b '' -a 'values(v)' --having '.values_v | length == 1000' | jq '.values_v | add | length' | shows 1000000
	seq 1000 | awk '{ printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":\"%06000d\"}\n", $1 }' |
		dhcp-window -b '' -a 'values(v)' --having '.values_v | length == 1000' | wc -c | shows 6003100
}

# --- lines

# mixed: good, blank and odd lines.
mixed() {
	at 05:00:00 '"id":1'
	lines '' 'nonsense' ' 	' '[1]' '{"id":2}' '"x"' $'{"ts":"2019-04-30T05:00:00Z","id":1}\r' '{"ts":"2019-04-30T05:00:00Z","id":{}' '{"id":1,"ts":[]}' '7'
	printf '  {"ts":"2019-04-30T05:00:00Z", "id" : 1 } '
}

@test "what is not understood is named with its line, counted, and the books balance" {
	mixed >in
	by_sh 'dhcp-window -a count --stats in 2>err || [ $? -eq 1 ]' >got
	lines '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"id":1,"count":3}' >want
	same want got
	sed -n 's/^\(dhcp-window: in:[0-9]*:\).*/\1/p' err >got
	lines 'dhcp-window: in:'{3,5,6,7,9}: >want
	same want got
	tail -n 2 err >got
	lines "$(counts 12 3 2 5 2 0 1 1 1 0 0 204 0 in 05:00:00)" \
		'dhcp-window: 7 lines not understood, the first 5 named above' >want
	same want got
}

@test "a signal does not keep what was counted unsaid" {
	mkfifo records
	env --default-signal=TERM dhcp-window records 2>err 3>&- &
	exec 7>records
	lines 1 2 3 4 5 6 >&7
	until [ "$(wc -l <err)" -eq 5 ]; do sleep 0.05; done
	kill $!
	wait $! || [ $? -eq 143 ]
	exec 7>&-
	tail -n 1 err | shows 'dhcp-window: 6 lines not understood, the first 5 named above'
}

@test "operands are read one after the other, each with its own line numbers" {
	mixed >a
	sed -n 1,2p a >b
	{ lines '' '{}' | by_sh 'dhcp-window -a count b - -- a 2>&1 || [ $? -eq 1 ]'; } | cut -d : -f 1-3 >got
	lines 'dhcp-window: -:2' 'dhcp-window: a:'{3,5,6,7} 'dhcp-window: 8 lines not understood, the first 5 named above' '{"window":{"start":"2019-04-30T05' | sort >want
	sort got >sorted
	same want sorted
}

@test "an operand that cannot be read is named, and the others are read" {
	at 05:00:00 >in
	golden_status 2 window-missing by_sh 'dhcp-window -a count nofile in 2>&1'
}

@test "the books balance on the day, whatever --having drops" {
	eve-dhcp-filter "$DAY" >records
	dhcp-window --slide 10m --stats --having '.count > 2' records 2>stats >rows
	[ "$(wc -l <rows)" -gt 1000 ]
	jq -c '[.read == .passed + .blank + .bad + .no_time, .groups == .rows + .having + .having_error, .having > 1000, .read, .rows]' stats |
		shows "[true,true,true,6848,$(wc -l <rows)]"
}

@test "with --strict the first line that is not understood ends the run, and no row is written" {
	{ at 05:00:00; lines '[1]' '{}'; } | fails 2 'dhcp-window: -:2: not a JSON object
'"$(counts 2 1 0 1 0 0 1 1 0 0 0 37 1 - 05:00:00)"'
dhcp-window: stopped at the first bad line (--strict)' dhcp-window --strict --stats
}

@test "SIGUSR1 writes the counts while the input is open" {
	local status=0
	mkfifo in err
	dhcp-window <in 2>err >out &
	pid=$!
	exec 7>in 8<err
	{ at 05:00:00; echo '[1]'; } >&7
	IFS= read -r -t 60 -u 8 got
	[ "$got" = 'dhcp-window: -:2: not a JSON object' ]
	kill -USR1 "$pid"
	IFS= read -r -t 60 -u 8 got
	echo "$got" | shows "$(counts 2 1 0 1 0 0 1 1 0 0 0 34 1 - 05:00:00)"
	at 05:00:00 >&7
	exec 7>&-
	wait "$pid" || status=$?
	[ "$status" -eq 1 ]
	jq .count out | shows 0
}

# --- much

@test "100,000 groups are counted and sorted" {
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "{\"ts\":\"2019-04-30T05:%02d:00Z\",\"id\":%d}\n", i % 30, i * 7919 % 100000 }' |
		dhcp-window -a 'n=count' | sed 's/.*"id"://' >got
	seq 0 99999 | sed 's/$/,"n":3}/' | sort -t , -k 1,1 >want
	same want got
}

# bats test_tags=slow
@test "a million windows are held in 1.5 GB" {
	sanitized && skip "no room for shadow memory"
	ulimit -v 1500000
	# A record a year, each in 10,000 windows that slide.
	seq 1900 1999 | sed 's/.*/{"ts":"&-01-01T00:00:00.000000Z"}/' | dhcp-window -b '' -a count -e 10000s --slide 1s >rows
	[ "$(wc -l <rows)" -eq 1000000 ]
	sed -n '1p; $p' rows >got
	lines '{"window":{"start":"1899-12-31T21:13:21.000000Z","end":"1900-01-01T00:00:01.000000Z"},"count":1}' \
		'{"window":{"start":"1999-01-01T00:00:00.000000Z","end":"1999-01-01T02:46:40.000000Z"},"count":1}' >want
	same want got
}

@test "records years apart cost no more than those of one day" {
	seq 1 4000 | awk '{ printf "{\"ts\":\"%04d-06-01T00:00:00Z\",\"id\":1}\n", $1 * 2477 % 9001 + 500 }' >in
	gives 4000 by_sh 'dhcp-window in | wc -l'
	gives 4000 by_sh 'dhcp-window --session 1s in | jq -r .window.start | sort -uc && dhcp-window --session 1s in | wc -l'
}

# --- wrong options

NO_DURATION='not a duration (90s, 30m, 1h30m, 1d)'

@test "a duration that is none is refused" {
	for option in every slide session align; do
		for value in '' 0s 5 5x -5m +5m 1h30 '1 h' 1.5h h 99999999999999999999d 4000000d; do
			fails 2 "dhcp-window: --$option: $value: $NO_DURATION" dhcp-window "--$option" "$value"
		done
	done
	fails 2 "dhcp-window: --every: 5x: $NO_DURATION" dhcp-window -e5x
}

@test "windows that make no sense are refused" {
	fails 2 'dhcp-window: --slide: longer than --every: records between the windows would be lost' dhcp-window --slide 31m
	fails 2 'dhcp-window: --slide: too short: a record would be in more than 10,000 windows' dhcp-window -e 10001us --slide 1us
	fails 2 'dhcp-window: --every: too long: at most 80 years' dhcp-window -e 4200w
	fails 2 'dhcp-window: --session: too long: at most 80 years' dhcp-window --session 4200w
	fails 2 'dhcp-window: --session: a window of its own: not with --every, --slide or --align' dhcp-window --session 5m -e 5m
	fails 2 'dhcp-window: --session: a window of its own: not with --every, --slide or --align' dhcp-window --session 5m --slide 5m
	fails 2 'dhcp-window: --session: a window of its own: not with --every, --slide or --align' dhcp-window --align 5m --session 5m
}

@test "what is no aggregate is refused, and told what there is" {
	local expected='not an aggregate (count, count(F), distinct, min, max, min_ip, max_ip, sum, avg, span, first, last, values; NAME=max(F))'
	for list in max 'max()' 'count()' 'median(v)' '(v)' 'max(v' 'max(v)x' '=count' 'n=' 'n=max' 'count,' ',count' 'count,,count' 'n=m=count' 'max (v)' 'MAX(v)'; do
		fails 2 "dhcp-window: --agg: $list: $expected" dhcp-window --agg "$list"
	done
}

@test "members of one name are refused" {
	local two='two members of the row would have one name'
	for list in 'count,count' 'max(v),max_v=min(v)' 'max(a.v),max(v)' 'window=count' 'id=count'; do
		fails 2 "dhcp-window: --agg: $list: $two (NAME=max(F) renames)" dhcp-window -a "$list"
	done
	for list in id,id a.id,id window a.window; do fails 2 "dhcp-window: --by: $list: $two" dhcp-window -b "$list"; done
	fails 2 "dhcp-window: --agg: count: $two (NAME=max(F) renames)" dhcp-window -b count -a count
}

@test "a field is a name, or names joined by dots" {
	for field in .id a..b 'a)(b'; do
		fails 2 "dhcp-window: --agg: $field: not a field (a name, or names joined by dots)" dhcp-window -a "max($field)"
	done
}

@test "blank lines are read in one pass, however many bytes they have" {
	{ head -c 3000000 /dev/zero | tr '\0' ' '; echo; head -c 1500000 /dev/zero | sed 's/\x0/ \n/g'; } >blanks
	dhcp-window --stats blanks 2>&1 | jq -c '[.read, .blank, .bad]' | shows '[1500001,1500001,0]'
}

@test "a value that is long now and short then does not grow its group" {
	sanitized && skip "its own bookkeeping grows"
	awk 'BEGIN { pad = sprintf("%1000s", ""); gsub(/ /, "x", pad)
		for (i = 100000; i > 0; i--) printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":\"%06d%s\"}\n", i, i % 2 ? pad : "" }' >records
	(ulimit -v 40000 && dhcp-window -b '' -a 'min(v),values(v)' records) | jq -c '[.min_v, (.values_v | length), .truncated]' |
		shows '["000001'"$(head -c 1000 /dev/zero | tr '\0' x)"'",1000,true]'
}

@test "with --strict the first row that --having fails on is the last" {
	{ at 05:00:00 '"id":1'; at 05:00:00 '"id":"x"'; at 05:00:00 '"id":"y"'; } >records
	dhcp-window --strict --having '.id + 1 > 0' records >rows 2>said || [ $? -eq 2 ]
	grep -c -- --having: said | shows 1
}

@test "an empty field name is refused" {
	for list in ',' 'a,' ',a' a,,b a.; do fails 2 "dhcp-window: --by: $list: empty field name" dhcp-window -b "$list"; done
}

@test "more than some thousand fields are refused" {
	fails 2 'dhcp-window: more than 4096 members of the input are to be looked for' dhcp-window -b "$(seq -s , 4096)"
	at 05:00:00 '"998":5' | dhcp-window -b "$(seq -s , 998)" -a count | jq -c '[."998", ."1", length]' | shows '[5,null,1000]'
}

@test "--having that is no expression is refused" {
	fails 2 'dhcp-window: --having: nope: nope/0 is not defined' dhcp-window --having nope
}

@test "unknown options, and those without their value, are refused" {
	fails 2 'dhcp-window: --bogus: no such option (see dhcp-window --help)' dhcp-window --bogus
	fails 2 'dhcp-window: -z: no such option (see dhcp-window --help)' dhcp-window -z
	fails 2 'dhcp-window: --stats=1: takes no value (see dhcp-window --help)' dhcp-window --stats=1
	for option in --every --slide --session --align --by --agg --having -e -b -a; do
		fails 2 "dhcp-window: $option: wants a value (see dhcp-window --help)" dhcp-window "$option"
	done
}
