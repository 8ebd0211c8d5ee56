#!/usr/bin/env python3
"""Scores the median lags of correlate against a fleet's truth.json.

usage: score_lags.py TRUTH.json PAIRS.ndjson

Planted lags are log-normal with a sigma of 0.5, so the median of n of them is off by 63 % / sqrt(n) itself: pairs with
100 planted units or more, and ten times as many as coincide, must be within 20 % of the truth's; smaller ones are
counted and not judged. Exit status 0 when all are.
"""
import json
import re
import sys

ENOUGH, TOLERANCE = 100, 0.2


def main(truth_path, pairs_path):
    with open(truth_path) as f:
        truth = json.load(f)
    masks = {side: [(re.compile(s["mask"]), s["id"]) for s in truth[f"{side}_signatures"]] for side in ("client", "server")}
    which = lambda side, text: next((i for mask, i in masks[side] if mask.search(text)), None)
    lag_of = {c["server"]: c["lag_s"] for c in truth["causes"]}
    planted = {(p["client"], p["server"]): p for p in truth["pairs"] if p["planted"] > 0}
    within = {True: [0, 0], False: [0, 0]}
    with open(pairs_path) as f:
        for line in f:
            pair = json.loads(line)
            key = which("client", pair["client"]["exemplar"]), which("server", pair["server"]["exemplar"])
            if not pair.get("significant") or key not in planted:
                continue
            want, got = lag_of[key[1]], pair.get("medianLagSeconds", 0)
            enough = planted[key]["planted"] >= ENOUGH and planted[key]["planted"] >= 10 * planted[key]["coincidence"]
            good = abs(got - want) <= TOLERANCE * want
            within[enough][0] += good
            within[enough][1] += 1
            if enough and not good:
                print(f"  client {key[0]} server {key[1]}: {planted[key]['planted']} units, lag {got:.2f} s, truth {want:.2f} s")
    ok = within[True][0] == within[True][1]
    print(f"  {'met   ' if ok else 'MISSED'} median lags within 20 %: {within[True][0]} of {within[True][1]} pairs with "
          f"{ENOUGH} units or more; of the smaller ones {within[False][0]} of {within[False][1]}")
    return 0 if ok else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
