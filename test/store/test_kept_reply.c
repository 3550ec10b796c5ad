/* Kept replies: every item comes back, damage is found, and they end. Over every backend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "store/kept_reply.h"
#include "world.h"

static struct text fill(struct texts *texts, size_t length, char with)
{
	char bytes[4 * DESCRIPTION_MAX];
	memset(bytes, with, length);
	return texts_add(texts, bytes, length);
}

/* Every text as long as it may be: four bytes for a code point. */
static struct user long_user(struct texts *texts, uint64_t id)
{
	struct user user = {.id = id, .created_at = 3, .updated_at = 4, .active = true, .version = 5};
	user.username = fill(texts, 4 * USERNAME_MAX, 'u');
	user.name = fill(texts, 4 * PERSON_NAME_MAX, 'n');
	user.slug = fill(texts, SLUG_SIZE_MAX, 's');
	user.email = fill(texts, EMAIL_SIZE_MAX, 'e');
	user.url = fill(texts, URL_SIZE_MAX, 'r');
	user.zip = fill(texts, 4 * ZIP_MAX, 'z');
	user.avatar_url = fill(texts, URL_SIZE_MAX, 'a');
	memset(user.username_fold, (int)id, sizeof user.username_fold);
	memset(user.username_order, (int)id + 1, sizeof user.username_order);
	return user;
}

static struct group long_group(struct texts *texts, uint64_t id)
{
	struct group group = {
		.id = id,
		.owner_id = 7,
		.created_at = 8,
		.updated_at = 9,
		.version = 10,
		.commercial_account_id = 11,
		.topic_count = 12,
		.member_moderation = true,
		.type = GROUP_TYPE_ROLE,
	};
	group.name = fill(texts, 4 * GROUP_NAME_MAX, 'g');
	group.slug = fill(texts, SLUG_SIZE_MAX, 'l');
	group.avatar_url = fill(texts, URL_SIZE_MAX, 'v');
	memset(group.name_fold, (int)id, sizeof group.name_fold);
	return group;
}

static struct membership some_membership(enum state state)
{
	return (struct membership){
		.group_id = 1,
		.user_id = 2,
		.state = state,
		.role = state == STATE_MEMBER ? ROLE_ADMIN : ROLE_NONE,
		.since = 13,
		.until = state == STATE_BANNED ? TIME_FOREVER : 0,
		.has_note = true,
	};
}

static struct note long_note(struct texts *texts)
{
	struct note note = {.by = 3, .denied = true, .at = 14};
	note.words = fill(texts, 4 * MESSAGE_MAX, 'w');
	return note;
}

static void fill_views(struct reply *reply)
{
	struct texts *texts = &reply->texts;
	reply->group.group = long_group(texts, 1);
	reply->group.group.description = fill(texts, 4 * DESCRIPTION_MAX, 'd');
	reply->group.owner = long_user(texts, 7);
	reply->group.member_count = 15;
	reply->group.caller = some_membership(STATE_MEMBER);
	reply->group.caller_known = true;
	reply->member.user = long_user(texts, 2);
	reply->member.membership = some_membership(STATE_REQUESTED);
	reply->standing.user = long_user(texts, 20);
	reply->standing.membership = some_membership(STATE_BANNED);
	reply->standing.note = long_note(texts);
	reply->standing.by = long_user(texts, 21);
	reply->standing.group = long_group(texts, 22);
	reply->invitation.group = long_group(texts, 23);
	reply->invitation.invitee = long_user(texts, 24);
	reply->invitation.by = long_user(texts, 25);
	reply->invitation.invitation = (struct invitation){
		.id = 26, .group_id = 23, .user_id = 24, .by = 25, .created_at = 27, .ended_at = 28};
	reply->invitation.invitation.state = INVITATION_ACCEPTED;
	reply->invitation.invitation.email = fill(texts, EMAIL_SIZE_MAX, 'i');
}

static void fill_rest(struct reply *reply)
{
	struct texts *texts = &reply->texts;
	reply->note = long_note(texts);
	reply->invite = (struct invite){.id = 30, .group_id = 1, .created_at = 31};
	reply->invite.code = fill(texts, CODE_SIZE_MAX, 'c');
	reply->invite_token = (struct invite_token){.id = 32,
		.group_id = 1,
		.by = 33,
		.created_at = 34,
		.expires_at = 35,
		.max_uses = 37,
		.uses_left = 36,
		.user_id = 38,
		.revoked = true};
	reply->invite_token.identifier = fill(texts, 43, 'y');
	reply->invite_token_by = long_user(texts, 33);
	reply->user_token = (struct token){
		.id = 39, .user_id = 40, .application_id = 41, .scope = SCOPE_WRITE, .active = true, .created_at = 42};
	reply->user_token.label = fill(texts, 4 * LABEL_MAX, 'b');
	reply->user = long_user(texts, 40);
	reply->application = (struct application){.id = 41, .active = true, .created_at = 43};
	reply->application.name = fill(texts, 4 * PERSON_NAME_MAX, 'p');
	reply->application.callback_url = fill(texts, URL_SIZE_MAX, 'k');
}

