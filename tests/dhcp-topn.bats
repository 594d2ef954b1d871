# dhcp-topn: the order of rows, counts by key, layouts, odd lines.

load helper

# rows: the sample day's 446 window rows, in no useful order.
rows() { sort "$DATA/spark/rows-day.jsonl"; }

# lines LINE...: one a line.
lines() { printf '%s\n' "$@"; }

# strangers: rows with what a hostile client may send, and what a careless program may write.
strangers() {
	lines '{"max_ts":"2019-04-30T05:00:04.000000Z","host":"민수의-노트북","n":5,"window":{"start":"a","end":"b"}}' \
		'{"max_ts":"2019-04-30T05:00:03.000000Z","host":"\u001b[2J\u0007a\nb\tc","n":12345,"list":[1,"x, y"]}' \
		$'{"max_ts":"2019-04-30T05:00:02.000000Z","host":"C1 \xc2\x9b31m, \xe2\x80\xaertl, \x7f","n":-1.5}' \
		$'{"max_ts":"2019-04-30T05:00:01.000000Z","host":"e\xcc\x81 \xf0\x9f\x98\x80 \xff|","n":null}' \
		'{"max_ts":"2019-04-30T05:00:00.000000Z","host":"","na\tme":"\"q\" \\","window":{}}'
}

# markup: rows with what would be markup in a page, and U+FFFE and U+FFFF, which no XML may hold.
markup() {
	lines '{"max_ts":"8","host":"<script>alert(1)</script>","n":1}' "{\"max_ts\":\"7\",\"host\":\"' onload='x\",\"a&b<c>\":\"&lt;\"}" \
		'{"max_ts":"6","host":"\"><img src=x onerror=\"alert(1)\">","n":2}' '{"max_ts":"5","host":"]]>--><!--\ufffe\uffff\ufffd","n":3}'
}

# shows LINE...: standard input is these lines.
shows() { cat >.got && lines "$@" >.shown && same .shown .got; }

# values JSON...: rows that have these under v, and their number.
values() {
	local n=0
	for value; do echo "{\"v\":$value,\"n\":$((n += 1))}"; done
}

# ranked OPTION...: the values of v, in the order that dhcp-topn gives them.
ranked() { dhcp-topn -n 0 "$@" | sed 's/^{"v":\(.*\),"n":[0-9]*}$/\1/' | paste -sd ' '; }

# --- order

@test "without options the 50 rows of the latest max_ts come out as they went in" { rows | golden topn-default dhcp-topn; }

@test "the order of arrival decides nothing" {
	rows | dhcp-topn -n 100 -k count >want
	tac "$DATA/spark/rows-day.jsonl" | dhcp-topn -n 100 -k count >got
	same want got
}

@test "rows of equal keys are ordered by their bytes" {
	lines '{"n":1,"x":"b"}' '{"n":1,"x":"a"}' '{"x":"c","n":1}' '{"n":2}' | dhcp-topn -k n >got
	lines '{"n":2}' '{"n":1,"x":"a"}' '{"n":1,"x":"b"}' '{"x":"c","n":1}' >want
	same want got
}

@test "rows without a member are no table" {
	for form in table csv tsv html; do lines '{}' '{}' | dhcp-topn -k x -f $form | same /dev/null -; done
}

@test "--fields chooses the columns, in their order, whatever the rows have" {
	lines '{"b":1,"w":{"s":"x","e":{}},"a":[1]}' '{"a":null,"c":2,"w":7}' >in
	dhcp-topn -k b -f csv --fields a,w.s,nowhere,b in | shows 'a,w.s,nowhere,b' '[1],x,,1' ',,,'
	dhcp-topn -k b -f tsv --fields w,w.s,b,b in | shows $'w\tw.s\tb' $'{"s":"x","e":{}}\tx\t1' $'7\t\t'
	dhcp-topn -k b -f table --fields c,b in | shows 'c  b' '-  1' '2  -'
	dhcp-topn -k b -f table --fields a --per b in | shows '  a' 'b: -' '  -' 'b: 1' '  [1]'
	dhcp-topn -b b -f csv --fields count,b in | shows 'count,b' '1,1' '1,'
	dhcp-topn -f csv --fields a,b </dev/null | shows a,b
	dhcp-topn -f table --fields a,b --per c </dev/null | shows '  a  b'
	dhcp-topn -f html --fields a,b </dev/null | paste -sd ' ' |
		shows '<table> <thead> <tr><th scope="col">a</th><th scope="col">b</th></tr> </thead> </table>'
	fails 2 'dhcp-topn: --fields: a: not with --format ndjson, which leaves rows as they are' dhcp-topn --fields a in
	fails 2 'dhcp-topn: --fields: a,: empty field name' dhcp-topn -f csv --fields a, in
	fails 2 'dhcp-topn: --fields: : empty field name' dhcp-topn -f csv --fields '' in
	fails 2 'dhcp-topn: --fields: a..b: empty field name' dhcp-topn -f csv --fields a..b in
	lines '{"k":1,"a(b)":3}' | dhcp-topn -k k -f csv --fields 'a(b),k' | shows 'a(b),k' 3,1
	fails 2 'dhcp-topn: --fields: a,b(c,d: not a list of fields' dhcp-topn -f csv --fields 'a,b(c,d' in
}

