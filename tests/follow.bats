# dhcp-topn --follow: blocks of rows in a pipe, a screen on a terminal, and how it is left.

load helper

# row ID N [MORE]: as of one window.
row() { printf '{"window":{"start":"a","end":"b"},"id":%s,"n":%s%s}\n' "$1" "$2" "${3:+,$3}"; }

# tell TEXT: in one write, while the shell's own are of one line each.
tell() { cat <<<"$1" >&7; }

# soon COMMAND...: it succeeds within ten seconds.
soon() {
	local tries=200
	until "$@"; do
		[ $((tries -= 1)) -gt 0 ] || { echo "not yet: $*"; return 1; }
		sleep 0.05
	done
}

# starts OPTION...: dhcp-topn --follow reads what the test writes to descriptor 7, and writes to out and err.
starts() {
	mkfifo in
	env --default-signal=INT dhcp-topn --follow "$@" <in >out 2>err 3>&- &
	pid=$!
	exec 7>in
}

# has WANT: as out looks now.
has() { printf '%s\n' "$@" | cmp -s - out; }

# ended STATUS: the input is closed, and the run ends so.
ended() {
	local status=0
	exec 7>&-
	wait $pid || status=$?
	expect_status "$1" "$status"
}

# terminal COLUMNS LINES COMMAND: in a terminal of that size, under a shell with job control; descriptor 7 is for its
# standard input. Afterwards its status is on the screen, and the terminal's settings are in stty.
terminal() {
	command -v tmux >/dev/null || skip "no tmux"
	mkfifo in hold
	exec 8<>hold
	printf '%s\n' 'exec 9<hold' 'trap : INT' 'echo earlier' "$3" 'echo "status $?"' 'stty -a >stty' 'exec cat <&9' >session
	tm new-session -d -x "$1" -y "$2" "exec bash -m $PWD/session" 3>&- 7>&- 8>&-
	exec 7>in
}

tm() { env -u TMUX TMUX_TMPDIR="$BATS_TEST_TMPDIR" TERM=xterm tmux -u -L "${socket:-screen}" -f /dev/null "$@"; }

# captured [OPTION...]: the screen without what is empty at its end.
captured() { tm capture-pane -p "$@" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >got; }

looks_so() {
	captured
	cmp -s want got
}

# shows LINE...: the screen does, soon.
shows() {
	printf '%s\n' "$@" >want
	soon looks_so || same want got
}

is_gone() { ! kill -0 "$1" 2>/dev/null; }

# cursor 0|1 COLUMN LINE: hidden or not, and where.
cursor() { [ "$(tm display-message -p '#{cursor_flag} #{cursor_x} #{cursor_y} #{wrap_flag}')" = "$* 1" ]; }

# typescript COMMAND [STATUS]: what it writes to a terminal of 80 columns and 24 lines stands in raw.
typescript() {
	local status=0
	command -v script >/dev/null || skip "no script"
	TERM=xterm SHELL=/bin/sh script -qec "$1" /dev/null </dev/null >raw 3>&- 7>&- || status=$?
	expect_status "${2:-0}" "$status"
}

# without_sequences: what a terminal would show as text, of all that was sent to it.
without_sequences() {
	sed -e 's/\x1b\[?\(7\|25\)[lh]//g' -e 's/\x1b\[[0-9]*;1H//g' -e 's/\x1b\[[HJK]//g' -e 's/\r//g'
}

# --- blocks

@test "in a pipe, what came before a pause is a block, and an empty line stands between two" {
	starts --follow=1ms -k n
	row 1 5 >&7
	soon has '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
	tell "$(row 2 7; row 1 9)"
	soon has '{"window":{"start":"a","end":"b"},"id":1,"n":5}' '' \
		'{"window":{"start":"a","end":"b"},"id":1,"n":9}' '{"window":{"start":"a","end":"b"},"id":2,"n":7}'
	cp out before
	ended 0
	same before out
}

@test "a block of a table has its names and its widths" {
	starts --follow=1ms -k n -f table
	row 1 5 '"host":"x"' >&7
	soon has 'window.start  window.end  id  n  host' 'a             b            1  5  x'
	row 22 7 >&7
	soon has 'window.start  window.end  id  n  host' 'a             b            1  5  x' '' \
		'window.start  window.end  id  n  host' 'a             b           22  7  -' 'a             b            1  5  x'
	ended 0
}

