/* Macaroons: the published vectors, what a holder may add, and every form that must not be read. */
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

#include <sodium.h>

#define KEY ((const uint8_t *)"0123456789abcdef0123456789abcdef")
#define KEY_SIZE 32
#define IDENTIFIER "8HfHARHgklqBkZVI4l6MBTvSSvt98ppp6948s8Q7SOk"
#define VECTOR \
	"MDAxNWxvY2F0aW9uIG9uZXpvbmUKMDAzYmlkZW50aWZpZXIgOEhmSEFSSGdrbHFCa1pWSTRsNk1CVHZTU3Z0OThwcHA2OTQ4cz" \
	"hR" \
	"N1NPawowMDFhY2lkIHRpbWUgPCAyMDAwMDAwMDAwCjAwMmZzaWduYXR1cmUgCjPm192TEPn2VX7HIFMV8F-4vlvRESgW_WD_" \
	"tZbz" \
	"8jkK"
#define SAMPLE_REPAIRED \
	"MDAxNWxvY2F0aW9uIG9uZXpvbmUKMDAzYmlkZW50aWZpZXIgOEhmSEFSSGdrbHFCa1pWSTRsNk1CVHZTU3Z0OThwcHA2OTQ4cz" \
	"hR" \
	"N1NPawowMDFhY2lkIHRpbWUgPCAxNDk2MTQwMTQ0CjAwMmZzaWduYXR1cmUg88OIBmav38YI0Z2-dw-fvrZ3XP-" \
	"J0HjCN0taT3_W" \
	"ungK"

static bool reads(const char *text)
{
	static struct macaroon macaroon;
	return macaroon_read(text, strlen(text), &macaroon);
}

/* Whether these raw packets are read once they are base64url. */
static bool reads_packets(const char *bytes, size_t size)
{
	char text[2 * MACAROON_SIZE_MAX];
	(void)sodium_bin2base64(
		text, sizeof text, (const uint8_t *)bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return reads(text);
}

static void writes_the_vector(void **state)
{
	(void)state;
	const char *const caveats[] = {"time < 2000000000"};
	char text[MACAROON_SIZE_MAX + 1];
	size_t length = macaroon_write("onezone", IDENTIFIER, caveats, 1, KEY, KEY_SIZE, text, sizeof text);
	assert_int_equal(length, strlen(VECTOR));
	assert_string_equal(text, VECTOR);
}

static void reads_and_verifies_the_vector(void **state)
{
	(void)state;
	struct macaroon macaroon;
	assert_true(macaroon_read(VECTOR, strlen(VECTOR), &macaroon));
	assert_int_equal(macaroon.identifier.length, strlen(IDENTIFIER));
	assert_memory_equal(macaroon.bytes + macaroon.identifier.offset, IDENTIFIER, strlen(IDENTIFIER));
	assert_int_equal(macaroon.location.length, 7);
	assert_memory_equal(macaroon.bytes + macaroon.location.offset, "onezone", 7);
	assert_int_equal(macaroon.caveat_count, 1);
	assert_true(macaroon_verify(&macaroon, KEY, KEY_SIZE));
	assert_false(macaroon_verify(&macaroon, (const uint8_t *)"another key", 11));
}

static void padding_is_optional(void **state)
{
	(void)state;
	/* 1, 2 and 0 signs, by identifiers of different lengths. */
	const char *const identifiers[] = {"a", "bb", "ccc"};
	bool seen_padding = false;
	for (size_t i = 0; i < 3; i++) {
		char text[512];
		size_t length =
			macaroon_write("x", identifiers[i], NULL, 0, KEY, KEY_SIZE, text, sizeof text - 4);
		assert_true(reads(text));
		while (length % 4 != 0) {
			text[length++] = '=';
			text[length] = '\0';
			seen_padding = true;
		}
		assert_true(reads(text));
		text[length] = '=';
		text[length + 1] = '\0';
		assert_false(reads(text));
	}
	assert_true(seen_padding);
}

static void damaged_sample_is_not_read_and_the_repaired_one_is(void **state)
{
	(void)state;
	char text[] = SAMPLE_REPAIRED;
	struct macaroon macaroon;
	assert_true(macaroon_read(text, strlen(text), &macaroon));
	assert_int_equal(macaroon.identifier.length, 43);
	const struct macaroon_part *caveat = &macaroon.caveats[0];
	assert_int_equal(caveat->length, strlen("time < 1496140144"));
	assert_memory_equal(macaroon.bytes + caveat->offset, "time < 1496140144", caveat->length);
	memcpy(text, "JKAx", 4);
	assert_false(reads(text));
}

static void any_changed_byte_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < strlen(VECTOR); i++) {
		char text[] = VECTOR;
		text[i] = text[i] == 'A' ? 'B' : 'A';
		struct macaroon macaroon;
		bool genuine = macaroon_read(text, strlen(text), &macaroon) &&
			       macaroon_verify(&macaroon, KEY, KEY_SIZE);
		/* The location is a hint for people and is not signed. */
		bool location =
			i >= strlen("MDAxNWxvY2F0aW9uI") && i < strlen("MDAxNWxvY2F0aW9uIG9uZXpvbmUK");
		assert_true(!genuine || location);
	}
}

