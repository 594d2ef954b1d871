"""What comes out of order, in several partitions, or in pieces, asked of dhcp-window and of the model."""
import pathlib
import shlex

import batch
import cuts
import model
import pipes
import slices

MOST = 1200


def query(r, tight):
    """Options that ask for windows, key and aggregates; tight: windows that have edges where the records are."""
    aggregates = batch.aggregates(r)[1]
    by = batch.keys(r, r.choice([0, 1, 1, 1, 2, 3])) if aggregates or r.random() < 0.5 else None
    choice = r.random()
    if tight:
        window = ["-e", r.choice(["1m", "10m", "30m", "1h"])]
    elif choice < 0.35:
        window = ["--session", r.choice(batch.GAPS)]
    elif choice < 0.6:
        every = r.choice(["1m", "10m", "1h", "1d"])
        window = ["-e", every, "--slide", r.choice([d for d in batch.LENGTHS if model.duration(every) / 12 <= model.duration(d) <= model.duration(every)])]
    else:
        window = ["-e", r.choice(batch.LENGTHS)]
    if window[0] == "-e" and not tight and r.random() < 0.3:
        window += ["--align", r.choice(batch.ALIGNS)]
    return window + (["-b", ",".join(by)] if by is not None else []) + aggregates


def write(ask, r, log, most):
    """The lines on one to so many files."""
    bounds = sorted(r.randint(0, len(log)) for _ in range(r.randint(0, most - 1)))
    names = [f"log.{i}" for i in range(len(bounds) + 1)]
    for name, begin, end in zip(names, [0, *bounds], [*bounds, len(log)]):
        ask.write(name, log[begin:end])
    return names


def modelled(options, names):
    """The model, when it has read these files."""
    m = model.Model(model.options([*options, "--late-file=want.late"]))
    for name in names:
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                m.line(line, name)
    m.o.late_file.close()
    return m


def late(file):
    return [f"late {line}" for line in pipes.lines(pathlib.Path(file).read_bytes())]


def not_late(options):
    """Those before the lateness, which is last."""
    return options[:options.index("-l")] if "-l" in options else options


class Late:
    """A run, and what it put in its --late-file."""

    def __init__(self, pipe):
        self.pipe = pipe

    def __str__(self):
        return str(self.pipe)

    def run(self):
        pathlib.Path("got.late").write_bytes(b"")
        rows, status = self.pipe.run()
        return rows + late("got.late"), status


def in_order(r, ask, options, log, names):
    """Rows in append mode, and what is late."""
    m = modelled(options, names)
    if "-l" not in options:
        return pipes.Pipe(["dhcp-window", *options, *names]), list(m.rows()), m
    return Late(pipes.Pipe(["dhcp-window", *options, "--late-file=got.late", *names])), [*m.rows(), *late("want.late")], m


class Newest:
    """Of each key the newest row, in the order of all rows."""

    def __init__(self, pipe, order):
        self.pipe, self.order = pipe, order

    def __str__(self):
        return f"{self.pipe}    # of each key the last row"

    def run(self):
        rows, status = self.pipe.run()
        newest = {row.split("\t")[0]: row for row in rows}
        known = {key: place for place, key in enumerate(self.order)}
        return [newest[key] for key in sorted(newest, key=lambda key: (known.get(key, len(known)), key))], status


def by_key(r, ask, options, log, names, mode):
    """Rows in update or complete mode."""
    if "--session" in options:
        options = ["-e", "30m", *options[2:]]
    m = modelled(options if mode == "update" else not_late(options), names)  # in complete mode nothing is late
    keyed = list(m.rows(True))
    trigger = ["--trigger", r.choice(["1us", "1ms"])] if r.random() < 0.5 else []
    # One stream of several files is what complete mode reads in pieces.
    pipe = pipes.Pipe(["dhcp-window", *options, "--kafka-key", "--mode", mode, *trigger, *names])
    return Newest(pipe, [row.split("\t")[0] for row in keyed]), keyed, m


