/* Replies of each dialect as items with the same fields, so that they can be compared. Beside this stands
 * observe/reply_fields, which names every text of a reply as its one dialect does, to compare two systems whose ids,
 * times and secrets differ. Here the few fields that dialects share are picked by a table, in one pass and by place,
 * for thousands of replies a second from one state, where nothing may differ. */
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

/* Where the item with an id stands. */
struct flat_place {
	uint64_t id;
	size_t at;
};

struct flat_item {
	bool id_only; /* Onezone's lists and Locations say no more */
	struct flat_value values[FLAT_FIELDS_MAX];
};

/* Memory is used again from reply to reply; starts zeroed. */
struct flat {
	bool readable; /* false: the body is not what its type says */
	bool complete; /* a list: it goes on nowhere */
	struct flat_value total; /* how many v3 says there are, in digits */
	struct flat_value next; /* the cursor of what comes behind it */
	size_t count;
	size_t capacity;
	struct flat_item *items;
	size_t place_count; /* 0 until somebody looks for one */
	size_t place_capacity;
	struct flat_place *places; /* in the order of ids */
	struct call_request text;
	struct call_request decoded; /* a text without its escapes */
};

void flat_finish(struct flat *flat);

/* Reads the items of a successful reply, normalised: flags "0" and "1", times "2023-01-15 10:30:00", null
 * as "". */
void flat_read(struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response);
/* Reads the next page of a list behind what was read before. */
void flat_read_more(
	struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response);

/* The item whose id is this one's, which is of the other reply; NULL: there is none. */
const struct flat_item *flat_find(
	struct flat *flat, const struct flat *of, const struct flat_item *wanted);
/* An id that stands there twice; NULL: none does. */
const struct flat_item *flat_find_repeated(struct flat *flat);
bool flat_is_equal(
	const struct flat *left, struct flat_value a, const struct flat *right, struct flat_value b);
/* The value's bytes; not NUL-terminated. */
struct span flat_text(const struct flat *flat, struct flat_value value);

/* Frees what the calling thread keeps from reply to reply. For threads that end before the program. */
void flat_end_thread(void);

/* The fields of a noun: its name (the legacy attribute's) and whether a dialect shows it. NULL: there is
 * no such field. */
const char *flat_field_name(enum noun noun, size_t field);
/* FLAT_FIELDS_MAX: no field has the name. */
size_t flat_field_named(enum noun noun, const char *name);
bool flat_field_in(enum noun noun, size_t field, enum dialect dialect);
const char *noun_name(enum noun noun);

#endif
