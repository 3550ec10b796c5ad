"""The rules of membership once more, written down from their description and not from the engine: a small world and
what each action does to it. What the tests hold the server against."""
import collections
import copy
import dataclasses

Action = collections.namedtuple("Action", "name actor group target more", defaults=(None, None, None))
MANAGERS = ("owner", "admin")
DECISION_KEPT = 90 * 86400


@dataclasses.dataclass
class Standing:
    state: str
    role: str = None
    since: int = 0
    by: int = None
    until: int = None  # of a ban; None: for good
    note: str = None


@dataclasses.dataclass
class Group:
    owner: int
    private: bool = False
    moderated: bool = False
    people: dict = dataclasses.field(default_factory=dict)
    denied: dict = dataclasses.field(default_factory=dict)  # person: (when, reason)
    code: str = None


@dataclasses.dataclass
class Invitation:
    group: int
    user: int  # None: by address, while nobody has it
    email: str
    by: int
    state: str = "pending"
    met: bool = False  # somebody who has the address; it reaches nobody else


@dataclasses.dataclass
class Token:
    group: int
    expires: int
    max_uses: int
    uses_left: int
    user: int = None
    revoked: bool = False


@dataclasses.dataclass
class Person:
    active: bool = True
    erased: bool = False
    email: str = None
    username: str = None


