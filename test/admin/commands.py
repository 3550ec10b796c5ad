"""The joinery commands as their users meet them, each without a server and through one.

Usage: commands.py JOINERY HOST. HOST serves the admin socket of a folder until its standard input ends."""
import fcntl
import hashlib
import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

JOINERY, HOST = sys.argv[1:3]
README = pathlib.Path(__file__).parents[2] / "README.md"
NOTHING_AFTER = "nothing after them"

STATE = [
    {"kind": "application", "api_key": "key00", "name": "Old client", "active": True},
    {"kind": "user", "id": 1, "username": "ada", "name": "Ada", "email": None, "active": True},
    {"kind": "user", "id": 2, "username": "bob", "name": "Bob", "email": "bob@example.org", "active": True},
    {"kind": "user", "id": 3, "username": "Çelo", "name": "", "email": None, "active": False},
    {"kind": "user", "id": 4, "username": "4", "name": "", "email": None, "active": True},
    {"kind": "token", "token": "tok000001", "user_id": 1, "scope": "write", "active": True,
     "application": hashlib.sha256(b"key00").hexdigest()},
    {"kind": "group", "id": 1, "name": "Group 1", "description": "<b>\nline", "owner_user_id": 1,
     "member_moderation": False, "event_moderation": False, "is_private": False,
     "created_at": "2005-09-02T02:15:11Z"},
    {"kind": "group", "id": 7, "name": "Group 1", "description": None, "owner_user_id": 1,
     "member_moderation": True, "event_moderation": True, "is_private": True,
     "created_at": "2005-09-02T02:15:11Z", "group_type": "unit", "topic_count": 5},
    {"kind": "group", "id": 9, "name": "???", "description": None, "owner_user_id": 2,
     "member_moderation": False, "event_moderation": False, "is_private": False,
     "created_at": "2005-09-02T02:15:11Z"},
    {"kind": "membership", "group_id": 1, "user_id": 1, "state": "member", "role": "owner",
     "since": "2005-10-01T00:00:00Z"},
    {"kind": "membership", "group_id": 1, "user_id": 2, "state": "member", "role": "admin",
     "since": "2006-01-01T00:00:00Z"},
    {"kind": "membership", "group_id": 1, "user_id": 3, "state": "banned", "since": "2006-01-01T00:00:00Z",
     "until": None, "by": 1, "note": "rude"},
    {"kind": "membership", "group_id": 7, "user_id": 2, "state": "requested", "since": "2006-01-01T00:00:00Z",
     "note": "please"},
    {"kind": "membership", "group_id": 7, "user_id": 3, "state": "invited", "since": "2006-01-01T00:00:00Z",
     "by": 1},
    {"kind": "membership", "group_id": 7, "user_id": 4, "state": "invited", "since": "2006-02-01T00:00:00Z"},
    {"kind": "decision", "group_id": 9, "user_id": 1, "decision": "denied", "reason": "full"},
    {"kind": "invitation", "id": 11, "group_id": 7, "user_id": 3, "by": 1, "state": "pending",
     "created_at": "2006-01-01T00:00:00Z"},
    {"kind": "invitation", "id": 12, "group_id": 1, "email": "new@example.org", "by": 1, "state": "pending",
     "created_at": "2006-01-01T00:00:00Z"},
    {"kind": "invitation", "id": 13, "group_id": 9, "user_id": 4, "state": "pending",
     "created_at": "2006-01-02T00:00:00Z"},
    {"kind": "invite", "group_id": 1, "code": "abc123xyz", "created_at": "2023-01-15T10:30:00Z"},
    {"kind": "invite_token", "identifier": "abc", "group_id": 7, "by": 1, "expires_at": "2999-01-01T00:00:00Z",
     "max_uses": 2, "uses_left": 1, "revoked": False},
    {"kind": "change", "seq": 5, "at": "2006-01-01T00:00:00Z", "type": "joined", "group_id": 1, "user_id": 2,
     "actor_id": 2, "cause": {"dialect": "legacy", "operation": "group_join", "request_id": "r-1"},
     "before": {"state": "none"}, "after": {"state": "member", "role": "member"}, "application_id": 1,
     "reference": None, "request_key": "0f" * 16},
    {"kind": "change", "seq": 6, "at": "2006-01-01T00:00:01Z", "type": "group_edited", "group_id": 1,
     "user_id": None, "actor_id": 1, "cause": {"dialect": "v3", "operation": "group_edit", "request_id": None},
     "before": None, "after": {"fields": ["name", "is_private"]}, "application_id": None, "reference": None,
     "request_key": "f0" * 16},
    {"kind": "counter", "name": "user", "value": 100},
]
PEOPLE = [{"kind": "user", "id": i, "username": f"u{i}", "name": "x" * 90, "email": None, "active": True}
          for i in range(1, 2500)]


