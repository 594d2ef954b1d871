#!/usr/bin/env python3
"""Each call of each run made to fail in turn, and what comes of it judged; check.sh calls it and tells the options.

    faults.py WRAPPED PLAIN [OPTION]...    folders of the programs linked with calls.o and alloc.o, and of the usual ones

A run with a fault must end with the right answer, which is that of the run without it, or with status 2 and a message.
Of a call that was interrupted, or did less than was asked for, only the right answer will do. A checkpoint must be there
afterwards if it was there before, whole, and after the same run without a fault nothing may be missing.
"""
import argparse
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from runs import RUNS, by_name, make_inputs

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30  # s; a run takes some ms
ALL_OF, SAMPLE = 300, 60  # of more calls than the first, so many at random
PIPE_ROOM = 1 << 20
READING = {"read", "pread", "pread64", "open", "openat", "lseek", "fstat", "stat", "newfstatat", "mmap", "brk"}
GENTLE = {"EINTR", "short"}  # whatever call it is, it can be made again
AGAIN = {"read", "write", "poll", "ppoll"}  # these can be made again after EAGAIN, too

PATHS = ["EIO", "EACCES", "ENOMEM"]
ERRORS = {
    "open": ["EINTR", "EMFILE", "EACCES", "ENOSPC", "ENOMEM", "EIO"],
    "read": ["EINTR", "EAGAIN", "EIO", "ENOMEM", "short"],
    "pread": ["EINTR", "EIO", "short"],
    "write": ["EINTR", "EAGAIN", "EIO", "ENOSPC", "short"],
    "pwrite": ["EINTR", "EIO", "ENOSPC", "short"],
    "fsync": ["EINTR", "EIO", "ENOSPC"],
    "close": ["EINTR", "EIO", "ENOSPC"],
    "rename": ["EIO", "ENOSPC", "EACCES"],
    "unlink": ["EIO", "EACCES", "ENOENT"],
    "flock": ["EINTR", "ENOLCK", "EAGAIN"],
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
UNFAILING = {"clock_gettime", "hit"}
ALL_AT_ONCE = {"read": ["short:1+", "EINTR:1+2", "EAGAIN:1+2"], "write": ["short:1+", "EINTR:1+2", "EAGAIN:1+2"],
               "poll": ["EINTR:1+2"], "ppoll": ["EINTR:1+2"], "pread": ["short:1+", "EINTR:1+2"]}

# By the names that the kernel has for them.
SYSTEM_ERRORS = {
    "openat": ["EINTR", "EMFILE", "EACCES", "ENOSPC"],
    "read": ["EINTR", "EAGAIN", "EIO"],
    "pread64": ["EINTR", "EIO"],
    "write": ["EINTR", "EAGAIN", "EIO", "ENOSPC"],
    "pwrite64": ["EINTR", "ENOSPC"],
    "fsync": ["EINTR", "EIO", "ENOSPC"],
    "close": ["EINTR", "EIO"],
    "newfstatat": ["EIO", "ENOMEM"],
    "poll": ["EINTR", "ENOMEM"],
    "mmap": ["ENOMEM"],
    "munmap": ["ENOMEM"],
    "ioctl": ["EIO"],
    "fcntl": ["EINVAL"],
    "rt_sigaction": ["EINVAL"],
    "rt_sigprocmask": ["EINVAL"],
    "readlink": PATHS,
    "prlimit64": ["EPERM"],
} | {call: ERRORS[call] for call in ("rename", "unlink", "flock", "ftruncate", "lseek", "ppoll", "getrandom", "setitimer")}
# brk has no errors: it returns the old end, and glibc believes whatever else it is told.
NEVER = {"brk", "futex", "clock_gettime", "exit_group", "getpid", "gettid", "tgkill", "rt_sigreturn", "restart_syscall"}


@dataclass(frozen=True)
class Fault:
    run: str
    call: str
    what: str
    when: str
    strace: bool = False

    def text(self):
        return f"{self.call}:{self.what}:{self.when}"

    def again(self):
        return (f"sh tests/faults/check.sh --run {self.run} --call {self.call} --error {self.what} --when {self.when}"
                + (" --strace" if self.strace else ""))


@dataclass
class Result:
    status: int = None  # None: it did not end
    out: bytes = b""
    err: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)


def kept(path):
    return path.read_bytes() if path.exists() else None


