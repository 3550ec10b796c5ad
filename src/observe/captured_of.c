/* What observers are shown, as recordings know it. */
#include <string.h>

#include "observe/captured.h"
#include "observe/named.h"

static void find_headers(const struct http_seen *seen, struct captured *captured)
{
	for (enum captured_header i = 0; i < HEADER_COUNT; i++) {
		const char *value = seen->header(seen->context, captured_header_name(i), &captured->repeated[i]);
		captured->headers[i] = (struct span){value, value == NULL ? 0 : strlen(value)};
	}
	const struct request *request = seen->request;
	const char *location = response_find_header(seen->response, "Location");
	if (location != NULL) {
		captured->location = (struct span){location, strlen(location)};
	}
	captured->headers[HEADER_X_REQUEST_ID] =
		(struct span){request_text(request, request->request_id), request->request_id.length};
	captured->repeated[HEADER_X_REQUEST_ID] = false;
}

struct captured captured_of(const struct http_seen *seen)
{
	struct captured captured = {
		.at_us = seen->started_at_us,
		.latency_us = seen->latency_us,
		.dialect = seen->request->dialect,
		.operation = seen->request->operation,
		.routed = seen->route[0] == '/',
		.method = seen->method,
		.target = named_path_of(seen->target),
		.body = seen->body,
		.status = seen->response->status,
		.outcome_known = true,
		.outcome = seen->outcome,
		.replied = true,
		.reply = {.bytes = seen->response->body, .length = seen->response->body_size},
	};
	find_headers(seen, &captured);
	return captured;
}
