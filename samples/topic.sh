# shellcheck shell=sh
# topic: kcat on Kafka topics, from where a checkpoint of dhcp-window ends.  Sourced by live.sh, which sets
#
#   settings          words for kcat, quoted for eval      topic, output    the topics
#   checkpoint        the file, if there is one            run              a folder for what may be lost
#   alone, passing    how a program is started, and waited for
#   take              some partitions; '': all             source, merge    see scale-out.sh
#   final             whether what is read must be whole   unsure           whether messages may be gone
#   closing           whether nothing is to be read
#   tied, counts, stopping, ending, waiting, ended, delay, told, resting    see there
#
# dhcp-kafka(7) tells kcat's settings, each in a line.
#
# Variables are the caller's:
# shellcheck disable=SC2034,SC2154

# topic_tools: which kcat is this?
topic_tools() {
	env --block-signal=TERM,INT true 2>/dev/null || die "env cannot block signals; that of coreutils 8.31 can"
	has=$(kcat -X list | grep -o -e '^offset\.store\.path ' -e '^enable\.metrics\.push ')
	case $settings in
	*-b* | *bootstrap.servers=* | *metadata.broker.list=*) ;;
	*) [ -n "${KCAT_CONFIG:-}" ] || [ -e "${HOME:-}/.config/kcat.conf" ] || die '-b: which broker? See --help' ;;
	esac
	case $has in *store*) ;; *) die "kcat: this one cannot start each partition at its own offset" ;; esac

	# Only errors are logged.  The broker holds an answer back for 100 ms at most, and sends no more than 128 KiB of one
	# partition before it turns to the next.  A key's partition is that of a Java program.  librdkafka 2.5 would wait a
	# second at every end, to send metrics.
	topic_defaults='-X log_level=3 -X fetch.wait.max.ms=100 -X fetch.message.max.bytes=131072 -X partitioner=murmur2_random'
	case $has in *metrics*) topic_defaults="$topic_defaults -X enable.metrics.push=false" ;; esac
}

# topic_take LIST: set $take.  No other program has a part in it, whose death would leave some out.
topic_take() {
	IFS=,
	for partition in $1; do
		case " $take" in *" $partition "*) ;; *) take="$take$partition " ;; esac
	done
	unset IFS
}

# topic_kcat ARGUMENT...: turn into kcat, behind $prefix if there is one.  Later settings win.
topic_kcat() {
	eval "alone ${prefix:-} kcat -q $topic_defaults $settings"' "$@"'
}

# topic_positions: partition and next offset, from the first line of the checkpoint.  Where partial rows are merged it has
# their own offsets, not Kafka's, which topic_note noted.
topic_positions() {
	if [ -n "$merge" ]; then
		[ ! -e "$checkpoint" ] || cat "$(topic_noted "$checkpoint")" 2>/dev/null
		return 0
	fi
	[ ! -e "$checkpoint" ] || head -n 1 "$checkpoint" |
		awk -v RS='{' -F '[:,}]' -v topic="\"$topic\"" '$1 == "\"topic\"" && $2 == topic { print $4, $6 }'
}

# topic_from AGAIN ARGUMENT...: turn into a kcat that reads each partition from there, or from AGAIN messages before.
# librdkafka finds such offsets in files (named so only if there is no group), and writes to them at its end; so they are
# made anew each time; -2 is the first message that there is.  An offset that is gone is none to go on from ($reset): a jump
# on the way would not be noticed, one at the start is, and topic_look tells where it leads.
topic_from() {
	rm -rf "$run/stored" && mkdir "$run/stored" || exit
	{
		[ "$reset" = earliest ] || sed 's/ .*/ -2/' "$run/ends"
		topic_positions | while read -r partition offset; do
			echo "$partition $((offset > $1 ? offset - $1 : 0))"
		done
		[ "$reset" = earliest ] || cat "$run/gone"
	} | while read -r partition offset; do echo "$offset" >"$run/stored/$topic-$partition.offset"; done
	shift
	topic_kcat -C -t "$topic" -o stored -X offset.store.method=file -X offset.store.path="$run/stored" \
		-X auto.commit.enable=false -X group.id= -X auto.offset.reset="$reset" "$@"
}

