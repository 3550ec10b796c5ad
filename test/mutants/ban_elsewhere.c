/* Where a new ban is, v3 says of the group instead. */
#include "mutants/mutant.h"

#include <string.h>

#include "api/v3_encode.h"

WRAP(void, v3_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	REAL(v3_encode)(site, request, reply, page, response);
	for (unsigned i = 0; i < response->header_count; i++) {
		char *bans = strstr(response->headers[i].value, "/bans/");
		if (strcmp(response->headers[i].name, "Location") == 0 && bans != NULL) {
			*bans = '\0';
		}
	}
}
