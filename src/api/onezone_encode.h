/* The Onezone dialect's side of replies. */
#ifndef API_ONEZONE_ENCODE_H
#define API_ONEZONE_ENCODE_H

#include "http/dialect.h"

void onezone_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
		    const struct page *page, struct http_response *response);

#endif
