"""Who follows the change feed and is killed at any moment sees every change once: during a storm of joins over three
dialects, while the server is killed, too. A join over legacy and one over JSON differ in the feed by the dialect's name
only.

Usage: feed.py              the test
       feed.py follow F G   the follower: appends each change to file G, from the server whose port stands in file F"""
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

import server as live

PEOPLE, GROUPS, THREADS = 40, 3, 3
FOLLOWER_KILLS, SERVER_KILLS = 8, 2
STEPS_BETWEEN = 60  # calls between one kill and the next
FEED_OWNER = "operator"
WAIT_SECONDS = 60
PAUSE = 0.02  # before a connection is tried again


# --- the follower

def known(path):
    """The last number that is safely in the file; half a line at its end is cut off."""
    with open(path, "a+b") as file:
        file.seek(0)
        whole = file.read()
        whole = whole[:whole.rfind(b"\n") + 1]
        file.truncate(len(whole))
    lines = whole.splitlines()
    return json.loads(lines[-1])["seq"] if lines else 0


def follow(port_path, path):
    after = known(path)
    with open(path, "ab", buffering=0) as file:
        while True:
            try:
                port = int(pathlib.Path(port_path).read_text())
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
                while True:
                    reply = live.ask(connection, "GET", f"/v3/changes?after={after}&wait=5&limit=7", None,
                                     {"Authorization": "Bearer " + FEED_OWNER})
                    assert reply.status == 200, (reply.status, reply.text)
                    page = json.loads(reply.text)
                    for change in page["data"]:
                        file.write(json.dumps(change).encode() + b"\n")
                        after = change["seq"]
                    assert page["meta"]["last_seq"] == after, (page["meta"], after)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(PAUSE)  # the server is away


class Follower:
    def __init__(self, port_path, path):
        self.arguments = [sys.executable, __file__, "follow", port_path, path]
        self.path = path
        self.start()

    def start(self):
        self.started_at = self.size()
        self.process = subprocess.Popen(self.arguments)

    def size(self):
        return os.path.getsize(self.path) if os.path.exists(self.path) else 0

    def wait_until(self, what):
        deadline = time.monotonic() + WAIT_SECONDS
        while not what():
            assert self.process.poll() is None, "the follower ended by itself"
            assert time.monotonic() < deadline, "the follower stands still"
            time.sleep(PAUSE)

    def kill(self):
        """Once it has written something since it was started."""
        self.wait_until(lambda: self.size() > self.started_at)
        self.stop()

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def known(self):
        """How far it is; it may be writing a line."""
        whole = pathlib.Path(self.path).read_bytes().split(b"\n")[:-1]
        return json.loads(whole[-1])["seq"] if whole else 0

    def changes(self):
        return [json.loads(line) for line in pathlib.Path(self.path).read_text().splitlines()]


# --- the storm

class Storm:
    """People who come and go over three dialects, each thread with people of its own."""

    def __init__(self, place, invites):
        self.place = place
        self.invites = invites
        self.calls = 0
        self.changed = threading.Condition()
        self.over = False
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(THREADS)]

    def run(self, number):
        chance = random.Random(number)
        mine = [who for who in range(2, PEOPLE + 1) if who % THREADS == number]
        connection = None
        while not self.over:
            try:
                connection = connection or self.place.connect()
                self.step(connection, chance, chance.choice(mine), chance.randint(1, GROUPS))
            except (OSError, http.client.HTTPException):  # the server was killed
                connection = None
                time.sleep(PAUSE)
        if connection:
            connection.close()

    def step(self, connection, chance, who, where):
        one = chance.randrange(5)
        if one == 0:
            live.join_legacy(connection, who, where)
        elif one == 1:
            live.join_v3(connection, who, where)
        elif one == 2:
            live.join_onezone(connection, who, self.invites[where])
        else:
            live.leave(connection, who, where)
        with self.changed:
            self.calls += 1
            self.changed.notify_all()

    def wait_for(self, calls):
        with self.changed:
            wanted = self.calls + calls
            assert self.changed.wait_for(lambda: self.calls >= wanted, WAIT_SECONDS), "the storm stands still"


