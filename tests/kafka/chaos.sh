#!/bin/sh
# Kill -9, again and again: does the service (samples/live.sh) lose a row, or write a wrong one?
#
#   chaos.sh [--kills N] [--signals LIST] [--real | --files] [--seed S] [--mode append|update] [--sabotage] [--dir DIR]
#
# Sends a day of events through filter and window, once undisturbed and once while a random process of the service is
# killed at a random moment, N times (100), each time followed by a restart that reads some messages again.  Then reads
# both output topics by key, the last row of each, and compares them byte for byte.  With --signals 'TERM HUP' it is one
# of these that a process gets in place of KILL, and may end well by.  The last line is
#
#   kills N rows N replayed N lost N equal        (or: differs)
#
# and the status 0 or 1; 2 if it could not be tried.  `replayed` and `lost` are what dhcp-window has said of messages.
# Kafka is the mock cluster inside kcat; with --real Apache Kafka, which is killed as well; with --files there is none,
# and standin/kcat takes its place.  --sabotage uses a dhcp-window without the check for replayed records, to show that
# this can fail.  Both dumps, the day, the log and the states are kept in DIR (build/chaos).

set -u
here=$(cd "$(dirname "$0")" && pwd) came_from=$PWD
cd "$here/../.." || exit 2
. samples/need.sh
need <<END
$need_build
kcat       kcat
jq         jq
xz         xz-utils
ps         procps
END

die() {
	printf 'chaos.sh: %s\n' "$*" >&2
	exit 2
}

kills=100 signals=KILL kafka=mock seed='' sabotage='' dir='' mode=append
while [ $# -gt 0 ]; do
	case $1 in
	--kills) kills=$2 && shift ;;
	--signals) signals=$2 && shift ;;
	--seed) seed=$2 && shift ;;
	--dir) dir=$2 && shift ;;
	--mode) mode=$2 && shift ;;
	--real | --files) kafka=${1#--} ;;
	--sabotage) sabotage=1 ;;
	*) die "$1: see the beginning of $0" ;;
	esac
	shift
done
[ "$kills" -ge 0 ] || die "--kills $kills"
seed=${seed:-$(date +%s)}

# ended: nothing of ours goes on.
ended() {
	trap '' INT TERM HUP
	trap - EXIT
	exec 8>&-
	for group in $groups $broker_pid; do # (dash knows no -- behind -9)
		kill -s KILL -- "-$group" || kill -9 "$group"
	done
	wait
	rm -rf "$tmp"
} 2>/dev/null

groups='' broker_pid=''
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-chaos.XXXXXX") || exit 2
trap ended EXIT
for signal in INT TERM HUP; do
	# shellcheck disable=SC2064
	trap "ended; trap - $signal; kill -$signal \$\$" $signal
done
case ${dir:=$PWD/build/chaos} in /*) ;; *) dir=$came_from/$dir ;; esac
mkdir -p "$dir" || exit 2
exec 6>>"$dir/lock"
flock -n 6 || die "$dir: in use by another one"
rm -rf "$dir"/*.dump "$dir"/*.state "$dir/topics" "$dir/log"

# The programs as they are now: none is to change, or to be missing for a moment, if the tree is built meanwhile.
[ "${BIN:-}" ] || make -s >&2 || die "make failed"
mkdir "$tmp/bin" && cp "${BIN:-bin}/eve-dhcp-filter" "${BIN:-bin}/dhcp-window" "$tmp/bin" || exit 2
if [ "$sabotage" ]; then
	make -s OBJ=build/sabotage BIN=build/sabotage CPPFLAGS=-DNO_REPLAY_CHECK build/sabotage/dhcp-window >&2 || die "make failed"
	cp build/sabotage/dhcp-window "$tmp/bin" || exit 2
fi
PATH=$tmp/bin:$PATH

# --- chance

awk -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < 200000; i++) print int(rand() * 1e9) }' >"$tmp/dice"
exec 7<"$tmp/dice"

# dice N: a number below N, in $roll.
dice() {
	read -r roll <&7 || die "out of dice"
	roll=$((roll % $1))
}

now() { date +%s%3N; }

# --- Kafka, and the day on it

start_mock() {
	mkfifo "$tmp/hold"
	KCAT_CONFIG=$tmp/kcat.conf
	export KCAT_CONFIG
	kcat -X list | sed -n 's/^enable\.metrics\.push .*/enable.metrics.push=false/p' >"$KCAT_CONFIG"
	kcat -b mock -X test.mock.num.brokers=1 -d mock -P -t hold <"$tmp/hold" >/dev/null 2>"$tmp/mock" 6>&- 7<&- &
	broker_pid=$!
	exec 8>"$tmp/hold"
	tries=100
	until broker=$(sed -n 's/.*bootstrap\.servers=\([^ ,]*\).*/\1/p' "$tmp/mock" | grep .); do
		[ $((tries -= 1)) -gt 0 ] || die "the embedded Kafka did not start: $(cat "$tmp/mock")"
		sleep 0.1
	done
}

