"""The operator's work on groups, invites, people and the feed, each without a server and through one.

Usage: work.py JOINERY HOST. HOST serves the admin socket of a folder until its standard input ends."""
import json
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unittest

JOINERY, HOST = sys.argv[1:3]
PEOPLE = [(1, "ada"), (2, "bob"), (3, "cleo"), (4, "dan")]
MANY = 260  # groups of one person: more than one slice


def lines(objects):
    return "".join(json.dumps(o) + "\n" for o in objects)


def user(number, username, **more):
    return {"kind": "user", "id": number, "username": username, "name": "", "email": None, "active": True, **more}


def group(number, owner, **more):
    return {"kind": "group", "id": number, "name": f"Group {number}", "description": None, "owner_user_id": owner,
            "member_moderation": False, "event_moderation": False, "is_private": False,
            "created_at": "2005-09-02T02:15:11Z", **more}


def member(group_id, user_id, state="member", **more):
    return {"kind": "membership", "group_id": group_id, "user_id": user_id, "state": state,
            "since": "2006-01-01T00:00:00Z", **more}


def letter(number, group_id, state, **more):
    return {"kind": "invitation", "id": number, "group_id": group_id, "email": "eve@example.org", "by": 1,
            "state": state, "created_at": "2006-01-01T00:00:00Z", **more}


