# samples/recipes/: what they find on the sample day is what happened on it, and what they cannot read is no "nothing".

# bats file_tags=once

load helper

# ask RECIPE [ARGUMENT]...: it, with the operand that it wants before the files.
ask() {
	local name=$1
	shift
	case $name in
	who-had) set -- 10.77.5.88 "$@" ;;
	new-devices) set -- /dev/null "$@" ;;
	esac
	"$SAMPLES/recipes/$name" "$@"
}

recipes() { basename -a "$SAMPLES"/recipes/*; }

DETECTIONS='address-conflicts failing-clients new-devices rogue-servers starvation'

# status CODE COMMAND...
status() {
	local status=0
	"${@:2}" >out 2>err || status=$?
	expect_status "$1" "$status" || { echo "${*:2}"; cat out err; return 1; }
}

# truth: the day as tshark has it: time_us, xid, client_mac, type, ip_src, ip_dst, yiaddr, ciaddr, requested_ip, hostname
truth() { xz -dc "$DATA/truth.tsv.xz" | sed 1d; }

# exchanges: of each client and xid, MAC and steps, divided where a minute passed.
exchanges() {
	truth | sort -t "$(printf '\t')" -k 2,3 -k 1,1n | awk -F '\t' '
		function out(i, steps) {
			for (i = 1; i <= 8; i++) if (name[i] in seen) steps = steps letter[i]
			sub(/^ /, "", steps)
			if (mac != "") print mac, steps
			split("", seen)
		}
		BEGIN {
			split("discover offer request ack nak decline release inform", name, " ")
			split("D,O,R,A,N, decline, release, inform", letter, ",")
		}
		xid != $2 || mac != $3 || $1 - last >= 60000000 { out() }
		{ xid = $2; mac = $3; last = $1; seen[$4] }
		END { out() }'
}

# event TYPE MAC [MEMBERS [HEADER]]: an event of the year 2019, each a second behind the one before.
second=0
event() {
	printf '{"timestamp":"2019-04-30T05:%02d:%02d.000000+0000","event_type":"dhcp","src_ip":"10.0.0.1"%s,' \
		$((second / 60)) $((second % 60)) "${4:-}"
	printf '"dhcp":{"type":"reply","id":%d,"client_mac":"%s","dhcp_type":"%s"%s}}\n' "$((second += 1))" "$2" "$1" "${3:-}"
}

@test "each recipe is a script that begins with its question, and says in --help what it needs, within 80 columns" {
	for name in $(recipes); do
		[ -x "$SAMPLES/recipes/$name" ] || echo "$name: not executable"
		"$SAMPLES/recipes/$name" --help >help 2>err || echo "$name: status $?"
		same /dev/null err
		sed 1q help | grep -q '^[A-Z].*[?]' || sed 1,2p help | grep -q '[?]$' || echo "$name: no question"
		for line in "^usage: $name " '^Status: 0 ' "^  $name "; do
			grep -q "$line" help || echo "$name: no $line"
		done
		awk -v name="$name" 'length > 80 { print name ":" NR ": " length " columns" } NR > 40 { print name ": too long" }' help
	done >wrong
	same /dev/null wrong
}

@test "rogue-servers: two servers answered 25 transactions, 10.77.0.66 from 14:36:03 to 14:36:21 in Seoul" {
	golden_status 1 recipes/rogue-servers ask rogue-servers "$DAY"
	golden_status 1 recipes/rogue-servers-known ask rogue-servers --known 10.77.0.1 "$DAY"
	status 0 ask rogue-servers --known 10.77.0.1 --known 10.77.0.66 "$DAY"
	status 0 ask rogue-servers --until 2019-04-30T14:36:00+09:00 "$DAY"
	same /dev/null out
}

@test "starvation: the flood began at 16:48:30 in Seoul and ended within the minute" {
	golden_status 1 recipes/starvation ask starvation "$DAY"
	status 0 ask starvation --discovers 3100 "$DAY"
	status 0 ask starvation --clients 3100 "$DAY"
	status 1 ask starvation --discovers 45 --clients 45 -f ndjson "$DAY"
	[ "$(wc -l <out)" -eq 2 ]
}

@test "transactions: a row for each xid and client, divided where a minute passed, and its messages are those of the day" {
	ask transactions -f ndjson "$DAY" >rows
	jq -r '"\(.client_mac) \(.steps)"' rows | sort >got
	exchanges | sort >want
	same want got
	[ "$(jq -r 'select(.servers == "10.77.0.1 10.77.0.66").xid' rows | sort -u | wc -l)" -eq 25 ]
	[ "$(jq -s 'map(.servers) | unique | length' rows)" -eq 3 ] # one, the other one and both, or none
	golden recipes/transactions ask transactions --client 70-85-C2-58-F1-A0 "$DAY"
	ask transactions --steps DORN -f ndjson "$DAY" >rows
	[ "$(wc -l <rows)" -eq 1 ]
}

@test "failing-clients: no OFFER for those whose DISCOVER tshark saw unanswered, NAKs for those refused, five DECLINEs" {
	status 1 ask failing-clients -n 0 -f ndjson "$DAY"
	same /dev/null err
	exchanges | awk '$2 == "D" { print $1 }' | sort | uniq -c | awk '{ print $1, $2 }' >want
	jq -r 'select(.why == "no OFFER") | "\(.times) \(.client_mac)"' out | sort -k 2 >got
	same want got
	exchanges | awk '$2 == "R" { print $1 }' | sort -u >want
	jq -r 'select(.why == "no ACK").client_mac' out | sort >got
	same want got
	truth | awk -F '\t' '$4 == "nak" { print $3 }' | sort -u >want
	jq -r 'select(.why == "NAK").client_mac' out | sort >got
	same want got
	jq -r 'select(.why == "DECLINE").addresses' out | sort | paste -s -d ' ' - >got
	echo 10.77.0.151 10.77.0.152 10.77.0.153 10.77.0.154 10.77.0.155 >want
	same want got
	jq -c 'select(.leased == "no")' out >want
	ask failing-clients --still -n 0 -f ndjson "$DAY" >got || [ $? -eq 1 ]
	[ "$(wc -l <got)" -gt 1000 ]
	same want got
	golden_status 1 recipes/failing-clients ask failing-clients -n 20 "$DAY"
	status 0 ask failing-clients --still --client 94:65:9c:14:86:25 "$DAY"
	status 1 ask failing-clients --client 94:65:9C:14:86:25 "$DAY"
}

@test "failing-clients: neither an ACK that is declined nor one to an INFORM is a lease" {
	for type in discover offer request ack decline; do event $type 02:00:00:00:00:01; done | sed 's/"id":[0-9]*/"id":1/' >log
	[ "$("$SAMPLES/recipes/failing-clients" --still -f ndjson log | jq -c '[.why, .leased]')" = '["DECLINE","no"]' ]
	for type in discover inform ack; do event $type 02:00:00:00:00:01; done | sed 's/"id":3/"id":2/' >log
	[ "$("$SAMPLES/recipes/failing-clients" --still -f ndjson log | jq -c '[.why, .leased]')" = '["no OFFER","no"]' ]
}

