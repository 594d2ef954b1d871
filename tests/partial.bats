# dhcp-window --partial, --merge and --max-groups: rows in pieces that come together to the bytes of one run.

load helper
load window
load unit/build

# --- pieces

# pieces SEED LOG: its lines in 2 to 6 files piece.N, at random, or cut at random places.
pieces() {
	rm -f piece.*
	awk -v seed="$1" '
		BEGIN { srand(seed); n = 2 + int(rand() * 5); cut = seed % 2 }
		{ if (!cut) k = int(rand() * n); else if (rand() < n / 400 && k < n - 1) k++; print >("piece." k) }' "$2"
}

# put_together SEED OPTION...: the partial rows of all pieces, shuffled, merged; those of some are merged among each other before.
put_together() {
	local piece
	for piece in piece.*; do dhcp-window --partial "${@:2}" "$piece" >"rows.$piece" || return; done
	cat rows.* | shuf --random-source=<(yes "$1") >shuffled
	dhcp-window --merge "${@:2}" shuffled >got || return
	same want got || { echo "seed $1"; return 1; }
	head -n $(($(wc -l <shuffled) * ($1 % 7) / 7)) shuffled | dhcp-window --merge --partial "${@:2}" >some || return
	tail -n "+$(($(wc -l <shuffled) * ($1 % 7) / 7 + 1))" shuffled | dhcp-window --merge "${@:2}" some - >got || return
	rm rows.*
	same want got || { echo "seed $1, merged twice"; return 1; }
}

# rounds OPTION...
rounds() {
	local seed
	log 400 >log
	dhcp-window "$@" log >want
	[ "$(wc -l <want)" -gt 5 ]
	for seed in $(seq "${SEED:-1}" $((${SEED:-1} + $(sanitized && echo 7 || echo 15)))); do
		pieces "$seed" log
		put_together "$seed" "$@" || return
	done
}

# bats test_tags=slow
@test "any pieces, merged in any order, are the rows of one run" { rounds -a "$EVERYTHING"; }

@test "any pieces of windows that slide are the rows of one run" { rounds -e 1h --slide 25m --align 7m -b v -a "$EVERYTHING"; }

@test "any pieces of sessions are the rows of one run" { rounds --session 3m -b id,n -a "$EVERYTHING"; }

# bats test_tags=slow
@test "any pieces without a key, or of a key of several fields, are the rows of one run" {
	rounds -b '' -a "$EVERYTHING"
	rounds -b id,ip -a "count,distinct(v)"
}

@test "the rows of the usual query are partial rows themselves" {
	eve-dhcp-filter "$DAY" >records
	dhcp-window records >want
	dhcp-window --partial records | same want -
	dhcp-window --merge want | same want -
	for piece in '1~2p' '2~2p'; do sed -n "$piece" records | dhcp-window; done >both
	[ "$(wc -l <both)" -gt "$(wc -l <want)" ]
	dhcp-window --merge both | same want -
}

@test "merged into partial rows, they are those of one run" {
	log 400 >log
	dhcp-window --partial -a "$EVERYTHING" log >want
	pieces 5 log
	for piece in piece.*; do dhcp-window --partial -a "$EVERYTHING" $piece; done >rows
	dhcp-window --merge --partial -a "$EVERYTHING" rows | same want -
	# Once more changes nothing.
	dhcp-window --merge --partial -a "$EVERYTHING" want | same want -
}

@test "what a partial row looks like" {
	at 05:00:00 '"v":2,"w":"b"' 05:01:00 '"v":1.50,"w":"a"' 05:02:00 '"v":2.0' 05:03:00 '' |
		dhcp-window --partial -b '' -a 'count,count(v),sum(v),avg(v),distinct(v),values(w),min(v),max(w),first(v),last(w),first(x),avg(x),sum(x),distinct(x),max_ip(x)' | short |
		shows '05:00:00 05:30:00 "count":4,"count_v":3,"sum_v":5.5,"avg_v":[3,5.5],"distinct_v":[1.5,2],"values_w":["a","b"],"min_v":1.5,"max_w":"b","first_v":["05:00:00",2],"last_w":["05:01:00","a"],"first_x":null,"avg_x":null,"sum_x":null,"distinct_x":[],"max_ip_x":null'
}

