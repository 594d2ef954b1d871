# dhcp-window --source, and --merge of what comes of it: partial rows have places of their own, so that whoever merges them knows
# which have come before, which are missing, and up to where they have all come.

load helper
load window


# row SOURCE PARTITION OFFSET TIME [MEMBERS]: a partial row of a count, whose window of ten minutes begins then.
row() {
	local end=$(((${4%%:*} * 60 + 10#${4#*:} + 10)))
	printf '{"window":{"start":"2019-04-30T%s:00.000000Z","end":"2019-04-30T%02d:%02d:00.000000Z"},"id":%s,"count":1,"topic":"%s","partition":%d,"offset":%d}\n' \
		"$4" $((end / 60)) $((end % 60)) "${5:-1}" "$1" "$2" "$3"
}

# beat_of SOURCE PARTITION OFFSET TIME: -1 is none.
beat_of() {
	printf '{"heartbeat":true,"ts":"2019-04-30T%s:00.000000Z","topic":"%s","partition":%d' "$4" "$1" "$2"
	[ "$3" -lt 0 ] || printf ',"offset":%d' "$3"
	printf ',"query":{"every":"600s","slide":"600s","align":"0s","by":"id","agg":"count"}}\n'
}

merge() { dhcp-window --merge -a count "$@"; }
live_merge() { merge --lateness 0 "$@"; }

@test "a partial row has the name of its source, a partition and an offset; heartbeats tell what has come to its end" {
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:10:00 '"id":1' 05:30:00 >records
	golden source/rows dhcp-window -e 10m -l 0 -a count --partial --source west/2 --kafka-key records
}

@test "one partition is meant where none are told, and a name may have a slash" {
	at 05:00:00 '"id":1' | dhcp-window -a count --partial --source a/b/1 | jq -c '[.topic, .partition, .offset]' | shows $'["a/b",0,0]\n["a/b",0,0]'
	at 05:00:00 '"id":1' | dhcp-window -a count --partial --source 'a"é' | jq -c '[.topic, .partition, .offset]' | shows $'["a\\"é",0,0]\n["a\\"é",0,0]'
}

@test "offsets count each partition by itself, and go on in the next run" {
	log 400 >log
	dhcp-window -e 5m -l 10m --partitions 3 --partial --source s/3 --kafka-key --checkpoint s --final log >want
	rm s
	split -n l/7 log part.
	for part in part.*; do dhcp-window -e 5m -l 10m --partitions 3 --partial --source s/3 --kafka-key --checkpoint s $part; done >got
	dhcp-window -e 5m -l 10m --partial --source s/3 --kafka-key --checkpoint s --final </dev/null >>got
	grep window want >rows
	grep window got | same rows -
	tail -n 3 want >beats
	tail -n 3 got | same beats -
	for partition in 0 1 2; do
		grep window got | jq -R 'split("\t")[1] | fromjson | select(.partition == '$partition').offset' >offsets
		seq 0 $(($(wc -l <offsets) - 1)) | same - offsets
	done
}

# apart OPTION...: the log of three partitions, filtered and counted by two machines, in pieces, each of which is run twice; the rows
# of each of three partitions, as they would stand in a topic, to rows.N.
apart() {
	local machine part partition
	rm -f rows.* s.* part.*
	grep -e '"partition":[02],' log >log.west
	grep -e '"partition":1,' log >log.east
	for machine in west east; do
		split -n l/5 log.$machine part.$machine.
		for part in part.$machine.*; do
			set -- "$@" --partial --source $machine/3 --partitions "$([ $machine = west ] && echo 2 || echo 1)"
			dhcp-window "$@" --checkpoint s.$machine --save s.next $part >written || return
			dhcp-window "$@" --checkpoint s.$machine --save s.next $part >again || return
			same written again || return
			cat written again >>rows.$machine
			mv s.next s.$machine
			set -- "${@:1:$#-5}"
		done
		dhcp-window "$@" --partial --source $machine/3 --checkpoint s.$machine --final </dev/null >>rows.$machine || return
	done
	for partition in 0 1 2; do
		paste -d '\n' rows.west rows.east | grep "\"partition\":$partition[,}]" >rows.$partition
	done
}

# together OPTION...: the rows of apart merged, by as many as there are partitions, each in four batches that are run twice.
together() {
	local partition part
	for partition in 0 1 2; do
		split -n l/4 rows.$partition batch.$partition.
		for part in batch.$partition.*; do
			dhcp-window --merge "$@" --lateness 0 --partitions 2 --checkpoint m.$partition --save m.next --stats $part >written 2>>err || return
			dhcp-window --merge "$@" --lateness 0 --partitions 2 --checkpoint m.$partition $part | same written - || return
			cmp m.$partition m.next || return
			cat written
		done
		dhcp-window --merge "$@" --checkpoint m.$partition --final </dev/null || return
	done
}

@test "filtered apart, merged apart, all of it twice: the rows of one process" {
	log 600 >log
	for options in "-e 5m -a $EVERYTHING" '-e 20m --slide 5m --align 2m -b v,n'; do
		dhcp-window -l 7m --partitions 3 $options log | sort >want
		[ "$(wc -l <want)" -gt 50 ]
		apart -l 7m $options
		rm -f m.* batch.*
		together $options | sort >got
		same want got
		dhcp-window --merge $options rows.? | sort | same want -
	done
	! grep -q 'were lost' err
}

@test "a partial row that comes again is counted, and not taken again, by whatever run" {
	{ row a 0 0 05:00; row a 0 1 05:10; row b 0 0 05:00; row a 0 0 05:00; row a 0 1 05:10; row a 0 2 05:10 2; } >rows
	merge --stats rows 2>err | short | shows $'05:00:00 05:10:00 "id":1,"count":2\n05:10:00 05:20:00 "id":1,"count":1\n05:10:00 05:20:00 "id":2,"count":1'
	counted read,passed,replayed,lost | shows '[6,4,2,0]'
	merge --lateness 0 --partitions 2 --checkpoint s rows >got
	merge --lateness 0 --checkpoint s --final --stats rows 2>err >>got
	merge rows | same - got
	counted passed,replayed | shows '[0,6]'
}

@test "what is merged and sent on is of the same windows everywhere, as its heartbeats tell" {
	at 05:00:00 '"id":1' 05:35:00 '"id":1' 05:45:00 '"id":1' | dhcp-window -e 10m -a count --partial --source a/1 >rows
	dhcp-window --merge -e 10m -a count --partial --source b/1 rows >sent
	dhcp-window --merge -a count sent | short | cmp - <(dhcp-window --merge -a count rows | short)
	fails 2 "dhcp-window: rows:$(wc -l <rows): a/0: its rows are of another query (--by, --agg and the windows must be the same everywhere)" \
		dhcp-window --merge -a count --partial --source b/1 rows
}

@test "a source that begins anew is found out, before its rows are taken for those that came before" {
	begun() { at "$@" | dhcp-window -e 10m -a count --partial --source a/1; }
	begun 05:00:00 '"id":1' 05:00:00 '"id":2' 05:10:00 '"id":3' >before
	begun 05:00:00 '"id":2' 05:10:00 '"id":3' 05:10:00 '"id":4' 05:20:00 '"id":5' >anew
	fails 2 'dhcp-window: anew:1: a/0: another row belongs here: a source that begins anew needs another name' dhcp-window --merge -a count before anew
	merge --lateness 0 --partitions 1 --checkpoint s before >rows
	cp s saved
	fails 2 'dhcp-window: anew:1: a/0: another row belongs here: a source that begins anew needs another name' \
		dhcp-window --merge -a count --lateness 0 --checkpoint s anew
	same saved s
	# It goes unnoticed neither where the old ones end nor in their midst.
	sed -n '4,$p' anew >behind
	fails 2 'dhcp-window: behind:1: a/0: another row belongs here: a source that begins anew needs another name' \
		dhcp-window --merge -a count before behind
	fails 2 'dhcp-window: behind:1: a/0: another row belongs here: a source that begins anew needs another name' \
		dhcp-window --merge -a count --lateness 0 --checkpoint s behind
	{ head -n 1 before; sed -n '2,$p' anew; } >mixed
	fails 2 'dhcp-window: mixed:2: a/0: another row belongs here: a source that begins anew needs another name' \
		dhcp-window --merge -a count mixed
	# Nor by its heartbeats alone, the first of which have no offset.
	for offset in -1 0; do
		beat_of a 0 $offset 05:50 >beat
		fails 2 'dhcp-window: beat:1: a/0: its rows are told to be still to come: a source that begins anew needs another name' \
			dhcp-window --merge -a count --lateness 0 --checkpoint s beat
		beat_of a 0 $offset 05:10 | live_merge --checkpoint s
	done
	# Rows that tell no chain are taken at their word.
	sed 's/,"chain":"[^"]*"//' before >unchained
	dhcp-window --merge -a count unchained | same <(dhcp-window --merge -a count before) -
	# So are those that others have written anew: what the chain was told of is gone.
	jq -c '{topic, partition, offset, chain} + .' before >anew
	dhcp-window --merge -a count anew | same <(dhcp-window --merge -a count before) -
	# The same rows, and more of them, are those that came before.
	begun 05:00:00 '"id":1' 05:00:00 '"id":2' 05:10:00 '"id":3' 05:20:00 '"id":4' >more
	merge --lateness 0 --checkpoint s more --stats 2>err >rows
	counted passed,replayed,lost | shows '[1,3,0]'
}

@test "sources of different queries are not merged" {
	at 05:00:00 '"id":1' 05:10:00 >records
	dhcp-window -e 10m -a count --partial --source a records >a
	dhcp-window -e 5m -a count --partial --source b records >b
	fails 2 'dhcp-window: b:3: b/0: its rows are of another query (--by, --agg and the windows must be the same everywhere)' dhcp-window --merge -a count a b
	fails 2 'dhcp-window: a:3: a/0: its rows are of another query (--by, --agg and the windows must be the same everywhere)' dhcp-window --merge -a 'count=count(id)' a
	merge --lateness 0 --partitions 2 --checkpoint s a >rows
	fails 2 'dhcp-window: b:3: b/0: its rows are of another query (--by, --agg and the windows must be the same everywhere)' dhcp-window --merge -a count --lateness 0 --partitions 2 --checkpoint s b
	grep window a >rows
	fails 1 'dhcp-window: rows:1: not a partial row of this --by and --agg
dhcp-window: rows:2: not a partial row of this --by and --agg' dhcp-window --merge -b client_mac -a count rows
	at 05:00:00 | fails 2 'dhcp-window: s: of another query: "merge": true there, "mode": "append" here' dhcp-window -a count -l 0 --checkpoint s
}

@test "with a lateness, windows wait, and no row is lost" {
	{ row a 0 0 05:00; row a 0 1 05:10; row a 0 2 05:20; beat_of a 0 2 05:30; } >rows
	merge --lateness 5m --partitions 1 --stats rows 2>err | wc -l | shows 3
	counted passed,late | shows '[3,0]'
}

@test "a place that is none is named and counted" {
	row a 0 0 05:00 >rows
	for offset in '"x"' 1.0 -1 18446744073709551615 9223372036854775808 null; do row a 0 0 05:00 | sed "s/\"offset\":0/\"offset\":$offset/"; done >>rows
	row a 0 0 05:00 | sed 's/"partition":0,//' >>rows
	row a 0 0 05:00 | sed 's/"topic":"a",//' >>rows
	merge rows --stats 2>err >got || [ $? -eq 1 ]
	short <got | shows '05:00:00 05:10:00 "id":1,"count":1'
	counted passed,replayed,bad,lost | shows '[1,0,8,0]'
	# So it is with a checkpoint, where one has been told before.
	{ row a 0 0 05:00; row a 0 0 05:00 | sed 's/,"topic.*/}/'; echo '{"heartbeat":true}'; } >rows
	merge --lateness 0 --partitions 1 --checkpoint s --stats rows 2>err >got || [ $? -eq 1 ]
	counted passed,bad | shows '[1,2]'
}

@test "rows that are missing are said, and make the status 1" {
	{ row a 0 0 05:00; row a 0 3 05:10; beat_of a 0 5 06:00; row b 1 1 05:00; } >rows
	golden_status 1 source/lost merge rows 2>err
	shows $'dhcp-window: a/0: 2 offsets were lost before 3\ndhcp-window: a/0: 2 offsets were lost before 6\ndhcp-window: b/1: 1 offsets were lost before 1' <err
}

@test "of many holes the first twenty are said, and then all together" {
	for offset in $(seq 1 2 59); do row a 0 "$offset" 05:00; done >rows
	merge rows 2>err >got || [ $? -eq 1 ]
	[ "$(wc -l <err)" -eq 21 ]
	tail -n 1 err | shows 'dhcp-window: 30 offsets were lost, in 30 places'
}

@test "more than can be counted is the most that can" {
	for source in a b c; do row $source 0 9223372036854775807 05:00; done | merge --stats 2>err >got || [ $? -eq 1 ]
	counted passed | shows '[3]'
	grep -q '"lost":18446744073709551615,' err
}

@test "a window closes when all its sources have written theirs" {
	mkfifo in
	live --merge -a count --lateness 0 --partitions 2
	row a 0 0 05:00 | feed
	row a 0 1 05:10 | feed
	beat_of b 0 -1 05:00 | feed
	settled 3
	shows '' <out
	row b 0 0 05:00 | feed
	settled 4
	shows '' <out
	beat_of b 0 0 05:10 | feed
	settled 5
	short <out | shows '05:00:00 05:10:00 "id":1,"count":2'
	beat_of a 0 1 05:20 | feed
	beat_of b 0 0 05:20 | feed
	settled 7
	short <out | tail -n 1 | shows '05:10:00 05:20:00 "id":1,"count":1'
	ended
}

@test "a source that has no row yet holds no window beyond its heartbeat, and its first row is awaited" {
	{ row a 0 0 05:00; beat_of a 0 0 05:20; beat_of b 0 -1 05:10; } >rows
	live_merge --partitions 2 --checkpoint s rows | short | shows '05:00:00 05:10:00 "id":1,"count":1'
	head -n 1 s | jq -c '[.sources[] | .topic, .offset, .clock[11:16]]' | shows '["a",1,"05:20","b",0,"05:10"]'
	{ row b 0 1 05:10; beat_of b 0 1 05:20; } | live_merge --checkpoint s 2>err >got || [ $? -eq 1 ]
	shows 'dhcp-window: b/0: 1 offsets were lost before 1' <err
}

@test "a row behind its own source's heartbeat is late" {
	{ row a 0 0 05:00; beat_of a 0 0 05:30; row a 0 1 05:20 7; row a 0 2 05:30; } >rows
	live_merge --partitions 1 --late-file late --stats rows 2>err | short | shows $'05:00:00 05:10:00 "id":1,"count":1\n05:30:00 05:40:00 "id":1,"count":1'
	counted read,passed,late,heartbeats | shows '[4,2,1,1]'
	row a 0 1 05:20 7 | same - late
}

@test "what was merged can be a source itself" {
	log 300 >log
	dhcp-window -l 5m --partitions 3 log | sort >want
	grep -e '"partition":[02],' log | dhcp-window -l 5m --partitions 2 --partial --source a/1 >a
	grep -e '"partition":1,' log | dhcp-window -l 5m --partitions 1 --partial --source b/1 >b
	dhcp-window --merge -l 0 --partitions 2 --partial --source c/2 a b >c
	dhcp-window --merge -l 0 --partitions 2 c | sort | same want -
}

@test "a source of another name, or of other partitions, is another query" {
	of 0 0 05:00:00 | dhcp-window -a count -l 0 --partitions 1 --partial --source a/2 --checkpoint s >rows
	cp s before
	fails 2 'dhcp-window: s: of another query: "source": "a/2" there, "source": "b/2" here' dhcp-window -a count -l 0 --partial --source b/2 --checkpoint s </dev/null
	fails 2 'dhcp-window: s: of another query: "source": "a/2" there, "source": "a/3" here' dhcp-window -a count -l 0 --partial --source a/3 --checkpoint s </dev/null
	fails 2 'dhcp-window: s: of another query: "source": "a/2" there, "mode": "append" here' dhcp-window -a count -l 0 --checkpoint s </dev/null
	same before s
}

@test "what makes no sense with --source, or with --merge, is refused" {
	fails 2 'dhcp-window: --source: a: only with --partial' dhcp-window --source a
	fails 2 'dhcp-window: --source: /2: not NAME/PARTITIONS' dhcp-window --partial --source /2
	fails 2 'dhcp-window: --source: a/0: not NAME/PARTITIONS' dhcp-window --partial --source a/0
	fails 2 'dhcp-window: --source: a/: not NAME/PARTITIONS' dhcp-window --partial --source a/
	fails 2 'dhcp-window: --source: x: not a whole number' dhcp-window --partial --source a/x
	fails 2 'dhcp-window: --source: --session: a session may go on in another source' dhcp-window --partial --source a --session 1m
	fails 2 'dhcp-window: --source: --idle: the same rows would not come again' dhcp-window --partial --source a --idle 1s -l 0
	fails 2 'dhcp-window: --source: --on-full evict: the same rows would not come again' dhcp-window --partial --source a --max-groups 9 --on-full evict
	fails 2 'dhcp-window: --source: topic: a member of the row has this name (NAME=max(F) renames)' dhcp-window --partial --source a -b topic
	fails 2 'dhcp-window: --session: --merge: not with --lateness: it may be open elsewhere' dhcp-window --merge --session 1m -l 0
	fails 2 'dhcp-window: --session: --merge: not with a checkpoint: a session may be open elsewhere' dhcp-window --merge --session 1m --checkpoint s --final
	fails 2 'dhcp-window: --merge: topic, partition, offset, chain and heartbeat tell where a row comes from: none may be a key (NAME=max(F) renames)' \
		dhcp-window --merge -b partition -l 0
}

@test "rows without a place cannot be merged with a checkpoint, and close no window" {
	row a 0 0 05:00 | sed 's/,"topic.*/}/' >rows
	fails 2 'dhcp-window: rows:1: no topic, partition and offset: a checkpoint needs them (dhcp-window --source gives them)' \
		dhcp-window --merge -a count --checkpoint s --final rows
	live_merge rows | short | shows '05:00:00 05:10:00 "id":1,"count":1'
}

@test "rows of a key named topic or partition are merged as ever" {
	at 05:00:00 '"topic":"t","partition":1,"offset":5' 05:00:00 '"topic":"t","partition":1,"offset":4' |
		dhcp-window --partial -b topic,partition -a 'offset=max(offset)' >rows
	cat rows rows | dhcp-window --merge -b topic,partition -a 'offset=max(offset)' | same rows -
}
