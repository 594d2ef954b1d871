# dhcp-leases: messages to leases, which end in four ways or not yet.

load helper

# messages: those of the sample day, in order of time.
messages() { eve-dhcp-filter --fields +lease_time,renewal_time "$DAY" | sort; }

# at TIME TYPE ADDRESS CLIENT [MEMBERS]: a message; an ACK is for an hour unless MEMBERS tell.
at() {
	local field
	case $2 in ack) field=assigned_ip ;; release) field=client_ip ;; *) field=requested_ip ;; esac
	echo "{\"ts\":\"2019-04-30T${1}Z\",\"dhcp_type\":\"$2\",\"$field\":\"$3\",\"client_mac\":\"$4\",${5-\"lease_time\":3600}}"
}

# short: address, client, start, end and how it ended of each row.
short() { jq -r '[.address, .client_mac, (.start, .end | .[11:19]), .ended, .acks] | map(tostring) | join(" ")'; }

# shows LINE...: standard input is these lines.
shows() {
	cat >got
	printf '%s\n' "$@" >want
	same want got
}

@test "the leases of the sample day, each with its beginning, its end and its client" {
	messages >in
	golden leases-day by_sh 'dhcp-leases in | dhcp-topn -n 20 -k start -k address:asc:ip'
	dhcp-leases in | jq -s -c 'group_by(.ended) | map({(.[0].ended): length}) | add' |
		shows '{"declined":8,"expired":816,"reassigned":8,"released":1,"running":18}'
}

@test "every address of an ACK of the day has a lease, and every ACK is in one" {
	messages >in
	dhcp-leases in >out
	jq -r 'select(.dhcp_type == "ack" and .assigned_ip != "0.0.0.0") | .assigned_ip' in | sort | uniq -c | sort -k 2 >want
	jq -r '.address as $a | range(.acks) | $a' out | sort | uniq -c | sort -k 2 >got
	same want got
	[ "$(jq -s 'map(.address) | unique | length' out)" -eq 537 ]
}

@test "no two leases of one address overlap" {
	messages | dhcp-leases | dhcp-topn -n 0 -k address:asc -k start:asc >out
	jq -rs '[., .[1:]] | transpose[] | select(.[1] != null and .[0].address == .[1].address and .[0].end > .[1].start)' out |
		same /dev/null -
}

@test "what a client sends as an ACK gives nobody an address, and ends no lease" {
	{ at 05:00:00 ack 10.0.0.1 a; at 05:10:00 ack 10.0.0.1 b '"type":"request"'; at 05:20:00 ack 10.0.0.2 b '"type":"request"'; } >in
	dhcp-leases --lease 1h --stats in 2>err | short | shows '10.0.0.1 a 05:00:00 06:00:00 running 1'
	jq -c '[.read, .passed, .other]' err | shows '[3,1,2]'
	sed 's/request/reply/' in | dhcp-leases --lease 1h | short | shows '10.0.0.1 a 05:00:00 05:10:00 reassigned 1' \
		'10.0.0.1 b 05:10:00 06:10:00 running 1' '10.0.0.2 b 05:20:00 06:20:00 running 1'
}

@test "an ACK in time renews, one behind the end begins another lease" {
	{ at 05:00:00 ack 10.0.0.1 a; at 05:59:59 ack 10.0.0.1 a; at 06:59:59 ack 10.0.0.1 a; at 07:00:00 ack 10.0.0.2 b; } |
		dhcp-leases | short |
		shows '10.0.0.1 a 05:00:00 06:59:59 expired 2' '10.0.0.1 a 06:59:59 07:59:59 running 1' \
			'10.0.0.2 b 07:00:00 08:00:00 running 1'
}

@test "an ACK to another client ends a lease, or comes behind its end" {
	{ at 05:00:00 ack 10.0.0.1 a; at 05:10:00 ack 10.0.0.1 b; at 06:10:00 ack 10.0.0.1 c; } | dhcp-leases | short |
		shows '10.0.0.1 a 05:00:00 05:10:00 reassigned 1' '10.0.0.1 b 05:10:00 06:10:00 expired 1' \
			'10.0.0.1 c 06:10:00 07:10:00 running 1'
}

