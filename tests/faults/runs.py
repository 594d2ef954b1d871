"""What is run with faults: the commands, their input, and the state they begin with."""
import gzip
import json
import lzma
import subprocess
from dataclasses import dataclass

FILTER, WINDOW, TOPN, LEASES = "eve-dhcp-filter", "dhcp-window", "dhcp-topn", "dhcp-leases"
EVERY, OTHERS = 70, 900  # of the day: four DHCP events of so many times four, and one line of so many others
ALL = "count,distinct(client_mac),min(src_ip),max_ip(src_ip),sum(lease_time),avg(lease_time),first(ts),last(ts),values(hostname)"
LIVE = "-e 10m -l 1m --partitions 2 -b client_mac"
PLACED = LIVE + " --partial --source a/2 --kafka-key"
MERGED = "--merge -b client_mac -l 0 --partitions 2"


@dataclass
class Run:
    name: str
    program: str
    arguments: str  # words; `|FILE` is a pipe with that file in it
    kind: str = "exact"  # what must be the same: exact, lines (in any order), block (the last), keys (last rows), none
    state: str = ""  # file that stands there before, as `state`
    saves: str = ""  # file that is the checkpoint afterwards
    files: str = ""  # what else is written
    clock: int = 0  # ms for each look at the monotonic clock
    piece: int = 4096  # bytes that a read or a write takes at most
    late: int = 0  # 1: there is no input at first, each time

    def words(self):
        return [w[1:-1] if w[0] == "'" else w for w in self.arguments.split()]


RUNS = [
    Run("filter-eve", FILTER, "-x 10.77.0.66 -r hostname --stats in/eve"),
    Run("filter-pipes", FILTER, "-t ack,request --stats |in/eve |in/kcat", kind="lines", late=1),
    Run("filter-forms", FILTER, "--stats in/forms"),
    Run("filter-kcat", FILTER, "--heartbeat=1m --time event --stats in/kcat"),
    Run("filter-raw", FILTER, "--raw -v -t ack -m 9 in/kcat in/eve"),
    Run("filter-count", FILTER, "-c --since 2019-04-29T15:10:00Z --until 2019-05-01 in/eve"),
    Run("filter-where", FILTER, "-w .dhcp.dhcp_type==\"ack\" --stats in/few"),
    Run("filter-reject", FILTER, "--reject rejected in/bad in/eve in/tail", files="rejected"),
    Run("filter-strict", FILTER, "--strict in/bad in/eve"),
    Run("filter-compressed", FILTER, "in/eve.gz in/eve"),
    Run("filter-libjq", FILTER, "--stats in/odd"),
    Run("window-usual", WINDOW, "--stats in/records"),
    Run("window-all", WINDOW, "-e 10m -b dhcp_type -a " + ALL + " --stats |in/records"),
    Run("window-sliding", WINDOW, "-e 30m --slide 10m --align 5m -l 5m --partitions 2 --kafka-key in/records"),
    Run("window-sessions", WINDOW, "--session 3m -b client_mac -l 1s --partitions 2 --late-file late in/shuffled",
        files="late"),
    Run("window-update", WINDOW, "-e 10m --mode update |in/records", kind="keys"),
    Run("window-complete", WINDOW, "-e 10m --mode complete |in/records", kind="keys"),
    Run("window-having", WINDOW, "--having .count>1 in/records"),
    Run("window-partial", WINDOW, "--partial -a " + ALL + " in/records"),
    Run("window-merge", WINDOW, "--merge -a " + ALL + " --stats |in/part1 |in/part2"),
    Run("window-evict", WINDOW, "-e 10m -b client_mac -a count --max-groups 9 --on-full evict in/records"),
    Run("window-full", WINDOW, LIVE + " --max-groups 9 --checkpoint state in/records", kind="none", saves="state"),
    Run("window-first", WINDOW, LIVE + " --checkpoint state --stats in/records", saves="state"),
    Run("window-second", WINDOW, LIVE + " --checkpoint state --stats in/records", state="state1", saves="state"),
    Run("window-final", WINDOW, "--session 3m -b client_mac --checkpoint state --final |in/records", saves="state", late=1),
    Run("window-save", WINDOW, LIVE + " --checkpoint state --save next in/records", state="state1", saves="next"),
    Run("window-link", WINDOW, LIVE + " --checkpoint link in/records", state="state1", saves="state"),
    Run("window-endless", WINDOW, LIVE + " --checkpoint state |in/records", saves="state", clock=2000, piece=1024),
    Run("window-changes", WINDOW, "-e 10m --mode update --checkpoint state |in/records", kind="keys", saves="state", clock=2000,
        piece=1024),
    Run("window-source", WINDOW, PLACED + " --checkpoint state --save next --stats in/records", state="source1", saves="next"),
    Run("window-placed", WINDOW, MERGED + " --checkpoint state --save next --stats in/placed", state="merged1", saves="next"),
    Run("window-holes", WINDOW, MERGED + " --stats |in/holes", late=1),
    Run("topn-table", TOPN, "-n 9 --format table --stats in/rows"),
    Run("topn-all", TOPN, "-n 0 -k src_ip:asc:ip -k ts:desc:time --format csv in/records"),
    Run("topn-bottom", TOPN, "-n 3 --bottom --per dhcp_type -k ts --format tsv |in/records", late=1),
    Run("topn-by", TOPN, "-b client_mac,dhcp_type --stats in/records"),
    Run("topn-sum", TOPN, "-b dhcp_type --sum lease_time --format table in/records"),
    Run("topn-upsert", TOPN, "-u client_mac -k ts -n 5 --stats in/records in/rows"),
    Run("topn-follow", TOPN, "--follow=1s -k ts -n 5 --format table |in/records", kind="block", clock=500),
    Run("topn-libjq", TOPN, "-k x -n 0 in/values"),
    Run("topn-html", TOPN, "-n 3 --per dhcp_type -k ts -f html --fields ts,src_ip |in/records"),
    Run("topn-bad", TOPN, "-k ts in/missing in/bad |in/records"),
    Run("window-networks", WINDOW, "-b src_ip/24 -a count,span(ts) in/records"),
    Run("leases", LEASES, "--lease 1h --stats in/sorted"),
    Run("leases-at", LEASES, "--lease 1h --at 2019-04-30T05:00:00Z --having .acks>0 |in/sorted |in/bad"),
]