@test "sessions that were split join again, those that were apart stay so" {
	at 05:00:00 '"id":1,"v":1' 05:08:00 '"id":1,"v":3' 05:10:00 '"id":2,"v":5' | dhcp-window --partial --session 5m -a 'values(v),count' >a
	at 05:04:00 '"id":1,"v":2' 05:15:00 '"id":2,"v":6' | dhcp-window --partial --session 5m -a 'values(v),count' >b
	[ "$(wc -l <a)" -eq 3 ]
	for order in 'a b' 'b a'; do
		dhcp-window --merge --session 5m -a 'values(v),count' $order | short | shows $'05:00:00 05:13:00 "id":1,"values_v":[1,2,3],"count":3
05:10:00 05:15:00 "id":2,"values_v":[5],"count":1\n05:15:00 05:20:00 "id":2,"values_v":[6],"count":1'
	done
}

@test "windows are those of the rows, of whatever length" {
	at 05:00:00 | dhcp-window -e 7m --align 1m >a
	at 05:00:00 | dhcp-window -e 1h >b
	at 05:01:00 | dhcp-window --session 3m >c
	cat c b a b | dhcp-window --merge | jq -r '"\(.window.start[11:16]) \(.window.end[11:16]) \(.max_ts[11:16])"' |
		shows $'05:01 05:04 05:01\n04:58 05:05 05:00\n05:00 06:00 05:00'
}

@test "merged rows can be asked and keyed like any" {
	at 05:00:00 '"id":1' 05:00:00 '"id":2' >log
	dhcp-window --partial -a 'avg(id)' log >rows
	cat rows rows | dhcp-window --merge -a 'avg(id)' --having '.avg_id == 2' --kafka-key |
		shows $'["2019-04-30T05:00:00.000000Z",2]\t{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"id":2,"avg_id":2}'
	for mode in update complete; do dhcp-window --merge -a 'avg(id)' --mode $mode rows rows | jq .avg_id | paste -sd , | shows 1,2; done
}

@test "values that were cut stay so, and are the smallest of all" {
	seq 2500 | awk '{ printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"v\":%d,\"w\":%d}\n", $1 * 7919 % 2500, $1 % 3 }' >log
	dhcp-window -b '' -a 'values(v),values(w),distinct(v)' log >want
	jq -c '[.truncated, .distinct_v, .values_w]' want | shows '[true,2500,[0,1,2]]'
	split -l 900 log part.
	for part in part.*; do dhcp-window --partial -b '' -a 'values(v),values(w),distinct(v)' $part; done >rows
	jq -c .truncated rows | paste -sd , | shows null,null,null
	dhcp-window --merge -b '' -a 'values(v),values(w),distinct(v)' rows | same want -
	split -l 1250 log half.
	for part in half.*; do dhcp-window --partial -b '' -a 'values(v),values(w),distinct(v)' $part; done >rows
	jq -c .truncated rows | paste -sd , | shows true,true
	dhcp-window --merge -b '' -a 'values(v),values(w),distinct(v)' rows | same want -
	# A thousand is not too many, and one that was cut is cut, though no more come.
	seq 1000 | sed 's/.*/{"ts":"2019-04-30T05:00:00Z","v":&}/' | dhcp-window --partial -b '' -a 'values(v)' >rows
	cat rows rows | dhcp-window --merge -b '' -a 'values(v)' | jq -c '[.truncated, (.values_v | length)]' | shows '[null,1000]'
	sed 's/}$/,"truncated":true}/' rows | cat rows - rows | dhcp-window --merge -b '' -a 'values(v)' | jq -c '[.truncated, (.values_v | length)]' | shows '[true,1000]'
}

@test "sums of any number of parts are exact" {
	# What each of them is, no double knows.
	for i in $(seq 300); do echo '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"avg_v":[3,-9199999999999999.999999],"sum_v":9199999999999999.999999}'; done |
		dhcp-window --merge -b '' -a 'avg(v),sum(v)' | short | shows '05:00:00 05:30:00 "avg_v":-3066666666666666.666666,"sum_v":2759999999999999999.9997'
}

