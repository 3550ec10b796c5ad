"""Each action as each dialect asks for it, and the status that each outcome has there."""
import json
import urllib.parse

from dump import written

DIALECTS = ("legacy", "v3", "onezone", "page")
API_KEY = "key00"

# Outcome: legacy, v3, Onezone; None: cannot occur there.
STATUSES = {
    "joined": (200, 201, 201), "queued": (202, 202, None), "already_queued": (202, 202, None),
    "already_member": (409, 200, 201), "banned": (409, 403, 403), "left": (200, 204, 202),
    "not_a_member": (409, 204, None), "no_such_group": (409, 404, 404), "invite_invalid": (None, 403, 400),
    "not_allowed": (403, 403, 403), "too_many_groups": (409, 422, 403),
    "token_invalid": (403, 401, 401), "caller_suspended_adding": (409, 403, 403), "caller_suspended": (409, 403, 403), "user_not_found": (None, 404, 404),
    "user_unacceptable": (None, 422, 400), "unacceptable_value": (None, 422, None),
    "request_withdrawn": (None, 204, None), "request_not_found": (None, 404, None),
    "invitation_declined": (None, 204, None), "invitation_not_found": (None, 404, None),
    "approved": (None, 200, None), "denied": (None, 200, None), "discarded": (None, 200, None),
    "request_not_pending": (None, 422, None), "invited": (None, 201, None), "added": (None, 201, None),
    "invitation_pending": (None, 200, None), "cannot_invite_banned": (None, 422, None),
    "invitation_cancelled": (None, 204, None), "invitation_not_pending": (None, 422, None),
    "removed": (None, 204, 202), "member_not_found": (None, 404, 404), "owner_cannot_be_removed": (None, 403, 403),
    "ban_created": (None, 201, None), "ban_changed": (None, 200, None), "ban_lifted": (None, 204, None),
    "not_banned": (None, 204, None), "cannot_ban_owner": (None, 422, None), "cannot_ban_self": (None, 422, None),
    "role_changed": (None, 200, None), "role_unchanged": (None, 200, None), "ownership_transferred": (None, 200, None),
    "owner_must_transfer": (None, 422, None), "new_owner_suspended": (None, 422, None),
    "group_created": (200, 201, 201), "group_edited": (200, 200, 204), "group_deleted": (None, 204, 202),
    "invite_created": (None, 201, None), "invite_exists": (None, 200, None), "invite_deleted": (None, 204, None),
    "token_minted": (None, 201, 200), "token_revoked": (None, 204, None), "invite_token_not_found": (None, 404, None),
    "no_group_to_edit": (409, 404, 404), "duplicate_name": (409, 422, None), "parameter_missing": (409, 400, 400),
    "user_added": (None, 201, None), "user_changed": (None, 200, None),
}


def status(outcome, dialect):
    """None: this dialect never gives it."""
    return STATUSES[outcome][("legacy", "v3", "onezone").index(dialect)]


def http(method, target, headers, body=None):
    lines = [f"{method} {target} HTTP/1.1", "Host: joinery.example", *(f"{name}: {value}" for name, value in headers)]
    if body is not None:
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\n".join(lines) + "\n\n" + (body or "")


def v3(actor, method, path, body=None, extra=()):
    headers = [("Authorization", f"Bearer tok{actor}"), *extra]
    if body is None:
        return http(method, "/v3" + path, headers)
    return http(method, "/v3" + path, [*headers, ("Content-Type", "application/json")], json.dumps(body))


def onezone(actor, method, path, body=None):
    headers = [("X-Auth-Token", f"tok{actor}")]
    if body is None:
        return http(method, path, headers)
    return http(method, path, [*headers, ("Content-Type", "application/json")], json.dumps(body))


def legacy(actor, method, **parameters):
    body = urllib.parse.urlencode({"method": method, "api_key": API_KEY, "token": f"tok{actor}", **parameters})
    return http("POST", "/services/rest/", [("Content-Type", "application/x-www-form-urlencoded")], body)


def given(**members):
    return {name: value for name, value in members.items() if value is not None}


