/* Onezone's Location names the path of the other of its two lists. */
#include "mutants/mutant.h"

#include <string.h>

#include "api/onezone_encode.h"

WRAP(void, onezone_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	static const char user[] = "/user";
	REAL(onezone_encode)(site, request, reply, page, response);
	for (unsigned i = 0; i < response->header_count; i++) {
		struct http_header *header = &response->headers[i];
		if (strcmp(header->name, "Location") == 0 && strncmp(header->value, user, strlen(user)) == 0) {
			memmove(header->value, header->value + strlen(user), strlen(header->value + strlen(user)) + 1);
		}
	}
}
