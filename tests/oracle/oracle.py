#!/usr/bin/env python3
"""Random queries over random slices of the real day: what the programs answer, and what DuckDB or the model does.

    oracle.py DATA SEED QUERIES    all of them, in two processes
    oracle.py DATA SEED --query N  that one alone; its files stay, and the difference is shown

Run by check.sh, which makes DATA: there are day.ndjson and day.eve.json, and there the queries have their folders.
"""
import collections
import concurrent.futures
import difflib
import os
import pathlib
import random
import sys
import traceback

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))
import batch  # noqa: E402
import duck  # noqa: E402
import live  # noqa: E402
import pipes  # noqa: E402
import ranks  # noqa: E402

WORKERS = 2
KINDS = [(batch.draw, 35), (ranks.draw, 15), (live.draw, 50)]  # of a hundred


class Ask:
    """Where the questions are asked: a folder, which is the current one, and a connection to DuckDB."""

    def __init__(self, data, folder):
        self.day = pipes.lines(pathlib.Path(data, "day.ndjson").read_bytes())
        self.eve = pipes.lines(pathlib.Path(data, "day.eve.json").read_bytes())
        folder.mkdir(exist_ok=True)
        os.chdir(folder)
        self.con = duck.connect()

    def write(self, name, lines):
        pathlib.Path(name).write_text("".join(lines), encoding="utf-8")


def play(ask, seed, n):
    """The kind of query n, its command line, and both answers."""
    r = random.Random(f"{seed} {n}")
    draw = r.choices([draw for draw, _ in KINDS], [share for _, share in KINDS])[0]
    kind, question, want, want_status = draw(r, ask)
    got, status = question.run()
    return kind, str(question), want + [f"status {want_status}\n"], got + [f"status {status}\n"]


def begin(data):
    global ask_here
    ask_here = Ask(data, pathlib.Path(data, f"worker.{os.getpid()}"))


def answer(seed, n):
    """The kind, the command line, the number of rows, and whether they are the same."""
    try:
        kind, shell, want, got = play(ask_here, seed, n)
        return kind, shell, len(want) - 1, want == got
    except (Exception, SystemExit):  # one query that cannot be asked is a difference, not the end
        return "failed", traceback.format_exc(), 0, False


def ask_all(data, seed, queries):
    kinds = collections.defaultdict(collections.Counter)
    with concurrent.futures.ProcessPoolExecutor(WORKERS, initializer=begin, initargs=(data,)) as workers:
        numbers = range(1, queries + 1)
        for n, (kind, shell, rows, same) in zip(numbers, workers.map(answer, [seed] * queries, numbers)):
            kinds[kind].update(queries=1, rows=rows, empty=int(rows == 0), differ=int(not same))
            if not same:
                print(f"query {n} differs: SEED={seed} sh tests/oracle/check.sh --query {n}\n    {shell}", flush=True)
    for kind, count in sorted(kinds.items()):
        print(f"{kind}: {count['queries']} queries, {count['rows']} rows, {count['empty']} without rows, {count['differ']} differ")
    total = sum(kinds.values(), collections.Counter())
    print(f"{total['queries']} queries, {total['differ']} differ")
    # Where most answers are empty, nothing was compared.
    return total["queries"] > 0 and total["differ"] == 0 and total["empty"] < total["queries"] / 4


def ask_one(data, seed, n):
    folder = pathlib.Path(data, f"query.{n}").resolve()
    kind, shell, want, got = play(Ask(data, folder), seed, n)
    pathlib.Path("want").write_text("".join(want), encoding="utf-8")
    pathlib.Path("got").write_text("".join(got), encoding="utf-8")
    print(f"query {n}, {kind}, in {folder}:\n{shell}")
    sys.stdout.writelines(difflib.unified_diff(want, got, "want", "got"))
    print(f"1 queries, {int(want != got)} differ")
    return want == got


def main():
    data, seed, *query = sys.argv[1:]
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    same = ask_one(data, seed, int(query[1])) if query[0] == "--query" else ask_all(data, seed, int(query[0]))
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
