#!/usr/bin/env python3
"""A partitioned log, as eve-dhcp-filter --heartbeat would write it, and ways to read it.

    interleave.py logs SEED N      p0 p1 p2 p3 (the partitions) and log.1 ... log.N (N interleavings of them)
    interleave.py feed SEED FILE FIFO [FILE FIFO]...    write each file to its FIFO, all at once, in torn pieces

The log has what makes it hard: disorder inside partitions up to 15 minutes, records on the edges of windows and
exactly as late as they may be, a partition an hour ahead of the others, one that has hardly a record but heartbeats,
partitions of one number in two topics, keys and members written in several ways.
"""
import json
import os
import random
import sys
import time
from datetime import datetime, timedelta

START = datetime(2019, 4, 30, 5)
TOPICS = [("suricata", 0), ("suricata", 1), ("suricata", 2), ("suricata2", 0)]
AHEAD, SPARSE = 1, 2  # which partitions are so
HOSTS = ["printer", "Printer", "nas\u0000", 'q"\\', "büro", "\U0001f600", "\uff5a", "", "a" * 70, "10.0.0.9"]


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record(rnd, at, topic, partition, offset):
    members = {"ts": stamp(at), "id": rnd.choice([7, 7, 8, "7", 9, 10, None]), "src_ip": f"10.0.0.{rnd.randrange(8, 12)}"}
    if rnd.random() < 0.7:
        members["hostname"] = rnd.choice(HOSTS + [None])
    members |= {"n": rnd.choice([1, -5, 0.25, 1000000]), "topic": topic, "partition": partition, "offset": offset}
    text = json.dumps(members, ensure_ascii=rnd.random() < 0.5, separators=rnd.choice([(",", ":"), (", ", ": ")]))
    if rnd.random() < 0.1:  # the last one counts
        text = text.replace('"ts"', '"src_ip":"99.9.9.9","id":11,"ts"', 1)
    if rnd.random() < 0.1:
        text = text.replace('"hostname"', '"host\\u006eame"')
    return text


def heartbeat(highest, topic, partition, offset):
    members = {"heartbeat": True, "ts": highest and stamp(highest.replace(microsecond=0)), "topic": topic,
               "partition": partition, "offset": offset}
    return json.dumps({k: v for k, v in members.items() if v is not None}, separators=(",", ":"))


def partition_lines(rnd, number):
    topic, partition = TOPICS[number]
    now = START + timedelta(hours=number == AHEAD, microseconds=rnd.randrange(10**6))
    highest, offset, lines = None, rnd.randrange(1000), []
    for _ in range(75):
        # Lines that are no DHCP stand in between: they are seen in the heartbeats alone.
        offset += rnd.choice([1, 1, 2, 9])
        now += timedelta(seconds=rnd.choice([0, 1, 20, 100, 300]), microseconds=rnd.choice([0, 0, 1]))
        at, chance = now, rnd.random()
        if chance < 0.2:  # on the edge behind or ahead
            at = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0) + rnd.choice([0, 1]) * timedelta(minutes=10)
        elif chance < 0.5 and highest:
            at = highest - timedelta(seconds=rnd.choice([0, 1, 59, 60, 61, 240, 600, 900, 1800]), microseconds=rnd.choice([-1, 0, 1]))
        highest = max(highest or at, at)
        if rnd.random() < (0.1 if number == SPARSE else 0.85):
            lines.append(record(rnd, at, topic, partition, offset))
        if rnd.random() < 0.3:
            lines.append(heartbeat(highest if lines else None, topic, partition, offset))
    return lines


def interleaving(rnd, partitions):
    """One line here, one there; or in bursts; or one partition after the other."""
    burst = rnd.choice([1, 1, 3, 20, 10**6])
    rest = [list(reversed(lines)) for lines in partitions]
    while any(rest):
        lines = rnd.choice([lines for lines in rest if lines])
        for _ in range(min(rnd.randint(1, burst), len(lines))):
            yield lines.pop()


def write(name, lines):
    with open(name, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def logs(seed, n):
    rnd = random.Random(seed)
    partitions = [partition_lines(rnd, number) for number in range(len(TOPICS))]
    for number, lines in enumerate(partitions):
        write(f"p{number}", lines)
    for i in range(1, n + 1):
        write(f"log.{i}", interleaving(rnd, partitions))


def feed(seed, names):
    rnd = random.Random(seed)
    pairs = list(zip(names[::2], names[1::2]))
    rnd.shuffle(pairs)
    texts = {}
    for file, fifo in pairs:
        with open(file, "rb") as f:
            texts[os.open(fifo, os.O_WRONLY)] = f.read()
    while texts:
        fd = rnd.choice(list(texts))
        n = rnd.choice([1, 30, 1000])
        os.write(fd, texts[fd][:n])
        texts[fd] = texts[fd][n:]
        if not texts[fd]:
            os.close(fd)
            del texts[fd]
        if rnd.random() < 0.2:
            time.sleep(0.0005)


if sys.argv[1] == "logs":
    logs(sys.argv[2], int(sys.argv[3]))
else:
    feed(sys.argv[2], sys.argv[3:])