@test "counts beyond 2^32 and 2^53 are merged exactly" {
	for n in 4294967295 9007199254740993; do
		for more in $n 1 1; do row "\"count\":$more,\"count_v\":$more,\"avg_v\":[$more,$more.5]"; done |
			dhcp-window --merge --partial -b '' -a 'count,count(v),avg(v)' | short |
			shows "05:00:00 05:30:00 \"count\":$((n + 2)),\"count_v\":$((n + 2)),\"avg_v\":[$((n + 2)),$((n + 3)).5]"
	done
}

@test "what partial rows and checkpoints stand on: sums, arrays, objects, the checksum" {
	compile unit-state state.c
	unit-state >said || { cat said; return 1; }
	shows '' <said
}

# --- what is none

# row MEMBERS: a row of 05:00 with these.
row() { echo '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"}'"${1:+,$1}}"; }

@test "what is not a partial row is named and counted" {
	{ row '"count":1'; at 05:00:00 '"count":1'; echo '{"count":1}'; row ''; echo nonsense; echo; row '"count":2'; echo '{"heartbeat":true}'; } >rows
	dhcp-window --merge --stats -b '' -a count rows >got 2>err || [ $? -eq 1 ]
	short <got | shows '05:00:00 05:30:00 "count":3'
	sed -n 's/^\(dhcp-window: rows:[0-9]*: not a partial row.*\)/\1/p' err | shows 'dhcp-window: rows:2: not a partial row: no window
dhcp-window: rows:3: not a partial row: no window
dhcp-window: rows:4: not a partial row of this --by and --agg'
	counted read,passed,blank,bad,heartbeats | shows '[8,2,1,4,1]'
}

# takes AGGREGATE VALUES...: of these the aggregate takes all.  refuses: none of them.
takes() {
	local value
	for value in "${@:2}"; do
		row "\"x\":$value" | dhcp-window --merge -b '' -a "x=$1" >got 2>err || { echo "$1 $value:"; cat err; return 1; }
	done
}
refuses() {
	local value
	for value in "${@:2}"; do
		row "\"x\":$value" | fails 1 'dhcp-window: -:1: not a partial row of this --by and --agg' dhcp-window --merge -b '' -a "x=$1" || { echo "$1 $value"; return 1; }
	done
}

@test "each aggregate takes its own form, and no other" {
	takes count 0 1 18446744073709551615
	refuses count null '"1"' -1 1.5 1e3 18446744073709551616 '[1]' '{}' true
	refuses 'count(v)' null '[]'
	takes 'sum(v)' null 0 -1.5 0.000001 9200000000000000.5
	refuses 'sum(v)' '"1"' 1e3 0.0000001 '[1,2]' '{}' true 123456789012345678901234567890123
	takes 'avg(v)' null '[1,5]' '[18446744073709551615,-0.5]'
	refuses 'avg(v)' 5 '[]' '[1]' '[1,2,3]' '[0,0]' '[-1,2]' '[1,null]' '[1,"2"]' '["1",2]' '[[1,2]]' '{}'
	takes 'span(v)' null '[1,5]' '[-9200000000000,9200000000000]' '[1.5,1.5]'
	refuses 'span(v)' 5 '[]' '[1]' '[2,1]' '[1,2,3]' '[1,null]' '["1",2]' '[1,9300000000000]' '[-9300000000000,1]' '{}'
	takes 'distinct(v)' '[]' '[1,"x",[2],{"y":[3]},null,false]' '[3,2,1,1.0]'
	refuses 'distinct(v)' null 5 '"x"' '{}' true
	refuses 'values(v)' null 5 '"x"' '{}' true
	takes 'first(v)' null '["2019-04-30T05:00:00.000000Z",7]' '["2019-04-30T05:00:00Z",[]]'
	refuses 'first(v)' 5 '"x"' '[]' '["2019-04-30T05:00:00Z"]' '["2019-04-30T05:00:00Z",null]' '["2019-04-30T05:00:00Z",1,2]' '[1,2]' '["soon",1]' '{}'
	refuses 'last(v)' 5 '{"2019-04-30T05:00:00Z":1}'
	takes 'max(v)' null 7 '"x"' '[1]' '{}' false
	takes 'max_ip(v)' null '"10.0.0.1"' '"::1"'
	refuses 'max_ip(v)' 7 '"x"' '[]' true
	refuses 'min_ip(v)' 7 '"10.0.0.300"'
}

