"""Every cell of the transition tables, on every dialect that can ask for it: action x who acts x kind of group x the
target's state, each on its own fork of the same state. The outcome, the status and the whole state afterwards must be
those of the rules written down in test/oracle, and the same in every dialect but for the dialect's name."""
import collections
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "oracle"))
import asked  # noqa: E402
import dump  # noqa: E402
import rules  # noqa: E402
import stage as stages  # noqa: E402
import visited  # noqa: E402

NOW = 1736937000
SINCE = 1500000000
NEXT_DAY = NOW - NOW % visited.DAY + visited.DAY
OWNER, ADMIN, PLAIN, STRANGER, BANNED, TARGET, REQUESTED, INVITED = range(1, 9)
ACTORS = {"itself": TARGET, "owner": OWNER, "admin": ADMIN, "member": PLAIN, "stranger": STRANGER, "banned": BANNED,
          "requested": REQUESTED, "invited": INVITED}
KINDS = {"open": (False, False), "moderated": (True, False), "private": (False, True)}
TARGETS = ("none", "requested", "invited", "member", "admin", "owner", "banned")
GROUP, OTHER_GROUP, OVER, NEVER = 1, 2, 500, 999
BY_ITSELF = [("join", None), ("join_code", "code"), ("join_code", "wrong"), ("join_token", "good"),
             ("join_token", "spent"), ("join_token", "forged"), ("join_token", "others"), ("leave", None),
             ("withdraw", None), ("decline", None)]
BY_MANAGERS = [("approve", None), ("deny", "not now"), ("discard", None), ("invite", None), ("cancel", "its own"),
               ("cancel", "over"), ("cancel", "never"), ("remove", None), ("ban", None), ("ban", "until"),
               ("unban", None), ("set_role", "admin"), ("set_role", "member"), ("set_role", "owner")]
BASE, KIND, CELL = 0, 1, 2
TOKENS = {"good": 1, "spent": 2, "forged": None, "others": 3}


def membership(user, state, role=None, **more):
    more = {"role": role, **more} if role else more
    return {"kind": "membership", "group_id": GROUP, "user_id": user, "state": state, "since": dump.written(SINCE),
            **more}


def group(number, owner, moderated, private):
    return {"kind": "group", "id": number, "name": f"Group {number}", "description": None, "owner_user_id": owner,
            "member_moderation": moderated, "event_moderation": False, "is_private": private,
            "created_at": dump.written(SINCE)}


def people():
    yield {"kind": "application", "api_key": asked.API_KEY, "name": "Old client", "active": True}
    for number in ACTORS.values():
        yield {"kind": "user", "id": number, "username": f"user{number}", "name": None, "email": None, "active": True}
    for number in ACTORS.values():
        yield {"kind": "token", "token": f"tok{number}", "user_id": number, "scope": "write", "active": True}


def records(kind, state):
    """One group with everybody in it, the target in this state, and what the invites need."""
    owner = TARGET if state == "owner" else OWNER
    yield group(GROUP, owner, *KINDS[kind])
    yield group(OTHER_GROUP, OWNER, False, False)
    if owner == OWNER:
        yield membership(OWNER, "member", "owner")
    yield membership(ADMIN, "member", "admin")
    yield membership(PLAIN, "member", "member")
    yield membership(BANNED, "banned", by=owner, until=None, note="rude")
    yield membership(REQUESTED, "requested")
    yield membership(INVITED, "invited", by=owner)
    if state in ("member", "admin", "owner"):
        yield membership(TARGET, "member", state)
    elif state == "banned":
        yield membership(TARGET, "banned", by=owner, until=dump.written(NOW + 5000), note="loud")
    elif state != "none":
        yield membership(TARGET, state, **({"by": PLAIN} if state == "invited" else {"note": "please"}))
    yield {"kind": "invitation", "id": OVER, "group_id": GROUP, "user_id": TARGET, "by": owner, "state": "declined",
           "created_at": dump.written(SINCE)}
    yield {"kind": "invite", "group_id": GROUP, "code": "thecode", "created_at": dump.written(SINCE)}


def world_of(found):
    """The rules' world with what an export says."""
    world = rules.World()
    world.now = NOW
    for key, value in found.items():
        if key[0] == "group":
            world.groups[key[1]] = rules.Group(value[0], value[1], value[2])
    for key, value in found.items():
        if key[0] == "person":
            world.people[key[1]] = rules.Person(value[0], False, value[1])
        elif key[0] == "standing":
            world.groups[key[1]].people[key[2]] = rules.Standing(*value)
        elif key[0] == "invitation":
            world.invitations[key[1]] = rules.Invitation(*value)
        elif key[0] == "token":
            world.tokens[key[1]] = rules.Token(*value)
        elif key[0] == "code":
            world.groups[key[1]].code = value
    world.next_invitation = max(world.invitations, default=0) + 1
    world.feed = list(found["feed"])
    return world