@test "what is counted by may be the network of an address" {
	lines '{"ip":"10.0.1.2"}' '{"ip":"\u00310.0.1.3"}' '{"ip":"10.0.0.1"}' '{"ip":"fe80::1"}' '{"ip":7}' '{}' >in
	dhcp-topn -b ip/24 -k count -k ip:asc in | sed 's/,"share.*//' >got
	lines '{"ip":null,"count":2' '{"ip":"10.0.1.0/24","count":2' '{"ip":"10.0.0.0/24","count":1' '{"ip":"fe80::/24","count":1' >want
	same want got
}

@test "every N gives the beginning of the whole order, or with --bottom of the reversed one" {
	rows | dhcp-topn -n 0 -k max_hostname -k id:asc >all
	[ "$(wc -l <all)" -eq 446 ]
	tac all >reversed
	for n in 1 2 3 7 50 445 446 447; do
		rows | dhcp-topn -n $n -k max_hostname -k id:asc >got
		head -n $n all >want
		same want got
		rows | dhcp-topn -n $n -k max_hostname -k id:asc --bottom >got
		head -n $n reversed >want
		same want got
	done
}

@test "values of all kinds are in jq's order, what is null or absent comes last" {
	values '"a"' 10 9 '[1]' null '"10"' true '{"a":1}' false 1e1 -0.5 >in
	{ cat in; echo '{"n":12}'; } | ranked -k v -k n:asc >got
	echo '{"a":1} [1] "a" "10" 10 1e1 9 -0.5 true false null {"n":12}' >want
	same want got
}

@test "ascending, null comes first" {
	values 2 null 1 | ranked -k v:asc >got
	echo 'null 1 2' >want
	same want got
}

@test ":num reads numbers in strings, by their exact value; the rest counts as null" {
	values '"10"' 9 '"1e2"' '"x"' '"-5"' '" 1"' 9007199254740993 9007199254740992 | ranked -k v:num -k n:asc >got
	echo '9007199254740993 9007199254740992 "1e2" "10" 9 "-5" "x" " 1"' >want
	same want got
}

@test ":time reads stamps of any zone" {
	values '"2019-04-30T05:03:11.123+0200"' '"2019-04-30T04:03:11Z"' '"yesterday"' '"2019-04-30T03:03:11.000000Z"' | ranked -k v:time >got
	echo '"2019-04-30T04:03:11Z" "2019-04-30T05:03:11.123+0200" "2019-04-30T03:03:11.000000Z" "yesterday"' >want
	same want got
}

@test ":ip orders addresses by value, IPv6 behind IPv4" {
	values '"10.0.0.9"' '"fe80::1"' '"10.0.0.10"' '"9.255.0.1"' '"::1"' '"999.1.1.1"' | ranked -k v:asc:ip >got
	echo '"999.1.1.1" "9.255.0.1" "10.0.0.9" "10.0.0.10" "::1" "fe80::1"' >want
	same want got
}

@test ":text compares the bytes of what is shown" {
	values 10 9 '"95"' '"a"' null '"\u0042"' | ranked -k v:text >got
	echo '"a" "\u0042" "95" 9 10 null' >want
	same want got
}

@test "a dotted name is a path" { rows | golden topn-path dhcp-topn -n 3 -k window.start:asc -k count; }

@test "of a name that comes twice the last value counts, also where it is null" {
	lines '{"v":9,"v":1}' '{"v":2}' '{"v":{"w":3},"v":null}' | dhcp-topn -k v >got
	lines '{"v":2}' '{"v":9,"v":1}' '{"v":{"w":3},"v":null}' >want
	same want got
}

@test "an escaped name is the name" {
	lines '{"\u0076":3}' '{"v":2}' '{"v":4}' | dhcp-topn -n 2 -k v >got
	lines '{"v":4}' '{"\u0076":3}' >want
	same want got
}

@test "--per keeps the best of each window, in the order of the windows" { rows | golden topn-per dhcp-topn -n 2 --per window; }

