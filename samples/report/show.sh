# shellcheck shell=sh
# How report.sh shows what it has found: as a page, as text, as a mail.  Sourced by it.
#
# What it has set is used here:
# shellcheck disable=SC2154
# $name is jq's.
# shellcheck disable=SC2016

# part LEVEL NAME TITLE [OPTION]...: a table with its heading, as $form says; options are dhcp-topn's.
part() {
	level=$1 part=$2 title=$3
	shift 3
	if [ ! -s "$tmp/$part.rows" ]; then
		[ ! -e "$tmp/$part.status" ] || [ "$(cat "$tmp/$part.status")" -lt 2 ] || missing
	elif [ "$form" = html ]; then
		cat <<END
<section>
<h$level id="$part">$title</h$level>
<div class="scroll" role="region" tabindex="0" aria-labelledby="$part">
$(table html "$part" "$@")
</div>
</section>
END
	else
		heading "$title"
		table table "$part" "$@"
	fi
}

# missing: the part for which there is nothing to show, and why.
missing() {
	if [ "$form" = html ]; then
		echo "<section><h$level id=\"$part\">$title</h$level>" "<p>Could not be told: $(excuse "$part" | escaped).</p></section>"
	else
		heading "$title"
		words '"Could not be told: \(.)." | wrapped(78)' -Rr <<END
$(excuse "$part")
END
	fi
}

# heading TITLE [LINE]: of the text.
heading() {
	printf '\n%s\n%s\n' "$1" "$(printf '%s' "$1" | tr -c '' "${2:--}")"
}

tables() {
	while IFS="$tab" read -r state id title _; do
		[ "$state" != found ] || part "$1" "$id" "$title"
	done <"$tmp/findings"
	part "$1" pools 'How full the pools were'
	part "$1" clients 'Clients with the most messages'
	part "$1" names 'Names with the most messages'
	part "$1" vendors 'Vendor classes with the most messages'
	part "$1" servers 'Answers of each server' --per src_ip
	part "$1" messages 'Messages by hour' -n 0
}

# What was read of the logs, in words.
books() {
	printf 'Logs: %s. ' "$read"
	bad=$(counted bad where_error)
	if [ "$bad" -eq 0 ]; then
		echo 'All lines that can be DHCP events were understood.'
	else
		words '"\($bad | of("line")) could not be understood\(if $bad > 5 then "; these are the first of a file" else "" end):"' -rn --argjson bad "$bad"
	fi
}

show_html() {
	form=html
	cat <<END
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>DHCP on $day</title>
<style>
$(cat "$parts/style.css")
</style>
</head>
<body>
<main>
<h1>DHCP on $weekday</h1>
END
	if [ "$seen" -eq 0 ]; then
		echo "<p>No DHCP event of this day is in the logs. Days are those of $zone.</p>"
	else
		echo "<p class=\"quiet\">$(words 'subtitle($zone) | html' -r --arg zone "$zone" "$tmp/totals")</p>"
		echo '<dl class="totals">'
		words 'totals | "<div><dt>\(.[0])</dt><dd>\(.[1])</dd></div>"' -r "$tmp/totals"
		echo '</dl>'
		echo '<h2>What was looked for</h2>' '<ul class="findings">'
		words 'split("\t") | map(@html) | . as [$state, $name, $title, $words]
			| "<li class=\"\($state)\"><b>\($title): <span>\({found: "found", fine: "nothing", unknown: "not known"}[$state])</span></b> \($words)</li>"' \
			-Rr "$tmp/findings"
		echo '</ul>' '<h2>The day in pictures</h2>' '<div class="pictures">'
		echo 'Each type has a scale of its own. The numbers are <a href="#messages">below</a>.' | picture messages 'Messages by type and hour'
		echo '<span class="key c2"></span> ACKs and <span class="key c1"></span> the clients that got them.' | picture leases 'Leases by hour'
		echo 'More of each is <a href="#clients">below</a>.' | picture clients 'Clients with the most messages'
		echo '</div>' '<h2>Tables</h2>' '<div class="tables">'
		tables 3
		echo '</div>'
	fi
	echo '<h2>What was read</h2>'
	part 3 books 'Lines of the logs'
	echo "<p>$(books | escaped)</p>"
	[ ! -s "$tmp/said" ] || { echo '<ul>' && escaped <"$tmp/said" | sed 's,.*,<li>&</li>,' && echo '</ul>'; }
	printf '%s\n' '</main>' '</body>' '</html>'
}

show_text() {
	form=text
	heading "DHCP on $weekday" = | sed 1d
	echo
	if [ "$seen" -eq 0 ]; then
		echo "No DHCP event of this day is in the logs. Days are those of $zone."
	else
		words 'subtitle($zone)' -r --arg zone "$zone" "$tmp/totals"
		echo
		words 'totals | "  \(.[1] | " " * (9 - length) + .)  \(.[0])"' -r "$tmp/totals"
		heading 'What was looked for'
		words 'split("\t") | "\({found: "!", fine: "-", unknown: "?"}[.[0]]) \(.[2]): \(.[3])" | wrapped(78)' -Rr "$tmp/findings"
		tables 0
	fi
	heading 'What was read'
	table table books
	echo
	books
	sed 's/^/  /' "$tmp/said" | clean
}

# What was found, in a few words.
subject() {
	if [ "$seen" -eq 0 ]; then
		echo 'no event'
	else
		awk -F '\t' '
			$1 == "found" { said = said (said != "" ? ", " : "") $3 }
			END { print said != "" ? said : "nothing found" }' "$tmp/findings"
	fi
}

show_mail() {
	boundary=$(basename "$tmp")
	cat <<END
To: $to
Subject: DHCP on $day: $(subject)
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="$boundary"

--$boundary
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

$(show_text | base64)
--$boundary
Content-Type: text/html; charset=utf-8; name="dhcp-$day.html"
Content-Disposition: attachment; filename="dhcp-$day.html"
Content-Transfer-Encoding: base64

$(show_html | base64)
--$boundary--
END
}

