/* Aliases: the same for the same secret, different for everything else, and valid in the secret's place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "observe/alias.h"
#include "text/check.h"
#include "text/fold.h"

static struct alias_key key_of(uint8_t first)
{
	uint8_t master[MASTER_KEY_SIZE] = {first};
	struct alias_key key;
	alias_key_derive(master, &key);
	return key;
}

static void write_of(uint8_t first, enum alias_kind kind, const char *secret, char alias[ALIAS_SIZE])
{
	const struct alias_key key = key_of(first);
	uint8_t digest[DIGEST_SIZE];
	text_sha256(secret, strlen(secret), digest);
	alias_write(&key, kind, digest, alias);
}

static void the_same_secret_has_the_same_alias(void **state)
{
	(void)state;
	char one[ALIAS_SIZE];
	char two[ALIAS_SIZE];
	write_of(1, ALIAS_TOKEN, "tok000001", one);
	write_of(1, ALIAS_TOKEN, "tok000001", two);
	assert_string_equal(one, two);
	assert_string_equal(one, "token:44d53a12d017522b");
}

static void another_secret_kind_or_key_has_another(void **state)
{
	(void)state;
	char one[ALIAS_SIZE];
	char two[ALIAS_SIZE];
	write_of(1, ALIAS_TOKEN, "tok000001", one);
	write_of(1, ALIAS_TOKEN, "tok000002", two);
	assert_string_not_equal(one, two);
	write_of(2, ALIAS_TOKEN, "tok000001", two);
	assert_string_not_equal(one, two);
	write_of(1, ALIAS_FROB, "tok000001", two);
	assert_string_not_equal(strchr(one, ':'), strchr(two, ':'));
}

static void aliases_are_valid_in_their_place(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < ALIAS_KIND_COUNT; kind++) {
		char alias[ALIAS_SIZE];
		const char *part;
		size_t length;
		write_of(1, (enum alias_kind)kind, "abc", alias);
		assert_true(text_is_secret(alias, strlen(alias)));
		assert_int_equal(text_is_code(alias, strlen(alias)), kind == ALIAS_CODE);
		bool email = text_check(TEXT_EMAIL, alias, strlen(alias), &part, &length) == TEXT_GOOD;
		assert_int_equal(email, kind == ALIAS_EMAIL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_secret_has_the_same_alias),
		cmocka_unit_test(another_secret_kind_or_key_has_another),
		cmocka_unit_test(aliases_are_valid_in_their_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