@test "--per takes equal values as one, however they are spelt" {
	lines '{"g":1.0,"n":1}' '{"g":"a","n":2}' '{"g":1,"n":3}' '{"g":"\u0061","n":4}' '{"n":5}' '{"g":null,"n":6}' |
		dhcp-topn -n 1 -k n --per g >got
	lines '{"g":null,"n":6}' '{"g":1,"n":3}' '{"g":"\u0061","n":4}' >want
	same want got
}

@test "there may be many sort keys" {
	local names=(-k a -k b -k c -k d -k e -k f -k g -k h -k i -k j)
	lines '{"j":1}' '{"j":3}' '{"j":2}' | dhcp-topn "${names[@]}" | jq -c .j | paste -sd ' ' | same <(echo 3 2 1) -
}

# Seventy objects, each of them a second time without what is asked for.
@test "of a member that comes twice the later one counts, in whatever object it is" {
	local i by='' twice=''
	for i in {1..70}; do by+=,o$i.x$i twice+="\"o$i\":{\"x$i\":1},\"o$i\":{},"; done
	echo "{$twice\"k\":1}" >row
	dhcp-topn --by "${by#,}" row | jq -c '[.[]] | .[:70] | unique' | same <(echo '[null]') -
	# All of them once, and then once more.
	jq -nc '[range(1; 71) | {key: "o\(.)", value: {"x\(.)": 1}}] | [(from_entries | tojson)[:-1], (map(.value = {}) | from_entries | tojson)[1:]] | join(",")' -r >row
	dhcp-topn --by "${by#,}" row | jq -c '[.[]] | .[:70] | unique' | same <(echo '[null]') -
}

# --- counts

@test "--by counts as sort, uniq and sort do" {
	rows | dhcp-topn -n 0 --by max_hostname | jq -r '"\(.count) \(.max_hostname)"' >got
	rows | jq -r .max_hostname | sort | uniq -c | sort -k 1,1nr -k 2 | sed 's/^ *//' >want
	same want got
}

@test "--by gives each key's count and share" { rows | golden topn-by dhcp-topn -n 5 --by max_hostname,window; }

@test "--sum ranks by what is added up" { rows | golden topn-sum dhcp-topn -n 5 --by window --sum count -f table; }

@test "--sum adds exactly, and shares are rounded half to even" {
	lines '{"k":"a","n":0.1}' '{"k":"a","n":0.2}' '{"k":"b","n":1e-6}' '{"k":"c"}' '{"k":"a","n":null}' | dhcp-topn --by k --sum n >got
	lines '{"k":"a","count":3,"sum":0.3,"share":0.999997}' '{"k":"b","count":1,"sum":0.000001,"share":0.000003}' \
		'{"k":"c","count":1,"sum":0,"share":0}' >want
	same want got
}

@test "a sum of nothing has no shares" {
	lines '{"k":1,"n":1}' '{"k":2,"n":-1}' | dhcp-topn --by k --sum n >got
	lines '{"k":1,"count":1,"sum":1,"share":null}' '{"k":2,"count":1,"sum":-1,"share":null}' >want
	same want got
}

@test "a line whose field to be added up is no number is not understood" {
	lines '{"k":1,"n":"5"}' '{"k":1,"n":1e13}' | fails 1 'dhcp-topn: -:1: n: not a number
dhcp-topn: -:2: n: beyond 9.2e12' dhcp-topn --by k --sum n
}

@test "keys are typed, and null is a key" {
	lines '{"k":7}' '{"k":"7"}' '{"k":7.0}' '{}' '{"k":null}' | dhcp-topn --by k >got
	lines '{"k":7,"count":2,"share":0.4}' '{"k":null,"count":2,"share":0.4}' '{"k":"7","count":1,"share":0.2}' >want
	same want got
}

@test "a path is written under its last name, an object as it came" {
	lines '{"w":{"z":1,"a":2}}' '{"w":{"a":2,"z":1}}' '{"w":{"z":1,"a":2}}' | dhcp-topn --by w.a,w >got
	lines '{"a":2,"w":{"a":2,"z":1},"count":3,"share":1}' >want
	same want got
}

@test "--by of no field counts all rows" {
	rows | dhcp-topn --by '' >got
	lines '{"count":446,"share":1}' >want
	same want got
}

@test "-k and --per mean the rows of --by" { rows | golden topn-by-per dhcp-topn -n 2 --by window,max_src_ip --per window -k max_src_ip:ip; }

@test "of nothing there is nothing to count" { fails 0 '{"program":"dhcp-topn","read":0,"passed":0,"blank":0,"bad":0,"heartbeats":0,"rows":0}' dhcp-topn --by id --stats </dev/null; }

# --- the newest row of each key

