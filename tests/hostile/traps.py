#!/usr/bin/env python3
"""Input made to be dear: what it costs, and that it ends.

    traps.py BIN COLLIDE [NAME]...    all traps, or those with such words in their names; COLLIDE is collide.c, compiled

First each is measured, by callgrind, in instructions against those for ordinary input; then it is run in its full size,
under a bound of memory and of time.  A line of the result is a trap, the program, its bytes, what it took, and a verdict.

A trap is as dear as it is long, and no dearer than three times ordinary input: records of the sample day, to the same
program with the same options.  A line costs something however short it is, so what is compared is the cost of as many
bytes, read or written, or if that is more of as many lines.  What is refused, with status 1 or 2 and a message, need only be linear: libjq
is asked why a line is bad, and takes its time.  That a cost is linear is seen from four times the length.
"""
import functools
import itertools
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

DAY = os.path.join(os.path.dirname(__file__), "../../samples/day.eve.json.xz")
MOST = 3.0  # times ordinary input
GROWTH = 1.3  # of the cost of a byte, at four times the length: sorting is dearer by a logarithm
SMALL = 100_000  # bytes, and four times as many
MIB = 1 << 20
MEMORY = 2048 * MIB  # of address space, for the full size
PATIENCE = 60  # seconds
JOBS = os.cpu_count() or 1

# ---------------------------------------------------------------- what input is made of

EVENT = (b'{"timestamp":"2019-04-30T05:00:00.000000+0000","event_type":"dhcp","src_ip":"10.0.0.1","dest_ip":"10.0.0.2"'
         b',"dhcp":{"id":7,"dhcp_type":"ack","hostname":%s}%s}\n')
RECORD = b'{"ts":%s,"src_ip":"10.0.0.1","id":%s,"v":%s}\n'
NOON = b'"2019-04-30T12:00:00.000000Z"'
KAFKA = b'{"topic":"t","partition":%d,"offset":%d,"tstype":"create","ts":1556582400000,"broker":0,"key":null,"payload":%s}\n'


def event(hostname=b'"h"', more=b""):
    return EVENT % (hostname, more)


def record(v=b"1", ts=NOON, key=b"7"):
    return RECORD % (ts, key, v)


def collisions(n):
    """An object of 2^n names that have one hash in libjq (MurmurHash3 of 32 bits), whatever its seed."""
    pair = (b"!!`,!!!E", b"y\xc2\x80!!!\xd2\x80")
    return b"{" + b",".join(b'"%s":0' % b"".join(name) for name in itertools.product(pair, repeat=n)) + b"}"


