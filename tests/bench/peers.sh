#!/bin/sh
# peers.sh - the whole job asked of our three programs and of what else could do it. README.md tells the method.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"

runs=${BENCH_RUNS:-5}
venv=$dir/venv
literal='"event_type":"dhcp"'
PYTHONUTF8=1 PYSPARK_PYTHON=$venv/bin/python SPARK_LOCAL_DIRS=$results
export PYTHONUTF8 PYSPARK_PYTHON SPARK_LOCAL_DIRS

# Sets $quick, run in every round, and $slow, run once: those of the peers that can be had here.
find_peers() {
	quick=ours slow=
	if installed duckdb duckdb; then
		quick="$quick duckdb-1 duckdb grep-duckdb"
	fi
	if command -v mawk >/dev/null; then
		quick="$quick grep-mawk"
	else
		say "left out: mawk is not installed"
	fi
	slow=jq
	if ! command -v java >/dev/null; then
		say "left out: PySpark, there is no Java"
	elif installed pyspark pyspark==3.5.7; then
		slow="$slow spark"
	fi
}

# installed MODULE PACKAGE: whether Python has it, after an attempt to install it
installed() {
	[ -x "$venv/bin/pip" ] || python3 -m venv "$venv" || {
		rm -rf "$venv"
		say "left out: $2, python3 -m venv does not work here (Debian: python3-venv)"
		return 1
	}
	"$venv/bin/python" -c "import $1" 2>/dev/null || "$venv/bin/pip" install -q "$2" || {
		say "left out: $2, pip cannot install it"
		return 1
	}
}

measure() {
	"$dir/measure" -o "$results/rows" "$@"
}

# The job on $file. Rows go to $results/rows, what each command of the pipeline cost to the standard output.
run() {
	case $1 in
	ours) measure "$bin/eve-dhcp-filter" -x 61.82.88.6 -r hostname "$file" '|' \
		"$bin/dhcp-window" '|' "$bin/dhcp-topn" -n 50 ;;
	duckdb) measure "$venv/bin/python" "$here/peers/job_duckdb.py" "$file" ;;
	duckdb-1) measure "$venv/bin/python" "$here/peers/job_duckdb.py" "$file" 1 ;;
	grep-duckdb) measure grep -F "$literal" "$file" '|' \
		"$venv/bin/python" "$here/peers/job_duckdb.py" /dev/stdin 1 ;;
	grep-mawk) measure grep -F "$literal" "$file" '|' mawk -f "$here/peers/job.awk" '|' sort -r '|' head -n 50 ;;
	jq) measure jq -n -r -f "$here/peers/job.jq" "$file" ;;
	spark) measure "$venv/bin/spark-submit" --master 'local[*]' --driver-memory 2g \
		--conf spark.sql.session.timeZone=UTC --conf spark.sql.shuffle.partitions=8 \
		--conf spark.ui.enabled=false "$here/peers/job_spark.py" "$file" 2>"$results/spark.log" ;;
	esac
}

# cost PEER: runs it and adds a line to $results/PEER: CPU and wall seconds, MB of the largest process, of all.
cost() {
	run "$1" >"$results/stages" || die "$1 cannot be run"
	# 141: sort, when head has seen enough
	awk '$5 != 0 && $5 != 141 { exit 1 }' "$results/stages" || die "$1 failed on $file"
	awk '{
		cpu += $2 + $3
		if ($1 > wall) wall = $1
		if ($4 > largest) largest = $4
		sum += $4
	} END { print cpu / 1e6, wall / 1e6, largest / 1024, sum / 1024 }' "$results/stages" >>"$results/$1"
}

# Our rows in the form that the others write.
ours_as_text() {
	jq -r '[.max_ts, .window.start, .window.end, .id, .max_src_ip, .max_hostname, .max_client_ip, .max_requested_ip,
		.count] | map(if . == null then "\\N" else tostring end) | join("\t")' "$results/rows"
}

# Every peer once, for its rows: they must be ours. The slow ones are not run again.
compare() {
	for peer in $quick $slow; do
		say "$peer, $kind"
		cost "$peer"
		if [ "$peer" = ours ]; then
			ours_as_text | sort >"$results/want"
		else
			sort "$results/rows" | diff -u "$results/want" - >&2 || die "$kind: $peer has other rows"
		fi
	done
	for peer in $quick; do
		rm "$results/$peer"
	done
}

again() {
	round=0
	while [ $((round += 1)) -le "$runs" ]; do
		for peer in $quick; do
			cost "$peer"
		done
	done
}

# ratio PEER FIELD: how many times ours it takes, the median of the rounds
ratio() {
	paste -d ' ' "$results/$1" "$results/ours" | awk -v field="$2" 'NF == 8 { print $field / $(field + 4) }' | median 1
}

table() {
	printf '\n%s, %s bytes\n%-12s %9s %9s %11s %8s %10s %14s %10s\n' "$kind" "$(bytes "$file")" \
		peer 'CPU s' 'wall s' 'largest MB' 'sum MB' 'CPU/ours' 'largest/ours' 'sum/ours'
	for peer in $quick $slow; do
		echo "$peer $(median 1 <"$results/$peer") $(median 2 <"$results/$peer") $(median 3 <"$results/$peer")" \
			"$(median 4 <"$results/$peer") $(ratio "$peer" 1) $(ratio "$peer" 3) $(ratio "$peer" 4)"
	done >"$results/table"
	awk '{ printf "%-12s %9.3f %9.3f %11.1f %8.1f %10.2f %14.2f %10.2f\n", $1, $2, $3, $4, $5, $6, $7, $8 }' \
		"$results/table"
}

# goal WHAT FIELD PATTERN GOAL: the least of a column of the table, over the peers that match
goal() {
	awk -v what="$1" -v field="$2" -v pattern="$3" -v goal="$4" '
		$1 != "ours" && $1 ~ pattern && (!n++ || $field < least) { least = $field; peer = $1 }
		END {
			if (n)
				printf "%s: %s takes %.2f times ours, goal %.1f: %s\n", what, peer, least, goal,
				    (least >= goal ? "met" : "missed")
		}' "$results/table"
}

# job KIND FILE PATTERN GOAL: PATTERN tells against whom the CPU goal counts.
job() {
	kind=$1 file=$2
	for peer in $quick $slow; do
		rm -f "$results/$peer"
	done
	compare
	again
	table
	goal 'CPU time' 6 "$3" "$4"
	goal 'memory of the largest process' 7 . 1
	goal 'memory of all processes' 8 . 1
}

command -v jq >/dev/null || die "jq is needed"
prepare
find_peers
job mixed "$mixed" . 4
job 'all DHCP' "$dense" '^duckdb' 2
