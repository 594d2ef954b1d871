# dhcp-window on input that goes on: clocks, lateness, what closes when, modes, keys for Kafka, signals.

load helper
load mock
load window
load unit/build

# --- when a window closes

@test "a window closes when every source is the lateness past its end, and its rows come out at once" {
	live -a count -l 10m --partitions 2
	{ of 0 0 05:00:00 '"id":7'; of 1 0 05:29:59.999999 '"id":7'; of 0 1 05:50:00 '"id":7'; of 1 1 05:39:59.999999 '"id":7'; } >&8
	settled 4
	shows '' <out
	of 1 2 05:40:00 '"id":7' >&8
	settled 5
	short <out | shows '05:00:00 05:30:00 "id":7,"count":2'
	ended
	short <out | shows $'05:00:00 05:30:00 "id":7,"count":2\n05:30:00 06:00:00 "id":7,"count":3'
}

@test "a partition that has not come yet holds all windows" {
	live -a count -l 0 --partitions 2 -b ''
	{ of 0 0 05:00:00; of 0 1 06:00:00; of 0 2 07:00:00; } >&8
	settled 3
	shows '' <out
	# It is another partition, not another topic's record without a number, that was awaited.
	of 1 0 06:00:00 >&8
	settled 4
	short <out | shows '05:00:00 05:30:00 "count":1'
	of 1 1 06:30:00 >&8
	settled 5
	short <out | shows $'05:00:00 05:30:00 "count":1\n06:00:00 06:30:00 "count":2'
	ended
}

@test "partitions go by topic and number" {
	live -a count -l 0 --partitions 2 -b ''
	{ of 0 0 05:00:00; of 0 0 06:00:00 | sed 's/"t"/"s"/'; } >&8
	settled 2
	shows '' <out
	of 0 1 05:30:00 >&8
	settled 3
	short <out | shows '05:00:00 05:30:00 "count":1'
	jq -c '[.holds, .ahead]' <(tail -n 1 err) | shows '["t/0","s/0"]'
	ended
}

@test "an operand that has ended no longer holds windows back" {
	mkfifo other
	live -a count -l 0 -b '' other
	exec 9>other
	{ at 05:00:00 '' 08:00:00 ''; } >&8
	at 05:10:00 >&9
	settled 3
	shows '' <out
	exec 9>&-
	until_true 10 test -s out
	short <out | shows '05:00:00 05:30:00 "count":2'
	ended
}

@test "an operand that has not delivered a line yet holds all windows" {
	mkfifo other
	live -a count -l 0 -b '' other
	exec 9>other
	at 05:00:00 '' 08:00:00 '' >&8
	settled 2
	shows '' <out
	at 05:10:00 '' 05:30:00 '' >&9
	settled 4
	short <out | shows '05:00:00 05:30:00 "count":2'
	exec 9>&-
	ended
	counted late | shows '[0]'
}

@test "blank lines and bad ones are no word of an operand's clock" {
	local first
	mkfifo other
	for first in '' ' ' nonsense '[1]' '{"heartbeat":true}' '{"id":1}'; do
		live -a count -l 0 -b '' other 9>&-
		exec 9>other
		echo "$first" >&9
		settled 1
		at 05:00:00 '' 08:00:00 '' >&8
		settled 3
		shows '' <out
		at 05:10:00 '' 09:00:00 '' >&9
		settled 5
		short <out | shows '05:00:00 05:30:00 "count":2'
		exec 9>&-
		case $first in *eart* | '' | ' ') ended ;; *) ended 1 ;; esac
		counted late,passed | shows '[0,4]'
	done
}

@test "pipes are sources as they come: opened in another order, one late, one slow" {
	local i
	mkfifo a b c
	dhcp-window -a count -l 0 -b '' a b c >got 2>err 3>&- &
	exec 9>c
	at 05:00:00 '' 06:00:00 '' >&9
	exec 8>b
	at 05:00:01 '' 07:00:00 '' >&8
	exec 8>&-
	sleep 0.2
	shows '' <got
	exec 8>a
	at 05:00:02 '' | while IFS= read -r -n 1 char; do printf %s "$char"; sleep 0.002; done >&8
	echo >&8
	shows '' <got
	at 05:29:59.999999 '' 06:00:00 '' >&8
	until_true 10 test -s got
	short <got | shows '05:00:00 05:30:00 "count":4'
	exec 8>&- 9>&-
	wait $!
	shows '' <err
	short <got | tail -n 2 | shows $'06:00:00 06:30:00 "count":2\n07:00:00 07:30:00 "count":1'
}

@test "of files read one after the other the second may be the older one" {
	at 05:00:00 '' 08:00:00 '' >new
	at 03:00:00 '' 04:00:00 '' 06:00:00 '' >old
	for order in 'new old' 'old new'; do
		dhcp-window -a count -l 0 -b '' $order | short |
			shows $'03:00:00 03:30:00 "count":1\n04:00:00 04:30:00 "count":1\n05:00:00 05:30:00 "count":1
06:00:00 06:30:00 "count":1\n08:00:00 08:30:00 "count":1'
	done
}