start_real() {
	KAFKA_OWNER=$$ timeout 120 "$here/start.sh" "$tmp/kafka" >"$tmp/started" 6>&- || die "Kafka did not start"
	read -r broker_pid broker <"$tmp/started"
}

start_files() {
	broker=$dir/topics
	mkdir -p "$broker/suricata"
	PATH=$here/standin:$PATH
}

# produce PARTITION: lines to a topic.  The mock cluster keeps 5 MiB a partition, without a word.  Of small sets of
# messages small reads can be made, that have something of each partition.
produce() {
	if [ "$kafka" = files ]; then
		awk -v partition="$1" '{
			gsub(/[\\"]/, "\\\\&")
			printf "{\"topic\":\"suricata\",\"partition\":%d,\"offset\":%d,\"tstype\":\"create\",", partition, NR - 1
			printf "\"ts\":0,\"broker\":1,\"key\":null,\"payload\":\"%s\"}\n", $0
		}' >"$broker/suricata/$1"
	else
		kcat -q -P -b "$broker" -t suricata -p "$1" -X compression.codec=gzip -X batch.num.messages=10
	fi
}

# All DHCP messages of the day, and every eighth line besides; the N-th goes to partition N mod 4.
fill() {
	xz -dc samples/day.eve.json.xz | awk -v every="$every" '/"event_type":"dhcp"/ && ++n % every == 0 || NR % (8 * every) == 0' >"$dir/day"
	for partition in 0 1 2 3; do
		awk -v p=$partition 'NR % 4 == p' "$dir/day" >"$tmp/part"
		produce $partition <"$tmp/part" || die "could not produce"
	done
	lines=$(wc -l <"$dir/day")
}

# read_by_key TOPIC: the last row of each key.
read_by_key() {
	kcat -q -C -b "$broker" -t "$1" -o beginning -e -f '%k\t%s\n' -X fetch.wait.max.ms=10 |
		awk -F '\t' '{ last[$1] = $0 } END { for (key in last) print last[key] }' | LC_ALL=C sort
}

# --- the service

# begin OUT [OPTION]...: start it, in a process group of its own.
begin() {
	out=$1 && shift
	setsid timeout -s KILL 120 samples/live.sh -b "$broker" -o "$out" -s "$dir/$out.state" --mode "$mode" --pace 0 \
		-X fetch.message.max.bytes=1000 "$@" -- --time event -- --stats $final 2>>"$dir/log" 6>&- 7<&- 8>&- &
	group=$!
	groups="$groups $group"
}

# going: is there still a process of the service?  A zombie is none, though some machines never bury it.
going() {
	ps -o stat= -s "$(echo "$groups" | sed 's/^ *//; s/ /,/g')" | awk '!/^Z/ { n++ } END { exit !n }'
}

# finish: wait for the service's shell; its status.  For what is left then, the next one has to wait, unless we do: so
# it is the one half of the time and the other the other.
finish() {
	wait "$group"
	finished=$?
	dice 2
	tries=$((roll * 500))
	while [ $tries -gt 0 ] && going; do
		tries=$((tries - 1))
		sleep 0.02
	done
	going || groups=''
	return "$finished"
} 2>/dev/null

# done_lines: how many messages the checkpoint has seen.
done_lines() {
	[ -e "$dir/torn.state/checkpoint" ] || { echo 0 && return; }
	head -n 1 "$dir/torn.state/checkpoint" | jq '[.sources[].offset // 0] | add // 0'
}

# size: how many messages to read, so that the day lasts as long as the kills.
size() {
	[ "$kills_left" -gt "$last_kills" ] || { echo 1000000 && return; }
	dice $((2 * ((lines - $(done_lines)) / (kills_left - last_kills + 1) + 1)))
	echo $((roll + 1))
}

# children PID: in $children.  (There is no end of line behind them.)
children() {
	children=''
	read -r children <"/proc/$1/task/$1/children" || true
} 2>/dev/null

# anyone: any process of the service, at any moment, in $pid and $name.
anyone() {
	snooze "$usual"
	ps -o pid=,stat=,comm= -s "$group" | awk '$2 !~ /Z/ && $3 != "timeout"' >"$tmp/processes"
	n=$(wc -l <"$tmp/processes")
	[ "$n" -gt 0 ] || return
	dice "$n"
	sed -n "$((roll + 1))p" "$tmp/processes" >"$tmp/chosen"
	read -r pid _ name <"$tmp/chosen"
}

# one_of PROGRAM: the first process of that program, or the last, as soon as there is one, or a moment later.  It may live
# for a few milliseconds only: there is no time to ask others, or to sleep.
one_of() {
	dice 2
	last=$roll name=$1 pid='' tries=10000
	dice 30
	delay=$roll
	while [ -z "$pid" ] && [ $((tries -= 1)) -gt 0 ]; do
		children "$group"
		[ "$children" ] || [ $tries -gt 9000 ] || return
		children "${children%% *}"
		for child in $children; do
			read -r command <"/proc/$child/comm" || command=''
			[ "$command" = "$1" ] || continue
			pid=$child
			[ "$last" -eq 1 ] || break
		done
	done
	[ "$pid" ] || return
	[ "$delay" -ge 10 ] || sleep "$(printf '0.%03d' "$delay")"
} 2>/dev/null

# some_signal: one of them, in $signal.
some_signal() {
	# They are words.
	# shellcheck disable=SC2086
	set -- $signals
	[ $# -eq 1 ] || { dice $# && shift "$roll"; }
	signal=$1
}

# strike: kill one process of the service, or the broker; its name, in $victim, empty if there was none.
strike() {
	victim=''
	dice 8
	case $kafka:$roll in
	real:0)
		snooze "$usual"
		kill -9 "$broker_pid"
		start_real
		victim=kafka
		return
		;;
	*:[1-3]) one_of kcat ;;
	*:4) one_of eve-dhcp-filter ;;
	*:5) one_of dhcp-window ;;
	*) anyone ;;
	esac || return
	some_signal
	kill -s "$signal" "$pid" 2>/dev/null && victim=$name
}

