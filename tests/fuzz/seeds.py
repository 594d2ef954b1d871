#!/usr/bin/env python3
"""Seeds for every target, cut from the sample day, the tests' data and what the programs make of them.

    python3 tests/fuzz/seeds.py FOLDER      FOLDER/TARGET/*, one input a file; the programs are taken from $BIN (bin)

The last line is `N seeds`.
"""
import base64
import glob
import hashlib
import json
import lzma
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("BIN", os.path.join(ROOT, "bin")))
MOST = 4000  # bytes an input
FOLDER = os.path.abspath(sys.argv[1])
made = set()


def seed(target, data):
    if not 0 < len(data) <= MOST:
        return
    folder = os.path.join(FOLDER, target)
    os.makedirs(folder, exist_ok=True)
    name = os.path.join(folder, hashlib.sha1(data).hexdigest())
    made.add(name)
    with open(name, "wb") as file:
        file.write(data)


def read(name):
    with (lzma.open if name.endswith(".xz") else open)(os.path.join(ROOT, name), "rb") as file:
        return file.read()


def lines(name):
    return read(name).rstrip(b"\n").split(b"\n")


def found(pattern):
    return sorted(os.path.relpath(name, ROOT) for name in glob.glob(os.path.join(ROOT, pattern)))


def ran(program, *arguments, given=b""):
    return subprocess.run([os.path.join(BIN, program), *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False).stdout


def header(name, macro):
    """The text of a macro that is string literals, as C joins them."""
    text = re.search(r"#define " + macro + r" ((?:.*\\\n)*.*)", read(name).decode()).group(1)
    return "".join(re.findall(r'"([^"]*)"', text))


def literals(name):
    """The string literals of a C file or of a script, as they are written."""
    return [json.loads('"' + text + '"').encode("utf-8", "surrogatepass") for text in re.findall(r'"((?:[^"\\\n]|\\["\\nt])*)"', read(name).decode())]


def groups(items, n):
    return [b"\n".join(items[i:i + n]) for i in range(0, len(items), n)]


# --- lines as Suricata, Kafka and shippers write them

day = lines("samples/day.eve.json.xz")
dhcp = [line for line in day if b'"event_type":"dhcp"' in line]
eve = day[::400] + dhcp[::100] + [line for name in found("tests/data/suricata/*.json") for line in lines(name)]
edge = [json.loads(line) for line in lines("tests/data/spark/edge-matrix.jsonl")]
odd = [case["value"].replace("\n", " ").encode("utf-8", "surrogatepass") for case in edge if case.get("value")]
odd += [base64.b64decode(case["value_b64"]).replace(b"\n", b" ") for case in edge if case.get("value_b64")]
forms = [line for name in found("tests/data/forms/*.json") for line in lines(name)]
kafka = [line for name in found("tests/data/spark/kafka/messages-*.xz") + found("tests/data/spark/messages-*") for line in lines(name)[::40]]
for line in eve + odd + forms + kafka:
    seed("eve", line)
    seed("envelope", b"0" + line)
for both in groups(eve + forms, 3):
    seed("eve", both)
for i, line in enumerate(eve[::5] + forms + kafka):
    seed("envelope", b"01234"[i % 5:i % 5 + 1] + line)
    seed("front", b"0123456789"[i % 10:i % 10 + 1] + line)
for i, four in enumerate(groups(kafka, 4) + groups(forms + eve[::7], 4)):
    seed("front", b"0123456789"[i % 10:i % 10 + 1] + four)

# --- records, rows, partial rows, checkpoints

everything, partial_by = (header("tests/fuzz/fuzz.h", name) for name in ("EVERYTHING", "PARTIAL_BY"))
usual = ran("eve-dhcp-filter", given=b"\n".join(forms + kafka + eve)).splitlines()
names = {b"src_ip": b"ip", b"hostname": b"name", b"client_mac": b"v", b"offset": b"n"}
log = subprocess.run(["bash", "-c", ". tests/window.bash && log 120"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.splitlines()
records = log + [re.sub(rb'"(src_ip|hostname|client_mac|offset)":', lambda m: b'"' + names[m.group(1)] + b'":', line) for line in usual]
specs = {b"0": [], b"1": ["-e", "1h", "--slide", "25m", "--align", "7m"], b"2": ["--session", "3m"]}  # as fuzz_windows
for several in groups(records, 6) + groups(log, 11) + [b"\n".join(log[:20])]:
    for kind, options in specs.items():
        seed("record", kind + several)
        seed("placed", kind + several)
        seed("partial", ran("dhcp-window", "--partial", "-b", partial_by, "-a", everything, *options, given=several))
        whole = ran("dhcp-window", "-b", "id", *options, given=several)
        for row in b"0123456789:;<=>?@ABC":
            seed("row", bytes([row]) + whole)
        saved = os.path.join(FOLDER, "saved")
        ran("dhcp-window", "--save", saved, "--partitions", "3", "--lateness", "5m", "-a", everything, *options, given=several)
        if os.path.exists(saved):
            text = open(saved, "rb").read()
            os.remove(saved)
            seed("checkpoint", kind + text[:text.rindex(b"\n", 0, -1)])
            seed("statefile", b"0000" + text)
            seed("statefile", b"1111" + text[:200])
for name in found("tests/golden/topn-*") + found("tests/golden/window-*") + found("tests/data/spark/rows-*"):
    for several in groups(lines(name), 8)[:6]:
        for row in b"0369<=>?@ABC":
            seed("row", bytes([row]) + several)

# --- messages of leases

for n in range(40):
    seed("lease", hashlib.sha512(b"%d" % n).digest())  # nothing up any sleeve
    seed("lease", bytes(x & mask for x in hashlib.sha512(b"-%d" % n).digest() for mask in (0x9f, 0x03, 0x3f)))

# --- words

for word in literals("tests/unit/when.c"):
    seed("stamps", word)
    seed("durations", word)
for several in groups(literals("tests/unit/when.c"), 5):
    seed("stamps", several)
addresses = [b"::ffff:10.0.0.1", b"2001:db8::/32", b"1:2:3:4:5:6:7:8", b"fe80::1", b"10.0.0.255", b"0.0.0.0/0", b"10.0.0.0/8", b"::", b"1::8/127"]
for word in addresses + [b"\n".join(addresses)]:
    seed("address", word)
    seed("network", word)
for bits in 0, 1, 7, 8, 9, 24, 31, 32, 33, 127, 128, 129:
    seed("network", b"".join(b"%s/%d\n" % (word, bits) for word in [b"10.77.4.5", b"2001:db8:0:1::2", b"255.255.255.255", b"::ffff:1.2.3.4", b"printer"]))
for word in literals("tests/unit/number.c") + literals("tests/unit/text.c"):
    seed("text", word)
    seed("number", b'{"n":' + word + b"}")
manuals = b"\n".join(read(name) for name in found("tests/*.bats") + found("README.md") + found("man/*.1"))
for program, target in ("dhcp-window", "window_options"), ("dhcp-topn", "topn_options"), ("eve-dhcp-filter", "filter_options"):
    for command in set(re.findall(program.encode() + rb" ((?:'[^'\n]*'|[-\w,.:=()/ ])+)", manuals)):
        words = [word.strip(b"'") for word in re.findall(rb"'[^'\n]*'|[^ ]+", command)]
        if target == "window_options":
            seed(target, b"\n".join(words))
            continue
        letters = {b"--sort": b"k", b"--by": b"b", b"--sum": b"s", b"--per": b"p", b"--upsert": b"u", b"-x": b"x", b"--src": b"y", b"-r": b"r",
                   b"-t": b"t", b"--since": b"s", b"--until": b"u", b"--fields": b"f", b"-k": b"k", b"-b": b"b", b"-u": b"u", b"-f": b"f", b"-n": b"n"}
        seed(target, b"\n".join(letters[option] + value for option, value in zip(words, words[1:]) if option in letters))
print(len(made), "seeds")
