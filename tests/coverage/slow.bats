# What takes too long for the suite.

load ../helper
load ../window

@test "-w that does not end on ten events ends the run" {
	for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":$i}}"; done >log
	status=0
	eve-dhcp-filter --fields id -w 'if .dhcp.id > 1 then [range(infinite)] else true end' log >got 2>err || status=$?
	expect_status 2 $status
	[ "$(tail -n 1 err)" = 'eve-dhcp-filter: the expression does not end, 10 times: stopped' ]
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
