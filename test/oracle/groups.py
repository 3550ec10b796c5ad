"""The rules about groups themselves, their codes and invite tokens, and people: what the histories do besides moving
people in and out. `World` here is that of rules.py with these actions."""
import rules

ROOM = 3  # groups that a person may be a member of, on the stage


class World(rules.World):
    room = ROOM  # overrides: nobody can be in more groups

    def act(self, action, dialect):
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
    if action.target is not None and action.target not in world.people:
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


def suspend(world, user):
    if world.people[user].active:
        world.people[user].active = False
        world.tell("user_suspended", None, user, None)


def activate(world, user):
    if not world.people[user].active:
        world.people[user].active = True
        world.tell("user_activated", None, user, None)


OWN = {
    "create": create, "edit": ruled(edit, "admin", "no_group_to_edit"), "delete": ruled(delete, "owner"),
    "code_create": ruled(code_create, "admin"), "code_delete": ruled(code_delete, "admin"),
    "mint": ruled(mint, "admin"), "revoke": ruled(revoke, "admin"),
}
