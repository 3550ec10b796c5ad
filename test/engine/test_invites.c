/* Codes and invite tokens: who makes them, for whom they are good, and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attenuate.h"
#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "world.h"

struct minted {
	uint64_t id;
	char macaroon[MACAROON_SIZE_MAX + 1];
};

static enum outcome act(struct world *world, enum operation operation, const char *token, uint64_t group_id)
{
	(void)world_ask(world, DIALECT_V3, operation, token, group_id);
	return world_run(world);
}

/* Ada mints a token for 100 seconds; `user_id` 0: for anybody. */
static struct minted mint(struct world *world, uint64_t group_id, int64_t uses, uint64_t user_id)
{
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_INVITE_TOKEN_MINT, "ada/write", group_id);
	request->expires_in_s = 100;
	request->max_uses = uses;
	if (user_id != 0) {
		request->given |= GIVEN_USER_ID;
		request->user = (struct reference){.kind = REFERENCE_ID, .id = user_id};
	}
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MINTED);
	struct minted minted = {.id = world->reply.invite_token.id};
	(void)snprintf(minted.macaroon, sizeof minted.macaroon, "%s",
		reply_text(&world->reply, world->reply.macaroon));
	return minted;
}

static enum outcome join_by_token(struct world *world, const char *token, const char *macaroon)
{
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_GROUP_JOIN_BY_TOKEN, token, 0);
	world_give_invite(world, INVITE_TOKEN, macaroon);
	return world_run(world);
}

static enum outcome join_with(
	struct world *world, const char *token, uint64_t group_id, enum invite_kind kind, const char *invite)
{
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, token, group_id);
	world_give_invite(world, kind, invite);
	return world_run(world);
}

static enum outcome revoke(struct world *world, uint64_t group_id, uint64_t token_id)
{
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_INVITE_TOKEN_REVOKE, "ada/write", group_id);
	request->item_id = token_id;
	return world_run(world);
}

static void code_is_made_once_shown_and_taken_back(void **state)
{
	struct world *world = *state;
	assert_int_equal(act(world, OPERATION_INVITE_SHOW, "ada/read", PRIVATE_GROUP), OUTCOME_NO_INVITE);
	assert_int_equal(
		act(world, OPERATION_INVITE_CREATE, "ada/write", PRIVATE_GROUP), OUTCOME_INVITE_CREATED);
	assert_int_equal(world->reply.items, REPLY_INVITE | REPLY_GROUP);
	char code[CODE_SIZE + 1];
	(void)snprintf(code, sizeof code, "%s", reply_text(&world->reply, world->reply.invite.code));
	assert_int_equal(strlen(code), CODE_SIZE);
	assert_int_equal(world->reply.invite.created_at, world->now);
	assert_int_equal(
		act(world, OPERATION_INVITE_CREATE, "ada/write", PRIVATE_GROUP), OUTCOME_INVITE_EXISTS);
	assert_string_equal(reply_text(&world->reply, world->reply.invite.code), code);
	assert_int_equal(act(world, OPERATION_INVITE_SHOW, "ada/read", PRIVATE_GROUP), OUTCOME_OK);
	assert_string_equal(reply_text(&world->reply, world->reply.invite.code), code);
	assert_int_equal(join_with(world, "bob/write", PRIVATE_GROUP, INVITE_CODE, code), OUTCOME_JOINED);
	assert_int_equal(
		act(world, OPERATION_INVITE_DELETE, "ada/write", PRIVATE_GROUP), OUTCOME_INVITE_DELETED);
	assert_int_equal(world->changes, 1);
	assert_int_equal(
		act(world, OPERATION_INVITE_DELETE, "ada/write", PRIVATE_GROUP), OUTCOME_INVITE_DELETED);
	assert_int_equal(world->changes, 0);
	assert_int_equal(
		join_with(world, "cleo/write", PRIVATE_GROUP, INVITE_CODE, code), OUTCOME_NO_SUCH_GROUP);
	assert_int_equal(
		join_with(world, "cleo/write", OPEN_GROUP, INVITE_CODE, code), OUTCOME_INVITE_INVALID);
}

