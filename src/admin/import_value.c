/* Types of values, one reader and one comparison each, in a table. */
#include "admin/import_value.h"

#include <sodium.h>
#include <string.h>

#include "admin/lines.h"
#include "model/limits.h"
#include "text/fold.h"
#include "text/time.h"

#define SLUG_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define REQUEST_ID_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

typedef bool value_reader(const struct value_row *row, const json_t *json, struct texts *texts, void *value);

static bool read_kind(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)json, (void)texts, (void)value;
	return true;
}

static bool read_number(const json_t *json, uint64_t min, uint64_t max, uint64_t *number)
{
	json_int_t read = json_integer_value(json);
	if (!json_is_integer(json) || read < 0 || (uint64_t)read < min || (uint64_t)read > max) {
		return false;
	}
	*number = (uint64_t)read;
	return true;
}

static bool read_id(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	return read_number(json, 1, ID_MAX, value);
}

static bool read_id_or_null(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	return json_is_null(json) || read_id(row, json, texts, value);
}

static bool read_count(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	return read_number(json, 0, ID_MAX, value);
}

static bool read_next_id(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	return read_number(json, 0, ID_MAX + 1, value);
}

static bool read_uses(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	uint64_t number;
	if (!read_number(json, 0, INVITE_USES_MAX, &number)) {
		return false;
	}
	*(uint32_t *)value = (uint32_t)number;
	return true;
}

static bool read_truth(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	*(bool *)value = json_is_true(json);
	return json_is_boolean(json);
}

static bool read_time(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	return json_is_string(json) &&
	       time_read_rfc3339(json_string_value(json), json_string_length(json), value);
}

static bool read_until(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	if (json_is_null(json)) {
		*(int64_t *)value = TIME_FOREVER;
		return true;
	}
	return read_time(row, json, texts, value);
}

static bool read_text(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	const char *part = "";
	size_t length = 0;
	const char *bytes = json_is_null(json) ? "" : json_string_value(json);
	if (bytes == NULL ||
		text_check(row->class, bytes, json_string_length(json), &part, &length) != TEXT_GOOD) {
		return false;
	}
	*(struct text *)value = texts_add(texts, part, length);
	return true;
}

/* Null is no text, also where one may not be empty. */
static bool read_text_or_null(
	const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	if (json_is_null(json)) {
		*(struct text *)value = (struct text){0};
		return true;
	}
	return read_text(row, json, texts, value);
}

static bool read_email(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	if (!read_text(row, json, texts, value)) {
		return false;
	}
	const struct text *email = value;
	if (email->length > 0) {
		fold_email(texts->bytes + email->offset);
	}
	return true;
}

/* A string of 1 to `max` of these characters. */
static bool read_characters(
	const json_t *json, const char *characters, size_t max, struct texts *texts, void *value)
{
	const char *bytes = json_string_value(json);
	size_t length = json_string_length(json);
	if (bytes == NULL || length == 0 || length > max || strspn(bytes, characters) != length) {
		return false;
	}
	*(struct text *)value = texts_add(texts, bytes, length);
	return true;
}

static bool read_slug(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row;
	const char *bytes = json_string_value(json);
	if (bytes == NULL || strspn(bytes, "0123456789") == json_string_length(json) ||
		slug_is_reserved(bytes)) {
		return false;
	}
	return read_characters(json, SLUG_CHARACTERS, SLUG_SIZE_MAX, texts, value);
}

static bool read_code(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row;
	const char *bytes = json_string_value(json);
	if (bytes == NULL || !text_is_code(bytes, json_string_length(json))) {
		return false;
	}
	*(struct text *)value = texts_add(texts, bytes, json_string_length(json));
	return true;
}

static bool read_request_id(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row;
	return json_is_null(json) ||
	       read_characters(json, REQUEST_ID_CHARACTERS, REQUEST_ID_SIZE_MAX, texts, value);
}

static bool read_word(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)texts;
	return json_is_string(json) && row->from_name(json_string_value(json), value);
}

static bool read_secret(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	const char *bytes = json_string_value(json);
	size_t length = json_string_length(json);
	if (bytes == NULL || !text_is_secret(bytes, length)) {
		return false;
	}
	text_sha256(bytes, length, value);
	return true;
}

/* Exactly `size` bytes in lower-case hexadecimal. */
static bool read_hex(const json_t *json, uint8_t *value, size_t size)
{
	const char *bytes = json_string_value(json);
	if (bytes == NULL || json_string_length(json) != 2 * size ||
		strspn(bytes, "0123456789abcdef") != 2 * size) {
		return false;
	}
	return sodium_hex2bin(value, size, bytes, 2 * size, NULL, NULL, NULL) == 0;
}

/* All zeroes are no digest: they stand for credentials that cannot be read, so whoever had them stored would be
 * found by any such credential. */
static bool read_digest(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	return read_hex(json, value, DIGEST_SIZE) && sodium_is_zero(value, DIGEST_SIZE) == 0;
}

static bool read_key(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	return read_hex(json, value, 16);
}

