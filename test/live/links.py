"""What v3 says of where things are holds: every Location and every `_links.self` of a whole day in a group can be read,
is what was shown, and has the tag that answers 304. Every reply is judged by schemas/openapi.yaml.

Usage: links.py OPENAPI_YAML."""
import json
import pathlib
import sys
import urllib.parse

import server

sys.path.append(str(pathlib.Path(__file__).parents[1] / "api"))
import conformance  # noqa: E402

OPERATOR = "operator-token"
PEOPLE = range(1, 7)
REQUEST_OF_ASKER = "/requests/"  # who asks may not read the managers' list


class Client:
    """Calls, judges each reply, and follows what it says."""

    def __init__(self, running, document):
        self.connection = running.connect()
        self.document = document
        self.complaints = []
        self.followed = 0

    def raw(self, method, path, token, body=None, headers=None):
        headers = {"Authorization": f"Bearer {token}", **(headers or {})}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        got = dict(response.getheaders())
        self.complaints += self.document.judge(method, path, response.status, got, text)
        return response.status, got, text

    def call(self, method, path, token, outcome, body=None):
        status, headers, text = self.raw(method, path, token, body)
        if headers["X-Outcome"] != outcome:
            self.complaints.append(f"{method} {path}: {headers['X-Outcome']}, not {outcome}: {text}")
        shown = json.loads(text) if text else None
        if "Location" in headers:
            self.follow(headers["Location"], token)
            self.same(headers["Location"], shown.get("_links", {}).get("self", {}).get("href"))
        for item in (shown or {}).get("data", [shown] if shown else []):
            self.follow_self(item, token)
        if method == "GET" and status == 200:
            self.again(path, token, headers["ETag"])
        return shown

    def same(self, location, link):
        if location != link:
            self.complaints.append(f"Location {location} is not _links.self {link}")

    def follow_self(self, item, token):
        link = item.get("_links", {}).get("self")
        if link is not None:
            self.follow(link["href"], token)

    def follow(self, url, token):
        path = urllib.parse.urlsplit(url).path
        status, headers, text = self.raw("GET", path, token)
        asker = REQUEST_OF_ASKER in path and status == 403
        over = REQUEST_OF_ASKER in path and status == 404
        if status != 200 and not asker and not over:
            self.complaints.append(f"{path} is linked and answers {status}: {text}")
        if status == 200 and urllib.parse.urlsplit(json.loads(text)["_links"]["self"]["href"]).path != path:
            self.complaints.append(f"{path} says that it is elsewhere: {text}")
        self.followed += 1

    def again(self, path, token, tag):
        status, headers, text = self.raw("GET", path, token, headers={"If-None-Match": f'"other", {tag[2:]}'})
        said = (status, headers["X-Outcome"], headers.get("ETag"), headers.get("Content-Length"), text)
        if said != (304, "not_modified", tag, None, ""):
            self.complaints.append(f"GET {path} with its tag: {said}")


def tok(number):
    return f"tok{number}"


def run_group(client):
    """Someone makes a group, people come in every way, are managed, and go."""
    call = client.call
    group = call("POST", "/v3/groups", tok(1), "group_created", {"name": "Chess", "description": "We *play*."})
    root = f"/v3/groups/{group['id']}"
    call("GET", root, tok(2), "ok")
    call("PUT", root, tok(1), "group_edited", {"description": None, "avatar_url": "https://pictures.example/a.png"})
    code = call("POST", root + "/invite", tok(1), "invite_created")["code"]
    call("POST", root + "/invite", tok(1), "invite_exists")
    call("GET", root + "/invite", tok(1), "ok")
    call("POST", root + "/members", tok(2), "joined", {"invite_token": code})
    call("POST", root + "/members", tok(2), "already_member")
    minted = call("POST", root + "/invite-tokens", tok(1), "token_minted", {"max_uses": 3, "user_id": 3})
    call("GET", root + "/invite-tokens", tok(1), "ok")
    call("POST", root + "/members", tok(3), "joined", {"invite_token": minted["token"]})
    call("PATCH", root + "/members/2", tok(1), "role_changed", {"role": "admin"})
    call("PATCH", root + "/members/me", tok(2), "role_unchanged", {"role": "admin"})
    call("GET", root + "/members/me", tok(2), "ok")
    run_requests(client, root)
    run_bans(client, root)
    run_invitations(client, root)
    for path in ("", "/members?per=1", "/requests", "/bans", "/invitations", "/contents", "/followers", "/changes"):
        call("GET", root + path, tok(1), "ok")
    call("DELETE", f"{root}/invite-tokens/{minted['id']}", tok(1), "token_revoked")
    call("DELETE", root + "/invite", tok(1), "invite_deleted")
    call("DELETE", root + "/members/3", tok(2), "removed")
    call("PATCH", root + "/members/2", tok(1), "ownership_transferred", {"role": "owner"})
    call("DELETE", root + "/members/me", tok(1), "left")
    call("GET", "/v3/users/2/groups", tok(2), "ok")
    call("DELETE", root, tok(2), "group_deleted")


