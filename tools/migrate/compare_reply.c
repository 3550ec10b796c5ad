/* What is prescribed is written down once more here, from the outcome table alone: no encoder of the server has a part
 * in it. Only the name of the parameter is taken from the reply, and compared with the other side's. */
#define _GNU_SOURCE /* memmem */
#include "migrate/compare_reply.h"

#include <stdio.h>
#include <string.h>

#include "migrate/call_shape.h"

#define OK 200
#define CREATED 201
#define FIRST_REFUSED 400
#define UNACCEPTABLE 422
#define SELF "\"_links\":{\"self\":{\"href\":\""
#define ERRORS "\"errors\":{\""
#define JSON_TYPE "application/json"

/* Cuts out what stands between two texts, up to the second's first place. False: it does not, or is too long. */
static bool cut_out(const struct http_response *response, const char *before, const char *behind, char *text,
	size_t capacity)
{
	const char *at = response->body_size == 0
				 ? NULL
				 : memmem(response->body, response->body_size, before, strlen(before));
	if (at == NULL) {
		return false;
	}
	const char *end = response->body + response->body_size;
	at += strlen(before);
	const char *stop = memmem(at, (size_t)(end - at), behind, strlen(behind));
	if (stop == NULL || stop == at || (size_t)(stop - at) >= capacity) {
		return false;
	}
	(void)snprintf(text, capacity, "%.*s", (int)(stop - at), at);
	return true;
}

/* --- sentences */

/* The outcome's sentence in the side's dialect; NULL: it has none. */
static const char *message_of(const struct side *side)
{
	const struct outcome_row *row = outcome_row(side->result.outcome);
	return side->dialect == DIALECT_LEGACY    ? row->legacy_message
	       : side->dialect == DIALECT_ONEZONE ? row->onezone_description
						  : row->v3_message;
}

bool compare_refused_field(const struct side *side, char field[REFUSED_FIELD_SIZE])
{
	const struct http_response *response = &side->result.response;
	const char *message = message_of(side);
	const char *place = message == NULL ? NULL : strstr(message, "%f");
	char before[REFUSED_FIELD_SIZE];
	if (message == NULL || response->status < FIRST_REFUSED) {
		return false;
	}
	if (place == NULL) {
		return side->dialect == DIALECT_V3 && response->status == UNACCEPTABLE &&
		       cut_out(response, ERRORS, "\"", field, REFUSED_FIELD_SIZE);
	}
	(void)snprintf(before, sizeof before, "\"%.*s", (int)(place - message), message);
	return cut_out(response, before, place + strlen("%f"), field, REFUSED_FIELD_SIZE);
}

/* The body that a refusal should have. */
static void write_refusal(const struct side *side, const char *message, char body[PRESCRIBED_SIZE])
{
	const struct outcome_row *row = outcome_row(side->result.outcome);
	const char *type = side->result.response.content_type;
	char field[REFUSED_FIELD_SIZE] = "";
	char sentence[OUTCOME_SENTENCE_SIZE];
	bool named = compare_refused_field(side, field);
	outcome_sentence(message, field, sentence);
	if (side->dialect == DIALECT_LEGACY) {
		bool json = type != NULL && strncmp(type, JSON_TYPE, strlen(JSON_TYPE)) == 0;
		(void)snprintf(body, PRESCRIBED_SIZE,
			json ? "{\"rsp\":{\"stat\":\"fail\",\"version\":1,\"error\":[{\"msg\":\"%s\"}]}}"
			     : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rsp stat=\"fail\" version=\"1.0\">"
			       "<error msg=\"%s\"/></rsp>\n",
			sentence);
	} else if (side->dialect == DIALECT_ONEZONE) {
		(void)snprintf(body, PRESCRIBED_SIZE, "{\"error\":\"%s\",\"error_description\":\"%s\"}",
			row->onezone_error, sentence);
	} else if (named && row->v3_status == UNACCEPTABLE) {
		(void)snprintf(body, PRESCRIBED_SIZE,
			"{\"error\":\"%s\",\"code\":%d,\"details\":{\"message\":\"%s %s\","
			"\"errors\":{\"%s\":[\"%s\"]}}}",
			outcome_reason(row->v3_status), row->v3_status, field, sentence, field, sentence);
	} else {
		(void)snprintf(body, PRESCRIBED_SIZE,
			"{\"error\":\"%s\",\"code\":%d,\"details\":{\"message\":\"%s\"}}",
			outcome_reason(row->v3_status), row->v3_status, sentence);
	}
}

static void check_refusal(const struct side *side, compare_tell *tell, void *context)
{
	const struct http_response *response = &side->result.response;
	const char *message = message_of(side);
	char should[PRESCRIBED_SIZE];
	char is[PRESCRIBED_SIZE];
	if (message == NULL || response->status < FIRST_REFUSED) {
		return;
	}
	write_refusal(side, message, should);
	(void)snprintf(
		is, sizeof is, "%.*s", (int)response->body_size, response->body_size > 0 ? response->body : "");
	if (strcmp(is, should) != 0) {
		tell(context, "error", is, should);
	}
}

/* The argument's number, by its name in that dialect; CALL_ARGUMENT_COUNT: it is none of the call's. */
static enum call_argument argument_of(enum call_verb verb, enum dialect dialect, const char *name)
{
	const struct shape *shape = shape_find(verb, dialect);
	for (size_t i = 0; shape != NULL && i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		if (strcmp(shape->slots[i].name, name) == 0) {
			return shape->slots[i].argument;
		}
	}
	return CALL_ARGUMENT_COUNT;
}

