# shellcheck shell=sh
# shellcheck disable=SC2154 # $build is the caller's
# How the machines of check.sh are made.  Sourced in the tree, with $build set and samples/need.sh read.
#
#	settings MACHINE              CC, CFLAGS, CPPFLAGS, and its kind: native, foreign (with triple, libs, runs, root), or root
#	made MACHINE                  $build/MACHINE/bin with its programs, made from a copy of the tree beside it
#	inside MACHINE COMMAND...     run in that copy, where the machine is

settings() {
	CC=gcc CFLAGS='-O3 -g' CPPFLAGS='' kind=native runs='' root=$build/$1/root
	case $1 in
	i386) kind=foreign triple=i686-linux-gnu libs=i386-linux-gnu runs=qemu-i386 ;;
	arm64) kind=foreign triple=aarch64-linux-gnu libs=aarch64-linux-gnu runs=qemu-aarch64 ;;
	s390x) kind=foreign triple=s390x-linux-gnu libs=s390x-linux-gnu runs=qemu-s390x ;;
	debian13) kind=root ;;
	O0) CFLAGS='-O0 -g' ;;
	O3) ;;
	clang) CC=clang ;;
	plain) CPPFLAGS=-DLANES_PLAIN ;;
	*) return 1 ;;
	esac
	if [ $kind = foreign ]; then
		# What this processor and its kernel run themselves needs no qemu.
		loader=$(echo "/usr/$triple/lib"/ld*.so.?)
		if "$loader" --version >/dev/null 2>&1; then runs=''; fi
		CC="sh $PWD/tests/arch/cc.sh"
		export triple libs loader runs root
	fi
	export CC CFLAGS CPPFLAGS
}

made() {
	settings "$1" || return
	case $kind in
	foreign) (foreign_tools "$1") && foreign_libjq "$1" && settings "$1" ;;
	root) (debian13_tools) && debian13_root ;;
	esac && tree_copy "$1" || return
	inside "$1" make -s CC="$CC" CFLAGS="$CFLAGS" CPPFLAGS="$CPPFLAGS" || return
	if [ $kind = root ]; then outside; else ln -sfn tree/bin "$build/$1/bin"; fi
}

inside() {
	machine=$1
	shift
	case $machine in
	debian13) in_root "$@" ;;
	*) (cd "$build/$machine/tree" && "$@") ;;
	esac
}

# tree_copy MACHINE: with the suite as left-out has it.
tree_copy() {
	tree=$build/$1/tree
	[ ! -e "$tree" ] || rm -r "$tree" || return
	mkdir -p "$tree" && tar --exclude=./.git --exclude=./build --exclude=./bin -cf - . | tar -xf - -C "$tree" || return
	awk -v groups="$1 $kind ${runs:+qemu} all" -v to="$tree/tests/" -f tests/arch/left-out.awk tests/arch/left-out tests/*.bats
}

# apt_for ARCHITECTURE ARGUMENT...: apt-get with the sources and settings of this machine, but lists and packages of another
# one, which are kept apart: nothing changes here.
apt_for() {
	apt=$build/apt/$1 architecture=$1
	shift
	mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/packages" && : >"$apt/status" || return
	apt-get -q -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User=root \
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
		-o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt" "$@"
}

# foreign_tools MACHINE
foreign_tools() {
	need <<-END
		${runs:-true} qemu-user
		$triple-gcc gcc-$triple
	END
	CC=$triple-gcc
	need <<-END
		<stdio.h> libc6-dev-$1-cross
	END
}

# foreign_libjq MACHINE: libjq, what it needs, and the C library's C.UTF-8, in $root.
foreign_libjq() {
	[ ! -e "$root/complete" ] || return 0
	mkdir -p "$root" || return
	# Where one list of several cannot be had, the packages may still stand in another.
	apt_for "$1" update
	(cd "$build/apt/$1/packages" && apt_for "$1" download libjq-dev libjq1 libonig5 libc-bin) || return
	for package in "$build/apt/$1/packages"/*.deb; do dpkg-deb -x "$package" "$root" || return; done
	: >"$root/complete"
}

debian13_tools() {
	need <<-END
		mmdebstrap mmdebstrap
	END
}

# Debian 13, from where this machine has its Debian.
debian13_root() {
	[ ! -e "$root/complete" ] || return 0
	[ ! -e "$root" ] || rm -r "$root" || return
	mkdir -p "$build/debian13"
	here=$(dpkg --print-architecture)
	apt_for "$here" update
	# shellcheck disable=SC2016 # $(REPO_URI) is apt's
	from=$(apt_for "$here" indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' \
		"Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" | head -n 1)
	apt-config dump | grep -iE '^Acquire::(http|https|Check|Retries|ForceIPv)' >"$build/debian13/apt.conf"
	mmdebstrap --mode=root --variant=apt --aptopt="$build/debian13/apt.conf" \
		--include=gcc,libc6-dev,make,libjq-dev,bats,jq,xz-utils,python3,procps,strace,mandoc,locales,parallel \
		trixie "$root" "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from trixie main" &&
		mkdir "$root/tree" && : >"$root/complete"
}

# in_root COMMAND...: in the copy of the tree, in Debian 13.
in_root() {
	# shellcheck disable=SC2016 # expanded there
	unshare --mount --pid --fork sh -c '
		root=$1 tree=$2
		shift 2
		mount -t proc proc "$root/proc" && mount --bind "$tree" "$root/tree" &&
			mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts" && ln -sf pts/ptmx "$root/dev/ptmx" || exit
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin TERM=dumb HOME=/root sh -c "cd /tree && exec \"\$@\"" sh "$@"
	' sh "$root" "$build/debian13/tree" "$@"
}

# The programs of Debian 13, to be started from outside.
outside() {
	mkdir -p "$build/debian13/bin"
	for program in "$build"/debian13/tree/bin/*; do
		cat >"$build/debian13/bin/${program##*/}" <<-END || return
			#!/bin/sh
			exec "$(echo "$root"/lib*/ld-linux*.so.*)" --library-path "$(echo "$root"/usr/lib/*-linux-gnu)" "$program" "\$@"
		END
		chmod +x "$build/debian13/bin/${program##*/}"
	done
}
