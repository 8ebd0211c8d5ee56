#!/usr/bin/env python3
"""Sends one stream in other orders, over four partitions to two workers that are killed, and compares the pairs byte for byte.

usage: arrival_order.py BIN_DIR LOOPS [SEED]

The reference is one store, loaded from a file in order. Each loop shuffles the records within the two hours that uploads
may be late, gives them to a topic of four partitions, and lets two workers of a group read two each into stores of their
own, killing both at random moments. What correlate answers over both stores must be what it answers over the reference.
Exit status 77 where there is no broker.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from kafka_kill_loop import DEADLINE_SECONDS, DEPLOY, Worker, consumed

LATENESS_SECONDS = 7200
START = int(time.time()) // 60 * 60 - 6 * 3600  # Kafka's time is the receipt: claimed times must lie near it


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03d}Z"


def client(unit, at, rng):
    clock, way = rng.choice([-3000, 0, 0.4, 80]), 0.05 + rng.expovariate(5)
    record = {"timestamp": iso(at + clock), "sent_at": iso(at + 2 + clock), "received_at": iso(at + 2 + way), "side": "client", "level": "error",
              "service": "app", "region": unit["region"], "session_id": unit["session"], "message": f"send failed: reason {unit['client']}"}
    if unit["id"]:
        record["message_id"] = unit["id"]
    if unit["trace"]:
        record["trace_id"] = unit["trace"]
    return record


def server(unit, at, text=None):
    return {"timestamp": iso(at), "side": "server", "level": "info" if text else "error", "service": "mailbox", "region": unit["region"],
            "trace_id": unit["trace"] or unit["own_trace"], "message_id": unit["id"] or unit["own_id"], "message": text or f"write failed: shard kind {unit['server']}"}


def stream(rng):
    """Records with the moment each arrives, in the order of their arrival: links over two kinds of ids, retries, a shared trace id."""
    records = []
    for number in range(1500):
        at = START + rng.random() * 3600
        own_id, own_trace = f"m-{number:08d}", f"{rng.getrandbits(128):032x}"
        unit = {"region": rng.choice(["eu", "us", "sa"]), "session": f"s-{rng.randrange(700)}", "own_id": own_id, "own_trace": own_trace,
                "id": own_id if rng.random() < 0.9 else "", "trace": "c0ffee" * 5 + "00" if rng.random() < 0.1 else own_trace if rng.random() < 0.6 else "",
                "client": "abcd"[rng.randrange(4)] * 3, "server": "wxyz"[rng.randrange(4)] * 3}
        for _ in range(rng.choice([0, 1, 1, 2])):
            records.append(server(unit, at))
            at += rng.random()
        for _ in range(rng.choice([1, 1, 2])):
            records.append(client(unit, at + 1, rng))
            at += 2 + rng.random()
        if rng.random() < 0.1:
            records.append(server(unit, at, "message accepted"))
    for minute in range(60):
        for region in ("eu", "us", "sa"):
            records.append({"timestamp": iso(START + minute * 60), "kind": "attempts", "operation": "send", "region": region, "window_seconds": 60, "count": 400})
    return records


def answer(faultline, stores):
    """What must be the same: pairs with all their numbers and words."""
    asked = subprocess.run([faultline, "correlate", "--store", stores, "--all", "--limit", "0", "-o", "ndjson"], capture_output=True, check=True)
    return asked.stdout


def produce(faultline, brokers, topic, work, lines):
    path = os.path.join(work, "batch.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    subprocess.run([faultline, "produce", "--brokers", brokers, "--topic", topic, path], check=True, stdout=subprocess.DEVNULL)


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"not within {DEADLINE_SECONDS} s: {what}")
        time.sleep(0.1)


def read_by_any(faultline, stores):
    """How many of the topic's records were read, each counted once: a partition's furthest position over the stores."""
    positions = {}
    for store in stores:
        status = subprocess.run([faultline, "status", "--store", store, "-o", "ndjson"], capture_output=True, text=True)
        for stream in json.loads(status.stdout)["streams"] if status.returncode == 0 else []:
            positions[stream["stream"]] = max(positions.get(stream["stream"], 0), int(stream["nextOffset"]))
    return sum(positions.values())


def assigned(worker):
    """How many partitions the worker was given last."""
    counts = [line for line in open(worker.log.name, encoding="utf-8") if "kafka partitions assigned" in line]
    return counts[-1] if counts else ""


def disturbed(bin_dir, brokers, work, key, name, lines, rng):
    """Two workers read the lines, killed at random. Returns their stores and how often one was killed."""
    faultline = os.path.join(bin_dir, "faultline")
    stores = [os.path.join(work, f"{name}-{instance}") for instance in ("one", "two")]
    topic = f"logs.{name}"
    produce(faultline, brokers, topic, work, ["{}"])  # makes the topic; becomes a dead letter
    start = lambda i: Worker(bin_dir, brokers, stores[i], key, group=name, instance=("one", "two")[i], topics=f"^{topic}$")
    workers = [start(0), start(1)]
    wait_for(lambda: all("2" in assigned(worker).split("count")[-1] for worker in workers), "two partitions for each worker")
    kills, chunk = 0, len(lines) // 6 + 1
    for i in range(0, len(lines), chunk):
        produce(faultline, brokers, topic, work, lines[i:i + chunk])
        victim = rng.randrange(2)
        kills += workers[victim].kill_after(rng.uniform(0.02, 0.6))
        workers[victim] = start(victim)
    wait_for(lambda: read_by_any(faultline, stores) >= len(lines) + 1, "everything read")
    for worker in workers:
        worker.stop()
    return stores, kills


def run(bin_dir, work, brokers, loops, rng):
    faultline, key = os.path.join(bin_dir, "faultline"), os.path.join(work, "key")
    records = stream(rng)
    path = os.path.join(work, "ordered.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    reference = os.path.join(work, "reference")
    subprocess.run([faultline, "load", "--quiet", "--store", reference, "--key-file", key, path], check=True)
    want = answer(faultline, reference)
    if want.count(b"\n") < 10:
        print("the stream makes hardly any pairs: this test could not fail")
        return 1
    kills = wrong = 0
    for loop in range(loops):
        late = sorted(range(len(records)), key=lambda i: i / len(records) * 3600 + rng.random() * LATENESS_SECONDS)
        stores, more = disturbed(bin_dir, brokers, work, key, f"loop{loop}", [json.dumps(records[i]) for i in late], rng)
        kills += more
        shares = [consumed(faultline, store) for store in stores]
        got = answer(faultline, ",".join(stores))
        # The record that made the topic is read by both where its partition moved to the second worker behind it.
        if got != want or min(shares) == 0 or sum(shares) - len(records) not in (1, 2):
            wrong += 1
            different = [f"{a}\n  instead of {b}" for a, b in zip(got.splitlines(), want.splitlines()) if a != b][:2]
            print(f"loop {loop}: {shares} records of {len(records)} and one; {got.count(b'together')} rows of {want.count(b'together')}", *different, sep="\n  ")
    print(f"{loops} loops, {kills} kills, {len(records)} records and {want.count(b'together')} pairs compared each time: {wrong} differences")
    return 1 if wrong or kills == 0 else 0


def main(bin_dir, loops, seed):
    work = tempfile.mkdtemp(prefix="faultline-order-")
    broker = os.path.join(work, "broker")
    started = subprocess.run([os.path.join(DEPLOY, "kafka/start.sh"), broker, "num.partitions=4"], stdout=subprocess.PIPE, text=True)
    if started.returncode != 0:
        print("skipped: no broker")
        return 77
    try:
        return run(bin_dir, work, started.stdout.strip(), loops, random.Random(seed))
    finally:
        subprocess.run([os.path.join(DEPLOY, "kafka/stop.sh"), broker])
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 1))
