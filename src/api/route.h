/* A dialect's table of routes: method and pattern to operation and decode function. */
#ifndef API_ROUTE_H
#define API_ROUTE_H

#include <stddef.h>

#include "http/dialect.h"

#define API_CAPTURES_MAX 2

/* The path's segments that a pattern's {braces} stand for, in order. */
struct api_captures {
	struct span segments[API_CAPTURES_MAX];
};

/* Reads path, query and body into the request; puts what is wrong into its faults. */
typedef void api_decoder(const struct http_request *http, const struct api_captures *captures,
			 struct request *request);

struct api_route {
	enum http_method method; /* one; HEAD comes with GET unless the operation changes something */
	const char *pattern;	 /* "/groups/{id}": a segment in braces is any but the empty one */
	enum operation operation; /* NONE: the route is answered without the store, with ok */
	api_decoder *decode;	  /* NULL: there is nothing to read */
};

struct api_routes {
	const struct api_route *rows;
	size_t count;
	const char *prefix; /* a path may start with it instead of with the pattern; NULL: none */
	/* Reads the credentials that this dialect knows. False: a header that may be there once is repeated. */
	bool (*take_credentials)(const struct http_request *http, struct request *request);
};

/* The whole of a driver's decode: path, method, credentials, media type, then the route's own function. The
 * first pattern that matches owns the path, so "/groups/join" stands before "/groups/{id}". */
enum outcome api_route_decode(const struct api_routes *routes, const struct http_request *http,
			      struct request *request, struct http_route *route);

#endif
