"""A stock OpenTelemetry SDK exports over OTLP/gRPC to faultlined, which puts it into a real broker and reads it back;
and a dead letter that comes again through Kafka.

The SDK is opentelemetry-exporter-otlp-proto-grpc from PyPI; skipped where pip cannot get it.
"""
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "deploy"))
import programs  # noqa: E402

MESSAGES = [f"inbox {i} not stored" for i in range(200)]

# Run with the SDK's packages on its path.
SENDER = """
import logging, sys
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

provider = LoggerProvider(resource=Resource.create({"service.name": "mailbox", "service.version": "8.1.0"}))
set_logger_provider(provider)
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=sys.argv[1], insecure=True), max_export_batch_size=50))
logger = logging.getLogger("chat")
logger.addHandler(LoggingHandler(logger_provider=provider))
for i in range(int(sys.argv[2])):
    logger.error("inbox %d not stored", i, extra={"message_id": f"m-{i:08d}"})
assert provider.force_flush(30_000)
provider.shutdown()
"""


class OtlpTest(programs.BrokerCase):
    def server(self, name, *more):
        return programs.Server("--set", f"store.path={self.folder}/{name}", "--set", f"kafka.brokers={self.brokers}", "--set",
                               f"kafka.topics={name}", "--set", f"kafka.group={name}", *more)

    def test_a_stock_sdk_exports_and_every_record_arrives_once(self):
        packages = os.path.join(self.folder, "sdk")
        got = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", packages,
                              "opentelemetry-exporter-otlp-proto-grpc", "opentelemetry-sdk"], capture_output=True, text=True, check=False)
        if got.returncode != 0:
            self.skipTest("pip cannot get the OpenTelemetry SDK")
        with self.server("logs.otlp", "--set", "otlp.listen=127.0.0.1:0", "--set", "otlp.topic=logs.otlp") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)
            otlp = "127.0.0.1:" + server.wait_for(r"otlp taken in port=(\d+)").group(1)
            sent = subprocess.run([sys.executable, "-c", SENDER, otlp, str(len(MESSAGES))], capture_output=True, text=True,
                                  env={**os.environ, "PYTHONPATH": packages}, check=False)
            self.assertEqual(sent.returncode, 0, sent.stderr)
            self.assertNotIn("Failed to export", sent.stderr)

            def arrived():
                found = programs.rows("query", "--limit", "0", "--server", address)
                return found if len(found) >= len(MESSAGES) else None

            events = programs.eventually(arrived)
            self.assertTrue(events, server.log)
            http = programs.re.search(r"http started port=(\d+)", server.log).group(1)
            _, metrics = programs.get(http, "/metrics")
            self.assertIn(f"faultline_otlp_log_records_total {len(MESSAGES)}", metrics)

            def stored_from_kafka():  # events are found at once, positions once their segment is stored
                streams = programs.rows("status", "--server", address)[0]["streams"]
                return any(stream["stream"].startswith("kafka:logs.otlp/") for stream in streams)

            self.assertTrue(programs.eventually(stored_from_kafka), server.log)
            self.assertEqual(server.stop()[0], 0)
        self.assertEqual(sorted(event["message"] for event in events), sorted(MESSAGES))
        self.assertEqual({event["service"]["name"] if isinstance(event.get("service"), dict) else event.get("service") for event in events}, {"mailbox"})

    def test_a_dead_letter_comes_again_through_kafka_and_counts_once(self):
        record = json.dumps({"level": "error", "side": "client", "message": "disk full", "message_id": "m-12345678"})
        log = os.path.join(self.folder, "one.ndjson")
        with open(log, "w", encoding="utf-8") as out:
            out.write(record + "\n")
        made = programs.faultline("produce", "--brokers", self.brokers, "--topic", "logs.letters", log)
        self.assertEqual(made.returncode, 0, made.stderr)
        wrong = "[{topic: logs.letters, format: rfc5424, side: CLIENT}]"
        with self.server("logs.letters", "--set", f"ingest.topics={wrong}") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)
            self.assertTrue(programs.eventually(lambda: programs.rows("deadletters", "--server", address)), server.log)
            self.assertEqual(server.stop()[0], 0)
        # Twice, before a worker has read the first: only one counts.
        for _ in range(2):
            done = programs.faultline("deadletters", "replay", "--store", f"{self.folder}/logs.letters", "--brokers", self.brokers)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("1 dead letter of 1 record sent to Kafka", done.stdout)
        with self.server("logs.letters") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)

            def totals():
                found = programs.rows("status", "--server", address)[0]["totals"]
                return found if int(found["repeats"]) > 0 else None

            found = programs.eventually(totals)
            self.assertTrue(found, server.log)
            self.assertEqual({name: int(found[name]) for name in ("stored", "deadLetters", "replayed", "repeats")},
                             {"stored": 1, "deadLetters": 0, "replayed": 1, "repeats": 1})
            self.assertEqual(int(found["consumed"]), 2)
            self.assertEqual(programs.rows("deadletters", "--server", address), [])
            again = programs.faultline("deadletters", "replay", "--server", address, "--brokers", self.brokers)
            self.assertEqual(again.returncode, 1, again.stdout)
            self.assertEqual(len(programs.rows("query", "--server", address)), 1)

    def test_doctor_looks_at_brokers_and_topics(self):
        log = os.path.join(self.folder, "two.ndjson")
        with open(log, "w", encoding="utf-8") as out:
            out.write("one\ntwo\n")
        programs.faultline("produce", "--brokers", self.brokers, "--topic", "logs.doctor", log)
        done = programs.faultline("doctor", "--brokers", self.brokers, "--topic", "logs.doctor", "--topic", "logs.none", "--topic", "^nothing", "-o", "ndjson")
        checks = {check["name"]: check for check in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(checks["brokers"]["state"], "ok", done.stdout + done.stderr)
        self.assertEqual(checks["topic logs.doctor"]["state"], "ok", checks)
        self.assertIn("1 partition, 2 records, the newest from 20", checks["topic logs.doctor"]["finding"])
        self.assertEqual(checks["topic logs.none"]["state"], "fail")
        self.assertEqual(checks["topic ^nothing"]["state"], "fail")
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