# topic_read AGAIN ARGUMENT...: that of all partitions, or of those to take, one after the other; envelopes, or values alone
# where these are rows.  These it reads to their end, which is what topic_note notes, and with --final all: there kcat, which
# ends with 0 at a signal, has to be killed.
topic_read() {
	[ -z "$closing" ] || exit 0
	from=$1 reader='' enough='' reset=error
	shift
	if [ -n "$merge$final" ]; then
		trap '' TERM INT HUP
		prefix='env --block-signal=TERM,INT,HUP,PIPE'
	else
		trap 'enough=yes; [ -z "$reader" ] || kill $reader 2>/dev/null' TERM
	fi
	if [ -n "$merge" ]; then set -- -f '%s\n' "$@"; else set -- -J "$@"; fi
	[ -n "$take" ] || {
		[ -n "$merge$final" ] || trap - TERM
		topic_from "$from" "$@"
	}
	for partition in $take; do
		[ -z "$enough" ] || break
		topic_from "$from" -p "$partition" "$@" &
		reader=$!
		topic_wait || exit
	done
	exit 0
}

# topic_wait: for the reader, whom a signal may have told to end.
topic_wait() {
	wait "$reader" && return
	wanted=$?
	[ -n "$enough" ] || return $wanted
	wait "$reader"
}

# topic_to: turn into a kcat that writes KEY<TAB>ROW, each once even if it has to send twice; of partial rows none, once one
# before it could not be sent.  It is deaf to SIGTERM and SIGINT: they would make it drop what it has not sent, and end with 0.
topic_to() {
	prefix='env --block-signal=TERM,INT'
	topic_kcat -P -t "$output" -K '\t' -X enable.idempotence=true ${source:+-X enable.gapless.guarantee=true}
}

# not_whole: what kcat -L and -Q cannot write is no failure to them.
not_whole() {
	why="$run: what kcat says is not whole there: is the disk full?"
	return 1
}

# topic_list TOPIC: which partitions it has.
topic_list() {
	topic_kcat -L -t "$1" -X allow.auto.create.topics=false >"$run/topic" &
	passing $! || { why="kcat -L ended with status $status" && return 1; }
	sed -n 's/^ *partition \([0-9]*\),.*/\1/p' "$run/topic" >"$run/list"
	grep -q " with $(($(wc -l <"$run/list"))) partitions" "$run/topic" || not_whole || return
	[ -s "$run/list" ] || { why="there is no topic $1 yet" && return 1; }
}

# topic_fits: the partitions of the output are as many as --source says.
topic_fits() {
	topic_list "$output" || return
	[ $(($(wc -l <"$run/list"))) -eq "${source##*/}" ] ||
		{ why="--source $source: $output has $(wc -l <"$run/list") partitions" && return 1; }
}

