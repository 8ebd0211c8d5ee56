"""Runs the two programs for the tests of deploy/."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import unittest

BIN = os.environ["FAULTLINE_BIN_DIR"]
RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../deploy/rules")
KAFKA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../deploy/kafka")
SAMPLE_FILES = ("client.ndjson", "server.ndjson", "attempts.ndjson", "push.syslog", "edge-error.log")
DEADLINE_SECONDS = 30


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FAULTLINE_")}
    return {**kept, "FAULTLINE_RULES": RULES, **more}


def faultline(*arguments, stdin=b"", env=None):
    """The finished process, with text in stdout and stderr."""
    done = subprocess.run([os.path.join(BIN, "faultline"), *arguments], input=stdin, capture_output=True, env=env or environment())
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def rows(*arguments, **how):
    """The rows of an ndjson answer."""
    done = faultline(*arguments, "-o", "ndjson", **how)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(f"{arguments}: exit {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


class BrokerCase(unittest.TestCase):
    """A folder and a real broker (`brokers`), once for all tests of a class; skipped where there can be none."""

    @classmethod
    def setUpClass(cls):
        if shutil.which("java") is None:
            raise unittest.SkipTest("no java for the broker")
        cls.folder = tempfile.mkdtemp(prefix="faultline-broker-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        data = os.path.join(cls.folder, "broker")
        done = subprocess.run([os.path.join(KAFKA, "start.sh"), data], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise unittest.SkipTest(f"no broker: {done.stderr.strip()}")
        cls.brokers = done.stdout.strip()
        cls.addClassCleanup(subprocess.run, [os.path.join(KAFKA, "stop.sh"), data], capture_output=True, check=False)


class SampleCase(unittest.TestCase):
    """Makes a sample of ten minutes, once for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="faultline-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        done = faultline("sample", "--minutes", "10", "--start", "2025-11-24T12:00:00Z", "--out", cls.path("logs"))
        assert done.returncode == 0, done.stderr
        with open(cls.path("logs/planted.json")) as file:
            cls.planted = json.load(file)["pairs"]
        cls.files = [cls.path(f"logs/{name}") for name in SAMPLE_FILES]

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def lines(cls):
        """Lines of all files, which is their records."""
        total = 0
        for name in cls.files:
            with open(name, "rb") as file:
                total += file.read().count(b"\n")
        return total


class Server:
    """faultlined on free ports, from start to end of a with block."""

    def __init__(self, *arguments):
        ports = ("--set", "query.listen=127.0.0.1:0", "--set", "http.listen=127.0.0.1:0")
        self.process = subprocess.Popen([os.path.join(BIN, "faultlined"), *ports, *arguments], stderr=subprocess.PIPE,
                                        text=True, env=environment())
        self.log = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def wait_for(self, pattern):
        """Reads the log until a line matches and returns the match."""
        for line in self.process.stderr:
            self.log += line
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError(f"no line like {pattern!r} in:\n{self.log}")

    def stop(self):
        """Sends SIGTERM; returns the exit status and the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.log += self.process.stderr.read()
        return self.process.wait(DEADLINE_SECONDS), time.monotonic() - started


def get(port, path):
    """Status and body of GET on the local HTTP port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def eventually(condition):
    """Asks again until it is true; its last value."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (value := condition()) and time.monotonic() < deadline:
        pass
    return value
