# dhcp-window --checkpoint and --save: a run that goes on where another one left off, and files that are not what they seem.

load helper
load window
load unit/build

# every STEP: that many, but with sanitizers five times as far apart, as each run is slow there.
every() { ! sanitized && echo "$1" || echo $(($1 * 5)); }

# kept OPTION...: a run with the checkpoint s, nothing else to be said of it.
kept() { dhcp-window --checkpoint s "$@" 2>>said; }

# counters: those of the checkpoint s that do not depend on where it was cut.
COUNTS='.counters | [.read, .passed, .bad, .late, .heartbeats, .windows, .groups, .rows, .lost, .bytes]'
counters() { head -n 1 s | jq -c "$COUNTS"; }

# last_rows: of the rows on standard input the last one of each group.
last_rows() { awk 'match($0, /"id":("[^"]*"|[^,]*)/) { last[substr($0, 1, RSTART + RLENGTH)] = $0 } END { for (key in last) print last[key] }' | sort; }

# --- a run is cut in two

# cut_anywhere OPTION...: a log, read in two runs that are cut at any line, comes to the same rows, late lines and counts.
cut_anywhere() {
	local i rows late header
	log 60 >log
	dhcp-window "$@" --partitions 3 --late-file late.want --stats log >want 2>err
	[ "$(wc -l <want)" -gt 5 ]
	rows=$(cat want) late=$(cat late.want)
	for i in $(seq 0 "$(every 1)" 60); do
		rm -f s late.got
		head -n "$i" log | kept "$@" --partitions 3 --late-file late.got >got
		tail -n "+$((i + 1))" log | kept "$@" --final --late-file late.got >>got
		[[ $(<got) == "$rows" && $(<late.got) == "$late" ]] || { echo "cut at $i:"; same want got; same late.want late.got; return 1; }
		read -r header <s
		printf '%s\n' "$header" >>headers
	done
	jq -c "$COUNTS" headers | sort -u | shows "$(counted read,passed,bad,late,heartbeats,windows,groups,rows,lost,bytes)"
	! grep -v 'late$' said
}

@test "cut at any line, the rows are those of one run" { cut_anywhere -e 10m -l 5m -a "$EVERYTHING"; }

@test "cut at any line, windows that slide are those of one run" { cut_anywhere -e 10m --slide 3m --align 1m -l 1m -a "$EVERYTHING"; }

@test "cut at any line, sessions are those of one run" { cut_anywhere --session 4m -l 1m -b id -a "$EVERYTHING"; }

# bats test_tags=slow
@test "cut at any line, a key of several fields is the same" {
	cut_anywhere -e 10m -l 0 -b id,v,ip -a 'count,last(n)'
}

# bats test_tags=slow
@test "a run for each line comes to the same as one run" {
	log "$(sanitized && echo 20 || echo 60)" >log
	for spec in '-e 10m' '--session 4m'; do
		rm -f s
		dhcp-window $spec -l 5m --partitions 3 -a "$EVERYTHING" log >want 2>said
		while IFS= read -r line; do printf '%s\n' "$line" | kept $spec -l 5m --partitions 3 -a "$EVERYTHING"; done <log >got
		# Each input has ended, but nothing was told to close.
		[ "$(wc -l <got)" -lt "$(wc -l <want)" ]
		kept $spec --final -a "$EVERYTHING" </dev/null >>got
		same want got
		dhcp-window $spec -l 5m --partitions 3 --stats log 2>err >rows
		counters | shows "$(counted read,passed,bad,late,heartbeats,windows,groups,rows,lost,bytes)"
	done
}

# bats test_tags=slow
@test "random queries over random logs, cut, repeated, with little room: the rows of one run" {
	python3 "$ROOT/tests/cuts.py" "${SEED:-1}" $((48 / $(every 1)))
}

# bats test_tags=slow
@test "in update and complete mode the last rows are those of one run, wherever it is cut" {
	local i mode
	log 60 >log
	for mode in '--mode update -l 5m' '--mode update' '--mode complete'; do
		dhcp-window $mode --partitions 3 -e 10m -a "$EVERYTHING" log 2>said | last_rows >want
		for i in $(seq 0 "$(every 3)" 60); do
			rm -f s
			head -n "$i" log | kept $mode --partitions 3 -e 10m -a "$EVERYTHING" >rows
			tail -n "+$((i + 1))" log | kept $mode -e 10m -a "$EVERYTHING" >>rows
			last_rows <rows >got
			cmp want got || { echo "cut at $i, $mode:"; same want got; return 1; }
		done
	done
}

@test "what was written before a resume is not written again without a reason" {
	of 0 0 05:00:00 '"id":1' | kept --mode update -a count >out
	of 0 1 05:00:00 '"id":2' | kept --mode update -a count >>out
	kept --mode update -a count </dev/null >>out
	{ of 0 1 05:00:00 '"id":2'; beat 0 2 05:00:00; } | kept --mode update -a count >>out
	of 0 3 05:01:00 '"id":1' | kept --mode update -a count --final >>out
	short <out | shows $'05:00:00 05:30:00 "id":1,"count":1\n05:00:00 05:30:00 "id":2,"count":1\n05:00:00 05:30:00 "id":1,"count":2'
	rm s
	of 0 0 05:00:00 '"id":1' | kept --mode complete -a count >out
	kept --mode complete -a count </dev/null >>out
	{ of 0 0 05:00:00 '"id":1'; beat 0 1 05:00:00; } | kept --mode complete -a count >>out
	of 0 2 05:00:00 '"id":2' | kept --mode complete -a count >>out
	short <out | shows $'05:00:00 05:30:00 "id":1,"count":1\n05:00:00 05:30:00 "id":1,"count":1\n05:00:00 05:30:00 "id":2,"count":1'
}

@test "--final closes all windows, and what still comes for them is late" {
	{ of 0 0 05:00:00; of 0 1 05:31:00; } | kept -l 1h --partitions 1 --final -b '' -a count | short |
		shows $'05:00:00 05:30:00 "count":1\n05:30:00 06:00:00 "count":1'
	head -n 1 s | jq -c '[.watermark, .sources[].clock]' | shows '["2019-04-30T06:00:00.000000Z","2019-04-30T07:00:00.000000Z"]'
	# Another partition too, though its own clock knows nothing yet.
	{ of 0 2 05:59:59; of 0 3 06:00:00; of 1 0 05:00:00; } | dhcp-window --checkpoint s -l 1h --partitions 2 --late-file late -b '' -a count --final 2>said | short |
		shows '06:00:00 06:30:00 "count":1'
	cut -c 19-26 late | shows $'05:59:59\n05:00:00'
	# Without a lateness as well.
	of 0 4 06:29:59 | dhcp-window --checkpoint s --final -b '' -a count --stats 2>err | shows ''
	counted late | shows '[1]'
}

@test "--final closes what has no row left to be written" {
	of 0 0 05:00:00 | kept --mode update -b '' -a count | short | shows '05:00:00 05:30:00 "count":1'
	kept --mode update --final -b '' -a count </dev/null | shows ''
	of 0 1 05:29:00 | dhcp-window --checkpoint s --mode update -b '' -a count --stats 2>err | shows ''
	counted passed,late | shows '[0,1]'
}