class Case(unittest.TestCase):
    """A folder DATA of its own, and the program on it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.data = self.path / "data"
        self.start()
        self.joinery("import", "-", stdin=lines([user(*p) for p in PEOPLE]))

    def start(self):
        pass

    def joinery(self, *words, stdin="", status=0, data=None):
        done = subprocess.run([JOINERY, "--data", data or self.data, *map(str, words)], input=stdin, text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        self.errors = done.stderr
        return done.stdout

    def add(self, *objects):
        self.joinery("import", "-", stdin=lines(objects))

    def export(self, kind, data=None):
        text = self.joinery("export", "-", "--changes", data=data)
        return [o for o in map(json.loads, text.splitlines()) if o["kind"] == kind]

    def types(self, after=0):
        return [c["type"] for c in self.export("change") if c["seq"] > after]

    def states(self, user_id):
        return {m["group_id"]: m["state"] for m in self.export("membership") if m["user_id"] == user_id}

    def fsck(self, data=None):
        text = self.joinery("fsck", data=data)
        self.assertEqual(json.loads(text)["errors"], 0, self.errors)


class Groups(Case):
    def test_groups_are_listed_and_shown(self):
        self.add(group(1, 1), group(2, 2, description="what it is"), member(2, 3))
        self.assertEqual([json.loads(g)["id"] for g in self.joinery("group", "list").splitlines()], [1, 2])
        shown = json.loads(self.joinery("group", "show", 2))
        self.assertEqual((shown["description"], shown["member_count"]), ("what it is", 2))
        self.assertEqual(json.loads(self.joinery("group", "show", "group-2"))["id"], 2)
        for unknown in 9, "nothing":
            self.joinery("group", "show", unknown, status=1)
            self.assertIn("no such group", self.errors)

    def test_the_operator_makes_anybody_the_owner(self):
        self.add(group(1, 1), member(1, 2), member(1, 4, "requested"))
        self.assertEqual(json.loads(self.joinery("group", "transfer", 1, "bob"))["owner_user_id"], 2)
        self.assertEqual(self.types(), ["ownership_transferred", "role_changed"])
        roles = {m["user_id"]: m.get("role") for m in self.export("membership")}
        self.assertEqual((roles[1], roles[2]), ("admin", "owner"))
        shown = json.loads(self.joinery("group", "transfer", 1, "dan"))
        self.assertEqual((shown["owner_user_id"], shown["member_count"]), (4, 3))
        self.assertEqual(self.types(2), ["added", "ownership_transferred", "role_changed"])
        self.joinery("group", "transfer", 1, "dan")
        self.assertEqual(self.types(5), [])
        changes = self.export("change")
        self.assertEqual({(c["actor_id"], c["cause"]["dialect"]) for c in changes}, {(None, "command")})
        self.fsck()

    def test_who_is_made_owner_has_answered_the_letter(self):
        self.add(user(5, "eve", email="eve@example.org"), group(1, 1))
        self.add(letter(1, 1, "pending"), letter(2, 1, "declined"))
        self.joinery("group", "transfer", 1, "eve")
        self.assertEqual([i["state"] for i in self.export("invitation")], ["accepted", "declined"])
        self.fsck()

    def test_who_cannot_be_the_owner(self):
        self.add(group(1, 1), member(1, 2), member(1, 3, "banned"))
        self.joinery("user", "suspend", "bob")
        for name, why in ("bob", "suspended"), ("cleo", "banned"), ("nobody", "no such person"):
            self.joinery("group", "transfer", 1, name, status=1)
            self.assertIn(why, self.errors)
        self.joinery("group", "transfer", 9, "bob", status=1)
        self.assertEqual(self.types(), ["user_suspended"])

    def test_a_ban_is_lifted(self):
        self.add(group(1, 1), member(1, 3, "banned", note="rude"))
        self.joinery("ban", "lift", "group-1", "cleo")
        self.assertEqual((self.types(), self.states(3)), (["ban_lifted"], {}))
        self.joinery("ban", "lift", 1, 3, status=1)
        self.assertIn("not banned", self.errors)
        self.joinery("ban", "lift", 9, 3, status=1)
        self.joinery("ban", "lift", 1, 9, status=1)
        self.fsck()


class Invites(Case):
    def test_a_token_is_minted_read_narrowed_and_revoked(self):
        self.add(group(1, 1))
        minted = json.loads(self.joinery("invite", "mint", 1, "--expires", "2h", "--uses", 3, "--user", "bob"))
        self.assertEqual((minted["max_uses"], minted["uses_left"], minted["user_id"]), (3, 3, 2))
        self.assertEqual(minted["by"], None)
        read = json.loads(self.joinery("invite", "inspect", minted["token"]))
        self.assertEqual(read["identifier"], minted["identifier"])
        self.assertEqual((read["location"], read["caveats"][1:]), ("onezone", ["user = 2"]))
        narrower = self.joinery("invite", "attenuate", "-", "--expires=60", "--user", 7, "--group", 1,
                                stdin=minted["token"] + "\n").strip()
        again = json.loads(self.joinery("invite", "inspect", "-", stdin=narrower))
        self.assertEqual(again["caveats"][:2] + again["caveats"][3:], read["caveats"] + ["user = 7", "group = 1"])
        self.assertRegex(again["caveats"][2], "^time < [0-9]+$")
        self.assertEqual(self.types(), ["token_minted"])
        self.assertTrue(json.loads(self.joinery("invite", "revoke", minted["id"]))["revoked"])
        self.joinery("invite", "revoke", minted["id"])
        self.assertEqual(self.types(), ["token_minted", "token_revoked"])
        self.assertNotIn(minted["token"], self.joinery("export", "-", "--changes"))
        self.fsck()

    def test_what_is_refused(self):
        self.add(group(1, 1))
        for words in (["mint", 9], ["mint", 1, "--user", "nobody"], ["mint", 1, "--uses", 0],
                      ["mint", 1, "--uses", 1000001], ["mint", 1, "--expires", "366d"],
                      ["mint", 1, "--expires", "2w"], ["mint", 1, "--expires", "0"], ["revoke", 9],
                      ["revoke", "x"], ["inspect", "MDAwMA"], ["inspect", "-"], ["attenuate", "-", "--user", 1]):
            self.joinery("invite", *words, status=1)
        token = json.loads(self.joinery("invite", "mint", 1))["token"]
        self.joinery("invite", "attenuate", token, status=1)
        self.joinery("invite", "attenuate", token, "--user", "bob", status=1)
        for _ in range(15):
            token = self.joinery("invite", "attenuate", token, "--user", 1).strip()
        self.joinery("invite", "attenuate", token, "--user", 1, status=1)
        self.assertIn("no room", self.errors)
        self.joinery("invite", "mint", status=2)

    def test_reading_a_token_needs_no_folder(self):
        self.add(group(1, 1))
        token = json.loads(self.joinery("invite", "mint", 1))["token"]
        none = self.path / "none"
        self.joinery("invite", "inspect", token, data=none)
        self.joinery("invite", "attenuate", token, "--group", 1, data=none)
        self.assertFalse(none.exists())


class People(Case):
    def test_who_is_erased_leaves_everything(self):
        self.add(user(5, "eve", email="eve@example.org", name="Eve", url="https://eve.example"),
                 {"kind": "token", "token": "tok", "user_id": 5, "scope": "write", "active": True},
                 group(1, 1), group(2, 5), group(3, 5), group(4, 1), group(6, 1), group(7, 1), group(8, 1),
                 member(1, 5, role="admin"), member(2, 2), member(4, 5, "requested", note="please"),
                 member(6, 5, "invited", by=1), member(7, 5, "banned", by=1, note="rude"),
                 member(8, 2, "banned", by=5),
                 {"kind": "decision", "group_id": 8, "user_id": 5, "decision": "denied", "reason": "full"},
                 {"kind": "invitation", "id": 90, "group_id": 1, "user_id": 5, "by": 5, "state": "accepted",
                  "created_at": "2006-01-01T00:00:00Z"},
                 letter(91, 1, "accepted", user_id=5), letter(92, 4, "revoked"), letter(93, 6, "pending", user_id=5),
                 letter(94, 7, "pending", user_id=None, ended_at="2006-02-01T00:00:00Z"),
                 {"kind": "invite_token", "identifier": "abc", "group_id": 1, "by": 5, "user_id": 5,
                  "expires_at": "2999-01-01T00:00:00Z", "max_uses": 2, "uses_left": 1, "revoked": False})
        erased = json.loads(self.joinery("user", "erase", "eve"))
        kept = {"kind", "id", "active", "slug", "created_at", "updated_at"}
        self.assertEqual({k for k, v in erased.items() if v is not None}, kept)
        self.assertEqual((erased["slug"], erased["active"]), ("eve", False))
        self.assertEqual(self.states(5), {})
        self.assertEqual(self.export("decision") + self.export("token"), [])
        groups = {g["id"]: g["owner_user_id"] for g in self.export("group")}
        self.assertEqual(groups, {1: 1, 2: 2, 4: 1, 6: 1, 7: 1, 8: 1})
        types = self.types()
        self.assertEqual((types[0], types[-1]), ("user_suspended", "user_erased"))
        self.assertEqual(sorted(types[1:-1]), sorted(
            ["left", "left", "ownership_transferred", "left", "group_deleted", "request_withdrawn",
             "invitation_declined", "ban_lifted"]))
        text = self.joinery("export", "-", "--changes")
        for personal in "eve@example.org", '"Eve"', "eve.example", '"please"':
            self.assertNotIn(personal, text)
        self.assertEqual({i["user_id"] for i in self.export("invitation")}, {5})
        self.fsck()
        self.joinery("user", "erase", "eve", status=1)
        self.joinery("user", "erase", 5, status=1)
        self.joinery("token", "add", 5, status=1)
        other = self.path / "other"
        self.joinery("import", "-", stdin=text, data=other)
        self.assertEqual(self.joinery("export", "-", "--changes", data=other), text)
        self.fsck(other)
        self.joinery("import", "-", stdin=text, data=other)
        self.assertIn(" 0 added", self.errors)
        added = json.loads(self.joinery("user", "add", "eve", "--email", "eve@example.org"))
        self.assertEqual((added["id"], added["slug"][:4]), (6, "eve-"))

    def test_an_erasure_takes_as_many_slices_as_it_needs(self):
        self.add(*[group(i, 2) for i in range(1, MANY)], *[member(i, 3) for i in range(1, MANY, 2)])
        self.joinery("user", "erase", "bob")
        self.assertEqual({g["owner_user_id"] for g in self.export("group")}, {3})
        self.assertEqual(self.types().count("group_deleted"), MANY // 2 - 1)
        self.assertEqual(self.types()[-1], "user_erased")
        self.fsck()

    def test_who_has_no_username_has_nothing_else(self):
        bad = user(9, None, name="Nobody")
        self.joinery("import", "-", stdin=lines([bad]), status=1)
        self.assertIn("username may be null only where all else is empty", self.errors)


class Feed(Case):
    def suspend(self, times):
        for _ in range(times):
            self.joinery("user", "suspend", "bob")
            self.joinery("user", "activate", "bob")

    def trim(self, *words):
        trimmed = json.loads(self.joinery("feed", "trim", *words))
        return trimmed["changes"], trimmed["first_seq"]

    def test_the_oldest_changes_go(self):
        self.suspend(3)
        self.assertEqual(self.trim("--before", 3), (2, 3))
        self.assertEqual([c["seq"] for c in self.export("change")], [3, 4, 5, 6])
        self.assertEqual(self.trim("--before", 2), (0, 3))
        self.assertEqual(self.trim("--older-than", 1), (0, 3))
        self.assertEqual(self.trim("--before", 900), (4, 7))
        self.assertEqual(self.export("change"), [])
        self.suspend(1)
        self.assertEqual([c["seq"] for c in self.export("change")], [7, 8])
        self.fsck()

    def test_what_is_old_goes_by_its_age(self):
        old = {"kind": "change", "type": "joined", "group_id": 1, "user_id": 2, "actor_id": 2,
               "cause": {"dialect": "legacy", "operation": "group_join", "request_id": None},
               "before": {"state": "none"}, "after": {"state": "member", "role": "member"},
               "application_id": None, "reference": None, "request_key": "0f" * 16}
        self.add(*[{**old, "seq": i, "at": "2006-01-01T00:00:00Z"} for i in range(1, 700)])
        self.suspend(1)
        self.assertEqual(self.trim("--older-than", 30), (699, 700))
        self.assertEqual([c["seq"] for c in self.export("change")], [700, 701])
        self.fsck()

    def test_wrong_words(self):
        for words in ([], ["--before", "1", "--older-than", "1"]):
            self.joinery("feed", "trim", *words, status=2)
        for words in ["--before", "x"], ["--older-than", "0"], ["--older-than", "99999"]:
            self.joinery("feed", "trim", *words, status=2)


class Backup(Case):
    def test_a_backup_is_the_same_state(self):
        self.add(*[user(i, f"u{i}", name="x" * 90) for i in range(10, 500)], group(1, 1))
        file = self.path / "backup"
        self.joinery("backup", file)
        self.assertIn("master.key", self.errors)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        restored = self.path / "restored"
        restored.mkdir()
        shutil.copy(file, restored / "data.mdb")
        shutil.copy(self.data / "master.key", restored)
        self.fsck(restored)
        state = self.joinery("export", "-", "--changes")
        self.assertEqual(self.joinery("export", "-", "--changes", data=restored), state)

    def test_a_backup_replaces_nothing(self):
        file = self.path / "backup"
        file.write_text("before")
        self.joinery("backup", file, status=1)
        self.assertIn("File exists", self.errors)
        self.assertEqual(file.read_text(), "before")
        self.joinery("backup", "/dev/null", status=1)
        self.joinery("backup", "-", status=1)
        self.joinery("backup", self.path / "no" / "folder", status=1)
        self.joinery("backup", self.path / "other", data=self.path / "none", status=1)
        self.assertFalse((self.path / "other").exists())


class Server:
    """The same through the admin socket of a running server."""

    def start(self):
        self.host = subprocess.Popen([HOST, self.data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.assertEqual(self.host.stdout.readline(), "ready\n")

    def stop(self):
        if self.host.returncode is None:
            self.host.stdin.close()
            self.assertEqual(self.host.wait(timeout=20), 0)
            self.host.stdout.close()


class GroupsInServer(Server, Groups):
    pass


class InvitesInServer(Server, Invites):
    pass


class PeopleInServer(Server, People):
    def test_an_erasure_that_a_crash_interrupts_is_taken_up(self):
        self.add(*[group(i, 2) for i in range(1, MANY)], *[member(i, 3) for i in range(1, MANY, 2)])
        for moment in 0, 0.01, 0.02, 0.04, 0.08:  # whatever was done by then
            erasing = subprocess.Popen([JOINERY, "--data", self.data, "user", "erase", "2"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moment)
            self.host.kill()
            self.host.wait()
            erasing.wait(timeout=20)
            self.host.stdin.close()
            self.host.stdout.close()
            self.start()
            self.fsck()
        subprocess.run([JOINERY, "--data", self.data, "user", "erase", "2"], capture_output=True, check=False)
        self.assertEqual(self.types().count("user_erased"), 1)
        self.assertEqual(self.types().count("user_suspended"), 1)
        self.assertEqual(self.types().count("left"), MANY - 1)
        self.assertEqual(self.states(2), {})


class FeedInServer(Server, Feed):
    pass


class BackupInServer(Server, Backup):
    pass


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
