"""Detection through the two programs: a store, files, a server and tables with a known surge."""
import csv
import io
import json
import os
import shutil
import tempfile
import unittest

from programs import Server, eventually, faultline, get, rows

MINUTES, SURGE = 150, range(120, 126)


def records():
    """A failure of both sides, linked; ten times as many in the surge, and attempts as usual."""
    for minute in range(MINUTES):
        stamp = f"2025-11-24T{10 + minute // 60}:{minute % 60:02}"
        for i in range(50 if minute in SURGE else 5):
            unit = {"level": "error", "region": "eu", "message_id": f"unit{minute:04}x{i:04}"}
            yield {"timestamp": f"{stamp}:{i:02}Z", "side": "server", "service": "mailbox", "message": "shard is gone", **unit}
            yield {"timestamp": f"{stamp}:{i:02}.500Z", "side": "client", "service": "app", "message": "message not sent", **unit}
        yield {"timestamp": f"{stamp}:00Z", "kind": "attempts", "operation": "send", "region": "eu", "window_seconds": 60, "count": 2000}


def find(found, message, kind="spike"):
    return [one for one in found if one["title"] == message and one["kind"] == kind]


class DetectTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="faultline-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.log, cls.store = os.path.join(cls.folder, "log.ndjson"), os.path.join(cls.folder, "store")
        with open(cls.log, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records())
        loaded = faultline("load", "--store", cls.store, cls.log)
        assert loaded.returncode == 0, loaded.stderr
        cls.found = rows("detect", "--store", cls.store)

    def test_the_surge_is_found_on_both_sides_with_the_other_one_in_words(self):
        client, = find(self.found, "message not sent")
        server, = find(self.found, "shard is gone")
        for one, other in ((client, server), (server, client)):
            self.assertEqual(one["start"], "2025-11-24T12:00:00Z")
            self.assertEqual(one["end"], "2025-11-24T12:06:00Z")
            self.assertLessEqual(one["found"], "2025-11-24T12:02:00Z")
            self.assertGreater(one["observed"], one["interval"]["high"])
            self.assertIn("expected", one["reason"])
            self.assertEqual(one["otherSignature"], other["series"]["signature"])
            self.assertIn("goes with", one["otherSide"])
        pair, = [one for one in self.found if "client" in one["series"]]
        self.assertEqual(pair["series"], {"client": client["series"]["signature"], "server": server["series"]["signature"]})

    def test_the_failure_rate_of_the_region_is_found(self):
        rate, = [one for one in self.found if one["kind"] == "rate"]
        self.assertEqual(list(rate["series"].values()), ["eu"])
        self.assertIn("attempts", rate["reason"])

    def test_files_answer_as_the_store_does(self):
        self.assertEqual(rows("detect", "--file", self.log), self.found)

    def test_findings_are_selected_by_kind_signature_and_window(self):
        self.assertEqual({one["kind"] for one in rows("detect", "--store", self.store, "--kind", "rate,silence")}, {"rate"})
        signature = find(self.found, "shard is gone")[0]["series"]["signature"]
        self.assertEqual(len(rows("detect", "--store", self.store, "--signature", signature)), 2)
        self.assertEqual(rows("detect", "--store", self.store, "--since", "2025-11-24T12:10:00Z"), [])
        self.assertEqual(faultline("detect", "--store", self.store, "--open").returncode, 1)
        wrong = faultline("detect", "--store", self.store, "--kind", "spikes")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("did you mean spike?", wrong.stderr)

    def test_other_outputs_have_the_same_rows(self):
        table = list(csv.DictReader(io.StringIO(faultline("detect", "--store", self.store, "-o", "csv").stdout)))
        self.assertEqual([row["kind"] for row in table], [one["kind"] for one in self.found])
        text = faultline("detect", "--store", self.store, "-o", "template={kind} {start}").stdout.splitlines()
        self.assertEqual(text, [f"{one['kind']} {one['start']}" for one in self.found])
        self.assertIn("shard is gone", faultline("detect", "--store", self.store, "-o", "table").stdout)

    def test_a_server_has_noticed_them_by_itself_and_says_what_is_open(self):
        with Server("--set", f"store.path={self.folder}/served", "--set", f"files.paths={self.log}", "--set", "files.follow=false") as server:
            http = int(server.wait_for(r"http started .*port=(\d+)").group(1))
            port = server.wait_for(r"queries answered .*port=(\d+)").group(1)
            self.assertTrue(eventually(lambda: 'faultline_findings_open{kind="spike"} 0' in get(http, "/metrics")[1]))
            target = ("findings", "--server", f"127.0.0.1:{port}", "--limit", "0")
            self.assertTrue(eventually(lambda: len(rows(*target)) == len(self.found)))
            self.assertEqual(rows(*target), self.found)

    def test_a_table_of_counts_is_watched_by_series(self):
        text = "minute,host,count\n" + "".join(
            f"{minute},{host},{100 if host == 'b' and 200 <= minute < 205 else 20 + minute % 3}\n" for minute in range(240) for host in "ab")
        how = ("detect", "--table", "-", "--time", "minute", "--count", "count")
        one, = rows(*how, stdin=text.encode())
        self.assertEqual((one["kind"], one["series"], one["start"]), ("spike", {"host": "b"}, "1970-01-01T03:20:00Z"))
        self.assertIn("expected", one["reason"])
        wrong = faultline(*how[:-1], "counts", stdin=text.encode())
        self.assertEqual(wrong.returncode, 2)
        self.assertIn('count: the table has no column "counts", did you mean count?', wrong.stderr)
        self.assertIn("name it with --table", faultline("detect", "--time", "minute", "--store", self.store).stderr)


if __name__ == "__main__":
    unittest.main()