@test "address-conflicts: two ACKs of one microsecond are two clients" {
	for n in 1 2; do event ack 02:00:00:00:00:0$n ',"assigned_ip":"10.0.0.9","lease_time":60'; done | sed 's/05:00:0./05:00:00/' >log
	event request 02:00:00:00:00:02 >>log
	[ "$("$SAMPLES/recipes/address-conflicts" -f ndjson log | jq -r '.client_mac, .other')" = $'02:00:00:00:00:01\n02:00:00:00:00:02' ]
}

@test "address-conflicts: what five clients declined, and what the restarted server gave away while the flood had it" {
	golden_status 1 recipes/address-conflicts ask address-conflicts "$DAY"
}

@test "new-devices: the 126 clients but for those in the list, and the 3,000 of the flood" {
	status 1 ask new-devices -n 0 -f ndjson "$DAY"
	[ "$(wc -l <out)" -eq 3126 ]
	truth | awk -F '\t' '{ print $3 }' | sort -u >want
	jq -r .client_mac out | sort >got
	same want got
	truth | awk -F '\t' '$3 !~ /^.[26ae]/ { print $3 }' | sort -u >want
	ask new-devices --no-private -n 0 -f ndjson "$DAY" >out || [ $? -eq 1 ]
	jq -r .client_mac out | sort >got
	same want got
	# Known by noon are those that came before, however they are written.
	{ ask new-devices -n 0 -f tsv --until 2019-04-30T12:00:00+09:00 "$DAY" || [ $? -eq 1 ]; } | sed 1d | cut -f 2 |
		awk 'NR % 3 == 0 { $0 = toupper($0) "\r" } NR % 3 == 1 { gsub(/:/, "-"); $0 = "  " $0 "# known" } { print }' >known
	[ "$(wc -l <known)" -eq "$(truth | awk '$1 < 1556593200000000 { print $3 }' | sort -u | wc -l)" ]
	golden_status 1 recipes/new-devices "$SAMPLES/recipes/new-devices" --until 2019-04-30T16:48:00+09:00 known "$DAY"
	status 0 "$SAMPLES/recipes/new-devices" --until 2019-04-30T12:00:00+09:00 known "$DAY"
	fails 2 'new-devices: none: no such file' "$SAMPLES/recipes/new-devices" none "$DAY"
	fails 2 'new-devices: which list? See --help' "$SAMPLES/recipes/new-devices"
}

