/* The arguments of a command, by a table of its options. */
#ifndef MIGRATE_ARGUMENTS_H
#define MIGRATE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARGUMENT_LIST_MAX 2

/* What a value becomes, at the row's offset. */
enum argument_type {
	ARGUMENT_SWITCH, /* bool; it has no value */
	ARGUMENT_TEXT, /* const char *, not empty */
	ARGUMENT_COUNT, /* uint64_t */
	ARGUMENT_REAL, /* double, above 0; up to 100 it may end in '%' */
	ARGUMENT_LIST, /* struct argument_list; the option may be given so often */
};

struct argument_list {
	const char *texts[ARGUMENT_LIST_MAX];
	unsigned count;
};

struct argument_row {
	const char *name; /* "--rate"; NULL: the one argument that is no option */
	enum argument_type type;
	size_t offset;
	uint64_t least; /* of counts */
	uint64_t most; /* of counts and reals */
};

/* Fills the struct that the rows' offsets are of; texts point into `argv`, whose first is the command's name. A value
 * stands behind '=' or is the next argument. False: an argument is unknown, repeated, lacks its value or has a bad one,
 * which was said on standard error. */
bool arguments_read(
	const struct argument_row *rows, size_t count, void *given, int argc, char *const *argv);

#endif
