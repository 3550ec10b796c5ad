/* Writes the objects of the export format. A value that cannot be made leaves NULL behind, never an object
 * with a member missing. */
#include "admin/lines.h"

#include <sodium.h>

#include "text/time.h"

#define DAY_S 86400
#define DATE_LENGTH 10 /* of a time's text: YYYY-MM-DD */

const struct lines_field LINES_FIELDS[] = {
	{"name", GIVEN_NAME},
	{"description", GIVEN_DESCRIPTION},
	{"avatar_url", GIVEN_AVATAR_URL},
	{"member_moderation", GIVEN_MEMBER_MODERATION},
	{"event_moderation", GIVEN_EVENT_MODERATION},
	{"is_private", GIVEN_IS_PRIVATE},
	{"group_type", GIVEN_TYPE},
	{"username", GIVEN_USERNAME},
	{"email", GIVEN_EMAIL},
	{"url", GIVEN_URL},
	{"zip", GIVEN_ZIP},
	{NULL, 0},
};

/* An object under construction; `texts` are of the noun that it shows. */
struct line {
	json_t *object;
	const struct texts *texts;
};

static struct line line_start(const char *kind, const struct texts *texts)
{
	return (struct line){.object = json_pack("{s:s}", "kind", kind), .texts = texts};
}

/* Takes the value over. */
static void set(struct line *line, const char *name, json_t *value)
{
	if (line->object == NULL || json_object_set_new(line->object, name, value) < 0) {
		if (line->object == NULL) {
			json_decref(value);
		}
		json_decref(line->object);
		line->object = NULL;
	}
}

static void set_text(struct line *line, const char *name, struct text text)
{
	set(line, name,
		text.length == 0 ? json_null() : json_stringn(texts_get(line->texts, text), text.length));
}

static void set_word(struct line *line, const char *name, const char *word)
{
	set(line, name, json_string(word));
}

static void set_number(struct line *line, const char *name, uint64_t number)
{
	set(line, name, json_integer((json_int_t)number));
}

static void set_id(struct line *line, const char *name, uint64_t id)
{
	set(line, name, id == 0 ? json_null() : json_integer((json_int_t)id));
}

static void set_truth(struct line *line, const char *name, bool truth)
{
	set(line, name, json_boolean(truth));
}

static void set_time(struct line *line, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE];
	time_write_rfc3339(time, text);
	set(line, name, json_string(text));
}

static void set_hex(struct line *line, const char *name, const uint8_t *bytes, size_t size)
{
	char hex[2 * DIGEST_SIZE + 1];
	set(line, name, json_string(sodium_bin2hex(hex, sizeof hex, bytes, size)));
}

json_t *lines_application(const struct application *application, const struct texts *texts)
{
	struct line line = line_start("application", texts);
	set_number(&line, "id", application->id);
	set_hex(&line, "api_key_sha256", application->api_key_digest, DIGEST_SIZE);
	set_text(&line, "name", application->name);
	set_truth(&line, "active", application->active);
	set_text(&line, "callback_url", application->callback_url);
	set_time(&line, "created_at", application->created_at);
	return line.object;
}

json_t *lines_usage(const struct usage *usage, const struct application *application, const struct texts *texts)
{
	struct line line = line_start("usage", texts);
	char day[TIME_TEXT_SIZE];
	time_write_rfc3339((int64_t)usage->day * DAY_S, day);
	day[DATE_LENGTH] = '\0';
	set_number(&line, "application", application->id);
	set_text(&line, "name", application->name);
	set_word(&line, "day", day);
	set_word(&line, "operation", operation_name(usage->operation));
	set_number(&line, "calls", usage->calls);
	return line.object;
}

json_t *lines_user(const struct user *user, const struct texts *texts)
{
	struct line line = line_start("user", texts);
	set_number(&line, "id", user->id);
	set_text(&line, "username", user->username);
	set_text(&line, "name", user->name);
	set_text(&line, "email", user->email);
	set_truth(&line, "active", user->active);
	set_text(&line, "slug", user->slug);
	set_text(&line, "url", user->url);
	set_text(&line, "zip", user->zip);
	set_text(&line, "avatar_url", user->avatar_url);
	set_time(&line, "created_at", user->created_at);
	set_time(&line, "updated_at", user->updated_at);
	return line.object;
}

json_t *lines_token(const struct token *token, const uint8_t *application, const struct texts *texts)
{
	struct line line = line_start("token", texts);
	set_number(&line, "id", token->id);
	set_hex(&line, "token_sha256", token->digest, DIGEST_SIZE);
	set_number(&line, "user_id", token->user_id);
	set_word(&line, "scope", scope_name(token->scope));
	set_truth(&line, "active", token->active);
	set_text(&line, "label", token->label);
	if (application == NULL) {
		set(&line, "application", json_null());
	} else {
		set_hex(&line, "application", application, DIGEST_SIZE);
	}
	set_time(&line, "created_at", token->created_at);
	return line.object;
}

json_t *lines_group(const struct group *group, const struct texts *texts)
{
	struct line line = line_start("group", texts);
	set_number(&line, "id", group->id);
	set_text(&line, "name", group->name);
	set_text(&line, "description", group->description);
	set_number(&line, "owner_user_id", group->owner_id);
	set_truth(&line, "member_moderation", group->member_moderation);
	set_truth(&line, "event_moderation", group->event_moderation);
	set_truth(&line, "is_private", group->is_private);
	set_time(&line, "created_at", group->created_at);
	set_text(&line, "slug", group->slug);
	set_word(&line, "group_type", group_type_name(group->type));
	set_text(&line, "avatar_url", group->avatar_url);
	set_number(&line, "commercial_account_id", group->commercial_account_id);
	set_number(&line, "topic_count", group->topic_count);
	set_time(&line, "updated_at", group->updated_at);
	return line.object;
}