@test "new-devices: a client without a MAC is always new, whatever is in the list" {
	event ack '' >log
	event ack 02:00:00:00:00:01 >>log
	event ack 02:00:00:00:00:02 | sed 's/"client_mac":"[^"]*",//' >>log
	printf '02:00:00:00:00:01\n\n  # none\n""\nnull\n' >known
	status 1 "$SAMPLES/recipes/new-devices" -f ndjson known log
	[ "$(jq -c .client_mac out | paste -s -d ' ' -)" = 'null ""' ]
}

@test "new-devices: a list may come from a pipe, and from an editor that begins it with a mark" {
	event ack aa:bb:cc:00:00:01 ',"assigned_ip":"10.0.0.1"' >log
	same /dev/null <(printf '\357\273\277AA-BB-CC-00-00-01\r\n' | "$SAMPLES/recipes/new-devices" /dev/stdin log)
	fails 2 'new-devices: .: cannot be read' "$SAMPLES/recipes/new-devices" . log
}

@test "top-clients: by client, name, vendor class and vendor" {
	for by in client name vendor oui; do
		ask top-clients --by $by "$DAY"
	done >rows
	golden recipes/top-clients cat rows
	truth | cut -f 10 | grep -v '^$' | sort | uniq -c | sed 's/^ *//' | sort >want
	ask top-clients -n 0 --by name -f ndjson "$DAY" | jq -r '"\(.messages) \(.name)"' | sort >got
	same want got
}

@test "messages-by-hour: the sums are those that tshark counts" {
	ask messages-by-hour -f ndjson "$DAY" >rows
	jq -sc 'map(del(.start) | to_entries[]) | group_by(.key) | map({key: .[0].key, value: map(.value) | add}) | from_entries' rows >got
	echo '{"ack":891,"decline":8,"discover":3241,"inform":3,"nak":63,"offer":1644,"release":48,"request":950,"total":6848}' >want
	same want got
	golden recipes/messages-by-hour ask messages-by-hour "$DAY"
	ask messages-by-hour -e 1d --align 15h -f ndjson "$DAY" >rows
	[ "$(wc -l <rows)" -eq 1 ]
}

@test "who-had: an address that changed hands, at a time, by MAC and by name" {
	for question in 10.77.5.88 '10.77.5.88 --at 2019-04-30T17:00:00+09:00' 18-66-DA-31-BE-50; do
		# shellcheck disable=SC2086
		"$SAMPLES/recipes/who-had" $question "$DAY"
	done >rows
	"$SAMPLES/recipes/who-had" "JIWOO's ipad" "$DAY" >>rows
	"$SAMPLES/recipes/who-had" --since 2019-04-30T16:00:00+09:00 '민수의-노트북' "$DAY" >>rows
	golden recipes/who-had cat rows
	status 0 "$SAMPLES/recipes/who-had" 10.9.9.9 "$DAY"
	same /dev/null out
	fails 2 'who-had: who? See --help' "$SAMPLES/recipes/who-had"
}

@test "who-had: a name that only the client tells is found, too" {
	event request 02:00:00:00:00:01 ',"hostname":"Desk 1"' >log
	event ack 02:00:00:00:00:01 ',"assigned_ip":"10.0.0.9","lease_time":60' >>log
	event ack 02:00:00:00:00:02 ',"assigned_ip":"10.0.0.8","lease_time":60' >>log
	[ "$("$SAMPLES/recipes/who-had" 'desk 1' -f ndjson log | jq -r '.address, .hostname')" = $'10.0.0.9\nDesk 1' ]
}

@test "who-has: the leases that hold at a time, by address, and a hint where the log is old" {
	golden recipes/who-has ask who-has --at 2019-04-30T08:45:00+09:00 "$DAY"
	status 0 ask who-has "$DAY"
	echo 'who-has: nothing is held then (now); the newest message is of 2019-04-30T14:59:07.065110Z' >want
	same want err
}

@test "pool-use: the most leases at once are what a plain count of starts and ends gives" {
	golden recipes/pool-use ask pool-use "$DAY"
	eve-dhcp-filter --fields +lease_time,renewal_time "$DAY" | sort | dhcp-leases |
		jq -r 'select(.address | startswith("10.77.4.")) | "\(.start) 1", "\(.end) -1"' | sort -k 1,1 -k 2,2n |
		awk '{ n += $2 } n > peak { peak = n; at = $1 } END { print peak, at }' >want
	ask pool-use -f ndjson "$DAY" | jq -r 'select(.subnet == "10.77.4.0/24") | "\(.peak) \(.peak_at)"' >got
	same want got
	[ "$(ask pool-use --length 20 -f ndjson "$DAY" | jq -c '[.subnet, .addresses]' | head -n 1)" = '["10.77.0.0/20",523]' ]
	[ "$(ask pool-use --length 32 -f ndjson "$DAY" | jq -s 'map(.peak) | max')" = 1 ]
}

