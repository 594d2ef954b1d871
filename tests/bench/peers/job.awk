# The job over DHCP lines as Suricata writes them: no space, no member twice. Rows, best time first once sorted.
# TZ is to be UTC.

# Finds the text member NAME of the line. True if it is there; its text, as written, goes to VALUE.
function text(name,   i, rest) {
	i = index($0, "\"" name "\":\"")
	if (!i)
		return 0
	rest = substr($0, i + length(name) + 4)
	VALUE = substr(rest, 1, index(rest, "\"") - 1)
	if (index(VALUE, "\\") && match(rest, /^([^"\\]|\\.)*/))
		VALUE = substr(rest, 1, RLENGTH)
	return 1
}

# Learns what UTC minute and which window a local minute and its offset from UTC stand for.
function learn(minute,   m, t) {
	m = minute
	gsub(/[-T:]/, " ", m)
	m = substr(m, 1, 16)
	t = mktime(m " 00") - (substr(minute, 17, 1) "1") * (substr(minute, 18, 2) * 3600 + substr(minute, 20, 2) * 60)
	UTC[minute] = strftime("%Y-%m-%dT%H:%M", t, 1)
	WINDOW[minute] = t - t % 1800
}

function or_null(values, key) {
	return key in values ? values[key] : "\\N"
}

function stamp(t) {
	return strftime("%Y-%m-%dT%H:%M:%S.000000Z", t, 1)
}

{
	if (!text("src_ip") || VALUE == "61.82.88.6")
		next
	source = VALUE
	if (!text("hostname"))
		next
	name = VALUE
	minute = substr($0, 15, 16) substr($0, 41, 5)
	if (!(minute in UTC))
		learn(minute)
	ts = UTC[minute] substr($0, 31, 10) "Z"
	id = substr($0, index($0, "\"id\":") + 5, 11)
	sub(/[^0-9].*/, "", id)
	key = WINDOW[minute] " " id
	if (!COUNT[key]++ || ts > TS[key])
		TS[key] = ts
	if (source > SOURCE[key])
		SOURCE[key] = source
	if (name > NAME[key])
		NAME[key] = name
	if (text("client_ip") && VALUE > CLIENT[key])
		CLIENT[key] = VALUE
	if (text("requested_ip") && VALUE > REQUESTED[key])
		REQUESTED[key] = VALUE
}

END {
	OFS = "\t"
	for (key in COUNT) {
		split(key, part, " ")
		print TS[key], stamp(part[1]), stamp(part[1] + 1800), part[2], SOURCE[key], NAME[key],
		    or_null(CLIENT, key), or_null(REQUESTED, key), COUNT[key]
	}
}