@test "the next block comes after the duration, and the last one at the end" {
	starts --follow=1h -k n
	row 1 5 >&7
	soon has '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
	row 1 6 >&7
	row 1 7 >&7
	ended 0
	has '{"window":{"start":"a","end":"b"},"id":1,"n":5}' '' '{"window":{"start":"a","end":"b"},"id":1,"n":7}'
}

@test "the duration is kept" {
	starts --follow=500ms -k n
	row 1 5 >&7
	soon test -s out
	first=$(date -r out +%s%N)
	row 1 6 >&7
	soon has '{"window":{"start":"a","end":"b"},"id":1,"n":5}' '' '{"window":{"start":"a","end":"b"},"id":1,"n":6}'
	[ $(($(date -r out +%s%N) - first)) -gt 450000000 ]
	ended 0
}

@test "lines without rows make no block" {
	starts --follow=1ms --stats
	printf '\n{"heartbeat":true,"ts":"2019-04-30T05:00:00.000000Z"}\nnonsense\n' >&7
	soon grep -q 'dhcp-topn: -:3: ' err
	same /dev/null out
	ended 1
	same /dev/null out
	tail -n 1 err >got
	echo '{"program":"dhcp-topn","read":3,"passed":0,"blank":1,"bad":1,"heartbeats":1,"rows":0}' >want
	same want got
}

@test "an input that never pauses is written from time to time, and its end is exact" {
	for i in {1..40}; do cat "$DATA/spark/rows-day.jsonl"; done >in
	dhcp-topn --follow=1us <in >out
	[ "$(grep -c '^$' out)" -ge 1 ]
	awk -v RS= '{ block = $0 } END { print block }' out >got
	dhcp-topn "$DATA/spark/rows-day.jsonl" >want
	same want got
	dhcp-topn --follow=1h <in >got
	same want got
}

@test "blocks are read by jq, and by dhcp-topn itself" {
	starts --follow=1ms -k n
	row 1 5 >&7
	soon test -s out
	row 1 9 >&7
	soon grep -q '"n":9' out
	ended 0
	jq -c .n out | paste -sd ' ' >got
	echo '5 9' >want
	same want got
	dhcp-topn --upsert window,id out >got
	row 1 9 >want
	same want got
}

@test "SIGTERM and SIGINT end the input: what is new is written, then the run dies of it" {
	for signal in TERM:143 INT:130; do
		rm -f in out err
		starts --follow=1h -k n --stats
		row 1 5 >&7
		soon test -s out
		row 2 7 >&7
		echo nonsense >&7
		soon grep -q 'dhcp-topn: -:3: ' err
		kill -"${signal%:*}" $pid
		soon is_gone $pid
		ended "${signal#*:}"
		has '{"window":{"start":"a","end":"b"},"id":1,"n":5}' '' \
			'{"window":{"start":"a","end":"b"},"id":2,"n":7}' '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
		grep -q '"passed":2,"blank":0,"bad":1' err
	done
}

@test "with --strict the first line that is not understood ends it, and nothing more is written" {
	starts --follow=1h -k n --strict
	row 1 5 >&7
	soon test -s out
	tell "$(row 2 7; echo nonsense)"
	ended 2
	has '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
}

@test "nobody reads the blocks" {
	mkfifo in out
	dhcp-topn --follow=1ms <in >out 2>err 3>&- &
	pid=$!
	exec 7>in 6<out
	exec 6<&-
	row 1 5 >&7
	soon is_gone $pid
	ended 141
	same /dev/null err
}

@test "a reader who pauses does not make the next block late" {
	mkfifo in out
	dhcp-topn --follow=1ms -k n <in >out 3>&- &
	pid=$!
	exec 7>in 6<out
	tell "$(row 1 5 "\"h\":\"$(printf '%0300000d' 0)\"")"
	sleep 1
	cat <&6 >copy 3>&- 7>&- &
	row 1 6 >&7
	soon grep -q '"n":6}' copy
	ended 0
}

