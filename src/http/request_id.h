/* Names for requests whose client gave none, and the name that a client's tracing gives one. */
#ifndef HTTP_REQUEST_ID_H
#define HTTP_REQUEST_ID_H

#include <stdbool.h>
#include <stdint.h>

#define REQUEST_ID_MADE_SIZE 17 /* 16 hexadecimal digits and the NUL */
#define TRACE_ID_SIZE 33	/* 32 of them and the NUL */

/* A thread's; not secret, only different from all others. */
struct request_ids {
	uint64_t state;
};

void request_ids_init(struct request_ids *ids);
void request_ids_next(struct request_ids *ids, char made[REQUEST_ID_MADE_SIZE]);

/* The trace id in the value of a `traceparent` header (W3C Trace Context). False: it is not valid. */
bool trace_id_read(const char *traceparent, char id[TRACE_ID_SIZE]);

#endif
