/* One of the headers of conditions and repeats, of any bytes, read and answered. The input is the header's number, then
 * its value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/conditional.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct line {
	const char *name;
	const char *value;
};

static const struct {
	enum http_method method;
	const char *name;
} HEADERS[] = {
	{HTTP_PUT, "If-Match"},
	{HTTP_GET, "If-None-Match"},
	{HTTP_POST, "Idempotency-Key"},
};

static const char *header(const void *context, const char *name, bool *repeated)
{
	const struct line *line = context;
	(void)repeated; /* never: each header comes once here */
	return strcmp(name, line->name) == 0 ? line->value : NULL;
}

/* A fault leaves nothing half taken. */
static void check(const struct request *request)
{
	bool faulty = request->syntax.outcome != OUTCOME_NONE;
	(void)request_match_has(request, 0);
	if (request->size > request->capacity || (faulty && request->idempotency.given) ||
		(faulty && request->match_versions.length != 0)) {
		abort();
	}
}

/* The reply is the whole one, or none of it. */
static void answer(const struct request *request)
{
	static struct reply reply;
	struct http_response response = {.status = outcome_row(OUTCOME_OK)->v3_status, .outcome = OUTCOME_NONE};
	reply_init(&reply);
	response_puts(&response, "{}");
	api_conditional_write(request, &reply, &response);
	bool known = response.outcome == OUTCOME_NOT_MODIFIED;
	if (response.header_count != 1 || (response.body_size == 0) != known) {
		abort();
	}
	response_finish(&response);
	reply_finish(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size == 0) {
		return 0;
	}
	size_t kind = bytes[0] % (sizeof HEADERS / sizeof *HEADERS);
	char *value = malloc(size);
	size_t capacity = request_capacity(size);
	void *memory = malloc(capacity);
	if (value == NULL || memory == NULL) {
		abort();
	}
	memcpy(value, bytes + 1, size - 1);
	value[size - 1] = '\0';
	const struct line line = {HEADERS[kind].name, value};
	const struct http_request http = {.method = HEADERS[kind].method,
		.target = {"/v3", 3},
		.body = {"", 0},
		.header = header,
		.context = &line};
	struct request *request = request_init(memory, capacity, DIALECT_V3);
	if (!api_conditional_take(&http, request)) {
		abort();
	}
	check(request);
	answer(request);
	free(memory);
	free(value);
	return 0;
}