# nested DEPTH [OPEN CLOSE]: an array, or what else is opened and closed so.
nested() { printf "${2:-[}%.0s" $(seq "$1") && printf 1 && printf "${3:-]}%.0s" $(seq "$1"); }

@test "what is nested so deep that it could not be read back is refused where it comes in" {
	# To libjq an object is as deep as two arrays.
	for kind in '250 [ ]' '120 {"a": }'; do
		for depth in 98 99 ${kind%% *}; do at 05:00:00 "\"id\":$depth,\"v\":$(nested $depth ${kind#* })"; done
	done >log
	for aggregate in 'values(v)' 'distinct(v)' 'first(v)' 'max(v)'; do
		dhcp-window -b '' -a "n=count,$aggregate" log >want 2>err || [ $? -eq 1 ]
		shows 'dhcp-window: log:2: a value nested more than 98 deep
dhcp-window: log:3: a value nested more than 98 deep
dhcp-window: log:5: a value nested more than 98 deep
dhcp-window: log:6: a value nested more than 98 deep' <err
		dhcp-window --partial -b '' -a "n=count,$aggregate" log >rows 2>err || [ $? -eq 1 ]
		dhcp-window --merge -b '' -a "n=count,$aggregate" rows | same want -
	done
	dhcp-window -b v -a '' log >want 2>/dev/null || [ $? -eq 1 ]
	[ "$(wc -l <want)" -eq 2 ]
	# What is not asked for may be as deep as libjq takes it.
	dhcp-window -b '' -a count log | short | shows '05:00:00 05:30:00 "count":6'
}

@test "an element that cannot be read makes a partial row a bad one" {
	refuses 'values(v)' "[$(nested 150)]" "[1,$(nested 101),2]"
	refuses 'distinct(v)' "[$(nested 150)]"
	refuses 'first(v)' "[\"2019-04-30T05:00:00Z\",$(nested 150)]" "[\"2019-04-30T05:00:00Z\",1,$(nested 150)]"
	takes 'values(v)' "[$(nested 100)]"
}

@test "what partial rows have twice counts as it stands last, whole" {
	row() { echo "{\"window\":{$1},\"window\":{$2},\"count\":1}"; }
	start='"start":"2019-04-30T05:00:00Z"' end='"end":"2019-04-30T06:00:00Z"'
	row "$start,$end" "$end" | fails 1 'dhcp-window: -:1: not a partial row: no window' dhcp-window --merge -b '' -a count
	row "$end" "$start,$end" | dhcp-window --merge -b '' -a count | jq -c .count | same <(echo 1) -
}

@test "values that others have cut short count for --max-groups, in whatever order they come" {
	window='"window":{"start":"2019-04-30T05:00:00Z","end":"2019-04-30T06:00:00Z"}'
	for n in {1..9}; do echo "{$window,\"values_v\":[$n]}"; done >rows
	echo "{$window,\"values_v\":[],\"truncated\":true}" >cut
	for files in 'rows cut' 'cut rows'; do
		dhcp-window --merge -b '' -a 'values(v)' --max-groups 10 $files | jq -c '[.values_v, .truncated]' | same <(echo '[[1,2,3,4,5,6,7,8,9],true]') -
		fails 2 'dhcp-window: --max-groups: 9: more are open (--on-full evict lets the oldest go)' \
			dhcp-window --merge -b '' -a 'values(v)' --max-groups 9 $files
	done
}