@test "RELEASE and DECLINE end the lease of their own client, and no other" {
	{
		at 05:00:00 ack 10.0.0.1 a
		at 05:01:00 release 10.0.0.1 b
		at 05:02:00 decline 10.0.0.2 a
		at 05:03:00 release 10.0.0.1 a
		at 05:04:00 release 10.0.0.1 a
		at 05:05:00 ack 10.0.0.1 b
		at 05:06:00 decline 10.0.0.1 b
		at 05:07:00 ack 10.0.0.1 a
		at 06:07:00 release 10.0.0.1 a
	} >in
	dhcp-leases --stats in 2>err | short |
		shows '10.0.0.1 a 05:00:00 05:03:00 released 1' '10.0.0.1 b 05:05:00 05:06:00 declined 1' \
			'10.0.0.1 a 05:07:00 06:07:00 expired 1'
	shows '{"program":"dhcp-leases","read":9,"passed":5,"blank":0,"bad":0,"no_time":0,"heartbeats":0,"other":4,"leases":3,"rows":3,"at":0,"having":0,"having_error":0}' <err
}

@test "a lease has the newest name and server that were told" {
	{
		at 05:00:00 ack 10.0.0.1 a '"lease_time":60,"src_ip":"10.0.0.9","hostname":"one"'
		at 05:00:30 ack 10.0.0.1 a '"lease_time":90.0,"src_ip":"10.0.0.8"'
	} | dhcp-leases | jq -c '[.hostname, .server, .lease_time]' | shows '["one","10.0.0.8",90]'
	{
		at 05:00:00 ack 10.0.0.1 a '"lease_time":60,"src_ip":"10.0.0.9","hostname":"one"'
		at 05:00:30 ack 10.0.0.1 a '"lease_time":90,"src_ip":"10.0.0.8","hostname":"tw\u006f"'
		at 05:01:00 ack 10.0.0.1 a '"lease_time":90,"hostname":null'
	} | dhcp-leases | jq -c '[.hostname, .server, .lease_time]' | shows '["two",null,90]'
}

@test "where the server does not repeat the name, it is the one that the client told" {
	told() { echo "{\"ts\":\"2019-04-30T05:00:00Z\",\"dhcp_type\":\"$1\",\"client_mac\":\"$2\",\"hostname\":$3}"; }
	{
		told discover a '"old"'
		told request a '"Desk 1"'
		told request b '"2019-04-30T05:00:00.000000Z"'
		told request c null
		for client in a b c; do at 05:00:01 ack "10.0.0.$((n += 1))" $client; done
		told request a '"other"'
		at 05:00:02 ack 10.0.0.1 a
		at 05:00:03 ack 10.0.0.2 b '"lease_time":60,"hostname":"server says"'
	} | dhcp-leases | jq -r .hostname | shows other 'server says' null
	{ told request a '"a"'; for i in $(seq 256); do told discover "x$i" '"x"'; done; at 05:00:01 ack 10.0.0.1 a; at 05:00:01 ack 10.0.0.2 x1; } |
		dhcp-leases | jq -r .hostname | shows null x
	# What an ACK told is not undone by what the client told before it, nor is what servers say the client's.
	{
		told request a '"old"'
		at 05:00:01 ack 10.0.0.1 a '"lease_time":60,"hostname":"new"'
		at 05:00:02 ack 10.0.0.1 a
		told offer b '"offered"'
		told nak b '"refused"'
		at 05:00:01 ack 10.0.0.2 b
		at 23:00:01 ack 10.0.0.1 a
	} | dhcp-leases | jq -r .hostname | shows new old null
	{ told request a "\"$(printf '%01100d' 0)\""; at 05:00:01 ack 10.0.0.1 a; } | dhcp-leases | jq -r .hostname | shows null
}

