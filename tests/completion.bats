# Completion in bash, zsh and fish: what is offered where, and that it is what the programs know.

# bats file_tags=once

load helper

PROGRAMS='eve-dhcp-filter dhcp-window dhcp-leases dhcp-topn'
SHELLS='bash zsh fish'

teardown() { tm kill-server 2>/dev/null || true; }

tm() { env -u TMUX TMUX_TMPDIR="$BATS_TEST_TMPDIR" TERM=xterm tmux -u -L complete -f /dev/null "$@" 3>&- 8>&-; }

# started bash|zsh: such a shell in a terminal, where Tab completes as ever, C-t puts in all that is possible, and C-o
# writes the line into the pipe `line`.
started() {
	[ -p line ] || mkfifo line
	cat >.bashrc <<-END
		. $ROOT/samples/completion/dhcp-tools.bash
		told() { printf '%s\n' "\$READLINE_LINE" >line; READLINE_LINE='' READLINE_POINT=0; }
		bind -x '"\C-o": told'
		bind '"\C-t": insert-completions'
	END
	cat >.zshrc <<-END
		fpath=($ROOT/samples/completion \$fpath)
		autoload -U compinit && compinit -D -u
		told() { print -r -- "\$BUFFER" >line; BUFFER= }
		zle -N told
		bindkey '^O' told
		zle -C all complete-word _generic
		zstyle ':completion:all:*' completer _all_matches _complete
		zstyle ':completion:all:*' insert true
		bindkey '^T' all
	END
	case $1 in
	bash) set -- bash bash --noprofile --rcfile .bashrc -i ;;
	zsh) set -- zsh env ZDOTDIR="$PWD" zsh -d -i ;;
	esac
	tm new-session -d -x 1000 -y 50 -s "$@"
}

# typed bash|zsh LINE KEY: what the line is then.
typed() {
	tm has-session -t "=$1" 2>/dev/null || started "$1"
	tm send-keys -t "=$1:" -l "$2" && tm send-keys -t "=$1:" "$3" C-o
	IFS= read -rt 20 REPLY <>line && printf '%s\n' "$REPLY"
}

# offers SHELL LINE: what can stand in place of its last word, sorted, without what the shell adds to it.
offers() {
	case $1 in
	fish) fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$ROOT/samples/completion/dhcp-tools.fish" "$2" ;;
	*) typed "$1" "$2" C-t | sed "s/^${2% *} //; s/ *\$//" | tr ' ' '\n' ;;
	esac | sed -e 's/\t.*//' -e 's/^--[a-z-]*=\(.\)/\1/' -e 's/.*://' -e 's/[=,/]$//' -e 's/[\\"'\'']//g' -e '/^$/d' | LC_ALL=C sort -u
}

# offered LINE <WORDS: in each shell these, one a line, and nothing else.
offered() {
	LC_ALL=C sort -u >.want
	for shell in $SHELLS; do
		offers "$shell" "$1" >.got
		same .want .got || { echo "$shell: $1"; return 1; }
	done
}

# options PROGRAM: as --help has them.
options() {
	"$1" --help | grep -oE -e '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,'
	"$1" --help | grep -oE -e '^  -[A-Za-z]\>' | tr -d ' ' || true
}

# takes PROGRAM OPTION: the values that it has words for, as it says of one for which it has none.
takes() {
	{ "$1" "$2" 2>&1 </dev/null || true; } | sed 's/.*: not //; s/^\(one\|a list\) of //; s/; .*//; s/^[^(]*(//; s/ or / /; s/(F)//' | tr -cs 'a-z_' '\n' | grep .
}

# fields [PROGRAM]: those that dhcp-fields(7) lists.
fields() {
	sed -n '/^\.Sh THE DHCP RECORD/,/^\.Sh HEARTBEATS/s/^\.It \([a-z_]*\) Ta.*/\1/p' "$ROOT/man/dhcp-fields.7"
	sed -n '/^a member of the event/,/^another name/p' "$ROOT/man/dhcp-fields.7" | grep -oE '^\.Ql [a-z_]+' | cut -d ' ' -f 2 | grep -vx dhcp
}

