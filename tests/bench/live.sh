#!/bin/sh
# live.sh - the live loop on Kafka: events a second, and the time from an event to its row on the output topic. Once on the
# mock cluster inside kcat, once on Apache Kafka. README.md tells the method.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"

events=${BENCH_EVENTS:-100}	# for the latencies of the endless pipe; a third of them for live.sh
copies=$(scaled 6)		# of the sample day, for the throughput
PATH=$bin:$PATH
samples=$root/samples
# Empty lines are no messages, but kcat waits for 1,024 bytes of a pipe.
padding=$(printf '%1024s' '' | sed 's/ /\\n/g')

# now: microseconds.  It takes a process, about one millisecond, which is part of all times here.
now() {
	date +%s%6N
}

row() {
	printf '%-44s %-8s %12s %12s %12s  %-10s %s\n' "$@"
}

start_real() {
	broker=${BENCH_BROKER:-}
	[ -z "$broker" ] || return 0
	KAFKA_OWNER=$$ "$root/tests/kafka/start.sh" "$results/kafka" >"$results/started" || return
	read -r pid broker <"$results/started"
	started="$started $pid"
}

# topic NAME: make it, with four partitions.
topic() {
	echo | kcat -q -P -b "$broker" -t "$1" -p 0 -Z
	until kcat -q -L -b "$broker" -t "$1" | grep -q 'partition 3'; do sleep 0.1; done
}

live() {
	"$samples/live.sh" -b "$broker" -s "$results/state" "$@" 7>&-
}

# throughput: how long one batch takes for all that is on a topic, and kcat alone for the same.
throughput() {
	topic "$bulk"
	for partition in 0 1 2 3; do
		kcat -q -P -b "$broker" -t "$bulk" -p $partition -X compression.codec=gzip <"$results/part.a$partition"
	done
	messages=$(kcat -q -C -b "$broker" -t "$bulk" -o beginning -e | wc -l)
	[ "$messages" -eq $((total + 1)) ] || [ "$messages" -eq "$total" ] || die "$messages of $total messages are there"
	for round in 1 2 3; do
		begun=$(now)
		kcat -q -C -b "$broker" -t "$bulk" -J -o beginning -e -X fetch.wait.max.ms=10 >/dev/null
		echo "$(($(now) - begun))" >>"$results/kcat-$name"
		begun=$(now)
		rm -rf "$results/state"
		live -t "$bulk" -o "$bulk-rows-$round" --once -l 2d -- -x 61.82.88.6 -r hostname --time event
		echo "$(($(now) - begun))" >>"$results/batch-$name"
	done
	for step in kcat batch; do
		median 1 <"$results/$step-$name" | awk -v n="$total" -v step="$step" -v name="$name" '{
			what = step == "kcat" ? "kcat -C -J alone, " n " events" : "live.sh --once, " n " events"
			printf "%-44s %-8s %10.2f s %10.0f/s\n", what, name, $1 / 1e6, n / $1 * 1e6
		}'
	done
}

# latencies WHAT N GAP GOAL OPTION...: N events into a topic, GAP seconds apart, each a minute later than the last; when
# was the row of each seen?  With live.sh a row is due when the next event closes its window.
latencies() {
	what=$1 n=$2 gap=$3 goal=$4
	shift 4
	run=$((run + 1)) in=latency$$-$run out=latency$$-$run-rows
	topic "$in"
	topic "$out"
	rm -rf "$results/state" "$results/in" "$results/out" "$results/sent" "$results/seen"
	mkfifo "$results/in" "$results/out"
	# shellcheck disable=SC2094
	"$samples/live.sh" -b "$broker" -s "$results/state" -t "$in" -o "$out" --partitions 1 -e 1m -l 0 "$@" \
		-- --time event 7>&- &
	loop=$!
	kcat -q -C -b "$broker" -t "$out" -o beginning -u -X fetch.wait.max.ms=10 >"$results/out" 7>&- &
	reader=$!
	while read -r seen; do echo "$(now) $seen"; done <"$results/out" >"$results/seen" 7>&- &
	kcat -q -P -b "$broker" -t "$in" -p 1 -X linger.ms=0 <"$results/in" 7>&- &
	writer=$! started="$started $loop $reader $writer"
	exec 6>"$results/in"
	sleep 2
	i=0
	while [ $((i += 1)) -le "$n" ]; do
		echo "$(now) $i" >>"$results/sent"
		printf '{"timestamp":"2019-04-30T%02d:%02d:00.000000+0000","event_type":"dhcp","src_ip":"10.0.0.1","dhcp":{"id":%d}}\n' \
			$((i / 60)) $((i % 60)) "$i" | sed "s/\$/$padding/" >&6
		sleep "$gap"
	done
	sleep 2
	exec 6>&-
	kill $loop $reader
	wait $loop $reader $writer || :
	awk -v closed="$([ "$what" = "${what#live}" ] && echo 0 || echo 1)" '
		NR == FNR { sent[$2] = $1; next }
		match($0, /"id":[0-9]+/) {
			id = substr($0, RSTART + 5, RLENGTH - 5)
			if ((id + closed) in sent && !(id in met)) print ($1 - sent[id + closed]) / 1000
			met[id]
		}' "$results/sent" "$results/seen" | sort -n >"$results/took"
	[ "$(lines "$results/took")" -ge $((n - 1)) ] || die "$what: only $(lines "$results/took") of $n rows came"
	awk -v goal="$goal" '{ v[NR] = $1 } END {
		median = v[int((NR + 1) / 2)]
		verdict = goal == "-" ? "" : (goal ~ /median/ ? median : v[NR]) <= goal + 0 ? "met" : "missed"
		printf "%.1f %.1f %.1f %s\n", median, v[int(NR * 0.9)], v[NR], verdict
	}' "$results/took" | while read -r median most_of_them most verdict; do
		row "$what" "$name" "$median ms" "$most_of_them ms" "$most ms" "${goal#-}" "$verdict"
	done
}

run=0 bulk=bulk$$
for program in eve-dhcp-filter dhcp-window; do
	[ -x "$bin/$program" ] || die "$bin/$program is not there: run make first"
done
while [ "$copies" -gt 0 ]; do
	xz -dc "$samples/day.eve.json.xz"
	copies=$((copies - 1))
done >"$results/bulk"
total=$(lines "$results/bulk")
split -n r/4 -a 2 "$results/bulk" "$results/part."
for partition in 0 1 2 3; do
	mv "$results/part.a$(echo abcd | cut -c $((partition + 1)))" "$results/part.a$partition"
done
rm -f "$results/bulk"

printf 'live on Kafka, %s processors, load %s\n\n' "$(getconf _NPROCESSORS_ONLN)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
row step broker median '9 of 10' most goal ''
for name in mock real; do
	"start_$name" || { say "Apache Kafka cannot be had here, left out" && continue; }
	throughput
	latencies 'endless.sh, update mode, fetch 10, linger 0' "$events" 0.1 '50 median' \
		--endless --mode update -X fetch.wait.max.ms=10 -X linger.ms=0
	latencies 'endless.sh, update mode, as it comes' "$events" 0.1 - --endless --mode update
	latencies 'live.sh, append mode' $((events / 3)) 0.7 '2000 most'
done
