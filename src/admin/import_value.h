/* The values of an import line's members: how each type is read from JSON, and compared. Private to admin/. */
#ifndef ADMIN_IMPORT_VALUE_H
#define ADMIN_IMPORT_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/text.h"
#include "text/check.h"

enum value_type {
	VALUE_KIND, /* read before the others, and nowhere stored */
	VALUE_ID, /* uint64_t, 1 .. 2^53-1 */
	VALUE_ID_OR_NULL,
	VALUE_NUMBER, /* uint64_t, 0 .. 2^53-1 */
	VALUE_NEXT_ID, /* uint64_t, 0 .. 2^53: once the greatest id is given, the next one is above it */
	VALUE_USES, /* uint32_t, 0 .. INVITE_USES_MAX */
	VALUE_TRUTH, /* bool */
	VALUE_TIME, /* int64_t */
	VALUE_UNTIL, /* int64_t; null is for good */
	VALUE_TEXT, /* struct text of row->class; null is the empty text */
	VALUE_TEXT_OR_NULL, /* the same, and null is good where the class wants a text */
	VALUE_EMAIL, /* the same, in lower case */
	VALUE_SLUG, /* struct text */
	VALUE_CODE, /* struct text: 1 to 64 of [A-Za-z0-9_-] */
	VALUE_REQUEST_ID, /* struct text: null, or 1 to 64 of [A-Za-z0-9._-] */
	VALUE_WORD, /* int: an enumerator, by row->from_name */
	VALUE_SECRET, /* uint8_t[32]: SHA-256 of 1 to 1,024 characters 0x21..0x7E */
	VALUE_DIGEST, /* uint8_t[32], as hexadecimal */
	VALUE_APPLICATION, /* bool and behind it uint8_t[32]; null: false */
	VALUE_KEY, /* uint8_t[16], as hexadecimal */
	VALUE_OBJECT, /* by row->rows; null leaves all of them zero */
	VALUE_FIELDS, /* uint32_t of enum given, from a list of names */
	VALUE_TYPE_COUNT,
};

struct value_row {
	const char *name;
	enum value_type type;
	bool required;
	size_t offset; /* of the value in what is read */
	enum text_class class; /* VALUE_TEXT */
	bool (*from_name)(const char *name, int *found); /* VALUE_WORD */
	const struct value_row *rows; /* VALUE_OBJECT; ends with a NULL name */
};

/* Whether two values are equal. */
bool value_equals(const struct value_row *row, const void *a, const struct texts *a_texts, const void *b,
	const struct texts *b_texts);

/* Reads an object by its rows: no unknown member, no required one missing. `given` gets a bit per row. False:
 * `member` is the one that is wrong, `what` says how. */
bool value_read_object(const struct value_row *rows, const json_t *json, struct texts *texts, void *base,
	uint32_t *given, const char **member, const char **what);

#endif
