# The eleven columns of each value: Spark's (edge-matrix.jsonl) beside ours (records that carry the value's number as offset).
# $ours: our records.  $named: the lines of edge-differences.tsv.  Prints what differs and is not named, or is named and does not.
def cell: if type == "string" or . == null then . else tojson end;
def columns: [.src_ip, .event_type, .dest_ip, .timestamp, .type, .id, .client_mac, .client_ip, .hostname, .assigned_ip, .requested_ip];
def agrees($spark):
	cell as $our
	| if $spark | type == "object" then ($our | length) == $spark.length and ($our | startswith($spark.head)) else $our == $spark end;

($ours | map({key: (.offset | tostring), value: columns}) | from_entries) as $mine
| ($named | split("\n") | map(select(length > 0) | split("\t") | {key: .[0], value: .[1]}) | from_entries) as $reasons
| (to_entries | map(.value.name) | unique) as $names
| (
	to_entries[]
	| .value.name as $name
	| [.value.spark35 | .src_ip, .event_type, .dest_ip, .timestamp, .type, .id, .mac, .cip, .hostname, .aip, .rip] as $spark
	| $mine[.key | tostring] as $our
	| (if .value.passes and $our != null then
		[range(11) | . as $i | select($our[$i] | agrees($spark[$i]) | not) | "column \($i + 1): \($our[$i] | tojson)"] | join(", ")
	  elif .value.passes then "dropped"
	  elif $our != null then "passed"
	  else "" end) as $difference
	| $reasons[$name] as $reason
	| if $reason == null then select($difference != "") | "\($name): \($difference)"
	  # How jq itself spells a number depends on its version.
	  else select($difference == "" and ($reason | startswith("number") | not)) | "\($name): no difference (\($reason))" end),
  ($reasons | keys[] | select(. as $name | $names | index([$name]) | not) | "\(.): no such line")