# topic_offsets WHICH: of each partition to be read, by its number: -1 where it ends, -2 where it begins.
topic_offsets() {
	which=$1
	set --
	for partition in ${take:-$(cat "$run/list")}; do set -- "$@" -t "$topic:$partition:$which"; done
	topic_kcat -Q "$@" >"$run/answer" &
	passing $! || { why="kcat -Q ended with status $status" && return 1; }
	[ $(($(wc -l <"$run/answer") * 2)) -eq $# ] || not_whole || return
	sed 's/.*\[\([0-9]*\)\] offset /\1 /' "$run/answer" || not_whole
}

# topic_look: set $known, how many partitions are to be read, and $empty, those that never had a message.  Fails, with $why,
# if there is no topic, or another one than that of the checkpoint.  While $unsure it looks, too, which offsets are gone.
topic_look() {
	[ -z "$source" ] || topic_fits || return
	topic_list "$topic" || return
	known=0
	for partition in ${take:-$(cat "$run/list")}; do
		grep -qx "$partition" "$run/list" || { why="--take: $topic has no partition $partition" && return 1; }
		known=$((known + 1))
	done
	topic_offsets -1 >"$run/ends" && : >"$run/begins" && { [ -z "$unsure" ] || topic_offsets -2 >"$run/begins"; } || return
	empty=$(awk -v topic="$topic" '$2 == 0 { printf "%s/%s ", topic, $1 }' "$run/ends")
	topic_positions >"$run/positions"
	awk -v again="$again" '
		!at { first[$1] = $2; next }
		$1 in first && $2 - again < first[$1] + 0 { print $1, first[$1] }
	' "$run/begins" at=1 "$run/positions" >"$run/gone"
	why=$(awk -v topic="$topic" -v some="$take" '
		function tell(text)  { print text; told = 1; exit }
		NR == FNR            { end[$1] = $2; next }
		!($1 in end) && some { tell("--take: " topic "/" $1 " is missing, but the checkpoint has it") }
		!($1 in end)         { tell(topic "/" $1 " is gone, but the checkpoint has it") }
		$2 + 0 > end[$1] + 0 { tell(topic "/" $1 " ends at " end[$1] ", but the checkpoint goes on at " $2) }
		                     { had[$1]; n++ }
		END {
			for (p in end)
				if (merge && some && n && !told && !(p in had))
					tell("--take: " topic "/" p " is new to the checkpoint, whose closed windows miss its rows: begin a new state")
		}
	' merge="$merge" "$run/ends" "$run/positions")
	[ -n "$why$merge" ] || [ -s "$run/positions" ] || ! head -n 1 "$checkpoint" 2>/dev/null | grep -q '{"topic":' ||
		why="--state: $state is of another topic than $topic"
	[ -n "$why" ] || return 0
	case $why in --*) return 1 ;; esac
	why="$why: a new topic? See RECREATED TOPICS in dhcp-kafka(7)"
	return 1
}

# topic_has_more: are there messages behind the positions?
topic_has_more() {
	awk '
		noted          { at[$1] = $2; next }
		$2 > at[$1] + 0 { more = 1 }
		END            { exit !more }
	' noted=1 "$run/positions" noted='' "$run/ends"
}

# topic_noted CHECKPOINT: the file that tells what had been read when it was saved, named by the checksum in its end line.
topic_noted() {
	printf '%s\n' "$state/offsets-$(tail -n 1 "$1" | tr -cd '0-9a-z')"
}

# topic_note: what has been read for the next checkpoint, to the ends as topic_look saw them.  The note of the one before
# stays until the next time.
topic_note() {
	noted=$(topic_noted "$checkpoint.next") now=''
	[ ! -e "$checkpoint" ] || now=$(topic_noted "$checkpoint")
	cp "$run/ends" "$noted.new" && sync "$noted.new" && mv -f "$noted.new" "$noted" || return
	(CDPATH='' cd -- "$state" && find . -name 'offsets-*' ! -name "${noted##*/}" ! -name "${now##*/}" -exec rm -f {} +)
}

# Partitions that hold all windows back are told when they change.
empty_ones() {
	[ -z "$empty" ] || [ -n "$partitions" ] || [ "$empty" = "$told_empty" ] ||
		say "no message yet in ${empty}and no window closes before there is; --partitions leaves empty ones out"
	told_empty=$empty
}

# So are sources of which nothing has come yet.
missing_ones() {
	missing=$((${partitions:-$known} * merge - $(head -n 1 "$checkpoint" | tr '{' '\n' | grep -c '^"topic":')))
	[ "$missing" -le 0 ] || [ "$missing" = "$told_missing" ] ||
		say "nothing yet from $missing of $((${partitions:-$known} * merge)) sources (a filter is one in each partition), and no window closes before"
	told_missing=$missing
}

# Wait with the broker for something to do; not for ever, as there may be new partitions.
# A signal and a process are words.
# shellcheck disable=SC2086
first_message() {
	prefix="timeout 30 $tied"
	topic_from 0 -c 1 >/dev/null 2>&1 &
	waiter=$! prefix='' ending="${tied:+-KILL }$!" waiting=yes
	[ -z "$stopping$counts" ] || kill $ending
	ended "$waiter"
	ending='' waiting=''
	[ "$status" -ne 124 ]
}

# A topic that is not there yet is told once.
back_off() {
	unsure=yes delay=$((delay == 0 ? 1 : delay < 32 ? delay * 2 : 60))
	[ "$why" = "$told" ] || say "$why; next try in $delay s"
	case $why in *yet) told=$why ;; *) told='' ;; esac
	alone sleep "$delay" 9>&- &
	resting $!
}

# Where some partitions alone are read, nobody waits for a message: this looks.
nothing_new() {
	[ "$how" = live ] && [ -n "$take$merge" ] && [ -z "$counts" ] && ! topic_has_more || return
	[ "$pace" != 0 ] || { alone sleep 0.2 9>&- & resting $!; }
}
