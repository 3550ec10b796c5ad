"""A client that knows nothing but schemas/openapi.yaml: it finds each operation's method, path and credentials there,
sends the document's own examples, and every request succeeds. What the examples leave out, as numbers that only a reply
tells, the walk below gives.

Usage: examples.py SOURCE_ROOT"""
import json
import pathlib
import sys
import urllib.parse

import jsonschema

import server as live

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "test/api"))
import conformance  # noqa: E402

ADA, BOB, CLEO, DAN, OPERATOR = range(1, 6)
ANNOUNCED = {"Authorization": "Bearer {}", "Macaroon": "{}", "X-Auth-Token": "{}"}


class Client:
    def __init__(self, server, tokens):
        self.document = conformance.Document(str(ROOT / "schemas/openapi.yaml"))
        self.components = self.document.root["components"]
        self.connection = server.connect()
        self.tokens = tokens
        self.operations = {item[method]["operationId"]: (method, path, item)
                           for path, item in self.document.root["paths"].items()
                           for method in conformance.METHODS if method in item}
        self.asked = set()
        self.found = []

    def resolve(self, node):
        while "$ref" in node:
            node = self.document.resolver.resolve(node["$ref"])[1]
        return node

    def fill(self, path, item, places):
        """The path with what was given for its places, else the document's examples."""
        for parameter in map(self.resolve, item.get("parameters", [])):
            value = places.get(parameter["name"], parameter.get("example"))
            path = path.replace("{%s}" % parameter["name"], urllib.parse.quote(str(value), safe=""))
        return path

    def example(self, operation, which):
        body = operation.get("requestBody")
        if body is None:
            return None
        return self.resolve(body["content"]["application/json"]["schema"])["examples"][which]

    def headers(self, operation, who):
        headers = {"Content-Type": "application/json"} if "requestBody" in operation else {}
        if any(self.resolve(p)["name"] == "Idempotency-Key" for p in operation.get("parameters", [])):
            headers["Idempotency-Key"] = f"change-{len(self.asked)}-{operation['operationId']}"
        for scheme in list(operation["security"][-1])[:1] if operation["security"] else []:
            name = self.components["securitySchemes"][scheme].get("name", "Authorization")
            headers[name] = ANNOUNCED[name].format(self.tokens[who])
        return headers

    def call(self, operation_id, who, status, body=None, which=0, **places):
        """The reply's JSON, or None; what is not as expected is written down."""
        method, path, item = self.operations[operation_id]
        operation = item[method]
        path = self.fill(path, item, places)
        body = self.example(operation, which) if body is None else body
        reply = live.ask(self.connection, method.upper(), path, None if body is None else json.dumps(body),
                         self.headers(operation, who))
        self.asked.add(operation_id)
        if reply.status != status:
            self.found.append(f"{operation_id}: {reply.status}, not {status}: {reply.text[:200]}")
        self.found += self.document.judge(method.upper(), path, reply.status, dict(reply.getheaders()), reply.text)
        return json.loads(reply.text) if reply.text else None


def join_and_leave(client):
    for looks in "getDescription", "getVersion", "ping":
        client.call(looks, ADA, 200)
    client.call("getMe", ADA, 200)
    client.call("createGroup", ADA, 201)
    client.call("editGroup", ADA, 200)
    client.call("getGroup", BOB, 200)
    client.call("joinGroup", BOB, 202)
    client.call("listMyRequests", BOB, 200)
    client.call("listRequests", ADA, 200)
    client.call("getRequest", ADA, 200, user_id=BOB)
    client.call("approveRequest", ADA, 200, user_id=BOB)
    for end in ("denyRequest", "discardRequest"):
        client.call("joinGroup", CLEO, 202)
        client.call(end, ADA, 200, user_id=CLEO)
    client.call("joinGroup", CLEO, 202)
    client.call("withdrawRequest", CLEO, 204)
    client.call("getMember", CLEO, 200, user_id=BOB)
    client.call("setRole", ADA, 200, user_id=BOB)
    client.call("setOwnRole", BOB, 200)
    client.call("getOwnMembership", BOB, 200)
    client.call("listMembers", BOB, 200)
    client.call("leaveGroup", BOB, 204)


