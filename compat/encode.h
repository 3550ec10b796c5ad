/* Writes a reply as <rsp> XML, or as the same in JSON, or that as a script that calls a function. */
#ifndef COMPAT_ENCODE_H
#define COMPAT_ENCODE_H

#include "http/dialect.h"

/* As dialect_driver.encode says. */
void compat_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response);

#endif