# updates SEED: the day's rows, each somewhere behind two earlier versions of it, which would rank first.
updates() {
	awk -v seed="$1" '
		function turned(row,   start, end) {
			match(row, /"start":"[^"]*"/); start = substr(row, RSTART, RLENGTH)
			match(row, /"end":"[^"]*"/); end = substr(row, RSTART, RLENGTH)
			sub(/"window":\{[^}]*\}/, "\"window\": { " end " , " start " }", row)
			return row
		}
		BEGIN { srand(seed) }
		{
			old = $0
			sub(/"max_ts":"[^"]*"/, "\"max_ts\":\"2030-01-01T00:00:00.000000Z\"", old)
			sub(/"count":[0-9]*/, "\"count\":77", old)
			oldest = turned(old)
			sub(/"max_hostname":"/, "&old ", oldest)
			third = rand(); second = third * rand(); first = second * rand()
			printf "%.9f\t%s\n%.9f\t%s\n%.9f\t%s\n", first, oldest, second, old, third, $0
		}' "$DATA/spark/rows-day.jsonl" | sort -s -k 1,1n | cut -f 2-
}

@test "--upsert gives what the last rows alone would give, whatever else is asked" {
	for seed in 1 2 3; do
		updates $seed >in
		[ "$(wc -l <in)" -eq 1338 ]
		while read -r options; do
			echo "$options"
			rows | dhcp-topn $options >want
			dhcp-topn --upsert window,id $options in >got
			same want got
		done <<-'END'

			-n 0 -k count -k id:asc
			--bottom -n 7
			-n 2 --per window
			-n 0 -f table
			-f csv --per window -n 1 -k count
			-n 0 --by max_hostname
			--by window --sum count
			--by window,max_src_ip --per window -n 2 -k max_src_ip:ip
		END
	done
}

@test "--upsert reads update and complete mode" {
	eve-dhcp-filter -r hostname "$DAY" >records
	dhcp-window records >want
	split -n l/8 records part.
	for mode in update complete; do
		: >rows
		for part in part.*; do
			size=$(wc -c <rows)
			cat "$part"
			until [ "$(wc -c <rows)" -gt "$size" ]; do sleep 0.05; done
		done | dhcp-window --mode $mode >rows
		[ "$(wc -l <rows)" -gt "$(wc -l <want)" ]
		dhcp-topn -n 0 -k id -u window,id want >want.$mode
		dhcp-topn -n 0 -k id -u window,id rows >got.$mode
		same want.$mode got.$mode
	done
}

@test "the keys of --upsert are typed, and equal however they are spelt" {
	lines '{"k":7,"n":1}' '{"k":"7","n":2}' '{"k":7.0,"n":3}' '{"k":"\u0037","n":4}' '{"k":null,"n":5}' '{"n":6}' >in
	dhcp-topn -u k -k n:asc in >got
	lines '{"k":7.0,"n":3}' '{"k":"\u0037","n":4}' '{"n":6}' >want
	same want got
}

@test "objects and arrays are keys, whatever their members' order, and so are paths" {
	lines '{"w":{"a":1,"b":[1,2]},"n":1}' '{"w": {"b":[1, 2.0],"a":1e0} ,"n":2}' '{"w":{"a":1,"b":[2,1]},"n":3}' >in
	dhcp-topn -u w -k n:asc in >got
	sed -n 2,3p in >want
	same want got
	dhcp-topn -u w.a in >got
	sed -n 3p in >want
	same want got
}

@test "--upsert of no field keeps the last row" {
	rows >in
	dhcp-topn -n 0 --upsert '' in >got
	tail -n 1 in >want
	same want got
}

@test "a line that is not understood replaces nothing" {
	lines '{"k":1,"n":5}' '{"k":1,"n":"x"}' '{"k":1' '' | {
		dhcp-topn -u k --by k --sum n 2>err || echo $?
	} >got
	lines '{"k":1,"count":1,"sum":5,"share":1}' 1 >want
	same want got
}

@test "long rows and short ones replace one another, also those that only libjq reads" {
	deep=$(printf '%120s' '' | tr ' ' '[')1$(printf '%120s' '' | tr ' ' ']')
	long=$(head -c 100000 /dev/zero | tr '\0' x)
	lines '{"k":1,"v":1}' "{\"k\":1,\"v\":2,\"x\":\"$long\"}" '{"k":1,"v":3}' "{\"k\":2,\"v\":4,\"x\":$deep}" \
		"{\"k\":3,\"v\":5,\"x\":\"$long\"}" "{\"k\":3,\"v\":6,\"x\":$deep}" >in
	dhcp-topn -u k -k v:asc in >got
	sed -n '3p;4p;6p' in >want
	same want got
	dhcp-topn -u k -k v:asc --by v in >got
	lines '{"v":3,"count":1,"share":0.333333}' '{"v":4,"count":1,"share":0.333333}' '{"v":6,"count":1,"share":0.333333}' >want
	same want got
}

