# What report.sh says in words, and the rows of its tables.  $day is 2019-04-30, $offsets the zone's seconds east of UTC for
# each quarter of an hour from $since (seconds since 1970) on.

# What moves a cursor, turns the direction of writing, or is no character of XML.
def safe:
	tostring | explode | map(if . < 32 or (. >= 127 and . < 160) or . == 1564 or . == 8206 or . == 8207 or (. >= 8232 and . <= 8238)
		or (. >= 8294 and . <= 8297) or . == 65534 or . == 65535 then 63 else . end) | implode;

# Text for a page.
def html: safe | @html;

# The clock of the zone, with the date if it is another day's; what is no stamp, as a name may look like one, stays.
def local: . as $text
	| try (select(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$"))
		| (.[:19] + "Z" | fromdate) as $t
		| ([[(($t - $since) / 900 | floor), 0] | max, ($offsets | length) - 1] | min) as $i
		| $t + $offsets[$i] | todate | if .[:10] == $day then .[11:19] else .[:10] + " " + .[11:19] end)
	catch $text // $text;

# For a table: numbered, so that their order stays.  (A |= of jq 1.6 takes the end of what it does for an error, and tries on.)
def numbered: {"#": input_line_number} + (to_entries | map(if .key | IN("first", "last", "minute", "peak_at", "start", "time") then .value = (.value | local) else . end) | from_entries);

# 6848 to 6,848.
def grouped:
	tostring | if test("^[0-9]+$") then explode | reverse | [range(0; length; 3) as $i | .[$i:$i + 3] | reverse | implode]
		| reverse | join(",") else . end;

# 3 of "client" is 3 clients.
def of(noun): "\(grouped) \(noun)\(if . == 1 then "" elif noun | endswith("s") then "es" else "s" end)";

# Lines of so many characters, but for words that are longer; those behind the first begin with two blanks.
def wrapped($width): split(" ") | reduce .[1:][] as $word (.[:1];
	if (.[-1] + $word | length) < $width then .[-1] += " " + $word else . + ["  " + $word] end) | join("\n");

# A list with its last two joined by "and"; what is too long is cut.
def list:
	map(safe) | if length > 4 then .[:3] + ["\(length - 3 | grouped) more"] else . end
	| if length > 1 then (.[:-1] | join(", ")) + " and " + .[-1] else .[0] // "" end;

def first_to_last: if (.first | local) == (.last | local) then " at \(.first | local)" else " from \(.first | local) to \(.last | local)" end;

# Some rows in words, and how many more there are.
def each(words; noun): ([.[:3][] | words] | join(" ")) + if length > 3 then " And \(length - 3 | of(noun)) more." else "" end;

def clients: map(.client_mac) | unique | length;

# name: rows, in the order of their recipe, to a sentence or some.
def words:
	if length == 0 then
		{
			"rogue-servers": "No server answered that is not known, or answered together with another one.",
			"starvation": "No minute had very many DISCOVERs from very many clients.",
			"failing-clients": "Every client that asked for a lease got one in the end.",
			"address-conflicts": "No address was in use by two.",
			"new-devices": "No device came that is not in the list."
		}[$name] // "Nothing was found."
	elif $name == "rogue-servers" and .[0].servers then
		each("\(.servers | split(" ") | list) answered the same \(.transactions | of("transaction")), of \(.clients | of("client")),\(first_to_last)."; "set of server")
	elif $name == "rogue-servers" then
		each("\(.server | safe), which is not known, gave \(.answers | of("answer")) to \(.clients | of("client"))\(first_to_last)\(if .routers != "" then ", with \(.routers | safe) as router" else "" end)."; "server")
	elif $name == "starvation" then
		each("\(.discovers | of("DISCOVER")) from \(.clients | of("client")) came in the minute from \(.minute | local | .[:-3]) on."; "such minute")
	elif $name == "failing-clients" then
		"\(clients | of("client")) had got no lease when the day ended: "
			+ ([group_by(.why)[] | "\(clients | grouped) had \(if .[0].why | startswith("no ") then "" else "a " end)\(.[0].why)"] | list) + "."
	elif $name == "address-conflicts" then
		(map(select(.why == "declined").address) | unique) as $declined | (map(select(.why != "declined").address) | unique) as $others
		| [if $declined == [] then empty else "\($declined | length | of("address")) declined by clients, as in use by others: \($declined | list)." end,
			if $others == [] then empty else "\($others | length | of("address")) given to another client while a lease held: \($others | list)." end] | join(" ")
	elif $name == "new-devices" then
		"\(length | of("device")) came that \(if length == 1 then "is" else "are" end) not in the list: \(map(.hostname // .client_mac) | list)."
	else
		"\(length | of("row")) \(if length == 1 then "was" else "were" end) found, see the table."
	end;

# Records to what stands at the top of the page: name, value.
def totals:
	[["messages", .messages], ["clients", .clients], ["names of clients", .names], ["servers", .servers], ["leases given (ACK)", .acks],
	["refusals (NAK)", .naks], ["declined (DECLINE)", .declines]] | .[] | [.[0], (.[1] | grouped)];

# A client's name and the end of its address: names come several times.
def called: "\(.hostname // "" | tostring | if length > 18 then .[:17] + "…" else . end) \(.client_mac // "?" | tostring | .[-5:])" | safe;

# What the messages were, and when.
def subtitle($zone): "\(.messages | of("DHCP message")) between \(.first | local) and \(.last | local).", "Times are those of \($zone).";

def hour: local | .[-8:-6];

# What the pictures show, of all rows.
def picture_messages: [inputs] | max_by(.total) | "Most came in the hour from \(.start | hour):00 on: \(.total | of("message")).";
def picture_leases: [inputs] | if length == 0 then "There was no ACK." else max_by(.clients)
	| "Most got one in the hour from \(.start | hour):00 on: \(.clients | of("client")), with \(.acks | of("ACK"))." end;
def picture_clients: input | "\(called) had most, \(.messages | of("message")).";

# Rows by hour to one for each hour of the day: its number, its clock, then the counts.
def hours($columns): [inputs] as $rows | range(0; $hours) as $h
	| ($rows | map(select(((.start[:19] + "Z" | fromdate) - $since) / 3600 | floor == $h)) | .[0]) as $row
	| [$h, ($since + 3600 * $h | todate | local | .[-8:-3])] + [$columns[] as $c | $row[$c] // 0] | @tsv;
