#!/bin/sh
# What runs have found, and new seeds, into the corpus: of each target the least that reaches as much.
#
#   sh tests/fuzz/pack.sh [TARGET]...    all of them unless some are named; behind `make fuzz`
#
# Writes tests/fuzz/corpus/TARGET.tar.xz.  The last line is `N targets, N inputs`.

set -eu
cd "$(dirname "$0")/../.."
to=$PWD/build/fuzz/libfuzzer corpus=$PWD/tests/fuzz/corpus inputs=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dhcp-pack.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
export FUZZ_DIR="$tmp" ASAN_OPTIONS=detect_leaks=0
[ $# -gt 0 ] || set -- tests/fuzz/targets/*.c
make -s
python3 tests/fuzz/seeds.py "$tmp/seeds" >&2
mkdir -p "$corpus"
for target; do
	target=${target##*/}
	target=${target%.c}
	mkdir -p "$tmp/$target" "$tmp/seeds/$target" "$to/$target.corpus"
	"$to/$target" -merge=1 -max_len=4096 -rss_limit_mb=3000 -detect_leaks=0 "$tmp/$target" "$to/$target.corpus" "$tmp/seeds/$target" \
		>"$tmp/log" 2>&1 || { tail "$tmp/log" >&2; exit 1; }
	n=$(find "$tmp/$target" -type f | wc -l)
	inputs=$((inputs + n))
	# The same bytes of the same inputs, whenever and by whomever they are packed.
	tar -C "$tmp/$target" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -cf - . | xz -9e >"$corpus/$target.tar.xz"
	echo "$target: $n inputs, $(cat "$tmp/$target"/* | wc -c) bytes, packed $(wc -c <"$corpus/$target.tar.xz")" >&2
done
echo "$# targets, $inputs inputs"
