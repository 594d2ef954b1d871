#!/bin/sh
# Fuzz the parsers, two targets at a time, and tell what came of it (`make fuzz SECS=60`).
#
#   sh tests/fuzz/run.sh [TARGET]...    all of them unless some are named
#   SECS=600 ENGINE=afl sh ...          so many seconds each (60); with AFL++ in place of libFuzzer
#   SECS=7200 QUIET=1800 sh ...         each until so many seconds have brought no new edge (libFuzzer alone)
#
# Installs what is missing.  build/fuzz/ENGINE keeps what was found for the next run: a folder TARGET.corpus each, of libFuzzer.
# The last line is `N targets, N crashes`; status 0 only if something ran and nothing crashed.

set -u
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<'END'
make       make
clang      clang
<stdio.h>  libc6-dev
<jq.h>     libjq-dev
xz         xz-utils
END
CC=clang need <<'END'
<sanitizer/asan_interface.h>  libclang-rt-dev
END

engine=${ENGINE:-libfuzzer} secs=${SECS:-60} top=$PWD fuzz=$PWD/tests/fuzz
case $engine in
libfuzzer)
	CC=clang checks='-fsanitize=address,undefined -fno-sanitize-recover=all'
	flags="-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link $checks" link="-fsanitize=fuzzer $checks" symbolize=1
	;;
afl)
	need <<-'END'
		afl-fuzz  afl++
	END
	CC=afl-clang-fast flags='-O1 -g' link=-fsanitize=fuzzer symbolize=0 AFL_USE_ASAN=1 AFL_USE_UBSAN=1 AFL_QUIET=1
	export AFL_USE_ASAN AFL_USE_UBSAN AFL_QUIET
	;;
*)
	echo "run.sh: ENGINE=$engine: not libfuzzer or afl" >&2
	exit 2
	;;
esac
to=$top/build/fuzz/$engine
# libjq 1.6 loses the text before a missing separator; our own memory is counted by fuzz.c.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:symbolize=$symbolize:quarantine_size_mb=32:malloc_context_size=1 UBSAN_OPTIONS=print_stacktrace=1
[ $# -gt 0 ] || set -- "$fuzz"/targets/*.c

# Files that are written and renamed thousands of times a second belong into memory.
for FUZZ_DIR in /dev/shm "${TMPDIR:-/tmp}"; do [ ! -w "$FUZZ_DIR" ] || break; done
FUZZ_DIR=$(mktemp -d "$FUZZ_DIR/dhcp-fuzz.XXXXXX") || exit 2
export FUZZ_DIR
trap 'rm -rf "$FUZZ_DIR"' EXIT
trap 'exit 1' INT TERM HUP

# compile FILE.c [FLAG]...: to FILE.o, beside what make has built.
compile() {
	name=${1##*/}
	file=$1
	shift
	# Flags are words.
	# shellcheck disable=SC2086
	$CC -std=gnu11 -D_GNU_SOURCE $flags -Wall -Wextra -Isrc -Itests/unit -Itests/fuzz "$@" -c -o "$to/fuzz/${name%.c}.o" "$file"
}

build() {
	make -s -j2 OBJ="$to" BIN="$to/bin" CC="$CC" CFLAGS="$flags" && mkdir -p "$to/fuzz" || return
	compile src/find.c -DLANES_PLAIN -Dfind_dhcp=find_dhcp_plain && mv "$to/fuzz/find.o" "$to/fuzz/find_plain.o" || return
	compile tests/unit/reference.c && compile tests/fuzz/fuzz.c && compile tests/fuzz/support.c || return
	objects=
	for file in "$to"/*.o; do
		case $file in */eve-dhcp-filter.o | */dhcp-*.o) ;; *) objects="$objects $file" ;; esac
	done
	for target; do
		compile "tests/fuzz/targets/$target.c" || return
		# shellcheck disable=SC2086
		$CC $link @tests/fuzz/wraps -o "$to/$target" "$to/fuzz/$target.o" "$to/fuzz/fuzz.o" "$to/fuzz/support.o" \
			"$to/fuzz/reference.o" "$to/fuzz/find_plain.o" $objects -ljq || return
	done
}

