"""What the server says of itself: alive, ready, figures, version, the description of its API; and to whom."""
import concurrent.futures
import http.client
import itertools
import json
import os
import pathlib
import re
import resource
import socket
import sys
import threading
import time
import unittest

import server as live

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "test/api"))
import conformance  # noqa: E402

SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})? (-?[0-9.e+-]+|\+Inf|NaN)')
DESCRIPTORS_LEFT = 10
PROXIED = {"X-Forwarded-For": "127.0.0.1"}


def figures(text):
    """The samples of a text in Prometheus' format, each checked for its form and its TYPE."""
    found, types = {}, {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# "):
            _, word, name, rest = line.split(" ", 3)
            assert word in ("HELP", "TYPE") and rest, line
            if word == "TYPE":
                assert name not in types, line
                types[name] = rest
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        name, labels, value = sample.groups()
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        kind = types.get(name) or types.get(base)
        assert kind, f"{line} has no TYPE"
        assert kind != "counter" or name.endswith("_total"), line
        assert (name, labels) not in found, line
        found[name, labels or ""] = float(value)
    return found


class Probes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = cls.enterClassContext(live.folder()) + "/data"
        live.joinery(cls.data, "import", "-", text=live.people(3, 1))

    def serve(self, *options):
        self.server = self.enterContext(live.running(self.data, *options))
        connection = self.server.connect()
        self.addCleanup(connection.close)
        return connection

    def test_it_is_alive_and_ready(self):
        connection = self.serve()
        for method in "GET", "HEAD":
            for path in "/healthz", "/readyz":
                response = live.ask(connection, method, path)
                self.assertEqual((response.status, response.outcome), (200, "ok"))
                self.assertEqual(response.getheader("Cache-Control"), "no-store")
                self.assertEqual(response.getheader("Access-Control-Allow-Origin"), None)
        self.assertEqual(live.ask(connection, "GET", "/healthz").text, "ok\n")
        self.assertEqual(live.ask(connection, "GET", "/readyz", None, PROXIED).text, "ok\n")
        self.assertIn("store: readable", live.ask(connection, "GET", "/readyz").text)

    def test_nothing_but_get_and_head(self):
        connection = self.serve()
        for path in "/healthz", "/readyz", "/metrics", "/version", "/openapi.json", "/v3/openapi.json":
            for method in "POST", "PUT", "PATCH", "DELETE":
                response = live.ask(connection, method, path)
                self.assertEqual((path, response.status), (path, 405))
                self.assertEqual(response.getheader("Allow"), "GET, HEAD, OPTIONS")
            self.assertEqual(live.ask(connection, "OPTIONS", path).status, 204)

    def test_version_names_the_program(self):
        response = live.ask(self.serve(), "GET", "/version")
        self.assertEqual(response.getheader("Content-Type"), "application/json; charset=utf-8")
        version = json.loads(response.text)
        self.assertEqual(version["name"], "joinery")
        self.assertRegex(version["version"], r"^[0-9]+\.[0-9]+\.[0-9]+$")

    def test_the_description_of_the_api(self):
        connection = self.serve()
        described = live.ask(connection, "GET", "/openapi.json", None, {"Origin": "https://a.example"})
        self.assertEqual(described.getheader("Access-Control-Allow-Origin"), "*")
        self.assertEqual(json.loads(described.text)["openapi"][:3], "3.1")
        self.assertEqual(live.ask(connection, "GET", "/v3/openapi.json").text, described.text)
        tag = described.getheader("ETag")
        for known, status in [(tag, 304), ("*", 304), (f'"x", W/{tag}', 304), ('"x"', 200)]:
            response = live.ask(connection, "GET", "/openapi.json", None, {"If-None-Match": known})
            self.assertEqual((known, response.status), (known, status))
            self.assertEqual(response.getheader("ETag"), tag)
        response = live.ask(connection, "GET", "/openapi.json", None, {"If-None-Match": tag})
        self.assertEqual((response.outcome, response.text, response.getheader("Content-Type")),
                         ("not_modified", "", None))

    def test_what_the_description_says_of_the_server_is_so(self):
        document = conformance.Document(str(ROOT / "schemas/openapi.yaml"))
        connection = self.serve()
        tag = live.ask(connection, "GET", "/openapi.json").getheader("ETag")
        reached = set()
        for path, headers in itertools.product(("/openapi.json", "/version"),
                                               ({}, {"If-None-Match": tag}, {"X-Long": 20000 * "x"})):
            reply = live.ask(connection, "GET", path, None, headers)
            self.assertEqual(document.judge("GET", path, reply.status, dict(reply.getheaders()), reply.text), [])
            reached.add((document.operation_of("GET", path), str(reply.status)))
        self.assertEqual(reached, document.documented(of_server=True))

    def test_figures_count_what_happened(self):
        connection = self.serve("--threads", "3", "--rate-limit-token", "4")
        before = figures(live.ask(connection, "GET", "/metrics").text)
        self.assertEqual(live.join_v3(connection, 2, 1).status, 201)
        self.assertEqual(live.ask(connection, "GET", "/v3/groups/secret-name").status, 404)
        for _ in range(5):
            live.ask(connection, "GET", "/v3/groups/1", None, {"Authorization": "Bearer tok3"})
        text = live.ask(connection, "GET", "/metrics").text
        after = figures(text)
        self.assertEqual(live.leave(connection, 2, 1).status, 204)
        row = 'joinery_http_requests_total', ('{dialect="v3",method="POST",route="/v3/groups/{id}/members",'
                                              'status="201",outcome="joined"}')
        self.assertEqual(after[row], 1)
        self.assertEqual(after["joinery_rate_limited_total", '{bucket="token"}'], 1)
        self.assertEqual(after["joinery_http_request_duration_seconds_count", '{dialect="v3"}'], 7)
        self.assertEqual(after["joinery_ready", ""], 1)
        self.assertGreater(after["process_resident_memory_bytes", ""], 1 << 20)
        self.assertGreater(after["joinery_store_max_bytes", ""], after["joinery_store_used_bytes", ""])
        for name in "joinery_batches_total", "joinery_batch_requests_count", "joinery_commit_duration_seconds_count":
            self.assertEqual(after[name, ""] - before[name, ""], 1)
        for secret in "tok2", "tok3", "secret-name", "user2":
            self.assertNotIn(secret, text)

    def test_figures_are_for_operators(self):
        connection = self.serve()
        self.assertEqual(live.ask(connection, "GET", "/metrics").status, 200)
        for header in "X-Forwarded-For", "Forwarded", "X-Real-IP", "Via":
            hidden = live.ask(connection, "GET", "/metrics", None, {header: "127.0.0.1"})
            self.assertEqual((header, hidden.status, hidden.outcome), (header, 404, "no_such_path"))

    def test_figures_have_their_own_listener(self):
        connection = self.serve("--admin-listen", "127.0.0.1:0")
        self.assertEqual(live.ask(connection, "GET", "/metrics").status, 404)
        self.assertEqual(live.ask(connection, "GET", "/readyz").text, "ok\n")
        log = pathlib.Path(self.data + ".log").read_text()
        port = int(re.findall(r"figures at http://127\.0\.0\.1:([0-9]+)/metrics", log)[-1])
        admin = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.assertIn("joinery_build_info", live.ask(admin, "GET", "/metrics", None, PROXIED).text)
        self.assertIn("store: readable", live.ask(admin, "GET", "/readyz").text)
        admin.close()

    def test_many_scrapes_while_requests_run(self):
        self.serve("--threads", "3")
        done = threading.Event()

        def scrape():
            connection = self.server.connect()
            last = 0
            while not done.is_set():
                found = figures(live.ask(connection, "GET", "/metrics").text)
                count = found["joinery_http_request_duration_seconds_count", '{dialect="v3"}']
                self.assertGreaterEqual(count, last)
                last = count
            connection.close()

        connections = [self.server.connect() for _ in range(4)]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            scraped = pool.submit(scrape)
            for i in range(200):
                live.ask(connections[i % 4], "GET", f"/v3/groups/{i % 3}")
            done.set()
            scraped.result(timeout=30)
        for connection in connections:
            connection.close()

    def test_a_server_out_of_descriptors_goes_on_when_there_are_some(self):
        with live.folder() as path, live.running(path + "/data") as started:
            own = f"/proc/{started.process.pid}/fd"
            live.ask(started.connect(), "GET", "/healthz")
            limit = len(os.listdir(own)) + DESCRIPTORS_LEFT
            resource.prlimit(started.process.pid, resource.RLIMIT_NOFILE, (limit, limit))
            crowd = [socket.create_connection(("127.0.0.1", started.port)) for _ in range(3 * DESCRIPTORS_LEFT)]
            while started.process.poll() is None and len(os.listdir(own)) < limit:
                time.sleep(0.01)
            time.sleep(0.05)  # for accepts that fail; too short a time could only pass
            for connection in crowd:
                connection.close()
            self.assertEqual(live.ask(started.connect(), "GET", "/healthz").status, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
