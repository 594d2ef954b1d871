# shellcheck shell=sh
# recipe: what the recipes have in common.  Sourced by each of recipes/*, which then says
#
#   option NAME [VALUE]   takes an option of its own, or fails
#   answer FILE...        writes the rows of the answer, or puts them together with dhcp-topn
#   recipe "$@"           does the rest
#
# and has these words:
#
#   events TYPES FIELDS FILE...   the DHCP events of the files, unpacked, as flat records in the order of the files
#   run COMMAND...                a part of a pipeline, whose failure is not lost
#   leases FILE...                who held which address, into $tmp/leases; the records, by time, into $tmp/records
#   named EXPR [OPTION]...        rows, with the name that the client told where the server did not
#   rows EXPR [OPTION]...         each row through jq, where `time` cuts a stamp for people, and `listed` makes an array a text
#   number, is_address, is_mac    what an option's value must be; mac_of spells it
#
# The variables that a recipe may set before: detects=yes (status 1 if there are rows), extended=yes (ACKs alone tell
# nothing; events are those of all types then, with client_ip), most (how many rows are shown; with cut=meant it is not
# said if there are more), sort (options of dhcp-topn).  $self is the recipe's own file.
#
# What is set here is used there:
# shellcheck disable=SC2034,SC2154

set -uf

detects='' extended='' most=0 cut='' sort='' # for the recipes
format=table since='' until='' conditions='' at='' lease=''
here=${self%/*}
name=${self##*/}
everything=29200d # a window from 1970 to 2049
export LC_ALL=C
PATH=${BIN:+$BIN:}$here/../../bin:$PATH:$here/../../../bin # in the tree, or installed

# What comes from outside could tell a terminal what to do.
controls=$(printf 's/[[:cntrl:]]/?/g; s/\302[\200-\237]/?/g')
clean() { sed "$controls"; }

say() {
	printf '%s\n' "$name: $(printf '%s' "$*" | tr '\n' ' ' | clean)" >&2
}

die() {
	say "$*"
	exit 2
}

# header, help: the comment at the beginning of the recipe, and with it what is the same in all of them.
header() {
	sed -n '2,/^$/ { s/^# \{0,1\}//; p; }' "$self"
}

help() {
	header
	cat <<'END'
Of all recipes:
  --since T, --until T  only events from T on, and before T: a stamp, a date,
                        now, today, or -2h
  -n N                  how many rows are shown, 0 for all
  -f, --format FORM     table, ndjson, csv, tsv or html (table)
  -h, --help
A file may be compressed (gz, xz, zst, bz2); - or none is standard input.
END
}

number() {
	case $2 in
	'' | *[!0-9]* | 0?*) die "$1: $2: not a number" ;;
	??????????*) die "$1: $2: too large a number" ;;
	esac
}

# is_address, is_mac TEXT
is_address() {
	printf '%s\n' "$1" | awk '
		/^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/ {
			n = split($0, part, ".")
			for (i = 1; i <= n; i++) if (length(part[i]) > 3 || part[i] > 255 || part[i] ~ /^0./) exit
			ok = 1
		}
		END { exit !ok || NR > 1 }'
}

is_mac() {
	printf '%s\n' "$1" | awk '
		tolower($0) ~ /^[0-9a-f][0-9a-f]([:-][0-9a-f][0-9a-f])+$/ { ok = length($0) == 17 }
		END { exit !ok || NR > 1 }'
}

# mac_of TEXT: as Suricata writes it.
mac_of() {
	printf '%s\n' "$1" | tr 'A-F-' 'a-f:'
}

# note STATUS PART: sh knows the status of the last part of a pipeline only, so the others are written down.  Where that
# fails, the disk being full, the recipe ends.
note() {
	echo "$*" >>"$tmp/ended" || kill $$
}

run() {
	"$@"
	set -- "$1" $?
	[ "$2" -eq 0 ] || note "$2" "$1"
	return "$2"
}

# jq ...: itself; but there are texts from outside in its complaints.
jq() {
	{ return "$({ { command jq "$@" 2>&1 >&3 3>&- 4>&-; echo $? >&4; } | clean >&2 3>&- 4>&-; } 4>&1)"; } 3>&1
}

