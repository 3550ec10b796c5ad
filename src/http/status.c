/* Readiness and version; the figures are in metrics.c. */
#include "http/status.h"

#include <event2/event.h>
#include <stdio.h>

#include "model/limits.h"

#define SECOND_US 1000000
#define LINE_SIZE 256

bool status_is_ready(const struct http_status *status)
{
	struct runner_counts counts;
	runner_counts(status->runner, &counts);
	return counts.stalled_us < (int64_t)READY_STALL_MAX_S * SECOND_US && runner_can_read(status->runner);
}

void status_write_ready(const struct http_status *status, struct http_response *response)
{
	struct runner_counts counts;
	char lines[LINE_SIZE];
	runner_counts(status->runner, &counts);
	(void)snprintf(lines, sizeof lines, "store: %s\nwork waits: %.1f s\nrequests queued: %u\nlast change: %llu\n",
		runner_can_read(status->runner) ? "readable" : "unreadable",
		(double)counts.stalled_us / SECOND_US, counts.queued,
		(unsigned long long)runner_last_change(status->runner)); /* it fits */
	response_puts(response, lines);
}

void status_write_version(const struct http_status *status, struct http_response *response)
{
	char json[LINE_SIZE];
	const char *compiler =
#ifdef __clang__
		"clang";
#else
		"gcc";
#endif
	(void)snprintf(json, sizeof json,
		"{\"name\":\"joinery\",\"version\":\"%s\",\"compiler\":\"%s %d.%d.%d\",\"libevent\":\"%s\"}\n",
		status->version, compiler,
#ifdef __clang__
		__clang_major__, __clang_minor__, __clang_patchlevel__,
#else
		__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__,
#endif
		event_get_version()); /* it fits */
	response_puts(response, json);
}