@test "without lease_time a lease is twice the renewal_time, or what --lease says" {
	at 05:00:00 ack 10.0.0.1 a '"renewal_time":1800' | dhcp-leases | short | shows '10.0.0.1 a 05:00:00 06:00:00 running 1'
	at 05:00:00 ack 10.0.0.1 a '"x":1' >in
	dhcp-leases --lease 2h in | short | shows '10.0.0.1 a 05:00:00 07:00:00 running 1'
	fails 1 'dhcp-leases: in:1: an ACK that does not tell how long (lease_time, renewal_time, or --lease DUR)' dhcp-leases in
	for odd in '"lease_time":0' '"lease_time":-5' '"lease_time":4294967296' '"renewal_time":1e99' '"renewal_time":0'; do
		at 05:00:00 ack 10.0.0.1 a "$odd" | dhcp-leases 2>/dev/null | same /dev/null - || [ $? -eq 1 ]
	done
	at 05:00:00 ack 10.0.0.1 a '"lease_time":0' |
		fails 1 'dhcp-leases: -:1: an ACK whose lease_time or renewal_time is no length of a lease' dhcp-leases
	fails 2 'dhcp-leases: --lease: 50000d: longer than DHCP can tell (136 years)' dhcp-leases --lease 50000d
	for time in '"lease_time":4294967295' '"renewal_time":4294967295' '"renewal_time":2147483648'; do
		at 05:00:00 ack 10.0.0.1 a "$time" | dhcp-leases | jq -r .end | shows 2155-06-06T11:28:15.000000Z
	done
	at 05:00:00 ack 10.0.0.1 a '"lease_time":4294967295' | sed s/2019/9999/ | dhcp-leases | jq -r .end |
		shows 9999-12-31T23:59:59.999999Z
}

@test "a message that ends no lease is one that came before, too" {
	{
		at 05:00:00 ack 10.0.0.5 x '"lease_time":60'
		at 05:10:00 release 10.0.0.5 x
		at 05:05:00 ack 10.0.0.5 y '"lease_time":60'
	} >in
	(dhcp-leases in 2>err || [ $? -eq 1 ]) | jq -r .client_mac | shows x
	shows 'dhcp-leases: in:3: older than what came before it for its address: sort the records by their time' <err
}

@test "what gives no address is passed over" {
	{
		at 05:00:00 ack 0.0.0.0 a
		at 05:00:00 ack :: a
		at 05:00:00 ack printer a
		at 05:00:00 offer 10.0.0.1 a
		echo '{"ts":"2019-04-30T05:00:00Z","dhcp_type":"ack","client_mac":"a"}'
		echo '{"ts":"2019-04-30T05:00:00Z","dhcp_type":7,"assigned_ip":"10.0.0.1"}'
		echo '{"heartbeat":true,"ts":"2019-04-30T05:00:00Z"}'
		echo '{"heartbeat":true}'
		echo
	} | dhcp-leases --stats 2>&1 |
		shows '{"program":"dhcp-leases","read":9,"passed":0,"blank":1,"bad":0,"no_time":0,"heartbeats":2,"other":6,"leases":0,"rows":0,"at":0,"having":0,"having_error":0}'
}

@test "the clock of heartbeats and other messages tells what still runs" {
	at 05:00:00 ack 10.0.0.1 a >in
	echo '{"heartbeat":true,"ts":"2019-04-30T06:00:00Z"}' | dhcp-leases in - | jq -r .ended | shows expired
	echo '{"timestamp":"2019-04-30T15:00:00+0900"}' | dhcp-leases in - | jq -r .ended | shows expired
	echo '{"timestamp":"2019-04-30T14:59:59+0900"}' | dhcp-leases in - | jq -r .ended | shows running
}

