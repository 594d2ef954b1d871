"""What a command costs, and all that it starts.

    tree.py COMMAND [ARGUMENT]...

A line on standard error, at the end: seconds that passed, CPU seconds (user and system) of all processes, and their peak
memory in MB: the sum of what each has to itself, and its share of what it shares (PSS), looked at five times a second.
Linux: who has lost its parent is taken in, so that none gets away.
"""
import ctypes
import os
import resource
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36


def family():
    """The processes below this one."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            pass  # it has ended
    found, new = set(), {os.getpid()}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return found


def memory(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="latin-1") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except OSError:
        return 0


def watch():
    global peak
    while True:
        peak = max(peak, sum(map(memory, family())))
        time.sleep(0.2)


ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
peak, begin = 0, time.monotonic()
child = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
threading.Thread(target=watch, daemon=True).start()
status = 0
while True:
    try:
        pid, ended = os.wait()
    except ChildProcessError:
        break
    if pid == child:
        status = os.waitstatus_to_exitcode(ended)
wall, used = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{wall:.2f} {used.ru_utime + used.ru_stime:.2f} {peak / 1024:.0f}", file=sys.stderr)
sys.exit(status if status >= 0 else 128 - status)
