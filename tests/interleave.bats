# dhcp-window and time: the same partitioned log, however its partitions interleave, gives the same rows and the same
# records are late.  What they must be comes from model.py; the log from interleave.py (SEED=N for another one).

load helper

AGGREGATES='count,count(hostname),distinct(hostname),min(src_ip),max(hostname),sum(n),avg(n),first(hostname),last(src_ip)'
AGGREGATES=$AGGREGATES,'values(n),max(ts)'
LATENESSES='0 1m 10m none'

# logs N: N interleavings log.1 ...; with sanitizers one of 20, as each run is slow there.
logs() {
	local runs=$1
	! sanitized || runs=$((($1 + 19) / 20))
	python3 "$ROOT/tests/interleave.py" logs "${SEED:-1}" "$runs"
}

# with LATENESS [OPTION]...: those options, in OPTIONS.
with() {
	OPTIONS=("${@:2}" -a "$AGGREGATES")
	[ "$1" = none ] || OPTIONS+=(--lateness "$1")
}

model() { python3 "$ROOT/tests/model.py" "${OPTIONS[@]}" "$@"; }

# interleaved OPTION...: with each lateness all logs give what the model gives.
interleaved() {
	local lateness
	logs 200
	for lateness in $LATENESSES; do
		with "$lateness" "$@"
		model log.1 >one 2>said
		printf 'one%.0s\n' log.* | xargs cat >want
		printf '%s\n' log.* | xargs -n 1 dhcp-window "${OPTIONS[@]}" --partitions 4 --stats >got 2>stats
		cmp want got || { first_difference; return 1; }
		# Nearly all that is counted is the same, too.
		[ "$(grep '^{' stats | jq -c '{read, passed, heartbeats, late, bad, no_time, replayed, lost, gaps, groups, rows}' | sort | uniq -c |
			tee counts | wc -l)" -eq 1 ] || { cat counts; return 1; }
		jq -e --slurpfile model said '.late == $model[0].late and .read == $model[0].read and .bad + .no_time == 0' \
			<(grep -m 1 '^{' stats) || { cat said; head -n 2 stats; return 1; }
		[ "$lateness" = none ] || [ "$(jq .late said)" -gt 5 ]
	done
}

first_difference() {
	echo "dhcp-window ${OPTIONS[*]} --partitions 4, seed ${SEED:-1}:"
	for log in log.*; do
		dhcp-window "${OPTIONS[@]}" --partitions 4 "$log" >got 2>/dev/null
		cmp -s one got || { echo "$log"; same one got; break; }
	done
}

# bats test_tags=once
@test "tumbling windows: 200 interleavings, with lateness 0, 1m, 10m and none" { interleaved --every 10m; }

# bats test_tags=once
@test "sliding windows: 200 interleavings, with lateness 0, 1m, 10m and none" { interleaved --every 10m --slide 3m --align 1m; }

# bats test_tags=once
@test "sessions: 200 interleavings, with lateness 0, 1m, 10m and none" { interleaved --session 4m; }

@test "other logs, one interleaving each" {
	local seed
	for seed in $(seq 2 "$(sanitized && echo 4 || echo 10)"); do
		SEED=$seed logs 1
		for lateness in 0 90s; do
			with $lateness --session 5m -b id,hostname
			model log.1 >want 2>said
			dhcp-window "${OPTIONS[@]}" --partitions 4 log.1 >got 2>/dev/null
			same want got || { echo "seed $seed"; return 1; }
		done
	done
}

# bats test_tags=once
@test "these tests can fail: another lateness gives other rows, and so does forgetting the partitions" {
	logs 10
	with 1m --every 10m
	model log.1 >want 2>said
	for lateness in 0 59s 61s 10m none; do
		with "$lateness" --every 10m
		dhcp-window "${OPTIONS[@]}" --partitions 4 log.1 >got 2>/dev/null
		! cmp -s want got
	done
	with 1m --every 10m
	for log in log.*; do
		sed -E 's/, ?"topic": ?"[^"]*", ?"partition": ?[0-9]*//' "$log" >plain
		! grep -q '"partition"' plain
		dhcp-window "${OPTIONS[@]}" plain 2>/dev/null | cksum
	done | sort -u >sums
	[ "$(wc -l <sums)" -gt 1 ]
}

@test "the late lines are kept as they came" {
	logs 10
	with 1m --every 10m
	for log in log.*; do
		rm -f want.late got.late
		model --late-file want.late "$log" >want 2>said
		dhcp-window "${OPTIONS[@]}" --partitions 4 --late-file got.late "$log" >got 2>told
		same want got
		same want.late got.late
		echo "dhcp-window: $(jq .late said) records were late" >want
		same want told
	done
}

# fed SEED OPTION...: four pipes, one for each partition, written at once.
fed() {
	rm -f pipe?
	mkfifo pipe0 pipe1 pipe2 pipe3
	timeout 60 python3 "$ROOT/tests/interleave.py" feed "$1" p0 pipe0 p1 pipe1 p2 pipe2 p3 pipe3 3>&- &
	timeout 60 dhcp-window "${@:2}" pipe0 pipe1 pipe2 pipe3 2>said
	wait $!
}

