/* Writes replies as pages. */
#ifndef PAGES_ENCODE_H
#define PAGES_ENCODE_H

#include "http/dialect.h"

void pages_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response);

#endif
