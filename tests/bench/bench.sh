#!/bin/sh
# bench.sh - what the programs cost beside cat, grep, wc and jq on the same files. README.md tells the method.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"

runs=${BENCH_RUNS:-7}
starts=${BENCH_STARTS:-500}
slices=20		# jq gets so small a part of a file, and its time is multiplied

measure() {
	"$dir/measure" "$@"
}

# One command on $file; prints measure's line of the program itself. What grep writes must not go to /dev/null:
# it would notice and stop at the first match.
run() {
	case $1 in
	filter) measure "$bin/eve-dhcp-filter" "$file" '|' cat | sed -n 1p ;;
	filter-pipe) measure cat "$file" '|' "$bin/eve-dhcp-filter" | sed -n 2p ;;
	window) measure "$bin/dhcp-window" "$file" ;;
	topn) measure "$bin/dhcp-topn" "$file" ;;
	cat) measure cat "$file" ;;
	cat-pipe) measure cat "$file" '|' cat | sed -n 2p ;;
	grep) measure grep -F "$literal" "$file" '|' cat | sed -n 1p ;;
	wc) measure wc -l "$file" ;;
	jq) measure jq -c "$program" "$slice" ;;
	jq-slurp) measure jq -sc "$program" "$slice" ;;
	esac
}

# rounds FILE COMMAND...: every command once, and again, as often as $runs says. The lines of measure go to
# $results/COMMAND.
rounds() {
	file=$1
	shift
	slice=$results/slice
	head -n $(($(lines "$file") / slices)) "$file" >"$slice"
	(cd "$results" && rm -f "$@")
	round=0
	while [ $((round += 1)) -le "$runs" ]; do
		for command in "$@"; do
			run "$command" >>"$results/$command"
		done
	done
	check "$@"
}

# No command may have failed.
check() {
	for command in "$@"; do
		awk '$5 != 0 { exit 1 }' "$results/$command" || die "$command failed on $file"
	done
}

print_row() {
	printf '%-38s %-26s %11s %11s %7s %7s %8s %9s  %s\n' "$@"
}

# judge VALUE GOAL: met or missed
judge() {
	awk -v value="$1" -v goal="$2" 'BEGIN { print (value <= goal ? "met" : "missed") }'
}

# memory COMMAND: its peak in MB
memory() {
	median 4 <"$results/$1" | awk '{ printf "%.1f", $1 / 1024 }'
}

# versus STEP OURS PEER WHAT METRIC GOAL [TIMES]: a row with seconds of METRIC (cpu or wall) and the median of
# the rounds' ratios; what PEER took is multiplied by TIMES.
versus() {
	paste -d ' ' "$results/$2" "$results/$3" | awk -v metric="$5" -v times="${7:-1}" '{
		ours = metric == "cpu" ? $2 + $3 : $1
		peer = metric == "cpu" ? $7 + $8 : $6
		peer *= times
		print ours / 1e6, peer / 1e6, ours / peer
	}' >"$results/pairs"
	ours=$(median 1 <"$results/pairs")
	ratio=$(median 3 <"$results/pairs" | awk '{ printf "%.3f", $1 }')
	verdict=
	[ "$6" = - ] || verdict=$(judge "$ratio" "$6")
	print_row "$1, $5" "$4" "$(seconds "$ours")" "$(seconds "$(median 2 <"$results/pairs")")" "$ratio" \
		"$(awk -v bytes="$(bytes "$file")" -v s="$ours" 'BEGIN { printf "%.0f", bytes / s / 1e6 }')" \
		"$(memory "$2")" "${6#-}" "$verdict"
}

seconds() {
	awk -v s="$1" 'BEGIN { printf "%.3f s", s }'
}

# single STEP VALUE UNIT GOAL [MEMORY]: a row of one measure
single() {
	print_row "$1" "" "$2 $3" "" "" "" "${5:-}" "$4 $3" "$(judge "$2" "$4")"
}

# nanoseconds COMMAND COUNT: CPU time by line
nanoseconds() {
	awk '{ print $2 + $3 }' "$results/$1" | median 1 | awk -v n="$2" '{ printf "%.0f", $1 * 1000 / n }'
}

