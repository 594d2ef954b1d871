#!/usr/bin/env python3
"""What dhcp-window writes in append mode, said as plainly as possible, to compare it with.

    model.py [OPTION]... [FILE]...    the rows on standard output, {"read":N,"late":N} on standard error

The options are those of dhcp-window (see the end).  Numbers are taken exactly; a record has its time in `ts`.

That the order in which partitions are read does not matter can be seen here: whether a record is late is asked of its
own source's clock alone, and all the rest is sorting.
"""
import argparse
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
UNITS = {"us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6, "": 10**6}
EXACT = Context(prec=60)
SOME = 1000  # of values(F)
USUAL = "max(src_ip),max(hostname),max(client_ip),max(requested_ip),max(ts),count=count(id)"


def duration(text):
    """1h30m in microseconds."""
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([a-z]*)", text))


def time_us(text):
    """A time stamp in microseconds since 1970."""
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // timedelta(microseconds=1)


def time_text(us):
    return (EPOCH + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def number(value):
    """A number in its one spelling."""
    text = format(EXACT.normalize(Decimal(value)), "f")
    return "0" if text == "-0" else text


def spelt(value):
    """A value as JSON, in its one spelling: equal values are equal text."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def order(value):
    """jq's order: false, true, numbers, text; and text by its bytes."""
    if isinstance(value, str):
        return (3, value.encode())
    return (1 + value, 0) if isinstance(value, bool) else (2.5, value)


class Aggregate:
    def __init__(self, text):
        name, call = re.fullmatch(r"(?:([^(=]+)=)?(.+)", text).groups()
        self.op, self.field = re.fullmatch(r"(\w+)(?:\((.*)\))?", call).groups()
        self.name = name or (f"{self.op}_{self.field}" if self.field else self.op)

    def of(self, records):
        """Of (ts, record) pairs, as JSON."""
        if self.field is None:
            return str(len(records))
        dated = [(ts, r[self.field]) for ts, r in records if r.get(self.field) is not None]
        values = sorted({spelt(v): v for _, v in dated}.values(), key=order)
        if self.op == "count":
            return str(len(dated))
        if self.op == "distinct":
            return str(len(values))
        if self.op in ("sum", "avg"):
            numbers = [Decimal(v) for _, v in dated if order(v)[0] == 2.5]
            if not numbers:
                return "null"
            total = sum(numbers)
            if self.op == "avg":
                total = (total / len(numbers)).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
            return number(total)
        if not values:
            return "null"
        if self.op in ("first", "last"):
            choose = min if self.op == "first" else max
            return spelt(choose(dated, key=lambda pair: (pair[0], order(pair[1])))[1])
        some = f"[{','.join(map(spelt, values[:SOME]))}]"
        return {"min": spelt(values[0]), "max": spelt(values[-1]), "values": some}[self.op]


class Model:
    def __init__(self, options):
        self.o = options
        self.by = options.by.split(",") if options.by else []
        self.aggregates = [Aggregate(a) for a in re.findall(r"[^,]+", options.agg)]
        self.clocks = {}
        self.groups = {}  # (key, start) -> records; start is None for sessions, which are told apart only at the end
        self.read = self.late = 0

    def windows(self, ts):
        """The starts of all windows that ts is in."""
        start = (ts - self.o.align) // self.o.slide * self.o.slide + self.o.align
        while start + self.o.every > ts:
            yield start
            start -= self.o.slide

    def line(self, line, operand):
        self.read += 1
        record = json.loads(line, parse_float=Decimal)
        partition = record.get("partition")
        source = (record.get("topic"), partition) if isinstance(partition, int) else operand
        if "ts" not in record:
            return
        ts = time_us(record["ts"])
        clock = self.clocks[source] = max(ts, self.clocks.get(source, ts))
        if "heartbeat" in record:
            return
        record["ts"] = time_text(ts)
        closed = clock - self.o.lateness if self.o.lateness is not None else None
        if self.o.session:
            places = [None] if closed is None or ts >= closed else []
        else:
            places = [s for s in self.windows(ts) if closed is None or s + self.o.every > closed]
        key = tuple(spelt(record.get(field)) for field in self.by)
        for start in places:
            self.groups.setdefault((key, start), []).append((ts, record))
        if not places:
            self.late += 1
            if self.o.late_file:
                self.o.late_file.write(line)

    def sessions(self, records):
        """Parts of the records with a silence of the gap or more between them."""
        records.sort(key=lambda pair: pair[0])
        part = records[:1]
        for pair in records[1:]:
            if pair[0] - part[-1][0] >= self.o.session:
                yield part
                part = []
            part.append(pair)
        yield part

    def rows(self):
        rows = []
        for (key, start), records in self.groups.items():
            for part in self.sessions(records) if self.o.session else [records]:
                first = part[0][0] if self.o.session else start
                end = part[-1][0] + self.o.session if self.o.session else start + self.o.every
                rows.append((end, first, "\1".join(key).encode(), key, part))
        for end, start, _, key, records in sorted(rows, key=lambda row: row[:3]):
            row = [f'"window":{{"start":"{time_text(start)}","end":"{time_text(end)}"}}']
            row += [f"{spelt(name)}:{value}" for name, value in zip(self.by, key)]
            row += [f"{spelt(a.name)}:{a.of(records)}" for a in self.aggregates]
            if any(a.op == "values" and len({spelt(r.get(a.field)) for _, r in records} - {"null"}) > SOME for a in self.aggregates):
                row.append('"truncated":true')
            yield "{" + ",".join(row) + "}\n"


def options():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("-e", "--every", type=duration, default=duration("30m"))
    parser.add_argument("--slide", type=duration)
    parser.add_argument("--session", type=duration)
    parser.add_argument("--align", type=duration, default=0)
    parser.add_argument("-b", "--by", default="id")
    parser.add_argument("-a", "--agg", default=USUAL)
    parser.add_argument("-l", "--lateness", type=duration)
    parser.add_argument("--late-file", type=argparse.FileType("w"))
    parser.add_argument("--partitions", help="taken, and of no use here: at the end all of them are known")
    parser.add_argument("files", nargs="*", type=argparse.FileType(encoding="utf-8"), default=[sys.stdin])
    o = parser.parse_args()
    o.slide = o.slide or o.every
    return o


def main():
    model = Model(options())
    for file in model.o.files:
        for line in file:
            model.line(line, file)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.writelines(model.rows())
    print(f'{{"read":{model.read},"late":{model.late}}}', file=sys.stderr)


if __name__ == "__main__":
    main()
