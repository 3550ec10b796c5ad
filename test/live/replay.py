"""joinery replay against real servers: the same state answers the same, another state does not, and nothing is sent
where it must not be."""
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading

import server

LONG_TOKEN = {**server.token(1), "token": "secrettoken1"}
FOUND_MIN = 6  # a shorter secret is not looked for in what a side says of its own
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def bearer(who):
    return {"Content-Type": "application/json", "Authorization": f"Bearer tok{who}"}


def onezone(connection, who, method, path, body=None):
    return server.ask(connection, method, path, None if body is None else json.dumps(body),
                      {"Content-Type": "application/json", "X-Auth-Token": f"tok{who}"})


def storm_onezone(connection):
    """Of a group that is known by its Location alone, and an invite that was narrowed for one person. Returns the invites."""
    group = onezone(connection, 2, "POST", "/groups", {"name": "Made by Onezone", "type": "team"}).headers["Location"]
    token = json.loads(onezone(connection, 2, "POST", f"{group}/users/token", {"max_uses": 3}).text)["token"]
    narrowed = server.joinery("-", "invite", "attenuate", token, "--user", "5").strip().splitlines()[-1]
    for who, outcome in (4, "invite_invalid"), (5, "joined"):
        assert onezone(connection, who, "POST", "/user/groups/join", {"token": narrowed}).outcome == outcome
    onezone(connection, 5, "GET", f"{group}/users")
    return {token, narrowed}, 5


def storm(connection, secrets, calls=30):
    """Creations that later calls name, secrets that replies give, all three dialects. Returns how many calls."""
    made = server.ask(connection, "POST", "/v3/groups", json.dumps({"name": "Made by v3"}), bearer(1))
    group = json.loads(made.text)
    code = json.loads(server.ask(connection, "POST", f"/v3/groups/{group['id']}/invite", "{}", bearer(1)).text)["code"]
    token = server.mint(connection, 1, group["id"], uses=2)
    invites, asked = storm_onezone(connection)
    secrets |= {code, token, *invites}
    asked += 3
    for ask in [
        lambda: server.join_v3(connection, 2, group["id"], code),
        lambda: server.join_onezone(connection, 3, token),
        lambda: server.ask(connection, "GET", f"/v3/groups/{group['slug']}/members", None, bearer(2)),
        lambda: server.ask(connection, "POST", f"/v3/groups/{group['id']}/invitations", '{"user_id":4}', bearer(1)),
        lambda: server.join_legacy(connection, 2, 1),
        lambda: server.ask(connection, "POST", "/services/rest/",
                           f"method=group.getMembers&api_key=key00&token=tok2&group_id={group['id']}", FORM),
        lambda: server.ask(connection, "POST", "/services/rest/",
                           "method=group.add&api_key=key00&token=tok2&name=A+%26+B", FORM),
        lambda: server.ask(connection, "GET", "/user/groups", None, {"X-Auth-Token": "tok3"}),
        lambda: server.leave(connection, 3, group["id"]),
        lambda: server.leave(connection, 3, group["id"]),
        lambda: server.ask(connection, "GET", "/v3/groups/77", None, bearer(1)),
        lambda: server.ask(connection, "GET", "/v3/me", None, {"Authorization": f"Bearer {LONG_TOKEN['token']}"}),
    ]:
        ask()
        asked += 1
    for i in range(calls):
        server.join_legacy(connection, 4 + i % 3, 1 + i % 4)
        asked += 1
    return asked


