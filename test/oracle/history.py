"""Histories: how a random one is invented, and how one is played on a stage against the rules. A step is a list of plain
values, [seed, jump, name, dialect, actor, group, target, more, twice], so a history can be printed and played again; any part of
a history is a history."""
import collections
import json
import os
import re
import shutil

import asked
import dump
import groups
import rules
import stage as stages
import visited

START = 1736937000
PEOPLE, GROUPS = 7, 4  # people who act, and the latest groups that most steps are about
NEWCOMERS = 2  # whom the operator may add
OPERATOR = 50
ADDRESSES = ("one@example.org", "two@example.org", "nobody@example.org")
NOBODY, NOTHING = 99, 99  # no person, no group
CHECK_EVERY = 50
BASE, PLAY = 0, 1
JUMPS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 60, 60, 3600, 3600, 86400, 91 * 86400)
KINDS = ((False, False), (False, False), (True, False), (True, False), (True, False), (False, True))
WEIGHTS = {
    "create": 2, "edit": 3, "delete": .3, "code_create": 4, "code_delete": 2, "mint": 5, "revoke": 2,
    "join": 20, "join_code": 6, "join_token": 10, "leave": 3, "withdraw": 3, "decline": 3, "approve": 7, "deny": 3,
    "discard": 2, "invite": 9, "invite_address": 5, "cancel": 4, "remove": 5, "ban": 7, "unban": 4, "set_role": 9, "suspend": .7,
    "activate": 5, "lift": 1, "hand_over": 2, "erase": .15, "put_user": 6, "tick": 4, "reopen": 1,
}
OUTCOMES = set(asked.STATUSES) - {"user_not_found", "ok"}
MANAGED = {"lift", "hand_over", "edit", "delete", "code_create", "code_delete", "mint", "revoke", "approve", "deny",
           "discard", "invite", "invite_address", "cancel", "remove", "ban", "unban", "set_role"}
OWN_ENDS = {"withdraw", "decline", "leave"}
REPEATABLE = ("v3", "onezone")  # dialects that know Idempotency-Key
OFTEN = 2 * ("legacy", "v3", "v3", "onezone") + ("v3", "page")
COMMANDS = {"tick", "reopen", *groups.COMMANDS}

Failure = collections.namedtuple("Failure", "place what")


def invent_more(chance, name):
    if name in ("create", "edit"):
        kind = chance.choice(KINDS)
        return [flag if name == "create" or chance.random() < .7 else None for flag in kind]
    if name == "join":
        return chance.choice((None, None, None, "please"))
    if name in ("deny", "approve", "discard"):
        return chance.choice((None, "no room"))
    if name == "join_code":
        return chance.choice(("current", "current", "earlier", "wrong"))
    if name in ("join_token", "revoke", "cancel"):
        return chance.choice((0, 0, 0, 1, 2, 3, 9))  # of the latest, counted back
    if name == "mint":
        return [chance.choice((60, 3600, 86400)), chance.choice((1, 1, 2, 5))]
    if name == "ban":
        return [chance.choice((None, None, 0, 1, 3600, 86400)), chance.choice((None, "rude"))]
    if name == "invite_address":
        return chance.choice(ADDRESSES)
    if name == "set_role":
        return chance.choice(("admin", "member", "owner"))
    return None


def invent_person(chance, user):
    names = (None, None, None) if user <= PEOPLE else (None,)
    return [chance.choice((*names, f"user{user}", f"person{user}", "user1")),
            chance.choice((None, "", *ADDRESSES[:2])), chance.choice((None, None, None, None, True, True, True, False))]


def invent(chance, length):
    """Most steps are about a group that was made lately, most of what managers do is by who made it, and often about who
    was last at its door."""
    names, weights = zip(*WEIGHTS.items())
    makers = []
    door = collections.defaultdict(lambda: 1)  # group: who came or was asked in last
    steps = []
    for _ in range(length):
        name = chance.choices(names, weights)[0] if len(makers) > 2 else "create"
        dialect = chance.choice([d for d in OFTEN if visited.can_ask(name, d)] or ["command"])
        actor = chance.randint(1, PEOPLE)
        if name == "create":
            makers.append(actor)
        group = max(len(makers) - chance.randrange(GROUPS), 1) if chance.random() < .98 else NOTHING
        target = chance.randint(1, PEOPLE + NEWCOMERS) if chance.random() < .98 else NOBODY
        if name in MANAGED:
            actor = makers[min(group, len(makers)) - 1] if chance.random() < .7 else actor
            target = door[group] if chance.random() < .6 else target
            door[group] = target if target != NOBODY else door[group]
        elif name in OWN_ENDS:
            actor = door[group] if chance.random() < .6 and door[group] <= PEOPLE else actor
        elif name.startswith("join"):
            door[group] = actor
        if name == "mint" and chance.random() < .7:
            target = None
        if name == "put_user":
            actor, target = OPERATOR, chance.randint(1, PEOPLE + NEWCOMERS)
        more = invent_person(chance, target) if name == "put_user" else invent_more(chance, name)
        steps.append([chance.getrandbits(48), chance.choice(JUMPS), name, dialect, actor, group, target, more,
                      dialect in REPEATABLE and chance.random() < .1])
    return steps


