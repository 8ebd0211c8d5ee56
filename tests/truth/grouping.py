#!/usr/bin/env python3
"""Scores `faultline group` on logs whose lines people have given templates.

The logs are those of loghub_2k in $FAULTLINE_DATA (default ../shared/data beside the checkout):
SYSTEM/SYSTEM_2k.log_structured.csv holds the message of each line and its template as first
labelled, ..._structured_corrected.csv as labelled again. One configuration for all.
template_score.py says what is measured; --verbose prints all of it. Exits 1 when a bar is missed, 77 without the data.
"""
import csv
import glob
import io
import os
import sys
import tempfile

import figures
import template_score

MEANS = (("GA", "original", 0.95), ("FGA", "original", 0.90), ("FTA", "corrected", 0.55))
LOWEST_GA = 0.80


def column(path, name):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def templates(chosen, messages):
    """What `group` says of each message."""
    with tempfile.NamedTemporaryFile("w", suffix=".log", encoding="utf-8") as file:
        file.writelines(" ".join(message.splitlines()) + "\n" for message in messages)
        file.flush()
        printed = figures.run(chosen, "group", "--raw-lines", "--quiet", "-o", "csv", file.name)
    return [row["EventTemplate"] for row in csv.DictReader(io.StringIO(printed, newline=""))]


def measure(chosen, table):
    csv.field_size_limit(10**9)
    folder = os.path.join(chosen.data, "loghub_2k")
    scores = {"original": [], "corrected": []}
    for path in sorted(glob.glob(os.path.join(folder, "*", "*_structured.csv"))):
        system = os.path.basename(os.path.dirname(path))
        predicted = templates(chosen, column(path, "Content"))
        for labels, labelled in (("original", path), ("corrected", path.replace("_structured", "_structured_corrected"))):
            figure = template_score.score(column(labelled, "EventTemplate"), predicted)
            scores[labels].append(figure)
            if labels == "original":
                table.add(f"{system}: GA, original labels", figure["GA"], f">= {LOWEST_GA}", figure["GA"] >= LOWEST_GA)
            for name in ("GA", "FGA", "FTA") if chosen.verbose else ():
                table.add(f"  {system}: {name}, {labels} labels", figure[name])
    if not scores["original"]:
        return table.skip("loghub_2k", folder)
    for name, labels, bar in MEANS:
        mean = sum(figure[name] for figure in scores[labels]) / len(scores[labels])
        table.add(f"mean of {len(scores[labels])} systems: {name}, {labels} labels", mean, f">= {bar}", mean >= bar)
    return None


def main():
    chosen = figures.options(__doc__)
    table = figures.Table()
    measure(chosen, table)
    return table.status()


if __name__ == "__main__":
    sys.exit(main())
