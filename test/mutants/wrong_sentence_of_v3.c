/* v3 calls it another thing that nobody can ban themselves: no other API has such a call. */
#include "mutants/mutant.h"

#include <string.h>

#include "api/v3_encode.h"

WRAP(void, v3_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	static const char from[] = "ban yourself";
	REAL(v3_encode)(site, request, reply, page, response);
	for (size_t i = 0; i + sizeof from <= response->body_size; i++) {
		if (memcmp(response->body + i, from, sizeof from - 1) == 0) {
			memcpy(response->body + i, "bar", strlen("bar"));
		}
	}
}
