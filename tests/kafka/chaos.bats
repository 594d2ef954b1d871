# The loop of micro-batches, killed again and again (chaos.sh).  SEED=N for other moments, KILLS=N for that many percent.

load ../helper

setup_file() { export BATS_TEST_TIMEOUT=900; }

# chaos KILLS [OPTION]...: its last line is in got.
chaos() {
	"$ROOT/tests/kafka/chaos.sh" --kills $(($1 * ${KILLS:-100} / 100)) ${SEED:+--seed "$SEED"} "${@:2}" --dir out >got 2>said 3>&- ||
		{ cat said got; tail -n 20 out/log; return 1; }
	sed 's/^/# /' said got >&3
	grep -q '^kills .* equal$' got
	[ "$(wc -l <out/calm.dump)" -gt 1000 ]
	cmp out/calm.dump out/torn.dump
}

@test "300 kills on the mock cluster: the topic read by key is that of the undisturbed run" { chaos 300; }

@test "100 signals that a program may end well by" { chaos 100 --signals 'TERM HUP USR1'; }

@test "100 kills in update mode" { chaos 100 --mode update; }

@test "50 kills on Apache Kafka, its own among them" { chaos 50 --real; }

@test "this test can fail: without the check for replayed records the topics differ" {
	local status=0
	"$ROOT/tests/kafka/chaos.sh" --kills 20 --sabotage --seed "${SEED:-1}" --dir out >got 2>said 3>&- || status=$?
	cat said got
	[ "$status" -eq 1 ]
	grep -q '^kills 20 .* differs$' got
	! cmp -s out/calm.dump out/torn.dump
}
