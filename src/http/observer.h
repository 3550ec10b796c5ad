/* Who watches exchanges: recording and shadowing, which touch nothing, and at most one that may replace replies. */
#ifndef HTTP_OBSERVER_H
#define HTTP_OBSERVER_H

#include <stdint.h>

#include "http/dialect.h"
#include "http/holder.h"

/* A finished exchange, lent for the time of the call. */
struct http_seen {
	int64_t started_at_us; /* unix time */
	int64_t latency_us;    /* from the whole request to the whole reply, the sending left out */
	enum http_method method;
	struct span target; /* as it came */
	struct span body;
	const char *(*header)(const void *context, const char *name, bool *repeated);
	const void *context;
	const struct request *request;
	const struct reply *reply;
	const struct page *page;
	const struct http_response *response; /* status, body, the dialect's own headers */
	const char *route; /* "/v3/groups/{id}/members"; starts with no slash where none matched. Static. */
	enum outcome outcome;		      /* as X-Outcome says it */
	uint64_t connection; /* no other that is open has the same */
	unsigned thread;		      /* which HTTP thread calls, from 0 */
};

/* Called on the HTTP thread once for each answered request, when its reply is rendered and before it is sent, refusals
 * of decode included; never for substitutes of the guard, nor for the server's own documents. A request that waits for
 * changes is seen once, at its answer. Must not block, and must not keep what the spans point to. */
struct http_observer {
	void (*seen)(void *context, const struct http_seen *seen);
	void *context;
	/* Appends its figures to /metrics; any thread. NULL: it has none. */
	void (*write_metrics)(void *context, struct http_response *response);
	/* NULL: it only sees. Else called in the place of `seen`, in the same way. True: `held` is
	 * the observer's until it gives it back, which it must within a time of its own; until then its client
	 * is not answered, and the server does not end. */
	bool (*hold)(void *context, const struct http_seen *seen, struct http_held *held);
};

#define HTTP_OBSERVERS_MAX 4

#endif