def first_state():
    yield {"kind": "application", "api_key": asked.API_KEY, "name": "Old client", "active": True}
    for number in (*range(1, PEOPLE + 1), OPERATOR):
        yield {"kind": "user", "id": number, "username": f"user{number}", "name": None, "email": None, "active": True}
    for number in (*range(1, PEOPLE + 1), OPERATOR):
        yield {"kind": "token", "token": f"tok{number}", "user_id": number,
               "scope": "operator" if number == OPERATOR else "write", "active": True}


class Broken(Exception):
    pass


class Players:
    """A stage with the people on it, on which histories are played one after the other."""

    def __init__(self, folder):
        self.folder = folder
        self.stage = stages.Stage()
        self.outcomes = collections.Counter()
        self.people = "".join(json.dumps(record) + "\n" for record in first_state())
        self.stage.memory(BASE)
        self.stage.load(BASE, START, self.people)

    def close(self):
        self.stage.close()

    def play(self, steps, lasting):
        """What goes wrong first; None: nothing does."""
        play = Play(self, lasting)
        place = -1
        try:
            play.begin()
            for place, step in enumerate(steps):
                play.step(place, step)
                if (place + 1) % CHECK_EVERY == 0:
                    play.check()
            play.check()
        except Broken as broken:
            return Failure(play.failed_at if play.failed_at is not None else place, str(broken))
        except (AssertionError, OSError, ValueError) as gone:
            return Failure(place, f"the program ended: {gone!r}")
        play.end()
        return None


