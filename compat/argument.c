/* What each parameter of the methods is to the engine. Decode answers nothing: a fault waits in the request. */
#include "argument.h"

#include <string.h>

#include "form.h"
#include "method.h"
#include "several.h"
#include "text/check.h"
#include "text/fold.h"

#define ID_DIGITS_MAX 16
#define TEXT_BYTES_MAX (4 * DESCRIPTION_MAX) /* no code point has more than 4 */
#define WORD_SIZE_MAX 32

/* --- credentials, ids */

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

static void take_api_key(struct request *request, const struct form_field *field)
{
	take_credential(field->raw, &request->api_key);
}

static void take_token(struct request *request, const struct form_field *field)
{
	take_credential(field->raw, &request->token);
}

static void take_frob(struct request *request, const struct form_field *field)
{
	take_credential(field->raw, &request->frob);
}

/* auth.checkToken's reply repeats the token, as the original's did. */
static void take_token_repeated(struct request *request, const struct form_field *field)
{
	char text[TOKEN_SIZE_MAX];
	size_t length;
	take_token(request, field);
	if (form_copy(field->raw, text, sizeof text, &length) && text_is_secret(text, length)) {
		(void)request_add(
			request, text, length, &request->token_repeated); /* no more than was read */
	}
	explicit_bzero(text, sizeof text);
}

/* Missing, empty or malformed: it names no group, and that is all that is said. */
static void take_group_id(struct request *request, const struct form_field *field)
{
	char text[ID_DIGITS_MAX];
	size_t length;
	bool read = form_copy(field->raw, text, sizeof text, &length) &&
		    text_read_id(text, length, &request->group.id);
	request->group.kind = read ? REFERENCE_ID : REFERENCE_MALFORMED;
}

/* Where other arguments may be bad too, the fault must stand before theirs. */
static void take_group_to_edit(struct request *request, const struct form_field *field)
{
	take_group_id(request, field);
	if (request->group.kind == REFERENCE_MALFORMED) {
		request_fault(&request->syntax, OUTCOME_NO_GROUP_TO_EDIT, "");
	}
}

static void take_group_ids(struct request *request, const struct form_field *field)
{
	several_take_ids(request, field->raw, OUTCOME_NO_GROUP_FOUND);
}

static void take_user_ids(struct request *request, const struct form_field *field)
{
	several_take_ids(request, field->raw, OUTCOME_USER_NOT_FOUND);
}

static void take_usernames(struct request *request, const struct form_field *field)
{
	several_take_usernames(request, field->raw, OUTCOME_USERNAME_NOT_FOUND);
}

/* --- a group's fields */

static void refuse(struct request *request, const struct form_field *field)
{
	request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, field->name);
}

static void take_name(struct request *request, const struct form_field *field)
{
	char text[TEXT_BYTES_MAX];
	size_t length;
	if (field->raw.length == 0) {
		request_fault(&request->syntax, OUTCOME_PARAMETER_MISSING, field->name);
		return;
	}
	if (!form_copy(field->raw, text, sizeof text, &length) ||
		text_take_group_name(request, text, length) != TEXT_GOOD) {
		refuse(request, field);
	}
}

/* A name that is not given stays as it is; one that is given must be one. */
static void take_new_name(struct request *request, const struct form_field *field)
{
	if (field->given) {
		take_name(request, field);
	}
}

/* The one parameter that may be given empty: that clears it. */
static void take_description(struct request *request, const struct form_field *field)
{
	char text[TEXT_BYTES_MAX];
	size_t length;
	if (!field->given) {
		return;
	}
	if (!form_copy(field->raw, text, sizeof text, &length) ||
		text_take(request, TEXT_DESCRIPTION, text, length, &request->description) != TEXT_GOOD) {
		refuse(request, field);
		return;
	}
	request->given |= GIVEN_DESCRIPTION;
}

static void take_flag(struct request *request, const struct form_field *field, enum given bit, bool *flag)
{
	char digit;
	size_t length;
	if (field->raw.length == 0) {
		return;
	}
	if (!form_copy(field->raw, &digit, sizeof digit, &length) || (digit != '0' && digit != '1')) {
		refuse(request, field);
		return;
	}
	*flag = digit == '1';
	request->given |= (uint32_t)bit;
}