@test "--final works for sessions, update mode, and times near the year 10000" {
	of 0 0 05:00:00 | kept --session 5m --final -b '' -a count | short | shows '05:00:00 05:05:00 "count":1'
	{ of 0 1 05:04:59; of 0 2 05:05:00; } | kept --session 5m --final -b '' -a count | short | shows '05:05:00 05:10:00 "count":1'
	rm s
	of 0 0 05:00:00 | kept --mode update --final -b '' -a count | short | shows '05:00:00 05:30:00 "count":1'
	of 0 1 05:29:00 | kept --mode update --final -b '' -a count | shows ''
	rm s
	of 0 0 05:00:00 | sed 's/2019-04-30T05:00/9999-12-31T23:20/' | kept -l 1d --partitions 1 --final -a count | jq -r .window.end | shows 9999-12-31T23:30:00.000000Z
	head -n 1 s | jq -r '.sources[].clock' | shows 9999-12-31T23:59:59.999999Z
	kept -l 1d --final -a count </dev/null
	rm s
	beat 0 0 05:00:00 | sed 's/2019-04-30T05:00:00/9999-12-31T23:59:59.999999/' | kept -l 0 --partitions 1 -a count
	head -n 1 s | jq -r .watermark | shows 9999-12-31T23:59:59.999999Z
}

# --- the file

@test "the first line tells the query, how far each partition was read, and counts" {
	{ of 0 7 05:00:00 '"id":"é"'; of 10 3 06:00:00; beat 2 99 05:59:59.5; of 0 8 05:30:00 | sed 's/"t"/"s"/'; beat 3 0; } |
		kept -l 10m --partitions 6 -a 'count,first(id)' >rows
	head -n 1 s | jq -c '[.checkpoint, .query, .partitions, .watermark, .sources[] | if type == "object" and .topic then [.topic, .partition, .offset, .clock] else . end]' | shows \
		'[1,{"every":"1800s","slide":"1800s","align":"0s","by":"id","agg":"count,first(id)","mode":"append"},6,null,["s",0,9,"2019-04-30T05:30:00.000000Z"],["t",0,8,"2019-04-30T05:00:00.000000Z"],["t",2,100,"2019-04-30T05:59:59.500000Z"],["t",3,1,null],["t",10,4,"2019-04-30T06:00:00.000000Z"]]'
	sed -n '2,$p' s | sed '$s/[0-9a-f]\{8\}/X/' | shows '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"id":"é","count":1,"first_id":["2019-04-30T05:00:00.000000Z","é"]}
{"window":{"start":"2019-04-30T05:30:00.000000Z","end":"2019-04-30T06:00:00.000000Z"},"id":null,"count":1,"first_id":null}
{"window":{"start":"2019-04-30T06:00:00.000000Z","end":"2019-04-30T06:30:00.000000Z"},"id":null,"count":1,"first_id":null}
{"rows":3,"crc32":"X"}'
	rm s
	of 0 0 05:00:00 | kept --session 90s -l 10m --partitions 1 -b id,ip -a count
	head -n 1 s | jq -c .query | shows '{"session":"90s","by":"id,ip","agg":"count","mode":"append"}'
	rm s
	of 0 0 05:00:00 | kept -e 1500ms -l 0 --partitions 1 -a count
	head -n 1 s | jq -c .query | shows '{"every":"1500000us","slide":"1500000us","align":"0s","by":"id","agg":"count","mode":"append"}'
	rm s
	of 0 0 05:00:00 | kept -e 30d -l 0 --partitions 1 -a count
	head -n 1 s | jq -c .query.every | shows '"2592000s"'
}

@test "before 1970 a clock and a watermark are kept as after it" {
	of 0 0 05:40:00 | sed s/2019/1969/ | kept -l 5m --partitions 1 -a count
	head -n 1 s | jq -c '.sources[0].clock, .watermark' | shows '"1969-04-30T05:40:00.000000Z"
"1969-04-30T05:35:00.000000Z"'
	of 0 1 05:00:00 | sed s/2019/1969/ | kept -l 5m -a count
	counters | jq '.[3]' | shows 1
}

@test "the checksum is the one of gzip, and lines are ended by the last one" {
	log 60 | kept -e 10m -l 5m --partitions 3 -a "$EVERYTHING" >rows
	head -n -1 s | gzip | tail -c 8 | od -An -tx4 -N4 | tr -d ' ' >want
	tail -n 1 s | jq -r .crc32 | same want -
	[ "$(tail -n 1 s | jq .rows)" -eq $(($(wc -l <s) - 2)) ]
	[ "$(tail -n 1 s | jq .rows)" -gt 3 ]
}

@test "of no input comes a checkpoint, from which one can go on" {
	for mode in '-l 10m' '--mode update' '--mode complete' '--final' '--session 5m -l 1m'; do
		rm -f s
		kept $mode </dev/null | shows ''
		head -n 1 s | jq -c '[.sources, .watermark, .counters.read]' | shows '[[],null,0]'
		cp s before
		kept $mode </dev/null
		same before s
		of 0 0 05:00:00 | kept $mode --partitions 1 >rows
	done
	shows '' <said
}

@test "a state is saved again as it was read" {
	log 60 | kept -e 10m -l 5m --partitions 3 -a "$EVERYTHING" >rows
	cp s before
	kept -e 10m -l 5m -a "$EVERYTHING" </dev/null | shows ''
	same before s
	[ "$(wc -l <s)" -gt 5 ]
}

# Beyond 2^53 not even jq knows them.
@test "counts beyond 2^32 and 2^53, and offsets, are exact from run to run" {
	compile seal seal.c
	for n in 4294967295 9007199254740992 9223372036854775000; do
		rm -f s
		of 0 0 05:00:00 '"id":1' | kept -l 1m --partitions 1 -a count
		head -n -1 s | sed "s/\"\(offset\|read\|passed\|replayed\|rows\|bytes\|count\)\":[0-9]*/\"\1\":$n/g" | seal >old
		mv old s
		for i in -1 0 1; do of 0 $((n + i)) 05:00:01 '"id":1'; done >in
		kept -l 1m -a count --final in | short | shows "05:00:00 05:30:00 \"id\":1,\"count\":$((n + 2))"
		head -n 1 s | grep -o '"\(offset\|read\|passed\|replayed\|rows\|bytes\)":[0-9]*' | paste -sd , |
			shows "\"offset\":$((n + 2)),\"read\":$((n + 3)),\"passed\":$((n + 2)),\"replayed\":$((n + 1)),\"rows\":$((n + 1)),\"bytes\":$((n + $(wc -c <in)))"
	done
}

@test "strange topics and names are read as they were written" {
	topic='\u0000\"\\/é\ud83d\ude00\t'
	of 0 4 05:00:00 '"a":{"x":7}' | sed "s|\"t\"|\"$(printf %s "$topic" | sed 's/[\\&|]/\\&/g')\"|" >in
	dhcp-window --checkpoint s -l 10m --partitions 1 -b a.x -a 'é"\=count,b=first(a.x)' in
	cp s before
	dhcp-window --checkpoint s -l 10m -b a.x -a 'é"\=count,b=first(a.x)' --stats in 2>err
	jq -sc '.[0].sources[0] | [.topic, .offset]' err | shows '["\u0000\"\\/é😀\t",5]'
	counted replayed | shows '[1]'
	sed -n 2p s | jq -c '[.x, ."é\"\\", .b]' | shows '[7,1,["2019-04-30T05:00:00.000000Z",7]]'
}

