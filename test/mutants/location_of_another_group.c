/* Where something new is, v3 says with a letter too few. */
#include "mutants/mutant.h"

#include <string.h>

#include "api/v3_encode.h"

WRAP(void, v3_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	REAL(v3_encode)(site, request, reply, page, response);
	for (unsigned i = 0; i < response->header_count; i++) {
		char *place = response->headers[i].value;
		if (strcmp(response->headers[i].name, "Location") == 0 && *place != '\0') {
			place[strlen(place) - 1] = '\0';
		}
	}
}
