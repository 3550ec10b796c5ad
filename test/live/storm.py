"""Kills the server with SIGKILL in a storm of joins from 32 clients over all three dialects, again and again: every
acknowledged join is there afterwards, every member count is right, fsck is clean.

JOINERY_STORM_ROUNDS: how often it is killed (50)."""
import http.client
import json
import os
import random
import sys
import threading
import time

import server as live

ROUNDS = int(os.environ.get("JOINERY_STORM_ROUNDS", "50"))
CLIENTS = 32
PEOPLE = 400
GROUPS = 60


class Storm:
    """Clients that join until the server is gone, and what was acknowledged to them."""

    def __init__(self, server, seed, invites):
        self.server = server
        self.seed = seed
        self.invites = invites
        self.acknowledged = set()
        self.lock = threading.Lock()
        self.unexpected = []

    def client(self, number):
        rng = random.Random(f"{self.seed} {number}")
        connection = self.server.connect()
        try:
            while True:
                self.join(connection, number, rng)
        except (OSError, http.client.HTTPException):
            pass  # the server was killed
        finally:
            connection.close()

    def join(self, connection, number, rng):
        who, where = rng.randint(2, PEOPLE), rng.randint(1, GROUPS)
        if number % 3 == 0:
            response = live.join_legacy(connection, who, where)
        elif number % 3 == 1:
            response = live.join_v3(connection, who, where)
        else:
            response = live.join_onezone(connection, who, self.invites[where])
        if response.outcome in ("joined", "already_member"):
            with self.lock:
                self.acknowledged.add((where, who))
        else:
            self.unexpected.append((response.status, response.outcome, response.text))

    def run(self, seconds):
        threads = [threading.Thread(target=self.client, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)  # how long it storms, not a wait for something
        assert self.server.process.poll() is None, "the server died before it was killed"
        self.server.kill()
        for thread in threads:
            thread.join()


def counts_agree(server, members):
    """What each group says of itself is what the export holds."""
    connection = server.connect()
    for group in range(1, GROUPS + 1):
        said = json.loads(live.ask(connection, "GET", f"/v3/groups/{group}").text)["counts"]["users"]
        held = sum(1 for where, _ in members if where == group)
        assert said == held, f"group {group} says {said} members and holds {held}"
    connection.close()


def main():
    rng = random.Random(20050902)
    acknowledged, joined = set(), 0
    with live.folder() as path:
        data = path + "/data"
        live.joinery(data, "import", "-", text=live.people(PEOPLE, GROUPS))
        with live.running(data) as server:  # a person joins each group once, so these are enough for all rounds
            connection = server.connect()
            invites = {g: live.mint(connection, 1, g, uses=PEOPLE) for g in range(1, GROUPS + 1)}
            connection.close()
        for round_number in range(ROUNDS):
            server = live.Server(data)
            storm = Storm(server, round_number, invites)
            storm.run(rng.uniform(0.1, 0.5))
            assert not storm.unexpected, storm.unexpected[:3]
            acknowledged |= storm.acknowledged
            joined += len(storm.acknowledged)
            held = live.memberships(data)
            lost = acknowledged - held
            assert not lost, f"round {round_number}: {len(lost)} acknowledged joins are lost: {sorted(lost)[:5]}"
            live.joinery(data, "fsck")
        with live.running(data) as server:
            counts_agree(server, live.memberships(data))
    assert acknowledged, "nothing was acknowledged: this shows nothing"
    print(f"killed {ROUNDS} times, {joined} joins acknowledged, none lost")


if __name__ == "__main__":
    sys.exit(main())
