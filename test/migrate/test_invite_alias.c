/* Invite tokens and their aliases: a whole, a narrowed and a forged token each come back as what they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "migrate/trial_invite.h"
#include "observe/invite_alias.h"

#define IDENTIFIER "8HfHARHgklqBkZVI4l6MBTvSSvt98ppp6948s8Q7SOk"
#define ROOM (MACAROON_SIZE_MAX + 1)

static const uint8_t master_key[MASTER_KEY_SIZE] = {1, 2, 3};
static char token[ROOM];
static char minted[ROOM];
static char alias[ROOM];

static void mint(uint64_t user_id)
{
	const struct invite_token record = {.expires_at = 2000000000, .user_id = user_id};
	(void)secret_macaroon(master_key, &record, IDENTIFIER, token);
}

static void narrow(const char *caveat)
{
	struct macaroon macaroon;
	char whole[ROOM];
	(void)snprintf(whole, sizeof whole, "%s", token);
	assert_true(macaroon_read(whole, strlen(whole), &macaroon));
	assert_true(macaroon_narrow(&macaroon, &caveat, 1, token, sizeof token) > 0);
}

static void write_alias(void)
{
	struct alias_key key;
	struct buffer written = {0};
	alias_key_derive(master_key, &key);
	assert_true(invite_alias_write(&key, (struct span){token, strlen(token)}, &written));
	(void)snprintf(alias, sizeof alias, "%.*s", (int)written.size, written.bytes);
	buffer_finish(&written);
	assert_int_equal(invite_alias_length(alias), strlen(alias));
}

static struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static void assert_comes_back(const char *caveats)
{
	write_alias();
	assert_string_equal(alias + INVITE_ALIAS_NAME_SIZE, caveats);
	assert_true(invite_alias_mint(master_key, IDENTIFIER, span_of(alias), minted));
	assert_string_equal(minted, token);
}

static void whole_and_narrowed_tokens_come_back(void **state)
{
	(void)state;
	mint(0);
	assert_comes_back(";time<2000000000");
	narrow("user = 7");
	assert_comes_back(";time<2000000000;user=7");
	narrow("group = 12");
	assert_comes_back(";time<2000000000;user=7;group=12");
}

static void what_nobody_understands_is_not_shown(void **state)
{
	(void)state;
	mint(7);
	narrow("mail = someone@example.org");
	write_alias();
	assert_string_equal(alias + INVITE_ALIAS_NAME_SIZE, ";time<2000000000;user=7;?");
	mint(7);
	narrow("time < 007");
	write_alias();
	assert_string_equal(alias + INVITE_ALIAS_NAME_SIZE, ";time<2000000000;user=7;?");
}

static bool is_genuine(const char *text)
{
	struct macaroon macaroon;
	uint8_t root_key[32];
	assert_true(macaroon_read(text, strlen(text), &macaroon));
	secret_root_key(master_key, IDENTIFIER, root_key);
	return macaroon_verify(&macaroon, root_key, sizeof root_key);
}

static void a_forged_token_stays_one(void **state)
{
	(void)state;
	mint(7);
	char *letter = token + strlen(token) - 20;
	*letter = *letter == 'A' ? 'B' : 'A';
	write_alias();
	assert_string_equal(alias + INVITE_ALIAS_NAME_SIZE, ";time<2000000000;user=7;forged");
	assert_true(invite_alias_mint(master_key, IDENTIFIER, span_of(alias), minted));
	assert_false(is_genuine(minted));
}

static void a_token_of_this_run_is_narrowed(void **state)
{
	(void)state;
	char whole[ROOM];
	char of_whole[ROOM];
	mint(0);
	write_alias();
	(void)snprintf(whole, sizeof whole, "%s", token);
	(void)snprintf(of_whole, sizeof of_whole, "%s", alias);
	narrow("user = 9");
	write_alias();
	assert_true(invite_alias_same_token(span_of(of_whole), span_of(alias)));
	assert_true(invite_alias_narrow(span_of(whole), span_of(of_whole), span_of(alias), minted));
	assert_string_equal(minted, token);
	(void)strcat(alias, ";forged");
	assert_true(invite_alias_narrow(span_of(whole), span_of(of_whole), span_of(alias), minted));
	assert_false(is_genuine(minted));
	alias[INVITE_ALIAS_NAME_SIZE] = '\0'; /* its end was taken away, which only a forger does */
	assert_true(invite_alias_narrow(span_of(whole), span_of(of_whole), span_of(alias), minted));
	assert_false(is_genuine(minted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_and_narrowed_tokens_come_back),
		cmocka_unit_test(what_nobody_understands_is_not_shown),
		cmocka_unit_test(a_forged_token_stays_one),
		cmocka_unit_test(a_token_of_this_run_is_narrowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