def second(i, day=1):
    """The time i seconds into May 2019, or into one of its days."""
    return b'"2019-05-%02dT%02d:%02d:%02d.000000Z"' % (day + i // 86400, i // 3600 % 24, i // 60 % 60, i % 60)


def hundredth(i):
    """The time i hundredths of a second into 1 May 2019."""
    return b'"2019-05-01T%02d:%02d:%02d.%02d0000Z"' % (i // 360000, i // 6000 % 60, i // 100 % 60, i % 100)


def filled(piece, n):
    """As often as there is room for it."""
    return piece * max(1, n // len(piece))


def lines(make):
    """make(0), make(1), ... until there are enough bytes."""
    def fill(n):
        out, i = [], 0
        while n > 0:
            out.append(make(i))
            n -= len(out[-1])
            i += 1
        return b"".join(out)
    return fill


def one(template, piece):
    """One line: a template with a place for as many pieces as there is room for."""
    return lambda n: template.replace(b"@", filled(piece, n))


def behind(first, make):
    """A long value in front of many short ones, which are compared with it."""
    return lambda n: first(n // 2) + lines(make)(n // 2)


def nested(inner, levels):
    """An event in a message in a message: each level doubles the backslashes."""
    def wrap(n):
        text = inner(n >> levels)[:-1]
        for _ in range(levels):
            text = b'{"message":"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"}'
        return text + b"\n"
    return wrap


def colliding(n):
    """Records whose keys fall into one place of a table whose seed is known: as many as it takes before it grows."""
    count = n // len(record())
    bits = (count * 4 // 3).bit_length()
    said = subprocess.run([COLLIDE, str(count), str(bits)], stdout=subprocess.PIPE, check=True).stdout
    return b"".join(record(key=key) for key in said.split())


def alike(pairs):
    """Records whose keys have one hash under a polynomial, whatever its seed: `Aa` is to 31 what `BB` is."""
    def make(i):
        return record(key=b'"%s"' % b"".join(pairs[i >> bit & 1] for bit in range(20)))
    return lines(make)


# ---------------------------------------------------------------- ordinary input

@functools.cache
def day():
    """DHCP events, records and rows of the sample day."""
    whole = subprocess.run(["xz", "-dc", DAY], stdout=subprocess.PIPE, check=True).stdout
    events = b"".join(line for line in whole.splitlines(True) if b'"event_type":"dhcp"' in line)
    records = subprocess.run([BIN + "/eve-dhcp-filter"], input=events, stdout=subprocess.PIPE, check=True).stdout
    rows = subprocess.run([BIN + "/dhcp-window"], input=records, stdout=subprocess.PIPE, check=True).stdout
    return {"eve-dhcp-filter": events, "dhcp-window": records, "dhcp-topn": rows}


def with_values(text):
    """v, which the options of the traps ask for, differs from line to line."""
    numbers = itertools.count()
    return re.sub(rb'(?="id":)', lambda _: b'"v":%d,' % (next(numbers) * 7919 % 100003), text)


@functools.cache
def ordinary(program, like, n):
    text = day()[program]
    if like == "odd":  # what libjq alone takes: a number that begins with a dot
        text = text.replace(b'"src_ip"', b'"odd":.5,"src_ip"').replace(b'{"window"', b'{"odd":.5,"window"')
    elif like == "envelope":
        text = b"".join(KAFKA % (i % 8, i, b'"%s"' % line.replace(b'"', b'\\"')) for i, line in enumerate(text.splitlines()))
    elif like == "korean":
        text = re.sub(rb'"hostname":"[^"]*"', '"hostname":"%s"'.encode() % ("가나다라마바사아자차카타파하" * 20).encode(), text)
    else:
        text = with_values(text)
        if like == "array":
            text = re.sub(rb'"v":(\d+)', rb'"v":[9,\1]', text)
    text *= n // len(text) + 1
    return text[:text.rfind(b"\n", 0, n) + 1]


# ---------------------------------------------------------------- the traps

Trap = namedtuple("Trap", "name argv make full refused like", defaults=(0, False, "v"))
FILTER, WINDOW, TOPN = ["eve-dhcp-filter"], ["dhcp-window"], ["dhcp-topn"]
MAX = WINDOW + ["-a", "max(v)"]
LONG = b"9"

TRAPS = [
    # one long line
    Trap("a million equal members", FILTER, one(event(more=b"@"), b',"a":1'), 12 * MIB),
    Trap("a million dhcp members, empty", FILTER, one(event(more=b"@"), b',"dhcp":{}'), 12 * MIB),
    Trap("a million dhcp members", FILTER, one(event(more=b"@"), b',"dhcp":{"id":7}'), 16 * MIB),
    Trap("different members", FILTER, lambda n: event(more=lines(lambda i: b',"%x":%d' % (i * 7919, i))(n)), 60 * MIB),
    Trap("backslashes", FILTER, one(event(b'"@"'), rb"\\"), 60 * MIB),
    Trap("escapes alone", FILTER, one(event(b'"@"'), rb"\u0041"), 60 * MIB),
    Trap("escaped escapes", FILTER, one(event(b'"@"'), rb"\u001b"), 10 * MIB),
    Trap("half pairs", FILTER, one(event(b'"@"'), rb"\ud800"), 4 * MIB, True),
    Trap("bytes that are no UTF-8", FILTER, one(event(b'"@"'), b"\xff"), 60 * MIB, like="korean"),
    Trap("characters that begin and do not go on", FILTER, one(event(b'"@"'), b"\xe1"), 60 * MIB, like="korean"),
    Trap("blanks between tokens", FILTER, one(event(more=b",@" + b'"x":1'), b" "), 10 * MIB),
    Trap("blanks at a line's start", FILTER, lambda n: b" " * n + event(), 10 * MIB),
    Trap("blanks within a number", FILTER, lambda n: event(more=b',"x":1' + b" " * n + b"2"), 10 * MIB, True),
    Trap("a line of blanks", FILTER, lambda n: b" " * n + b"\n", 10 * MIB),
    Trap("NUL bytes", FILTER, lambda n: b"\0" * n + event(), 60 * MIB),
    Trap("digits", FILTER, lambda n: event(more=b"").replace(b'"id":7', b'"id":' + LONG * n), 60 * MIB),
    Trap("brackets", FILTER, one(event(more=b',"x":@1'), b"["), 10 * MIB, True),
    Trap("an array of arrays", FILTER, one(event(more=b',"x":[@1]'), b"[],"), 60 * MIB),
    Trap("an array of objects", FILTER, one(event(more=b',"x":[@1]'), b"{},"), 60 * MIB),
    Trap("an array of noughts", FILTER, one(event(more=b',"x":[@1]'), b"0,"), 60 * MIB),
    Trap("an array of texts", FILTER, one(event(more=b',"x":[@1]'), b'"",'), 60 * MIB),
    Trap("an array without an end", FILTER, one(event(more=b',"x":[@1'), b"1,"), 3 * MIB, True),
    Trap("dhcp in a line of another type", FILTER, one(b'{"event_type":"stats","x":[@1]}\n', b'"dhcp",'), 60 * MIB),
    Trap("dhcp, nearly", FILTER, one(b'{"event_type":"stats","x":"@"}\n', b"dhcp"), 60 * MIB),
    Trap("dhcp behind backslashes", FILTER, one(b'{"event_type":"stats","x":"@"}\n', rb"\\" * 50 + b"dhcp"), 60 * MIB),
    Trap("dhcp behind blanks", FILTER, one(b'{"event_type":"stats","x":[@1]}\n', b" " * 500 + b'"dhcp",'), 60 * MIB),
    Trap("escapes that might hide dhcp", FILTER, one(b'{"event_type":"stats","x":"@"}\n', rb"\u0041"), 60 * MIB),
    Trap("messages in messages", FILTER, nested(one(event(b'"@"'), rb"\u0041"), 3), 60 * MIB, like="envelope"),
    Trap("blanks between tokens", WINDOW, lambda n: record(b" " * n + b"1"), 10 * MIB),
    Trap("blanks at a line's start", WINDOW, lambda n: b" " * n + record(), 10 * MIB),
    Trap("a line of blanks", WINDOW, lambda n: b" " * n + b"\n", 10 * MIB),
    Trap("a million equal members", WINDOW, one(record(b'1@'), b',"a":1'), 12 * MIB),
    Trap("a million times", WINDOW, one(record(b"1@"), b',"ts":' + NOON), 37 * MIB),
    Trap("backslashes", MAX, one(record(b'"@"'), rb"\\"), 60 * MIB),
    Trap("escapes alone", MAX, one(record(b'"@"'), rb"\u0041"), 60 * MIB),
    Trap("digits", MAX, one(record(b"@"), LONG), 60 * MIB),
    Trap("digits behind a dot", MAX, one(record(b"0.@"), LONG), 60 * MIB),
    Trap("an exponent of digits", MAX, one(record(b"1e@"), LONG), 60 * MIB),
    Trap("digits to add", WINDOW + ["-a", "sum(v),avg(v)"], one(record(b"@"), LONG), 60 * MIB, True),
    Trap("small digits to add", WINDOW + ["-a", "sum(v),avg(v)"], one(record(b"0.@1"), b"0"), 60 * MIB),
    Trap("brackets", WINDOW, one(record(b"@1"), b"["), 10 * MIB, True),
    Trap("blanks between tokens", TOPN, lambda n: b'{"max_ts":' + b" " * n + b"1}\n", 10 * MIB),
    Trap("a line of blanks", TOPN, lambda n: b" " * n + b"\n", 10 * MIB),
    Trap("control bytes", TOPN + ["-n", "0", "-f", "table"], one(b'{"v":"@"}\n', rb"\u001b"), 10 * MIB),
    Trap("objects in objects, in columns", TOPN + ["-n", "0", "-f", "csv"],
         lambda n: b'{"v":' + b'{"a":' * 97 + b"[" + filled(b"0,", n) + b"1]" + b"}" * 98 + b"\n", 10 * MIB, like="array"),
    Trap("tabs", TOPN + ["-n", "0", "-f", "table"], one(b'{"v":"@"}\n', rb"\t"), 10 * MIB),
    # a long value, and many short ones compared with it
    Trap("a number of a million digits, kept", MAX, behind(one(record(b"@"), LONG), lambda i: record(b"%d" % i)), 2 * MIB),
    Trap("a fraction of a million digits, kept", MAX,
         behind(one(record(b"0.@"), LONG), lambda i: record(b"0.%d" % (i + 1))), 2 * MIB),
    Trap("long numbers among 1,000 values", WINDOW + ["-a", "values(v)"],
         behind(one(record(b"@"), LONG), lambda i: record(b"%d" % i)), 2 * MIB),
    Trap("a long array, kept", MAX, behind(lambda n: record(b'["b"' + b",1" * 4000 + b"]"), lambda i: record(b'["a",%d]' % i)),
         2 * MIB, like="array"),
    Trap("a long array ranked", TOPN + ["-k", "v", "-n", "1"],
         behind(lambda n: b'{"v":["b"' + b",1" * 4000 + b"]}\n", lambda i: b'{"v":["a",%d]}\n' % i), 2 * MIB, like="array"),
    Trap("a long text, kept", MAX, behind(one(record(b'"@"'), b"z"), lambda i: record(b'"%d"' % i)), 20 * MIB),
    Trap("a long number ranked", TOPN + ["-k", "v:asc"], behind(one(b'{"v":@}\n', LONG), lambda i: b'{"v":%d}\n' % i), 2 * MIB),
    # many keys
    Trap("keys that collide under a known seed", WINDOW, colliding),
    Trap("keys that collide under times 31", WINDOW, alike([b"Aa", b"BB"]), 60 * MIB),
    Trap("keys that collide under times 33", WINDOW, alike([b"Ez", b"FY"]), 60 * MIB),
    Trap("a million keys", WINDOW, lines(lambda i: record(key=b"%d" % i)), 60 * MIB),
    Trap("one key", WINDOW, lines(lambda i: record(b"%d" % i)), 60 * MIB),
    Trap("a million values, distinct", WINDOW + ["-a", "distinct(v)"], lines(lambda i: record(b"%d" % i)), 60 * MIB),
    Trap("values from the greatest to the least", WINDOW + ["-a", "values(v)"],
         lines(lambda i: record(b"%d" % (10**9 - i))), 60 * MIB),
    Trap("a million keys counted", TOPN + ["-b", "v"], lines(lambda i: b'{"v":%d}\n' % i), 12 * MIB),
    Trap("a million spellings of one key", TOPN + ["-b", "v"], lines(lambda i: b'{"v":"\\u0041%d"}\n' % i), 20 * MIB),
    Trap("a million rows to keep", TOPN + ["-u", "v"], lines(lambda i: b'{"v":%d}\n' % i), 12 * MIB),
    Trap("a million groups of rows", TOPN + ["--per", "v"], lines(lambda i: b'{"v":%d}\n' % i), 12 * MIB),
    # many windows
    Trap("a million windows", WINDOW + ["-e", "1s"], lines(lambda i: record(ts=second(i))), 80 * MIB),
    Trap("a million windows, in no order", WINDOW + ["-e", "1s"],
         lines(lambda i: record(ts=second(i * 7919 % 2000003))), 80 * MIB),
    Trap("a million windows, a day late", WINDOW + ["-e", "1s", "-l", "1d"], lines(lambda i: record(ts=second(i))), 80 * MIB),
    Trap("windows that slide", WINDOW + ["-e", "1m", "--slide", "1s"], lines(lambda i: record(ts=second(i))), 2 * MIB),
    Trap("one far in the future, and late ones", WINDOW + ["-l", "1m"],
         lambda n: record(ts=b'"9998-12-31T23:59:59Z"') + lines(lambda i: record(ts=second(i)))(n), 60 * MIB),
    Trap("update mode with many windows", WINDOW + ["-e", "1s", "--mode", "update"],
         lines(lambda i: record(ts=second(i * 7919 % 2000003))), 20 * MIB),
    Trap("sessions of one record", WINDOW + ["--session", "1s"], lines(lambda i: record(ts=second(i * 2))), 60 * MIB),
    Trap("a session that does not end", WINDOW + ["--session", "2s", "-l", "1m"], lines(lambda i: record(ts=second(i))), 60 * MIB),
    Trap("a million sessions at once", WINDOW + ["--session", "1h", "-l", "1h"],
         lines(lambda i: record(ts=second(i // 500), key=b"%d" % (i * 7919 % 1000003))), 60 * MIB),
    Trap("sessions of which just so many wait", WINDOW + ["-b", "v", "--session", "1s", "-l", "40m", "--max-groups", "2401"],
         lines(lambda i: record(b"%d" % i, ts=second(i))), 30 * MIB),
    Trap("sessions of which just so many are open", WINDOW + ["--session", "10s", "-l", "1s", "--max-groups", "1102"],
         lines(lambda i: record(ts=hundredth(i), key=b"%d" % i)), 60 * MIB),
    Trap("100,000 partitions", WINDOW + ["-l", "1m", "--partitions", "2000000"],
         lines(lambda i: record(b'1,"topic":"t","partition":%d,"offset":0' % i)), 9 * MIB),
    Trap("100,000 partitions", FILTER + ["--heartbeat"],
         lines(lambda i: KAFKA % (i, 0, b'"%s"' % event()[:-1].replace(b'"', rb'\"'))), 32 * MIB, like="envelope"),
    # times
    Trap("no times", WINDOW, lines(lambda i: record(ts=b'"2019-13-%02dT25:61:61Z"' % (i % 99))), 10 * MIB, True),
    Trap("years 0000 and 9999", WINDOW,
         lines(lambda i: record(ts=(b'"0000-01-01T00:00:00Z"', b'"9999-12-31T23:59:59.999999Z"')[i % 2])), 10 * MIB, True),
    Trap("leap seconds", WINDOW, lines(lambda i: record(ts=b'"2016-12-31T23:59:60Z"')), 10 * MIB),
    Trap("zones of a day", WINDOW, lines(lambda i: record(ts=b'"2016-12-31T23:59:59+2400"')), 10 * MIB, True),
    Trap("zones", WINDOW, lines(lambda i: record(ts=b'"2016-12-31T23:59:59%s"' % (b"+0000", b"-0000", b"+14:00", b"-12:00")[i % 4])),
         10 * MIB),
    # lines
    Trap("empty lines", FILTER, one(b"@", b"\n"), 60 * MIB),
    Trap("empty lines", WINDOW, one(b"@", b"\n"), 10 * MIB),
    Trap("empty lines", TOPN, one(b"@", b"\n"), 10 * MIB),
    Trap("short events", FILTER, one(b"@", b'{"event_type":"dhcp"}\n'), 60 * MIB),
    Trap("short records", WINDOW, one(b"@", b'{"ts":"2019-04-30T05:00Z"}\n'), 60 * MIB),
    Trap("short rows", TOPN, one(b"@", b"{}\n"), 10 * MIB),
    Trap("bad lines", FILTER, one(b"@", b'{"event_type":"dhcp"]\n'), 5 * MIB, True),
    Trap("bad lines", WINDOW, one(b"@", b"[]\n"), 5 * MIB, True),
    Trap("bad lines", TOPN, one(b"@", b"[]\n"), 5 * MIB, True),
    # libjq's own ground
    Trap("equal members, for libjq", FILTER + ["-w", ".dhcp.id"], one(event(more=b',"x":[@1]'), b"{" + b'"a":1,' * 250 + b'"a":1},'), 3 * MIB),
    Trap("names that collide in libjq", FILTER + ["-w", ".dhcp.id"], one(event(more=b',"x":[@1]'), collisions(8) + b","), 3 * MIB),
    Trap("names that collide in libjq", TOPN + ["-k", "v"], one(b'{"v":007,"x":[@1]}\n', collisions(8) + b","), 3 * MIB, like="odd"),
    Trap("odd numbers", FILTER, one(event(more=b',"x":[@1]'), b".5,"), 3 * MIB, like="odd"),
    Trap("arrays as keys", WINDOW + ["-b", "v"], lines(lambda i: record(b"[%d]" % i)), 10 * MIB, like="array"),
]


# ---------------------------------------------------------------- cost

def counted(argv, text):
    """Instructions for this input, bytes written, the status, and the first message."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", BIN + "/" + argv[0], *argv[1:],
                              file.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=300)
    said = run.stderr.decode("utf-8", "replace")
    found = re.search(r"Collected : (\d+)", said)
    messages = re.findall(r"^%s: .*" % argv[0], said, re.M)
    return int(found[1]) if found else 0, len(run.stdout), run.returncode, messages[0].replace(file.name, "-") if messages else ""


@functools.cache
def start(argv):
    return counted(argv, b"")[0]


@functools.cache
def usual(argv, like, n):
    """What a byte and a line of ordinary input cost."""
    text = ordinary(argv[0], like, n)
    cost = counted(argv, text)[0] - start(argv)
    return cost / len(text), cost / text.count(b"\n")


def judge(trap, short, long):
    """The verdict on a trap from its cost at two lengths: times ordinary input, and what to say."""
    (text, small, _, _, _), (text4, cost, written, status, message) = short, long
    byte, line = usual(tuple(trap.argv), trap.like, len(text4))
    times = cost / max(byte * max(len(text4), written), line * text4.count(b"\n"))
    growth = (cost / len(text4)) / (small / len(text))
    if status not in (0, 1, 2) or (status != 0 and not message):
        return times, growth, "ended with status %d" % status, True
    if growth > GROWTH:
        return times, growth, "NOT LINEAR", True
    if trap.refused:
        return times, growth, "refused: " + message if status else "NOT REFUSED", status == 0
    if times > MOST:
        return times, growth, "WORSE", True
    return times, growth, "good", False


def cost_of(trap):
    runs = []
    for n in (SMALL, 4 * SMALL):
        text = trap.make(n)
        cost, *others = counted(trap.argv, text)
        runs.append((text, cost - start(tuple(trap.argv)), *others))
    times, growth, verdict, bad = judge(trap, *runs)
    text, cost = runs[1][:2]
    print("%-42s %-26s %8d %9.2f/byte %6.2fx growth %4.2f  %s" %
          (trap.name, command(trap.argv), len(text), cost / len(text), times, growth, verdict[:90]), flush=True)
    return bad


# ---------------------------------------------------------------- ends

# name, program and options, input, its size, the status, a part of the message
End = namedtuple("End", "name argv make full status message", defaults=("",))
ENDLESS = " does not end"

ENDS = [
    End("a line of 64 MiB and a byte", FILTER, lambda n: event(b'"' + b"h" * n + b'"'), 64 * MIB, 1, "line longer than 64 MiB"),
    End("1,000 names to group by", WINDOW + ["-b", ",".join("f%d" % i for i in range(1000))], lines(lambda i: record()), MIB, 0),
    End("10,000 fields", WINDOW + ["-a", ",".join("max(f%d)" % i for i in range(10000))], lines(lambda i: record()), MIB, 2,
        "more than 4096 members of the input"),
    End("10,000 aggregates", WINDOW + ["-a", ",".join("a%d=max(v)" % i for i in range(10000))], lines(lambda i: record()), MIB, 0),
    End("an expression that does not end", FILTER + ["-w", "def f: f; f"], lambda n: event(), 0, 1, ENDLESS),
    End("one that loops inside", FILTER + ["-w", "last(range(1e18))"], lambda n: event(), 0, 1, ENDLESS),
    End("one that loops, time and again", FILTER + ["-w", "def f: f; f"], lines(lambda i: event()), 10000, 2, ENDLESS),
    End("one that eats memory", FILTER + ["-w", "[range(1e12)]"], lambda n: event(), 0, (1, 2), ": "),
    End("a regex that does not end", FILTER + ["-w", r'.dhcp.hostname | test("^(a+)+$")'],
        lambda n: event(b'"' + b"a" * 40 + b'b"'), 0, (1, 2), ": --where: "), # its library stops by itself
    End("the same of a row", WINDOW + ["--having", "last(range(1e18))"], lambda n: record(), 0, 1, ENDLESS),
    End("a million windows, bounded", WINDOW + ["-e", "1s", "--max-groups", "100000"], lines(lambda i: record(ts=second(i))),
        80 * MIB, 2, "--max-groups: 100000: more are open"),
    End("a million windows, let go", WINDOW + ["-e", "1s", "--max-groups", "100000", "--on-full", "evict"],
        lines(lambda i: record(ts=second(i))), 80 * MIB, 0),
    End("a million values, bounded", WINDOW + ["-a", "distinct(v)", "--max-groups", "100000"],
        lines(lambda i: record(b"%d" % i)), 60 * MIB, 2, "--max-groups: 100000: more are open"),
    End("rows with a column each", TOPN + ["-n", "0", "-f", "csv"], lines(lambda i: b'{"a%d":1}\n' % i), MIB, 2, "columns"),
    End("columns below a long name", TOPN + ["-f", "table"],
        lambda n: b'{"' + b"a" * n + b'":{' + b",".join(b'"%d":1' % i for i in range(n // 16)) + b"}}\n", 8 * MIB, 2, "columns"),
    End("arrays of arrays as a key", WINDOW + ["-b", "v"], lambda n: record(b"[" + filled(b"[],", n) + b"9]"), 60 * MIB, 1),
    End("a long array among short ones", MAX,
        behind(lambda n: record(b"[9" + filled(b",9", n) + b"]"), lambda i: record(b"[9,%d]" % (i % 9))), 2 * MIB, 1, "array or object"),
    End("arrays of arrays as a key", TOPN + ["-b", "v"], lambda n: b'{"v":[' + filled(b"[],", n) + b"9]}\n", 60 * MIB, 1,
        "array or object"),
    End("arrays of arrays to sort by", TOPN + ["-k", "v"], lambda n: b'{"v":[' + filled(b"[],", n) + b"9]}\n", 60 * MIB, 1,
        "array or object"),
    End("a line too large for a condition", FILTER + ["-w", ".dhcp.id"], one(event(more=b',"x":[@1]'), b"[],"), 60 * MIB, 1, "over 4 MiB"),
    End("very many names that collide in libjq", FILTER + ["-w", ".dhcp.id"], one(event(more=b',"x":[@1]'), collisions(14) + b","),
        3 * MIB, 1, "over 256 members"),
    End("very many names that collide in libjq", TOPN + ["-k", "v"], one(b'{"v":007,"x":[@1]}\n', collisions(14) + b","), 3 * MIB, 1,
        "over 256 members"),
    End("arrays in partial rows", WINDOW + ["-b", "v", "-a", "m=max(v)", "--merge"],
        lambda n: b'{"window":{"start":"2019-04-30T05:00:00Z","end":"2019-04-30T06:00:00Z"},"v":1,"m":[' + filled(b"{},", n) + b"9]}\n",
        60 * MIB, 1, "array or object"),
    End("a long name among short ones", TOPN + ["-n", "0", "-f", "table"],
        behind(one(b'{"v":"@"}\n', b"h"), lambda i: b'{"v":%d}\n' % i), 10 * MIB, 0),
    End("a day of rows on screen", TOPN + ["--follow=1h"], lines(lambda i: b'{"window":{"start":1},"id":%d}\n' % i), 30 * MIB, 0),
]


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run_full(argv, text):
    """The status (None: it did not end), the first message, and seconds of a processor."""
    with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryFile() as said:
        file.write(text)
        file.flush()
        process = subprocess.Popen([BIN + "/" + argv[0], *argv[1:], file.name], stdout=subprocess.DEVNULL, stderr=said,
                                   stdin=subprocess.DEVNULL, preexec_fn=limit)
        deadline = time.monotonic() + PATIENCE
        pid = 0
        while pid == 0 and time.monotonic() < deadline:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.01)
        if pid == 0:
            process.kill()
            pid, status, used = os.wait4(process.pid, 0)
            status = None
        process.returncode = 0
        said.seek(0)
        message = said.readline().decode("utf-8", "replace").strip().replace(file.name, "-")
    code = None if status is None else os.waitstatus_to_exitcode(status)
    return code, message, used.ru_utime + used.ru_stime


def end_of(trap):
    text = trap.make(trap.full)
    status, message, seconds = run_full(trap.argv, text)
    if isinstance(trap, End):
        bad = status not in (trap.status if isinstance(trap.status, tuple) else (trap.status,)) or trap.message not in message
    else:
        bad = status not in ((1, 2) if trap.refused else (0, 1)) or (status != 0 and not message)
    verdict = "NOT ENDED" if status is None else ("WRONG: status %s: " % status if bad else "ended: ") + (message or "no message")
    print("%-42s %-26s %8d %9.2f s      %s" % (trap.name, command(trap.argv), len(text), seconds, verdict[:90]), flush=True)
    return bad


# ---------------------------------------------------------------- all of them

def command(argv):
    text = " ".join([argv[0].split("-")[-1], *argv[1:]])
    return text if len(text) <= 26 else text[:23] + "..."


def main():
    global BIN, COLLIDE
    BIN, COLLIDE, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    work = [(cost_of, trap) for trap in TRAPS] + [(end_of, trap) for trap in TRAPS if trap.full] + [(end_of, trap) for trap in ENDS]
    work = [(look, trap) for look, trap in work if not names or any(name in trap.name for name in names)]
    with ThreadPoolExecutor(JOBS) as pool:
        bad = list(pool.map(lambda one: (one[0], one[0](one[1])), work))
    worse = sum(is_bad for look, is_bad in bad if look == cost_of)
    stuck = sum(is_bad for look, is_bad in bad if look == end_of)
    print("%d traps, %d worse than 3x%s" % (len({id(trap) for _, trap in work}), worse, ", %d did not end well" % stuck if stuck else ""))
    return worse + stuck > 0 or not work


sys.exit(main())
