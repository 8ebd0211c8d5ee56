"""faultline group: what kind of message each line of a log is."""
import csv
import io
import random
import unittest

from programs import SampleCase, faultline

MESSAGES = [
    "PacketResponder 1 for block blk_38865 terminating",
    'GET of "/inbox" took 12ms',
    "session closed for user ann",
    "session closed for user bob",
    "session closed for user eve",
    "session closed for user joe",
    "",
    "session closed for user joe",
    "queue full, 12 waiting",
]


class GroupTest(SampleCase):
    def group(self, text, *arguments, name="group.log"):
        path = self.path(name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        run = faultline("group", path, "-o", "csv", "--quiet", *arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        return list(csv.DictReader(io.StringIO(run.stdout)))

    def test_each_line_has_a_row_in_its_place(self):
        rows = self.group("\n".join(MESSAGES) + "\n", "--raw-lines")
        self.assertEqual([int(row["LineId"]) for row in rows], list(range(1, len(MESSAGES) + 1)))
        templates = [row["EventTemplate"] for row in rows]
        self.assertEqual(templates[0], "PacketResponder <*> for block <*> terminating")
        self.assertEqual(templates[1], 'GET of "<*>" took <*>')
        self.assertEqual(templates[2:6], ["session closed for user <*>"] * 4)
        self.assertEqual((rows[6]["Signature"], templates[6]), ("", ""))
        self.assertEqual(templates[8], "queue full, <*> waiting")

    def test_line_ends_do_not_matter(self):
        rows = self.group("\n".join(MESSAGES) + "\n", "--raw-lines")
        self.assertEqual(self.group("\r\n".join(MESSAGES), "--raw-lines"), rows)

    def test_order_changes_neither_signatures_nor_templates(self):
        lines = [f"worker {name} lost {what} after {number} tries" for name in ("ann", "bob", "eve", "joe", "kim")
                 for what in ("mail", "post") for number in range(3)]
        shuffled = lines[:]
        random.Random(3).shuffle(shuffled)
        answer = dict(zip(lines, ((r["Signature"], r["EventTemplate"]) for r in self.group("\n".join(lines), "--raw-lines"))))
        other = dict(zip(shuffled, ((r["Signature"], r["EventTemplate"]) for r in self.group("\n".join(shuffled), "--raw-lines"))))
        self.assertEqual(answer, other)

    def test_a_log_is_read_as_load_reads_it(self):
        row = self.group('{"level":"error","message":"login of user17 failed"}\n')[0]
        self.assertEqual(row["EventTemplate"], "login of <*> failed")
        self.assertRegex(row["Signature"], r"^v1:[0-9a-f]{16}$")

    def test_many_different_lines_are_grouped_in_part_and_that_is_said(self):
        path = self.path("many.log")
        letters = "abcdefghijklmnopqrstuvwxyz"
        with open(path, "w", encoding="utf-8") as file:
            for i in range(20_000):
                word = "".join(letters[i // 26**k % 26] for k in range(4))
                file.write(f"lost {word} of {word}\n")
        run = faultline("group", path, "--raw-lines")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("partial", run.stderr)
        self.assertEqual(run.stdout.count("\n"), 20_001)

    def test_a_format_that_is_none_and_a_file_that_is_none_are_errors(self):
        self.assertIn("csv", faultline("group", self.files[0], "-o", "xml").stderr)
        missing = faultline("group", self.path("nowhere.log"))
        self.assertEqual(missing.returncode, 2)
        self.assertIn("nowhere.log", missing.stderr)


if __name__ == "__main__":
    unittest.main()