static void fill_reply(struct reply *reply)
{
	reply_init(reply);
	reply->outcome = OUTCOME_TOKEN_MINTED;
	reply->items = 2 * REPLY_ITEM_LAST - 1 - REPLY_PAGE;
	reply->version = 44;
	(void)strcpy(reply->field, "name");
	fill_views(reply);
	fill_rest(reply);
	reply->macaroon = fill(&reply->texts, 100, 'm');
	reply->secret = fill(&reply->texts, 100, 'x');
}

static struct kept some_kept(unsigned fingerprint)
{
	struct kept kept = {.token_id = 5, .at = WORLD_NOW};
	memset(kept.key, 0x33, sizeof kept.key);
	memset(kept.fingerprint, (int)fingerprint, sizeof kept.fingerprint);
	return kept;
}

/* Every text of the reply, so that two replies are compared by what they say and not by where it stands. */
static void expect_same(const struct reply *found, const struct reply *kept)
{
	uint8_t *first = malloc(KEPT_REPLY_SIZE_MAX);
	uint8_t *second = malloc(KEPT_REPLY_SIZE_MAX);
	const struct kept key = some_kept(1);
	size_t size = kept_reply_write(first, KEPT_REPLY_SIZE_MAX, &key, kept);
	assert_true(size > 0);
	assert_int_equal(kept_reply_write(second, KEPT_REPLY_SIZE_MAX, &key, found), size);
	assert_memory_equal(first, second, size);
	free(first);
	free(second);
}

/* What writing might leave out is compared by hand, a field of each item. */
static void expect_items(const struct reply *found)
{
	assert_int_equal(found->outcome, OUTCOME_TOKEN_MINTED);
	assert_string_equal(found->field, "name");
	assert_int_equal(found->version, 44);
	assert_true(found->items & REPLY_MACAROON);
	assert_int_equal(found->group.group.description.length, 4 * DESCRIPTION_MAX);
	assert_int_equal(found->group.group.topic_count, 12);
	assert_int_equal(found->group.owner.version, 5);
	assert_int_equal(found->group.member_count, 15);
	assert_int_equal(found->group.caller.role, ROLE_ADMIN);
	assert_true(found->group.caller_known && found->group.caller.has_note);
	assert_int_equal(found->member.user.avatar_url.length, URL_SIZE_MAX);
	assert_int_equal(found->member.membership.state, STATE_REQUESTED);
	assert_true(found->note.denied && found->note.by == 3 && found->note.at == 14);
	assert_int_equal(found->invite.group_id, 1);
	assert_int_equal(found->invite.id, 30);
	assert_int_equal(found->invite.code.length, CODE_SIZE_MAX);
	assert_int_equal(found->invite_token.uses_left, 36);
	assert_int_equal(found->invite_token_by.id, 33);
	assert_int_equal(found->standing.membership.until, TIME_FOREVER);
	assert_int_equal(found->standing.by.id, 21);
	assert_int_equal(found->standing.group.id, 22);
	assert_int_equal(found->standing.note.words.length, 4 * MESSAGE_MAX);
	assert_int_equal(found->invitation.invitation.ended_at, 28);
	assert_int_equal(found->invitation.invitation.email.length, EMAIL_SIZE_MAX);
	assert_int_equal(found->invitation.invitee.id, 24);
	assert_int_equal(found->invitation.by.id, 25);
	assert_int_equal(found->user_token.application_id, 41);
	assert_int_equal(found->user.id, 40);
	assert_int_equal(found->application.callback_url.length, URL_SIZE_MAX);
	assert_int_equal(found->macaroon.length, 0);
	assert_int_equal(found->secret.length, 0);
}