class Place:
    """Where the server is now: it comes back on another port."""

    def __init__(self, data, port_path):
        self.data = data
        self.port_path = port_path
        self.start()

    def start(self):
        self.server = live.Server(self.data)
        other = self.port_path + ".new"
        pathlib.Path(other).write_text(str(self.server.port))
        os.replace(other, self.port_path)

    def connect(self):
        return self.server.connect()

    def kill(self):
        self.server.kill()
        self.start()


def storm(place, follower, invites):
    """Kills the follower and the server while people come and go."""
    weather = Storm(place, invites)
    for thread in weather.threads:
        thread.start()
    try:
        for kill in range(FOLLOWER_KILLS):
            weather.wait_for(STEPS_BETWEEN)
            follower.kill()
            if kill % (FOLLOWER_KILLS // SERVER_KILLS) == 1:
                place.kill()
            weather.wait_for(STEPS_BETWEEN // 2)
            follower.start()
    finally:
        weather.over = True
        for thread in weather.threads:
            thread.join()


def changes_after(connection, last):
    """All that the feed has behind this number."""
    found = []
    while True:
        page = json.loads(live.ask(connection, "GET", f"/v3/changes?after={last}", None,
                                   {"Authorization": "Bearer " + FEED_OWNER}).text)
        found += page["data"]
        last = page["meta"]["last_seq"]
        if not page["meta"]["has_more"]:
            return found


def compare_dialects(place):
    """The same person comes and goes over legacy and over JSON, by requests of one name."""
    connection = place.connect()
    last = changes_after(connection, 0)[-1]["seq"]
    name = {"X-Request-Id": "the-same"}
    live.leave(connection, 2, 1)
    call = "/services/rest/?method=group.join&api_key=key00&token=tok2&group_id=1"
    assert live.ask(connection, "GET", call, None, name).outcome == "joined"
    live.leave(connection, 2, 1)
    json_call = {"Authorization": "Bearer tok2", **name}
    assert live.ask(connection, "POST", "/v3/groups/1/members", None, json_call).outcome == "joined"
    told = [change for change in changes_after(connection, last) if change["type"] == "joined"]
    legacy, v3 = [{**change, "seq": None, "at": None} for change in told]
    assert (legacy["cause"].pop("dialect"), v3["cause"].pop("dialect")) == ("legacy", "v3"), told
    assert legacy == v3, (legacy, v3)
    connection.close()


def main():
    with live.folder() as path:
        data, port_path, followed = path + "/data", path + "/port", path + "/followed"
        operator = {"kind": "token", "token": FEED_OWNER, "user_id": 1, "scope": "operator", "active": True}
        live.joinery(data, "import", "-", text=live.people(PEOPLE, GROUPS))
        live.joinery(data, "import", "-", text=live.lines([operator]))
        place = Place(data, port_path)
        connection = place.connect()
        invites = {group: live.mint(connection, 1, group, 100000) for group in range(1, GROUPS + 1)}
        connection.close()
        follower = Follower(port_path, followed)
        try:
            storm(place, follower, invites)
            compare_dialects(place)
            status = place.server.stop()
            assert status == 0, status
            told = live.changes(data)
            place.start()
            follower.wait_until(lambda: follower.known() >= told[-1]["seq"])
            found = follower.changes()
        finally:
            follower.stop()
            place.server.stop()
    assert [change["seq"] for change in found] == list(range(1, len(told) + 1)), "missed, or seen twice"
    same = ("seq", "at", "type", "group_id", "user_id", "actor_id", "before", "after", "cause")
    for one, other in zip(found, told):
        assert all(one[name] == other[name] for name in same), (one, other)
    dialects = {change["cause"]["dialect"] for change in found if change["type"] == "joined"}
    assert dialects == {"legacy", "v3", "onezone"}, dialects
    print(f"{len(found)} changes, each once")


if __name__ == "__main__":
    sys.exit(follow(*sys.argv[2:]) if sys.argv[1:2] == ["follow"] else main())
