#!/usr/bin/env python3
"""Each call of each run made to fail in turn; check.sh calls it, and tells the options.

    faults.py WRAPPED PLAIN [OPTION]...    folders of the programs linked with calls.o and alloc.o, and of the usual ones
"""
import argparse
import fcntl
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from judge import judge, kept
from runs import RUNS, by_name, make_inputs

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30  # s; a run takes some ms
ALL_OF, SAMPLE = {"alloc-lib": 40}, 60  # of more than 300 (or so many) calls the first ones, and some at random
PIPE_ROOM, SMALL_PIPE = 1 << 20, 4096
SIGNALLED = 3  # times
LEAST_DATA, MORE_DATA, MOST_DATA = 100 << 10, 1.07, 64 << 20  # bytes that a process may have

PATHS = ["EIO", "EACCES", "ENOMEM"]
ERRORS = {
    "open": ["EINTR", "EMFILE", "EACCES", "ENOSPC", "ENOMEM", "EIO"],
    "read": ["EINTR", "EAGAIN", "EIO", "ENOMEM", "short"],
    "pread": ["EINTR", "EIO", "short"],
    "write-out": ["EINTR", "EAGAIN", "EIO", "ENOSPC", "short"],
    "write-err": ["EINTR", "EAGAIN", "EIO", "short"],
    "pwrite": ["EINTR", "EIO", "ENOSPC", "short"],
    "fsync": ["EINTR", "EIO", "ENOSPC"],
    "close": ["EINTR", "EIO"],
    "close-out": ["EINTR", "EIO", "ENOSPC"],
    "rename": ["EIO", "ENOSPC", "EACCES"],
    "unlink": ["EIO", "EACCES", "ENOENT"],
    "flock": ["EINTR", "ENOLCK", "EAGAIN", "gone"],
    "ftruncate": ["EINTR", "EIO"],
    "fstat": ["EIO", "ENOMEM"],
    "stat": PATHS,
    "lstat": PATHS,
    "lseek": ["ESPIPE", "EIO"],
    "poll": ["EINTR", "EAGAIN", "ENOMEM"],
    "ppoll": ["EINTR", "ENOMEM"],
    "getrandom": ["EINTR", "ENOSYS"],
    "sigaction": ["EINVAL"],
    "getrlimit": ["EPERM"],
    "setrlimit": ["EPERM"],
    "setitimer": ["ENOMEM"],
    "alloc": ["ENOMEM"],
    "alloc-lib": ["ENOMEM"],
}
MANY = ["short:1+", "EINTR:1+2", "EAGAIN:1+2"]
ALL_AT_ONCE = {"read": MANY, "write-out": MANY, "write-err": MANY, "pread": ["short:1+", "EINTR:1+2"],
               "poll": ["EINTR:1+2"], "ppoll": ["EINTR:1+2"]}

# By the names that the kernel has for them; all others get EPERM.
SYSTEM_ERRORS = {
    "openat": ["EINTR", "EMFILE", "EACCES", "ENOSPC"],
    "read": ["EINTR", "EAGAIN", "EIO"],
    "pread64": ["EINTR", "EIO"],
    "write": ["EINTR", "EAGAIN", "EIO", "ENOSPC"],
    "pwrite64": ["EINTR", "ENOSPC"],
    "fsync": ["EINTR", "EIO", "ENOSPC"],
    "close": ["EINTR", "EIO"],
    "newfstatat": ["EIO", "ENOMEM"],
    "flock": ["EINTR", "ENOLCK", "EAGAIN"],
    "poll": ["EINTR", "ENOMEM"],
    "mmap": ["ENOMEM"],
    "munmap": ["ENOMEM"],
    "ioctl": ["EIO"],
    "fcntl": ["EINVAL"],
    "rt_sigaction": ["EINVAL"],
    "rt_sigprocmask": ["EINVAL"],
    "readlink": PATHS,
} | {call: ERRORS[call] for call in ("rename", "unlink", "ftruncate", "lseek", "ppoll", "getrandom", "setitimer")}
# brk has no errors: it returns the old end, and glibc believes whatever else it is told.  --by limit makes it do that.
NEVER = {"brk", "clock_gettime", "exit_group", "futex", "getpid", "gettid", "restart_syscall", "rt_sigreturn", "tgkill"}