@test "pool-use: a lease without an end is one of its subnet" {
	{
		event ack aa:bb:cc:00:00:01 ',"assigned_ip":"10.0.0.1","lease_time":3600'
		event ack aa:bb:cc:00:00:02 ',"assigned_ip":"10.0.0.2","lease_time":4294967295'
	} >log
	echo '{"subnet":"10.0.0.0/24","addresses":2,"clients":2,"held":2,"peak":2,"peak_at":"2019-04-30T05:00:01.000000Z","full":0.0079}' |
		same - <(ask pool-use -f ndjson log)
}

@test "a row that jq cannot take is not left out in silence, and what is said of it does nothing to a terminal" {
	mkdir -p own/recipes
	cp "$SAMPLES/recipe.sh" own
	cat >own/recipes/own <<-'END'
		#!/bin/sh
		self=$(readlink -f -- "$0")
		. "${self%/*}/../recipe.sh"
		answer() { events '' hostname "$@" | rows 'if .hostname == "well" then . else error(.hostname) end'; }
		recipe "$@"
	END
	chmod +x own/recipes/own
	for name in well 'x\u001b[2J\u009b31m\u007f' well; do event ack 02:00:00:00:00:01 ",\"hostname\":\"$name\""; done >log
	status 2 own/recipes/own -f ndjson log
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^jq: error .*: x?\[2J?31m?$' err
	[ "$(tail -n 1 err)" = 'own: jq ended with status 5' ]
}

# odd: events in each field of which values of each odd type stand, of a client each.
odd() {
	for type in discover offer request ack decline; do
		event $type 02:00:00:00:00:01 ',"client_ip":"10.0.0.9","assigned_ip":"10.0.0.9","hostname":"desk","lease_time":60' ',"host":"north"'
	done | jq -c '
		. as $event | [7, -0.5, true, false, null, [], {}, ["\u001b\u009b", 7, {}], {"\u001b": "\u009b"}, "", "10.0.0.2", "\u001b\u009b"] as $odd
		| [(["src_ip", "dest_ip", "host"][] | [.]), (["type", "id", "client_mac", "assigned_ip", "client_ip", "relay_ip", "next_server_ip",
			"dhcp_type", "client_id", "hostname", "renewal_time", "lease_time", "rebinding_time", "requested_ip", "subnet_mask", "params",
			"dns_servers", "routers", "vendor_class_identifier", "\u001b\u009b"][] | ["dhcp", .])] as $fields
		| range($fields | length) as $i | range($odd | length) as $j
		| $event | .dhcp.id = $i * 100 + $j | .dhcp.client_mac = "02:00:00:00:\($i + 10):\($j + 10)" | setpath($fields[$i]; $odd[$j])'
}

# odd_log: those, and two that are as they should be.
odd_log() {
	odd
	event offer 02:00:00:00:00:99 ',"client_ip":"10.0.0.1"' | sed 's/10\.0\.0\.1/10.0.0.66/; s/"id":[0-9]*/"id":1/'
	event ack 02:00:00:00:00:99 ',"hostname":"last","assigned_ip":"10.0.0.10","lease_time":60' | sed 's/"id":[0-9]*/"id":1/'
}

@test "a field of an odd type ends no recipe, and leaves no row out" {
	odd_log >log
	[ "$(eve-dhcp-filter -c log)" -eq $((23 * 12 * 5 + 2)) ]
	cat >want <<-'END'
		504 address-conflicts
		264 failing-clients
		1 messages-by-hour
		12 new-devices --no-private /dev/null
		277 new-devices /dev/null
		1 pool-use
		1 rogue-servers
		12 rogue-servers --known 10.0.0.1
		1 starvation --clients 1 --discovers 1
		277 top-clients
		13 top-clients --by name
		12 top-clients --by oui
		11 top-clients --by vendor
		277 transactions
		241 who-had 10.0.0.9
		1 who-had last
		3 who-has --at 2019-04-30T05:00:03Z
	END
	while read -r _ question; do
		for form in ndjson table; do
			# shellcheck disable=SC2086
			"$SAMPLES"/recipes/$question -n 0 -f $form log >$form 2>err || [ $? -eq 1 ] || { echo "$question: status $?"; cat -v err; return 1; }
			! grep -q -e jq -e ended err || { cat -v err; return 1; }
		done
		! LC_ALL=C tr -d '\n' <table | LC_ALL=C grep -q '[[:cntrl:]]' || { echo "$question: control bytes"; return 1; }
		echo "$(wc -l <ndjson) $question"
	done <want >got
	same want got
	why -t nak -r host_name log
	! LC_ALL=C tr -d '\n' <out | LC_ALL=C grep '[[:cntrl:]]'
}

@test "a field of an odd type ends no report" {
	odd_log >log
	"$SAMPLES/report.sh" -o . 2019-04-30 log 2>err || [ $? -eq 1 ]
	same /dev/null err
	! LC_ALL=C tr -d '\n' <2019-04-30.txt | LC_ALL=C grep '[[:cntrl:]]'
	grep -q '^1,382 DHCP messages between' 2019-04-30.txt
	! grep 'ould not be' 2019-04-30.txt
}

@test "rogue-servers: a strange server is told, of whatever type its routers are" {
	event ack 02:00:00:00:00:01 ',"routers":"10.0.0.2","dns_servers":["10.0.0.4","10.0.0.3"]' >log
	event ack 02:00:00:00:00:01 ',"routers":["10.0.0.1"],"dns_servers":7' >>log
	status 1 ask rogue-servers --known 10.9.9.9 -f ndjson log
	jq -c '[.server, .routers, .dns]' out | same <(echo '["10.0.0.1","10.0.0.1 10.0.0.2","7 10.0.0.3 10.0.0.4"]') -
}

@test "messages-by-hour: types that nobody knows are counted, be they called as the other columns are" {
	for type in start total 7 ack; do event $type 02:00:00:00:00:01; done >log
	sed 's/"7"/7/' log >>log.2
	status 0 ask messages-by-hour -f ndjson log log.2
	jq -c '[.start, .["7"], .ack, .total]' out | same <(echo '["2019-04-30T05:00:00.000000Z",2,2,8]') -
}

# why ARGUMENT...: what why-empty says, without its line breaks; the status is 1.
why() {
	status 1 "$SAMPLES/recipes/why-empty" "$@" || return
	tr -s '\n ' ' ' <out >said
}

# says TEXT...: it does.
says() {
	for text; do
		grep -qF -e "$text" said || { echo "not said: $text"; cat out; return 1; }
	done
}

@test "why-empty: nothing to read, no event, no DHCP event" {
	why /dev/null
	says '0 lines were read' 'There was nothing to read.'
	grep -v -m 100 '"event_type":"dhcp"' "$DAY" >other
	why -r hostname other
	says '100 lines were read; 0 of them are DHCP events' 'No event is of type dhcp.' 'dns ' 'app-layer: protocols: dhcp: enabled: yes'
	xz other
	why other.xz
	says 'dns '
	seq 3 >numbers
	why numbers
	says 'These are no EVE events.'
	why - <"$ROOT/LICENSE"
	says 'These are no EVE events.'
	head -n 9 "$DAY" >log
	why -i kafka log
	says 'Try it without -i.'
	[ "$(grep -c 'suricata.yaml' out)" -eq 0 ]
}

@test "why-empty: what each condition dropped, and what there is instead" {
	grep -m 400 '"event_type":"dhcp"' "$DAY" >log
	golden_status 1 recipes/why-empty "$SAMPLES/recipes/why-empty" -x 0.0.0.0/0 log
	why -x 10.77.0.0/16 -r hostname -r host_name --src 0.0.0.0 log
	says "$(grep -c '"hostname"' log) have hostname" '0 have host_name' 'A field that no event has' ' vendor_class_identifier'
	why -r host_name "$DAY"
	says '0 have host_name' ' hostname id ip_v '
	why -tnak log
	says '400 events are of other types than -t asks for.' 'discover '
	why --since 2020-01-01 log
	says '400 events were dropped by --since. The events are from 2019-04-29T15:03:12.788444Z to '
	why --until 2019-01-01 log
	says '400 events were dropped by --until.'
	why -w '.hostname == "nas1"' log
	says 'For 400 events the condition of -w does not hold.' '.dhcp.hostname, not .hostname'
	why -w 'error("x")' log
	says 'On 400 events the condition of -w failed'
	why --invert-match --exclude-src=1.2.3.4 log
	says '400 events meet the conditions, and -v leaves out just those.'
	why -w '.dhcp.hostname == "nas1" and false' <log
	says 'For 400 events the condition of -w does not hold.'
	why -cvr type log
	says '400 events meet the conditions, and -v leaves out just those.'
	status 0 "$SAMPLES/recipes/why-empty" -r hostname -c -m 3 --raw --stats --heartbeat=1s --fields ts --reject no log
	[ ! -e no ]
	status 2 "$SAMPLES/recipes/why-empty" -t knack log
	status 2 "$SAMPLES/recipes/why-empty" log none
	fails 2 'why-empty: -r: without its value; see eve-dhcp-filter --help' "$SAMPLES/recipes/why-empty" -r
}

@test "why-empty: options may have their value attached, and names may be cut short, as in eve-dhcp-filter" {
	head -n 100 "$DAY" >log
	passed=$(eve-dhcp-filter -c log)
	for options in -m5 -cm5 -vm5 '-m 5' --max-count=5 '--max-count 5' --max=5 '--m 5' '--field=ts --ra --coun --stat --stri --hear=9s --rej none'; do
		# shellcheck disable=SC2086
		"$SAMPLES/recipes/why-empty" $options log | sed 's/, and [0-9]* pass.*//' >out || true
		sed 1q out | same <(echo "100 lines were read; $passed of them are DHCP events") - || { echo "$options"; return 1; }
	done
	[ ! -e none ]
	for options in '-x10.77.0.1 --exclude-src=10.77.0.1 --ex=10.77.0.1' '-rhost_name --require=host_name --req=host_name' \
		'-tdiscover --dhcp-type=discover --d=discover' '-w.dhcp.id==1 --where=.dhcp.id==1 --wh=.dhcp.id==1' \
		'-iecs --input=ecs --inp=ecs' '-cv -vc --invert-match --inv'; do
		for option in $options; do
			"$SAMPLES/recipes/why-empty" "$option" log >out || [ $? -eq 1 ]
			[ "$option" != "${options%% *}" ] || mv out want
			[ ! -e out ] || same want out || { echo "$option"; return 1; }
			rm -f out
		done
		grep -qE ' dropped by | other types | does not hold| another form | leaves out ' <(tr '\n' ' ' <want) || { cat want; return 1; }
	done
	status 2 "$SAMPLES/recipes/why-empty" --s=10.77.0.1 log
	grep -q '^eve-dhcp-filter: --s' err
}

@test "why-empty: only ACKs, broken lines, a future, several sensors, partitions" {
	grep -m 60 '"dhcp_type":"ack"' "$DAY" | sed 's/"client_ip":"[0-9.]*",//' >acks
	golden_status 1 recipes/why-empty-acks "$SAMPLES/recipes/why-empty" -t discover acks
	status 0 "$SAMPLES/recipes/why-empty" acks
	tr -s '\n ' ' ' <out >said
	says 'All are ACKs' 'So the output of eve-dhcp-filter is not empty.'
	{ head -n 3 "$DAY"; echo '{"event_type":"dhcp","dhcp":{'; } >broken
	why -t nak broken
	says '1 lines are not understood' '4 lines were read; 3 of them are DHCP events'
	grep -q '^eve-dhcp-filter: broken:4: ' err
	sed 's/"timestamp":"2019/"timestamp":"2119/' acks >future
	why -t nak acks future
	says '60 events bear times from the future, the last one 2119-'
	{ sed 's/}$/,"host":"north"}/' acks; sed 's/}$/,"host":"so\\u001buth"}/' acks; } >sensors
	why -t nak sensors
	says 'There are several sensors.' ' north 60 ' ' so\u001buth 60 '
	jq -Rc '{topic: "t", partition: (input_line_number % 3), offset: input_line_number, tstype: "create", ts: 1556600591500,
		payload: .}' acks >envelopes
	why -t nak - <envelopes
	says 'in Kafka envelopes, from 3 partitions' ' t 2 20 2019-04-30T05:03:11.500000Z '
	why -t nak --time event envelopes
	says ' t 2 20 2019-04-29T15:03:'
}

