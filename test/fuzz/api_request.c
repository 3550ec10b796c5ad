/* A path with its query, and a body, through both JSON decoders and their encoders' refusals. The input is the
 * method's number, the target up to a line feed, then the body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

#define TARGET_SIZE_MAX REQUEST_LINE_SIZE_MAX

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const enum http_method METHODS[8] = {
	HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_PATCH, HTTP_HEAD, HTTP_OPTIONS, HTTP_GET};

static const char *header(const void *context, const char *name, bool *repeated)
{
	(void)context;
	(void)repeated; /* never: each header comes once here */
	return strcmp(name, "Authorization") == 0 ? "Bearer token" : NULL;
}

/* What decode leaves must be a block that the engine can read. */
static void check(const struct request *request, enum outcome outcome)
{
	if (request->size > request->capacity || outcome > OUTCOME_NONE ||
		(outcome == OUTCOME_NONE) != (request->operation != OPERATION_NONE)) {
		abort();
	}
	(void)request_text(request, request->name);
	(void)request_text(request, request->invite);
	(void)request_text(request, request->group.slug);
}

static void answer(const struct dialect_driver *driver, const struct request *request, enum outcome outcome)
{
	static const struct http_site site = {.public_url = "http://localhost"};
	static struct reply reply;
	struct http_response response = {0};
	reply_init(&reply);
	reply.outcome = outcome;
	if (outcome == OUTCOME_NONE) {
		bool refused = request->syntax.outcome != OUTCOME_NONE;
		const struct fault *fault = refused ? &request->syntax : &request->value;
		reply.outcome = fault->outcome == OUTCOME_NONE ? OUTCOME_NO_SUCH_GROUP : fault->outcome;
		memcpy(reply.field, fault->field, sizeof reply.field);
	}
	driver->encode(&site, request, &reply, NULL, &response);
	if (response.status < 200) {
		abort();
	}
	response_finish(&response);
	reply_finish(&reply);
}

static void run(const struct dialect_driver *driver, const struct http_request *http, size_t size)
{
	struct http_route route;
	size_t capacity = request_capacity(size);
	void *memory = malloc(capacity);
	if (memory == NULL) {
		abort();
	}
	struct request *request = request_init(memory, capacity, driver->dialect);
	enum outcome outcome = driver->decode(http, request, &route);
	check(request, outcome);
	answer(driver, request, outcome);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static char target[TARGET_SIZE_MAX + 1];
	static char path[TARGET_SIZE_MAX + 1];
	if (size == 0) {
		return 0;
	}
	const char *start = (const char *)bytes + 1;
	const char *end = memchr(start, '\n', size - 1);
	size_t length = end == NULL ? size - 1 : (size_t)(end - start);
	if (length > TARGET_SIZE_MAX || memchr(start, '\0', length) != NULL) {
		return 0;
	}
	memcpy(target, start, length);
	target[length] = '\0';
	struct http_request http = {.method = METHODS[bytes[0] % 8], .header = header};
	if (end != NULL) {
		http.body = (struct span){end + 1, size - 2 - length};
	}
	if (http_path_read(target, path, &http.path, &http.query) == OUTCOME_NONE) {
		run(&v3_driver, &http, size);
		run(&onezone_driver, &http, size);
	}
	return 0;
}
