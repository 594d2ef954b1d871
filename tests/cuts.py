#!/usr/bin/env python3
"""Random queries over random logs, in several runs that go on from a checkpoint: always the rows of one run.

    cuts.py SEED ROUNDS

Each round asks dhcp-window for some windows, key and aggregates of a log of some partitions, in one run.  Then the log is cut
at random places; each run reads its part and often something before it again, sometimes twice since the first result was
lost, sometimes with room for a few groups only, whose parts are merged at the end.  Rows and late lines must be the same.
"""
import os
import pathlib
import random
import subprocess
import sys

DAY = 86400 * 10**6
VALUES = ['"b"', "10", '[1,[null,"x]"]]', "true", '{"a":{"b":[1]},"c":"}"}', r'"\u0000\"\\\n\u001fé\ud83d\ude00"', "-0.5e1", "null",
          '"2019-04-30T05:03:11.123000Z"', "123456789012345678901234567890", "false", "[]", '"10.0.0.9"', "0.1000000000000000000000001",
          "{}", "1e400", '"a text of more bytes than stand in a value itself"', '"b\\u0000"', "1e-9", '"fe80::1"']
AGGREGATES = ["count", "count(v)", "distinct(v)", "min(v)", "max(v)", "sum(n)", "avg(n)", "first(v)", "last(v)", "values(v)",
              "min_ip(v)", "max_ip(v)", "x=max(name)", "max(ts)", "first(n)", "distinct(n)", "values(name)", "last(id)", "span(ts)",
              "span(n)"]
WINDOWS = ["-e 1m", "-e 10m", "-e 1d", "-e 30m --align 7m", "-e 20m --slide 1m", "-e 20m --slide 7m", "--session 1s",
           "--session 1m", "--session 10m", "--session 1h"]


def stamp(us):
    day, us = divmod(us, DAY)
    return f"2019-04-{day + 1:02}T{us // 3600000000:02}:{us // 60000000 % 60:02}:{us // 1000000 % 60:02}.{us % 1000000:06}Z"


def make_log(r, lines):
    """Records of some partitions and heartbeats, each partition out of order by no more than some time."""
    clocks = [DAY + r.randrange(3600 * 10**6) for _ in range(r.randint(1, 4))]
    offsets = [r.randint(0, 5) for _ in clocks]
    step, disorder, keys = r.choice([1, 20, 300]) * 10**6, r.choice([0, 30, 600]) * 10**6, r.choice([1, 3, 50])
    for _ in range(lines):
        p = r.randrange(len(clocks))
        clocks[p] += r.randint(0, 2 * step) + (r.randrange(7200 * 10**6) if r.random() < 0.02 else 0)
        place = f'"topic":"t","partition":{p},"offset":{offsets[p]}}}\n'
        offsets[p] += 1
        if r.random() < 0.1:
            yield f'{{"heartbeat":true,"ts":"{stamp(clocks[p])}",{place}'
            continue
        key = r.choice(["%d", '"%d"', "%d.0"]) % r.randrange(keys)
        number = r.choice(["null", str(r.randint(-1000, 1000)), f"{r.randint(-99, 99)}.{r.randrange(10**6):06}", "9.1e12"])
        yield (f'{{"ts":"{stamp(clocks[p] - r.randint(0, disorder))}","id":{key},"v":{r.choice(VALUES)},"n":{number},'
               f'"name":"host {r.randrange(40)}",{place}')


def window(options, lines, refuses=False):
    """The rows; may it refuse to sum up what is no number?"""
    done = subprocess.run(["dhcp-window", *options], input="".join(lines).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in ((0, 1) if refuses else (0,)):
        raise AssertionError(f"status {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def runs(r, options, log, refuses=False):
    """The rows of several runs over the log, one behind the other."""
    cuts = sorted(r.randint(0, len(log)) for _ in range(r.randint(1, 4)))
    beside, rows, begin = r.random() < 0.3, b"", 0
    for end in [*cuts, None]:
        last, end = end is None, len(log) if end is None else end
        part = log[r.randint(0, begin) if r.random() < 0.5 else begin:end]
        run = [*options, "--checkpoint", "s"] + (["--final"] if last else [])
        if beside:
            run += ["--save", "s.next"]
            if r.random() < 0.3:
                window([o for o in run if not o.startswith("--late-file")], part, refuses)
        rows += window(run, part, refuses)
        if beside:
            os.rename("s.next", "s")
        begin = end
    return rows


def play(seed):
    r = random.Random(seed)
    log = list(make_log(r, r.choice([5, 30, 200, 500])))
    query = [*r.choice(WINDOWS).split(), "-b", r.choice(["id", "", "v", "id,v", "name,n"]),
             "-a", ",".join(r.sample(AGGREGATES, r.randint(0, len(AGGREGATES))))]
    lateness = r.choice(["", "0", "1s", "1m", "10m", "1d"])
    options = [*query, "--partitions", "4", "-l", lateness or "20d"]
    room = r.choice([0, 0, 1, 5, 20, 100])
    for name in ["s", "want.late", "got.late"]:
        pathlib.Path(name).unlink(missing_ok=True)
    want = window([*options, "--late-file=want.late"], log)
    options += ["--late-file=got.late"] + (["--partial", "--on-full", "evict", "--max-groups", str(room)] if room else [])
    got = runs(r, options, log)
    if room:
        rows = got.splitlines(keepends=True)
        r.shuffle(rows)
        got = window([*query, "--merge"], [row.decode() for row in rows])
    assert got == want, f"rows differ: {options}"
    assert pathlib.Path("got.late").read_bytes() == pathlib.Path("want.late").read_bytes(), f"late lines differ: {options}"
    return len(want) > 0


def main():
    first, rounds = int(sys.argv[1]), int(sys.argv[2])
    full = 0
    for seed in range(first, first + rounds):
        try:
            full += play(seed)
        except AssertionError as error:
            sys.exit(f"seed {seed}: {error}")
    assert full > rounds / 2, "most logs should give rows"


if __name__ == "__main__":
    main()
