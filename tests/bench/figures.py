#!/usr/bin/env python3
"""Measures the figures of docs/performance.md on this machine and prints them as one table.

usage: figures.py BIN_DIR TEST_BIN_DIR FLEET_DIR WORK [--json FILE]

BIN_DIR       holds faultline and faultlined
TEST_BIN_DIR  holds the benchmark programs (preset `bench`)
FLEET_DIR     a generated fleet: all.ndjson and truth.json
WORK          scratch folder; needs three times the size of the events

CPU seconds are user + system of the measured process. The reference of a figure is measured in the same run.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


def run(command, **options):
    """(wall s, CPU s, peak RSS MB, stdout) of a command."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err, text=True, **options)
        _, status, usage = os.wait4(process.pid, 0)  # of this child alone
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        if process.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{err.read()}")
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read()


def disk(path):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(path) for f in files)


def lines_of(path):
    with open(path, "rb") as f:
        return sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 20), b""))


def benchmark(test_bin, name, store, *filters, lines=""):
    """Google Benchmark results of one program: name -> row."""
    environment = dict(os.environ, FAULTLINE_BENCH_STORE=store, FAULTLINE_NDJSON=lines)
    command = [os.path.join(test_bin, name), "--benchmark_format=json", *filters]
    out = subprocess.run(command, capture_output=True, text=True, env=environment)
    if out.returncode != 0:
        sys.exit(f"{name}: exit {out.returncode}\n{out.stderr[-2000:]}")
    return {b["name"]: b for b in json.loads(out.stdout[out.stdout.index("{"):])["benchmarks"]}


def load_figures(args, rows):
    events_file, store = os.path.join(args.fleet, "all.ndjson"), os.path.join(args.work, "store")
    rules = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules_100.yaml")
    count = lines_of(events_file)
    with open(events_file, "rb") as f:  # into the page cache, for every reader alike
        while f.read(1 << 22):
            pass
    _, reference_cpu, _, _ = run([os.path.join(args.test_bin, "reference_parse"), events_file])
    shutil.rmtree(store, ignore_errors=True)
    faultline = os.path.join(args.bin, "faultline")
    wall, cpu, rss, _ = run([faultline, "load", "--store", store, "--rules", rules, events_file])
    size = disk(store)
    rows.append(("faultline load, 100 rules: events/s/core", f"{count / cpu:,.0f}", f"simdjson alone {count / reference_cpu:,.0f}", f"{reference_cpu / cpu:.2f}", ">= 400,000"))
    rows.append(("faultline load: events/s, wall", f"{count / wall:,.0f}", "", "", ""))
    rows.append(("bytes/event on disk", f"{size / count:.1f}", f"input {os.path.getsize(events_file) / count:.0f}", f"{size / os.path.getsize(events_file):.2f}", "<= 40"))
    rows.append(("peak RSS of load, MB", f"{rss:,.0f}", "", "", "<= 1,000"))
    return store, count / cpu


def microseconds(row):
    return row["cpu_time"] * {"ns": 1e-3, "us": 1, "ms": 1e3}[row["time_unit"]]


def versus(rows, figure, row, reference_name, reference, target=""):
    """A figure of a benchmark beside a reference of the same run, both in CPU ns."""
    measured, floor = microseconds(row) * 1000, microseconds(reference) * 1000
    rows.append((figure, f"{measured:,.0f} ns", f"{reference_name} {floor:,.0f} ns", f"{measured / floor:.2f}", target))


def stage_figures(args, rows):
    """What the stages of the ingest path cost a record, one after the other."""
    decode = benchmark(args.test_bin, "decode_bench", "", "--benchmark_repetitions=1")
    alone = decode["SimdjsonAlone"]
    for name in ("client_json", "server_json", "rfc5424", "text"):
        versus(rows, f"decode {name}", decode[f"DecodeMessage/{name}"], "simdjson alone, client_json", alone)
    rules = benchmark(args.test_bin, "rules_bench", "")
    for count in (10, 200, 500, 2000):
        reference = rules[f"BM_SetAlone/{count}"]
        for name, figure, target in (("BM_Miss", "no rule matches", ""), ("BM_HitByTemplate", "one matches, with its captures", ""), ("BM_MissByTemplate", "no rule matches, known template", "<= 60 ns")):
            versus(rows, f"{count:,} rules, {figure}", rules[f"{name}/{count}"], "RE2::Set alone", reference, target)
    matching = benchmark(args.test_bin, "rule_match_bench", "")
    for count in (200, 500, 2000):
        row = matching[f"BM_OurRules/{count}"]
        versus(rows, f"{count:,} rules over a stream of lines", row, "RE2::Set alone", matching[f"BM_Re2Set/{count}"])
        if f"BM_Hyperscan/{count}" in matching:
            versus(rows, "the same", row, "Hyperscan alone", matching[f"BM_Hyperscan/{count}"], "<= 1.5 times" if count == 500 else "")
    assemble = benchmark(args.test_bin, "assemble_bench", "")
    trace, alone = (1e9 / assemble[name]["items_per_second"] for name in ("LinesOfATrace", "LinesThatStandAlone"))
    rows.append(("a line of a stack trace, to the event", f"{trace:,.0f} ns", f"a line of its own {alone:,.0f} ns", f"{trace / alone:.2f}", ""))
    for program in ("text_bench", "signature_bench"):
        for name, row in benchmark(args.test_bin, program, "").items():
            rows.append((f"{program.removesuffix('_bench')}: {name.removeprefix('BM_')}", f"{microseconds(row) * 1000:,.0f} ns", "", "", ""))


