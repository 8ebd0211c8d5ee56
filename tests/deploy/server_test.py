"""faultlined, end to end: its roles, its HTTP side, its end."""
import os
import signal
import subprocess
import unittest

from programs import BIN, RULES, SampleCase, Server, environment, eventually, faultline, get, rows


def query_target(server):
    return "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)


def http_port(server):
    return server.wait_for(r"http started port=(\d+)").group(1)


class ServerTest(SampleCase):
    def arguments(self, name):
        return ("--set", f"store.path={self.path(name)}", "--set", f"rules.paths={RULES}")

    def reading(self, name, follow="false"):
        return (*self.arguments(name), "--set", f"files.paths={','.join(self.files)}", "--set", f"files.follow={follow}")

    def test_it_answers_over_grpc_what_the_store_answers_in_process(self):
        with Server(*self.reading("all")) as server:
            target = query_target(server)
            if "all input read" not in server.log:
                server.wait_for("all input read")
            over_grpc = {verb: rows(verb, "--limit", "0", "--server", target) for verb in ("correlate", "signatures", "query")}
            status, seconds = server.stop()
        self.assertEqual(status, 0, server.log)
        self.assertLess(seconds, 10)
        self.assertTrue(over_grpc["correlate"])
        for verb, answer in over_grpc.items():
            self.assertEqual(answer, rows(verb, "--limit", "0", "--store", self.path("all")), verb)

    def test_metrics_health_and_status_tell_what_goes_on(self):
        with Server(*self.reading("metrics")) as server:
            http = http_port(server)
            target = query_target(server)
            if "all input read" not in server.log:
                server.wait_for("all input read")
            self.assertEqual(get(http, "/livez"), (200, "alive\n"))
            code, body = get(http, "/readyz?verbose")
            self.assertEqual((code, body), (200, "ingestion: ok\nstore: ok\nready\n"))
            self.assertEqual(get(http, "/elsewhere")[0], 404)
            faultline("query", "--server", target)
            metrics = get(http, "/metrics")[1]
            self.assertRegex(metrics, r'faultline_records_consumed_total\{topic="[^"]*client.ndjson",partition=""\} [1-9]\d*')
            self.assertRegex(metrics, r'faultline_query_duration_seconds_count\{code="OK",method="SearchEvents"\} 1')
            self.assertRegex(metrics, r'faultline_build_info\{[^}]*version="\d+\.\d+\.\d+"[^}]*\} 1')
            self.assertRegex(metrics, r"faultline_store_events [1-9]")
            self.assertRegex(metrics, r"faultline_rules [1-9]")
            self.assertRegex(metrics, r'faultline_store_known_values\{what="service.name"\} [1-9]')
            self.assertRegex(metrics, r'faultline_store_known_values_limit\{what="signature"\} 1000000')
            self.assertRegex(metrics, r'faultline_store_other_events\{what="signature"\} 0')
            self.assertRegex(metrics, r"faultline_store_filter_bytes [1-9]")
            self.assertRegex(metrics, r'faultline_ingest_memory_limit_bytes\{place="unsealed"\} [1-9]')
            status = rows("status", "--server", target)[0]
            self.assertEqual(status["role"], "all")
            self.assertGreater(status["rules"], 0)
            stages = {stage["name"]: stage["seconds"] for stage in status["stages"]}
            self.assertEqual(list(stages), ["read", "understand", "seal"])
            self.assertGreater(stages["understand"], 0)
            self.assertRegex(metrics, r'faultline_ingest_stage_seconds_total\{stage="understand"\} [0-9.e-]*[1-9]')
            budgets = {budget["name"]: (int(budget["used"]), int(budget["limit"])) for budget in status["budgets"]}
            self.assertEqual({name for name in budgets if not name.startswith("values of ")},
                             {"disk", "graph", "series", "queries", "followers", "block cache", "id filters", "signatures",
                              "unsealed segments"})
            self.assertEqual(len(budgets), 10)
            for used, limit in budgets.values():
                self.assertLessEqual(used, limit)
            totals = {key: int(status["totals"][key]) for key in ("consumed", "stored", "attempts", "deadLetters", "repeats")}
            self.assertEqual(totals["consumed"], totals["stored"] + totals["attempts"] + totals["deadLetters"] + totals["repeats"])
            self.assertEqual(server.stop()[0], 0)

    def test_the_query_role_follows_a_writer(self):
        with Server("--role=query", *self.arguments("followed")) as reader:
            http = http_port(reader)
            reader.wait_for("waiting for a writer")
            self.assertEqual(get(http, "/livez")[0], 200)
            self.assertEqual(get(http, "/readyz")[0], 503)
            with Server("--role=ingest", *self.reading("followed", follow="true")) as writer:
                writer.wait_for("ingestion started")
                target = query_target(reader)
                lines = self.lines()
                consumed = lambda: int(rows("status", "--server", target)[0]["totals"].get("consumed", 0))
                self.assertTrue(eventually(lambda: consumed() == lines), consumed())
                self.assertEqual(get(http, "/readyz")[0], 200)
                self.assertTrue(rows("correlate", "--server", target))
                self.assertEqual(writer.stop()[0], 0)
            self.assertEqual(reader.stop()[0], 0)

    def test_tail_shows_events_as_they_arrive_and_goes_on_after_a_restart(self):
        log = self.path("growing.ndjson")
        open(log, "w").close()

        def write(message):
            with open(log, "a") as file:
                file.write(f'{{"level":"error","service":"gateway","message":"{message}"}}\n')

        settings = (*self.arguments("tailed"), "--set", f"files.paths={log}")
        with Server(*settings) as server:
            port = query_target(server)
            tail = subprocess.Popen([os.path.join(BIN, "faultline"), "tail", "--server", port, "-o", "template={message}", "service = gateway"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
            write("one")
            self.assertEqual(tail.stdout.readline(), "one\n")
            self.assertEqual(server.stop()[0], 0)
        with Server(*settings, "--set", f"query.listen={port}") as server:
            query_target(server)
            write("two")
            self.assertEqual(tail.stdout.readline(), "two\n")
            tail.send_signal(signal.SIGINT)
            self.assertEqual(tail.wait(), 130)
            self.assertIn("the connection broke; going on where it was", tail.stderr.read())
            tail.stdout.close()
            tail.stderr.close()
            self.assertEqual(server.stop()[0], 0)

    def test_a_restart_goes_on_where_it_stopped(self):
        totals = []
        for _ in range(2):
            with Server(*self.reading("restarted")) as server:
                target = query_target(server)
                if "all input read" not in server.log:
                    server.wait_for("all input read")
                totals.append(rows("status", "--server", target)[0]["totals"])
                self.assertEqual(server.stop()[0], 0)
        self.assertEqual(totals[0]["stored"], totals[1]["stored"])

    def test_sighup_reads_the_rules_again(self):
        rules = self.path("rules.yaml")
        with open(rules, "w") as file:
            file.write("rules: [{name: one, match: one}]\n")
        with Server("--set", f"store.path={self.path('rules')}", "--set", f"rules.paths={rules}", "--set", "rules.watch_interval=0",
                    "--set", f"files.paths={self.files[0]}") as server:
            server.wait_for("rules in force rules=1")
            query_target(server)
            with open(rules, "w") as file:
                file.write("rules: [{name: one, match: one}, {name: two, match: two}]\n")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for("rules in force rules=2")
            self.assertEqual(server.stop()[0], 0)

    def test_a_bad_configuration_ends_it_with_2_and_the_key(self):
        with Server("--set", "store.pth=x") as server:
            self.assertIn("did you mean store.path", server.process.stderr.read())
            self.assertEqual(server.process.wait(), 2)

    def test_secrets_of_the_configuration_stay_out_of_the_log(self):
        with Server(*self.arguments("secret"), "--role=query", "--set", "kafka.properties={sasl.password: hunter2}") as server:
            server.wait_for("http started")
            self.assertEqual(server.stop()[0], 0)
        self.assertIn("sasl.password: ***", server.log)
        self.assertNotIn("hunter2", server.log)

    def test_nobody_of_the_records_is_in_the_log(self):
        with Server(*self.reading("quiet")) as server:
            server.wait_for("all input read")
            self.assertEqual(server.stop()[0], 0)
        for private in ("+1555010", "@mail.example", "203.0.113.", "mailbox"):
            self.assertNotIn(private, server.log)


if __name__ == "__main__":
    unittest.main()
