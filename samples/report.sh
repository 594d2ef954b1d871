#!/bin/sh
# One day of DHCP on a page: pictures, what was found, the top tables, and what
# could not be read.  The page is one file of HTML without scripts or anything
# from outside, as good on a phone, on paper, in the dark, or read aloud.
#
# usage: report.sh [OPTION]... DAY FILE...
#   DAY              2019-04-30, today or yesterday, in the zone of TZ or -z
#   FILE             EVE logs, also compressed (gz, xz, zst, bz2), also with other
#                    days in them; - is standard input
#   --text           plain text in place of the page
#   --mail ADDRESS   a mail to there with both, for sendmail -t
#   -o, --output DIR both into DIR, as DAY.html and DAY.txt, each replaced whole
#   -z, --zone ZONE  Asia/Seoul, KST-9 ...: whose day it is, and whose clock
#   --known ADDRESS  a DHCP server (or relay) of ours, so that others are
#                    strangers; may be given several times
#   --lease DUR      how long a lease is, where the logs do not tell (12h, say)
#   --list FILE      known MACs, one at the beginning of a line; others are new
#   -h, --help
#
# It needs jq, and but for --text gnuplot (Debian: gnuplot-nox).  The DHCP events
# of the day stand in TMPDIR meanwhile.  On a terminal pv, where it is installed,
# shows how far the logs are read.
# Status: 0 the report is made; 1 that, too, but some input was not understood,
# as it says; 2 it could not be made.
#
# Every morning by cron (by systemd: systemd/dhcp-report.timer):
#
#   10 0 * * *  PATH/report.sh --mail you@example.org yesterday /var/log/suricata/eve.json* | /usr/sbin/sendmail -t

