#!/bin/sh
# The job as a service, from a Kafka topic to a Kafka topic, for months.  It runs small batches, each of them
#
#   kcat -C | eve-dhcp-filter | dhcp-window --checkpoint s --save s.next | kcat -P    and then    mv s.next s
#
# A batch counts, by that mv, only when all four programs ended well, and so all its rows are delivered.  One that
# does not count is run again, and gives the same rows, perhaps more.  So whatever dies, and when, nothing is lost,
# and the output topic, read by key, is that of a run that nothing disturbed.  dhcp-kafka(7) tells the rest.
#
# run-once.sh and endless.sh are this script with --once and --endless; scale-out.sh is it with --take, --source and --merge.
#
# Some lists are words, signals call functions, and a FIFO is read and written:
# shellcheck disable=SC2086,SC2317,SC2094

set -uf

usage() {
	cat <<'END'
usage: live.sh [OPTION]... [-- FILTER-OPTION... [-- WINDOW-OPTION...]]
DHCP windows from one Kafka topic to another, in batches that count only when
all their rows are delivered.  Options behind -- go to the two programs.

  -b BROKER           where the cluster is, unless KCAT_CONFIG tells it
  -t TOPIC            read this topic (suricata)
  -o TOPIC            write to this one (suricata_dhcp_processed)
  -X KEY=VALUE        a setting of every kcat; secrets are better in KCAT_CONFIG
  -s, --state DIR     where to remember what was read ($STATE_DIRECTORY)
  -e, --every DUR     length of a window (30m)
  -l, --lateness DUR  how far out of order a partition may be (10m)
      --mode MODE     append, update or complete (append)
      --partitions N  how many partitions have messages (all that there are)
      --pace SECONDS  a batch begins at most so often (1)
      --batch N       messages in a batch at most (1000000)
      --again N       read so many of each partition again, to be skipped (0)
      --once          one batch, to the end of the topic
      --endless       one endless pipe: quicker, but rows in it die with kcat
      --help

live.sh -b localhost -s state -- -x 61.82.88.6 -r hostname -- --by client_mac
SIGTERM ends it within 2 s (--endless: 8).  After SIGUSR1 the next batch tells
its counts.
END
}

topic=suricata output=suricata_dhcp_processed state=${STATE_DIRECTORY:-} how=live
lateness='' mode=append partitions='' pace=1 batch='' again=0 patience=2
take='' source='' merge='' until_soon='' final='' closing='' unsure=yes reset=earliest
settings='' filter='' window='' # words for eval

say() {
	printf 'live.sh: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 2
}

# quote WORD: as eval takes it.
quote() {
	printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/ '/; \$s/\$/'/"
}

# setting OPTION VALUE
setting() {
	case $1:$2 in
	--partitions:*[!0-9]* | --batch:*[!0-9]* | --again:*[!0-9]* | --merge:*[!0-9]*) die "$1: $2: not a number" ;;
	--take: | --take:*[!0-9,]* | --take:,* | --take:*, | --take:*,,*) die "$1: $2: not a list of numbers" ;;
	-b:* | -X:*) settings="$settings $1$(quote "$2")" || die 'sed failed' ;;
	-t:*) topic=$2 ;;
	-o:*) output=$2 ;;
	-s:* | --state:*) state=$2 ;;
	-e:* | --every:*) window="$window --every$(quote "$2")" || die 'sed failed' ;;
	-l:* | --lateness:*) lateness=$2 ;;
	--mode:*) mode=$2 ;;
	--partitions:*) partitions=$2 ;;
	--pace: | --pace:*[!0-9.]* | --pace:*.*.*) die "$1: $2: not a number of seconds" ;;
	--pace:*[1-9]*) pace=$2 ;;
	--pace:*) pace=0 ;;
	--batch:*) batch=$2 ;;
	--again:*) again=${2:-0} ;;
	--take:*) topic_take "$2" ;;
	--source:?*/[1-9]*) source=$2 ;;
	--source:*) die "$1: $2: not NAME/N" ;;
	--merge:*) merge=$2 ;;
	*) die "$1: no such option; see --help" ;;
	esac
}

options() {
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		case $1 in
		--help) usage && exit ;;
		--once | --endless) how=${1#--} ;;
		--*=*) setting "${1%%=*}" "${1#*=}" ;;
		-[!-]?*) setting "${1%"${1#-?}"}" "${1#-?}" ;;
		-?*)
			[ $# -gt 1 ] || die "$1: no such option, or without its value; see --help"
			setting "$1" "$2"
			shift
			;;
		*) die "$1: not an option; those of the programs stand behind --" ;;
		esac
		shift
	done
	[ $# -eq 0 ] || shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		filter="$filter$(quote "$1")" || die 'sed failed'
		shift
	done
	[ $# -eq 0 ] || shift
	for word; do
		case $word in --f | --fi | --fin | --fina | --final) final=yes ;; *) window="$window$(quote "$word")" || die 'sed failed' ;; esac
	done
	[ -n "$state" ] || die "--state: a folder is needed, to remember what was read"
	case $state in -*) state=./$state ;; esac
	[ "$how" != endless ] || [ -z "$take$source$merge" ] || die '--endless: not with --take, --source or --merge'
	[ "$how" != endless ] || { [ -z "$final" ] || die '--endless: not with --final: it has no end'; patience=8; }
	[ -z "$filter" ] || [ -z "$merge" ] || die '--merge: no options for eve-dhcp-filter: those of dhcp-window stand behind -- --'
	[ -z "$batch" ] || [ -z "$merge" ] || die '--batch: not with --merge, which reads to the end'
	[ -n "$source" ] || until_soon=yes
	: "${lateness:=$([ "$merge" ] && echo 0 || echo 10m)}"
}