@dataclass(frozen=True)
class Fault:
    run: str
    call: str
    what: str
    when: str
    by: str

    def text(self):
        return f"{self.call}:{self.what}:{self.when}"

    def again(self):
        return (f"sh tests/faults/check.sh --run {self.run} --call {self.call} --error {self.what} --when {self.when}"
                f" --by {self.by}")

    def before(self):
        """What stands in front of the program."""
        if self.by == "strace":
            return ["strace", "-f", "-qq", "-o", "trace", "-e", f"trace={self.call}",
                    "-e", f"inject={self.call}:error={self.what}:when={self.when}"]
        return ["prlimit", f"--data={self.when}"] if self.by == "limit" else []


@dataclass
class Result:
    status: int = None  # None: it did not end
    out: bytes = b""
    err: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)


class Place:
    """A folder with the input of all runs, in which each is made in a folder of its own."""

    def __init__(self, wrapped, plain):
        self.wrapped, self.plain = Path(wrapped).resolve(), Path(plain).resolve()
        self.folder = Path(tempfile.mkdtemp(prefix="dhcp-faults."))
        os.environ.update(PATH=f"{self.plain}:{os.environ['PATH']}", LC_ALL="C", TZ="UTC0")
        make_inputs(ROOT, self.folder)

    def new(self, run):
        here = Path(tempfile.mkdtemp(dir=self.folder))
        (here / "in").symlink_to(self.folder / "in")
        if run.state:
            shutil.copy(self.folder / "in" / run.state, here / "state")
        if "link" in run.words():
            (here / "link").symlink_to("state")
        return here

    def full_pipe(self, text):
        """Its reading end; all that is written to it is there from the beginning."""
        reads, writes = os.pipe()
        fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, PIPE_ROOM)
        os.write(writes, text)
        os.close(writes)
        return reads

    def start(self, run, here, by, before, bound, pipes, out=subprocess.PIPE):
        names = iter(f"/dev/fd/{reads}" for reads in pipes)
        words = [next(names) if word[0] == "|" else word for word in run.words()]
        program = (self.wrapped if by == "wrapper" else self.plain) / run.program
        process = subprocess.Popen([*before, program, *words], cwd=here, env=os.environ | bound, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=(here / "err").open("wb"), pass_fds=pipes)
        for reads in pipes:
            os.close(reads)
        return process

    def inputs(self, run):
        return [(self.folder / word[1:]).read_bytes() for word in run.words() if word[0] == "|"]

    def ended(self, run, here, process, out):
        err = re.sub(rb"/dev/fd/\d+", b"PIPE", (here / "err").read_bytes()).decode(errors="replace").splitlines()
        files = {name: kept(here / name) for name in [*run.files.split(), *([run.saves] if run.saves else [])]}
        log = here / "log"
        counts = {k: int(n) for k, n in (line.split() for line in log.read_text().splitlines())} if log.exists() else {}
        return Result(process.returncode, out, err, files, counts)

    def make(self, run, here, by="wrapper", fault=None, before=None):
        bound = {"FAULT_LOG": str(here / "log"), "FAULT_PIECE": str(run.piece), "FAULT_CLOCK": str(run.clock),
                 "FAULT_LATE": str(run.late)}
        if fault is not None and by == "wrapper":
            bound["FAULT"] = fault.text()
        pipes = [self.full_pipe(text) for text in self.inputs(run)]
        process = self.start(run, here, by, before or (fault.before() if fault else []), bound, pipes)
        try:
            out, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Result()
        return self.ended(run, here, process, out)

    def make_once(self, run, by):
        here = self.new(run)
        result = self.make(run, here, by)
        shutil.rmtree(here)
        return result


