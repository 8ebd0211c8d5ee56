"""Decisions of people, end to end: made with the tool and through a server, kept over restarts, carried to another store."""
import json
import os
import shutil
import tempfile
import unittest

from programs import Server, faultline, rows

GOOD = {"level": "error", "side": "client", "service": "app"}


def record(number, message, second, region="eu"):
    return json.dumps({**GOOD, "message": message, "message_id": f"m-{number:06}", "region": region,
                       "timestamp": f"2026-01-01T00:00:{second:02}Z"})


class DecisionsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="faultline-decisions-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.store = f"{self.folder}/store"
        self.load([record(i, ("upload failed", "upload broke", "dns is down")[i % 3], i, ("eu", "us")[i % 2]) for i in range(30)])

    def load(self, lines, store=None):
        path = f"{self.folder}/more-{len(os.listdir(self.folder))}.ndjson"
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        done = faultline("load", "--store", store or self.store, path)
        self.assertEqual(done.returncode, 0, done.stderr)

    def signatures(self, *more, target=None):
        return {row["title"]: row for row in rows("signatures", *(target or ("--store", self.store)), *more)}

    def lines(self, **how):
        return {title: int(row["lines"]) for title, row in self.signatures(**how).items()}

    def decide(self, *arguments, target=None, code=0):
        done = faultline("signatures", *arguments, *(target or ("--store", self.store)), "-o", "table")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_the_whole_life_of_decisions(self):
        ids = {title: row["signature"] for title, row in self.signatures().items()}
        self.assertEqual(self.lines(), {"upload failed": 10, "upload broke": 10, "dns is down": 10})
        done = self.decide("merge", ids["upload failed"], ids["upload broke"], "--who", "ada", "--why", "one cause")
        self.assertIn(f"decision 1: {ids['upload failed']}: merge {ids['upload broke']} into it", done.stdout)
        self.assertIn("signatures undo 1 --store", done.stderr)
        self.assertEqual(self.lines(), {"upload failed": 20, "dns is down": 10})

        # New events meet what was decided, through a server too.
        self.load([record(100, "upload broke", 40)])
        with Server("--set", f"store.path={self.store}", "--role", "query") as server:
            port = server.wait_for(r"queries answered .*port=(\d+)").group(1)
            target = ("--server", f"127.0.0.1:{port}")
            self.assertEqual(self.lines(target=target), {"upload failed": 21, "dns is down": 10})
            self.decide("split", ids["dns is down"], "--by", "region", target=target)
            self.decide("rename", ids["upload failed"], "uploads \u202e", "--who", "bob", target=target)
            self.decide("mute", ids["dns is down"], "--for", "2h", target=target)
            self.assertEqual(self.lines(target=target), {"uploads \ufffd": 21, "dns is down [cloud.region = eu]": 5,
                                                         "dns is down [cloud.region = us]": 5})
        # The server is gone, what was decided is not.
        self.assertEqual(len(self.signatures()), 3)
        history = rows("signatures", "history", "--store", self.store)
        self.assertEqual([(row["number"], row["who"]) for row in history][-1], ("1", "ada"))
        self.assertEqual(len(history), 4)
        shown = faultline("signatures", "show", ids["upload broke"], "--store", self.store, "-o", "table").stdout
        self.assertIn(f"merged into it: {ids['upload broke']}", shown)
        self.assertIn("ada merge", shown)
        self.assertIn(": one cause", shown)

        # Carried to another store, where the same failures are.
        other = f"{self.folder}/other"
        self.load([record(i, ("upload failed", "upload broke")[i % 2], i) for i in range(4)], store=other)
        exported = faultline("signatures", "export", "--store", self.store)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        done = faultline("signatures", "import", "-", "--store", other, "-o", "table", stdin=exported.stdout.encode())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("4 decisions imported, 0 here already", done.stdout)
        self.assertIn("has never seen 1 of the signatures", done.stderr)
        self.assertEqual(self.lines(target=("--store", other)), {"uploads \ufffd": 4})
        again = faultline("signatures", "import", "-", "--store", other, "-o", "table", stdin=exported.stdout.encode())
        self.assertIn("0 decisions imported, 4 here already", again.stdout)

        # Taken back one by one.
        for number in (1, 2, 3, 4):
            self.decide("undo", str(number))
        self.assertEqual(self.lines(), {"upload failed": 10, "upload broke": 11, "dns is down": 10})

    def test_a_muted_one_is_left_out_and_counted(self):
        ids = {title: row["signature"] for title, row in self.signatures().items()}
        self.decide("mute", ids["dns is down"])
        self.decide("resolve", ids["upload broke"])
        self.assertNotIn("dns is down", self.lines())
        listed = faultline("signatures", "--store", self.store, "-o", "table", "--muted")
        self.assertRegex(listed.stdout, r"muted +dns is down")
        self.assertRegex(listed.stdout, r"resolved +upload broke")
        listed = faultline("signatures", "--store", self.store, "-o", "table")
        self.assertIn("2 of 2 signatures (1 muted: --muted)", listed.stderr)
        count = rows("count", "--store", self.store)[0]
        self.assertEqual(int(count["count"]), 30)

    def test_what_is_wrong_is_said(self):
        one = next(iter(self.signatures().values()))["signature"]
        self.assertIn("OTHER is required", self.decide("merge", one, code=2).stderr)
        self.assertIn("is no signature", self.decide("rename", "nobody", "x", code=2).stderr)
        self.assertIn("is no number of a decision", self.decide("undo", "first", code=2).stderr)
        self.assertIn("must be a duration", self.decide("mute", one, "--for", "2030-01-01", code=2).stderr)
        self.assertIn("there is no decision 9", self.decide("undo", "9", code=2).stderr)
        done = faultline("signatures", "import", "-", "--store", self.store, stdin=b"format: nothing\n")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("is no file of decisions", done.stderr)
        done = faultline("signatures", "resolve", one, "--file", "/dev/null")
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