@test "what is compressed is unpacked, whatever its name and however odd" {
	mkdir "it's a \"day\" \$HOME"
	cd it*
	grep -m 300 '"event_type":"dhcp"' "$DAY" >"- of -x;"
	ask messages-by-hour ./- >want 2>err && return 1
	ask messages-by-hour -- "- of -x;" >want
	[ "$(wc -l <want)" -eq 5 ]
	for pack in pzstd lzip lzop gzip xz zstd bzip2; do
		command -v $pack >/dev/null || continue
		$pack -c <"- of -x;" >"\$(touch $pack) log.$pack"
		ask messages-by-hour "\$(touch $pack) log.$pack" >got
		same want got
		mv "\$(touch $pack) log.$pack" plain
		ask messages-by-hour <"- of -x;" plain - --until 2019-04-29T23:00:00Z -f ndjson >got
		ask messages-by-hour -f ndjson --until 2019-04-29T23:00:00Z -- "- of -x;" | jq -c 'map_values(if type == "number" then . * 2 else . end)' >twice
		same twice got
	done
	xz -dc plain 2>/dev/null >&2 || bzip2 -dc plain >/dev/null
	[ ! -e gzip ]
}

@test "an empty file, one that is missing, and one without DHCP are status 2, and never nothing found" {
	grep -v -m 50 '"event_type":"dhcp"' "$DAY" >other
	for name in starvation who-had; do
		status 2 ask $name /dev/null
		echo "$name: no DHCP event in 0 lines; why-empty tells more" | same - err
		status 2 ask $name - <other
		echo "$name: no DHCP event in 50 lines; why-empty tells more" | same - err
	done
	for name in $(recipes); do
		status 2 ask "$name" none.json
		echo "eve-dhcp-filter: none.json: No such file or directory" | same - err
		same /dev/null out
	done
}