static void minting_answers_with_record_and_macaroon(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 3, BOB);
	const struct reply *reply = &world->reply;
	assert_int_equal(reply->items, REPLY_GROUP | REPLY_INVITE_TOKEN | REPLY_MACAROON);
	assert_int_equal(reply->invite_token.uses_left, 3);
	assert_int_equal(reply->invite_token.expires_at, world->now + 100);
	assert_int_equal(reply->invite_token.user_id, BOB);
	assert_int_equal(reply->invite_token_by.id, ADA);
	struct macaroon macaroon;
	assert_true(macaroon_read(minted.macaroon, strlen(minted.macaroon), &macaroon));
	assert_int_equal(macaroon.caveat_count, 2);
	assert_memory_equal(macaroon.bytes + macaroon.caveats[0].offset, "time < 1100", 11);
	assert_memory_equal(macaroon.bytes + macaroon.caveats[1].offset, "user = 2", 8);
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_TOKEN_MINTED);
	assert_int_equal(change.reference, minted.id);
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_INVITE_TOKEN_MINT, "ada/write", PRIVATE_GROUP);
	request->expires_in_s = request->max_uses = 1;
	request->given |= GIVEN_USER_ID;
	request->user = (struct reference){.kind = REFERENCE_ID, .id = 99};
	assert_int_equal(world_run(world), OUTCOME_USER_UNACCEPTABLE);
	assert_string_equal(world->reply.field, "user_id");
}

static void one_use_lets_one_person_in(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 1, 0);
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_JOINED);
	assert_int_equal(world->reply.group.group.id, PRIVATE_GROUP);
	assert_int_equal(world_change(world, 0).reference, minted.id);
	assert_int_equal(join_by_token(world, "cleo/write", minted.macaroon), OUTCOME_INVITE_INVALID);
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_ALREADY_MEMBER);
	assert_int_equal(world->reply.group.group.id, PRIVATE_GROUP);
	assert_int_equal(world_count_members(world, PRIVATE_GROUP), 2);
}

static void only_a_join_spends_a_use(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, MODERATED_GROUP, 2, 0);
	world_put_member(world, MODERATED_GROUP, DAN, STATE_BANNED, ROLE_NONE, 10);
	assert_int_equal(join_by_token(world, "dan/write", minted.macaroon), OUTCOME_BANNED);
	assert_int_equal(join_by_token(world, "ada/write", minted.macaroon), OUTCOME_ALREADY_MEMBER);
	assert_int_equal(join_by_token(world, "eve/write", minted.macaroon), OUTCOME_CALLER_SUSPENDED);
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_JOINED);
	assert_int_equal(join_with(world, "cleo/write", MODERATED_GROUP, INVITE_TOKEN, minted.macaroon),
		OUTCOME_JOINED);
	assert_int_equal(act(world, OPERATION_GROUP_LEAVE, "bob/write", MODERATED_GROUP), OUTCOME_LEFT);
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_INVITE_INVALID);
}

static void person_without_room_spends_no_use(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 1, 0);
	world->options.groups_per_user_max = 0;
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_TOO_MANY_GROUPS);
	world->options.groups_per_user_max = 1;
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_JOINED);
}

static void token_is_good_until_its_end_for_its_person_and_its_group(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 9, BOB);
	assert_int_equal(join_by_token(world, "cleo/write", minted.macaroon), OUTCOME_INVITE_INVALID);
	assert_int_equal(join_with(world, "bob/write", OPEN_GROUP, INVITE_TOKEN, minted.macaroon),
		OUTCOME_INVITE_INVALID);
	assert_int_equal(
		join_with(world, "bob/write", 99, INVITE_TOKEN, minted.macaroon), OUTCOME_NO_SUCH_GROUP);
	world->now += 100;
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_INVITE_INVALID);
	world->now -= 1;
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_JOINED);
}

static void expired_token_is_invalid_for_a_member_too(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 1, 0);
	world->now += 100;
	assert_int_equal(join_by_token(world, "ada/write", minted.macaroon), OUTCOME_INVITE_INVALID);
}