@test "what counts for --max-groups is the same behind a checkpoint, where one list of values is full and another is not" {
	{
		seq -f '00:00 A "x":%g' 1001
		seq -f '00:00 A "y":%g' 900
		printf '%s "x":1\n' '00:05 B' '01:01 C' '01:02 D' '01:03 E'
	} | awk '{ printf "{\"ts\":\"2020-01-01T00:%sZ\",\"k\":\"%s\",%s,\"topic\":\"t\",\"partition\":0,\"offset\":%d}\n", $1, $2, $3, NR }' >log
	set -- -b k -a 'values(x),values(y)' --session 1m --lateness 0 --partitions 1 --max-groups 1905
	dhcp-window "$@" log >want
	head -n 1001 log | dhcp-window "$@" --checkpoint state >got
	same /dev/null got
	{
		sed -n 1002,1904p log
		until [ -s got ]; do sleep 0.05; done
		sed -n 1905p log
	} | timeout 60 dhcp-window "$@" --checkpoint state --final >>got
	same want got
}

@test "an array or object of more than 8 KiB in a field that is asked for makes a bad line" {
	for n in 8192 8193; do at 05:00:00 "\"id\":$n,\"v\":[\"$(printf '%*s' $((n - 4)) x)\"]"; done >log
	dhcp-window -b v -a count log >rows 2>err || expect_status 1 $?
	shows 'dhcp-window: log:2: an array or object of more than 8 KiB in a field that is asked for' <err
	dhcp-window --merge -b v -a count rows | same rows -
	# Spelt canonically they may be longer; such a row is read back.
	for text in '"\xff\xff\xff\xff",%.0s' '"\x7f\x7f\x7f\x7f",%.0s'; do
		at 05:00:00 "\"v\":[$(printf "$text" $(seq 1000))1]" | dhcp-window --partial -b v -a count >rows
		[ "$(wc -c <rows)" -gt 8192 ]
		dhcp-window --merge -b v -a count rows | same rows -
	done
	at 05:00:00 "\"v\":[\"$(printf '%65532s' x)\"]" | sed 's/\["/["x/' >long
	sed 's/"ts":/"count":1,"window":{"start":"2019-04-30T05:00:00Z","end":"2019-04-30T06:00:00Z"},"x":/' long >row
	fails 1 'dhcp-window: row:1: an array or object of more than 64 KiB' dhcp-window --merge -b v -a count row
	for agg in 'max(v)' 'first(v)' 'values(v)'; do
		case $agg in
		max*) cat row ;;
		first*) sed 's/"v":\(.*\)}/"v":["2019-04-30T05:00:00Z",\1]}/' row ;;
		*) sed 's/"v":\(.*\)}/"v":[1,\1]}/' row ;;
		esac >"$agg"
		fails 1 "dhcp-window: $agg:1: an array or object of more than 64 KiB" dhcp-window --merge -b '' -a "v=$agg" "$agg"
	done
}

@test "a deep value of one record leaves the numbers of others as they are, here and in a checkpoint" {
	{
		at 05:00:00 "\"v\":$(nested 98),\"topic\":\"t\",\"partition\":0,\"offset\":0"
		at 05:00:01 '"n":1234567890123.456789,"m":9007199254740993,"topic":"t","partition":0,"offset":1'
	} >log
	for deep in 'distinct(v)' 'values(v)' 'first(v)' 'last(v)' 'max(v)' 'min(v)'; do
		set -- -b '' -a "$deep,sum(n),avg(n),max(m),values(m)"
		dhcp-window "$@" log >want
		grep -q '"sum_n":1234567890123.456789,.*"max_m":9007199254740993,' want
		dhcp-window --partial "$@" log | dhcp-window --merge "$@" | same want -
		rm -f s
		dhcp-window --checkpoint s -l 1h --partitions 1 "$@" log
		dhcp-window --checkpoint s -l 1h --final "$@" </dev/null | same want -
	done
}

