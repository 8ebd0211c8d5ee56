#!/usr/bin/env python3
"""Scores `faultline suspects` on injected faults of a real microservice system.

usage: tests/truth/suspects.py [-b BIN] [-v] [--logs-only]      BIN holds the program (default build/bin)

Reads nezha/*.tar.xz of the folder FAULTLINE_DATA (default ../shared/data from the source root). For each day in
them: the fault-free minute (construct_data) and the minute two after each injection (rca_data), log rows and spans,
are loaded into one store, and the services are ranked for that minute against the fault-free one. One set of flags
serves all. A fault is found at rank K when its service is among the first K.

Exit status 0 when every bar is reached, 1 when not, 77 (skipped) without the data.
"""
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BARS = {1: 0.60, 3: 0.75, 5: 0.85}


def service_of(pod):
    return re.sub(r"-[0-9a-z]{6,10}-[0-9a-z]{5}$", "", pod)


def faults(day_folder):
    """The time to ask about, the service and the kind of each fault."""
    for name in glob.glob(os.path.join(day_folder, "*fault_list.json")):
        with open(name, encoding="utf-8") as text:
            for hour in json.load(text).values():
                for fault in hour:
                    injected = datetime.datetime.strptime(fault["inject_time"], "%Y-%m-%d %H:%M:%S")
                    yield injected + datetime.timedelta(minutes=2), service_of(fault["inject_pod"]), fault["inject_type"]


def minute_files(folder, minute, with_spans):
    kinds = ("log", "trace") if with_spans else ("log",)
    return [name for kind in kinds
            for name in glob.glob(os.path.join(folder, kind, f"{minute:%H_%M}_{kind}.csv"))]


def run(command, *, may_find_nothing=False):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in ((0, 1) if may_find_nothing else (0,)):
        sys.exit(f"{' '.join(command[:3])}: {done.stderr}")
    return done.stdout


def score_day(program, folder, day, with_spans, verbose):
    """The rank of each fault's service, 0 where it is not among the first ten."""
    rca, construct = os.path.join(folder, "rca_data", day), os.path.join(folder, "construct_data", day)
    healthy = os.path.basename(glob.glob(os.path.join(construct, "log", "*_log.csv"))[0])
    base = datetime.datetime.strptime(day + healthy[:5], "%Y-%m-%d%H_%M")
    ranks = []
    for at, service, kind in faults(rca):
        with tempfile.TemporaryDirectory() as work:
            store = os.path.join(work, "store")
            run([program, "load", "--quiet", "--store", store, *minute_files(construct, base, with_spans),
                 *minute_files(rca, at, with_spans)])
            until = base + datetime.timedelta(minutes=1)
            rows = [json.loads(line) for line in run(
                [program, "suspects", "--store", store, "--at", f"{at:%Y-%m-%dT%H:%M:%SZ}", "--baseline",
                 f"{base:%Y-%m-%dT%H:%M:%SZ}..{until:%Y-%m-%dT%H:%M:%SZ}", "-o", "ndjson", "-q"],
                may_find_nothing=True).splitlines()]
        rank = next((row["rank"] for row in rows if row["service"] == service), 0)
        ranks.append(rank)
        if verbose:
            print(f"{at:%Y-%m-%d %H:%M} {kind:15} {service}: rank {rank}")
            for row in rows[:3] if rank != 1 else []:
                print(f"    {row['rank']} {row['service']} {row['score']:.1f}: {row['summary']}")
    return ranks


def main():
    arguments = sys.argv[1:]
    program = os.path.join(ROOT, "build", "bin", "faultline")
    if "-b" in arguments:
        program = os.path.join(arguments[arguments.index("-b") + 1], "faultline")
    data = os.path.join(os.environ.get("FAULTLINE_DATA", os.path.join(ROOT, "..", "shared", "data")), "nezha")
    archives = sorted(glob.glob(os.path.join(data, "*.tar.xz")))
    if not archives:
        print(f"skipped: no archives in {data}; set FAULTLINE_DATA", file=sys.stderr)
        sys.exit(77)
    ranks = []
    for archive in archives:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(archive) as members:
                members.extractall(folder, [m for m in members.getmembers() if "/metric/" not in m.name])
            for day in sorted(os.listdir(os.path.join(folder, "rca_data"))):
                ranks += score_day(program, folder, day, "--logs-only" not in arguments, "-v" in arguments)
    shares = {k: sum(1 for rank in ranks if 0 < rank <= k) / len(ranks) for k in BARS}
    print(f"{len(ranks)} faults: " + "  ".join(f"rank {k}: {s:.3f} (bar {BARS[k]:.2f})" for k, s in shares.items()))
    met = all(shares[k] >= bar for k, bar in BARS.items())
    print("bars " + ("met" if met else "MISSED"))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
