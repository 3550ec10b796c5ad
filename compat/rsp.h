/* The writer of one <rsp> document: always well-formed, whatever the texts hold. */
#ifndef COMPAT_RSP_H
#define COMPAT_RSP_H

#include <stdbool.h>
#include <stdint.h>

#include "http/dialect.h"

struct _xmlTextWriter;

/* Lives on the stack for one document. What fails is kept until rsp_end. */
struct rsp {
	struct _xmlTextWriter *writer;
	struct http_response *response;
	bool failed; /* out of memory */
};

/* Opens <rsp stat="ok"> or "fail"; the bytes are appended to the response's body. */
void rsp_begin(struct rsp *rsp, bool ok, struct http_response *response);
/* Closes the document. Out of memory at any time before: response->failed is set. */
void rsp_end(struct rsp *rsp);

void rsp_element_begin(struct rsp *rsp, const char *name);
void rsp_element_end(struct rsp *rsp);
/* Attributes of the element that is open. Bytes of `text` that are not XML's become U+FFFD. */
void rsp_text(struct rsp *rsp, const char *name, const char *text);
void rsp_number(struct rsp *rsp, const char *name, uint64_t number);
void rsp_flag(struct rsp *rsp, const char *name, bool flag);
void rsp_time(struct rsp *rsp, const char *name, int64_t time);

#endif
