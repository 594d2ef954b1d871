# What the machines of check.sh ($MACHINES, whose programs stand in $BUILD/MACHINE/bin) write is the same, byte for byte, and
# what one of them wrote any other one reads: partial rows and checkpoints.

load ../helper
load ../window

# on MACHINE COMMAND...
on() { PATH=$BUILD/$1/bin:$PATH "${@:2}"; }

# everywhere COMMAND...: its output is the same on all machines, and left in the file want.
everywhere() {
	local machine
	on "${MACHINES%% *}" "$@" >want
	[ -s want ]
	for machine in ${MACHINES#* }; do
		on "$machine" "$@" >got
		same want got || { echo "on $machine: $*"; return 1; }
	done
}

WINDOWS=('-e 10m' '-e 20m --slide 7m' '--session 7m')
KEYS=('id' 'name,ip' '')

# each_query FUNCTION: called with the options of a query, of each kind of window by each key.
each_query() {
	local window key
	for window in "${WINDOWS[@]}"; do
		for key in "${KEYS[@]}"; do "$1" $window -b "$key" -a "$EVERYTHING"; done
	done
}

@test "window rows are the same bytes on all machines" {
	log 600 >log
	rows() { everywhere dhcp-window "$@" log; }
	each_query rows
	late() { everywhere dhcp-window "$@" --partitions 3 -l 1m --late-file /dev/stdout log; }
	each_query late
}

@test "flat records of the day, and rows in each form, are the same bytes on all machines" {
	everywhere eve-dhcp-filter -x 10.77.0.66 -r hostname "$DAY"
	everywhere eve-dhcp-filter -w '.dhcp.dhcp_type == "ack" and (.dhcp.lease_time // 0) > 1000' "$DAY"
	eve-dhcp-filter "$DAY" | dhcp-window -a 'count,hostname=max(hostname),distinct(src_ip),values(requested_ip)' >rows
	for form in ndjson table csv tsv html; do everywhere dhcp-topn -n 500 -f $form rows; done
	everywhere dhcp-topn -n 0 --by hostname --sum count rows
	everywhere dhcp-topn -n 0 -u window,id -k hostname -k id rows
}

@test "a checkpoint is the same on all machines, and each goes on from that of any other" {
	local first second
	log 600 >log
	goes_on() {
		everywhere dhcp-window --partitions 3 -l 5m "$@" log
		mv want all
		for first in $MACHINES; do
			rm -f s
			head -n 300 log | on "$first" dhcp-window --checkpoint s --partitions 3 -l 5m "$@" >"rows.$first" 2>err
			mv s "s.$first"
			same "s.${MACHINES%% *}" "s.$first" || { echo "of $first: $*"; return 1; }
			for second in $MACHINES; do
				cp "s.$first" s
				{ cat "rows.$first" && tail -n +301 log | on "$second" dhcp-window --checkpoint s --partitions 3 --final -l 5m "$@" 2>err; } >got
				same all got || { echo "$first, then $second: $*"; return 1; }
			done
		done
	}
	each_query goes_on
}

@test "partial rows are the same on all machines, and each merges those of any other" {
	local first second
	log 600 >log
	merges() {
		everywhere dhcp-window "$@" log
		mv want all
		everywhere dhcp-window --partial "$@" log
		head -n 300 log >one
		tail -n +301 log >two
		for first in $MACHINES; do on "$first" dhcp-window --partial "$@" one >"one.$first"; done
		for second in $MACHINES; do
			on "$second" dhcp-window --partial "$@" two >parts
			for first in $MACHINES; do
				on "$second" dhcp-window --merge "$@" parts "one.$first" >got
				same all got || { echo "$first, then $second: $*"; return 1; }
			done
		done
	}
	each_query merges
}
