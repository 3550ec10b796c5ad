/* The verbs, the same tests over every backend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "world.h"

static void user_is_found_by_every_name(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 7);
	world_end(world);
	world_read(world);
	uint64_t id = 0;
	struct user user = world_user(world, 7);
	assert_true(store_find_user_id_by_slug(world->txn, "u7", &id) && id == 7);
	assert_true(store_find_user_id_by_email(world->txn, "u7@example.org", &id) && id == 7);
	assert_true(store_find_user_id_by_fold(world->txn, user.username_fold, &id) && id == 7);
	assert_false(store_find_user_id_by_slug(world->txn, "", &id));
	assert_true(store_find_user(world->txn, 7, &world->texts, &user));
	assert_string_equal(texts_get(&world->texts, user.username), "u7");
	world_end(world);
	world_check(world, 0);
}

static void renamed_user_is_not_found_by_the_old_name(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 7);
	struct user user = world_user(world, 7);
	uint8_t old_fold[FOLD_DIGEST_SIZE];
	memcpy(old_fold, user.username_fold, sizeof old_fold);
	user.username_fold[0] = 'x';
	user.email = (struct text){0};
	store_put_user(world->txn, &user, &world->texts);
	uint64_t id = 0;
	assert_false(store_find_user_id_by_fold(world->txn, old_fold, &id));
	assert_true(store_find_user_id_by_fold(world->txn, user.username_fold, &id));
	assert_false(store_find_user_id_by_email(world->txn, "u7@example.org", &id));
	world_end(world);
	world_check(world, 0);
}

static void try_ends_at_the_first_write(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_end(world);
	world_begin(world, TXN_TRY, WORLD_NOW);
	struct user user;
	assert_true(store_find_user(world->txn, 1, &world->texts, &user));
	assert_false(store_wants_to_write(world->txn));
	assert_int_equal(store_next_id(world->txn, COUNTER_USER), 0);
	assert_true(store_wants_to_write(world->txn));
	assert_false(store_find_user(world->txn, 1, &world->texts, &user));
	world_end(world);
	world_read(world);
	assert_int_equal(store_counter(world->txn, COUNTER_USER), 2);
	world_end(world);
}

static void abandoned_transaction_leaves_nothing(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_abandon(world);
	world_read(world);
	struct user user;
	assert_false(store_find_user(world->txn, 1, &world->texts, &user));
	world_end(world);
}

/* Who waits for a turn to write took its time before another wrote. */
static void time_of_writing_never_goes_back(void **state)
{
	struct world *world = *state;
	world_begin(world, TXN_WRITE, WORLD_NOW + 5);
	assert_int_equal(store_now(world->txn), WORLD_NOW + 5);
	world_end(world);
	world_begin(world, TXN_WRITE, WORLD_NOW);
	assert_int_equal(store_now(world->txn), WORLD_NOW + 5);
	world_abandon(world);
	world_begin(world, TXN_WRITE, WORLD_NOW + 6);
	assert_int_equal(store_now(world->txn), WORLD_NOW + 6);
	world_end(world);
}

static void ids_are_never_given_twice(void **state)
{
	struct world *world = *state;
	world_write(world);
	assert_int_equal(store_next_id(world->txn, COUNTER_GROUP), 1);
	assert_int_equal(store_next_id(world->txn, COUNTER_GROUP), 2);
	store_raise_counter(world->txn, COUNTER_GROUP, 10);
	store_raise_counter(world->txn, COUNTER_GROUP, 5);
	assert_int_equal(store_next_id(world->txn, COUNTER_GROUP), 10);
	world_end(world);
}

static void change_is_numbered_and_read_back(void **state)
{
	struct world *world = *state;
	world_write(world);
	struct change change = {.at = 5, .type = CHANGE_JOINED, .operation = OPERATION_NONE, .group_id = 3};
	change.request_id = world_text(world, "abc");
	assert_int_equal(store_append_change(world->txn, &change, &world->texts), 1);
	change.operation = OPERATION_GROUP_JOIN;
	assert_int_equal(store_append_change(world->txn, &change, &world->texts), 2);
	world_end(world);
	world_read(world);
	struct change found;
	assert_true(store_next_change(world->txn, 1, &world->texts, &found));
	assert_int_equal(found.seq, 2);
	assert_int_equal(found.operation, OPERATION_GROUP_JOIN);
	assert_string_equal(texts_get(&world->texts, found.request_id), "abc");
	assert_false(store_next_change(world->txn, 2, &world->texts, &found));
	world_end(world);
	world_check(world, 0);
}

