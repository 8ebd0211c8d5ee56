#!/usr/bin/env python3
"""Scores `faultline detect --table` on simulated series of counts.

usage: tests/truth/detect.py [-b BIN] [--seed N] [-v]      BIN holds the program (default build/bin)

Series are Poisson, or over-dispersed with a variance of mean + a * mean^2; flat, or with the shape of a day. Counts are
drawn exactly, from their cumulative distribution. Two figures are printed:

  false alarms  findings in series without anything planted, per 1,000 hours of a series, from its first minute
  found         spikes of five times the rate, of 20 a minute or more, found within two buckets of their start

Of over-dispersed series, spikes are planted at a = 0.1: with a = 0.3, a detector that knows rate and scatter exactly finds
two of three within two buckets at such an alarm rate (the last line prints what is found of them).

Exit status 0 when both bars are met, else 1.
"""
import argparse
import bisect
import json
import math
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DAY = 1440
MOST_FALSE_ALARMS = 0.2  # per 1,000 hours
LEAST_FOUND = 0.95
SPIKE_MINUTES, APART = 10, 180


class Counts:
    """Draws counts with a given mean and overdispersion."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tables = {}

    def draw(self, mean, overdispersion):
        key = (round(mean, 3), overdispersion)
        if key not in self.tables:
            self.tables[key] = self.cumulative(*key)
        return bisect.bisect(self.tables[key], self.random.random())

    @staticmethod
    def cumulative(mean, overdispersion):
        size = 1 / overdispersion if overdispersion else 0

        def chance(k):
            if not overdispersion:
                return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
            return math.exp(math.lgamma(size + k) - math.lgamma(size) - math.lgamma(k + 1) -
                            size * math.log1p(mean / size) + k * math.log(mean / (size + mean)))

        total, sums, k = 0.0, [], 0
        while total < 1 - 1e-11 and (k < 1000 or k < 20 * mean):
            total += chance(k)
            sums.append(total)
            k += 1
        return sums


def rate_at(rate, has_shape, minute):
    return rate * (1 + 0.6 * math.sin(2 * math.pi * (minute % DAY) / DAY)) if has_shape else rate


def detect(program, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as table:
        table.write("minute,series,count\n")
        table.writelines(rows)
        table.flush()
        done = subprocess.run([program, "detect", "--table", table.name, "--time", "minute", "--count", "count",
                               "-o", "ndjson", "-q"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def minute_of(time):
    date, clock = time.rstrip("Z").split("T")
    year, month, day = (int(part) for part in date.split("-"))
    if (year, month) != (1970, 1):
        sys.exit(f"a time outside of the table: {time}")
    hours, minutes = clock.split(":")[:2]
    return (day - 1) * DAY + int(hours) * 60 + int(minutes)


def false_alarms(program, counts, days, copies, verbose):
    rows, hours = [], 0
    for has_shape in (False, True):
        for overdispersion in (0, 0.1, 0.3):
            for rate in (0.05, 1, 5, 20, 200):
                for copy in range(copies):
                    name = f"{has_shape}/{overdispersion}/{rate}/{copy}"
                    hours += days * 24
                    for minute in range(days * DAY):
                        count = counts.draw(rate_at(rate, has_shape, minute), overdispersion)
                        if count:
                            rows.append(f"{minute},{name},{count}\n")
    findings = detect(program, rows)
    if verbose:
        for finding in findings:
            print("  ", finding["series"]["series"], finding["kind"], finding["start"], finding["reason"])
    return len(findings), hours


def found(program, counts, overdispersions, copies):
    rows, spikes = [], {}
    for has_shape in (False, True):
        for overdispersion in overdispersions:
            for rate in (20, 60, 200):
                for copy in range(copies):
                    name = f"{has_shape}/{overdispersion}/{rate}/{copy}"
                    begin = 2 * DAY + counts.random.randrange(DAY)
                    spikes[name] = [begin + i * APART for i in range(3)]
                    # The rate is at least `rate` whatever the hour.
                    scale = rate / 0.4 if has_shape else rate
                    for minute in range(begin + 3 * APART):
                        mean = rate_at(scale, has_shape, minute)
                        if any(spike <= minute < spike + SPIKE_MINUTES for spike in spikes[name]):
                            mean *= 5
                        rows.append(f"{minute},{name},{counts.draw(mean, overdispersion)}\n")
    moments = {}
    for finding in detect(program, rows):
        if finding["kind"] == "spike":
            moments.setdefault(finding["series"]["series"], []).append(minute_of(finding["found"]))
    hits = sum(any(spike < moment <= spike + 2 for moment in moments.get(name, []))
               for name, begins in spikes.items() for spike in begins)
    return hits, sum(len(begins) for begins in spikes.values())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("-b", default=os.path.join(ROOT, "build/bin"))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--days", type=int, default=3)
    options.add_argument("--copies", type=int, default=6)
    options.add_argument("-v", action="store_true")
    options = options.parse_args()
    program, counts = os.path.join(options.b, "faultline"), Counts(options.seed)
    alarms, hours = false_alarms(program, counts, options.days, options.copies, options.v)
    rate = 1000 * alarms / hours
    print(f"false alarms {rate:.3f} per 1,000 series-hours ({alarms} in {hours:,} h, bar {MOST_FALSE_ALARMS})")
    hits, spikes = found(program, counts, (0, 0.1), options.copies)
    print(f"5x spikes found within 2 buckets {100 * hits / spikes:.1f} % ({hits} of {spikes}, bar {100 * LEAST_FOUND:.0f} %)")
    if options.v:
        wild, all_wild = found(program, counts, (0.3,), options.copies)
        print(f"of series with overdispersion 0.3: {100 * wild / all_wild:.1f} %")
    sys.exit(0 if rate <= MOST_FALSE_ALARMS and hits >= LEAST_FOUND * spikes else 1)


if __name__ == "__main__":
    main()