@test "a missing operand holds nothing" {
	at 05:00:00 '' 08:00:00 '' | dhcp-window -a count -l 0 -b '' missing - /dev/null 2>err >got || [ $? -eq 2 ]
	echo 'dhcp-window: missing: No such file or directory' >want
	same want err
	[ "$(wc -l <got)" -eq 2 ]
}

@test "sessions come out on the way, too, in order" {
	live -a count -l 1m --session 5m
	at 05:00:00 '"id":1' 05:03:00 '"id":2' 05:04:00 '"id":1' 05:08:59.999999 '"id":3' >&8
	settled 4
	shows '' <out
	at 05:08:01 '"id":4' 05:10:00 '"id":3' >&8
	settled 6
	until_true 10 test -s out
	short <out | shows $'05:03:00 05:08:00 "id":2,"count":1\n05:00:00 05:09:00 "id":1,"count":2'
	ended
	[ "$(wc -l <out)" -eq 4 ]
}

@test "sessions exactly the gap apart are two, a microsecond less makes them one, on the way as at the end" {
	at 05:00:00 '"id":1' 05:05:00 '"id":1' 05:00:00.000001 '"id":2' 05:05:00 '"id":2' 05:04:59.999999 '"id":3' 05:09:59.999999 '"id":3' 06:00:00 '' >records
	dhcp-window -a count --session 5m records >want
	[ "$(wc -l <want)" -eq 6 ]
	live -a count --session 5m -l 20m
	feed <records
	settled 7
	until_true 10 test -s out
	head -n 5 want | same - out
	ended
	same want out
}

# bats test_tags=slow
@test "a session that goes on for hours stays open, and comes out whole" {
	seq 0 100 20000 | awk '{ printf "{\"ts\":\"2019-04-30T%02d:%02d:%02dZ\",\"id\":1}\n", $1 / 3600, $1 / 60 % 60, $1 % 60
		printf "{\"ts\":\"2019-04-30T%02d:%02d:%02dZ\",\"id\":\"%d\"}\n", $1 / 3600, $1 / 60 % 60, $1 % 60, $1 }' >records
	dhcp-window -a 'count,count(id),distinct(ts)' --session 2m records >want
	dhcp-window -a 'count,count(id),distinct(ts)' --session 2m -l 0 records >got
	same want got
	compile drip drip.c
	drip 1 <records | dhcp-window -a 'count,count(id),distinct(ts)' --session 2m -l 0 >got
	same want got
	short <want | grep -c '"id":1,"count":201,"count_id":201,"distinct_ts":201' | shows 1
}

# --- what is late

# late LINES OPTION...: how many of the records on standard input are late, and the status stays 0.
late() {
	cat >.in
	dhcp-window --stats "${@:2}" .in >.rows 2>err
	counted late | shows "[$1]"
	jq -se 'map(select(.program)) | .[0] | .read == .passed + .blank + .bad + .no_time + .late + .replayed + .heartbeats' <(grep '^{' err) >/dev/null
}

@test "a record is late once the end of its window is the lateness behind" {
	at 05:40:00 '' 05:29:59.999999 '' | late 1 -l 10m
	at 05:39:59.999999 '' 05:29:59.999999 '' | late 0 -l 10m
	at 05:40:00 '' 05:30:00 '' | late 0 -l 10m
	at 05:30:00 '' 05:29:59.999999 '' | late 1 -l 0
	at 05:30:00 '' 05:29:59.999999 '' | late 1 -l 0s
	at 05:30:00 '' 05:29:59.999999 '' | late 0 -l 1us
	at 05:30:00.000001 '' 05:29:59.999999 '' | late 1 -l 1us
	at 23:00:00 '' 00:00:00 '' | late 0 -l 1d
	at 05:40:00 '' 05:04:59.999999 '' 05:05:00 '' | late 1 -l 10m --align 5m
}

@test "a record's own source decides, however far ahead the others are" {
	{ of 0 0 05:00:00; of 0 1 09:00:00; of 1 0 05:00:00; of 1 1 05:29:00; of 0 2 08:29:00; of 1 2 05:45:00; of 1 3 05:29:00; } >in
	late 2 -l 10m --partitions 2 <in
	# Now there is one source only.
	sed 's/,"topic.*/}/' in | late 5 -l 10m
	at 05:00:00 '' 09:00:00 '' >a
	at 05:00:00 '' 05:29:00 '' >b
	dhcp-window -l 10m a b 2>err >got
	shows '' <err
}

@test "a window of the slowest source's time closes before a record of its own comes late to it" {
	{ of 0 0 05:00:00; of 0 1 09:00:00; of 1 0 05:00:00; of 1 1 05:39:59.999999; of 1 2 05:29:00; of 1 3 05:40:00; of 1 4 05:29:00; } |
		late 1 -l 10m --partitions 2 -b '' -a count
	short <.rows | shows $'05:00:00 05:30:00 "count":3\n05:30:00 06:00:00 "count":2\n09:00:00 09:30:00 "count":1'
}

