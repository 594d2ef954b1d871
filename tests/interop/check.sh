#!/bin/sh
# What DuckDB and pandas make of our rows, with nothing said but that they are lines of JSON, or csv: `make check-interop`.
#
#   sh tests/interop/check.sh
#
# Installs what is missing, the two into build/interop, and builds first.  Then the examples of dhcp-interop(7) for the two are
# run as they stand there.  The last line is `N passed, N failed`; status 0 only if something ran and nothing failed.

set -u
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<END
$need_build
xz          xz-utils
python3     python3
pip3        python3-pip
END

data=$PWD/build/interop
export PATH="${BIN:=$PWD/bin}:$data/python/bin:$PATH" PYTHONPATH="$data/python" PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 TZ=UTC0
make -s BIN="$BIN" >&2 || exit 2
mkdir -p "$data" || exit 2
if ! python3 -c 'import duckdb, pandas' 2>/dev/null; then
	echo "installing duckdb and pandas in $PYTHONPATH" >&2
	rm -rf "$PYTHONPATH"
	python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$PYTHONPATH" 'duckdb>=1.3' pandas >&2 || exit 2
fi

tests=$PWD/tests/interop
cp man/dhcp-interop.7 "$data/" && cd "$data" || exit 2
xz -dc ../../samples/day.eve.json.xz >eve.json || exit 2
eve-dhcp-filter --fields +lease_time,params eve.json >records.ndjson &&
	dhcp-window -e 1h -b dhcp_type -a 'count,distinct(client_mac),max(ts),avg(lease_time),values(src_ip)' records.ndjson >windows.ndjson &&
	LC_ALL=C sort records.ndjson | dhcp-leases >leases.ndjson &&
	dhcp-topn -n 0 -k ts:asc -f csv records.ndjson >records.csv || exit 2
exec python3 "$tests/readers.py"
