#!/usr/bin/env python3
"""Kills `faultline load` with SIGKILL at random moments and checks that nothing is lost and nothing counted twice.

usage: kill_loop.py BIN_DIR LOOPS [SEED]

Loads a sample once without disturbance, then LOOPS times with one to four kills before the last run, and compares
events, counters, signatures and pairs with the undisturbed store. Prints a line a loop on failure and a summary last.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from store_summary import check_reference, differences, summary


def load_command(faultline, store, key, files):
    return [faultline, "load", "--store", store, "--key-file", key, *files]


def disturbed(faultline, store, key, files, whole_seconds, rng):
    """Loads with kills at random moments, then to the end. Returns how often a run was really killed."""
    kills = 0
    for _ in range(rng.randint(1, 4)):
        process = subprocess.Popen(load_command(faultline, store, key, files), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=rng.uniform(0.005, whole_seconds * 1.05))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    subprocess.run(load_command(faultline, store, key, files), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return kills


def main(bin_dir, loops, seed):
    faultline, rng = os.path.join(bin_dir, "faultline"), random.Random(seed)
    work = tempfile.mkdtemp(prefix="faultline-kill-")
    try:
        sample, key = os.path.join(work, "sample"), os.path.join(work, "key")
        subprocess.run([faultline, "sample", "--seed", str(seed), "--minutes", "120", "--out", sample], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        files = sorted(os.path.join(sample, f) for f in os.listdir(sample) if not f.endswith(".json"))
        reference_store = os.path.join(work, "reference")
        start = time.monotonic()
        subprocess.run(load_command(faultline, reference_store, key, files), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        whole = time.monotonic() - start
        want = summary(faultline, reference_store)
        if unfit := check_reference(want):
            print(unfit)
            return 1
        kills = wrong = 0
        for i in range(loops):
            store = os.path.join(work, f"store-{i}")
            kills += disturbed(faultline, store, key, files, whole, rng)
            got = summary(faultline, store)
            for difference in differences(want, got):
                wrong += 1
                print(f"loop {i}: {difference}")
            shutil.rmtree(store)
        print(f"{loops} loops, {kills} kills, {want['totals']['stored']} events and {len(want['pairs'])} pairs compared each time: {wrong} differences")
        return 1 if wrong or kills == 0 else 0
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 1))
