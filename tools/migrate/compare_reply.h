/* What replies say beside their items, held against the tables of the contracts: a refusal's sentence, where new things
 * are, and headers that clients go by. */
#ifndef MIGRATE_COMPARE_REPLY_H
#define MIGRATE_COMPARE_REPLY_H

#include "migrate/compare.h"

#define REFUSED_FIELD_SIZE 64
#define PRESCRIBED_SIZE 1024

/* The parameter that a refusal's sentence names, in the words of its dialect. False: it names none. */
bool compare_refused_field(const struct side *side, char field[REFUSED_FIELD_SIZE]);
/* Whether two such words are the same argument of the call. */
bool compare_same_argument(enum call_verb verb, const struct side *left, const char *of_left,
	const struct side *right, const char *of_right);

/* Of two faults the legacy API names the one whose argument comes first, v3 a flag's, which is one of type. Whether
 * these may be such two. */
bool compare_flag_is_later(enum call_verb verb, const char *of_legacy, const char *of_v3);

/* The link to itself that a reply of v3 shows. False: it shows none. */
bool compare_find_self(const struct side *side, char self[PRESCRIBED_SIZE]);

/* Calls `tell` for each thing that is not as prescribed for the outcome: its name, what it is and what it should be;
 * NULL: it is, or should be, none. Texts live only so long. */
typedef void compare_tell(void *context, const char *path, const char *is, const char *should);
void compare_prescribed(const struct side *side, compare_tell *tell, void *context);

#endif