/* A holder of the master key may leave the caveat out; the record has its end all the same. */
static void record_ends_a_token_without_a_time_caveat(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 1, 0);
	struct macaroon macaroon;
	char identifier[IDENTIFIER_SIZE + 1] = {0};
	char endless[MACAROON_SIZE_MAX + 1];
	uint8_t root_key[32];
	assert_true(macaroon_read(minted.macaroon, strlen(minted.macaroon), &macaroon));
	memcpy(identifier, macaroon.bytes + macaroon.identifier.offset, IDENTIFIER_SIZE);
	secret_root_key(world->master_key, identifier, root_key);
	(void)macaroon_write(
		"onezone", identifier, NULL, 0, root_key, sizeof root_key, endless, sizeof endless);
	world->now += 100;
	assert_int_equal(join_by_token(world, "bob/write", endless), OUTCOME_INVITE_INVALID);
	world->now -= 1;
	assert_int_equal(join_by_token(world, "bob/write", endless), OUTCOME_JOINED);
}

static void forged_and_foreign_tokens_are_invalid(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 1, 0);
	char forged[MACAROON_SIZE_MAX + 1];
	struct macaroon macaroon;
	assert_true(macaroon_read(minted.macaroon, strlen(minted.macaroon), &macaroon));
	char identifier[IDENTIFIER_SIZE + 1] = {0};
	memcpy(identifier, macaroon.bytes + macaroon.identifier.offset, IDENTIFIER_SIZE);
	(void)macaroon_write(
		"onezone", identifier, NULL, 0, (const uint8_t *)"guess", 5, forged, sizeof forged);
	assert_int_equal(join_by_token(world, "bob/write", forged), OUTCOME_INVITE_INVALID);
	assert_int_equal(join_by_token(world, "ada/write", forged), OUTCOME_INVITE_INVALID);
	uint8_t root_key[32];
	secret_root_key(world->master_key, "never minted", root_key);
	(void)macaroon_write(
		"onezone", "never minted", NULL, 0, root_key, sizeof root_key, forged, sizeof forged);
	assert_int_equal(join_by_token(world, "bob/write", forged), OUTCOME_INVITE_INVALID);
	assert_int_equal(join_by_token(world, "bob/write", "MDAwMA"), OUTCOME_INVITE_INVALID);
	assert_int_equal(
		join_with(world, "bob/write", PRIVATE_GROUP, INVITE_TOKEN, forged), OUTCOME_NO_SUCH_GROUP);
}

static void unusable_invite_is_invalid_where_the_group_is_seen(void **state)
{
	struct world *world = *state;
	assert_int_equal(
		join_with(world, "bob/write", OPEN_GROUP, INVITE_UNUSABLE, ""), OUTCOME_INVITE_INVALID);
	assert_int_equal(
		join_with(world, "bob/write", PRIVATE_GROUP, INVITE_UNUSABLE, ""), OUTCOME_NO_SUCH_GROUP);
	assert_int_equal(
		join_with(world, "ada/write", PRIVATE_GROUP, INVITE_UNUSABLE, ""), OUTCOME_ALREADY_MEMBER);
}

static bool narrow(const char *macaroon, const char *caveat, char narrower[MACAROON_SIZE_MAX + 1])
{
	return attenuate(macaroon, strlen(macaroon), caveat, narrower, MACAROON_SIZE_MAX + 1) > 0;
}

static void caveat_added_by_a_holder_is_honoured(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 2, 0);
	char narrower[MACAROON_SIZE_MAX + 1];
	assert_true(narrow(minted.macaroon, "user = 3", narrower));
	assert_int_equal(join_by_token(world, "bob/write", narrower), OUTCOME_INVITE_INVALID);
	assert_int_equal(join_by_token(world, "cleo/write", narrower), OUTCOME_JOINED);
	assert_true(narrow(minted.macaroon, "group = 1", narrower));
	assert_int_equal(join_by_token(world, "bob/write", narrower), OUTCOME_INVITE_INVALID);
	assert_true(narrow(minted.macaroon, "group = 3", narrower));
	assert_int_equal(join_by_token(world, "bob/write", narrower), OUTCOME_JOINED);
}