@test "with --slide a late record joins the windows that are still open, and is late only if none is" {
	at 06:00:00 '"v":1' 05:59:59.999999 '"v":2' 05:50:00 '"v":3' 05:39:59.999999 '"v":4' 05:30:00 '"v":5' 05:29:59.999999 '"v":6' |
		late 1 -l 10m --slide 10m -b '' -a 'values(v)'
	# Those that end by 05:50 have closed: 05:30 is still in the one to 06:00, the microsecond before it in none.
	short <.rows | shows $'05:30:00 06:00:00 "values_v":[2,3,4,5]\n05:40:00 06:10:00 "values_v":[1,2,3]
05:50:00 06:20:00 "values_v":[1,2,3]\n06:00:00 06:30:00 "values_v":[1]'
}

@test "in a session a record is late if its own time is more than the lateness behind" {
	at 06:00:00 '' 05:50:00 '' 05:49:59.999999 '' | late 1 -l 10m --session 5m
	at 06:00:00 '' 05:59:59.999999 '' | late 1 -l 0 --session 5m
	at 06:00:00 '' 06:00:00 '' | late 0 -l 0 --session 5m
	# It may join sessions that would have ended without it.
	at 05:00:00 '' 05:05:59 '' 05:03:00 '' | late 0 -l 3m --session 4m -b '' -a count
	short <.rows | shows '05:00:00 05:09:59 "count":3'
}

@test "without --lateness nothing is late" { at 23:00:00 '' 00:00:00 '' | late 0; }

@test "in complete mode nothing is late, whatever --lateness says" {
	{ of 0 0 23:00:00; of 0 1 00:00:00; } | late 0 --mode complete -l 0 -b '' -a count
	short <.rows | shows $'00:00:00 00:30:00 "count":1\n23:00:00 23:30:00 "count":1'
}

@test "in update mode a window that has closed is closed" {
	at 05:00:00 '' 06:00:00 '' 05:00:01 '' | late 1 --mode update -l 0 -b '' -a count
	short <.rows | shows $'05:00:00 05:30:00 "count":1\n06:00:00 06:30:00 "count":1'
}

@test "late lines are appended to --late-file as they came" {
	printf 'was here\n' >late
	{ at 09:00:00; printf '  {"ts" : "2019-04-30T05:00:00Z", "id" :"\\u0041" } \r\n{"id":2,"ts":"2019-04-30T05:00:00Z"}\t\n'; at 09:00:00
		printf '{"ts":"2019-04-30T05:00:00Z","id":"\xff"}'; } >in
	dhcp-window -l 0 --late-file late in >got 2>err
	{ echo 'was here'; sed -n 2,3p in; tail -n 1 in; echo; } >want
	same want late
	echo 'dhcp-window: 3 records were late' >want
	same want err
	[ "$(wc -l <got)" -eq 1 ]
}

@test "late lines are in the file before more is read" {
	live -l 0 --late-file late
	at 09:00:00 '' 05:00:00 '' >&8
	settled 2
	at 05:00:00 | same - late
	ended
}

@test "how many were late is said at the end, and the status stays 0" {
	at 09:00:00 '' 05:00:00 '' | dhcp-window -l 0 2>err >got
	echo 'dhcp-window: 1 record was late (--late-file FILE keeps them)' >want
	same want err
	at 09:00:00 '' 05:00:00 '' 05:00:00 '' | dhcp-window -l 0 --mode update 2>err >got
	echo 'dhcp-window: 2 records were late (--late-file FILE keeps them)' >want
	same want err
}

@test "a late file that cannot be written ends the run" {
	at 09:00:00 '' 05:00:00 '' >in
	fails 2 'dhcp-window: --late-file: no/late: No such file or directory' dhcp-window -l 0 --late-file no/late in
	dhcp-window -l 0 --late-file /dev/full in >got 2>err || [ $? -eq 2 ]
	grep -q '^dhcp-window: /dev/full: No space left on device$' err
}

# --- heartbeats

@test "heartbeats alone close windows; they are used up and counted" {
	live -a count -l 10m --partitions 2 -b ''
	{ of 0 0 05:00:00; beat 0 1 05:39:59.999999; beat 1 0 05:40:00; } >&8
	settled 3
	shows '' <out
	beat 0 1 05:40:00 >&8
	settled 4
	short <out | shows '05:00:00 05:30:00 "count":1'
	beat 1 9 06:00:00 >&8
	ended
	short <out | shows '05:00:00 05:30:00 "count":1'
	counted read,passed,heartbeats,windows | shows '[5,1,4,1]'
}

@test "without a time a heartbeat moves no clock" {
	live -a count -l 0 --partitions 2 -b ''
	{ of 0 0 05:00:00; of 0 1 06:00:00; beat 1 0; beat 0 2; } >&8
	settled 4
	shows '' <out
	jq -c '[.holds, .sources[1].clock, .sources[0].offset]' <(tail -n 1 err) | shows '["t/1",null,3]'
	beat 1 1 05:30:00 >&8
	settled 5
	short <out | shows '05:00:00 05:30:00 "count":1'
	ended
}

@test "heartbeats of an operand move its clock, and make records late" {
	{ at 05:00:00; echo '{"heartbeat":true,"ts":"2019-04-30T06:00:00Z"}'; at 05:00:01; } | late 1 -l 0 -b '' -a count
	short <.rows | shows '05:00:00 05:30:00 "count":1'
	counted passed,heartbeats,late | shows '[1,1,1]'
}