static void private_group_has_no_name_to_be_taken(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_group(world, 1, 1);
	struct group group = world_group(world, 1, 1);
	assert_true(store_name_is_taken(world->txn, group.name_fold, 0));
	assert_false(store_name_is_taken(world->txn, group.name_fold, 1));
	group.is_private = true;
	store_put_group(world->txn, &group, &world->texts, false);
	assert_false(store_name_is_taken(world->txn, group.name_fold, 0));
	struct text text = store_group_description(world->txn, 1, &world->texts);
	assert_string_equal(texts_get(&world->texts, text), "about");
	world_end(world);
	world_check(world, 0);
}

static void ended_ban_is_no_membership(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_user(world, 2);
	world_put_group(world, 1, 1);
	const struct note note = {.by = 1, .at = 5};
	struct membership ban = {.group_id = 1, .user_id = 2, .state = STATE_BANNED, .until = WORLD_NOW + 1};
	store_put_membership(world->txn, &ban, &note, &world->texts);
	assert_int_equal(store_find_membership(world->txn, 1, 2).state, STATE_BANNED);
	struct due due;
	assert_false(store_next_due(world->txn, &due));
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_WRITE, WORLD_NOW + 1);
	struct note found;
	assert_int_equal(store_find_membership(world->txn, 1, 2).state, STATE_NONE);
	assert_false(store_find_note(world->txn, 1, 2, &world->texts, &found));
	assert_true(store_next_due(world->txn, &due));
	assert_int_equal(due.kind, DUE_BAN);
	store_drop_due(world->txn, &due);
	assert_false(store_next_due(world->txn, &due));
	world_end(world);
	world_check(world, 0);
}

static void lifted_ban_and_answered_denial_leave_nothing_due(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_user(world, 2);
	world_put_group(world, 1, 1);
	const struct membership ban = {
		.group_id = 1, .user_id = 2, .state = STATE_BANNED, .until = WORLD_NOW + 1};
	store_put_membership(world->txn, &ban, NULL, NULL);
	const struct note denied = {.by = 1, .denied = true, .at = 100};
	const struct membership none = {.group_id = 1, .user_id = 2};
	store_put_membership(world->txn, &none, &denied, &world->texts);
	world_put_state(world, 1, 2, STATE_MEMBER, 200);
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_READ, 100 + 2 * DECISION_KEPT_S);
	struct due due;
	assert_false(store_next_due(world->txn, &due));
	world_end(world);
}

static void decision_lasts_until_it_is_dropped(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_user(world, 2);
	world_put_group(world, 1, 1);
	world_put_state(world, 1, 2, STATE_REQUESTED, 5);
	const struct note denied = {.by = 1, .denied = true, .at = 100};
	const struct membership none = {.group_id = 1, .user_id = 2};
	store_put_membership(world->txn, &none, &denied, &world->texts);
	struct note found;
	struct membership pair;
	assert_true(store_find_note(world->txn, 1, 2, &world->texts, &found) && found.denied);
	assert_true(store_next_decision(world->txn, 0, 0, &world->texts, &pair, &found));
	assert_int_equal(pair.user_id, 2);
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_WRITE, 100 + DECISION_KEPT_S);
	struct due due;
	assert_true(store_next_due(world->txn, &due));
	store_drop_due(world->txn, &due);
	assert_false(store_find_note(world->txn, 1, 2, &world->texts, &found));
	world_end(world);
	world_check(world, 0);
}

static void invitation_follows_the_membership(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_user(world, 2);
	world_put_group(world, 1, 1);
	world_put_state(world, 1, 2, STATE_INVITED, 5);
	struct invitation invitation;
	assert_true(store_find_invitation(world->txn, 1, &world->texts, &invitation));
	assert_int_equal(invitation.state, INVITATION_PENDING);
	world_end(world);
	world_check(world, 0);
	world_write(world);
	world_put_state(world, 1, 2, STATE_MEMBER, 6);
	assert_true(store_find_invitation(world->txn, 1, &world->texts, &invitation));
	assert_int_equal(invitation.state, INVITATION_ACCEPTED);
	world_end(world);
	world_check(world, 0);
}