class World:
    room = 10000  # groups that a person may be a member of

    def __init__(self):
        self.now = 0
        self.people = {}
        self.groups = {}
        self.invitations = {}
        self.tokens = {}
        self.next_group = self.next_invitation = self.next_token = 1
        self.feed = []

    def fork(self):
        return copy.deepcopy(self)

    # --- what is so

    def standing(self, group, user):
        """A ban that is over is as none."""
        found = group.people.get(user)
        if found is None or found.state == "banned" and found.until is not None and found.until <= self.now:
            return Standing("none")
        return found

    def is_somebody(self, user):
        return user in self.people and not self.people[user].erased

    def sees(self, group, user, dialect):
        state = self.standing(group, user).state
        if state == "member" or dialect == "onezone":
            return state == "member"
        return not group.private or state in ("invited", "requested")

    def is_manager(self, group, user):
        return self.standing(group, user).role in MANAGERS

    def pending(self, group_id, user):
        return next((number for number, one in self.invitations.items()
                     if (one.group, one.user, one.state) == (group_id, user, "pending")), None)

    def letter(self, group_id, email):
        """The invitation that waits there under an address."""
        return next((one for one in self.invitations.values() if email is not None and (
            one.group, one.email, one.state) == (group_id, email, "pending")), None)

    def has_room(self, user):
        member = (group.people[user].state == "member" for group in self.groups.values() if user in group.people)
        return sum(member) < self.room

    def heir(self, group):
        """Of those who are left: the first active admin, else active member, else admin, else member."""
        def line(role):
            return sorted((s.since, user) for user, s in group.people.items() if s.role == role)
        lines = line("admin"), line("member")
        for found in lines:
            for _, user in found:
                if self.people[user].active:
                    return user
        return next((user for found in lines for _, user in found), None)

    # --- what changes

    def tell(self, kind, group, user, actor, before=None, after=None):
        self.feed.append((self.now, kind, group, user, actor, before, after))

    def move(self, kind, group_id, user, actor, after, group=None):
        """Somebody's standing becomes another one, with all that keeps in step; None: there is none."""
        group = group or self.groups[group_id]
        before = self.standing(group, user)
        ends = {"member": "accepted", "banned": "revoked", None: "declined", "requested": "pending"}
        number = self.pending(group_id, user)
        if number is not None and (after is None or after.state != "invited"):
            self.invitations[number].state = "revoked" if kind == "invitation_cancelled" else ends[after and after.state]
        group.denied.pop(user, None)
        group.people.pop(user, None)
        if after is not None:
            group.people[user] = after
        self.tell(kind, group_id, user, actor, shown(before), shown(after))

    def end_group(self, group_id, actor):
        self.tell("group_deleted", group_id, None, actor)
        for one in self.invitations.values():
            if one.group == group_id and one.state == "pending":
                one.state = "gone"
        self.invitations = {n: one for n, one in self.invitations.items() if one.group != group_id}
        del self.groups[group_id]

    def end_letter(self, group_id, user, state):
        """Of who joins, declines or is banned."""
        letter = self.letter(group_id, self.people[user].email)
        if letter is not None and letter.user in (None, user):
            letter.state = state

    def make_member(self, kind, group_id, user, actor):
        self.move(kind, group_id, user, actor, Standing("member", "member", self.now))
        self.end_letter(group_id, user, "accepted")

    def go(self, group_id, user, actor, kind="left"):
        """A member goes; the owner's going passes the group on, or ends it."""
        group = self.groups[group_id]
        owned = group.people[user].role == "owner"
        self.move(kind, group_id, user, actor, None)
        if not owned:
            return
        heir = self.heir(group)
        if heir is None:
            self.end_group(group_id, actor)
        else:
            self.crown(group_id, heir, actor)

    def crown(self, group_id, user, actor):
        group = self.groups[group_id]
        before = group.people[user]
        group.people[user] = dataclasses.replace(before, role="owner")
        group.owner = user
        self.tell("ownership_transferred", group_id, user, actor, shown(before), shown(group.people[user]))

    def demote(self, group_id, user, actor):
        """Of an owner whose group has got another one."""
        group = self.groups[group_id]
        before = group.people[user]
        group.people[user] = dataclasses.replace(before, role="admin")
        self.tell("role_changed", group_id, user, actor, shown(before), shown(group.people[user]))

    def tick(self):
        """What is due happens, in the order of its time."""
        due = [(s.until, 0, g, user) for g, group in self.groups.items() for user, s in group.people.items()
               if s.state == "banned" and s.until is not None and s.until <= self.now]
        for _, _, number, user in sorted(due):
            self.tell("ban_ended", number, user, None, ("banned", None), ("none", None))
            del self.groups[number].people[user]
        for group in self.groups.values():
            group.denied = {u: d for u, d in group.denied.items() if d[0] + DECISION_KEPT > self.now}
        self.tokens = {n: t for n, t in self.tokens.items() if t.expires > self.now}

    # --- actions

    def act(self, action, dialect):
        """Does what the action does; its outcome."""
        if not self.people[action.actor].active:
            return "caller_suspended"
        group = self.groups.get(action.group)
        if action.name == "join_token" and dialect == "onezone":
            return self.join_onezone(action)
        if group is None:
            return "no_such_group"
        return RULES[action.name](self, action, group, dialect)

    def judge_token(self, action, group_id):
        """valid, spent or bad, for whoever presents it at this group."""
        token = self.tokens.get(action.more)
        if token is None or token.expires <= self.now or token.user not in (None, action.actor):
            return "bad"
        if token.group != group_id:
            return "bad"
        return "spent" if token.revoked or token.uses_left == 0 else "valid"

    def join_onezone(self, action):
        token = self.tokens.get(action.more)
        if token is None:
            return "invite_invalid"
        verdict = self.judge_token(action, token.group)
        group = self.groups.get(token.group)
        state = self.standing(group, action.actor).state if group else "none"
        if verdict == "bad" or verdict == "spent" and state != "member":
            return "invite_invalid"
        if group is None:
            return "no_such_group"
        if state in ("member", "banned"):
            return {"member": "already_member", "banned": "banned"}[state]
        if not self.has_room(action.actor):
            return "too_many_groups"
        self.make_member("joined", token.group, action.actor, action.actor)
        token.uses_left -= 1
        return "joined"


def shown(standing):
    return ("none", None) if standing is None or standing.state == "none" else (standing.state, standing.role)


