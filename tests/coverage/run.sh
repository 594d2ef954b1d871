#!/bin/sh
# Which lines and branches of src/ the tests go through: the suite with what is too slow for it, parts of it once more with
# the plain C search and scanner, and the runs with faults (tests/faults).
#
#   sh tests/coverage/run.sh [FILE.bats]...    those named are added to what the run before went through
#
# Installs what is missing; ten minutes.  Lists lines and branches by file.  Every line that nothing went through has its
# reason in tests/coverage/left, and every reason its line, or they are listed, too.  The last line is
# `lines N % (N left out, all with a reason), branches N %`; status 0 only if the lines are 100 % and the branches at
# least 95 %, and no test failed.

set -u
for file; do # as the caller stands elsewhere, perhaps
	shift
	case $file in /*) ;; *) file=$PWD/$file ;; esac
	set -- "$@" "$file"
done
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<END
$need_suite
gcov       gcc
END

build=$PWD/build/coverage
mkdir -p "$build"
[ $# -gt 0 ] || find "$build" -name '*.gcda' -exec rm {} +
trap 'exit 1' INT TERM HUP

# built FOLDER [FLAG]: the programs there, which write what they went through however they leave by themselves.
built() {
	gcc -O1 -c -o "$build/flush.o" tests/coverage/flush.c &&
		make -s CC=gcc CFLAGS='-O0 -g --coverage' CPPFLAGS="${2:-}" OBJ="$1" BIN="$1" \
			LDFLAGS="-Wl,--wrap=_exit,--wrap=raise $build/flush.o" >&2 || return
	# What was counted before a file was changed tells nothing of it.
	for notes in "$1"/*.gcno; do
		find "${notes%.gcno}.gcda" ! -newer "$notes" -exec rm {} + 2>/dev/null
	done
	return 0
}

# faults FOLDER: what it says at its end if it failed.  The dump must be asked for: nothing else in its programs calls it.
faults() {
	FAULTS_CFLAGS='-O0 -g --coverage -Wl,-u,__gcov_dump' FAULTS_OBJ=$1 CC=gcc BIN=$build \
		timeout --foreground 1500 sh tests/faults/check.sh --by wrapper >"$build/said" 2>&1 </dev/null || {
		tail -n 5 "$build/said"
		return 1
	}
}

# suite FOLDER FILE.bats...: what failed of it.
suite() {
	BIN=$1
	shift
	# What the tests link with the programs' modules takes the same flag.
	BIN=$BIN CC='gcc --coverage' timeout --foreground 1500 bats --tap --jobs 3 --no-parallelize-within-files "$@" >"$build/tap" 2>&1 </dev/null
	status=$?
	grep -v -e '^ok ' -e '^1\.\.' "$build/tap"
	return $status
}

built "$build" && built "$build/plain" -DLANES_PLAIN || exit 1
failed=0
if [ $# -gt 0 ]; then
	suite "$build" "$@" || failed=1
else
	echo "testing, for ten minutes" >&2
	suite "$build" "$PWD"/tests/*.bats "$PWD/tests/coverage/slow.bats" || failed=1
	suite "$build/plain" "$PWD/tests/eve-dhcp-filter.bats" "$PWD/tests/differential.bats" "$PWD/tests/unit.bats" || failed=1
	faults "$build/faults" || failed=1
fi
python3 -B tests/coverage/report.py tests/coverage/left "$build" "$build/plain" "$build/faults/src" || failed=1
exit $failed
