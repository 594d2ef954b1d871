# samples/report.sh: a day on a page, in text, in a mail.

# bats file_tags=once

load helper

# report OPTION... FILE...: of the sample day, in the zone that it is a day of.
report() { "$SAMPLES/report.sh" -z KST-9 "$@"; }

# made: the report of the sample day as page and text, made once a suite.
made() {
	local to=$BATS_SUITE_TMPDIR/report
	[ -e "$to" ] || { mkdir "$to.$$" && report -o "$to.$$" 2019-04-30 "$SAMPLES/day.eve.json.xz" && mv "$to.$$" "$to"; } || return
	cp "$to/2019-04-30.html" page
	cp "$to/2019-04-30.txt" text
}

# look FILE PYTHON: with the page, what it shows as text, its rows (by the heading of their table), and its tree, as XML.
look() {
	python3 - "$1" "$2" <<-'END'
		import re, textwrap, sys, xml.etree.ElementTree as etree
		page = open(sys.argv[1], encoding="utf-8").read()
		tree = etree.fromstring(page)
		shown = lambda element: " ".join("".join(element.itertext()).split())
		body = shown(tree.find("body"))
		rows = {shown(section[0]): [[shown(cell) for cell in row] for row in section.iter("tr")] for section in tree.iter("section")}
		exec(textwrap.dedent(sys.argv[2]))
	END
}

# event SECOND NAME: a DISCOVER of that name, written as JSON has it, in the first hour of 2019-04-30 in Korea.
event() {
	printf '{"timestamp":"2019-04-30T00:00:%02d.000000+0900","event_type":"dhcp","src_ip":"0.0.0.0","dest_ip":"255.255.255.255",' "$1"
	printf '"dhcp":{"type":"request","id":%d,"client_mac":"02:00:00:00:00:%02d","dhcp_type":"discover","hostname":"%s"}}\n' "$1" "$1" "$2"
}

@test "the page is well-formed for HTML and XML, and takes nothing from outside" {
	made
	head -n 1 page | same <(echo '<!DOCTYPE html>') -
	grep -niE '<script|https?:|url\(|@import|xmlns|<img|<link|<iframe|javascript:' page && return 1
	look page '
		ids = [e.get("id") for e in tree.iter() if e.get("id")]
		assert len(ids) == len(set(ids)) > 8, ids
		assert {a.get("href")[1:] for a in tree.iter("a")} <= set(ids)
		assert not [a for e in tree.iter() for a in e.keys() if a.startswith("on")]'
}

@test "the page tells who reads it aloud what is in pictures and tables" {
	made
	look page '
		assert tree.get("lang") == "en" and tree.find("head/title").text == "DHCP on 2019-04-30"
		pictures = list(tree.iter("svg"))
		assert len(pictures) == 3 and all(p.get("role") == "img" and len(p.get("aria-label")) > 40 for p in pictures)
		assert "5,309 messages" in pictures[0].get("aria-label")
		heads = [int(e.tag[1]) for e in tree.iter() if re.fullmatch("h[1-6]", e.tag)]
		assert heads[0] == 1 and 1 not in heads[1:] and all(b - a <= 1 for a, b in zip(heads, heads[1:])), heads
		assert all(th.get("scope") for th in tree.iter("th")) and len(rows) > 8
		labels = [e.get("aria-labelledby") for e in tree.iter("div") if e.get("class") == "scroll"]
		assert labels == [s[0].get("id") for s in tree.iter("section")]'
}

