"""What twins, their reports and their state diffs show of a recording with every kind of secret: none of them; and invite
tokens that were narrowed or forged are refused in the twin as they were. The programs are joinery and one with a fault, so
that there are differences to show.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR. Usage: twin_secrets.py FAULTY_JOINERY..."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import server

PEOPLE = 7
EMAIL = "Ada.Secret@mail.example"
FAULTY = [os.path.abspath(program) for program in sys.argv[1:]]


def spoilt(token):
    """One letter of the signature is another."""
    return token[:-20] + ("A" if token[-20] != "A" else "B") + token[-19:]


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        held = server.folder()
        cls.path = pathlib.Path(held.__enter__())
        cls.addClassCleanup(held.__exit__, None, None, None)
        cls.data = str(cls.path / "data")
        cls.calls = str(cls.path / "calls.jsonl")
        cls.before = str(cls.path / "before.mdb")
        cls.secrets = {"secretkey00", EMAIL, EMAIL.lower(), *(f"secrettok{n}" for n in range(1, PEOPLE + 1))}
        state = re.sub(r'"(tok\d|key00)"', r'"secret\1"', server.people(PEOPLE, 3))
        server.joinery(cls.data, "import", "-", text=state)
        with server.running(cls.data) as started:
            cls.before_it(started)
            server.joinery(cls.data, "backup", cls.before)
        with server.running(cls.data, "--record", cls.calls) as started:
            cls.record(started.connect())
        cls.secrets.add((pathlib.Path(cls.data) / "master.key").read_bytes().hex())

    @classmethod
    def ask(cls, who, method, path, body=None, header="X-Auth-Token", **headers):
        bearer = {"Authorization": f"Bearer secrettok{who}"} if path.startswith("/v3") else {header: f"secrettok{who}"}
        return server.ask(cls.connection, method, path, None if body is None else json.dumps(body),
                          {"Content-Type": "application/json", **bearer, **headers})

    @classmethod
    def secret(cls, response, name):
        assert response.status < 300, (response.status, response.text)
        found = json.loads(response.text)[name]
        cls.secrets.add(found)
        return found

    @classmethod
    def narrowed(cls, token, *words):
        found = server.joinery(cls.data, "invite", "attenuate", token, *words).strip().splitlines()[-1]
        cls.secrets.add(found)
        return found

    @classmethod
    def before_it(cls, started):
        cls.connection = started.connect()
        cls.code = cls.secret(cls.ask(1, "POST", "/v3/groups/1/invite"), "code")
        cls.token = cls.secret(cls.ask(1, "POST", "/groups/1/users/token", {"max_uses": 5}), "token")
        cls.connection.close()

    @classmethod
    def frob(cls, connection):
        """Person 2 allows the application to act, which only pages can and no recording holds."""
        auth, cookie, key = "/services/auth/?api_key=secretkey00", {}, ""
        for path, answer in ("/sign-in", "token=secrettok2"), (auth, "answer=allow"):
            for method in "GET", "POST":
                page = server.ask(connection, method, path, f"{answer}&form_key={key}" if method == "POST" else None,
                                  {"Content-Type": "application/x-www-form-urlencoded", **cookie})
                if page.getheader("Set-Cookie"):
                    cookie = {"Cookie": page.getheader("Set-Cookie").split(";")[0]}
                found = re.search('name="form_key" value="([0-9a-f]{64})"', page.text)
                key = found.group(1) if found else key
        return re.search(">([0-9a-f]{40})<", page.text).group(1)

    @classmethod
    def exchange(cls, connection):
        frob = cls.frob(connection)
        given = server.ask(connection, "GET", f"/services/rest/?method=auth.getToken&api_key=secretkey00&frob={frob}")
        token = re.search(' token="([0-9a-f]{40})"', given.text).group(1)
        cls.secrets |= {frob, token}
        for method in "group.getMyGroups", "auth.checkToken":
            called = server.ask(connection, "GET", f"/services/rest/?method={method}&api_key=secretkey00&token={token}")
            assert called.outcome == "ok", called.outcome

    @classmethod
    def record(cls, connection):
        cls.connection = connection
        cls.outcomes = []

        def join(who, token):
            cls.outcomes.append(cls.ask(who, "POST", "/user/groups/join", {"token": token}).outcome)

        for token in cls.token, cls.secret(cls.ask(1, "POST", "/groups/2/users/token", {"max_uses": 5}), "token"):
            mine = cls.narrowed(token, "--user", "2")
            join(3, mine)
            join(2, mine)
            join(4, spoilt(token))
            cls.secrets.add(spoilt(token))
            join(4, token)
        cls.ask(5, "POST", "/v3/groups/1/members", {"invite_token": cls.code})
        cls.ask(6, "POST", "/v3/groups/1/members", {"invite_token": cls.token})
        cls.ask(1, "POST", "/v3/groups/3/invitations", {"email": EMAIL})
        cls.ask(1, "POST", "/v3/groups/3/invite", {}, **{"Idempotency-Key": "secretidempotence"})
        cls.secrets.add("secretidempotence")
        cls.secret(cls.ask(1, "GET", "/v3/groups/3/invite"), "code")
        cls.exchange(connection)
        for who in range(1, PEOPLE + 1):
            server.ask(connection, "POST", "/services/rest/",
                       f"method=group.join&api_key=secretkey00&token=secrettok{who}&group_id=3",
                       {"Content-Type": "application/x-www-form-urlencoded"})
            server.ask(connection, "GET",
                       f"/services/rest/?method=group.leave&api_key=secretkey00&token=secrettok{who}&group_id=2")

    def twin(self, program, status):
        names = [str(self.path / f"report.{form}") for form in ("html", "xml", "json")]
        done = subprocess.run([program, "--data", "data", "twin", "calls.jsonl", "--state", "before.mdb", "--html",
                               names[0], "--junit", names[1], "--json", names[2]],
                              capture_output=True, text=True, check=False, cwd=self.path)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return [done.stdout, done.stderr, *(pathlib.Path(name).read_text() for name in (*names, self.calls))]

    def judge(self, texts):
        for text in texts:
            for secret in self.secrets:
                self.assertNotIn(secret, text)
                self.assertNotIn(secret.encode().hex(), text)

    def test_what_was_refused_then_is_refused_in_the_twin(self):
        self.assertEqual(self.outcomes, ["invite_invalid", "joined", "invite_invalid", "joined"] * 2)
        texts = self.twin(server.JOINERY, 0)
        self.assertNotIn("otherwise than recorded", texts[0] + texts[1])
        self.judge(texts)

    def test_differences_show_no_secret(self):
        for program in FAULTY:
            texts = self.twin(program, 1)
            self.assertRegex(texts[0], r"[1-9]\d* differ")
            self.judge(texts)
            command = re.search(r"To repeat:\n  (.*)", texts[0]).group(1)
            again = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd="/")
            self.assertEqual(again.returncode, 1, f"{command}\n{again.stdout}{again.stderr}")
            self.assertRegex(again.stdout, r"(?s)=== \d+ .*\n--- \w+ was asked\n[A-Z]+ /.*\n--- and answered \d+ \w+ in .*"
                                           r"\n--- \w+ was asked\n[A-Z]+ /.*\n--- and answered \d+ ")
            self.judge([again.stdout, again.stderr])

    def test_aliases_name_caveats(self):
        text = pathlib.Path(self.calls).read_text()
        self.assertEqual(len(re.findall(r"invite:[0-9a-f]{16};time<\d+;user=2\"", text)), 4)
        self.assertEqual(len(re.findall(r"invite:[0-9a-f]{16};time<\d+;forged\"", text)), 2)

    def test_a_recording_without_calls_proves_nothing(self):
        empty = self.path / "empty.jsonl"
        empty.write_text(pathlib.Path(self.calls).read_text().splitlines(True)[0])
        done = subprocess.run([server.JOINERY, "--data", self.data, "twin", str(empty), "--state", self.before],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("no call was compared", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
