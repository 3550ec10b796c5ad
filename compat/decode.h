/* Reads a call of the legacy gateway. */
#ifndef COMPAT_DECODE_H
#define COMPAT_DECODE_H

#include "http/dialect.h"

/* The values of request.form. */
enum compat_form {
	COMPAT_XML, /* also of requests that were refused before they were read */
	COMPAT_JSON,
};

/* As dialect_driver.decode says, and method_not_found where the parameter `method` names none of ours, and
 * invalid_parameter for a bad callback, whose name then stands in the request's fault of syntax. */
enum outcome compat_decode(const struct http_request *http, struct request *request, struct http_route *route);

#endif
