"""Scripts of another site, in a headless Chromium: they call the three dialects, plainly and behind a preflight, read the
exposed headers and the errors; a cookie never travels with them, and what belongs to pages is not theirs to read.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR, SCREENSHOTS."""
import contextlib
import http.server
import pathlib
import socket
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "live"))
from chromium import Browser, Driver  # noqa: E402
from server import application, folder, group, joinery, lines, running, token, user  # noqa: E402

READ = """
const [url, options, exposed] = arguments, done = arguments[arguments.length - 1];
fetch(url, options).then(async (reply) => {
  const headers = Object.fromEntries(exposed.map((name) => [name, reply.headers.get(name)]));
  done({status: reply.status, type: reply.type, body: await reply.text(), headers: headers});
}, (error) => done({failed: String(error)}));
"""
EXPOSED = ["ETag", "Location", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Reset", "X-Outcome", "X-Request-Id",
           "Idempotency-Replayed", "WWW-Authenticate"]
BUFFER = 65536


class Wire:
    """Stands before a server and keeps the heads of all requests that pass."""

    def __init__(self, port):
        self.server_port = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.server_port))
            threading.Thread(target=self.pass_on, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(server, client, False), daemon=True).start()

    def pass_on(self, source, sink, heard):
        with contextlib.suppress(OSError):
            while data := source.recv(BUFFER):
                if heard:
                    self.heard.append(data.decode("latin-1"))
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        if not heard:
            source.close()
            sink.close()

    def close(self):
        self.listener.close()

    def named(self, start):
        return [text for text in self.heard if text.startswith(start)]


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<!doctype html><title>another site</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Cors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        data = cls.stack.enter_context(folder()) + "/data"
        people = range(1, 4)
        joinery(data, "import", "-", text=lines([application(), *map(user, people), *map(token, people),
                                                 *[group(number, 1) for number in range(1, 6)]]))
        cls.wire = cls.listen(cls.stack.enter_context(running(data, "--rate-limit-token", "1000")))
        site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        cls.stack.callback(site.server_close)
        cls.stack.callback(site.shutdown)
        # One host, two ports: one site to a cookie, which knows no ports, but two origins to a script.
        cls.other = f"http://127.0.0.1:{site.server_port}"
        cls.driver = Driver()
        cls.stack.callback(cls.driver.close)
        cls.browser = Browser(cls.driver, cls.stack.enter_context(folder()), scripts=True)
        cls.stack.callback(cls.browser.close)
        cls.browser.go(cls.joinery + "/sign-in")
        cls.browser.type("#token", "tok1")
        cls.browser.click("button[type=submit]")
        assert "joinery" in cls.browser.cookies()

    @classmethod
    def listen(cls, server):
        wire = Wire(server.port)
        cls.stack.callback(wire.close)
        cls.joinery = f"http://127.0.0.1:{wire.port}"
        return wire

    def setUp(self):
        self.browser.go(self.other + "/")
        self.wire.heard.clear()

    def fetch(self, path, **options):
        return self.browser.call("POST", "/execute/async", {"script": READ, "args": [
            self.joinery + path, options, EXPOSED]})

    def assert_no_cookie(self):
        self.assertTrue(self.wire.heard)
        self.assertFalse([text for text in self.wire.heard if "\r\ncookie:" in text.lower()])

    def test_simple_call_is_read_without_a_preflight(self):
        reply = self.fetch("/v3/groups/1")
        self.assertEqual((reply["status"], reply["type"]), (200, "cors"))
        self.assertIn('"Group 1"', reply["body"])
        self.assertRegex(reply["headers"]["ETag"], '^W/"')
        self.assertEqual(self.wire.named("OPTIONS"), [])
        self.assert_no_cookie()

    def test_simple_form_joins_over_the_legacy_dialect(self):
        reply = self.fetch("/services/rest/", method="POST", body="method=group.join&api_key=key00&token=tok2&group_id=1",
                           headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual((reply["status"], reply["headers"]["X-Outcome"]), (200, "joined"))
        self.assertEqual(self.wire.named("OPTIONS"), [])
        self.assert_no_cookie()

    def test_preflighted_calls_of_every_method(self):
        headers = {"Authorization": "Bearer tok2", "Content-Type": "application/json", "X-Request-Id": "from-a-page"}
        key = {**headers, "Idempotency-Key": "once"}
        for replayed in (None, "true"):
            made = self.fetch("/v3/groups", method="POST", headers=key, body='{"name":"Made by a page"}')
            self.assertEqual((made["status"], made["headers"]["Idempotency-Replayed"]), (201, replayed))
        where = made["headers"]["Location"].split("/v3/")[1]
        self.assertEqual(made["headers"]["X-Request-Id"], "from-a-page")
        self.assertEqual(made["headers"]["X-RateLimit-Limit"], "1000")
        edited = self.fetch("/v3/" + where, method="PUT", headers={**headers, "If-Match": made["headers"]["ETag"]},
                            body='{"name":"Renamed"}')
        self.assertEqual(edited["status"], 200)
        late = self.fetch("/v3/" + where, method="PUT", headers={**headers, "If-Match": made["headers"]["ETag"]},
                          body='{"name":"Too late"}')
        self.assertEqual((late["status"], late["headers"]["X-Outcome"]), (412, "precondition_failed"))
        same = self.fetch("/v3/" + where, headers={**headers, "If-None-Match": edited["headers"]["ETag"]})
        self.assertEqual(same["status"], 304)
        role = self.fetch("/v3/" + where + "/members/2", method="PATCH", headers=headers, body='{"role":"owner"}')
        self.assertEqual((role["status"], role["headers"]["X-Outcome"]), (200, "role_unchanged"))
        gone = self.fetch("/v3/" + where, method="DELETE", headers=headers)
        self.assertEqual(gone["status"], 204)
        self.assertTrue(self.wire.named("OPTIONS"))
        self.assert_no_cookie()

    def test_onezone_takes_its_own_headers(self):
        for header in ("Macaroon", "X-Auth-Token"):
            reply = self.fetch("/user/groups", headers={header: "tok3"})
            self.assertEqual((reply["status"], reply["body"]), (200, '{"groups":[]}'))
        self.assert_no_cookie()

    def test_errors_are_readable(self):
        for path, options, status, outcome in [
                ("/v3/me", {}, 401, "token_missing"),
                ("/v3/groups/99", {}, 404, "no_such_group"),
                ("/v3/groups", {"method": "POST", "body": "{", "headers": {
                    "Authorization": "Bearer tok2", "Content-Type": "application/json"}}, 400, "malformed_body"),
                ("/v3/groups", {"method": "POST", "body": "x" * 70000, "headers": {
                    "Authorization": "Bearer tok2", "Content-Type": "application/json"}}, 413, "too_large"),
                ("/v3/nothing", {}, 404, "no_such_path"),
                ("/user/groups", {}, 401, "token_missing"),
                ("/services/rest/?method=nothing", {}, 404, "method_not_found")]:
            reply = self.fetch(path, **options)
            self.assertEqual((reply.get("status"), (reply.get("headers") or {}).get("X-Outcome")), (status, outcome),
                             f"{path}: {reply}")
        self.assertEqual(self.fetch("/v3/me")["headers"]["WWW-Authenticate"], 'Bearer realm="joinery"')
        self.assert_no_cookie()

    def test_a_call_that_asks_for_cookies_may_not_read_the_answer(self):
        reply = self.fetch("/v3/groups/1", credentials="include")
        self.assertIn("Failed to fetch", reply.get("failed", ""), reply)

    def test_cookie_opens_nothing_in_the_dialects(self):
        self.browser.go(self.joinery + "/openapi.json")
        reply = self.fetch("/v3/me", credentials="include")
        self.assertEqual(reply["status"], 401)

    def test_pages_and_probes_are_not_for_other_sites(self):
        for path in ("/sign-in", "/metrics", "/healthz", "/readyz"):
            self.assertIn("failed", self.fetch(path), path)

    def test_description_is_for_everybody(self):
        self.assertIn('"openapi"', self.fetch("/openapi.json")["body"])


if __name__ == "__main__":
    unittest.main()
