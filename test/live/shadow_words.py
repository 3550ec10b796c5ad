"""joineryd --shadow where the other system numbers its groups in another way and makes its own secrets: each later call
is told in its words, its answers are compared in ours, and what it did not make it is not asked about."""
import json
import re
import threading
import urllib.parse

import server
import shadow

OPERATOR = {"kind": "token", "token": "operator1", "user_id": 1, "scope": "operator", "active": True}
FIRST_THERE = 700  # the other system's groups go on from here


def json_of(reply):
    assert reply.status in (200, 201, 202), (reply.status, reply.text)
    return json.loads(reply.text)


class Calls:
    """Asks on one connection, and counts."""

    def __init__(self, running):
        self.connection = running.connect()
        self.count = 0

    def v3(self, method, path, body=None, who=1, **headers):
        self.count += 1
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return server.ask(self.connection, method, path, body and json.dumps(body), {**shadow.bearer(who), **more})

    def with_token(self, token, method, path, body=None):
        self.count += 1
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return server.ask(self.connection, method, path, body and json.dumps(body), headers)

    def onezone(self, method, path, body=None, who=1):
        self.count += 1
        return server.ask(self.connection, method, path, body and json.dumps(body),
                          {"Content-Type": "application/json", "X-Auth-Token": f"tok{who}"})

    def legacy(self, method, who=1, get=False, **parameters):
        self.count += 1
        form = urllib.parse.urlencode({"method": method, "api_key": "key00", "token": f"tok{who}", **parameters})
        if get:
            return server.ask(self.connection, "GET", "/services/rest/?" + form)
        return server.ask(self.connection, "POST", "/services/rest/", form,
                          {"Content-Type": "application/x-www-form-urlencoded"})


def v3_calls(calls):
    made = json_of(calls.v3("POST", "/v3/groups", {"name": "Made by v3"}))
    group, slug = made["id"], made["slug"]
    code = json_of(calls.v3("POST", f"/v3/groups/{group}/invite"))["code"]
    assert calls.v3("POST", f"/v3/groups/{slug}/members", {"invite_token": code}, who=2).status == 201
    calls.v3("GET", f"/v3/groups/{slug}/invite")
    minted = json_of(calls.v3("POST", f"/v3/groups/{group}/invite-tokens", {"max_uses": 2}))
    assert calls.v3("POST", f"/v3/groups/{group}/members", {"invite_token": minted["token"]}, who=3).status == 201
    assert calls.onezone("POST", "/user/groups/join", {"token": minted["token"]}, who=4).status == 201
    calls.v3("GET", f"/v3/groups/{group}/invite-tokens/{minted['id']}")
    calls.v3("DELETE", f"/v3/groups/{group}/invite-tokens/{minted['id']}")
    calls.v3("POST", f"/v3/groups/{group}/members", {}, who=5)
    assert calls.v3("DELETE", f"/v3/me/requests/{group}", who=5).status == 204
    asked = json_of(calls.v3("POST", f"/v3/groups/{group}/invitations", {"email": "a@example.org"}))
    calls.v3("DELETE", f"/v3/groups/{group}/invitations/{asked['invitation']['id']}")
    json_of(calls.v3("POST", f"/v3/groups/{group}/invitations", {"user_id": 6}))
    assert calls.v3("DELETE", f"/v3/me/invitations/{group}", who=6).status == 204
    page = calls.v3("GET", f"/v3/groups/{group}/members?per=2")
    after = json_of(page)["meta"]["next_cursor"]
    assert calls.v3("GET", f"/v3/groups/{group}/members?per=2&after={after}").status == 200
    tag = calls.v3("GET", f"/v3/groups/{group}").getheader("ETag")
    assert calls.v3("GET", f"/v3/groups/{group}", If_None_Match=tag).status == 304
    edited = calls.v3("PUT", f"/v3/groups/{group}", {"name": "New name"}, If_Match=tag)
    assert edited.status == 200, (edited.status, edited.text)
    assert calls.v3("PUT", f"/v3/groups/{group}", {"name": "Newer name"}, If_Match=tag).status == 412


def onezone_calls(calls):
    where = calls.onezone("POST", "/user/groups", {"name": "Made by Onezone", "type": "team"}).getheader("Location")
    group = where.rsplit("/", 1)[1]
    token = json_of(calls.onezone("GET", f"/groups/{group}/users/token"))["token"]
    assert calls.onezone("POST", "/user/groups/join", {"token": token}, who=2).getheader("Location") == where
    calls.onezone("GET", f"/groups/{group}/users")
    calls.onezone("GET", "/user/groups", who=2)
    calls.v3("GET", f"/v3/groups/{group}")
    calls.onezone("DELETE", f"/user/groups/{group}", who=2)