static bool read_application(
	const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	bool *has_application = value;
	*has_application = !json_is_null(json);
	return !*has_application || read_hex(json, (uint8_t *)(has_application + 1), DIGEST_SIZE);
}

/* The offsets of an object's rows are from the start of the line, as those around it. */
static bool read_object(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	uint32_t given;
	const char *member;
	const char *what;
	char *base = (char *)value - row->offset;
	return json_is_null(json) || value_read_object(row->rows, json, texts, base, &given, &member, &what);
}

static bool read_fields(const struct value_row *row, const json_t *json, struct texts *texts, void *value)
{
	(void)row, (void)texts;
	uint32_t given = 0;
	for (size_t i = 0; i < json_array_size(json); i++) {
		const char *name = json_string_value(json_array_get(json, i));
		const struct lines_field *field = LINES_FIELDS;
		while (field->name != NULL && (name == NULL || strcmp(field->name, name) != 0)) {
			field++;
		}
		if (field->name == NULL) {
			return false;
		}
		given |= field->bit;
	}
	*(uint32_t *)value = given;
	return json_is_array(json) && given != 0;
}

static const struct {
	value_reader *read;
	size_t size; /* compared as bytes; 0: compared as texts, or row by row */
} TYPES[VALUE_TYPE_COUNT] = {
	[VALUE_KIND] = {read_kind, 0},
	[VALUE_ID] = {read_id, sizeof(uint64_t)},
	[VALUE_ID_OR_NULL] = {read_id_or_null, sizeof(uint64_t)},
	[VALUE_NUMBER] = {read_count, sizeof(uint64_t)},
	[VALUE_NEXT_ID] = {read_next_id, sizeof(uint64_t)},
	[VALUE_USES] = {read_uses, sizeof(uint32_t)},
	[VALUE_TRUTH] = {read_truth, sizeof(bool)},
	[VALUE_TIME] = {read_time, sizeof(int64_t)},
	[VALUE_UNTIL] = {read_until, sizeof(int64_t)},
	[VALUE_TEXT] = {read_text, 0},
	[VALUE_TEXT_OR_NULL] = {read_text_or_null, 0},
	[VALUE_EMAIL] = {read_email, 0},
	[VALUE_SLUG] = {read_slug, 0},
	[VALUE_CODE] = {read_code, 0},
	[VALUE_REQUEST_ID] = {read_request_id, 0},
	[VALUE_WORD] = {read_word, sizeof(int)},
	[VALUE_SECRET] = {read_secret, DIGEST_SIZE},
	[VALUE_DIGEST] = {read_digest, DIGEST_SIZE},
	[VALUE_APPLICATION] = {read_application, sizeof(bool) + DIGEST_SIZE},
	[VALUE_KEY] = {read_key, 16},
	[VALUE_OBJECT] = {read_object, 0},
	[VALUE_FIELDS] = {read_fields, sizeof(uint32_t)},
};

/* Reads one value to its place in `base`. False: not one of this type. */
static bool read_value(const struct value_row *row, const json_t *json, struct texts *texts, void *base)
{
	return TYPES[row->type].read(row, json, texts, (char *)base + row->offset);
}

static bool texts_equal(
	const struct text *a, const struct texts *a_texts, const struct text *b, const struct texts *b_texts)
{
	return a->length == b->length &&
	       memcmp(texts_get(a_texts, *a), texts_get(b_texts, *b), a->length) == 0;
}

bool value_equals(const struct value_row *row, const void *a, const struct texts *a_texts, const void *b,
	const struct texts *b_texts)
{
	const void *a_value = (const char *)a + row->offset;
	const void *b_value = (const char *)b + row->offset;
	if (row->type == VALUE_OBJECT) {
		for (const struct value_row *inner = row->rows; inner->name != NULL; inner++) {
			if (!value_equals(inner, a, a_texts, b, b_texts)) {
				return false;
			}
		}
		return true;
	}
	size_t size = TYPES[row->type].size;
	return size > 0 ? memcmp(a_value, b_value, size) == 0
			: texts_equal(a_value, a_texts, b_value, b_texts);
}

static int find_row(const struct value_row *rows, const char *name)
{
	for (int i = 0; rows[i].name != NULL; i++) {
		if (strcmp(rows[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

bool value_read_object(const struct value_row *rows, const json_t *json, struct texts *texts, void *base,
	uint32_t *given, const char **member, const char **what)
{
	*given = 0;
	*member = "the line";
	*what = "is not an object";
	if (!json_is_object(json)) {
		return false;
	}
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)json, name, value)
	{
		int i = find_row(rows, name);
		*member = i < 0 ? "a member" : rows[i].name;
		*what = i < 0 ? "is unknown" : "is not acceptable";
		if (i < 0 || !read_value(&rows[i], value, texts, base)) {
			return false;
		}
		*given |= UINT32_C(1) << i;
	}
	for (int i = 0; rows[i].name != NULL; i++) {
		if (rows[i].required && (*given & UINT32_C(1) << i) == 0) {
			*member = rows[i].name;
			*what = "is missing";
			return false;
		}
	}
	return true;
}