class Matrix:
    def __init__(self):
        self.stage = stages.Stage()
        self.ran = collections.Counter()
        self.wrong = []
        self.stage.memory(BASE)
        self.stage.load(BASE, NOW, "".join(json.dumps(record) + "\n" for record in people()))
        self.visitors = visited.sign_in(self.stage, BASE, NOW, ACTORS.values())

    def mint(self, group_id, by, uses=3):
        reply = self.stage.ask(KIND, NOW, 100 + group_id + uses, asked.v3(
            by, "POST", f"/groups/{group_id}/invite-tokens", {"max_uses": uses, "expires_in": 9000}))
        assert reply.outcome == "token_minted", reply
        return json.loads(reply.body)["token"]

    def prepare(self, kind, state):
        """The state that the cells fork from; the texts of its tokens."""
        self.stage.memory(KIND, BASE)
        self.stage.load(KIND, NOW, "".join(json.dumps(record) + "\n" for record in records(kind, state)))
        owner = TARGET if state == "owner" else OWNER
        texts = {"good": self.mint(GROUP, owner), "spent": self.mint(GROUP, owner, 1),
                 "others": self.mint(OTHER_GROUP, OWNER)}
        texts["forged"] = texts["good"][:-6] + ("AAAAAA" if texts["good"][-6:] != "AAAAAA" else "BBBBBB")
        reply = self.stage.ask(KIND, NOW, 7, asked.v3(
            OWNER, "DELETE", f"/groups/{GROUP}/invite-tokens/{TOKENS['spent']}")) if state != "owner" else (
            self.stage.ask(KIND, NOW, 7, asked.v3(TARGET, "DELETE", f"/groups/{GROUP}/invite-tokens/{TOKENS['spent']}")))
        assert reply.outcome == "token_revoked", reply
        return texts

    def cells(self, state):
        for name, more in BY_ITSELF:
            yield name, more, "itself", TARGET
        for name, more in BY_MANAGERS:
            for who, actor in ACTORS.items():
                if state == "owner" and who == "owner":
                    continue  # a group has one owner, and that is the target itself
                yield name, more, who, actor

    def expressible(self):
        """How many cells each dialect has a way to ask for."""
        return collections.Counter(dialect for _ in KINDS for state in TARGETS for name, *_ in self.cells(state)
                                   for dialect in asked.DIALECTS if visited.can_ask(name, dialect))

    def action(self, world, name, more, actor):
        """The action with its argument, and the text that it presents."""
        argument = more
        if name == "join_code":
            argument = "thecode" if more == "code" else "wrongcode"
        elif name == "join_token":
            argument = TOKENS[more]
        elif name == "cancel":
            argument = {"its own": world.pending(GROUP, TARGET) or OVER, "over": OVER, "never": NEVER}[more]
        elif name == "ban":
            argument = (NEXT_DAY, "enough") if more == "until" else (None, None)
        return rules.Action(name, actor, GROUP, TARGET, argument)

    def run_cell(self, label, action, text, before):
        dumps = {}
        for dialect in asked.DIALECTS:
            request = visited.request(action, dialect, text, self.visitors)
            if request is None:
                continue
            world = before.fork()
            expected = world.act(action, dialect)
            self.stage.memory(CELL, KIND)
            reply = self.stage.ask(CELL, NOW, 1, request)
            exported = self.stage.export(CELL)
            self.stage.now("close", CELL)
            found = dump.difference(dump.of_world(world), dump.of_export(exported))
            found += self.judge_reply(dialect, expected, reply) + judge_causes(before, dialect, exported)
            if found:
                self.wrong.append(f"{label} on {dialect}: " + "; ".join(found))
            self.ran[dialect] += 1
            dumps.setdefault(expected, set()).add(without_dialect(exported))
        for expected, states in dumps.items():  # only Onezone's rules differ, and then the outcome does
            if len(states) > 1:
                self.wrong.append(f"{label}: the state after {expected} is not the same in all dialects")

    @staticmethod
    def judge_reply(dialect, expected, reply):
        found = []
        if reply.outcome != expected:
            found.append(f"outcome {reply.outcome}, by the rules {expected}")
        status = visited.status(expected, dialect)
        if reply.status != status:
            found.append(f"status {reply.status}, by the rules {status}")
        return found

    def run(self):
        for kind in KINDS:
            for state in TARGETS:
                texts = self.prepare(kind, state)
                before = world_of(dump.of_export(self.stage.export(KIND)))
                for name, more, who, actor in self.cells(state):
                    action = self.action(before, name, more, actor)
                    text = action.more if name == "join_code" else texts.get(more)
                    self.run_cell(f"{name} ({more}) by {who}, {kind}, {state}", action, text, before)
                self.stage.now("close", KIND)
        self.stage.close()


def judge_causes(before, dialect, exported):
    found = []
    for line in exported.splitlines():
        record = json.loads(line)
        if record["kind"] == "change" and record["seq"] > len(before.feed) and record["cause"]["dialect"] != dialect:
            found.append(f"a change says {record['cause']['dialect']}")
    return found


def without_dialect(exported):
    """All that is stored, but how a change was asked for."""
    kept = []
    for line in exported.splitlines():
        record = json.loads(line)
        if record["kind"] == "change":
            record["cause"] = record["application_id"] = None
        if record["kind"] != "session":
            kept.append(json.dumps(record))
    return "\n".join(kept)


def main():
    matrix = Matrix()
    matrix.run()
    cells = sum(matrix.ran.values())
    for sentence in matrix.wrong[:int(os.environ.get("SHOWN", "40"))]:
        print("WRONG", sentence)
    print(f"{cells} cells ran, {len(matrix.wrong)} wrong:", dict(matrix.ran))
    assert matrix.ran == matrix.expressible(), f"not every cell that can be asked for ran: {matrix.expressible()}"
    assert set(matrix.ran) == set(asked.DIALECTS), "a dialect was not asked"
    return 1 if matrix.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