@test "what rows are sorted by takes memory only as long as they are among the best" {
	sanitized && skip "no room for shadow memory"
	text=$(printf '%01000d' 0)
	seq -f '{"v":"\u0041%07.0f'"$text"'"}' 60000 >in
	for order in asc desc; do
		(ulimit -v 30000 && dhcp-topn -k v:$order -n 2 in) | wc -l
	done | shows $'2\n2'
}

@test "a row kept by --upsert costs its own size and little more" {
	sanitized && skip "no room for shadow memory"
	awk 'BEGIN { for (i = 0; i < 600000; i++)
		printf "{\"window\":{\"start\":\"%d\",\"end\":\"%d\"},\"id\":%d,\"max_ts\":\"%d\",\"x\":\"%0100d\"}\n", i % 24, i % 24 + 1, i % 300000, i, i }' >in
	ulimit -v 140000
	dhcp-topn -u window,id -n 1 in >got
	[ "$(wc -l <got)" -eq 1 ]
}

# --- layouts

@test "a table lines up, and nothing in it moves a cursor" { strangers | golden topn-strangers.table dhcp-topn --format table; }

@test "csv quotes what needs it, and an empty string, which is not null" { strangers | golden topn-strangers.csv dhcp-topn --format csv; }

@test "tsv escapes what would break it" { strangers | golden topn-strangers.tsv dhcp-topn --format tsv; }

@test "a cell wider than 256 does not pad the others" {
	lines "$(printf '{"a":"%0300d","b":1}' 0)" '{"a":"x","b":2}' | dhcp-topn -k b:asc -f table | awk '{ print length }' | shows 259 303 259
}

@test "no line of a table ends in a blank" {
	{ rows; strangers; lines '{"max_ts":"9","n":""}'; } | dhcp-topn -n 0 --format table >table
	[ "$(wc -l <table)" -eq 453 ]
	! grep -n ' $' table
}

@test "arrays and objects come in the order of jq" {
	command -v python3 || skip "no python3"
	python3 - <<'END' >in
import json, random
random.seed(7)
def value(depth):
    kind = random.randrange(8 if depth < 4 else 5)
    if kind < 2: return random.choice([0, 1, -1, 2, 10, 1.5, -0.25, 1e-9, 1e25, 123456789012])
    if kind < 4: return "".join(random.choice(["a", "b", "\n", "\x1f", "\"", "\\", "\x7f", "é", "한", "😀"]) for _ in range(random.randrange(4)))
    if kind == 4: return random.choice([None, False, True])
    if kind < 7: return [value(depth + 1) for _ in range(random.randrange(4))]
    return {random.choice("abcd\n"): value(depth + 1) for _ in range(random.randrange(3))}
seen = {}
while len(seen) < 3000:
    v = [value(1)] if random.random() < 0.8 else {"x": value(1)}
    seen[json.dumps(v, sort_keys=True)] = v
for v in seen.values(): print(json.dumps({"v": v}, ensure_ascii=random.random() < 0.5, separators=random.choice([(",", ":"), (", ", ": ")])))
END
	dhcp-topn -n 0 -k v:asc in | jq -cS .v >got
	jq -csS 'sort_by(.v)[].v' in >want
	same want got
	sed 's/^{/{"ts":"2019-04-30T05:00:00Z",/' in | dhcp-window -b '' -a 'max(v),min(v)' | jq -cS '.min_v, .max_v' >got
	sed -n '1p; $p' want | same - got
}

@test "arrays nested deeper than the scanner goes are compared, too" {
	python3 -c 'print("\n".join("{\"k\":[%s,%d]}" % ("{\"x\":" * 101 + "1" + "}" * 101, n) for n in (2, 1)))' >in
	timeout 10 dhcp-topn -n 0 -k k:asc in | grep -o '[0-9]]}$' | shows '1]}' '2]}'
}

@test "a csv reader finds the values again" {
	command -v python3 || skip "no python3"
	strangers | dhcp-topn -f csv | python3 -c '
import csv, json, sys
sys.stdin.reconfigure(newline="")
for row in csv.DictReader(sys.stdin): print(json.dumps(row["host"]))' >got
	strangers | jq -c --ascii-output .host >want
	same want got
}

@test "html is a table with heads, in which nothing is markup" {
	{ strangers; markup; } >in
	golden topn-strangers.html dhcp-topn --format html in
}