def join(world, action, group, dialect):
    state = world.standing(group, action.actor).state
    if state == "member":
        return "already_member"
    if group.private and state in ("none", "banned"):
        return "no_such_group"
    if state == "banned":
        return "banned"
    if state != "invited" and (group.private or group.moderated):
        if state == "requested":
            return "already_queued"
        note = action.more or None
        world.move("queued", action.group, action.actor, action.actor, Standing("requested", None, world.now, note=note))
        return "queued"
    if not world.has_room(action.actor):
        return "too_many_groups"
    world.make_member("joined", action.group, action.actor, action.actor)
    return "joined"


def join_invited(world, action, group, dialect, valid):
    state = world.standing(group, action.actor).state
    if state == "member":
        return "already_member"
    if not valid:
        return "invite_invalid" if world.sees(group, action.actor, dialect) else "no_such_group"
    if state == "banned":
        return "banned"
    if not world.has_room(action.actor):
        return "too_many_groups"
    world.make_member("joined", action.group, action.actor, action.actor)
    return "joined"


def join_code(world, action, group, dialect):
    return join_invited(world, action, group, dialect, group.code is not None and action.more == group.code)


def join_token(world, action, group, dialect):
    valid = world.judge_token(action, action.group) == "valid"
    outcome = join_invited(world, action, group, dialect, valid)
    if outcome == "joined":
        world.tokens[action.more].uses_left -= 1
    return outcome


def leave(world, action, group, dialect):
    if not world.sees(group, action.actor, dialect):
        return "no_such_group"
    if world.standing(group, action.actor).state != "member":
        return "not_a_member"
    world.go(action.group, action.actor, action.actor)
    return "left"


def end_own(state, refusal, kind):
    def rule(world, action, group, dialect):
        if not world.sees(group, action.actor, dialect):
            return "no_such_group"
        if world.standing(group, action.actor).state != state:
            return refusal
        world.move(kind, action.group, action.actor, action.actor, None)
        if kind == "invitation_declined":
            world.end_letter(action.group, action.actor, "declined")
        return kind
    return rule


def managed(rule, unknown="user_not_found", own=None):
    """A manager acts on a target: the guards of all such actions. `own`: what else one may do to oneself."""
    def guarded(world, action, group, dialect):
        actor = world.standing(group, action.actor)
        if not world.sees(group, action.actor, dialect):
            return "no_such_group"
        if own is not None and action.actor == action.target and actor.state == "member":
            return own(world, action, group, actor)
        if actor.role not in MANAGERS:
            return "not_allowed"
        if not world.is_somebody(action.target):
            return unknown
        return rule(world, action, group, actor)
    return guarded


def decide(kind):
    def rule(world, action, group, actor):
        if world.standing(group, action.target).state != "requested":
            return "request_not_pending"
        if kind == "approved":
            if not world.has_room(action.target):
                return "too_many_groups"
            world.make_member("approved", action.group, action.target, action.actor)
            return kind
        world.move(kind, action.group, action.target, action.actor, None)
        if kind == "denied":
            group.denied[action.target] = (world.now, action.more or None)
        return kind
    return managed(rule)


def invite(world, action, group, actor):
    state = world.standing(group, action.target).state
    if state in ("invited", "member", "banned"):
        return {"invited": "invitation_pending", "member": "already_member", "banned": "cannot_invite_banned"}[state]
    if state == "requested" and not world.has_room(action.target):
        return "too_many_groups"
    number = world.next_invitation
    world.next_invitation += 1
    if state == "requested":
        world.invitations[number] = Invitation(action.group, action.target, None, action.actor, "accepted")
        world.make_member("added", action.group, action.target, action.actor)
        return "added"
    world.invitations[number] = Invitation(action.group, action.target, None, action.actor)
    world.move("invited", action.group, action.target, action.actor,
               Standing("invited", None, world.now, by=action.actor))
    return "invited"


