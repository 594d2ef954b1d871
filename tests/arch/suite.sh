#!/bin/sh
# One file of the suite on a machine that check.sh has made; what bats says stands in build/arch/MACHINE/FILE.tap then.
#
#	sh tests/arch/suite.sh MACHINE FILE.bats
#	MACHINES='NAME...' sh tests/arch/suite.sh exchange arch/exchange.bats

cd "$(dirname "$0")/../.." || exit 2
unset BIN
build=$PWD/build/arch
. tests/arch/machine.sh
tap=$build/$1/${2##*/}
tap=${tap%.bats}.tap
mkdir -p "$build/$1"
if [ "$1" = exchange ]; then
	BUILD=$build BIN=$build/${MACHINES%% *}/bin timeout --foreground -k 30 1200 bats --tap "tests/$2"
else
	# Where each run takes so much longer, fewer lines are compared.
	settings "$1" && { [ ! "$runs" ] || export MUTANTS=2000; } && inside "$1" timeout --foreground -k 30 1200 bats --tap "tests/$2"
fi >"$tap" 2>&1 </dev/null
echo "# bats ended with status $?" >>"$tap"
