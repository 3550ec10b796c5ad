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

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def bearer(who):
    return {"Content-Type": "application/json", "Authorization": f"Bearer tok{who}"}


def storm(connection, calls=30):
    """Creations that later calls name, secrets that replies give, all three dialects. Returns how many calls."""
    made = server.ask(connection, "POST", "/v3/groups", json.dumps({"name": "Made by v3"}), bearer(1))
    group = json.loads(made.text)
    code = json.loads(server.ask(connection, "POST", f"/v3/groups/{group['id']}/invite", "{}", bearer(1)).text)["code"]
    token = server.mint(connection, 1, group["id"], uses=2)
    asked = 3
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
        server.joinery(self.before, "import", "-", text=server.people(8, 4))
        self.recording = path + "/recording"
        recorded = self.copy("recorded")
        with server.running(recorded, "--record", self.recording) as running:
            self.calls = storm(running.connect())
        self.secrets = path + "/secrets"
        with open(self.secrets, "w") as file:
            file.write('# of the test\n{"kind":"api_key","secret":"key00"}\n')
            file.writelines(json.dumps({"kind": "token", "secret": f"tok{i}"}) + "\n" for i in range(1, 9))
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

    def replay(self, *words, check=None):
        return replay(self.recording, "--secrets", self.secrets, *words, data=self.before, check=check)


def test_same_state_is_equal(site):
    with site.fresh() as one, site.fresh() as other:
        done = site.replay("--against", url(one), "--against", url(other), "--json", site.path + "/two.json", check=0)
        shown = pathlib.Path(site.path + "/two.json").read_text() + done.stdout + done.stderr
    assert "tok1" not in shown and "key00" not in shown
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
        assert "--i-own-this-host" in done.stderr, done.stderr
    for bad in ["ftp://127.0.0.1", "127.0.0.1:80", "http://u:p@127.0.0.1", "http://127.0.0.1/?x", "http://"]:
        done = site.replay("--against", bad, check=2)
        assert "is no http" in done.stderr, done.stderr
    site.replay(check=2)
    site.replay("--against", "http://127.0.0.1", "--rate", "0", check=2)
    site.replay("--against", "http://127.0.0.1", "--percent", "101", check=2)


class Counting(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(self.headers.get("X-Request-Id"))
        if self.server.pause:
            self.server.pause(len(self.server.seen))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = answer

    def log_message(self, *_):
        pass


class Counter:
    """Another system that counts what it is asked."""

    def __init__(self, status=200, pause=None):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
        self.server.seen, self.server.status, self.server.pause = [], status, pause

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
        site = Site(path)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(site)
                print(name)


main()
