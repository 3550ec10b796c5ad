/* The legacy API has another sentence for who is banned. */
#include "mutants/mutant.h"

#include <string.h>

#include "encode.h"

WRAP(void, compat_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	static const char from[] = "banned from this group";
	REAL(compat_encode)(site, request, reply, page, response);
	for (size_t i = 0; i + sizeof from <= response->body_size; i++) {
		if (memcmp(response->body + i, from, sizeof from - 1) == 0) {
			memcpy(response->body + i, "barred", strlen("barred"));
		}
	}
}
