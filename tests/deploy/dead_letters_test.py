"""Dead letters, end to end: listed, shown, exported, and taken again once."""
import json
import re
import shutil
import tempfile
import unittest

from programs import Server, faultline, rows

PHONE = "+15550108579"
GOOD = {"level": "error", "side": "client", "message": f"no route to {PHONE}", "message_id": "m-12345678", "user_id": 4711}


class DeadLettersTest(unittest.TestCase):
    """JSON in a file that is said to be syslog; afterwards the mistake is mended."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="faultline-letters-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.store = f"{self.folder}/store"
        self.log = f"{self.folder}/app.log"
        with open(self.log, "w", encoding="utf-8") as out:
            out.write(json.dumps(GOOD) + "\n" + "x" * 9000 + "\n")
        topics = "[{topic: app.log, format: rfc5424, side: CLIENT}]"
        with Server("--set", f"store.path={self.store}", "--set", f"files.paths={self.log}", "--set", "files.follow=false",
                    "--set", f"ingest.topics={topics}") as server:
            server.wait_for("all input read")
            self.assertEqual(server.stop()[0], 0, server.log)

    def letters(self, *arguments):
        return rows("deadletters", *arguments, "--store", self.store)

    def totals(self):
        return {name: int(value) for name, value in rows("status", "--store", self.store)[0]["totals"].items()
                if name in ("consumed", "stored", "attempts", "deadLetters", "repeats", "replayed")}

    def test_list_and_show_say_what_was_kept_and_nothing_private(self):
        whole, cut = self.letters()
        self.assertEqual(whole["reason"], "syslog_malformed")
        self.assertFalse(whole["damaged"])
        self.assertTrue(cut["damaged"])
        shown = faultline("deadletters", "show", whole["number"], "--store", self.store, "-o", "table")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("state: waiting", shown.stdout)
        self.assertIn("no route to <phone>", shown.stdout)
        for private in (PHONE, "4711"):
            self.assertNotIn(private, shown.stdout)
        self.assertEqual(faultline("deadletters", "show", "99", "--store", self.store).returncode, 1)
        self.assertEqual(faultline("deadletters", "show", "one", "--store", self.store).returncode, 2)
        self.assertEqual(self.letters("--reason", "record_too_large"), [])

    def test_replay_takes_each_once_and_the_sums_stay_true(self):
        before = self.totals()
        self.assertEqual((before["consumed"], before["deadLetters"]), (2, 2))
        dry = faultline("deadletters", "replay", "--dry-run", "--store", self.store)
        self.assertIn("would replay 1 dead letter of 1 record; 1 left out: cut", dry.stdout)
        done = faultline("deadletters", "replay", "--store", self.store)
        self.assertEqual(done.returncode, 3, done.stderr)  # something was left out
        self.assertIn("1 dead letter of 1 record replayed: 1 events, 0 attempts, 0 dead letters again; 1 left out", done.stdout)
        again = faultline("deadletters", "replay", "--store", self.store)
        self.assertEqual(again.returncode, 1, again.stderr)
        after = self.totals()
        self.assertEqual(after["consumed"], 2)
        self.assertEqual((after["stored"], after["deadLetters"], after["replayed"]), (1, 1, 1))
        self.assertEqual(after["consumed"], after["stored"] + after["attempts"] + after["deadLetters"] + after["repeats"])
        self.assertEqual([letter["damaged"] for letter in self.letters()], [True])
        self.assertEqual([bool(letter.get("replayedTime")) for letter in self.letters("--all")], [True, False])
        event = rows("query", "--store", self.store)[0]
        self.assertEqual(event["message"], "no route to <phone>")

    def test_what_is_exported_is_parsed_and_loaded_and_marks_its_letters(self):
        exported = faultline("deadletters", "export", "--store", self.store)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        self.assertIn("1 record; 1 left out", exported.stderr)
        file = f"{self.folder}/letters.ndjson"
        with open(file, "w", encoding="utf-8") as out:
            out.write(exported.stdout)
        self.assertNotIn(PHONE, exported.stdout)
        parsed = [json.loads(line) for line in faultline("parse", "--records", file).stdout.splitlines()]
        self.assertEqual(len(parsed), 1)
        self.assertNotIn("deadLetter", parsed[0])
        elsewhere = faultline("load", "--records", file, "--store", f"{self.folder}/other")
        self.assertIn("1 records: 1 events", elsewhere.stdout)
        loaded = faultline("load", "--records", file, "--store", self.store)
        self.assertIn("1 records: 1 events", loaded.stdout)
        self.assertEqual(self.totals()["replayed"], 1)
        # By another way it is known all the same.
        replayed = faultline("deadletters", "replay", "--store", self.store)
        self.assertEqual(replayed.returncode, 1, replayed.stdout)
        self.assertEqual(self.totals()["stored"], 1)

    def test_a_store_that_a_server_writes_is_not_written_beside_it(self):
        with Server("--set", f"store.path={self.store}") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)
            busy = faultline("deadletters", "replay", "--store", self.store)
            self.assertEqual(busy.returncode, 2)
            self.assertIn("--brokers", busy.stderr)
            remote = faultline("deadletters", "replay", "--server", address)
            self.assertEqual(remote.returncode, 2)
            self.assertIn("--brokers", remote.stderr)
            listed = rows("deadletters", "--server", address)
            self.assertEqual(len(listed), 2)
            # The letters are from a file: Kafka needs a topic's name.
            nowhere = faultline("deadletters", "replay", "--server", address, "--brokers", "127.0.0.1:1")
            self.assertEqual(nowhere.returncode, 2)
            self.assertRegex(nowhere.stderr, re.escape(self.log) + ", which is no topic; pass --topic NAME")


if __name__ == "__main__":
    unittest.main()
