#!/bin/sh
# The package on bare Debians 12 and 13: made there, installed, used, and removed again, with nothing left.  `make check-deb`.
#
#   sh tests/deb/check.sh [bookworm | trixie]...    both unless named
#
# Each has a root of its own in build/package, with nothing in it but apt; so `make deb` there shows as well that it installs what
# it needs.  Then, in another one, inside.sh takes its steps.  Takes root, and a Debian to run on.  Installs what is missing.
# The last line is `N passed, N failed`; status 0 only if all steps ran on each Debian and none failed.

set -u
cd "$(dirname "$0")/../.." || exit 2
build=$PWD/build/package
[ $# -gt 0 ] || set -- bookworm trixie
. samples/need.sh
. tests/arch/machine.sh
need <<END
$need_build
xz          xz-utils
mmdebstrap  mmdebstrap
unshare     util-linux
END
mkdir -p "$build" || exit 2

# bare SUITE: a Debian with apt alone, as an archive, from where this machine has its Debian.
bare() {
	[ ! -e "$build/$1.tar" ] || return 0
	here=$(dpkg --print-architecture)
	apt_for "$here" update
	# shellcheck disable=SC2016 # $(REPO_URI) is apt's
	from=$(apt_for "$here" indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' \
		"Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" | head -n 1)
	apt-config dump | grep -iE '^Acquire::(http|https|Check|Retries|ForceIPv)' >"$build/apt.conf"
	mmdebstrap --mode=root --variant=apt --aptopt="$build/apt.conf" "$1" "$build/$1.new" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $1 main" &&
		tar -C "$build/$1.new" -cf "$build/$1.tar" . && rm -r "$build/$1.new"
}

# root SUITE: it, unpacked, in $root.
root() {
	root=$build/$1
	[ ! -e "$root" ] || rm -r "$root" || return
	mkdir "$root" && tar -C "$root" -xf "$build/$1.tar" && cp /etc/hosts /etc/resolv.conf "$root/etc/"
}

# inside COMMAND...: in $root.
inside() {
	# shellcheck disable=SC2016 # expanded there
	unshare --mount --pid --fork sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" || exit
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin TERM=dumb HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
	' sh "$root" "$@"
}

# steps SUITE: their results, as inside.sh says them.
steps() {
	bare "$1" >"$build/$1.log" 2>&1 && root "$1" && sh samples/package/dist.sh 0 "$build" >/dev/null &&
		tar -C "$root" -xzf "$build/dhcp-tools-0.tar.gz" || return
	# shellcheck disable=SC2016 # expanded there
	if inside sh -c 'apt-get -q update && apt-get -qy install --no-install-recommends make && cd /dhcp-tools-0 && make deb' \
		>>"$build/$1.log" 2>&1; then
		echo "ok - $1: make deb, and lintian: $(tail -n 1 "$build/$1.log")"
	else
		tail -n 20 "$build/$1.log" | sed 's/^/# /'
		echo "not ok - $1: make deb"
		return
	fi
	cp "$root"/dhcp-tools-0/dhcp-tools_*.deb "$build/" && root "$1" || return
	cp tests/deb/inside.sh samples/day.eve.json.xz "$build"/dhcp-tools_*.deb "$root/tmp/" || return
	inside sh /tmp/inside.sh 2>>"$build/$1.log" | sed "s/ok - /&$1: /"
}

for suite; do
	echo "in $suite, for some minutes" >&2
	rm -f "$build"/dhcp-tools_*.deb
	steps "$suite"
done | tee "$build/results"

# A step of which nothing was heard failed.
awk -v steps=$(($# * ($(grep -c '^step ' tests/deb/inside.sh) + 1))) '
	/^ok - /     { passed++ }
	/^not ok - / { failed++ }
	END {
		if (passed + failed < steps) failed = steps - passed
		printf "%d passed, %d failed\n", passed, failed
		exit failed > 0 || !passed
	}' "$build/results"