# unpack TARGET: its corpus joins what earlier runs have found.
unpack() {
	mkdir -p "$to/$1.corpus"
	[ ! -e "$fuzz/corpus/$1.tar.xz" ] || tar -xJf "$fuzz/corpus/$1.tar.xz" -C "$to/$1.corpus"
	[ ! -d "$fuzz/corpus/$1" ] || cp "$fuzz/corpus/$1"/* "$to/$1.corpus"
}

# by_libfuzzer TARGET: ten minutes at a time, as memory that libjq loses is given back at the end.
by_libfuzzer() (
	left=$secs quiet=0
	cd "$to" || return
	while [ "$left" -gt 0 ] && [ "$quiet" -lt "${QUIET:-$secs}" ]; do
		part=$((left < 600 ? left : 600))
		"./$1" -max_total_time=$part -max_len=4096 -timeout=20 -rss_limit_mb=3000 -detect_leaks=0 \
			-print_final_stats=1 -dict="$fuzz/words.dict" -artifact_prefix="$1.crash." "$1.corpus" 2>&1 || return
		left=$((left - part)) quiet=$((quiet + part))
		[ -z "${QUIET:-}" ] || ! new_edges "$1" || quiet=0
	done
)

# new_edges TARGET: did the last part of its log reach one that the corpus had not?
new_edges() {
	awk '
		match($0, /cov: [0-9]+/) { edges = substr($0, RSTART + 5, RLENGTH - 5) }
		/INITED/                 { before = edges }
		END { exit edges == before }' "$to/$1.log"
}

# fuzz TARGET: for SECS; $to/TARGET.log has what it said, TARGET.row its row of the table, TARGET.crash.* what crashed it.
fuzz() {
	rm -rf "$to/$1".crash* "$to/$1.row" "$to/$1.out"
	if [ "$engine" = libfuzzer ]; then
		by_libfuzzer "$1" >"$to/$1.log" </dev/null || : >"$to/$1.crash.unknown"
		awk -v name="$1" '
			match($0, /cov: [0-9]+/)          { edges = substr($0, RSTART + 5, RLENGTH - 5) }
			/^stat::number_of_executed_units/ { done += $2 }
			/^stat::new_units_added/          { new += $2 }
			/^Done [0-9]+ runs in/            { secs += $5 }
			END { printf "%-16s %12d %9d %7d %6d\n", name, done, secs ? done / secs : 0, edges, new }' "$to/$1.log" >"$to/$1.row"
	else
		AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 \
			afl-fuzz -V "$secs" -m none -t 20000 -G 4096 -x "$fuzz/words.dict" -i "$to/$1.corpus" -o "$to/$1.out" -- "$to/$1" \
			>"$to/$1.log" 2>&1 </dev/null || : >"$to/$1.crash.unknown"
		for input in "$to/$1.out"/default/crashes/id* "$to/$1.out"/default/hangs/id*; do
			[ ! -e "$input" ] || cp "$input" "$to/$1.crash.$(basename "$input" | cut -d, -f1 | tr : -)"
		done
		awk -v name="$1" '
			/^execs_done/   { done = $3 }
			/^run_time/     { secs = $3 }
			/^edges_found/  { edges = $3 }
			/^corpus_found/ { new = $3 }
			END { printf "%-16s %12d %9d %7d %6d\n", name, done, secs ? done / secs : 0, edges, new }' \
			"$to/$1.out/default/fuzzer_stats" >"$to/$1.row"
	fi
	# It ended badly; mostly with an input.
	for input in "$to/$1".crash.*; do
		case $input in *.unknown) ;; *) [ ! -e "$input" ] || rm -f "$to/$1.crash.unknown" ;; esac
	done
}

for target; do # a name, or its file
	shift
	target=${target##*/}
	set -- "$@" "${target%.c}"
done
mkdir -p "$to"
if ! build "$@" >&2; then
	echo '0 targets, 1 crashes'
	exit 1
fi
for target; do unpack "$target"; done
echo "fuzzing $# targets, $secs seconds each" >&2
printf '%-16s %12s %9s %7s %6s\n' target executions 'a second' edges new
targets=$# crashes=0
while [ $# -gt 0 ]; do
	# A pipeline only to have both at once: in the background they would be deaf to Ctrl-C.
	{ [ $# -lt 2 ] || fuzz "$2"; } | fuzz "$1"
	for target in "$1" ${2:+"$2"}; do
		cat "$to/$target.row"
		for input in "$to/$target".crash.*; do
			[ -e "$input" ] || continue
			crashes=$((crashes + 1))
			echo "$target crashed, and told why in $to/$target.log. Once more:" >&2
			echo "ASAN_OPTIONS=detect_leaks=0 $to/$target $input" >&2
		done
	done
	shift $(($# < 2 ? 1 : 2))
done
echo "$targets targets, $crashes crashes"
[ "$targets" -gt 0 ] && [ "$crashes" -eq 0 ]
