"""A full disk and a broken one. Full: what grows the store is refused with 503 while leaving, moderating and deleting
still work, and joining works again once there is room. Broken: a join whose commit failed is never acknowledged, the
server exits with 1, and what was acknowledged before is there after a restart."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import server as live
import shadow

BUILT = os.environ["JOINERY_PRELOAD"]
STATES = {5: "requested", 6: "requested", 7: "invited", 8: "banned", 9: "member"}  # of these people in group 3
GROW = [("POST", "/v3/groups/3/requests/5/approve", 1, {}),
        ("PUT", "/v3/groups/3/bans/10", 1, {"reason": "spam"}),
        ("POST", "/v3/groups/3/invitations", 1, {"user_id": 10}),
        ("POST", "/v3/groups/3/invitations", 1, {"email": "somebody@example.org"}),
        ("POST", "/v3/groups/3/invite", 1, None),
        ("POST", "/v3/groups/3/invite-tokens", 1, {}),
        ("PUT", "/v3/groups/3", 1, {"name": "Another"}),
        ("POST", "/v3/groups", 1, {"name": "More"})]
SHRINK = [("POST", "/v3/groups/3/requests/5/deny", 1, {"reason": "no room"}, "denied"),
          ("DELETE", "/v3/me/requests/3", 6, None, "request_withdrawn"),
          ("DELETE", "/v3/me/invitations/3", 7, None, "invitation_declined"),
          ("DELETE", "/v3/groups/3/bans/8", 1, None, "ban_lifted"),
          ("PATCH", "/v3/groups/3/members/9", 1, {"role": "owner"}, "ownership_transferred"),
          ("DELETE", "/v3/groups/3/members/1", 9, None, "removed"),
          ("DELETE", "/v3/groups/3", 9, None, "group_deleted")]
PRELOAD = shutil.copy(BUILT, tempfile.mkdtemp(prefix="joinery-"))  # LD_PRELOAD cannot name a path with a blank


def full(path):
    data, flag = path + "/full", pathlib.Path(path + "/is-full")
    live.joinery(data, "import", "-", text=live.people(20, 3) + live.lines(map(standing, STATES)))
    environment = {"LD_PRELOAD": PRELOAD, "JOINERY_DISK_FULL": str(flag)}
    with live.running(data, environment=environment) as server:
        connection = server.connect()
        assert live.join_legacy(connection, 2, 1).outcome == "joined"
    cut(data)
    flag.touch()
    with live.running(data, environment=environment) as server:
        connection = server.connect()
        for join in (live.join_legacy, live.join_v3):
            response = join(connection, 3, 1)
            assert (response.status, response.outcome) == (503, "store_full"), (response.status, response.outcome)
            assert response.getheader("Retry-After"), "a full store says when to try again"
        assert live.join_legacy(connection, 2, 1).outcome == "already_member", "reading needs no room"
        response = live.leave(connection, 2, 1)
        assert response.outcome == "left", response.outcome
        manages_without_room(connection)
        refuses_to_grow(data)
        flag.unlink()
        assert live.join_legacy(connection, 3, 1).outcome == "joined", "there is room again"
    live.joinery(data, "fsck")


def other_side_answers(path):
    """With --shadow-answers clients get what the other system says to what has no room here; nothing is compared. They
    get this server's refusal where that one says nothing."""
    flag = pathlib.Path(path + "/shadow-is-full")
    environment = {"LD_PRELOAD": PRELOAD, "JOINERY_DISK_FULL": str(flag)}
    for name in ("here", "there"):
        live.joinery(f"{path}/{name}", "import", "-", text=live.people(5, 2))
    with live.running(path + "/here"):
        pass  # it has made what it locks
    cut(path + "/here")
    flag.touch()
    other = live.Server(path + "/there")
    with contextlib.ExitStack() as after, \
            live.running(path + "/here", "--shadow", shadow.url(other), "--shadow-answers",
                         environment=environment) as server:
        after.callback(other.kill)
        assert live.join_legacy(server.connect(), 2, 1).outcome == "joined"
        assert live.join_v3(server.connect(), 3, 1).outcome == "joined"
        counts = shadow.settled(server.data, 2)
        assert counts["answered_there"] == counts["left_out"] == 2, counts
        other.kill()
        response = live.join_v3(server.connect(), 4, 1)
        assert (response.status, response.outcome) == (503, "store_full"), (response.status, response.outcome)
        assert shadow.settled(server.data, 3)["answered_here"] == 1
    assert (1, 3) in live.memberships(path + "/there") and (1, 3) not in live.memberships(path + "/here")