@test "an HTML reader and an XML reader find the values again, as a table shows them" {
	{ strangers; markup; } >in
	dhcp-topn -f html in >html
	dhcp-topn -f table in >table
	python3 - <<'END'
import html.parser, xml.etree.ElementTree as etree

page = open("html", encoding="utf-8").read()
tags, texts = [], []
reader = html.parser.HTMLParser(convert_charrefs=True)
reader.handle_starttag = lambda tag, attributes: tags.append((tag, *attributes))
reader.handle_data = texts.append
reader.feed(page)
assert {tag[0] for tag in tags} == {"table", "thead", "tbody", "tr", "th", "td"}, tags
assert {name for tag in tags for name in tag[1:]} == {("scope", "col"), ("class", "n")}, tags
rows = [[cell.text or "" for cell in row] for row in etree.fromstring(page).iter("tr")]
assert [cell for row in rows for cell in row if cell] == [text for text in texts if text != "\n"]
assert len(rows) == 10 and {len(row) for row in rows} == {9}
for line, row in zip(open("table", encoding="utf-8"), rows):
    line = line.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    assert line.split() == [word for cell in row for word in cell.split()], (line, row)
END
}

@test "--per gives a table headings, and its rows stand below them" { rows | golden topn-per.table dhcp-topn -n 2 --per window -f table; }

@test "--per gives HTML a body with a heading for each group" {
	{ strangers; markup; } >in
	golden topn-per.html dhcp-topn -n 1 --per host -f html in
}

@test "a heading tells what the field is in its group, and nothing twice" {
	lines '{"g":1,"n":1}' '{"n":2}' '{"g":{"a":[2],"b":null,"c":{}},"n":3}' '{"g":{},"n":4}' '{"g":1.0,"n":5}' '{"g":"x\n","n":6}' '{"g":"","n":7}' |
		dhcp-topn -k n --per g -f table >got
	lines '  n' 'g: -' '  2' 'g: 1.0' '  5' '  1' 'g:' '  7' 'g: x\u000a' '  6' 'g: {}' '  4' 'g.a: [2], g.b: -, g.c: {}' '  3' >want
	same want got
}

@test "a heading goes by the path, not by a name that looks like it" {
	lines '{"a":{"b":1,"c":2},"a.b":3,"n":1}' '{"a":{"b":{"d":2}},"ab":4,"n":2}' '{"a":{"b":1},"a":{"b":5},"n":3}' |
		dhcp-topn -k n --per a.b -f table >got
	lines '  a.c  a.b  n  ab' 'a.b: 1' '    2    3  1   -' 'a.b: 5' '    -    -  3   -' 'a.b.d: 2' '    -    -  2   4' >want
	same want got
}

@test "rows of nothing but their group have no heading to vanish under" {
	lines '{"g":2}' '{"g":1}' '{"g":1}' >in
	dhcp-topn --per g -k g -f table in | same <(lines g 1 1 2) -
	dhcp-topn --per x -k g -f table in | same <(lines '  g' 'x: -' '  2' '  1' '  1') -
	dhcp-topn --per g -k g -f html in | grep -c -e '<td class="n">' -e '<tbody>' | same <(echo 5) -
}

@test "csv and tsv have no headings, with --per or without" {
	for form in csv tsv; do
		rows | dhcp-topn -n 1 --per window -f $form >got
		rows | dhcp-topn -n 1 --per window | dhcp-topn -n 0 -k window.start:asc -f $form >want
		same want got
	done
}

@test "a table of nothing prints nothing" {
	for form in table csv tsv html; do
		dhcp-topn -f $form </dev/null >got
		same /dev/null got
	done
}

@test "columns are those of all rows, in the order they are first seen" {
	lines '{"a":1,"b":{"c":2}}' '{"d":[1,{"x":2}],"b":{"e":3,"c":4},"a":{}}' | dhcp-topn -k b.c:asc -f csv >got
	lines 'a,b.c,d,b.e' '1,2,,' '{},4,"[1,{""x"":2}]",3' >want
	same want got
}

@test "numbers stand at the right of a column that holds nothing else" {
	lines '{"a":1,"b":1}' '{"a":100,"b":"x22"}' '{"a":null,"b":22}' | dhcp-topn -k a -f table >got
	lines '  a  b' '100  x22' '  1  1' '  -  22' >want
	same want got
}

@test "a long row may have blanks in an array" {
	printf '{"n":[1, 2],"pad":"%0200000d","o":{ "p" : [ ] , "q":{"r":[3 ]} }}\n' 0 | dhcp-topn -k n -f csv --fields n,o.p,o.q,o |
		shows 'n,o.p,o.q,o' '"[1, 2]",[ ],"{""r"":[3 ]}","{ ""p"" : [ ] , ""q"":{""r"":[3 ]} }"'
}

@test "a member that comes twice is one column with the last value" {
	lines '{"n":9007199254740993,"a":{"x":1},"b":1.50,"a":{"y":2,"y":3},"c":{"z":1},"c":7}' '{"n":1,"a":{"x":1},"a":5}' |
		dhcp-topn -k n -f csv >got
	lines 'n,b,a.y,c,a' '9007199254740993,1.50,3,7,' '1,,,,5' >want
	same want got
	lines '{"a":{"x":1},"a":{"y":2},"a":{"y":3}}' | dhcp-topn -k a -f csv --fields a.x,a.y,a >got
	lines 'a.x,a.y,a' ',3,"{""y"":3}"' >want
	same want got
}

