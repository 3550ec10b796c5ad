/* The writer of one <rsp> document, in XML or JSON: always well-formed, whatever the texts hold. */
#ifndef COMPAT_RSP_H
#define COMPAT_RSP_H

#include <stdbool.h>
#include <stdint.h>

#include "http/dialect.h"

struct _xmlTextWriter;

/* Lives on the stack for one document. What fails is kept until rsp_end. */
struct rsp {
	const struct rsp_form *form;
	struct http_response *response;
	struct _xmlTextWriter *xml;
	bool separate; /* JSON: the next item stands behind another */
	bool failed; /* out of memory */
};

/* The parts of a document, as one form writes them. */
struct rsp_form {
	void (*begin)(struct rsp *rsp, bool ok);
	void (*end)(struct rsp *rsp);
	void (*list_begin)(struct rsp *rsp, const char *name);
	void (*list_end)(struct rsp *rsp);
	void (*element_begin)(struct rsp *rsp, const char *name);
	void (*element_end)(struct rsp *rsp);
	void (*text)(struct rsp *rsp, const char *name, const char *text);
	void (*number)(struct rsp *rsp, const char *name, uint64_t number);
};

extern const struct rsp_form rsp_xml;
extern const struct rsp_form rsp_json;

/* Opens a document with stat "ok" or "fail"; the bytes are appended to the response's body. */
void rsp_begin(struct rsp *rsp, const struct rsp_form *form, bool ok, struct http_response *response);
/* Closes the document. Out of memory at any time before: response->failed is set. */
void rsp_end(struct rsp *rsp);

/* Elements of one name stand in a list of that name, which may be empty: XML then shows nothing. */
void rsp_list_begin(struct rsp *rsp, const char *name);
void rsp_list_end(struct rsp *rsp);
void rsp_element_begin(struct rsp *rsp, const char *name);
void rsp_element_end(struct rsp *rsp);
/* Attributes of the element that is open. Bytes of `text` that the form cannot hold become U+FFFD. */
void rsp_text(struct rsp *rsp, const char *name, const char *text);
void rsp_number(struct rsp *rsp, const char *name, uint64_t number);
/* A number, 0 or 1. */
void rsp_flag(struct rsp *rsp, const char *name, bool flag);
void rsp_time(struct rsp *rsp, const char *name, int64_t time);

#endif
