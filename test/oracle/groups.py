"""The rules about groups themselves, their codes and invite tokens, and people: what the histories do besides moving
people in and out. `World` here is that of rules.py with these actions."""
import people
import rules

ROOM = 3  # groups that a person may be a member of, on the stage


class World(rules.World):
    room = ROOM  # overrides: nobody can be in more groups

    def act(self, action, dialect):
        if self.people[action.actor].erased:
            return "token_invalid"
        own = OWN.get(action.name)
        if own is None:
            return super().act(action, dialect)
        if not self.people[action.actor].active:
            return "caller_suspended_adding" if action.name == "create" else "caller_suspended"
        return own(self, action, dialect)


def create(world, action, dialect):
    """`more` is (moderated, private)."""
    if not world.has_room(action.actor):
        return "too_many_groups"
    number = world.next_group
    world.next_group += 1
    moderated, private = action.more
    world.groups[number] = rules.Group(action.actor, private, moderated)
    world.groups[number].people[action.actor] = rules.Standing("member", "owner", world.now)
    world.tell("group_created", number, action.actor, action.actor, ("none", None), ("member", "owner"))
    return "group_created"


def ruled(rule, least, absent="no_such_group"):
    """An action on the group by whoever has at least this role."""
    def guarded(world, action, dialect):
        group = world.groups.get(action.group)
        if group is None or not world.sees(group, action.actor, dialect):
            return absent
        role = world.standing(group, action.actor).role
        if role not in (rules.MANAGERS if least == "admin" else ("owner",)):
            return "not_allowed"
        return rule(world, action, group)
    return guarded


def edit(world, action, group):
    """`more` is (moderated, private), each None where it is not given."""
    before = group.moderated, group.private
    group.moderated, group.private = (b if m is None else m for b, m in zip(before, action.more))
    if before != (group.moderated, group.private):
        world.tell("group_edited", action.group, None, action.actor)
    return "group_edited"


def delete(world, action, group):
    world.end_group(action.group, action.actor)
    return "group_deleted"


def code_create(world, action, group):
    """`more` is the code that the server makes up."""
    if group.code is not None:
        return "invite_exists"
    group.code = action.more
    world.tell("invite_created", action.group, None, action.actor)
    return "invite_created"


def code_delete(world, action, group):
    if group.code is not None:
        group.code = None
        world.tell("invite_deleted", action.group, None, action.actor)
    return "invite_deleted"


def mint(world, action, group):
    """`more` is (seconds, uses)."""
    seconds, uses = action.more
    if action.target is not None and not world.is_somebody(action.target):
        return "user_unacceptable"
    world.tokens[world.next_token] = rules.Token(action.group, world.now + seconds, uses, uses, action.target)
    world.next_token += 1
    world.tell("token_minted", action.group, None, action.actor)
    return "token_minted"


def revoke(world, action, group):
    """`more` is the token's number."""
    token = world.tokens.get(action.more)
    if token is None or token.group != action.group or token.expires <= world.now:
        return "invite_token_not_found"
    if not token.revoked:
        token.revoked = True
        world.tell("token_revoked", action.group, None, action.actor)
    return "token_revoked"


# --- what the operator does, as nobody: True where the command is done, False where it is refused

def suspend(world, group_id, user):
    if not world.is_somebody(user):
        return False
    if world.people[user].active:
        world.people[user].active = False
        world.tell("user_suspended", None, user, None)
    return True


def activate(world, group_id, user):
    if not world.is_somebody(user):
        return False
    if not world.people[user].active:
        world.people[user].active = True
        world.tell("user_activated", None, user, None)
    return True


def lift(world, group_id, user):
    group = world.groups.get(group_id)
    if group is None or not world.is_somebody(user) or world.standing(group, user).state != "banned":
        return False
    world.move("ban_lifted", group_id, user, None, None)
    return True


def hand_over(world, group_id, user):
    """Who is not yet a member becomes one with the group."""
    group = world.groups.get(group_id)
    if group is None or not world.is_somebody(user):
        return False
    before = world.standing(group, user)
    if before.role == "owner":
        return True
    if not world.people[user].active or before.state == "banned":
        return False
    if before.state != "member":
        if not world.has_room(user):
            return False
        world.make_member("added", group_id, user, None)
    owner = group.owner
    world.crown(group_id, user, None)
    world.demote(group_id, owner, None)
    return True


ENDS = {"requested": "request_withdrawn", "invited": "invitation_declined", "banned": "ban_lifted"}


def erase(world, group_id, user):
    """Leaves all groups by the usual rules, by their numbers."""
    if not world.is_somebody(user):
        return False
    suspend(world, None, user)
    for number in sorted(world.groups):
        group = world.groups[number]
        state = world.standing(group, user).state
        if state == "member":
            world.go(number, user, None)
        elif state != "none":
            world.move(ENDS[state], number, user, None, None)
        group.denied.pop(user, None)
    world.people[user].erased = True
    people.forget(world, user)
    world.tell("user_erased", None, user, None)
    return True


COMMANDS = {
    "suspend": (suspend, "user suspend {user}"), "activate": (activate, "user activate {user}"),
    "lift": (lift, "ban lift {group} {user}"), "hand_over": (hand_over, "group transfer {group} {user}"),
    "erase": (erase, "user erase {user}"),
}
OWN = {
    "put_user": people.put_user, "create": create, "edit": ruled(edit, "admin", "no_group_to_edit"), "delete": ruled(delete, "owner"),
    "code_create": ruled(code_create, "admin"), "code_delete": ruled(code_delete, "admin"),
    "invite_address": ruled(people.invite_address, "admin"), "mint": ruled(mint, "admin"), "revoke": ruled(revoke, "admin"),
}
