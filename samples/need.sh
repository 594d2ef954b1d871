# shellcheck shell=sh
# need: install what is missing, and only that.  Sourced by demo.sh and the suites.
#
# Reads a table from standard input: what is needed (a command, or a header as <name.h>)
# and the Debian package that has it.  With nothing missing it touches neither network nor disk.
# Exits with 2 and says what to install where it cannot do so itself.

# What a build takes; and with it what the suite does.
need_build='cc         gcc
<stdio.h>  libc6-dev
make       make
<jq.h>     libjq-dev'
# shellcheck disable=SC2034 # who sources this uses it
need_suite="$need_build
kcat       kcat
xz         xz-utils
bats       bats
jq         jq
gnuplot    gnuplot-nox
mandoc     mandoc
python3    python3
tmux       tmux
pgrep      procps
strace     strace
parallel   parallel
zsh        zsh
fish       fish
mlr        miller
sqlite3    sqlite3
/usr/sbin/locale-gen  locales"

need() {
	need_what='' need_packages=''
	while read -r need_item need_package; do
		case $need_item in '' | '#'*) continue ;; esac
		need_has "$need_item" && continue
		need_what="$need_what $need_item"
		case " $need_packages " in *" $need_package "*) ;; *) need_packages="$need_packages $need_package" ;; esac
	done
	[ -n "$need_what" ] || return 0

	if ! command -v apt-get >/dev/null; then
		echo "${0##*/}: missing:$need_what" >&2
		echo "Please install them; Debian has them in:$need_packages" >&2
		exit 2
	elif [ "$(id -u)" -eq 0 ]; then
		need_root=''
	elif command -v sudo >/dev/null; then
		need_root=sudo
	else
		echo "${0##*/}: run this as root, then start again:" >&2
		echo "apt-get update && apt-get install --no-install-recommends$need_packages" >&2
		exit 2
	fi
	echo "installing$need_packages" >&2
	need_apt update
	# Names of packages are words.
	# shellcheck disable=SC2086
	need_apt install -y --no-install-recommends $need_packages

	for need_item in $need_what; do
		need_has "$need_item" && continue
		echo "${0##*/}: installed$need_packages, but $need_item is still missing" >&2
		exit 2
	done
}

# need_has ITEM: is the command or the header there?
need_has() {
	case $1 in
	'<'*)
		# Flags are words.
		# shellcheck disable=SC2046,SC2086
		echo "#include $1" | ${CC:-cc} ${CPPFLAGS:-} $(pkg-config --cflags libjq 2>/dev/null) -E -x c - >/dev/null 2>&1
		;;
	cc)
		need_cc=${CC:-cc}
		command -v "${need_cc%% *}" >/dev/null
		;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# need_apt ARGUMENT...: apt-get, heard only when it fails.
need_apt() {
	need_said=$($need_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" 2>&1 </dev/null) && return
	printf '%s\n' "$need_said" >&2
	echo "${0##*/}: apt-get $1 failed" >&2
	exit 2
}