static void invitation_by_address_waits_for_it(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_group(world, 1, 1);
	struct invitation invitation = {
		.id = store_next_id(world->txn, COUNTER_INVITATION), .group_id = 1, .by = 1};
	invitation.email = world_text(world, "new@example.org");
	store_put_invitation(world->txn, &invitation, &world->texts);
	struct invitation found;
	assert_true(store_next_invitation_of_email(world->txn, "new@example.org", 0, &world->texts, &found));
	assert_false(store_next_invitation_of_email(
		world->txn, "new@example.org", found.id, &world->texts, &found));
	world_end(world);
	world_check(world, 0);
	world_write(world);
	world_put_user(world, 2);
	invitation.user_id = 2;
	invitation.email = (struct text){0};
	store_put_invitation(world->txn, &invitation, &world->texts);
	world_put_state(world, 1, 2, STATE_INVITED, 5);
	assert_false(store_next_invitation_of_email(world->txn, "new@example.org", 0, &world->texts, &found));
	assert_int_equal(store_counter(world->txn, COUNTER_INVITATION), 2);
	world_end(world);
	world_check(world, 0);
}

static void code_is_found_until_it_is_deleted(void **state)
{
	struct world *world = *state;
	uint8_t digest[DIGEST_SIZE];
	world_digest(digest, 1);
	world_write(world);
	world_put_user(world, 1);
	world_put_group(world, 1, 1);
	struct invite invite = {
		.id = store_next_id(world->txn, COUNTER_INVITE), .group_id = 1, .created_at = 3};
	invite.code = world_text(world, "abc123");
	store_put_invite(world->txn, &invite, &world->texts, digest);
	world_end(world);
	world_check(world, 0);
	world_write(world);
	uint64_t id = 0;
	assert_true(store_find_group_id_by_code(world->txn, digest, &id) && id == 1);
	assert_true(store_find_invite(world->txn, 1, &world->texts, &invite));
	assert_string_equal(texts_get(&world->texts, invite.code), "abc123");
	store_delete_invite(world->txn, 1);
	assert_false(store_find_group_id_by_code(world->txn, digest, &id));
	assert_false(store_find_invite(world->txn, 1, &world->texts, &invite));
	world_end(world);
	world_check(world, 0);
}

static struct invite_token token_of(struct world *world, uint64_t id)
{
	char identifier[32];
	(void)snprintf(identifier, sizeof identifier, "identifier-%u", (unsigned)id);
	return (struct invite_token){
		.id = id,
		.group_id = 1,
		.by = 1,
		.created_at = (int64_t)id,
		.expires_at = WORLD_NOW + 100,
		.max_uses = 2,
		.uses_left = 2,
		.identifier = world_text(world, identifier),
	};
}

static void only_live_invite_tokens_are_listed(void **state)
{
	struct world *world = *state;
	const struct listing listing = {.page = 1, .per_page = 2};
	world_write(world);
	world_put_user(world, 1);
	world_put_group(world, 1, 1);
	for (unsigned i = 0; i < 5; i++) {
		struct invite_token token = token_of(world, store_next_id(world->txn, COUNTER_INVITE_TOKEN));
		token.revoked = i == 1;
		token.uses_left = i == 2 ? 0 : 2;
		store_put_invite_token(world->txn, &token, &world->texts);
	}
	uint64_t id = 0;
	assert_true(store_find_invite_token_id(world->txn, "identifier-3", &id) && id == 3);
	store_list_invite_tokens(world->txn, 1, &listing, false, &world->page);
	assert_int_equal(world->page.total, 3);
	assert_int_equal(world->page.count, 2);
	assert_true(world->page.has_more);
	assert_int_equal(world->page.invite_tokens[1].id, 4);
	assert_int_equal(world->page.invite_tokens_by[1].id, 1);
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_WRITE, WORLD_NOW + 100);
	store_list_invite_tokens(world->txn, 1, &listing, false, &world->page);
	assert_int_equal(world->page.total, 0);
	struct due due;
	while (store_next_due(world->txn, &due)) {
		store_drop_due(world->txn, &due);
	}
	assert_false(store_find_invite_token_id(world->txn, "identifier-3", &id));
	world_end(world);
	world_check(world, 0);
}

