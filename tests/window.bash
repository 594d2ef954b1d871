# Words for the tests of what dhcp-window does with time and state (`load window` behind `load helper`).
#
#   at TIME [MEMBERS]...                 records of 2019-04-30, in pairs
#   of PARTITION OFFSET TIME [MEMBERS]   a record of topic t;  beat PARTITION OFFSET [TIME]: a heartbeat
#   short <ROWS                          rows as START END MEMBERS, without what is the same in all of them
#   shows LINES                          they are all that comes on standard input
#   counted NAMES                        these counts of the last line of --stats in the file err, as an array
#
#   live OPTION...                       dhcp-window with --stats, reading the pipe in, open as descriptor 8; what it
#                                        writes comes out in the files out and err
#   feed                                 what comes on standard input is written to it in one piece
#   settled READ                         it has taken READ lines, and written what there is to be written
#   ended [STATUS]                       no more input: it ends with that status (0)

at() {
	for (( ; $# > 0; )); do
		echo "{\"ts\":\"2019-04-30T$1Z\"${2:+,$2}}"
		shift $(($# > 1 ? 2 : 1))
	done
}

of() { printf '{"ts":"2019-04-30T%sZ"%s,"topic":"t","partition":%d,"offset":%d}\n' "$3" "${4:+,$4}" "$1" "$2"; }

beat() {
	printf '{"heartbeat":true,'
	[ -z "${3:-}" ] || printf '"ts":"2019-04-30T%sZ",' "$3"
	printf '"topic":"t","partition":%d,"offset":%d}\n' "$1" "$2"
}

short() {
	sed 's/^{"window":{"start":"\([^"]*\)","end":"\([^"]*\)"},*\(.*\)}$/\1 \2 \3/; s/2019-04-30T//g; s/\.000000Z//g; s/ $//'
}

shows() {
	cat >.got
	printf '%s' "${1:+$1
}" >.want
	same .want .got
}

counted() { grep '^{"program"' err | tail -n 1 | jq -c "[.${1//,/,.}]"; }

live() {
	[ -p in ] || mkfifo in
	[ -p never ] || mkfifo never
	: >err
	env --default-signal=INT dhcp-window --stats "$@" in >out 2>>err 3>&- 6>&- 7>&- 8>&- &
	pid=$!
	exec 6<>never 7<err 8<>in
	until_true 10 has_opened in
}

has_opened() { readlink "/proc/$pid"/fd/* | grep -q "/$1\$"; }

feed() {
	cat >.piece
	cat .piece >&8
}

# nap: 10 ms, without a process where there is a pipe from which nothing ever comes.
nap() { if [[ -p never ]]; then read -rt 0.01 -u 6 || true; else sleep 0.01; fi; }

# until_true SECONDS COMMAND...
until_true() {
	local tries=$(($1 * 100))
	until "${@:2}"; do
		[ $((tries -= 1)) -gt 0 ] || { echo "not within $1 s: ${*:2}"; return 1; }
		nap
	done
}

# told: the next line of counts, which has been asked for, in $line.
told() {
	local piece whole=
	while :; do
		if IFS= read -r piece <&7; then
			line=$whole$piece whole=
			[[ $line != '{"program"'* ]] || return 0
		else
			whole+=$piece
			kill -0 "$pid" || return
			nap
		fi
	done
}

# Its counts come between two blocks; before the second line of them it has waited, and so flushed.
settled() {
	local seen=0 line=
	while IFS= read -r line <&7; do :; done
	for _ in $(seq 1000); do
		kill -USR1 "$pid" && told || return
		[[ $line != *'"read":'$1,* ]] || [ $((seen += 1)) -lt 2 ] || return 0
	done
	echo "not $1 lines read, but: $line"
	return 1
}

ended() {
	local status=0
	exec 7<&- 8>&-
	wait "$pid" || status=$?
	expect_status "${1:-0}" "$status" || { cat err; return 1; }
}

# log N: records of six keys in the partitions 0 to 2 of topic t, out of order by up to five minutes, each tenth line a
# heartbeat.  Among their values are all kinds.
log() {
	awk -v lines="$1" '
		{ kind[kinds++] = $0 }
		function time(second, micro) {
			return sprintf("2019-04-30T%02d:%02d:%02d.%06dZ", second / 3600, second / 60 % 60, second % 60, micro)
		}
		END {
			split("1 2 \"1\" null 3 1.0", id, " ")
			for (i = 0; i < lines; i++) {
				p = i * 7 % 3
				at = 18000 + i * 40 + i * 7919 % 601 - 300
				place = sprintf("\"topic\":\"t\",\"partition\":%d,\"offset\":%d}", p, next_[p]++)
				if (i % 10 == 9) {
					print "{\"heartbeat\":true,\"ts\":\"" time(18000 + i * 40, 0) "\"," place
					continue
				}
				printf "{\"ts\":\"%s\",\"id\":%s,\"v\":%s,", time(at, i * 104729 % 1000000), id[i * 5 % 6 + 1], kind[i * 11 % kinds]
				printf "\"n\":%s,\"ip\":\"10.0.%d.%d\",\"name\":\"host %d\",%s\n", \
					i % 7 == 3 ? "null" : (i * 7919 % 2000 - 1000) (i % 3 ? "." i * 37 % 1000000 : "e" i % 9), i % 3, i * 13 % 256, i * 17 % 97, place
			}
		}' <<-'END'
		"b"
		10
		[1,[null,"x]"]]
		true
		{"a":{"b":[1]},"c":"}"}
		"\u0000\"\\\n\u001fé\ud83d\ude00"
		-0.5e1
		null
		"2019-04-30T05:03:11.123000Z"
		123456789012345678901234567890
		false
		[]
		"10.0.0.9"
		0.1000000000000000000000001
		{}
		1e400
		"a long text of more bytes than stand in a value itself"
		"b\u0000"
		1e-9
		"\u00e9"
	END
}
EVERYTHING='count,count(v),distinct(v),min(v),max(v),sum(n),avg(n),span(n),first(v),last(v),values(v),min_ip(ip),max_ip(ip),text=max(name)'
EVERYTHING=$EVERYTHING,'max(ts),first(n),distinct(n),values(name),"é\t=count(n),last(name)'