@test "only true makes a heartbeat" {
	at 05:00:00 '"heartbeat":"true"' 05:00:00 '"heartbeat":1' 05:00:00 '"heartbeat":false' 05:00:00 '"heartbeat":null' 05:00:00 '"heartbeat":true' \
		05:00:00 '"heartbeat":true,"id":7' | late 0 -b '' -a count
	short <.rows | shows '05:00:00 05:30:00 "count":4'
}

@test "heartbeats need no lateness, and alone give no rows" {
	{ beat 0 0 05:00:00; beat 0 1 06:00:00; } | late 0
	shows '' <.rows
	counted read,heartbeats,passed,windows | shows '[2,2,0,0]'
}

@test "gaps that heartbeats tell of are summed over the partitions" {
	beat 0 1 05:00:00 | sed 's/}$/,"gaps":3}/' >in
	{ cat in; sed 's/:3}/:5}/' in; sed 's/"partition":0/"partition":1/; s/:3}/:70}/' in; beat 0 9; } | late 0
	counted gaps,lost | shows '[75,0]'
}

@test "gaps that a heartbeat tells of once more, behind a checkpoint, are none" {
	{ of 0 0 05:00:00; of 0 5 05:01:00; beat 0 5 05:01:00 | sed 's/}$/,"gaps":4}/'; } >in
	for gaps in 4 4 7; do
		[ $gaps -eq 4 ] || { of 0 9 05:02:00; beat 0 9 05:02:00 | sed 's/}$/,"gaps":7}/'; } >>in
		dhcp-window -l 1m --partitions 1 --checkpoint s in
		head -n 1 s | jq .counters.gaps | shows $gaps
	done
	# But another filter begins to count anew.
	{ of 0 11 05:02:00; beat 0 11 05:02:00 | sed 's/}$/,"gaps":1}/'; } >>in
	dhcp-window -l 1m --partitions 1 --checkpoint s in
	head -n 1 s | jq .counters.gaps | shows 8
}

# --- silent sources

# bats test_tags=slow
@test "--idle lets windows go that a silent or missing source holds" {
	live -a count -l 0 --partitions 3 --idle 2s -b ''
	{ of 0 0 05:00:00; of 1 0 05:10:00; of 0 1 06:00:00; } >&8
	settled 3
	shows '' <out
	for offset in $(seq 2 25); do
		of 0 $offset 06:00:00 >&8
		sleep 0.1
	done
	# Partition 1 has been silent for 2 s, 2 has never come; what comes now is late.
	until_true 10 test -s out
	short <out | shows '05:00:00 05:30:00 "count":2'
	of 1 1 05:20:00 >&8
	settled 28
	counted late,passed | shows '[1,27]'
	ended
	short <out | shows $'05:00:00 05:30:00 "count":2\n06:00:00 06:30:00 "count":25'
}

# bats test_tags=slow
@test "a source that goes on telling an old time is not silent" {
	live -a count -l 0 --partitions 2 --idle 1s -b ''
	of 0 0 06:00:00 >&8
	for offset in $(seq 0 13); do
		{ of 0 $((offset + 1)) 06:00:00; beat 1 $offset 05:00:00; } >&8
		sleep 0.1
	done
	shows '' <out
	settled 29
	counted holds | shows '["t/1"]'
	# Nor does whoever is idle hold anything.
	until_true 10 is_let_go
	ended
}
is_let_go() { settled 29 && [ "$(counted holds)" = '[null]' ]; }

# bats test_tags=slow
@test "a stop of our own is nobody's silence" {
	live -a count -l 0 --partitions 2 --idle 1s -b ''
	{ of 0 0 05:00:00; of 1 0 05:00:00; } >&8
	settled 2
	# More than one block, and what partition 1 has to say comes last.
	{ of 0 1 06:00:00 | awk '{ for (i = 1; i <= 4000; i++) print }'; of 1 1 05:10:00; of 1 2 06:00:00; } >piece
	kill -STOP "$pid"
	cat piece >&8 &
	sleep 1.5
	kill -CONT "$pid"
	settled 4004
	short <out | head -n 1 | shows '05:00:00 05:30:00 "count":3'
	wait $!
	ended
	counted late | shows '[0]'
}

@test "once all are silent, what is furthest ahead decides" {
	live -a count -l 10m --partitions 2 --idle 500ms -b ''
	{ of 0 0 05:00:00; of 1 0 05:40:00; } >&8
	until_true 10 test -s out
	short <out | shows '05:00:00 05:30:00 "count":1'
	ended
}

# --- partitions

PARTITIONS='the records are from partitions: --partitions N tells how many there are'

@test "with --lateness, records from partitions need --partitions" {
	of 0 0 05:00:00 | fails 2 "dhcp-window: --lateness: $PARTITIONS" dhcp-window -l 0
	beat 0 0 05:00:00 | fails 2 "dhcp-window: --lateness: $PARTITIONS" dhcp-window -l 0
	of 0 0 05:00:00 | dhcp-window | jq -c .window.start | shows '"2019-04-30T05:00:00.000000Z"'
	of 0 0 05:00:00 | dhcp-window --mode complete -l 0 | jq -c .window.start | shows '"2019-04-30T05:00:00.000000Z"'
	# What is no number of a partition is none.
	for partition in '"0"' null -1 1.5 1e2 '[0]' 123456789012345678901; do at 05:00:00 "\"partition\":$partition"; done | late 0 -l 0
}