static void any_cut_is_refused(void **state)
{
	(void)state;
	for (size_t length = 0; length < strlen(VECTOR); length++) {
		struct macaroon macaroon;
		assert_false(macaroon_read(VECTOR, length, &macaroon));
	}
}

#define LOCATION "0015location onezone\n"
#define IDENTIFIED LOCATION "0011identifier a\n"
#define SIGNED "002fsignature 0123456789abcdef0123456789abcdef\n"

static void malformed_forms_are_refused(void **state)
{
	(void)state;
	static const char *const packets[] = {
		"0000",
		"",
		IDENTIFIED,
		LOCATION SIGNED,
		"0011identifier a\n" SIGNED,
		LOCATION LOCATION "0011identifier a\n" SIGNED,
		IDENTIFIED "0011identifier a\n" SIGNED,
		IDENTIFIED SIGNED SIGNED,
		IDENTIFIED SIGNED "0006",
		IDENTIFIED SIGNED "\n",
		SIGNED IDENTIFIED,
		IDENTIFIED SIGNED "000acid a\n",
		IDENTIFIED "000avid a\n" SIGNED,
		IDENTIFIED "0009cl a\n" SIGNED,
		IDENTIFIED "002Fsignature 0123456789abcdef0123456789abcdef\n",
		IDENTIFIED "002esignature 0123456789abcdef0123456789abcde\n",
		IDENTIFIED "0030signature 0123456789abcdef0123456789abcdef0\n",
		IDENTIFIED "ffffsignature 0123456789abcdef0123456789abcdef\n",
		IDENTIFIED "0004signature 0123456789abcdef0123456789abcdef\n",
		IDENTIFIED "002fsignature 0123456789abcdef0123456789abcdefX",
		IDENTIFIED "002fsignature=0123456789abcdef0123456789abcdef\n",
		"0015Location onezone\n0011identifier a\n" SIGNED,
		"+015location onezone\n0011identifier a\n" SIGNED,
		" 015location onezone\n0011identifier a\n" SIGNED,
	};
	assert_true(reads_packets(IDENTIFIED SIGNED, strlen(IDENTIFIED SIGNED)));
	assert_true(reads_packets(IDENTIFIED "000acid a\n" SIGNED, strlen(IDENTIFIED "000acid a\n" SIGNED)));
	for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
		if (reads_packets(packets[i], strlen(packets[i]))) {
			fail_msg("read: %s", packets[i]);
		}
	}
}

static void malformed_base64_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"MDAwMA", /* makes another reader loop for ever */
		"",
		"=",
		"A",
		VECTOR "A",
		VECTOR "=",
		VECTOR "\n",
		" " VECTOR,
		VECTOR " ",
		"!" VECTOR,
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_false(reads(texts[i]));
	}
	/* Bits behind the last byte would be another spelling of the same bytes. */
	char text[512];
	const char *const names[] = {"a", "aa", "aaa"};
	bool found = false;
	for (size_t i = 0; i < 3; i++) {
		size_t length = macaroon_write("x", names[i], NULL, 0, KEY, KEY_SIZE, text, sizeof text);
		if (length % 4 != 0) {
			assert_true(reads(text));
			text[length - 1]++;
			assert_false(reads(text));
			found = true;
		}
	}
	assert_true(found);
}

