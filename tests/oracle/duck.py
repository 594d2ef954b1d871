"""Words that the questions to DuckDB share, and how its answers are spelt.

A JSON value becomes a struct of k, its type in jq's order, n, if it is a number, and s, if it is a text; arrays and
objects are texts, too.  DuckDB orders structs member by member, so the order of these is that of jq, and equal are
those that are equal in type and value.  Null is NULL.  Numbers are decimals, and sums and means are computed in millionths,
as HUGEINT, so all is compared exactly.  Only in the JSON it reads does DuckDB take a number with a point or an exponent
as a double; those that a double does not hold stand in no slice for it, see slices.py.
"""
import decimal
import os

import duckdb
import model

NUMBER, TEXT = 2, 3
WORDS = r"""
SET TimeZone = 'UTC';
CREATE MACRO thing(type, number, chars) AS {'k': type, 'n': number::DECIMAL(38,12), 's': chars::VARCHAR};
CREATE MACRO val(j) AS CASE json_type(j)
    WHEN 'BOOLEAN' THEN thing(CASE j->>'$' WHEN 'true' THEN 1 ELSE 0 END, NULL, NULL)
    WHEN 'BIGINT' THEN thing(2, j->>'$', NULL)
    WHEN 'UBIGINT' THEN thing(2, j->>'$', NULL)
    WHEN 'DOUBLE' THEN thing(2, j->>'$', NULL)
    WHEN 'VARCHAR' THEN thing(3, NULL, j->>'$')
    WHEN 'ARRAY' THEN thing(4, NULL, j::VARCHAR)
    WHEN 'OBJECT' THEN thing(5, NULL, j::VARCHAR)
    END;
CREATE MACRO utc(text) AS try_cast(text AS TIMESTAMPTZ) AT TIME ZONE 'UTC';
CREATE MACRO stamp(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%fZ');
CREATE MACRO remainder(a, b) AS mod(mod(a, b) + b, b);
CREATE MACRO half_even(a, b) AS (a - remainder(a, b)) // b + CASE
    WHEN 2 * remainder(a, b) > b THEN 1
    WHEN 2 * remainder(a, b) = b THEN remainder((a - remainder(a, b)) // b, 2)
    ELSE 0 END;
CREATE MACRO trillionths(n) AS replace(n::VARCHAR, '.', '')::HUGEINT;
-- What sum and avg take: dhcp-window(1) refuses what is no number, or beyond 9.2e12.
CREATE MACRO millionths(v) AS CASE WHEN v.k = 2 AND abs(half_even(trillionths(v.n), 1000000::HUGEINT)) <= 9200000000000000000
    THEN half_even(trillionths(v.n), 1000000::HUGEINT) END;
-- As inet_pton takes them.  There is no IPv6 in what DuckDB is asked.
CREATE MACRO ip(v) AS CASE WHEN v.k = 3 AND regexp_full_match(v.s,
    '((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])')
    THEN list_transform(string_split(v.s, '.'), lambda x: x::INTEGER) END;
CREATE MACRO whole(l) AS ((l[1] * 256 + l[2]) * 256 + l[3]) * 256::BIGINT + l[4];
CREATE MACRO dotted(n) AS concat_ws('.', n // 16777216, n // 65536 % 256, n // 256 % 256, n % 256);
CREATE MACRO network(v, bits) AS CASE WHEN ip(v) IS NOT NULL
    THEN thing(3, NULL, dotted(whole(ip(v)) // (2 ** (32 - bits))::BIGINT * (2 ** (32 - bits))::BIGINT) || '/' || bits) END;
CREATE MACRO digits(n) AS CASE WHEN n = 0 THEN '0' ELSE regexp_replace(n::VARCHAR, '\.?0+$', '') END;
CREATE MACRO as_text(v) AS CASE v.k WHEN 0 THEN 'false' WHEN 1 THEN 'true' WHEN 2 THEN digits(v.n) ELSE v.s END;
CREATE MACRO as_num(v) AS CASE WHEN v.k = 2 THEN v.n
    WHEN v.k = 3 AND regexp_full_match(v.s, '-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?') THEN try_cast(v.s AS DECIMAL(38,12)) END;
CREATE MACRO as_time(v) AS CASE WHEN v.k = 3 AND regexp_full_match(v.s, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*') THEN utc(v.s) END;
CREATE MACRO point(v) AS CASE WHEN v.k = 2 THEN millionths(v) ELSE epoch_us(as_time(v))::HUGEINT END;
"""


def connect():
    con = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "2GB", "temp_directory": os.getcwd()})
    con.execute(WORDS)
    return con


def lines(file):
    """The lines of a file with their numbers, as SQL."""
    return f"(SELECT row_number() OVER () AS line, json AS j FROM read_ndjson_objects('{file}'))"


def value(v):
    """A struct as Python has it; what is no scalar is JSON already."""
    return None if v is None else [False, True, v["n"], v["s"]][v["k"]] if v["k"] <= TEXT else v["s"]


def spelt(v):
    return value(v) if v is not None and v["k"] > TEXT else model.spelt(value(v))


def spelt_micro(millionths):
    return "null" if millionths is None else model.number(decimal.Decimal(millionths).scaleb(-6))


def text(s):
    """As an SQL literal."""
    return "'" + s.replace("'", "''") + "'"
