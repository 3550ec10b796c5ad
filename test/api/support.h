/* Requests and replies for the tests of the JSON dialects. */
#ifndef TEST_API_SUPPORT_H
#define TEST_API_SUPPORT_H

#include "api/api.h"

#define TOKEN_TEXT "token-of-alice"
#define BEARER \
	{ \
		"Authorization", "Bearer " TOKEN_TEXT \
	}

struct header_line {
	const char *name;
	const char *value;
};

#define HEADER_LINES_MAX 6

struct call {
	enum http_method method;
	const char *target;
	const char *body; /* NULL: none */
	size_t body_length; /* 0: up to its NUL */
	struct header_line headers[HEADER_LINES_MAX];
};

/* What a driver made of a call. `request` stands in static memory until the next call. */
struct decoded {
	enum outcome outcome;
	struct http_route route;
	struct request *request;
};

struct decoded support_decode(const struct dialect_driver *driver, const struct call *call);

/* Fills every part of a reply: group 7 "Chess", its member 5, an invite, an invite token, a macaroon, and what the
 * operation tells of somebody's standing. */
void support_fill_reply(struct reply *reply, enum operation operation);
/* Fills two of each kind of item; call page_init before and page_finish after. */
void support_fill_page(struct page *page, enum operation operation);

extern const struct http_site support_site;

#endif
