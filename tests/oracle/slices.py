"""Slices of the real day, as lines: some of them, in another order, repeated, and with odd values in them."""
import json

import model

TYPED = ["7", "7.0", "70e-1", '"7"', "true", "false", "null", '""', '"7.0"', "-7"]
TEXTS = ['"b"', '"B"', '"\\u00e9"', '"é"', '"\\uff5a"', '"\\ud83d\\ude00"', '"q\\"\\\\"', '"\\n\\t\\u001f"', '"a/b"', '"a\\/b"', '" "',
         '"a text of more bytes than stand in a value itself"', '"null"', '"1.50"', '"-2e3"', '"2019-04-30T05:00:00Z"',
         '"2019-04-30T14:00:00+09:00"', '"2019-04-30T05:00:00.000001Z"']
NUMBERS = ["0", "-0", "1", "-1", "0.1", "0.25", "1e3", "-5.250", "0.1234565", "0.1234575", "-0.0000005", "-0.0000015", "1000000",
           "9007199254740993", "12345678901234567890", "9200000000000", "-9200000000000", "9200000000001", "0.000001", "-0.000003", "2.5", "2.000005"]
LONG_NUMBERS = ["9200000000000.000001", "9200000000000.0000005", "123456789012345678901234567890", "-0.1234565000000000000001", "1e25",
                "9007199254740993.5", "0.30000000000000001"]
ADDRESSES = ['"9.0.0.1"', '"10.0.0.9"', '"10.0.0.10"', '"255.255.255.255"', '"0.0.0.0"', '"256.0.0.1"', '"10.0.0"', '"010.0.0.1"',
             '"10.0.0.1 "', '"1.2.3.4.5"']
MORE_ADDRESSES = ['"fe80::1"', '"FE80::1:0"', '"::"', '"::ffff:10.0.0.9"', '"fe80::1::2"', '"1:2:3:4:5:6:7:8"', '"::10.0.0.300"']
# What stands nowhere in the day: v of any type, n a number or not, o an object.
ODD = {"v": TYPED + TEXTS + NUMBERS, "n": NUMBERS + ["null", "3", "4"], "o": ['{"p":1}', '{"p":"1"}', '{"p":null}', "{}", "7"],
       "id": TYPED, "hostname": TEXTS + TYPED, "src_ip": ADDRESSES + ["null"], "client_ip": ADDRESSES, "requested_ip": ["null", *ADDRESSES]}
MORE = {"src_ip": MORE_ADDRESSES, "v": MORE_ADDRESSES + LONG_NUMBERS, "n": LONG_NUMBERS, "id": LONG_NUMBERS}
TIMES = ["2019-04-30T05:00:00Z", "2019-04-30T05:29:59.999999Z", "2019-04-30T14:30:00+0900", "2019-04-30T05:30:00.0000009Z",
         "2019-04-30 05:30:00.5", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00.000000Z", "2019-04-30T05:00:00.000000-09:30"]
MINUTE = 60 * 10**6


def size(r, most):
    """Small ones as often as large ones."""
    return min(most, round(2 ** r.uniform(0, most.bit_length())))


def some(r, lines, most, least=1):
    """A range of the lines, or some from anywhere; perhaps some of them twice; perhaps none in its place."""
    n = max(size(r, min(most, len(lines))), min(least, len(lines)))
    begin = r.randint(0, len(lines) - n)
    chosen = lines[begin:begin + n] if r.random() < 0.6 else [lines[i] for i in sorted(r.sample(range(len(lines)), n))]
    if r.random() < 0.2:
        chosen += r.choices(chosen, k=size(r, n))
    return shuffled(r, chosen, r.choice([0, 0, 1, 5, 100, 10**6]))


def shuffled(r, lines, bound):
    """None goes further than bound, or little more."""
    places = [(i + r.uniform(0, bound), i) for i in range(len(lines))]
    return [lines[i] for _, i in sorted(places)]


def members(line):
    """Name and JSON text of each."""
    return {name: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for name, value in json.loads(line).items()}


def joined(r, record):
    blank = r.choice(["", "", "", " "])
    return "{" + f",{blank}".join(f'"{name}":{blank}{value}' for name, value in record.items()) + "}\n"


def on_edge(r, ts):
    """Of a minute, half hour or hour, or a microsecond beside it."""
    us = model.time_us(json.loads(ts))
    unit = r.choice([1, 10, 30, 60]) * MINUTE
    return json.dumps(model.time_text(us // unit * unit + r.choice([-1, 0, 0, 1])))


def edges(r, lines):
    """The same, out of order, with some of the times on the edges of windows: there late and not are told apart."""
    share = r.choice([0.1, 0.5, 1])
    for line in shuffled(r, lines, r.choice([5, 20, 100])):
        record = members(line)
        if r.random() < share:
            record["ts"] = on_edge(r, record["ts"])
        yield joined(r, record)


def odd(r, lines, all_):
    """The lines with odd values in them, and some members left out; all_: also those that DuckDB does not know."""
    share, times = r.choice([0.01, 0.1, 0.5, 1]), r.random() < 0.4
    pools = {name: r.sample(pool, r.randint(1, len(pool))) for name, pool in ODD.items() if name == "n" or r.random() < 0.7}
    if all_:
        pools = {name: pool + MORE.get(name, []) for name, pool in pools.items()}
    dropped = r.choice([0, 0, 0.05])
    for line in lines:
        record = members(line)
        for name, pool in pools.items():
            if r.random() < share:
                record[name] = r.choice(pool)
        if r.random() < share:
            record["ts"] = on_edge(r, record["ts"])
        if times and r.random() < 0.1:
            record["ts"] = json.dumps(r.choice(TIMES))
        elif times and r.random() < 0.05:
            record["ts"] = r.choice(["null", '"never"', "7"])
        record = {name: value for name, value in record.items() if name in ("ts", "timestamp") or r.random() >= dropped}
        if "ts" in record and r.random() < dropped:
            del record["ts"]
        yield joined(r, record)


def draw(r, day, most, all_=False):
    lines = some(r, day, most)
    return list(odd(r, lines, all_)) if r.random() < 0.5 else lines


def partitioned(r, lines, gaps):
    """The same lines as partitions of one or two topics, with heartbeats in between, and perhaps gaps in the offsets."""
    parts = r.sample([("t", 0), ("t", 1), ("u", 0), ("u", 7)], r.randint(1, 4))
    offsets, clocks, ahead = {p: r.randint(0, 9) for p in parts}, {}, size(r, max(len(lines), 1))
    queues = {p: [] for p in parts}
    for line in lines:
        p = r.choice(parts)
        queues[p].append(line)
    if r.random() < 0.5:  # as they came, else one runs ahead of the other
        ahead = 1
    while any(queues.values()):
        p = r.choice([p for p in parts if queues[p]])
        for _ in range(r.randint(1, ahead)):
            if not queues[p]:
                break
            line = queues[p].pop(0)
            place = f'"topic":"{p[0]}","partition":{p[1]},"offset":{offsets[p]}}}\n'
            offsets[p] += r.choice([1, 1, 3]) if gaps else 1
            yield line[:-2] + ("," if len(line) > 3 else "") + place
            ts = model.time_of(json.loads(line))
            if ts is not None:
                clocks[p] = max(clocks.get(p, ts), ts)
            if p in clocks and r.random() < 0.1:
                yield f'{{"heartbeat":true,"ts":"{model.time_text(clocks[p] // 10**6 * 10**6)}",{place}'