def legacy_calls(calls):
    text = calls.legacy("group.add", name="Made by legacy", description="one").text
    group = re.search(r'<group [^>]*\bid="([0-9]+)"', text).group(1)
    calls.legacy("group.join", who=3, group_id=group)
    calls.legacy("group.join", who=4, get=True, group_id=group)
    calls.legacy("group.getInfo", group_id=f"1,{group},2")
    calls.legacy("group.getMembers", group_id=group, get=True)
    calls.legacy("group.getMyGroups", who=3)
    calls.legacy("group.leave", who=3, group_id=group)


def token_calls(calls):
    made = json_of(calls.with_token("operator1", "POST", "/v3/users/2/tokens", {"scope": "write"}))
    assert calls.with_token(made["token"], "POST", "/v3/groups/2/members", {}).status == 201
    calls.with_token("operator1", "GET", f"/v3/users/2/tokens/{made['id']}")
    calls.with_token("operator1", "DELETE", f"/v3/users/2/tokens/{made['id']}")
    assert calls.with_token(made["token"], "GET", "/v3/me").status == 401


def other_numbers(site):
    """A copy that has one group and one token more."""
    more = {**OPERATOR, "token": "one-more"}
    return site.copy([more, server.group(FIRST_THERE, 8)])


def all_calls(running):
    calls = Calls(running)
    for part in (v3_calls, onezone_calls, legacy_calls, token_calls):
        part(calls)
    return calls.count


def without_numbers(places):
    return sorted(user for group, user in places if group != FIRST_THERE)


def test_other_numbers_and_secrets_are_equal(site):
    """Both with this server's answers and with the other's: clients notice nothing, and both states are alike."""
    for options in [(), ("--shadow-answers",)]:
        report = f"{site.path}/report{len(options)}"
        with server.running(other_numbers(site)) as other, \
                site.shadowed(shadow.url(other), "--shadow-report", report, *options) as running:
            count = all_calls(running)
            counts = shadow.settled(running.data, count)
            with open(report, encoding="utf-8") as file:
                found = file.read()
            assert counts["equal"] == count and counts["pairs"] > 5, (counts, found)
            if options:
                assert counts["answered_there"] == count, counts
            metrics = server.ask(running.connect(), "GET", "/metrics").text
            assert f'joinery_shadow_pairs {counts["pairs"]}\n' in metrics, metrics[-2000:]
        here, there = (server.memberships(one.data) for one in (running, other))
        assert without_numbers(here) == without_numbers(there) and here != there


def test_what_was_not_made_there_is_not_asked_about(site):
    """A group that was made while the shadow was off has a number that means another group there."""
    extra = [server.group(number, 1) for number in range(5, 30)]
    with server.running(site.copy(extra)) as other, site.shadowed(shadow.url(other)) as running:
        calls = Calls(running)
        server.joinery(running.data, "shadow", "off")
        group = json_of(calls.v3("POST", "/v3/groups", {"name": "Nobody else's"}))["id"]
        assert 5 <= group < 30, group
        server.joinery(running.data, "shadow", "on")
        assert calls.v3("GET", f"/v3/groups/{group}").status == 200
        calls.legacy("group.join", who=2, group_id=group)
        calls.legacy("group.join", who=3, group_id=2)
        counts = shadow.settled(running.data, 3)
        assert counts["unpaired"] == 2 and counts["equal"] == 1, counts
    assert {place for place in server.memberships(other.data) if place[1] in (2, 3)} == {(2, 3)}


def test_who_uses_what_was_made_waits(site):
    """On connections and by people of their own, with what another one has just got: nothing overtakes its making."""
    with server.running(other_numbers(site)) as other, \
            site.shadowed(shadow.url(other), "--shadow-queue", "100000") as running:
        counted = []

        def one(number):
            mine, theirs = Calls(running), Calls(running)
            for round_number in range(8):
                made = json_of(mine.v3("POST", "/v3/groups", {"name": f"Of {number} in {round_number}"}))
                theirs.legacy("group.join", who=2 + number % 7, group_id=made["id"])
                token = json_of(mine.onezone("GET", f"/groups/{made['id']}/users/token"))["token"]
                theirs.onezone("POST", "/user/groups/join", {"token": token}, who=2 + (number + 1) % 7)
                made = json_of(mine.with_token("operator1", "POST", "/v3/users/8/tokens", {"scope": "write"}))
                theirs.with_token(made["token"], "GET", "/v3/groups/1")
            counted.append(mine.count + theirs.count)
        threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(counted) == len(threads)
        counts = shadow.settled(running.data, sum(counted))
        assert counts["equal"] == sum(counted), counts


