/* What may be stored: strict UTF-8, the characters and bounds of each class, ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "text/check.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define BYTES(literal) literal, sizeof literal - 1

struct text_case {
	const char *bytes;
	size_t length;
};

static void utf8_is_strict(void **state)
{
	(void)state;
	static const struct text_case good[] = {
		{BYTES("")},
		{BYTES("plain ASCII of more than eight bytes")},
		{BYTES("\x00")},
		{BYTES("\xC2\x80")},
		{BYTES("\xDF\xBF")},
		{BYTES("\xE0\xA0\x80")},
		{BYTES("\xED\x9F\xBF")},
		{BYTES("\xEE\x80\x80")},
		{BYTES("\xEF\xBF\xBF")},
		{BYTES("\xF0\x90\x80\x80")},
		{BYTES("\xF4\x8F\xBF\xBF")},
		{BYTES("seven..\xC3\xA9 and on")},
	};
	static const struct text_case bad[] = {
		{BYTES("\x80")},
		{BYTES("\xC0\xAF")},	     /* overlong */
		{BYTES("\xC1\xBF")},
		{BYTES("\xE0\x9F\xBF")},
		{BYTES("\xF0\x8F\xBF\xBF")},
		{BYTES("\xED\xA0\x80")},     /* surrogates */
		{BYTES("\xED\xBF\xBF")},
		{BYTES("\xF4\x90\x80\x80")}, /* above U+10FFFF */
		{BYTES("\xF5\x80\x80\x80")},
		{BYTES("\xFF")},
		{BYTES("\xC2")},	     /* cut off */
		{BYTES("\xE2\x82")},
		{BYTES("\xF0\x9F\x98")},
		{BYTES("\xC2g")},
		{BYTES("\xE2\x28\xA1")},
		{BYTES("eight...\xC3")},
		{BYTES("12345678\xFFrest of it")},
	};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(text_is_utf8(good[i].bytes, good[i].length));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(text_is_utf8(bad[i].bytes, bad[i].length));
	}
}

static enum text_verdict judge(enum text_class class, const char *bytes, size_t length)
{
	const char *part = NULL;
	size_t part_length = 0;
	return text_check(class, bytes, length, &part, &part_length);
}

