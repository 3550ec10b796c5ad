/* Onezone does not say by which scheme to sign in. */
#include "mutants/mutant.h"

#include <string.h>

#include "api/onezone_encode.h"

WRAP(void, onezone_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	REAL(onezone_encode)(site, request, reply, page, response);
	for (unsigned i = response->header_count; i-- > 0;) {
		if (strcmp(response->headers[i].name, "WWW-Authenticate") == 0) {
			response->headers[i].name = "X-Nothing";
		}
	}
}
