#!/usr/bin/env python3
"""Kills faultlined with SIGKILL while it reads from a real broker and checks that nothing is lost and nothing counted twice.

usage: kafka_kill_loop.py BIN_DIR LOOPS [SEED]

Produces a sample once, reads it once without disturbance, then LOOPS times with one to four kills before the last run,
and compares positions, events, counters, signatures and pairs with the undisturbed store, which itself must agree with
`faultline load` of the same files. Exit status 77 where there is no broker.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from store_summary import check_reference, differences, summary

DEPLOY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../deploy")
DEADLINE_SECONDS = 60


class Worker:
    """faultlined in the role that reads and stores, until it is killed or told to stop."""

    def __init__(self, bin_dir, brokers, store, key, group=None, instance="one", topics=r"^logs\."):
        # Static membership: a killed worker's partitions come back at once.
        settings = {"store.path": store, "store.key_file": key, "kafka.brokers": brokers, "kafka.topics": topics, "kafka.group": group or os.path.basename(store),
                    "kafka.instance_id": instance, "store.seal_interval": "20ms", "store.sync_interval": "50ms", "http.listen": "127.0.0.1:0",
                    "rules.paths": os.path.join(DEPLOY, "rules")}
        flags = [flag for key, value in settings.items() for flag in ("--set", f"{key}={value}")]
        self.log = open(f"{store}.log", "ab")
        self.process = subprocess.Popen([os.path.join(bin_dir, "faultlined"), "--role=ingest", *flags], stdout=self.log, stderr=self.log)

    def kill_after(self, seconds):
        """Whether it was still running when it was killed."""
        try:
            self.process.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return True
        finally:
            self.log.close()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(timeout=DEADLINE_SECONDS)
        self.log.close()
        if code != 0:
            raise RuntimeError(f"faultlined ended with {code}; see {self.log.name}")


def consumed(faultline, store):
    """Log records that the store has taken; 0 where there is no store yet."""
    status = subprocess.run([faultline, "status", "--store", store, "-o", "ndjson"], capture_output=True, text=True)
    return int(json.loads(status.stdout)["totals"].get("consumed", 0)) if status.returncode == 0 else 0


def read_all(bin_dir, brokers, store, key, records):
    """Runs a worker until the store has every record. Returns the seconds that took."""
    start = time.monotonic()
    worker = Worker(bin_dir, brokers, store, key)
    while consumed(os.path.join(bin_dir, "faultline"), store) < records:
        if worker.process.poll() is not None:
            raise RuntimeError(f"faultlined ended by itself; see {worker.log.name}")
        if time.monotonic() > start + DEADLINE_SECONDS:
            raise RuntimeError(f"not everything was read within {DEADLINE_SECONDS} s; see {worker.log.name}")
        time.sleep(0.05)  # a look at the store costs the processor that the worker needs
    seconds = time.monotonic() - start
    worker.stop()
    return seconds


def without_streams(part):
    """What a store read from files and one read from topics have in common."""
    return {name: value for name, value in part.items() if name != "streams"}


def prepare(bin_dir, work, brokers, seed):
    """Produces the sample, in topics of their own, and loads it from files too. Returns that store's summary and the number of records."""
    faultline = os.path.join(bin_dir, "faultline")
    sample = os.path.join(work, "sample")
    subprocess.run([faultline, "sample", "--seed", str(seed), "--minutes", "60", "--out", sample], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    files = sorted(os.path.join(sample, f) for f in os.listdir(sample) if not f.endswith(".json"))
    for file in files:
        topic = "logs." + os.path.splitext(os.path.basename(file))[0]
        subprocess.run([faultline, "produce", "--brokers", brokers, "--topic", topic, file], check=True, stdout=subprocess.DEVNULL)
    loaded, key = os.path.join(work, "loaded"), os.path.join(work, "key")
    subprocess.run([faultline, "load", "--store", loaded, "--key-file", key, "--rules", os.path.join(DEPLOY, "rules"), *files], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    records = sum(open(file, "rb").read().count(b"\n") for file in files)
    return summary(faultline, loaded), records, key


def run(bin_dir, work, brokers, loops, rng, seed):
    faultline = os.path.join(bin_dir, "faultline")
    want, records, key = prepare(bin_dir, work, brokers, seed)
    reference = os.path.join(work, "reference")
    whole = read_all(bin_dir, brokers, reference, key, records)
    read = summary(faultline, reference)
    if unfit := check_reference(read) or "; ".join(differences(without_streams(want), without_streams(read))):
        print(unfit)
        return 1
    kills = wrong = 0
    for i in range(loops):
        store = os.path.join(work, f"store-{i}")
        for _ in range(rng.randint(1, 4)):
            kills += Worker(bin_dir, brokers, store, key).kill_after(rng.uniform(0.02, max(whole, 0.5)))
        read_all(bin_dir, brokers, store, key, records)
        for difference in differences(read, summary(faultline, store)):
            wrong += 1
            print(f"loop {i}: {difference}")
        shutil.rmtree(store)
    print(f"{loops} loops, {kills} kills, {read['totals']['stored']} events and {len(read['pairs'])} pairs compared each time: {wrong} differences")
    return 1 if wrong or kills == 0 else 0


def main(bin_dir, loops, seed):
    work = tempfile.mkdtemp(prefix="faultline-kafka-kill-")
    broker = os.path.join(work, "broker")
    started = subprocess.run([os.path.join(DEPLOY, "kafka/start.sh"), broker], stdout=subprocess.PIPE, text=True)
    if started.returncode != 0:
        print("skipped: no broker")
        return 77
    try:
        return run(bin_dir, work, started.stdout.strip(), loops, random.Random(seed), seed)
    finally:
        subprocess.run([os.path.join(DEPLOY, "kafka/stop.sh"), broker])
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 1))
