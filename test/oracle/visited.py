"""The pages as one more dialect: people who are signed in, and their forms. What became of a form is told where the form
stands, to which the browser is sent back (303); what the visitor does not see has a page of its own, with v3's status."""
import hashlib
import re
import urllib.parse

import asked

FORM = ("Content-Type", "application/x-www-form-urlencoded")
BY_BUTTON = {"approve": "approve", "deny": "deny", "discard": "discard", "remove": "remove", "ban": "ban",
             "unban": "lift"}
PLACES = {"approve": "", "deny": "", "discard": "", "remove": "/members", "ban": "/members", "unban": "/bans",
          "set_role": "/members"}
INVITED = ("join_code", "decline")
DAY = 86400
SENT_BACK = 303
PAGES_OF_THEIR_OWN = {"no_such_group", "invite_invalid", "banned"}


def form_key(cookie):
    return hashlib.sha256(b"joinery form 1\0" + cookie.encode()).hexdigest()


def form(cookie, path, **fields):
    body = urllib.parse.urlencode({**fields, "form_key": form_key(cookie)})
    return asked.http("POST", path, [("Cookie", "joinery=" + cookie), FORM], body)


def cookie_of(reply):
    return re.search(r"joinery=([0-9a-f]{64})", reply.headers["Set-Cookie"]).group(1)


def sign_in(stage, slot, now, people):
    """Cookies of people who are signed in."""
    cookies = {}
    for number in people:
        first = cookie_of(stage.ask(slot, now, 5000 + number, asked.http("GET", "/sign-in", [])))
        reply = stage.ask(slot, now, 6000 + number, form(first, "/sign-in", token=f"tok{number}"))
        assert reply.outcome == "signed_in", reply
        cookies[number] = cookie_of(reply)
    return cookies


def button(action):
    """The moderation page's fields for it; None: it has no button for that."""
    fields = {"user_id": action.target}
    if action.name == "set_role":
        return {**fields, "action": "make-" + action.more}
    if action.name not in BY_BUTTON:
        return None
    if action.name == "deny" and action.more:
        fields["reason"] = action.more
    if action.name == "ban":
        until, reason = action.more or (None, None)
        if until is not None and until % DAY != 0:
            return None  # the page knows days only
        if until is not None:
            fields["until"] = asked.written(until)[:10]
        if reason:
            fields["reason"] = reason
    return {**fields, "action": BY_BUTTON[action.name]}


def can_ask(name, dialect):
    """Whether the dialect has a way to ask for the action."""
    return name in PLACES or name in INVITED if dialect == "page" else name in asked.ASKED[dialect]


def request(action, dialect, text, visitors):
    if dialect != "page":
        return asked.request(action, dialect, text)
    cookie = visitors.get(action.actor)
    if cookie is None:
        return None
    if action.name in INVITED:
        path = f"/group/group-{action.group}/invite/{text or 'nocode'}"
        return form(cookie, path, action="join" if action.name == "join_code" else "decline")
    fields = button(action)
    if fields is None:
        return None
    return form(cookie, f"/group/group-{action.group}/moderate{PLACES[action.name]}", **fields)


def status(outcome, dialect):
    if dialect != "page":
        return asked.status(outcome, dialect)
    return asked.status(outcome, "v3") if outcome in PAGES_OF_THEIR_OWN else SENT_BACK
