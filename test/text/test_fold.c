/* How names are compared, ordered and written into URLs. Digests and slugs are stored, so their values are
 * fixed here for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void texts_that_read_the_same_fold_the_same(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{"Blasthaus Fans", "bLASTHAUS fANS"},
		{"a  \xC2\xA0\xE3\x80\x80 b", "a b"},
		{"a\xE2\x80\xA8\xE1\x9A\x80" "b", "A B"},
		{"Stra\xC3\x9F" "e", "STRASSE"},
		{"Caf\xC3\xA9", "CAFE\xCC\x81"},
		{"\xEF\xBC\xA1\xEF\xBC\xA2", "ab"}, /* full width */
		{"\xEF\xAC\x81", "FI"},		    /* a ligature */
		{"so\xC2\xAD" "ft", "soft"},	    /* a soft hyphen is not seen */
		{"\xCE\xA3\xCE\xB1\xCF\x82", "\xCF\x83\xCE\xB1\xCF\x83"},
	};
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		uint8_t one[FOLD_DIGEST_SIZE], other[FOLD_DIGEST_SIZE];
		assert_true(fold_digest(pairs[i][0], strlen(pairs[i][0]), one));
		assert_true(fold_digest(pairs[i][1], strlen(pairs[i][1]), other));
		assert_memory_equal(one, other, sizeof one);
	}
}

static void other_texts_fold_differently(void **state)
{
	(void)state;
	uint8_t one[FOLD_DIGEST_SIZE], other[FOLD_DIGEST_SIZE];
	assert_true(fold_digest("cafe", 4, one));
	assert_true(fold_digest("caf\xC3\xA9", 5, other));
	assert_memory_not_equal(one, other, sizeof one);
}

static void digest_is_the_start_of_sha256(void **state)
{
	(void)state;
	static const uint8_t abc[FOLD_DIGEST_SIZE] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
		0xde, 0x5d, 0xae, 0x22, 0x23};
	uint8_t digest[FOLD_DIGEST_SIZE], whole[DIGEST_SIZE];
	assert_true(fold_digest("ABC", 3, digest));
	assert_memory_equal(digest, abc, sizeof abc);
	text_sha256("abc", 3, whole);
	assert_memory_equal(whole, abc, sizeof abc);
}

static void order_is_the_start_of_the_fold(void **state)
{
	(void)state;
	uint8_t order[FOLD_ORDER_SIZE];
	assert_true(fold_order("Ada  B", 6, order));
	assert_memory_equal(order, "ada b\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof order);
	assert_true(fold_order("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26, order));
	assert_memory_equal(order, "abcdefghijklmnopqrstuvwx", sizeof order);
}

static void the_longest_expansion_folds(void **state)
{
	(void)state;
	char name[3 * GROUP_NAME_MAX * 2];
	for (size_t i = 0; i < sizeof name; i += 3) {
		memcpy(name + i, "\xEF\xB7\xBA", 3); /* U+FDFA: eighteen code points each */
	}
	uint8_t order[FOLD_ORDER_SIZE], digest[FOLD_DIGEST_SIZE], half[FOLD_DIGEST_SIZE];
	char slug[SLUG_SIZE_MAX + 1];
	assert_true(fold_order(name, sizeof name, order));
	assert_true(fold_digest(name, sizeof name, digest));
	assert_true(fold_digest(name, sizeof name / 2, half));
	assert_memory_not_equal(digest, half, sizeof digest);
	assert_true(fold_slug(name, sizeof name, "group-", slug));
	assert_string_equal(slug, "");
}

static void slugs_hold_letters_digits_and_single_hyphens(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *slug;
	} cases[] = {
		{"blasthaus fans", "blasthaus-fans"},
		{"  --Hello,   World!--", "hello-world"},
		{"Caf\xC3\xA9 \xC3\x84rger", "cafe-arger"},
		{"Stra\xC3\x9F" "e", "strasse"},
		{"\xEF\xBC\xA1\xC2\xB2", "a2"},
		{"\xE6\x97\xA5\xE6\x9C\xAC", ""},
		{"!", ""},
		{"", ""},
		{"2023", "group-2023"},
		{"2023!", "group-2023"},
		{"20-23", "20-23"},
		{"me", "me"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char slug[SLUG_SIZE_MAX + 1];
		assert_true(fold_slug(cases[i].name, strlen(cases[i].name), "group-", slug));
		assert_string_equal(slug, cases[i].slug);
	}
}

static void slugs_are_cut_and_never_end_in_a_hyphen(void **state)
{
	(void)state;
	char name[100], slug[SLUG_SIZE_MAX + 1];
	memset(name, 'a', sizeof name);
	assert_true(fold_slug(name, sizeof name, "group-", slug));
	assert_int_equal(strlen(slug), SLUG_BASE_SIZE_MAX);
	name[SLUG_BASE_SIZE_MAX - 1] = ' ';
	assert_true(fold_slug(name, sizeof name, "group-", slug));
	assert_int_equal(strlen(slug), SLUG_BASE_SIZE_MAX - 1);
	name[SLUG_BASE_SIZE_MAX - 1] = 'a';
	name[SLUG_BASE_SIZE_MAX - 2] = ' ';
	assert_true(fold_slug(name, sizeof name, "group-", slug));
	assert_int_equal(strlen(slug), SLUG_BASE_SIZE_MAX);
	memset(name, '7', sizeof name);
	assert_true(fold_slug(name, sizeof name, "group-", slug));
	assert_int_equal(strlen(slug), SLUG_BASE_SIZE_MAX + strlen("group-"));
}

static void emails_fold_in_ascii_alone(void **state)
{
	(void)state;
	char email[] = "A.Z@Ex\xC3\x84.ORG[`{";
	fold_email(email);
	assert_string_equal(email, "a.z@ex\xC3\x84.org[`{");
}

static void initials_are_of_the_first_and_the_last_word(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *initials;
	} cases[] = {
		{"Ada Lovelace", "AL"},
		{"ada king of lovelace", "AL"},
		{"ada", "A"},
		{"\xC3\xA4nne \xC3\xB6z", "\xC3\x84\xC3\x96"},
		{"\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5"},
		{"(ada) 'l", "AL"},
		{"4 u", "4U"},
		{" ", ""},
		{" ! ?", "!"},
		{"", ""},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char initials[16];
		text_initials(cases[i].name, strlen(cases[i].name), initials, sizeof initials);
		assert_string_equal(initials, cases[i].initials);
	}
	char narrow[3];
	text_initials("\xC3\xA4 \xC3\xB6", 5, narrow, sizeof narrow);
	assert_string_equal(narrow, "\xC3\x84");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_that_read_the_same_fold_the_same),
		cmocka_unit_test(other_texts_fold_differently),
		cmocka_unit_test(digest_is_the_start_of_sha256),
		cmocka_unit_test(order_is_the_start_of_the_fold),
		cmocka_unit_test(the_longest_expansion_folds),
		cmocka_unit_test(slugs_hold_letters_digits_and_single_hyphens),
		cmocka_unit_test(slugs_are_cut_and_never_end_in_a_hyphen),
		cmocka_unit_test(emails_fold_in_ascii_alone),
		cmocka_unit_test(initials_are_of_the_first_and_the_last_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