@test "more partitions than told end the run" {
	{ of 0 0 05:00:00; of 7 0 05:00:00; } | fails 2 'dhcp-window: --partitions: 1: there is one more: t/7' dhcp-window -l 0 --partitions 1
	{ beat 0 0; of 0 0 05:00:00 | sed 's/"t"/"\\u001b[1m"/'; } |
		fails 2 'dhcp-window: --partitions: 1: there is one more: \u001b[1m/0' dhcp-window -l 0 --partitions 1
	{ of 0 0 05:00:00; of 7 0 05:00:00; } | fails 2 'dhcp-window: --partitions: 1: there is one more: t/7' dhcp-window --partitions 1
}

@test "fewer partitions than told hold windows to the end of the input, then let them go" {
	{ of 0 0 05:00:00; of 0 1 09:00:00; } | late 0 -l 0 --partitions 1000 -b '' -a count
	short <.rows | shows $'05:00:00 05:30:00 "count":1\n09:00:00 09:30:00 "count":1'
	{ of 1 0 05:00:00; of 0 0 09:00:00; } | late 0 -l 0 --partitions 2 -b '' -a count
}

# --- modes

@test "update mode writes the groups that have changed when the input pauses" {
	live -a count -l 10m --mode update
	at 05:00:00 '"id":1' 05:00:00 '"id":2' 05:00:00 '"id":1' | feed
	settled 3
	short <out | shows $'05:00:00 05:30:00 "id":1,"count":2\n05:00:00 05:30:00 "id":2,"count":1'
	{ echo; beat 0 0 05:00:00 | sed 's/,"topic.*/}/'; at 06:00:00 '"id":2' 05:50:01 '"id":2'; } | feed
	settled 7
	short <out | tail -n +3 | shows $'05:30:00 06:00:00 "id":2,"count":1\n06:00:00 06:30:00 "id":2,"count":1'
	at 06:10:00 '"id":3' 06:00:01 '"id":2' | feed
	settled 9
	short <out | tail -n +5 | shows $'06:00:00 06:30:00 "id":2,"count":2\n06:00:00 06:30:00 "id":3,"count":1'
	ended
	[ "$(wc -l <out)" -eq 6 ]
}

@test "in update mode a window that closes writes what has changed, and nothing more" {
	live -a count -l 0 --mode update
	at 05:00:00 '"id":1' 05:00:00 '"id":2' | feed
	settled 2
	at 05:29:59 '"id":2' 05:30:00 '"id":3' | feed
	settled 4
	ended
	short <out | shows $'05:00:00 05:30:00 "id":1,"count":1\n05:00:00 05:30:00 "id":2,"count":1
05:00:00 05:30:00 "id":2,"count":2\n05:30:00 06:00:00 "id":3,"count":1'
}

@test "complete mode writes the table, and only if something has changed" {
	live -a count --mode complete
	at 05:00:00 '"id":2' 05:00:00 '"id":1' | feed
	settled 2
	short <out | shows $'05:00:00 05:30:00 "id":1,"count":1\n05:00:00 05:30:00 "id":2,"count":1'
	{ echo; beat 0 0 05:00:00; beat 0 1 06:00:00; } | feed
	settled 5
	at 04:00:00 '"id":2' | feed
	settled 6
	until_true 10 has_lines 5 out
	short <out | tail -n +3 | shows $'04:00:00 04:30:00 "id":2,"count":1\n05:00:00 05:30:00 "id":1,"count":1\n05:00:00 05:30:00 "id":2,"count":1'
	ended
	[ "$(wc -l <out)" -eq 5 ]
}
has_lines() { [ "$(wc -l <"$2")" -eq "$1" ]; }

@test "with --trigger it writes that often, and at the end" {
	for mode in update complete; do
		live -a count --mode $mode --trigger 1h
		at 05:00:00 '"id":2' | feed
		settled 1
		at 05:00:01 '"id":2' | feed
		settled 2
		ended
		# The first time it does not wait: nothing has been written for an hour.
		short <out | shows $'05:00:00 05:30:00 "id":2,"count":1\n05:00:00 05:30:00 "id":2,"count":2'
		live -a count --mode $mode --trigger 500ms
		at 05:00:00 '"id":2' | feed
		until_true 10 has_lines 1 out
		at 05:00:00 '"id":2' 05:00:00 '"id":2' | feed
		settled 3
		at 05:00:00 '"id":2' | feed
		until_true 10 has_lines 2 out
		short <out | tail -n 1 | shows '05:00:00 05:30:00 "id":2,"count":4'
		ended
		[ "$(wc -l <out)" -eq 2 ]
	done
}

