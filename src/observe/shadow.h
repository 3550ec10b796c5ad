/* Shadowing: each call is asked of another system, too, and what that answers is compared. Either the client never
 * waits for it and never sees it, or, with `answers`, it is what the client gets, where it comes in time. Ids and
 * secrets that both have made since the start are said in this server's words, so clients need not know who answers. */
#ifndef OBSERVE_SHADOW_H
#define OBSERVE_SHADOW_H

#include "http/observer.h"
#include "model/source.h"
#include "observe/other_side.h"
#include "observe/pairs.h"

#define SHADOW_DEADLINE_MIN_MS 10
#define SHADOW_DEADLINE_MAX_MS 60000
#define SHADOW_DEADLINE_DEFAULT_MS 2000
#define SHADOW_QUEUE_MAX 100000
#define SHADOW_QUEUE_DEFAULT 1000
#define SHADOW_LINE_SIZE 512 /* as admin/ has room for */

struct shadow_options {
	struct other_side side;
	unsigned percent; /* of clients, 1 to 100: always the same ones */
	uint32_t deadline_ms; /* for the other system's answer, from when it is asked */
	uint32_t queue_max; /* calls that wait or are under way; more are dropped */
	bool answers; /* the other system's answer goes to the client; from here goes what it does not give in time */
	const char *report; /* where differences are written as JSON lines, without secrets; NULL: nowhere */
	const uint8_t *master_key; /* MASTER_KEY_SIZE bytes; only read by shadow_start */
};

/* What became of the calls that were seen. */
struct shadow_counts {
	bool answers; /* as in the options */
	uint64_t equal;
	uint64_t different;
	uint64_t dropped; /* the queue was full, or the server stopped */
	uint64_t late; /* no answer within the deadline */
	uint64_t failed; /* no connection, or no HTTP */
	uint64_t left_out; /* other clients; calls that wait for changes; what was refused as too busy or too many */
	uint64_t unpaired; /* not sent: they name a group that the other system did not make when this one did */
	struct pairs_counts pairs; /* of its words for what was made meanwhile */
	uint64_t held; /* now: waiting or under way */
	uint64_t answered_there; /* by `answers`: clients got the other system's answer, */
	uint64_t answered_here; /* or this server's, which was at hand: late, failed, dropped, switched off */
};

struct shadow;

/* Opens the report (0600; appends) and starts the thread that asks. NULL: not possible, `why` says so. */
struct shadow *shadow_start(const struct shadow_options *options, char *why, size_t capacity);
/* It runs on any HTTP thread: it copies the call, and waits for nothing but a lock that is held for moments. */
struct http_observer shadow_observer(struct shadow *shadow);
/* Any thread. Off: nothing is asked any more; what waits is dropped, and its clients are answered from here. */
void shadow_switch(struct shadow *shadow, bool on);
bool shadow_is_on(const struct shadow *shadow);
void shadow_count(const struct shadow *shadow, struct shadow_counts *counts);
/* For operators: does what the word says ("on", "off", "status"), and describes the state in one line of JSON. False:
 * another word. */
bool shadow_command(void *shadow, const char *word, char line[SHADOW_LINE_SIZE]);
/* For its observer: appends the counts to /metrics. */
void shadow_write_metrics(void *shadow, struct http_response *response);
/* Before HTTP stops, which waits for exchanges that are held: with `answers`, off. NULL does nothing. */
void shadow_release(struct shadow *shadow);
/* After the last exchange was seen: drops what waits, and says what was counted. NULL does nothing. */
void shadow_stop(struct shadow *shadow);

#endif