def repeating(secret):
    """Mints its own secret, and says in each other answer what it was given."""
    def act(_, connection):
        with connection.makefile("rb") as file:
            while line := file.readline():
                length = 0
                text = line
                while header := file.readline().strip():
                    name, _, value = header.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                    text += header
                text += file.read(length)
                made = b"/users/token" in line
                words = {"token": secret} if made else {"why": f"no, not by {text.decode()}"}
                body = json.dumps(words).encode()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    return act


def test_their_secrets_are_not_reported(site):
    secret, report = "their-very-secret-token-0001", site.path + "/repeated"
    with shadow.Hostile(repeating(secret)) as other, \
            site.shadowed(other.url, "--shadow-report", report) as running:
        calls = Calls(running)
        token = json_of(calls.onezone("GET", "/groups/1/users/token"))["token"]
        assert calls.onezone("POST", "/user/groups/join", {"token": token}, who=2).status == 201
        counts = shadow.settled(running.data, 2)
        assert counts["equal"] == counts["different"] == 1 and counts["pairs"] == 1, counts
    with open(report, encoding="utf-8") as file:
        found = file.read()
    assert "no, not by" in found and "****" in found, found
    assert secret not in found and token not in found, found


def test_given_secrets_are_not_reported(site):
    """What both systems know by one name: credentials in headers, queries, forms; whatever a body holds for an invite."""
    report = site.path + "/given"
    secrets = [f"a-secret-that-was-given-{number:04}" for number in range(6)]
    with shadow.Hostile(repeating("none")) as other, site.shadowed(other.url, "--shadow-report", report) as running:
        calls = Calls(running)
        calls.with_token(secrets[0], "GET", "/v3/groups/1")
        calls.v3("POST", "/v3/groups/1/members", {"invite_token": secrets[1]})
        calls.v3("POST", "/v3/groups/1/invite", Idempotency_Key=secrets[2])
        for number, get in (3, True), (4, False):
            calls.legacy("group.getInfo", get=get, group_id=1, api_key=secrets[number], token=secrets[number], frob=secrets[5])
        assert shadow.settled(running.data, calls.count)["different"] == calls.count
    with open(report, encoding="utf-8") as file:
        found = file.read()
    assert len([line for line in found.splitlines() if "no, not by" in line]) == calls.count, found
    assert not [secret for secret in secrets if secret in found], found


def complaining(*sentences):
    """Answers each call alike, whatever was asked."""
    body = json.dumps({"why": sentences}).encode()

    def act(_, connection):
        while True:
            shadow.read_head(connection)
            connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    return act


def test_secrets_are_found_in_any_spelling(site):
    """Percent escapes, JSON escapes, a code in a path: each is said in plain. And one that looks like what hides others."""
    report = site.path + "/spellings"
    secrets = ["Se/Cret\\Alpha", "Se(Cret)Beta", 'Se"Cret"Gamma', "SeCretDelta1"]
    json_body = {"Authorization": "Bearer tok1", "Content-Type": "application/json"}
    with shadow.Hostile(complaining("********* no", *secrets)) as other, \
            site.shadowed(other.url, "--shadow-report", report) as running:
        connection = running.connect()
        for method, path, body, headers in [
                ("POST", "/v3/groups/1/members", '{"invite_token":"Se\\/Cret\\u005cAlpha"}', json_body),
                ("GET", "/services/rest/?method=group.getInfo&group_id=1&api_key=Se%28Cret%29Bet%61", None, {}),
                ("GET", "/v3/groups/1", None, {"Idempotency-Key": secrets[2]}),
                ("GET", f"/v3/groups/1/invite/{secrets[3]}", None, {}),
                ("GET", "/v3/groups/1", None, {"Authorization": "Bearer ********"})]:
            server.ask(connection, method, path, body, headers)
        assert shadow.settled(running.data, 5)["different"] == 5
    with open(report, encoding="utf-8") as file:
        lines = file.readlines()
    assert len(lines) == 5, lines
    for secret, line in zip(secrets, lines):
        assert json.dumps(secret)[1:-1] not in line, (secret, line)


def main():
    with server.folder() as path:
        site = shadow.Site(path)
        server.joinery(site.before, "import", "-", text=server.lines([OPERATOR]))
        server.run_tests(globals(), site)


if __name__ == "__main__":
    main()
