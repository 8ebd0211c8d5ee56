"""The tool as a person meets it: the story in a real terminal, narrow ones, what every format prints, hostile text,
and servers that are slow, of another version, no server at all, or answer in part."""
import fcntl
import json
import os
import pty
import random
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
import unittest

from programs import BIN, DEADLINE_SECONDS, RULES, SampleCase, Server, environment, faultline

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
# Set to write the files anew, after a change that is meant: then read what `git diff` says.
WRITE_GOLDEN = os.environ.get("FAULTLINE_WRITE_GOLDEN")
FORMATS = ("table", "wide", "json", "ndjson", "csv", "template")
# Characters that a terminal obeys, or that turn the direction of writing.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Terminal:
    """A shell in a terminal of the given size, typed into and read as a person would."""

    def __init__(self, columns, rows, **env):
        self.main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shell = subprocess.Popen(["bash", "--norc", "--noprofile", "--noediting", "-i"], stdin=side, stdout=side, stderr=side, start_new_session=True,
                                      env=environment(PS1="ready> ", TERM="xterm", PATH=BIN + ":" + os.environ["PATH"], **env))
        os.close(side)
        self.read()

    def read(self):
        """What is shown up to the next prompt."""
        text, deadline = "", time.monotonic() + DEADLINE_SECONDS
        while not text.endswith("ready> "):
            if not select.select([self.main], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"no prompt after: {text!r}")
            text += os.read(self.main, 65536).decode(errors="replace")
        return text.removesuffix("ready> ").replace("\r\n", "\n")

    def type(self, command):
        os.write(self.main, (command + "\n").encode())
        shown = self.read()
        return shown.split("\n", 1)[1] if "\n" in shown else shown  # without the echo

    def close(self):
        os.killpg(self.shell.pid, signal.SIGHUP)
        self.shell.wait()
        os.close(self.main)