static void take_event_moderation(struct request *request, const struct form_field *field)
{
	take_flag(request, field, GIVEN_EVENT_MODERATION, &request->event_moderation);
}

static void take_member_moderation(struct request *request, const struct form_field *field)
{
	take_flag(request, field, GIVEN_MEMBER_MODERATION, &request->member_moderation);
}

static void take_is_private(struct request *request, const struct form_field *field)
{
	take_flag(request, field, GIVEN_IS_PRIVATE, &request->is_private);
}

/* --- lists */

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

static void take_page(struct request *request, const struct form_field *field)
{
	take_clamped(field->raw, ID_MAX, &request->listing.page);
}

static void take_per_page(struct request *request, struct span raw, uint32_t otherwise, uint32_t max)
{
	uint64_t per_page = otherwise;
	take_clamped(raw, max, &per_page);
	request->listing.per_page = (uint32_t)per_page;
}

static void take_groups_per_page(struct request *request, const struct form_field *field)
{
	take_per_page(request, field->raw, LEGACY_PER_PAGE_MAX, LEGACY_PER_PAGE_MAX);
}

static void take_members_per_page(struct request *request, const struct form_field *field)
{
	take_per_page(request, field->raw, LEGACY_MEMBERS_PER_PAGE_DEFAULT, LEGACY_MEMBERS_PER_PAGE_MAX);
}

static bool is_word(struct span raw, const char *word)
{
	char text[WORD_SIZE_MAX];
	size_t length;
	return form_copy(raw, text, sizeof text, &length) && length == strlen(word) &&
	       memcmp(text, word, length) == 0;
}

/* By username, unless asked otherwise. */
static void take_order(struct request *request, const struct form_field *field)
{
	if (is_word(field->raw, "member_timestamp")) {
		request->listing.order = ORDER_CREATED_ASC;
	}
}

static void take_dir(struct request *request, const struct form_field *field)
{
	if (is_word(field->raw, "desc")) {
		bool by_time = request->listing.order == ORDER_CREATED_ASC;
		request->listing.order = by_time ? ORDER_CREATED_DESC : ORDER_NAME_DESC;
	}
}

/* --- all of them */

static void (*const TAKES[ARGUMENT_COUNT])(struct request *request, const struct form_field *field) = {
	[ARGUMENT_API_KEY] = take_api_key,
	[ARGUMENT_TOKEN] = take_token,
	[ARGUMENT_TOKEN_REPEATED] = take_token_repeated,
	[ARGUMENT_FROB] = take_frob,
	[ARGUMENT_GROUP_ID] = take_group_id,
	[ARGUMENT_GROUP_TO_EDIT] = take_group_to_edit,
	[ARGUMENT_GROUP_IDS] = take_group_ids,
	[ARGUMENT_USER_IDS] = take_user_ids,
	[ARGUMENT_USERNAMES] = take_usernames,
	[ARGUMENT_NAME] = take_name,
	[ARGUMENT_NEW_NAME] = take_new_name,
	[ARGUMENT_DESCRIPTION] = take_description,
	[ARGUMENT_EVENT_MODERATION] = take_event_moderation,
	[ARGUMENT_MEMBER_MODERATION] = take_member_moderation,
	[ARGUMENT_IS_PRIVATE] = take_is_private,
	[ARGUMENT_MEMBERS_PER_PAGE] = take_members_per_page,
	[ARGUMENT_PAGE] = take_page,
	[ARGUMENT_GROUPS_PER_PAGE] = take_groups_per_page,
	[ARGUMENT_ORDER] = take_order,
	[ARGUMENT_DIR] = take_dir,
};

void argument_take_all(const struct http_request *http, unsigned wanted, struct request *request)
{
	struct form_field fields[ARGUMENT_COUNT];
	for (enum argument i = 0; i < ARGUMENT_COUNT; i++) {
		fields[i].name = method_argument_name(i);
	}
	form_read(http->query, http->body, fields, ARGUMENT_COUNT);
	for (enum argument i = 0; i < ARGUMENT_COUNT; i++) {
		if ((wanted & 1u << i) != 0) {
			TAKES[i](request, &fields[i]);
		}
	}
}
