# samples/live.sh, run-once.sh and endless.sh, on the Kafka inside kcat.

# bats file_tags=once

load helper
load mock

# A sleep holds the input of the Kafka open for this file.  Topic day: the sample day, a line in each partition in turn;
# kcat cannot give them the time stamps of that day.
setup_file() {
	local partition
	export DAYS_ROWS=$BATS_FILE_TMPDIR/rows
	cd "$BATS_FILE_TMPDIR" || return
	kafka
	sleep 600 >hold 3>&- 8>&- &
	printf '%s\n' $! "$MOCK" >pids
	exec 8>&-
	xz -dc "${BATS_TEST_DIRNAME}/../samples/day.eve.json.xz" | split -n r/4 - part.
	for partition in 0 1 2 3; do
		set -- part.a*
		shift $partition
		produce day "$1" -p $partition
	done
}

# The first one's end is the other one's.
teardown_file() { xargs kill <"$BATS_FILE_TMPDIR/pids" 2>/dev/null || true; }

# Nothing that a test has started may be left.
teardown() {
	[ -z "${live:-}" ] || kill -9 "$live" 2>/dev/null || true
	! cat "$BATS_TEST_TMPDIR"/.report* 2>/dev/null
}

live() { "$SAMPLES/live.sh" -b "$BROKER" -s "$PWD/state" "$@" 3>&-; }

# begin OPTION...: live.sh in the background; its id is $live, its messages go to err.
begin() {
	"$SAMPLES/live.sh" -b "$BROKER" -s "$PWD/state" "$@" 2>>err 3>&- &
	live=$!
}

# end [SIGNAL]: status 0, and soon none of its processes is left.
end() {
	local status=0
	kill "-${1:-TERM}" "$live"
	timeout 30 tail --pid="$live" -f /dev/null || { echo "it goes on"; return 1; }
	wait "$live" || status=$?
	live=
	expect_status 0 "$status" && all_gone
}

all_gone() { ! pgrep -fa "$PWD/state"; }

# within SECONDS COMMAND...: until it succeeds.
within() {
	local until=$((SECONDS + $1))
	until "${@:2}" 2>/dev/null; do
		[ "$SECONDS" -lt "$until" ] || { echo "not within $1 s: ${*:2}"; cat err; return 1; }
		sleep 0.05
	done
}

header() { head -n 1 state/checkpoint | jq -c "$@"; }
read_up_to() { [ "$(header '[.sources[].offset] | add')" -ge "$1" ]; }
read_more_than() { [ "$(header .counters.read)" -gt "$1" ]; }
said() { grep -q -e "$1" err; }

topic() { kcat -q -C -b "$BROKER" -t "$1" -o beginning -e -X fetch.wait.max.ms=10 "${@:2}" 3>&-; }
produce() { kcat -q -P -b "$BROKER" -t "$1" -X compression.codec=gzip "${@:3}" <"$2" 3>&-; }

# row TOPIC ID: is there one?
row() { topic "$1" | grep -q "\"id\":$2,"; }

# newest TOPIC: its rows, the last one of each key, sorted.
newest() { topic "$1" -f '%k\t%s\n' | awk -F '\t' '{ row[$1] = $2 } END { for (key in row) print row[key] }' | sort; }

# of_the_day OPTION...: the rows of the day, sorted, from the file.
of_the_day() { day | eve-dhcp-filter -r hostname | dhcp-window "$@" | sort; }

# event SECOND: a DHCP event of partition 0, in event time.
event() {
	printf '{"timestamp":"2019-04-30T05:00:%02d.000000+0000","event_type":"dhcp","src_ip":"10.0.0.9","dhcp":{"id":%d}}\n' "$1" "$1"
}

@test "--help fits a terminal" {
	live --help >help
	[ "$(wc -l <help)" -le 24 ]
	awk 'length > 80' help >long
	same /dev/null long
}