bool compare_same_argument(enum call_verb verb, const struct side *left, const char *of_left,
	const struct side *right, const char *of_right)
{
	enum call_argument argument = argument_of(verb, left->dialect, of_left);
	return strcmp(of_left, of_right) == 0 ||
	       (argument != CALL_ARGUMENT_COUNT && argument == argument_of(verb, right->dialect, of_right));
}

bool compare_flag_is_later(enum call_verb verb, const char *of_legacy, const char *of_v3)
{
	const struct shape *shape = shape_find(verb, DIALECT_LEGACY);
	bool passed = false;
	for (size_t i = 0; shape != NULL && i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		const struct slot *slot = &shape->slots[i];
		if (passed && slot->type == SLOT_FLAG && strcmp(slot->name, of_v3) == 0) {
			return true;
		}
		passed = passed || strcmp(slot->name, of_legacy) == 0;
	}
	return false;
}

/* --- headers */

#define ANY OUTCOME_COUNT
#define EVERY 0

#define LEGACY (1u << DIALECT_LEGACY)
#define V3 (1u << DIALECT_V3)
#define ONEZONE (1u << DIALECT_ONEZONE)
#define JSON (V3 | ONEZONE)

/* What a header begins with; of several rows for one header the first that fits holds. */
static const struct {
	unsigned dialects;
	int status; /* EVERY: any */
	enum outcome outcome;
	const char *name;
	const char *start; /* NULL: it is not sent */
} HEADERS[] = {
	{LEGACY, EVERY, ANY, "Cache-Control", "no-store"},
	{JSON, EVERY, OUTCOME_TOKEN_MINTED, "Cache-Control", "no-store"},
	{V3, EVERY, OUTCOME_USER_TOKEN_MINTED, "Cache-Control", "no-store"},
	{JSON, EVERY, ANY, "Cache-Control", "private, no-cache"},
	{JSON, EVERY, ANY, "Vary", "Authorization, X-Auth-Token, Macaroon"},
	{V3, OK, ANY, "ETag", "W/\""},
	{V3, CREATED, ANY, "ETag", "W/\""},
	{JSON, EVERY, ANY, "ETag", NULL},
	{JSON, EVERY, OUTCOME_TOKEN_INVALID, "WWW-Authenticate",
		"Bearer realm=\"joinery\", error=\"invalid_token\""},
	{JSON, EVERY, OUTCOME_TOKEN_MISSING, "WWW-Authenticate", "Bearer realm=\"joinery\""},
	{JSON, EVERY, OUTCOME_SCOPE_INSUFFICIENT, "WWW-Authenticate",
		"Bearer realm=\"joinery\", error=\"insufficient_scope\", scope=\"write\""},
	{JSON, EVERY, ANY, "WWW-Authenticate", NULL},
};

static void check_headers(const struct side *side, compare_tell *tell, void *context)
{
	const struct stage_result *result = &side->result;
	const char *judged = "";
	for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
		const char *name = HEADERS[i].name;
		const char *start = HEADERS[i].start;
		bool fits = (HEADERS[i].dialects & (1u << side->dialect)) != 0 &&
			    (HEADERS[i].status == EVERY || HEADERS[i].status == result->response.status) &&
			    (HEADERS[i].outcome == ANY || HEADERS[i].outcome == result->outcome);
		if (!fits || strcmp(judged, name) == 0) {
			continue;
		}
		judged = name;
		const char *is = response_find_header(&result->response, name);
		bool good = start == NULL || is == NULL ? is == start : strncmp(is, start, strlen(start)) == 0;
		if (!good) {
			tell(context, name, is, start);
		}
	}
}

/* Onezone's clients split it at its path, behind which the id stands. */
static void check_onezone_location(const struct stage_result *result, compare_tell *tell, void *context)
{
	bool by_groups = result->route != NULL && strcmp(result->route, "/groups") == 0;
	const char *start = by_groups ? "/groups/" : "/user/groups/";
	const char *is = response_find_header(&result->response, "Location");
	size_t length = strlen(start);
	bool good = is != NULL && strncmp(is, start, length) == 0 && is[length] != '\0' &&
		    is[length + strspn(is + length, "0123456789")] == '\0';
	if (!good) {
		tell(context, "Location", is, start);
	}
}

bool compare_find_self(const struct side *side, char self[PRESCRIBED_SIZE])
{
	return cut_out(&side->result.response, SELF, "\"", self, PRESCRIBED_SIZE);
}

static void check_location(const struct side *side, compare_tell *tell, void *context)
{
	const struct stage_result *result = &side->result;
	const char *is = response_find_header(&result->response, "Location");
	char self[PRESCRIBED_SIZE];
	bool new = result->response.status == CREATED;
	if (new && side->dialect == DIALECT_ONEZONE) {
		check_onezone_location(result, tell, context);
		return;
	}
	/* Invitations are new, and can be read nowhere. */
	bool linked = new && side->dialect == DIALECT_V3 && compare_find_self(side, self);
	if (linked ? is == NULL || strcmp(is, self) != 0 : is != NULL) {
		tell(context, "Location", is, linked ? self : NULL);
	}
}

void compare_prescribed(const struct side *side, compare_tell *tell, void *context)
{
	check_refusal(side, tell, context);
	check_headers(side, tell, context);
	check_location(side, tell, context);
}