static void resolve_answers_all_of_the_preamble(void **state)
{
	struct world *world = *state;
	struct application application = {.id = 1, .active = true};
	struct token token = {
		.id = 1, .user_id = 1, .application_id = 1, .active = true, .scope = SCOPE_WRITE};
	world_digest(application.api_key_digest, 1);
	world_digest(token.digest, 2);
	world_write(world);
	world_put_user(world, 1);
	world_put_group(world, 1, 1);
	texts_clear(&world->texts);
	store_put_application(world->txn, &application, &world->texts);
	store_put_token(world->txn, &token, &world->texts);
	store_raise_counter(world->txn, COUNTER_APPLICATION, 2);
	store_raise_counter(world->txn, COUNTER_TOKEN, 2);
	world_end(world);
	world_check(world, 0);
	const struct reference reference = {.kind = REFERENCE_SLUG};
	const struct lookup lookup = {
		.api_key_digest = application.api_key_digest,
		.token_digest = token.digest,
		.group = &reference,
		.group_slug = "g1",
	};
	struct resolved resolved;
	world_write(world);
	store_resolve(world->txn, &lookup, &world->texts, &resolved);
	assert_true(resolved.application_found && resolved.application_active);
	assert_true(resolved.token_found && resolved.token_active);
	assert_int_equal(resolved.caller.id, 1);
	assert_true(resolved.group_found);
	assert_int_equal(resolved.membership.role, ROLE_OWNER);
	application.active = false;
	store_put_application(world->txn, &application, &world->texts);
	store_resolve(world->txn, &lookup, &world->texts, &resolved);
	assert_false(resolved.application_active || resolved.token_active);
	world_end(world);
	world_check(world, 0);
}

static void heir_is_the_first_active_admin(void **state)
{
	struct world *world = *state;
	world_write(world);
	for (uint64_t id = 1; id <= 4; id++) {
		world_put_user(world, id);
	}
	world_put_group(world, 1, 1);
	struct membership heir;
	assert_false(store_find_heir(world->txn, 1, 1, &heir));
	world_put_member(world, 1, 2, ROLE_MEMBER, 10);
	world_put_member(world, 1, 3, ROLE_ADMIN, 30);
	world_put_member(world, 1, 4, ROLE_ADMIN, 20);
	struct user user = world_user(world, 4);
	user.active = false;
	store_put_user(world->txn, &user, &world->texts);
	assert_true(store_find_heir(world->txn, 1, 1, &heir) && heir.user_id == 3);
	user = world_user(world, 3);
	user.active = false;
	store_put_user(world->txn, &user, &world->texts);
	assert_true(store_find_heir(world->txn, 1, 1, &heir) && heir.user_id == 2);
	user = world_user(world, 2);
	user.active = false;
	store_put_user(world->txn, &user, &world->texts);
	assert_true(store_find_heir(world->txn, 1, 1, &heir) && heir.user_id == 4);
	world_end(world);
	world_check(world, 0);
}

static void deleted_group_is_swept_in_slices(void **state)
{
	struct world *world = *state;
	const struct listing listing = {.page = 1, .per_page = 10};
	world_write(world);
	for (uint64_t id = 1; id <= 700; id++) {
		world_put_user(world, id);
	}
	world_put_group(world, 1, 1);
	for (uint64_t id = 2; id <= 700; id++) {
		world_put_state(world, 1, id, id % 10 == 0 ? STATE_INVITED : STATE_MEMBER, 5);
	}
	world_end(world);
	world_check(world, 0);
	world_write(world);
	store_delete_group(world->txn, 1);
	world_end(world);
	world_check(world, 1);
	world_write(world);
	struct group group;
	assert_false(store_find_group(world->txn, 1, &world->texts, &group));
	assert_int_equal(store_find_membership(world->txn, 1, 699).state, STATE_NONE);
	assert_int_equal(store_count_members(world->txn, 1), 0);
	assert_true(store_user_has_room(world->txn, 699, 1));
	store_list_groups_of_user(world->txn, 699, false, &listing, false, &world->page);
	assert_int_equal(world->page.total, 0);
	unsigned slices = 1;
	while (store_sweep(world->txn)) {
		slices++;
	}
	assert_int_equal(slices, 3);
	world_end(world);
	world_check(world, 0);
}