# --- lines

@test "whatever stands in place of a byte, or behind one: it is a row if jq takes it, else a bad line" {
	awk 'BEGIN {
		line = "{\"v\": [-1.5e3,0,\"a\\n\\u00e9\",{\"b\":null},[ ]],\"k\":true ,\"n\":{},\"m\":12}"
		for (i = 1; i < length(line); i++)
			for (c = 32; c < 127; c++) {
				print substr(line, 1, i - 1) sprintf("%c", c) substr(line, i + 1)
				print substr(line, 1, i) sprintf("%c", c) substr(line, i + 1)
			}
	}' >in
	# libjq has a leak where a string follows a number.
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	dhcp-topn -n 0 -k v -k n in 2>err | sort >got || expect_status 1 $?
	jq -Rr 'select((fromjson? | type) == "object")' in | sort >want
	same want got
	[ "$(wc -l <got)" -gt 2000 ]
	[ "$(wc -l <got)" -lt 6000 ]
}


@test "what is not understood is named and counted, the rest is ranked" {
	lines '{"v":1}' '' 'nonsense' ' [1] ' '{"v":2}' >in
	by_sh 'dhcp-topn -k v --stats in 2>err || echo $?' >got
	lines '{"v":2}' '{"v":1}' 1 >want
	same want got
	lines 'dhcp-topn: in:4: not a JSON object' '{"program":"dhcp-topn","read":5,"passed":2,"blank":1,"bad":2,"heartbeats":0,"rows":2}' >want
	grep -v 'in:3' err >got
	same want got
}

@test "heartbeats are skipped, and counted" {
	lines '{"heartbeat":true,"ts":"2019-04-30T05:00:00.000000Z","topic":"t","partition":0,"offset":1,"v":9}' '{"v":1,"heartbeat":false}' \
		' {"v":3,"heart\u0062eat":true}' '{"v":2,"heartbeat":1}' '{"x":{"heartbeat":true},"v":0}' >in
	dhcp-topn -k v --stats in >got 2>err
	lines '{"v":2,"heartbeat":1}' '{"v":1,"heartbeat":false}' '{"x":{"heartbeat":true},"v":0}' >want
	same want got
	lines '{"program":"dhcp-topn","read":5,"passed":3,"blank":0,"bad":0,"heartbeats":2,"rows":3}' >want
	same want err
	dhcp-topn --by heartbeat --upsert v in >got
	lines '{"heartbeat":false,"count":1,"share":0.333333}' '{"heartbeat":1,"count":1,"share":0.333333}' \
		'{"heartbeat":null,"count":1,"share":0.333333}' >want
	sort got >got.sorted
	sort want >want.sorted
	same want.sorted got.sorted
}

@test "with --strict the first line that is not understood ends the run, and no row is written" {
	lines '{"v":1}' '[1]' '{"v":2}' | fails 2 'dhcp-topn: -:2: not a JSON object
{"program":"dhcp-topn","read":2,"passed":1,"blank":0,"bad":1,"heartbeats":0,"rows":0}
dhcp-topn: stopped at the first bad line (--strict)' dhcp-topn --strict --stats
}

@test "a row is written without the blanks around it, its CR, or the mark of its file" {
	printf '\xef\xbb\xbf{"v":1}\r\n \t{"v":2} \r\n \r\n{"v":3}' | dhcp-topn -k v >got
	lines '{"v":3}' '{"v":2}' '{"v":1}' >want
	same want got
}

@test "rows nested too deeply for the scanner are ranked, but not laid out" {
	printf '{"v":1,"x":%s%s}\n{"v":2}\n' "$(printf '%120s' '' | tr ' ' '[')" "$(printf '%120s' '' | tr ' ' ']')" >in
	dhcp-topn -k v in | tac >got
	same in got || same in <(tac got)
	golden_status 1 topn-deep dhcp-topn -k v -f table in
	dhcp-topn -b v -f csv in >got
	lines v,count,share 1,1,0.5 2,1,0.5 >want
	same want got
	printf '{"v":%s%s}\n' "$(printf '%102s' '' | tr ' ' '[')" "$(printf '%102s' '' | tr ' ' ']')" >in
	fails 1 'dhcp-topn: in:1: nested too deeply for this format' dhcp-topn -b v -f csv in
}

