/* One line of the import format, read strictly: only known members, each of the right type and within the
 * bounds of requests, the required ones given. It looks at the line alone; what the store holds is import.c's.
 * Private to admin/. */
#ifndef ADMIN_IMPORT_LINE_H
#define ADMIN_IMPORT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/change.h"
#include "model/group.h"
#include "store/store.h"

/* In the order in which a file holds them. */
enum line_kind {
	LINE_APPLICATION,
	LINE_USER,
	LINE_TOKEN,
	LINE_GROUP,
	LINE_MEMBERSHIP,
	LINE_DECISION,
	LINE_INVITATION,
	LINE_INVITE,
	LINE_INVITE_TOKEN,
	LINE_CHANGE,
	LINE_COUNTER,
	LINE_KIND_COUNT,
};

struct counter_line {
	enum counter counter;
	uint64_t value;
};

struct token_line {
	struct token token;
	bool has_application;
	uint8_t application_digest[DIGEST_SIZE];
};

struct membership_line {
	struct membership membership;
	struct note note;
	int decision; /* the only one there is, denied, is 0 */
};

struct import_line {
	enum line_kind kind;
	uint64_t number; /* in the file, from 1 */
	uint32_t given; /* a bit per member of the kind's table */
	union {
		struct application application;
		struct user user;
		struct token_line token;
		struct group group;
		struct membership_line membership; /* and decision */
		struct invitation invitation;
		struct invite invite;
		struct invite_token invite_token;
		struct change change;
		struct counter_line counter;
	};
};

#define IMPORT_WHY_SIZE 160

/* Adds the line's texts to `texts`. False: `why` (IMPORT_WHY_SIZE bytes) says what is wrong, without any
 * value of the line. */
bool import_line_read(
	const char *bytes, size_t length, struct texts *texts, struct import_line *line, char *why);

/* Whether the line gives the member. */
bool import_line_gives(const struct import_line *line, const char *member);

/* The first member that the line gives with another value than `stored` has; NULL: there is none. Both are of
 * one kind. */
const char *import_line_difference(const struct import_line *line, const struct texts *texts,
	const struct import_line *stored, const struct texts *stored_texts);

#endif
