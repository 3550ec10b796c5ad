/* What the tests of the pages share: requests as a browser makes them. */
#ifndef PAGES_SUPPORT_H
#define PAGES_SUPPORT_H

#include "pages/pages.h"

#define COOKIE "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FORM "application/x-www-form-urlencoded"

struct call {
	enum http_method method;
	const char *target;
	const char *body;
	const char *type;
	const char *cookie;
	const char *trusted_user;
	const char *public_url;
	const char *tags; /* If-None-Match */
};

/* The request and route of the last call. */
extern struct request *request;
extern struct http_route route;

enum outcome decode(const struct call *call);
enum outcome get(const char *target);
enum outcome post(const char *target, const char *body, const char *cookie);

#endif
