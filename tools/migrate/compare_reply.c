/* Sentences are compared by the one word in them that the request decides. */
#define _GNU_SOURCE /* memmem */
#include "migrate/compare_reply.h"

#include <stdio.h>
#include <string.h>

#include "migrate/call_shape.h"

#define CREATED 201

static const struct {
	enum dialect dialect;
	const char *before;
	const char *behind;
} sentences[] = {
	{DIALECT_LEGACY, "\"Invalid ", " parameter."},
	{DIALECT_V3, "Invalid value of parameter: ", "."},
	{DIALECT_V3, "Missing required parameter: ", "."},
	{DIALECT_V3, "\"errors\":{\"", "\""},
	{DIALECT_ONEZONE, "Missing required key: ", "."},
	{DIALECT_ONEZONE, "\"Invalid ", " value."},
};

bool compare_refused_field(const struct side *side, char field[REFUSED_FIELD_SIZE])
{
	const struct http_response *response = &side->result.response;
	const char *end = response->body + response->body_size;
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences && response->body_size > 0; i++) {
		const char *before = sentences[i].before;
		const char *at = sentences[i].dialect != side->dialect
					 ? NULL
					 : memmem(response->body, response->body_size, before, strlen(before));
		const char *word = at == NULL ? end : at + strlen(before);
		const char *behind = sentences[i].behind;
		const char *stop = memmem(word, (size_t)(end - word), behind, strlen(behind));
		if (stop != NULL && stop > word && stop - word < REFUSED_FIELD_SIZE) {
			(void)snprintf(field, REFUSED_FIELD_SIZE, "%.*s", (int)(stop - word), word);
			return true;
		}
	}
	return false;
}

/* The argument's number, by its name in that dialect; CALL_ARGUMENT_COUNT: it is none of the call's. */
static enum call_argument argument_of(enum call_verb verb, enum dialect dialect, const char *name)
{
	const struct shape *shape = shape_find(verb, dialect);
	for (size_t i = 0; shape != NULL && i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		if (strcmp(shape->slots[i].name, name) == 0) {
			return shape->slots[i].argument;
		}
	}
	return CALL_ARGUMENT_COUNT;
}

bool compare_same_argument(enum call_verb verb, const struct side *left, const char *of_left,
	const struct side *right, const char *of_right)
{
	enum call_argument argument = argument_of(verb, left->dialect, of_left);
	return strcmp(of_left, of_right) == 0 ||
	       (argument != CALL_ARGUMENT_COUNT && argument == argument_of(verb, right->dialect, of_right));
}

const char *compare_wanted_location(const struct side *side, const char **is)
{
	const struct stage_result *result = &side->result;
	if (side->dialect != DIALECT_ONEZONE || result->response.status != CREATED) {
		return NULL;
	}
	bool by_groups = result->route != NULL && strcmp(result->route, "/groups") == 0;
	const char *start = by_groups ? "/groups/" : "/user/groups/";
	const char *location = flat_find_header(&result->response, "Location");
	*is = location;
	size_t length = strlen(start);
	bool good = location != NULL && strncmp(location, start, length) == 0 && location[length] != '\0' &&
		    location[length + strspn(location + length, "0123456789")] == '\0';
	return good ? NULL : start;
}