# --- which rows

@test "rows of one window and id replace one another, unless another key is given" {
	{ row 1 5 '"k":1'; row 1 4 '"k":2'; } >rows
	dhcp-topn --follow -k n rows >got
	row 1 4 '"k":2' >want
	same want got
	dhcp-topn --follow -k n --upsert k rows >got
	{ row 1 5 '"k":1'; row 1 4 '"k":2'; } >want
	same want got
}

@test "rows without id replace one another too, which is said once" {
	printf '%s\n' '{"k":1}' '{"k":2}' >rows
	dhcp-topn --follow -k k rows >got 2>err
	echo '{"k":2}' >want
	same want got
	echo 'dhcp-topn: rows without id replace one another; their keys can be named with --upsert' >want
	same want err
	dhcp-topn --follow -k k --upsert k rows >got 2>err
	same /dev/null err
	echo '{"id":null}' | dhcp-topn --follow 2>err
	same /dev/null err
}

@test "with --by all rows are counted, unless a key is given" {
	{ row 1 5; row 1 5; row 2 6; } >rows
	dhcp-topn --follow --by n rows >got
	printf '%s\n' '{"n":5,"count":2,"share":0.666667}' '{"n":6,"count":1,"share":0.333333}' >want
	same want got
	dhcp-topn --follow --by n --upsert id rows >got
	printf '%s\n' '{"n":5,"count":1,"share":0.5}' '{"n":6,"count":1,"share":0.5}' >want
	same want got
}

@test "counts go on from block to block" {
	starts --follow=1ms --by n --per n
	tell "$(row 1 5; row 2 6)"
	soon has '{"n":5,"count":1,"share":0.5}' '{"n":6,"count":1,"share":0.5}'
	tell "$(row 1 5; row 1 5)"
	soon has '{"n":5,"count":1,"share":0.5}' '{"n":6,"count":1,"share":0.5}' '' \
		'{"n":5,"count":3,"share":0.75}' '{"n":6,"count":1,"share":0.25}'
	ended 0
}

@test "a missing = is recognised, a wrong duration refused" {
	fails 2 'dhcp-topn: 5s: no such file; --follow=5s?' dhcp-topn --follow 5s
	fails 2 'dhcp-topn: --follow: 5: not a duration (90s, 30m, 1h30m, 1d)' dhcp-topn --follow=5
	row 1 5 >5s
	dhcp-topn --follow 5s >got
	same 5s got
}

# --- a screen

@test "on a terminal the rows are drawn in place, without what does not fit" {
	terminal 40 8 'dhcp-topn --follow=1ms -k n -f table <in'
	tell "$(for i in 1 2 3; do row $i $i '"host":"abcdefghijklmnopqrstuvwxyz"'; done)"
	shows 'window.start  window.end  id  n  host' 'a             b            3  3  abcdefg' \
		'a             b            2  2  abcdefg' 'a             b            1  1  abcdefg'
	soon cursor 0 0 4
	tell "$(for i in 1 2 3 4 5 6 7 8; do row $i 1$i '"host":"x"'; done)"
	shows 'window.start  window.end  id   n  host' 'a             b            8  18  x' 'a             b            7  17  x' \
		'a             b            6  16  x' 'a             b            5  15  x' 'a             b            4  14  x'
	soon cursor 0 0 6
	exec 7>&-
	shows 'window.start  window.end  id   n  host' 'a             b            8  18  x' 'a             b            7  17  x' \
		'a             b            6  16  x' 'a             b            5  15  x' 'a             b            4  14  x' 'status 0'
	soon cursor 1 0 7
	captured -S -
	[ "$(head -n 1 got)" = earlier ]
}

@test "rows of JSON, csv and tsv are drawn like that too" {
	for form in ndjson csv tsv; do
		rm -f in hold
		socket=$form
		terminal 20 5 "dhcp-topn --follow -k n -f $form <in"
		row 12 5 >&7
		case $form in
		ndjson) shows '{"window":{"start":"' ;;
		csv) shows 'window.start,window.' 'a,b,12,5' ;;
		tsv) shows 'window.start    wind' 'a       b       12' ;;
		esac
	done
}

