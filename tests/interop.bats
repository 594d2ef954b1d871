# What others make of our rows: jq, Miller, SQLite and Python's csv, without being told anything but the form.  DuckDB and pandas,
# which are large, are asked by tests/interop/check.sh.

# bats file_tags=once

load helper

# The time zone of the suite, UTC0, is one that Miller does not know.
mlr() { TZ=UTC command mlr "$@"; }

# Rows whose names and values are of the kind that breaks a table.
strangers() {
	jq -nc '
		["plain", "with, comma", "with \"quotes\"", "\"", "two\nlines", "dos\r\nline", "tab\there", " blanks ", "", "007", "1e3", "-0.50",
		 "null", "true", "=1+2", "back\\slash", "é 漢字 🖨", "a;b|c", "#", ",,,"]
		| to_entries[] | {"n": .key, "a,b": .value, "say \"hi\"": (.value + "!"), "line\nbreak": null, "é": (.key / 4)}'
}

# as_text: the rows for what knows no types: null is an empty text.
as_text() { jq -c 'map_values(if . == null then "" else tostring end)'; }

@test "csv is read by a strict parser, names and values, commas, quotes and line breaks" {
	strangers >rows
	dhcp-topn -n 0 -k n:asc -f csv rows >rows.csv
	python3 -c '
import csv, json, sys
for row in csv.DictReader(open("rows.csv", newline="", encoding="utf-8"), strict=True):
    assert None not in row and None not in row.values(), row
    print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))' >got
	as_text <rows >want
	same want got
}

@test "csv is read by SQLite" {
	strangers >rows
	dhcp-topn -n 0 -k n:asc -f csv rows >rows.csv
	sqlite3 :memory: '.import --csv rows.csv t' '.mode json' 'select * from t' | jq -c '.[]' >got
	as_text <rows >want
	same want got
}

# Miller 6.6 does not escape names in JSON: those that need it, jq does not take from there.  It makes a line feed of CR LF.
@test "csv and tsv are read by Miller" {
	strangers | jq -c 'select(."a,b" != "dos\r\nline") | with_entries(select(.key | test("[\"\n]") | not))' >rows
	as_text <rows >want
	for form in csv tsv; do
		dhcp-topn -n 0 -k n:asc -f $form rows | mlr -S --i$form --ojsonl cat | jq -c 'map_values(tostring)' >got
		same want got
	done
}

@test "the csv of the day's leases and windows has as many rows, and columns in each, as there are" {
	eve-dhcp-filter --fields +lease_time,routers,vendor_class_identifier,params "$DAY" >records
	dhcp-topn -n 0 -k ts:asc -f csv records >records.csv
	python3 -c '
import csv
rows = list(csv.reader(open("records.csv", newline=""), strict=True))
print(len(rows) - 1, {len(row) for row in rows} == {len(rows[0])})' >got
	echo "$(wc -l <records) True" >want
	same want got
	sqlite3 :memory: '.import --csv records.csv t' 'select count(*), count(distinct id) from t' >got
	echo "$(wc -l <records)|$(jq .id records | sort -u | wc -l)" >want
	same want got
}

@test "records are counted alike by jq, Miller, SQLite and dhcp-topn" {
	eve-dhcp-filter "$DAY" >records.ndjson
	dhcp-topn -n 0 -b dhcp_type -f tsv records.ndjson | tail -n +2 | cut -f 1,2 | tr '\t' ' ' | sort >want
	[ "$(wc -l <want)" -ge 6 ]
	jq -rs 'group_by(.dhcp_type)[] | "\(.[0].dhcp_type) \(length)"' records.ndjson | sort >got
	same want got
	mlr --ijsonl --onidx count -g dhcp_type records.ndjson | sort >got
	same want got
	sqlite3 -separator ' ' :memory: "
		select value ->> 'dhcp_type', count(*)
		from json_each('[' || replace(trim(cast(readfile('records.ndjson') as text), char(10)), char(10), ',') || ']')
		group by 1" | sort >got
	same want got
}

@test "times are times to Miller and SQLite, of records and rows; to jq once the fraction is cut" {
	eve-dhcp-filter -m 1 "$DAY" >record
	dhcp-window record | jq -c '{ts: .window.start}' >start
	jq -r '.ts[:19] + "Z" | fromdate' record start >want
	[ "$(wc -l <want)" -eq 2 ]
	# As the manual says it, also in a zone with summer time.
	sed -n 's/^\.Ql \(.* jq .*fromdate.*\) \.$/\1 "$@"/p' "$ROOT/man/dhcp-interop.7" | sed "s/\\\\(aq/'/g; s/\\\\(dq/\"/g" >line
	TZ=EST5EDT,M3.2.0,M11.1.0 sh line record start >got
	same want got
	mlr --ijsonl --onidx put -q 'emit {"s": int(gmt2sec($ts))}' record start >got
	same want got
	mlr --ijsonl --onidx put -q 'emit {"s": int(strptime($ts, "%Y-%m-%dT%H:%M:%SZ"))}' record start >got
	same want got
	sqlite3 :memory: "select strftime('%s', value ->> 'ts') from json_each('[$(cat record start | paste -sd ,)]')" >got
	same want got
	# Milliseconds are kept.
	sqlite3 :memory: "select strftime('%f', '$(jq -r .ts record)')" >got
	jq -r '.ts[17:23]' record >want
	same want got
}

@test "EVE's own stamp, with a zone and no colon in it, is no time to them; the same moment is in ts" {
	eve-dhcp-filter -m 1 "$DAY" >record
	[ "$(sqlite3 :memory: "select julianday('$(jq -r .timestamp record)') is null")" = 1 ]
	mlr --ijsonl --onidx put -q 'emit {"s": is_error(gmt2sec($timestamp))}' record | grep -qx true
	! jq -e '.timestamp | fromdate' record 2>/dev/null
	date -u -d "$(jq -r .timestamp record)" +%FT%T.%6NZ >got
	jq -r .ts record >want
	same want got
}

@test "what jq counts, as in Suricata's page of examples, the filters count as well" {
	# What it is by, the event, and jq's way to it.
	jq -c 'select(.event_type == "dhcp").dhcp' "$DAY" >events
	while IFS='|' read -r by jq; do
		jq -r "$jq // empty" events | sort | uniq -c | sed 's/^ *//' | sort >want
		[ "$(wc -l <want)" -gt 5 ]
		eve-dhcp-filter --fields "$by" -r "$by" "$DAY" | dhcp-topn -n 0 -b "$by" | jq -r "\"\(.count) \(.$by)\"" | sort >got
		same want got
	done <<-'END'
		client_mac|.client_mac
		vendor_class_identifier|.vendor_class_identifier
		hostname|.hostname
		dhcp_type|.dhcp_type
	END
	jq -s 'map(select(.event_type == "flow" and .dest_ip == "10.77.0.1").flow.bytes_toserver) | add' "$DAY" >want
	jq -c 'select(.event_type == "flow") | {dest_ip, bytes: .flow.bytes_toserver}' "$DAY" |
		dhcp-topn -n 0 -b dest_ip --sum bytes | jq 'select(.dest_ip == "10.77.0.1").sum' >got
	same want got
}
