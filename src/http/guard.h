/* The guard judges the raw bytes of a connection before libevent sees them: only complete, canonical
 * requests pass. Pure; connection.c carries the bytes. */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/dialect.h"
#include "model/limits.h"
#include "model/outcome.h"

#define GUARD_ORIGIN_SIZE 128

enum guard_verdict {
	GUARD_INCOMPLETE, /* more bytes are needed */
	GUARD_COMPLETE,	  /* the first `size` bytes are one request */
	GUARD_REFUSED,	  /* `outcome` says why; nothing behind it can be trusted */
};

/* One request as far as it is known. All zero before its first byte; keeps its place between calls, so
 * that a request that comes byte by byte is read once. */
struct guard {
	size_t skipped;	  /* an empty line before the request */
	size_t searched;  /* no end of the head before here */
	size_t head_size; /* with what was skipped; 0: the head is not whole yet */
	size_t size;	  /* head and as much of the body as was understood */
	size_t body_size; /* of chunks so far */
	bool chunked;
	bool expects_continue;
	bool is_head; /* the method is HEAD */
	enum outcome outcome;
	/* A declared body too large to be taken but small enough to be read and dropped, so that the
	 * client comes to read its refusal; 0: answer at once. */
	uint64_t swallow;
	size_t target_start; /* the target, as far as it is legible; length 0: not at all */
	size_t target_length;
	/* What Origin says, so that a refusal can be read by who was refused; "": nothing, or it is none. */
	char origin[GUARD_ORIGIN_SIZE];
	/* What the first X-Request-Id says, so that a refusal can be found again; "": nothing, or it is none. */
	char request_id[REQUEST_ID_SIZE_MAX + 1];
};

/* `bytes` are all bytes of the request so far, from its first one on: what was there at the last call is
 * still there. */
enum guard_verdict guard_measure(struct guard *guard, const char *bytes, size_t length);

#endif
