"""Lines of HDFS by the block they are about, and the CPU time of loading them."""
import collections
import json
import lzma
import os
import re
import resource
import shutil
import tempfile

import figures

SECONDS = 1.0
RUNS = 3


def cpu_seconds():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def seconds_to_load(chosen, log, work):
    """The least of some runs: what else the machine does only adds."""
    spent = []
    for _ in range(RUNS):
        before = cpu_seconds()
        figures.run(chosen, "load", "--quiet", "--store", os.path.join(work, "store"), log)
        spent.append(cpu_seconds() - before)
        shutil.rmtree(os.path.join(work, "store"))
    return min(spent)


def measure(chosen, table):
    packed = os.path.join(chosen.data, "hdfs", "hdfs_2percent.log.xz")
    if not os.path.exists(packed):
        return table.skip("HDFS", packed)
    with tempfile.TemporaryDirectory() as work:
        log = os.path.join(work, "hdfs.log")
        with lzma.open(packed) as source, open(log, "wb") as out:
            shutil.copyfileobj(source, out)
        with open(log, encoding="utf-8", errors="replace") as file:
            true = collections.Counter(re.search(r"blk_-?\d+", line)[0] for line in file)
        events = map(json.loads, figures.run(chosen, "parse", "-q", log).splitlines())
        read = collections.Counter(event.get("attributes", {}).get("hdfs.block") for event in events)
        exact = sum(1 for block, lines in true.items() if read[block] == lines)
        table.add("HDFS: blocks with exactly their lines", f"{exact}/{len(true)}", "all", read == true)
        seconds = seconds_to_load(chosen, log, work)
        table.add(f"HDFS: CPU s to load {sum(true.values()):,} lines", seconds, f"< {SECONDS:g}", seconds < SECONDS,
                  "{:.2f}", counts=False)
    return None
