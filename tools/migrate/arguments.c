#include "migrate/arguments.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERCENT_MAX 100

static bool read_real(const char *text, uint64_t most, double *value)
{
	char *end = NULL;
	size_t length = strspn(text, "0123456789.");
	double found = strtod(text, &end);
	bool percent = most == PERCENT_MAX && strcmp(text + length, "%") == 0;
	if (length == 0 || (text[length] != '\0' && !percent) || end != text + length) {
		return false;
	}
	*value = found;
	return isfinite(found) && found > 0 && found <= (double)most;
}

static bool read_count(const char *text, const struct argument_row *row, uint64_t *value)
{
	size_t length = strlen(text);
	errno = 0;
	*value = strtoull(text, NULL, 10);
	return length > 0 && strspn(text, "0123456789") == length && errno == 0 && *value >= row->least &&
	       *value <= row->most;
}

static bool add_text(struct argument_list *list, const char *text)
{
	if (list->count == ARGUMENT_LIST_MAX) {
		return false;
	}
	list->texts[list->count++] = text;
	return true;
}

static bool take_value(const struct argument_row *row, void *given, const char *value)
{
	void *place = (char *)given + row->offset;
	switch (row->type) {
	case ARGUMENT_SWITCH:
		*(bool *)place = true;
		return true;
	case ARGUMENT_TEXT:
		*(const char **)place = value;
		return *value != '\0';
	case ARGUMENT_COUNT:
		return read_count(value, row, place);
	case ARGUMENT_REAL:
		return read_real(value, row->most, place);
	case ARGUMENT_LIST:
		return add_text(place, value);
	}
	return false;
}

/* The row of an option, with or without its value, or the one of what is no option; `count`: there is none. */
static size_t find_row(const struct argument_row *rows, size_t count, const char *argument, size_t length)
{
	bool option = strncmp(argument, "--", 2) == 0;
	size_t i = 0;
	while (i < count && (option ? rows[i].name == NULL || strlen(rows[i].name) != length ||
					      strncmp(rows[i].name, argument, length) != 0
				    : rows[i].name != NULL)) {
		i++;
	}
	return i;
}

bool arguments_read(
	const struct argument_row *rows, size_t count, void *given, int argc, char *const *argv)
{
	uint64_t seen = 0;
	for (int i = 1; i < argc; i++) {
		const char *argument = argv[i];
		const char *equals = strncmp(argument, "--", 2) == 0 ? strchr(argument, '=') : NULL;
		size_t length = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
		size_t row = find_row(rows, count, argument, length);
		bool known = row < count && (rows[row].type == ARGUMENT_LIST || (seen >> row & 1) == 0);
		bool valued = known && rows[row].name != NULL && rows[row].type != ARGUMENT_SWITCH;
		bool next = valued && equals == NULL;
		if (!known || (equals != NULL && !valued) || (next && i + 1 == argc)) {
			(void)fprintf(stderr, "joinery: %s: %s is unknown, repeated, or lacks its value\n", argv[0],
				argument);
			return false;
		}
		const char *value = next ? argv[++i] : equals != NULL ? equals + 1 : argument;
		if (!take_value(&rows[row], given, value)) {
			(void)fprintf(stderr, "joinery: %s: %.*s cannot be %s\n", argv[0], (int)length, argument,
				value);
			return false;
		}
		seen |= UINT64_C(1) << row;
	}
	return true;
}
