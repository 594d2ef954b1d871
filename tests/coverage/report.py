#!/usr/bin/env python3
"""What tests/coverage/run.sh prints: report.py LEFT FOLDER...

What was counted in the folders, of builds of the same source with other flags, is added up.

LEFT lists the lines that no test goes through.  An entry is `FILE: PIECE`, one or more of them, and behind them, indented,
the reason.  PIECE is a piece of the line, or of the line before it and that one, joined by one blank; it need not be the
only place, but nothing may have gone through any of them.
"""
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

GOAL = 95.0
ROOT = Path(__file__).resolve().parents[2]


def counted(folders):
    """How often each line was gone through, and each branch of it: file -> line -> [count, (function, n) -> count]."""
    files = defaultdict(lambda: defaultdict(lambda: [0, defaultdict(int)]))
    for folder in folders:
        notes = sorted(path.name for path in Path(folder).glob("*.gcno"))
        said = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", *notes],
                              cwd=folder, check=True, capture_output=True, text=True).stdout
        for unit in map(json.loads, said.splitlines()):
            for file in unit["files"]:
                path = (Path(unit["current_working_directory"]) / file["file"]).resolve()
                if path.parent != ROOT / "src":
                    continue
                for line in file["lines"]:
                    total = files[path.name][line["line_number"]]
                    total[0] += line["count"]
                    for n, branch in enumerate(line["branches"]):
                        total[1][line.get("function_name"), n] += branch["count"]
    return files


def entries(path):
    """(file, piece, number of the line in LEFT); a piece without a reason is a failure."""
    waiting, found = [], []
    for number, line in enumerate(open(path), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            found += waiting
            waiting = []
        else:
            name, _, piece = line.strip().partition(": ")
            waiting.append((name, piece, number))
    return found, waiting


def source(name):
    lines = [" ".join(line.split()) for line in open(ROOT / "src" / name)]
    return {n: (lines[n - 2] if n > 1 else "", line) for n, line in enumerate(lines, 1)}


def stands(piece, before, line):
    """Is the piece in the line, or in both lines?"""
    return piece in line or (piece in before + " " + line and piece not in before)


def main(left, *folders):
    found, waiting = entries(left)
    wrong = [f"{left}:{n}: {name}: {piece}: no reason" for name, piece, n in waiting]
    used, excused, untaken = set(), 0, []
    totals = [0, 0, 0, 0]
    print(f"{'':20} {'lines':>13} {'branches':>15}")
    for name, lines in sorted(counted(folders).items()):
        text = source(name)
        branches = [count for line in lines.values() for count in line[1].values()]
        missed = 0
        for n, (count, arms) in sorted(lines.items()):
            untaken += [f"{name}:{n}: {0 if count == 0 else part} of {len(arms)}: {text[n][1]}"
                        for part in [sum(taken > 0 for taken in arms.values())] if part < len(arms)]
            by = [e for e in found if e[0] == name and stands(e[1], *text[n])]
            used.update(by)
            if count > 0:
                wrong += [f"{left}:{e[2]}: {name}:{n} is gone through: {text[n][1]}" for e in by]
            elif by:
                excused += 1
            else:
                missed += 1
                wrong.append(f"{name}:{n}: not gone through: {text[n][1]}")
        figures = [len(lines) - missed, len(lines), sum(count > 0 for count in branches), len(branches)]
        totals = [a + b for a, b in zip(totals, figures)]
        print(f"{name:20} {figures[0]:6} / {figures[1]:4} {figures[2]:7} / {figures[3]:5}")
    wrong += [f"{left}:{n}: {name}: {piece}: no such line" for name, piece, n in found if (name, piece, n) not in used]
    with open(Path(folders[0], "branches"), "w") as file:
        print(*untaken, sep="\n", file=file)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    share = 100 * totals[2] / max(totals[3], 1)
    # Not rounded up: 100.0 is all of them.
    whole = int(1000 * totals[0] / max(totals[1], 1)) / 10
    print(f"lines {whole:.1f} % ({excused} left out, {'not all' if wrong else 'all'} with a reason), branches {share:.1f} %")
    return 0 if totals[1] and not wrong and share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