@test "the figures on the page are those of the day" {
	made
	look page '
		totals = {shown(div[0]): shown(div[1]) for div in tree.find("body/main/dl")}
		assert totals == {"messages": "6,848", "clients": "3,126", "names of clients": "96", "servers": "2", "leases given (ACK)": "891",
			"refusals (NAK)": "63", "declined (DECLINE)": "8"}, totals
		assert "between 00:03:12 and 23:59:07. Times are those of KST, UTC+09:00." in body
		assert "10.77.0.1 and 10.77.0.66 answered the same 25 transactions, of 25 clients, from 14:36:03 to 14:36:21." in body
		assert re.search("3,0.. DISCOVERs from 3,0.. clients came in the minute from 16:48 on", body)
		assert "1,586 clients had got no lease when the day ended: 1,586 had no OFFER." in body
		assert ["#", "start", "discover", "offer", "request", "ack", "nak", "decline", "release", "inform", "total"] == rows["Messages by hour"][0]
		assert ["3033", "1414", "427", "427", "0", "0", "8", "0", "5309"] in [row[2:] for row in rows["Messages by hour"]]
		assert ["src_ip: 10.77.0.66"] in rows["Answers of each server"] and ["5", "ack", "14", "14"] in rows["Answers of each server"]
		assert [["42099"], ["6848"]] == [row[2:] for row in rows["Lines of the logs"] if row[1] in ("lines read", "DHCP of this day")]'
}

@test "the pictures show the numbers of the day, and as many bars as there are" {
	made
	look page '
		messages, leases, clients = tree.iter("svg")
		text = [shown(t) for t in messages.iter("text")]
		assert [t for t in text if t.startswith("most ")] == ["most %d" % n for n in (3033, 1414, 427, 427, 41, 5, 19, 3)], text
		assert [t for t in text if t.isdigit()] == ["00", "03", "06", "09", "12", "15", "18", "21"]
		hours = [[int(n) for n in row[2:10]] for row in rows["Messages by hour"][1:]]
		assert len(list(messages.iter("polygon"))) == sum(n > 0 for row in hours for n in row)
		best = rows["Clients with the most messages"][1:]
		text = [shown(t) for t in clients.iter("text")]
		assert [t for t in text if t.isdigit()] == [row[3] for row in best], text
		assert [t for t in text if " " in t][1:4] == ["iPhone c6:bd", "Galaxy-S9 e2:2e", "Jiwoo\x27s iPad c0:a1"], text
		assert all("rgb" not in e.get(a) for e in tree.iter() for a in e.keys())'
}

@test "the text says what the page says, in lines that a mail can have" {
	made
	look page '
		text = " ".join(open("text").read().split())
		for item in tree.iter("li"):
			assert shown(item)[len(shown(item[0])):].strip() in text, shown(item)
		for title, lines in rows.items():
			for cells in lines if title != "Lines of the logs" else []:
				assert " ".join(cells) in text, cells'
	sed '/^Rogue servers$/,/^What was read$/d' text | awk 'length > 80' | same /dev/null -
}

@test "what strangers write stays text: on the page, in its pictures, in the text" {
	names=('<script>alert(1)</script>' "\\\"><img src=x onerror='alert(1)'>" '&lt;b&gt; @1@ @2@' '{/Symbol a}^2_b' '`touch pwned`'
		'$(touch pwned)' '\u001b[2J\u0007\u009b31m' '\u202egpj.exe\u2066' '\ufffe\uffff\u0000' 'a\tb\nSubject: x' "x\\\" ; system(\\\"touch pwned\\\") #" \\u003c/title\\u003e 2019-99-99T99:99:99Z)
	for i in "${!names[@]}"; do
		for n in 1 2 3; do event "$((i + 10))" "${names[i]}"; done
		event "$((i + 10))" "${names[i]}"
	done >'<i>&"log.json'
	report -o . 2019-04-30 '<i>&"log.json'
	mv 2019-04-30.html page
	mv 2019-04-30.txt text
	look page '
		assert {e.tag for e in tree.iter()} <= set("html head meta title style body main h1 h2 h3 p dl div dt dd ul li b span a figure figcaption svg g "
			"path polygon rect text section table thead tbody tr th td".split()), {e.tag for e in tree.iter()}
		top = {row[2] for row in rows["Clients with the most messages"]}
		assert {"<script>alert(1)</script>", "&lt;b&gt; @1@ @2@", "{/Symbol a}^2_b", "`touch pwned`"} <= top, top
		drawn = {shown(t) for t in list(tree.iter("svg"))[2].iter("text")}
		assert {"<script>alert(1)<… 00:10", "&lt;b&gt; @1@ @2@ 00:12", "{/Symbol a}^2_b 00:13", "$(touch pwned) 00:15"} <= drawn, drawn'
	cat page text | tr -d '\n' | LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' && return 1
	grep -q '^Logs: <i>&"log.json\.' text
	grep '^Subject' text page && return 1
	[ ! -e pwned ]
}

