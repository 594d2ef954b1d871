# The rules of the house: who may include whom, how options are named, how long things get.

# bats file_tags=once

load helper

PROGRAMS='eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases'

# The floors of src/.  A file may include what lies on lower floors, and its own header.
FLOORS='
4  eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases
3  event front heartbeat record select
3  query state group merge row rows origin offset partial pane session window source intake settings checkpoint hint job
3  order rank distinct upsert tally columns grid board follow lease
2  find lanes fields guess scan step text number nested value when addr jqexpr jqtext arena network table emit lockfile statefile pace duration width wide screen spell
1  crc input reader operand output cli alloc diag safe utf8 whole span
'

# On its own floor a file may include only these.
NEIGHBOURS='
front     event
heartbeat event
record    event
select    event record
query     state
group     query state
row       group
origin    window
rows      origin row
merge     group
partial   group
pane      group
session   merge pane row
window    merge pane partial row session
intake    offset source window
offset    intake
settings  window
checkpoint origin source window
statefile crc
hint      source
job       checkpoint hint intake rows settings
rank      order
tally     distinct
grid      columns
board     distinct grid order rank tally upsert
follow    board
find      lanes
fields    arena guess
guess     arena fields lanes
scan      fields guess lanes text
step      fields scan
text      fields
number    wide
value     arena fields jqexpr nested number text when
nested    jqexpr number scan text
jqexpr    arena fields jqtext
jqtext    span
table     arena
spell     arena
network   addr arena fields text
duration  when
emit      text when
screen    width
input     alloc diag operand output reader span
reader    alloc diag input operand span
operand   diag output span
output    alloc diag safe whole
cli       diag span utf8
alloc     diag
crc       output span
diag      safe whole
safe      utf8
'

@test "a source file includes only what lies below it, and the neighbours named here" {
	cd "$ROOT/src"
	grep -H '^ *# *include *"' -- *.c *.h >"$BATS_TEST_TMPDIR/includes"
	FLOORS=$FLOORS NEIGHBOURS=$NEIGHBOURS awk -F '[":]' '
		BEGIN {
			n = split(ENVIRON["FLOORS"], line, "\n")
			for (i = 1; i <= n; i++) {
				m = split(line[i], word, " ")
				for (j = 2; j <= m; j++) floor[word[j]] = word[1]
			}
			n = split(ENVIRON["NEIGHBOURS"], line, "\n")
			for (i = 1; i <= n; i++) {
				m = split(line[i], word, " ")
				for (j = 2; j <= m; j++) pair[word[1], word[j]] = 1
			}
		}
		{
			from = $1; to = $3
			sub(/\.[ch]$/, "", from); sub(/\.h$/, "", to)
			if (!(from in floor)) why = from " is on no floor"
			else if (!(to in floor)) why = to " is on no floor"
			else if (from == to || floor[to] < floor[from] || (from, to) in pair) next
			else why = floor[to] > floor[from] ? "that lies above" : "not named as a neighbour"
			print $1 " includes " $3 ": " why
		}' "$BATS_TEST_TMPDIR/includes" >"$BATS_TEST_TMPDIR/wrong"
	same /dev/null "$BATS_TEST_TMPDIR/wrong"
}

@test "the tables of floors and neighbours name no file that is gone" {
	echo "$FLOORS" | while read -r _ names; do
		for name in $names; do
			[ -e "$ROOT/src/$name.c" ] || [ -e "$ROOT/src/$name.h" ] || echo "$name is gone"
		done
	done >gone
	echo "$NEIGHBOURS" | while read -r from to; do
		for name in $to; do
			grep -qs "^#include \"$name.h\"" "$ROOT/src/$from.c" "$ROOT/src/$from.h" || echo "$from includes no $name"
		done
	done >>gone
	same /dev/null gone
}

@test "only jqexpr.c includes libjq" {
	cd "$ROOT"
	echo src/jqexpr.c >"$BATS_TEST_TMPDIR/want"
	grep -lE '^ *# *include *[<"]j[qv](_[a-z]*)?\.h[>"]' src/* >"$BATS_TEST_TMPDIR/got" || true
	same "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got"
}

@test "no source file and no script has more than 350 lines" {
	cd "$ROOT"
	wc -l src/*.[ch] samples/*.sh tests/*.sh tests/*.bash |
		awk '$1 > 350 && $2 != "total"' >"$BATS_TEST_TMPDIR/long"
	same /dev/null "$BATS_TEST_TMPDIR/long"
}

# long_names PROGRAM: one a line, as --help has them.
long_names() {
	"$1" --help | grep -oE -e '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | sort -u
}

@test "no long option is the beginning of another one of the same program" {
	for program in $PROGRAMS; do
		long_names "$program" >names
		grep -qx -e --help names
		awk -v program="$program" '
			{ name[NR] = $0 }
			END {
				for (i in name) for (j in name)
					if (i != j && index(name[j], name[i]) == 1) print program ": " name[i] " begins " name[j]
			}' names
	done >begins
	same /dev/null begins
}

@test "a letter means the same long option in every program, and a long option has the same letter" {
	for program in $PROGRAMS; do
		"$program" --help | grep -oE -e '-[A-Za-z], --[a-z][a-z-]*' | sort -u || true
	done | sort -u >pairs
	grep -q . pairs
	{ cut -d , -f 1 pairs | sort | uniq -d; cut -d ' ' -f 2 pairs | sort | uniq -d; } >twice
	same /dev/null twice
}

@test "an option is in the manual if it is in --help, and the other way round" {
	for program in $PROGRAMS; do
		long_names "$program" >help
		grep -oE -e 'Fl -[a-z][a-z-]*' "$ROOT/man/$program.1" | sed 's/Fl /-/' | sort -u >manual
		same help manual
	done
}

@test "--help goes to standard output, within 80 columns and 40 lines" {
	for program in $PROGRAMS; do
		"$program" --help >help 2>err
		same /dev/null err
		awk -v program="$program" '
			length > 80 { print program ":" NR ": " length " columns" }
			/[^ -~]/    { print program ":" NR ": not plain ASCII" }
			END         { if (NR < 5 || NR > 40) print program ": " NR " lines" }' help
	done >wrong
	same /dev/null wrong
}

@test "a case that is left out somewhere is there" {
	left_out() { awk -v groups="$2" -v to="$BATS_TEST_TMPDIR/" -f "$ROOT/tests/arch/left-out.awk" "$ROOT/tests/$1/left-out" "$ROOT"/tests/*.bats; }
	left_out valgrind valgrind
	for machine in 's390x foreign qemu' 'i386 foreign' 'debian13 root' 'O0 native'; do left_out arch "$machine all"; done
}

@test "the tree names no folder of a machine that it was made on" {
	cd "$ROOT"
	find . \( -name .git -o -name build -o -name bin -o -path ./tests/data \) -prune -o -type f \
		-exec grep -InE '/(wor[k]|roo[t]|hom[e]/[a-z]+)/' {} + >"$BATS_TEST_TMPDIR/paths" || true
	same /dev/null "$BATS_TEST_TMPDIR/paths"
}
