#!/bin/sh
# What hostile input costs, in instructions beside ordinary input, and that its full size comes to an end.
#
#   sh tests/hostile/check.sh [WORD]...    all traps, or those with such words in their names
#
# Installs what is missing.  A line for each trap; the last one is `N traps, N worse than 3x`, and the status 0 only if none
# is, and all came to their ends.  traps.py tells what is compared with what.  Some minutes.

set -u
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<END
$need_build
xz         xz-utils
python3    python3
valgrind   valgrind
END

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-hostile.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP

if ! { make -s >&2 && ${CC:-cc} -O2 -std=gnu11 -D_GNU_SOURCE -Isrc -o "$tmp/collide" tests/hostile/collide.c; }; then
	echo '0 traps, 1 worse than 3x'
	exit 1
fi
echo "laying traps, for some minutes" >&2
TMPDIR=$tmp timeout --foreground 1500 python3 tests/hostile/traps.py "${BIN:-bin}" "$tmp/collide" "$@"
