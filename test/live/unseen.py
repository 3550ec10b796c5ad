"""Who does not see a group gets exactly the answer of a group that does not exist: the same status, headers and body,
whatever operation is asked, in every dialect, and whatever else is wrong with the request. The JSON routes are those of
schemas/openapi.yaml, the pages' those of PAGES: a route that names a group cannot be forgotten."""
import hashlib
import itertools
import json
import pathlib
import re
import sys
import urllib.parse

import yaml

import server as live

ROOT = pathlib.Path(__file__).parents[2]
HIDDEN, NEVER = 1, 9  # names of one length: replies that repeat what was asked for are then as long
HIDDEN_SLUG, ABSENT_SLUG = "group-1", "group-9"
# Who asks: nobody, a stranger, a banned person, one who was denied, who has only a read token, is suspended, is nobody.
STRANGERS = {"nobody": None, "stranger": "tok2", "banned": "tok3", "denied": "tok6", "reader": "read2",
             "suspended": "tok5", "forged": "no"}
WAITING = {"requested": "tok7", "invited": "tok8"}  # Onezone shows groups to their members only
JSON = "application/json"
WRONG_BODIES = ["", "{", "[]", "{}", '{"name":7}', '{"name":""}', '{"name":"Good"}', '{"name":"\\u0000"}',
                '{"member_moderation":1}', '{"kind":"tribe"}', '{"type":"tribe"}', '{"name":"Public","unique_name":true}',
                '{"max_uses":0}', '{"max_uses":"1"}', '{"expires_in":1e9}', '{"user_id":77}', '{"user_id":"77"}',
                '{"user_id":2}', '{"email":"x"}', '{"email":"x@y.org"}', '{"user_id":2,"email":"x@y.org"}',
                '{"invite_token":"wrongcode"}', '{"invite_token":7}', '{"message":"please"}', '{"reason":7}',
                '{"until":"2001-01-01T00:00:00Z"}', '{"until":7}', '{"role":"admin"}', '{"role":"owner"}', '{"role":7}',
                '{"role":"king"}', '{"reason":"' + "x" * 501 + '"}', '{"invite_token":"' + "x" * 200 + '"}']
WRONG_QUERIES = ["", "?page=0", "?per=1000", "?after=x", "?page=1&after=x", "?page=99", "?wait=99", "?limit=0", "?after=-1",
                 "?after=99999"]
CONDITIONS = [{"If-Match": "*"}, {"If-Match": 'W/"1-0000000000000000"'}, {"If-Match": "junk"}, {"If-None-Match": "*"},
              {"Idempotency-Key": "one"}, {"Idempotency-Key": '"two"'}, {"Idempotency-Key": "x" * 256},
              {"Content-Type": "text/plain"}]
PEOPLE = ("1", "2", "77", "x", "me")
NUMBERS = ("1", "x", "99")
OTHERS = {"user_id": PEOPLE, "uid": PEOPLE[:4], "token_id": NUMBERS, "invitation_id": NUMBERS}
NAMES_OF_GROUPS = ("id", "group_id")
WITH_BODY = ("POST", "PUT", "PATCH")
LEGACY = ["group.join", "group.leave", "group.getInfo", "group.edit", "group.getMembers"]
LEGACY_REST = ["", "&page=x", "&group_id=", "&name=", "&name=Good", "&name=Public", "&is_private=2", "&description=",
               "&order=member_timestamp&dir=desc", "&format=json", "&format=json&callback=f", "&format=json&callback=1"]
PAGES = ["/invite/wrongcode", "/moderate", "/moderate/members", "/moderate/bans"]
PAGE_QUERIES = ["", "?after=x", "?note=joined"]
ACTIONS = ["join", "decline", "approve", "deny", "discard", "remove", "ban", "lift", "make-admin", "make-member",
           "make-owner", "create-link", "disable-link", "nothing"]
OWN_HEADERS = {"Date", "X-Request-Id"}  # of each reply by itself


def state():
    people = range(1, 9)
    records = [live.application(), *map(live.user, people), *map(live.token, people),
               {"kind": "token", "token": "read2", "user_id": 2, "scope": "read", "active": True},
               live.group(HIDDEN, 1, private=True), {**live.group(2, 1), "name": "Public"}]
    records[1 + 4]["active"] = False
    since = {"since": "2021-01-01T00:00:00Z"}
    for user, standing in ((3, "banned"), (7, "requested"), (8, "invited")):
        records.append({"kind": "membership", "group_id": HIDDEN, "user_id": user, "state": standing, **since})
    records.append({"kind": "membership", "group_id": 2, "user_id": 4, "state": "member", "role": "member", **since})
    records.append({"kind": "decision", "group_id": HIDDEN, "user_id": 6, "decision": "denied", "reason": "no",
                    "at": "2026-06-01T00:00:00Z"})
    records.append({"kind": "invite", "group_id": HIDDEN, "code": "hiddencode", "created_at": "2023-01-15T10:30:00Z"})
    return live.lines(records)