@test "four pipes at once, one for each partition" {
	logs 1
	for lateness in $LATENESSES; do
		with "$lateness" --every 10m
		model log.1 >want 2>said
		for seed in 1 2 $(sanitized || echo 3 4 5); do
			fed $seed "${OPTIONS[@]}" --partitions 4 >got
			same want got
		done
	done
}

@test "four pipes at once that know nothing of partitions: each is a source" {
	logs 1
	for p in 0 1 2 3; do sed -i -E 's/, ?"topic": ?"[^"]*", ?"partition": ?[0-9]*, ?"offset": ?[0-9]*//' p$p; done
	! grep -q '"partition"\|"offset"' p0 p1 p2 p3
	for lateness in $LATENESSES; do
		with "$lateness" --session 4m
		model p0 p1 p2 p3 >want 2>said
		for seed in 1 2 $(sanitized || echo 3 4 5); do
			fed $seed "${OPTIONS[@]}" >got
			same want got
		done
		dhcp-window "${OPTIONS[@]}" p2 p0 p3 p1 >got 2>said
		same want got
	done
}

@test "rows do not wait for the end, and none comes too soon" {
	# All that is closed by the slowest partition is written before more is read, and not a row besides.
	logs 1
	with 1m --every 10m
	model log.1 >all 2>said
	mkfifo in
	dhcp-window "${OPTIONS[@]}" --partitions 4 <in >got 2>told 3>&- &
	exec 8>in
	head -n 200 log.1 >&8
	clock=$(head -n 200 log.1 | jq -rs 'map(select(.ts)) | group_by([.topic, .partition]) | map(map(.ts) | max) | min')
	jq -c --arg clock "$clock" 'def s: .[:19] + "Z" | fromdate; select((.window.end | s) <= ($clock | s) - 60)' all | wc -l >want
	[ "$(cat want)" -gt 10 ]
	for _ in $(seq 100); do
		wc -l <got >lines
		! cmp -s want lines || break
		sleep 0.1
	done
	same want lines
	sleep 0.2
	head -n "$(cat want)" all >want
	same want got
	tail -n +201 log.1 >&8
	exec 8>&-
	wait
	same all got
}

@test "a quiet hour: heartbeats alone close the window" {
	mkfifo in
	dhcp-window -a count --lateness 10m --partitions 2 <in >got 3>&- &
	exec 8>in
	for partition in 0 1; do
		echo '{"ts":"2019-04-30T05:00:00.000000Z","id":7,"topic":"suricata","partition":'$partition',"offset":1}'
		echo '{"heartbeat":true,"ts":"2019-04-30T05:39:59.000000Z","topic":"suricata","partition":'$partition',"offset":2}'
	done >&8
	echo '{"heartbeat":true,"ts":"2019-04-30T05:40:00.000000Z","topic":"suricata","partition":0,"offset":3}' >&8
	sleep 0.5
	same /dev/null got
	echo '{"heartbeat":true,"ts":"2019-04-30T05:40:00.000000Z","topic":"suricata","partition":1,"offset":3}' >&8
	for _ in $(seq 100); do
		[ ! -s got ] || break
		sleep 0.1
	done
	echo '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"id":7,"count":2}' >want
	same want got
	exec 8>&-
	wait
	same want got
}

@test "a quiet hour in the log: what is no DHCP closes the window" {
	mkfifo in out
	eve-dhcp-filter --heartbeat=1m <in 3>&- | dhcp-window -a count --lateness 10m >got 3>&- &
	exec 8>in
	echo '{"timestamp":"2019-04-30T05:00:00.000000+0000","event_type":"dhcp","src_ip":"10.0.0.1","dhcp":{"id":7}}' >&8
	# By its own clock a stats line is from another year: it closes nothing.
	echo '{"timestamp":"2026-04-30T05:00:00.000000+0000","event_type":"stats","stats":{}}' >&8
	echo '{"timestamp":"2019-04-30T05:39:59.999999+0000","event_type":"dns","src_ip":"10.0.0.1"}' >&8
	sleep 0.5
	same /dev/null got
	echo '{"timestamp":"2019-04-30T05:40:00.000000+0000","event_type":"dns","src_ip":"10.0.0.1"}' >&8
	for _ in $(seq 100); do
		[ ! -s got ] || break
		sleep 0.1
	done
	echo '{"window":{"start":"2019-04-30T05:00:00.000000Z","end":"2019-04-30T05:30:00.000000Z"},"id":7,"count":1}' >want
	same want got
	exec 8>&-
	wait
	same want got
}

@test "update and complete mode: the last row of each group is that of append mode" {
	# In complete mode nothing is late, so the log has to be read without a lateness there.
	logs 20
	for lateness in 1m none; do
		with "$lateness" --every 10m
		model log.1 2>said | jq -cS . | sort >want
		for log in log.*; do
			for mode in update complete; do
				[ "$mode" = update ] || [ "$lateness" = none ] || continue
				dhcp-window "${OPTIONS[@]}" --partitions 4 --mode $mode "$log" 2>told |
					jq -cnS 'reduce inputs as $row ({}; .[[$row.window, $row.id] | tojson] = $row) | .[]' | sort >got
				same want got
			done
		done
	done
}
