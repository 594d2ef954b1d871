# shellcheck shell=sh disable=SC2034,SC2154
# lib.sh - what the scripts beside it share: where things are, tools and data made once, medians. They set $here.

LC_ALL=C TZ=UTC0
export LC_ALL TZ

root=$(cd "$here/../.." && pwd)
bin=${BENCH_BIN:-$root/bin}
dir=${BENCH_DIR:-${TMPDIR:-/tmp}/eve-dhcp-bench}
scale=${BENCH_SCALE:-1}
mkdir -p "$dir"
results=$(mktemp -d "$dir/run.XXXXXX")
# What was started holds nothing that is wanted.
started=''
trap 'kill -9 $started 2>/dev/null || :; wait 2>/dev/null; rm -rf "$results"' EXIT
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

# start_mock: the cluster inside kcat, at $broker.
start_mock() {
	KCAT_CONFIG=$results/kcat.conf
	export KCAT_CONFIG
	# A newer librdkafka would wait a second at every end.
	kcat -X list | sed -n 's/^enable\.metrics\.push .*/enable.metrics.push=false/p' >"$KCAT_CONFIG"
	mkfifo "$results/hold"
	kcat -b mock -X test.mock.num.brokers=1 -d mock -P -t hold <"$results/hold" >/dev/null 2>"$results/mock" &
	started="$started $!"
	exec 7>"$results/hold"
	until broker=$(sed -n 's/.*bootstrap\.servers=\([^ ,]*\).*/\1/p' "$results/mock" | grep .); do sleep 0.1; done
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