def routes():
    """(Onezone's, method, path with {} for the group) of each operation that names one, by each other argument."""
    document = yaml.safe_load((ROOT / "schemas/openapi.yaml").read_text())
    found = []
    for path, item in document["paths"].items():
        if not re.search(r"/groups/\{|\{group_id\}", path):
            continue
        names = re.findall(r"\{(\w+)\}", path)
        assert names[0] in NAMES_OF_GROUPS and all(name in OTHERS for name in names[1:]), f"{path} has an unknown name"
        template = path.replace("{" + names[0] + "}", "{group}")
        for others in itertools.product(*(OTHERS[name] for name in names[1:])):
            filled = template.format(group="{}", **dict(zip(names[1:], others)))
            for method in ("get", "put", "post", "delete", "patch"):
                if method in item:
                    found.append((not path.startswith("/v3"), method.upper(), filled))
            found.append((not path.startswith("/v3"), "HEAD", filled))
    assert len({path for _, _, path in found}) > 30, found
    return found


def variants(method, path):
    """(method, path, body, headers) with all that can be wrong."""
    for query in WRONG_QUERIES if method in ("GET", "HEAD") else [""]:
        yield method, path + query, None, {}
    for body in WRONG_BODIES if method in WITH_BODY else []:
        yield method, path, body, {"Content-Type": JSON}
    for headers in CONDITIONS:
        body = '{"name":"Good"}' if method in WITH_BODY else None
        yield method, path, body, {"Content-Type": JSON, **headers} if body else headers


def legacy_requests():
    for method, rest in itertools.product(LEGACY, LEGACY_REST):
        yield "GET", f"/services/rest/?api_key=key00&method={method}&group_id={{}}{rest}", None, {}


def plain(text, name):
    """Without the name that was asked for, which a reply may repeat."""
    return text.replace(str(name), "NAME") if isinstance(name, str) else text


def answer(connection, request, name):
    method, path, body, headers = request
    response = live.ask(connection, method, path.format(name), body, headers)
    kept = sorted((header, plain(value, name)) for header, value in response.getheaders() if header not in OWN_HEADERS)
    return response.status, response.reason, kept, plain(response.text, name)


def authorised(request, token):
    method, path, body, headers = request
    if token and "/services/" in path:
        return method, path + "&token=" + token, body, headers
    return method, path, body, {**headers, "Authorization": "Bearer " + token} if token else headers


class Comparison:
    def __init__(self, connection):
        self.connection = connection
        self.told = {}

    def compare(self, who, request, names):
        """The request about the hidden group and about the one that never was, by each kind of name."""
        for hidden, absent in names:
            about_hidden = answer(self.connection, request, hidden)
            about_absent = answer(self.connection, request, absent)
            assert about_hidden == about_absent, f"{who}: {request}: {about_hidden} != {about_absent}"
            self.told[about_hidden[0]] = self.told.get(about_hidden[0], 0) + 1

    def json_dialects(self):
        for onezone, method, path in routes():
            strangers = {**STRANGERS, **WAITING} if onezone else STRANGERS
            for request, (who, token) in itertools.product(variants(method, path), strangers.items()):
                names = [(HIDDEN, NEVER)] if onezone else [(HIDDEN, NEVER), (HIDDEN_SLUG, ABSENT_SLUG)]
                self.compare(who, authorised(request, token), names)
                if onezone and who == "stranger":  # to whom Onezone shows not even an open group
                    self.compare(who, authorised(request, token), [(2, NEVER)])

    def legacy(self):
        for request, (who, token) in itertools.product(legacy_requests(), STRANGERS.items()):
            self.compare(who, authorised(request, token), [(HIDDEN, NEVER)])

    def pages(self):
        for who, token in STRANGERS.items():
            cookie = sign_in(self.connection, token)
            headers = {"Cookie": "joinery=" + cookie}
            key = hashlib.sha256(b"joinery form 1\0" + cookie.encode()).hexdigest()
            for page, query in itertools.product(PAGES, PAGE_QUERIES):
                self.compare(who, ("GET", "/group/{}" + page + query, None, headers), [(HIDDEN_SLUG, ABSENT_SLUG)])
            for page, action in itertools.product(PAGES, ACTIONS):
                body = urllib.parse.urlencode({"action": action, "user_id": 2, "form_key": key})
                form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
                self.compare(who, ("POST", "/group/{}" + page, body, form), [(HIDDEN_SLUG, ABSENT_SLUG)])


def cookie_of(response):
    return re.search(r"joinery=([0-9a-f]{64})", response.getheader("Set-Cookie")).group(1)


def sign_in(connection, token):
    """The cookie of a visitor; who cannot sign in has that of a form."""
    cookie = cookie_of(live.ask(connection, "GET", "/sign-in"))
    if token is None:
        return cookie
    key = hashlib.sha256(b"joinery form 1\0" + cookie.encode()).hexdigest()
    response = live.ask(connection, "POST", "/sign-in", urllib.parse.urlencode({"token": token, "form_key": key}),
                        {"Cookie": "joinery=" + cookie, "Content-Type": "application/x-www-form-urlencoded"})
    return cookie_of(response) if response.outcome == "signed_in" else cookie


def main():
    with live.folder() as path:
        data = path + "/data"
        live.joinery(data, "import", "-", text=state())
        before = live.joinery(data, "export", "-", "--changes")
        with live.running(data) as server:
            connection = server.connect()
            comparison = Comparison(connection)
            comparison.json_dialects()
            comparison.legacy()
            comparison.pages()
            connection.close()
        told = comparison.told
        assert told.get(404, 0) > 3000, told
        assert live.joinery(data, "export", "-", "--changes") == before, "a refusal changed something"
    print(f"{sum(told.values())} requests, answers {json.dumps(told)}")


if __name__ == "__main__":
    sys.exit(main())
