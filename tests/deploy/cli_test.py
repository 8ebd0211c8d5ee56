"""The operator's tool, end to end, on a sample whose answer is known."""
import json
import os
import pty
import re
import shutil
import subprocess
import unittest

from programs import BIN, RULES, SampleCase, environment, faultline, rows


def mask(text):
    """A pattern for a text of the sample, whose {marks} are values."""
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))


class CliTest(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = cls.path("store")
        cls.loaded = faultline("load", "--store", cls.store, *cls.files)

    def ask(self, *arguments):
        return rows(*arguments, "--store", self.store)

    def test_load_says_what_became_of_every_record(self):
        self.assertEqual(self.loaded.returncode, 0, self.loaded.stderr)
        lines = self.lines()
        line = re.fullmatch(r"([\d,]+) records: ([\d,]+) events, ([\d,]+) attempts, 0 dead letters, 0 repeats; [\d,]+ events/s; "
                            r"[\d.]+ bytes/event\n", self.loaded.stdout)
        self.assertIsNotNone(line, self.loaded.stdout)
        records, events, attempts = (int(group.replace(",", "")) for group in line.groups())
        self.assertEqual(records, lines)
        self.assertEqual(events + attempts, lines)
        self.assertEqual(attempts, 120)

    def test_why_says_from_which_bytes_an_event_came_about(self):
        for event in self.ask("query", "severity >= ERROR", "--limit", "12"):
            told = self.ask("why", event["id"])[0]
            message = told["event"]["message"].encode()
            for mask in told["masks"]:
                self.assertEqual(message[mask["bytes"].get("start", 0):mask["bytes"]["end"]].decode(), mask["text"])
            self.assertEqual(told["signatureNow"], event["signature"])
            self.assertIn(event["signature"], " ".join(told["words"]))
            if event["rule"]:
                self.assertIn(event["rule"], told["words"][0])
        self.assertEqual(faultline("why", "99999999", "--store", self.store).returncode, 1)
        self.assertEqual(faultline("why", "first", "--store", self.store).returncode, 2)

    def test_why_says_when_the_rules_have_changed(self):
        event = self.ask("query", "rule = messaging_edge_connect_failed", "--limit", "1")[0]
        none = self.path("no-rules.yaml")
        with open(none, "w", encoding="utf-8") as file:
            file.write("rules: []\n")
        told = self.ask("why", event["id"], "--rules", none)[0]
        self.assertEqual(told["ruleState"], "RULE_STATE_CHANGED")
        self.assertIn("changed since", " ".join(told["words"]))

    def test_correlate_finds_every_planted_pair(self):
        pairs = self.ask("correlate")
        for planted in self.planted:
            if planted["units"] < 20:
                continue
            found = [p for p in pairs if p["server"]["service"] == planted["service"] and re.fullmatch(mask(planted["client"]), p["client"]["exemplar"])
                     and re.fullmatch(mask(planted["server"]), p["server"]["exemplar"])]
            self.assertEqual(len(found), 1, planted)
            self.assertTrue(found[0]["significant"])
            self.assertEqual(int(found[0]["together"]), planted["units"], planted)

    def test_correlate_all_has_the_pairs_that_are_not_significant_too(self):
        pairs, every = self.ask("correlate", "--limit", "0"), self.ask("correlate", "--all", "--limit", "0")
        self.assertTrue(all(pair["significant"] for pair in pairs))
        self.assertGreater(len(every), len(pairs))
        self.assertEqual([p for p in every if p["significant"]], pairs)

    def test_a_pair_has_the_names_that_scripts_rely_on(self):
        pair = self.ask("correlate", "--limit", "1")[0]
        for end in ("client", "server"):
            self.assertRegex(pair[end]["signature"], r"^v1:[0-9a-f]{16}$")
            self.assertTrue(pair[end]["exemplar"])
            self.assertTrue(pair[end]["service"])
        self.assertGreater(int(pair["together"]), 0)
        self.assertGreater(pair["expected"], 0)
        self.assertAlmostEqual(pair["lift"], int(pair["together"]) / pair["expected"], places=6)
        self.assertIs(pair["significant"], True)

    def test_a_signature_has_the_names_that_scripts_rely_on(self):
        signature = self.ask("signatures", "--limit", "1")[0]
        self.assertRegex(signature["signature"], r"^v1:[0-9a-f]{16}$")
        self.assertIn(signature["side"], ("CLIENT", "SERVER"))
        self.assertTrue(signature["service"])
        self.assertTrue(signature["exemplar"])
        self.assertGreaterEqual(int(signature["lines"]), int(signature["units"]))

    def test_correlate_can_be_anchored_on_either_side(self):
        whole = {(p["client"]["signature"], p["server"]["signature"]): p["together"] for p in self.ask("correlate", "--all", "--limit", "0")}
        client, server = next(iter(whole))
        by_client = self.ask("correlate", "--all", "--limit", "0", "--client-filter", f"signature = {client}")
        by_server = self.ask("correlate", "--all", "--limit", "0", "--server-filter", f"signature = {server}")
        self.assertEqual({p["client"]["signature"] for p in by_client}, {client})
        self.assertEqual({p["server"]["signature"] for p in by_server}, {server})
        for pair in by_client + by_server:
            self.assertEqual(pair["together"], whole[pair["client"]["signature"], pair["server"]["signature"]])

    def test_the_exemplar_of_a_pair_has_a_journey_over_both_sides(self):
        pair = self.ask("correlate", "--limit", "1")[0]
        journey = self.ask("journey", pair["exemplarId"]["value"])
        self.assertEqual({event["side"] for event in journey}, {"CLIENT", "SERVER"})
        self.assertEqual(sorted(event["time"] for event in journey), [event["time"] for event in journey])

    def test_a_user_is_found_by_the_id_that_logs_write(self):
        with open(self.files[0]) as file:
            user = json.loads(file.readline())["user_id"]
        journey = self.ask("journey", user)
        self.assertGreaterEqual(len(journey), 1)
        self.assertNotIn(user, json.dumps(journey))

    def test_limit_0_pages_through_everything(self):
        events = self.ask("query", "--limit", "0")
        status = self.ask("status")[0]
        self.assertEqual(len(events), int(status["store"]["events"]))
        self.assertEqual(len({event["id"] for event in events}), len(events))

    def test_json_is_the_whole_response(self):
        done = faultline("query", "--store", self.store, "-o", "json", "--limit", "3")
        answer = json.loads(done.stdout)
        self.assertEqual(len(answer["events"]), 3)
        self.assertTrue(answer["nextPageToken"])
        self.assertIn("completeUpTo", answer["completeness"])

    def test_count_adds_up(self):
        counted = self.ask("count", "--by", "service", "--step", "1m", "--limit", "0")
        events = int(self.ask("status")[0]["store"]["events"])
        self.assertEqual(sum(int(row["count"]) for row in counted), events)
        for row in counted:
            self.assertEqual(sum(map(int, row["counts"])), int(row["count"]))

    def test_what_is_beyond_the_limits_of_a_store_counts_as_other_and_stays_readable(self):
        lines = [json.dumps({"timestamp": 1790000000000 + i, "level": "error", "service": f"service-{chr(97 + i // 26)}{chr(97 + i % 26)}",
                             "message": "cannot open " + "zy"[i % 2] * (1 + i)}) for i in range(200)]
        store = self.path("limited")
        done = faultline("load", "--store", store, "--max-values", "30", "--max-signatures", "20", "-",
                         stdin="\n".join(lines).encode())
        self.assertEqual(done.returncode, 0, done.stderr)
        counts = {row["value"]: int(row["count"]) for row in rows("count", "--by", "service", "--store", store)}
        self.assertEqual(counts["(other)"], 170)
        self.assertEqual(sum(counts.values()), 200)
        by_signature = rows("count", "--by", "signature", "--store", store, "--limit", "0")
        self.assertEqual(max(int(row["count"]) for row in by_signature), 180)
        self.assertEqual(len(by_signature), 21)
        event = rows("query", 'message : "' + "y" * 100 + '"', "--full", "--store", store)[0]
        self.assertEqual(event["service"], "(other)")
        self.assertRegex(event["attributes"]["other.service.name"], "^service-[a-z]{2}$")
        self.assertRegex(event["attributes"]["other.signature"], "^v1:[0-9a-f]{16}$")
        status = rows("status", "--store", store)[0]
        others = {other["what"]: other for other in status["others"]}
        self.assertEqual({what: int(other["events"]) for what, other in others.items()}, {"signature": 180, "service.name": 170})
        self.assertLess(abs(int(others["service.name"]["distinctEstimate"]) - 170), 9)
        self.assertIn("other: 170 events with some", faultline("status", "--store", store, "-o", "table").stdout)
        self.assertEqual(faultline("load", "--store", store, "--max-values", "0", "-").returncode, 2)

    def test_explain_shows_how_a_question_was_answered(self):
        store = ("--store", self.store, "--explain")
        for verb in (["query", "severity >= ERROR"], ["count", "--by", "service", "--step", "1m"]):
            done = faultline(*verb, *store, "-o", "table")
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stdout, r"segments?: \d+ skipped by time")
            self.assertIn("bytes read", done.stdout)
            plan = json.loads(faultline(*verb, *store).stdout)
            parts = [int(plan[key]) for key in plan if key.startswith("segments") and key != "segments"]
            self.assertEqual(int(plan["segments"]), sum(parts))
        self.assertNotIn("text", [read["part"] for read in plan["reads"]])

    def test_since_and_until_cut_the_window(self):
        events = self.ask("query", "--limit", "0", "--since", "2025-11-24T12:02:00Z", "--until", "2025-11-24T12:03:00Z")
        self.assertTrue(events)
        for event in events:
            self.assertTrue(event["time"].startswith("2025-11-24T12:02:"), event["time"])

    def test_files_answer_as_the_store_does(self):
        by_file = rows("correlate", "--all", "--limit", "0", "--file", *self.files)
        self.assertEqual(by_file, self.ask("correlate", "--all", "--limit", "0"))

    def test_standard_input_is_a_file(self):
        with open(self.files[0], "rb") as file:
            text = file.read()
        counted = rows("count", "--file", "-", stdin=text)
        self.assertEqual(int(counted[0]["count"]), text.count(b"\n"))

    def test_nothing_private_reaches_the_store(self):
        for folder, _, names in os.walk(self.store):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                for private in (b"+1555010", b"@mail.example", b"203.0.113."):
                    self.assertNotIn(private, content, name)

    def test_exit_codes_tell_found_from_nothing_and_from_errors(self):
        store = ("--store", self.store)
        self.assertEqual(faultline("query", *store).returncode, 0)
        self.assertEqual(faultline("query", 'service = "nobody"', *store).returncode, 1)
        self.assertEqual(faultline("signatures", "show", "v1:0000000000000001", *store).returncode, 1)
        self.assertEqual(faultline("query", "--store", self.path("none")).returncode, 2)
        self.assertEqual(faultline("query", "--file", self.path("none")).returncode, 2)
        self.assertEqual(faultline("query").returncode, 2)
        self.assertEqual(faultline("query", "--server", "127.0.0.1:1").returncode, 2)
        self.assertEqual(faultline("query", "--since", "yesterdayish", *store).returncode, 2)

    def test_a_mistyped_verb_flag_or_field_is_answered_with_the_nearest(self):
        self.assertIn("did you mean correlate?", faultline("corelate").stderr)
        self.assertIn("did you mean --store?", faultline("query", "--stor", "x").stderr)
        self.assertIn("did you mean service?", faultline("query", "servce = a", "--store", self.store).stderr)

    def test_the_environment_names_the_target(self):
        self.assertEqual(faultline("query", env=environment(FAULTLINE_STORE=self.store)).returncode, 0)

    def test_a_profile_fills_what_flags_and_environment_leave_open(self):
        config = self.path("config.yaml")
        with open(config, "w") as file:
            file.write(f"default: demo\nprofiles:\n  demo: {{store: {self.store}, tz: Europe/Berlin, output: table}}\n  odd: {{stroe: x}}\n")
        env = environment(FAULTLINE_CONFIG=config)
        self.assertIn("time (Europe/Berlin)", faultline("query", "-n", "1", env=env).stdout)
        self.assertIn("time (UTC)", faultline("query", "-n", "1", "--tz", "UTC", env=env).stdout)
        self.assertEqual(faultline("query", "-n", "1", "--store", self.path("nowhere"), env=env).returncode, 2)
        self.assertIn("did you mean store", faultline("query", "--profile", "odd", env=env).stderr)
        self.assertIn("has no profile dmeo, did you mean demo", faultline("query", "--profile", "dmeo", env=env).stderr)

    def test_a_reader_that_has_seen_enough_is_no_error(self):
        command = f"'{BIN}/faultline' query --limit 0 --store '{self.store}' | head -n 1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment(TMPDIR=self.path("")))
        self.assertEqual((done.stderr, done.stdout.splitlines()[-1]), ("", "0"))
        self.assertEqual([name for name in os.listdir(self.path("")) if name.startswith("faultline-")], [])

    def on_a_terminal(self, *arguments, **env):
        """What the tool writes to a terminal of 80 columns, as lines."""
        main, side = pty.openpty()
        process = subprocess.Popen([os.path.join(BIN, "faultline"), *arguments, "--store", self.store], stdout=side,
                                   stderr=subprocess.DEVNULL, env=environment(NO_COLOR="1", **env))
        os.close(side)
        text = b""
        try:
            while chunk := os.read(main, 4096):
                text += chunk
        except OSError:
            pass  # the other end was closed
        os.close(main)
        self.assertEqual(process.wait(), 0)
        return text.decode().splitlines()

    def test_a_terminal_gets_a_table_that_fits(self):
        lines = self.on_a_terminal("query", "--limit", "5", "--no-pager")
        self.assertTrue(lines[0].startswith("time (UTC)"), lines[0])
        self.assertEqual(len(lines), 6)
        self.assertTrue(all(len(line) <= 80 for line in lines), lines)

    def test_a_terminal_gets_tables_through_the_pager_with_their_footer(self):
        lines = self.on_a_terminal("query", "--limit", "5", FAULTLINE_PAGER="sed s/^/paged:/")
        self.assertEqual(len(lines), 7)
        self.assertTrue(all(line.startswith("paged:") for line in lines), lines)
        self.assertRegex(lines[-1], r"5 events \(there are more: --limit 0\), .* complete up to ")
        without = self.on_a_terminal("query", "--limit", "5", FAULTLINE_PAGER="/nowhere/pager")
        self.assertEqual(len(without), 6)

    def test_control_characters_of_a_log_never_reach_a_table(self):
        line = json.dumps({"side": "client", "level": "error", "message": "a\u001b[31mb\u202ec\u0007d"}).encode()
        done = faultline("query", "--file", "-", "-o", "table", stdin=line)
        for bad in ("\u001b", "\u202e", "\u0007"):
            self.assertNotIn(bad, done.stdout)

    def test_shells_complete_verbs_flags_and_values(self):
        script = faultline("completion", "bash").stdout

        def complete(*words):
            line = " ".join(f"'{word}'" for word in ("faultline", *words))
            ask = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _faultline; echo \"${{COMPREPLY[@]}}\""
            return subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True).stdout.split()

        self.assertIn("correlate", complete("co"))
        self.assertEqual(complete("query", "--si"), ["--since"])
        self.assertEqual(complete("query", "side = SERVER", "--unt"), ["--until"])
        self.assertIn("explain", complete("rules", ""))
        self.assertEqual(complete("query", "-o", "cs"), ["csv"])
        for shell, check in (("zsh", ["-n"]), ("fish", ["--no-execute"])):
            if program := shutil.which(shell):
                done = subprocess.run([program, *check], input=faultline("completion", shell).stdout, capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("there is bash, zsh and fish", faultline("completion", "csh").stderr)

    def test_the_manual_names_every_verb(self):
        page = faultline("manual").stdout
        verbs = re.findall(r"^  (\w+) ", faultline("--help").stdout.split("Subcommands:")[1], re.MULTILINE)
        self.assertGreater(len(verbs), 10)
        for verb in verbs:
            self.assertIn(f"\n.SS {verb}", page)

    def test_rules_of_the_pack_pass_their_tests(self):
        done = faultline("rules", "test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^\d+ rules in force, \d+ tests passed, 0 refused\n$")

    def test_a_broken_rule_is_named_with_file_and_line(self):
        path = self.path("broken.yaml")
        with open(path, "w") as file:
            file.write("rules:\n  - name: broken\n    match: '(unclosed'\n")
        done = faultline("rules", "test", path)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"broken\.yaml:\d+: rule broken: ")

    def test_rules_explain_shows_the_winner_and_the_signature(self):
        with open(self.files[4]) as file:
            done = faultline("rules", "explain", file.readline().rstrip("\n"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"rules +messaging_edge_")
        self.assertRegex(done.stdout, r"message_id +[0-9a-f]{20}")
        self.assertRegex(done.stdout, r"signature +v1:[0-9a-f]{16}")


class LoadTest(SampleCase):
    def test_a_flag_that_may_be_repeated_leaves_the_files_behind_it_alone(self):
        store = self.path("behind")
        done = faultline("load", "--store", store, "--rules", RULES, *self.files)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(f"{self.lines():,} records: ", done.stdout)

    def test_loading_twice_changes_nothing(self):
        store = self.path("twice")
        self.assertEqual(faultline("load", "--store", store, *self.files).returncode, 0)
        before = {verb: rows(verb, "--limit", "0", "--store", store) for verb in ("correlate", "signatures", "query")}
        again = faultline("load", "--store", store, *self.files)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn(" 0 events, 0 attempts, 0 dead letters", again.stdout)
        for verb, want in before.items():
            self.assertEqual(rows(verb, "--limit", "0", "--store", store), want)

    def test_the_key_is_made_beside_the_store_and_is_private(self):
        store = self.path("keyed")
        faultline("load", "--store", store + "/", self.files[0])
        self.assertEqual(os.stat(store + ".key").st_mode & 0o777, 0o600)

    def test_a_line_that_is_no_record_becomes_a_dead_letter_that_is_listed(self):
        store, file = self.path("dead"), self.path("dead.ndjson")
        with open(file, "w") as out:
            out.write('{"level":"error","message":"whole"}\n{"level":"error","message":\n')
        done = faultline("load", "--store", store, file)
        self.assertIn("2 records: 1 events, 0 attempts, 1 dead letters", done.stdout)
        letter = rows("deadletters", "--store", store)[0]
        self.assertTrue(letter["reason"])
        self.assertEqual(letter["label"], file)

    def test_a_missing_file_is_an_error_that_names_it(self):
        done = faultline("load", "--store", self.path("none"), self.path("missing.log"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("missing.log", done.stderr)


if __name__ == "__main__":
    unittest.main()