@test "cells of arrays and objects are UTF-8, too" {
	printf '{"a":["\xff\xfe"],"b":{},"c":"\xff"}\n' | dhcp-topn -k c -f tsv >got
	printf 'a\tb\tc\n["\xef\xbf\xbd\xef\xbf\xbd"]\t{}\t\xef\xbf\xbd\n' >want
	same want got
}

@test "a long row does not cut a short one, nor is it cut" {
	head -c 1048576 /dev/zero | tr '\0' x | sed 's/^/{"v":1,"x":"/; s/$/"}/' >in
	{ lines '{"v":3}' '{"v":2}' && cat in && echo && lines '{"v":0}'; } | dhcp-topn -n 3 -k v >got
	{ lines '{"v":3}' '{"v":2}' && cat in && echo; } >want
	same want got
}

@test "names that are no columns do not count as such" {
	seq 2100 | sed 's/.*/"a&":{"x":&}/' | paste -sd , | sed 's/.*/{"m":{&},"n":1}/' >in
	dhcp-topn -k n -f csv in | tail -n 1 | tr , '\n' | wc -l | shows 2101
	seq 5000 | sed 's/.*/{"n":&,"m":{"h&":1}}/' >in
	dhcp-topn -k n -n 1 -f csv --fields m,n,m.h5000 in | shows m,n,m.h5000 '"{""h5000"":1}",5000,1'
	dhcp-topn -k n -n 0 -f csv --fields n in | tail -n 1 | shows 1
	seq 66000 | sed 's/.*/"a&":{}/' | paste -sd , | sed 's/.*/{&}/' >in
	fails 2 'dhcp-topn: rows of more than 65536 names: only --format ndjson takes them all' dhcp-topn -k n -f csv in
}

@test "a table has no more than 4,096 columns, and no more than 16 MiB of names" {
	seq 4096 | sed 's/.*/{"c&":1}/' >in
	dhcp-topn -n 0 -f csv in >out
	[ "$(head -n 1 out | tr ',' '\n' | wc -l)" -eq 4096 ]
	echo '{"one":1}' >>in
	fails 2 'dhcp-topn: rows of more than 4096 columns: only --format ndjson takes them' dhcp-topn -n 0 -f csv in
	dhcp-topn -n 0 in | wc -l | grep -qx 4097
	{ printf '{"' && head -c 1048576 /dev/zero | tr '\0' x && seq 20 | sed 's/.*/"c&":1/' | paste -sd , | sed 's/^/":{/; s/$/}}/'; } >in
	fails 2 'dhcp-topn: columns with more than 16 MiB of names: only --format ndjson takes them' dhcp-topn -f table in
}

@test "an array or object of more than 8 KiB in a field that is asked for makes a bad line" {
	for n in 8191 8192; do printf '{"id":%d,"v":["%*s"]}\n' $n $((n - 4 + 1)) x; done >in
	head -n 1 in >want
	dhcp-topn -k v in >got 2>err || expect_status 1 $?
	same want got
	echo 'dhcp-topn: in:2: an array or object of more than 8 KiB in a field that is asked for' | same - err
	dhcp-topn -k id in | wc -l | grep -qx 2
}

# --- wrong options

@test "a wrong sort key is told what to be" {
	fails 2 'dhcp-topn: --sort: count:up: not a direction or type (desc, asc, text, num, time, ip)' dhcp-topn -k count:up
	fails 2 'dhcp-topn: --sort: :asc: no field name' dhcp-topn -k :asc
}

@test "what --by does not make cannot be ranked" {
	fails 2 'dhcp-topn: --sort: max_ts: not in the rows of --by' dhcp-topn --by id -k max_ts
	fails 2 'dhcp-topn: --per: window: not in the rows of --by' dhcp-topn --by id --per window
	fails 2 'dhcp-topn: --sort: sum: not in the rows of --by' dhcp-topn --by id -k sum
}

@test "other wrong options are refused in one line" {
	fails 2 'dhcp-topn: -n: ten: not a whole number' dhcp-topn -n ten
	fails 2 'dhcp-topn: -n: 4294967296: too large' dhcp-topn -n 4294967296
	fails 2 'dhcp-topn: --format: xml: not one of ndjson, table, csv, tsv, html' dhcp-topn -f xml
	fails 2 'dhcp-topn: --sum: n: only with --by' dhcp-topn --sum n
	fails 2 'dhcp-topn: --per: a,b: not one field name' dhcp-topn --per a,b
	fails 2 'dhcp-topn: --by: a,,b: empty field name' dhcp-topn --by a,,b
	fails 2 'dhcp-topn: --upsert: a,,b: empty field name' dhcp-topn -u a,,b
	fails 2 'dhcp-topn: --by: a,b.a: two members of the row would have one name' dhcp-topn --by a,b.a
	fails 2 'dhcp-topn: --by: count: two members of the row would have one name' dhcp-topn --by count
}