bench_filter() {
	literal='"event_type":"dhcp"' program='select(.event_type == "dhcp")'
	rounds "$mixed" filter cat grep wc jq
	versus 'filter, mixed' filter cat 'cat FILE >/dev/null' cpu 1.3
	versus 'filter, mixed' filter grep 'grep -F' cpu 0.45
	versus 'filter, mixed' filter wc 'wc -l' cpu -
	versus 'filter, mixed' filter jq "jq, 1/$slices of it x $slices" cpu - "$slices"
	single 'filter, mixed: peak memory' "$(memory filter)" MB 3
	rounds "$mixed" filter-pipe cat-pipe
	versus 'cat FILE | filter, mixed' filter-pipe cat-pipe 'cat FILE | cat >/dev/null' wall 0.5
	rounds "$dense" filter cat grep wc jq
	versus 'filter, all DHCP' filter grep 'grep -F' cpu 1.0
	versus 'filter, all DHCP' filter cat 'cat FILE >/dev/null' cpu -
	versus 'filter, all DHCP' filter wc 'wc -l' cpu -
	versus 'filter, all DHCP' filter jq "jq, 1/$slices of it x $slices" cpu - "$slices"
}

bench_window() {
	flat=$results/flat.json literal='"id":'
	program='group_by([.id, .ts[:15]])[] | {id: .[0].id, hostname: map(.hostname) | max, ts: map(.ts) | max, n: length}'
	"$bin/eve-dhcp-filter" "$dense" >"$flat"
	groups=$("$bin/dhcp-window" "$flat" | wc -l)
	rounds "$flat" window cat grep wc jq-slurp
	versus "window, $(lines "$flat") records" window cat 'cat FILE >/dev/null' cpu -
	versus "window" window grep 'grep -F, all lines' cpu -
	versus "window" window wc 'wc -l' cpu -
	versus "window" window jq-slurp "jq, 1/$slices of it x $slices" cpu - "$slices"
	single 'window: a record' "$(nanoseconds window "$(lines "$flat")")" ns 350
	measure "$bin/dhcp-window" >"$results/empty"
	single "window: a group of $((groups))" "$(cat "$results/window" "$results/empty" | awk -v groups="$groups" '
		{ empty = $4; if ($4 > peak) peak = $4 } END { printf "%.0f", (peak - empty) * 1024 / groups }')" B 200 \
		"$(memory window)"
}

bench_topn() {
	rows=$results/rows.json literal='"id":' program='sort_by(.max_ts) | reverse | .[:50][]'
	"$bin/dhcp-window" --every 1s --by id,dhcp_type "$flat" >"$rows"
	rm -f "$flat"
	rounds "$rows" topn cat grep wc jq-slurp
	versus "topn, $(lines "$rows") rows" topn cat 'cat FILE >/dev/null' cpu -
	versus "topn" topn grep 'grep -F, all lines' cpu -
	versus "topn" topn wc 'wc -l' cpu -
	versus "topn" topn jq-slurp "jq, 1/$slices of it x $slices" cpu - "$slices"
	single 'topn: a row' "$(nanoseconds topn "$(lines "$rows")")" ns 200
	single 'topn: peak memory' "$(memory topn)" MB 4
}

# Wall time of a start on empty input beyond that of true, in turns.
bench_start() {
	for program in eve-dhcp-filter dhcp-window dhcp-topn; do
		rm -f "$results/starts"
		round=0
		while [ $((round += 1)) -le "$runs" ]; do
			echo "$(measure -n $((starts / runs + 1)) true) $(measure -n $((starts / runs + 1)) "$bin/$program")"
		done >"$results/starts"
		single "$program: start-up beyond true" \
			"$(awk '{ print $6 - $1 }' "$results/starts" | median 1 | awk '{ printf "%.2f", $1 / 1000 }')" ms 0.5
	done
}

prepare
printf 'mixed %s bytes, all DHCP %s bytes, medians of %s rounds, %s processors, load %s\n\n' "$(bytes "$mixed")" \
	"$(bytes "$dense")" "$runs" "$(getconf _NPROCESSORS_ONLN)" "$(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null || echo unknown)"
print_row step peer ours peer ratio MB/s 'peak MB' goal ''
bench_filter
bench_window
bench_topn
bench_start
