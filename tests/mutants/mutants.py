"""Draw mutants, build them, run the tests on each: the engine of run.sh, which tells of the rest."""
import contextlib
import hashlib
import io
import os
import pathlib
import random
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
WORKERS = int(os.environ.get("WORKERS", 2))
GOAL = 90

# What may notice a fault in a file, the likeliest first: FILE.bats, or FILE.bats and the beginning of a test's name.
WINDOW = ["dhcp-window", "lateness", "partial", "checkpoint"]
TESTS = {
    "window": WINDOW,
    "group": ["dhcp-window", "partial", "checkpoint"],
    "rank": ["dhcp-topn"],
    "checkpoint": ["checkpoint", "partial", "lateness"],
    "when": ["unit:stamps", *WINDOW[:2], "dhcp-topn", "eve-dhcp-filter"],
    "scan": ["partial:what partial rows", "mutants/quick", "differential", "eve-dhcp-filter"],
}

# A process in an endless loop ends by its own CPU time, whatever else the machine does; what only waits, by the clock.
LIMITS = {resource.RLIMIT_CPU: 10, resource.RLIMIT_AS: 3 << 30, resource.RLIMIT_FSIZE: 256 << 20, resource.RLIMIT_CORE: 0}
WAIT = 300


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
    flags = f'-std=gnu11 -D_GNU_SOURCE -DVERSION="0" -Isrc -O2 -w -Werror=missing-prototypes -c -x c -o /dev/stdout -'.split()
    cc = os.environ.get("CC", "cc").split()
    with tempfile.NamedTemporaryFile() as to:
        flags[flags.index("/dev/stdout")] = to.name
        done = subprocess.run(cc + flags, input=text.encode(), stderr=subprocess.DEVNULL)
        return to.read() if done.returncode == 0 else None


def draw(pool, name, count, candidates):
    """Of the candidates the first that compile and are neither the original nor one another."""
    seen = {compiled(name, (ROOT / f"src/{name}.c").read_text()), None}
    drawn = []
    for start in range(0, len(candidates), 16):
        part = candidates[start : start + 16]
        for mutant, code in zip(part, pool.map(lambda m: compiled(name, m.text), part)):
            if code not in seen and len(drawn) < count:
                seen.add(code)
                mutant.object = code
                drawn.append(mutant)
        if len(drawn) == count:
            break
    return drawn


def sample(pool, seed, count):
    """count mutants over all files by their lines; who comes in depends on the seed alone."""
    lines = {name: len((ROOT / f"src/{name}.c").read_text().splitlines()) for name in TESTS}
    drawn, before, total = [], 0, sum(lines.values())
    for name, n in lines.items():
        share = (before + n) * count // total - before * count // total
        before += n
        candidates = all_mutants(name)
        random.Random(f"{seed} {name}").shuffle(candidates)
        drawn += [(i / share, m) for i, m in enumerate(draw(pool, name, share, candidates))]
    return [m for _, m in sorted(drawn, key=lambda each: each[0])] # so that what has run says something about all files


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


def listed(pool, path):
    wanted = set(read_list(path))
    drawn = []
    for name in TESTS:
        these = {m.key(): m for m in all_mutants(name) if m.key() in wanted}
        wanted -= set(these)
        drawn += draw(pool, name, len(these), list(these.values()))
    for key in wanted:
        print(f"not to be found: {key}", file=sys.stderr)
    return drawn


class Worker:
    """A folder with the tests and with the programs of one mutant at a time."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.now = None # the file with a fault in it
        for name in ("src", "tests", "samples"):
            shutil.copytree(ROOT / name, folder / name)
        self.make()
        self.originals = {name: (self.bin / f"{name}.o").read_bytes() for name in TESTS}

    def make(self):
        flags = ["-s", "CFLAGS=-O2", f"OBJ={self.bin}", f"BIN={self.bin}"]
        subprocess.run(["make", *flags], check=True, stdout=subprocess.DEVNULL)

    def put(self, mutant):
        if self.now not in (None, mutant.name):
            (self.bin / f"{self.now}.o").write_bytes(self.originals[self.now])
        self.now = mutant.name
        (self.bin / f"{mutant.name}.o").write_bytes(mutant.object)
        self.make()

    def test(self, spec):
        """The first test that fails, None if none does."""
        file, _, case = spec.partition(":")
        tmp = tempfile.mkdtemp(dir=self.folder)
        command = ["bats", "--tap", "--filter-tags", "!slow", *(["-f", "^" + case] if case else [])]
        env = dict(os.environ, BIN=str(self.bin), TMPDIR=tmp, MUTANTS="2000")
        job = subprocess.Popen(
            [*command, f"{self.folder}/tests/{file}.bats"], env=env, text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=limit)
        clock = threading.Timer(WAIT, end, [job.pid])
        clock.start()
        try:
            return verdict(job)
        finally:
            clock.cancel()
            end(job.pid)
            job.wait()
            job.stdout.close()
            shutil.rmtree(tmp, ignore_errors=True)

    def fate(self, mutant):
        """Put it in, and see what kills it."""
        self.put(mutant)
        for spec in TESTS[mutant.name]:
            failed = self.test(spec)
            if failed is not None:
                return f"{spec}: {failed}"
        return None


def limit():
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most))


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


def run_all(mutants, workers):
    """All mutants to their fates, each free worker taking the next one."""
    left, lock = iter(enumerate(mutants, 1)), threading.Lock()

    def work(worker):
        while True:
            with lock:
                number, mutant = next(left, (0, None))
            if mutant is None:
                return
            began = time.monotonic()
            mutant.killer = worker.fate(mutant)
            with lock:
                place = f"{number}/{len(mutants)} {mutant.name}.c:{mutant.at}: {mutant.new}"
                print(f"{place[:100]}: {time.monotonic() - began:.0f} s: {mutant.killer or 'SURVIVED'}"[:200], file=sys.stderr, flush=True)

    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(work, worker) for worker in workers]:
            done.result()


def show(mutants):
    known = read_list(ROOT / "tests/mutants/survivors")
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
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", room), prefix="mutants.") as tmp:
        workers = [Worker(pathlib.Path(tmp) / str(i)) for i in range(WORKERS)]
        with ThreadPoolExecutor(WORKERS) as pool:
            print("running the tests without a fault", file=sys.stderr)
            specs = sorted({spec for these in TESTS.values() for spec in these})
            for spec in specs:
                began = time.monotonic()
                failed = workers[0].test(spec)
                print(f"{spec}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
                if failed is not None:
                    sys.exit(f"{spec} fails without any fault: {failed}")
            print("drawing mutants", file=sys.stderr)
            mutants = listed(pool, sys.argv[1]) if len(sys.argv) > 1 else sample(pool, seed, count)
        run_all(mutants, workers)
    return show(mutants)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
