#!/bin/sh
# The package in /tmp in a bare Debian, which is not to be used for anything else: installed, used, removed.  Run by check.sh.
# Each step is a line, `ok - ...` or `not ok - ...`, what a failed one said stands before.

set -u
cd /tmp || exit 2
export HOME=/tmp # where shells keep what they like

# step NAME COMMAND...
step() {
	name=$1
	shift
	if said=$("$@" 2>&1); then
		echo "ok - $name"
	else
		printf '%s\n' "$said" | sed 's/^/# /'
		echo "not ok - $name"
	fi
}

# all: what is on the disk, with the bytes of what is settings or programs.
all() {
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run -o -path /var/log -o -path /var/cache/apt -o -path /var/cache/man \) -prune \
		-o -printf '%y %m %p %l\n' | sort
	find /etc /usr /lib -xdev -type f -exec sha256sum {} + | sort -k 2
}

installed() { apt-get -qy install --no-install-recommends ./dhcp-tools_*.deb && dpkg --audit && [ -z "$(dpkg -V dhcp-tools)" ]; }

asked() {
	xzcat day.eve.json.xz | eve-dhcp-filter -r hostname | dhcp-window | dhcp-topn -n 3 --format table >rows
	cat rows
	[ "$(wc -l <rows)" -eq 4 ] && [ "$(eve-dhcp-filter -c <day.eve.json)" = 6848 ]
}

leased() {
	eve-dhcp-filter --fields +lease_time day.eve.json | LC_ALL=C sort | dhcp-leases >leases && [ -s leases ]
}

# Where a user finds them.  An answer is 0 or 1.
recipes() {
	cd /usr/share/doc/dhcp-tools/examples || return
	for recipe in recipes/*; do
		"$recipe" --help | grep -q '^usage: ' || return
	done
	recipes/who-has --at 2019-04-30T05:00:00Z day.eve.json.xz | grep -q 10.77. || return
	recipes/rogue-servers day.eve.json.xz | tee /tmp/rogue
	grep -q 10.77.0.66 /tmp/rogue && ./report.sh --text 2019-04-30 day.eve.json.xz | grep -q 10.77.0.66
}

manuals() {
	for page in eve-dhcp-filter dhcp-window dhcp-leases dhcp-topn dhcp-fields dhcp-kafka; do
		man "$page" | grep -q '^NAME' || return
	done
	apropos dhcp-window | grep -q '^dhcp-window'
}

# bash-completion loads it when it is asked for.
in_bash() {
	bash -c '
		. /usr/share/bash-completion/bash_completion
		for program in eve-dhcp-filter dhcp-window dhcp-leases dhcp-topn; do
			if declare -F _comp_load >/dev/null; then _comp_load $program; else __load_completion $program; fi
			complete -p $program | grep _dhcp_tools || exit
		done'
}

in_zsh() { zsh -c 'autoload -U compinit && compinit -D && echo $_comps[dhcp-topn]' | grep -x _dhcp-tools; }

in_fish() { fish -c 'complete -C "dhcp-topn --fol"' | grep -- --follow; }

units() {
	systemd-analyze verify --man=no /lib/systemd/system/dhcp-live.service /lib/systemd/system/dhcp-run-once.timer \
		/lib/systemd/system/dhcp-report.timer 2>&1 | tee verified
	! grep -q dhcp- verified
}

units='dhcp-live.service dhcp-run-once.timer dhcp-report.timer'

off() {
	for unit in $units; do
		! systemctl is-enabled "$unit" || return
	done
}

# As somebody does who has used it.
on() {
	for unit in $units; do
		systemctl enable "$unit" || return
	done
	for folder in lib/private/dhcp-live lib/private/dhcp-report cache/private/dhcp-report; do
		mkdir -p "/var/$folder" && touch "/var/$folder/file" && ln -s "private/${folder##*/}" "/var/${folder%%/*}/${folder##*/}" || return
	done
}

purged() { dpkg -P dhcp-tools; }

nothing_left() { all | diff before - ; }

# What the package wants, and what its user may have.
apt-get -q update >&2 && apt-get -qy install --no-install-recommends libjq1 jq xz-utils tzdata man-db bash-completion zsh fish systemd >&2
mkdir -p /var/lib/private /var/cache/private
xzcat day.eve.json.xz >day.eve.json
mandb -q
systemctl preset-all >&2 || true
all >before
step 'it installs, with what it depends on' installed
step 'it is seen that something came' sh -c '! grep -q dhcp-topn before && [ -x /usr/bin/dhcp-topn ]'
step 'the day can be asked' asked
step 'and its leases' leased
step 'recipes and report run from the examples' recipes
step 'the live job tells its options' sh -c '/usr/libexec/dhcp-tools/live.sh --help | grep -q "^usage: "'
step 'the manuals are found' manuals
step 'completion in bash' in_bash
step 'completion in zsh' in_zsh
step 'completion in fish' in_fish
step 'the units are good' units
step 'the units are off' off
step 'the units can be switched on' on
step 'it is purged' purged
step 'nothing is left' nothing_left
