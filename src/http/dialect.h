/* The seam between the transport and a dialect. A dialect is two pure functions: decode reads an HTTP
 * request into the engine's words, encode writes a reply as an HTTP response. http/ knows no dialect;
 * main.c hands it an array of these. */
#ifndef HTTP_DIALECT_H
#define HTTP_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/limits.h"
#include "model/outcome.h"
#include "model/reply.h"
#include "model/request.h"

enum http_method {
	HTTP_GET = 1 << 0,
	HTTP_HEAD = 1 << 1,
	HTTP_POST = 1 << 2,
	HTTP_PUT = 1 << 3,
	HTTP_PATCH = 1 << 4,
	HTTP_DELETE = 1 << 5,
	HTTP_OPTIONS = 1 << 6,
};

/* "GET". */
const char *http_method_name(enum http_method method);

struct span {
	const char *bytes; /* not NUL-terminated */
	size_t length;
};

/* Whether the bytes are exactly this text. */
bool span_is(struct span span, const char *text);
/* The value of a hexadecimal digit of either case; -1: it is none. */
int span_hex_digit(char digit);
/* Reads the byte that "%XX" at the start of the bytes stands for. False: they do not start so. */
bool span_read_escape(struct span span, char *byte);
/* Cuts the bytes before the first `mark` off the front of `rest`, and the mark with it; all where there is none. */
struct span span_cut(struct span *rest, char mark);
/* Decodes a value of a query or form, without a NUL: '+' is a blank, %XX a byte. False: a bad percent escape, or
 * more than `capacity` bytes. */
bool span_decode_form(struct span raw, char *bytes, size_t capacity, size_t *length);

/* The path of a request target, split on '/', then percent-decoded: strict UTF-8 without NUL. A trailing
 * slash leaves no segment and sets the flag; other empty segments are kept, empty. */
struct http_path {
	uint32_t count;
	struct span segments[PATH_SEGMENTS_MAX];
	bool trailing_slash;
};

/* When the dialect that has a successor was or will be deprecated, and when it ends. Unix seconds. */
struct retirement {
	bool deprecated;
	bool ends; /* not before it is deprecated */
	int64_t deprecated_at;
	int64_t ends_at;
};

struct http_status;

/* For encoders and decoders alike: settings of the server, the same for its life. */
struct http_site {
	const struct http_status *status; /* for the transport's own documents */
	const char *public_url; /* without a trailing slash */
	struct retirement retirement;
};

/* One request as it arrived: framing is right, the path is decoded, nothing else is. All memory is the
 * transport's and lives until decode has returned. */
struct http_request {
	enum http_method method; /* HEAD comes as HEAD */
	struct http_path path;
	struct span target; /* as it came */
	struct span query; /* behind the '?', raw */
	struct span body;  /* of POST, PUT and PATCH; empty otherwise */
	/* The value of a header, NUL-terminated; NULL: absent. `*repeated` (may be NULL) is set when
	 * there is a second. */
	const char *(*header)(const void *context, const char *name, bool *repeated);
	const void *context;
	const struct http_site *site;
	/* Who a trusted proxy says the visitor is; NULL: nobody says. For pages only. */
	const char *trusted_user;
	bool by_operator; /* only for drivers `of_server`: it comes from where only operators are */
};

/* What decode says besides the request. */
struct http_route {
	const char *name;	 /* for logs: "/v3/groups/{id}/members"; never a raw path. Static. */
	/* Of enum http_method: GET without HEAD means HEAD is refused; OPTIONS is always added. */
	unsigned methods_allowed;
	/* The request is a try at a secret: refused with rate_limited after SIGN_IN_FAILURES_MAX failed ones (4xx) of
	 * its client's address in SIGN_IN_WINDOW_S. */
	bool tries_limited;
	bool same_origin; /* as of its driver */
};

struct http_header {
	const char *name; /* static */
	char value[1536]; /* a callback's URL with what is added to it, or two links with whole URLs */
};

#define HTTP_HEADERS_MAX 12

/* One response. Owned and used again by an HTTP thread; encode appends to `body` and `headers`. */
struct http_response {
	int status;
	enum outcome outcome; /* not_modified where the encoder saw that; NONE: the reply's */
	const char *reason;
	const char *content_type; /* static; NULL: no body and no type */
	unsigned header_count;
	struct http_header headers[HTTP_HEADERS_MAX];
	char *body;
	size_t body_size;
	size_t body_capacity;
	bool failed; /* out of memory: see dialect_encode */
};

struct dialect_driver {
	enum dialect dialect;
	/* First path segments ("services/rest", "user"; "" is the path without any), NULL-terminated; NULL: all that
	 * others do not own. */
	const char *const *roots;
	bool same_origin; /* other sites' scripts may not read its replies, whatever the option for CORS says */
	bool of_server; /* of the server itself: its requests are taken from no bucket of rate limits */
	bool empty_segments; /* behind its root a path of its own has empty segments or nothing */
	/* Fills the request (initialised with this dialect) and the route. OUTCOME_NONE: the request may
	 * be executed; anything else is answered without the store: ok (what is asked for is no
	 * operation), the refusal (no_such_path, method_not_allowed, unsupported_type, malformed for repeated
	 * credential headers), or preflight for OPTIONS. */
	enum outcome (*decode)(const struct http_request *http, struct request *request, struct http_route *route);
	/* Writes status, reason, type, body and the dialect's own headers (Location, WWW-Authenticate,
	 * Cache-Control, Vary, Retry-After of a 503, Link). The transport adds the common ones, Allow and those of
	 * rate limits (Retry-After of a 429 among them) included.
	 * Every outcome must render, also for OPERATION_NONE. */
	void (*encode)(const struct http_site *site, const struct request *request, const struct reply *reply,
		       const struct page *page, struct http_response *response);
};

/* Appends to the body; out of memory sets `failed`. */
void response_write(struct http_response *response, const char *bytes, size_t length);
void response_puts(struct http_response *response, const char *text);
/* Adds a header; the value is formatted. What does not fit in a value or behind HTTP_HEADERS_MAX is a
 * bug (asserted). */
void response_header(struct http_response *response, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The value of the first header of this name, in the letters in which encoders write it; NULL: there is none. */
const char *response_find_header(const struct http_response *response, const char *name);
/* Empties it for the next reply; keeps memory. */
void response_clear(struct http_response *response);
void response_finish(struct http_response *response);

/* Splits and decodes the path of an origin-form or absolute-form target into `memory` (as long as the
 * target), and finds the query. OUTCOME_NONE, malformed (bad percent, NUL, UTF-8) or no_such_path (too
 * many segments, dot segments). */
enum outcome http_path_read(const char *target, char *memory, struct http_path *path, struct span *query);

/* Picks the driver whose root the path starts with. */
const struct dialect_driver *dialect_pick(const struct dialect_driver *const *drivers, const struct http_path *path);

/* Encodes the reply into the cleared response. Where memory ran out for that, the reply becomes busy, in the dialect's
 * form if there is memory for so little, else without a body. */
void dialect_encode(const struct dialect_driver *driver, const struct http_site *site, const struct request *request,
	struct reply *reply, const struct page *page, struct http_response *response);

/* Copies a valid X-Request-Id into the request. */
void dialect_take_request_id(const struct http_request *http, struct request *request);

#endif
