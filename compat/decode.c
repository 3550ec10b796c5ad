/* The gateway's rules first, then the method's row says which arguments are taken. */
#include "decode.h"

#include <string.h>
#include <strings.h>

#include "form.h"
#include "method.h"
#include "text/check.h"
#include "text/fold.h"

#define GATEWAY "/services/rest/"
#define FORM_TYPE "application/x-www-form-urlencoded"
#define BLANKS " \t"
#define ID_DIGITS_MAX 16

/* --- the gateway */

/* A parameter behind the type ("; charset=") says nothing that we do not know: it is always UTF-8. */
static bool is_form(const char *type)
{
	type += strspn(type, BLANKS);
	size_t length = strcspn(type, ";");
	while (length > 0 && strchr(BLANKS, type[length - 1]) != NULL) {
		length--;
	}
	return length == strlen(FORM_TYPE) && strncasecmp(type, FORM_TYPE, length) == 0;
}

static enum outcome check_gateway(const struct http_request *http)
{
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if (http->method != HTTP_GET && http->method != HTTP_POST) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	const char *type = http->header(http->context, "Content-Type", NULL);
	if (http->body.length > 0 && type != NULL && !is_form(type)) {
		return OUTCOME_UNSUPPORTED_TYPE;
	}
	return OUTCOME_NONE;
}

/* --- arguments */

/* What no key or token can look like is a given bad one: its digest stays zero, which nothing hashes to. */
static void take_credential(struct span raw, struct credential *credential)
{
	if (raw.length == 0) {
		return;
	}
	char text[TOKEN_SIZE_MAX];
	size_t length;
	credential->given = true;
	if (form_copy(raw, text, sizeof text, &length) && text_is_secret(text, length)) {
		text_sha256(text, length, credential->digest);
	}
	explicit_bzero(text, sizeof text);
}

static void take_api_key(struct request *request, struct span raw)
{
	take_credential(raw, &request->api_key);
}

static void take_token(struct request *request, struct span raw)
{
	take_credential(raw, &request->token);
}

/* auth.checkToken's reply repeats the token, as the original's did. */
static void take_token_repeated(struct request *request, struct span raw)
{
	char text[TOKEN_SIZE_MAX];
	size_t length;
	take_token(request, raw);
	if (form_copy(raw, text, sizeof text, &length) && text_is_secret(text, length)) {
		(void)request_add(request, text, length, &request->token_repeated); /* no more than was read */
	}
	explicit_bzero(text, sizeof text);
}

/* Missing, empty or malformed: it names no group, and that is all that is said. */
static void take_group_id(struct request *request, struct span raw)
{
	char text[ID_DIGITS_MAX];
	size_t length;
	bool read = form_copy(raw, text, sizeof text, &length) && text_read_id(text, length, &request->group.id);
	request->group.kind = read ? REFERENCE_ID : REFERENCE_MALFORMED;
}

/* The ids of one call, in the order asked. */
struct id_list {
	uint64_t ids[IDS_ASKED_MAX];
	size_t count;
	size_t asked; /* malformed and repeated ones included */
};

static void id_list_add(struct id_list *list, const char *text, size_t length)
{
	uint64_t id;
	if (!text_read_id(text, length, &id)) {
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (list->ids[i] == id) {
			return;
		}
	}
	list->ids[list->count++] = id;
}

/* Takes the text up to the next comma off `raw`, decoded and without the blanks around it. `*length` is over
 * ID_DIGITS_MAX when it is too long for an id. */
static void next_item(struct span *raw, char text[ID_DIGITS_MAX], size_t *length)
{
	size_t count = 0; /* up to the last byte that is no blank */
	size_t blanks = 0; /* behind it */
	char byte;
	while (form_next(raw, &byte) && byte != ',') {
		if (byte == ' ') {
			blanks += count > 0;
			continue;
		}
		count += blanks;
		if (count < ID_DIGITS_MAX) {
			memset(text + count - blanks, ' ', blanks);
			text[count] = byte;
		}
		count++;
		blanks = 0;
	}
	*length = count;
}

