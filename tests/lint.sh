#!/bin/sh
# What compilers and analysers have to say of the tree: nothing.
#
#   sh tests/lint.sh              every check of every file, as many at once as there are processors
#   sh tests/lint.sh CHECK FILE   one of them: gcc, clang, fanalyzer, tidy, cppcheck, shellcheck, mandoc or hardening
#
# What is let pass, and why, stands beside the line, in .clang-tidy, or here.  Installs what is missing.
# The last line is `N checks, N complaints`; status 0 only if there were checks and no complaints.

set -u
cd "$(dirname "$0")/.." || exit 2

warnings='-Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 -Wundef -Wwrite-strings
	-Wpointer-arith -Wvla -Werror'
includes='-Isrc -Itests/unit -Itests/fuzz -Itests/faults'

# compile COMPILER [FLAG]...: the way the Makefile does.  -D_GNU_SOURCE= is what a #define of it says, too.
compile() {
	# Flags are words.
	# shellcheck disable=SC2046,SC2086
	"$@" -std=gnu11 -O2 -D_GNU_SOURCE= '-DVERSION="lint"' $includes $(pkg-config --cflags libjq 2>/dev/null) \
		-c -o /dev/null "$file"
}

# Debian's start files are not marked for -fcf-protection, so that no program is.
hardened() {
	make -s OBJ=build/lint BIN=build/lint "build/lint/$file" && hardening-check --quiet --nocfprotection "build/lint/$file"
}

# clang-tidy counts, on standard error, what it does not show.
tidy() {
	# shellcheck disable=SC2046,SC2086
	tidy_said=$(clang-tidy --quiet "$file" -- -std=gnu11 -D_GNU_SOURCE= '-DVERSION="lint"' $includes \
		$(pkg-config --cflags libjq 2>/dev/null) 2>&1)
	tidy_status=$?
	printf '%s\n' "$tidy_said" | grep -v '^[0-9]* warnings\{0,1\} generated\.$'
	return "$tidy_status"
}

check() {
	# shellcheck disable=SC2086
	case $1 in
	gcc | clang) compile "$1" $warnings ;;
	fanalyzer) compile gcc -fanalyzer -Werror ;;
	tidy) tidy ;;
	cppcheck)
		cppcheck -q --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
			-D_GNU_SOURCE '-DVERSION=""' $includes "$file"
		;;
	shellcheck) shellcheck -x "$file" ;;
	mandoc) mandoc -Tlint -Wwarning "$file" ;;
	hardening) hardened ;;
	*) echo "no such check" && return 2 ;;
	esac
}

# Said in one piece, since others speak at the same time.
if [ $# -eq 2 ]; then
	file=$2
	if said=$(check "$1" 2>&1) && [ -z "$said" ]; then
		echo "ok: $1 $2"
		exit
	fi
	printf '%s\ncomplaint: %s %s\n' "$said" "$1" "$2"
	exit 1
fi

. samples/need.sh
need <<'END'
gcc              gcc
<stdio.h>        libc6-dev
<jq.h>           libjq-dev
make             make
clang            clang
clang-tidy       clang-tidy
cppcheck         cppcheck
shellcheck       shellcheck
mandoc           mandoc
hardening-check  devscripts
END

# list CHECK <FILES
list() { sed "s/^/$1 /"; }

# The slowest first.  Scripts say in their first line which shell is meant; the words of bats are none of shellcheck's.
checks() {
	c=$(find src tests -name '*.c' | sort)
	for check in tidy fanalyzer gcc clang cppcheck; do
		case $check in
		tidy | clang) echo "$c" | grep -v ^tests/coverage/ | list $check ;; # GCC's own gcov.h
		*) echo "$c" | list $check ;;
		esac
	done
	printf '%s\n' eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases | list hardening
	grep -rlE -e '^#!.*/(env )?(ba)?sh$' -e '^# shellcheck shell=' samples tests .ci | sort | list shellcheck
	printf '%s\n' man/* | list mandoc
}

make -s OBJ=build/lint BIN=build/lint || exit 2
checks | xargs -n 2 -P "$(getconf _NPROCESSORS_ONLN)" sh tests/lint.sh | awk -v checks="$(checks | wc -l)" '
	/^ok: / { ok++; next }
	/^complaint: / { said++ }
	{ print; fflush() }
	END {
		printf "%d checks, %d complaints\n", checks, checks - ok
		exit checks == 0 || ok < checks || said > 0
	}'