@test "a new size is drawn at once" {
	terminal 30 6 'dhcp-topn --follow=1h -k n <in'
	tell "$(for i in 1 2 3 4 5 6 7 8; do row $i $i; done)"
	shows '{"window":{"start":"a","end":"' '{"window":{"start":"a","end":"' '{"window":{"start":"a","end":"' '{"window":{"start":"a","end":"'
	tm resize-window -x 50 -y 5
	shows '{"window":{"start":"a","end":"b"},"id":8,"n":8}' '{"window":{"start":"a","end":"b"},"id":7,"n":7}' \
		'{"window":{"start":"a","end":"b"},"id":6,"n":6}'
	tm resize-window -x 10 -y 4
	shows '{"window":' '{"window":'
	soon cursor 0 0 2
}

@test "what a taller terminal brings back is not drawn over" {
	terminal 40 12 'for i in 1 2 3 4 5; do echo KEEP-$i; done; dhcp-topn --follow=1h -f csv -k n --fields n <in'
	tell "$(for i in 1 2 3 4 5 6 7 8 9; do row $i $i; done)"
	shows n 9 8 7 6 5 4 3 2 1
	for lines in 24 30; do
		tm resize-window -x 40 -y $lines
		soon eval '[ "$(tm capture-pane -p -S -100 | grep -c KEEP)" -eq 5 ]'
		shows n 9 8 7 6 5 4 3 2 1
	done
}

@test "a terminal of one line shows the first one" {
	terminal 20 1 'dhcp-topn --follow=1h -f csv -k n --fields n <in'
	tell "$(row 1 7)"
	shows n
}

@test "a character that the terminal takes to be narrower leaves nothing of the line before" {
	terminal 60 6 'dhcp-topn --follow=1ms -u id -f csv --fields h <in'
	tell "{\"id\":1,\"max_ts\":1,\"h\":\"$(printf 'OLD-LINE-%.0s' {1..20})\"}"
	soon eval 'tm capture-pane -p | grep -q OLD-LINE'
	tell "{\"id\":1,\"max_ts\":2,\"h\":\"$(printf '👨‍👩‍👧%.0s' {1..20})\"}"
	soon eval '! tm capture-pane -p | grep -q OLD'
}

@test "stopped while the terminal takes nothing, it draws anew, and nothing over what others wrote" {
	terminal 60 12 'dhcp-topn --follow=10ms -f csv -k n --fields n <in; for i in 1 2 3 4 5 6 7 8; do echo KEEP-$i; done; fg >/dev/null'
	tell "$(row 1 1)"
	shows n 1
	tm send-keys C-s
	sleep 0.3
	tell "$(row 2 2)"
	sleep 0.5
	tm send-keys C-z
	soon eval 'tm capture-pane -p -S -200 | grep -q KEEP-8'
	tell "$(row 3 3)"
	soon eval 'tm capture-pane -p | grep -qx 3'
	tm capture-pane -p -S -200 | grep -c KEEP | grep -qx 8
}

@test "a wide character is drawn whole or not at all, and what takes no room has an end" {
	terminal 20 6 'dhcp-topn --follow -k n --upsert n <in'
	tell "$(
		echo '{"n":3,"h":"민수의-노트북"}'
		echo '{"n":2,"h":" 민수의-노트북"}'
		printf '{"n":1,"h":"x%s"}\n' "$(printf '\xcc\x81%.0s' {1..5000})"
	)"
	printf '%s\n' '{"n":3,"h":"민수의-' '{"n":2,"h":" 민수의-' >want
	drawn() {
		captured
		[ "$(wc -l <got)" -eq 3 ] && head -n 2 got | cmp -s want -
	}
	soon drawn || same want got
	[ "$(wc -c <got)" -lt 400 ]
	[[ $(tail -n 1 got) = *$'\xcc\x81' ]]
}

@test "Ctrl-C leaves the last rows, the cursor below them, and the terminal as it was" {
	terminal 50 8 'stty -a >before; dhcp-topn --follow=1h -k n <in'
	row 1 5 >&7
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
	row 2 7 >&7
	tm send-keys C-c
	shows '{"window":{"start":"a","end":"b"},"id":2,"n":7}' '{"window":{"start":"a","end":"b"},"id":1,"n":5}' 'status 130'
	soon cursor 1 0 3
	soon test -s stty
	same before stty
	captured -S -
	[ "$(head -n 1 got)" = earlier ]
}

