"""Draw mutants, build them, run the tests on each: the engine of run.sh, which tells of the rest."""
import contextlib
import hashlib
import io
import itertools
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from universalmutator.mutator import mutants_regexp

ROOT = pathlib.Path.cwd()
OUT = ROOT / "build/mutants"
RULES = ["universal.rules", "c_like.rules", "c.rules"]
FLAGS = "-std=gnu11 -D_GNU_SOURCE -Isrc -O2 -Werror=missing-prototypes -c -x c"
WORKERS = int(os.environ.get("WORKERS", 3))
GOAL = 90

# What may notice a fault in a file, the likeliest and cheapest first: FILE.bats, or those of its tests whose names begin so.
TESTS = {
    "window": ["checkpoint:cut at any line", "partial:(what is evicted|evicted rows|merged)", "dhcp-window", "lateness", "partial",
        "checkpoint", "source", "mutants/leaks"],
    "group": ["checkpoint:cut at any line, the rows", "dhcp-window", "partial", "checkpoint", "mutants/leaks"],
    "rank": ["dhcp-topn", "corners:what is as long", "mutants/leaks"],
    "checkpoint": ["checkpoint", "partial", "source", "mutants/leaks"],
    "when": ["unit:stamps", "dhcp-topn", "lateness"],
    "scan": ["partial:what (partial rows|is nested)", "mutants/quick", "differential", "dhcp-topn"],
}

# A process in an endless loop ends by its own CPU time, whatever else the machine does; what only waits, by the clock.
LIMITS = {resource.RLIMIT_CPU: 30, resource.RLIMIT_AS: 3 << 30, resource.RLIMIT_FSIZE: 256 << 20, resource.RLIMIT_CORE: 0}
WAIT = 600

stopped = threading.Event()
running = set() # sessions


class Mutant:
    """A file of src/ with one line exchanged (for one or two)."""

    def __init__(self, name, source, at, line):
        self.name, self.at, self.line = name, at, line
        self.text = "".join(source[: at - 1] + [line] + source[at:])
        self.old = " ".join(source[at - 1].split())
        self.new = " ".join(line.split())
        self.object = self.killer = None

    def key(self):
        return self.name, self.old, self.new


def all_mutants(name):
    source = (ROOT / f"src/{name}.c").read_text().splitlines(keepends=True)
    with contextlib.redirect_stdout(io.StringIO()):
        found = mutants_regexp(source, RULES, ignorePatterns=[])
    return [Mutant(name, source, at, line) for at, line, *_ in found]


def compiled(name, text):
    """The object code of a file's text, None if it has none."""
    cc = os.environ.get("CC", "cc").split() + FLAGS.split()
    with tempfile.NamedTemporaryFile() as to:
        done = subprocess.run([*cc, "-o", to.name, "-"], input=text.encode(), stderr=subprocess.DEVNULL)
        return to.read() if done.returncode == 0 else None


def worth(name, candidates):
    """Of the candidates, in their order, those that compile and are neither the original nor one another."""
    seen = {compiled(name, (ROOT / f"src/{name}.c").read_text()), None}
    for mutant in candidates:
        mutant.object = compiled(name, mutant.text)
        if mutant.object not in seen:
            seen.add(mutant.object)
            yield mutant


class Draw:
    """Mutants for whoever asks, from all files in turn, so that what has run at any time says something about each."""

    def __init__(self, shares):
        """shares: name -> (how many of it, the candidates)"""
        turns = [(i / count, name) for name, (count, _) in shares.items() for i in range(count)]
        self.turns = iter([name for _, name in sorted(turns)])
        self.files = {name: (threading.Lock(), worth(name, candidates)) for name, (_, candidates) in shares.items()}
        self.lock = threading.Lock()
        self.size = len(turns)

    def next(self):
        """The next one, None if that was all."""
        with self.lock:
            name = next(self.turns, None)
        if name is None:
            return None
        lock, mutants = self.files[name]
        with lock:
            mutant = next(mutants, None)
        return mutant or self.next()

    def instead(self, mutant):
        """Another one of the same file."""
        with self.lock:
            self.turns = itertools.chain([mutant.name], self.turns)