def feed(pipe, text, rnd):
    """In small pieces, so that the reader has to wait for them."""
    for i in range(0, len(text), 700):
        try:
            os.write(pipe, text[i:i + 700])
        except BrokenPipeError:
            break
        time.sleep(rnd.random() / 500)
    os.close(pipe)


def interrupt(process, rnd):
    """SIGUSR1, again and again, from when it is caught."""
    caught = 1 << signal.SIGUSR1 - 1
    while process.poll() is None:
        try:
            mask = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text(), re.M)
        except OSError:
            break
        if mask and int(mask[1], 16) & caught:
            process.send_signal(signal.SIGUSR1)
        time.sleep(rnd.random() / 1000)


def make_interrupted(place, run, here, fault):
    """Input that comes slowly, output that is taken slowly, and signals all the time."""
    rnd = random.Random(fault.text())
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, SMALL_PIPE)
    pipes = [os.pipe() for _ in place.inputs(run)]
    process = place.start(run, here, "signals", [], {}, [pipe[0] for pipe in pipes], writes)
    os.close(writes)
    threads = [threading.Thread(target=feed, args=(pipe[1], text, rnd)) for pipe, text in zip(pipes, place.inputs(run))]
    threads.append(threading.Thread(target=interrupt, args=(process, rnd)))
    for thread in threads:
        thread.start()
    out = b""
    while piece := os.read(reads, 1000):
        out += piece
        time.sleep(rnd.random() / 1000)
    process.wait()
    for thread in threads:
        thread.join()
    os.close(reads)
    return place.ended(run, here, process, out)


def chosen(run, call, n):
    """Which of n calls are to fail: all, or the first and some others."""
    first = ALL_OF.get(call, 300)
    if n <= first:
        return range(1, n + 1)
    rnd = random.Random(f"{run.name} {call}")
    return [*range(1, first + 1), *sorted(rnd.sample(range(first + 1, n + 1), min(SAMPLE, n - first)))]


def by_wrapper(place, run, base):
    for call in [call for call in base.counts if call in ERRORS]:
        for i in chosen(run, call, base.counts[call]):
            for what in ERRORS[call]:
                yield Fault(run.name, call, what, str(i), "wrapper")
            if call == "alloc" and i % 5 == 1:
                yield Fault(run.name, call, "ENOMEM", f"{i}+", "wrapper")
        for pattern in ALL_AT_ONCE.get(call, []):
            yield Fault(run.name, call, *pattern.split(":"), "wrapper")


def traced_calls(place, run):
    """The calls of a run, {name: [number]}, of those behind the loader's: the first of our own is fcntl(0, F_GETFD)."""
    here = place.new(run)
    place.make(run, here, "strace", before=["strace", "-f", "-o", "trace"])
    seen, calls, ours = Counter(), {}, False
    for line in (here / "trace").read_text(errors="replace").splitlines():
        name = re.match(r"\d+ +(\w+)\(", line)
        if name is None:
            continue
        seen[name[1]] += 1
        ours = ours or "fcntl(0, F_GETFD" in line
        if ours and name[1] not in NEVER:
            calls.setdefault(name[1], []).append(seen[name[1]])
    shutil.rmtree(here)
    return calls


def by_strace(place, run, base):
    for call, numbers in traced_calls(place, run).items():
        for i in chosen(run, call, len(numbers)):
            for what in SYSTEM_ERRORS.get(call, ["EPERM"]):
                yield Fault(run.name, call, what, str(numbers[i - 1]), "strace")


def least_data(place, program):
    """With how little memory the loader and libc can start it."""
    bytes_ = LEAST_DATA
    while subprocess.run(["prlimit", f"--data={bytes_}", place.plain / program, "--version"], capture_output=True).returncode:
        bytes_ = int(bytes_ * MORE_DATA)
    return bytes_


def by_limit(place, run, base):
    """More memory each time, until it is enough."""
    bytes_, enough = least_data(place, run.program), False
    while not enough and bytes_ < MOST_DATA:
        fault = Fault(run.name, "memory", "ENOMEM", str(bytes_), "limit")
        yield fault
        here = place.new(run)
        got = place.make(run, here, "limit", fault)
        enough = (got.status, got.err) == (base.status, base.err)
        shutil.rmtree(here)
        bytes_ = int(bytes_ * MORE_DATA)


