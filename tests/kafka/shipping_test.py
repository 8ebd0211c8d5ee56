"""rsyslog and syslog-ng, as deploy/shippers configures them, to a real broker and into faultlined.

A shipper whose program is not installed is skipped (Debian: rsyslog-kafka, syslog-ng-mod-rdkafka;
the two packages exclude each other). FAULTLINE_SYSLOG_NG and FAULTLINE_RSYSLOGD name other programs.
"""
import os
import shutil
import socket
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "deploy"))
import programs  # noqa: E402

LINES = [f"<131>Nov 24 15:00:0{i} edge7 chatd[42]: quorum lost on shard {i} \"inbox\" c:\\x" for i in range(5)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def send(port, lines):
    """Sends syslog over TCP as soon as somebody listens."""
    deadline = time.monotonic() + programs.DEADLINE_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as peer:
                peer.sendall("".join(line + "\n" for line in lines).encode())
                return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise


class ShippingTest(programs.BrokerCase):
    def configuration(self, name, changes):
        """The shipped configuration with this test's addresses and folders."""
        with open(os.path.join(ROOT, "deploy/shippers", name), encoding="utf-8") as source:
            text = source.read()
        for old, new in changes.items():
            self.assertIn(old, text)
            text = text.replace(old, new)
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def run_shipper(self, arguments):
        with open(os.path.join(self.folder, "shipper.log"), "a", encoding="utf-8") as log:
            process = subprocess.Popen(arguments, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

    def check_arrival(self, topic):
        store = os.path.join(self.folder, f"store-{topic}")
        with programs.Server("--set", f"store.path={store}", "--set", f"kafka.brokers={self.brokers}", "--set",
                             f"kafka.topics={topic}", "--set", f"kafka.group={topic}") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)

            def arrived():
                found = programs.rows("query", 'message:"quorum lost"', "--server", address, "--since", "30d")
                return found if len(found) >= len(LINES) else None

            rows = programs.eventually(arrived)
            with open(os.path.join(self.folder, "shipper.log"), encoding="utf-8") as log:
                self.assertTrue(rows, log.read() + server.log)
        self.assertEqual(len(rows), len(LINES))
        messages = sorted(row["message"] for row in rows)
        self.assertEqual(messages, [line.split("]: ")[1] for line in LINES])
        text = str(rows[0])
        for part in ("chatd", "edge7", "'severityNumber': 17"):
            self.assertIn(part, text)

    def test_rsyslog(self):
        program = os.environ.get("FAULTLINE_RSYSLOGD") or shutil.which("rsyslogd", path=os.environ["PATH"] + ":/usr/sbin")
        if program is None or not os.path.exists("/usr/lib/x86_64-linux-gnu/rsyslog/omkafka.so"):
            self.skipTest("no rsyslog with omkafka; install rsyslog-kafka")
        port = free_port()
        spool = os.path.join(self.folder, "spool")
        os.makedirs(spool, exist_ok=True)
        path = self.configuration("rsyslog.conf", {
            "127.0.0.1:9092": self.brokers, 'port="5140"': f'port="{port}"', "/var/log/chat": self.folder,
            "/var/spool/rsyslog/": spool + "/", 'topic="logs.syslog"': 'topic="logs.rsyslog"',
            'module(load="omkafka")': f'global(workDirectory="{spool}")\nmodule(load="omkafka")'})
        self.run_shipper([program, "-n", "-f", path, "-i", os.path.join(self.folder, "rsyslogd.pid")])
        send(port, LINES)
        self.check_arrival("logs.rsyslog")

    def test_syslog_ng(self):
        program = os.environ.get("FAULTLINE_SYSLOG_NG") or shutil.which("syslog-ng", path=os.environ["PATH"] + ":/usr/sbin")
        if program is None:
            self.skipTest("no syslog-ng; install syslog-ng-core and syslog-ng-mod-rdkafka")
        port = free_port()
        path = self.configuration("syslog-ng.conf", {
            "127.0.0.1:9092": self.brokers, "port(5141)": f"port({port})", "/var/log/chat": self.folder,
            'topic("logs.syslog")': 'topic("logs.syslogng")',
            "reliable(yes)": f'reliable(yes) dir("{self.folder}")'})
        state = [f"--{name}={os.path.join(self.folder, 'ng.' + name)}" for name in ("persist-file", "pidfile", "control")]
        self.run_shipper([program, "-F", "--no-caps", f"--cfgfile={path}", *state])
        send(port, LINES)
        self.check_arrival("logs.syslogng")


if __name__ == "__main__":
    unittest.main()
