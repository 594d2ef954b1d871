# What `make install` puts where, that it is of use there, and that `make uninstall` leaves nothing; and `make dist`.

# bats file_tags=once

load helper

# The programs are taken as they are, and not made anew.
tree() { make -s -C "$ROOT" -o all BIN="$BIN" OBJ=/nowhere DESTDIR="$PWD/a root" "$@"; }

listed() { (cd "a root" && find . ! -type d | cut -c 2- | LC_ALL=C sort); }

programs() { sed -n 's/^PROGRAMS = //p' "$ROOT/Makefile" | tr ' ' '\n'; }

@test "what is installed where: programs, manuals, units, completion" {
	tree install
	listed | grep -v ^/usr/local/share/doc/ >got
	{
		for program in $(programs); do
			printf '%s\n' "bin/$program" "share/man/man1/$program.1" "share/bash-completion/completions/$program" \
				"share/fish/vendor_completions.d/$program.fish"
		done
		for page in "$ROOT"/man/*.7; do echo "share/man/man7/${page##*/}"; done
		for script in live.sh topic.sh run-once.sh endless.sh scale-out.sh parallel.sh; do echo "libexec/dhcp-tools/$script"; done
		(cd "$ROOT/samples" && find recipe.sh recipes report.sh report -type f) | sed 's,^,libexec/dhcp-tools/,'
		(cd "$ROOT/samples/systemd" && printf 'lib/systemd/system/%s\n' *.service *.timer)
		echo share/zsh/site-functions/_dhcp-tools
	} | sed 's,^,/usr/local/,' | LC_ALL=C sort >want
	same want got
}

@test "what tells of them is in share/doc, with the day, and the recipes to be found" {
	tree install PREFIX=/usr
	listed | sed -n 's,^/usr/share/doc/dhcp-tools/,,p' >got
	printf '%s\n' LICENSE NEWS.md README.md dhcp-live.conf examples/README.md examples/day.eve.json.xz examples/parallel.sh \
		examples/recipes examples/report.sh examples/spark_pipe.py >want
	same want got
	cmp "$DAY" <(xz -dc "a root/usr/share/doc/dhcp-tools/examples/day.eve.json.xz")
	diff -r "$ROOT/samples/recipes" "a root/usr/share/doc/dhcp-tools/examples/recipes"
}

@test "a recipe and the report run where they are installed, with the programs there" {
	tree install PREFIX=/opt/dhcp
	cd "a root/opt/dhcp/share/doc/dhcp-tools/examples"
	env -u BIN PATH=/usr/bin:/bin ./recipes/who-has --at 2019-04-30T05:00:00Z -f ndjson day.eve.json.xz >"$BATS_TEST_TMPDIR/has"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/has")" -gt 10 ]
	env -u BIN PATH=/usr/bin:/bin ./report.sh --text 2019-04-30 day.eve.json.xz >"$BATS_TEST_TMPDIR/report"
	grep -q 10.77.0.66 "$BATS_TEST_TMPDIR/report"
}

@test "whoever installs, all can read and none can write; scripts can be run, and programs" {
	(umask 077 && tree install)
	find "a root/usr" \( -type d ! -perm 755 -o -type f ! -perm 644 ! -perm 755 \) -printf '%m %P\n' >odd
	find "a root/usr" -type f ! -path '*/bin/*' -printf '%m %p\n' | while read -r mode file; do
		script=644
		[ "$(head -c 2 "$file" | tr '\0' ' ')" != '#!' ] || script=755
		[ "$mode" = $script ] || echo "$mode $file"
	done >>odd
	same /dev/null odd
	"a root/usr/local/bin/eve-dhcp-filter" --version
}

