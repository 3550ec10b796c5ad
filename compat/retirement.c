/* The dates are facts for clients and their authors: they change no answer, not even when they have passed. */
#include "retirement.h"

#include <inttypes.h>

#include "text/time.h"

void retirement_write(const struct http_site *site, struct http_response *response)
{
	const struct retirement *retirement = &site->retirement;
	if (!retirement->deprecated) {
		return;
	}
	response_header(response, "Deprecation", "@%" PRId64, retirement->deprecated_at);
	if (retirement->ends) {
		char date[TIME_HTTP_SIZE];
		time_write_http(retirement->ends_at, date);
		response_header(response, "Sunset", "%s", date);
	}
	response_header(response, "Link", "<%s/docs>; rel=\"deprecation\", <%s/v3>; rel=\"successor-version\"",
		site->public_url, site->public_url);
}