@test "a day without DHCP events gives a report that says so" {
	report 2019-05-02 "$DAY" >page
	report --text 2019-05-02 "$DAY" >text
	look page 'assert "No DHCP event of this day is in the logs." in body and ["3", "DHCP of other days", "6848"] in rows["Lines of the logs"]'
	grep -q '^No DHCP event of this day' text
}

@test "a name that is a stamp is shown as it is" {
	event 5 2019-04-29T15:00:00Z >log
	report --text 2019-04-30 log | grep -c ' 2019-04-29T15:00:00Z ' | same <(echo 3) -
}

@test "what could not be understood is told, with status 1" {
	{ head -n 20 "$DAY"; event 5 a; echo '{"event_type":"dhcp","dhcp":{'; } >'bro<ken>.json'
	local status=0
	report --mail someone@example.org 2019-04-30 'bro<ken>.json' >mail || status=$?
	expect_status 1 $status
	gzip -k 'bro<ken>.json'
	mkdir 'back\new'
	(export TMPDIR='back\new' && report --text 2019-04-30 'bro<ken>.json.gz') >text && return 1
	grep -qF '  bro<ken>.json.gz:22: ' text
	python3 -c '
import email.policy
mail = email.message_from_binary_file(open("mail", "rb"), policy=email.policy.default)
assert not mail.defects and mail["To"] == "someone@example.org" and mail["Subject"] == "DHCP on 2019-04-30: Clients without a lease", mail.items()
text, page = mail.iter_parts()
assert not text.is_attachment() and page.get_filename() == "dhcp-2019-04-30.html"
for name, part in ("text", text), ("page", page):
    open(name, "w").write(part.get_content())'
	golden report-broken.txt cat text
	look page '
		assert "1 line could not be understood: bro<ken>.json:22: " in body and ["5", "not understood", "1"] in rows["Lines of the logs"]'
}

@test "in a log of ACKs alone it is said what could not be looked for" {
	grep '"dhcp_type":"ack"' "$DAY" | sed 's/"client_ip":"[^"]*",//' >acks # as without `extended: yes'
	report --text 2019-04-30 acks | tr -s ' \n' ' ' >text
	grep -q '? Rogue servers: Could not be looked for: only ACKs in the log' text
	grep -q ' 891 messages' text
}

@test "whose day it is depends on the zone, and a day can have 25 hours" {
	report --text -z UTC0 2019-04-29 "$DAY" | grep -A 1 '^566 DHCP messages between 15:03:12 and 23:58:16\.$' |
		grep '^Times are those of UTC, UTC+00:00\.$'
	for hour in 00 01 05 06 23; do
		event 1 a | sed "s/2019-04-30T00:00:01.000000+0900/2019-11-03T$hour:59:59.000000-0500/"
	done >log
	report -z EST5EDT,M3.2.0,M11.1.0 2019-11-03 log >page
	look page '
		assert "Times are those of EDT, UTC-04:00, later EST, UTC-05:00." in body
		assert [row[1] for row in rows["Messages by hour"][1:]] == ["01:00:00", "01:00:00", "05:00:00", "06:00:00", "23:00:00"], rows
		assert [shown(t) for t in next(tree.iter("svg")).iter("text") if shown(t).isdigit()] == ["00", "02", "05", "08", "11", "14", "17", "20", "23"]'
}

