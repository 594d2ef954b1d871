# What the manuals and the README say is so: every example in them is run as it stands there.

# bats file_tags=once

load helper
load mock

PROGRAMS='eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases'

# examples FILE [SECTION]: the literal blocks of a manual's section, or the sh blocks of the README, as files
# examples/1, 2, ...  Those that run until interrupted, as the words before them say, are listed in examples/endless.
examples() {
	rm -rf examples && mkdir examples && : >examples/endless
	sed "s/^\`\`\`sh\$/.Bd -literal/; s/^\`\`\`\$/.Ed/; s/\\\\(aq/'/g; s/\\\\e/\\\\/g" "$1" | awk -v section="${2:-}" '
		/^\.Sh /              { here = $0 == ".Sh " section; next }
		section != "" && !here { next }
		/^\.Bd -literal/      { file = "examples/" ++n; if (words ~ /interrupted/) print n >"examples/endless"; next }
		/^\.Ed/               { close(file); file = words = ""; next }
		file == ""            { words = words $0; next }
		{ print >file }'
	[ -s examples/1 ]
}

# The files that the examples name, and a Kafka with the day on it if they name one.
prepare() {
	local partition
	cp "$DAY" eve.json
	ln -s "$SAMPLES/day.eve.json.xz" eve.json.xz
	ln -s "$SAMPLES" samples
	ln -s "$BIN" bin
	{ head -n 3 eve.json; echo '{"event_type":"dhcp","dhcp":{'; } >broken.json
	eve-dhcp-filter -t nak --raw -m 1 eve.json >nak
	if grep -q BROKER examples/[0-9]*; then
		kafka
		split -n r/4 -a 1 -d eve.json partition.
		for partition in 0 1 2 3; do
			kcat -q -P -b "$BROKER" -t suricata -p $partition -X compression.codec=gzip <partition.$partition 3>&- 8>&-
		done
		rm partition.?
	fi
}

# ends NAME FILE: the example succeeds and writes something, to standard output or a topic; what is short and always the
# same is compared with the golden file NAME.
ends() {
	bash -o pipefail "$2" >out 2>err 3>&- 8>&- || { echo "status $?"; cat "$2" err; return 1; }
	[ -s out ] || grep -q 'kcat .*-P' "$2" || { echo "no output:"; cat "$2"; return 1; }
	if [ "$(wc -l <out)" -gt 30 ] || grep -q BROKER "$2"; then return; fi
	golden "$1" cat out
}

# goes_on FILE: the example writes a new event while it runs.  (timeout ends the whole pipeline when it is ended itself.)
goes_on() {
	local tries=100
	rm -f out
	timeout 60 bash -o pipefail "$1" >out 2>err 3>&- 8>&- &
	until [ -s out ]; do
		[ $((tries -= 1)) -gt 0 ] || { echo "no output:"; cat "$1" err; break; }
		cat nak >>eve.json
		[ -z "${BROKER:-}" ] || kcat -q -P -b "$BROKER" -t suricata <nak 3>&- 8>&-
		sleep 0.1
	done
	kill $!
	wait $! || true
	cp "$DAY" eve.json # for those behind
	[ "$tries" -gt 0 ]
}

# run_examples NAME: what `examples` has found.
run_examples() {
	local number=0
	prepare
	while [ -e "examples/$((number += 1))" ]; do
		if grep -qx "$number" examples/endless; then
			goes_on "examples/$number"
		else
			ends "manual/$1.$number" "examples/$number"
		fi || { echo "example $number of $1"; return 1; }
	done
	exec 8>&-
	wait
}