def cancel(world, action, group, dialect):
    """`more` is the invitation's number."""
    if not world.sees(group, action.actor, dialect):
        return "no_such_group"
    one = world.invitations.get(action.more)
    known = one is not None and one.group == action.group
    if not world.is_manager(group, action.actor) and not (known and one.by == action.actor):
        return "not_allowed"
    if not known:
        return "invitation_not_found"
    if one.state != "pending":
        return "invitation_not_pending"
    if one.user is None:
        one.state = "revoked"
        world.tell("invitation_cancelled", action.group, None, action.actor)
    else:
        world.move("invitation_cancelled", action.group, one.user, action.actor, None)
    return "invitation_cancelled"


def remove_self(world, action, group, actor):
    if actor.role == "owner":
        return "owner_cannot_be_removed"
    world.go(action.group, action.actor, action.actor, "removed")
    return "removed"


def remove(world, action, group, actor):
    target = world.standing(group, action.target)
    if target.state != "member":
        return "member_not_found"
    if target.role == "owner":
        return "owner_cannot_be_removed"
    if target.role == "admin" and actor.role == "admin":
        return "not_allowed"
    world.go(action.group, action.target, action.actor, "removed")
    return "removed"


def ban(world, action, group, actor):
    """`more` is (until, reason)."""
    until, reason = action.more or (None, None)
    target = world.standing(group, action.target)
    if action.target == action.actor:
        return "cannot_ban_self"
    if target.role == "owner":
        return "cannot_ban_owner"
    if target.role == "admin" and actor.role == "admin":
        return "not_allowed"
    again = target.state == "banned"
    since = target.since if again else world.now
    kind = "ban_changed" if again else "ban_created"
    world.move(kind, action.group, action.target, action.actor,
               Standing("banned", None, since, action.actor, until, reason or None))
    if not again:
        world.end_letter(action.group, action.target, "revoked")
    return kind


def guarded_ban(world, action, group, dialect):
    """A value that is not acceptable is refused behind the actor's role and before the target."""
    until = (action.more or (None, None))[0]
    if until is not None and until <= world.now and world.is_manager(group, action.actor):
        return "unacceptable_value"
    return managed(ban)(world, action, group, dialect)


def unban(world, action, group, actor):
    if world.standing(group, action.target).state != "banned":
        return "not_banned"
    world.move("ban_lifted", action.group, action.target, action.actor, None)
    return "ban_lifted"


def set_role(world, action, group, dialect):
    """`more` is the role."""
    if not world.sees(group, action.actor, dialect):
        return "no_such_group"
    actor = world.standing(group, action.actor)
    oneself = action.actor == action.target
    if actor.role != "owner" and not (actor.role == "admin" and oneself and action.more != "owner"):
        return "not_allowed"
    target = world.standing(group, action.target) if world.is_somebody(action.target) else Standing("none")
    if target.state != "member":
        return "member_not_found"
    if target.role == action.more:
        return "role_unchanged"
    if target.role == "owner":
        return "owner_must_transfer"
    if action.more == "owner":
        return transfer(world, action, group)
    group.people[action.target] = dataclasses.replace(target, role=action.more)
    world.tell("role_changed", action.group, action.target, action.actor, shown(target),
               ("member", action.more))
    return "role_changed"


def transfer(world, action, group):
    if not world.people[action.target].active:
        return "new_owner_suspended"
    world.crown(action.group, action.target, action.actor)
    world.demote(action.group, action.actor, action.actor)
    return "ownership_transferred"


RULES = {
    "join": join, "join_code": join_code, "join_token": join_token, "leave": leave,
    "withdraw": end_own("requested", "request_not_found", "request_withdrawn"),
    "decline": end_own("invited", "invitation_not_found", "invitation_declined"),
    "approve": decide("approved"), "deny": decide("denied"), "discard": decide("discarded"),
    "invite": managed(invite, "user_unacceptable"), "cancel": cancel,
    "remove": managed(remove, "member_not_found", remove_self),
    "ban": guarded_ban, "unban": managed(unban), "set_role": set_role,
}