json_t *lines_membership(
	const struct membership *membership, const struct note *note, const struct texts *texts)
{
	struct line line = line_start("membership", texts);
	set_number(&line, "group_id", membership->group_id);
	set_number(&line, "user_id", membership->user_id);
	set_word(&line, "state", state_name(membership->state));
	if (membership->state == STATE_MEMBER) {
		set_word(&line, "role", role_name(membership->role));
	}
	set_time(&line, "since", membership->since);
	if (membership->state == STATE_BANNED && membership->until == TIME_FOREVER) {
		set(&line, "until", json_null());
	} else if (membership->state == STATE_BANNED) {
		set_time(&line, "until", membership->until);
	}
	set_id(&line, "by", note != NULL ? note->by : 0);
	set_text(&line, "note", note != NULL ? note->words : (struct text){0});
	return line.object;
}

json_t *lines_decision(const struct membership *pair, const struct note *note, const struct texts *texts)
{
	struct line line = line_start("decision", texts);
	set_number(&line, "group_id", pair->group_id);
	set_number(&line, "user_id", pair->user_id);
	set_word(&line, "decision", "denied");
	set_text(&line, "reason", note->words);
	set_time(&line, "at", note->at);
	return line.object;
}

json_t *lines_invitation(const struct invitation *invitation, bool held, const struct texts *texts)
{
	struct line line = line_start("invitation", texts);
	set_number(&line, "id", invitation->id);
	set_number(&line, "group_id", invitation->group_id);
	if (invitation->user_id != 0 || held) {
		set_id(&line, "user_id", invitation->user_id);
	}
	if (invitation->email.length > 0) {
		set_text(&line, "email", invitation->email);
	}
	set_id(&line, "by", invitation->by);
	set_word(&line, "state", invitation_state_name(invitation->state));
	set_time(&line, "created_at", invitation->created_at);
	if (invitation->ended_at != 0) {
		set_time(&line, "ended_at", invitation->ended_at);
	}
	return line.object;
}

json_t *lines_invite(const struct invite *invite, const struct texts *texts)
{
	struct line line = line_start("invite", texts);
	set_number(&line, "id", invite->id);
	set_number(&line, "group_id", invite->group_id);
	set_text(&line, "code", invite->code);
	set_time(&line, "created_at", invite->created_at);
	return line.object;
}

json_t *lines_invite_token(const struct invite_token *token, const struct texts *texts)
{
	struct line line = line_start("invite_token", texts);
	set_number(&line, "id", token->id);
	set_text(&line, "identifier", token->identifier);
	set_number(&line, "group_id", token->group_id);
	set_id(&line, "by", token->by);
	set_time(&line, "created_at", token->created_at);
	set_time(&line, "expires_at", token->expires_at);
	set_number(&line, "max_uses", token->max_uses);
	set_number(&line, "uses_left", token->uses_left);
	set_id(&line, "user_id", token->user_id);
	set_truth(&line, "revoked", token->revoked);
	return line.object;
}

static json_t *cause(const struct change *change, const struct texts *texts)
{
	struct line line = {.object = json_object(), .texts = texts};
	set_word(&line, "dialect", dialect_name(change->dialect));
	set_word(&line, "operation", operation_name(change->operation));
	set_text(&line, "request_id", change->request_id);
	return line.object;
}

static json_t *standing(const struct change *change, const struct standing *standing)
{
	if (change->user_id == 0 || change->group_id == 0) {
		return json_null();
	}
	struct line line = {.object = json_object()};
	set_word(&line, "state", state_name(standing->state));
	if (standing->role != ROLE_NONE) {
		set_word(&line, "role", role_name(standing->role));
	}
	return line.object;
}

static json_t *fields(uint32_t given)
{
	struct line line = {.object = json_object()};
	json_t *names = json_array();
	for (const struct lines_field *field = LINES_FIELDS; field->name != NULL; field++) {
		if ((given & field->bit) != 0 && json_array_append_new(names, json_string(field->name)) < 0) {
			json_decref(names);
			names = NULL;
		}
	}
	set(&line, "fields", names);
	return line.object;
}

json_t *lines_change(const struct change *change, const struct texts *texts)
{
	struct line line = line_start("change", texts);
	set_number(&line, "seq", change->seq);
	set_time(&line, "at", change->at);
	set_word(&line, "type", change_name(change->type));
	set_id(&line, "group_id", change->group_id);
	set_id(&line, "user_id", change->user_id);
	set_id(&line, "actor_id", change->actor_id);
	set(&line, "cause", cause(change, texts));
	set(&line, "before", standing(change, &change->before));
	set(&line, "after", change->fields != 0 ? fields(change->fields) : standing(change, &change->after));
	set_id(&line, "application_id", change->application_id);
	set_id(&line, "reference", change->reference);
	set_hex(&line, "request_key", change->request_key, sizeof change->request_key);
	return line.object;
}

json_t *lines_counter(enum counter counter, uint64_t value)
{
	struct line line = line_start("counter", NULL);
	set_word(&line, "name", counter_name(counter));
	set_number(&line, "value", value);
	return line.object;
}
