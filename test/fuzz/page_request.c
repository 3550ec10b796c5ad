/* A request of a browser through the pages' decoder, and whatever came of it through their encoder. The input is
 * the method's number, the target up to a line feed, the cookie and tags (for number 2 the trusted user) up to
 * another, then the body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pages/pages.h"

#define LINE_SIZE_MAX REQUEST_LINE_SIZE_MAX

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char target[LINE_SIZE_MAX + 1];
static char second[LINE_SIZE_MAX + 1];

static const char *header(const void *context, const char *name, bool *repeated)
{
	(void)context;
	(void)repeated; /* never: each header comes once here */
	if (strcasecmp(name, "Content-Type") == 0) {
		return "application/x-www-form-urlencoded";
	}
	return strcasecmp(name, "Cookie") == 0 || strcasecmp(name, "If-None-Match") == 0 ? second : NULL;
}

/* Takes a line off the input. False: it is none that a target or header could be. */
static bool take_line(struct span *input, char line[LINE_SIZE_MAX + 1])
{
	const char *end = memchr(input->bytes, '\n', input->length);
	size_t length = end == NULL ? input->length : (size_t)(end - input->bytes);
	if (length > LINE_SIZE_MAX || memchr(input->bytes, '\0', length) != NULL) {
		return false;
	}
	memcpy(line, input->bytes, length);
	line[length] = '\0';
	input->bytes += length + (end != NULL);
	input->length -= length + (end != NULL);
	return true;
}

static void answer(const struct http_site *site, const struct request *request, enum outcome outcome)
{
	static struct reply reply;
	struct http_response response = {0};
	reply_init(&reply);
	reply.outcome = outcome == OUTCOME_NONE ? OUTCOME_SIGN_IN_NEEDED : outcome;
	pages_driver.encode(site, request, &reply, NULL, &response);
	for (unsigned i = 0; i < response.header_count; i++) {
		if (strpbrk(response.headers[i].value, "\r\n") != NULL) {
			abort();
		}
	}
	if (response.status < 200) {
		abort();
	}
	response_finish(&response);
	reply_finish(&reply);
}

static void run(struct http_request *http, size_t size)
{
	struct http_route route = {0};
	size_t capacity = request_capacity(size);
	void *memory = malloc(capacity);
	if (memory == NULL) {
		abort();
	}
	struct request *request = request_init(memory, capacity, DIALECT_PAGE);
	enum outcome outcome = pages_driver.decode(http, request, &route);
	const char *back = request_text(request, request->back);
	if (request->size > request->capacity || (*back != '\0' && (back[0] != '/' || back[1] == '/'))) {
		abort();
	}
	answer(http->site, request, outcome);
	if (outcome == OUTCOME_NONE) {
		answer(http->site, request, OUTCOME_ROLE_CHANGED);
		answer(http->site, request, OUTCOME_INVALID_PARAMETER);
	}
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct http_site site = {.public_url = "http://localhost"};
	static char path[LINE_SIZE_MAX + 1];
	if (size == 0) {
		return 0;
	}
	struct span input = {(const char *)bytes + 1, size - 1};
	if (!take_line(&input, target) || !take_line(&input, second)) {
		return 0;
	}
	struct http_request http = {
		.method = bytes[0] % 4 == '1' % 4 ? HTTP_POST : HTTP_GET,
		.header = header,
		.body = input,
		.site = &site,
		.trusted_user = bytes[0] % 4 == '2' % 4 ? second : NULL,
	};
	if (http_path_read(target, path, &http.path, &http.query) == OUTCOME_NONE) {
		run(&http, size);
	}
	return 0;
}
