// Are.na's own SDK against a joinery: every group operation of the original, what it gives and what it throws. With
// CHUNKED set, each body travels in chunks of unknown length. Environment: SDK (its entry), BASE, CHUNKED.
import assert from 'node:assert/strict';

const { createArena, ArenaApiError, ArenaAuthError, ArenaForbiddenError, ArenaNotFoundError, ArenaValidationError,
  ArenaRateLimitError } = await import(process.env.SDK);

const sent = new Set();

async function fetchNoting(input, init) {
  let request = new Request(input, init);
  const body = request.body === null ? null : await request.text();
  sent.add(`${request.method} ${body === null ? 'without' : 'with'} a body`);
  const options = { method: request.method, headers: request.headers };
  if (body !== null) {
    options.body = process.env.CHUNKED ? new Blob([body]).stream() : body;
    options.duplex = 'half';
  }
  return fetch(request.url, options);
}

const person = (number) =>
  createArena({ token: number && `tok${number}`, baseUrl: process.env.BASE, fetch: fetchNoting });
const [nobody, ada, bob, cleo, dan] = [0, 1, 2, 3, 4].map(person);
const forged = createArena({ token: 'forged', baseUrl: process.env.BASE, fetch: fetchNoting });

// The SDK's own classes; what it has none for, 422 among them, it throws as ArenaApiError itself.
const KINDS = { 400: ArenaValidationError, 401: ArenaAuthError, 403: ArenaForbiddenError, 404: ArenaNotFoundError,
  422: ArenaApiError, 429: ArenaRateLimitError };

async function throws(what, status) {
  const error = await what.then(() => undefined, (thrown) => thrown);
  assert.equal(error?.constructor, KINDS[status], `${error} is no ${KINDS[status].name}`);
  assert.equal(error.status, status);
  assert.ok(error.message.length > 0);
}

assert.ok(await nobody.ping());

// Groups.
const group = await ada.groups.create({ name: 'Friends of weaving', description: 'All *kinds*' });
assert.equal(group.type, 'Group');
assert.equal(group.slug, 'friends-of-weaving');
assert.equal(group.description.html.trim(), '<p>All <em>kinds</em></p>');
assert.deepEqual(group.can, { update: true, destroy: true, manage_members: true, manage_invitations: true });
assert.equal(group.counts.users, 1);
assert.equal((await nobody.groups.get(group.id)).name, group.name);
assert.equal((await nobody.groups.get(group.slug)).id, group.id);
assert.equal((await ada.groups.update(group.slug, { name: 'Weavers', description: null })).description, null);
await throws(ada.groups.create({ name: '' }), 422);
await throws(ada.groups.create({}), 400);
await throws(nobody.groups.create({ name: 'Mine' }), 401);
await throws(forged.groups.get(group.id), 401);
await throws(bob.groups.update(group.id, { name: 'Theirs' }), 403);
await throws(bob.groups.delete(group.id), 403);
await throws(ada.groups.update(group.id, { name: 'x'.repeat(101) }), 422);
await throws(ada.groups.get(999), 404);
await throws(ada.groups.get('no/such group?'), 404);

// The invite code, and joining by it.
await throws(ada.groups.inviteCode(group.id), 404);
const invite = await ada.groups.createInviteCode(group.id);
assert.equal(invite.type, 'GroupInvite');
assert.ok(invite.url.endsWith(`/group/${group.slug}/invite/${invite.code}`));
assert.deepEqual(await ada.groups.createInviteCode(group.id), invite);
assert.deepEqual(await ada.groups.inviteCode(group.slug), invite);
await throws(bob.groups.inviteCode(group.id), 403);
await throws(bob.groups.join(group.id, { invite_token: 'wrong' }), 403);
const joined = await bob.groups.join(group.slug, { invite_token: invite.code });
assert.equal(joined.role, 'member');
assert.equal(joined.id, 2);
assert.equal((await bob.groups.join(group.id, { invite_token: invite.code })).id, 2);
await ada.groups.deleteInviteCode(group.id);
await ada.groups.deleteInviteCode(group.id);
await throws(cleo.groups.join(group.id, { invite_token: invite.code }), 403);
await throws(bob.groups.deleteInviteCode(group.id), 403);
await throws(bob.groups.createInviteCode(group.id), 403);
await throws(cleo.groups.join(999), 404);