/* What a list of members should be, taken from the ids that world_put_member gave out. */
/* However many there are: passing over them would cost every batch a look at each. */
static void ended_bans_of_a_deleted_group_are_dropped_in_silence(void **state)
{
	struct world *world = *state;
	const uint64_t people = 3 * SLICE_ROWS_MAX;
	world_write(world);
	for (uint64_t id = 1; id <= people; id++) {
		world_put_user(world, id);
	}
	world_put_group(world, 1, 1);
	world_put_group(world, 2, 1);
	for (uint64_t id = 2; id <= people; id++) {
		struct membership ban = {.group_id = 1, .user_id = id, .state = STATE_BANNED, .until = WORLD_NOW + 1};
		ban.group_id = id == people ? 2 : 1;
		ban.until += id == people;
		store_put_membership(world->txn, &ban, NULL, NULL);
	}
	store_delete_group(world->txn, 1);
	world_end(world);
	world_begin(world, TXN_WRITE, WORLD_NOW + 2);
	struct due due;
	unsigned dropped = 0;
	while (store_next_due(world->txn, &due) && due.of_deleted_group) {
		assert_int_equal(due.group_id, 1);
		store_drop_due(world->txn, &due);
		dropped++;
	}
	assert_int_equal(dropped, people - 1 - SLICE_ROWS_MAX);
	assert_int_equal(due.group_id, 2);
	assert_int_equal(due.user_id, people);
	store_drop_due(world->txn, &due);
	assert_false(store_next_due(world->txn, &due));
	assert_false(store_sweep(world->txn));
	world_end(world);
	world_check(world, 0);
}

static void expect_members(struct world *world, const struct group *group, enum order order,
	const uint64_t *ids, uint32_t count, uint32_t per_page)
{
	struct listing listing = {.order = order, .per_page = per_page, .page = 1};
	for (uint32_t at = 0; at < count; listing.page++) {
		store_list_members(world->txn, group, &listing, false, &world->page);
		assert_int_equal(world->page.total, count);
		uint32_t expected = count - at < per_page ? count - at : per_page;
		assert_int_equal(world->page.count, expected);
		for (uint32_t i = 0; i < expected; i++) {
			assert_int_equal(world->page.members[i].user.id, ids[at + i]);
		}
		at += expected;
		assert_int_equal(world->page.has_more, at < count);
	}
	bool after_given = false;
	listing.page = 1;
	for (uint32_t at = 0; at < count; after_given = true) {
		store_list_members(world->txn, group, &listing, after_given, &world->page);
		assert_true(world->page.count > 0);
		for (uint32_t i = 0; i < world->page.count; i++) {
			assert_int_equal(world->page.members[i].user.id, ids[at++]);
		}
		assert_int_equal(world->page.has_more, at < count);
		listing.after = world->page.last;
	}
	listing.page = count + 2;
	store_list_members(world->txn, group, &listing, false, &world->page);
	assert_int_equal(world->page.count, 0);
	assert_false(world->page.has_more);
}

static void reverse(uint64_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count / 2; i++) {
		uint64_t id = ids[i];
		ids[i] = ids[count - 1 - i];
		ids[count - 1 - i] = id;
	}
}

