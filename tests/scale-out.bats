# samples/scale-out.sh: filters and mergers with a topic of partial rows between them, on the Kafka inside kcat.

# bats file_tags=once

load helper
load mock

# Topic day: the sample day, a line in each of four partitions in turn.
setup_file() {
	local partition
	cd "$BATS_FILE_TMPDIR" || return
	kafka
	sleep 600 >hold 3>&- 8>&- &
	printf '%s\n' $! "$MOCK" >pids
	exec 8>&-
	xz -dc "${BATS_TEST_DIRNAME}/../samples/day.eve.json.xz" | split -n r/4 - part.
	for partition in 0 1 2 3; do
		set -- part.a*
		shift $partition
		kcat -q -P -b "$BROKER" -t day -X compression.codec=gzip -p $partition <"$1" 3>&-
	done
}

teardown_file() { xargs kill <"$BATS_FILE_TMPDIR/pids" 2>/dev/null || true; }

# Nothing that a test has started may be left.
teardown() {
	pkill -9 -f "$BATS_TEST_TMPDIR/state" 2>/dev/null || true
	! cat "$BATS_TEST_TMPDIR"/.report* 2>/dev/null
}

scale() { "$SAMPLES/scale-out.sh" "$1" "${2:-}" -b "$BROKER" "${@:3}" 3>&-; }

topic() { kcat -q -C -b "$BROKER" -t "$1" -o beginning -e -X fetch.wait.max.ms=10 "${@:2}" 3>&-; }

# filter NAME LIST [OPTION]... [-- WINDOW-OPTION...]: one batch of it, of the partitions of that list, to four partitions.
filter() {
	local name=$1 list=$2 options=()
	shift 2
	while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
	scale filter "$name/4" --take "$list" -t day -o "$PARTIALS" -s "$PWD/state.$name" --once "${options[@]}" -- -r hostname --time event "$@"
}

# merger LIST [OPTION]...: one batch of it, of what two filters have written.
merger() { scale merge 2 --take "$1" -t "$PARTIALS" -o "$ROWS" -s "$PWD/state.merge.$1" --once "${@:2}"; }

# names TEST: topics of its own.
names() { PARTIALS=partials.$1 ROWS=rows.$1; }

# all_at_last: what is open is let out.
all_at_last() {
	filter west 0,1 -- --final
	filter east 2,3 -- --final
	merger 0,2 -- -- --final
	merger 1,3 -- -- --final
}

# of_the_day: the rows of the day, sorted, from the file.
of_the_day() { day | eve-dhcp-filter -r hostname | dhcp-window | sort; }

# within SECONDS COMMAND...: until it succeeds.
within() {
	local until=$((SECONDS + $1))
	until "${@:2}" 2>/dev/null; do
		[ "$SECONDS" -lt "$until" ] || { echo "not within $1 s: ${*:2}"; return 1; }
		sleep 0.05
	done
}

@test "--help fits a terminal, and what makes no sense is refused" {
	"$SAMPLES/scale-out.sh" --help >help
	[ "$(wc -l <help)" -le 32 ]
	awk 'length > 80' help >long
	same /dev/null long
	fails 2 'scale-out.sh: nothing to do: filter or merge; see --help' "$SAMPLES/scale-out.sh"
	fails 2 'scale-out.sh: filter: west: not NAME/N' "$SAMPLES/scale-out.sh" filter west
	fails 2 'scale-out.sh: filter: west/0: not NAME/N' "$SAMPLES/scale-out.sh" filter west/0
	fails 2 'scale-out.sh: filter: --take LIST: which partitions are its own?' "$SAMPLES/scale-out.sh" filter a/b/2 -s state
	fails 2 'scale-out.sh: merge: x: not a number of sources' "$SAMPLES/scale-out.sh" merge x
	fails 2 'live.sh: --take: 1;2: not a list of numbers' "$SAMPLES/scale-out.sh" filter west/2 --take '1;2' -s state
	for list in '' , 0, ,0 0,,1; do
		fails 2 "live.sh: --take: $list: not a list of numbers" "$SAMPLES/scale-out.sh" filter west/2 --take "$list" -s state
	done
	fails 2 'live.sh: --source: west: not NAME/N' "$SAMPLES/live.sh" --source west -s state
	fails 2 'live.sh: --merge: no options for eve-dhcp-filter: those of dhcp-window stand behind -- --' "$SAMPLES/scale-out.sh" merge 2 -s state -- --by client_mac
	fails 2 'live.sh: --endless: not with --take, --source or --merge' "$SAMPLES/scale-out.sh" merge 2 -s state --endless
	fails 2 'live.sh: --batch: not with --merge, which reads to the end' "$SAMPLES/scale-out.sh" merge 2 -s state --batch 5
}

