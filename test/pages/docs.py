"""The page that describes the API, in a headless Chromium: with scripts the viewer shows and tries every operation from
this server alone, without them a table does.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR, SCREENSHOTS, VIEWER (empty: built without it)."""
import contextlib
import json
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "live"))
from chromium import SCREENSHOTS, WAIT_SECONDS, Browser, Driver  # noqa: E402
from server import ask, folder, joinery, lines, running, token, user  # noqa: E402

METHODS = {"get", "post", "put", "patch", "delete"}
VIEWER = os.environ["VIEWER"] != ""


class Docs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.data = cls.stack.enter_context(folder()) + "/data"
        joinery(cls.data, "import", "-", text=lines([user(1), token(1)]))
        cls.server = cls.stack.enter_context(running(cls.data))
        cls.site = f"http://127.0.0.1:{cls.server.port}"
        cls.driver = Driver()
        cls.stack.callback(cls.driver.close)
        document = json.loads(cls.ask("/openapi.json").text)
        cls.operations = [(method.upper(), path) for path, item in document["paths"].items() for method in item
                          if method in METHODS]

    @classmethod
    def ask(cls, path, headers=None):
        connection = cls.server.connect()
        response = ask(connection, "GET", path, None, headers or {})
        connection.close()
        return response

    def open(self, scripts, path="/docs"):
        browser = Browser(self.driver, self.enterContext(folder()), scripts)
        self.addCleanup(browser.close)
        browser.go(self.site + path)
        return browser

    def await_count(self, browser, selector, count):
        deadline = time.monotonic() + WAIT_SECONDS
        while browser.count(selector) != count:
            self.assertLess(time.monotonic(), deadline, f"{selector}: {browser.count(selector)} of {count}")

    def rows(self, browser):
        return [tuple(browser.call("GET", "/element/" + next(iter(cell.values())) + "/text").split(" ", 1))
                for cell in browser.call("POST", "/elements", {"using": "css selector",
                                                               "value": ".operations td:first-child"})]

    def test_without_scripts_a_table_names_every_operation(self):
        browser = self.open(scripts=False)
        self.assertEqual(sorted(self.rows(browser)), sorted(self.operations))
        browser.screenshot("docs_table")
        browser.narrow(320)
        self.assertLessEqual(browser.content_width(), 320)
        browser.screenshot("docs_table_320")

    @unittest.skipUnless(VIEWER, "built without the viewer")
    def test_viewer_shows_every_operation_and_asks_nobody_else(self):
        browser = self.open(scripts=True)
        self.await_count(browser, "#viewer .opblock", len(self.operations))
        browser.screenshot("docs")
        asked = browser.requests()
        self.assertIn(self.site + "/openapi.json", asked)
        for url in asked:
            self.assertTrue(url.startswith((self.site + "/", "data:")), url)
        self.assertEqual([entry for entry in browser.log("browser") if "Content Security Policy" in entry], [])
        browser.narrow(320)
        self.assertLessEqual(browser.content_width(), 320)
        browser.screenshot("docs_320")

    @unittest.skipUnless(VIEWER, "built without the viewer")
    def test_viewer_breaks_no_words_on_a_phone(self):
        browser = self.open(scripts=True)
        browser.narrow(320)
        self.await_count(browser, "#viewer .opblock", len(self.operations))
        browser.evaluate("document.querySelector('#viewer .opblock-post .opblock-summary-control').click();")
        self.await_count(browser, "#viewer .opblock-section-request-body", 1)
        browser.evaluate("document.querySelector('#viewer .is-open').scrollIntoView();")
        browser.screenshot("docs_operation_320")
        lines = browser.evaluate(
            "return [...document.querySelectorAll('#viewer .is-open .opblock-section-header h4')].map(heading => "
            "heading.getBoundingClientRect().height / parseFloat(getComputedStyle(heading).fontSize));")
        self.assertGreaterEqual(len(lines), 3)
        self.assertLess(max(lines), 4)  # one letter on each makes 25
        self.assertLessEqual(browser.evaluate("return document.querySelector('#viewer').scrollWidth;"), 320)

    @unittest.skipUnless(VIEWER, "built without the viewer")
    def test_viewer_tries_an_operation_of_this_server(self):
        browser = self.open(scripts=True)
        self.await_count(browser, "#viewer .opblock", len(self.operations))
        browser.evaluate("document.querySelectorAll('#viewer .opblock-summary-control').forEach(control => {"
                         "if (control.textContent.includes('/v3/ping')) control.click(); });")
        self.await_count(browser, "#viewer button.execute", 1)
        browser.toggle("#viewer button.execute")
        self.await_count(browser, "#viewer .live-responses-table tbody .response-col_status", 1)
        self.assertIn("200", browser.text("#viewer .live-responses-table tbody .response-col_status"))
        browser.screenshot("docs_tried")

    def test_files_are_kept_and_asked_for_by_their_tags(self):
        first = self.ask("/static/style.css")
        self.assertEqual(first.getheader("Cache-Control"), "public, max-age=3600")
        again = self.ask("/static/style.css", {"If-None-Match": first.getheader("ETag")})
        self.assertEqual((again.status, again.text, again.outcome), (304, "", "not_modified"))
        self.assertEqual(again.getheader("ETag"), first.getheader("ETag"))
        other = self.ask("/static/style.css", {"If-None-Match": '"other", W/"more"'})
        self.assertEqual((other.status, other.text), (200, first.text))

    def test_beginning_leads_on(self):
        browser = self.open(scripts=False, path="/")
        browser.screenshot("home")
        browser.click("a[href='/docs']")
        self.assertEqual(browser.url, self.site + "/docs")


if __name__ == "__main__":
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    unittest.main()
