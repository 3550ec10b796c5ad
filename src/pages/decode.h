/* What a browser asks for. */
#ifndef PAGES_DECODE_H
#define PAGES_DECODE_H

#include "http/dialect.h"

/* Which page a request is for: request->form. */
enum pages_form {
	PAGES_NONE, /* refused before it was known */
	PAGES_HOME,
	PAGES_DOCS,
	PAGES_SIGN_IN,
	PAGES_SIGN_OUT,
	PAGES_APPROVE,
	PAGES_REFUSE, /* the application was refused */
	PAGES_INVITE,
	PAGES_REQUESTS, /* the moderation page; these three are its lists */
	PAGES_MEMBERS,
	PAGES_BANS,
	PAGES_FILE, /* and behind it, the number of the file: must be the last */
};

/* A path that the browser is sent back to, with its query. */
#define PAGES_BACK_SIZE_MAX 1200

enum outcome pages_decode(const struct http_request *http, struct request *request, struct http_route *route);

#endif