@test "Ctrl-Z gives the terminal back, and fg draws anew" {
	terminal 50 12 'dhcp-topn --follow=1h -k n <in; echo "stopped $?"; read -r line; fg >/dev/null'
	row 1 5 >&7
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
	soon cursor 0 0 1
	tm send-keys C-z
	stopped() {
		captured
		[ "$(head -n 1 got)" = '{"window":{"start":"a","end":"b"},"id":1,"n":5}' ] && grep -q "^\(\^Z\)*stopped 148" got
	}
	soon stopped
	[ "$(tm display-message -p '#{cursor_flag}')" = 1 ]
	tm send-keys Enter
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
	soon cursor 0 0 1
	exec 7>&-
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":5}' 'status 0'
	soon cursor 1 0 2
	captured -S -
	grep -q "^\(\^Z\)*stopped 148" got
}

# hostile: rows with what moves a cursor, deceives, or has no end.
hostile() {
	row 1 9 '"h":"\u001b]0;owned\u0007\u001b[2J\u001bc\u001b[?25h"'
	row 2 8 '"h":"a\nb\tc\rd\u0000e\u007f\u0080"'
	printf '{"id":3,"n":7,"h":"\xc2\x9b31m \xe2\x80\xaertl\xe2\x80\x8f \x7f \xff\xfe\xf0\x9f"}\n'
	row 4 6 "\"h\":\"$(printf 'long%.0s' {1..20000})\""
	row 5 5 "\"h\":\"$(printf 'a\xcc\x81\xcd\x8f%.0s' {1..10000})\""
	row 6 4 '"h\u001b[5m":"name","nest":{"\u202e":["\u001b[1m"]}'
}

@test "what strangers write is only ever text on a screen" {
	terminal 140 10 'dhcp-topn --follow -k n <in'
	tell "$(hostile)"
	drawn() {
		captured
		grep -q '"id":6' got
	}
	soon drawn
	grep -qF '"h":"\u001b]0;owned\u0007\u001b[2J\u001bc\u001b[?25h"}' got
	grep -qF '"h":"a\nb\tc\rd\u0000e\u007f\u0080"}' got
	grep -qF '"h":"\u009b31m \u202ertl\u200f \u007f ' got
	[ "$(wc -l <got)" -eq 6 ]
	[ "$(tm display-message -p '#{pane_title}')" != owned ]
	soon cursor 0 0 6
}

@test "nothing but our own sequences reaches a terminal, in any format" {
	hostile >rows
	for form in ndjson table csv tsv html; do
		typescript "dhcp-topn --follow -k n -f $form rows"
		without_sequences <raw >text
		grep -q 'u001b' text
		[ "$(wc -l <text)" -lt 60 ]
		iconv -f UTF-8 -t UTF-32LE <text >/dev/null
		tr -d '\n' <text | LC_ALL=C grep -P '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' && return 1
		[ "$(wc -c <raw)" -lt 20000 ]
	done
}

@test "each drawing begins at home, clears what is left of its lines, and what is below" {
	row 1 5 >rows
	typescript 'dhcp-topn --follow rows'
	# The screen is scrolled away first; a terminal writes LF as CR LF.
	{
		printf '\33[?25l\33[?7l'
		printf '\r\n%.0s' {1..24}
		printf '\33[H%s\33[K\33[2;1H\33[J\33[?7h' "$(cat rows)"
		printf '\33[?7h\33[?25h'
	} >want
	same want raw
}

@test "the cursor is shown last, on every way out" {
	for way in end:0 strict:2 INT:130 TERM:143 HUP:129 QUIT:131 PIPE:141; do
		rm -f in raw pid
		mkfifo in
		(ulimit -c 0; typescript 'echo $$ >pid; exec env --default-signal=INT,QUIT,PIPE dhcp-topn --strict --follow=1ms -k n <in 2>/dev/null' "${way#*:}") &
		script=$!
		exec 7>in
		row 1 5 >&7
		soon grep -qs '"n":5.*h$' raw
		case $way in
		end:*) ;;
		strict:*) echo nonsense >&7 ;;
		*) kill -"${way%:*}" "$(cat pid)" ;;
		esac
		exec 7>&-
		wait $script
		[ "$(tail -c 6 raw)" = $'\33[?25h' ]
		[ "$(grep -c '"n":5' raw)" -eq 1 ]
	done
}

