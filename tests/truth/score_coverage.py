#!/usr/bin/env python3
"""Scores what coverage answers against a fleet's truth.json.

usage: score_coverage.py TRUTH.json CLIENT.json SERVER.json

CLIENT.json and SERVER.json are what `faultline coverage -o json` gives for the two sides, without filter and window.
Exit status 0 when the terms add up to the total on both sides, and both sides, the client units
without an id and the not-identifying trace ids are as they should be.
"""
import json
import sys

TERMS = ("linked", "clientOnly", "serverOnly", "ambiguous", "stillOpen")


def read(path):
    with open(path) as f:
        return json.load(f)


def main(truth_path, client_path, server_path):
    truth, client, server = read(truth_path), read(client_path), read(server_path)
    number = lambda answer, field: int(answer.get(field, 0))
    listed = {i["id"]["value"] for i in client.get("notIdentifying", [])}
    checks = {
        "client side: terms add up to the total": sum(number(client, t) for t in TERMS) == number(client, "total"),
        "server side: terms add up to the total": sum(number(server, t) for t in TERMS) == number(server, "total"),
        "client side: rows add up to the total": sum(int(r["units"]) for r in client["rows"]) == number(client, "total"),
        "both sides give the same terms": all(number(client, t) == number(server, t) for t in TERMS + ("total",)),
        "client units without an id are exact": number(client, "clientUnitsWithoutId") == truth["client_units_without_id"],
        "not-identifying trace ids are those of the truth": listed == set(truth["not_identifying_traces"]),
    }
    print("coverage: " + ", ".join(f"{t} {number(client, t)}" for t in TERMS) + f", total {number(client, 'total')}")
    for check, holds in checks.items():
        print(f"  {'met   ' if holds else 'MISSED'} {check}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