def sample(seed, count):
    """So many over all files by their lines; which ones depends on the seed alone."""
    lines = {name: len((ROOT / f"src/{name}.c").read_text().splitlines()) for name in TESTS}
    shares, before, total = {}, 0, sum(lines.values())
    for name, n in lines.items():
        share = (before + n) * count // total - before * count // total
        before += n
        candidates = all_mutants(name)
        random.Random(f"{seed} {name}").shuffle(candidates)
        shares[name] = share, candidates
    return Draw(shares)


def read_list(path):
    """(file, old line, new line) -> reason.  An entry: the file, `- old`, each `+ new`, and the reason, indented."""
    known = {}
    for entry in pathlib.Path(path).read_text().split("\n\n"):
        name, old, new, why = None, None, [], []
        for line in entry.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith("\t"):
                name = line.strip().removesuffix(".c")
            elif line.startswith("\t- "):
                old = line[3:]
            elif line.startswith("\t+"):
                new.append(line[3:])
            else:
                why.append(line.strip())
        known.update({(name, old, n): " ".join(why) for n in new})
    return known


def listed(path):
    wanted = set(read_list(path))
    shares = {}
    for name in TESTS:
        candidates = list({(m.at, m.new): m for m in all_mutants(name) if m.key() in wanted}.values())
        wanted -= {m.key() for m in candidates}
        shares[name] = len(candidates), candidates
    for key in wanted:
        print(f"not to be found: {key}", file=sys.stderr)
    return Draw(shares)


def make(tree, folder, **how):
    flags = ["-s", "CFLAGS=-O2", f"OBJ={folder}", f"BIN={folder}"]
    return subprocess.run(["make", *flags], cwd=tree, stdout=subprocess.DEVNULL, **how).returncode == 0


class Worker:
    """A folder with the tests and with the programs of one mutant at a time."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.now = None # the file with a fault in it
        for name in ("src", "tests", "samples"):
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy2(ROOT / "Makefile", folder)
        shutil.copytree(OUT / "bin", self.bin)
        self.originals = {name: (self.bin / f"{name}.o").read_bytes() for name in TESTS}

    def put(self, mutant):
        """False if the linker does not take it."""
        if self.now not in (None, mutant.name):
            (self.bin / f"{self.now}.o").write_bytes(self.originals[self.now])
        self.now = mutant.name
        (self.bin / f"{mutant.name}.o").write_bytes(mutant.object)
        return make(self.folder, self.bin, stderr=subprocess.DEVNULL)

    def test(self, spec):
        """The first test that fails, and fails again, asked alone; None if there is none."""
        failed = self.fails(spec)
        if failed in (None, "the run itself"):
            return failed
        alone = re.sub(r"([][\\.^$*+?(){}|])", r"\\\1", failed) + "$"
        return failed if self.fails(spec.partition(":")[0] + ":" + alone) else self.fails(spec)

    def fails(self, spec):
        file, _, case = spec.partition(":")
        tmp = tempfile.mkdtemp(dir=self.folder)
        command = ["bats", "--tap", "--filter-tags", "!slow", *(["-f", "^" + case] if case else [])]
        env = dict(os.environ, BIN=str(self.bin), TMPDIR=tmp, MUTANTS="2000")
        job = subprocess.Popen(
            [*command, f"{self.folder}/tests/{file}.bats"], env=env, text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=limit)
        running.add(job.pid)
        clock = threading.Timer(WAIT, end, [job.pid])
        clock.start()
        try:
            return verdict(job)
        finally:
            clock.cancel()
            end(job.pid)
            running.discard(job.pid)
            job.wait()
            job.stdout.close()
            shutil.rmtree(tmp, ignore_errors=True)

    def fate(self, mutant):
        """What kills it, which has been put in."""
        for spec in TESTS[mutant.name]:
            failed = self.test(spec)
            if failed is not None:
                return f"{spec}: {failed}"
        return None


def stop(*_):
    """On a signal: leave nothing running, and tell of those that came to an end."""
    stopped.set()
    for session in list(running):
        end(session)


def limit():
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def verdict(job):
    """What its TAP says: the first test that failed, or that the run itself came to no good end."""
    planned = seen = 0
    for line in job.stdout:
        if line.startswith("not ok "):
            return line.split(" ", 3)[3].strip()
        planned = int(line[3:]) if line.startswith("1..") else planned
        seen += line.startswith("ok ")
        if seen == planned > 0:
            return None
    return "the run itself"


def end(session):
    """Kill all of a session: what a test left behind as well."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                os.kill(int(stat.parent.name), signal.SIGKILL)