# unpacker FILE: set $unpack to what unpacks it, if anything must, or say that it is missing.  A pipe is not looked into,
# as it would miss that.
unpacker() {
	unpack=''
	[ "$1" != - ] && [ -f "$1" ] && [ -r "$1" ] || return 0
	case $(od -An -tx1 -N 6 <"$1" | tr -d ' \n') in
	1f8b*) unpack=gzip ;;
	fd377a585a00 | 5d0000*) unpack=xz ;;
	28b52ffd* | 502a4d18*) unpack=zstd ;;
	425a68*) unpack=bzip2 ;;
	4c5a495001*) unpack=lzip ;;
	894c5a4f*) unpack=lzop ;;
	04224d18*) unpack=lz4 ;;
	*) return 0 ;;
	esac
	command -v $unpack >/dev/null && return
	say "$1: $unpack is needed to unpack it"
	note 2 unpacker
	return 2
}

# filter FILE OPTION...: its counts go to $tmp/counts, its messages name the file that is meant.
filter() {
	file=$1
	shift
	unpacker "$file" || return
	{
		if [ "$unpack" ]; then
			run "$unpack" -dc <"$file" | run eve-dhcp-filter --stats "$@" 2>&1 >&3 3>&-
		else
			run eve-dhcp-filter --stats "$@" -- "$file" 2>&1 >&3 3>&-
		fi | NAME=$file COUNTS=$tmp/counts awk '
			/^{"program":/ { print >>ENVIRON["COUNTS"]; next }
			index($0, "eve-dhcp-filter: -:") == 1 { $0 = "eve-dhcp-filter: " ENVIRON["NAME"] substr($0, 19) }
			{ print; fflush() }' | clean >&2
	} 3>&1
}

# events TYPES FIELDS FILE...: of these types, or of all if the list is empty.
events() {
	types=$1 fields=$2
	shift 2
	[ $# -gt 0 ] || set -- -
	[ "$*" != - ] || [ ! -t 0 ] || say "reading events from the terminal, as no file is named"
	for file; do
		# Conditions are words.
		# shellcheck disable=SC2086
		filter "$file" --time event ${types:+"--dhcp-type=$types"} "--fields=$fields" $conditions \
			${since:+"--since=$since"} ${until:+"--until=$until"}
	done | if [ "$extended" ]; then notice; else cat; fi
}

# notice: pass records on, and note if there is one that needs `extended: yes`: all of those have client_ip, no other has.
# (The type tells nothing: what sends a second one can pass for another than ACK.)  A quote in a name is \", and so fools
# nobody.
notice() {
	MARK=$tmp/marked run awk '
		!marked && /"client_ip":/ { marked = 1; print >ENVIRON["MARK"] }
		{ print }'
}

# rows EXPR [OPTION]...
rows() {
	expr=$1
	shift
	# One by one jq goes on behind a row on which it fails, and forgets it.
	case ${1:-} in -[ns]) ;; *) set -- -n "$@" && expr="inputs | $expr" ;; esac
	case $format in table | html) people=true ;; *) people=false ;; esac
	run jq -c --argjson people $people "$@" "def time: if . != null and \$people then .[:19] + \"Z\" else . end;
		def listed: map(tostring) | join(\" \"); $expr"
}

# Leases need the order of time; names need all messages.
leases() {
	events '' +lease_time,renewal_time "$@" | run sort >"$tmp/records"
	run dhcp-window -e $everything -b client_mac -a 'hostname=last(hostname)' --having '.hostname != null' \
		"$tmp/records" >"$tmp/names"
	run dhcp-leases ${at:+"--at=$at"} ${lease:+"--lease=$lease"} "$tmp/records" >"$tmp/leases"
}

# named EXPR [OPTION]...
named() {
	expr=$1
	shift
	rows "reduce \$names[] as {\$client_mac, \$hostname} ({}; .[\$client_mac | tostring] = \$hostname) | . as \$told
		| inputs | .hostname = (.hostname // \$told[.client_mac | tostring]) | $expr" -n --slurpfile names "$tmp/names" "$@"
}

# counted NAME...: the sum of these counts of all files.
counted() {
	[ ! -e "$tmp/counts" ] || awk -v names="$*" '
		BEGIN { split(names, name, " ") }
		{ for (i in name) if (match($0, "\"" name[i] "\":[0-9]+")) sum += substr($0, RSTART + length(name[i]) + 3, RLENGTH - length(name[i]) - 3) }
		END { printf "%.0f\n", sum }' "$tmp/counts"
}

# Status 1 of the programs says that some input was not understood, and they have said so.
ended() {
	[ -e "$tmp/ended" ] || return 0
	while read -r code part; do
		case $code:$part in
		1:eve-dhcp-filter | 1:dhcp-*) [ "$ending" = failed ] || ending=partly ;;
		2:eve-dhcp-filter | 2:dhcp-* | 2:unpacker) ending=failed ;; # they, too
		141:*) ending=failed ;; # by the end of its reader
		*) ending=failed && say "$part ended with status $code" ;;
		esac
	done <"$tmp/ended"
}

