#!/bin/sh
# dhcp-tools-VERSION.tar.gz from the files of the tree: the same bytes from the same files, whoever packs them, where and
# when.  All have the date of the newest release in NEWS.md, or SOURCE_DATE_EPOCH.
#
#   sh samples/package/dist.sh VERSION [FOLDER]    into FOLDER, or the top of the tree
#
# In a clone these are the files that git knows; elsewhere all but what `make` makes.  The last line is the name of the file.

set -eu
version=$1
folder=$(CDPATH='' cd "${2:-$(dirname "$0")/../..}" && pwd)
CDPATH='' cd "$(dirname "$0")/../.."
export LC_ALL=C TZ=UTC0

files() {
	if [ -e .git ] && git ls-files --error-unmatch Makefile >/dev/null 2>&1; then
		git ls-files
	else
		find . \( -path ./.git -o -path ./build -o -path './bin/[!.]*' -o -path './dhcp-tools[-_]*' -o -name __pycache__ \) -prune \
			-o ! -type d -print | sed 's,^\./,,'
	fi
}

released=$(sed -n 's/^## [0-9.]* (\(.*\))$/\1/p' NEWS.md | head -n 1)
: "${SOURCE_DATE_EPOCH:=$(date -d "$released" +%s)}"
name=dhcp-tools-$version
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
files | sort >"$tmp/files"
tar --format=ustar --owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX --mtime="@$SOURCE_DATE_EPOCH" \
	--transform="s,^,$name/,S" --files-from="$tmp/files" -cf "$tmp/tar"
gzip -9n <"$tmp/tar" >"$tmp/gz"
install -m 644 "$tmp/gz" "$folder/$name.tar.gz"
echo "$folder/$name.tar.gz"
