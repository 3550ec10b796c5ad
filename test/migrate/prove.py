"""README's section "Prove your migration", word for word on the demo's data; and what its report is like.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR, SCREENSHOTS."""
import fcntl
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "test/live"), str(ROOT / "test/pages")]
from chromium import SCREENSHOTS, Browser, Driver  # noqa: E402
from server import folder  # noqa: E402

WAIT_SECONDS = 120
SECRET = re.compile(r'(?:api_key |token |code of group 3: |"token":")([\w-]{10,})')


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def commands():
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Prove your migration")[1].split("\n## ")[0]
    return re.findall(r"^    (\S.*?)  +#", section, re.M)


class Prove(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        held = folder()
        cls.path = pathlib.Path(held.__enter__())
        cls.addClassCleanup(held.__exit__, None, None, None)
        programs = cls.path / "bin"
        programs.mkdir()
        (programs / "joinery").symlink_to(os.environ["JOINERY"])
        (programs / "joineryd").symlink_to(os.environ["JOINERYD"])
        (programs / "xdg-open").write_text("#!/bin/sh\nexec test -s \"$1\"\n")
        (programs / "xdg-open").chmod(0o755)
        cls.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}",
                           "JOINERY_LISTEN": f"127.0.0.1:{free_port()}"}
        cls.demo = cls.run_line("joinery demo").stdout
        record, cls.twin, cls.read = commands()
        cls.record(record)

    @classmethod
    def run_line(cls, line, status=0):
        done = subprocess.run(["bash", "-c", line], cwd=cls.path, env=cls.environment, text=True, capture_output=True,
                              timeout=WAIT_SECONDS)
        assert done.returncode == status, f"{line}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    @classmethod
    def record(cls, line):
        server = subprocess.Popen(["bash", "-c", line], cwd=cls.path, env=cls.environment, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            while not server.stdout.readline().startswith("joineryd ready"):
                assert server.poll() is None, "joineryd did not start"
            for join in re.findall(r"^curl .*(?:\\\n.*)*", cls.demo, re.M):
                assert "HTTP/1.1 20" in cls.run_line(join).stdout, join
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.stdout.close()
            server.wait(timeout=WAIT_SECONDS)

    def test_its_three_commands_prove_that_the_demo_is_equal(self):
        printed = self.run_line(self.twin).stdout
        self.assertRegex(printed, r"(?m)^equal: [1-9]\d* compared: .* 0 differ")
        self.run_line(self.read)

    def test_the_report_holds_no_secret(self):
        self.run_line(f"{self.twin} --json report.jsonl --junit report.xml")
        secrets = set(SECRET.findall(self.demo))
        self.assertGreaterEqual(len(secrets), 4, self.demo)
        for name in ("calls.jsonl", "report.html", "report.jsonl", "report.xml"):
            text = (self.path / name).read_text(encoding="utf-8")
            for secret in secrets:
                self.assertNotIn(secret, text, name)

    def test_all_forms_say_the_same(self):
        self.run_line(f"{self.twin} --json report.jsonl --junit report.xml")
        lines = [json.loads(line) for line in (self.path / "report.jsonl").read_text().splitlines()]
        end = lines[-1]
        self.assertEqual((end["kind"], end["exit"], end["differs"]), ("end", 0, 0))
        suite = xml.parse(self.path / "report.xml").getroot().find("testsuite")
        self.assertEqual((suite.get("failures"), suite.get("errors")), ("0", "0"))
        rows = [line for line in lines if line["kind"] == "method"]
        self.assertEqual(len(suite.findall("testcase")), len(rows) + int(suite.get("skipped")))
        self.assertEqual(sum(row["calls"] for row in rows), end["compared"])
        for row in rows:
            for side in ("left_latency", "right_latency"):
                self.assertEqual(row[side]["calls"], row["calls"], row)
                self.assertLessEqual(0, row[side]["p50_us"], row)

    def test_a_rule_that_nothing_needs_ends_with_4(self):
        (self.path / "rules.jsonl").write_text(json.dumps({
            "method": "*", "kind": "field", "path": "nothing", "reason": "once", "expires": "2999-12-31"}) + "\n")
        done = self.run_line(f"{self.twin} --rules rules.jsonl", 4)
        self.assertIn("rules.jsonl:1: unused, nothing differs so any more: once", done.stdout)

    def test_what_cannot_be_read_is_told_with_its_place(self):
        (self.path / "bad.jsonl").write_text("{}\n")
        self.assertIn("bad.jsonl:1: ", self.run_line(f"{self.twin} --rules bad.jsonl", 2).stderr)
        self.run_line(self.twin.replace("before.mdb", "nothing.mdb"), 2)
        told = self.run_line(self.twin.replace("before.mdb", "bin/xdg-open"), 2).stderr
        self.assertIn("bin/xdg-open is no backup, and no export: ", told)
        self.run_line(self.twin.replace("report.html", "nowhere/report.html"), 2)

    def test_a_state_that_is_another_one_proves_nothing(self):
        self.run_line("joinery --data other demo && joinery --data other backup other.mdb")
        printed = self.run_line(self.twin.replace("before.mdb", "other.mdb"), 2).stdout
        self.assertIn("calls went otherwise than recorded, first line 2: joined, and now ", printed)
        self.assertIn("master.key, is not what the recording began with", printed)

    def test_a_report_that_nobody_gets_is_told(self):
        told = self.run_line(f"{self.twin} > /dev/full", 2).stderr
        self.assertIn("the report cannot be printed", told)

    def test_the_state_must_be_named(self):
        told = self.run_line(self.twin.replace("--state before.mdb", ""), 2).stderr
        self.assertIn("name with --state what the recording began with", told)
        with (self.path / "joinery-data/server.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            told = self.run_line(self.twin.replace("before.mdb", "joinery-data"), 2).stderr
            self.assertIn("a server has joinery-data open", told)
        self.run_line("joinery export state.jsonl")
        for state in "joinery-data", "state.jsonl":  # as they are now, with what was recorded
            self.assertIn("calls went otherwise than recorded",
                          self.run_line(self.twin.replace("before.mdb", state), 2).stdout)

    def test_a_line_that_is_not_there_is_told(self):
        self.assertIn("line 99 holds no call", self.run_line(f"{self.twin} --line 99", 2).stdout)

    def test_wrong_words_are_named(self):
        for words, told in (("--bogus", "--bogus is unknown"), ("--line x", "--line cannot be x"),
                            ("--rules", "--rules is unknown, repeated, or lacks its value")):
            self.assertIn(told, self.run_line(f"{self.twin} {words}", 2).stderr)

    def test_the_page_fits_a_phone_and_needs_no_script(self):
        self.run_line(self.twin)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        driver = Driver()
        self.addCleanup(driver.close)
        browser = Browser(driver, self.path / "profile")
        self.addCleanup(browser.close)
        browser.narrow(320)
        browser.go(f"file://{self.path}/report.html")
        self.assertIn("Equal", browser.text(".end"))
        self.assertEqual(browser.screenshot("report"), 320)
        self.assertLessEqual(browser.content_width(), 320)
        browser.darken()
        browser.screenshot("report-dark")


if __name__ == "__main__":
    unittest.main()