@test "in summer, where clocks go by it, the hours of text, tables and pictures are those of the zone" {
	for hour in 00 05 23; do
		event 1 a | sed "s/2019-04-30T00:00:01.000000+0900/2019-07-01T$hour:59:59.000000-0400/"
	done >log
	mkdir path
	printf '#!/bin/sh\ncat messages.tsv >%s/bars\nexec %s "$@"\n' "$PWD" "$(type -P gnuplot)" >path/gnuplot
	chmod +x path/gnuplot
	for zone in EST5EDT,M3.2.0,M11.1.0 America/New_York; do
		[ -e "/usr/share/zoneinfo/$zone" ] || [ $zone != America/New_York ] || continue
		PATH=$PWD/path:$PATH TZ=$zone "$SAMPLES/report.sh" -o . 2019-07-01 log
		grep '^3 DHCP messages between ' 2019-07-01.txt | same <(echo '3 DHCP messages between 00:59:59 and 23:59:59.') -
		look 2019-07-01.html 'assert [row[1] for row in rows["Messages by hour"][1:]] == ["00:00:00", "05:00:00", "23:00:00"], rows'
		awk '$3 == 1 { print $1, $2 }' bars | same <(printf '%s\n' '0 00:00' '5 05:00' '23 23:00') -
	done
}

@test "logs may be several, compressed, or come from a pipe; --known and --list say who is no stranger" {
	split -n l/3 "$DAY" part.
	gzip part.ab
	eve-dhcp-filter --fields client_mac "$DAY" | jq -r .client_mac | sort -u | grep -v ^e8:50:8b:ea:3c:22 >list
	report --text --known 10.77.0.1 --list=list 2019-04-30 part.aa part.ab.gz - <part.ac >text
	grep -qx '6,848 DHCP messages between 00:03:12 and 23:59:07.' text
	grep -q '^Logs: part.aa, part.ab.gz and -\. All lines' text
	tr -s ' \n' ' ' <text >line
	grep -q '! Rogue servers: 10.77.0.66, which is not known, gave 39 answers to 25 clients from 14:36:03 to 14:36:21' line
	grep -q '! New devices: 1 device came that is not in the list: android-d3aef12a56334a3a\.' line
}

@test "a server that is known is no rogue, and no report is left half" {
	mkdir out
	echo old | tee out/2019-04-30.html >out/2019-04-30.txt
	grep -m 100 -e 10.77.0.66 -e '"dhcp_type":"discover"' "$DAY" >log
	report -o out --known=10.77.0.1 --known 10.77.0.66 2019-04-30 log | same /dev/null -
	ls -A out | same <(printf '2019-04-30.html\n2019-04-30.txt\n') -
	grep -qx -e '- Rogue servers: No server answered that is not known, or answered together' out/2019-04-30.txt
	look out/2019-04-30.html 'assert "Rogue servers: nothing No server" in body'
}

@test "without a standard input it is the same" {
	report --text 2019-04-30 "$DAY" >want
	report --text 2019-04-30 "$DAY" <&- | same want -
}