@test "each starts through a symbolic link, from anywhere, whatever CDPATH says" {
	live --help >help
	mkdir elsewhere
	for script in live.sh run-once.sh endless.sh; do
		ln -s "$SAMPLES/$script" elsewhere/dhcp
		(cd elsewhere && CDPATH=/ ./dhcp --help) | same help -
		rm elsewhere/dhcp
	done
	(cd "$SAMPLES/.." && CDPATH=/usr:. sh samples/live.sh --help) | same help -
}

@test "live.sh: the rows of the day, across a restart and a kill -9, are those of the file" {
	begin -t day -o rows1 --batch 8000 --pace 0 -- -r hostname --time event
	within 60 read_up_to 8000
	end
	begin -t day -o rows1 --batch 8000 --pace 0 -- -r hostname --time event
	within 60 read_up_to 20000
	kill -9 "$live"
	begin -t day -o rows1 -- -r hostname --time event
	within 60 read_up_to 42099
	end
	live -t day -o rows1 --once -- -r hostname --time event -- --final
	newest rows1 >got
	of_the_day >want
	same want got
	# What the programs of a script that was killed may say.
	! grep -v 'Output write error: Broken pipe' err
}

@test "live.sh: a batch of which any program is killed does not count, and is run again" {
	begin -t day -o rows2 --batch 4000 --pace 0 --again 50 -- -r hostname --time event
	for victim in 'kcat.* -C .* -e' eve-dhcp-filter dhcp-window 'kcat.* -P'; do
		within 30 pkill -9 -P "$live" -f "$victim"
		before=$(header .counters.read) || before=0
		within 30 read_more_than "$before"
	done
	within 30 read_up_to 42099
	end
	said 'ended with status 137.*; next try in 1 s'
	live -t day -o rows2 --once -- -r hostname --time event -- --final
	newest rows2 >got
	of_the_day >want
	same want got
}

@test "live.sh: update mode, with changed groups written once a batch, ends in the same rows" {
	live -t day -o rows3 --once --mode update -e 1h -- -r hostname --time event
	topic rows3 | wc -l >got
	newest rows3 | wc -l >want
	same want got
	newest rows3 >got
	of_the_day -e 1h >want
	same want got
}

@test "a row is on its topic soon after the event that closes its window" {
	event 1 >one
	produce quick one -p 0
	begin -t quick -o quick-rows --partitions 1 -e 1s -l 0 -- --time event
	within 30 read_up_to 1
	event 2 >two
	produce quick two -p 0
	within 60 row quick-rows 1
	end
}

@test "live.sh waits without spinning, and a SIGUSR1 makes it tell its counts" {
	event 1 >one
	produce idle one -p 0
	begin -t idle -o idle-rows --partitions 1
	within 30 read_up_to 1
	within 30 pgrep -P "$live" timeout
	read -r _ _ _ _ _ _ _ _ _ _ _ _ _ user system children_user children_system _ <"/proc/$live/stat"
	sleep 1
	read -r _ _ _ _ _ _ _ _ _ _ _ _ _ user2 system2 children_user2 children_system2 _ <"/proc/$live/stat"
	# In hundredths of a second; spinning would be some 100.
	[ $((user2 + system2 + children_user2 + children_system2 - user - system - children_user - children_system)) -lt 50 ]
	same /dev/null err
	kill -USR1 "$live"
	within 30 said '"program":"dhcp-window"'
	said '"program":"eve-dhcp-filter"'
	end
}

@test "SIGINT and SIGHUP end it, too" {
	for signal in INT HUP; do
		rm -rf state
		# In the background SIGINT is ignored, which a shell cannot undo.
		env --default-signal=INT "$SAMPLES/live.sh" -b "$BROKER" -s "$PWD/state" -t day 2>>err 3>&- &
		live=$!
		within 60 read_up_to 42099
		end $signal
	done
	same /dev/null err
}

@test "SIGTERM ends it, though the broker does not answer, and the batch does not count" {
	begin -t day -o rows4 --batch 4000 --pace 0 -- --time event
	within 60 read_up_to 4000
	header .counters.read >want
	kill -STOP "$(sed -n 2p "$BATS_FILE_TMPDIR/pids")"
	end || { kill -CONT "$(sed -n 2p "$BATS_FILE_TMPDIR/pids")"; return 1; }
	kill -CONT "$(sed -n 2p "$BATS_FILE_TMPDIR/pids")"
	dhcp-window --checkpoint state/checkpoint --save saved --lateness 10m </dev/null
}

