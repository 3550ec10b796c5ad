/* Onezone answers the deletion of a group by 204. */
#include "mutants/mutant.h"

#include "api/onezone_encode.h"

WRAP(void, onezone_encode, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	REAL(onezone_encode)(site, request, reply, page, response);
	response->status = reply->outcome == OUTCOME_GROUP_DELETED ? 204 : response->status;
}
