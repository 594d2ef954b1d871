# The job over EVE lines: one row a line, best time first. Run with -n -r.
def seconds:
	(.[:19] + "Z" | fromdate) - (.[27:29] | tonumber * 3600) * (if .[26:27] == "-" then -1 else 1 end)
	- (.[29:31] | tonumber * 60) * (if .[26:27] == "-" then -1 else 1 end);

[inputs
	| select(.event_type == "dhcp" and .src_ip != null and .src_ip != "61.82.88.6" and .dhcp.hostname != null)
	| (.timestamp | seconds) as $t
	| [$t - $t % 1800, .dhcp.id, .src_ip, .dhcp.hostname, .dhcp.client_ip, .dhcp.requested_ip,
		($t | todate[:19]) + .timestamp[19:26] + "Z"]]
| group_by(.[:2])
| map({window: .[0][0], id: .[0][1], src: map(.[2]) | max, name: map(.[3]) | max, client: map(.[4]) | max,
	requested: map(.[5]) | max, ts: map(.[6]) | max, count: map(select(.[1] != null)) | length})
| sort_by(.ts) | reverse | .[:50][]
| [.ts, (.window, .window + 1800 | todate[:19] + ".000000Z"), .id, .src, .name, .client, .requested, .count]
| map(if . == null then "\\N" else tostring end) | join("\t")
