#!/usr/bin/env python3
"""Scores what is read from logs and records that others wrote, and prints one table.

The data are in $FAULTLINE_DATA (default ../shared/data beside the checkout): hdfs, parse/crowdsec_cases.jsonl,
parse/multiline, shippers; what is absent is skipped. Exits 1 when a bar is missed, 77 without any data.
"""
import os
import sys

import block_ids
import crowdsec
import figures
import joined_lines
import shipped_records

SERVER_LINES_BAR = 0.95


def server_lines(chosen, table):
    path = os.path.join(chosen.data, "parse", "crowdsec_cases.jsonl")
    if not os.path.exists(path):
        return table.skip("lines of servers", path)
    suites, _ = crowdsec.score(chosen, path)
    equal, fields = crowdsec.totals(suites)
    share = equal / max(fields, 1)
    table.add(f"lines of servers: fields equal of {fields:,}", share, f">= {SERVER_LINES_BAR}", share >= SERVER_LINES_BAR)
    return None


def main():
    chosen = figures.options(__doc__)
    table = figures.Table()
    for measure in (block_ids.measure, server_lines, joined_lines.measure, shipped_records.measure):
        measure(chosen, table)
    return table.status()


if __name__ == "__main__":
    sys.exit(main())