@test "status 1 counts: bad lines are named once" {
	{ event 1; echo '{"event_type":"dhcp","dhcp":{'; } >lines
	produce bad lines -p 0
	status=0
	live -t bad -o bad-rows --once --partitions 1 2>err || status=$?
	expect_status 1 "$status"
	said '^eve-dhcp-filter: -:2: '
	fails 0 '' live -t bad -o bad-rows --once --partitions 1 2>/dev/null || { [ ! -s .err ] && [ ! -s .out ]; }
	[ "$(header .counters.passed)" = 1 ]
}

@test "status 2 does not count, and is tried again, ever later" {
	begin -t day -o rows5 --pace 0 -- --time event -- --max-groups 10
	within 30 said 'dhcp-window ended with status 2; next try in 2 s$'
	end
	said 'dhcp-window ended with status 2; next try in 1 s$'
	[ ! -e state/checkpoint ]
	fails 2 "dhcp-window: more than 10 groups; --max-groups, or --on-full evict?
live.sh: dhcp-window ended with status 2" live -t day -o rows5 --once -- --time event -- --max-groups 10 || grep -q 'status 2$' .err
}

@test "rows that are not delivered do not count" {
	mkdir stub
	cat >stub/kcat <<-END
		#!/bin/sh
		case " \$* " in *" -P "*) cat >/dev/null && exit 1 ;; esac
		exec $(command -v kcat) "\$@"
	END
	chmod +x stub/kcat
	PATH=$PWD/stub:$PATH
	fails 2 'live.sh: kcat -P ended with status 1' live -t day -o rows6 --once -- --time event -- --final
	[ ! -e state/checkpoint ]
}

@test "one script at a time has the state, and after a kill -9 the next one" {
	begin -t day -o rows7
	within 60 read_up_to 42099
	fails 2 "live.sh: $PWD/state: in use by another live.sh" live -t day -o rows7
	kill -9 "$live"
	live -t day -o rows7 --once
	all_gone
}

@test "wrong options, another query and what is no checkpoint are found at the start" {
	fails 2 'live.sh: eve-dhcp-filter: --nix: no such option (see eve-dhcp-filter --help)' live -- --nix
	fails 2 'live.sh: dhcp-window: --nix: no such option (see dhcp-window --help)' live -- -- --nix
	fails 2 'live.sh: --nix: no such option; see --help' live --nix=1
	fails 2 'live.sh: --pace: 1,5: not a number of seconds' live --pace 1,5
	fails 2 'live.sh: --endless: not with --final: it has no end' live --endless -- -- --final
	fails 2 'live.sh: -s: no such option, or without its value; see --help' live -s
	fails 2 'live.sh: --batch: 1k: not a number' live --batch 1k
	fails 2 'live.sh: day: not an option; those of the programs stand behind --' live day
	fails 2 'live.sh: --state: a folder is needed, to remember what was read' "$SAMPLES/live.sh" -b "$BROKER"
	fails 2 'live.sh: -b: which broker? See --help' env -u KCAT_CONFIG "HOME=$PWD" "$SAMPLES/live.sh" -s state
	live --once -t day
	kcat -q -P -b "$BROKER" -t another -p 0 </dev/null 3>&-
	event 1 | kcat -q -P -b "$BROKER" -t another -p 0 3>&-
	fails 2 "live.sh: --state: $PWD/state is of another topic than another" live --once -t another
	fails 2 'live.sh: dhcp-window: '"$PWD"'/state/checkpoint: of another query: "every": "1800s" there, "3600s" here' \
		live --once -t day -e 1h || grep -q 'of another query' .err
	echo torn >state/checkpoint
	! live --once -t day 2>err
	said 'not a checkpoint, or torn'
}

