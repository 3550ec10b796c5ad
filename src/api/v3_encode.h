/* The v3 dialect's side of replies. */
#ifndef API_V3_ENCODE_H
#define API_V3_ENCODE_H

#include "http/dialect.h"

void v3_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	       const struct page *page, struct http_response *response);

#endif
