"""Lines that are one record: traces of many languages, each whole in its file, also with a second one in between; and
streams of lines with the records that Fluent Bit makes of them."""
import base64
import glob
import itertools
import json
import os
import tempfile

import figures

TIME_MS = 1_795_558_474_000


def parse_records(chosen, values):
    """The events of one Kafka partition that holds `values`."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for offset, value in enumerate(values):
            file.write(json.dumps({"topic": "lines", "partition": 0, "offset": offset, "timestamp_ms": TIME_MS + offset,
                                   "key_b64": None, "headers": [],
                                   "value_b64": base64.b64encode(value.encode()).decode()}) + "\n")
        file.flush()
        printed = figures.run(chosen, "parse", "-q", "--show-private", "--records", file.name)
    return [json.loads(line) for line in printed.splitlines()]


def text_of(event):
    """The record's text: the message, and the trace where it does not hold the message; runs of white space are one."""
    message, trace = squeeze(event.get("message", "")), squeeze((event.get("exception") or {}).get("stacktrace", ""))
    return trace if message in trace else f"{message} {trace}".strip()


def squeeze(text):
    return " ".join(text.split())


def container_line(stream, line):
    return json.dumps({"log": line + "\n", "stream": stream, "time": "2026-11-24T15:14:34.1Z"})


def whole_files(chosen, table, paths):
    exact = 0
    for path in paths:
        events = [json.loads(line) for line in figures.run(chosen, "parse", "-q", "--show-private", path).splitlines()]
        with open(path, encoding="utf-8") as file:
            wanted = squeeze(file.read())
        right = len(events) == 1 and text_of(events[0]) == wanted
        exact += right
        if chosen.verbose and not right:
            print(f"  {path}: {len(events)} records: {[text_of(event) for event in events]}")
    table.add("traces: files that are exactly one record", f"{exact}/{len(paths)}", "all", exact == len(paths))


def interleaved(chosen, table, paths):
    """Each trace with each other, line by line, as two streams of one container."""
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read().splitlines())
    pairs = list(itertools.combinations(texts, 2))
    exact = 0
    for a, b in pairs:
        mixed = itertools.zip_longest((container_line("stdout", line) for line in a),
                                      (container_line("stderr", line) for line in b))
        events = parse_records(chosen, [line for both in mixed for line in both if line is not None])
        got = sorted(text_of(event) for event in events)
        right = got == sorted(squeeze("\n".join(lines)) for lines in (a, b))
        exact += right
        if chosen.verbose and not right:
            print(f"  {a[0][:60]} | {b[0][:60]}: {len(got)} records: {got}")
    table.add("traces: pairs kept apart line by line", f"{exact}/{len(pairs)}", "all", exact == len(pairs))


def streams(chosen, table, paths):
    exact = total = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            case = json.loads(file.read(), strict=False)
        got = [text_of(event) for event in parse_records(chosen, [line.rstrip("\n") for line in case["input_lines"]])]
        for record in map(squeeze, case["expected_records"]):
            total += 1
            if record in got:
                exact += 1
                got.remove(record)
            elif chosen.verbose:
                print(f"  {path}: no record is {record!r}; left are {got}")
    table.add("streams: records exactly as expected", f"{exact}/{total}", "all", exact == total)


def measure(chosen, table):
    folder = os.path.join(chosen.data, "parse", "multiline")
    # What is no trace ("arbitrary_text") stays as many records as it has lines.
    traces = [path for path in sorted(glob.glob(os.path.join(folder, "detect-exceptions", "*.txt")))
              if not path.endswith("arbitrary_text.txt")]
    cases = sorted(glob.glob(os.path.join(folder, "fluent-bit", "*.json")))
    if not traces or not cases:
        return table.skip("multi-line", folder)
    whole_files(chosen, table, traces)
    interleaved(chosen, table, traces)
    streams(chosen, table, cases)
    return None