@test "with --trigger the first time does not wait on a machine that has just started, either" {
	local clock=-$(($(cut -d . -f 1 /proc/uptime) - 60))
	unshare --time --monotonic $clock true 2>/dev/null || skip "no clock of its own can be had here"
	for mode in update complete; do
		: >out
		{ at 05:00:00; until_true 10 has_lines 1 out; at 05:00:01; } |
			unshare --time --monotonic $clock "$BIN/dhcp-window" -b '' -a count --mode $mode --trigger 1h >out
		jq -c .count out | paste -sd , | shows 1,2
	done
}

@test "with --trigger once there is one writing, at the end, whatever pauses come" {
	for mode in update complete; do
		: >out
		{ at 05:00:00; sleep 0.3; at 05:00:01; sleep 0.3; has_lines 0 out && at 05:00:02; } |
			dhcp-window -b '' -a count --mode $mode --trigger once >out
		jq -c .count out | paste -sd , | shows 3
	done
	fails 2 'dhcp-window: --trigger: twice: not a duration (90s, 30m, 1h30m, 1d)' dhcp-window --mode update --trigger twice
}

@test "with --trigger a steady stream is written on the way" {
	seq 600000 | awk '{ printf "{\"ts\":\"2019-04-30T05:00:00Z\",\"id\":%d}\n", $1 % 10 }' >in
	dhcp-window --mode update --trigger 1ms -a count in >got
	[ "$(wc -l <got)" -gt 30 ]
	tail -n 10 got | jq -c .count | sort -u | shows 60000
}

@test "the last row of each group is the one of append mode, in any mode, in bytes as they come" {
	local often=
	compile drip drip.c
	eve-dhcp-filter "$DAY" | sed -n 1,1500p >records
	for spec in '-e 20m' '-e 20m --slide 7m'; do
		dhcp-window $spec records | sort >want
		for mode in update complete; do
			drip random 7 <records | dhcp-window $spec --mode $mode | tee all |
				awk 'match($0, /"id":[^,]*/) { last[substr($0, 1, RSTART + RLENGTH)] = $0 } END { for (key in last) print last[key] }' | sort >got
			same want got
			# Rows are shown where the input rests, which on a busy machine it may not be seen to do.
			[ "$(wc -l <all)" -le "$(wc -l <want)" ] || often=yes
		done
	done
	[ "$often" ]
}

# bats test_tags=slow
@test "one byte at a time gives the same rows, and the same are late" {
	compile drip drip.c
	eve-dhcp-filter "$DAY" | sed -n 1,700p | awk 'NR % 50 == 0 { held = $0; next } { print } NR % 50 == 40 { print held }' >records
	for spec in '-e 20m -l 5m' '-e 20m --slide 7m -l 0' '--session 5m -l 1m'; do
		dhcp-window $spec --late-file want.late records >want 2>want.err
		drip 1 <records | dhcp-window $spec --late-file got.late >got 2>got.err
		same want got
		same want.late got.late
		same want.err got.err
		rm -f want.late got.late
	done
	[ -s want.err ]
}

# --- keys for Kafka

@test "--kafka-key names the window's start and the values of the key" {
	at 05:00:00 '"id":7,"a":"x"' 05:00:00 '"a":[1,{"b":null}]' >in
	dhcp-window --kafka-key -a count in | cut -f 1 | shows $'["2019-04-30T05:00:00.000000Z",7]\n["2019-04-30T05:00:00.000000Z",null]'
	dhcp-window --kafka-key -b a,id -a '' in | cut -f 1 | shows $'["2019-04-30T05:00:00.000000Z","x",7]\n["2019-04-30T05:00:00.000000Z",[1,{"b":null}],null]'
	dhcp-window --kafka-key -b '' -a count in | shows $'["2019-04-30T05:00:00.000000Z"]\t{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"count":2}'
	dhcp-window --kafka-key --session 1s -a '' in | cut -f 1 | shows $'["2019-04-30T05:00:00.000000Z","2019-04-30T05:00:01.000000Z",7]
["2019-04-30T05:00:00.000000Z","2019-04-30T05:00:01.000000Z",null]'
	dhcp-window --kafka-key -a '' --max-groups 1 --on-full evict in | cut -f 1 | shows $'["2019-04-30T05:00:00.000000Z",7,1]\n["2019-04-30T05:00:00.000000Z",null,1]'
}

@test "behind the key stands the row, in any mode" {
	for spec in '' '--mode update' '--mode complete' --partial '--slide 10m'; do
		dhcp-window $spec "$DATA/window/seed.ndjson" >want
		dhcp-window $spec --kafka-key "$DATA/window/seed.ndjson" >got
		cut -f 2- got | same want -
		# The key is what stands in the row.
		cut -f 1 got | paste - want | jq -cn 'reduce inputs as $x ([]; . + [$x]) | [range(0; length; 2) as $i | .[$i] == [.[$i + 1].window.start, .[$i + 1].id]] | unique' | shows '[true]'
	done
}

