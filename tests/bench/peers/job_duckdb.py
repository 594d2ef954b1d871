"""The job over EVE lines by DuckDB: job_duckdb.py FILE [THREADS]. One row a line, best time first."""
import sys

import duckdb

QUERY = r"""
WITH event AS (
	SELECT dhcp.id AS id, src_ip, dhcp.hostname AS hostname, dhcp.client_ip AS client_ip,
		dhcp.requested_ip AS requested_ip,
		epoch_us(strptime(timestamp, '%Y-%m-%dT%H:%M:%S.%f%z')) AS ts
	FROM read_ndjson(?, columns = {
		timestamp: 'VARCHAR', event_type: 'VARCHAR', src_ip: 'VARCHAR',
		dhcp: 'STRUCT(id BIGINT, hostname VARCHAR, client_ip VARCHAR, requested_ip VARCHAR)'})
	WHERE event_type = 'dhcp' AND src_ip <> '61.82.88.6' AND dhcp.hostname IS NOT NULL
), best AS (
	SELECT max(ts) AS ts, ts // 1800000000 * 1800000000 AS opens, id, max(src_ip) AS src_ip,
		max(hostname) AS hostname, max(client_ip) AS client_ip, max(requested_ip) AS requested_ip,
		count(id) AS n
	FROM event GROUP BY id, opens ORDER BY ts DESC LIMIT 50
)
SELECT strftime(make_timestamp(ts), '%Y-%m-%dT%H:%M:%S.%fZ'),
	strftime(make_timestamp(opens), '%Y-%m-%dT%H:%M:%S.%fZ'),
	strftime(make_timestamp(opens + 1800000000), '%Y-%m-%dT%H:%M:%S.%fZ'),
	id, src_ip, hostname, client_ip, requested_ip, n
FROM best
"""

if len(sys.argv) > 2:
    duckdb.execute("SET threads = " + sys.argv[2])
for row in duckdb.execute(QUERY, [sys.argv[1]]).fetchall():
    print(*("\\N" if value is None else value for value in row), sep="\t")
