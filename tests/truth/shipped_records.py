"""What is read from the records that stock shippers and loggers put on Kafka, against what stands in their bytes.

NAME.jsonl holds the records, NAME.expect.jsonl one event a line with the source records it covers (`offsets`), its place
in a batch (`index`) and what must be read; a field that is null is not asked for.
"""
import glob
import json
import os

import figures


def squeeze(text):
    return " ".join((text or "").replace("\\n", "\n").split())


def plain_id(text):
    return (text or "").replace("-", "").lower()


def last_part(name):
    return (name or "").replace("::", ".").split(".")[-1]


def frames(event):
    return (event.get("exception") or {}).get("frames") or []


# Field of the expectation -> whether an event has what is wanted.
CHECKS = {
    "message_contains": lambda want, event: squeeze(want) in squeeze(event.get("message")),
    "severity": lambda want, event: (event.get("severity") or "").upper() == want,
    "service": lambda want, event: event.get("service") == want,
    "trace_id": lambda want, event: plain_id((event.get("ids") or {}).get("trace")) == plain_id(want),
    "message_id": lambda want, event: plain_id((event.get("ids") or {}).get("message")) == plain_id(want),
    "exception_type": lambda want, event: last_part((event.get("exception") or {}).get("type")) == last_part(want),
    "exception_top_frame_contains": lambda want, event: any(want in frame for frame in frames(event)),
}


def event_of(want, events, used):
    """The event that covers the wanted records, at its place in a batch; None where there is none left."""
    first, last = want["offsets"]
    near = [i for i, event in enumerate(events) if i not in used and first <= int(event.get("offset", -1)) <= last]
    if want.get("index") is not None:
        near = [i for i in near if int(events[i].get("index", 0)) == want["index"]] or near
    message = want.get("message_contains") or ""
    return next((i for i in near if CHECKS["message_contains"](message, events[i])), near[0] if near else None)


def compare(name, expected, events, verbose):
    """(met, asked)"""
    used, met, asked = set(), 0, 0
    for want in expected:
        at = event_of(want, events, used)
        used.add(at)
        event = events[at] if at is not None else None
        for field, check in CHECKS.items():
            if want.get(field) is None:
                continue
            asked += 1
            right = event is not None and check(want[field], event)
            met += right
            if verbose and not right:
                print(f"  {name}: event {want.get('n')}: {field} is not {want[field]!r:.80} in {event!r:.200}")
    return met, asked


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def measure(chosen, table):
    folder = os.path.join(chosen.data, "shippers")
    paths = sorted(glob.glob(os.path.join(folder, "*.expect.jsonl")))
    if not paths:
        return table.skip("shippers", folder)
    met = asked = 0
    for path in paths:
        records = path.replace(".expect.jsonl", ".jsonl")
        printed = figures.run(chosen, "parse", "-q", "--show-private", "--records", records)
        events = [json.loads(line) for line in printed.splitlines()]
        right, wanted = compare(os.path.basename(records), read(path), events, chosen.verbose)
        met, asked = met + right, asked + wanted
    table.add(f"shippers: expectations met in {len(paths)} captures", f"{met}/{asked}", "all", met == asked)
    return None
