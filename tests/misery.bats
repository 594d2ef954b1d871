# What can go wrong around a filter, for each of the programs.

load helper

PROGRAMS='eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases'

# each CASE: run it with $program, and in the folder the files
#   good    a line of its input,    row    what it makes of that
each() {
	good_for_filter >eve
	eve-dhcp-filter eve >record
	dhcp-window record >row
	for program in $PROGRAMS; do
		echo "with $program:"
		case $program in
		eve-dhcp-filter) cp eve good ;;
		dhcp-window) cp record good ;;
		dhcp-topn) cp row good ;;
		dhcp-leases) sed 's/}$/,"dhcp_type":"ack","assigned_ip":"10.0.0.7","lease_time":60}/' record >good ;;
		esac
		$program good >want
		[ -s want ]
		"$1"
	done
}

good_for_filter() {
	echo '{"timestamp":"2019-04-30T05:00:00.000000+0000","event_type":"dhcp","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dhcp":{"id":7,"hostname":"h"}}'
}

# with MEMBER: the good line with one more member, read from standard input.
with() {
	head -c -2 good
	printf ',"x":'
	cat
	echo '}'
}

many() { head -c "$1" /dev/zero | tr '\0' x; }

# ends CODE MESSAGES COMMAND...: that status, these messages (without the program's name), and on standard output what is in want.
ends() {
	local status=0
	"${@:3}" >got 2>err || status=$?
	[ -z "$2" ] || printf '%s\n' "$2" | sed "s/^/$program: /" >said
	[ -n "$2" ] || : >said
	same said err
	same want got
	expect_status "$1" "$status"
}

# complains CODE COUNT COMMAND...: the same, with so many lines of messages, of any text.
complains() {
	local status=0
	"${@:3}" >got 2>err || status=$?
	[ "$(grep -c "^$program: " err)" -eq "$2" ]
	[ "$(wc -l <err)" -eq "$2" ]
	same want got
	expect_status "$1" "$status"
}

@test "standard input is closed" { each stdin_closed; }
stdin_closed() {
	: >want
	ends 2 '-: Bad file descriptor' $program <&-
	$program good >want
	ends 0 '' $program good <&-
}

@test "standard output is closed" { each stdout_closed; }
stdout_closed() {
	status=0
	$program good 2>err >&- || status=$?
	echo "$program: standard output: Bad file descriptor" >want
	same want err
	[ $status -eq 2 ]
}

@test "standard output is closed, and a file that is opened does not take its place" { each stdout_replaced; }
stdout_replaced() {
	cp good before
	status=0
	$program - good <good 2>err >&- || status=$?
	same before good
	[ $status -eq 2 ]
}

@test "standard error is closed" { each stderr_closed; }
stderr_closed() {
	status=0
	$program missing good >got 2>&- || status=$?
	same want got
	[ $status -eq 2 ]
	$program --stats good >got 2>&-
	same want got
}

@test "all three are closed" { each all_closed; }
all_closed() {
	status=0
	$program <&- >&- 2>&- || status=$?
	[ $status -eq 2 ]
}

@test "the disk is full" { each disk_full; }
disk_full() {
	echo "$program: standard output: No space left on device" >said
	for arguments in good --help --version; do
		status=0
		$program $arguments 2>err >/dev/full || status=$?
		same said err
		[ $status -eq 2 ]
	done
	$program /dev/null >/dev/full
}

@test "nobody reads what is written" { each reader_gone; }
reader_gone() {
	for i in 1 2 3 4 5 6 7 8 9 10; do cat good good good good good good good good good good; done >hundred
	for i in 1 2 3 4 5 6 7 8 9 10; do cat hundred hundred hundred hundred hundred hundred hundred hundred hundred hundred; done >input
	mkfifo -m 600 "fifo.$program"
	[ $program != dhcp-topn ] || set -- --bottom -n 0
	timeout 60 $program "$@" input >"fifo.$program" 2>err &
	exec 7<"fifo.$program"
	exec 7<&-
	status=0
	wait $! || status=$?
	same /dev/null err
	# One row fits the pipe, and may be written before the reader has gone.
	[ $status -eq 141 ] || { [ $status -eq 0 ] && [ "$(wc -l <want)" -eq 1 ] && [[ $program = dhcp-window || $program = dhcp-leases ]]; }
}

@test "an unknown option" { each unknown_option; }
unknown_option() {
	fails 2 "$program: --nonsense: no such option (see $program --help)" $program --nonsense
	fails 2 "$program: -Q: no such option (see $program --help)" $program -Q
}

@test "a missing file, and a good one behind it" { each missing_file; }
missing_file() {
	ends 2 'missing: No such file or directory' $program missing good
}

@test "a directory as a file, and a good one behind it" { each directory; }
directory() {
	complains 2 1 $program . good
	grep -q "^$program: \.: [Ii]s a directory$" err
}

@test "a file that may not be read" { each unreadable; }
unreadable() {
	[ "$(id -u)" -ne 0 ] || skip "root may read everything"
	cp good secret
	chmod 0 secret
	ends 2 'secret: Permission denied' $program secret good
}

@test "empty input gives empty output" { each empty_input; }
empty_input() {
	: >want
	ends 0 '' $program </dev/null
	ends 0 '' $program /dev/null
	: | ends 0 '' $program
	printf '\n\n \n\t\r\n' | ends 0 '' $program
}

@test "no newline at the end" { each no_newline; }
no_newline() {
	head -c -1 good | ends 0 '' $program
	head -c -1 good >file
	ends 0 '' $program file
}

