# The sample day: every message is found, and however its bytes arrive, the same bytes come out.

load helper
load unit/build

@test "every message that tshark finds in the packets comes out with the same time, xid, MAC, type, addresses and name" {
	eve-dhcp-filter "$DAY" | jq -r '
		def micro: (.[0:19] + "Z" | fromdate | tostring) + .[20:26];
		[(.ts | micro), .id, .client_mac, .dhcp_type, .src_ip, .dest_ip, .assigned_ip, .client_ip, .requested_ip // "", .hostname // ""]
		| join("\t")' | sort >got
	xz -dc "$DATA/truth.tsv.xz" | sed 1d | cut -f 1-10 | sort >want
	[ "$(wc -l <want)" -eq 6848 ]
	same want got
}

# filter and job: how the day's bytes are used; both read standard input.
filter() { eve-dhcp-filter | cksum; }
job() { by_sh 'eve-dhcp-filter -r hostname | dhcp-window | dhcp-topn --format table' | cksum; }

# same_bytes FILE COMMAND...: the file comes to the same if COMMAND hands it on.
same_bytes() {
	for use in filter job; do
		$use <"$1" >want
		"${@:2}" <"$1" | $use >got
		same want got
	done
}

@test "a file operand, standard input from a file and from a pipe give the same bytes" {
	filter <"$DAY" >want
	eve-dhcp-filter "$DAY" | cksum >got
	same want got
	eve-dhcp-filter - <"$DAY" | cksum >got
	same want got
	same_bytes "$DAY" cat
}

@test "writes of one byte give the same bytes" {
	compile drip drip.c
	sed -n '1,800p' "$DAY" >some
	[ "$(eve-dhcp-filter -c some)" -gt 100 ]
	same_bytes some drip 1
}

@test "writes of an odd length give the same bytes" {
	compile drip drip.c
	same_bytes "$DAY" drip 4099
}

@test "chunks of random size with rests between them give the same bytes" {
	compile drip drip.c
	same_bytes "$DAY" drip random "${SEED:-1}"
	same_bytes "$DAY" drip random 2
}

@test "the day in pieces, cut at any line, gives the same bytes as in one" {
	split -n l/7 "$DAY" piece.
	filter <"$DAY" >want
	eve-dhcp-filter piece.* | cksum >got
	same want got
	eve-dhcp-filter piece.a[abc] - piece.a[efg] <piece.ad | cksum >got
	same want got
}

@test "a day as large as the buffer, and a bit larger or smaller, loses no line at its edges" {
	# Lines that end at, before and behind the sizes in which input is read.
	grep -m 1 hostname "$DAY" >line
	for size in 65535 65536 65537 262143 262144 262145 327680; do
		printf '%*s\n' "$((size - 1))" '' >blank
		cat blank line line >file
		[ "$(eve-dhcp-filter -c file)" -eq 2 ]
		[ "$(cat file | eve-dhcp-filter -c)" -eq 2 ]
	done
}

# A line must come out while the pipe into the first program stays open.  The time limit of read only ends a run that hangs.

@test "a record comes out of an open pipe at once" {
	mkfifo in out
	eve-dhcp-filter -r hostname <in >out &
	exec 7>in 8<out
	grep -m 1 '"hostname"' "$DAY" >&7
	IFS= read -r -t 60 -u 8 got
	[[ $got == '{"ts":"2019-04-29T15:03:12.788444Z",'* ]]
	head -n 20 "$DAY" | grep -v '"dhcp"' >&7 || true
	grep -m 2 '"hostname"' "$DAY" | tail -n 1 >&7
	IFS= read -r -t 60 -u 8 got
	[[ $got == *'"hostname":'* ]]
	exec 7>&-
	[ -z "$(cat <&8)" ]
	wait $!
}

@test "a record comes out at once through a chain of filters" {
	mkfifo in out
	{ eve-dhcp-filter --raw | eve-dhcp-filter --raw -r hostname | eve-dhcp-filter; } <in >out &
	exec 7>in 8<out
	grep -m 1 '"hostname"' "$DAY" >&7
	IFS= read -r -t 60 -u 8 got
	[[ $got == '{"ts":"2019-04-29T15:03:12.788444Z",'* ]]
	exec 7>&- 8<&-
	wait $!
}

@test "half a line holds back nothing that was written before it" {
	mkfifo in out
	eve-dhcp-filter <in >out &
	exec 7>in 8<out
	line=$(grep -m 1 '"hostname"' "$DAY")
	printf '%s\n%s' "$line" "${line:0:100}" >&7
	IFS= read -r -t 60 -u 8 got
	[[ $got == '{"ts":"2019-04-29T15:03:12.788444Z",'* ]]
	printf '%s\n' "${line:100}" >&7
	IFS= read -r -t 60 -u 8 again
	[ "$again" = "$got" ]
	exec 7>&- 8<&-
	wait $!
}

@test "a message about a bad line is said at once, too" {
	mkfifo in err
	eve-dhcp-filter <in >/dev/null 2>err &
	exec 7>in 8<err
	echo '{"event_type":"dhcp"' >&7
	IFS= read -r -t 60 -u 8 got
	[[ $got == 'eve-dhcp-filter: -:1: '* ]]
	exec 7>&- 8<&-
	status=0
	wait $! || status=$?
	[ $status -eq 1 ]
}