def replay(*words, data="-", check=None, cwd=None):
    done = subprocess.run([server.JOINERY, "--data", data, "replay", *map(str, words)], capture_output=True, text=True,
                          cwd=cwd)
    if check is not None:
        assert done.returncode == check, (done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    return done


def url(running):
    return f"http://127.0.0.1:{running.port}"


class Site:
    """A state, a recording of a storm on it, and copies of the state from before."""

    def __init__(self, path):
        self.path = path
        self.before = path + "/before"
        for lines in server.people(8, 4), server.lines([LONG_TOKEN]):
            server.joinery(self.before, "import", "-", text=lines)
        self.recording = path + "/recording"
        recorded = self.copy("recorded")
        with server.running(recorded, "--record", self.recording) as running:
            self.secret_texts = {"key00", "tok1", LONG_TOKEN["token"]}
            self.calls = storm(running.connect(), self.secret_texts)
        self.secrets = path + "/secrets"
        with open(self.secrets, "w") as file:
            file.write('# of the test\n{"kind":"api_key","secret":"key00"}\n')
            file.writelines(json.dumps({"kind": "token", "secret": f"tok{i}"}) + "\n" for i in range(1, 9))
            file.write(json.dumps({"kind": "token", "secret": LONG_TOKEN["token"]}) + "\n")
        self.number = 0

    def copy(self, name, extra=None):
        """The state as it was, perhaps with more lines."""
        place = f"{self.path}/{name}"
        shutil.copytree(self.before, place)
        if extra:
            server.joinery(place, "import", "-", text=server.lines(extra))
        return place

    def fresh(self, extra=None):
        self.number += 1
        return server.running(self.copy(f"copy{self.number}", extra))

    def judge(self, *texts, least=1):
        """None holds a secret: neither what a replay printed nor a file that it wrote."""
        for secret in filter(lambda secret: len(secret) >= least, self.secret_texts):
            assert not any(secret in text or secret.encode().hex() in text for text in texts), secret

    def replay(self, *words, check=None):
        return replay(self.recording, "--secrets", self.secrets, *words, data=self.before, check=check)


def test_same_state_is_equal(site):
    with site.fresh() as one, site.fresh() as other:
        done = site.replay("--against", url(one), "--against", url(other), check=0)
        site.judge(done.stdout, done.stderr)
        assert "in the place of a secret" not in done.stderr, done.stderr
    with site.fresh() as one:
        site.replay("--against", url(one), check=0)
    with site.fresh() as one, site.fresh() as other:
        site.replay("--against", url(one), "--against", url(other), "--concurrency", 8, check=0)


def test_ids_are_mapped(site):
    """The right side's numbers are others: it had more groups."""
    with site.fresh() as one, site.fresh([server.group(50, 8, private=True)]) as other:
        words = ["--against", url(one), "--against", url(other)]
        site.replay(*words, "--map", site.path + "/ids", check=0)
    ids = [json.loads(line) for line in pathlib.Path(site.path + "/ids").read_text().splitlines()]
    groups = [(i["left"], i["right"]) for i in ids if i["kind"] == "group" and i["left"].isdigit()]
    assert groups and all(int(right) > 50 > int(left) for left, right in groups), groups
    assert os.stat(site.path + "/ids").st_mode & 0o777 == 0o600


def test_what_differs_shows_no_secret(site):
    """Nor does a line that stopped, but for the map, which is for that."""
    names = [f"{site.path}/report.{form}" for form in ("html", "xml", "json")]
    banned = [{"kind": "membership", "group_id": group, "user_id": 2, "state": "banned"} for group in range(1, 5)]
    with site.fresh() as one, site.fresh([server.group(50, 8, private=True), *banned]) as other:
        done = site.replay("--against", url(one), "--against", url(other), "--html", names[0], "--junit", names[1],
                           "--json", names[2], check=1)
        site.judge(done.stdout, done.stderr, *(pathlib.Path(name).read_text() for name in names))
        calls = [json.loads(line) for line in pathlib.Path(names[2]).read_text().splitlines()]
        for call in filter(lambda call: call["kind"] == "call", calls):
            assert url(one) in call["left"]["request"] and url(other) in call["right"]["request"], call
        for command in done.stdout.split("To repeat:\n")[1].split("\n\n")[0].splitlines():
            again = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
            site.judge(again.stdout, again.stderr)
    with Counter(status=503, echoes=True) as broken:
        done = site.replay("--against", broken.url, "--html", names[0], "--json", names[2], check=1)
        site.judge(done.stdout, done.stderr, *(pathlib.Path(name).read_text() for name in names), least=FOUND_MIN)


def test_secrets_that_nobody_names_prove_nothing(site):
    """Two sides that refuse every call alike are no proof: no file of secrets, or one by another key."""
    other_key = f"{site.path}/other.key"
    pathlib.Path(other_key).write_bytes(b"x" * 32)
    with site.fresh() as one, site.fresh() as other:
        words = ["--against", url(one), "--against", url(other)]
        for more in [], ["--secrets", site.secrets, "--alias-key", other_key]:
            done = replay(site.recording, *words, *more, data=site.before, check=2)
            assert "so they prove nothing" in done.stdout and " in line 2" in done.stdout, done.stdout


def test_another_state_differs(site):
    ban = {"kind": "membership", "group_id": 1, "user_id": 2, "state": "banned"}
    rule = {"method": "group.join", "kind": "field", "path": "error*", "reason": "told anew", "expires": "2999-12-31"}
    pathlib.Path(site.path, "it's ruled").write_text(json.dumps(rule) + "\n")
    with site.fresh() as one, site.fresh([ban]) as other:
        done = replay("recording", "--secrets", "secrets", "--rules", "it's ruled", "--against", url(one), "--against",
                      url(other), data="before", cwd=site.path, check=1)
        assert "group.join" in done.stdout, done.stdout
        command = done.stdout.split("To repeat:\n  ")[1].split("\n")[0]
        again = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd="/")
        assert again.returncode == 1 and "\ndifferent: 1 compared: 0 equal, 1 differ" in again.stdout, (command, again)
        assert " -- told anew" in again.stdout, again.stdout
    with site.fresh([ban]) as other:
        site.replay("--against", url(other), check=1)