@test "a disk that is full, and a part that fails, are said, and the report of before stays" {
	head -n 50 "$DAY" >log
	report --text 2019-04-30 log 2>err >/dev/full && return 1
	grep -q 'No space left' err
	mkdir out bin
	echo old >out/2019-04-30.txt
	printf '#!/bin/sh\ncase "$*" in *table*) exit 3 ;; esac\nexec %s "$@"\n' "$(type -P dhcp-topn)" >bin/dhcp-topn
	chmod +x bin/dhcp-topn
	ln -s "$BIN"/eve-dhcp-filter "$BIN"/dhcp-window "$BIN"/dhcp-leases bin
	BIN=$PWD/bin fails 2 'report.sh: dhcp-topn ended with status 3
report.sh: the report could not be made' report -o out 2019-04-30 log
	head out/* | same <(printf 'old\n') -
}

@test "with no room left under TMPDIR the report is whole or status 2" {
	head -n 300 "$DAY" | grep '"event_type":"dhcp"' >log
	report --text 2019-04-30 log >want
	cat >full.sh <<-'END'
		mount -t tmpfs -o size=1m none disk || exit 77
		for room in 124 168; do
			mount -o remount,size=${room}k disk
			TMPDIR=$PWD/disk "$SAMPLES/report.sh" -z KST-9 --text 2019-04-30 log >got.$room 2>err.$room
			echo $? >status.$room
		done
	END
	mkdir disk
	unshare -rm sh full.sh 2>said || { [ $? -eq 77 ] || grep -q unshare said && skip "no mount here"; cat said; return 1; }
	for status in status.*; do
		room=${status#status.}
		case $(cat "$status") in
		0) same want "got.$room" ;;
		2) same /dev/null "got.$room" && [ -s "err.$room" ] ;;
		*) return 1 ;;
		esac
	done
	grep -qx 2 status.124
}

@test "what the unit starts makes the report of yesterday" {
	sed -n "s/^ExecStart=.*sh -c '\(.*\)'$/\1/p" "$SAMPLES/systemd/dhcp-report.service" |
		sed "s,/usr/local/libexec/dhcp-tools,$SAMPLES,; s/\\$\\$/$/g" >start
	grep -q ^exec start
	head -n 50 "$DAY" >eve.json
	gzip <eve.json >eve.json.1.gz
	STATE_DIRECTORY=$PWD OPTIONS='-z KST-9 --known 10.77.0.1' LOGS="$PWD/eve.json*" sh start
	yesterday=$(TZ=KST-9 date -d '12:00 yesterday' +%F)
	grep -q '^Logs: eve.json and eve.json.1.gz\.' "$yesterday.txt"
	[ -s "$yesterday.html" ]
}

@test "what cannot be is refused in one line, and nothing is left behind" {
	export TMPDIR=$PWD/tmp
	mkdir tmp
	fails 2 'report.sh: which day, of which logs? See --help' report 2019-04-30
	fails 2 'report.sh: --html: no such option; see --help' report --html 2019-04-30 "$DAY"
	fails 2 'report.sh: -o: no such option, or without its value; see --help' report -o
	fails 2 'report.sh: 30.4.2019: not a day such as 2019-04-30, yesterday or today' report 30.4.2019 "$DAY"
	fails 2 'report.sh: 2019-02-30: no such day' report 2019-02-30 "$DAY"
	fails 2 'report.sh: -z: Asia/Atlantis: no such zone here (Debian has them in tzdata)' report -z Asia/Atlantis 2019-04-30 "$DAY"
	for zone in America/Port-au-Princ Etc/GMT-25 GMT-25 KST9x ../../../etc/passwd ':Nowhere/X'; do
		fails 2 "report.sh: -z: $zone: no such zone here (Debian has them in tzdata)" report -z "$zone" 2019-04-30 "$DAY"
	done
	fails 2 'report.sh: --text, --mail and -o: only one of them' report -o . --text 2019-04-30 "$DAY"
	fails 2 'report.sh: --mail: not an address' report --mail '' 2019-04-30 "$DAY"
	fails 2 'report.sh: --lease: 5: not a duration such as 12h' report --lease 5 2019-04-30 "$DAY"
	fails 2 'report.sh: --list: .: cannot be read' report --list . 2019-04-30 "$DAY"
	fails 2 'report.sh: --known: here: not an address' report --known here 2019-04-30 "$DAY"
	fails 2 'report.sh: --text: no such file; options stand before the day' report 2019-04-30 --text "$DAY"
	fails 2 'report.sh: missing.json: cannot be read' report 2019-04-30 "$DAY" missing.json
	fails 2 'report.sh: -o: nowhere: no such folder' report -o nowhere 2019-04-30 "$DAY"
	mkdir path
	for program in awk date jq readlink rm sed seq tr; do ln -s "$(type -P $program)" path; done
	fails 2 'report.sh: gnuplot: not found (Debian has it in gnuplot-nox); --text does without' env "PATH=$PWD/path" "$SAMPLES/report.sh" 2019-04-30 "$DAY"
	find tmp -mindepth 1 | same /dev/null -
}