/* Members 1..count join in the order of a permutation; `owner` is one of them. */
static void expect_every_order(struct world *world, uint32_t count, uint64_t owner, uint32_t per_page)
{
	uint64_t *ids = calloc(count, sizeof *ids);
	world_write(world);
	for (uint64_t id = 1; id <= count; id++) {
		world_put_user(world, id);
	}
	struct group group = world_group(world, 1, owner);
	store_put_group(world->txn, &group, &world->texts, true);
	store_raise_counter(world->txn, COUNTER_GROUP, 2);
	for (uint32_t i = 0; i < count; i++) {
		ids[i] = ((uint64_t)i * 7919) % count + 1;
		world_put_member(world, 1, ids[i], ids[i] == owner ? ROLE_OWNER : ROLE_MEMBER, 10 + i);
	}
	world_end(world);
	world_read(world);
	expect_members(world, &group, ORDER_CREATED_ASC, ids, count, per_page);
	reverse(ids, count);
	expect_members(world, &group, ORDER_CREATED_DESC, ids, count, per_page);
	uint32_t at = 0;
	while (ids[at] != owner) {
		at++;
	}
	memmove(ids + 1, ids, at * sizeof *ids);
	ids[0] = owner;
	expect_members(world, &group, ORDER_DEFAULT, ids, count, per_page);
	for (uint32_t i = 0; i < count; i++) {
		ids[i] = count - i;
	}
	expect_members(world, &group, ORDER_NAME_ASC, ids, count, per_page);
	reverse(ids, count);
	expect_members(world, &group, ORDER_NAME_DESC, ids, count, per_page);
	const struct listing complete = {.order = ORDER_ID_ASC};
	store_list_members(world->txn, &group, &complete, false, &world->page);
	assert_int_equal(world->page.count, count);
	assert_memory_equal(world->page.ids, ids, count * sizeof *ids);
	world_end(world);
	world_check(world, 0);
	free(ids);
}

static void small_group_lists_in_every_order(void **state)
{
	expect_every_order(*state, 23, 5, 4);
}

static void large_group_lists_in_every_order(void **state)
{
	expect_every_order(*state, 601, 300, 100);
}

static void pages_of_one_put_the_owner_first(void **state)
{
	expect_every_order(*state, 5, 1, 1);
}

static void roster_by_name_falls_with_the_group(void **state)
{
	struct world *world = *state;
	expect_every_order(world, 503, 503, 250);
	world_write(world);
	for (uint64_t id = 1; id <= 300; id++) {
		world_put_state(world, 1, id, STATE_NONE, 0);
	}
	world_end(world);
	world_check(world, 0);
	world_write(world);
	struct group group = world_group(world, 1, 503);
	const struct listing listing = {.order = ORDER_NAME_DESC, .page = 1, .per_page = 2};
	store_list_members(world->txn, &group, &listing, false, &world->page);
	assert_int_equal(world->page.total, 203);
	assert_int_equal(world->page.members[0].user.id, 301);
	world_end(world);
}

static void groups_of_a_user_are_sorted_and_cut(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	for (uint64_t id = 1; id <= 7; id++) {
		world_put_group(world, id, 1);
	}
	struct group group = world_group(world, 3, 1);
	group.is_private = true;
	store_put_group(world->txn, &group, &world->texts, false);
	static const struct {
		enum order order;
		uint64_t ids[3];
	} cases[] = {
		{ORDER_DEFAULT, {7, 6, 5}},
		{ORDER_NAME_ASC, {7, 6, 5}},
		{ORDER_NAME_DESC, {1, 2, 3}},
		{ORDER_CREATED_ASC, {1, 2, 3}},
		{ORDER_CREATED_DESC, {7, 6, 5}},
		{ORDER_UPDATED_ASC, {7, 6, 5}},
		{ORDER_UPDATED_DESC, {1, 2, 3}},
	};
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct listing listing = {.order = cases[i].order, .page = 1, .per_page = 2};
		store_list_groups_of_user(world->txn, 1, false, &listing, false, &world->page);
		assert_int_equal(world->page.total, 7);
		assert_int_equal(world->page.count, 2);
		assert_int_equal(world->page.groups[0].group.id, cases[i].ids[0]);
		assert_int_equal(world->page.groups[1].group.id, cases[i].ids[1]);
		assert_int_equal(world->page.groups[1].member_count, 1);
		assert_int_equal(world->page.groups[1].owner.id, 1);
		assert_int_equal(world->page.groups[1].caller.role, ROLE_OWNER);
		listing.after = world->page.last;
		store_list_groups_of_user(world->txn, 1, false, &listing, true, &world->page);
		assert_int_equal(world->page.groups[0].group.id, cases[i].ids[2]);
	}
	const struct listing listing = {.order = ORDER_ID_ASC};
	store_list_groups_of_user(world->txn, 1, true, &listing, false, &world->page);
	assert_int_equal(world->page.count, 6);
	assert_int_equal(world->page.ids[2], 4);
	world_end(world);
	world_check(world, 0);
}

