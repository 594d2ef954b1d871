# What kills most mutants of the scanner soonest: the comparison with libjq of differential.bats, on short corpora.

load ../helper
load ../unit/build

@test "what the scanner makes of a line, libjq makes of it, too: a few lines and mutants of them" {
	compile scan_diff scan_diff.c reference.c mutate.c
	head -n 1000 "$DAY" >day
	scan_diff 1 2000 "$DATA"/suricata/*.json "$DATA"/forms/*.json "$DATA/spark/messages-semantics.jsonl" day >said || { cat said && false; }
}
