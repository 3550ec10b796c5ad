/* Replies of each dialect as items with the same fields, so that they can be compared. */
#ifndef MIGRATE_FLATTEN_H
#define MIGRATE_FLATTEN_H

#include "http/dialect.h"
#include "migrate/call.h"

#define FLAT_FIELDS_MAX 12

/* What a reply shows. */
enum noun {
	NOUN_NONE,
	NOUN_GROUP,
	NOUN_MEMBER,
	NOUN_USER,
	NOUN_TOKEN, /* whose a token is */
	NOUN_MACAROON,
	NOUN_COUNT,
};

struct flat_value {
	bool given;
	size_t offset; /* in flat.text */
	size_t length;
};

struct flat_item {
	bool id_only; /* Onezone's lists and Locations say no more */
	struct flat_value values[FLAT_FIELDS_MAX];
};

/* Memory is used again from reply to reply; starts zeroed. */
struct flat {
	bool readable; /* false: the body is not what its type says */
	bool complete; /* a list: it goes on nowhere */
	size_t count;
	size_t capacity;
	struct flat_item *items;
	struct call_request text;
	struct call_request decoded; /* a text without its escapes */
};

void flat_finish(struct flat *flat);

/* Reads the items of a successful reply, normalised: flags "0" and "1", times "2023-01-15 10:30:00", null
 * as "". */
void flat_read(struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response);

/* The value of a reply's header; NULL: it has none. */
const char *flat_find_header(const struct http_response *response, const char *name);

/* Frees what the calling thread keeps from reply to reply. For threads that end before the program. */
void flat_end_thread(void);

/* The fields of a noun: its name (the legacy attribute's) and whether a dialect shows it. NULL: there is
 * no such field. */
const char *flat_field_name(enum noun noun, size_t field);
bool flat_field_in(enum noun noun, size_t field, enum dialect dialect);
const char *noun_name(enum noun noun);

#endif
