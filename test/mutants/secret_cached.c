/* Onezone lets caches keep a reply with an invite token. */
#include "mutants/mutant.h"

#include <string.h>

#include "api/onezone_encode.h"

WRAP(void, onezone_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	REAL(onezone_encode)(site, request, reply, page, response);
	for (unsigned i = 0; i < response->header_count; i++) {
		char *value = response->headers[i].value;
		if (strcmp(response->headers[i].name, "Cache-Control") == 0 && strcmp(value, "no-store") == 0) {
			memcpy(value, "public", sizeof "public");
		}
	}
}