# This script alone works with the state.  The programs inherit the lock: after a kill -9 of this script the next one
# begins when the last of them is gone.
lock() {
	mkdir -p "$state" && exec 9>>"$state/lock" || exit 2
	flock -w 2 9 || die "$state: in use by another live.sh"
	checkpoint=$state/checkpoint run=$state/run
	trap leave EXIT
}

# The programs, and what has to be known of them.
programs() {
	PATH=$PATH:$here/../bin:$here/../../bin
	for program in kcat eve-dhcp-filter dhcp-window flock; do
		command -v "$program" >/dev/null || die "$program: not found"
	done
	tied='setpriv --pdeathsig KILL'
	$tied true 2>/dev/null || tied=''
	topic_tools
}

# alone COMMAND...: turn into the command, without the pipes of its neighbours; it dies with this script.
alone() {
	exec $tied "$@" 3>&- 4>&- 5<&- 6<&-
}

# Stamps from the future would move a clock ahead, and make all that follows late.  But what goes by the machine's clock may
# judge otherwise the next time, and partial rows have to come again as they were.
run_filter() {
	eval "alone eve-dhcp-filter --heartbeat ${until_soon:+--until +1h} $counts $filter"
}

# Where rows are merged, or windows to be closed, one that a signal ends before its input would be taken to have read all.
run_window() {
	set -- --checkpoint "$checkpoint" --lateness "$lateness" --mode "$mode" --kafka-key ${merge:+--merge} "$@"
	[ -z "$source" ] || set -- --partial --source "$source" "$@"
	[ -z "$merge$final" ] || prefix='env --block-signal=TERM,INT'
	eval "alone $prefix dhcp-window"' "$@"' "$counts $window"
}

# Options that the programs do not take, and a checkpoint that is none, are found before anything is read.
rehearse() {
	why=$(LC_ALL=C && export LC_ALL && exec 2>&1 && rm -rf "$run" && mkdir "$run" &&
		mkfifo "$run/events" "$run/records" "$run/rows" "$run/padded") || return
	[ -n "$merge" ] || why=$(run_filter </dev/null 2>&1 >/dev/null) || return
	why=$(run_window ${final:+--final} --save "$run/rehearsed" --partitions "${partitions:-1000000}" </dev/null 2>&1 >/dev/null)
}

# A signal makes a note, and ends what would go on: a wait, or the reader of messages.  Then the batch ends soon; if it
# does not within 2 s (8 s where it cannot be done again), or at a second signal, it is abandoned.
stopping='' signals='' ending='' waiting='' pieces='' dog='' timer='' counts='' prefix=''

stop() {
	stopping=yes signals=x$signals
	[ -z "$ending" ] || kill $ending
	[ -z "$dog" ] || kill -KILL $pieces
	[ -n "$dog" ] || [ -z "$pieces" ] || {
		(trap 'kill $!' TERM; sleep "$patience" 9>&- & wait && kill -KILL $pieces) &
		dog=$!
	}
} 2>/dev/null

tell() {
	counts=--stats signals=x$signals
	[ -z "$waiting" ] || kill $ending
} 2>/dev/null

leave() {
	status=$?
	trap '' TERM INT HUP USR1
	kill -KILL $pieces $timer
	[ -z "$dog" ] || kill "$dog"
	wait
	rm -rf "$run"
	exit "$status"
} 2>/dev/null

# ended PID: its status, however often a signal interrupts the wait.
ended() {
	while
		heard=$signals
		wait "$1"
		status=$?
		[ "$heard" != "$signals" ]
	do :; done
	return "$status"
} 2>/dev/null

# passing PID: the same for what a signal may end at any time.
passing() {
	ending="-KILL $1"
	[ -z "$stopping" ] || kill -KILL "$1"
	ended "$1"
	ending=''
	return "$status"
} 2>/dev/null

# resting PID: the same for a wait, which a wish for counts ends as well.
resting() {
	waiting=yes
	passing "$1"
	waiting=''
}

# join NAME: the last pipe ends at 6, and a new one goes from 4 to 5.  A FIFO that is open for both opens at once for each;
# so nobody waits for a neighbour that was killed on its way.
join() {
	exec 4>&- 6<&5
	exec 3<>"$run/$1" 4>"$run/$1" 5<"$run/$1" 3>&-
}

