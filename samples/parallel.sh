#!/bin/sh
# The job on every core of one machine: pieces of a log side by side, each to partial rows, and these merged.  The rows are
# those of one process, byte for byte.
#
# GNU parallel cuts the files at line ends (--pipepart), so what is compressed, or a pipe, has to go another way.
# To start it takes 0.2 s, in which one process reads half a gigabyte: it is for logs much larger than that.
#
# Options are kept as words for eval, which the jobs see as $PIECE, where it expands:
# shellcheck disable=SC2016,SC2089,SC2090

set -uf

usage() {
	cat <<'END'
usage: parallel.sh [-j N] FILE... [-- FILTER-OPTION... [-- WINDOW-OPTION...]]
DHCP windows of logs, by all cores: pieces to partial rows, and these merged.
Options behind -- go to eve-dhcp-filter and to dhcp-window.

  -j N    so many pieces at once (as many as there are cores)
  --help

parallel.sh eve.json -- -r hostname -- --every 1h --by client_mac
Files must be plain.  Messages count lines from the beginning of a piece.
Status: 0 all was read, 1 some input was not understood, 2 rows may be missing.
END
}

jobs='' files='' filter='' both='' merge='' # but for jobs, words for eval

die() {
	printf 'parallel.sh: %s\n' "$*" >&2
	exit 2
}

# quote WORD: as eval takes it.
quote() {
	printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/ '/; \$s/\$/'/" || kill $$
}

file() {
	if [ ! -f "$1" ] || [ ! -r "$1" ]; then die "$1: not a file that can be read, and so cut"; fi
	case $(od -An -tx1 -N 4 <"$1" | tr -d ' \n') in
	1f8b* | fd377a58 | 28b52ffd | 425a68*) die "$1: compressed: it cannot be cut; unpack it first" ;;
	esac
	files="$files$(quote "$1")"
}

# value OPTION [VALUE]: two words are one option.
value() {
	[ $# -gt 1 ] || die "$1: without its value"
	took=2 words=$(quote "$1")$(quote "$2")
}

file_word() {
	case $1 in
	--help) usage || exit 2 && exit ;;
	-j) value "$@" && jobs=$2 ;;
	-j*) jobs=${1#-j} ;;
	-?*) die "$1: no such option; see --help" ;;
	*) file "$1" ;;
	esac
}

# What one piece alone cannot know is refused, and so is a file, which each piece would read.
filter_word() {
	case $1 in
	-m* | -c* | -v?* | --c* | --m* | --ra* | --hea*) die "$1: not with pieces" ;;
	-[xrtwi] | --exclude-src | --src | --require | --dhcp-type | --where | --since | --until | --time | --input | --fields | --reject)
		value "$@"
		;;
	-?*) ;;
	*) die "$1: not an option; files stand before the first --" ;;
	esac
	filter="$filter$words"
}

# What is asked of whole rows goes to the merging alone.
window_word() {
	case $1 in
	-[eba] | --every | --slide | --session | --align | --by | --agg) value "$@" ;;
	--having) value "$@" && merge="$merge$words" words='' ;;
	--having=* | --kafka-key | --partial | --stats | --strict) merge="$merge$words" words='' ;;
	-l* | --lateness* | --late-file* | --partitions* | --idle* | --mode* | --trigger* | --max-groups* | --on-full* | --checkpoint* | \
		--save* | --final | --merge)
		die "$1: not with pieces, which are whole at the end only"
		;;
	-?*) ;;
	*) die "$1: not an option; files stand before the first --" ;;
	esac
	both="$both$words"
}

options() {
	part=files
	while [ $# -gt 0 ]; do
		took=1 words=$(quote "$1")
		case $part:$1 in
		files:--) part=filter ;;
		filter:--) part=window ;;
		files:*) file_word "$@" ;;
		filter:*) filter_word "$@" ;;
		*) window_word "$@" ;;
		esac
		shift "$took"
	done
	case $jobs in *[!0-9]* | 0* | ????*) die "-j: $jobs: not a number of pieces" ;; esac
	[ "$files" ] || die 'which files? See --help'
}

# noted COMMAND...: a part of a pipeline, whose status is not lost, not even on a full disk.
noted='noted() { "$@" || echo $? >>"$STATUS" || kill "$TOP"; }'

pieces() {
	eval "set -- $files"
	for file; do
		# An empty file has no piece.
		[ ! -s "$file" ] || noted parallel --will-cite -j "$jobs" --block "-$jobs" --pipepart -a "$file" 'eval "$PIECE"'
	done
}

options "$@"
here=$(dirname "$(readlink -f -- "$0")")
PATH=${BIN:+$BIN:}$PATH:$here/../bin:$here/../../bin:$here/../../../../bin # in the tree, installed, or as a sample
command -v parallel >/dev/null || die 'parallel: not found (Debian has it in parallel)'
for program in eve-dhcp-filter dhcp-window; do command -v "$program" >/dev/null || die "$program: not found; in the tree, make builds it"; done
STATUS=$(mktemp "${TMPDIR:-/tmp}/dhcp-parallel.XXXXXX") || exit 2
trap 'rm -f "$STATUS"' EXIT
trap 'exit 2' INT TERM HUP PIPE
TOP=$$
PIECE="$noted; noted eve-dhcp-filter$filter | noted dhcp-window --partial$both"
export PATH STATUS TOP PIECE
: "${jobs:=$(getconf _NPROCESSORS_ONLN)}"
eval "$noted"
pieces | eval "noted dhcp-window --merge$both$merge"
exit "$(sort -n "$STATUS" | awk 'END { print NR == 0 ? 0 : $1 == 1 ? 1 : 2 }')"