@test "an answer that cannot be written is status 2" {
	for name in why-empty messages-by-hour rogue-servers; do
		code=0
		ask "$name" "$DAY" >/dev/full 2>err || code=$?
		expect_status 2 "$code" || { echo "$name"; return 1; }
		grep -q . err
	done
}

@test "a log of ACKs alone is no answer to what takes all messages, but why-empty is named" {
	grep '"dhcp_type":"ack"' "$DAY" | grep -v '10\.77\.0\.66' >extended
	sed 's/"client_ip":"[0-9.]*",//' extended >acks
	for name in address-conflicts failing-clients rogue-servers starvation; do
		status 2 ask "$name" --until 2019-04-30T16:00:00+09:00 acks
		echo "$name: only ACKs in the log, but this needs \`extended: yes'; why-empty tells more" | same - err
	done
	status 0 ask rogue-servers --until 2019-04-30T16:00:00+09:00 extended
	status 0 ask rogue-servers --known 10.77.0.1 acks
	status 1 ask rogue-servers --known 10.77.0.66 acks
	status 1 ask new-devices acks
	status 0 ask transactions --steps D acks
}

@test "an ACK with a second type, which passes for a DISCOVER, makes no log of ACKs alone another one" {
	event ack 02:00:00:00:00:01 ',"dhcp_type":"discover"' >log
	[ "$(eve-dhcp-filter log | jq -r .dhcp_type)" = discover ]
	event ack 02:00:00:00:00:01 ',"assigned_ip":"10.0.0.9","renewal_time":9' | sed 's/"id":[0-9]*/"id":9/' >>log
	for question in address-conflicts rogue-servers starvation 'failing-clients --still'; do
		# shellcheck disable=SC2086
		status 2 ask $question log
		echo "${question% *}: only ACKs in the log, but this needs \`extended: yes'; why-empty tells more" | same - err
	done
	why -t nak log
	says 'All are ACKs'
}