# judge NAME PID GREATEST: how the last part that is left ended.  Where it failed, those before it have nobody to write to,
# which an endless one finds only when there is a row.
judge() {
	ended "$2"
	pieces=${pieces%"$2"}
	[ "$status" -eq 0 ] || partly=1
	[ "$status" -gt "$3" ] && [ -z "$why" ] || return 0
	why="$1 ended with status $status"
	kill -KILL $pieces
} 2>/dev/null

# One batch, or the endless pipe.
batch() {
	bounds='-e -X fetch.wait.max.ms=10' share=1
	[ -z "$take" ] || share=$known
	[ "$how:$batch" = once: ] || [ -n "$merge" ] || bounds="$bounds -c $(((${batch:-1000000} + share - 1 + again * known) / share))"
	set -- --partitions "$((${partitions:-$known} * ${merge:-1}))"
	if [ "$how" = endless ]; then
		bounds=-u
	else
		set -- "$@" --save "$checkpoint.next"
		[ "$mode" = append ] || set -- "$@" --trigger once
		[ -z "$closing" ] || set -- "$@" --final
	fi
	why='' partly=0

	exec 5</dev/null
	join events
	# It may stay a shell, and must not hold the other end of its pipe, not even aside.
	{ exec >&4 3>&- 4>&- 5<&- 6<&- && topic_read "$again" -X queued.max.messages.kbytes="$((known < 16 ? 65536 / known : 4096))" $bounds; } &
	reading=$! ending='' pieces=$! filtering=''
	[ -n "$merge" ] || ending="${final:+-KILL }$reading"
	if [ -z "$merge" ]; then
		join records
		run_filter <&6 >&4 &
		filtering=$! pieces="$pieces $!"
	fi
	join rows
	run_window "$@" <&6 >&4 &
	grouping=$! pieces="$pieces $!"
	padding=''
	if [ "$how" = endless ]; then
		# kcat waits for 1,024 bytes from a pipe at a time.  Empty lines are no messages.
		join padded
		alone stdbuf -oL sed "s/\$/$(printf '%1024s' '' | sed 's/ /\\n/g')/" <&6 >&4 &
		padding=$! pieces="$pieces $!"
	fi
	exec 4>&- 6<&-
	topic_to <&5 &
	writing=$! pieces="$pieces $!" counts=''
	exec 5<&-
	[ -z "$stopping" ] || stop

	judge 'kcat -P' "$writing" 0
	[ -z "$padding" ] || judge sed "$padding" 0
	judge dhcp-window "$grouping" 1
	[ -z "$filtering" ] || judge eve-dhcp-filter "$filtering" 1
	judge 'kcat -C' "$reading" 0
	ending='' pieces=''
	# To dhcp-window a reader who was ended has come to the end.
	[ "$stopping:$merge:$final:$closing" != yes::yes: ] ||
		why='stopped, and --final would close what was not read whole: this batch does not count'
	[ "$how" != endless ] || [ -z "$(find "$checkpoint" -newer "$run/ends" 2>/dev/null)" ] || delay=0
	[ -n "$why" ] || [ -z "$merge" ] || topic_note || why='the offsets could not be noted'
	[ -n "$why" ] || [ "$how" = endless ] || mv -f "$checkpoint.next" "$checkpoint" || why='mv failed'
	[ -z "$why" ] || [ "$how$stopping" != endlessyes ] || die "$why: rows may have been lost"
	[ -z "$why" ] || return
	[ -z "$merge" ] || missing_ones
	[ "$partly" -eq 0 ] || worst=1
}

# whole: a batch, and with --final one of no messages, which closes what is open: its rows are those of the checkpoint, while
# a reader that died would have looked like the end, and other rows would come again.
whole() {
	batch || return
	[ -n "$final" ] || return 0
	[ -z "$stopping" ] || { why='stopped before --final' && return 1; }
	closing=yes
	batch
	set -- $?
	closing=''
	return "$1"
}

here=$(dirname "$(readlink -f -- "$0")")
# shellcheck source=samples/topic.sh
. "$here/topic.sh"
options "$@"
lock
programs
trap stop TERM INT HUP
trap tell USR1
worst=0 delay=0 told='' told_empty='' told_missing=''
# A disk that is full may have room again.
until rehearse; do
	case $how:$why in once:*) die "$why" ;; *'No space left'* | *quota*) ;; *) die "$why" ;; esac
	back_off
	[ -z "$stopping" ] || exit 0
done
delay=0
while [ -z "$stopping" ]; do
	[ "$how" != live ] || [ "$delay" -gt 0 ] || [ -n "$take$merge" ] || first_message || continue
	[ "$pace" = 0 ] || { alone sleep "$pace" 9>&- & timer=$!; }
	if topic_look && empty_ones && { nothing_new || whole; }; then
		delay=0 unsure=''
		[ "$how" != once ] || exit $worst
	elif [ "$how" = once ]; then
		die "$why"
	elif [ -z "$stopping" ]; then
		back_off
	fi
	[ -z "$timer" ] || resting "$timer"
	timer=''
done
[ "$how" != once ] || die 'stopped before its batch'
exit $worst
