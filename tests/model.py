#!/usr/bin/env python3
"""What dhcp-window writes in append mode, said as plainly as possible, to compare it with.

    model.py [OPTION]... [FILE]...    the rows on standard output, {"read":N,"late":N} on standard error

The options are those of dhcp-window (see the end).  Numbers are taken exactly; a record has its time in `ts`.

That the order in which partitions are read does not matter can be seen here: whether a record is late is asked of its
own source's clock alone, and all the rest is sorting.
"""
import argparse
import ipaddress
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
UNITS = {"us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6, "w": 7 * 86400 * 10**6, "": 10**6}
EXACT = Context(prec=60)
SOME = 1000  # of values(F)
LIMIT = 92 * 10**17  # of what is summed up, in millionths
USUAL = "max(src_ip),max(hostname),max(client_ip),max(requested_ip),max(ts),count=count(id)"


def duration(text):
    """1h30m in microseconds."""
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([a-z]*)", text))


def time_us(text):
    """A time stamp in microseconds since 1970; without a zone it is in UTC."""
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (time.replace(tzinfo=time.tzinfo or timezone.utc) - EPOCH) // timedelta(microseconds=1)


def time_of(record):
    """That of ts, or if this is no time, of timestamp."""
    for name in ("ts", "timestamp"):
        try:
            return time_us(record[name])
        except (AttributeError, KeyError, ValueError):
            pass
    return None


def field(record, path):
    """What stands there, or None."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record


def address(value):
    """What orders addresses, or None."""
    try:
        ip = ipaddress.ip_address(value if isinstance(value, str) and "%" not in value else "")
    except ValueError:
        return None
    return (ip.version, int(ip))


def split(item):
    """FIELD/LEN as a path and a number of bits, else None for these."""
    found = re.fullmatch(r"(.*)/([0-9]+)", item)
    return (found[1], int(found[2])) if found and int(found[2]) <= 128 else (item, None)


def member(item):
    """What it is called in a row."""
    return split(item)[0].split(".")[-1]


def key_part(record, item):
    """The value, or the network it is in."""
    path, bits = split(item)
    value = field(record, path)
    if bits is None:
        return value
    if address(value) is None:
        return None
    return str(ipaddress.ip_network(f"{value}/{min(bits, ipaddress.ip_address(value).max_prefixlen)}", strict=False))


def micro(value):
    """A number in millionths, as sum and avg take it, or None."""
    if order(value)[0] != 2.5:
        return None
    millionths = EXACT.scaleb(Decimal(value), 6).to_integral_value(ROUND_HALF_EVEN, EXACT)
    return int(millionths) if abs(millionths) <= LIMIT else None


def point(value):
    """A time or a number in millionths, as span takes it, or None."""
    try:
        return time_us(value) if isinstance(value, str) else micro(value)
    except ValueError:
        return None


def units(millionths):
    return EXACT.scaleb(Decimal(millionths), -6)


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
    """jq's order: null, false, true, numbers, text, arrays; and text by its bytes."""
    if value is None:
        return (0,)
    if isinstance(value, list):
        return (4, [order(v) for v in value])
    if isinstance(value, str):
        return (3, value.encode())
    return (1 + value, 0) if isinstance(value, bool) else (2.5, value)


class Aggregate:
    def __init__(self, text):
        name, call = re.fullmatch(r"(?:([^(=]+)=)?(.+)", text).groups()
        self.op, self.field = re.fullmatch(r"(\w+)(?:\((.*)\))?", call).groups()
        self.name = name or (f"{self.op}_{self.field.split('.')[-1]}" if self.field else self.op)

    def of(self, records):
        """Of (ts, record) pairs, as JSON."""
        if self.field is None:
            return str(len(records))
        dated = [(ts, v) for ts, r in records if (v := field(r, self.field)) is not None]
        values = sorted({spelt(v): v for _, v in dated}.values(), key=order)
        if self.op == "count":
            return str(len(dated))
        if self.op == "distinct":
            return str(len(values))
        if self.op in ("sum", "avg"):
            numbers = [n for _, v in dated if (n := micro(v)) is not None]
            if not numbers:
                return "null"
            return number(units(round(Fraction(sum(numbers), len(numbers) if self.op == "avg" else 1))))  # half to even
        if self.op == "span":
            points = [p for _, v in dated if (p := point(v)) is not None]
            return number(units(max(points) - min(points))) if points else "null"
        if not values and self.op != "values":
            return "null"
        if self.op in ("first", "last"):
            choose = min if self.op == "first" else max
            return spelt(choose(dated, key=lambda pair: (pair[0], order(pair[1])))[1])
        if self.op in ("min_ip", "max_ip"):
            choose, ips = min if self.op == "min_ip" else max, [v for v in values if address(v)]
            return spelt(choose(ips, key=address)) if ips else "null"
        if self.op == "values":
            return f"[{','.join(map(spelt, values[:SOME]))}]"
        return spelt(values[0 if self.op == "min" else -1])


class Model:
    def __init__(self, options):
        self.o = options
        self.by = options.by.split(",") if options.by else []
        self.aggregates = [Aggregate(a) for a in re.findall(r"[^,]+", options.agg)]
        self.clocks = {}
        self.groups = {}  # (key, start) -> records; start is None for sessions, which are told apart only at the end
        self.read = self.late = self.refused = 0

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
        ts = time_of(record)
        if ts is None:
            return
        clock = self.clocks[source] = max(ts, self.clocks.get(source, ts))
        if "heartbeat" in record:
            return
        closed = clock - self.o.lateness if self.o.lateness is not None else None
        if self.o.session:
            places = [None] if closed is None or ts >= closed else []
        else:
            places = [s for s in self.windows(ts) if closed is None or s + self.o.every > closed]
        key = tuple(spelt(key_part(record, item)) for item in self.by)
        for start in places:
            self.groups.setdefault((key, start), []).append((ts, record))
        takes = {"sum": micro, "avg": micro, "span": point}
        summed = [(takes[a.op], a.field) for a in self.aggregates if a.op in takes] if places else []
        self.refused += any((v := field(record, f)) is not None and taken(v) is None for taken, f in summed)
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

    def rows(self, keyed=False):
        """In their order; keyed as --kafka-key has them."""
        rows = []
        for (key, start), records in self.groups.items():
            for part in self.sessions(records) if self.o.session else [records]:
                first = part[0][0] if self.o.session else start
                end = part[-1][0] + self.o.session if self.o.session else start + self.o.every
                rows.append((end, first, "\1".join(key).encode(), key, part))
        for end, start, _, key, records in sorted(rows, key=lambda row: row[:3]):
            place = ",".join([f'"{time_text(start)}"', *([f'"{time_text(end)}"'] if self.o.session else []), *key])
            row = [f'"window":{{"start":"{time_text(start)}","end":"{time_text(end)}"}}']
            row += [f"{spelt(member(item))}:{value}" for item, value in zip(self.by, key)]
            row += [f"{spelt(a.name)}:{a.of(records)}" for a in self.aggregates]
            if any(a.op == "values" and len({spelt(field(r, a.field)) for _, r in records} - {"null"}) > SOME for a in self.aggregates):
                row.append('"truncated":true')
            yield (f"[{place}]\t" if keyed else "") + "{" + ",".join(row) + "}\n"


def options(arguments=None):
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
    o = parser.parse_args(arguments)
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