@test "a topic of 400,000 quotes is one like others" {
	{ printf '{"ts":"2019-04-30T05:00:00Z","partition":0,"offset":4,"topic":"'; head -c 400000 /dev/zero | sed 's/\x0/\\"/g'; echo '"}'; } >in
	kept -l 10m --partitions 1 -b '' in
	cp s before
	kept -l 10m -b '' --stats in
	grep '^{' said | jq -c '[.replayed, (.sources | length)]' | shows '[1,1]'
	sed -n '1s/,"counters".*//p' s | cmp - <(sed -n '1s/,"counters".*//p' before)
}

@test "a name with a dot cannot be read back, and is refused" {
	fails 2 'dhcp-window: --checkpoint: a name with a dot in --by or --agg: cannot be read back (NAME=max(F) renames)' \
		dhcp-window --checkpoint s -l 1m -a 'a.b=count' </dev/null
	[ ! -e s ]
}

@test "a link or file with many names keeps the others' content" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	ln s other
	cp s before
	of 0 1 05:00:00 | kept -l 1m
	same before other
	! cmp -s s other
	ln -s s link
	of 0 2 05:00:00 | dhcp-window --checkpoint link -l 1m
	[ -L link ]
	head -n 1 s | jq '.sources[0].offset' | shows 3
}

@test "a link that leads to no file yet stays one: the file comes where it leads" {
	mkdir disk state
	ln -s ../disk/today state/checkpoint
	ln -s "$PWD/disk/s" disk/today
	for offset in 1 2; do
		of 0 $offset 05:00:00 | dhcp-window --checkpoint state/checkpoint -l 1m --partitions 1
		[ -L state/checkpoint ] && [ -L disk/today ]
		head -n 1 disk/s | jq '.sources[0].offset' | shows $((offset + 1))
	done
	ls state disk | paste -sd ' ' | shows 'disk: s today  state: checkpoint'
	ln -sf ../none/s state/checkpoint
	fails 2 'dhcp-window: state/../none/s.lock: No such file or directory' dhcp-window --checkpoint state/checkpoint -l 1m </dev/null
}

# --- --save

@test "--save writes beside the checkpoint, which stays as it was" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	cp s before
	of 0 1 05:00:00 | kept -l 1m --save s.next
	same before s
	head -n 1 s.next | jq -c '[.sources[].offset, .counters.read]' | shows '[2,2]'
	mv s.next s
	of 0 1 05:00:00 | kept -l 1m --save s.next --stats
	grep '^{' said | jq .replayed | shows 1
}

@test "batches with --save and mv, some of which are lost on the way, come to the rows of one run" {
	log 60 >log
	dhcp-window -e 10m -l 5m --partitions 3 log >want 2>said
	: >got
	for part in 1,20 11,40 31,60 1,60; do
		# The first try of each batch gets no further than to its rows.
		sed -n "${part}p" log | kept -e 10m -l 5m --partitions 3 --save s.next >rows
		sed -n "${part}p" log | kept -e 10m -l 5m --partitions 3 --save s.next | same rows -
		cat rows >>got
		mv s.next s
	done
	kept -e 10m --final --save s.next </dev/null >>got
	same want got
}

@test "--save removes an old file first, and leaves none where the run fails" {
	of 0 0 05:00:00 | dhcp-window -l 1m --partitions 1 --save new
	at 05:00:00 | dhcp-window -l 1m --partitions 1 --save new 2>err || [ $? -eq 2 ]
	[ ! -e new ]
	of 0 0 05:00:00 | dhcp-window -l 1m --partitions 1 --save new
	of 0 0 05:00:00 >in
	dhcp-window -l 0 --final --save new in 2>err >/dev/full || [ $? -eq 2 ]
	[ ! -e new ]
	[ ! -e new.tmp ]
	[ "$(ls)" = $'err\nin' ] || [ "$(ls)" = $'err\nin\nnew.lock' ]
}

@test "--save alone starts from nothing" {
	of 0 0 05:00:00 | dhcp-window -l 1m --partitions 1 --save new
	of 0 0 05:00:00 | dhcp-window -l 1m --partitions 1 --save new
	head -n 1 new | jq -c .counters.read | shows 1
}

@test "--save on the checkpoint itself is refused, by whatever name" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	ln -s s link
	ln s hard
	cp s before
	for name in s ./s "$PWD/s" link hard; do
		fails 2 "dhcp-window: --save: $name: the checkpoint itself: its state would be removed before it is read" \
			dhcp-window --checkpoint s --save "$name" -l 1m </dev/null
	done
	same before s
}

@test "--save on the checkpoint that is not there yet is refused, too" {
	ln -s s link
	fails 2 "dhcp-window: ./s: this run has it by another name, too" dhcp-window --checkpoint link --save ./s -l 1m </dev/null
}

@test "--save takes no other run's file" {
	mkfifo pipe
	for options in '--checkpoint s --save new' '--save new' '--checkpoint new'; do
		dhcp-window -l 1m --partitions 1 $options <pipe >got 3>&- &
		exec 7>pipe
		until [ -s new.lock ]; do sleep 0.05; done
		fails 2 "dhcp-window: new: in use by process $!" dhcp-window -l 1m --checkpoint t --save new </dev/null
		exec 7>&-
		wait $!
	done
}

@test "--save does not remove what is no checkpoint, nor what the run writes" {
	of 0 0 05:00:00 >in
	cp in before
	fails 2 'dhcp-window: in: not a checkpoint: remove it, or name another file' dhcp-window --partitions 1 -l 1m --save in in
	echo '{"checkpoint' >short
	fails 2 'dhcp-window: short: not a checkpoint: remove it, or name another file' dhcp-window --partitions 1 -l 1m --save short in
	dhcp-window --partitions 1 -l 1m --save out in >out 2>err || [ $? -eq 2 ]
	same <(echo 'dhcp-window: out: this file is the output, too') err
	dhcp-window --partitions 1 -l 1m --save late --late-file late in 2>err || [ $? -eq 2 ]
	same <(echo 'dhcp-window: late: this file is the output, too') err
	same before in
	: >empty
	dhcp-window --partitions 1 -l 1m --save empty in
	dhcp-window --partitions 1 -l 1m --save empty in
	head -n 1 empty | jq -c .counters.read | shows 1
}

@test "--save and the checkpoint may not be one another's helpers" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	cp s s.tmp
	cp s s.lock
	for pair in s:s.lock s.lock:s s.tmp:s s.tmp:./s; do
		fails 2 "dhcp-window: --save: ${pair#*:}: it is the checkpoint's .lock, or the checkpoint is its .lock or .tmp: one would undo the other" \
			dhcp-window --checkpoint "${pair%:*}" --save "${pair#*:}" -l 1m </dev/null
	done
	same s s.tmp
	same s s.lock
}