show() {
	found=$(wc -l <"$tmp/rows")
	# Options are words.
	# shellcheck disable=SC2086
	[ "$found" -eq 0 ] || run dhcp-topn -n "$most" $sort --format "$format" "$tmp/rows" || [ $? -ne 2 ] || exit 2
	[ "$most" -eq 0 ] || [ "$found" -le "$most" ] || [ "$cut" ] || say "$most of $found rows; -n 0 shows all"
}

# Nothing is an answer only if there was something to look at, and all of it was.
nothing() {
	[ "$ending" != failed ] || exit 2
	seen=$(counted passed src require dhcp_type since until no_time where)
	if [ "${seen:-0}" -eq 0 ]; then
		lines=$(counted read)
		die "no DHCP event in ${lines:-0} lines; why-empty tells more"
	fi
	[ -z "$extended" ] || [ -e "$tmp/marked" ] || [ "$(counted passed)" -eq 0 ] ||
		die "only ACKs in the log, but this needs \`extended: yes'; why-empty tells more"
	[ -z "$detects" ] || [ "$ending" != partly ] || die "nothing found, but some input was not understood"
	[ ! -t 2 ] || say "nothing found in $seen DHCP events"
}

finish() {
	ending=well
	show
	ended
	[ "$found" -gt 0 ] || nothing
	[ -z "$detects" ] || [ "$found" -eq 0 ] || exit 1
	case $ending in
	partly) exit 1 ;;
	failed) exit 2 ;;
	esac
}

# workplace: the programs, and the folder $tmp.
workplace() {
	(unset -f jq && command -v jq) >/dev/null || die "jq: not found (Debian has it in jq)"
	for program in eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases; do
		command -v "$program" >/dev/null || die "$program: not found; in the tree, make builds it"
	done
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-recipe.XXXXXX") || exit 2
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 2' INT HUP PIPE
	trap 'die "ended by a signal, or as there was no room in ${TMPDIR:-/tmp}"' TERM
}

# common NAME VALUE: an option of all recipes.  No value may be empty, as that of an unset variable is.
common() {
	[ "$2" ] || die "$1: without its value; see --help"
	case $1 in
	-f | --format)
		case $2 in
		table | ndjson | csv | tsv | html) format=$2 ;;
		*) die "$1: $2: not table, ndjson, csv, tsv or html" ;;
		esac
		;;
	-n) number "$1" "$2" && most=$2 cut=meant ;;
	--since) since=$2 ;;
	--until) until=$2 ;;
	*) return 1 ;;
	esac
}

option() { return 1; }
flag() { return 1; }

recipe() {
	left=$#
	while [ "$left" -gt 0 ]; do
		word=$1 left=$((left - 1))
		shift
		case $word in
		-h | --help) help || exit 2 && exit ;;
		--) break ;;
		--*=*) common "${word%%=*}" "${word#*=}" || option "${word%%=*}" "${word#*=}" || die "${word%%=*}: no such option; see --help" ;;
		-[!-]?*)
			short=${word%"${word#-?}"}
			common "$short" "${word#-?}" || option "$short" "${word#-?}" || die "$word: no such option; see --help"
			;;
		-?*)
			flag "$word" && continue
			[ "$left" -gt 0 ] || die "$word: no such option, or without its value; see --help"
			common "$word" "$1" || option "$word" "$1" || die "$word: no such option; see --help"
			shift
			left=$((left - 1))
			;;
		*) set -- "$@" "$word" ;;
		esac
	done
	while [ "$left" -gt 0 ]; do # behind --
		set -- "$@" "$1"
		shift
		left=$((left - 1))
	done
	workplace
	answer "$@" >"$tmp/rows"
	finish
}
