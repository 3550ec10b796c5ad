/* What comparing is made of. Private to the files of compare. */
#ifndef MIGRATE_COMPARE_INSIDE_H
#define MIGRATE_COMPARE_INSIDE_H

#include "migrate/compare.h"

#define COMPARE_PATH_SIZE 96
#define COMPARE_SHOWN_SIZE 400

void compare_add(struct differences *found, enum difference_kind kind, const char *path, const char *left,
	const char *right, bool noise);
/* A value as a text; NULL: it is not given. */
const char *compare_show(
	const struct flat *flat, struct flat_value value, char shown[COMPARE_SHOWN_SIZE]);
/* The fields that both show. The flats are those of the items. */
void compare_items(enum noun noun, const char *where, const struct side *left, const struct flat *of_left,
	const struct flat_item *a, const struct side *right, const struct flat *of_right,
	const struct flat_item *b, struct differences *found);
/* Two lists: what both show alike, what one lacks, and each in its own order. The right side is asked for its whole. */
void compare_lists(enum noun noun, const struct call *call, struct side *left, struct side *right,
	struct differences *found);

#endif