class Merged:
    """Pieces apart, the rows of which are shuffled and put together."""

    def __init__(self, r, options, pieces, merge):
        self.r, self.options, self.pieces, self.merge = r, options, pieces, merge

    def __str__(self):
        each = "; ".join(shlex.join(["dhcp-window", *self.options, *piece]) for piece in self.pieces)
        return f"({each}) | shuf | {shlex.join(['dhcp-window', *self.merge])}"

    def run(self):
        rows, status = [], 0
        for piece in self.pieces:
            part, one = pipes.output(["dhcp-window", *self.options, *piece])
            rows, status = rows + part.splitlines(keepends=True), max(status, one)
        self.r.shuffle(rows)
        whole, one = pipes.output(["dhcp-window", *self.merge], b"".join(rows))
        return pipes.lines(whole), max(status, one)


def pieces(r, ask, options, log, names):
    """Partial rows of each file alone, merged."""
    m = modelled(options, names)
    return Merged(r, [*options, "--partial"], [[name] for name in names], [*options, "--merge"]), list(m.rows()), m


def no_room(r, ask, options, log, names):
    """With room for a few groups only, the oldest are written as partial rows again and again."""
    m = modelled(options, names)
    room = [*options, "--partial", "--on-full", "evict", "--max-groups", str(r.choice([1, 2, 5, 20, 100]))]
    return Merged(r, room, [names], [*not_late(options), "--merge"]), list(m.rows()), m


class Cut:
    """Runs of a part each, that go on from a checkpoint; see cuts.py."""

    def __init__(self, r, query, options, log, room):
        self.r, self.query, self.options, self.log, self.room = r, query, options, log, room

    def __str__(self):
        return f"{shlex.join(['dhcp-window', *self.options])}, in several runs" + (f"; dhcp-window {shlex.join(self.query)} --merge" if self.room else "")

    def run(self):
        for name in ("s", "s.next", "got.late"):
            pathlib.Path(name).unlink(missing_ok=True)
        rows = cuts.runs(self.r, [*self.options, "--late-file=got.late"], self.log, refuses=True)
        if self.room:
            rows = b"".join(self.r.sample(parts := rows.splitlines(keepends=True), len(parts)))
            rows = cuts.window([*self.query, "--merge"], [rows.decode()], refuses=True)
        return pipes.lines(rows) + late("got.late"), 0


def draw(r, ask):
    lines = slices.some(r, ask.day, MOST)
    tight = r.random() < 0.25
    if tight or r.random() < 0.3:
        lines = list(slices.edges(r, lines))
    if r.random() < 0.4:
        lines = list(slices.odd(r, lines, True))
    options = asked = query(r, tight)
    cut = r.random() < 0.2
    lateness = r.choice(["0", "1m", "10m", "1h"]) if tight else r.choice(batch.LATENESSES) if cut or r.random() < 0.7 else None
    shared = cut or r.random() < 0.6
    log = list(slices.partitioned(r, lines, gaps=not cut)) if shared else lines
    options = [*options, *(["-l", lateness, "--partitions", "4"] if lateness else [])]
    if cut:
        ask.write("log", log)
        m = modelled(options, ["log"])
        room = r.choice([0, 0, 1, 5, 50])
        options += ["--partial", "--on-full", "evict", "--max-groups", str(room)] if room else []
        return "checkpoints", Cut(r, asked, options, log, room), [*m.rows(), *late("want.late")], 0
    names = write(ask, r, log, 4)
    kind, how = r.choice([("lateness", in_order), ("update", lambda *a: by_key(*a, "update")), ("complete", lambda *a: by_key(*a, "complete")),
                          ("merged", pieces), ("evicted", no_room)])
    if how is pieces:  # in pieces each would have its own clock
        options = asked
    put, want, m = how(r, ask, options, log, names)
    return kind + (" sessions" if "--session" in options and kind not in ("update", "complete") else ""), put, want, 1 if m.refused else 0
