/* The parameters that lists of both JSON dialects have in common. */
#include "api/list.h"

#include "api/query.h"
#include "text/check.h"
#include "text/cursor.h"

static void refuse(struct request *request, const char *name)
{
	request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, name);
}

bool api_list_take_number(const struct http_request *http, struct request *request, const char *name,
	uint64_t max, uint64_t *number)
{
	struct api_query_value value;
	uint64_t read;
	api_query_find(http->query, name, &value);
	if (!value.given) {
		return false;
	}
	if (value.malformed || !text_read_id(value.bytes, value.length, &read) || read > max) {
		refuse(request, name);
		return true;
	}
	*number = read;
	return true;
}

void api_list_take_after(const struct http_request *http, struct request *request, bool by_number)
{
	struct api_query_value after;
	api_query_find(http->query, "after", &after);
	if (!after.given) {
		return;
	}
	if (by_number || after.malformed ||
		!text_cursor_read(request, after.bytes, after.length, &request->listing.after)) {
		refuse(request, "after");
		return;
	}
	request->given |= GIVEN_AFTER;
}