@test "a file that has the name of a lock and is none is left as it is" {
	of 0 0 05:00:00 >in.lock
	cp in.lock before
	for option in --checkpoint --save; do
		fails 2 'dhcp-window: in.lock: not a lock: remove it, or name another file' dhcp-window --partitions 1 -l 1m $option in in.lock
		same before in.lock
	done
	printf 0123456789012345678901234567890123456789 >in.lock
	fails 2 'dhcp-window: in.lock: not a lock: remove it, or name another file' dhcp-window --partitions 1 -l 1m --save in before
	for left in 1 '\0\0\0\0'; do
		printf "$left" >in.lock
		dhcp-window --partitions 1 -l 1m --save in before
	done
}

@test "--save on what is no file is refused, and nothing is removed" {
	mkfifo pipe
	mkdir folder
	ln -s nowhere/at/all link
	dhcp-window --save pipe -l 1m </dev/null 2>err || [ $? -eq 2 ]
	[ -p pipe ]
	grep -q '^dhcp-window: pipe: ' err
	dhcp-window --save folder -l 1m </dev/null 2>err || [ $? -eq 2 ]
	[ -d folder ]
	grep -q '^dhcp-window: folder: ' err
}

# --- records without a place, replayed and lost ones

@test "a checkpoint needs topic, partition and offset" {
	local needs='no topic, partition and offset: a checkpoint needs them (kcat -J | eve-dhcp-filter gives them)'
	at 05:00:00 | fails 2 "dhcp-window: -:1: $needs" dhcp-window --checkpoint s -l 1m --partitions 1
	for members in '"topic":"t","partition":0' '"topic":"t","offset":0' '"partition":0,"offset":0' '"topic":7,"partition":0,"offset":0' \
		'"topic":"t","partition":0,"offset":-1' '"topic":"t","partition":0,"offset":"0"' '"topic":"t","partition":0,"offset":1.5'; do
		{ echo; at 05:00:00 "$members"; } | fails 2 "dhcp-window: -:2: $needs" dhcp-window --checkpoint s -l 1m --partitions 1
		at 05:00:00 "\"heartbeat\":true,$members" | fails 2 "dhcp-window: -:1: $needs" dhcp-window --checkpoint s -l 1m --partitions 1
	done
	[ ! -e s ]
	# In the middle of a run the checkpoint stays what it was.
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	cp s before
	{ of 0 1 05:00:00; at 05:00:00; } | kept -l 1m || [ $? -eq 2 ]
	same before s
}

@test "what was handled before is skipped and counted, records and heartbeats" {
	log 60 >log
	dhcp-window -e 10m -l 5m --partitions 3 log >want 2>said
	head -n 40 log | kept -e 10m -l 5m --partitions 3 >got
	sed -n '21,$p' log | dhcp-window --checkpoint s -e 10m --final --stats 2>err >>got
	same want got
	counted read,replayed,heartbeats | shows '[40,18,4]'
	jq -se '.[-1] | .read == .passed + .late + .replayed + .heartbeats' <(grep '^{' err)
}

@test "a heartbeat that comes again moves the clock if it is the newest, and no older one does" {
	{ of 0 0 05:00:00; beat 0 5; } | kept -l 0 --partitions 1 -b '' -a count
	{ beat 0 3 09:00:00; of 0 4 09:00:00; } | kept -l 0 -b '' -a count | shows ''
	beat 0 5 05:30:00 | kept -l 0 -b '' -a count | short | shows '05:00:00 05:30:00 "count":1'
}

@test "replays within a run are skipped as well" {
	{ of 0 5 05:00:00; of 0 5 05:00:00; of 0 4 05:00:00; of 1 5 05:00:00; of 0 6 05:00:00; } >in
	status=0
	dhcp-window --checkpoint s -l 0 --partitions 2 -b '' -a count --final --stats in 2>err >rows || status=$?
	expect_status 1 "$status"
	short <rows | shows '05:00:00 05:30:00 "count":3'
	counted replayed | shows '[2]'
}

@test "a record behind a later one of its partition may never have been counted: said once, status 1" {
	{ of 0 5 05:00:00; of 0 4 05:00:00; of 1 7 05:00:00; of 1 6 05:00:00; of 0 6 05:00:00; } >in
	status=0
	dhcp-window --checkpoint s -l 0 --partitions 2 -b '' -a count in >rows 2>err || status=$?
	expect_status 1 "$status"
	shows $'dhcp-window: t/0: offset 4 is skipped behind 5: a partition\'s offsets must ascend\ndhcp-window: 2 records were skipped whose offsets did not ascend' <err
	# Those that an earlier run has handled are no news.
	kept -b '' -a count -l 0 --partitions 2 in
	! grep . said
}

@test "without a checkpoint nothing is a replay" {
	{ of 0 5 05:00:00; of 0 5 05:00:00; of 0 4 05:00:00; } | dhcp-window -b '' -a count | short | shows '05:00:00 05:30:00 "count":3'
}

@test "offsets that are gone after a resume are said and counted once, status 1, and the run goes on" {
	{ beat 0 3 05:00:00; beat 1 9 05:00:00; beat 2 0 05:00:00; } | kept -l 1m --partitions 4 -b '' -a count
	{ of 0 9 05:10:00; beat 0 9 05:10:00; beat 1 10; beat 0 20; beat 3 50; of 2 1 05:20:00; } |
		dhcp-window --checkpoint s -l 1m -b '' -a count --stats 2>err || [ $? -eq 1 ]
	head -n 1 err | shows 'dhcp-window: t/0: 5 offsets were lost before 9'
	counted lost,passed | shows '[5,2]'
	jq -c .counters.lost <(head -n 1 s) | shows 5
	# That was the first after a resume: what is missing later is counted by the filter, as a gap.
	beat 0 30 05:20:00 | kept -l 1m -b '' -a count || [ $? -eq 1 ]
	grep -v late said | shows 'dhcp-window: t/0: 9 offsets were lost before 21' || grep -v late said | shows 'dhcp-window: t/0: 9 offsets were lost before 30'
}

@test "without heartbeats it is not known what is lost" {
	of 0 3 05:00:00 | kept -l 1m --partitions 1
	of 0 9 05:10:00 | dhcp-window --checkpoint s -l 1m --stats 2>err
	counted lost | shows '[0]'
	# Nor is it when the same offsets come again.
	{ of 0 3 05:00:00; of 0 12 05:00:00; beat 0 13; } | dhcp-window --checkpoint s -l 1m --stats 2>err
	counted lost,replayed | shows '[0,1]'
}

@test "the checkpoint knows how many partitions there are" {
	{ of 0 0 05:00:00; } | kept -l 0 --partitions 2 -b '' -a count
	of 0 1 09:00:00 | kept -l 0 -b '' -a count | shows ''
	head -n 1 s | jq .partitions | shows 2
	{ of 1 0 05:00:00; of 2 0 05:00:00; } | fails 2 'dhcp-window: --partitions: 2: there is one more: t/2' dhcp-window --checkpoint s -l 0 -b '' -a count
	of 1 0 05:00:00 | kept -l 0 -b '' -a count | shows ''
	# More may be told later, not fewer than have come.
	fails 2 'dhcp-window: --partitions: 1: there is one more: t/1' dhcp-window --checkpoint s -l 0 -b '' -a count --partitions 1 </dev/null
	of 2 0 09:00:00 | kept -l 0 -b '' -a count --partitions 3 | shows ''
	of 1 1 06:00:00 | kept -l 0 -b '' -a count | short | shows '05:00:00 05:30:00 "count":2'
}

