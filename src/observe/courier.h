/* Carries HTTP calls to another system and brings the replies, many at once, over connections that are used again. It
 * follows no redirect and asks no proxy; whatever the other side sends, memory is bounded. */
#ifndef OBSERVE_COURIER_H
#define OBSERVE_COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "observe/buffer.h"
#include "observe/other_side.h"

#define COURIER_HEADERS_MAX 12
#define COURIER_REPLY_MAX ((size_t)4 << 20)
#define COURIER_OUTCOME_SIZE 64
#define COURIER_WHY_SIZE 256
#define COURIER_LOCATION_SIZE 512
#define COURIER_ETAG_SIZE 128

enum courier_end {
	COURIER_ANSWERED,
	COURIER_UNREACHABLE, /* no connection */
	COURIER_LATE, /* the deadline passed */
	COURIER_BROKEN, /* it closed, spoke no HTTP, or sent more than is taken */
};

struct courier;

struct courier_call {
	/* What is asked; borrowed until `done`. */
	const struct other_side *side;
	const char *method;
	const char *target; /* path and query, as they go into the request line */
	struct {
		const char *name;
		const char *value;
	} headers[COURIER_HEADERS_MAX];
	size_t header_count;
	const char *body;
	size_t body_size;
	uint32_t deadline_ms; /* for all of it */
	/* It changes nothing, so it may be sent a second time where its connection proves dead; each other call arrives
	 * once or never, and is BROKEN then. */
	bool repeatable;
	bool keep_head; /* the reply's head is wanted whole */
	size_t reply_max; /* bytes; a longer reply is BROKEN. 0: COURIER_REPLY_MAX */
	/* Called from courier_turn; the call is then the caller's again. */
	void (*done)(void *context, struct courier_call *call);
	void *context;
	/* What came back. */
	enum courier_end end;
	char why[COURIER_WHY_SIZE]; /* unless ANSWERED, without secrets */
	int status;
	char outcome[COURIER_OUTCOME_SIZE]; /* X-Outcome; "": none */
	char location[COURIER_LOCATION_SIZE]; /* "": none */
	char etag[COURIER_ETAG_SIZE]; /* likewise */
	struct buffer reply; /* kept for the next use of the struct; buffer_finish is the caller's */
	struct buffer head; /* if it is wanted: its lines as they came, the status line first; as `reply` */
	int64_t latency_us;
	/* The courier's own. */
	struct courier_call *next;
	struct courier_call **self;
	void *easy;
	void *lines;
	void *pins;
	size_t head_size;
	bool cut; /* it sent too much */
	bool tried;
	bool spoken; /* its connection had said something before it was asked */
	struct courier *courier;
};

/* `connections_max`: at once, to all sides together. NULL: out of memory. One thread uses it, but for courier_wake. */
struct courier *courier_create(unsigned connections_max);
/* Drops calls that are on their way without calling `done`. NULL does nothing. */
void courier_destroy(struct courier *courier);
/* False: out of memory; `done` will not be called. */
bool courier_send(struct courier *courier, struct courier_call *call);
/* Carries on and waits at most `wait_ms` for something to happen; calls `done` of what has ended. */
void courier_turn(struct courier *courier, uint32_t wait_ms);
/* Calls that are on their way. */
unsigned courier_under_way(const struct courier *courier);
/* Ends the wait of courier_turn, or the next one. Any thread. */
void courier_wake(struct courier *courier);

#endif
