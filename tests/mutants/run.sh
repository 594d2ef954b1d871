#!/bin/sh
# Faults put into the source, one at a time, to see whether the tests notice: `make mutants`.
#
#   SEED=1 COUNT=500 sh tests/mutants/run.sh    so many, drawn from six files of src/ in proportion to their lines
#   sh tests/mutants/run.sh LIST                those of a list, written as tests/mutants/survivors is
#
# Installs what is missing, and universalmutator from PyPI into build/mutants.  Each mutant meets the tests most likely to
# kill it first, without those tagged slow, and is done for at the first that fails.  Those that nothing killed are shown,
# and kept in build/mutants/survived.  tests/mutants/survivors tells of the known ones why no test kills them; where they are
# drawn they count as survivors without a run, which `run.sh tests/mutants/survivors` is for.  The last line is
# `500 mutants, N killed (N %), N survived, N of them known`; status 0 if at least 90 % were killed.

set -u
[ $# -eq 0 ] || set -- "$(realpath "$1")"
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<END
$need_build
kcat       kcat
xz         xz-utils
bats       bats
jq         jq
pgrep      procps
strace     strace
python3    python3
pip3       python3-pip
END
mutator=build/mutants/python
[ -e $mutator/universalmutator ] ||
	pip3 -q install --root-user-action=ignore --no-deps --target $mutator universalmutator==1.14.1 || exit 2
PYTHONPATH=$mutator exec python3 tests/mutants/mutants.py "$@"
