/* The table of calls: how each dialect asks a verb. Private to the files of call. */
#ifndef MIGRATE_CALL_SHAPE_H
#define MIGRATE_CALL_SHAPE_H

#include "migrate/call.h"
#include "http/dialect.h"

#define SHAPE_SLOTS_MAX 8

enum slot_type {
	SLOT_TEXT,
	SLOT_FLAG, /* legacy 0 and 1, JSON false and true */
	SLOT_NUMBER, /* a JSON number */
	SLOT_ID, /* a JSON number in v3, a string in Onezone */
	SLOT_PAGE, /* in queries: a number */
	SLOT_SIZE, /* in queries: a number; v3 is asked for one up to 100, and always */
};

struct slot {
	enum call_argument argument;
	const char *name; /* NULL: the end of the slots */
	enum slot_type type;
};

struct shape {
	enum call_verb verb;
	enum dialect dialect;
	const char *method; /* "POST"; legacy: "" */
	const char *path; /* "{g}" is CALL_GROUP, "{u}" CALL_USER; legacy: its method's name */
	bool in_query; /* the slots stand in the query, not in the body */
	struct slot slots[SHAPE_SLOTS_MAX]; /* in the order in which the legacy API documents them */
};

/* NULL: the dialect has no such call. Of several rows the first is the one to write, */
const struct shape *shape_find(enum call_verb verb, enum dialect dialect);
/* but for a call that names somebody by username: that has a row of its own. */
const struct shape *shape_for(const struct call *call, enum dialect dialect);
/* All rows, to read with. */
const struct shape *shape_rows(size_t *count);
/* The slot of an argument; NULL: the call has no place for it. */
const struct slot *shape_slot(const struct shape *shape, enum call_argument argument);
/* Whether the argument stands in the path. */
bool shape_has_in_path(const struct shape *shape, enum call_argument argument);
bool shape_has_body(const struct shape *shape);

/* Why the shape's dialect cannot say the call (static); NULL: it can. */
const char *call_check(const struct call *call, const struct shape *shape);
/* The text of an argument. */
struct span call_span(const struct call *call, enum call_argument argument);
bool span_is_digits(struct span text);
/* As JSON writes it. */
bool span_is_number(struct span text);

#endif
