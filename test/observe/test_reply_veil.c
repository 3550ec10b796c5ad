/* Secrets in replies, by the names of what holds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "observe/reply_veil.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct alias_key key = {.bytes = {7}};

#define IDENTIFIER "8HfHARHgklqBkZVI4l6MBTvSSvt98ppp6948s8Q7SOk"
/* With `time < 2000000000`, by a key that is not ours. */
#define MACAROON \
	"MDAxNWxvY2F0aW9uIG9uZXpvbmUKMDAzYmlkZW50aWZpZXIgOEhmSEFSSGdrbHFCa1pWSTRsNk1CVHZTU3Z0OThwcHA2OTQ4czhRN1NPawow" \
	"MDFhY2lkIHRpbWUgPCAyMDAwMDAwMDAwCjAwMmZzaWduYXR1cmUgCjPm192TEPn2VX7HIFMV8F-4vlvRESgW_WD_tZbz8jkK"

/* "{token:abc}" in an expected text is the alias of that secret. */
static const struct {
	enum dialect dialect;
	const char *reply;
	const char *expected;
} REPLIES[] = {
	{DIALECT_LEGACY, "<rsp><token token=\"abc\" user_id=\"2\"/></rsp>",
		"<rsp><token token=\"{token:abc}\" user_id=\"2\"/></rsp>"},
	{DIALECT_LEGACY, "<rsp><token user_id=\"2\"\n\ttoken=\"a&lt;b\"/>", "<rsp><token user_id=\"2\"\n\ttoken=\"{token:a<b}\"/>"},
	{DIALECT_LEGACY, "<group name=\" token=&quot;abc&quot;\" id=\"1\"/>",
		"<group name=\" token=&quot;abc&quot;\" id=\"1\"/>"},
	{DIALECT_LEGACY, "<token token=\"abc", "<token token=\"abc"},
	{DIALECT_LEGACY, "{\"rsp\":{\"token\":[{\"token\":\"abc\",\"user_id\":2}]}}",
		"{\"rsp\":{\"token\":[{\"token\":\"{token:abc}\",\"user_id\":2}]}}"},
	{DIALECT_LEGACY, "/**/cb({\"token\":\"a\\/b\"});", "/**/cb({\"token\":\"{token:a/b}\"});"},
	{DIALECT_V3, "{\"type\":\"GroupInvite\",\"code\":\"abc\",\"url\":\"http://h/group/g/invite/abc\"}",
		"{\"type\":\"GroupInvite\",\"code\":\"{code:abc}\",\"url\":\"http://h/group/g/invite/{code:abc}\"}"},
	{DIALECT_V3, "{\"error\":\"Gone\",\"code\":410}", "{\"error\":\"Gone\",\"code\":410}"},
	{DIALECT_ONEZONE, "{\"error\":{\"code\":\"forbidden\"}}", "{\"error\":{\"code\":\"forbidden\"}}"},
	{DIALECT_V3, "{ \"email\" : \"A\\u0040B.c\", \"url\": \"http://a.example/\" }",
		"{ \"email\" : \"{email:a@b.c}\", \"url\": \"http://a.example/\" }"},
	{DIALECT_V3, "{\"name\":\"\\\"token\\\":\\\"abc\\\"\",\"email\":null,\"token\":\"\"}",
		"{\"name\":\"\\\"token\\\":\\\"abc\\\"\",\"email\":null,\"token\":\"\"}"},
	{DIALECT_LEGACY, "<a frob=\"f\" api_key=\"k\" apikey=\"x\"/>", "<a frob=\"{frob:f}\" api_key=\"{api_key:k}\" apikey=\"x\"/>"},
	{DIALECT_ONEZONE, "{\"token\":\"" MACAROON "\"}", "{\"token\":\"{invite:" IDENTIFIER "};time<2000000000;forged\"}"},
	{DIALECT_LEGACY, "\n <?xml version='1.0'?><rsp><token token=\"abc\"/></rsp>",
		"\n <?xml version='1.0'?><rsp><token token=\"{token:abc}\"/></rsp>"},
	{DIALECT_LEGACY, "\xef\xbb\xbf<token token=\"abc\"/>", "\xef\xbb\xbf<token token=\"{token:abc}\"/>"},
	{DIALECT_LEGACY, "<token token='a\"c' name = 'it' frob =\n\"it's\"/>",
		"<token token='{token:a\"c}' name = 'it' frob =\n\"{frob:it's}\"/>"},
	{DIALECT_LEGACY, "<a>it's</a><token token='abc'/>", "<a>it's</a><token token='{token:abc}'/>"},
	{DIALECT_V3, "", ""},
};

static void expand(const char *text, struct buffer *expected)
{
	static const struct {
		const char *name;
		enum alias_kind kind;
	} kinds[] = {{"{token:", ALIAS_TOKEN}, {"{code:", ALIAS_CODE}, {"{email:", ALIAS_EMAIL}, {"{frob:", ALIAS_FROB},
		{"{api_key:", ALIAS_API_KEY}, {"{invite:", ALIAS_INVITE}};
	while (*text != '\0') {
		size_t i = 0;
		while (i < COUNT_OF(kinds) && strncmp(text, kinds[i].name, strlen(kinds[i].name)) != 0) {
			i++;
		}
		if (i == COUNT_OF(kinds)) {
			buffer_write(expected, text++, 1);
			continue;
		}
		uint8_t digest[DIGEST_SIZE];
		char alias[ALIAS_SIZE];
		text += strlen(kinds[i].name);
		size_t length = strcspn(text, "}");
		text_sha256(text, length, digest);
		alias_write(&key, kinds[i].kind, digest, alias);
		buffer_puts(expected, alias);
		text += length + 1;
	}
}

static void secrets_in_replies_become_aliases(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(REPLIES); i++) {
		struct buffer veiled = {0};
		struct buffer expected = {0};
		struct span reply = {REPLIES[i].reply, strlen(REPLIES[i].reply)};
		reply_veil(&key, REPLIES[i].dialect, reply, &veiled);
		expand(REPLIES[i].expected, &expected);
		buffer_write(&veiled, "", 1);
		buffer_write(&expected, "", 1);
		assert_string_equal(veiled.bytes, expected.bytes);
		buffer_finish(&veiled);
		buffer_finish(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(secrets_in_replies_become_aliases)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
