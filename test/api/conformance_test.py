"""A judge that never objects proves nothing: each wrong reply here must be objected to, and the right one not."""
import json
import sys

import conformance

ERROR = json.dumps({"error": "Not Found", "code": 404, "details": {"message": "Nothing there."}})
ONEZONE_ERROR = json.dumps({"error": "not_found", "error_description": "Nothing there."})
TYPE = {"Content-Type": "application/json" + conformance.CHARSET}
GROUP = "/user/groups/7"
RIGHT = [
    ("GET", GROUP, 200, TYPE, json.dumps({"groupId": "7", "name": "G", "type": "team"})),
    ("HEAD", "/api/v3/onezone" + GROUP, 200, TYPE, ""),
    ("DELETE", GROUP, 202, {}, ""),
    ("POST", "/user/groups/join", 201, {"Location": GROUP}, ""),
    ("GET", "/v3/groups/a%2Fb?x=y", 404, TYPE, ERROR),
    ("GET", "/nowhere", 404, TYPE, ERROR),
    ("PUT", "/groups", 405, TYPE, json.dumps({"error": "method_not_allowed", "error_description": "No."})),
    ("OPTIONS", "/v3/groups", 204, {}, ""),
]
WRONG = [
    ("GET", GROUP, 200, TYPE, json.dumps({"groupId": 7, "name": "G", "type": "team"})),
    ("GET", GROUP, 200, TYPE, json.dumps({"groupId": "7", "name": "G"})),
    ("GET", GROUP, 200, {"Content-Type": "application/json"}, json.dumps({"groupId": "7", "name": "G", "type": "team"})),
    ("HEAD", GROUP, 200, TYPE, "{}"),
    ("GET", GROUP, 204, {}, ""),
    ("DELETE", GROUP, 202, {}, "{}"),
    ("DELETE", GROUP, 202, TYPE, ""),
    ("POST", "/user/groups/join", 201, {}, ""),
    ("POST", "/user/groups/join", 201, {"Location": GROUP + "/"}, ""),
    ("GET", "/v3/groups/a", 404, TYPE, ONEZONE_ERROR),
    ("GET", GROUP, 404, TYPE, ERROR),
    ("GET", "/nowhere", 200, TYPE, "{}"),
    ("GET", "/v3/groups/a", 401, TYPE, ERROR),
    ("GET", "/v3/groups/a", 503, TYPE, ERROR),
    ("GET", "/v3/groups/a", 200, TYPE, "{"),
    ("PATCH", "/v3/groups/a", 404, TYPE, ERROR),
    ("OPTIONS", "/v3/groups", 200, {}, ""),
]

document = conformance.Document(sys.argv[1])
failures = [f"objected to: {complaint}" for reply in RIGHT for complaint in document.judge(*reply)]
failures += [f"did not object to: {reply}" for reply in WRONG if not document.judge(*reply)]
print("\n".join(failures) or f"{len(RIGHT) + len(WRONG)} replies judged rightly")
sys.exit(1 if failures else 0)