def standing(who):
    record = {"kind": "membership", "group_id": 3, "user_id": who, "state": STATES[who]}
    return {**record, "role": "member"} if STATES[who] == "member" else record


def manages_without_room(connection):
    """What moderators and owners do: what takes room is refused, what gives up something is done, once by a repeat."""
    for method, path, who, body in GROW:
        response = ask_v3(connection, method, path, who, body)
        assert (response.status, response.outcome) == (503, "store_full"), (path, response.status, response.outcome)
    for method, path, who, body, outcome in SHRINK:
        replies = [ask_v3(connection, method, path, who, body, outcome) for _ in range(2)]
        assert [reply.outcome for reply in replies] == [outcome] * 2, (path, replies[0].outcome, replies[1].outcome)
        assert replies[1].getheader("Idempotency-Replayed") == "true", path


def ask_v3(connection, method, path, who, body, key=None):
    headers = {"Authorization": f"Bearer tok{who}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    return live.ask(connection, method, path, None if body is None else json.dumps(body), headers)


def refuses_to_grow(data):
    """The room that is left is for leaving and deleting: an operator's command does not use it up either."""
    more = live.lines([live.user(number) for number in range(100, 110)])
    for arguments in (["import", "-"], ["user", "add", "eve"], ["token", "add", "user2"], ["app", "add", "New"]):
        done = subprocess.run([live.JOINERY, "--data", data, *arguments], input=more, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (1, ""), (arguments, done)
        assert "the store is full" in done.stderr, (arguments, done)
        assert arguments[0] != "import" or "0 lines are in" in done.stderr, done.stderr
    live.joinery(data, "user", "suspend", "user5")
    live.joinery(data, "user", "activate", "user5")


def cut(data):
    """Whatever room the file was given ahead is gone with a copy of its used part only."""
    used = used_size(data)
    with open(data + "/data.mdb", "r+b") as file:
        file.truncate(used)


def used_size(data):
    """Bytes up to the file's last page that is in use: LMDB's newer meta page says which that is."""
    with open(data + "/data.mdb", "rb") as file:
        pages = [file.read(4096), file.read(4096)]
    metas = [(int.from_bytes(page[16 + 128:16 + 136], "little"), int.from_bytes(page[16 + 120:16 + 128], "little"))
             for page in pages]
    return (max(metas)[1] + 1) * 4096


def broken(path):
    data, flag = path + "/broken", pathlib.Path(path + "/is-broken")
    live.joinery(data, "import", "-", text=live.people(20, 1))
    server = live.Server(data, environment={"LD_PRELOAD": PRELOAD, "JOINERY_DISK_BROKEN": str(flag)})
    connection = server.connect()
    assert live.join_legacy(connection, 2, 1).outcome == "joined"
    flag.touch()
    expect_no_answer(server, lambda: live.join_legacy(connection, 3, 1))
    assert (1, 2) in live.memberships(data)
    live.joinery(data, "fsck")


def full_at_the_last_step(path):
    """A full disk that shows when the meta page is written: the commit may have happened, so FULL would be a lie."""
    data, is_full, meta_full = path + "/meta", pathlib.Path(path + "/is-full"), pathlib.Path(path + "/meta-full")
    live.joinery(data, "import", "-", text=live.people(20, 1) + live.lines(
        [{"kind": "membership", "group_id": 1, "user_id": 2, "state": "member", "role": "member"}]))
    environment = {"LD_PRELOAD": PRELOAD, "JOINERY_DISK_FULL": str(is_full), "JOINERY_DISK_META_FULL": str(meta_full)}
    with live.running(data, environment=environment):
        pass  # makes the files that it needs room for
    cut(data)
    is_full.touch()
    server = live.Server(data, environment=environment)
    connection = server.connect()
    meta_full.touch()
    expect_no_answer(server, lambda: live.leave(connection, 2, 1))
    live.joinery(data, "fsck")


def expect_no_answer(server, request):
    try:
        response = request()
        raise AssertionError(f"nobody knows whether it happened, but it was answered: {response.status} {response.outcome}")
    except (OSError, http.client.HTTPException):
        pass  # the connection ended without an answer
    assert server.process.wait(timeout=live.START_SECONDS) == 1
    server.close()


def main():
    with live.folder() as path:
        try:
            full(path)
            other_side_answers(path)
            broken(path)
            full_at_the_last_step(path)
        finally:
            shutil.rmtree(os.path.dirname(PRELOAD))
    print("full: refused and recovered; broken: stopped without a lie")


if __name__ == "__main__":
    sys.exit(main())