@test "two filters and two mergers give the rows of one process, each once" {
	names apart
	filter west 0,1
	filter east 2,3
	merger 0,2
	[ "$(topic "$ROWS" | wc -l)" -gt 100 ]
	merger 1,3
	all_at_last
	of_the_day >want
	topic "$ROWS" | sort | same want -
}

@test "kcat puts each partial row into the partition that it names" {
	names apart
	topic "$PARTIALS" -f '%p %s\n' >messages
	sed 's/^\([0-9]*\) .*"partition":\([0-9]*\)[,}].*/\1 \2/' messages | sort | uniq -c >pairs
	[ "$(wc -l <pairs)" -eq 4 ]
	awk '$2 != $3' pairs | same /dev/null -
}

@test "batches that are run again, and rows that are there twice, change nothing" {
	names again
	# The filter's first batches are delivered, but their state is lost; a merger's, too, and it reads again what it had.
	filter west 0,1 --batch 9000
	rm -r state.west
	filter west 0,1 --batch 5000
	cp -r state.west before
	filter west 0,1
	rm -r state.west && mv before state.west
	filter east 2,3
	merger 0,2
	# Its note is found again, whatever the folder is called.
	for _ in 1 2; do ROWS=rows.odd merger 0,2 -s "$PWD/!odd [1]/" -- -- --stats 2>err; done
	jq -e '.read == 0' err
	rm state.merge.0,2/offsets-*
	merger 0,2 -- -- --stats 2>err
	jq -e '.replayed > 100 and .passed == 0 and .lost == 0' err
	all_at_last
	of_the_day >want
	topic "$ROWS" | sort | same want -
	topic "$PARTIALS" | jq -c 'select(.window) | [.topic, .partition, .offset]' | sort >places
	[ "$(uniq -d places | wc -l)" -gt 100 ]
}

@test "a merger's state that is gone, or older than what was read, is made again from the topic" {
	names state
	filter west 0,1
	filter east 2,3
	merger 0,2
	cp state.merge.0,2/checkpoint older
	all_at_last
	[ "$(find state.merge.0,2 -name 'offsets-*' | wc -l)" -le 2 ]
	for state in older none; do
		rm state.merge.0,2/checkpoint
		[ $state = none ] || cp $state state.merge.0,2/checkpoint
		ROWS=rows.$state merger 0,2 -- -- --final
	done
	# The whole of it, and what the older state had not written.
	of_the_day >want
	{ topic rows.none; topic rows.state; } | sort -u | same want -
	topic rows.older | sort >got
	[ -s got ]
	comm -13 want got | same /dev/null -
}

@test "a signal to the reader of rows does not end the batch before its rows" {
	names signal
	filter west 0,1
	filter east 2,3
	mkdir slow
	printf '#!/bin/sh\nsleep 1\nexec "%s/dhcp-window" "$@"\n' "$BIN" >slow/dhcp-window
	chmod +x slow/dhcp-window
	PATH=$PWD/slow:$PATH merger 0,2 &
	within 10 pkill -TERM -f "kcat .*-C -t $PARTIALS"
	wait $!
	all_at_last
	of_the_day >want
	topic "$ROWS" | sort | same want -
}

@test "a signal to dhcp-window does not make rows that it never read count as merged" {
	names early
	filter west 0,1
	filter east 2,3
	mkdir stopped
	cat >stopped/dhcp-window <<-END
		#!/bin/sh
		exec 4<&0
		"$BIN/dhcp-window" "\$@" <&4 4<&- &
		exec <&- 4<&-
		sleep 0.1
		kill -STOP \$! && sleep 1 && kill -TERM \$! && kill -CONT \$!
		wait \$!
	END
	chmod +x stopped/dhcp-window
	PATH=$PWD/stopped:$PATH merger 0,2
	all_at_last
	of_the_day >want
	topic "$ROWS" | sort | same want -
}

@test "a filter whose reader dies in its last batch has written nothing that the next one writes otherwise" {
	names halves
	filter west 0,1 --batch 15000
	filter east 2,3
	mkdir dying
	printf '#!/bin/sh\ncase " $* " in *" -C -t day "*) "%s" "$@" | { head -n 1000; kill -9 $$; } ;; *) exec "%s" "$@" ;; esac\n' \
		"$(type -P kcat)" "$(type -P kcat)" >dying/kcat
	chmod +x dying/kcat
	status=0
	(PATH=$PWD/dying:$PATH && filter west 0,1 -- --final 2>err) || status=$?
	expect_status 2 "$status"
	merger 0,2
	all_at_last
	of_the_day >want
	topic "$ROWS" | sort | same want -
}