@test "sums and numbers of records beyond all bounds stop there, and are read back" {
	local most=99999999999999999999999999999999
	for sign in '' -; do
		for _ in 1 2 3; do
			echo "{\"window\":{\"start\":\"2019-04-30T05:00:00.000000Z\",\"end\":\"2019-04-30T05:30:00.000000Z\"},\"sum_n\":$sign$most,\"avg_n\":[18446744073709551615,$sign$most]}"
		done >rows
		dhcp-window --merge --partial -b '' -a 'sum(n),avg(n)' rows >sum
		jq -Rr 'capture("\"sum_n\":(?<s>[^,]*),\"avg_n\":(?<a>.*)}$") | .s, .a' sum | shows "$sign$most.999999
[18446744073709551615,$sign$most.999999]"
		dhcp-window --merge --partial -b '' -a 'sum(n),avg(n)' sum | same sum -
	done
}

@test "a row whose window is none is refused" {
	for window in 'null' '7' '[]' '{}' '{"start":"2019-04-30T05:00:00Z"}' '{"start":"2019-04-30T05:00:00Z","end":"2019-04-30T05:00:00Z"}' \
		'{"start":"2019-04-30T06:00:00Z","end":"2019-04-30T05:00:00Z"}' '{"start":1,"end":2}' '{"start":"soon","end":"2019-04-30T05:00:00Z"}'; do
		echo "{\"window\":$window,\"count\":1}" | fails 1 'dhcp-window: -:1: not a partial row: no window' dhcp-window --merge -b '' -a count
	done
}

@test "a row that is shorter than the gap is no session" {
	echo '{"window":{"start":"2019-04-30T05:00:00Z","end":"2019-04-30T05:04:59Z"},"count":1}' >row
	fails 1 'dhcp-window: row:1: a session shorter than --session' dhcp-window --merge --session 5m -b '' -a count row
}

@test "partial rows of another query are refused, line by line" {
	at 05:00:00 '"id":1,"v":"x"' >log
	dhcp-window --partial -a 'avg(id)' log >rows
	dhcp-window --merge -a 'first(v)' rows 2>err || [ $? -eq 1 ]
	dhcp-window -a 'avg(id),distinct(v)' log >rows
	dhcp-window --merge -a 'avg(id)' rows 2>>err || [ $? -eq 1 ]
	grep -c '^dhcp-window: rows:1: not a partial row of this --by and --agg$' err | shows 2
	# More members than are asked for do no harm.
	dhcp-window --partial -a 'avg(id),distinct(v)' log | dhcp-window --merge -a 'distinct(v)' | jq .distinct_v | shows 1
}

@test "numbers that overflow when they are merged do no harm" {
	for i in $(seq 40); do row '"count":18446744073709551615,"sum_v":9999999999999999999999999,"avg_v":[18446744073709551615,9999999999999999999999999]'; done >rows
	dhcp-window --merge -b '' -a 'count,sum(v),avg(v)' rows | jq -c '.count | . > 1e19' | shows true
}

@test "damaged partial rows are refused or read, and never worse" {
	log 60 | dhcp-window --partial -a "$EVERYTHING" >rows
	for seed in $(seq "$(sanitized && echo 6 || echo 30)"); do
		awk -v seed="$seed" 'BEGIN { srand(seed); odd = "{}[]\",:\\0e-.n"; }
			{ for (i = 0; i < 3; i++) { at = 1 + int(rand() * length); $0 = substr($0, 1, at - 1) substr(odd, 1 + int(rand() * length(odd)), 1) substr($0, at + int(rand() * 3)) } print }' rows
	done >damaged
	local status=0
	# libjq has a leak where a string follows a number.
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	dhcp-window --merge --stats -a "$EVERYTHING" damaged >got 2>err || status=$?
	expect_status 1 $status
	counted read,blank | shows "[$(wc -l <damaged),0]"
	jq -se '.[0] | .read == .passed + .bad and .bad > .read / 2' <(grep '^{' err)
	jq -c . got >/dev/null
}

@test "names with a dot are refused where rows must be read back" {
	local dot='a name with a dot in --by or --agg: cannot be read back (NAME=max(F) renames)'
	fails 2 "dhcp-window: --merge: $dot" dhcp-window --merge -a 'a.b=count' </dev/null
	at 05:00:00 '"a":{"b":1}' | dhcp-window --partial -b a.b -a 'max(a.b)' >rows
	dhcp-window --merge -b a.b -a 'max(a.b)' rows | same rows -
}

