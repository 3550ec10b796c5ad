"""A recording of a storm that used every kind of secret names none of them, whole lines only, and joinery reads it."""
import json
import os
import pathlib
import stat
import subprocess
import sys
import time
import urllib.parse

import server

OPERATOR = "OpErAtOrToKeN77"
EMAIL = "Ada.Secret@mail.example"
PEOPLE = 6
WAIT_SECONDS = 30  # for a second's flush, on a busy machine


class Storm:
    """Calls of every dialect; remembers each secret that was sent or told."""

    def __init__(self, running):
        self.connection = running.connect()
        self.secrets = {"key00", OPERATOR, EMAIL, EMAIL.lower(), "HuNtEr2", "S3cr3tName"}
        self.secrets |= {f"tok{n}xyz" for n in range(1, PEOPLE + 1)}
        self.calls = 0

    def ask(self, method, path, body=None, headers=None):
        self.calls += 1
        return server.ask(self.connection, method, path, body, headers)

    def legacy(self, by_get=False, **parameters):
        text = urllib.parse.urlencode({"api_key": "key00", **parameters})
        if by_get:
            return self.ask("GET", "/services/rest/?" + text)
        return self.ask("POST", "/services/rest/", text, {"Content-Type": "application/x-www-form-urlencoded"})

    def v3(self, who, method, path, body=None, **headers):
        token = OPERATOR if who == 0 else f"tok{who}xyz"
        sent = {"Authorization": "Bearer " + token, **headers}
        if body is not None:
            sent["Content-Type"] = "application/json"
        response = self.ask(method, path, None if body is None else json.dumps(body), sent)
        return json.loads(response.text) if response.text else {}

    def onezone(self, who, method, path, body=None, header="X-Auth-Token"):
        return self.ask(method, path, None if body is None else json.dumps(body),
                        {"Content-Type": "application/json", header: f"tok{who}xyz"})

    def told(self, secret):
        assert len(secret) > 6, secret
        self.secrets.add(secret)
        return secret


def run(storm):
    for form in {}, {"format": "json"}, {"format": "json", "callback": "cb"}:
        storm.legacy(method="auth.checkToken", token="tok1xyz", **form)
        storm.legacy(True, method="auth.checkToken", token="tok2xyz", **form)
    storm.legacy(method="group.join", token="tok2xyz", group_id=1, password="HuNtEr2", S3cr3tName="1")
    storm.legacy(method="auth.getToken", frob=storm.told("NoSuchFrob123"))
    storm.legacy(method="no.such", token="tok2xyz")
    for host in ("http://upcoming.org", "http://joinery.example:80"):  # from clients that take us for a proxy
        storm.ask("GET", host + "/services/rest/?method=group.getInfo&api_key=key00&group_id=1")
        storm.ask("GET", host + "/v3/groups/1", None, {"Authorization": "Bearer tok1xyz"})
    code = storm.told(storm.v3(1, "POST", "/v3/groups/1/invite")["code"])
    storm.v3(1, "GET", "/v3/groups/1/invite")
    storm.v3(3, "POST", "/v3/groups/1/members", {"invite_token": code, "password": "HuNtEr2"})
    minted = storm.v3(1, "POST", "/v3/groups/1/invite-tokens", {"max_uses": 5})
    macaroon = storm.told(minted["token"])
    storm.v3(4, "POST", "/v3/groups/1/members", {"invite_token": macaroon})
    other = storm.told(json.loads(storm.onezone(1, "POST", "/groups/1/users/token", {}).text)["token"])
    storm.onezone(5, "POST", "/user/groups/join", {"token": other})
    storm.onezone(5, "GET", "/user/groups", header="Macaroon")
    storm.v3(0, "PUT", "/v3/users/50", {"username": "zoe", "email": EMAIL})
    storm.v3(0, "GET", "/v3/users/50")
    storm.told(storm.v3(0, "POST", "/v3/users/50/tokens", {"scope": "read"},
                        **{"Idempotency-Key": storm.told("RePeAtKey-1")})["token"])
    storm.v3(1, "POST", "/v3/groups/1/invitations", {"email": EMAIL})
    storm.v3(1, "GET", "/v3/groups/1/invitations")
    storm.v3(1, "GET", "/v3/users/" + urllib.parse.quote(EMAIL))
    storm.ask("GET", f"/v3/groups/1/invite/{code}")
    storm.ask("GET", "/v3/me?access_token=tok1xyz", None, {"Authorization": "Basic HuNtEr2"})
    storm.ask("POST", "/v3/groups", '{"name":"HuNtEr2', {"Authorization": "Bearer tok1xyz"})
    storm.ask("OPTIONS", "/v3/groups/1/members")


