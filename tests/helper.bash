# What every *.bats stands on (`load helper`): a pinned environment, an empty folder per test, and these words.
#
#   golden NAME COMMAND...               status 0 and tests/golden/NAME on standard output, byte for byte
#   golden_status CODE NAME COMMAND...   the same with another status; UPDATE=1 rewrites what they compare with
#   fails CODE MESSAGE COMMAND...        status CODE, MESSAGE and no more on standard error, nothing on standard output
#   same WANT GOT                        two files are equal; else the difference, and nothing else
#   by_sh SCRIPT [ARGUMENT]...           a pipeline, of which every part must succeed
#   day                                  the sample day on standard output; as a file it is $DAY
#   sanitized                            true on a build with sanitizers: `sanitized && skip "no room for shadow memory"`
#
# Programs are found in $BIN.  $ROOT is the tree, $SAMPLES and $DATA the files to test with.

setup() {
	set -o pipefail
	ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
	BIN=${BIN:-$ROOT/bin}
	[[ $BIN == /* ]] || BIN=$PWD/$BIN
	SAMPLES=$ROOT/samples DATA=$ROOT/tests/data DAY=$BATS_SUITE_TMPDIR/day.eve.json
	export ROOT BIN SAMPLES DATA DAY LC_ALL=C TZ=UTC0 PATH="$BIN:$PATH"
	# A report goes to a file, where no pipeline can lose it and teardown finds it.
	export ASAN_OPTIONS="detect_leaks=1:abort_on_error=1:log_path=$BATS_TEST_TMPDIR/.report"
	export UBSAN_OPTIONS="print_stacktrace=1:abort_on_error=1:log_path=$BATS_TEST_TMPDIR/.report"
	[ -e "$DAY" ] || { xz -dc "$SAMPLES/day.eve.json.xz" >"$DAY.$$" && mv "$DAY.$$" "$DAY"; }
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	! compgen -G "$BATS_TEST_TMPDIR/.report*" >/dev/null || ! cat "$BATS_TEST_TMPDIR"/.report*
}

golden() { golden_status 0 "$@"; }

golden_status() {
	local code=$1 want=$ROOT/tests/golden/$2 got=$BATS_TEST_TMPDIR/.out status=0
	"${@:3}" >"$got" || status=$?
	expect_status "$code" "$status" || return
	[ -z "${UPDATE:-}" ] || { mkdir -p "${want%/*}" && cp "$got" "$want"; }
	same "$want" "$got"
}

fails() {
	local status=0
	"${@:3}" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" || status=$?
	printf '%s\n' "$2" >"$BATS_TEST_TMPDIR/.want"
	same "$BATS_TEST_TMPDIR/.want" "$BATS_TEST_TMPDIR/.err" && same /dev/null "$BATS_TEST_TMPDIR/.out" || return
	expect_status "$1" "$status"
}

expect_status() { [ "$1" -eq "$2" ] || { echo "status $2, not $1"; return 1; }; }

same() { cmp -s "$1" "$2" || { diff -auN --label want --label got "$1" "$2" | head -n 100; return 1; }; }

by_sh() { bash -o pipefail -c "$1" sh "${@:2}"; }

day() { cat "$DAY"; }

sanitized() { grep -q __asan_init "$BIN/eve-dhcp-filter"; }