static void every_item_of_a_kept_reply_comes_back(void **state)
{
	struct world *world = *state;
	static struct reply reply;
	static struct reply found;
	struct kept kept = some_kept(1);
	fill_reply(&reply);
	reply_init(&found);
	world_write(world);
	bool same = false;
	assert_false(store_find_kept_reply(world->txn, &kept, &same, &found));
	store_keep_reply(world->txn, &kept, &reply);
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_READ, WORLD_NOW + 1);
	kept.at = 0;
	assert_true(store_find_kept_reply(world->txn, &kept, &same, &found));
	world_end(world);
	assert_true(same);
	assert_int_equal(kept.at, WORLD_NOW);
	expect_items(&found);
	expect_same(&found, &reply);
	reply_finish(&found);
	reply_finish(&reply);
}

static void other_request_with_the_same_key_gets_nothing(void **state)
{
	struct world *world = *state;
	static struct reply reply;
	struct kept kept = some_kept(1);
	reply_init(&reply);
	reply.outcome = OUTCOME_LEFT;
	world_write(world);
	store_keep_reply(world->txn, &kept, &reply);
	reply_clear(&reply);
	kept = some_kept(2);
	bool same = true;
	assert_true(store_find_kept_reply(world->txn, &kept, &same, &reply));
	assert_false(same);
	assert_int_equal(reply.outcome, OUTCOME_NONE);
	kept = some_kept(1);
	kept.token_id = 6;
	assert_false(store_find_kept_reply(world->txn, &kept, &same, &reply));
	world_end(world);
	reply_finish(&reply);
}

static unsigned drop_due(struct world *world)
{
	struct due due;
	unsigned dropped = 0;
	while (store_next_due(world->txn, &due)) {
		assert_int_equal(due.kind, DUE_KEPT_REPLY);
		store_drop_due(world->txn, &due);
		dropped++;
	}
	return dropped;
}

static void kept_reply_ends(void **state)
{
	struct world *world = *state;
	static struct reply reply;
	struct kept kept = some_kept(1);
	bool same;
	reply_init(&reply);
	reply.outcome = OUTCOME_LEFT;
	world_write(world);
	store_keep_reply(world->txn, &kept, &reply);
	world_end(world);
	world_begin(world, TXN_WRITE, WORLD_NOW + IDEMPOTENCY_KEPT_S - 1);
	assert_true(store_find_kept_reply(world->txn, &kept, &same, &reply));
	assert_int_equal(drop_due(world), 0);
	world_end(world);
	world_begin(world, TXN_WRITE, WORLD_NOW + IDEMPOTENCY_KEPT_S);
	assert_false(store_find_kept_reply(world->txn, &kept, &same, &reply));
	kept.at = store_now(world->txn);
	store_keep_reply(world->txn, &kept, &reply); /* again, before the old row was dropped */
	assert_int_equal(drop_due(world), 0);
	assert_true(store_find_kept_reply(world->txn, &kept, &same, &reply));
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_WRITE, WORLD_NOW + 2 * IDEMPOTENCY_KEPT_S);
	assert_int_equal(drop_due(world), 1);
	assert_false(store_find_kept_reply(world->txn, &kept, &same, &reply));
	world_end(world);
	world_check(world, 0);
	reply_finish(&reply);
}

/* Each prefix is damage, and so is a byte too many and an outcome that nobody has. */
static void damaged_reply_is_found(void **state)
{
	(void)state;
	static struct reply reply;
	static struct reply found;
	static uint8_t bytes[KEPT_REPLY_SIZE_MAX];
	struct kept kept = some_kept(1);
	fill_reply(&reply);
	reply_init(&found);
	size_t size = kept_reply_write(bytes, sizeof bytes, &kept, &reply);
	assert_true(size > 0);
	for (size_t cut = 0; cut < size; cut += 1 + cut / 16) {
		reply_clear(&found);
		assert_false(kept_reply_read((struct bytes){.data = bytes, .size = cut}, &kept, &found));
	}
	reply_clear(&found);
	assert_false(kept_reply_read((struct bytes){.data = bytes, .size = size + 1}, &kept, &found));
	reply_clear(&found);
	assert_true(kept_reply_read((struct bytes){.data = bytes, .size = size}, &kept, &found));
	uint8_t *name = bytes + 1 + 8 + sizeof kept.fingerprint + 2;
	assert_memory_equal(name, "token_minted", 12);
	name[0] = 'T';
	reply_clear(&found);
	assert_false(kept_reply_read((struct bytes){.data = bytes, .size = size}, &kept, &found));
	assert_int_equal(kept_reply_write(bytes, size - 1, &kept, &reply), 0);
	reply_finish(&found);
	reply_finish(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(every_item_of_a_kept_reply_comes_back),
		WORLD_TEST(other_request_with_the_same_key_gets_nothing),
		WORLD_TEST(kept_reply_ends),
		cmocka_unit_test(damaged_reply_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
