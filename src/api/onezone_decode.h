/* The Onezone dialect's side of requests. */
#ifndef API_ONEZONE_DECODE_H
#define API_ONEZONE_DECODE_H

#include "api/route.h"
#include "http/dialect.h"

/* Every path and method of the dialect. */
extern const struct api_routes onezone_routes;

/* request->form of a request to create a group: by which of its two paths, which the Location repeats. */
enum onezone_form {
	ONEZONE_FORM_USER_GROUPS, /* /user/groups */
	ONEZONE_FORM_GROUPS,	  /* /groups */
};

enum outcome onezone_decode(const struct http_request *http, struct request *request, struct http_route *route);

#endif
