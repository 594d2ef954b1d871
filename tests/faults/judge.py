"""Is what came of a fault good? The rules stand in check.sh."""
import json
import re
import signal
import zlib

READING = {"read", "pread", "pread64", "open", "openat", "lseek", "fstat", "stat", "newfstatat", "mmap", "memory"}
GENTLE = {"EINTR", "short", "gone", "SIGUSR1"}  # whatever call it is, it can be made again
AGAIN = {"read", "write-out", "write-err", "write", "poll", "ppoll"}  # these can be made again after EAGAIN, too
WEIGHTY = {"fsync", "rename", "flock", "close-out", "write-out"}  # if they fail the answer cannot be right
UNSAVED = re.compile(r"\.tmp: |: standard output: ")  # a message after which there must be no new checkpoint


def kept(path):
    return path.read_bytes() if path.exists() else None


def key_of(line):
    row = json.loads(line)
    return json.dumps([row["window"], row.get("id")])


def whole_lines(out):
    return out[:out.rfind(b"\n") + 1].splitlines()


def rows_of(out):
    """Without heartbeats, of which there is one more where a run ended early."""
    return {line for line in whole_lines(out) if b'{"heartbeat":' not in line}


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


def without_counts(err):
    """The messages; a line of counts has to be whole."""
    for line in err:
        if line.startswith("{"):
            json.loads(line)
    return [line for line in err if not line.startswith("{")]


def is_right(run, fault, base, got):
    if got.status != base.status or view(run, got.out) != view(run, base.out):
        return False
    for name, text in base.files.items():
        bytewise = name != run.saves or not (run.clock or run.kind == "none")
        if (got.files[name] != text) if bytewise else (run.clock and state_of(got.files[name]) != state_of(text)):
            return False
    if run.kind in ("keys", "none") or run.clock:
        return True
    if fault.what == "SIGUSR1":
        return without_counts(got.err) == without_counts(base.err)
    unsaid = fault.call in ("write", "write-err") and fault.what not in GENTLE | {"EAGAIN"}  # there is nobody to tell it to
    return got.err == base.err or (unsaid and set(got.err) < set(base.err))


def messages(run, err):
    return [line for line in err if line.startswith(run.program + ": ")]


def can_be_made_again(fault):
    return fault.what in GENTLE or (fault.what == "EAGAIN" and fault.call in AGAIN)


def must_be_right(run, fault):
    """A checkpoint is a regular file, which never asks to be tried again later."""
    return can_be_made_again(fault) and not (fault.what == "EAGAIN" and run.saves)


def what_is_lost(run, base, got, again):
    """After a failed run, and another one without a fault."""
    if run.kind == "keys":
        return view(run, got.out[:got.out.rfind(b"\n") + 1] + again.out) != view(run, base.out)
    return rows_of(got.out) | rows_of(again.out) != rows_of(base.out)


def judge_checkpoint(place, run, fault, base, got, here):
    """What is wrong with the state that a failed run left behind."""
    before = kept(place.folder / "in" / run.state) if run.state and run.saves == "state" else None
    after = got.files[run.saves]
    if after is None and before is not None:
        return "the checkpoint is gone"
    if after is not None and not is_whole(after):
        return "the checkpoint is torn"
    if after != before and not run.clock and any(UNSAVED.search(line) for line in got.err):
        return "the checkpoint was replaced, though what stands in it, or the rows before it, could not be written"
    if (here / f"{run.saves}.tmp").exists() and not fault.call.startswith("alloc"):
        return "the temporary file was left behind"
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
    return fault.call in ("alloc-lib", "memory") and got.status in (-signal.SIGABRT, -signal.SIGSEGV) and got.out == b""


def judge(place, run, fault, base, got, here):
    """(`right', `status 2', `libjq' or `wrong', why)."""
    if got.status is None:
        return "wrong", "does not end"
    if died_in_libjq(fault, got):
        return "libjq", ""
    if got.status < 0:
        return "wrong", f"dies of {signal.Signals(-got.status).name}: {' '.join(got.err)}"
    if fault.call in WEIGHTY and got.status != 2 and not can_be_made_again(fault):
        return "wrong", f"{fault.call} failed, but the status is {got.status}: {' '.join(got.err)}"
    if is_right(run, fault, base, got):
        if (here / "link").exists() and not (here / "link").is_symlink():
            return "wrong", "the link is no link any more"
        if fault.what == "gone" and got.counts["flock"] == base.counts["flock"]:
            return "wrong", "the lock that was gone was not taken again"
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
