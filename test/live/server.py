"""A real joineryd in a folder of its own, and plain clients of it: what every live test starts with.

The programs' places come from the environment: JOINERYD, JOINERY."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).parents[1] / "compat"))
import rsp  # noqa: E402

JOINERYD = os.environ["JOINERYD"]
JOINERY = os.environ["JOINERY"]
START_SECONDS = 60  # a sanitized program on a busy machine
LOG_SHOWN = 8000  # two reports of a sanitizer
GATEWAY = re.compile(r"(https?://[^/]*)?/services/rest/*(\?|$)")
LEGACY_REPLIES = set()  # (path, content type, body): each is judged by schemas/rsp.rng when the folder goes


class Server:
    """Started at once; `port` is the real one."""

    def __init__(self, data, *options, environment=None):
        self.data = data
        self.errors = open(data + ".log", "ab")
        self.process = subprocess.Popen(
            [JOINERYD, "--data", data, "--listen", "127.0.0.1:0", "--no-access-log", *options],
            stdout=subprocess.PIPE, stderr=self.errors, env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline().decode()
        if not line.startswith("joineryd ready http://127.0.0.1:"):
            raise RuntimeError(f"no ready line but {line!r}; log: {pathlib.Path(data + '.log').read_text()[-2000:]}")
        self.port = int(line.split()[2].rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.close()

    def stop(self):
        """A clean stop; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=START_SECONDS)
        self.close()
        return status

    def close(self):
        self.process.stdout.close()
        self.errors.close()

    def connect(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)


@contextlib.contextmanager
def folder():
    """A fresh folder, on the disk that the build stands on."""
    with tempfile.TemporaryDirectory(prefix="joinery-test-", dir=os.environ.get("JOINERY_TEST_DIR")) as path:
        yield path
    judge_legacy()


def note_legacy(path, content_type, body):
    """Any reply may be given: only the gateway's are kept."""
    if body and GATEWAY.match(path):
        LEGACY_REPLIES.add((path[:80], content_type, body))


def judge_legacy():
    found = rsp.judge(LEGACY_REPLIES)
    LEGACY_REPLIES.clear()
    if found:
        raise RuntimeError("not as schemas/rsp.rng: " + "\n".join(found[:10]))


@contextlib.contextmanager
def running(data, *options, environment=None):
    server = Server(data, *options, environment=environment)
    try:
        yield server
        status = server.stop()
        if status != 0:
            raise RuntimeError(f"the server stopped with {status}")
    except BaseException:
        print("the server's log:", pathlib.Path(data + ".log").read_text()[-LOG_SHOWN:], file=sys.stderr)
        raise
    finally:
        if server.process.poll() is None:
            server.kill()


def run_tests(module, site):
    """Every test_... of the module's globals(), in the order in which they stand there."""
    for name, test in list(module.items()):
        if name.startswith("test_"):
            test(site)
            print(name, flush=True)


def joinery(data, *arguments, text=None, check=True):
    """Runs a joinery command; returns its standard output."""
    done = subprocess.run([JOINERY, "--data", data, *arguments], input=text, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"joinery {' '.join(arguments)}: {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def lines(objects):
    return "".join(json.dumps(o, separators=(",", ":")) + "\n" for o in objects)


def application(key="key00"):
    return {"kind": "application", "api_key": key, "name": "Old client", "active": True}


def user(number):
    return {"kind": "user", "id": number, "username": f"user{number}", "name": f"User {number}", "email": None,
            "active": True}


def token(number):
    return {"kind": "token", "token": f"tok{number}", "user_id": number, "scope": "write", "active": True}


def group(number, owner, private=False):
    return {"kind": "group", "id": number, "name": f"Group {number}", "description": None, "owner_user_id": owner,
            "member_moderation": False, "event_moderation": False, "is_private": private,
            "created_at": "2020-01-01T00:00:00Z"}


def people(count, groups):
    """A state of `count` people with tokens tok1..., and open groups owned by the first."""
    numbers = range(1, count + 1)
    return lines([application(), *map(user, numbers), *map(token, numbers),
                  *[group(g, 1) for g in range(1, groups + 1)]])


# Each asks for one join; returns the connection's response after reading it.

def join_legacy(connection, who, where):
    body = urllib.parse.urlencode({"method": "group.join", "api_key": "key00", "token": f"tok{who}", "group_id": where})
    return ask(connection, "POST", "/services/rest/", body, {"Content-Type": "application/x-www-form-urlencoded"})


def join_v3(connection, who, where, invite=None):
    body = json.dumps({"invite_token": invite} if invite else {})
    return ask(connection, "POST", f"/v3/groups/{where}/members", body,
               {"Content-Type": "application/json", "Authorization": f"Bearer tok{who}"})


def join_onezone(connection, who, invite):
    return ask(connection, "POST", "/user/groups/join", json.dumps({"token": invite}),
               {"Content-Type": "application/json", "X-Auth-Token": f"tok{who}"})


def leave(connection, who, where):
    return ask(connection, "DELETE", f"/v3/groups/{where}/members/me", None, {"Authorization": f"Bearer tok{who}"})


def mint(connection, who, where, uses=1):
    """An invite token of group `where`, minted by its manager `who`."""
    response = ask(connection, "POST", f"/groups/{where}/users/token", json.dumps({"max_uses": uses}),
                   {"Content-Type": "application/json", "X-Auth-Token": f"tok{who}"})
    assert response.status == 200, (response.status, response.text)
    return json.loads(response.text)["token"]


def ask(connection, method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    response.text = response.read().decode()
    response.outcome = response.getheader("X-Outcome")
    note_legacy(path, response.getheader("Content-Type"), response.text)
    return response


def memberships(data):
    """All members as a set of (group, user), from the export."""
    found = set()
    for line in joinery(data, "export", "-").splitlines():
        record = json.loads(line)
        if record["kind"] == "membership" and record["state"] == "member":
            found.add((record["group_id"], record["user_id"]))
    return found


def changes(data):
    """The whole feed, in order."""
    exported = joinery(data, "export", "-", "--changes").splitlines()
    return [record for record in map(json.loads, exported) if record["kind"] == "change"]
