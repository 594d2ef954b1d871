# What engines want of the programs that they pipe records through (RDD.pipe of Spark, Hadoop Streaming): one process for
# each part of the data, empty parts as well, no shell, no environment, and nothing but records on standard output.

load helper

# alone PROGRAM [OPTION]...: as an engine starts it.
alone() { env -i "$BIN/$1" "${@:2}"; }

@test "nothing in is nothing out, and status 0" {
	for program in eve-dhcp-filter 'dhcp-window --partial' 'dhcp-window --partial --kafka-key' 'dhcp-window --merge' dhcp-window \
		dhcp-topn 'dhcp-topn -f table' dhcp-leases; do
		alone $program </dev/null >got 2>err
		same /dev/null got
		same /dev/null err
	done
}

@test "where nothing passes, the status is 0, too" {
	alone eve-dhcp-filter --src 192.0.2.1 <"$DAY" >got 2>err
	same /dev/null got
	same /dev/null err
	eve-dhcp-filter "$DAY" | alone dhcp-window --having false >got
	same /dev/null got
}

@test "counts and complaints go to standard error alone" {
	{ echo '{"event_type":"dhcp"'; head -n 300 "$DAY"; } >in
	alone eve-dhcp-filter --stats <in >got 2>err || [ $? -eq 1 ]
	eve-dhcp-filter <(head -n 300 "$DAY") >want
	same want got
	[ "$(wc -l <err)" -eq 2 ]
}

@test "what is written is UTF-8, each record a line with an end" {
	printf '{"event_type":"dhcp","src_ip":"\xff\xfe","timestamp":"2019-04-30T05:00:00Z","dhcp":{"id":1,"hostname":"\xe2\x82 \xc3\xa9"}}' >in
	alone eve-dhcp-filter <in >got
	iconv -f UTF-8 -t UTF-8 got | same got -
	[ "$(tail -c 1 got | od -An -tx1)" = ' 0a' ]
	alone dhcp-window -b hostname <got >rows
	iconv -f UTF-8 -t UTF-8 rows | same rows -
	[ "$(wc -l <rows)" -eq 1 ]
	alone dhcp-topn <got | same got -
}

@test "the first tab ends the key, whatever a host calls itself, and a line is a pair" {
	printf '{"event_type":"dhcp","timestamp":"2019-04-30T05:00:00Z","dhcp":{"id":1,"hostname":"%s"}}\n' '\u0009' 'a\nb' '\u2028' >in
	alone eve-dhcp-filter <in | alone dhcp-window -b hostname --partial --kafka-key >got
	[ "$(wc -l <got)" -eq 3 ]
	cut -f 1 got | jq -r '.[1]' | LC_ALL=C sort >keys
	cut -f 2 got | jq -r .hostname | LC_ALL=C sort | same - keys
	cut -f 3 got | tr -d '\n' | same /dev/null -
}

@test "bad input is status 1, with all that was understood; a failure is 2, and names the program" {
	local status=0
	{ head -n 300 "$DAY"; echo '{"event_type":"dhcp"'; } | alone eve-dhcp-filter >got 2>err || status=$?
	[ $status -eq 1 ]
	[ -s got ]
	status=0
	alone dhcp-window --every 0 <got >rows 2>err || status=$?
	[ $status -eq 2 ]
	same /dev/null rows
	grep -q '^dhcp-window: ' err
	status=0
	alone dhcp-topn <got >/dev/full 2>err || status=$?
	[ $status -eq 2 ]
	grep -q '^dhcp-topn: ' err
}

@test "an engine may close the pipe before the end" {
	eve-dhcp-filter "$DAY" >all
	by_sh '"$BIN/eve-dhcp-filter" "$DAY" | head -n 1; true' >got
	head -n 1 all | same - got
}

# Hadoop Streaming: mappers, each on a part of the input, write KEY<TAB>VALUE; the lines of one key come to one reducer, together.
# Any status but 0 is a failure there, so that of bad input is let pass, as it is said on standard error.
mapper() { { alone eve-dhcp-filter -r hostname || [ $? -eq 1 ]; } | alone dhcp-window --partial --kafka-key -a "$1"; }
reducer() { cut -f 2- | alone dhcp-window --merge -a "$1"; }

@test "map, sort and reduce give the rows of one process, with parts that are empty, and bad lines" {
	local agg='count,distinct(client_mac),avg(lease_time),first(src_ip),last(ts),values(dhcp_type),span(ts)'
	split -n l/5 "$DAY" part.
	: >part.empty
	echo '{"event_type":"dhcp"' >part.bad
	for part in part.*; do mapper "$agg" <"$part" >"mapped.$part" 2>>said; done
	grep -c -e '-:1: ' said | grep -x 1
	same /dev/null mapped.part.empty
	# Two reducers; a key goes to one of them.
	cat mapped.* | sort | awk -F '\t' '{ split($1, c, ""); h = 0; for (i in c) h += index("0123456789", c[i]); print >("reduced." h % 2) }'
	[ -s reduced.0 ]
	[ -s reduced.1 ]
	: >reduced.empty
	for part in reduced.*; do reducer "$agg" <"$part"; done | sort >got
	eve-dhcp-filter -r hostname "$DAY" | dhcp-window -a "$agg" | sort >want
	same want got
}
