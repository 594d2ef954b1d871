# samples/parallel.sh: pieces of a log side by side, and the rows of one process.

# bats file_tags=once

load helper

parallel() { "$SAMPLES/parallel.sh" "$@"; }

@test "the rows are those of one process, in however many pieces" {
	eve-dhcp-filter "$DAY" | dhcp-window >want
	for jobs in 1 2 3 7; do
		parallel -j "$jobs" "$DAY" >got
		same want got
	done
}

@test "every kind of window, key and aggregate, and conditions with quotes and braces" {
	local agg="count,distinct(client_mac),avg(id),first(ts),last(src_ip),values(dhcp_type),span(ts),x{}=max_ip(client_ip)"
	for window in '-e 1h --align 7m' '-e 1h --slide 20m' '--session 5m'; do
		eve-dhcp-filter -w '.dhcp | {hostname} != {"hostname": "it'"'"'s {} {.} {#}"}' "$DAY" |
			dhcp-window $window -b client_mac,src_ip/24 -a "$agg" --having '.count > 3' --kafka-key >want
		[ -s want ]
		parallel -j 3 "$DAY" -- -w '.dhcp | {hostname} != {"hostname": "it'"'"'s {} {.} {#}"}' -- \
			$window -b client_mac,src_ip/24 -a "$agg" --having '.count > 3' --kafka-key >got
		same want got
	done
}

@test "several files, and empty ones, are one log" {
	head -n 20000 "$DAY" >'one file'
	tail -n +20001 "$DAY" >"it's"
	: >none
	parallel -j 2 'one file' none "it's" none -- -r hostname >got
	eve-dhcp-filter -r hostname "$DAY" | dhcp-window >want
	same want got
	parallel none >got
	same /dev/null got
}

@test "bad lines make the status 1, in whichever piece, and what failed makes it 2" {
	{ cat "$DAY"; echo '{"event_type":"dhcp"'; } >bad
	local status=0
	parallel -j 4 bad >got 2>err || status=$?
	[ $status -eq 1 ]
	grep -q '^eve-dhcp-filter: -:[0-9]*: ' err
	eve-dhcp-filter "$DAY" | dhcp-window >want
	same want got
	status=0
	parallel -j 4 "$DAY" -- --no-such >got 2>err || status=$?
	[ $status -eq 2 ]
	status=0
	parallel -j 4 "$DAY" >/dev/full 2>err || status=$?
	[ $status -eq 2 ]
	status=0
	parallel -j 4 bad -- --strict >got 2>err || status=$?
	[ $status -eq 2 ]
}

@test "a full disk under TMPDIR is status 2, though no status can be noted there" {
	cat >full.sh <<-'END'
		mount -t tmpfs -o size=16k none disk || exit 77
		touch disk/room
		head -c 100000 /dev/zero >disk/filler 2>/dev/null
		TMPDIR=$PWD/disk "$SAMPLES/parallel.sh" -j 2 "$DAY" >got 2>err
		echo $? >status
	END
	mkdir disk
	unshare -rm sh full.sh 2>said || { [ $? -eq 77 ] || grep -q unshare said && skip "no mount here"; cat said; return 1; }
	echo 2 | same - status
	[ -s err ]
}

@test "what cannot be done in pieces is said, with status 2" {
	fails 2 'parallel.sh: -vm1: not with pieces' parallel "$DAY" -- -vm1
	fails 2 'parallel.sh: -j: 1000: not a number of pieces' parallel -j 1000 "$DAY"
	fails 2 'parallel.sh: --ra: not with pieces' parallel "$DAY" -- --ra
	fails 2 'parallel.sh: --max=5: not with pieces' parallel "$DAY" -- --max=5
	fails 2 'parallel.sh: -m: not with pieces' parallel "$DAY" -- -m 5
	fails 2 'parallel.sh: --lateness: not with pieces, which are whole at the end only' parallel "$DAY" -- -- --lateness 5m
	fails 2 'parallel.sh: which files? See --help' parallel
	fails 2 'parallel.sh: missing: not a file that can be read, and so cut' parallel missing
	fails 2 'parallel.sh: -j: 0: not a number of pieces' parallel -j 0 "$DAY"
	fails 2 'parallel.sh: other: not an option; files stand before the first --' parallel "$DAY" -- -t ack other
	fails 2 'parallel.sh: other: not an option; files stand before the first --' parallel "$DAY" -- -- -e 1h other
	fails 2 'parallel.sh: --by: without its value' parallel "$DAY" -- -- --by
	xz <"$SAMPLES/README.md" >x.xz
	fails 2 'parallel.sh: x.xz: compressed: it cannot be cut; unpack it first' parallel x.xz
	mkfifo pipe
	fails 2 'parallel.sh: pipe: not a file that can be read, and so cut' parallel pipe
}
