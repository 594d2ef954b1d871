#!/bin/sh
# The whole test suite, on the normal build and on one with sanitizers, side by side.
#
#   sh tests/check.sh [FILE.bats]...    all of tests/*.bats unless some are named
#   UPDATE=1 sh tests/check.sh ...      rewrite the golden files (normal build only), for git diff to show
#
# Installs what is missing.  The last line is `N passed, N failed`, summed over both builds;
# status 0 only if something ran and nothing failed.

set -u
for file; do # as the caller stands elsewhere, perhaps
	shift
	case $file in /*) ;; *) file=$PWD/$file ;; esac
	set -- "$@" "$file"
done
CDPATH='' cd "$(dirname "$0")/.." || exit 2
[ $# -gt 0 ] || set -- "$PWD"/tests/*.bats
. samples/need.sh
need <<END
$need_suite
END

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-check.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP

# Where python3 is a script that looks for one, as pyenv has it, that takes longer than most of what it is to run.
mkdir "$tmp/path" && printf '#!/bin/sh\nexec "%s" "$@"\n' "$(python3 -c 'import sys; print(sys.executable)')" >"$tmp/path/python3" &&
	chmod +x "$tmp/path/python3" && PATH=$tmp/path:$PATH

# suite NAME FOLDER JOBS FILE...: run the files, JOBS at a time, with the programs in FOLDER, into $tmp/NAME.
suite() {
	name=$1 BIN=$2 jobs=$3
	shift 3
	export BIN
	# What asks scripts around the programs, the tree, or a model that takes most of the time, is asked once.
	[ "$name" = normal ] || set -- --filter-tags '!once' "$@"
	timeout --foreground 1500 bats --tap --jobs "$jobs" --no-parallelize-within-files "$@" >"$tmp/$name" 2>&1 </dev/null
	case $? in
	0) ;;
	1) grep -q '^not ok' "$tmp/$name" || echo "# bats ended with status 1" >>"$tmp/$name" ;;
	*) echo "# bats was ended" >>"$tmp/$name" ;;
	esac
}

# shown NAME: what a run said that is not `ok`.
shown() {
	grep -v -e '^ok ' -e '^1\.\.' "$tmp/$1" | sed "s/^not ok [0-9]*/not ok ($1 build):/"
}

# A planned test without a result failed, and so did a run that ended badly and names no failure.
count() {
	awk '
		function close_run(lost) {
			lost = planned - ok - skip - bad
			bad += lost > 0 ? lost : 0
			if ((ended || !planned) && !bad) bad = 1
			passed += ok; skipped += skip; failed += bad
			ok = skip = bad = planned = ended = 0
		}
		FNR == 1 && NR > 1                { close_run() }
		/^1\.\.[0-9]+$/                   { planned = substr($0, 4) + 0 }
		/^ok [0-9]+ .*# skip/             { skip++; next }
		/^ok [0-9]+/                      { ok++ }
		/^not ok [0-9]+/                  { bad++ }
		/^# bats (ended|was ended)/       { ended = 1 }
		END {
			close_run()
			printf "%d passed, %d failed", passed, failed
			if (skipped) printf ", %d skipped", skipped
			print ""
			exit failed > 0 || passed == 0
		}' "$@"
}

# With its library linked in, GCC's UBSan can write its reports to a file, as the tests ask; Clang's can anyway.
checks='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
${CC:-cc} --version | grep -q clang || checks="$checks -static-libubsan"
if ! { make -s -j2 && { [ "${UPDATE:-}" ] || make -s -j2 OBJ=build/asan BIN=build/asan CFLAGS="$checks"; }; } >&2; then
	echo '0 passed, 1 failed'
	exit 1
fi

echo "testing, for a few minutes" >&2
# A pipeline only to have both at once: in the background they would be deaf to Ctrl-C, and so would what they test.  They
# rest often enough for six files at a time to fill two cores.
if [ "${UPDATE:-}" ]; then
	suite normal "$PWD/bin" 2 "$@"
	set -- normal
else
	suite normal "$PWD/bin" 4 "$@" | suite sanitized "$PWD/build/asan" 2 "$@"
	set -- normal sanitized
fi
for run; do
	shown "$run"
	shift
	set -- "$@" "$tmp/$run"
done
count "$@"
