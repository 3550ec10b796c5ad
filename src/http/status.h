/* What the server says of itself: whether it is able to serve, what it is made of, and its figures. */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "http/dialect.h"
#include "http/thread.h"
#include "writer/runner.h"

struct http_status {
	struct runner *runner;
	const struct http_shared *shared;
	const struct http_thread *threads;
	const char *version;
	int64_t started_at; /* unix time */
};

/* Any thread. Whether the store answers, and no work has waited READY_STALL_MAX_S for a commit. */
bool status_is_ready(const struct http_status *status);
/* One line per reason, for operators. */
void status_write_ready(const struct http_status *status, struct http_response *response);
/* JSON. */
void status_write_version(const struct http_status *status, struct http_response *response);
/* The text format of Prometheus, 0.0.4. */
void status_write_metrics(const struct http_status *status, struct http_response *response);

#endif
