# Whatever language and zone the machine is set to, the same bytes come out.

# bats file_tags=once

load helper

# all: rows in every form, and messages, of all programs.
all() {
	{
		says eve-dhcp-filter --stats part
		says eve-dhcp-filter -r hostname --since 2019-04-29 --until 2019-04-29T15:30:00Z --heartbeat=10m part
		today
		says eve-dhcp-filter -w '.dhcp.hostname | values | test("[가-힣ıİ]") or ascii_downcase == "nas1"' --fields ts,hostname part
		says dhcp-window -e 1d --align 15h -b hostname -a 'count,avg(lease_time),sum(lease_time),values(client_mac),last(ts)' record
		says dhcp-window --session 45m -b client_mac --lateness 5m --stats record
		says dhcp-window --having '.window.start[:19] + "Z" | fromdate > 1' record
		says dhcp-topn -f table row
		says dhcp-topn -n 0 -k max_hostname:asc -f csv row
		says dhcp-topn -n 7 --bottom -f tsv row
		says dhcp-topn -b max_hostname --sum count -f table row
		says dhcp-leases --lease 1h --at 2019-04-30T05:00:00 record
		for program in eve-dhcp-filter dhcp-window dhcp-topn dhcp-leases; do
			says $program --help
			says $program bad missing .
			says $program -e 1,5h -n 1,5 bad
		done
	} 2>&1
}

# today: how many of the hours of yesterday, today and tomorrow in UTC are today's and later.
today() {
	local day=
	until [ "$day" = "$(date -u +%F)" ]; do
		day=$(date -u +%F)
		for hour in "$day"T{00..23} "$(date -u -d "$day - 1 day" +%F)"T{00..23} "$(date -u -d "$day + 1 day" +%F)"T{00..23}; do
			echo "{\"timestamp\":\"$hour:30:00Z\",\"event_type\":\"dhcp\"}"
		done | eve-dhcp-filter -c --since today >hours
	done
	cat hours
}

# says COMMAND...: what it says, and its status.
says() {
	local status=0
	"$@" || status=$?
	echo "status $status"
}

# files: what they read: a part of the day, some of whose names are Korean and Turkish.
files() {
	head -n 800 "$DAY" | sed 's/printer-lobby/로비 프린터/; s/canon-lbp-4f/İstanbul ığüş/' >part
	eve-dhcp-filter part | sed 's/"id":/"lease_time":1.5,&/' >record
	dhcp-window record >row
	printf '%s\n' '{"timestamp":"2019-04-30T05:00:00,5Z","event_type":"dhcp"]' '[0,5]' '{"ts":"30.04.2019"}' '{' >bad
	TZ=UTC0 LC_ALL=C all >want
	[ "$(grep -c "^status 0\$" want)" -eq 15 ]
	grep -q '^48$' want
	grep -q '로비 프린터  ' want
	grep -q '"avg_lease_time":1.5,' want
	grep -q 'missing: No such file or directory$' want
}

# locales: ko_KR.EUC-KR, tr_TR.UTF-8 and de_DE.UTF-8 in a folder of ours; nothing of the machine's is changed.
locales() {
	export LOCPATH=$BATS_TEST_TMPDIR/locales ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 # glibc loses a copy of LOCPATH
	mkdir "$LOCPATH"
	for name in ko_KR.EUC-KR tr_TR.UTF-8 de_DE.UTF-8; do
		localedef -i "${name%.*}" -f "${name#*.}" "$LOCPATH/$name" &
	done
	wait
	[ "$(LC_ALL=ko_KR.EUC-KR locale charmap)" = EUC-KR ]
	[ "$(LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ]
	[ "$(LC_ALL=tr_TR.UTF-8 locale charmap)" = UTF-8 ]
}

@test "in every locale, the same bytes" {
	files
	locales
	for name in C.UTF-8 ko_KR.EUC-KR tr_TR.UTF-8 de_DE.UTF-8; do
		echo "in $name:"
		LC_ALL=$name all >got
		same want got
	done
}

@test "in every zone, the same bytes" {
	files
	# Nepal, Australia with its summer time, Korea, and the ends of the world; spelt out, they need no data base.
	for zone in NPT-5:45 AEST-10AEDT,M10.1.0,M4.1.0/3 KST-9 '<-12>12' '<+14>-14'; do
		echo "in $zone:"
		TZ=$zone all >got
		same want got
	done
}