@test "offsets that kcat could not write down are not taken for a topic that has fewer partitions" {
	mkdir short
	printf '#!/bin/sh\ncase " $*" in *" -Q "*) "%s" "$@" | head -n 3 ;; *) exec "%s" "$@" ;; esac\n' "$(type -P kcat)" "$(type -P kcat)" >short/kcat
	chmod +x short/kcat
	"$SAMPLES/live.sh" -b "$BROKER" -s -state --once -t day 3>&-
	fails 2 'live.sh: ./-state/run: what kcat says is not whole there: is the disk full?' \
		env "PATH=$PWD/short:$PATH" "$SAMPLES/live.sh" -b "$BROKER" -s -state --once -t day
}

@test "words with quotes and blanks reach the programs whole" {
	live -t day -o words --once -- --time event -w '.dhcp.hostname == "it'\''s $HOME" or .dhcp.dhcp_type == "nak"' \
		-- -b '' -a 'n=count' --final
	topic words | jq -s 'map(.n) | add' >got
	day | eve-dhcp-filter -t nak -c >want
	same want got
}

@test "an empty partition is told, unless --partitions leaves it out" {
	event 1 >one
	produce sparse one -p 2
	live -t sparse -o sparse-rows --once 2>err
	said '^live.sh: no message yet in sparse/0 sparse/1 sparse/3 and no window closes before there is; --partitions'
	live -t sparse -o sparse-rows --once --partitions 1 2>err
	same /dev/null err
}

@test "a topic that ends before its checkpoint is told, and not read" {
	event 1 >one
	produce anew one -p 0
	live -t anew --once --partitions 1
	sed -i '$d; 1s/"offset":1,/"offset":100,/' state/checkpoint
	crc=$(gzip -c state/checkpoint | tail -c 8 | od -An -N 4 -t x4 | tr -d ' ')
	echo "{\"rows\":$(($(wc -l <state/checkpoint) - 1)),\"crc32\":\"$crc\"}" >>state/checkpoint
	fails 2 'live.sh: anew/0 ends at 1, but the checkpoint goes on at 100: a new topic? See RECREATED TOPICS in dhcp-kafka(7)' \
		live -t anew --once --partitions 1
}

@test "run-once.sh: one batch, with the status of the tools" {
	"$SAMPLES/run-once.sh" -b "$BROKER" -s state -t day -o once -- -r hostname --time event -- --final 3>&-
	newest once >got
	of_the_day >want
	same want got
}

# slow COMMAND: programs in the folder slow, the filter of which does that first.
slow() {
	mkdir slow
	printf '#!/bin/sh\n{ %s; cat; } | %s/eve-dhcp-filter "$@"\n' "$1" "$BIN" >slow/eve-dhcp-filter
	chmod +x slow/eve-dhcp-filter
	ln -s "$BIN/dhcp-window" slow
}

@test "run-once.sh: a signal in a batch with --final closes nothing for good" {
	slow 'sleep 1'
	(PATH=$PWD/slow:$PATH && begin -t day -o rows.final --once -- -r hostname --time event -- --final
		within 30 pgrep -P "$live" -f 'kcat.* -C .* -e'
		sleep 0.3
		kill -TERM "$live"
		wait "$live") || expect_status 2 $?
	said 'live.sh: stopped, and --final would close what was not read whole: this batch does not count$'
	[ ! -e state/checkpoint ]
	live -t day -o rows.final --once -- -r hostname --time event -- --final 2>err
	same /dev/null err
	newest rows.final >got
	of_the_day >want
	same want got
}

@test "run-once.sh: told to end before its batch, it has not done it" {
	slow 'sleep 1'
	(PATH=$PWD/slow:$PATH && begin -t day -o rows.none --once -- -r hostname --time event -- --final
		within 30 pgrep -P "$live" -f slow/eve-dhcp-filter
		kill -TERM "$live"
		status=0
		wait "$live" || status=$?
		expect_status 2 "$status")
	said 'live.sh: stopped before its batch$'
	[ ! -e state/checkpoint ]
}

# rows TOPIC: all that it ever got, sorted.
rows() { topic "$1" | sort -u; }