// Members.
const open = await ada.groups.create({ name: 'Open house', member_moderation: false });
for (const one of [bob, cleo, dan]) {
  await one.groups.join(open.id);
}
const seen = [];
for await (const page of ada.groups.paginateMembers(open.slug, { per: 2 })) {
  assert.equal(page.meta.total_count, 4);
  assert.equal(page.meta.total_pages, 2);
  seen.push(...page.data.map((member) => member.id));
}
assert.equal(seen[0], 1);
assert.deepEqual([...seen].sort(), [1, 2, 3, 4]);
await throws(ada.groups.members(open.id, { per: 101 }), 400);
await throws(bob.groups.removeMember(open.id, 3), 403);
await ada.groups.removeMember(open.id, 3);
await throws(ada.groups.removeMember(open.id, 3), 404);
await throws(ada.groups.removeMember(open.id, 1), 403);
await dan.groups.leave(open.id);
await dan.groups.leave(open.id);
assert.deepEqual((await bob.users.groups(2)).data.map((one) => one.slug).sort(), ['open-house', 'friends-of-weaving'].sort());
await throws(bob.users.groups(999), 404);

// Personal invitations.
const invited = await ada.groups.invite(open.id, { user_id: 3 });
assert.equal(invited.outcome, 'invited');
assert.equal((await ada.groups.invite(open.id, { user_id: 3 })).outcome, 'invitation_pending');
assert.equal((await ada.groups.invite(open.id, { user_id: 2 })).outcome, 'already_member');
const mailed = await ada.groups.invite(open.id, { email: 'Somebody@Example.org' });
assert.equal(mailed.outcome, 'invited');
assert.equal(mailed.user ?? null, null);
const pending = [];
for await (const page of ada.groups.paginateInvitations(open.id, { per: 1 })) {
  pending.push(...page.data);
}
assert.equal(pending.length, 2);
const forCleo = pending.find((one) => one.invitee?.id === 3);
assert.equal(forCleo.target.id, open.id);
await throws(bob.groups.invitations(open.id), 403);
await throws(bob.groups.invite(open.id, { user_id: 4 }), 403);
await throws(ada.groups.invite(open.id, {}), 400);
await throws(ada.groups.invite(open.id, { user_id: 999 }), 422);
await ada.groups.revokeInvitation(open.id, forCleo.id);
await throws(ada.groups.revokeInvitation(open.id, forCleo.id), 422);
await throws(ada.groups.revokeInvitation(open.id, 999), 404);
const hidden = await ada.groups.create({ name: 'Hidden', is_private: true });
await ada.groups.invite(hidden.id, { user_id: 4 });
assert.equal((await dan.groups.join(hidden.id)).id, 4);
await throws(bob.groups.get(hidden.id), 404);
await throws(bob.groups.members(hidden.slug), 404);

// What is not membership, and the caller.
assert.deepEqual((await nobody.groups.contents(open.id)).data, []);
assert.deepEqual((await nobody.groups.followers(open.id)).data, []);
assert.equal((await bob.me()).id, 2);
assert.equal((await bob.users.get('user1')).id, 1);

await throws(dan.groups.delete(hidden.id), 403);
for (const one of [open, hidden, group]) {
  await ada.groups.delete(one.id);
  await throws(ada.groups.get(one.id), 404);
}
assert.equal(ada.rateLimit, undefined);
if (process.env.LIMITED) {
  const limited = createArena({ token: 'tok5', baseUrl: process.env.LIMITED, fetch: fetchNoting });
  await limited.ping();
  for (let i = 0; i < 3; i++) {
    await limited.groups.get(1).catch(() => undefined);
  }
  await throws(limited.groups.get(1), 429);
  assert.equal(limited.rateLimit.limit, 2);
}
console.log([...sent].sort().join(', '));
