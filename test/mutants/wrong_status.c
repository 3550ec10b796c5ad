/* Where the legacy API must say 202, it says 200. */
#include "mutants/mutant.h"

#include "encode.h"

WRAP(void, compat_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	REAL(compat_encode)(site, request, reply, page, response);
	response->status = response->status == 202 ? 200 : response->status;
}
