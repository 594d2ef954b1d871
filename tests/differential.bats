# Our own scanner, search and reader of events against libjq: no line may tell them apart.
#
# `make check-mutants` runs this with MUTANTS=1000000; SEED chooses others.

load helper
load unit/build

# Lines of every kind there is, one file each; of the long ones only some, but for many mutants: they take a while.
corpora() {
	local messages
	mkdir -p corpora
	cp "$DATA"/suricata/*.json "$DATA"/forms/*.json "$DATA/spark/messages-semantics.jsonl" corpora
	for messages in "$DATA"/spark/messages-*.xz "$DATA"/spark/kafka/messages-*.xz; do
		xz -dc "$messages" >"corpora/$(echo "${messages#"$DATA"/spark/}" | tr / -)"
	done
	cp "$DAY" corpora/day
	jq -j '.value // empty | gsub("\n"; " ") + "\n"' "$DATA/spark/edge-matrix.jsonl" >corpora/edge
	jq -r '.value_b64 // empty' "$DATA/spark/edge-matrix.jsonl" | while read -r value; do
		echo "$value" | base64 -d | tr '\n' ' '
		echo
	done >corpora/edge-bytes
	[ "$MUTANTS" -ge 100000 ] || for messages in corpora/day corpora/*messages-day*; do sed -n '0~20p' "$messages" >few && mv few "$messages"; done
}

@test "what the scanner makes of a line, libjq makes of it, too: all corpora and mutants of them" {
	compile scan_diff scan_diff.c reference.c mutate.c
	: "${MUTANTS:=$(sanitized && echo 2000 || echo 10000)}" # sanitizers see those of fuzzing, too
	corpora
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 # libjq 1.6 loses the text before a missing separator
	scan_diff "${SEED:-1}" "$MUTANTS" corpora/* >said || { cat said && false; }
	# Most of it must be lines that the scanner takes, many of them DHCP, or nothing was compared.
	awk -v mutants="$MUTANTS" '{ ok = $1 > mutants + 5000 && $3 > $1 / 3 && $5 > $1 / 5 } END { exit !ok }' said
}
