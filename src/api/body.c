/* Reads JSON bodies with jansson, which refuses wrong UTF-8, NUL, integers beyond 2^63-1 and, asked to,
 * repeated keys. */
#include "api/body.h"

#include <string.h>
#include <strings.h>

#include "api/body_memory.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define MEDIA_TYPE "application/json"
#define PATCH_MEDIA_TYPE "application/merge-patch+json"
/* The text of the longest macaroon that a reader takes: base64 of MACAROON_SIZE_MAX bytes. */
#define MACAROON_TEXT_SIZE_MAX ((MACAROON_SIZE_MAX + 2) / 3 * 4)

static void syntax_fault(struct request *request, enum outcome outcome, const char *name)
{
	request_fault(&request->syntax, outcome, name);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* A parameter of a media type, from behind its ';': only a charset that is not UTF-8 is refused. */
static bool parameter_is_good(const char *parameter)
{
	static const char charset[] = "charset=";
	static const char utf8[] = "utf-8";
	parameter = skip_blanks(parameter);
	if (strncasecmp(parameter, charset, strlen(charset)) != 0) {
		return true;
	}
	parameter += strlen(charset);
	size_t quoted = *parameter == '"' ? 1 : 0;
	parameter += quoted;
	if (strncasecmp(parameter, utf8, strlen(utf8)) != 0) {
		return false;
	}
	parameter += strlen(utf8);
	if (quoted == 1 && *parameter++ != '"') {
		return false;
	}
	parameter = skip_blanks(parameter);
	return *parameter == '\0' || *parameter == ';';
}

/* What follows the media type where it is this one; NULL: it is another. */
static const char *behind_type(const char *type, const char *wanted)
{
	if (strncasecmp(type, wanted, strlen(wanted)) != 0) {
		return NULL;
	}
	type = skip_blanks(type + strlen(wanted));
	return *type == '\0' || *type == ';' ? type : NULL;
}

bool api_body_type_is_json(const struct http_request *http)
{
	const char *type = http->header(http->context, "Content-Type", NULL);
	if (http->body.length == 0 || type == NULL) {
		return true;
	}
	type = skip_blanks(type);
	const char *behind = behind_type(type, MEDIA_TYPE);
	if (behind == NULL && http->method == HTTP_PATCH) {
		behind = behind_type(type, PATCH_MEDIA_TYPE);
	}
	if (behind == NULL) {
		return false;
	}
	while ((behind = strchr(behind, ';')) != NULL) {
		behind++;
		if (!parameter_is_good(behind)) {
			return false;
		}
	}
	return true;
}

static struct span without_mark(struct span body)
{
	size_t mark = strlen(BYTE_ORDER_MARK);
	if (body.length >= mark && memcmp(body.bytes, BYTE_ORDER_MARK, mark) == 0) {
		body.bytes += mark;
		body.length -= mark;
	}
	return body;
}

static const struct api_member *find(const struct api_member *members, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(members[i].name, name) == 0) {
			return &members[i];
		}
	}
	return NULL;
}

static void read_members(json_t *root, const struct api_member *members, size_t count, struct request *request)
{
	const char *name;
	json_t *value;
	json_object_foreach(root, name, value)
	{
		const struct api_member *member = find(members, count, name);
		if (member != NULL) {
			member->take(request, member->name, value);
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (members[i].required && json_object_get(root, members[i].name) == NULL) {
			syntax_fault(request, OUTCOME_PARAMETER_MISSING, members[i].name);
		}
	}
}

void api_body_read(const struct http_request *http, const struct api_member *members, size_t count,
	struct request *request)
{
	bool lacks_memory = false;
	struct span body = without_mark(http->body);
	json_t *root = body_memory_load(body.bytes, body.length, &lacks_memory);
	if (json_is_object(root)) {
		read_members(root, members, count, request);
	} else {
		syntax_fault(request, lacks_memory ? OUTCOME_BUSY : OUTCOME_MALFORMED_BODY, "");
	}
	body_memory_release(root);
}

void api_body_read_optional(const struct http_request *http, const struct api_member *members, size_t count,
	struct request *request)
{
	if (http->body.length > 0) {
		api_body_read(http, members, count, request);
	}
}

bool api_body_boolean(struct request *request, const char *name, const json_t *value, bool *found)
{
	if (!json_is_boolean(value)) {
		syntax_fault(request, OUTCOME_INVALID_PARAMETER, name);
		return false;
	}
	*found = json_is_true(value);
	return true;
}

bool api_body_string(struct request *request, const char *name, const json_t *value, struct span *found)
{
	if (!json_is_string(value)) {
		syntax_fault(request, OUTCOME_INVALID_PARAMETER, name);
		return false;
	}
	*found = (struct span){json_string_value(value), json_string_length(value)};
	return true;
}

void api_body_note_verdict(struct request *request, const char *name, enum text_verdict verdict)
{
	switch (verdict) {
	case TEXT_GOOD:
		break;
	case TEXT_MALFORMED:
		syntax_fault(request, OUTCOME_INVALID_PARAMETER, name);
		break;
	case TEXT_UNACCEPTABLE:
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, name);
		break;
	}
}

void api_body_take_name(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (api_body_string(request, name, value, &text)) {
		api_body_note_verdict(request, name, text_take_group_name(request, text.bytes, text.length));
	}
}

/* Null and the empty text are the same stored nothing. */
void api_body_take_text(struct request *request, const char *name, const json_t *value, enum text_class class,
	struct text *taken)
{
	struct span text;
	if (json_is_null(value)) {
		*taken = (struct text){0};
	} else if (api_body_string(request, name, value, &text)) {
		api_body_note_verdict(request, name, text_take(request, class, text.bytes, text.length, taken));
	}
}

void api_body_take_type(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	if (!group_type_from_name(text.bytes, &request->type)) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, name);
		return;
	}
	request->given |= GIVEN_TYPE;
}

static void take_number(
	struct request *request, const char *name, const json_t *value, int64_t max, int64_t *taken)
{
	if (!json_is_integer(value)) {
		syntax_fault(request, OUTCOME_INVALID_PARAMETER, name);
		return;
	}
	json_int_t number = json_integer_value(value);
	if (number < 1 || number > max) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, name);
		return;
	}
	*taken = number;
}

void api_body_take_expires_in(struct request *request, const char *name, const json_t *value)
{
	take_number(request, name, value, INVITE_EXPIRES_IN_S_MAX, &request->expires_in_s);
}

void api_body_take_max_uses(struct request *request, const char *name, const json_t *value)
{
	take_number(request, name, value, INVITE_USES_MAX, &request->max_uses);
}

void api_body_put_invite_token(struct request *request, struct span text)
{
	bool usable = text.length >= 1 && text.length <= MACAROON_TEXT_SIZE_MAX &&
		      request_add(request, text.bytes, text.length, &request->invite);
	request->invite_kind = usable ? INVITE_TOKEN : INVITE_UNUSABLE;
}