# snooze N: up to so many milliseconds.
snooze() {
	dice "$1"
	sleep "$((roll / 1000)).$(printf '%03d' $((roll % 1000)))"
}

# struck: strike, and count it; not after the last one.
struck() {
	victim=''
	[ "$kills_left" -gt 0 ] && strike
	[ "$victim" ] || return
	echo "$victim" >>"$tmp/victims"
	kills_left=$((kills_left - 1)) again=1
}

# disturbed: one batch that is struck, mostly; else it may end, to see how long that takes.  Or some time of service, with
# several strikes, and sooner or later its end, by SIGTERM.
disturbed() {
	[ $((attempts += 1)) -le $limit ] || die "no end of it: $(tail -n 5 "$dir/log")"
	[ "$again" -eq 0 ] || { dice 20 && again=$((roll + 1)); }
	started=$(now)
	dice 10
	case $roll in
	0)
		begin torn --batch "$(size)" --again "$again"
		for _ in 1 2 3 4 5; do
			struck
			snooze "$usual"
		done
		snooze 1000
		kill "$group" 2>/dev/null
		finish
		;;
	1 | 2)
		begin torn --once --batch "$(size)" --again "$again"
		finish && again=0 && usual=$(((usual * 2 + ($(now) - started) + 10) / 3))
		;;
	*)
		begin torn --once --batch "$(size)" --again "$again"
		struck
		finish
		;;
	esac
}

case $kafka in
files) every=10 ;;
*) every=1 ;;
esac
start_"$kafka"
fill
final=''
begin calm --once
finish || die "the undisturbed run failed: $(tail -n 5 "$dir/log")"
final=--final
begin calm --once
finish || die "the undisturbed run failed: $(tail -n 5 "$dir/log")"
read_by_key calm >"$dir/calm.dump"
rows=$(wc -l <"$dir/calm.dump")
[ "$rows" -gt 0 ] || die "the undisturbed run gave no row: $(tail -n 5 "$dir/log")"
: >"$dir/log"

# Some of the kills are left for the end, when all has been read and all windows are closed.
kills_left=$kills last_kills=$(((kills + 9) / 20)) usual=150 again=0 attempts=0 final=''
limit=$((20 * kills + 100))
until [ "$kills_left" -le "$last_kills" ] && [ "$(done_lines)" -eq "$lines" ]; do
	disturbed
done
final=--final
while [ "$kills_left" -gt 0 ]; do
	disturbed
done
until begin torn --once --again "$again" && finish; do
	[ $((limit -= 1)) -gt 0 ] || die "the last run failed: $(tail -n 5 "$dir/log")"
	sleep 0.1
done
read_by_key torn >"$dir/torn.dump"

# --- the verdict

{
	printf '%d lines, %d runs, seed %s; killed' "$lines" "$attempts" "$seed"
	sort "$tmp/victims" 2>/dev/null | uniq -c | awk '{ printf "%s %s %d", (NR > 1 ? "," : ""), $2, $1 } END { print "" }'
} >&2
said=$(grep '^{' "$dir/log" | jq -rs '"replayed \(map(.replayed) | add // 0) lost \(map(.lost) | add // 0)"')
if cmp -s "$dir/calm.dump" "$dir/torn.dump"; then
	echo "kills $kills rows $rows $said equal"
else
	diff "$dir/calm.dump" "$dir/torn.dump" | head -n 4 >&2
	echo "kills $kills rows $rows $said differs"
	exit 1
fi
