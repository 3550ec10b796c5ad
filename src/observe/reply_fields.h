/* A reply as a list of named texts, so that two replies of one dialect can be compared field by field, whatever the
 * order of their members, and whatever each system calls its objects. Beside this stands tools/migrate/flatten, which
 * maps the few fields that different dialects share onto each other, by a table. Neither can do the other's work: that
 * one knows no field that it does not map and no slack for ids and clocks, this one no second dialect. */
#ifndef OBSERVE_REPLY_FIELDS_H
#define OBSERVE_REPLY_FIELDS_H

#include "http/dialect.h"
#include "observe/buffer.h"

/* What a text is, where that decides how it is compared. */
enum reply_field_kind {
	FIELD_PLAIN,
	FIELD_GROUP, /* an id or slug; these five may be different on two systems */
	FIELD_USER,
	FIELD_INVITE,
	FIELD_INVITATION,
	FIELD_TOKEN_ID,
	FIELD_TIME,
	FIELD_SECRET, /* a token, macaroon, frob or code that the reply gives away */
	FIELD_OPAQUE, /* a cursor: its text is the system's own business */
	FIELD_LINK, /* to the system itself, by its own host */
	FIELD_KIND_COUNT,
};

struct reply_field {
	const char *path; /* "user.id", "data[7].name"; "data[]" of the ids in their order; "" of no object */
	const char *value; /* numbers and flags as JSON writes them; "null" is JSON's null, no text */
	enum reply_field_kind kind;
	bool is_null;
	size_t path_at; /* while it is read */
	size_t value_at;
};

/* Of a member or attribute; `within`: its object's "type", or else the name that the object has. */
enum reply_field_kind reply_field_kind_of(const char *within, const char *name);

/* Says a text of one system in the words of the comparison; what it returns lives until the next call. */
struct reply_words {
	const char *(*say)(void *context, enum reply_field_kind kind, const char *text);
	void *context;
};

struct reply_fields {
	struct reply_field *rows; /* in the order of their paths */
	size_t count;
	size_t capacity;
	struct buffer texts;
	bool failed; /* out of memory, or more than FIELDS_MAX */
};

#define FIELDS_MAX 200000
#define FIELDS_DEPTH_MAX 16

/* Starts zeroed; may be used again. `words` NULL: texts stay as they are, and items of lists go by their place. A
 * reply that is neither XML nor JSON is one field. Any bytes do no harm. False: `failed`, and there
 * are no fields. */
bool reply_fields_read(struct reply_fields *fields, struct span reply, const struct reply_words *words);
void reply_fields_finish(struct reply_fields *fields);
/* The first field with the path; NULL: there is none. */
const struct reply_field *reply_fields_find(const struct reply_fields *fields, const char *path);

/* When each side answered, and since when times are its own "now": those may differ by as much as both have run, and
 * by TIME_SLACK_S. Unix seconds. */
struct reply_clock {
	int64_t now[2];
	int64_t since[2];
};

#define TIME_SLACK_S 5

/* Calls `differ` for each field that is not the same on both, in the order of their paths; NULL: it is not there. Of an
 * item of a list that one side lacks one field is told, its id if it has one: the list's own field tells the rest. */
void reply_fields_compare(const struct reply_fields *left, const struct reply_fields *right,
	const struct reply_clock *clock,
	void (*differ)(void *context, const char *path, const char *left, const char *right), void *context);

#endif