def ban_body(more):
    until, reason = more or (None, None)
    return given(until=None if until is None else written(until), reason=reason)


def kind_of(more):
    return given(member_moderation=more[0], is_private=more[1])


def flags(more):
    return {name: int(value) for name, value in kind_of(more).items()}


def name_of(action):
    return f"Group {action.target}"


LEGACY = {
    "create": lambda a, text: legacy(a.actor, "group.add", name=name_of(a), **flags(a.more)),
    "edit": lambda a, text: legacy(a.actor, "group.edit", group_id=a.group, **flags(a.more)),
    "join": lambda a, text: None if a.more else legacy(a.actor, "group.join", group_id=a.group),
    "leave": lambda a, text: legacy(a.actor, "group.leave", group_id=a.group),
}
ONEZONE = {
    "create": lambda a, text: onezone(a.actor, "POST", "/user/groups", {"name": name_of(a), "type": "team"})
    if a.more == (False, True) else None,
    "delete": lambda a, text: onezone(a.actor, "DELETE", f"/groups/{a.group}"),
    "mint": lambda a, text: onezone(a.actor, "POST", f"/groups/{a.group}/users/token", mint_body(a, str)),
    "join_token": lambda a, text: onezone(a.actor, "POST", "/user/groups/join", {"token": text}),
    "leave": lambda a, text: onezone(a.actor, "DELETE", f"/user/groups/{a.group}"),
    "remove": lambda a, text: onezone(a.actor, "DELETE", f"/groups/{a.group}/users/{a.target}"),
}


def mint_body(action, number=int):
    body = {"expires_in": action.more[0], "max_uses": action.more[1]}
    return {**body, "user_id": number(action.target)} if action.target else body


def person_body(more):
    username, email, active = more
    return {**given(username=username, active=active), **({} if email is None else {"email": email or None})}


def decision(verb):
    return lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/requests/{a.target}/{verb}", given(reason=a.more))


V3 = {
    "put_user": lambda a, text: v3(a.actor, "PUT", f"/users/{a.target}", person_body(a.more)),
    "create": lambda a, text: v3(a.actor, "POST", "/groups", {"name": name_of(a), **kind_of(a.more)}),
    "edit": lambda a, text: v3(a.actor, "PUT", f"/groups/{a.group}", kind_of(a.more)),
    "delete": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}"),
    "code_create": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/invite"),
    "code_delete": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}/invite"),
    "mint": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/invite-tokens", mint_body(a)),
    "revoke": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}/invite-tokens/{a.more}"),
    "join": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/members", given(message=a.more)),
    "join_code": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/members", {"invite_token": text}),
    "join_token": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/members", {"invite_token": text}),
    "leave": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}/members/me"),
    "withdraw": lambda a, text: v3(a.actor, "DELETE", f"/me/requests/{a.group}"),
    "decline": lambda a, text: v3(a.actor, "DELETE", f"/me/invitations/{a.group}"),
    "approve": decision("approve"), "deny": decision("deny"), "discard": decision("discard"),
    "invite": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/invitations", {"user_id": a.target}),
    "invite_address": lambda a, text: v3(a.actor, "POST", f"/groups/{a.group}/invitations", {"email": a.more.upper()}),
    "cancel": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}/invitations/{a.more}"),
    "remove": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}/members/{a.target}"),
    "ban": lambda a, text: v3(a.actor, "PUT", f"/groups/{a.group}/bans/{a.target}", ban_body(a.more)),
    "unban": lambda a, text: v3(a.actor, "DELETE", f"/groups/{a.group}/bans/{a.target}"),
    "set_role": lambda a, text: v3(a.actor, "PATCH", f"/groups/{a.group}/members/{a.target}", {"role": a.more}),
}
ASKED = {"legacy": LEGACY, "v3": V3, "onezone": ONEZONE}


def request(action, dialect, text=None):
    """The HTTP request; `text`: the code or token that is presented. None: this dialect cannot ask for it."""
    write = ASKED[dialect].get(action.name)
    return None if write is None else write(action, text)