@test "a line that is not understood is named by its file, and a detection that found nothing is then status 2" {
	head -n 60 "$DAY" | xz >log.xz
	status 0 ask starvation log.xz
	{ head -n 60 "$DAY"; echo '{"event_type":"dhcp","dhcp":{'; } | xz >'broken &.xz'
	status 2 ask starvation 'broken &.xz'
	grep -q '^eve-dhcp-filter: broken &.xz:61: ' err
	[ "$(tail -n 1 err)" = 'starvation: nothing found, but some input was not understood' ]
	status 1 ask starvation --discovers 1 --clients 1 'broken &.xz'
	status 1 ask messages-by-hour 'broken &.xz'
	[ "$(wc -l <out)" -eq 2 ]
}

@test "a file that is cut off in its compressed form is said, and is status 2 where nothing was found" {
	head -c 100000 "$SAMPLES/day.eve.json.xz" >cut.xz
	status 2 ask starvation cut.xz
	[ "$(tail -n 1 err)" = 'starvation: xz ended with status 1' ]
	status 1 ask starvation --discovers 1 --clients 1 cut.xz
	status 2 ask messages-by-hour cut.xz
	[ -s out ]
}

@test "a compressed file whose unpacker is missing is no file that was read: status 2, the others are read" {
	head -n 60 "$DAY" >log
	printf '\50\265\57\375' >log.zst
	mkdir path
	for word in awk cat cut env fold grep head jq mktemp od readlink rm sed sh sort tail tr wc; do
		ln -s "$(type -P $word)" path/
	done
	for name in $(recipes); do
		PATH=$PWD/path status 2 ask "$name" log.zst
		echo "$name: log.zst: zstd is needed to unpack it" | same - err
		same /dev/null out
	done
	for name in messages-by-hour rogue-servers who-had; do
		ask $name log >want
		for order in 'log log.zst' 'log.zst log'; do
			# shellcheck disable=SC2086
			PATH=$PWD/path status 2 ask $name $order
			echo "$name: log.zst: zstd is needed to unpack it" | same - err
			same want out
		done
	done
	PATH=$PWD/path status 1 ask new-devices log log.zst
}

