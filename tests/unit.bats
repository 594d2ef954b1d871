# The modules that know nothing of the rest, one by one: tests/unit.

load helper
load unit/build

# unit NAME: says nothing, status 0.
unit() {
	compile "unit-$1" "$1.c"
	local status=0
	"unit-$1" >said || status=$?
	same /dev/null said
	expect_status 0 "$status"
}

@test "stamps, points of time and durations" { unit when; }

@test "numbers: one spelling, their order, sums and means" { unit number; }

@test "the text of strings: escapes, UTF-8, what a terminal may see" { unit text; }

@test "arena, pool and table" { unit memory; }