def test_stopped_server_is_unreachable(site):
    with site.fresh() as one:
        other = site.fresh()
        with other as gone:
            where = url(gone)
        done = site.replay("--against", url(one), "--against", where, check=3)
    assert "does not answer" in done.stdout + done.stderr and "--from-line 2" in done.stderr, (done.stdout, done.stderr)
    site.replay("--against", "http://no-such-host.invalid", "--i-own-this-host", check=3)


def test_hosts_are_refused(site):
    for host in ["http://192.0.2.1", "http://[2001:db8::1]:80", "https://0.0.0.0", "http://[::ffff:192.0.2.1]/"]:
        done = site.replay("--against", host, check=2)
        assert "--i-own-this-host" in done.stderr and ", which is " not in done.stderr, done.stderr
    for bad in ["ftp://127.0.0.1", "127.0.0.1:80", "http://u:p@127.0.0.1", "http://127.0.0.1/?x", "http://"]:
        done = site.replay("--against", bad, check=2)
        assert "is no http" in done.stderr, done.stderr
    site.replay(check=2)
    site.replay("--against", "http://127.0.0.1", "--rate", "0", check=2)
    site.replay("--against", "http://127.0.0.1", "--percent", "101", check=2)


class Counting(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = json.dumps({"error": f"no: {asked} {self.path} {dict(self.headers)}"}).encode() if self.server.echoes else b""
        self.server.seen.append(self.headers.get("X-Request-Id"))
        if self.server.pause:
            self.server.pause(len(self.server.seen))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = answer

    def log_message(self, *_):
        pass


class Counter:
    """Another system that counts what it is asked."""

    def __init__(self, status=200, pause=None, echoes=False):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
        self.server.seen, self.server.status, self.server.pause, self.server.echoes = [], status, pause, echoes

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def seen(self):
        return self.server.seen


def ids(recording):
    lines = pathlib.Path(recording).read_text().splitlines()[1:]
    return [json.loads(line)["headers"]["x-request-id"] for line in lines]


def test_dry_run_sends_nothing(site):
    with Counter() as counter:
        done = site.replay("--against", counter.url, "--dry-run", check=0)
        assert counter.seen == []
    assert done.stdout.count("curl ") == site.calls, done.stdout
    assert "tok1" not in done.stdout and "key00" not in done.stdout


def test_long_ids_are_sent_whole(site):
    path = "/v3/groups/" + 3000 * "a" + "/members"
    call = {"at_us": 1, "dialect": "v3", "operation": "member_list", "method": "GET", "path": path, "query": {},
            "headers": {}, "status": 404, "outcome": "no_such_group", "latency_us": 1, "reply": "{}"}
    pathlib.Path(site.path + "/long").write_text('{"joinery_recording":1}\n' + server.lines([call]))
    done = replay(site.path + "/long", "--against", "http://127.0.0.1:1", "--dry-run", check=0)
    assert path in done.stdout, done.stdout


def test_forms_are_written_as_browsers_do(site):
    call = {"at_us": 1, "dialect": "legacy", "operation": "user_info", "method": "POST", "path": "/services/rest/",
            "query": {"method": "a b"}, "form": {"username": " a b+ "}, "headers": {}, "status": 404,
            "outcome": "username_not_found", "latency_us": 1, "reply": "{}"}
    pathlib.Path(site.path + "/form").write_text('{"joinery_recording":1}\n' + server.lines([call]))
    done = replay(site.path + "/form", "--against", "http://127.0.0.1:1", "--dry-run", check=0)
    assert "username=+a+b%2B+" in done.stdout and "method=a%20b" in done.stdout, done.stdout


def test_a_terminal_does_not_obey_what_is_shown(site):
    call = {"at_us": 1, "dialect": "v3", "operation": "group_create", "method": "POST", "path": "/v3/groups", "query": {},
            "body": {"name": "a\u009b31m\u202eb"}, "headers": {}, "status": 201, "outcome": "group_created", "latency_us": 1,
            "reply": "{}"}
    pathlib.Path(site.path + "/letters").write_text('{"joinery_recording":1}\n' + server.lines([call]))
    done = replay(site.path + "/letters", "--against", "http://127.0.0.1:1", "--dry-run", check=0)
    assert done.stdout.isascii() and r"a\u009B31m\u202Eb" in done.stdout, done.stdout


def test_a_map_that_cannot_be_written_is_told_first(site):
    with Counter() as counter:
        done = site.replay("--against", counter.url, "--map", site.path + "/none/map", check=2)
        assert counter.seen == []
    assert "none/map" in done.stderr, done.stderr


def test_order_percent_and_sample(site):
    recorded = ids(site.recording)
    with Counter() as counter:
        site.replay("--against", counter.url)
        assert counter.seen == recorded
    with Counter() as counter:
        site.replay("--against", counter.url, "--percent", 25)
        assert len(counter.seen) == site.calls // 4
    seen = []
    for sample in ["40%", "40", "80"]:
        with Counter() as counter:
            site.replay("--against", counter.url, "--sample", sample)
            seen.append(counter.seen)
    assert seen[0] == seen[1] and set(seen[1]) <= set(seen[2]), seen  # the same clients, and then more


def test_what_sends_nothing_proves_nothing(site):
    empty = site.path + "/empty"
    pathlib.Path(empty).write_text('{"joinery_recording":1}\n')
    with Counter() as counter:
        for words in [[empty], [site.recording, "--line", 9999], [site.recording, "--percent", "0.0001"]]:
            done = replay(*words, "--against", counter.url, data=site.before, check=2)
            assert "no call was compared: this proves nothing" in done.stdout, done
        assert counter.seen == []


def test_resume(site):
    """Interrupted in the middle, it says where to go on, and nothing is sent twice or left out."""
    recorded = ids(site.recording)
    for concurrency in ["1", "6"]:
        reached = threading.Event()
        words = [server.JOINERY, "replay", site.recording, "--concurrency", concurrency]
        with Counter(pause=lambda n: reached.set() if n == 9 else None) as counter:
            running = subprocess.Popen([*words, "--against", counter.url, "--rate", "40"], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            reached.wait(30)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
            first = list(counter.seen)
        assert "go on with --from-line " in err, (out, err)
        line = int(err.split("--from-line ")[1].split()[0])
        with Counter() as counter:
            site.replay("--against", counter.url, "--from-line", line)
            rest = counter.seen
        assert sorted(first + rest) == sorted(recorded) and 9 <= len(first) < len(recorded), (len(first), len(rest))


def test_redirects_are_refused(site):
    with Counter(status=302) as counter:
        done = site.replay("--against", counter.url)
        assert len(counter.seen) == 1 and "redirects" in done.stdout + done.stderr, (done.stdout, done.stderr)
        assert done.returncode == 3


def test_bad_secrets(site):
    name = site.path + "/bad"
    for line, why in [("{", "no JSON object"), ('{"kind":"x","secret":"y"}', "kind is none"), ("{}", "names neither")]:
        pathlib.Path(name).write_text("# one\n" + line + "\n")
        done = replay(site.recording, "--against", "http://127.0.0.1:1", "--secrets", name, data=site.before, check=2)
        assert f"{name}:2: " in done.stderr and why in done.stderr, done.stderr


def test_silent_side_ends_at_its_deadline(site):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        done = site.replay("--against", f"http://127.0.0.1:{silent.getsockname()[1]}", "--timeout", 200, check=3)
        assert "does not answer" in done.stdout + done.stderr


def main():
    with server.folder() as path:
        server.run_tests(globals(), Site(path))


main()
