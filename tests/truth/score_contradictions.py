#!/usr/bin/env python3
"""Scores what contradictions answers against a fleet's truth.json, and against its raw records.

usage: score_contradictions.py FLEET CONTRADICTIONS.json

FLEET is the folder of truth.json, client.ndjson and server.ndjson; CONTRADICTIONS.json is what `faultline contradictions
-o json` gives without filter and window. Lost replies are those of the truth. The truth also counts failures hidden by
a retry whose records share no id that identifies one unit; how many can be seen is counted here from the raw records.
Exit status 0 when both numbers are exact.
"""
import json
import os
import sys


def read(path):
    with open(path) as f:
        return [json.loads(line) for line in f]


def count(folder, truth):
    """Lost replies and hidden failures by the ids in the records."""
    bad = set(truth["not_identifying_traces"])
    clients = {r["message_id"] for r in read(os.path.join(folder, "client.ndjson")) if "message_id" in r}
    failed, successes = set(), {}
    for record in read(os.path.join(folder, "server.ndjson")):
        if record["message"].startswith("message accepted"):
            successes[record["message_id"]] = record["trace_id"]
            continue
        failed.update(record[kind] for kind in ("message_id", "trace_id") if kind in record and record[kind] not in bad)
    lost = sum(1 for message in successes if message in clients)
    hidden = sum(1 for message, trace in successes.items() if message not in clients and {message, trace} & failed)
    return lost, hidden


def main(folder, answer_path):
    with open(os.path.join(folder, "truth.json")) as f:
        truth = json.load(f)
    with open(answer_path) as f:
        answer = json.load(f)
    lost, hidden = int(answer.get("lostReplyUnits", 0)), int(answer.get("hiddenByRetryUnits", 0))
    seen_lost, seen_hidden = count(folder, truth)
    without_id = truth["hidden_with_success_logged"] - seen_hidden
    checks = {
        f"lost replies: {lost}, truth {truth['lost_reply_units']}": lost == truth["lost_reply_units"] == seen_lost,
        f"hidden by a retry: {hidden}, truth {truth['hidden_with_success_logged']} of which {without_id} share no id":
            hidden == seen_hidden and without_id >= 0,
    }
    for check, holds in checks.items():
        print(f"  {'met   ' if holds else 'MISSED'} {check}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
