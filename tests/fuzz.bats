# The fuzz targets on all that fuzzing has found so far, once each: tests/fuzz.

load helper
load unit/build

# targets: compiles them, each a program with tests/fuzz/replay.c in place of a fuzzer; once a suite.
targets() {
	local to=$BATS_SUITE_TMPDIR/fuzz flags objects target
	[ ! -e "$to/done" ] || return 0
	mkdir "$to" && modules "$to" || return
	(cd "$to" && ${CC:-cc} $flags "-I$ROOT/tests/fuzz" -Wall -Wextra -c "$ROOT"/tests/fuzz/{fuzz,support,replay}.c "$ROOT/tests/unit/reference.c" "$ROOT"/tests/fuzz/targets/*.c) || return
	for target in "$ROOT"/tests/fuzz/targets/*.c; do
		target=${target##*/}
		target=${target%.c}
		${CC:-cc} $flags "@$ROOT/tests/fuzz/wraps" -o "$to/$target" "$to/$target.o" "$to"/{fuzz,support,replay,reference}.o "${objects[@]}" || return
	done
	touch "$to/done"
}

# replay TARGET: it must take all its inputs; if not, the last one named is to blame.
replay() {
	local n
	targets
	mkdir inputs
	tar -xJf "$ROOT/tests/fuzz/corpus/$1.tar.xz" -C inputs
	[ ! -d "$ROOT/tests/fuzz/corpus/$1" ] || cp "$ROOT/tests/fuzz/corpus/$1"/* inputs
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 FUZZ_DIR=$BATS_TEST_TMPDIR # libjq 1.6 loses memory; ours is counted
	"$BATS_SUITE_TMPDIR/fuzz/$1" inputs/* >said 2>err || { tail -n 5 err && false; }
	n=$(find inputs -type f | wc -l)
	[ "$n" -gt 5 ]
	tail -n 1 said | same <(echo "$n") -
}

@test "fuzzing, replayed: lines of JSON, for the scanner and libjq" { replay eve; }

@test "fuzzing, replayed: events in the forms of shippers" { replay envelope; }

@test "fuzzing, replayed: the fronts of lines" { replay front; }

@test "fuzzing, replayed: flat records, in other orders and in pieces" { replay record; }

@test "fuzzing, replayed: partial rows with places, each of them twice" { replay placed; }

@test "fuzzing, replayed: rows, in other orders" { replay row; }

@test "fuzzing, replayed: partial rows" { replay partial; }

@test "fuzzing, replayed: checkpoints" { replay checkpoint; }

@test "fuzzing, replayed: damaged state files" { replay statefile; }

@test "fuzzing, replayed: stamps and points of time" { replay stamps; }

@test "fuzzing, replayed: durations" { replay durations; }

@test "fuzzing, replayed: numbers" { replay number; }

@test "fuzzing, replayed: text" { replay text; }

@test "fuzzing, replayed: addresses" { replay address; }

@test "fuzzing, replayed: networks" { replay network; }

@test "fuzzing, replayed: messages to leases" { replay lease; }

@test "fuzzing, replayed: options of dhcp-window" { replay window_options; }

@test "fuzzing, replayed: options of dhcp-topn" { replay topn_options; }

@test "fuzzing, replayed: options of eve-dhcp-filter" { replay filter_options; }

@test "fuzzing, replayed: no target is left out" {
	for target in "$ROOT"/tests/fuzz/targets/*.c; do
		target=${target##*/}
		grep -q "replay ${target%.c};" "$BATS_TEST_FILENAME" || echo "$target"
	done >left
	same /dev/null left
}