@test "the cursor is shown again where memory runs out" {
	sanitized && skip "no room for shadow memory"
	awk 'BEGIN { for (i = 0; i < 600000; i++) printf "{\"id\":%d,\"max_ts\":\"%0100d\"}\n", i, i }' >rows
	typescript 'ulimit -v 60000; dhcp-topn --follow=1ms -n 3 rows' 2
	tail -n 1 raw | grep -qF $'\33[?25hdhcp-topn: no memory'
}

@test "a signal that is ignored stays so" {
	mkfifo in
	typescript 'trap "" INT HUP; echo $$ >pid; exec dhcp-topn --follow=1ms -k n <in' &
	script=$!
	exec 7>in
	row 1 5 >&7
	soon grep -qs '"n":5' raw
	kill -INT "$(cat pid)"
	kill -HUP "$(cat pid)"
	row 1 6 >&7
	soon grep -q '"n":6' raw
	exec 7>&-
	wait $script
}

@test "a second signal ends a run whose terminal takes nothing" {
	command -v python3 >/dev/null || skip "no python3"
	for i in {1..300}; do row $i $i "\"h\":\"$(printf '%0900d' 0)\""; done >rows
	TERM=xterm timeout 60 python3 - <<-'END'
		import fcntl, os, pty, select, signal, struct, sys, termios, time
		signal.signal(signal.SIGINT, signal.default_int_handler)
		pid, terminal = pty.fork()
		if pid == 0:
		    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 400, 1000, 0, 0))
		    signal.signal(signal.SIGINT, signal.SIG_DFL)
		    os.execvp("dhcp-topn", ["dhcp-topn", "-n", "0", "--follow", "rows"])
		select.select([terminal], [], [], 30)
		for again in range(100):
		    os.kill(pid, signal.SIGINT)
		    time.sleep(0.1)
		    ended, status = os.waitpid(pid, os.WNOHANG)
		    if ended:
		        break
		sys.exit(not ended or not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGINT)
	END
}

@test "a terminal that cannot be drawn on gets blocks, without anything that moves a cursor" {
	hostile >rows
	for kind in dumb ''; do
		typescript "TERM=$kind dhcp-topn --follow -k n rows"
		[ "$(wc -l <raw)" -eq 6 ]
		LC_ALL=C grep -P '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]' raw && return 1
		head -n 1 raw | grep -qF '\u001b]0;owned'
	done
}

@test "a terminal that has gone ends the run, and that is said" {
	python3 - 2>err <<-'END'
		import os, pty, subprocess, sys
		ours, theirs = pty.openpty()
		run = subprocess.Popen(["dhcp-topn", "--follow=1ms", "-k", "n"], stdin=subprocess.PIPE, stdout=theirs,
		                       env=dict(os.environ, TERM="xterm"))
		os.close(theirs)
		run.stdin.write(b'{"id":1,"n":5}\n')
		run.stdin.flush()
		while b'"n":5' not in os.read(ours, 65536):
		    pass
		os.close(ours)
		run.stdin.write(b'{"id":2,"n":6}\n')
		run.stdin.flush()
		sys.exit(run.wait(10) != 2)
	END
	echo 'dhcp-topn: standard output: Input/output error' >want
	same want err
}

@test "messages stand below the rows, and the next drawing clears them away" {
	terminal 60 10 'dhcp-topn --follow=1ms -k n <in'
	row 1 5 >&7
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":5}'
	echo '[1]' >&7
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":5}' 'dhcp-topn: -:2: not a JSON object'
	row 1 6 >&7
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":6}'
	echo '[2]' >&7
	exec 7>&-
	shows '{"window":{"start":"a","end":"b"},"id":1,"n":6}' 'dhcp-topn: -:4: not a JSON object' 'status 1'
}
