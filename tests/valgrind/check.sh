#!/bin/sh
# The suite under valgrind: no leak, no byte used that was never written, no access out of bounds.  `make check-valgrind`.
#
#   sh tests/valgrind/check.sh [FILE.bats]...    all of tests/*.bats unless some are named
#
# Without the slow cases, and without those that the list left-out names.  Each program that a case starts runs under valgrind,
# whose word counts, not the case's alone: an error is found even where nobody asked for the status.  What can still be reached
# at the end is no leak: memory of the run's lifetime is left to the kernel.  Leaks of libjq are named in libjq.supp.
# Installs what is missing.  The last two lines are `N runs under valgrind, N with errors` and `N passed, N failed`; status 0
# only if something ran, and all went well.

set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -gt 0 ] || set -- tests/*.bats
. samples/need.sh
need <<END
$need_suite
valgrind   valgrind
END

# Unoptimized: what a program holds where it ends with a message, in the middle of its work, then stands on its stack still.
build=$PWD/build/valgrind
bin=$build/bin logs=$build/logs cases=$build/cases/tests
rm -rf "$logs" "$build/cases" "$build/unit"
mkdir -p "$bin" "$logs" "$cases"
make -s OBJ="$bin" BIN="$build" CFLAGS='-O0 -g' && BATS_SUITE_TMPDIR=$build ROOT=$PWD BIN=$bin bash -c '
	. tests/unit/build.bash
	sanitized() { false; }
	for unit in when number text memory state; do compile "unit-$unit" "$unit.c" || exit; done
	compile scan_diff scan_diff.c reference.c mutate.c' || exit 2

# wrap PROGRAM: it under valgrind, in $bin.  A log bears the name of its file of cases and the number of the case, and the time,
# since numbers of processes come again.
# The cases look for __asan_init: as with sanitizers a run is slow here, and has no room under a limit of memory.
wrap() {
	cat >"$bin/${1##*/}" <<-END
		#!/bin/sh
		# __asan_init
		read -r up _ </proc/uptime
		case=\${BATS_TEST_FILENAME:-unit}
		case=\${case##*/}
		exec valgrind -q --vgdb=no --leak-check=full --show-leak-kinds=definite,indirect,possible --num-callers=30 --error-exitcode=99 \\
			--suppressions="$PWD/tests/valgrind/libjq.supp" --log-file="$logs/\${case%.bats}-\${BATS_TEST_NUMBER:-0}.${1##*/}.\$\$.\$up" "$1" "\$@"
	END
	chmod +x "$bin/${1##*/}"
}
for program in $(sed -n 's/^PROGRAMS = //p' Makefile) unit/unit-when unit/unit-number unit/unit-text unit/unit-memory unit/unit-state \
	unit/scan_diff; do
	wrap "$build/$program"
done

# The cases stand in a tree like this one.
for file in "$PWD"/* "$PWD"/tests/*; do
	case $file in */tests | */build | */bin | *.bats) ;; *) ln -s "$file" "$build/cases/${file#"$PWD"/}" ;; esac
done
awk -v groups=valgrind -v to="$cases/" -f tests/arch/left-out.awk tests/valgrind/left-out tests/*.bats || exit 2

# unit PROGRAM [ARGUMENT]...: as a case.
unit() {
	name=$1
	shift
	if said=$("$bin/$name" "$@" 2>&1); then
		echo "ok 0 $name"
	else
		printf 'not ok 0 %s\n%s\n' "$name" "$said"
	fi
}

echo "testing, for a quarter of an hour" >&2
for name in unit-when unit-number unit-text unit-memory unit-state; do
	unit $name
done >"$cases/unit.tap"
unit scan_diff 1 300 tests/data/forms/*.json tests/data/suricata/*.json >>"$cases/unit.tap"
# shellcheck disable=SC2016
for file; do
	wc -c "$cases/${file##*/}"
done | sort -rn | BIN=$bin xargs -n 2 -P "$(($(getconf _NPROCESSORS_ONLN) + 1))" sh -c '
	timeout --foreground -k 30 3000 bats --filter-tags "!slow" --tap "$1" >"$1.tap" 2>&1 </dev/null
	echo "# bats ended with status $?" >>"$1.tap"'

# A planned case without a result failed, and so did a file that ended badly and names no failure.
awk '
	FNR == 1                      { file = FILENAME; sub(/.*\//, "", file); sub(/\.tap$/, "", file); shown = 0 }
	/^1\.\.[0-9]+$/               { planned += substr($0, 4); next }
	/^(not )?ok [1-9]/            { results++ }
	/^(not )?ok /                 { shown = 0 }
	/^ok .* # skip/               { next }
	/^ok /                        { passed++; next }
	/^not ok /                    { failed++; shown = 1; sub(/[0-9]+/, "(" file ")") }
	/^# bats ended with status [01]$/ { next }
	/^# bats ended/               { print "not ok (" file "): " $0; failed++ }
	shown
	END {
		if (planned > results) failed += planned - results
		printf "%d passed, %d failed\n", passed, failed
		exit failed > 0 || passed == 0
	}' "$cases"/*.tap >"$build/verdict"
status=$?

# Whatever valgrind says is an error.
runs=0 errors=0
for log in "$logs"/*; do
	runs=$((runs + 1))
	[ ! -s "$log" ] || { errors=$((errors + 1)) && echo "${log##*/}:" && head -n 60 "$log"; }
done
sed '$d' "$build/verdict"
echo "$runs runs under valgrind, $errors with errors"
tail -n 1 "$build/verdict"
[ "$status" -eq 0 ] && [ "$errors" -eq 0 ]