def visit_pages(storm):
    """Forms and cookies of people, documents of the server itself: none of it is recorded, so none is counted."""
    calls = storm.calls
    storm.ask("GET", f"/group/group-1/invite/{next(iter(storm.secrets))}")
    storm.ask("POST", "/sign-in", "token=tok1xyz", {"Content-Type": "application/x-www-form-urlencoded"})
    storm.ask("GET", "/healthz")
    storm.calls = calls


def check_lines(where, storm):
    text = pathlib.Path(where).read_text()
    found = [s for s in storm.secrets if s.lower() in text.lower()]
    assert not found, f"the recording names {found}"
    assert stat.S_IMODE(os.stat(where).st_mode) == 0o600
    head, *lines = map(json.loads, text.splitlines())
    assert head == {"joinery_recording": 1}
    assert len(lines) == storm.calls, (len(lines), storm.calls)
    assert text.endswith("\n")
    tokens = {line["form"]["token"] for line in lines if line.get("form", {}).get("token")}
    bearers = {line["headers"]["authorization"].removeprefix("Bearer ") for line in lines if "authorization" in line["headers"]}
    assert tokens & bearers, "one secret has one alias in every dialect"
    assert {line["dialect"] for line in lines} == {"legacy", "onezone", "v3"}
    assert {line["path"].split("/")[1] for line in lines} == {"services", "v3", "user", "groups", "-"}


def check_flushed(where, storm):
    """A line is there soon, not only at the stop."""
    end = time.monotonic() + WAIT_SECONDS
    while len(pathlib.Path(where).read_text().splitlines()) <= storm.calls:
        assert time.monotonic() < end, "the lines do not come"
        time.sleep(0.05)


def check_summary(where, storm):
    shown = server.joinery("/nonexistent", "recording", "show", where)
    assert f"{storm.calls} calls" in shown, shown
    assert "\ngroup.join " in shown and "joined" in shown, shown


def check_rotation(path, data):
    where = path + "/small"
    with server.running(data, "--record", where, "--record-size", "64K", "--record-keep", "2") as running:
        storm = Storm(running)
        for _ in range(400):
            storm.legacy(True, method="group.getInfo", group_id=1)
    sizes = {name: os.path.getsize(path + "/" + name) for name in os.listdir(path) if name.startswith("small")}
    assert set(sizes) == {"small", "small.1", "small.2"}, sizes
    assert all(size <= 65536 for size in sizes.values()), sizes
    for name in sizes:
        server.joinery(data, "recording", "show", path + "/" + name)


def check_refusals(path, data):
    for options in (["--record", path], ["--record", path + "/no/where"], ["--record", path + "/r", "--record-size", "1K"],
                    ["--record", ""], ["--record-keep", "-1"]):
        done = subprocess.run([server.JOINERYD, "--data", data, *options], capture_output=True, text=True, timeout=60)
        assert done.returncode in (1, 2) and "record" in done.stderr, (options, done)


def main():
    with server.folder() as path:
        data = path + "/data"
        where = path + "/recording"
        people = [server.application()]
        people += [server.user(n) for n in range(1, PEOPLE + 1)]
        people += [{**server.token(n), "token": f"tok{n}xyz"} for n in range(1, PEOPLE + 1)]
        people += [{**server.token(1), "token": OPERATOR, "scope": "operator"}, server.group(1, 1)]
        server.joinery(data, "import", "-", text=server.lines(people))
        with server.running(data, "--record", where) as running:
            storm = Storm(running)
            run(storm)
            check_flushed(where, storm)
            visit_pages(storm)
        check_lines(where, storm)
        check_summary(where, storm)
        check_rotation(path, data)
        check_refusals(path, data)
    print(f"{storm.calls} calls recorded, {len(storm.secrets)} secrets, none told")
    return 0


if __name__ == "__main__":
    sys.exit(main())