static void revoked_token_lets_nobody_in_but_knows_its_members(void **state)
{
	struct world *world = *state;
	struct minted minted = mint(world, PRIVATE_GROUP, 5, 0);
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_JOINED);
	assert_int_equal(revoke(world, OPEN_GROUP, minted.id), OUTCOME_INVITE_TOKEN_NOT_FOUND);
	assert_int_equal(revoke(world, PRIVATE_GROUP, minted.id + 1), OUTCOME_INVITE_TOKEN_NOT_FOUND);
	assert_int_equal(revoke(world, PRIVATE_GROUP, minted.id), OUTCOME_TOKEN_REVOKED);
	assert_int_equal(world->changes, 1);
	assert_int_equal(revoke(world, PRIVATE_GROUP, minted.id), OUTCOME_TOKEN_REVOKED);
	assert_int_equal(world->changes, 0);
	assert_int_equal(join_by_token(world, "cleo/write", minted.macaroon), OUTCOME_INVITE_INVALID);
	assert_int_equal(join_by_token(world, "bob/write", minted.macaroon), OUTCOME_ALREADY_MEMBER);
	world->now += 100;
	assert_int_equal(revoke(world, PRIVATE_GROUP, minted.id), OUTCOME_INVITE_TOKEN_NOT_FOUND);
}

static void token_of_a_deleted_group_names_no_group(void **state)
{
	struct world *world = *state;
	struct minted unused = mint(world, PRIVATE_GROUP, 1, 0);
	struct minted revoked = mint(world, PRIVATE_GROUP, 1, 0);
	assert_int_equal(revoke(world, PRIVATE_GROUP, revoked.id), OUTCOME_TOKEN_REVOKED);
	assert_int_equal(
		act(world, OPERATION_GROUP_DELETE, "ada/write", PRIVATE_GROUP), OUTCOME_GROUP_DELETED);
	assert_int_equal(join_by_token(world, "bob/write", unused.macaroon), OUTCOME_NO_SUCH_GROUP);
	assert_int_equal(join_by_token(world, "bob/write", revoked.macaroon), OUTCOME_INVITE_INVALID);
}

static void live_tokens_are_listed(void **state)
{
	struct world *world = *state;
	struct minted first = mint(world, PRIVATE_GROUP, 1, 0);
	struct minted used = mint(world, PRIVATE_GROUP, 1, 0);
	struct minted last = mint(world, PRIVATE_GROUP, 1, 0);
	assert_int_equal(join_by_token(world, "bob/write", used.macaroon), OUTCOME_JOINED);
	assert_int_equal(act(world, OPERATION_INVITE_TOKEN_LIST, "ada/read", PRIVATE_GROUP), OUTCOME_OK);
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_PAGE);
	assert_int_equal(world->page.count, 2);
	assert_int_equal(world->page.invite_tokens[0].id, first.id);
	assert_int_equal(world->page.invite_tokens[1].id, last.id);
	assert_int_equal(
		act(world, OPERATION_INVITE_TOKEN_LIST, "bob/read", PRIVATE_GROUP), OUTCOME_NOT_ALLOWED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(code_is_made_once_shown_and_taken_back),
		TEST(minting_answers_with_record_and_macaroon),
		TEST(one_use_lets_one_person_in),
		TEST(only_a_join_spends_a_use),
		TEST(person_without_room_spends_no_use),
		TEST(token_is_good_until_its_end_for_its_person_and_its_group),
		TEST(expired_token_is_invalid_for_a_member_too),
		TEST(record_ends_a_token_without_a_time_caveat),
		TEST(forged_and_foreign_tokens_are_invalid),
		TEST(unusable_invite_is_invalid_where_the_group_is_seen),
		TEST(caveat_added_by_a_holder_is_honoured),
		TEST(revoked_token_lets_nobody_in_but_knows_its_members),
		TEST(token_of_a_deleted_group_names_no_group),
		TEST(live_tokens_are_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
