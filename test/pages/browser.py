"""The token flow in a headless Chromium without scripts. Screenshots stay in the folder SCREENSHOTS.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR, SCREENSHOTS."""
import contextlib
import http.server
import pathlib
import re
import socket
import sys
import threading
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "live"))
from chromium import SCREENSHOTS, Browser, Driver, contrast  # noqa: E402
from server import ask, folder, joinery, lines, running  # noqa: E402

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NAME = "Old <script>alert(1)</script> & \"client\""


class Listener(http.server.ThreadingHTTPServer):
    """The application's own server: remembers the paths that the browser is sent to."""

    def __init__(self, family, address):
        self.address_family = family
        self.paths = []
        super().__init__((address, 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"back at the application")

    def log_message(self, *arguments):
        pass


def state(callback, callback_6):
    """bob, applications with these callbacks, one without; a token of bob's own and one of an application."""
    return lines([
        {"kind": "application", "api_key": "withback", "name": NAME, "active": True, "callback_url": callback},
        {"kind": "application", "api_key": "back6", "name": "Six", "active": True, "callback_url": callback_6},
        {"kind": "application", "api_key": "without", "name": "Console client", "active": True},
        {"kind": "user", "id": 2, "username": "bob", "name": "Bob", "email": None, "active": True},
        {"kind": "token", "token": "bobs-own", "user_id": 2, "scope": "write", "active": True},
        {"kind": "group", "id": 1, "name": "Group 1", "description": None, "owner_user_id": 2,
         "member_moderation": False, "event_moderation": False, "is_private": False,
         "created_at": "2020-01-01T00:00:00Z"},
    ])


class TokenFlow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.data = cls.stack.enter_context(folder()) + "/data"
        cls.listener = cls.listen(socket.AF_INET, "127.0.0.1")
        cls.listener_6 = cls.listen(socket.AF_INET6, "::1")
        callback = f"http://127.0.0.1:{cls.listener.server_port}/back?from=joinery"
        callback_6 = f"http://[::1]:{cls.listener_6.server_port}/back"
        joinery(cls.data, "import", "-", text=state(callback, callback_6))
        cls.server = cls.stack.enter_context(running(cls.data))
        cls.site = f"http://127.0.0.1:{cls.server.port}"
        cls.driver = Driver()
        cls.stack.callback(cls.driver.close)
        cls.browser = Browser(cls.driver, cls.stack.enter_context(folder()))
        cls.stack.callback(cls.browser.close)

    @classmethod
    def listen(cls, family, address):
        listener = Listener(family, address)
        cls.stack.callback(listener.server_close)
        cls.stack.callback(listener.shutdown)
        return listener

    def setUp(self):
        self.browser.forget()

    def ask(self, method, path, body=None, headers=None):
        connection = self.server.connect()
        response = ask(connection, method, path, body, headers)
        connection.close()
        return response

    def get_token(self, api_key, frob):
        return self.ask("GET", f"/services/rest/?method=auth.getToken&api_key={api_key}&frob={frob}")

    def open_auth(self, api_key):
        self.browser.go(f"{self.site}/services/auth/?api_key={api_key}")

    def sign_in(self, token):
        self.browser.type("#token", token)
        self.browser.click("button[type=submit]")

    def test_approval_goes_to_the_registered_callback_and_becomes_a_token(self):
        self.open_auth("withback&callback=http://evil.example/&frob=mine")
        self.assertTrue(self.browser.url.startswith(f"{self.site}/sign-in?back="))
        self.browser.screenshot("sign_in")
        self.sign_in("bobs-own")
        self.assertEqual(self.browser.url, f"{self.site}/services/auth/?api_key=withback")
        self.assertIn(f"{NAME} asks to act for you, Bob.", self.browser.text("main"))
        self.browser.screenshot("approve")
        self.browser.click("button[value=allow]")
        self.assertEqual(self.browser.text("body"), "back at the application")
        parts = urllib.parse.urlsplit(self.browser.url)
        self.assertEqual((parts.path, parts.port), ("/back", self.listener.server_port))
        query = urllib.parse.parse_qs(parts.query)
        self.assertEqual(query["from"], ["joinery"])
        frob = query["frob"][0]
        self.assertRegex(frob, "^[0-9a-f]{40}$")
        self.assertEqual(self.get_token("without", frob).status, 404)
        given = self.get_token("withback", frob)
        self.assertEqual(given.status, 200, given.text)
        token = re.search('token="([0-9a-f]{40})" user_id="2" user_username="bob" user_name="Bob"', given.text).group(1)
        again = self.get_token("withback", frob)
        self.assertEqual((again.status, again.outcome), (404, "frob_invalid"))
        called = self.ask("GET", f"/services/rest/?method=auth.checkToken&api_key=withback&token={token}")
        self.assertEqual(called.status, 200)
        called = self.ask("GET", f"/services/rest/?method=auth.checkToken&api_key=without&token={token}")
        self.assertEqual(called.status, 404)
        called = self.ask("GET", "/v3/users/me/groups", None, {"Authorization": f"Bearer {token}"})
        self.assertEqual(called.status, 200)

    def test_frob_is_shown_where_there_is_no_callback(self):
        self.open_auth("without")
        self.sign_in("bobs-own")
        self.browser.click("button[value=allow]")
        frob = self.browser.text("#frob")
        self.browser.screenshot("frob")
        self.assertEqual(self.get_token("without", frob).status, 200)

    def test_callback_may_be_an_address_of_version_six(self):
        self.open_auth("back6")
        self.sign_in("bobs-own")
        self.browser.click("button[value=allow]")
        self.assertEqual(self.browser.text("body"), "back at the application")
        self.assertRegex(self.listener_6.paths[0], "^/back[?]frob=[0-9a-f]{40}$")

    def test_refusing_ends_on_a_page(self):
        before = len(self.listener.paths)
        self.open_auth("withback")
        self.sign_in("bobs-own")
        self.browser.click("button[value=refuse]")
        self.assertIn("You refused.", self.browser.text("main"))
        self.browser.screenshot("refused")
        self.assertEqual(len(self.listener.paths), before)

    def test_wrong_token_shows_the_form_again_and_keeps_the_way_back(self):
        self.open_auth("without")
        self.sign_in("nobody's")
        self.assertIn("does not sign in", self.browser.text("[role=alert]"))
        self.browser.screenshot("wrong_token")
        self.sign_in("bobs-own")
        self.assertEqual(self.browser.url, f"{self.site}/services/auth/?api_key=without")

    def test_cookie_is_for_http_alone_and_changes_with_the_sign_in(self):
        self.browser.go(f"{self.site}/sign-in")
        before = self.browser.cookies()["joinery"]
        self.sign_in("bobs-own")
        after = self.browser.cookies()["joinery"]
        self.assertNotEqual(before["value"], after["value"])
        self.assertEqual((after["httpOnly"], after["sameSite"], after["path"]), (True, "Lax", "/"))

    def test_signing_out_asks_to_sign_in_again(self):
        self.browser.go(f"{self.site}/sign-in")
        self.sign_in("bobs-own")
        self.assertIn("You are signed in as Bob.", self.browser.text("main"))
        self.browser.screenshot("signed_in")
        stolen = self.browser.cookies()["joinery"]["value"]
        self.browser.click("form[action='/sign-out'] button")
        self.assertIn("You are signed out.", self.browser.text("main"))
        self.assertEqual(self.browser.cookies(), {})
        self.open_auth("without")
        self.assertTrue(self.browser.url.startswith(f"{self.site}/sign-in"))
        again = self.ask("GET", "/services/auth/?api_key=without", None, {"Cookie": f"joinery={stolen}"})
        self.assertEqual(again.outcome, "sign_in_needed")

    def test_form_of_another_site_is_refused(self):
        self.browser.go(f"{self.site}/sign-in")
        self.sign_in("bobs-own")
        cookie = {"Cookie": "joinery=" + self.browser.cookies()["joinery"]["value"], **FORM}
        for body in ["answer=allow", "answer=allow&form_key=" + 64 * "0"]:
            forged = self.ask("POST", "/services/auth/?api_key=without", body, cookie)
            self.assertEqual((forged.status, forged.outcome), (403, "form_refused"))
        forged = self.ask("POST", "/sign-out", "", cookie)
        self.assertEqual(forged.outcome, "form_refused")
        forged = self.ask("POST", "/sign-in", "token=bobs-own", FORM)
        self.assertEqual(forged.outcome, "form_refused")
        self.browser.go(f"{self.site}/sign-in")
        self.assertIn("You are signed in as Bob.", self.browser.text("main"))

    def test_pages_fit_a_phone(self):
        self.browser.narrow(320)
        self.open_auth("withback")
        for name in ["sign_in", "approve"]:
            self.assertLessEqual(self.browser.content_width(), 320)
            self.assertEqual(self.browser.screenshot(f"{name}_320"), 320)
            if name == "sign_in":
                self.sign_in("bobs-own")

    def test_focus_is_seen_on_light_and_dark(self):
        self.browser.go(f"{self.site}/sign-in")
        self.browser.type("#token", "x")
        outline = self.browser.computed("#token", "css/outline-color")
        colour = [int(number) for number in re.findall(r"\d+", outline)[:3]]
        for background in [(255, 255, 255), (18, 18, 18)]:
            self.assertGreaterEqual(contrast(colour, background), 3, outline)

    def test_pages_are_labelled_and_hold_no_script(self):
        self.open_auth("withback")
        self.assertEqual(self.browser.computed("#token", "computedlabel"), "Your personal token")
        self.assertEqual(self.browser.computed("h1", "computedrole"), "heading")
        self.assertIn('<html lang="en">', self.browser.source)
        self.sign_in("bobs-own")
        self.assertEqual(self.browser.computed("button[value=allow]", "computedlabel"), "Allow")
        self.assertNotIn("<script", self.browser.source)
        self.assertNotIn(" style=", self.browser.source)


if __name__ == "__main__":
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    unittest.main()
