/* What other programs wrote down of calls: the server's own decoders say which API and operation each was, and the
 * recorder's own words make a line of it, so that no secret stays in memory that could be printed. */
#include "migrate/recording_source.h"

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "compat.h"
#include "http/plain.h"
#include "observe/named.h"
#include "pages/pages.h"

/* The order of joineryd's. */
static const struct dialect_driver *const drivers[] = {
	&compat_driver, &onezone_driver, &pages_driver, &plain_driver, &v3_driver, NULL};

static const char *find_header(const void *context, const char *name, bool *repeated)
{
	const struct captured *captured = context;
	for (enum captured_header i = 0; i < HEADER_COUNT; i++) {
		if (strcasecmp(captured_header_name(i), name) == 0) {
			if (repeated != NULL && captured->repeated[i]) {
				*repeated = true;
			}
			return captured->headers[i].bytes;
		}
	}
	return NULL;
}

static size_t input_size(const struct captured *captured)
{
	size_t size = captured->target.length + captured->body.length;
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		size += captured->headers[i].length;
	}
	return size;
}

/* Decodes as the server would. False: it is no call of an API. */
static bool decode(struct captured *captured, const char *target, char *path_memory, struct request *request)
{
	static const struct http_site site = {.public_url = "http://localhost"};
	struct http_request http = {
		.method = captured->method,
		.target = captured->target,
		.body = captured->body,
		.header = find_header,
		.context = captured,
		.site = &site,
	};
	enum outcome outcome = http_path_read(target, path_memory, &http.path, &http.query);
	const struct dialect_driver *driver = dialect_pick(drivers, &http.path);
	if (driver->of_server || driver->dialect == DIALECT_PAGE) {
		return false;
	}
	struct http_route route = {.name = "-"};
	request->dialect = driver->dialect;
	if (outcome == OUTCOME_NONE) {
		(void)driver->decode(&http, request, &route); /* what it refuses is a call, too */
	}
	captured->dialect = driver->dialect;
	captured->operation = request->operation;
	captured->routed = route.name[0] == '/';
	return true;
}

enum foreign_result recording_take_foreign(struct recording *recording, struct captured *captured,
	struct recorded *found, struct reading_fault *fault)
{
	captured->target = named_path_of(captured->target);
	if (captured->target.length == 0 || captured->target.bytes[0] != '/' ||
		memchr(captured->target.bytes, '\0', captured->target.length) != NULL) {
		return FOREIGN_NO_CALL;
	}
	size_t capacity = request_capacity(input_size(captured));
	char *target = strndup(captured->target.bytes, captured->target.length);
	char *path_memory = malloc(captured->target.length + 1);
	void *memory = malloc(capacity);
	bool enough = target != NULL && path_memory != NULL && memory != NULL;
	bool call = enough && decode(captured, target, path_memory, request_init(memory, capacity, DIALECT_V3));
	free(memory);
	free(path_memory);
	free(target);
	if (enough && !call) {
		return FOREIGN_NO_CALL;
	}
	if (!enough || !captured_write(&recording->maker, &recording->key, captured)) {
		(void)snprintf(fault->why, sizeof fault->why, "it has too many parameters, or the memory is full");
		return FOREIGN_BAD;
	}
	const struct buffer *line = &recording->maker.line;
	return recording_read_line(recording, line->bytes, line->size, found, fault) ? FOREIGN_READ : FOREIGN_BAD;
}