def invite_and_ban(client):
    client.call("invite", ADA, 201)
    client.call("listMyInvitations", DAN, 200)
    client.call("declineInvitation", DAN, 204)
    sent = client.call("invite", ADA, 201, which=1)
    client.call("listInvitations", ADA, 200)
    client.call("cancelInvitation", ADA, 204, invitation_id=sent["invitation"]["id"])
    client.call("createInvite", ADA, 201)
    code = client.call("getInvite", ADA, 200)["code"]
    client.call("joinGroup", CLEO, 201, {"invite_token": code})
    client.call("deleteInvite", ADA, 204)
    minted = client.call("mintInviteToken", ADA, 201)
    client.call("listInviteTokens", ADA, 200)
    client.call("getInviteToken", ADA, 200, token_id=minted["id"])
    client.call("onezoneJoin", DAN, 201, {"token": minted["token"]})
    client.call("revokeInviteToken", ADA, 204, token_id=minted["id"])
    client.call("removeMember", ADA, 204)
    client.call("ban", ADA, 201)
    client.call("getBan", ADA, 200)
    client.call("listBans", ADA, 200)
    client.call("liftBan", ADA, 204)


def provide(client):
    client.call("listContents", ADA, 200)
    client.call("listFollowers", ADA, 200)
    client.call("listGroupChanges", ADA, 200)
    client.call("listChanges", OPERATOR, 200)
    client.call("listGroupsOfUser", ADA, 200)
    client.call("putUser", OPERATOR, 201, id=9)
    client.call("getUser", ADA, 200, id=9)
    minted = client.call("mintUserToken", OPERATOR, 201, id=9)
    client.call("listUserTokens", OPERATOR, 200, id=9)
    client.call("getUserToken", OPERATOR, 200, id=9, token_id=minted["id"])
    client.call("revokeUserToken", OPERATOR, 204, id=9, token_id=minted["id"])
    client.call("deleteGroup", ADA, 204)


def onezone(client):
    client.call("onezoneCreateGroup", ADA, 201)
    client.call("onezoneCreateGroupHere", ADA, 201)
    client.call("onezoneListAllGroups", ADA, 403)
    where = client.call("onezoneListGroups", ADA, 200)["groups"][-1]
    client.call("onezoneGetGroup", ADA, 200, id=where)
    client.call("onezoneGetGroupHere", ADA, 200, id=where)
    client.call("onezoneEditGroup", ADA, 204, id=where)
    client.call("onezoneMint", ADA, 200, id=where)
    token = client.call("onezoneMintAs", ADA, 200, id=where)["token"]
    client.call("onezoneJoin", BOB, 201, {"token": token})
    client.call("onezoneJoin", DAN, 201, {"token": token})
    client.call("onezoneListMembers", DAN, 200, id=where)
    client.call("onezoneGetMember", DAN, 200, id=where, uid=BOB)
    client.call("onezoneRemoveMember", ADA, 202, id=where, uid=BOB)
    client.call("onezoneLeave", DAN, 202, id=where)
    client.call("onezoneDeleteGroup", ADA, 202, id=where)


def judge_examples(document):
    """Each example is as its own schema says; every request's body has one."""
    schemas = document.root["components"]["schemas"]
    for name, schema in schemas.items():
        validator = jsonschema.Draft202012Validator(schema, resolver=document.resolver)
        for example in schema.get("examples", []):
            yield from (f"the example of {name}: {error.message}" for error in validator.iter_errors(example))
    for item in document.root["paths"].values():
        for method in conformance.METHODS:
            for content in item.get(method, {}).get("requestBody", {}).get("content", {}).values():
                name = content["schema"]["$ref"].rsplit("/", 1)[1]
                if "examples" not in schemas[name]:
                    yield f"{name} has no example"


def main():
    with live.folder() as place:
        data = place + "/data"
        people = range(ADA, OPERATOR + 1)
        live.joinery(data, "import", "-", text=live.lines([*map(live.user, people), *map(live.token, people)]))
        tokens = {number: f"tok{number}" for number in people}
        tokens[OPERATOR] = json.loads(live.joinery(data, "token", "add", "user5", "--scope", "operator"))["token"]
        with live.running(data) as server:
            client = Client(server, tokens)
            for walk in (join_and_leave, invite_and_ban, provide, onezone):
                walk(client)
    found = [*judge_examples(client.document), *client.found]
    found += [f"{operation} was not asked for" for operation in sorted(client.operations.keys() - client.asked)]
    print("\n".join(found))
    print(f"{len(client.asked)} operations asked by their examples, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
