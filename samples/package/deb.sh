#!/bin/sh
# dhcp-tools_VERSION-1_ARCHITECTURE.deb in the top of the tree, for the Debian that it is made on.
#
#   sh samples/package/deb.sh VERSION    VERSION must be the newest release in NEWS.md
#
# Made of what `make dist` packs, in build/deb, with Debian's own flags; the same files give the same bytes.  Installs what is
# missing.  The last line is that of lintian, or `lintian has nothing to say of FILE`, and the status its own.

set -eu
version=$1
CDPATH='' cd "$(dirname "$0")/../.."
. samples/need.sh
need <<END
$need_build
g++                build-essential
dh                 debhelper
dpkg-buildpackage  dpkg-dev
pkg-config         pkgconf
lintian            lintian
END

case $(grep '^## [0-9]' NEWS.md | head -n 1) in
"## $version ("*) ;;
*) echo "deb.sh: the newest release in NEWS.md is not $version" >&2 && exit 2 ;;
esac

# The releases as Debian has them: names for what another changelog tells.  Of two on one day the later one has a later hour.
changelog() {
	by=$(sed -n 's/^Maintainer: //p' samples/package/debian/control)
	left=$(grep -c '^## [0-9]' NEWS.md)
	sed -n 's/^## \([0-9.]*\) (\(.*\))$/\1 \2/p' NEWS.md | while read -r release day; do
		printf 'dhcp-tools (%s-1) unstable; urgency=medium\n\n  * New release; changelog.gz tells what is new.\n\n -- %s  %s\n\n' \
			"$release" "$by" "$(LC_ALL=C TZ=UTC0 date -R -d "$day + $left hours")"
		left=$((left - 1))
	done
}

build=build/deb
rm -rf "$build"
mkdir -p "$build"
sh samples/package/dist.sh "$version" "$build" >&2
mv "$build/dhcp-tools-$version.tar.gz" "$build/dhcp-tools_$version.orig.tar.gz"
tar -C "$build" -xzf "$build/dhcp-tools_$version.orig.tar.gz"
tree=$build/dhcp-tools-$version
cp -R samples/package/debian "$tree/debian"
changelog >"$tree/debian/changelog"
if ! (cd "$tree" && umask 022 && env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -b -us -uc) >"$build/log" 2>&1; then
	cat "$build/log" >&2
	exit 1
fi
rm -f dhcp-tools_*.deb
cp "$build/dhcp-tools_$version-1_$(dpkg --print-architecture).deb" .
said=$(lintian --allow-root --fail-on error,warning dhcp-tools_*.deb) || { printf '%s\n' "$said" && exit 1; }
printf '%s\n' "${said:-lintian has nothing to say of $(echo dhcp-tools_*.deb)}"
