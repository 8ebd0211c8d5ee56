"""Suspects from OTLP traces: the service whose own operations became slow comes first, not those that wait for it."""
import json
import os
import random
import shutil
import tempfile
import unittest

from programs import faultline, rows

START = 1_767_225_600  # 2026-01-01T00:00:00Z
CHAIN = ("gateway", "router", "mailbox", "directory")
SLOW = "mailbox"


def trace(number, dice):
    """One request through all services, each of which waits for the next; one ResourceSpans a service."""
    second = number * 2
    is_slow = second >= 600
    starts, ends = [], []
    at = (START + second) * 10**9
    own = [dice.uniform(2, 6) * (8 if is_slow and service == SLOW else 1) for service in CHAIN]
    for i in range(len(CHAIN)):
        starts.append(at + int(sum(own[:i]) * 5e5))
        ends.append(starts[i] + int(sum(own[i:]) * 1e6))
    spans = []
    for i, service in enumerate(CHAIN):
        span = {"traceId": f"{number + 1:032x}", "spanId": f"{number * 10 + i + 1:016x}", "name": f"{service}.call",
                "startTimeUnixNano": str(starts[i]), "endTimeUnixNano": str(ends[i])}
        if i > 0:
            span["parentSpanId"] = f"{number * 10 + i:016x}"
        spans.append({"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
                      "scopeSpans": [{"spans": [span]}]})
    return json.dumps({"resourceSpans": spans})


class SuspectsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="faultline-suspects-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        dice = random.Random(3)
        self.log = os.path.join(self.folder, "traces.json")
        with open(self.log, "w", encoding="utf-8") as out:
            out.write("\n".join(trace(number, dice) for number in range(450)) + "\n")

    def load(self, *more):
        store = os.path.join(self.folder, f"store{len(more)}")
        done = faultline("load", "--store", store, *more, self.log)
        self.assertEqual(done.returncode, 0, done.stderr)
        return store, done.stdout + done.stderr

    def test_the_service_that_became_slow_is_first(self):
        store, _ = self.load("--spans")
        ranked = rows("suspects", "--store", store, "--since", "2026-01-01T00:10:00Z", "--until", "2026-01-01T00:15:00Z",
                      "--baseline", "2026-01-01T00:00:00Z..2026-01-01T00:10:00Z")
        self.assertEqual(ranked[0]["service"], SLOW)
        self.assertIn("ms", json.dumps(ranked[0]))
        # They take part in no pair and fail in no list.
        self.assertEqual(rows("signatures", "--store", store), [])

    def test_without_being_asked_spans_that_did_not_fail_are_passed_over(self):
        store, said = self.load()
        self.assertIn("450 dead letters", said)
        self.assertEqual(rows("query", "--store", store), [])


if __name__ == "__main__":
    unittest.main()
