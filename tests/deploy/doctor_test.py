"""faultline doctor: what is well, what is not, and what to do about it."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from programs import RULES, SampleCase, Server, environment, faultline


def by_name(*arguments):
    return {check["name"]: check for check in rows_of(*arguments)}


def rows_of(*arguments):
    done = faultline("doctor", *arguments, "-o", "ndjson")
    checks = [json.loads(line) for line in done.stdout.splitlines()]
    states = {check["state"] for check in checks}
    expected = 2 if "fail" in states else 3 if "warn" in states else 0
    assert done.returncode == expected, (done.returncode, states, done.stderr)
    for check in checks:
        assert bool(check["advice"]) == (check["state"] != "ok"), check
    return checks


class DoctorTest(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = cls.path("store")
        faultline("load", "--store", cls.store, *cls.files)

    def test_a_store_that_is_well(self):
        checks = by_name("--store", self.store)
        self.assertEqual(checks["store"]["state"], "ok", checks)
        self.assertIn("events in", checks["store"]["finding"])
        self.assertEqual(checks["key file"]["state"], "ok")
        self.assertEqual(checks["rules"]["state"], "ok", checks["rules"])
        self.assertIn("nobody has it open", checks["writer"]["finding"])

    def test_a_store_that_is_not_there_and_a_key_that_others_may_read(self):
        self.assertEqual(by_name("--store", self.path("none"))["store"]["state"], "fail")
        key = self.path("open.key")
        shutil.copy(self.store + ".key", key)
        os.chmod(key, 0o644)
        check = by_name("--store", self.store, "--key-file", key)["key file"]
        self.assertEqual(check["state"], "fail")
        self.assertIn("chmod 600", check["finding"] + check["advice"])

    def test_a_configuration_with_everything_it_names(self):
        broken = self.path("broken.yaml")
        with open(broken, "w", encoding="utf-8") as file:
            file.write("rules:\n  - name: broken\n    match: '(unclosed'\n")
        config = self.path("faultline.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"store: {{path: {self.store}}}\nkafka: {{brokers: ['127.0.0.1:1'], topics: [logs]}}\n"
                       f"rules: {{paths: [{broken}]}}\nquery: {{listen: '127.0.0.1:1'}}\n")
        checks = by_name("--config", config)
        self.assertEqual(checks["configuration"]["state"], "ok")
        self.assertEqual(checks["brokers"]["state"], "fail")
        self.assertIn("no broker of 127.0.0.1:1 answers", checks["brokers"]["finding"])
        self.assertRegex(checks["rule"]["finding"], r"broken\.yaml:\d+: rule broken")
        self.assertEqual(checks["server"]["state"], "fail")
        with open(config, "a", encoding="utf-8") as file:
            file.write("log: {levle: info}\n")
        self.assertIn("did you mean log.level", by_name("--config", config)["configuration"]["finding"])

    def test_a_server_that_is_up(self):
        with Server("--set", f"store.path={self.store}", "--set", f"rules.paths={RULES}") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)
            checks = by_name("--server", address)
            self.assertEqual(checks["server"]["state"], "ok", checks["server"])
            self.assertEqual(checks["clock of the server"]["state"], "ok", checks)
            self.assertEqual(checks["ingestion"]["state"], "ok")
            self.assertEqual(checks["dead letters"]["state"], "ok")
            self.assertIn("a process has it open", by_name("--store", self.store)["writer"]["finding"])
            tls = by_name("--server", address, "--tls")
            self.assertEqual(tls[f"certificate of {address}"]["state"], "fail")
            self.assertEqual(server.stop()[0], 0)

    def test_certificates(self):
        with tempfile.TemporaryDirectory() as folder:
            def make(name, days):
                subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                                f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem", "-days", str(days), "-subj", "/CN=localhost",
                                "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
                return f"{folder}/{name}.pem", f"{folder}/{name}.key"

            certificate, key = make("good", 365)
            _, other_key = make("other", 365)
            soon, soon_key = make("soon", 5)

            def configured(pem, private):
                path = f"{folder}/faultline.yaml"
                with open(path, "w", encoding="utf-8") as file:
                    file.write(f"store: {{path: {self.store}}}\nquery: {{tls_certificate_file: {pem}, tls_key_file: {private}}}\n")
                return by_name("--config", path)

            self.assertEqual(configured(certificate, key)[f"certificate {certificate}"]["state"], "ok")
            self.assertEqual(configured(certificate, other_key)[f"key {other_key}"]["state"], "fail")
            expiring = configured(soon, soon_key)[f"certificate {soon}"]
            self.assertEqual(expiring["state"], "warn")
            self.assertIn("expires in 4 days", expiring["finding"])

            with Server("--set", f"store.path={self.store}", "--set", f"query.tls_certificate_file={certificate}", "--set",
                        f"query.tls_key_file={key}") as server:
                port = server.wait_for(r"queries answered port=(\d+)").group(1)
                trusted = by_name("--server", f"localhost:{port}", "--tls-ca", certificate)
                self.assertEqual(trusted[f"certificate of localhost:{port}"]["state"], "ok", trusted)
                self.assertEqual(trusted["server"]["state"], "ok")
                stranger = by_name("--server", f"localhost:{port}", "--tls")[f"certificate of localhost:{port}"]
                self.assertIn("not trusted", stranger["finding"])
                by_address = by_name("--server", f"127.0.0.1:{port}", "--tls-ca", certificate)[f"certificate of 127.0.0.1:{port}"]
                self.assertIn("not for the host 127.0.0.1", by_address["finding"])

    def test_people_get_words_and_what_to_do(self):
        done = faultline("doctor", "--store", self.path("none"), "-o", "table")
        self.assertEqual(done.returncode, 2)
        self.assertIn("-> ", done.stdout)
        nothing = faultline("doctor", env=environment(FAULTLINE_RULES=RULES))
        self.assertEqual(nothing.returncode, 2)
        self.assertIn("what to look at?", nothing.stderr)


if __name__ == "__main__":
    unittest.main()
