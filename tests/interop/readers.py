"""What DuckDB and pandas read out of records.ndjson, windows.ndjson, leases.ndjson and records.csv in this folder, compared
with what Python's own json reads; and the examples of dhcp-interop.7 that use them.  Run by check.sh."""
import collections
import datetime
import json
import re
import subprocess
import sys

import duckdb
import pandas

UTC = datetime.timezone.utc
passed = failed = 0


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
        print("ok -", name)
    else:
        failed += 1
        print(f"not ok - {name}\n# want {want!r:.300}\n# got  {got!r:.300}")
    sys.stdout.flush()


def rows(name):
    with open(name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)


def micros(text):
    return (moment(text) - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(microseconds=1)


def ask(query):
    return duckdb.sql(query).fetchall()


def types(source):
    return {name: kind for name, kind, *_ in ask(f"describe select * from {source}")}


records, windows, leases = rows("records.ndjson"), rows("windows.ndjson"), rows("leases.ndjson")
by_type = sorted(collections.Counter(row["dhcp_type"] for row in records).items())

# DuckDB, by the name of the file alone.
duckdb.sql("set timezone = 'UTC'")
kinds = types("'records.ndjson'")
check("DuckDB: a record has times, numbers and texts", [kinds[name] for name in ("id", "hostname", "lease_time", "params")],
      ["BIGINT", "VARCHAR", "BIGINT", "VARCHAR[]"])
for name in ("ts", "timestamp"):
    check(f"DuckDB: {name} is a time", kinds[name].startswith("TIMESTAMP"), True)
    check(f"DuckDB: {name} is the same moment in each record, to the microsecond",
          [n for n, in ask(f"select epoch_us({name}) from 'records.ndjson'")], [micros(row["ts"]) for row in records])
check("DuckDB: as many of each type", ask("select dhcp_type, count(*) from 'records.ndjson' group by 1 order by 1"), by_type)
check("DuckDB: absent is null", ask("select count(*) from 'records.ndjson' where hostname is null"),
      [(sum("hostname" not in row for row in records),)])
check("DuckDB: windows have times in them",
      ask('select epoch_us("window".start), epoch_us("window"."end"), epoch_us(max_ts), count from \'windows.ndjson\''),
      [(micros(row["window"]["start"]), micros(row["window"]["end"]), micros(row["max_ts"]), row["count"]) for row in windows])
check("DuckDB: leases last as long",
      ask('select epoch_us("end") - epoch_us(start) from \'leases.ndjson\''),
      [(micros(row["end"]) - micros(row["start"]),) for row in leases])
check("DuckDB: csv has the times, and as many rows",
      ask("select count(*), epoch_us(min(ts)), epoch_us(max(ts)) from 'records.csv'"),
      [(len(records), min(micros(row["ts"]) for row in records), max(micros(row["ts"]) for row in records))])

# pandas takes for times what is called so; ts is a text until to_datetime.
frame = pandas.read_json("records.ndjson", lines=True)
check("pandas: as many rows and columns", frame.shape, (len(records), len({name for row in records for name in row})))
check("pandas: as many of each type", sorted(frame.dhcp_type.value_counts().items()), by_type)
check("pandas: id is a number, all of it", frame.id.tolist(), [row["id"] for row in records])
check("pandas: timestamp is a time, with its zone", [t.astimezone(UTC) for t in frame.timestamp.dt.to_pydatetime()],
      [moment(row["ts"]) for row in records])
check("pandas: ts is one, once asked for", pandas.to_datetime(frame.ts).dt.to_pydatetime().tolist(), [moment(row["ts"]) for row in records])
frame = pandas.json_normalize(windows)
check("pandas: windows, flattened", pandas.to_datetime(frame["window.start"]).tolist(),
      [pandas.Timestamp(row["window"]["start"]) for row in windows])
frame = pandas.read_csv("records.csv", parse_dates=["ts"])
check("pandas: csv has the times, and as many rows", sorted(frame.ts.tolist()), sorted(moment(row["ts"]) for row in records))

# The examples of the manual.
page = open("dhcp-interop.7", encoding="utf-8").read().replace(r"\(aq", "'").replace(r"\e", "\\").replace(r"\&", "")
examples = [text for text in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page, re.S | re.M) if re.search("duckdb|pandas", text)]
check("dhcp-interop(7) has examples", len(examples) >= 2, True)
for number, text in enumerate(examples, 1):
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", text], capture_output=True, text=True)
    check(f"example {number} of dhcp-interop(7) runs", (ran.returncode, ran.stdout != "", ran.stderr), (0, True, ""))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or not passed)
