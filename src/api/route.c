/* Finds the route of a request and runs the steps that all routes share. */
#include "api/route.h"

#include <assert.h>
#include <string.h>

#include "api/body.h"
#include "api/conditional.h"

#define NO_ROUTE "no such path"

/* The next segment of a pattern: "/a/{b}" gives "a", then "{b}". Length 0: there is no more. */
static struct span pattern_next(const char **pattern)
{
	if (**pattern == '\0') {
		return (struct span){0};
	}
	const char *start = *pattern + 1;
	size_t length = strcspn(start, "/");
	*pattern = start + length;
	return (struct span){start, length};
}

static bool span_equals(struct span a, struct span b)
{
	return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* How many segments of the path the prefix takes; 0: the path does not start with it. */
static uint32_t prefix_length(const char *prefix, const struct http_path *path)
{
	uint32_t count = 0;
	while (prefix != NULL && *prefix != '\0') {
		struct span wanted = pattern_next(&prefix);
		if (count == path->count || !span_equals(wanted, path->segments[count])) {
			return 0;
		}
		count++;
	}
	return count;
}

static bool pattern_matches(
	const char *pattern, const struct http_path *path, uint32_t first, struct api_captures *captures)
{
	unsigned captured = 0;
	for (uint32_t i = first; i < path->count; i++) {
		struct span wanted = pattern_next(&pattern);
		struct span given = path->segments[i];
		if (wanted.length == 0 || given.length == 0) {
			return false;
		}
		if (wanted.bytes[0] == '{') {
			assert(captured < API_CAPTURES_MAX);
			captures->segments[captured++] = given;
		} else if (!span_equals(wanted, given)) {
			return false;
		}
	}
	return *pattern == '\0';
}

static unsigned methods_of(const struct api_route *row)
{
	bool read_only = row->method == HTTP_GET && !operation_changes(row->operation);
	return read_only ? HTTP_GET | HTTP_HEAD : row->method;
}

/* The row that the path and the method pick; NULL: none. Fills the route either way. The first pattern that
 * matches owns the path. */
static const struct api_route *find(const struct api_routes *routes, const struct http_request *http,
	struct api_captures *captures, struct http_route *route)
{
	const struct api_route *found = NULL;
	uint32_t first = prefix_length(routes->prefix, &http->path);
	*route = (struct http_route){.name = NO_ROUTE};
	for (size_t i = 0; i < routes->count; i++) {
		const struct api_route *row = &routes->rows[i];
		if (route->methods_allowed != 0
				? strcmp(row->pattern, route->name) != 0
				: !pattern_matches(row->pattern, &http->path, first, captures)) {
			continue;
		}
		route->name = row->pattern;
		route->methods_allowed |= methods_of(row);
		if ((methods_of(row) & http->method) != 0) {
			found = row;
		}
	}
	return found;
}

enum outcome api_route_decode(const struct api_routes *routes, const struct http_request *http,
	struct request *request, struct http_route *route)
{
	struct api_captures captures = {0};
	const struct api_route *row = find(routes, http, &captures, route);
	if (route->methods_allowed == 0) {
		return OUTCOME_NO_SUCH_PATH;
	}
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if (row == NULL) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	if (!routes->take_credentials(http, request) || !api_conditional_take(http, request)) {
		return OUTCOME_MALFORMED;
	}
	if (!api_body_type_is_json(http)) {
		return OUTCOME_UNSUPPORTED_TYPE;
	}
	request->operation = row->operation;
	if (row->decode != NULL) {
		row->decode(http, &captures, request);
	}
	return row->operation == OPERATION_NONE ? OUTCOME_OK : OUTCOME_NONE;
}
