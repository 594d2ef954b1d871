# What takes too long for the suite.

load ../helper
load ../window

@test "-w that does not end on ten events ends the run" {
	for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":$i}}"; done >log
	status=0
	eve-dhcp-filter --fields id -w 'if .dhcp.id > 1 then [range(infinite)] else true end' log >got 2>err || status=$?
	expect_status 2 $status
	[ "$(tail -n 1 err)" = 'eve-dhcp-filter: --where: the expression does not end, 10 times: stopped' ]
	[ "$(grep -c '^eve-dhcp-filter: log:[2-6]: --where: it does not end on this input$' err)" -eq 5 ]
}

@test "there is no checkpoint in front of rows that --trigger still holds back" {
	live --checkpoint s -a count -l 10m --partitions 1 --mode update --trigger 1h
	of 0 0 05:00:00 '"id":1' | feed
	settled 1
	of 0 1 05:00:01 '"id":1' | feed
	settled 2
	sleep 11
	of 0 2 05:00:02 '"id":1' | feed
	settled 3
	[ ! -e s ]
	short <out | shows '05:00:00 05:30:00 "id":1,"count":1'
	ended
	short <out | tail -n +2 | shows '05:00:00 05:30:00 "id":1,"count":3'
	head -n 1 s | jq -c '[.counters.read, .sources[0].offset]' | shows '[3,3]'
}

@test "line numbers and counts go beyond 2^32" {
	{ yes '' | head -c 4300000000; echo '{"event_type":"dhcp",'; } | eve-dhcp-filter --stats 2>err || expect_status 1 $?
	head -n 1 err | cut -d : -f 1-3 | shows 'eve-dhcp-filter: -:4300000001'
	counted read,not_dhcp,bad,bytes | shows '[4300000001,4300000000,1,4300000022]'
}

@test "a file of more than 4 GiB is read to its end, a hole in it, too" {
	{ echo; at 05:00:00 '"id":1'; } >log
	truncate -s 4300M log
	{ at 05:00:01 '"id":1'; echo nonsense; at 05:00:02 '"id":1'; } >>log
	dhcp-window --stats -a count log >got 2>err || expect_status 1 $?
	short <got | shows '05:00:00 05:30:00 "id":1,"count":3'
	head -n 1 err | cut -d : -f 1-3 | shows 'dhcp-window: log:4'
	counted read,passed,blank,bad,bytes | shows "[5,3,1,1,$(wc -c <log)]"
}