static void user_with_max_groups_has_no_room(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_user(world, 2);
	world_put_group(world, 1, 1);
	world_put_group(world, 2, 1);
	world_put_group(world, 3, 2);
	world_put_state(world, 3, 1, STATE_REQUESTED, 4);
	assert_true(store_user_has_room(world->txn, 1, 3));
	assert_false(store_user_has_room(world->txn, 1, 2));
	world_end(world);
}

#define RANDOM_USERS 30
#define RANDOM_GROUPS 8

/* What the store should hold, as plainly as can be. */
struct model {
	enum state states[RANDOM_GROUPS + 1][RANDOM_USERS + 1];
	bool stands[RANDOM_GROUPS + 1];
};

static void act_at_random(struct world *world, struct model *model)
{
	uint64_t group_id = (uint64_t)(random() % RANDOM_GROUPS) + 1;
	uint64_t user_id = (uint64_t)(random() % (RANDOM_USERS - 1)) + 2; /* 1 owns every group */
	if (!model->stands[group_id]) {
		return;
	}
	if (random() % 400 == 0) {
		store_delete_group(world->txn, group_id);
		model->stands[group_id] = false;
		memset(model->states[group_id], 0, sizeof model->states[group_id]);
		return;
	}
	enum state next = (enum state)(random() % STATE_COUNT);
	world_put_state(world, group_id, user_id, next, random() % 50);
	model->states[group_id][user_id] = next;
}

static void expect_model(struct world *world, const struct model *model)
{
	for (uint64_t group_id = 1; group_id <= RANDOM_GROUPS; group_id++) {
		uint64_t members = model->stands[group_id] ? 1 : 0;
		for (uint64_t user_id = 2; user_id <= RANDOM_USERS; user_id++) {
			enum state expected = model->states[group_id][user_id];
			assert_int_equal(
				store_find_membership(world->txn, group_id, user_id).state, expected);
			members += expected == STATE_MEMBER;
		}
		assert_int_equal(store_count_members(world->txn, group_id), members);
	}
}

static void random_memberships_agree_with_a_naive_model(void **state)
{
	struct world *world = *state;
	struct model model = {0};
	srandom(7);
	world_write(world);
	for (uint64_t id = 1; id <= RANDOM_USERS; id++) {
		world_put_user(world, id);
	}
	for (uint64_t id = 1; id <= RANDOM_GROUPS; id++) {
		world_put_group(world, id, 1);
		model.stands[id] = true;
	}
	world_end(world);
	for (unsigned round = 0; round < 20; round++) {
		world_write(world);
		for (unsigned i = 0; i < 100; i++) {
			act_at_random(world, &model);
		}
		expect_model(world, &model);
		world_end(world);
		world_check(world, 0);
	}
}

static void walks_meet_every_record_once(void **state)
{
	struct world *world = *state;
	world_write(world);
	for (uint64_t id = 1; id <= 3; id++) {
		world_put_user(world, id);
		world_put_group(world, id, 1);
	}
	world_put_state(world, 2, 3, STATE_REQUESTED, 9);
	world_end(world);
	world_read(world);
	struct membership membership = {0};
	unsigned count = 0;
	while (store_next_membership(world->txn, membership.user_id, membership.group_id, &membership)) {
		count++;
	}
	assert_int_equal(count, 4);
	assert_int_equal(membership.user_id, 3);
	struct group group = {0};
	for (count = 0; store_next_group(world->txn, group.id, &world->texts, &group); count++) {
		assert_string_equal(texts_get(&world->texts, group.description), "about");
	}
	assert_int_equal(count, 3);
	world_end(world);
}

static void put_application(struct world *world, uint64_t id)
{
	struct application application = {.id = id, .active = true, .name = world_text(world, "a client")};
	world_digest(application.api_key_digest, (unsigned)id);
	store_put_application(world->txn, &application, &world->texts);
	store_raise_counter(world->txn, COUNTER_APPLICATION, id + 1);
}