@test "run-once.sh: where the reader dies, --final writes no row of what it has read till then" {
	mkdir dying
	printf '#!/bin/sh\ncase " $* " in *" -C -t day "*) "%s" "$@" | { head -n 1000; kill -9 $$; } ;; *) exec "%s" "$@" ;; esac\n' \
		"$(type -P kcat)" "$(type -P kcat)" >dying/kcat
	chmod +x dying/kcat
	status=0
	(PATH=$PWD/dying:$PATH && live -t day -o rows.dying --once -- -r hostname --time event -- --final 2>err) || status=$?
	expect_status 2 "$status"
	said 'live.sh: kcat -C ended with status 137$'
	live -t day -o rows.dying --once -- -r hostname --time event -- --final
	of_the_day >want
	rows rows.dying | same want -
}

@test "no program that quotes an option can leave it out by dying" {
	mkdir dying
	printf '#!/bin/sh\nexit 3\n' >dying/sed
	chmod +x dying/sed
	PATH=$PWD/dying:$PATH fails 2 'live.sh: sed failed' live -t day --once -- -r hostname
}

@test "run-once.sh: a reader that alone is told to end reads on, where --final would close what is missing" {
	slow 'sleep 1'
	(PATH=$PWD/slow:$PATH && begin -t day -o rows.whole --once -- -r hostname --time event -- --final
		within 30 pgrep -P "$live" -f 'kcat.* -C .* -e'
		sleep 0.3
		pkill -TERM -P "$live" -f 'kcat.* -C .* -e'
		wait "$live")
	newest rows.whole >got
	of_the_day >want
	same want got
}

@test "live.sh: --again before the first message is from the first" {
	event 1 >one
	event 2 >two
	produce early one -p 0
	begin -t early -o early.rows --again 100 --partitions 1 -- --time event
	within 30 read_up_to 1
	produce early two -p 0
	within 30 read_up_to 2
	end
	! said 'next try'
}

# A reader that is behind, and 16 MB more than the Kafka keeps.
@test "run-once.sh: what is deleted while a batch reads is told, as lost, and nothing else is missing" {
	local once=(-t shrinks -o shrinks.rows --once -X fetch.message.max.bytes=2000 -X queued.min.messages=1 --partitions 1 -- --time event)
	seq -f '{"timestamp":"2019-04-30T05:00:00.000000+0000","event_type":"dhcp","dhcp":{"id":%.0f}}' 40000 | sed "s/\$/$(printf '%0400d' 0 | tr 0 ' ')/" >all
	head -n 1000 all | kcat -q -P -b "$BROKER" -t shrinks -p 0 3>&-
	live "${once[@]}"
	cp state/checkpoint before
	sed -n '1001,4000p' all | kcat -q -P -b "$BROKER" -t shrinks -p 0 3>&-
	slow 'mkdir rehearsed 2>/dev/null || until [ -e on ]; do sleep 0.1; done'
	PATH=$PWD/slow:$PATH begin "${once[@]}"
	within 30 pgrep -f 'kcat.* -C -t shrinks'
	sleep 0.5
	tail -n +4001 all | kcat -q -P -b "$BROKER" -t shrinks -p 0 3>&-
	touch on
	status=0
	wait "$live" || status=$?
	expect_status 2 "$status"
	live=
	said 'Offset out of range'
	said 'live.sh: kcat -C ended with status 1$'
	same before state/checkpoint
	status=0
	live "${once[@]}" 2>>err || status=$?
	expect_status 1 "$status"
	said 'dhcp-window: shrinks/0: [0-9]* offsets were lost before [0-9]*$'
	[ "$(header '.counters | [.passed + .lost, .gaps]')" = '[40000,0]' ]
}

@test "endless.sh: rows come at once, SIGTERM saves, and kcat -P is deaf to it" {
	event 1 >one
	produce pipe one -p 0
	"$SAMPLES/endless.sh" -b "$BROKER" -s "$PWD/state" -t pipe -o pipe-rows --partitions 1 --mode update -- --time event 2>err 3>&- &
	live=$!
	within 30 row pipe-rows 1
	event 2 >two
	produce pipe two -p 0
	within 60 row pipe-rows 2
	pid=$(pgrep -P "$live" -f 'kcat.* -P')
	blocked=$(sed -n 's/^SigBlk:[[:space:]]*/0x/p' "/proc/$pid/status")
	[ $((blocked & 0x4002)) -eq $((0x4002)) ]
	kill -TERM "$pid"
	event 3 >three
	produce pipe three -p 0
	within 60 row pipe-rows 3
	end
	[ "$(header '.sources[0].offset')" = 3 ]
	same /dev/null err
}