@test "mandoc finds no fault with the manuals" {
	mandoc -Tlint -Wwarning "$ROOT"/man/*.[1-9] >faults || true
	same /dev/null faults
}

@test "every program and its library of names has a manual, and nothing else has" {
	(cd "$ROOT/man" && printf '%s\n' *) >got
	printf '%s\n' dhcp-fields.7 dhcp-interop.7 dhcp-kafka.7 dhcp-leases.1 dhcp-scaling.7 dhcp-topn.1 dhcp-window.1 eve-dhcp-filter.1 >want
	same want got
}

@test "every program's manual has its sections, in the usual order" {
	printf '.Sh %s\n' NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO' CAVEATS >want
	for program in $PROGRAMS; do
		grep '^\.Sh ' "$ROOT/man/$program.1" | grep -vx '\.Sh STANDARDS' >got
		same want got
	done
}

@test "the exit status is 0, 1 or 2 in every manual" {
	printf '.It %d\n' 0 1 2 >want
	for program in $PROGRAMS; do
		sed -n '/^\.Sh EXIT STATUS/,/^\.El/p' "$ROOT/man/$program.1" | grep '^\.It' >got
		same want got
	done
}

@test "a synopsis has the options in the order of --help" {
	for program in $PROGRAMS; do
		"$program" --help | grep '^ ' | grep -oE -e '[ ,]--[a-z][a-z-]*' | tr -d ' ,' | awk '!met[$0]++' >want
		sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$ROOT/man/$program.1" |
			grep -oE -e 'Fl -[a-z][a-z-]*' | sed 's/Fl /-/' >got
		same want got
	done
}

@test "a manual tells the counts of --stats, all of them, in their order" {
	for program in $PROGRAMS; do
		"$program" --stats </dev/null 2>stats
		jq -r 'del(.program) | keys_unsorted[]' stats >want
		sed -n '/^\.Ss Counts/,/^\.El/s/^\.It Cm //p' "$ROOT/man/$program.1" | sed 's/ , /\n/g' >got
		same want got
	done
}

@test "the usual fields are those of a record, in its order" {
	sed -n '/^\.Sh THE DHCP RECORD/,/^The addresses/s/^\.It \([a-z_]*\) Ta.*/\1/p' "$ROOT/man/dhcp-fields.7" >want
	jq -nc '
		{timestamp: "2019-04-30T14:03:11.123456+0900", event_type: "dhcp", src_ip: "a", dest_ip: "b",
		 dhcp: {type: 1, id: 2, client_mac: 3, client_ip: 4, assigned_ip: 5, requested_ip: 6, dhcp_type: 7, hostname: 8}}
		| {topic: "t", partition: 0, offset: 1, ts: 1, payload: tojson}' |
		eve-dhcp-filter | jq -r 'keys_unsorted[]' >got
	same want got
}

@test "the forms of input in dhcp-fields(7) are taken, each under its name" {
	examples "$ROOT/man/dhcp-fields.7" 'FORMS OF INPUT'
	set -- eve kafka ecs ecs message eve eve
	for file in examples/[0-9]*; do paste -sd ' ' "$file"; done >lines
	[ "$(wc -l <lines)" -eq $# ]
	for form; do echo '{"id":7}'; done >want
	eve-dhcp-filter --strict --fields id lines >got
	same want got
	for form; do
		read -r line
		echo "$line" | eve-dhcp-filter --strict --fields id -i "$form"
	done <lines >got
	same want got
}

@test "the examples of eve-dhcp-filter(1) work" {
	examples "$ROOT/man/eve-dhcp-filter.1" EXAMPLES
	run_examples eve-dhcp-filter
}

@test "the examples of dhcp-window(1) work" {
	examples "$ROOT/man/dhcp-window.1" EXAMPLES
	run_examples dhcp-window
}

@test "the examples of dhcp-topn(1) work" {
	examples "$ROOT/man/dhcp-topn.1" EXAMPLES
	run_examples dhcp-topn
}

@test "the examples of dhcp-leases(1) work" {
	examples "$ROOT/man/dhcp-leases.1" EXAMPLES
	run_examples dhcp-leases
}

@test "the examples of dhcp-kafka(7) work" {
	examples "$ROOT/man/dhcp-kafka.7" EXAMPLES
	run_examples dhcp-kafka
}

@test "the examples of dhcp-scaling(7) work" {
	examples "$ROOT/man/dhcp-scaling.7" EXAMPLES
	run_examples dhcp-scaling
}

# Miller does not know the time zone UTC0.
@test "the examples of dhcp-interop(7) work" {
	examples "$ROOT/man/dhcp-interop.7" EXAMPLES
	TZ=UTC run_examples dhcp-interop
}

@test "the pipelines of the README work" {
	examples "$ROOT/README.md"
	run_examples README
}

@test "the README's map of the source names every file, and none that is gone" {
	sed -n '/^## The source/,/^`tests/p' "$ROOT/README.md" | grep -oE '[a-z0-9-]+\.[ch]' | sort >want
	(cd "$ROOT/src" && for file in *.[ch]; do
		case $file in *.h) [ -e "${file%.h}.c" ] && continue ;; esac
		echo "$file"
	done) | sort >got
	same want got
}

@test "what the README links to is there" {
	grep -oE '\]\([^)]+\)' "$ROOT/README.md" | tr -d ']()' | while read -r path; do
		[ -e "$ROOT/$path" ] || echo "$path"
	done >gone
	same /dev/null gone
}