static void characters_are_judged_by_class(void **state)
{
	(void)state;
	static const struct {
		struct text_case text;
		enum text_verdict name;
		enum text_verdict description;
		enum text_verdict zip;
	} cases[] = {
		{{BYTES("plain")}, TEXT_GOOD, TEXT_GOOD, TEXT_GOOD},
		{{BYTES("\xF4\x8F\xBF\xBD")}, TEXT_GOOD, TEXT_GOOD, TEXT_GOOD},
		{{BYTES("a\xFFz")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\0z")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\x01z")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\x1Fz")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\x7Fz")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\xC2\x85z")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\xC2\x9Fz")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\xEF\xBF\xBEz")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\xEF\xBF\xBFz")}, TEXT_MALFORMED, TEXT_MALFORMED, TEXT_MALFORMED},
		{{BYTES("a\tz")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_UNACCEPTABLE},
		{{BYTES("a\nz")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_UNACCEPTABLE},
		{{BYTES("a\rz")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_UNACCEPTABLE},
		{{BYTES("a\xE2\x80\xA8z")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_GOOD},
		{{BYTES("a\xE2\x80\xAEz")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_GOOD},
		{{BYTES("a\xE2\x81\xA6z")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_GOOD},
		{{BYTES("a\xE2\x81\xAAz")}, TEXT_GOOD, TEXT_GOOD, TEXT_GOOD},
		{{BYTES("")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_GOOD},
		{{BYTES(" \t\n\xE3\x80\x80")}, TEXT_UNACCEPTABLE, TEXT_GOOD, TEXT_UNACCEPTABLE},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct text_case *text = &cases[i].text;
		assert_int_equal(judge(TEXT_GROUP_NAME, text->bytes, text->length), cases[i].name);
		assert_int_equal(judge(TEXT_DESCRIPTION, text->bytes, text->length), cases[i].description);
		assert_int_equal(judge(TEXT_ZIP, text->bytes, text->length), cases[i].zip);
	}
}

static void names_are_trimmed_of_unicode_white_space(void **state)
{
	(void)state;
	static const char name[] = "\n \xC2\xA0\xE2\x80\xA9" "two  words" "\xE3\x80\x80\t\xE1\x9A\x80";
	const char *part = NULL;
	size_t length = 0;
	assert_int_equal(text_check(TEXT_GROUP_NAME, BYTES(name), &part, &length), TEXT_GOOD);
	assert_int_equal(length, strlen("two  words"));
	assert_memory_equal(part, "two  words", length);
	assert_int_equal(text_check(TEXT_DESCRIPTION, BYTES(" kept "), &part, &length), TEXT_GOOD);
	assert_int_equal(length, strlen(" kept "));
}

/* `count` times U+1F600, four bytes each, or a byte. */
static enum text_verdict judge_long(enum text_class class, bool wide, size_t count)
{
	static char text[4 * (DESCRIPTION_MAX + 1)];
	for (size_t i = 0; i < count; i++) {
		memcpy(text + (wide ? 4 * i : i), wide ? "\xF0\x9F\x98\x80" : "x", wide ? 4 : 1);
	}
	return judge(class, text, wide ? 4 * count : count);
}

static void bounds_count_code_points(void **state)
{
	(void)state;
	static const struct {
		enum text_class class;
		size_t max;
	} bounds[] = {
		{TEXT_GROUP_NAME, 100},
		{TEXT_PERSON_NAME, 100},
		{TEXT_USERNAME, 60},
		{TEXT_DESCRIPTION, 4000},
		{TEXT_MESSAGE, 500},
		{TEXT_LABEL, 100},
		{TEXT_ZIP, 20},
	};
	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		for (int wide = 0; wide < 2; wide++) {
			assert_int_equal(judge_long(bounds[i].class, wide, bounds[i].max), TEXT_GOOD);
			assert_int_equal(judge_long(bounds[i].class, wide, bounds[i].max + 1), TEXT_UNACCEPTABLE);
		}
	}
}

static void commas_are_refused_in_usernames_alone(void **state)
{
	(void)state;
	assert_int_equal(judge(TEXT_USERNAME, BYTES("a,b")), TEXT_UNACCEPTABLE);
	assert_int_equal(judge(TEXT_PERSON_NAME, BYTES("a,b")), TEXT_GOOD);
	assert_int_equal(judge(TEXT_USERNAME, BYTES("")), TEXT_UNACCEPTABLE);
	assert_int_equal(judge(TEXT_PERSON_NAME, BYTES("")), TEXT_GOOD);
}

static void urls_are_http_with_a_host_and_no_user(void **state)
{
	(void)state;
	static const struct text_case good[] = {
		{BYTES("")},
		{BYTES("http://a")},
		{BYTES("HTTPS://example.org:8080/p?q=a@b#f")},
		{BYTES("https://[::1]:80/")},
		{BYTES("http://b\xC3\xBC" "cher.example/")},
	};
	static const struct text_case bad[] = {
		{BYTES("http://")},
		{BYTES("http:///p")},
		{BYTES("http://:80/")},
		{BYTES("http://?q")},
		{BYTES("http://[]/")},
		{BYTES("http://[::1/")},
		{BYTES("http://[::1]x/")},
		{BYTES("http://h:8x/")},
		{BYTES("ftp://h/")},
		{BYTES("javascript:alert(1)")},
		{BYTES("//h/")},
		{BYTES("http:/h")},
		{BYTES("http://user@h/")},
		{BYTES("http://h\\@other/")},
		{BYTES("http://h/a b")},
		{BYTES("http://h/\"")},
		{BYTES("http://h/\xC2\xA0")},
		{BYTES(" http://h/")},
	};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_int_equal(judge(TEXT_URL, good[i].bytes, good[i].length), TEXT_GOOD);
		assert_int_equal(judge(TEXT_AVATAR_URL, good[i].bytes, good[i].length), TEXT_GOOD);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(judge(TEXT_URL, bad[i].bytes, bad[i].length), TEXT_UNACCEPTABLE);
		assert_int_equal(judge(TEXT_AVATAR_URL, bad[i].bytes, bad[i].length), TEXT_UNACCEPTABLE);
	}
}

static void callbacks_are_secure_or_loopback_or_an_applications_own(void **state)
{
	(void)state;
	static const struct text_case good[] = {
		{BYTES("")},
		{BYTES("https://client.example")},
		{BYTES("https://client.example:8443/back?a=1")},
		{BYTES("http://localhost:8080/back")},
		{BYTES("http://127.0.0.1/back")},
		{BYTES("http://[::1]:80/back")},
		{BYTES("org.example.client:/back")},
	};
	static const struct text_case bad[] = {
		{BYTES("http://client.example/back")},
		{BYTES("http://localhost.example/back")},
		{BYTES("http://127.0.0.1@client.example/")},
		{BYTES("https://")},
		{BYTES("https://a;b.example/")},
		{BYTES("https://a@b.example/")},
		{BYTES("https://client.example/#fragment")},
		{BYTES("https://client.example/a b")},
		{BYTES("https://client.example/\\")},
		{BYTES("https://client.example/\xC3\xAD")},
		{BYTES("javascript:alert(1)")},
		{BYTES("data:text/html,x")},
		{BYTES("client:/back")},
		{BYTES(".client:/back")},
		{BYTES("1.client:/back")},
		{BYTES("org.example.client")},
		{BYTES("org.example client:/back")},
		{BYTES("/back")},
	};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_int_equal(judge(TEXT_CALLBACK, good[i].bytes, good[i].length), TEXT_GOOD);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(judge(TEXT_CALLBACK, bad[i].bytes, bad[i].length), TEXT_UNACCEPTABLE);
	}
}

static void urls_are_bounded_in_bytes(void **state)
{
	(void)state;
	char url[URL_SIZE_MAX + 1];
	memset(url, 'x', sizeof url);
	memcpy(url, "http://", strlen("http://"));
	assert_int_equal(judge(TEXT_URL, url, URL_SIZE_MAX), TEXT_GOOD);
	assert_int_equal(judge(TEXT_URL, url, URL_SIZE_MAX + 1), TEXT_UNACCEPTABLE);
}

static void emails_have_one_at_with_something_on_both_sides(void **state)
{
	(void)state;
	assert_int_equal(judge(TEXT_EMAIL, BYTES("")), TEXT_GOOD);
	assert_int_equal(judge(TEXT_EMAIL, BYTES("a@b")), TEXT_GOOD);
	static const struct text_case bad[] = {
		{BYTES("a")},
		{BYTES("@")},
		{BYTES("@b")},
		{BYTES("a@")},
		{BYTES("a@b@c")},
		{BYTES("a b@c")},
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(judge(TEXT_EMAIL, bad[i].bytes, bad[i].length), TEXT_UNACCEPTABLE);
	}
	char email[EMAIL_SIZE_MAX + 1];
	memset(email, 'x', sizeof email);
	email[1] = '@';
	assert_int_equal(judge(TEXT_EMAIL, email, EMAIL_SIZE_MAX), TEXT_GOOD);
	assert_int_equal(judge(TEXT_EMAIL, email, EMAIL_SIZE_MAX + 1), TEXT_UNACCEPTABLE);
}

static void ids_are_canonical_decimals_up_to_2_to_the_53(void **state)
{
	(void)state;
	static const struct {
		struct text_case text;
		uint64_t id;
	} good[] = {
		{{BYTES("1")}, 1},
		{{BYTES("101")}, 101},
		{{BYTES("9007199254740991")}, ID_MAX},
	};
	static const struct text_case bad[] = {
		{BYTES("")},
		{BYTES("0")},
		{BYTES("007")},
		{BYTES("-1")},
		{BYTES("+1")},
		{BYTES(" 1")},
		{BYTES("1 ")},
		{BYTES("1\0")},
		{BYTES("1.0")},
		{BYTES("1e1")},
		{BYTES("0x1")},
		{BYTES("\xD9\xA1")}, /* an Arabic one */
		{BYTES("9007199254740992")},
		{BYTES("9223372036854775808")},
		{BYTES("18446744073709551617")},
	};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		uint64_t id = 0;
		assert_true(text_read_id(good[i].text.bytes, good[i].text.length, &id));
		assert_int_equal(id, good[i].id);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint64_t id = 77;
		assert_false(text_read_id(bad[i].bytes, bad[i].length, &id));
		assert_int_equal(id, 77);
	}
}

static void taking_a_group_name_gives_fold_and_slug(void **state)
{
	(void)state;
	_Alignas(struct request) char memory[2048];
	struct request *request = request_init(memory, sizeof memory, DIALECT_V3);
	assert_int_equal(text_take_group_name(request, BYTES("  Caf\xC3\xA9 Society ")), TEXT_GOOD);
	assert_string_equal(request_text(request, request->name), "Caf\xC3\xA9 Society");
	assert_string_equal(request_text(request, request->slug), "cafe-society");
	assert_int_equal(request->given, GIVEN_NAME);
	uint8_t fold[FOLD_DIGEST_SIZE], order[FOLD_ORDER_SIZE];
	assert_true(fold_digest(BYTES("CAF\xC3\x89 society"), fold));
	assert_true(fold_order(BYTES("CAF\xC3\x89 society"), order));
	assert_memory_equal(request->name_fold, fold, sizeof fold);
	assert_memory_equal(request->name_order, order, sizeof order);
}

static void the_name_that_folds_longest_is_taken(void **state)
{
	(void)state;
	_Alignas(struct request) char memory[2048];
	struct request *request = request_init(memory, sizeof memory, DIALECT_V3);
	char name[3 * GROUP_NAME_MAX];
	for (size_t i = 0; i < sizeof name; i += 3) {
		memcpy(name + i, "\xEF\xB7\xBA", 3); /* U+FDFA: eighteen code points each */
	}
	assert_int_equal(text_take_group_name(request, name, sizeof name), TEXT_GOOD);
	assert_int_equal(request->name.length, sizeof name);
	assert_int_equal(request->slug.length, 0);
}

static void a_bad_text_leaves_the_request_as_it_was(void **state)
{
	(void)state;
	_Alignas(struct request) char memory[2048];
	struct request *request = request_init(memory, sizeof memory, DIALECT_V3);
	assert_int_equal(text_take_group_name(request, BYTES(" ")), TEXT_UNACCEPTABLE);
	assert_int_equal(text_take(request, TEXT_MESSAGE, BYTES("\xFF"), &request->message), TEXT_MALFORMED);
	assert_int_equal(request->given, 0);
	assert_int_equal(request->size, sizeof *request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(characters_are_judged_by_class),
		cmocka_unit_test(names_are_trimmed_of_unicode_white_space),
		cmocka_unit_test(bounds_count_code_points),
		cmocka_unit_test(commas_are_refused_in_usernames_alone),
		cmocka_unit_test(urls_are_http_with_a_host_and_no_user),
		cmocka_unit_test(callbacks_are_secure_or_loopback_or_an_applications_own),
		cmocka_unit_test(urls_are_bounded_in_bytes),
		cmocka_unit_test(emails_have_one_at_with_something_on_both_sides),
		cmocka_unit_test(ids_are_canonical_decimals_up_to_2_to_the_53),
		cmocka_unit_test(taking_a_group_name_gives_fold_and_slug),
		cmocka_unit_test(the_name_that_folds_longest_is_taken),
		cmocka_unit_test(a_bad_text_leaves_the_request_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
