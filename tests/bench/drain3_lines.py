"""Lines of logs a second that Drain3 groups on one core, with its own defaults: the reference of grouping_bench.

usage: drain3_lines.py ROUNDS FILE...      needs the Python package drain3
"""
import json
import logging
import sys
import time

from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

logging.disable(logging.CRITICAL)
rounds, files = int(sys.argv[1]), sys.argv[2:]
lines = []
for name in files:
    with open(name, encoding="utf-8", errors="replace") as file:
        lines += [line.rstrip("\n") for line in file if line.strip()]
miner = TemplateMiner(config=TemplateMinerConfig())
start = time.process_time()
for _ in range(rounds):
    for line in lines:
        miner.add_log_message(line)
spent = time.process_time() - start
print(json.dumps({"lines": len(lines), "lines_per_second": round(len(lines) * rounds / spent), "groups": len(miner.drain.clusters)}))