self=$(readlink -f -- "$0")
here=${self%/*}
parts=$here/report recipes=$here/recipes
for bin in "${BIN:-$here/../bin}" "$here/../../bin" "$here/../../../../bin"; do # in the tree, and installed
	[ ! -x "$bin/eve-dhcp-filter" ] || { BIN=$(readlink -f -- "$bin") && export BIN && break; }
done
path=${BIN:+$BIN:}$PATH
# shellcheck source=samples/recipe.sh
. "$here/recipe.sh"
PATH=$path
# shellcheck source=samples/report/show.sh
. "$parts/show.sh"
most=10 # rows of a table

usage() { sed -n '2,/^# Every/ { /^# Every/d; s/^# \{0,1\}//; p; }' "$self"; }

# as FORM: what is asked for.
as() {
	[ -z "$form" ] || [ "$form" = "$1" ] || die '--text, --mail and -o: only one of them'
	form=$1
}

# take OPTION VALUE
take() {
	case $1 in
	--mail) as mail && to=$2 && case $to in '' | *[[:cntrl:]]*) die "$1: not an address" ;; esac ;;
	-o | --output) [ -d "$2" ] || die "$1: $2: no such folder" && as files && folder=$(readlink -f -- "$2") ;;
	-z | --zone) TZ=$2 && export TZ ;;
	--known) is_address "$2" || die "$1: $2: not an address" && known="$known --known $2" ;;
	--lease) is_duration "$2" || die "$1: $2: not a duration such as 12h" && length="--lease $2" ;;
	--list) [ -r "$2" ] && [ ! -d "$2" ] || die "$1: $2: cannot be read" && list=$(readlink -f -- "$2") ;;
	*) die "$1: no such option; see --help" ;;
	esac
}

is_duration() {
	case $1 in *[!0-9a-z]*) return 1 ;; esac
	dhcp-leases "--lease=$1" </dev/null >/dev/null 2>&1
}

# is_rule ZONE: KST-9, or CET-1CEST, perhaps with ,M3.5.0,M10.5.0/3 behind it (tzset(3)).
is_rule() {
	short='(<[-+0-9A-Za-z]{3,}>|[A-Za-z]{3,})' clock='[-+]?(2[0-4]|[01]?[0-9])(:[0-5][0-9]){0,2}'
	printf '%s\n' "$1" | grep -Eqx "$short$clock($short($clock)?(,[JM0-9.]+(/[-+:0-9]+)?){0,2})?"
}

# The system takes a zone that it does not know for UTC.
check_zone() {
	asked=${TZ:-UTC0}
	case $asked in
	UTC | UTC0) return ;;
	*[[:cntrl:]]*) die "-z: no such zone" ;;
	/* | :/*) file=${asked#:} ;;
	*) file=/usr/share/zoneinfo/${asked#:} ;;
	esac
	is_rule "$asked" || [ "$(head -c 4 -- "$file" 2>/dev/null | tr -d '\0')" = TZif ] ||
		die "-z: $asked: no such zone here (Debian has them in tzdata)"
}

# midnight DATE: as seconds since 1970; where clocks are put forward at midnight the day begins at one.
midnight() { date -d "$1 00:00" +%s 2>/dev/null || date -d "$1 01:00" +%s; }

# utc SECONDS: as a stamp.
utc() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

clock_of() { date -d "@$1" '+%Z, UTC%:z'; }

set_day() {
	case $1 in
	today | yesterday) day=$(date -d "$1 12:00" +%F) ;;
	[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) day=$1 ;;
	*) die "$1: not a day such as 2019-04-30, yesterday or today" ;;
	esac
	next=$(date -d "$day 12:00 tomorrow" +%F 2>/dev/null) || die "$day: no such day"
	begin=$(midnight "$day") end=$(midnight "$next") || die "$day: no such day"
	hours=$(((end - begin + 3599) / 3600))
	weekday=$(LC_ALL=C date -d "$day 12:00" '+%A, %-d %B %Y')
	align=$((begin % 3600))s
	[ "$align" != 0s ] || align=''
	zone=$(clock_of "$begin")
	[ "$(clock_of $((end - 1)))" = "$zone" ] || zone="$zone, later $(clock_of $((end - 1)))"
	offsets=$(seq "$begin" 900 "$((end + 3600))" | sed 's/^/@/' | date -f - +%z |
		sed 's/\(.\)\(..\)\(..\)/\11 \2 \3/' | awk '{ printf "%s%d", (NR > 1 ? "," : ""), $1 * ($2 * 3600 + $3 * 60) }')
}

# words FILTER [OPTION]...: jq with what report.jq defines.
words() {
	expr=$1
	shift
	run jq -L "$parts" --arg day "$day" --argjson since "$begin" --argjson hours "$hours" --argjson offsets "[$offsets]" \
		--arg name "${name_of:-}" "include \"report\"; $expr" "$@"
}

# Text for a page.
escaped() { words html -Rr; }

# --- from the logs to the day

# read_log FILE: its events of the day, whole; its counts go to counts, what is said of it to said.
read_log() {
	file=$1
	[ "$file" = - ] || { [ -r "$file" ] && [ ! -d "$file" ]; } || die "$file: cannot be read"
	unpacker "$file" || exit
	set -- "--since=$(utc "$begin")" "--until=$(utc "$end")" --raw --time event --stats
	if [ "$meter" ] && [ "$file" != - ]; then
		run pv -N "$(printf %s "${file##*/}" | clean)" <"$file" 2>&4
	elif [ "$unpack" ]; then
		cat <"$file"
	fi | {
		if [ "$unpack" ]; then run "$unpack" -dc | run eve-dhcp-filter "$@"
		elif [ "$meter" ]; then run eve-dhcp-filter "$@"
		else run eve-dhcp-filter "$@" -- "$file" <&5
		fi
	} 2>&1 >>"$tmp/day" | NAME=$file COUNTS=$tmp/counts run awk '
		/^{"program":/ { print >>ENVIRON["COUNTS"]; next }
		index($0, "eve-dhcp-filter: -:") == 1 { $0 = ENVIRON["NAME"] substr($0, 19) }
		{ sub(/^eve-dhcp-filter: /, ""); print }' >>"$tmp/said"
}