def run_requests(client, root):
    call = client.call
    for person in (4, 5, 6):
        call("POST", root + "/members", tok(person), "queued", {"message": "Let me in."})
    call("GET", root + "/requests", tok(2), "ok")
    call("GET", root + "/requests/4", tok(2), "ok")
    call("POST", root + "/requests/4/approve", tok(2), "approved")
    denied = call("POST", root + "/requests/5/deny", tok(2), "denied", {"reason": "Not now."})
    client.same(denied["state"] + denied["reason"], "denied" + "Not now.")
    call("POST", root + "/requests/6/discard", tok(2), "discarded")
    mine = call("GET", "/v3/me/requests", tok(5), "ok")["data"]
    client.same([r["state"] + r["reason"] + r["group"]["slug"] for r in mine], ["denied" + "Not now." + "chess"])
    client.same(call("GET", "/v3/me/requests", tok(6), "ok")["data"], [])
    call("POST", root + "/members", tok(6), "queued")
    call("DELETE", "/v3/me/requests/chess", tok(6), "request_withdrawn")


def run_bans(client, root):
    call = client.call
    ban = call("PUT", root + "/bans/6", tok(1), "ban_created", {"reason": "Loud.", "until": "2999-01-01T01:00:00+01:00"})
    client.same([ban["reason"], ban["until"]], ["Loud.", "2999-01-01T00:00:00Z"])
    call("PUT", root + "/bans/6", tok(1), "ban_changed", {"until": None})
    call("PUT", root + "/bans/6", tok(1), "unacceptable_value", {"until": "2001-01-01T00:00:00Z"})
    call("GET", root + "/bans", tok(1), "ok")
    call("GET", root + "/bans/6", tok(1), "ok")
    call("DELETE", root + "/bans/6", tok(1), "ban_lifted")
    call("DELETE", root + "/bans/6", tok(1), "not_banned")


def run_invitations(client, root):
    call = client.call
    sent = call("POST", root + "/invitations", tok(1), "invited", {"user_id": 6})
    client.same(sent["user"]["id"], 6)
    call("POST", root + "/invitations", tok(1), "invitation_pending", {"user_id": 6})
    letter = call("POST", root + "/invitations", tok(1), "invited", {"email": "Nobody@mail.example"})
    client.same([letter["user"], letter["invitation"]["invitee_email"]], [None, "nobody@mail.example"])
    call("POST", root + "/invitations", tok(1), "already_member", {"user_id": 2})
    call("GET", root + "/invitations", tok(1), "ok")
    call("GET", "/v3/me/invitations", tok(6), "ok")
    call("DELETE", "/v3/me/invitations/chess", tok(6), "invitation_declined")
    call("DELETE", f"{root}/invitations/{letter['invitation']['id']}", tok(1), "invitation_cancelled")
    call("DELETE", f"{root}/invitations/{letter['invitation']['id']}", tok(1), "invitation_not_pending")


def run_people(client):
    call = client.call
    call("GET", "/v3/ping", "no-token", "ok")
    call("GET", "/v3/me", tok(1), "ok")
    call("GET", "/v3/users/1", tok(2), "ok")
    call("PUT", "/v3/users/50", OPERATOR, "user_added", {"username": "Zoë", "email": "Z@mail.example", "zip": "1"})
    shown = call("PUT", "/v3/users/50", OPERATOR, "user_changed", {"active": False, "name": "Z"})
    client.same([shown["slug"], shown["email"], shown["zip"], shown["active"]], ["zoe", "z@mail.example", "1", False])
    client.same("email" in call("GET", "/v3/users/50", tok(1), "ok"), False)
    call("GET", "/v3/users/zoe", OPERATOR, "ok")
    minted = call("POST", "/v3/users/50/tokens", OPERATOR, "user_token_minted", {"scope": "read", "label": "phone"})
    call("GET", "/v3/users/50/tokens", OPERATOR, "ok")
    call("DELETE", f"/v3/users/50/tokens/{minted['id']}", OPERATOR, "user_token_revoked")
    call("GET", "/v3/changes?limit=1000", OPERATOR, "ok")
    call("GET", "/v3/changes", tok(1), "not_allowed")


def main(openapi):
    document = conformance.Document(openapi)
    with server.folder() as path:
        data = path + "/data"
        people = [server.user(n) for n in PEOPLE] + [server.token(n) for n in PEOPLE]
        operator = {**server.token(1), "token": OPERATOR, "scope": "operator"}
        server.joinery(data, "import", "-", text=server.lines([*people, operator]))
        with server.running(data) as running:
            client = Client(running, document)
            run_group(client)
            run_people(client)
            client.connection.close()
    print("\n".join(client.complaints) or f"{client.followed} links lead where they say")
    return 1 if client.complaints or client.followed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
