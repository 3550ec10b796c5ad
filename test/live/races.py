"""Races, with the whole history checked: 1,000 concurrent joins with an invite token of one use; 200 threads that join
the same person; joins against leaves, over all three dialects; invitations against the erasure of who is invited."""
import collections
import itertools
import json
import sys
import threading
import time

import server as live

RACERS = 1000
CONNECTIONS = 100
SAME = 200
ERASED = 4
ERASED_FROM = range(100, 2100)  # groups whose decision about that person the erasure removes


def race(count, run):
    """Calls run(number) in `count` threads that start together; returns what they returned."""
    results = [None] * count
    gate = threading.Barrier(count)

    def racer(number):
        gate.wait()
        results[number] = run(number)

    threads = [threading.Thread(target=racer, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def one_use(server, data):
    """Everybody races for one use: one person joins, the others are told that the invite is not valid."""
    connection = server.connect()
    invite = live.mint(connection, 1, 1)
    connection.close()
    people = list(range(2, RACERS + 2))
    each = RACERS // CONNECTIONS

    def run(number):
        connection = server.connect()
        found = []
        for who in people[number * each:(number + 1) * each]:
            join = live.join_onezone if who % 2 else lambda c, w, i: live.join_v3(c, w, 1, i)
            found.append((who, join(connection, who, invite).outcome))
        connection.close()
        return found

    outcomes = [pair for found in race(CONNECTIONS, run) for pair in found]
    winners = [who for who, outcome in outcomes if outcome == "joined"]
    told = collections.Counter(outcome for _, outcome in outcomes)
    assert len(winners) == 1, told
    # The group is private: v3, whose path names it, does not show it to who holds a spent invite.
    assert told["joined"] + told["invite_invalid"] + told["no_such_group"] == RACERS, told
    history = [c for c in live.changes(data) if c["type"] == "joined" and c["group_id"] == 1]
    assert [c["user_id"] for c in history] == winners, history
    members = {who for where, who in live.memberships(data) if where == 1}
    assert members == {1, *winners}, members
    return told


def same_person(server, data):
    """One person joins in 200 threads over all dialects at once: one JOINED, the rest already a member."""
    connection = server.connect()
    invite = live.mint(connection, 1, 2, uses=SAME)
    connection.close()

    def run(number):
        connection = server.connect()
        if number % 3 == 0:
            response = live.join_legacy(connection, 2, 2)
        elif number % 3 == 1:
            response = live.join_v3(connection, 2, 2)
        else:
            response = live.join_onezone(connection, 2, invite)
        connection.close()
        return response.outcome

    told = collections.Counter(race(SAME, run))
    assert told == {"joined": 1, "already_member": SAME - 1}, told
    history = [c for c in live.changes(data) if c["group_id"] == 2 and c["user_id"] == 2]
    assert [c["type"] for c in history] == ["joined"], history
    return told


def joins_against_leaves(server, data):
    """One person joins and leaves in many threads: the history alternates, and its end is the state."""
    def run(number):
        connection = server.connect()
        outcomes = []
        for _ in range(10):
            if number % 2:
                outcomes.append(live.join_legacy(connection, 3, 3).outcome)
            else:
                response = live.ask(connection, "DELETE", "/v3/groups/3/members/me", None,
                                    {"Authorization": "Bearer tok3"})
                outcomes.append(response.outcome)
        connection.close()
        return outcomes

    told = collections.Counter(outcome for outcomes in race(20, run) for outcome in outcomes)
    history = [c["type"] for c in live.changes(data) if c["group_id"] == 3 and c["user_id"] == 3]
    assert history == (["joined", "left"] * len(history))[:len(history)], history
    assert told["joined"] == history.count("joined") and told["left"] == history.count("left"), (told, history)
    assert ((3, 3) in live.memberships(data)) == (len(history) % 2 == 1)
    return told


def invitations_against_erasure(server, data):
    """Managers invite somebody who is being erased: nothing of that person is left behind."""
    over = threading.Event()
    told = collections.Counter()

    def invite():
        connection = server.connect()
        for where in itertools.cycle(ERASED_FROM):
            response = live.ask(connection, "POST", f"/v3/groups/{where}/invitations", json.dumps({"user_id": ERASED}),
                                {"Authorization": "Bearer tok1", "Content-Type": "application/json"})
            told[response.outcome] += 1
            if over.is_set():
                break
        connection.close()

    thread = threading.Thread(target=invite)
    thread.start()
    try:
        live.joinery(data, "user", "erase", f"user{ERASED}")
    finally:
        over.set()
        thread.join()
    assert told["invited"], told
    left = [record for record in map(json.loads, live.joinery(data, "export", "-").splitlines())
            if record.get("user_id") == ERASED and record["kind"] in ("membership", "decision", "token")]
    assert not left, left[:3]
    return told


def main():
    with live.folder() as path:
        data = path + "/data"
        live.joinery(data, "import", "-", text=live.people(RACERS + 1, 0) + live.lines(
            [live.group(1, 1, private=True), live.group(2, 1), live.group(3, 1)] +
            [live.group(number, 1) for number in ERASED_FROM] +
            [{"kind": "decision", "group_id": number, "user_id": ERASED, "decision": "denied", "reason": None,
              "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())} for number in ERASED_FROM]))
        with live.running(data) as server:
            print("one use:", dict(one_use(server, data)))
            print("same person:", dict(same_person(server, data)))
            print("joins against leaves:", dict(joins_against_leaves(server, data)))
            print("invitations against an erasure:", dict(invitations_against_erasure(server, data)))
        live.joinery(data, "fsck")


if __name__ == "__main__":
    sys.exit(main())
