#!/bin/sh
# steps.sh - what each step of the job costs by itself, in events a second that one core can do, and how many bytes leave
# it: what one reckons with before it is spread over cores and machines. README.md tells the method.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"

runs=${BENCH_RUNS:-5}
copies=$(scaled 6) # of the sample day

row() {
	printf '%-46s %10s %9s %13s %9s\n' "$@"
}

# step NAME EVENTS [measure's ARGUMENT]...: its CPU time, the median of all rounds, and what an event is in the bytes that
# it wrote, to the file $results/out.
step() {
	name=$1 events=$2
	shift 2
	rm -f "$results/cost"
	round=0
	while [ $((round += 1)) -le "$runs" ]; do
		"$dir/measure" -o "$results/out" "$@" >>"$results/cost"
	done
	awk '$5 != 0 { exit 1 }' "$results/cost" || die "$name failed"
	cpu=$(awk '{ print $2 + $3 }' "$results/cost" | median 1)
	set -- "$(awk -v cpu="$cpu" 'BEGIN { printf "%.3f s", cpu / 1e6 }')" \
		"$(awk -v cpu="$cpu" -v n="$events" 'BEGIN { printf "%.0f", n / cpu * 1e6 }')" \
		"$(awk -v n="$events" -v bytes="$(bytes "$results/out")" 'BEGIN { printf "%.1f", bytes / n }')"
	row "$name" "$events" "$1" "$2" "$3"
}

# The day, some times over: real events, of which one in six is DHCP.
days() {
	for _ in $(seq "$copies"); do xz -dc "$root/samples/day.eve.json.xz"; done
}

kafka_steps() {
	command -v kcat >/dev/null || { say 'no kcat, left out' && return 0; }
	start_mock
	days >"$results/days"
	split -n r/4 -a 1 "$results/days" "$results/part."
	for partition in 0a 1b 2c 3d; do
		kcat -q -P -b "$broker" -t days -p "${partition%?}" -X compression.codec=gzip <"$results/part.${partition#?}"
	done
	n=$(lines "$results/days")
	set -- kcat -q -C -b "$broker" -t days -o beginning -e -X fetch.wait.max.ms=10
	step 'kcat -C -J, from the mock cluster' "$n" "$@" -J
	[ "$(lines "$results/out")" -eq "$n" ] || die "$(lines "$results/out") of $n messages are there"
	mv "$results/out" "$results/envelopes"
	step 'eve-dhcp-filter --heartbeat, of envelopes' "$n" "$bin/eve-dhcp-filter" --heartbeat "$results/envelopes"
	step 'kcat -P of partial rows, rows' "$(lines "$results/keyed")" -i "$results/keyed" kcat -q -P -b "$broker" \
		-t rows -K '\t' -X enable.idempotence=true -X partitioner=murmur2_random
	rm -f "$results/envelopes" "$results/keyed" "$results"/part.? "$results/days"
}

filter_steps() {
	step 'eve-dhcp-filter, 1 DHCP event of 100' "$(lines "$mixed")" "$bin/eve-dhcp-filter" "$mixed"
	days >"$results/days"
	step 'eve-dhcp-filter, the day: 1 of 6' "$(lines "$results/days")" "$bin/eve-dhcp-filter" "$results/days"
	rm -f "$results/days"
	step 'eve-dhcp-filter, DHCP alone' "$(lines "$dense")" "$bin/eve-dhcp-filter" "$dense"
	mv "$results/out" "$results/flat"
}

window_steps() {
	n=$(lines "$results/flat")
	step 'dhcp-window' "$n" "$bin/dhcp-window" "$results/flat"
	mv "$results/out" "$results/rows"
	step 'dhcp-window --partial --kafka-key' "$n" "$bin/dhcp-window" --partial --kafka-key "$results/flat"
	mv "$results/out" "$results/keyed"
	cut -f 2- "$results/keyed" >"$results/partial"
	step 'dhcp-window --merge, rows' "$(lines "$results/partial")" "$bin/dhcp-window" --merge "$results/partial"
	step 'dhcp-window -b client_mac -e 1h' "$n" "$bin/dhcp-window" -b client_mac -e 1h "$results/flat"
	step 'dhcp-topn, rows' "$(lines "$results/rows")" "$bin/dhcp-topn" "$results/rows"
}

# Raw bytes of a DHCP event, its flat record's, and those of partial rows: of the real day.
sizes() {
	xz -dc "$root/samples/day.eve.json.xz" >"$results/day"
	grep -F '"event_type":"dhcp"' "$results/day" >"$results/dhcp"
	"$bin/eve-dhcp-filter" "$results/day" >"$results/flat"
	n=$(lines "$results/dhcp")
	printf '\n%-46s %10s %13s %13s\n' 'the sample day' lines bytes 'by DHCP event'
	for file in day dhcp flat; do size "$file" "$results/$file"; done
	for options in '' '-e 1m' '-b client_mac -e 1h' '-b src_ip -e 1h -a count,distinct(client_mac)'; do
		# shellcheck disable=SC2086 # words
		"$bin/dhcp-window" --partial --kafka-key $options "$results/flat" >"$results/partial"
		size "--partial --kafka-key $options" "$results/partial"
	done
}

size() {
	printf '%-46s %10s %13s %13s\n' "$1" "$(lines "$2")" "$(bytes "$2")" \
		"$(awk -v n="$n" -v bytes="$(bytes "$2")" 'BEGIN { printf "%.1f", bytes / n }')"
}

prepare
printf 'medians of %s rounds, %s processors, load %s\n\n' "$runs" "$(getconf _NPROCESSORS_ONLN)" \
	"$(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null || echo unknown)"
row step events 'CPU time' 'a core, by s' 'B an event'
filter_steps
window_steps
kafka_steps
sizes