# --- a limit for groups

@test "--max-groups: more groups end the run, unless windows close in time" {
	local more='dhcp-window: --max-groups: 2: more are open (--on-full evict lets the oldest go)'
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:00:00 '"id":1' >few
	dhcp-window --max-groups 2 -a count few | jq -c .count | paste -sd , | shows 2,1
	{ cat few; at 05:30:00 '"id":1'; } >many
	fails 2 "$more" dhcp-window --max-groups 2 -a count many
	fails 2 "$more" dhcp-window --max-groups 2 --on-full fail -a count many
	dhcp-window --max-groups 2 -l 0 -a count many | jq -c .count | paste -sd , | shows 2,1,1
	{ cat few; at 05:30:00 '"id":1' 05:30:00 '"id":2' 05:31:00 '"id":3'; } | dhcp-window --max-groups 2 -l 0 -a count 2>err | jq -c .count | paste -sd , | shows 2,1 || true
	echo "$more" | same - err
}

@test "values of distinct and values count as groups" {
	at 05:00:00 '"v":1' 05:00:00 '"v":2' 05:00:00 '"v":3' >in
	for agg in 'distinct(v)' 'values(v)'; do
		dhcp-window -b '' -a "$agg" --max-groups 4 in | short >got
		fails 2 'dhcp-window: --max-groups: 3: more are open (--on-full evict lets the oldest go)' dhcp-window -b '' -a "$agg" --max-groups 3 in
	done
	dhcp-window -b '' -a 'values(v),distinct(v)' --max-groups 7 in >got
	dhcp-window -b '' -a 'values(v),distinct(v)' --max-groups 6 in 2>err || [ $? -eq 2 ]
}

@test "evicted rows are parts, numbered, and so is what comes of their window later" {
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:30:00 '"id":1' 05:00:01 '"id":2' 05:00:01 '"id":3' 06:00:00 '"id":4' >in
	dhcp-window --max-groups 2 --on-full evict -a count --stats in 2>err | short | shows $'05:00:00 05:30:00 "id":1,"count":1,"part":1
05:00:00 05:30:00 "id":2,"count":1,"part":1\n05:00:00 05:30:00 "id":2,"count":1,"part":2\n05:00:00 05:30:00 "id":3,"count":1,"part":2
05:30:00 06:00:00 "id":1,"count":1\n06:00:00 06:30:00 "id":4,"count":1'
	counted read,passed,groups,rows,evicted,open_groups,windows | shows '[6,6,6,6,4,0,4]'
	# What is left of a window, or goes on as a session, at the end.
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:00:00 '"id":3' 05:00:01 '"id":2' 05:30:00 '"id":2' >in
	dhcp-window --max-groups 2 --on-full evict -a count in | short | tail -n 2 |
		shows $'05:00:00 05:30:00 "id":2,"count":1,"part":2\n05:30:00 06:00:00 "id":2,"count":1'
	dhcp-window --max-groups 2 --on-full evict -a count --session 5s in | short | tail -n 2 |
		shows $'05:00:01 05:00:06 "id":2,"count":1,"part":2\n05:30:00 05:30:05 "id":2,"count":1'
}

@test "all parts of a window can be merged, though nobody asked for partial rows" {
	at 05:00:00 '"id":1,"v":1' 05:00:00 '"id":2,"v":2' 05:00:00 '"id":3,"v":3' 05:00:01 '"id":2,"v":7' 05:30:00 '"id":2,"v":9' >in
	dhcp-window --max-groups 2 --on-full evict -a 'avg(v)' in | short | shows $'05:00:00 05:30:00 "id":1,"avg_v":[1,1],"part":1
05:00:00 05:30:00 "id":2,"avg_v":[1,2],"part":1
05:00:00 05:30:00 "id":3,"avg_v":[1,3],"part":1
05:00:00 05:30:00 "id":2,"avg_v":[1,7],"part":2
05:30:00 06:00:00 "id":2,"avg_v":9'
}