# without PROGRAM COMMAND: the programs, but in the place of one of them the command, behind a line of input.
without() {
	rm -rf stand && mkdir stand && ln -s "$BIN"/*dhcp* stand && rm -f "stand/$1"
	printf '#!/bin/sh\nread line\n%s\n' "$2" >"stand/$1"
	chmod +x "stand/$1"
}

@test "no program of a pipeline fails unnoticed" {
	grep -m 40 '"event_type":"dhcp"' "$DAY" >log
	export TMPDIR=$PWD/left
	mkdir left
	for name in $(recipes); do
		for program in eve-dhcp-filter jq dhcp-window dhcp-leases sort; do
			case $program in
			dhcp-window) grep -q "events '' .*" "$SAMPLES/recipes/$name" || continue ;;
			dhcp-leases | sort) grep -q 'leases "' "$SAMPLES/recipes/$name" || continue ;;
			esac
			without $program 'kill -KILL $$'
			BIN=$PWD/stand status 2 ask "$name" log || { echo "$name, $program"; return 1; }
			[ "$name" = why-empty ] || grep -qx "$name: $program ended with status 137" err || { cat err; return 1; }
		done
	done
	for program in eve-dhcp-filter dhcp-window dhcp-topn jq xz; do
		without $program 'exit 2'
		xz -c log >log.xz
		BIN=$PWD/stand status 2 ask messages-by-hour log.xz || { echo "$program"; return 1; }
	done
	[ -z "$(ls left)" ]
}

@test "host names, ids and MACs that strangers make up do nothing but stand in the table" {
	evil='\u001b]0;owned\u0007\"; $(touch owned) `touch owned` \\(env) \u202e<script>\r\n02:00:00:00:00:99 \u0000x'
	for mac in 02:00:00:00:00:01 '"$(touch owned)' "'; touch owned; '" '\u001b[2J'; do
		mac=${mac//\"/\\\"}
		for type in discover offer request ack nak decline release inform 'ack\",\"x' '$(touch owned)'; do
			event "$type" "$mac" ",\"hostname\":\"$evil\",\"vendor_class_identifier\":\"$evil\",\"client_ip\":\"10.0.0.7\",\"assigned_ip\":\"10.77.5.88\",\"requested_ip\":\"10.0.0.7\",\"lease_time\":9" \
				",\"host\":\"$evil\""
		done
	done >log
	event ack 02:00:00:00:00:02 ',"assigned_ip":"10.77.5.88","lease_time":{"a":1},"hostname":[1],"requested_ip":{"b":2}' >>log
	event ack 02:00:00:00:00:03 ',"assigned_ip":7,"hostname":null,"client_mac":null,"id":"x"' >>log
	[ "$(eve-dhcp-filter -c log)" -eq 42 ]
	for name in $(recipes); do
		for form in table html; do
			[ "$name" != why-empty ] || [ $form = table ] || continue
			code=0
			[ "$name" = why-empty ] || set -- -f $form
			[ "$name" != why-empty ] || set --
			ask "$name" "$@" log >out 2>err || code=$?
			[ $code -le 1 ] || { echo "$name $form: status $code"; cat err; return 1; }
			! grep -qw 'jq' err || { cat err; return 1; }
			[ $form != table ] || ! LC_ALL=C tr -d '\n' <out | LC_ALL=C grep -q '[[:cntrl:]]' || { echo "$name: control bytes"; return 1; }
			! LC_ALL=C tr -d '\n' <err | LC_ALL=C grep -q '[[:cntrl:]]' || { echo "$name: control bytes in messages"; return 1; }
			[ $form != html ] || ! grep -q '<script' out || { echo "$name: markup"; return 1; }
		done
	done
	[ ! -e owned ]
}

@test "wrong usage is said with the name of the recipe, and is status 2" {
	for name in $(recipes); do
		[ "$name" != why-empty ] || continue
		fails 2 "$name: --colour: no such option; see --help" ask "$name" --colour=red
		fails 2 "$name: --colour: no such option, or without its value; see --help" ask "$name" --colour
		fails 2 "$name: -f: xml: not table, ndjson, csv, tsv or html" ask "$name" -f xml
		fails 2 "$name: -n: -1: not a number" ask "$name" -n -1
	done
	for name in pool-use who-had; do
		fails 2 "$name: --lease: without its value; see --help" ask "$name" --lease '' "$DAY"
		fails 2 "$name: --since: without its value; see --help" ask "$name" --since= "$DAY"
	done
	fails 2 'who-had: who? See --help' "$SAMPLES/recipes/who-had" '' "$DAY"
	fails 2 'pool-use: -l: 024: not a number' ask pool-use -l024 "$DAY"
	fails 2 'pool-use: -n: 10000000000: too large a number' ask pool-use -n 10000000000 "$DAY"
	for steps in dora ARO DORAdecline 'release decline'; do
		fails 2 "transactions: --steps: $steps: not such as DORA, DO, R or release" ask transactions --steps "$steps" "$DAY"
	done
	fails 2 'why-empty: -r: without its value; see eve-dhcp-filter --help' ask why-empty -r '' "$DAY"
	fails 2 'starvation: --clients: 50; touch x: not a number' ask starvation --clients '50; touch x'
	fails 2 'rogue-servers: --known: 10.77.0.256: not an address' ask rogue-servers --known 10.77.0.256
	fails 2 'rogue-servers: --known: 10.77.0.1 -t ack: not an address' ask rogue-servers --known '10.77.0.1 -t ack'
	fails 2 'transactions: --client: x" or true or ": not a MAC address' ask transactions --client 'x" or true or "'
	fails 2 'pool-use: --length: 33: not 1 to 32' ask pool-use --length 33
	status 2 ask who-has --at soon "$DAY"
	status 2 ask starvation --since soon "$DAY"
	same /dev/null out
}

@test "what is missing is named, and where it is to be had" {
	# Where no folder bin is near, in which jq may be.
	mkdir -p path a/b/c
	cp -R "$SAMPLES/recipe.sh" "$SAMPLES/recipes" a/b/c
	for word in readlink sed tr awk; do ln -s "$(command -v $word)" path/; done
	fails 2 "starvation: jq: not found (Debian has it in jq)" env -u BIN "PATH=$PWD/path" a/b/c/recipes/starvation "$DAY"
}