@test "a key has one tab behind it and no control byte in it, whatever strangers write" {
	values='"\t" "\u0009x" "\u0001" "\n\r" "\u0000" "\"" "a\tb\u001f" "\u007f" "\u2028"'
	for value in $values; do at 05:00:00 "\"id\":$value,\"b\":{\"k\\t\":\"\\t\"}"; done >in
	dhcp-window --kafka-key -b id,b -a count in >got
	[ "$(wc -l <got)" -eq 9 ]
	! grep -av '^\[[^[:cntrl:]]*\]'$'\t''{' got
	! cut -f 2- got | grep -a $'\t'
	cut -f 1 got | jq -c '.[1]' >keys
	dhcp-window -b id,b -a count in | jq -c .id >want
	same want keys
}

@test "kcat takes the key apart from the row" {
	kcat -V >/dev/null 2>&1 || skip "no kcat"
	at 05:00:00 '"id":"a\tb"' 05:00:00 '"id":7' >in
	dhcp-window --kafka-key -a count in >rows
	kafka
	timeout 30 kcat -b "$BROKER" -P -t out -K '\t' <rows 3>&- 8>&-
	timeout 30 kcat -q -b "$BROKER" -C -t out -o beginning -e -f '%k\t%s\n' 3>&- 8>&- | sort >got
	exec 8>&-
	sort rows | same - got
}

# --- signals

# stopped SIGNAL STATUS: live ends by it.
stopped() {
	local status=0
	kill -"$1" "$pid"
	wait "$pid" || status=$?
	exec 8>&-
	expect_status "$2" "$status"
}

# bats test_tags=slow
@test "SIGTERM and SIGINT write the open windows, then it dies of them" {
	for signal in TERM INT; do
		for mode in append update complete; do
			live -a count -l 10m --mode $mode
			at 05:00:00 '"id":1' >&8
			settled 1
			stopped $signal $(($(kill -l $signal) + 128))
			short <out | shows '05:00:00 05:30:00 "id":1,"count":1'
			counted read,rows | shows '[1,1]'
		done
	done
}

@test "a signal in the middle of a line: what was read of it is a line" {
	live -a count -l 10m
	{ at 05:00:00 '"id":1'; at 05:00:00 '"id":1' | head -c 20; } >&8
	settled 1
	stopped TERM 143
	short <out | shows '05:00:00 05:30:00 "id":1,"count":1'
}

# bats test_tags=slow
@test "a second signal kills at once, of whatever kind" {
	mkfifo full
	exec 9<>full
	# Nobody reads: what is left of the pipe is filled.
	timeout 2 dd if=/dev/zero of=full bs=4096 oflag=nonblock 2>dd.err || true
	for signals in 'TERM TERM' 'INT INT' 'TERM INT' 'INT TERM'; do
		[ -p in ] || mkfifo in
		env --default-signal=INT dhcp-window -a count in >full 3>&- 9>&- &
		pid=$!
		exec 8<>in
		until_true 10 has_opened in
		at 05:00:00 >&8
		set -- $signals
		kill -"$1" $pid
		sleep 0.2
		kill -0 $pid
		stopped "$2" $(($(kill -l "$2") + 128))
	done
	exec 9>&-
}

# bats test_tags=slow
@test "a signal while it reads a file ends it, with what it has by then" {
	at 05:00:00 '"id":1' | awk '{ for (i = 0; i < 3000000; i++) print }' >in
	dhcp-window -a count --stats in >out 2>err 3>&- &
	pid=$!
	until_true 10 has_opened in
	sleep 0.05
	stopped TERM 143 || { skip "it was quicker"; }
	jq -e '.passed > 0 and .passed == .read' <(grep '^{' err)
	jq .count out | shows "$(counted passed | jq '.[0]')"
}

@test "SIGUSR1 tells the watermark, who holds it, who is ahead, and each source's offset and clock" {
	live -a count -l 10m --partitions 2 -b ''
	of 1 41 05:00:00 >&8
	settled 1
	tail -n 1 err | jq -c '[.watermark, .holds, .ahead, .open_windows, .open_groups, .sources]' |
		shows '[null,null,"t/1",1,1,[{"topic":"t","partition":1,"offset":42,"clock":"2019-04-30T05:00:00.000000Z"}]]'
	{ beat 0 7 05:41:00; of 1 42 05:40:30; of 1 43 04:00:00; } >&8
	settled 4
	tail -n 1 err | jq -c '[.watermark, .holds, .ahead, .late, .rows, .sources]' |
		shows '["2019-04-30T05:30:30.000000Z","t/1","t/0",1,1,[{"topic":"t","partition":0,"offset":8,"clock":"2019-04-30T05:41:00.000000Z"},{"topic":"t","partition":1,"offset":44,"clock":"2019-04-30T05:40:30.000000Z"}]]'
	ended
}

@test "operands are told by their names, behind the partitions" {
	at 05:00:00 >b
	{ at 06:00:00; of 3 1 05:00:00; } | dhcp-window --stats -l 0 --partitions 1 - b 2>&1 >got | jq -c '[.sources[] | [.topic, .partition, .offset, .file, .clock[11:19]]]' |
		shows '[["t",3,2,null,"05:00:00"],[null,null,null,"-","06:00:00"],[null,null,null,"b","05:00:00"]]'
}