static void seventeenth_caveat_is_refused(void **state)
{
	(void)state;
	char packets[1024];
	for (unsigned count = 15; count <= 17; count++) {
		int size = snprintf(packets, sizeof packets, "%s", IDENTIFIED);
		for (unsigned i = 0; i < count; i++) {
			size += snprintf(packets + size, sizeof packets - (size_t)size, "000acid a\n");
		}
		size += snprintf(packets + size, sizeof packets - (size_t)size, "%s", SIGNED);
		assert_int_equal(reads_packets(packets, (size_t)size), count <= 16);
	}
}

static void more_than_4_kib_is_refused(void **state)
{
	(void)state;
	char identifier[MACAROON_SIZE_MAX + 1];
	char text[2 * MACAROON_SIZE_MAX];
	size_t longest = 0;
	for (size_t length = 2900; length < 3100; length++) {
		memset(identifier, 'i', length);
		identifier[length] = '\0';
		size_t written = macaroon_write("x", identifier, NULL, 0, KEY, KEY_SIZE, text, sizeof text);
		assert_true(written <= MACAROON_SIZE_MAX);
		if (written != 0) {
			assert_true(reads(text));
			longest = written;
		}
	}
	assert_true(longest > MACAROON_SIZE_MAX - 4);
	memset(text, 'M', MACAROON_SIZE_MAX + 1);
	text[MACAROON_SIZE_MAX + 1] = '\0';
	assert_false(reads(text));
	assert_int_equal(macaroon_write("onezone", IDENTIFIER, NULL, 0, KEY, KEY_SIZE, text, 40), 0);
}

static void holder_adds_a_caveat_without_the_key(void **state)
{
	(void)state;
	struct macaroon macaroon;
	struct macaroon narrower;
	char text[MACAROON_SIZE_MAX + 1];
	assert_true(macaroon_read(VECTOR, strlen(VECTOR), &macaroon));
	size_t length = attenuate(VECTOR, strlen(VECTOR), "user = 7", text, sizeof text);
	assert_true(length > strlen(VECTOR));
	assert_true(macaroon_read(text, length, &narrower));
	assert_true(macaroon_verify(&narrower, KEY, KEY_SIZE));
	assert_int_equal(narrower.caveat_count, 2);
	assert_true(macaroon_caveats_hold(&macaroon, &(struct macaroon_context){.now = 1, .user_id = 8}));
	assert_false(macaroon_caveats_hold(&narrower, &(struct macaroon_context){.now = 1, .user_id = 8}));
	assert_true(macaroon_caveats_hold(&narrower, &(struct macaroon_context){.now = 1, .user_id = 7}));
	/* What was added cannot be taken away again: the first signature is no longer there. */
	narrower.caveat_count = 1;
	assert_false(macaroon_verify(&narrower, KEY, KEY_SIZE));
}

static void caveats_are_added_as_by_others(void **state)
{
	(void)state;
	static const char *const caveats[] = {"time < 5000", "user = 7"};
	struct macaroon macaroon;
	char one[MACAROON_SIZE_MAX + 1];
	char two[MACAROON_SIZE_MAX + 1];
	char narrower[MACAROON_SIZE_MAX + 1];
	size_t length = attenuate(VECTOR, strlen(VECTOR), caveats[0], one, sizeof one);
	length = attenuate(one, length, caveats[1], two, sizeof two);
	assert_true(macaroon_read(VECTOR, strlen(VECTOR), &macaroon));
	assert_int_equal(macaroon_narrow(&macaroon, caveats, 2, narrower, sizeof narrower), length);
	assert_string_equal(narrower, two);
	assert_int_equal(macaroon_narrow(&macaroon, caveats, 2, narrower, length), 0);
	macaroon.caveat_count = MACAROON_CAVEATS_MAX - 1;
	assert_int_equal(macaroon_narrow(&macaroon, caveats, 2, narrower, sizeof narrower), 0);
}