@test "each shell knows the options of each program, as they stand in --help" {
	for program in $PROGRAMS; do
		options "$program" | LC_ALL=C sort -u >want
		for shell in $SHELLS; do
			{ offers "$shell" "$program -"; offers "$shell" "$program --"; } | LC_ALL=C sort -u >got
			same want got || { echo "$shell: $program"; return 1; }
		done
	done
}

@test "an option has the values that the program takes" {
	takes eve-dhcp-filter --time=0 | offered 'eve-dhcp-filter --time='
	takes eve-dhcp-filter --input=0 | offered 'eve-dhcp-filter --input '
	takes eve-dhcp-filter --input=0 | offered 'eve-dhcp-filter -i '
	takes eve-dhcp-filter --dhcp-type=0 | offered 'eve-dhcp-filter -t '
	takes dhcp-window --mode=0 | offered 'dhcp-window --mode='
	takes dhcp-window --on-full=0 | offered 'dhcp-window --on-full '
	takes dhcp-topn --format=0 | offered 'dhcp-topn --format='
	takes dhcp-topn --format=0 | offered 'dhcp-topn -n 5 -f '
	takes dhcp-topn --sort=a:0 | offered 'dhcp-topn -k a:'
	printf '%s\n' now today | offered 'dhcp-leases --at='
	echo once | offered 'dhcp-window --trigger='
	{ takes dhcp-window --agg=0 | sed 's/$/(/'; echo count; } | offered 'dhcp-window -a "'
}

@test "fields are those of the manual" {
	fields >want
	[ "$(wc -l <want)" -gt 30 ]
	offered 'eve-dhcp-filter --fields=' <want
	offered 'eve-dhcp-filter -r ' <want
	offered 'dhcp-window --by=' <want
	sed 's/.*/max(&)/' want | offered "dhcp-window -a 'max("
	fields | sed -n '1,/^offset/p' >record
	offers bash 'dhcp-topn -b ' >got
	LC_ALL=C sort record | comm -23 - got >missing
	same /dev/null missing
}

@test "behind a comma there is what is not in the list yet" {
	printf '%s\n' offer request ack decline release inform | sed 's/^/nak,discover,/' | offered 'eve-dhcp-filter -t nak,discover,'
	printf 'id,%s\n' client_id client_ip client_mac community_id | offered 'dhcp-window -b id,c'
	printf '+lease_time,%s\n' requested_ip relay_ip renewal_time rebinding_time routers | offered 'eve-dhcp-filter --fields +lease_time,r'
	printf '%s\n' text time | offered 'dhcp-topn -k window.start:asc:t'
	printf 'count,n=max(%s)\n' client_id client_ip client_mac community_id | offered 'dhcp-window -a "count,n=max(c'
}

@test "files stand where files may" {
	touch records.ndjson
	for line in dhcp-topn 'dhcp-leases --at now' 'eve-dhcp-filter --reject' 'dhcp-window --late-file' 'dhcp-window --checkpoint'; do
		echo records.ndjson | offered "$line rec"
	done
}

@test "Tab in a terminal goes on where the word stands" {
	for shell in bash zsh; do
		while IFS='>' read -r line want; do
			typed "$shell" "$line" Tab | sed 's/[ ,=]*$//' >got
			echo "$want" >want
			same want got || { echo "$shell: $line"; return 1; }
		done <<-'END'
			dhcp-topn --fol>dhcp-topn --follow
			dhcp-topn --format=ta>dhcp-topn --format=table
			cat eve.json | eve-dhcp-filter -x ::1 --fields ts,src_i>cat eve.json | eve-dhcp-filter -x ::1 --fields ts,src_ip
			dhcp-topn -k window.start:as>dhcp-topn -k window.start:asc
			dhcp-window -a max\(hostn>dhcp-window -a max\(hostname\)
		END
	done
	[ "$(typed bash "dhcp-window --agg='count,max(hostn" Tab)" = "dhcp-window --agg='count,max(hostname)'" ]
}
