#!/bin/sh
# Each allocation and each system call of some 50 runs made to fail in turn, or to be interrupted, or to do less.
#
#   sh tests/faults/check.sh                            all, in a few minutes
#   sh tests/faults/check.sh --by strace                one way: wrapper, strace, limit (of memory), signals
#   sh tests/faults/check.sh --run window-save          the faults of one run
#   sh tests/faults/check.sh --run window-save --call fsync --error EIO --when 2    one, and what it does
#
# Installs what is missing.  The last line is `N faults, N wrong`; status 0 only if there were some, and none is wrong.
#
# CC and FAULTS_CFLAGS (-O1 -g) build the programs that fail; FAULTS_CFLAGS='-O0 --coverage' FAULTS_OBJ=FOLDER --by
# wrapper is for gcov: the counts are kept also where a run ends by _exit.  BIN has the programs for strace.

set -u
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<END
$need_build
python3    python3
strace     strace
xz         xz-utils
END

obj=${FAULTS_OBJ:-build/faults}
mkdir -p "$obj" || exit 2
objects=
for part in inject alloc calls; do
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Wall -Wextra -Wconversion -O1 -g -fno-builtin -c \
		-o "$obj/$part.o" "tests/faults/$part.c" || exit 2
	objects="$objects $obj/$part.o"
done
wrap=$(sed -n 's/.*__real_\([a-z_]*[a-z][0-9]*\)(.*/-Wl,--wrap=\1/p; s/^WRAP([^,]*, \([a-z0-9]*\),.*/-Wl,--wrap=\1/p
	s/^WRAP_BYTES(\([a-z0-9]*\), .*/-Wl,--wrap=\1/p' \
	tests/faults/calls.c tests/faults/inject.c | sort -u | tr '\n' ' ')
# Linked again each time: make does not know what else is in them.
rm -rf "${obj:?}/bin"
{ make -s && make -s OBJ="$obj/src" BIN="$obj/bin" CFLAGS="${FAULTS_CFLAGS:--O1 -g}" LDFLAGS="$wrap $objects"; } >&2 || exit 2
exec python3 -B tests/faults/faults.py "$obj/bin" "${BIN:-bin}" "$@"
