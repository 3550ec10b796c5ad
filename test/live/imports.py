"""Imports through a server while its clients delete the groups that they name: no row of a deleted group stays or comes
back, and an imported group that had the number of a deleted one is not swept away with it."""
import json
import subprocess
import sys
import time

import server as live

MEMBERS = 20000  # enough that sweeping them takes longer than a line to arrive
SLICE = 1000  # lines that a server commits at once
PATIENCE_SECONDS = 60


def start_import(data):
    return subprocess.Popen([live.JOINERY, "--data", data, "import", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True)


def membership(where, who, **more):
    return {"kind": "membership", "group_id": where, "user_id": who, "since": "2021-01-01T00:00:00Z", **more}


def member(where, who):
    return membership(where, who, state="member", role="member")


def delete(server, where):
    connection = server.connect()
    response = live.ask(connection, "DELETE", f"/v3/groups/{where}", None, {"Authorization": "Bearer tok1"})
    assert response.outcome == "group_deleted", response.outcome
    connection.close()


def wait_for_members(server, where, count):
    connection = server.connect()
    end = time.monotonic() + PATIENCE_SECONDS
    while json.loads(live.ask(connection, "GET", f"/v3/groups/{where}").text)["counts"]["users"] < count:
        assert time.monotonic() < end, "the import does not go on"
        time.sleep(0.02)
    connection.close()


def number_comes_back(server, data):
    """The line of group 1 arrives while the rows of the deleted group 1 are being swept."""
    running = start_import(data)
    delete(server, 1)
    _, errors = running.communicate(live.lines([live.group(1, 1)]))
    assert running.returncode == 0, errors
    assert (1, 1) in live.memberships(data), "the owner of an imported group was swept away"
    live.joinery(data, "fsck")


def group_of_the_invited_goes(server, data):
    """Who is invited is put last; by then the group is gone."""
    running = start_import(data)
    running.stdin.write(live.lines([membership(2, 2, state="invited"), *[member(4, who) for who in range(2, SLICE + 1)]]))
    running.stdin.flush()
    wait_for_members(server, 4, SLICE)
    delete(server, 2)
    _, errors = running.communicate("")
    assert running.returncode == 1 and "group" in errors, errors
    live.joinery(data, "fsck")


def main():
    with live.folder() as path:
        data = path + "/data"
        live.joinery(data, "import", "-", text=live.people(MEMBERS, 4) + live.lines(
            [member(1, who) for who in range(2, MEMBERS + 1)]))
        with live.running(data) as server:
            group_of_the_invited_goes(server, data)
            number_comes_back(server, data)
        live.joinery(data, "fsck")
    print("imports beside deletions: nothing of a deleted group stays")


if __name__ == "__main__":
    sys.exit(main())