static void calls_add_up_by_application_day_and_operation(void **state)
{
	static const struct usage calls[] = {
		{2, 20000, OPERATION_GROUP_JOIN, 5},
		{1, 20001, OPERATION_GROUP_JOIN, 1},
		{1, 20000, OPERATION_GROUP_LEAVE, 3},
		{1, 20000, OPERATION_GROUP_JOIN, UINT64_C(1) << 40},
		{1, 20000, OPERATION_GROUP_JOIN, 2},
	};
	static const struct usage sums[] = {
		{1, 20000, OPERATION_GROUP_JOIN, (UINT64_C(1) << 40) + 2},
		{1, 20000, OPERATION_GROUP_LEAVE, 3},
		{1, 20001, OPERATION_GROUP_JOIN, 1},
		{2, 20000, OPERATION_GROUP_JOIN, 5},
	};
	struct world *world = *state;
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		world_write(world);
		put_application(world, calls[i].application_id);
		store_add_usage(world->txn, &calls[i]);
		world_end(world);
	}
	world_check(world, 0);
	world_read(world);
	struct usage usage = {0};
	for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
		assert_true(store_next_usage(world->txn, &usage, &usage));
		assert_int_equal(usage.application_id, sums[i].application_id);
		assert_int_equal(usage.day, sums[i].day);
		assert_int_equal(usage.operation, sums[i].operation);
		assert_int_equal(usage.calls, sums[i].calls);
	}
	assert_false(store_next_usage(world->txn, &usage, &usage));
	world_end(world);
}

static void hear_error(void *context, const char *line)
{
	(void)context;
	assert_string_equal(line, "application 7: has calls but does not exist");
}

static void calls_of_nobody_are_an_error(void **state)
{
	struct world *world = *state;
	world_write(world);
	store_add_usage(world->txn, &(const struct usage){7, 20000, OPERATION_GROUP_JOIN, 1});
	world_end(world);
	world_read(world);
	struct check_result result;
	store_check(world->txn, hear_error, NULL, &result);
	assert_int_equal(result.errors, 1);
	world_end(world);
}

#define OVER(setup, test) cmocka_unit_test_setup_teardown(test, setup, world_teardown)
#define TESTS(setup) \
	OVER(setup, user_is_found_by_every_name), OVER(setup, renamed_user_is_not_found_by_the_old_name), \
		OVER(setup, try_ends_at_the_first_write), OVER(setup, abandoned_transaction_leaves_nothing), \
		OVER(setup, ids_are_never_given_twice), \
		OVER(setup, time_of_writing_never_goes_back), OVER(setup, change_is_numbered_and_read_back), \
		OVER(setup, private_group_has_no_name_to_be_taken), OVER(setup, ended_ban_is_no_membership), \
		OVER(setup, lifted_ban_and_answered_denial_leave_nothing_due), \
		OVER(setup, decision_lasts_until_it_is_dropped), \
		OVER(setup, invitation_follows_the_membership), \
		OVER(setup, invitation_by_address_waits_for_it), \
		OVER(setup, code_is_found_until_it_is_deleted), \
		OVER(setup, only_live_invite_tokens_are_listed), \
		OVER(setup, resolve_answers_all_of_the_preamble), \
		OVER(setup, heir_is_the_first_active_admin), OVER(setup, deleted_group_is_swept_in_slices), \
		OVER(setup, ended_bans_of_a_deleted_group_are_dropped_in_silence), \
		OVER(setup, small_group_lists_in_every_order), \
		OVER(setup, large_group_lists_in_every_order), \
		OVER(setup, pages_of_one_put_the_owner_first), \
		OVER(setup, roster_by_name_falls_with_the_group), \
		OVER(setup, groups_of_a_user_are_sorted_and_cut), \
		OVER(setup, user_with_max_groups_has_no_room), \
		OVER(setup, random_memberships_agree_with_a_naive_model), \
		OVER(setup, calls_add_up_by_application_day_and_operation), \
		OVER(setup, calls_of_nobody_are_an_error), \
		OVER(setup, walks_meet_every_record_once)

int main(void)
{
	const struct CMUnitTest over_directory[] = {TESTS(world_setup_directory)};
	return cmocka_run_group_tests(over_directory, NULL, NULL);
}
