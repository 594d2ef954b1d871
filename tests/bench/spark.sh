#!/bin/sh
# spark.sh - samples/spark_pipe.py with more and more of its stages moved to our programs. README.md tells the method.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"

runs=${BENCH_RUNS:-3}
cd "$root"
# shellcheck source=tests/spark/install.sh
. tests/spark/install.sh
unset SPARK_CONF_DIR # Spark as it comes

# The sample day so many times over, each with ids of its own.
many_days() {
	file=$dir/days-$1.json
	[ -f "$file" ] || {
		say "making $file"
		xz -dc "$root/samples/day.eve.json.xz" | python3 -c '
import re, sys
lines = [line.split("\"id\":", 1) if "\"event_type\":\"dhcp\"" in line else [line] for line in sys.stdin]
for day in range(int(sys.argv[1])):
    for line in lines:
        if len(line) == 2:
            number, rest = re.match(r"(\d+)(.*\n)", line[1]).groups()
            print(line[0], "\"id\":", (int(number) + 7919 * day) % 2**32, rest, sep="", end="")
        else:
            print(line[0], end="")' "$1" >"$file.new"
		mv "$file.new" "$file"
	}
	cat "$file" >/dev/null
}

# What it takes without Spark; $0 is where the programs are.
# shellcheck disable=SC2016 # for the inner sh
alone='"$0/eve-dhcp-filter" -x 61.82.88.6 -r hostname "$1" | "$0/dhcp-window" | "$0/dhcp-topn"'

# run STAGES: rows to $results/rows, and what it cost to $results/cost.  `start` is Spark on no input.
run() {
	input=$file
	case $1 in
	alone) set -- sh -c "$alone" "$bin" "$input" ;;
	*)
		[ "$1" != start ] || { input=$results/empty && : >"$input" && set -- none; }
		set -- "$SPARK_HOME/bin/spark-submit" --master 'local-cluster[2,1,1024]' --conf spark.ui.enabled=false \
			--conf spark.sql.shuffle.partitions=4 --conf spark.scheduler.minRegisteredResourcesRatio=1.0 \
			samples/spark_pipe.py --programs "$bin" --pipe "$1" "$input"
		;;
	esac
	python3 "$here/tree.py" "$@" >"$results/rows" 2>"$results/log" || { cat "$results/log" >&2 && die "it failed"; }
	tail -n 1 "$results/log" >"$results/cost"
}

many_days "$(scaled 20)"
stages='start none filter filter,window filter,window,topn alone'
round=0
while [ $((round += 1)) -le "$runs" ]; do
	for which in $stages; do
		say "round $round: $which"
		run "$which"
		case $which in
		start) ;;
		none) cp "$results/rows" "$results/want" ;;
		*) cmp "$results/want" "$results/rows" >&2 || die "$which has other rows" ;;
		esac
		cat "$results/cost" >>"$results/$which"
	done
done

printf '%s bytes, %s rounds\n%-20s %8s %8s %8s %9s %11s\n' "$(bytes "$file")" "$runs" 'by rdd.pipe' 'wall s' 'CPU s' 'peak MB' 'CPU/none' 'memory/none'
for which in $stages; do
	echo "$which $(median 1 <"$results/$which") $(median 2 <"$results/$which") $(median 3 <"$results/$which")"
done | awk '
	$1 == "none" { cpu = $3; memory = $4 }
	$1 == "start" { printf "%-20s %8.1f %8.2f %8.0f\n", $1, $2, $3, $4; next }
	{ printf "%-20s %8.1f %8.2f %8.0f %9.3f %11.3f\n", $1, $2, $3, $4, $3 / cpu, $4 / memory }'
