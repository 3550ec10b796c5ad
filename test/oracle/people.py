"""The rules about people and their addresses: what provisioning does, and letters, which are the invitations to an address
that wait for whoever has it or gets it."""
import collections

import rules

# What is given of a person; None: it is not. The address "" takes the one away.
Given = collections.namedtuple("Given", "username email active")


def reach(world, letter, user, at_once):
    """A letter's effect on whoever has its address. Who is let in by one that was sent at this very moment does not end
    it, so that its sender learns nothing; nor does who cannot be invited. It waits for nobody else from then on."""
    state = world.standing(world.groups[letter.group], user).state
    letter.met = True
    if state not in ("none", "requested"):
        return
    if state == "requested" and world.has_room(user):
        letter.user = None if at_once else user
        world.move("added", letter.group, user, letter.by, rules.Standing("member", "member", world.now))
        return
    letter.user = user
    world.move("invited", letter.group, user, letter.by,
               rules.Standing("invited", None, world.now, by=letter.by))


def invite_address(world, action, group):
    """`more` is the address, in lower case."""
    if world.letter(action.group, action.more):
        return "invitation_pending"
    letter = rules.Invitation(action.group, None, action.more, action.actor)
    world.invitations[world.next_invitation] = letter
    world.next_invitation += 1
    world.tell("invited", action.group, None, action.actor)
    holder = next((user for user, person in world.people.items() if person.email == action.more), None)
    if holder is not None:
        reach(world, letter, holder, True)
    return "invited"


def adopt(world, user):
    """The letters that waited for the address that is this person's now."""
    email = world.people[user].email
    for _, letter in sorted(world.invitations.items(), key=lambda item: item[0]):
        if (letter.email, letter.met, letter.state) == (email, False, "pending"):
            reach(world, letter, user, False)


def put_user(world, action, dialect):
    """By an operator's token; `more` is a Given, of the target."""
    given, user = Given(*action.more), action.target
    person = world.people.get(user)
    if person is None and given.username is None:
        return "parameter_missing"
    if person is not None and person.erased:
        return "user_not_found"
    others = [other for number, other in world.people.items() if number != user and not other.erased]
    if any(given.username == other.username or given.email and given.email == other.email for other in others):
        return "duplicate_name"
    before = world.people.setdefault(user, rules.Person(username=""))
    after = rules.Person(before.active, False, before.email if given.email is None else given.email or None,
                         before.username if given.username is None else given.username)
    world.people[user] = after
    if person is None or (after.email, after.username) != (before.email, before.username):
        world.tell("user_changed" if person else "user_added", None, user, action.actor)
    if given.active not in (None, before.active):
        after.active = given.active
        world.tell("user_activated" if given.active else "user_suspended", None, user, action.actor)
    if after.email != before.email and after.email:
        adopt(world, user)
    return "user_changed" if person else "user_added"


def forget(world, user):
    """Of somebody erased: letters that are over, or met this person, keep whom they reached, and no address."""
    for one in world.invitations.values():
        mine = one.user == user or one.user is None and one.email == world.people[user].email
        if (one.met or one.state != "pending") and one.email is not None and mine:
            one.user, one.email = user, None
            one.state = "revoked" if one.state == "pending" else one.state
    world.people[user].email = world.people[user].username = None
