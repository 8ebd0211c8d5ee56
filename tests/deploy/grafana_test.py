"""Grafana's Loki and Jaeger data sources: the requests that they send (tests/deploy/grafana/requests.json), and their numbers
against the program's. The requests are written after the data sources' sources, not recorded from a running Grafana."""
import datetime
import json
import os
import re
import socket
import unittest
import urllib.error
import urllib.parse
import urllib.request

from programs import RULES, SampleCase, Server, eventually, rows

HERE = os.path.dirname(os.path.abspath(__file__))
START = int(datetime.datetime(2025, 11, 24, 12, 0, tzinfo=datetime.timezone.utc).timestamp())
END = START + 900


def at(value, path):
    """What lies at "data.0.name"; None for nothing."""
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = (value or {}).get(step)
    return value


class GrafanaTest(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server("--set", f"store.path={cls.path('store')}", "--set", f"rules.paths={RULES}", "--set",
                            f"files.paths={','.join(cls.files)}", "--set", "files.follow=false")
        cls.addClassCleanup(cls.server.__exit__)
        cls.http = cls.server.wait_for(r"http started port=(\d+)").group(1)
        cls.target = "127.0.0.1:" + cls.server.wait_for(r"queries answered port=(\d+)").group(1)
        if "all input read" not in cls.server.log:
            cls.server.wait_for("all input read")

    def ask(self, path, body=None):
        """Status and text."""
        path = path.replace("${start}", str(START)).replace("${end}", str(END))
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", body, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def loki(self, path, **form):
        status, text = self.ask(f"/loki/api/v1/{path}?" + urllib.parse.urlencode(form))
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def test_requests_of_the_data_sources_are_answered(self):
        with open(os.path.join(HERE, "grafana/requests.json")) as file:
            requests = json.load(file)
        for request in requests:
            with self.subTest(request["what"]):
                status, text = self.ask(request["path"])
                self.assertEqual(status, request.get("status", 200), text)
                self.assertIn(request.get("text", ""), text)
                answer = json.loads(text) if "has" in request else None
                for path, value in request.get("has", {}).items():
                    if isinstance(value, list):
                        self.assertLessEqual(set(value), set(at(answer, path)), path)
                    else:
                        self.assertEqual(at(answer, path), value, f"{path} of {text[:500]}")
                for path, values in request.get("lacks", {}).items():
                    self.assertFalse(set(values) & set(at(answer, path)), path)

    def test_counts_are_those_of_the_program(self):
        said = {row["value"]: int(row["count"]) for row in rows("count", "--by", "service", "side = SERVER", "--server", self.target)}
        instant = self.loki("query", query='sum by (service) (count_over_time({side="SERVER"}[15m]))', time=END)
        self.assertEqual({one["metric"]["service"]: int(one["value"][1]) for one in instant["data"]["result"]}, said)
        over_time = self.loki("query_range", query='sum by (service) (count_over_time({side="SERVER"}[1m]))', start=START, end=END, step=60)
        sums = {one["metric"]["service"]: sum(int(value) for _, value in one["values"]) for one in over_time["data"]["result"]}
        self.assertEqual(sums, said)
        both = self.loki("query", query='sum by (service, region) (count_over_time({side="SERVER"}[15m]))', time=END)
        self.assertEqual(sum(int(one["value"][1]) for one in both["data"]["result"]), sum(said.values()))
        # 60 hosts are more than the first of two labels may have: the rest is in one row, and nothing is lost.
        many = self.loki("query", query='sum by (host, region) (count_over_time({side="SERVER"}[15m]))', time=END)
        self.assertEqual(sum(int(one["value"][1]) for one in many["data"]["result"]), sum(said.values()))
        rate = self.loki("query", query='sum(rate({side="SERVER"}[15m]))', time=END)
        self.assertAlmostEqual(float(rate["data"]["result"][0]["value"][1]), sum(said.values()) / 900)

    def test_lines_are_those_of_the_program(self):
        said = rows("query", "service = mailbox AND message = \"*shard*\"", "--limit", "0", "--server", self.target)
        form = urllib.parse.urlencode({"query": '{service="mailbox"} |= "shard"', "start": START, "end": END, "limit": 5000}).encode()
        status, text = self.ask("/loki/api/v1/query_range", form)  # as a form, which data sources may post
        self.assertEqual(status, 200, text)
        lines = [line for stream in json.loads(text)["data"]["result"] for _, line in stream["values"]]
        self.assertEqual(sorted(lines), sorted(event["message"] for event in said))
        self.assertTrue(lines)

    def test_a_journey_is_a_trace(self):
        pair = rows("correlate", "--limit", "1", "--server", self.target)[0]
        journey = rows("journey", pair["exemplarId"]["value"], "--server", self.target)
        status, text = self.ask(f"/jaeger/api/traces/{pair['exemplarId']['value']}")
        self.assertEqual(status, 200, text)
        trace = json.loads(text)["data"][0]
        self.assertEqual(len(trace["spans"]), len(journey) + 1)
        services = {trace["processes"][span["processID"]]["serviceName"] for span in trace["spans"]}
        self.assertLessEqual({pair["server"]["service"], "journey"}, services)
        root, *spans = trace["spans"]
        for span in spans:
            self.assertEqual(span["references"][0]["spanID"], root["spanID"])
            self.assertGreaterEqual(span["startTime"], root["startTime"])
            self.assertLessEqual(span["startTime"] + span["duration"], root["startTime"] + root["duration"])

    def test_the_dashboard_asks_what_is_answered(self):
        with open(os.path.join(HERE, "../../deploy/grafana/dashboards/faultline.json")) as file:
            panels = json.load(file)["panels"]
        metrics = self.ask("/metrics")[1]
        with open(os.path.join(HERE, "../../deploy/prometheus/faultline_rules.yaml")) as file:
            rules = file.read()
        asked = 0
        for panel in panels:
            for target in panel["targets"]:
                if target["datasource"]["type"] == "loki":
                    query = target["expr"].replace("$service", ".+").replace("$__auto", "1m").replace("$__range", "15m").replace("$text", "failed")
                    when = {"time": END} if target["queryType"] == "instant" else {"start": START, "end": END, "step": 60}
                    with self.subTest(query):
                        self.assertTrue(self.loki("query" if "time" in when else "query_range", query=query, **when)["data"]["result"])
                        asked += 1
                else:
                    for name in re.findall(r"faultline_\w+", target["expr"]):
                        self.assertIn(name, metrics)
        self.assertEqual(asked, 5)
        for name in re.findall(r"faultline_\w+", rules):
            if name != "faultline_rules":
                self.assertIn(name, metrics)


class WebSocket:
    """A client of RFC 6455, as far as a follower needs it."""

    def __init__(self, port, path, **headers):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=20)
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *(f"{name}: {value}" for name, value in headers.items())]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.stream = self.socket.makefile("rb")
        self.status = int(self.stream.readline().split()[1])
        self.headers = {}
        while line := self.stream.readline().strip():
            name, value = line.decode().split(":", 1)
            self.headers[name.lower()] = value.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def body(self):
        return self.stream.read(int(self.headers["content-length"])).decode()

    def message(self):
        """Opcode and content of the next frame."""
        first, second = self.stream.read(2)
        size = second & 127
        if size > 125:
            size = int.from_bytes(self.stream.read(2 if size == 126 else 8), "big")
        return first & 15, self.stream.read(size)