def by_signals(place, run, base):
    if "|" in run.arguments and not run.clock:
        for i in range(SIGNALLED):
            yield Fault(run.name, "signal", "SIGUSR1", str(i + 1), "signals")


WAYS = {"wrapper": by_wrapper, "strace": by_strace, "limit": by_limit, "signals": by_signals}


def has_come(fault, here, got):
    if fault.by == "wrapper":
        return "hit" in got.counts
    return fault.by != "strace" or "INJECTED" in (here / "trace").read_text(errors="replace")


def make_with(place, run, here, fault):
    return make_interrupted(place, run, here, fault) if fault.by == "signals" else place.make(run, here, fault.by, fault)


def try_fault(place, fault, base):
    run = by_name(fault.run)
    here = place.new(run)
    got = make_with(place, run, here, fault)
    verdict, why = judge(place, run, fault, base, got, here)
    if verdict in ("right", "status 2") and not has_come(fault, here, got):
        verdict, why = "wrong", "the fault did not come"
    shutil.rmtree(here)
    return fault, verdict, why


def tally(table, fault, verdict, why):
    table[fault.by, by_name(fault.run).program, fault.call, verdict] += 1
    if verdict == "wrong":
        print(f"wrong: {why}\n    {fault.again()}", flush=True)


def show(table):
    verdicts = "right", "status 2", "libjq", "wrong"
    print("{:9}{:17}{:15}{:>8}{:>8}{:>10}{:>7}{:>7}".format("by", "program", "call", "faults", *verdicts))
    for row in sorted({key[:3] for key in table}):
        n = [table[*row, verdict] for verdict in verdicts]
        print("{:9}{:17}{:15}{:8}{:8}{:10}{:7}{:7}".format(*row, sum(n), *n))
    wrong = sum(n for key, n in table.items() if key[3] == "wrong")
    print("libjq: it died by itself, for want of memory, while it compiled the expression")
    print(f"{sum(table.values())} faults, {wrong} wrong")
    return wrong == 0 and sum(table.values()) > 0


def all_faults(place, args):
    """Each fault with what the run gives without it."""
    for way, faults in WAYS.items():
        for run in RUNS:
            if args.run in (None, run.name) and args.by in (None, way):
                base = place.make_once(run, way)
                yield from ((fault, base) for fault in faults(place, run, base))


def unseen(table):
    """Calls that no run makes: they have another name by now, or the wrapper is not linked."""
    return sorted(ERRORS.keys() - {call for by, _, call, _ in table if by == "wrapper"})


def show_one(place, args):
    run = by_name(args.run)
    fault = Fault(args.run, args.call, args.error, args.when, args.by or "wrapper")
    base, here = place.make_once(run, fault.by), place.new(run)
    got = make_with(place, run, here, fault)
    for name, result in ("without", base), ("with", got):
        print(f"{name} the fault: status {result.status}, {len(result.out)} bytes", *result.err, sep="\n    ")
    print(*judge(place, run, fault, base, got, here))
    print("in", here)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("wrapped")
    parser.add_argument("plain")
    for option in "--run", "--call", "--error":
        parser.add_argument(option)
    parser.add_argument("--when", default="1")
    parser.add_argument("--by", choices=list(WAYS))
    args = parser.parse_args()
    place = Place(args.wrapped, args.plain)
    if args.call:
        show_one(place, args)
        return 0
    table = Counter()
    try:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for outcome in pool.map(lambda pair: try_fault(place, *pair), all_faults(place, args)):
                tally(table, *outcome)
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)
    for call in unseen(table) if args.run is None and args.by in (None, "wrapper") else []:
        print(f"wrong: no run calls {call}")
        table["wrapper", "none", call, "wrong"] += 1
    return 0 if show(table) else 1


if __name__ == "__main__":
    sys.exit(main())
