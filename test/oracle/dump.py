"""What two states are compared by: lines about groups, people, invitations, tokens and the feed, made from an export and
from the rules' own world. Names, secrets and the dialect of each change are not among them."""
import calendar
import json
import time


def seconds(text):
    return None if text is None else calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def written(moment):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def of_records(records):
    found = {"feed": []}
    for record in records:
        kind = record["kind"]
        if kind in READERS:
            READERS[kind](found, record)
    return found


def of_export(text):
    return of_records(map(json.loads, text.splitlines()))


def read_group(found, r):
    found["group", r["id"]] = (r["owner_user_id"], r["is_private"], r["member_moderation"])


def read_membership(found, r):
    role = r.get("role") if r["state"] == "member" else None
    found["standing", r["group_id"], r["user_id"]] = (
        r["state"], role, seconds(r["since"]), r["by"], seconds(r.get("until")), r["note"])


def read_decision(found, r):
    found["denied", r["group_id"], r["user_id"]] = (seconds(r["at"]), r["reason"])


def read_invitation(found, r):
    found["invitation", r["id"]] = (r["group_id"], r.get("user_id"), r.get("email"), r["by"], r["state"])


def read_token(found, r):
    found["token", r["id"]] = (r["group_id"], seconds(r["expires_at"]), r["max_uses"], r["uses_left"], r["user_id"],
                               r["revoked"])


def read_code(found, r):
    found["code", r["group_id"]] = r["code"]


def read_person(found, r):
    found["person", r["id"]] = (r["active"], r["email"])


def read_standing(standing):
    return None if standing is None or "state" not in standing else (standing["state"], standing.get("role"))


def read_change(found, r):
    found["feed"].append((seconds(r["at"]), r["type"], r["group_id"], r["user_id"], r["actor_id"],
                          read_standing(r["before"]), read_standing(r["after"])))


READERS = {"group": read_group, "membership": read_membership, "decision": read_decision, "invite": read_code,
           "invitation": read_invitation, "invite_token": read_token, "change": read_change, "user": read_person}


def of_world(world):
    found = {"feed": list(world.feed)}
    for number, person in world.people.items():
        found["person", number] = (person.active, person.email)
    for number, group in world.groups.items():
        found["group", number] = (group.owner, group.private, group.moderated)
        if group.code is not None:
            found["code", number] = group.code
        for user, s in group.people.items():
            found["standing", number, user] = (s.state, s.role, s.since, s.by, s.until, s.note)
        for user, decision in group.denied.items():
            found["denied", number, user] = decision
    for number, one in world.invitations.items():
        found["invitation", number] = (one.group, one.user, one.email, one.by, one.state)
    for number, token in world.tokens.items():
        found["token", number] = (token.group, token.expires, token.max_uses, token.uses_left, token.user,
                                  token.revoked)
    return found


def difference(rules, server):
    """Sentences about what differs; empty: nothing does."""
    found = []
    for key in sorted(set(rules) | set(server), key=str):
        if key != "feed" and rules.get(key) != server.get(key):
            found.append(f"{key}: by the rules {rules.get(key)}, in the store {server.get(key)}")
    ours, theirs = rules["feed"], server["feed"]
    for place in range(max(len(ours), len(theirs))):
        one = ours[place] if place < len(ours) else None
        other = theirs[place] if place < len(theirs) else None
        if one != other:
            found.append(f"change {place + 1}: by the rules {one}, in the feed {other}")
            break
    return found


def replay(feed, start):
    """The standings that follow from a state's and the changes after it."""
    standings = {key: value[:2] for key, value in start.items() if key[0] == "standing"}
    for _, kind, group, user, _, _, after in feed:
        key = ("standing", group, user)
        if kind == "group_deleted":
            standings = {k: v for k, v in standings.items() if k[1] != group}
        elif user is not None and group is not None and after is not None:
            standings.pop(key, None)
            if after[0] != "none":
                standings[key] = after
    return standings
