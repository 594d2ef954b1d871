#!/bin/sh
# The core of the suite on other machines: `make check-arch`.
#
#   sh tests/arch/check.sh [MACHINE]...    all of them unless some are named
#
#   i386 arm64 s390x    under qemu-user, with Debian's cross compiler, C library and libjq; s390x is big-endian
#   O0 O3 clang plain   this machine with gcc -O0, gcc -O3, clang -O3, and with the search and the scanner in plain C
#   debian13            this machine with the C library, compiler, shell and libjq 1.7 of Debian 13, in a root of its own
#
# At the end they read what one another wrote (exchange.bats).  Which cases are left out where, and why, stands in left-out.
# Installs what is missing; takes root for Debian 13.  All that is made stands in build/arch.  The last line is
# `N passed, N failed, N left out`; status 0 only if something ran on each machine and nothing failed.

set -u
cd "$(dirname "$0")/../.." || exit 2
build=$PWD/build/arch
[ $# -gt 0 ] || set -- s390x arm64 i386 debian13 O0 O3 clang plain
. samples/need.sh
. tests/arch/machine.sh
need <<END
$need_build
clang      clang
xz         xz-utils
bats       bats
jq         jq
python3    python3
strace     strace
mandoc     mandoc
tmux       tmux
pgrep      procps
parallel   parallel
/usr/sbin/locale-gen locales
END

mkdir -p "$build" || exit 2
made='' lost='' MACHINES=''
for machine; do
	echo "making $machine" >&2
	if (made "$machine") >"$build/$machine.log" 2>&1; then
		made="$made $machine"
		# Those that differ in more than the compiler exchange what they wrote.
		case $machine in O0 | clang | plain) ;; *) MACHINES="${MACHINES:+$MACHINES }$machine" ;; esac
	else
		echo "not ok: $machine cannot be made:"
		tail -n 20 "$build/$machine.log" | sed 's/^/# /'
		lost="$lost $machine"
	fi
done

# jobs: MACHINE FILE, the long ones first.
jobs() {
	case $MACHINES in *' '*) echo exchange arch/exchange.bats ;; esac
	wc -c tests/*.bats | sort -rn | while read -r _ file; do
		[ -e "$file" ] || continue
		for machine in $made; do echo "$machine ${file##*/}"; done
	done
}

# count MACHINE FILES: what failed, and `MACHINE: N passed, N failed, N left out`.  A planned case without a result failed, so did a
# file that ended badly or of so many is not there, and a case that skips itself for a reason that does not stand in left-out.
count() {
	machine=$1 files=$2
	set -- "$build/$machine"/*.tap
	[ -e "$1" ] || set -- /dev/null
	awk -v machine="$machine" -v files="$files" '
		function close_file() {
			if (results < planned || !planned || (ended && !bad)) {
				print "not ok (" machine "): " file ": " results + 0 " of " planned + 0 " cases have a result; bats ended with status " ended
				failed += results < planned ? planned - results : 1
			}
			results = planned = ended = bad = shown = 0
		}
		FNR == 1 {
			if (seen++) close_file()
			file = FILENAME
			sub(/.*\//, "", file)
		}
		/^1\.\.[0-9]+$/                  { planned = substr($0, 4) + 0 }
		/^(not )?ok /                    { results++; shown = 0 }
		/^ok .* # skip left out: /       { out++; next }
		/^ok / && !/ # skip/             { passed++; next }
		/^(not )?ok /                    { failed++; bad = shown = 1; sub(/^(not )?ok [0-9]+/, "not ok (" machine "):") }
		/^# bats ended with status/      { ended = $NF; next }
		shown
		END {
			if (seen) close_file()
			if (seen < files) failed += files - seen
			printf "%s: %d passed, %d failed, %d left out\n", machine, passed, failed, out
		}' "$@"
}

export MACHINES
echo "testing, for half an hour" >&2
rm -f "$build"/*/*.tap
[ ! "$made" ] || jobs | xargs -P "$(($(nproc) + 1))" -L 1 sh tests/arch/suite.sh
case $MACHINES in *' '*) made="$made exchange" ;; esac
set -- tests/*.bats
{
	for machine in $lost; do echo "$machine: 0 passed, 1 failed, 0 left out"; done
	for machine in $made; do
		case $machine in exchange) count exchange 1 ;; *) count "$machine" "$#" ;; esac
	done
} | awk '
	{ print }
	/^[a-zA-Z0-9]+: [0-9]+ passed, [0-9]+ failed, [0-9]+ left out$/ {
		passed += $2; failed += $4; out += $6
		if (!$2) idle = 1
	}
	END {
		printf "%d passed, %d failed, %d left out\n", passed, failed, out
		exit failed > 0 || !passed || idle
	}'