@test "--at has the leases that hold then, --having those that are asked for" {
	{ at 05:00:00 ack 10.0.0.1 a; at 05:30:00 ack 10.0.0.2 b; at 09:00:00 ack 10.0.0.3 c; } >in
	dhcp-leases --at 2019-04-30T14:29:59+09:00 in | short | shows '10.0.0.1 a 05:00:00 06:00:00 expired 1'
	dhcp-leases --at 2019-04-30T05:30:00Z in | jq -r .address | shows 10.0.0.1 10.0.0.2
	dhcp-leases --at 2019-04-30T06:00:00Z in | jq -r .address | shows 10.0.0.2
	dhcp-leases --at 2019-04-30T07:00:00Z in | same /dev/null -
	dhcp-leases --at 2019-04-30 --stats in 2>&1 |
		shows '{"program":"dhcp-leases","read":3,"passed":3,"blank":0,"bad":0,"no_time":0,"heartbeats":0,"other":0,"leases":3,"rows":0,"at":3,"having":0,"having_error":0}'
	dhcp-leases --having '.client_mac == "b"' in | jq -r .address | shows 10.0.0.2
	dhcp-leases --having '.ended | error' in 2>err || [ $? -eq 1 ]
	sed 's/ (.*//' err | shows 'dhcp-leases: --having:1: expired' 'dhcp-leases: --having:2: expired' \
		'dhcp-leases: --having:3: running'
}

@test "bad lines are named and counted, and the run goes on" {
	at 05:00:00 ack 10.0.0.1 a "\"hostname\":[$(seq -s , 4000)]" |
		fails 1 'dhcp-leases: -:1: an array or object of more than 8 KiB in a field that is asked for' dhcp-leases
	{ at 05:00:00 ack 10.0.0.1 a; echo '{'; echo '{"dhcp_type":"ack"}'; at 04:00:00 ack 10.0.0.1 a; at 04:00:00 release 10.0.0.1 a; } >in
	dhcp-leases --stats in >out 2>err || [ $? -eq 1 ]
	short <out | shows '10.0.0.1 a 05:00:00 06:00:00 running 1'
	golden leases-bad sed 's/: Unfinished.*/: Unfinished/' err
	dhcp-leases --strict in >out 2>/dev/null || [ $? -eq 2 ]
	same /dev/null out
}

@test "hostile values stay text, and are compared by what they stand for" {
	{
		at 05:00:00 ack 10.0.0.1 '\u0061' '"lease_time":60,"hostname":"\u001b[2J\"x\\"'
		at 05:00:10 ack 10.0.0.1 a '"lease_time":60,"hostname":"2019-04-30T05:00:00.000000Z"'
		at 05:00:20 ack 10.0.0.1 a '"lease_time":60,"hostname":["no","text"]'
	} | dhcp-leases | jq -c '[.client_mac, .acks, .hostname]' | shows '["a",3,"2019-04-30T05:00:00.000000Z"]'
	at 05:00:00 ack 10.0.0.1 a '"lease_time":60,"hostname":"\u001b[2J\"x\\"' | dhcp-leases | grep -o '"hostname":"[^,]*' |
		shows '"hostname":"\u001b[2J\"x\\"'
}

@test "many clients in turn on one address cost no more memory than one" {
	sanitized && skip "no room for shadow memory"
	awk 'BEGIN {
		for (i = 0; i < 200000; i++)
			printf "{\"ts\":\"2019-04-30T05:00:%08.5fZ\",\"dhcp_type\":\"ack\",\"assigned_ip\":\"10.0.0.1\",\"client_mac\":\"02:00:%06x\",\"lease_time\":60}\n",
				i / 100000, i
	}' >in
	(ulimit -v 12000; dhcp-leases in >out)
	[ "$(wc -l <out)" -eq 200000 ]
}

@test "wrong options are told in one line" {
	fails 2 'dhcp-leases: --at: noon: not a time (2019-04-30T05:00:00Z, 2019-04-30, -2h, now or today)' dhcp-leases --at noon
	fails 2 'dhcp-leases: --lease: 1: not a duration (90s, 30m, 1h30m, 1d)' dhcp-leases --lease 1
	fails 2 'dhcp-leases: --every: no such option (see dhcp-leases --help)' dhcp-leases --every 1h
}