def run_all(draw, workers, known):
    """Each mutant drawn to its fate, known ones without a run; those that came to one, in their order in the files."""
    done, lock = [], threading.Lock()

    def work(worker):
        while (mutant := draw.next()) is not None:
            if not worker.put(mutant):
                draw.instead(mutant)
                continue
            began = time.monotonic()
            if mutant.key() not in known:
                mutant.killer = worker.fate(mutant)
            if stopped.is_set():
                return
            with lock:
                done.append(mutant)
                place = f"{len(done)}/{draw.size} {mutant.name}.c:{mutant.at}: {mutant.new}"[:100]
                seconds = time.monotonic() - began
                what = mutant.killer or ("known" if mutant.key() in known else "SURVIVED")
                print(f"{place}: {seconds:.0f} s: {what}"[:200], file=sys.stderr, flush=True)

    with ThreadPoolExecutor(len(workers)) as pool:
        for each in [pool.submit(work, worker) for worker in workers]:
            each.result()
    return sorted(done, key=lambda m: (list(TESTS).index(m.name), m.at))


def show(mutants, known):
    alive = [m for m in mutants if m.killer is None]
    with open(OUT / "survived", "w") as out:
        for m in alive:
            why = known.get(m.key(), "?")
            print(f"{m.name}.c:{m.at}:{' (known)' if why != '?' else ''}\n\t- {m.old[:190]}\n\t+ {m.new[:190]}")
            print(f"{m.name}.c\n\t- {m.old}\n\t+ {m.new}\n\t{why}\n", file=out)
    for name in TESTS:
        these = [m for m in mutants if m.name == name]
        lives = sum(m.killer is None for m in these)
        if these:
            print(f"{name}.c: {len(these)} mutants, {len(these) - lives} killed, {lives} survived")
    killed = len(mutants) - len(alive)
    share = 100 * killed / max(len(mutants), 1)
    print(f"{len(mutants)} mutants, {killed} killed ({share:.1f} %), {len(alive)} survived, "
          f"{sum(m.key() in known for m in alive)} of them known")
    return 0 if mutants and share >= GOAL else 1


def main():
    seed, count = os.environ.get("SEED", "1"), int(os.environ.get("COUNT", 500))
    room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None # saves the time of all those fsyncs
    make(ROOT, OUT / "bin", check=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", room), prefix="mutants.") as tmp:
        workers = [Worker(pathlib.Path(tmp) / str(i)) for i in range(WORKERS)]
        with ThreadPoolExecutor(WORKERS) as pool:
            print("running the tests without a fault", file=sys.stderr)
            specs = sorted({spec for these in TESTS.values() for spec in these})
            for spec, failed in zip(specs, pool.map(lambda spec: workers[0].test(spec), specs)):
                if failed is not None:
                    sys.exit(f"{spec} fails without any fault: {failed}")
        known = read_list(ROOT / "tests/mutants/survivors")
        if len(sys.argv) > 1:
            mutants = run_all(listed(sys.argv[1]), workers, {})
        else:
            mutants = run_all(sample(seed, count), workers, known)
    return show(mutants, known)


if __name__ == "__main__":
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, stop)
    sys.exit(main())