class TailTest(SampleCase):
    def setUp(self):
        self.log = self.path(f"live-{self._testMethodName}.ndjson")
        self.write(3)
        store = self.path(f"live-{self._testMethodName}")
        self.server = self.enterContext(Server("--set", f"store.path={store}", "--set", f"files.paths={self.log}"))
        self.http = self.server.wait_for(r"http started port=(\d+)").group(1)
        self.target = "127.0.0.1:" + self.server.wait_for(r"queries answered port=(\d+)").group(1)
        self.assertTrue(eventually(lambda: len(rows("query", "--server", self.target)) == 3))

    def write(self, count, service="edge"):
        with open(self.log, "a", encoding="utf-8") as out:
            for i in range(count):
                now = datetime.datetime.now(datetime.timezone.utc).isoformat()
                out.write(json.dumps({"time": now, "level": "error", "side": "server", "service": service, "message": f"live {i}"}) + "\n")

    def tail(self, query, **headers):
        return WebSocket(self.http, "/loki/api/v1/tail?" + urllib.parse.urlencode({"query": query, "limit": 2}), **headers)

    def lines(self, client, count):
        found = []
        while len(found) < count:
            opcode, content = client.message()
            self.assertEqual(opcode, 1)
            message = json.loads(content)
            self.assertIsNone(message["dropped_entries"])
            for stream in message["streams"]:
                self.assertEqual(stream["stream"]["service"], "edge")
                found += [line for _, line in stream["values"]]
        return found

    def test_lines_come_as_they_arrive(self):
        with self.tail('{service="edge"}') as client:
            self.assertEqual(client.status, 101)
            self.assertEqual(client.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            self.assertEqual(self.lines(client, 2), ["live 1", "live 2"])
            self.write(2)
            self.write(2, service="other")
            self.write(1)
            self.assertEqual(sorted(self.lines(client, 3)), ["live 0", "live 0", "live 1"])
        # One that went away without a word holds nothing up.
        self.assertEqual(self.server.stop()[0], 0)

    def test_a_server_that_stops_says_goodbye(self):
        with self.tail('{service="edge"}') as client:
            self.lines(client, 2)
            self.assertEqual(self.server.stop()[0], 0)
            self.assertEqual(client.message()[0], 8)

    def test_what_cannot_be_followed_is_refused_in_words(self):
        with self.tail('sum(rate({service="edge"}[1m]))') as client:
            self.assertEqual(client.status, 400)
            self.assertIn("counts cannot", client.body())
        with self.tail('{service=') as client:
            self.assertEqual(client.status, 400)
        with self.tail('{service="edge"}', Origin="https://elsewhere.example") as client:
            self.assertEqual(client.status, 403)

    def test_there_is_an_end_to_followers(self):
        followers = [self.tail('{service="edge"}') for _ in range(9)]
        self.assertEqual([client.status for client in followers], [101] * 8 + [429])
        for client in followers:
            client.__exit__()
        self.assertTrue(eventually(lambda: self.followed()))

    def followed(self):
        with self.tail('{service="edge"}') as client:
            return client.status == 101


if __name__ == "__main__":
    unittest.main()