# endless OPTION...: the same in the background; $last is its kcat -P.
endless() {
	begin --endless --partitions 1 "$@"
	last_is() { last=$(pgrep -P "$live" -f 'kcat.* -P'); }
	within 30 last_is
}

@test "endless.sh: where kcat -P dies when there is no row for it, it is begun anew, and no row is lost" {
	event 1 >one
	event 9 >two
	produce dies one -p 0
	endless -t dies -o dies-rows -e 1s -l 0 -- --time event
	kill -9 "$last"
	within 30 said 'kcat -P ended with status 137'
	produce dies two -p 0
	within 60 row dies-rows 1
	end
}

@test "endless.sh: what died is said, and not what ended by it; what ended well is begun anew" {
	event 1 >one
	event 2 >two
	produce parts one -p 0
	endless -t parts -o parts-rows --mode update -- --time event
	within 30 row parts-rows 1
	pkill -TERM -P "$live" -f 'kcat.* -C'
	produce parts two -p 0
	within 60 row parts-rows 2
	same /dev/null err
	for victim in dhcp-window eve-dhcp-filter 'kcat.* -C'; do
		within 30 pkill -KILL -P "$live" -f "$victim"
		within 30 [ -s err ]
		sed 's/ended.*//' err | same <(echo "live.sh: ${victim/.\* -C/ -C} ") -
		: >err
	done
	end
}

# bats test_tags=slow
@test "endless.sh: at SIGTERM a kcat -P that delivers nothing is waited for, and then what may be lost is told, with status 2" {
	event 1 >one
	produce stands one -p 0
	endless -t stands -o stands-rows --mode update -- --time event
	within 30 row stands-rows 1
	kill -STOP "$last"
	event 2 >two
	produce stands two -p 0
	sleep 1
	kill "$live"
	(sleep 4 && kill -CONT "$last") &
	wait "$live" || true
	within 10 row stands-rows 2
	rm -r state
	endless -t stands -o stands-rows --mode update -- --time event
	kill -STOP "$last"
	kill "$live"
	wait "$live" || expect_status 2 $?
	said 'rows may have been lost$'
	all_gone
}

@test "live.sh: a disk that is full when it starts is waited for" {
	event 1 >one
	produce full one -p 0
	mkdir disk
	cat >full.sh <<-'END'
		mount -t tmpfs -o size=256k none disk || exit 77
		cat /dev/zero >disk/filler 2>/dev/null
		"$SAMPLES/live.sh" -b "$BROKER" -s disk/state -t full -o full-rows --partitions 1 --mode update -- --time event 2>err 3>&- &
		trap 'kill $!; wait $!' EXIT
		within() { for _ in $(seq 600); do ! "$@" || return 0; sleep 0.05; done; exit 1; }
		within grep -q 'No space left on device; next try in 1 s' err
		rm disk/filler
		row() { kcat -q -C -b "$BROKER" -t full-rows -o beginning -e | grep -q '"id":1,'; }
		within row
	END
	SAMPLES=$SAMPLES unshare -rm bash full.sh 2>said || { [ $? -eq 77 ] || grep -q unshare said && skip "no mount here"; cat said err; return 1; }
}

@test "the systemd units are understood" {
	command -v systemd-analyze >/dev/null || skip "no systemd"
	mkdir -p usr/local/libexec/dhcp-tools units
	cp "$SAMPLES"/*.sh usr/local/libexec/dhcp-tools
	for unit in "$SAMPLES"/systemd/*.service "$SAMPLES"/systemd/*.timer; do
		sed "s,/usr/local/,$PWD/usr/local/," "$unit" >"units/${unit##*/}"
	done
	systemd-analyze verify --man=no units/* >got 2>&1
	same /dev/null got
}