class Play:
    """One history under way."""

    def __init__(self, players, lasting):
        self.stage = players.stage
        self.outcomes = players.outcomes
        self.people = players.people
        self.path = os.path.join(players.folder, "store")
        self.lasting = lasting
        self.world = groups.World()
        self.world.now = START
        self.world.people = {number: rules.Person(username=f"user{number}")
                             for number in (*range(1, PEOPLE + 1), OPERATOR)}
        self.codes = collections.defaultdict(list)
        self.texts = {}
        self.failed_at = None
        self.complaint = None

    def begin(self):
        if not self.lasting:
            self.stage.memory(PLAY, BASE)
            return
        shutil.rmtree(self.path, ignore_errors=True)
        os.mkdir(self.path)
        self.open()
        self.stage.load(PLAY, START, self.people)

    def open(self):
        answer = self.stage.now("directory", PLAY, payload=self.path)
        if answer.head != ["0"]:
            raise Broken(answer.body.decode())

    def end(self):
        self.stage.now("close", PLAY)

    def step(self, place, step):
        seed, jump, name, dialect, actor, group, target, more, twice = step
        self.world.now += jump
        if name in COMMANDS:
            self.command(place, step)
            return
        if name == "create":
            target = self.world.next_group  # its name, so that pages find it by its slug
        action, text = self.resolve(name, actor, group, target, more)
        request = visited.request(action, dialect, text, self.sign_in(actor) if dialect == "page" else None)
        if request is None:
            return
        if twice:
            request = request.replace("\n", f"\nIdempotency-Key: key-{seed}\n", 1)
        told = len(self.world.feed)
        if name in ("code_create", "mint"):
            self.make(place, step, action, request)
        else:
            self.expect(place, step, self.world.act(action, dialect), request)
        if twice:
            # What changed something is answered again as it was; all else is judged anew.
            changed = len(self.world.feed) > told
            self.settle()
            self.expect(place, step, self.last if changed else self.world.act(action, dialect), request, changed)

    def sign_in(self, actor):
        """Cookies of who can sign in: a session may be over by now."""
        self.settle()
        person = self.world.people[actor]
        able = person.active and not person.erased
        return visited.sign_in(self.stage, PLAY, self.world.now, [actor] if able else [])

    def expect(self, place, step, expected, request, replayed=False):
        self.last = expected
        self.stage.later(lambda answer: self.judge(place, step, expected, replayed, answer),
                         "ask", PLAY, self.world.now, step[0], payload=request)

    def resolve(self, name, actor, group, target, more):
        """Numbers that count back, and secrets, as they are now."""
        text = None
        if name == "join_code":
            codes = self.codes[group]
            text = {"wrong": "wrongcode", "current": codes[-1] if codes else "nocode",
                    "earlier": codes[0] if codes else "nocode"}[more]
            more = text
        elif name in ("join_token", "revoke"):
            more = max(self.world.next_token - 1 - more, 1)
            text = self.texts.get(more, "x" * 80)
        elif name == "cancel":
            more = max(self.world.next_invitation - 1 - more, 1)
        elif name == "ban":
            more = (None if more[0] is None else self.world.now + more[0], more[1])
        elif name in ("create", "edit", "mint"):
            more = tuple(more)
        return rules.Action(name, actor, group, target, more), text

    def make(self, place, step, action, request):
        """What the server makes up is in its reply, which is waited for."""
        answer = []
        number = self.world.next_token
        self.stage.later(answer.append, "ask", PLAY, self.world.now, step[0], payload=request)
        self.settle()
        reply = stages.read_reply(answer[0])
        if reply.outcome == "invite_created":
            code = json.loads(reply.body)["code"]
            action = action._replace(more=code)
            self.codes[action.group].append(code)
        elif reply.outcome == "token_minted":
            self.texts[number] = json.loads(reply.body)["token"]
        self.last = self.world.act(action, step[3])
        self.judge(place, step, self.last, False, answer[0])
        self.settle()

    def command(self, place, step):
        seed, _, name, _, _, group, target, *_ = step
        if name == "reopen":
            self.settle()
            if self.lasting:
                self.stage.now("close", PLAY)
                self.open()
        elif name == "tick":
            self.world.tick()
            self.stage.later(lambda answer: None, "tick", PLAY, self.world.now)
        else:
            rule, words = groups.COMMANDS[name]
            payload = words.format(group=group, user=target).replace(" ", "\0") + "\0\0"
            done = rule(self.world, group, target)
            self.stage.later(lambda answer: self.judge_command(place, step, done, answer),
                             "command", PLAY, self.world.now, seed, payload=payload)

    def judge_command(self, place, step, done, answer):
        if self.complaint is None and (answer.head == ["0"]) != done:
            self.failed_at = place
            self.complaint = f"{step}: the command ended with {answer.head[0]}, by the rules it is " + (
                "done: " if done else "refused: ") + answer.body.decode()

    def judge(self, place, step, expected, replayed, answer):
        status, outcome, _ = answer.head
        self.outcomes[outcome] += 1
        wanted = visited.status(expected, step[3])
        if self.complaint is None and (outcome != expected or int(status) != wanted):
            self.failed_at = place
            self.complaint = f"{step}: {status} {outcome}, by the rules {wanted} {expected}"
        if self.complaint is None and (b"Idempotency-Replayed: true" in answer.body) != replayed:
            self.failed_at = place
            self.complaint = f"{step}: {outcome} is {'not ' if replayed else ''}replayed"

    def settle(self):
        self.stage.settle()
        if self.complaint is not None:
            raise Broken(self.complaint)

    def check(self):
        self.world.tick()
        self.stage.later(lambda answer: None, "tick", PLAY, self.world.now)
        self.settle()
        exported = self.stage.export(PLAY)
        found = dump.of_export(exported)
        wrong = dump.difference(dump.of_world(self.world), found)
        standings = {key: value[:2] for key, value in found.items() if key[0] == "standing"}
        if dump.replay(found["feed"], {}) != standings:
            wrong.append("the feed replayed is not the state")
        numbers = [int(n) for n in re.findall(r'"kind":"change","seq":(\d+)', exported)]
        if numbers != list(range(1, len(numbers) + 1)):
            wrong.append("the feed's numbers are not consecutive")
        checked = self.stage.now("check", PLAY, self.world.now)
        if checked.head != ["0"]:
            wrong.append("the store's check: " + checked.body.decode())
        if wrong:
            raise Broken("; ".join(wrong))