def store_figures(args, rows):
    """What an event costs the store."""
    stages = benchmark(args.test_bin, "store_bench", "", "--benchmark_filter=Append|Encode|Alone|Write|ForEachId", lines=os.path.join(args.fleet, "all.ndjson"))

    def each(name):
        return 1e9 / stages[name]["items_per_second"]

    for figure, name, reference, floor in (("append an event to the open segment", "BM_Append", "memcpy of its message", "BM_MemcpyAlone"),
                                           ("columns, texts, link tables and filters of an event", "BM_Encode", "zstd of its message", "BM_ZstdAlone"),
                                           ("write an event, with all of that, settled", "BM_Write/process_time", "zstd of its message", "BM_ZstdAlone")):
        rows.append((figure, f"{each(name):,.0f} ns", f"{reference} {each(floor):,.0f} ns", f"{each(name) / each(floor):.1f}", ""))
    rows.append(("read an id of a link table, in order", f"{each('BM_ForEachId'):,.0f} ns", "", "", ""))


def kafka_figures(args, rows, file_rate):
    rules = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules_100.yaml")
    command = [os.path.join(args.test_bin, "kafka_load"), os.path.join(args.fleet, "all.ndjson"), rules, "600000", args.work]
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode != 0:
        rows.append(("Kafka -> store", "not measured", out.stderr.strip()[-120:].replace("\n", " "), "", ">= 150,000"))
        return
    cost = json.loads(out.stdout[out.stdout.index("{"):])
    rate, alone = cost["records"] / cost["store_cpu_s"], cost["records"] / cost["alone_cpu_s"]
    rows.append(("Kafka (lz4) -> store, 100 rules: events/s/core", f"{rate:,.0f}", f"librdkafka alone {alone:,.0f}", f"{rate / alone:.2f}", ">= 150,000"))
    rows.append(("the same beside loading the file", f"{rate:,.0f}", f"file {file_rate:,.0f}", f"{rate / file_rate:.2f}", ">= 0.85"))
    rows.append(("share of reading alone in it", f"{100 * cost['alone_cpu_s'] / cost['store_cpu_s']:.0f} %", "", "", "<= 30 %"))


def percentiles(row):
    """The row's p50 and p99 in ms, where the benchmark counted them."""
    for prefix in ("", "wall_"):
        if prefix + "p99_us" in row:
            return f"p50 {row[prefix + 'p50_us'] / 1000:.2f}, p99 {row[prefix + 'p99_us'] / 1000:.2f} ms"
    return f"{row['real_time']:.2f} {row['time_unit']}"


def query_figures(args, store, rows):
    for program in ("query_bench", "correlate_bench"):
        if not os.path.exists(os.path.join(args.test_bin, program)):
            continue
        for name, row in benchmark(args.test_bin, program, store).items():
            rows.append((name, percentiles(row), "", "", "p99 < 0.5 ms" if "Journey" in name else ""))


def open_loop_figures(args, store, rows):
    """Journeys over gRPC at stated rates, caller and server on the same cores."""
    out = subprocess.run([os.path.join(args.test_bin, "open_loop"), store, "1000,2000,5000", "10"], capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"open_loop: exit {out.returncode}\n{out.stderr[-2000:]}")
    for line in out.stdout.splitlines()[1:]:  # the first warms up
        row = json.loads(line)
        rows.append((f"journeys over gRPC, open loop, {row['rate']:,.0f}/s", f"p50 {row['p50_ms']:.2f}, p99 {row['p99_ms']:.2f} ms; {row['failed']} refused",
                     "", "", "p99 < 3 ms" if row["rate"] == 5000 else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("bin", "test_bin", "fleet", "work"):
        parser.add_argument(name)
    parser.add_argument("--json")
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    rows = []
    store, file_rate = load_figures(args, rows)
    kafka_figures(args, rows, file_rate)
    stage_figures(args, rows)
    store_figures(args, rows)
    query_figures(args, store, rows)
    open_loop_figures(args, store, rows)
    print("| figure | measured | reference in the same run | ratio | target |\n|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if args.json:
        with open(args.json, "w") as f:
            json.dump([dict(zip(("figure", "measured", "reference", "ratio", "target"), r)) for r in rows], f, indent=1)


main()