@test "units name programs that are there" {
	tree install PREFIX=/opt/dhcp
	grep -h ^ExecStart= "a root"/opt/dhcp/lib/systemd/system/*.service | grep -oE '/opt/dhcp/[^ ]+' >commands
	[ "$(wc -l <commands)" -eq "$(find "a root" -name '*.service' | wc -l)" ]
	while read -r command; do [ -x "a root$command" ]; done <commands
	! grep /usr/local "a root"/opt/dhcp/lib/systemd/system/*
}

@test "a system with other places has things there" {
	tree install PREFIX=/usr UNITS_IN=units BASH_IN=b ZSH_IN=z FISH_IN=f
	listed | grep -c -E '^/usr/(units/.*\.(service|timer)|b/dhcp-.*|z/_dhcp-tools|f/.*\.fish)$' >got
	echo $(($(find "$ROOT/samples/systemd" -name "*.service" -o -name "*.timer" | wc -l) + $(programs | wc -l) - 1 + 1 + $(programs | wc -l))) >want
	same want got
	tree uninstall PREFIX=/usr UNITS_IN=units BASH_IN=b ZSH_IN=z FISH_IN=f
	listed >got
	same /dev/null got
}

@test "uninstall leaves nothing of ours, and what is not ours" {
	mkdir -p "a root/usr/local/share/man/man1" "a root/usr/local/bin"
	touch "a root/usr/local/share/man/man1/dhcp.1" "a root/usr/local/bin/dhcp"
	listed >want
	tree install
	listed >got
	! cmp -s want got
	tree uninstall
	listed >got
	same want got
	[ ! -e "a root/usr/local/libexec/dhcp-tools" ]
	[ ! -e "a root/usr/local/share/doc/dhcp-tools" ]
	tree uninstall
}

@test "fish and zsh find the completion where it is installed" {
	tree install
	XDG_DATA_DIRS="$PWD/a root/usr/local/share" fish -c 'complete -C "dhcp-topn --fol"' | cut -f 1 >got
	XDG_DATA_DIRS="$PWD/a root/usr/local/share" fish -c 'complete -C "dhcp-window --mod"' | cut -f 1 >>got
	printf '%s\n' --follow --mode >want
	same want got
	zsh -dfc 'fpath=("$1" $fpath); autoload -U compinit && compinit -D -u && print -l $_comps[dhcp-topn] $_comps[dhcp-leases]' zsh \
		"$PWD/a root/usr/local/share/zsh/site-functions" >got
	printf '%s\n' _dhcp-tools _dhcp-tools >want
	same want got
}

@test "make dist packs the same bytes from the tree, from what it has packed, and under any umask" {
	sh "$ROOT/samples/package/dist.sh" 9.9 .
	mkdir again
	(umask 077 && tar -xzf dhcp-tools-9.9.tar.gz && touch dhcp-tools-9.9/README.md)
	mkdir dhcp-tools-9.9/build && touch dhcp-tools-9.9/build/x dhcp-tools-9.9/bin/x dhcp-tools-9.9/dhcp-tools_1.deb
	TZ=Asia/Seoul sh dhcp-tools-9.9/samples/package/dist.sh 9.9 again
	cmp dhcp-tools-9.9.tar.gz again/dhcp-tools-9.9.tar.gz
	tar -tzf dhcp-tools-9.9.tar.gz >list
	for file in Makefile src/cli.c man/dhcp-window.1 samples/day.eve.json.xz tests/check.sh bin/.gitignore; do
		grep -qx "dhcp-tools-9.9/$file" list
	done
	! grep -q -e /build/ -e '\.deb$' -e '/\.git/' list
	! tar -tvzf dhcp-tools-9.9.tar.gz | grep -v '^[-l]rw[-x]r-[-x]r-[-x] 0/0 '
}

@test "a PREFIX that units cannot name is refused" {
	for odd in '/opt/a b' '/opt/a,b' '/opt/a&b'; do
		! make -s -C "$ROOT" install DESTDIR="$PWD/to" PREFIX="$odd" 2>err
		grep -qxF "install: PREFIX=$odd: units cannot name such a path" err
		[ ! -e to ]
	done
}
