/* What reading replies is made of. Private to the files of flatten. */
#ifndef MIGRATE_FLATTEN_INSIDE_H
#define MIGRATE_FLATTEN_INSIDE_H

#include "migrate/flatten.h"

enum field_kind {
	FIELD_NUMBER,
	FIELD_FLAG,
	FIELD_TIME,
	FIELD_TEXT,
};

struct field {
	const char *name;
	const char *legacy;
	const char *v3;
	const char *onezone;
	enum field_kind kind;
};

struct noun_row {
	const char *name;
	const char *element; /* of the legacy reply */
	const char *ids; /* Onezone's list of them */
	struct field fields[FLAT_FIELDS_MAX]; /* those behind the last have no name */
};

/* Where the dialect shows the field; NULL: nowhere. */
const char *flat_place(const struct field *field, enum dialect dialect);
/* A new item, valid until the next one. */
struct flat_item *flat_add_item(struct flat *flat);
/* Keeps a text; the value where it stands. */
struct flat_value flat_keep(struct flat *flat, const char *text, size_t length);
/* Sets a field of an item, normalised. */
void flat_put(struct flat *flat, struct flat_item *item, size_t index, enum field_kind kind, const char *text,
	size_t length);

/* Reads the items of JSON as our encoders write it, without building a tree of it. False: it is, or may be, another
 * JSON or none; then what was read so far means nothing, and a parser has to say. */
bool flat_read_plain_json(struct flat *flat, const struct noun_row *noun, enum dialect dialect,
	const struct http_response *response);

#endif