@test "with a checkpoint no source ends with the input" {
	{ of 0 0 05:00:00; of 1 0 05:00:00; of 0 1 09:00:00; } | kept -l 0 --partitions 2 -b '' -a count | shows ''
	{ of 1 1 05:10:00; of 1 2 06:00:00; } | kept -l 0 -b '' -a count | short | shows '05:00:00 05:30:00 "count":3'
}

# --- another query's, damaged, or somebody else's

@test "another query's checkpoint is refused, with both shown" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	cp s before
	of 0 0 05:00:00 | dhcp-window --checkpoint session --session 5m -l 1m --partitions 1
	differ() { fails 2 "dhcp-window: s: of another query: $1" dhcp-window --checkpoint s -l 1m "${@:2}" </dev/null; }
	differ '"every": "1800s" there, "every": "3600s" here' -e 1h
	differ '"every": "1800s" there, "every": "1us" here' -e 1us
	differ '"slide": "1800s" there, "slide": "600s" here' --slide 10m
	differ '"align": "0s" there, "align": "300s" here' --align 5m
	differ '"every": "1800s" there, "session": "1800s" here' --session 30m
	differ '"by": "id" there, "by": "id,a" here' -b id,a
	differ '"mode": "append" there, "mode": "update" here' --mode update
	differ '"mode": "append" there, "mode": "complete" here' --mode complete
	differ '"agg": "max(src_ip),max(hostname),max(client_ip),max(requested_ip),max(ts),count=count(id)" there, "agg": "count" here' -a count
	same before s
	fails 2 'dhcp-window: session: of another query: "session": "300s" there, "session": "301s" here' dhcp-window --checkpoint session -l 1m --session 301s </dev/null
	fails 2 'dhcp-window: session: of another query: "session": "300s" there, "every": "300s" here' dhcp-window --checkpoint session -l 1m -e 5m </dev/null
	# What decides nothing of that may be another.
	kept -l 2m --partitions 7 --kafka-key --having true --align 30m -e 1800s --slide 30m </dev/null
}

@test "a checkpoint in use is refused, and free again afterwards" {
	live --checkpoint s -l 1m --partitions 1
	of 0 0 05:00:00 >&8
	settled 1
	fails 2 "dhcp-window: s: in use by process $pid" dhcp-window --checkpoint s -l 1m </dev/null
	fails 2 "dhcp-window: s: in use by process $pid" dhcp-window --checkpoint s --save t -l 1m </dev/null
	kill -9 "$pid"
	wait "$pid" || true
	[ -e s.lock ]
	[ ! -e s ]
	exec 8>&-
	kept -l 1m </dev/null
	[ ! -e s.lock ] && [ -s s ]
}

# A run that is held up where it asks for the lock finds that another has left, and a third one has come.
# bats test_tags=slow
@test "the lock of a file that its owner has removed is no lock" {
	type strace >/dev/null 2>&1 || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	live --checkpoint s -l 1m
	strace -qq -o trace -e trace=flock -e inject=flock:delay_enter=1000000 dhcp-window --checkpoint s -l 1m </dev/null >held 2>&1 3>&- 8>&- &
	held=$!
	until_true 10 asks_for_the_lock
	ended
	live --checkpoint s -l 1m
	settled 0
	status=0
	wait $held || status=$?
	expect_status 2 $status
	shows "dhcp-window: s: in use by process $pid" <held
	ended
}

