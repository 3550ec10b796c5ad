"""Who does not see a group gets exactly the answer of a group that does not exist: the same status, headers and body,
whatever operation is asked, in every dialect, and whatever else is wrong with the request."""
import itertools
import json
import sys

import server as live

HIDDEN, NEVER = 1, 999
# Who asks: nobody, a stranger, a banned person, a member (in Onezone only members see), and bad credentials.
STRANGERS = {"nobody": None, "stranger": "tok2", "banned": "tok3", "reader": "read2", "suspended": "tok5", "forged": "no"}
ABSENT_SLUG, HIDDEN_SLUG = "absent-group", "group-1"
JSON = "application/json"
WRONG_BODIES = [None, "", "{", "[]", '{"name":7}', '{"name":""}', '{"name":"Good"}', '{"name":"\\u0000"}',
                '{"member_moderation":1}', '{"kind":"tribe"}', '{"name":"Public","unique_name":true}',
                '{"max_uses":0}', '{"max_uses":"1"}', '{"expires_in":1e9}', '{"user_id":77}', '{"user_id":"77"}',
                '{"invite_token":"wrongcode"}', '{"invite_token":7}', '{"message":"please"}',
                '{"invite_token":"' + "x" * 200 + '"}']
WRONG_QUERIES = ["", "?page=0", "?per=1000", "?after=x", "?page=1&after=x", "?page=99"]

V3 = [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/members"), ("POST", "/members"), ("GET", "/members/me"),
      ("DELETE", "/members/me"), ("GET", "/members/1"), ("GET", "/members/2"), ("GET", "/members/77"),
      ("GET", "/members/x"), ("GET", "/invite"), ("POST", "/invite"), ("DELETE", "/invite"), ("GET", "/invite-tokens"),
      ("POST", "/invite-tokens"), ("DELETE", "/invite-tokens/1"), ("DELETE", "/invite-tokens/x"), ("HEAD", ""),
      ("HEAD", "/members"), ("PATCH", ""), ("OPTIONS", "/members"), ("GET", "/nothing")]
ONEZONE = [("GET", "/user/groups/{}"), ("DELETE", "/user/groups/{}"), ("GET", "/groups/{}/users/token"),
           ("POST", "/groups/{}/users/token"), ("HEAD", "/user/groups/{}"), ("PUT", "/groups/{}/users/token")]
LEGACY = ["group.join", "group.leave", "group.getInfo", "group.edit", "group.getMembers"]
LEGACY_REST = ["", "&page=x", "&group_id=", "&name=", "&name=Good", "&name=Public", "&is_private=2", "&description=",
               "&order=member_timestamp&dir=desc", "&format=json", "&format=json&callback=f", "&format=json&callback=1"]
OWN_HEADERS = {"Date", "X-Request-Id"}  # of each reply by itself


def state():
    people = range(1, 6)
    return live.lines([
        live.application(), *map(live.user, range(1, 5)), {**live.user(5), "active": False}, *map(live.token, people),
        {"kind": "token", "token": "read2", "user_id": 2, "scope": "read", "active": True},
        live.group(HIDDEN, 1, private=True), {**live.group(2, 1), "name": "Public"},
        {"kind": "membership", "group_id": HIDDEN, "user_id": 3, "state": "banned", "since": "2021-01-01T00:00:00Z"},
        {"kind": "membership", "group_id": 2, "user_id": 4, "state": "member", "role": "member",
         "since": "2021-01-01T00:00:00Z"},
        {"kind": "invite", "group_id": HIDDEN, "code": "hiddencode", "created_at": "2023-01-15T10:30:00Z"}])


def answer(connection, method, path, body, headers):
    response = live.ask(connection, method, path, body, headers)
    kept = sorted((name, value) for name, value in response.getheaders() if name not in OWN_HEADERS)
    return response.status, response.reason, kept, response.text


def v3_requests():
    """(method, path with a place for the group, body, headers)"""
    for (method, below), body, query in itertools.product(V3, WRONG_BODIES, WRONG_QUERIES):
        if body is not None and method not in ("PUT", "POST", "PATCH") or query and method != "GET":
            continue
        yield method, "/v3/groups/{}" + below + query, body, {"Content-Type": JSON} if body else {}


def onezone_requests():
    for (method, path), body in itertools.product(ONEZONE, WRONG_BODIES):
        if body is None or method in ("PUT", "POST"):
            yield method, path, body, {"Content-Type": JSON} if body else {}


def legacy_requests():
    for method, rest in itertools.product(LEGACY, LEGACY_REST):
        yield "GET", f"/services/rest/?api_key=key00&method={method}&group_id={{}}{rest}", None, {}


def compare(connection, request, who, token, names):
    """The request about the hidden group and about the one that never was, by each kind of name."""
    method, path, body, headers = request
    if token and "/services/" in path:
        path += "&token=" + token
    elif token:
        headers = {**headers, "Authorization": "Bearer " + token}
    for hidden, absent in names:
        about_hidden = answer(connection, method, path.format(hidden), body, headers)
        about_absent = answer(connection, method, path.format(absent), body, headers)
        assert about_hidden == about_absent, f"{who}: {method} {path} {body}: {about_hidden} != {about_absent}"
    return about_hidden


def main():
    asked = 0
    with live.folder() as path:
        data = path + "/data"
        live.joinery(data, "import", "-", text=state())
        before = live.joinery(data, "export", "-", "--changes")
        with live.running(data) as server:
            connection = server.connect()
            told = {}
            for who, token in STRANGERS.items():
                for request in itertools.chain(v3_requests(), onezone_requests(), legacy_requests()):
                    slugs = [(HIDDEN_SLUG, ABSENT_SLUG)] if request[1].startswith("/v3") else []
                    status = compare(connection, request, who, token, [(HIDDEN, NEVER), *slugs])[0]
                    told[status] = told.get(status, 0) + 1
                    asked += 1
            # Onezone shows even an open group to its members only.
            for request in onezone_requests():
                compare(connection, request, "outsider", "tok2", [(2, NEVER)])
                asked += 1
            connection.close()
        assert told.get(404, 0) > 300, told
        assert live.joinery(data, "export", "-", "--changes") == before, "a refusal changed something"
    print(f"{asked} requests, answers {json.dumps(told)}")


if __name__ == "__main__":
    sys.exit(main())
