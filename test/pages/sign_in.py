"""What no browser shows: failed tries are counted per address, and a user header counts from trusted proxies only.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR."""
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "live"))
from server import JOINERYD, application, ask, folder, joinery, lines, running, token, user  # noqa: E402

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FAILURES_MAX = 10
AUTH = "/services/auth/?api_key=key00"


class Visitor:
    """Keeps the cookie and the key of the last form."""

    def __init__(self, server, headers=None):
        self.connection = server.connect()
        self.headers = headers or {}
        self.cookie = {}
        self.form_key = ""

    def ask(self, method, path, body=None, headers=None):
        response = ask(self.connection, method, path, body, {**self.headers, **self.cookie, **(headers or {})})
        if response.getheader("Set-Cookie"):
            self.cookie = {"Cookie": response.getheader("Set-Cookie").split(";")[0]}
        found = re.search('name="form_key" value="([0-9a-f]{64})"', response.text)
        self.form_key = found.group(1) if found else self.form_key
        return response

    def sign_in(self, secret):
        self.ask("GET", "/sign-in")
        return self.ask("POST", "/sign-in", f"token={secret}&form_key={self.form_key}", FORM).outcome

    def approve(self):
        self.ask("GET", AUTH)
        return self.ask("POST", AUTH, f"answer=allow&form_key={self.form_key}", FORM).outcome


class SignIn(unittest.TestCase):
    def setUp(self):
        self.data = self.enterContext(folder()) + "/data"
        joinery(self.data, "import", "-", text=lines([application(), user(1), user(2), token(1), token(2)]))

    def serve(self, *options):
        return self.enterContext(running(self.data, *options))

    def visit(self, server, headers=None):
        visitor = Visitor(server, headers)
        self.addCleanup(visitor.connection.close)
        return visitor

    def test_ten_failed_tries_a_minute_per_address(self):
        server = self.serve("--trusted-proxy", "127.0.0.1")
        visitor = self.visit(server, {"X-Forwarded-For": "192.0.2.1"})
        for _ in range(2 * FAILURES_MAX):
            self.assertEqual(visitor.sign_in("tok1"), "signed_in")
        for _ in range(FAILURES_MAX):
            self.assertEqual(visitor.sign_in("wrong"), "sign_in_refused")
        self.assertEqual(visitor.sign_in("wrong"), "rate_limited")
        self.assertEqual(visitor.sign_in("tok1"), "rate_limited")
        self.assertEqual(self.visit(server, {"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}).sign_in("tok1"), "signed_in")

    def test_forwarded_address_of_a_stranger_does_not_count(self):
        server = self.serve()
        outcomes = [self.visit(server, {"X-Forwarded-For": f"192.0.2.{i}"}).sign_in("wrong") for i in range(12)]
        self.assertEqual(outcomes.count("sign_in_refused"), FAILURES_MAX)
        self.assertEqual(outcomes[-1], "rate_limited")

    def test_lines_of_forwarded_addresses_are_one_list(self):
        """One proxy appends to the line that came, another adds a line of its own."""
        server = self.serve("--trusted-proxy", "127.0.0.1")

        def attempt(address):
            visitor = self.visit(server)
            visitor.ask("GET", "/sign-in")
            body = f"token=wrong&form_key={visitor.form_key}".encode()
            visitor.connection.putrequest("POST", "/sign-in")
            for name, value in [*FORM.items(), *visitor.cookie.items(), ("Content-Length", len(body)),
                                ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", address)]:
                visitor.connection.putheader(name, value)
            visitor.connection.endheaders(body)
            return visitor.connection.getresponse().getheader("X-Outcome")

        for _ in range(FAILURES_MAX):
            self.assertEqual(attempt("192.0.2.1"), "sign_in_refused")
        self.assertEqual(attempt("192.0.2.1"), "rate_limited")
        self.assertEqual(attempt("192.0.2.2"), "sign_in_refused")

    def test_trusted_proxy_says_who_visits(self):
        server = self.serve("--trusted-proxy", "127.0.0.0/8", "--trust-user-header", "X-User")
        self.assertEqual(self.visit(server, {"X-User": "user2"}).approve(), "frob_shown")
        self.assertIn("<bdi>User 2</bdi>", self.visit(server, {"x-user": "USER2"}).ask("GET", AUTH).text)
        unknown = self.visit(server, {"X-User": "nobody"}).ask("GET", AUTH)
        self.assertEqual((unknown.status, unknown.outcome), (403, "visitor_unknown"))
        self.assertIn("text/html", unknown.getheader("Content-Type"))
        self.assertEqual(self.visit(server).ask("GET", AUTH).outcome, "sign_in_needed")
        self.assertEqual(self.visit(server, {"X-User": "user1"}).ask("POST", AUTH, "answer=allow", FORM).outcome,
                         "form_refused")

    def test_user_header_of_anybody_else_is_ignored(self):
        server = self.serve("--trusted-proxy", "unix,10.0.0.0/8", "--trust-user-header", "X-User")
        self.assertEqual(self.visit(server, {"X-User": "user2"}).ask("GET", AUTH).outcome, "sign_in_needed")

    def test_user_header_without_a_trusted_proxy_does_not_start(self):
        done = subprocess.run([JOINERYD, "--data", self.data, "--trust-user-header", "X-User"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--trusted-proxy", done.stderr)

    def test_apis_look_at_neither_cookie_nor_user_header(self):
        server = self.serve("--trusted-proxy", "127.0.0.1", "--trust-user-header", "X-User")
        visitor = self.visit(server)
        self.assertEqual(visitor.sign_in("tok1"), "signed_in")
        visitor.headers = {"X-User": "user1"}
        self.assertEqual(visitor.ask("GET", "/v3/users/me/groups").status, 401)
        self.assertEqual(visitor.ask("GET", "/user/groups").status, 401)
        legacy = visitor.ask("GET", "/services/rest/?method=group.getMyGroups&api_key=key00")
        self.assertEqual(legacy.outcome, "token_missing")

    def test_revoked_token_and_suspended_person_end_the_session(self):
        server = self.serve()
        first = self.visit(server)
        second = self.visit(server)
        self.assertEqual(first.sign_in("tok1"), "signed_in")
        self.assertEqual(second.sign_in("tok2"), "signed_in")
        joinery(self.data, "token", "revoke", "1")
        joinery(self.data, "user", "suspend", "user2")
        self.assertEqual(first.ask("GET", AUTH).outcome, "sign_in_needed")
        self.assertEqual(second.ask("GET", AUTH).outcome, "caller_suspended")
        self.assertEqual(second.ask("POST", "/sign-out", f"form_key={second.form_key}", FORM).outcome, "signed_out")
        self.assertEqual(second.ask("GET", AUTH).outcome, "sign_in_needed")
        self.assertIn('"errors":0', joinery(self.data, "fsck"))

    def test_pages_have_no_cors_and_refuse_in_html(self):
        server = self.serve()
        for method, path, status in [("GET", "/sign-in", 200), ("GET", "/sign-in/x", 404), ("PUT", "/sign-in", 405),
                                     ("GET", "/services/auth/", 404), ("GET", "/services/auth/%zz", 400)]:
            response = self.visit(server).ask(method, path, None, {"Origin": "https://evil.example"})
            self.assertEqual((path, response.status), (path, status))
            self.assertIsNone(response.getheader("Access-Control-Allow-Origin"))
            self.assertIn("text/html", response.getheader("Content-Type"))
            self.assertEqual(response.getheader("Cache-Control"), "no-store")


if __name__ == "__main__":
    unittest.main()