asks_for_the_lock() { readlink /proc/"$(pgrep -P "$held" dhcp-window)"/fd/* 2>/dev/null | grep -q '/s.lock$'; }

@test "forty at once: one after the other has it, or is refused" {
	local i
	for i in $(seq 0 39); do of 0 "$i" 05:00:00 | dhcp-window --checkpoint s -l 1m --partitions 1 -b '' -a count 2>"err.$i" & done 3>&-
	wait
	! cat err.* | grep -v -E '^dhcp-window: s: in use by process ([0-9]+|\?)$'
	kept -l 1m -b '' -a count </dev/null
	# Who came later and was let in had nothing to add, or has added one.
	[ "$(sed -n 2p s | jq .count)" -ge 1 ]
	[ ! -e s.lock ]
}

# bats test_tags=slow
@test "a checkpoint that is torn at any byte, or has any bit flipped, is refused and left alone" {
	compile damage damage.c
	of 3 41 05:00:00 '"v":"é"' | kept -l 5m --partitions 7 -b '' -a 'last(v)'
	size=$(wc -c <s)
	for how in 'cut 1' 'flip 1' 'drop 7' 'double 7'; do
		set -- $how
		damage "$1" "$(every "$2")" s dhcp-window -l 5m -b '' -a 'last(v)' --checkpoint | shows $(((size - 1) / $(every "$2") + 1))
	done
	# It is the damage that is refused.
	kept -l 5m -b '' -a 'last(v)' </dev/null
}

@test "what is wrong is said in plain words" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	cp s good
	no_end='not a checkpoint, or torn: it has no end line'
	: >s
	fails 2 "dhcp-window: s: $no_end" dhcp-window --checkpoint s -l 1m </dev/null
	head -c -1 good >s
	fails 2 "dhcp-window: s: $no_end" dhcp-window --checkpoint s -l 1m </dev/null
	head -n -1 good >s
	fails 2 "dhcp-window: s: $no_end" dhcp-window --checkpoint s -l 1m </dev/null
	{ cat good; echo; } >s
	fails 2 "dhcp-window: s: $no_end" dhcp-window --checkpoint s -l 1m </dev/null
	for change in 's/"offset":1/"offset":2/' 1,2d 2d '2p' 's/$/\r/' '$s/./&/3;$s/"rows":1/"rows":01/'; do
		sed "$change" good >s
		! cmp -s good s
		dhcp-window --checkpoint s -l 1m </dev/null 2>err || [ $? -eq 2 ]
		grep -qx -e 'dhcp-window: s: damaged: the checksum is not that of the text' -e "dhcp-window: s: $no_end" err
	done
	cat good good >s
	fails 2 'dhcp-window: s: damaged: the checksum is not that of the text' dhcp-window --checkpoint s -l 1m </dev/null
	cp "$DAY" s
	fails 2 "dhcp-window: s: $no_end" dhcp-window --checkpoint s -l 1m </dev/null
}

@test "a checkpoint that is no file is refused" {
	mkdir folder
	mkfifo pipe
	fails 2 'dhcp-window: folder: not a regular file' dhcp-window --checkpoint folder -l 1m </dev/null
	fails 2 'dhcp-window: pipe: not a regular file' timeout 20 dhcp-window --checkpoint pipe -l 1m </dev/null
	fails 2 'dhcp-window: no/s.lock: No such file or directory' dhcp-window --checkpoint no/s -l 1m </dev/null
	: >file
	fails 2 'dhcp-window: file/s.lock: Not a directory' dhcp-window --checkpoint file/s -l 1m </dev/null
	dhcp-window --checkpoint '' -l 1m </dev/null 2>err || [ $? -eq 2 ]
	[ -s err ]
}

@test "links in a circle are refused before anything is made" {
	ln -s circle circle
	fails 2 'dhcp-window: circle: Too many levels of symbolic links' dhcp-window --checkpoint circle -l 1m </dev/null
	[ ! -e circle.lock ]
}

# as_nobody COMMAND...: as somebody whom permissions hold back.
as_nobody() {
	if [ "$(id -u)" -ne 0 ]; then "$@"; else setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; fi
}

@test "a file that may not be read, and a folder that may not be written, are refused" {
	local folder status=0
	folder=$(mktemp -d)
	chmod 755 "$folder"
	(cd "$folder" && permissions) || status=$?
	rm -rf "$folder"
	[ $status -ne 77 ] || skip "nobody may run it"
	return $status
}
permissions() {
	as_nobody dhcp-window --version >/dev/null 2>&1 || return 77
	fails 2 'dhcp-window: s.lock: Permission denied' as_nobody dhcp-window --checkpoint s -l 1m </dev/null && [ -z "$(ls)" ] || return
	# Somebody else's state in a folder for all, like /tmp without its sticky bit.
	kept -l 1m </dev/null && chmod 600 s && chmod 777 . || return
	fails 2 'dhcp-window: s: Permission denied' as_nobody dhcp-window --checkpoint s -l 1m </dev/null || return
	# A folder that cannot be read cannot be synced, either: nothing takes the old one's place.
	chmod 333 . && fails 2 'dhcp-window: .: Permission denied' as_nobody dhcp-window --checkpoint t -l 1m </dev/null && [ ! -e t ] && [ ! -e t.tmp ]
}

@test "a checkpoint keeps the mode that it was given" {
	umask 027
	log 4 >log
	dhcp-window --checkpoint s -l 1m --partitions 3 log >rows
	[ "$(stat -c %a s)" -eq 640 ]
	chmod 606 s
	dhcp-window --checkpoint s -l 1m </dev/null
	dhcp-window --checkpoint s --save t -l 1m </dev/null
	stat -c %a s t | shows $'606\n606'
}

@test "a forged checkpoint, whose checksum is right, does no harm" {
	local member
	compile seal seal.c
	log 4 | kept -e 10m -l 5m --partitions 3 -a 'count,first(v)'
	head -n -1 s >text
	forged() { # CHANGE...: a script for sed
		sed "$@" text | seal >s
		local status=0
		dhcp-window --checkpoint s -e 10m -l 5m -a 'count,first(v)' </dev/null >got 2>err || status=$?
		[ $status -eq 2 ] && [ ! -s got ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '^dhcp-window: s:\(2:\)* ' err || {
			echo "$*: status $status"; cat got err; return 1; }
	}
	seal <text | cmp - s
	forged '1s/"checkpoint":1/"checkpoint":2/'
	forged '1s/"checkpoint":1/"checkpoint":-1/'
	forged '1s/"checkpoint":1/"checkpoint":"1"/'
	for member in checkpoint query partitions sources counters parts; do forged "1s/\"$member\"/\"x\"/"; done
	for member in query sources partitions parts; do
		for value in null 7.5 '"x"' '{}' '{"a":1}' '[1]' '[[]]' '[{}]' '[{"topic":"t"}]'; do
			head -n 1 text | jq -c --argjson v "$value" ".$member = \$v" >first
			{ cat first; tail -n +2 text; } >other
			seal <other >s
			dhcp-window --checkpoint s -e 10m -l 5m -a 'count,first(v)' </dev/null >got 2>err || [ $? -eq 2 ] || { echo "$member $value"; return 1; }
			[ -s err ] || { echo "$member $value: is taken"; return 1; }
		done
	done
	forged '1d'
	forged '1s/"topic":"t"/"topic":["t"]/'
	forged '1s/.*/nonsense/'
	forged '1s/.*//'
	forged '1s/}$//'
	forged '2s/.*/nonsense/'
	forged '2s/.*//'
	forged '2s/"count"/"n"/'
	forged '2s/"window"/"n"/'
	forged '2s/"count":[0-9]*/"count":-1/'
	forged '2s/"first_v":\[[^,]*,/"first_v":[1,/'
	forged -n '1!p'
	sed '2s/"count":[0-9]*/"count":-1/' text | seal >s
	fails 2 'dhcp-window: s:2: not a partial row of this --by and --agg' dhcp-window --checkpoint s -e 10m -l 5m -a 'count,first(v)' </dev/null
	sed '2{p;s/"count":[0-9]*/"count":-1/;}' text | seal >s
	fails 2 'dhcp-window: s:3: not a partial row of this --by and --agg' dhcp-window --checkpoint s -e 10m -l 5m -a 'count,first(v)' </dev/null
	printf 'x' | seal >s
	fails 2 'dhcp-window: s: not a checkpoint, or torn: it has no end line' dhcp-window --checkpoint s -l 1m </dev/null
}

@test "of a checkpoint of another version, what is not as it should be is named" {
	local change options
	compile seal seal.c
	written() {
		rm -f s
		log 4 | kept $options --partitions 3 >rows
		head -n -1 s >text
	}
	refused() { # WHAT CHANGE...: scripts for jq
		for change in "${@:2}"; do
			{ head -n 1 text | jq -c "$change" && tail -n +2 text; } | seal >s
			fails 2 "dhcp-window: s: not a checkpoint of this version: $1" dhcp-window --checkpoint s $options </dev/null || {
				echo "$change"; return 1; }
		done
	}
	options='-e 10m -l 5m' && written
	refused 'the header' '.checkpoint = 2' '.query = null' '.query = []' '.counters = []' '.partitions = -1' '.parts = null' '.sources = {}'
	# What was asked of others, but nobody asks here, is passed over.
	{ head -n 1 text | jq -c '.asked = {"every":"600s"}' && tail -n +2 text; } | seal >s
	kept $options </dev/null
	head -n -1 s | same - text
	refused 'a source' '.sources[0] = {}' '.sources[0].topic = 1' '.sources[0].partition = null' '.sources[0].offset = "1"'
	options='-e 10m -l 5m --partial --source s/2' && written
	refused 'the offsets of --source' '.next = null' '.next = {}' '.next = [1]' '.next = [1, 2, 3]' '.next = [1, "2"]'
}

@test "a link in place of the lock or of the temporary file is not followed" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1
	cp s before
	echo mine >target
	ln -s target s.lock
	fails 2 'dhcp-window: s.lock: Too many levels of symbolic links' dhcp-window --checkpoint s -l 1m </dev/null
	rm s.lock
	ln -s target s.tmp
	of 0 1 05:00:00 | kept -l 1m || [ $? -eq 2 ]
	shows 'dhcp-window: s.tmp: Too many levels of symbolic links' <said
	echo mine | same - target
	same before s
	rm s.tmp
	# One that a killed run has left is simply written anew.
	head -c 100000 /dev/zero >s.tmp
	of 0 1 05:00:00 | kept -l 1m
	[ ! -e s.tmp ] && [ "$(wc -c <s)" -lt 2000 ]
}

# --- when it is saved