class Place:
    """A folder with the input of all runs, in which each is made in a folder of its own."""

    def __init__(self, wrapped, plain):
        self.wrapped, self.plain = Path(wrapped).resolve(), Path(plain).resolve()
        self.folder = Path(tempfile.mkdtemp(prefix="dhcp-faults."))
        self.seldom = {}
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

    def pipe(self, name):
        """The reading end of a pipe with that file in it."""
        reads, writes = os.pipe()
        fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, PIPE_ROOM)
        os.write(writes, (self.folder / name).read_bytes())
        os.close(writes)
        return reads

    def start(self, run, here, fault=None, before=()):
        bound = {"FAULT_LOG": str(here / "log"), "FAULT_PIECE": "4096", "FAULT_CLOCK": str(run.clock)}
        if fault is not None and not fault.strace:
            bound["FAULT"] = fault.text()
        pipes = [self.pipe(word[1:]) for word in run.words() if word[0] == "|"]
        places = iter(pipes)
        words = [f"/dev/fd/{next(places)}" if word[0] == "|" else word for word in run.words()]
        program = (self.plain if before else self.wrapped) / run.program
        process = subprocess.Popen([*before, program, *words], cwd=here, env=os.environ | bound, pass_fds=pipes,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for end in pipes:
            os.close(end)
        return process

    def make(self, run, here, fault=None, before=()):
        process = self.start(run, here, fault, before)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Result()
        err = re.sub(rb"/dev/fd/\d+", b"PIPE", err).decode(errors="replace").splitlines()
        files = {name: kept(here / name) for name in [*run.files.split(), *([run.saves] if run.saves else [])]}
        log = here / "log"
        counts = {k: int(n) for k, n in (line.split() for line in log.read_text().splitlines())} if log.exists() else {}
        return Result(process.returncode, out, err, files, counts)


def key_of(line):
    row = json.loads(line)
    return json.dumps([row["window"], row.get("id")])


def whole_lines(out):
    return out[:out.rfind(b"\n") + 1].splitlines()


def view(run, out):
    """What of the output does not depend on when it was written."""
    if run.kind == "keys":
        return {key_of(line): line for line in whole_lines(out)}
    return {"exact": lambda: out, "lines": lambda: sorted(whole_lines(out)), "block": lambda: out.split(b"\n\n")[-1],
            "none": lambda: None}[run.kind]()


def state_of(text):
    """A checkpoint without its counts, which tell of the runs that failed as well."""
    if text is None or not is_whole(text):
        return text
    header, *rows = text.splitlines()
    header = json.loads(header)
    del header["counters"]
    return header, rows[:-1]


def is_whole(text):
    lines = text.splitlines(keepends=True)
    end = {"rows": len(lines) - 2, "crc32": f"{zlib.crc32(b''.join(lines[:-1])):08x}"}
    return len(lines) > 1 and lines[-1] == json.dumps(end, separators=(",", ":")).encode() + b"\n"


def is_right(run, fault, base, got):
    if got.status != base.status or view(run, got.out) != view(run, base.out):
        return False
    for name, text in base.files.items():
        bytewise = name != run.saves or not (run.clock or run.kind == "none")
        if (got.files[name] != text) if bytewise else (run.clock and state_of(got.files[name]) != state_of(text)):
            return False
    if run.kind in ("keys", "none") or run.clock:
        return True
    unsaid = fault.call == "write" and fault.what not in GENTLE | {"EAGAIN"}  # there is nobody to tell it to
    return got.err == base.err or (unsaid and set(got.err) < set(base.err))


def messages(run, err):
    return [line for line in err if line.startswith(run.program + ": ")]


def must_be_right(run, fault):
    return fault.what in GENTLE or (fault.what == "EAGAIN" and fault.call in AGAIN and not run.saves)


def what_is_lost(run, base, got, again):
    """After a failed run, and another one without a fault."""
    if run.kind == "keys":
        return view(run, got.out[:got.out.rfind(b"\n") + 1] + again.out) != view(run, base.out)
    return set(whole_lines(got.out)) | set(whole_lines(again.out)) != set(whole_lines(base.out))


def judge_checkpoint(place, run, fault, base, got, here):
    """What is wrong with the state that a failed run left behind."""
    before = kept(place.folder / "in" / run.state) if run.state and run.saves == "state" else None
    after = got.files[run.saves]
    if after is None and before is not None:
        return "the checkpoint is gone"
    if after is not None and not is_whole(after):
        return "the checkpoint is torn"
    between = fault.call in READING or run.clock
    if after != before and state_of(after) != state_of(base.files[run.saves]) and not between:
        return "the checkpoint is neither the one before nor the one after"
    if run.saves != "state" and (here / "state").read_bytes() != (place.folder / "in" / run.state).read_bytes():
        return "the checkpoint was changed"
    if (here / "link").exists() and not (here / "link").is_symlink():
        return "the link is no link any more"
    again = place.make(run, here)
    if again.status != base.status:
        return f"the next run ends with {again.status}: {' '.join(again.err)}"
    if base.status == 0 and what_is_lost(run, base, got, again):
        return "rows are lost, or wrong, after the next run"
    if base.status == 0 and state_of(again.files[run.saves]) != state_of(base.files[run.saves]):
        return "the state is another one after the next run"
    left = [p.name for p in here.iterdir() if p.suffix in (".tmp", ".lock")]
    return f"left behind: {' '.join(left)}" if left else None


def died_in_libjq(fault, got):
    """While it compiles an expression, some of its own allocations go unlooked at; nothing has been written then."""
    return fault.call == "alloc-lib" and got.status in (-signal.SIGABRT, -signal.SIGSEGV) and got.out == b""


def judge(place, run, fault, base, got, here):
    """(`right', `status 2', `libjq' or `wrong', why)."""
    if got.status is None:
        return "wrong", "does not end"
    if died_in_libjq(fault, got):
        return "libjq", ""
    if got.status < 0:
        return "wrong", f"dies of {signal.Signals(-got.status).name}: {' '.join(got.err)}"
    if is_right(run, fault, base, got):
        if (here / "link").exists() and not (here / "link").is_symlink():
            return "wrong", "the link is no link any more"
        return "right", ""
    if must_be_right(run, fault):
        return "wrong", f"status {got.status}, and not the right answer: {' '.join(got.err)}"
    if got.status != 2:
        return "wrong", f"status {got.status}, but other output: {' '.join(got.err)}"
    strange = [line for line in got.err if not line.startswith((run.program + ": ", '{"program":'))]
    if strange or not set(messages(run, got.err)) - set(messages(run, base.err)):
        return "wrong", f"no message: {' '.join(got.err)}"
    why = judge_checkpoint(place, run, fault, base, got, here) if run.saves else None
    return ("wrong", why) if why else ("status 2", "")


def chosen(run, call, n):
    """Which of n calls are to fail: all, or the first and some others."""
    first = place_limit(call)
    if n <= first:
        return range(1, n + 1)
    rnd = random.Random(f"{run.name} {call}")
    return [*range(1, first + 1), *sorted(rnd.sample(range(first + 1, n + 1), min(SAMPLE, n - first)))]


def place_limit(call):
    return 40 if call == "alloc-lib" else ALL_OF


def wrapped_faults(run, counts):
    for call, n in counts.items():
        if call in UNFAILING:
            continue
        for i in chosen(run, call, n):
            for what in ERRORS[call]:
                yield Fault(run.name, call, what, str(i))
            if call == "alloc":
                yield Fault(run.name, call, "ENOMEM", f"{i}+")
        for pattern in ALL_AT_ONCE.get(call, []):
            yield Fault(run.name, call, *pattern.split(":"))


def traced_calls(place, run):
    """The calls of a run, in their order: {name: [number]} of those behind the loader's."""
    here = place.new(run)
    place.make(run, here, before=["strace", "-f", "-o", here / "trace"])
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


def traced_faults(place, run):
    for call, numbers in traced_calls(place, run).items():
        for i in chosen(run, call, len(numbers)):
            for what in SYSTEM_ERRORS.get(call, ["EPERM"]):
                yield Fault(run.name, call, what, str(numbers[i - 1]), True)


def before_of(fault):
    if not fault.strace:
        return ()
    return ["strace", "-f", "-qq", "-o", "trace", "-e", f"trace={fault.call}",
            "-e", f"inject={fault.call}:error={fault.what}:when={fault.when}"]


def try_fault(place, fault, base):
    run = by_name(fault.run)
    here = place.new(run)
    got = place.make(run, here, fault, before_of(fault))
    verdict, why = judge(place, run, fault, base, got, here)
    came = "INJECTED" in (here / "trace").read_text(errors="replace") if fault.strace else "hit" in got.counts
    if verdict in ("right", "status 2") and not came:
        verdict, why = "wrong", "the fault did not come"
    shutil.rmtree(here)
    return fault, verdict, why


def base_of(place, run, before=()):
    here = place.new(run)
    base = place.make(run, here, before=before)
    shutil.rmtree(here)
    return base


def tally(table, fault, verdict, why):
    table[by_name(fault.run).program, fault.call + (" (strace)" if fault.strace else ""), verdict] += 1
    if verdict == "wrong":
        print(f"wrong: {why}\n    {fault.again()}", flush=True)


def show(table):
    print(f"{'program':16} {'call':24} {'faults':>7} {'right':>7} {'status 2':>9} {'libjq':>6} {'wrong':>6}")
    for program, call in sorted({key[:2] for key in table}):
        n = [table[program, call, verdict] for verdict in ("right", "status 2", "libjq", "wrong")]
        print(f"{program:16} {call:24} {sum(n):7} {n[0]:7} {n[1]:9} {n[2]:6} {n[3]:6}")
    print("libjq: it died of its own, for want of memory, while it compiled the expression")
    wrong = sum(n for key, n in table.items() if key[2] == "wrong")
    print(f"{sum(table.values())} faults, {wrong} wrong")
    return wrong == 0 and sum(table.values()) > 0


def all_faults(place, args):
    """Each fault with what the run gives without it."""
    for run in RUNS:
        if args.run in (None, run.name):
            if args.only in (None, "wrapped"):
                base = base_of(place, run)
                yield from ((fault, base) for fault in wrapped_faults(run, base.counts))
            if args.only in (None, "strace"):
                base = base_of(place, run, ["env"])
                yield from ((fault, base) for fault in traced_faults(place, run))


def show_one(place, args):
    run = by_name(args.run)
    fault = Fault(args.run, args.call, args.error, args.when, args.strace)
    base = base_of(place, run, ["env"] if args.strace else ())
    here = place.new(run)
    got = place.make(run, here, fault, before_of(fault))
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
    parser.add_argument("--strace", action="store_true")
    parser.add_argument("--only", choices=["wrapped", "strace", "signals"])
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
    return 0 if show(table) else 1


if __name__ == "__main__":
    sys.exit(main())