static void no_caveat_is_read_behind_the_sixteenth(void **state)
{
	(void)state;
	char text[MACAROON_SIZE_MAX + 1];
	const char *caveats[MACAROON_CAVEATS_MAX];
	for (size_t i = 0; i < MACAROON_CAVEATS_MAX; i++) {
		caveats[i] = "user = 7";
	}
	struct macaroon macaroon;
	size_t length =
		macaroon_write("x", "a", caveats, MACAROON_CAVEATS_MAX, KEY, KEY_SIZE, text, sizeof text);
	assert_true(macaroon_read(text, length, &macaroon));
	char more[MACAROON_SIZE_MAX + 1];
	length = attenuate(text, length, "user = 7", more, sizeof more);
	assert_true(length > 0);
	assert_false(macaroon_read(more, length, &macaroon));
}

static void caveats_hold_exactly_as_written(void **state)
{
	(void)state;
	static const struct {
		const char *caveat;
		bool holds;
	} rows[] = {
		{"time < 1001", true},
		{"time < 1000", false},
		{"time < 999", false},
		{"time < 01001", false},
		{"time < ", false},
		{"time < +1001", false},
		{"time <1001", false},
		{"time < 1001 ", false},
		{"time < 9999999999999999999", true},
		{"time < 99999999999999999999", false},
		{"time < 0", false},
		{"user = 7", true},
		{"user = 8", false},
		{"user = 07", false},
		{"user = 7x", false},
		{"group = 3", true},
		{"group = 4", false},
		{"", false},
		{"x", false},
		{"Time < 1001", false},
		{"space = 1", false},
		{"user = -7", false},
	};
	const struct macaroon_context context = {.now = 1000, .user_id = 7, .group_id = 3};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[MACAROON_SIZE_MAX + 1];
		struct macaroon macaroon;
		size_t length =
			macaroon_write("x", "a", &rows[i].caveat, 1, KEY, KEY_SIZE, text, sizeof text);
		assert_true(macaroon_read(text, length, &macaroon));
		if (macaroon_caveats_hold(&macaroon, &context) != rows[i].holds) {
			fail_msg("caveat: '%s'", rows[i].caveat);
		}
	}
}

static void all_caveats_must_hold(void **state)
{
	(void)state;
	const char *const caveats[] = {"user = 7", "group = 4"};
	char text[MACAROON_SIZE_MAX + 1];
	struct macaroon macaroon;
	size_t length = macaroon_write("x", "a", caveats, 2, KEY, KEY_SIZE, text, sizeof text);
	assert_true(macaroon_read(text, length, &macaroon));
	assert_false(
		macaroon_caveats_hold(&macaroon, &(struct macaroon_context){.user_id = 7, .group_id = 3}));
	assert_true(
		macaroon_caveats_hold(&macaroon, &(struct macaroon_context){.user_id = 7, .group_id = 4}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_vector),
		cmocka_unit_test(reads_and_verifies_the_vector),
		cmocka_unit_test(padding_is_optional),
		cmocka_unit_test(damaged_sample_is_not_read_and_the_repaired_one_is),
		cmocka_unit_test(any_changed_byte_is_refused),
		cmocka_unit_test(any_cut_is_refused),
		cmocka_unit_test(malformed_forms_are_refused),
		cmocka_unit_test(malformed_base64_is_refused),
		cmocka_unit_test(seventeenth_caveat_is_refused),
		cmocka_unit_test(more_than_4_kib_is_refused),
		cmocka_unit_test(holder_adds_a_caveat_without_the_key),
		cmocka_unit_test(caveats_are_added_as_by_others),
		cmocka_unit_test(no_caveat_is_read_behind_the_sixteenth),
		cmocka_unit_test(caveats_hold_exactly_as_written),
		cmocka_unit_test(all_caveats_must_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
