#!/bin/sh
# Random queries over random slices of the real day, asked of the programs, and of DuckDB or a plain model in Python.
#
#   sh tests/oracle/check.sh              SEED=N for other queries, QUERIES=N for more or less than 2,000
#   sh tests/oracle/check.sh --query N    the Nth of them alone, with the difference; its files stay in build/oracle
#
# Installs what is missing, DuckDB into a folder of its own below build/oracle, and builds first.  The last line is
# `N queries, N differ`; status 0 only if queries gave rows and none differs.

set -u
cd "$(dirname "$0")/../.." || exit 2
. samples/need.sh
need <<END
$need_build
xz         xz-utils
python3    python3
pip3       python3-pip
END

data=$PWD/build/oracle
export PATH="${BIN:=$PWD/bin}:$PATH" PYTHONPATH="$data/python" PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 TZ=UTC0
make -s BIN="$BIN" >&2 || exit 2
mkdir -p "$data" || exit 2
rm -rf "$data"/worker.*
if ! python3 -c 'import duckdb' 2>/dev/null; then
	echo "installing duckdb in $PYTHONPATH" >&2
	rm -rf "$PYTHONPATH"
	python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$PYTHONPATH" 'duckdb>=1.3' >&2 || exit 2
fi

# Records with more fields than usual, so that there is something to add up.
fields=ts,timestamp,src_ip,dest_ip,type,dhcp_type,id,client_mac,client_ip,assigned_ip,requested_ip,hostname
fields=$fields,flow_id,pcap_cnt,lease_time,renewal_time,next_server_ip,routers,dns_servers,client_id,vendor_class_identifier
xz -dc samples/day.eve.json.xz >"$data/day.eve.json" || exit 2
eve-dhcp-filter --fields "$fields" "$data/day.eve.json" >"$data/day.ndjson" || exit 2

[ $# -gt 0 ] || set -- "${QUERIES:-2000}"
exec python3 tests/oracle/oracle.py "$data" "${SEED:-1}" "$@"