read_logs() {
	: >"$tmp/day" && : >"$tmp/said" || exit 2
	meter=''
	[ ! -t 2 ] || ! command -v pv >/dev/null || meter=pv
	read=$(printf '%s\n' "$@" | words '[inputs | sub(".*/"; "")] | list' -nRr)
	{ true 3<&0; } 2>/dev/null || exec </dev/null
	for file; do read_log "$file"; done 4>&2 5<&0
	ending=well
	ended
	[ "$ending" != failed ] || die "$(head -n 5 "$tmp/said")"
	seen=$(counted passed)
	run jq -cs '(map({read, not_dhcp, other: (.since + .until), no_time, bad, passed} | to_entries) | add | group_by(.key) | map({(.[0].key): map(.value) | add}) | add) as $n
		| {what: "lines read", lines: $n.read}, {what: "no DHCP", lines: $n.not_dhcp}, {what: "DHCP of other days", lines: $n.other},
		{what: "DHCP without a time", lines: $n.no_time}, {what: "not understood", lines: $n.bad}, {what: "DHCP of this day", lines: $n.passed}' \
		"$tmp/counts" >"$tmp/books.rows"
}

# --- what it tells

# ask NAME RECIPE [OPTION]...: rows of a recipe into NAME.rows, what it says into NAME.said, its status into NAME.status.
ask() {
	name_of=$1 recipe=$2
	shift 2
	"$recipes/$recipe" -n 0 -f ndjson "$@" "$tmp/day" >"$tmp/$name_of.rows" 2>"$tmp/$name_of.said"
	code=$?
	echo $code >"$tmp/$name_of.status" || exit 2
	[ $code -lt 2 ] || [ -s "$tmp/$name_of.said" ] || die "$recipe said nothing, perhaps as there was no room in ${TMPDIR:-/tmp}"
}

# excuse NAME: why its recipe could not look.
excuse() { sed 's/^[a-z-]*: //' "$tmp/$1.said" | words '[inputs | safe] | join("; ")' -nRr; }

# finding NAME TITLE [OPTION]...: ask, and a line of findings: what it is (found, fine, unknown), its name, title, words.
finding() {
	title=$2
	name_of=$1
	shift 2
	ask "$name_of" "$name_of" "$@"
	case $(cat "$tmp/$name_of.status") in
	0) state=fine && said=$(words words -rs "$tmp/$name_of.rows") ;;
	1) state=found && said=$(words words -rs "$tmp/$name_of.rows") ;;
	*) state=unknown && said="Could not be looked for: $(excuse "$name_of")." ;;
	esac
	printf '%s\t%s\t%s\t%s\n' $state "$name_of" "$title" "$said" >>"$tmp/findings" || exit 2
}

