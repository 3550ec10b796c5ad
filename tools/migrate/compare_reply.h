/* What replies say beside their fields: which parameter a refusal names, and where new things are. */
#ifndef MIGRATE_COMPARE_REPLY_H
#define MIGRATE_COMPARE_REPLY_H

#include "migrate/compare.h"

#define REFUSED_FIELD_SIZE 64

/* The parameter that a refusal's sentence names, in the words of its dialect. False: it names none. */
bool compare_refused_field(const struct side *side, char field[REFUSED_FIELD_SIZE]);
/* Whether two such words are the same argument of the call. */
bool compare_same_argument(enum call_verb verb, const struct side *left, const char *of_left,
	const struct side *right, const char *of_right);
/* Onezone's clients split a Location at its path. NULL: it is as prescribed; else what it should be like. */
const char *compare_wanted_location(const struct side *side, const char **is);

#endif
