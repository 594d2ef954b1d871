# What takes too long for the suite.

load ../helper

@test "-w that does not end on ten events ends the run" {
	for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "{\"event_type\":\"dhcp\",\"dhcp\":{\"id\":$i}}"; done >log
	status=0
	eve-dhcp-filter --fields id -w 'if .dhcp.id > 1 then [range(infinite)] else true end' log >got 2>err || status=$?
	expect_status 2 $status
	[ "$(tail -n 1 err)" = 'eve-dhcp-filter: the expression does not end, 10 times: stopped' ]
	[ "$(grep -c '^eve-dhcp-filter: log:[2-6]: --where: it does not end on this input$' err)" -eq 5 ]
}