@test "a line without a partition, behind some that had one, is a bad line, however the input is cut" {
	{ of 0 0 05:00:00; of 0 1 07:00:00; at 05:10:00; at 08:00:00; } >log
	for how in 'cat log' 'while IFS= read -r line; do echo "$line"; sleep 0.05; done <log'; do
		bash -c "$how" | dhcp-window -a count -b '' -l 0 --partitions 1 >got 2>err || expect_status 1 $?
		shows 'dhcp-window: -:3: no partition, but the lines before it had one
dhcp-window: -:4: no partition, but the lines before it had one' <err
		short <got | shows '05:00:00 05:30:00 "count":1
07:00:00 07:30:00 "count":1'
	done
}

# --- hints

# at_terminal OPTION...: what it says on a terminal about a pipe that gives what is in the file first, old records, and goes on.
at_terminal() {
	type script >/dev/null || skip "no script"
	[ -p in ] || mkfifo in
	[ -e first ] || : >first
	exec 8<>in
	{ cat first; of 0 0 05:00:00; of 0 1 05:00:01; } >&8
	DHCP_WINDOW_HINT_SECONDS=0 timeout 20 script -qec "dhcp-window $* in >/dev/null" /dev/null </dev/null >said 3>&- 8>&- &
	local script=$!
	until_true 10 grep -q dhcp-window: said
	{ of 0 2 05:00:02; } >&8
	sleep 0.3
	exec 8>&-
	wait $script || true
	tr -d '\r' <said
}

@test "a person who waits for rows is told of --lateness, once" {
	at_terminal | shows 'dhcp-window: no row comes before the end of the input: --lateness 10m closes windows on the way'
}

@test "a person is told, once, who holds the windows" {
	at_terminal -l 10m --partitions 2 | sed 's/[0-9]* s (/N s (/' |
		shows 'dhcp-window: windows wait for a partition or operand that has not come yet, silent for N s (--idle 5m lets them go without it)'
}

@test "a person is told which partition holds the windows" {
	of 1 0 06:00:00 >first
	at_terminal -l 10m --partitions 2 | sed 's/[0-9]* s (/N s (/' |
		shows 'dhcp-window: windows wait for t/0, silent for N s (--idle 5m lets them go without it)'
}

@test "a person is told nothing before it is time" {
	type script >/dev/null || skip "no script"
	mkfifo in
	for options in '' '-l 10m --partitions 2'; do
		{ of 0 0 05:00:00; of 1 0 06:00:00; sleep 0.1; } >in 3>&- &
		DHCP_WINDOW_HINT_SECONDS=100 timeout 20 script -qec "dhcp-window $options in >/dev/null" /dev/null </dev/null >said 3>&-
		wait $!
		same /dev/null said
	done
}

# --- wrong options

@test "a lateness is a duration, or 0" {
	for value in '' 5 -5m 00 0x 1.5h 4000000d; do
		fails 2 "dhcp-window: --lateness: $value: not a duration (90s, 30m, 1h30m, 1d)" dhcp-window -l "$value"
	done
	for option in idle trigger; do
		for value in '' 0 0s 5; do
			fails 2 "dhcp-window: --$option: $value: not a duration (90s, 30m, 1h30m, 1d)" dhcp-window "--$option" "$value"
		done
	done
}

@test "numbers and words that are none are refused" {
	fails 2 'dhcp-window: --mode: Append: not one of append, update, complete' dhcp-window --mode Append
	fails 2 'dhcp-window: --mode: : not one of append, update, complete' dhcp-window --mode ''
	fails 2 'dhcp-window: --on-full: drop: not fail or evict' dhcp-window --max-groups 5 --on-full drop
	for option in partitions max-groups; do
		fails 2 "dhcp-window: --$option: 0: at least 1" dhcp-window --$option 0
		for value in '' -1 1.5 x 4294967296; do
			dhcp-window --$option "$value" 2>err </dev/null || [ $? -eq 2 ]
			grep -q "^dhcp-window: --$option: $value: " err
		done
	done
}

# refused 'OPTION: VALUE: REASON' OPTIONS...: these do not go together.
refused() { fails 2 "dhcp-window: $1" dhcp-window "${@:2}" </dev/null; }

@test "options that make no sense together are refused, with the reason" {
	for mode in update complete; do
		refused '--session: --mode: only in append mode' --session 5m --mode $mode
		refused '--partial: --mode: only in append mode' --partial --mode $mode
		refused '--on-full: evict: only in append mode' --max-groups 5 --on-full evict --mode $mode
	done
	refused '--partial: --having: asks whole rows' --partial --having true
	refused '--on-full: evict: not with --having, which asks whole rows' --on-full evict --max-groups 5 --having true
	refused '--trigger: append: only with --mode update or complete' --trigger 5s
	refused '--on-full: evict: only with --max-groups' --on-full evict
	refused '--final: no checkpoint: only with --checkpoint or --save' --final -l 5m
	refused '--idle: no lateness: only with --lateness' --idle 5m
	refused '--late-file: f: only with --lateness' --late-file f
	local never='needs --lateness DUR, or --final at the last run: no window would ever close'
	refused "--checkpoint: append mode: $never" --checkpoint s
	refused "--save: append mode: $never" --save s
	refused "--checkpoint: append mode: $never" --checkpoint s --save t
	[ ! -e s ] && [ ! -e s.lock ] && [ ! -e f ]
}