@test "lines of DOS" { each dos; }
dos() {
	sed 's/$/\r/' good | ends 0 '' $program
}

@test "NUL bytes in front of a line are a hole in the file" { each nul_hole; }
nul_hole() {
	{ printf '\0\0\0\0'; cat good; } >hole
	ends 0 '' $program hole
	cat hole | ends 0 '' $program
	{ printf '\0\0'; sleep 0.1; printf '\0\0'; cat good; } | ends 0 '' $program
	{ head -c 3000000 /dev/zero; cat good; } | ends 0 '' $program
	: >want
	printf '\0' | ends 0 '' $program
	printf '\0\n' | ends 0 '' $program
}

@test "a NUL byte inside a line makes it a bad one" { each nul_inside; }
nul_inside() {
	{ cat good; head -c -5 good; printf '\0'; tail -c 5 good; } >file
	ends 1 'file:2: control byte in JSON' $program file
	{ cat good; printf '"a\0b"' | with; } >file
	ends 1 'file:2: control byte in JSON' $program file
}

@test "a line of 1 MiB is like any other" { each long_line; }
long_line() {
	{ printf '"'; many 1048576; printf '"'; } | with >file
	normal() { jq -cS 'del(.x)' "$1"; }
	$program file >got
	same <(normal want) <(normal got)
	cat file | $program >got
	same <(normal want) <(normal got)
}

# bats test_tags=once
@test "lines of 70 MiB are bad input, counted, and take no more memory than one may" { each too_long_line; }
too_long_line() {
	{ printf '"'; many 73400320; printf '"'; } | with >huge
	ln -f good other
	twice() { cat good huge good huge; }
	{ cat good good; } | $program >want
	ulimit -v 250000
	ends 1 '-:2: line longer than 64 MiB
-:4: line longer than 64 MiB' $program < <(twice)
	# Without an end, too, and by name.
	head -c -1 huge >unended
	ends 1 'huge:1: line longer than 64 MiB
unended:1: line longer than 64 MiB' $program good huge other unended
	twice >file
	$program --stats file 2>err >got || true
	grep '^{' err | jq -e '.read == 4 and .bad == 2 and .passed == 2'
	rm -f huge unended file
}

@test "the limit is 64 MiB in a file as in a pipe" {
	! sanitized || PROGRAMS=eve-dhcp-filter # all read by the same code, and here it is slow
	each limit
}
limit() {
	size=$((67108864 - $(wc -c <good) - 6))
	{ printf '"'; many $size; printf '"'; } | with >most
	[ "$(wc -c <most)" -eq 67108865 ]
	{ printf '"'; many $((size + 1)); printf '"'; } | with >more
	case $program in dhcp-topn) set -- -b id ;; *) set -- ;; esac
	$program "$@" good >want
	ends 0 '' $program "$@" most
	cat most | ends 0 '' $program "$@"
	cat more good >file
	ends 1 'file:1: line longer than 64 MiB' $program "$@" file
	cat file | ends 1 '-:1: line longer than 64 MiB' $program "$@"
	rm -f most more file
}

@test "bytes that are no UTF-8 become U+FFFD" { each bad_utf8; }
bad_utf8() {
	sed 's/10\.0\.0\.1/a\xff\xfe\x80z/' good >bad
	sed 's/10\.0\.0\.1/a���z/' want >want.fffd
	mv want.fffd want
	ends 0 '' $program bad
}

@test "a pipe that is named twice is read once, and no line is torn" { each twice_a_pipe; }
twice_a_pipe() {
	case $program in
	dhcp-topn) set -- -n 0 ;;
	dhcp-window) set -- -a count,distinct\(dest_ip\) ;;
	*) set -- ;;
	esac
	awk '{ for (i = 0; i < 3000; i++) print }' good >many
	$program "$@" many >want
	cat many | ends 0 '' $program "$@" - -
	cat many | ends 0 '' $program "$@" - /dev/stdin -
	mkfifo fifo
	cat many >fifo &
	ends 0 '' timeout 20 $program "$@" fifo - fifo </dev/null
	wait
	rm fifo
}

@test "JSON that ends too soon is a bad line" { each truncated; }
truncated() {
	cp want whole
	for left in 2 5 9 40; do
		{ cat good; head -c -$left good; } >file
		complains 1 1 $program file
		grep -q "^$program: file:2: " err
	done
	{ head -c -5 good; echo; cat good; } >file
	complains 1 1 $program file
	grep -q "^$program: file:1: " err
}

@test "nesting 10,000 deep is a bad line" { each deep; }
deep() {
	nest() { awk 'BEGIN { for (i = 0; i < 10000; i++) printf "["; for (i = 0; i < 10000; i++) printf "]" }'; }
	{ cat good; nest | with; } >file
	complains 1 1 $program file
	grep -q "^$program: file:2: " err
	awk 'BEGIN { for (i = 0; i < 10000; i++) printf "{\"a\":" }' | with >file
	cat good >>file
	complains 1 1 $program file
}

@test "a signal to stop stops at once" { each signalled; }
signalled() {
	mkfifo "in.$program"
	for signal in TERM HUP KILL; do
		$program <"in.$program" >got 2>err &
		pid=$!
		exec 7>"in.$program"
		cat good >&7
		kill -$signal $pid
		exec 7>&-
		status=0
		wait $pid || status=$?
		[ $status -gt 128 ]
	done
}
