# shellcheck shell=sh disable=SC2154
# lib.sh - what bench.sh and peers.sh share: where things are, tools and data made once, medians. They set $here.

LC_ALL=C TZ=UTC0
export LC_ALL TZ

root=$(cd "$here/../.." && pwd)
bin=${BENCH_BIN:-$root/bin}
dir=${BENCH_DIR:-${TMPDIR:-/tmp}/eve-dhcp-bench}
scale=${BENCH_SCALE:-1}
mkdir -p "$dir"
results=$(mktemp -d "$dir/run.XXXXXX")
trap 'rm -rf "$results"' EXIT
trap 'exit 130' HUP INT TERM

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "${0##*/}: $*"
	exit 2
}

scaled() {
	awk -v n="$1" -v scale="$scale" 'BEGIN { printf "%.0f\n", n * scale }'
}

# build NAME: the tool NAME in $dir, made again when a source is newer. True if it was made.
build() {
	[ -x "$dir/$1" ] && [ -z "$(find "$here/$1.c" "$here/templates.h" -newer "$dir/$1")" ] && return 1
	${CC:-cc} -std=c11 -O2 -o "$dir/$1" "$here/$1.c" || die "$1.c does not compile"
}

# generate MODE BYTES [IDS]: prints the name of the file, which is made unless it is there.
generate() {
	file=$dir/$1-$2.json
	if [ ! -f "$file" ]; then
		say "making $file"
		"$dir/generate" "$@" >"$file.new" || die "no data"
		mv "$file.new" "$file"
	fi
	printf '%s\n' "$file"
}

# Sets $mixed and $dense.
prepare() {
	for program in eve-dhcp-filter dhcp-window dhcp-topn; do
		[ -x "$bin/$program" ] || die "$bin/$program is not there: run make first"
	done
	build measure || :
	if build generate; then
		rm -f "$dir"/mixed-*.json "$dir"/dense-*.json
	fi
	mixed=$(generate mixed "$(scaled 1000000000)")
	dense=$(generate dense "$(scaled 507700000)" "$(scaled 200000)")
	cat "$mixed" "$dense" >/dev/null
}

bytes() {
	wc -c <"$1" | tr -d ' '
}

lines() {
	wc -l <"$1" | tr -d ' '
}

# median FIELD <FILE
median() {
	awk -v field="$1" '{ print $field }' | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