@test "where the filter dies the batch ends, and where all is killed nothing is left, though partitions come one by one" {
	names dies
	mkdir dies
	dying() { # COMMAND: a filter that does it once there is input
		printf '#!/bin/sh\n[ -z "$(head -c 1 | tr "\\0" x)" ] || %s\nexec "%s/eve-dhcp-filter" "$@" </dev/null\n' "$1" "$BIN" >dies/eve-dhcp-filter
		chmod +x dies/eve-dhcp-filter
	}
	dying 'exit 3'
	PATH=$PWD/dies:$PATH timeout 20 "$SAMPLES/scale-out.sh" filter west/4 --take 0,1 -t day -o "$PARTIALS" -s "$PWD/state" \
		-b "$BROKER" --once 2>err 3>&- || expect_status 2 $?
	grep -q '^live.sh: .*eve-dhcp-filter ended with status 3$' err
	dying 'exec sleep 30'
	PATH=$PWD/dies:$PATH filter west 0,1 2>err &
	within 10 pkill -0 -f "kcat .*-C -t day .*$PWD/state.west"
	sleep 0.5
	pkill -9 -f "live.sh .*$PWD/state.west"
	within 10 flock -n state.west/lock true
}

@test "sources that have not come yet are told" {
	names missing
	filter west 0,1
	scale merge 3 -t "$PARTIALS" -o "$ROWS" -s "$PWD/state" --once 2>err
	grep -q '^live.sh: nothing yet from 8 of 12 sources' err
}

@test "rows that the topic has lost are said" {
	names lost
	filter west 0,1
	topic "$PARTIALS" -p 1 -f '%k\t%s\n' >rows
	grep -v '"offset":[234],' rows | kcat -q -P -b "$BROKER" -t "$PARTIALS.holes" -p 1 -K '\t' 3>&-
	fails 1 'dhcp-window: west/1: 3 offsets were lost before 5' \
		"$SAMPLES/scale-out.sh" merge 1 --take 1 -t "$PARTIALS.holes" -o "$ROWS" -s "$PWD/state.merge" -b "$BROKER" --once
}

@test "a topic of other partitions, and partitions that are not there, are told" {
	names wrong
	fails 2 'live.sh: --source west/3: partials.wrong has 4 partitions' "$SAMPLES/scale-out.sh" filter west/3 --take 0 -t day -o "$PARTIALS" -s "$PWD/state" -b "$BROKER" --once
	fails 2 'live.sh: --take: day has no partition 7' "$SAMPLES/scale-out.sh" filter west/4 --take 0,7 -t day -o "$PARTIALS" -s "$PWD/state" -b "$BROKER" --once
	filter west 0,1
	merge="$SAMPLES/scale-out.sh merge 1 -t $PARTIALS -o $ROWS -s $PWD/state.merge -b $BROKER --once"
	$merge --take 1
	fails 2 'live.sh: --take: partials.wrong/0 is new to the checkpoint, whose closed windows miss its rows: begin a new state' $merge --take 0,1
	fails 2 'live.sh: --take: day/0 is missing, but the checkpoint has it' "$SAMPLES/scale-out.sh" filter west/4 --take 1 -t day -o "$PARTIALS" -s "$PWD/state.west" -b "$BROKER" --once -- -r hostname --time event
}

@test "as services, killed now and then, they come to the same" {
	names live
	# What dies is started again; on a busy disk it can be a while until what it left behind lets go of its state.
	start() {
		local status=2
		while [ "$status" -eq 2 ] || [ "$status" -eq 137 ]; do
			status=0
			"$SAMPLES/scale-out.sh" "$1" "$2" -b "$BROKER" --pace 0 "${@:3}" || status=$?
		done 2>>err 3>&- &
	}
	west() { start filter west/4 --take 0,1 -t day -o "$PARTIALS" -s "$PWD/state.west" --batch 3000 -- -r hostname --time event; }
	east() { start filter east/4 --take 2,3 -t day -o "$PARTIALS" -s "$PWD/state.east" --batch 3000 -- -r hostname --time event; }
	both() { start merge 2 -t "$PARTIALS" -o "$ROWS" -s "$PWD/state.merge.both"; }
	has() { [ "$(head -n 1 "state.$1/checkpoint" | jq '[.sources[].offset] | add')" -ge "$2" ]; }
	west && east && both
	for victim in west east merge.both west merge.both; do
		sleep 0.7
		pkill -9 -f "live.sh .*$PWD/state.$victim"
	done
	within 60 has west 21050
	within 60 has east 21049
	rows_are_merged() { [ "$(topic "$ROWS" | cut -c 1-200 | sort -u | wc -l)" -ge 428 ]; }
	within 60 rows_are_merged
	pkill -TERM -f "live.sh .*$PWD/state"
	wait
	filter west 0,1 -- --final
	filter east 2,3 -- --final
	scale merge 2 -t "$PARTIALS" -o "$ROWS" -s "$PWD/state.merge.both" --once -- -- --final
	of_the_day >want
	topic "$ROWS" | sort -u | same want -
	! grep -e lost -e late err
}