static void take_group_ids(struct request *request, struct span raw)
{
	struct id_list list = {0};
	while (raw.length > 0) {
		char text[ID_DIGITS_MAX];
		size_t length;
		next_item(&raw, text, &length);
		if (length == 0) {
			continue;
		}
		if (++list.asked > IDS_ASKED_MAX) {
			request_fault(&request->syntax, OUTCOME_NO_GROUP_FOUND, "");
			return;
		}
		if (length <= ID_DIGITS_MAX) {
			id_list_add(&list, text, length);
		}
	}
	(void)request_add_ids(request, list.ids, list.count); /* they fit: request_capacity */
}

/* A number of any length, cut to 1 .. max; what is no number leaves the default. */
static void take_clamped(struct span raw, uint64_t max, uint64_t *number)
{
	char byte;
	struct span sign = raw;
	bool negative = form_next(&sign, &byte) && byte == '-';
	if (negative) {
		raw = sign;
	}
	if (raw.length == 0) {
		return;
	}
	uint64_t value = 0;
	while (form_next(&raw, &byte)) {
		if (byte < '0' || byte > '9') {
			return;
		}
		value = 10 * value + (uint64_t)(byte - '0');
		value = value > max ? max : value;
	}
	*number = negative || value == 0 ? 1 : value;
}

static void take_page(struct request *request, struct span raw)
{
	take_clamped(raw, ID_MAX, &request->listing.page);
}

static void take_groups_per_page(struct request *request, struct span raw)
{
	uint64_t per_page = request->listing.per_page;
	take_clamped(raw, LEGACY_PER_PAGE_MAX, &per_page);
	request->listing.per_page = (uint32_t)per_page;
}

static void (*const TAKES[ARGUMENT_COUNT])(struct request *request, struct span raw) = {
	[ARGUMENT_API_KEY] = take_api_key,
	[ARGUMENT_TOKEN] = take_token,
	[ARGUMENT_TOKEN_REPEATED] = take_token_repeated,
	[ARGUMENT_GROUP_ID] = take_group_id,
	[ARGUMENT_GROUP_IDS] = take_group_ids,
	[ARGUMENT_PAGE] = take_page,
	[ARGUMENT_GROUPS_PER_PAGE] = take_groups_per_page,
};

static void take_arguments(const struct http_request *http, struct request *request, unsigned wanted)
{
	struct form_field fields[ARGUMENT_COUNT];
	for (enum argument i = 0; i < ARGUMENT_COUNT; i++) {
		fields[i].name = method_argument_name(i);
	}
	form_read(http->query, http->body, fields, ARGUMENT_COUNT);
	for (enum argument i = 0; i < ARGUMENT_COUNT; i++) {
		if ((wanted & 1u << i) != 0) {
			TAKES[i](request, fields[i].raw);
		}
	}
}

enum outcome compat_decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	*route = (struct http_route){.name = GATEWAY, .methods_allowed = HTTP_GET | HTTP_POST};
	enum outcome outcome = check_gateway(http);
	if (outcome != OUTCOME_NONE) {
		return outcome;
	}
	struct form_field named = {.name = "method"};
	form_read(http->query, http->body, &named, 1);
	const struct method *method = method_find(named.raw);
	if (method == NULL) {
		return OUTCOME_METHOD_NOT_FOUND;
	}
	route->name = method->route;
	request->operation = method->operation;
	request->user.kind = method->about_caller ? REFERENCE_CALLER : REFERENCE_NONE;
	request->listing = (struct listing){.order = ORDER_NAME_ASC, .page = 1, .per_page = LEGACY_PER_PAGE_MAX};
	take_arguments(http, request, method->arguments);
	return OUTCOME_NONE;
}
