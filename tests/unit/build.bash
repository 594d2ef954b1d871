# compile NAME FILE.c...: a program from tests/unit, linked with the modules that the programs under test are made of, on the
# PATH from then on; with the sanitizers where those have them.  Once a suite.

compile() {
	local to=$BATS_SUITE_TMPDIR/unit name=$1 flags objects
	PATH=$to:$PATH
	[ ! -x "$to/$name" ] || return 0
	set -- "$to/$name.$$" "${@:2}" # another file may be at it
	mkdir -p "$1"
	modules "$1" || return
	(cd "$ROOT/tests/unit" && ${CC:-cc} $flags -Wall -Wextra -o "$1/$name" "${@:2}" "${objects[@]}") && mv "$1/$name" "$to/$name"
}

# modules FOLDER: the flags to compile with, and the objects to link with, one of which is made in FOLDER.
modules() {
	local obj=$BIN file
	flags='-O2 -g' objects=("$1/find_plain.o")
	[ -e "$obj/scan.o" ] || obj=$ROOT/build
	if sanitized; then
		flags='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'
		${CC:-cc} --version | grep -q clang || flags+=' -static-libubsan'
	fi
	flags+=" -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -I$ROOT/src -I$ROOT/tests/unit $(pkg-config --cflags libjq 2>/dev/null || true)"
	for file in "$ROOT"/src/*.c; do
		file=${file##*/}
		case $file in eve-dhcp-filter.c | dhcp-*.c) continue ;; esac
		objects+=("$obj/${file%.c}.o")
	done
	objects+=($(pkg-config --libs libjq 2>/dev/null || echo -ljq))
	${CC:-cc} $flags -DLANES_PLAIN -Dfind_dhcp=find_dhcp_plain -c -o "$1/find_plain.o" "$ROOT/src/find.c"
}