# evicted LIMIT OPTION...: with room for so few groups, the merged rows are those of a run that has room for all.
evicted() {
	dhcp-window "${@:2}" log >want
	dhcp-window --stats --max-groups "$1" --on-full evict --partial "${@:2}" log >rows 2>err
	grep -q '"part":9' rows
	counted evicted | jq '.[0] > 10' | shows true
	jq -se '.[0] | .read == .passed + .heartbeats + .late and .groups == .rows and .open_groups == 0' <(grep '^{' err)
	dhcp-window --merge "${@:2}" rows >got
	same want got
	# No two rows have the same name in a compacted topic.
	dhcp-window --max-groups "$1" --on-full evict --kafka-key "${@:2}" log | cut -f 1 | sort | uniq -d | shows ''
}

@test "what is left of a window is a part, though an older one was evicted after it" {
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:30:00 '"id":3' 04:30:00 '"id":1' 04:30:00 '"id":2' 05:00:01 '"id":1' >in
	dhcp-window --max-groups 2 --on-full evict -a count in | short | shows $'05:00:00 05:30:00 "id":1,"count":1,"part":1
05:00:00 05:30:00 "id":2,"count":1,"part":1
04:30:00 05:00:00 "id":1,"count":1,"part":2
04:30:00 05:00:00 "id":2,"count":1,"part":2
05:00:00 05:30:00 "id":1,"count":1,"part":3
05:30:00 06:00:00 "id":3,"count":1'
}

@test "what is evicted comes together to the rows of one run" {
	log 400 >log
	evicted 3 -a count
	evicted 10 -e 1h --slide 20m -a 'count,max(v)'
	evicted 10 --session 3m -b '' -a 'count,max(v)'
	evicted 5 --session 3m -a 'count,sum(n)'
	evicted 60 -a "$EVERYTHING"
	evicted 100 -e 1h --slide 20m -b ip -a 'distinct(v),values(name)'
}

@test "with a lateness, too, and with late records" {
	log 400 >log
	for spec in '' '--slide 10m' '--session 4m'; do
		dhcp-window $spec -l 1m --partitions 3 -a count log >want 2>late
		dhcp-window $spec -l 1m --partitions 3 -a count --max-groups 4 --on-full evict log 2>err >rows
		same late err
		grep -q '"part":' rows
		dhcp-window --merge $spec -a count rows | same want -
	done
}

@test "parts go on to be counted after a resume" {
	log 200 >log
	dhcp-window -a count log >want
	for cut in 20 77 150 199; do
		rm -f s
		head -n $cut log | dhcp-window --checkpoint s --max-groups 4 --on-full evict --kafka-key -l 1d --partitions 3 -a count >keyed
		head -n 1 s | jq -e '.parts > 0 and .evicted != null'
		tail -n +$((cut + 1)) log | dhcp-window --checkpoint s --max-groups 4 --on-full evict --kafka-key --final -a count >>keyed
		cut -f 1 keyed | sort | uniq -d | shows ''
		cut -f 2 keyed | dhcp-window --merge -a count | same want -
		# A group of which there are parts has no row that looks whole.
		cut -f 2 keyed | jq -sc 'group_by([.window, .id])[] | map(has("part")) | unique | length' | sort -u | shows 1
	done
}

@test "sessions that are evicted while some of their time have gone are counted once" {
	local id
	{ for id in 1 2 3 4; do of 0 $id 05:00:00 "\"id\":$id"; done; of 0 5 05:00:15 '"id":5'; of 0 6 05:00:30 '"id":6'; } >first
	for id in 1 2 3 4 5; do of 0 $((id + 6)) 05:00:3$id "\"id\":\"$id\""; done >second
	live --session 20s -l 0 --partitions 1 -a count --max-groups 5 --on-full evict --checkpoint s
	feed <first
	settled 6
	until_true 10 has_four
	feed <second
	settled 11
	ended
	counted groups,rows,evicted,open_groups,windows | shows '[11,11,7,0,11]'
}
has_four() { [ "$(wc -l <out)" -ge 4 ]; }
