/* The legacy API leaves one sign as it is, which XML does not allow. */
#include "mutants/mutant.h"

#include <string.h>

#include "encode.h"

WRAP(void, compat_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	static const char escaped[] = "&amp;";
	REAL(compat_encode)(site, request, reply, page, response);
	for (size_t i = 0; i + sizeof escaped <= response->body_size; i++) {
		if (memcmp(response->body + i, escaped, sizeof escaped - 1) == 0) {
			memcpy(response->body + i, "&    ", sizeof escaped - 1);
		}
	}
}