class StoryTest(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = faultline("sample", "--seed", "1", "--minutes", "30", "--start", "2025-11-24T10:00:00Z", "--out", cls.path("story"))
        assert done.returncode == 0, done.stderr
        files = [os.path.join(cls.path("story"), os.path.basename(name)) for name in cls.files]
        cls.store = cls.path("story-store")
        assert faultline("load", "--store", cls.store, *files).returncode == 0

    def test_from_messages_fail_since_to_the_journey_in_a_terminal(self):
        terminal = Terminal(140, 50, FAULTLINE_STORE=self.store, NO_COLOR="1")
        self.addCleanup(terminal.close)
        # 1. Which server failures go with what clients report around that minute?
        found = terminal.type("faultline correlate --at 2025-11-24T10:14:00Z --around 4m -n 1 --no-pager")
        self.assertIn("message send failed: http 503 from edge", found)
        self.assertIn("write to mailbox shard", found)
        share = float(re.search(r"accompanies ([\d.]+) % of these client failures", " ".join(found.split())).group(1))
        self.assertGreater(share, 90)
        server = re.search(r"server mailbox, [\d,]+ messages, (v1:[0-9a-f]{16})", found).group(1)
        # 2. Since when? The first minute is that of the plan.
        counted = terminal.type(f"faultline count --step 1m -o ndjson 'signature = {server}'")
        row = json.loads(next(line for line in counted.split("\n") if line.startswith("{")))
        counts = [int(count) for count in row["counts"]]
        self.assertEqual(next(i for i, n in enumerate(counts) if n > max(counts) / 2), 12)
        # 3. One message through both sides.
        hint = re.search(r"see one: (faultline journey \S+)", found).group(1)
        journey = terminal.type(hint + " --no-pager")
        sides = [line.split()[4] for line in journey.split("\n") if re.match(r"\d{4}-", line)]
        self.assertEqual(sides[-1], "client")
        self.assertIn("server", sides)
        self.assertEqual(terminal.type("echo $?").strip(), "0")

    def test_tables_fit_into_40_columns(self):
        terminal = Terminal(40, 60, FAULTLINE_STORE=self.store, NO_COLOR="1")
        self.addCleanup(terminal.close)
        for verb in ("query -n 5", "signatures -n 5", "count --by service --step 1m", "count --by service", "deadletters", "coverage"):
            shown = terminal.type(f"faultline {verb} --no-pager 2>/dev/null")
            table = shown.split("\n\n")[0] if verb == "coverage" else shown
            wide = [line for line in table.split("\n") if len(line) > 40]
            self.assertEqual(wide, [], verb)

    def test_interrupting_a_tail_gives_the_prompt_back(self):
        terminal = Terminal(100, 30, FAULTLINE_STORE=self.store, NO_COLOR="1")
        self.addCleanup(terminal.close)
        os.write(terminal.main, b"faultline tail -n 2 2>/dev/null; echo status $?\n")
        text = ""
        while len(re.findall(r"^2025-11-24", text, re.MULTILINE)) < 2:
            text += os.read(terminal.main, 65536).decode()
        os.write(terminal.main, b"\x03")
        self.assertIn("status 130", terminal.read())

    def golden(self, name, text):
        path = os.path.join(GOLDEN, name)
        if WRITE_GOLDEN:
            os.makedirs(GOLDEN, exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(text, file.read(), f"{name}; if that is meant: FAULTLINE_WRITE_GOLDEN=1")

    def test_every_format_prints_what_it_printed_before(self):
        asked = {"query": (("query", "-n", "2", "--until", "2025-11-24T10:05:00Z", "side = SERVER"), "{time} {service} {message}"),
                 "correlate": (("correlate", "-n", "2"), "{client.signature} {server.signature} {together}"),
                 "count": (("count", "--by", "service", "--step", "10m", "-n", "3"), "{value} {count}"),
                 "signatures": (("signatures", "-n", "2"), "{signature} {lines} {title}")}
        for name, (arguments, template) in asked.items():
            for form in FORMATS:
                output = f"template={template}" if form == "template" else form
                done = faultline(*arguments, "--store", self.store, "-o", output)
                self.assertEqual(done.returncode, 0, done.stderr)
                # The sample is of one day; any other time is that of the test.
                text = re.sub(r"\b(?!2025-11-24)\d{4}-\d\d-\d\dT[\d:.]+Z", "NOW", done.stdout).replace(self.store, "STORE")
                self.golden(f"{name}.{form}", text)


class HostileTextTest(SampleCase):
    def test_no_format_lets_through_what_a_terminal_obeys(self):
        random.seed(11)
        alphabet = "aZ09 \"\\,{}<>&'`$%\x00\x01\x07\x08\x0b\x1b\x7f\x80\x9b\x9d\u061c\u200e\u202e\u2066\u2069\ufffd\u2028é漢🙂\t\n\r"
        lines = []
        for i in range(300):
            text = "".join(random.choice(alphabet) for _ in range(60)) + "\x1b]0;owned\x07\x1b[2J"
            if i % 2:
                lines.append(json.dumps({"side": "client", "level": "error", "service": text[:20], "message": text, "message_id": f"m-{i:08d}"}).encode())
            else:
                lines.append(b"ERROR " + text.replace("\n", " ").encode() + bytes(random.randrange(128, 256) for _ in range(8)))
        file = self.path("hostile.log")
        with open(file, "wb") as out:
            out.write(b"\n".join(lines) + b"\n{\"level\": \x1b[31m\n")
        store = self.path("hostile-store")
        self.assertEqual(faultline("load", "--store", store, file).returncode, 0)
        for verb in (("query", "-n", "0"), ("signatures", "-n", "0"), ("count", "--by", "service"), ("deadletters",), ("status",)):
            for form in ("table", "wide", "json", "ndjson", "csv"):
                done = faultline(*verb, "--store", store, "-o", form)
                for text in (done.stdout, done.stderr):
                    self.assertIsNone(FORBIDDEN.search(text.replace("\n", "").replace("\t", "")), (verb, form))
        done = faultline("query", "service = \"\x1b[31m\"", "--store", store)
        self.assertIsNone(FORBIDDEN.search(done.stderr.replace("\n", "")))

    def test_a_filter_that_is_half_typed_is_answered_in_words(self):
        whole = '(service = "mailbox" OR side = CLIENT) AND severity >= ERROR AND NOT message : "time out"'
        for end in range(1, len(whole)):
            done = faultline("query", whole[:end], "--file", self.files[0])
            self.assertIn(done.returncode, (0, 1, 2), whole[:end])
            if done.returncode == 2:
                self.assertRegex(done.stderr, r"^faultline: .*column \d+", whole[:end])


def listener(answer):
    """A port where each connection is given to `answer`; the address."""
    port = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                peer, _ = port.accept()
            except OSError:
                return
            answer(peer)

    threading.Thread(target=serve, daemon=True).start()
    return port, f"127.0.0.1:{port.getsockname()[1]}"


class ServersTest(SampleCase):
    def test_a_server_that_never_answers_is_given_up_after_the_timeout(self):
        held = []
        port, address = listener(held.append)
        with port:
            done = faultline("query", "--server", address, "--timeout", "1s")
        self.assertIn(done.returncode, (2, 5), done.stderr)
        self.assertRegex(done.stderr, r"^faultline: ")

    def test_a_port_that_speaks_something_else_is_named(self):
        def web(peer):
            with peer:
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")

        port, address = listener(web)
        with port:
            done = faultline("query", "--server", address, "--timeout", "2s")
        self.assertIn(done.returncode, (2, 5))
        self.assertIn(address if done.returncode == 2 else "--timeout", done.stderr)

    def test_an_answer_in_part_says_so(self):
        store = ("--set", f"store.path={self.path('part')}", "--set", f"rules.paths={RULES}", "--set", "query.scan_budget_events=1000")
        with Server(*store, "--set", f"files.paths={','.join(self.files)}", "--set", "files.follow=false") as server:
            address = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)
            if "all input read" not in server.log:
                server.wait_for("all input read")
            done = faultline("count", 'stacktrace : "nothing like it"', "--server", address, "-o", "table")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("partial: stopped after looking at", done.stderr)
            self.assertEqual(server.stop()[0], 0)

    def test_a_server_of_another_version_is_named(self):
        try:
            import grpc
            from concurrent import futures
        except ImportError:
            self.skipTest("python3-grpcio is for another interpreter")
        other = grpc.server(futures.ThreadPoolExecutor(2))
        port = other.add_insecure_port("127.0.0.1:0")
        other.start()
        self.addCleanup(other.stop, None)
        done = faultline("correlate", "--server", f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 2)
        self.assertIn("of another version, or no faultlined", done.stderr)


if __name__ == "__main__":
    unittest.main()
