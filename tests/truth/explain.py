#!/usr/bin/env python3
"""Scores `faultline explain --table` on real incidents whose causes people have named.

usage: tests/truth/explain.py [-b BIN] [-v] [--untimed]         BIN holds the program (default build/bin); --untimed: the time does not decide

Reads multidim_rs of the folder FAULTLINE_DATA (default ../shared/data from the source root): anomaly.yaml
with data, timestamp and cause of each incident, and one CSV an incident. One set of flags serves all. An
answer is the set of rows that share a rank; a cause is one combination of values, or a list of them. Three
readings of "found at rank K" are counted:

  set    the rows of one of the first K ranks are exactly the cause
  rows   all combinations of the cause are among the first K rows
  ranks  all combinations of the cause are among the rows of the first K ranks

Exit status 0 when `set` and `rows` reach every bar, 1 when not, 77 (skipped) without the data.
"""
import ast
import json
import os
import resource
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BARS = {1: 0.70, 3: 0.90, 5: 0.98}
MOST_MS = 50


def incidents(folder):
    found = []
    with open(os.path.join(folder, "anomaly.yaml"), encoding="utf-8") as text:
        for line in text:
            key, _, value = line.strip().removeprefix("- ").partition(":")
            if key == "data":
                found.append({"data": value.strip()})
            elif key == "timestamp":
                found[-1]["at"] = value.strip()
            elif key == "cause":
                cause = ast.literal_eval(value.strip())
                causes = cause if isinstance(cause, list) else [cause]
                found[-1]["cause"] = {combination(c) for c in causes}
    return found


def combination(values):
    return frozenset((str(dimension), str(value)) for dimension, value in values.items())


def ask(program, table, at):
    command = [program, "explain", "--table", table, "--value", "value", "--count", "cnt", "--time", "min", "--at", at,
               "-o", "ndjson", "-q"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(f"{table}: {done.stderr}")
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return [json.loads(line) for line in done.stdout.splitlines()], cpu * 1000


def found_at(rows, cause, most):
    """By reading: the first rank at which the cause was found, 0 for none up to `most`."""
    ranks, place = {}, {"set": 0, "rows": 0, "ranks": 0}
    for row in rows:
        ranks.setdefault(row["rank"], set()).add(combination(row["values"]))
    seen = set()
    for rank in range(1, most + 1):
        answer = ranks.get(rank, set())
        seen |= answer
        if answer == cause and not place["set"]:
            place["set"] = rank
        if cause <= seen and not place["ranks"]:
            place["ranks"] = rank
        if cause <= {combination(row["values"]) for row in rows[:rank]} and not place["rows"]:
            place["rows"] = rank
    return place


def main():
    arguments = sys.argv[1:]
    program = os.path.join(ROOT, "build", "bin", "faultline")
    if "-b" in arguments:
        program = os.path.join(arguments[arguments.index("-b") + 1], "faultline")
    folder = os.path.join(os.environ.get("FAULTLINE_DATA", os.path.join(ROOT, "..", "shared", "data")), "multidim_rs")
    if not os.path.exists(os.path.join(folder, "anomaly.yaml")):
        print(f"skipped: no incidents in {folder}; set FAULTLINE_DATA", file=sys.stderr)
        sys.exit(77)
    cases = incidents(folder)
    places, times = [], []
    for case in cases:
        rows, cpu_ms = ask(program, os.path.join(folder, case["data"] + ".csv"), case["at"])
        place = found_at(rows, case["cause"], max(BARS))
        places.append(place)
        times.append(cpu_ms)
        if "-v" in arguments and place["set"] != 1:
            print(f"{case['data']}: set {place['set']}, rows {place['rows']}; the cause is "
                  + " and ".join(str(dict(sorted(c))) for c in case["cause"]))
            for row in rows[:8]:
                print(f"    {row['rank']} {row['values']} {row['score']:.1f} {row['summary']}")
    met = "--untimed" in arguments or max(times) <= MOST_MS
    for reading in ("set", "rows", "ranks"):
        shares = {k: sum(1 for p in places if 0 < p[reading] <= k) / len(places) for k in BARS}
        if reading != "ranks":
            met = met and all(shares[k] >= bar for k, bar in BARS.items())
        print(f"{reading:6} " + "  ".join(f"rank {k}: {share:.3f} (bar {BARS[k]:.2f})" for k, share in shares.items()))
    print(f"{len(cases)} incidents, {sum(times) / len(times):.1f} ms of CPU a case, {max(times):.1f} at most (bar {MOST_MS})")
    print("bars " + ("met" if met else "MISSED"))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