# number_rows: of each NAME.rows the first ones (a day has up to 25 hours), of servers all, as tables show them, to NAME.table.
# $file is jq's.
# shellcheck disable=SC2016
number_rows() {
	(set +f && words '(input_filename | split("/")[-1]) as $file
		| if $file == "servers.rows" or input_line_number <= 30 then $file, numbered else empty end' -cr "$tmp"/*.rows) | TO=$tmp run awk '
		/^{/ { print >to; next }
		{ sub(/rows$/, "table"); to = ENVIRON["TO"] "/" $0 }'
}

# table FORM NAME [OPTION]...: the first rows of NAME, in their order.
table() {
	table=$1 rows=$tmp/$2.table
	shift 2
	run dhcp-topn -n "$most" -k '#:asc' -f "$table" "$@" "$rows"
}

# Options are words.
# shellcheck disable=SC2086
look() {
	: >"$tmp/findings"
	finding rogue-servers 'Rogue servers' $known
	finding starvation 'Starvation'
	finding address-conflicts 'Address conflicts' $length
	finding failing-clients 'Clients without a lease' --still
	[ -z "$list" ] || finding new-devices 'New devices' "$list"
	ask messages messages-by-hour ${align:+"--align=$align"}
	ask clients top-clients
	ask names top-clients --by name
	ask vendors top-clients --by vendor
	ask pools pool-use $length
	run eve-dhcp-filter --fields ts,dhcp_type,src_ip,client_mac,hostname,assigned_ip "$tmp/day" >"$tmp/records"
	grep -E '"dhcp_type":"(offer|ack|nak)"' "$tmp/records" |
		run dhcp-window -e $everything -b src_ip,dhcp_type -a 'answers=count,clients=distinct(client_mac)' |
		run dhcp-topn -n 0 -k src_ip:asc:ip -k dhcp_type | run jq -c 'del(.window)' >"$tmp/servers.rows"
	run dhcp-window -e $everything -b '' -a 'messages=count,clients=distinct(client_mac),names=distinct(hostname),first=min(ts),last=max(ts)' \
		"$tmp/records" | run jq -c --slurpfile hours "$tmp/messages.rows" --slurpfile servers "$tmp/servers.rows" '
			. + {servers: $servers | map(.src_ip) | unique | length}
			+ ($hours | {acks: map(.ack) | add, naks: map(.nak) | add, declines: map(.decline) | add})' >"$tmp/totals"
}

# draw: the pictures, from files with numbers alone.
draw() {
	cd "$tmp" || exit 2
	grep -F '"dhcp_type":"ack"' records |
		run dhcp-window -e 1h ${align:+"--align=$align"} -b '' -a 'acks=count,clients=distinct(client_mac)' |
		run jq -c '.start = .window.start' >leases.rows
	words 'hours(["discover", "offer", "request", "ack", "nak", "decline", "release", "inform"])' -n -r messages.rows >messages.tsv
	words 'hours(["acks", "clients"])' -n -r leases.rows >leases.tsv
	run head -n "$most" clients.rows >best.rows
	words '[input_line_number, .messages] | @tsv' -r best.rows >clients.tsv
	words 'called | @html' -r best.rows >names
	run awk -v hours="$hours" -v clients="$(wc -l <clients.tsv)" '
		$1 % 3 == 0 { tics = tics (tics ? ", " : "") "\"" substr($2, 1, 2) "\" " $1 }
		END { printf "hours = %d\nclients = %d\nhour_tics = '\''set xtics nomirror scale 0 (%s)'\''\n", hours, clients, tics }' messages.tsv >hours.gp
	gnuplot -d "$parts/day.gp" >plot 2>&1 || die "gnuplot failed: $(cat plot)"
}

# picture NAME TITLE: with what can be read aloud; below it the caption of standard input.
picture() {
	[ -s "$tmp/$1.svg" ] || return 0
	said=$(words "picture_$1 | html" -rn "$tmp/$1.rows")
	cat <<END
<figure>
<h3>$2</h3>
$(NAMES=$tmp/names TITLE=$2 DESC=$said awk -f "$parts/svg.awk" "$tmp/$1.svg")
<figcaption>$said $(cat)</figcaption>
</figure>
END
}

# made FORM: the report, into shown.FORM.
made() {
	"show_$1" | run cat >"$tmp/shown.$1"
	[ ! -e "$tmp/ended" ] || sort -u -o "$tmp/ended" "$tmp/ended"
	ended
	[ "$ending" != failed ] || die 'the report could not be made'
}

# put FORM FILE: whole or not at all.
put() {
	if cp "$tmp/shown.$1" "$folder/.$day.$$" && mv "$folder/.$day.$$" "$2"; then return; fi
	rm -f "$folder/.$day.$$"
	exit 2
}

main() {
	form='' known='' list='' length='' folder='' to='' tab=$(printf '\t')
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help) usage && exit ;;
		--text) as text ;;
		--) shift && break ;;
		--*=*) take "${1%%=*}" "${1#*=}" ;;
		-?*) [ $# -gt 1 ] || die "$1: no such option, or without its value; see --help"; take "$1" "$2" && shift ;;
		*) break ;;
		esac
		shift
	done
	[ $# -gt 1 ] || die 'which day, of which logs? See --help'
	: "${form:=html}"
	check_zone
	set_day "$1"
	shift
	for file; do
		case $file in -?*) [ -e "$file" ] || die "$file: no such file; options stand before the day" ;; esac
	done
	export TZ=UTC0 # as $offsets tell all of the zone, and jq 1.6 takes summer time for a part of UTC
	[ "$form" = text ] || command -v gnuplot >/dev/null || die 'gnuplot: not found (Debian has it in gnuplot-nox); --text does without'
	workplace
	read_logs "$@"
	: >"$tmp/findings"
	[ "$seen" -eq 0 ] || look
	number_rows
	[ "$seen" -eq 0 ] || [ "$form" = text ] || (draw) || exit 2
	case $form in
	files)
		made html
		made text
		put html "$folder/$day.html"
		put text "$folder/$day.txt"
		;;
	*) made "$form" && cat "$tmp/shown.$form" || exit 2 ;;
	esac
	[ "$ending" != partly ] || exit 1
}

main "$@"
