#!/bin/sh
# A compiler for another machine, whose programs run here: by themselves if runs is empty, else each is a script that starts
# the real one with qemu.
#
#	sh cc.sh ARGUMENT...    as cc
#
# Of its environment are triple, the prefix of the compiler; root, where libjq stands, and libs, in which folder of it; loader,
# what starts a program; runs, the emulator.

set -eu
# shellcheck disable=SC2154 # of the caller
set -- "$triple-gcc" -isystem "$root/usr/include" -L"$root/usr/lib/$libs" \
	-Wl,--disable-new-dtags "-Wl,-rpath,$root/usr/lib/$libs:/usr/$triple/lib" "-Wl,--dynamic-linker=$loader" "$@"
program='' last=''
for word; do
	case $word in -c | -S | -E | --version) exec "$@" ;; esac
	[ "$last" != -o ] || program=$word
	last=$word
done
"$@"
if [ ! "$runs" ] || [ ! -f "$program" ]; then exit 0; fi
mv "$program" "$program.$runs"
# shellcheck disable=SC2094 # only its name is written
cat >"$program" <<END
#!/bin/sh
# The C library's C.UTF-8 is in the byte order of the machine.
LOCPATH=$root/usr/lib/locale exec $(command -v "$runs") -0 "\${0##*/}" "$(realpath "$program").$runs" "\$@"
END
chmod +x "$program"
