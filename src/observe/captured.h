/* One exchange as recordings know it, with its secrets still in it; and the line that is written of it, without
 * them. */
#ifndef OBSERVE_CAPTURED_H
#define OBSERVE_CAPTURED_H

#include "http/observer.h"
#include "observe/alias.h"
#include "observe/buffer.h"

#define CAPTURED_REPLY_SIZE_MAX 65536 /* of a longer reply only the size is kept */

enum captured_header {
	HEADER_AUTHORIZATION,
	HEADER_X_AUTH_TOKEN,
	HEADER_MACAROON,
	HEADER_CONTENT_TYPE,
	HEADER_IDEMPOTENCY_KEY,
	HEADER_IF_MATCH,
	HEADER_IF_NONE_MATCH,
	HEADER_X_REQUEST_ID,
	HEADER_COUNT,
};

struct captured {
	int64_t at_us;	    /* unix time */
	int64_t latency_us; /* -1: not known */
	enum dialect dialect;
	enum operation operation; /* NONE: it asked for none */
	bool routed;		  /* a route matched; else the path may be anything, and is not shown */
	enum http_method method;
	struct span target; /* as it came, without a host */
	struct span body;
	struct span headers[HEADER_COUNT]; /* bytes NULL: absent */
	bool repeated[HEADER_COUNT];
	int status; /* 0: not known */
	bool outcome_known;
	enum outcome outcome;
	bool replied; /* the reply is known */
	struct span reply;
	struct span location; /* the reply's header; bytes NULL: it has none */
};

/* Of an exchange that is shown; its spans are the observer's loan. */
struct captured captured_of(const struct http_seen *seen);

/* "authorization": as recordings name it, and as HTTP finds it in any case. */
const char *captured_header_name(enum captured_header header);

/* Memory that lines are made in, used again; starts zeroed. */
struct line_maker {
	struct buffer decoded;
	struct buffer veiled;
	struct buffer line;
};

/* The line with its line feed stands in maker->line. False: out of memory, or more than PARAMETERS_MAX parameters. */
bool captured_write(struct line_maker *maker, const struct alias_key *key, const struct captured *captured);
void line_maker_finish(struct line_maker *maker);

#endif