@test "SIGTERM and SIGINT save, write nothing that has not closed, and the status is 0" {
	for signal in TERM INT; do
		rm -f s
		live --checkpoint s -l 1m --partitions 1 -b '' -a count
		{ of 0 0 05:00:00; of 0 1 05:31:00; of 0 2 05:31:01; } >&8
		settled 3
		kill -$signal "$pid"
		wait "$pid"
		exec 8>&-
		short <out | shows '05:00:00 05:30:00 "count":1'
		head -n 1 s | jq -c '[.sources[].offset]' | shows '[3]'
		[ ! -e s.lock ]
		kept --final -b '' -a count </dev/null | short | shows '05:30:00 06:00:00 "count":2'
	done
}

# bats test_tags=slow
@test "an endless run saves on the way, after its rows, and kill -9 costs nothing that was saved" {
	local started=$SECONDS mode
	# What shows rows at the end alone saves at the end alone.
	for mode in update complete; do
		{ of 0 0 05:00:00; while [ ! -e over ]; do sleep 0.1; done; } 8>&- 3>&- |
			dhcp-window --checkpoint "once.$mode" -l 1m --partitions 1 --mode $mode --trigger once -b '' -a count >"out.$mode" 3>&- &
	done
	# A save that fails is said, and does not keep --final from closing what came to its end.
	mkdir folder
	{ of 0 0 05:00:00; while [ ! -e over ]; do sleep 0.1; done; } 8>&- 3>&- |
		dhcp-window --checkpoint folder/s -l 1m --partitions 1 --final -b '' -a count >out.final 2>err.final 3>&- &
	until_true 20 test -e folder/s.lock
	sleep 1 # it looks twice whether that is the file that it has locked
	rm -r folder
	live --checkpoint s -l 1m --partitions 1 --mode update -b '' -a count
	of 0 0 05:00:00 >&8
	settled 1
	of 0 1 05:00:00 >&8
	settled 2
	[ ! -e s ] || [ $((SECONDS - started)) -ge 9 ]
	until_true 20 test -e s
	[ $((SECONDS - started)) -ge 9 ]
	sleep 1
	[ ! -e once.update ] && [ ! -e once.complete ] && [ ! -s out.update ] && [ ! -s out.complete ]
	until_true 20 test -s err.final
	mkdir folder
	touch over
	until_true 20 test -e once.update -a -e once.complete -a -e folder/s
	cat out.update out.complete out.final | short | uniq -c | shows '      3 05:00:00 05:30:00 "count":1'
	shows 'dhcp-window: folder/s.tmp: No such file or directory' <err.final
	short <out | tail -n 1 | shows '05:00:00 05:30:00 "count":2'
	of 0 2 05:00:00 >&8
	settled 3
	kill -9 "$pid"
	wait "$pid" || true
	exec 8>&-
	head -n 1 s | jq -c '[.sources[].offset, .counters.read, .counters.rows]' | shows '[2,2,2]'
	{ of 0 0 05:00:00; of 0 1 05:00:00; of 0 2 05:00:00; } | kept --mode update -b '' -a count | short | shows '05:00:00 05:30:00 "count":3'
}

@test "what cannot be written is not remembered as written" {
	of 0 0 05:00:00 | kept -l 0 --partitions 1
	cp s before
	of 0 1 06:00:00 >next
	kept -l 0 next >/dev/full || [ $? -eq 2 ]
	same before s
	kept -l 0 next >&- || [ $? -eq 2 ]
	same before s
	kept -l 0 --late-file /dev/full --final <(of 0 1 06:00:00; of 0 2 05:00:00) >rows || [ $? -eq 2 ]
	same before s
	shows $'dhcp-window: standard output: No space left on device\ndhcp-window: standard output: Bad file descriptor\ndhcp-window: /dev/full: No space left on device' <said
	kept -l 0 next | jq -r .window.start | shows 2019-04-30T05:00:00.000000Z
}

@test "lines that are not understood are no reason not to save; --strict is" {
	{ of 0 0 05:00:00; echo nonsense; of 0 1 05:00:00; of 0 2 05:00:00 | head -c 30; } >in
	kept -l 1m --partitions 1 -b '' -a count in || [ $? -eq 1 ]
	head -n 1 s | jq -c '[.sources[].offset, .counters.bad]' | shows '[2,2]'
	cp s before
	{ of 0 2 05:00:00; echo nonsense; } >in
	kept -l 1m -b '' -a count --strict in || [ $? -eq 2 ]
	same before s
	# So is a row on which --having fails: it would be missing for ever.
	of 0 2 05:00:00 >in
	kept -l 1m -b '' -a count --strict --having 'error("x")' --final in || [ $? -eq 2 ]
	same before s
}

@test "a missing operand gives status 2, and what was read is saved" {
	of 0 0 05:00:00 | kept -l 1m --partitions 1 missing - || [ $? -eq 2 ]
	head -n 1 s | jq -c '[.sources[].offset]' | shows '[1]'
}

@test "--final closes nothing where the input did not come to its end, and says so; the next run can" {
	of 0 0 05:00:00 '"id":1' >in
	kept -l 1m --partitions 1 -a count --final in missing >got || [ $? -eq 2 ]
	same /dev/null got
	grep -qx 'dhcp-window: the input did not come to its end: --final has closed nothing' said
	of 0 1 05:00:01 '"id":1' | kept -l 1m -a count --final | jq -c '[.id, .count]' | shows '[1,2]'
}

@test "--max-groups that is exceeded saves the state and ends with status 2" {
	for id in 1 2 3 4; do of 0 "$id" 05:00:00 "\"id\":$id"; done >in
	fails 2 'dhcp-window: --max-groups: 2: more are open (--on-full evict lets the oldest go)' \
		dhcp-window --max-groups 2 --checkpoint s -l 1m --partitions 1 -a count in
	head -n 1 s | jq -c '[.sources[].offset, .counters.read]' | shows '[4,3]'
	# With more room it goes on from there.
	kept -l 1m -a count --final in | jq -c '[.id, .count]' | paste -sd ' ' | shows '[1,1] [2,1] [3,1] [4,1]'
}

# --- the disk

@test "where the file cannot grow, the old one stays, and nothing is left beside it" {
	log 20 | kept -l 1m --partitions 3
	cp s before
	log 60 >log
	(ulimit -f 4; kept -l 1m -b id,name log | cat >rows; exit "${PIPESTATUS[0]}") || [ $? -eq 2 ]
	head -n 1 s | jq -c .query.by | shows '"id"'
	rm said
	log 60 | sed 's/"id":/"id":"a long text that makes the file greater than it may be","x":/' >log
	[ "$(wc -c <s)" -lt 4096 ]
	(ulimit -f 1; kept -l 1m log 2>/dev/null | cat >rows; exit "${PIPESTATUS[0]}") || [ $? -eq 2 ]
	same before s
	[ ! -e s.tmp ]
}

@test "on a full disk the old checkpoint stays, and nothing is left beside it" {
	cat >full.sh <<-'END'
		mount -t tmpfs -o size=16k none disk || exit 77
		of() { cat before; }
		cp s disk/s
		head -c 100000 /dev/zero >disk/filler 2>/dev/null
		dhcp-window --checkpoint disk/s -l 1m -b '' -a count log >rows 2>said
		echo $? >status
		ls -A disk | tr '\n' ' ' >left
		cmp disk/s s
	END
	mkdir disk
	of 0 0 05:00:00 | kept -l 1m --partitions 1 -b '' -a count
	of 0 1 05:00:00 >log
	unshare -rm sh full.sh 2>err || { [ $? -ne 77 ] && ! grep -q 'unshare' err || skip "no mount here"; cat err; return 1; }
	shows 2 <status
	grep -qx -e 'dhcp-window: disk/s.tmp: No space left on device' -e 'dhcp-window: disk/s.lock: No space left on device' said
	grep -q '^filler s \(s.lock \)\?$' left
}