def by_name(name):
    return next(run for run in RUNS if run.name == name)


def some(day):
    seen = [0, 0]
    for line in day:
        kind = '"event_type":"dhcp"' in line
        if (seen[1] // 4 % EVERY if kind else seen[0] % OTHERS) == 0:
            yield line.rstrip("\n")
        seen[kind] += 1


def made_by(folder, command):
    return subprocess.run(command, cwd=folder, shell=True, check=True, capture_output=True).stdout


def envelope(number, event):
    partition = number % 2
    return json.dumps({"topic": "suricata", "partition": partition, "offset": number // 2, "tstype": "create",
                       "ts": 1556550000000 + number * 20000, "broker": 1, "key": None, "payload": event}, separators=(",", ":"))


def lines(text):
    return b"".join(line.encode() + b"\n" for line in text)


def odd(events):
    """What only libjq reads: a name that is spelt with an escape, and the like."""
    for i, event in enumerate(events):
        yield event.replace('"src_ip"', ['"src\\u005fip"', '"x":{"a":[1e400,-0.0]},"src_ip"', '"src_ip":1,"src_ip"'][i % 3])


def make_inputs(root, folder):
    """All files of input into folder/in; programs are found by PATH."""
    into = folder / "in"
    into.mkdir()
    with lzma.open(root / "samples/day.eve.json.xz", "rt") as day:
        events = list(some(day))
    dhcp = [event for event in events if '"event_type":"dhcp"' in event]
    put = {"eve": lines(events), "few": lines(dhcp[:8]), "eve.gz": gzip.compress(lines(events)), "odd": lines(odd(dhcp[:12])),
           "kcat": lines(envelope(*pair) for pair in enumerate(events)),
           "bad": lines(['{"event_type":"dhcp",', events[0], '{"event_type":"dhcp","dhcp":{"x":"\x01"}}', dhcp[0]] * 2),
           "tail": lines([*events[:30], "{dhcp}", *events[30:60]]) + b'"dhcp"',
           "values": lines(f'{{"x":{x}}}' for x in ['[2,{"b":1}]', "[1]", '{"a":[1,"é"]}', '"a\\u0000"', "1e400", "null"]),
           "forms": b"".join(f.read_bytes().rstrip(b"\n") + b"\n" for f in sorted((root / "tests/data/forms").glob("*.json")))}
    for name, text in put.items():
        (into / name).write_bytes(text)
    for name, command in {
            "records": "eve-dhcp-filter --heartbeat=10m --time event in/kcat",
            "sorted": "grep -v '^{.heartbeat' in/records | LC_ALL=C sort",
            "half": "head -n 50 in/records",
            "shuffled": "awk 'NR % 5 == 0 { held = held $0 \"\\n\"; next } { print } END { printf \"%s\", held }' in/records",
            "rows": "dhcp-window -e 5m -b client_mac,dhcp_type -a 'count,max(hostname),max_ts=max(ts)' in/records",
            "part1": f"dhcp-window --partial -a '{ALL}' in/half",
            "part2": f"tail -n +51 in/records | dhcp-window --partial -a '{ALL}'",
            "state1": f"dhcp-window {LIVE} --checkpoint s in/half >rows && cat s",
            "source1": f"dhcp-window {PLACED} --checkpoint s1 in/half >keyed && cat s1",
            "placed": f"dhcp-window {PLACED} in/records | cut -f 2-",
            "holes": "sed 3,4d in/placed",
            "merged1": f"head -n 9 in/placed | dhcp-window {MERGED} --checkpoint s2 >rows && cat s2"}.items():
        (into / name).write_bytes(made_by(folder, command))