def lines(objects):
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)


def kinds(text, kind):
    return [o for o in map(json.loads, text.splitlines()) if o["kind"] == kind]


class Case(unittest.TestCase):
    """A folder DATA of its own, and the program on it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.start(self.path / "data")

    def start(self, data):
        self.data = data

    def joinery(self, *words, stdin="", status=0, data=None):
        done = subprocess.run([JOINERY, "--data", data or self.data, *words], input=stdin, text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        self.errors = done.stderr
        return done.stdout

    def refuse(self, why, *objects, number=None):
        self.joinery("import", "-", stdin=lines(objects), status=1)
        self.assertIn(f"line {number or len(objects)}: {why}; ", self.errors)
        self.assertIn(NOTHING_AFTER, self.errors)

    def fsck(self):
        result = json.loads(self.joinery("fsck"))
        self.assertEqual(result["errors"], 0)
        return result


class Commands(Case):
    """Without a server."""

    def test_import_of_an_export_exports_the_same(self):
        self.joinery("import", "-", stdin=lines(STATE))
        self.fsck()
        first = self.joinery("export", "-", "--changes")
        other = self.path / "other"
        self.joinery("import", "-", stdin=first, data=other)
        self.assertEqual(self.joinery("export", "-", "--changes", data=other), first)
        self.assertEqual(json.loads(self.joinery("fsck", data=other))["errors"], 0)

    def test_import_adds_what_the_lines_say(self):
        self.joinery("import", "-", stdin=lines(STATE))
        text = self.joinery("export", "-", "--changes")
        self.assertEqual([u["slug"] for u in kinds(text, "user")], ["ada", "bob", "celo", "user-4"])
        self.assertEqual([g["slug"] for g in kinds(text, "group")], ["group-1", "group-1-7", "group-9"])
        self.assertEqual(kinds(text, "application")[0]["api_key_sha256"], hashlib.sha256(b"key00").hexdigest())
        self.assertEqual(kinds(text, "token")[0]["token_sha256"], hashlib.sha256(b"tok000001").hexdigest())
        found = {(m["group_id"], m["user_id"]): m for m in kinds(text, "membership")}
        self.assertEqual(found[1, 1]["since"], "2005-10-01T00:00:00Z")
        self.assertEqual((found[7, 1]["role"], found[7, 1]["since"]), ("owner", "2005-09-02T02:15:11Z"))
        self.assertEqual((found[1, 3]["until"], found[1, 3]["by"], found[1, 3]["note"]), (None, 1, "rude"))
        self.assertEqual(found[9, 4]["state"], "invited")
        self.assertEqual(len(kinds(text, "decision")), 1)
        pending = {(i["group_id"], i.get("user_id")): i["id"] for i in kinds(text, "invitation")}
        self.assertEqual(pending[7, 3], 11)
        self.assertGreater(pending[7, 4], 13)
        changes = kinds(text, "change")
        self.assertEqual([c["seq"] for c in changes], [5, 6])
        self.assertEqual(changes, [o for o in STATE if o["kind"] == "change"])
        counters = {c["name"]: c["value"] for c in kinds(text, "counter")}
        self.assertEqual((counters["user"], counters["group"], counters["change"]), (100, 10, 7))

    def test_second_import_changes_nothing(self):
        self.joinery("import", "-", stdin=lines(STATE))
        first = self.joinery("export", "-", "--changes")
        self.joinery("import", "-", stdin=lines(STATE))
        self.assertIn(f"{len(STATE)} lines, 0 added", self.errors)
        self.assertEqual(self.joinery("export", "-", "--changes"), first)

    def test_import_refuses_what_contradicts(self):
        self.joinery("import", "-", stdin=lines(STATE))
        user, group, member = STATE[1], STATE[6], STATE[10]
        self.refuse("name differs from what is stored", {**user, "name": "Eve"})
        self.refuse("the username is taken", {**user, "id": 50, "username": "ADA"})
        self.refuse("the e-mail address is taken", {**STATE[2], "id": 50, "username": "b"})
        self.refuse("its slug is taken", {**user, "id": 50, "username": "b", "slug": "ada"})
        self.refuse("another application has this id", {**STATE[0], "api_key": "other", "id": 1})
        self.refuse("another token has this id", {**STATE[5], "token": "other", "id": 1})
        self.refuse("there is no such user", {**STATE[5], "token": "other", "user_id": 77})
        self.refuse("there is no such application", {**STATE[5], "token": "other", "application": "00" * 32})
        self.refuse("there is no such user", {**group, "id": 50, "owner_user_id": 77})
        self.refuse("description differs from what is stored", {**group, "description": None})
        self.refuse("there is no such group", {**member, "group_id": 77})
        self.refuse("there is no such user", {**member, "user_id": 77})
        self.refuse("role differs from what is stored", {**member, "role": "member"})
        self.refuse("the role contradicts the group's owner_user_id", {**member, "user_id": 4, "role": "owner"})
        self.refuse("role differs from what is stored", {**STATE[9], "role": "member"})
        self.refuse("a decision stands only where there is no membership", {**STATE[15], "user_id": 2})
        self.refuse("a pending invitation contradicts the membership",
                    {**STATE[16], "id": 50, "group_id": 1, "user_id": 2})
        self.refuse("an invitation that is over needs its id",
                    {"kind": "invitation", "group_id": 1, "user_id": 4, "state": "declined"})
        self.refuse("the code is taken", {**STATE[19], "group_id": 7})
        self.refuse("code differs from what is stored", {**STATE[19], "code": "other"})
        self.refuse("uses_left differs from what is stored", {**STATE[20], "uses_left": 2})
        self.refuse("seq does not follow the last change", {**STATE[21], "seq": 9})
        self.refuse("seq does not follow the last change", {**STATE[21], "seq": 4})
        self.refuse("type differs from what is stored", {**STATE[21], "type": "left"})
        self.fsck()

    def test_kinds_stand_in_their_order(self):
        self.refuse("its kind must stand before the lines above it", STATE[1], STATE[0])
        self.assertIn("1 lines are in", self.errors)
        self.assertEqual(len(kinds(self.joinery("export", "-"), "user")), 1)

    def test_the_first_bad_line_is_named(self):
        bad = {**STATE[10], "group_id": 77}
        self.refuse("there is no such group", *STATE[:9], {**bad, "user_id": 3}, {**bad, "user_id": 1}, number=10)
        self.joinery("import", "-", stdin=lines(STATE[:2]) + "{}\n" + lines(STATE[2:]), status=1)
        self.assertIn("line 3: kind is missing or unknown; 2 lines are in", self.errors)
        self.joinery("import", "-", stdin=lines(STATE[:2]) + "\n", status=1)
        self.assertIn("line 3: the line is not a JSON object", self.errors)
        self.joinery("import", "-", stdin=lines(STATE[:2]) + "x" * 200000, status=1)
        self.assertIn("line 3: the line is too long", self.errors)

    def test_time_that_is_over_is_not_imported(self):
        self.joinery("import", "-", stdin=lines(STATE[:10]))
        self.joinery("import", "-", stdin=lines([
            {**STATE[11], "until": "2007-01-01T00:00:00Z"},
            {**STATE[15], "at": "2007-01-01T00:00:00Z"},
            {**STATE[20], "expires_at": "2007-01-01T00:00:00Z"},
        ]))
        self.assertIn("0 added", self.errors)
        self.fsck()

    def test_invitations_to_an_address_come_back_with_their_person(self):
        """Such that had their effect on somebody, had none, and are over; one that says nothing names whose it is."""
        letter = {"kind": "invitation", "group_id": 1, "by": 1, "state": "pending",
                  "created_at": "2006-01-01T00:00:00Z"}
        letters = [
            {**letter, "id": 21, "user_id": None, "email": "bob@example.org"},
            {**letter, "id": 22, "user_id": 4, "email": "dan@example.org", "state": "accepted",
             "ended_at": "2006-02-01T00:00:00Z"},
            {**letter, "id": 23, "group_id": 9, "email": "dora@example.org"},
        ]
        people = [{"kind": "user", "id": 31, "username": "dora", "name": "", "email": "dora@example.org",
                   "active": True}]
        self.joinery("import", "-", stdin=lines(STATE))
        self.joinery("import", "-", stdin=lines(people + letters))
        first = self.joinery("export", "-")
        found = {line["id"]: line for line in kinds(first, "invitation")}
        self.assertEqual(found[21], letters[0])
        self.assertEqual(found[22], letters[1])
        self.assertEqual(found[23], {**letters[2], "user_id": 31})
        self.fsck()
        other = self.path / "other"
        self.joinery("import", "-", data=other, stdin=first)
        self.assertEqual(self.joinery("export", "-", data=other), first)
        self.joinery("import", "-", stdin=lines(letters))
        self.assertIn("0 added", self.errors)

    def test_a_trimmed_feed_comes_back(self):
        """Its first number is not 1, and numbers go on behind its last."""
        self.joinery("import", "-", stdin=lines(STATE))
        self.joinery("feed", "trim", "--before", "6")
        first = self.joinery("export", "-", "--changes")
        self.assertEqual([line["seq"] for line in kinds(first, "change")], [6])
        self.fsck()
        other = self.path / "other"
        self.joinery("import", "-", data=other, stdin=first)
        self.assertEqual(self.joinery("export", "-", "--changes", data=other), first)
        self.joinery("feed", "trim", "--before", "7")
        self.joinery("user", "add", "nora")
        changes = kinds(self.joinery("export", "-", "--changes"), "change")
        self.assertEqual([(c["seq"], c["type"]) for c in changes], [(7, "user_added")])
        self.fsck()

    def test_the_greatest_id_comes_back(self):
        """The counter then stands one above what an id may be."""
        people = [{"kind": "user", "id": 2 ** 53 - 1, "username": "last", "name": None, "email": None, "active": True}]
        self.joinery("import", "-", stdin=lines(people))
        first = self.joinery("export", "-")
        other = self.path / "other"
        self.joinery("import", "-", data=other, stdin=first)
        self.assertEqual(self.joinery("export", "-", data=other), first)
        self.fsck()

    def test_a_later_user_adopts_invitations_to_the_address(self):
        self.joinery("import", "-", stdin=lines(STATE))
        user = json.loads(self.joinery("user", "add", "nora", "--email", "New@example.org"))
        found = [m for m in kinds(self.joinery("export", "-"), "membership") if m["user_id"] == user["id"]]
        self.assertEqual([(m["group_id"], m["state"], m["by"]) for m in found], [(1, "invited", 1)])
        self.fsck()

    def test_files_are_for_their_owner_only(self):
        self.joinery("user", "add", "ada")
        file = self.path / "export"
        self.joinery("export", file)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertIn("master.key", self.errors)
        self.joinery("import", file)
        self.assertIn("0 added", self.errors)
        self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((self.data / "master.key").stat().st_mode), 0o600)

    def test_an_export_that_fails_leaves_the_file_before_it(self):
        file = self.path / "export"
        file.write_text("before")
        self.joinery("user", "add", "ada")
        self.joinery("export", file, "too many", status=2)
        self.joinery("export", file, "--timeout", "never", status=2)
        self.joinery("export", file, data=self.path / "no" / "data", status=1)
        self.joinery("export", self.path, status=1)
        self.assertEqual(file.read_text(), "before")
        self.joinery("export", "--timeout", "60", file)
        self.assertIn('"kind":"counter"', file.read_text())
        self.assertFalse((self.path / "export.new").exists())

    def test_applications(self):
        added = json.loads(self.joinery("app", "add", "Old client", "--callback", "https://a.example/back"))
        self.assertRegex(added["api_key"], "^[a-z0-9]{10}$")
        self.assertEqual(added["api_key_sha256"], hashlib.sha256(added["api_key"].encode()).hexdigest())
        listed = self.joinery("app", "list")
        self.assertNotIn(added["api_key"], listed)
        self.assertEqual(json.loads(listed)["callback_url"], "https://a.example/back")
        self.assertFalse(json.loads(self.joinery("app", "disable", str(added["id"])))["active"])
        self.assertFalse(json.loads(self.joinery("app", "list"))["active"])
        self.joinery("app", "disable", "77", status=1)
        self.joinery("app", "add", "", status=1)

    def test_people_and_tokens(self):
        ada = json.loads(self.joinery("user", "add", "ada", "--name=Ada"))
        self.joinery("user", "add", "ADA", status=1)
        self.assertIn("taken", self.errors)
        self.assertFalse(json.loads(self.joinery("user", "suspend", "ada"))["active"])
        self.joinery("user", "suspend", "ada")
        self.assertTrue(json.loads(self.joinery("user", "activate", str(ada["id"])))["active"])
        token = json.loads(self.joinery("token", "add", "ada", "--scope", "operator", "--label", "mine"))
        self.assertRegex(token["token"], "^[0-9a-f]{40}$")
        self.assertEqual(token["token_sha256"], hashlib.sha256(token["token"].encode()).hexdigest())
        self.assertNotIn('"token":', self.joinery("token", "list", "ada"))
        self.assertFalse(json.loads(self.joinery("token", "revoke", str(token["id"])))["active"])
        self.joinery("token", "add", "nobody", status=1)
        self.joinery("token", "add", "ada", "--scope", "all", status=1)
        self.joinery("token", "add", "ada", "--application", "77", status=1)
        changes = kinds(self.joinery("export", "-", "--changes"), "change")
        self.assertEqual([c["type"] for c in changes], ["user_added", "user_suspended", "user_activated"])
        self.assertEqual({c["cause"]["dialect"] for c in changes}, {"command"})

    def test_second_demo_changes_nothing_and_prints_the_same(self):
        printed = self.joinery("demo")
        state = self.joinery("export", "-", "--changes")
        self.assertEqual(self.joinery("demo"), printed)
        self.assertEqual(self.joinery("export", "-", "--changes"), state)
        groups = [(g["id"], g["member_moderation"], g["is_private"]) for g in kinds(state, "group")]
        self.assertEqual(groups, [(1, False, False), (2, True, False), (3, False, True)])
        self.assertEqual([u["username"] for u in kinds(state, "user")], ["ada", "bob", "cleo", "dan"])
        self.assertEqual(printed.count("curl -i http://127.0.0.1:8080/"), 3)
        self.fsck()

    def test_wrong_words_are_usage(self):
        for words in ["nonsense"], ["app"], ["app", "add"], ["user", "add", "a", "b"], ["demo", "--loud"]:
            self.joinery(*words, status=2)
        self.joinery("user", "add", "ada")
        self.joinery("fsck", "--timeout", "never", status=2)
        self.joinery("import", self.path / "none", "--loud", status=2)

    def test_closed_streams_are_not_taken_for_the_store(self):
        self.joinery("user", "add", "ada")
        for closed in 0, 1, 2:
            subprocess.run(["sh", "-c", f'"$@" {closed}>&-', "sh", JOINERY, "--data", self.data, "user", "list"],
                           check=True, capture_output=True, timeout=4)
        self.fsck()

    def test_wrong_words_make_no_folder(self):
        data = self.path / "none"
        for words in ["nonsense"], ["app"], ["export"], ["import", data / "none"]:
            self.joinery(*words, data=data, status=1 if len(words) == 2 else 2)
        self.assertFalse(data.exists())

    def test_what_only_looks_makes_no_folder(self):
        data = self.path / "mistyped"
        for words in ["fsck"], ["user", "list"], ["export", "-"], ["token", "revoke", "1"]:
            self.joinery(*words, data=data, status=1)
        self.assertFalse(data.exists())

    def test_commands_about_the_program_need_no_store(self):
        data = self.path / "none"
        self.assertIn("| group_created, joined | 200 | 201 | 201 |", self.joinery("outcomes", data=data))
        self.assertTrue(self.joinery("version", data=data).startswith("joinery "))
        self.assertIn("import FILE", self.joinery("help", data=data))
        for words in ["help"], ["--help"]:
            shown = self.joinery(*words, data=data)
            self.assertLess(0, shown.find("  help\n"))
            self.assertLess(shown.find("  help\n"), shown.find("  twin RECORDING "), "they follow the others")
            for command in "recording show FILE", "twin --generate N", "replay RECORDING --against URL":
                self.assertIn(f"\n  {command}", shown)
        self.assertFalse(data.exists())


class CommandsInServer(Commands):
    """The same through the admin socket of a running server."""

    def start(self, data):
        super().start(data)
        self.host = subprocess.Popen([HOST, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.assertEqual(self.host.stdout.readline(), "ready\n")

    def stop(self):
        self.host.stdin.close()
        self.assertEqual(self.host.wait(timeout=20), 0)
        self.host.stdout.close()

    def test_a_server_stops_although_an_import_waits_for_input(self):
        importing = subprocess.Popen([JOINERY, "--data", self.data, "import", "-"], stdin=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True)
        # More than a pipe holds, so this returns when the server has read; less than a slice.
        importing.stdin.write(lines(PEOPLE[:900]))
        importing.stdin.flush()
        self.host.stdin.close()
        self.assertEqual(self.host.wait(timeout=20), 0)
        self.assertEqual(importing.wait(timeout=20), 1)
        importing.stdin.close()

    def test_a_server_that_dies_under_a_command_is_told_of(self):
        importing = subprocess.Popen([JOINERY, "--data", self.data, "import", "-"], stdin=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
        importing.stdin.write(lines(PEOPLE[:900]))  # more than a pipe holds: the server has read
        importing.stdin.flush()
        self.host.kill()
        self.host.wait()
        self.host.stdin.close()
        self.host.stdout.close()
        _, errors = importing.communicate()
        self.assertEqual(importing.returncode, 1)
        self.assertIn("the server ended before the command did", errors)
        self.start(self.data)
        self.fsck()

    def test_a_client_that_goes_away_ends_its_import(self):
        reading, writing = os.pipe()  # stays open, as a terminal does after an interrupt
        self.addCleanup(os.close, writing)
        with os.fdopen(reading) as stream:
            importing = subprocess.Popen([JOINERY, "--data", self.data, "import", "-"], stdin=stream)
        os.write(writing, lines(PEOPLE[:900]).encode())  # more than a pipe holds: the server has read
        importing.kill()
        importing.wait()
        self.assertLessEqual(self.fsck()["users"], 900)  # the next command has its turn

    def wait_until_stopped(self):
        """On a busy machine a thread may still run for a while after the signal was sent."""
        def states():
            for task in pathlib.Path(f"/proc/{self.host.pid}/task").iterdir():
                yield (task / "stat").read_text().rpartition(")")[2].split()[0]
        deadline = time.monotonic() + 20
        while any(state != "T" for state in states()):
            self.assertLess(time.monotonic(), deadline, "the server did not stop")
            time.sleep(0.01)

    def test_a_server_that_stands_still_is_given_up(self):
        self.host.send_signal(signal.SIGSTOP)
        self.addCleanup(self.host.send_signal, signal.SIGCONT)
        self.wait_until_stopped()
        # Not through pipes: the server holds their ends for as long as it stands.
        command = subprocess.Popen([JOINERY, "--data", self.data, "fsck"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(command.kill)
        self.assertEqual(command.wait(timeout=20), 1)

    def test_a_listing_whose_reader_stands_still_ends_by_its_time(self):
        self.joinery("import", "-", stdin=lines(PEOPLE))
        listing = subprocess.Popen([JOINERY, "--data", self.data, "user", "list", "--timeout", "1"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(listing.wait(timeout=20), 1)
        self.assertIn(b"before the list did", listing.stderr.read())
        listing.stdout.close()
        listing.stderr.close()

    def test_a_long_path_reaches_the_socket(self):
        self.stop()
        deep = self.path / ("d" * 120) / ("e" * 120)
        deep.parent.mkdir()
        self.start(deep)
        self.assertIn('"username":"ada"', self.joinery("user", "add", "ada"))


class Readme(unittest.TestCase):
    def test_its_table_is_what_the_command_prints(self):
        table = subprocess.run([JOINERY, "outcomes"], check=True, capture_output=True, text=True).stdout
        self.assertTrue(README.read_text(encoding="utf-8").endswith(table))
        self.assertLess(len(README.read_text(encoding="utf-8").splitlines()), 200)


class ReadmeLines(Case):
    def test_they_can_be_imported(self):
        text = README.read_text(encoding="utf-8").split("**Import and export.**")[1].split("Import adds:")[0]
        samples = re.findall(r"^    ( ?\S.*?)(?:  +\(on one line\))?$", text, re.M)
        self.joinery("import", "-", stdin="\n".join(samples).replace(",\n ", ",") + "\n")
        self.assertIn("7 added", self.errors)


class Options(Case):
    """What the program takes as joineryd does."""

    def environment(self, *words, status=0, **variables):
        variables = {f"JOINERY_{name.upper()}": str(value) for name, value in variables.items()}
        done = subprocess.run([JOINERY, *words], env=variables, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout + done.stderr

    def test_variables(self):
        printed = self.environment("demo", data=self.data, listen="[::1]:81")
        self.assertIn("curl -i http://[::1]:81/services/rest/", printed)
        printed = self.environment("demo", data=self.data, public_url="https://a.example")
        self.assertIn("curl -i https://a.example/", printed)
        self.assertIn("public-url: expected", self.environment("demo", data=self.data, public_url="'", status=2))
        self.assertIn("map-size: expected", self.environment("demo", data=self.data, map_size="0", status=2))

    def test_configuration(self):
        config = self.path / "config"
        config.write_text(f"data = {self.data}\nlisten = 127.0.0.1:82\nthreads = 2\n")
        self.assertIn("curl -i http://127.0.0.1:82/", self.environment("--config", config, "demo"))
        config.write_text("nothing = 1\n")
        self.assertIn("config:1: no such setting", self.environment("demo", config=config, status=2))

    def test_help_and_version(self):
        self.assertIn("COMMAND", self.environment("--help"))
        self.assertIn("joinery ", self.environment("--version"))
        self.assertIn("COMMAND", self.environment(status=2))
        self.assertIn("--bogus: no such option", self.environment("--bogus", "1", "demo", status=2))
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing) as unread:
            self.assertEqual(subprocess.run([JOINERY, "--help"], stdout=unread, check=False).returncode, 1)


class Limit(Case):
    def test_import_keeps_to_the_limit_of_groups_per_user(self):
        self.joinery("import", "-", stdin=lines(STATE[:10]))
        member = {**STATE[10], "group_id": 9, "user_id": 4}
        self.joinery("--max-groups-per-user", "1", "import", "-", stdin=lines([member]))
        member["group_id"] = 1
        self.joinery("--max-groups-per-user", "1", "import", "-", stdin=lines([member]), status=1)
        self.assertIn("line 1: the user is a member of too many groups", self.errors)


class Lock(unittest.TestCase):
    def test_a_lock_without_a_server_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "data"
            subprocess.run([JOINERY, "--data", data, "demo"], check=True, stdout=subprocess.DEVNULL)
            with open(data / "server.lock", "r+", encoding="ascii") as lock:
                lock.write("4711\n")
                lock.truncate()
                lock.flush()
                fcntl.flock(lock, fcntl.LOCK_EX)
                done = subprocess.run([JOINERY, "--data", data, "demo"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("DATA is in use by process 4711", done.stderr)

    def test_data_without_its_key_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "data"
            subprocess.run([JOINERY, "--data", data, "demo"], check=True, stdout=subprocess.DEVNULL)
            os.rename(data / "master.key", data / "elsewhere")
            done = subprocess.run([JOINERY, "--data", data, "demo"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("data.mdb has no master.key beside it", done.stderr)
            (data / "master.key").write_bytes(b"short")
            done = subprocess.run([JOINERY, "--data", data, "demo"], capture_output=True, text=True)
            self.assertIn("master.key is not 32 bytes", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