@test "a folder that has gone in the meantime is said" {
	mkdir folder
	live --checkpoint folder/s -l 1m --partitions 1
	of 0 0 05:00:00 >&8
	settled 1
	rm -r folder
	ended 2
	grep -v '^{' err | shows 'dhcp-window: folder/s.tmp: No such file or directory'
}

@test "the rows are written before the file, which is synced, renamed, and its folder synced" {
	type strace >/dev/null 2>&1 || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	mkdir folder
	{ of 0 0 05:00:00; of 0 1 06:00:00; } >in
	strace -o trace -e trace=openat,open,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat \
		dhcp-window --checkpoint folder/s -l 0 --partitions 1 -a count in >out 2>err || skip "strace may not trace"
	sed -n 's/^write(.*{.*window.*/rows/p; s/^write(.*{.*checkpoint.*/state/p; s/^openat(.*folder\/s\.tmp".*O_NOFOLLOW.*/open/p; s/^fsync(.*= 0/sync/p
		s/^rename.*(.*folder\/s\.tmp".*folder\/s".*/rename/p; s/^openat(.*"folder", .*O_DIRECTORY.*/folder/p; s/^unlink.*s\.lock.*/unlock/p' trace | uniq | paste -sd ' ' |
		shows 'rows sync open state sync folder rename sync unlock'
}

@test "rows are on their disk before the checkpoint forgets them, and so is what was late" {
	type strace >/dev/null 2>&1 || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	local status=0 file
	{ of 0 0 05:00:00; of 0 1 07:00:00; of 0 2 05:00:00; } >in
	for file in rows late; do
		status=0
		strace -qq -o trace -P "$PWD/$file" -e trace=fsync -e inject=fsync:error=EIO \
			dhcp-window --checkpoint s -l 0 --partitions 1 --late-file late in >rows 2>err || status=$?
		grep -q INJECTED trace || skip "strace may not trace"
		expect_status 2 $status
		grep -x "dhcp-window: \(standard output\|late\): Input/output error" err
		[ ! -e s ]
	done
}

@test "half a line that a kill or a full disk left behind costs no other line" {
	{ of 0 0 05:00:00; of 0 1 07:00:00; of 0 2 05:00:00; } >in
	dhcp-window -b '' -a count -l 0 --partitions 1 --late-file late in >want 2>err
	cp late want.late
	printf '{"window":{"sta' >rows
	printf '{"ts":"2019' >late
	kept -b '' -a count -l 0 --partitions 1 --final --late-file late in >>rows
	{ printf '{"window":{"sta\n'; cat want; } | same - rows
	{ printf '{"ts":"2019\n'; cat want.late; } | same - late
	# Whole lines stay as they are, and so does what nobody appends to, or goes on with.
	cp rows before
	kept -b '' -a count -l 0 --partitions 1 --final </dev/null >>rows
	same before rows
	printf 'now: ' >rows
	{ head -n 1 in | dhcp-window -b '' -a count >>rows; } && grep -c '^now: {"window"' rows
}

@test "a run that is killed leaves no half line in a pipe" {
	local pid
	mkfifo rows
	exec 8<>rows
	awk 'BEGIN { for (i = 0; i < 2000; i++) printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"id\":\"%0*d\"}\n", i % 10 == 0 ? 3000 : 90, i }' >in
	dhcp-window -b id -a count in >rows 2>err 3>&- 8>&- &
	pid=$!
	until_true 10 is_stuck $pid
	kill -9 $pid
	wait $pid || true
	timeout 10 dd bs=1M iflag=nonblock <&8 >got 2>/dev/null || true
	exec 8>&-
	[ "$(wc -c <got)" -gt 20000 ]
	jq -es 'map(.count) | add > 0' got
}

# is_stuck PID: nobody reads what it has to write.
is_stuck() { grep -q pipe_write "/proc/$1/wchan" || { grep -q '^1 0x1 ' "/proc/$1/syscall"; } 2>/dev/null; }

@test "a run that ends within a row leaves no half line" {
	awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"id\":%d,\"topic\":\"t\",\"partition\":0,\"offset\":%d}\n", i, i }' >in
	{ of 0 3000 06:00:00; head -c 4M /dev/zero | tr '\0' '\n'; of 1 0 06:00:00; } >>in
	status=0
	dhcp-window -e 1m -l 0 --partitions 1 -a count in >got 2>err || status=$?
	expect_status 2 "$status"
	[ "$(tail -c 1 got | od -An -tx1)" = ' 0a' ]
	[ "$(wc -l <got)" -gt 100 ]
}

@test "rows whose output cannot be closed are not forgotten: nothing is saved" {
	type strace >/dev/null 2>&1 || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	of 0 0 05:00:00 >in
	status=0
	strace -qq -o trace -P "$PWD/out" -e trace=close -e inject=close:error=EIO \
		dhcp-window --checkpoint s -l 0 --partitions 1 in >out 2>err || status=$?
	grep -q INJECTED trace || skip "strace may not trace"
	expect_status 2 $status
	shows 'dhcp-window: standard output: Input/output error' <err
	[ ! -e s ]
}

# bats test_tags=slow
@test "killed at any step of saving, the file is the one before or the one after" {
	type strace >/dev/null 2>&1 || skip "no strace"
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
	local call
	{ of 0 0 05:00:00; of 0 1 05:00:00; } | kept -l 1m --partitions 1 -b '' -a count
	cp s before
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace"
	for call in fsync:when=1 fsync:when=2 rename:when=1 fsync:when=3 unlink:when=1; do
		cp before s
		of 0 2 05:00:00 >next
		strace -qq -o trace -e trace="${call%%:*}" -e inject="${call%%:*}:signal=KILL:${call#*:}" dhcp-window --checkpoint s -l 1m -b '' -a count next >rows 2>err || true
		grep -q 'killed by SIGKILL' trace
		# The run is repeated.
		kept -l 1m -b '' -a count next
		sed -n 2p s | jq .count | shows 3
	done
}

# bats test_tags=slow
@test "killed 200 times, at any time, nothing is lost and nothing comes twice" {
	local i pid n=200
	! sanitized || n=60
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 # who is killed while it looks for leaks says so
	awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"id\":%d,\"topic\":\"t\",\"partition\":0,\"offset\":%d}\n", i % 1500, i }' >log
	dhcp-window --mode complete -a count log >want
	for i in $(seq $n); do
		# Each run gets a little more to read.
		head -n $((i * 3000 / n)) log | dhcp-window --checkpoint s --mode complete -a count >rows 2>>said &
		pid=$!
		sleep "0.00$((i * 7 % 10))"
		# A slow machine would be killed each time before it has saved: some may end.
		[ $((i % 5)) -eq 0 ] || kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done 3>&-
	shows '' <said
	kept --mode complete -a count log >rows
	sed '1d; $d' s | same want -
	head -n 1 s | jq -e '.counters.replayed > 0'
}
