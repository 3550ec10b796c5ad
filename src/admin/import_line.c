/* The tables of members, one per kind of line, and the rules among a line's own members. */
#include "admin/import_line.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "admin/import_value.h"
#include "admin/people.h"
#include "model/limits.h"
#include "text/fold.h"

#define AT(member) offsetof(struct import_line, member)
#define END \
	{ \
		.name = NULL \
	}

/* The model's look-ups by name, all in one form. */
#define WORD(name, type, look_up) \
	static bool word_##name(const char *word, int *found) \
	{ \
		type value; \
		if (!look_up(word, &value)) { \
			return false; \
		} \
		*found = (int)value; \
		return true; \
	}

static bool stored_state_from_name(const char *name, enum state *found)
{
	return state_from_name(name, found) && *found != STATE_NONE;
}

static bool given_role_from_name(const char *name, enum role *found)
{
	return role_from_name(name, found) && *found != ROLE_NONE;
}

static bool counter_from_name(const char *name, enum counter *found)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		if (strcmp(counter_name((enum counter)i), name) == 0) {
			*found = (enum counter)i;
			return true;
		}
	}
	return false;
}

static bool dialect_from_name(const char *name, enum dialect *found)
{
	for (unsigned i = 0; i < DIALECT_COUNT; i++) {
		if (strcmp(dialect_name((enum dialect)i), name) == 0) {
			*found = (enum dialect)i;
			return true;
		}
	}
	return false;
}

static bool operation_from_name(const char *name, enum operation *found)
{
	for (unsigned i = 0; i <= OPERATION_NONE; i++) {
		if (strcmp(operation_name((enum operation)i), name) == 0) {
			*found = (enum operation)i;
			return true;
		}
	}
	return false;
}

static bool word_decision(const char *word, int *found)
{
	*found = 0;
	return strcmp(word, "denied") == 0;
}

WORD(scope, enum scope, scope_from_name)
WORD(group_type, enum group_type, group_type_from_name)
WORD(stored_state, enum state, stored_state_from_name)
WORD(given_role, enum role, given_role_from_name)
WORD(state, enum state, state_from_name)
WORD(invitation_state, enum invitation_state, invitation_state_from_name)
WORD(change, enum change_type, change_from_name)
WORD(dialect, enum dialect, dialect_from_name)
WORD(operation, enum operation, operation_from_name)
WORD(counter, enum counter, counter_from_name)

#define KIND \
	{ \
		"kind", VALUE_KIND, true, 0, 0, NULL, NULL \
	}

static const struct value_row APPLICATION[] = {
	KIND,
	{"api_key", VALUE_SECRET, false, AT(application.api_key_digest), 0, NULL, NULL},
	{"api_key_sha256", VALUE_DIGEST, false, AT(application.api_key_digest), 0, NULL, NULL},
	{"name", VALUE_TEXT, true, AT(application.name), TEXT_GROUP_NAME, NULL, NULL},
	{"active", VALUE_TRUTH, true, AT(application.active), 0, NULL, NULL},
	{"id", VALUE_ID, false, AT(application.id), 0, NULL, NULL},
	{"callback_url", VALUE_TEXT, false, AT(application.callback_url), TEXT_CALLBACK, NULL, NULL},
	{"created_at", VALUE_TIME, false, AT(application.created_at), 0, NULL, NULL},
	END,
};

static const struct value_row USER[] = {
	KIND,
	{"id", VALUE_ID, true, AT(user.id), 0, NULL, NULL},
	{"username", VALUE_TEXT_OR_NULL, true, AT(user.username), TEXT_USERNAME, NULL, NULL},
	{"name", VALUE_TEXT, true, AT(user.name), TEXT_PERSON_NAME, NULL, NULL},
	{"email", VALUE_EMAIL, true, AT(user.email), TEXT_EMAIL, NULL, NULL},
	{"active", VALUE_TRUTH, true, AT(user.active), 0, NULL, NULL},
	{"slug", VALUE_SLUG, false, AT(user.slug), 0, NULL, NULL},
	{"url", VALUE_TEXT, false, AT(user.url), TEXT_URL, NULL, NULL},
	{"zip", VALUE_TEXT, false, AT(user.zip), TEXT_ZIP, NULL, NULL},
	{"avatar_url", VALUE_TEXT, false, AT(user.avatar_url), TEXT_AVATAR_URL, NULL, NULL},
	{"photourl", VALUE_TEXT, false, AT(user.avatar_url), TEXT_AVATAR_URL, NULL, NULL},
	{"created_at", VALUE_TIME, false, AT(user.created_at), 0, NULL, NULL},
	{"updated_at", VALUE_TIME, false, AT(user.updated_at), 0, NULL, NULL},
	END,
};

static const struct value_row TOKEN[] = {
	KIND,
	{"token", VALUE_SECRET, false, AT(token.token.digest), 0, NULL, NULL},
	{"token_sha256", VALUE_DIGEST, false, AT(token.token.digest), 0, NULL, NULL},
	{"user_id", VALUE_ID, true, AT(token.token.user_id), 0, NULL, NULL},
	{"scope", VALUE_WORD, true, AT(token.token.scope), 0, word_scope, NULL},
	{"active", VALUE_TRUTH, true, AT(token.token.active), 0, NULL, NULL},
	{"id", VALUE_ID, false, AT(token.token.id), 0, NULL, NULL},
	{"label", VALUE_TEXT, false, AT(token.token.label), TEXT_LABEL, NULL, NULL},
	{"application", VALUE_APPLICATION, false, AT(token.has_application), 0, NULL, NULL},
	{"created_at", VALUE_TIME, false, AT(token.token.created_at), 0, NULL, NULL},
	END,
};

static const struct value_row GROUP[] = {
	KIND,
	{"id", VALUE_ID, true, AT(group.id), 0, NULL, NULL},
	{"name", VALUE_TEXT, true, AT(group.name), TEXT_GROUP_NAME, NULL, NULL},
	{"description", VALUE_TEXT, true, AT(group.description), TEXT_DESCRIPTION, NULL, NULL},
	{"owner_user_id", VALUE_ID, true, AT(group.owner_id), 0, NULL, NULL},
	{"member_moderation", VALUE_TRUTH, true, AT(group.member_moderation), 0, NULL, NULL},
	{"event_moderation", VALUE_TRUTH, true, AT(group.event_moderation), 0, NULL, NULL},
	{"is_private", VALUE_TRUTH, true, AT(group.is_private), 0, NULL, NULL},
	{"created_at", VALUE_TIME, true, AT(group.created_at), 0, NULL, NULL},
	{"slug", VALUE_SLUG, false, AT(group.slug), 0, NULL, NULL},
	{"group_type", VALUE_WORD, false, AT(group.type), 0, word_group_type, NULL},
	{"avatar_url", VALUE_TEXT, false, AT(group.avatar_url), TEXT_AVATAR_URL, NULL, NULL},
	{"commercial_account_id", VALUE_NUMBER, false, AT(group.commercial_account_id), 0, NULL, NULL},
	{"topic_count", VALUE_NUMBER, false, AT(group.topic_count), 0, NULL, NULL},
	{"updated_at", VALUE_TIME, false, AT(group.updated_at), 0, NULL, NULL},
	END,
};

static const struct value_row MEMBERSHIP[] = {
	KIND,
	{"group_id", VALUE_ID, true, AT(membership.membership.group_id), 0, NULL, NULL},
	{"user_id", VALUE_ID, true, AT(membership.membership.user_id), 0, NULL, NULL},
	{"state", VALUE_WORD, true, AT(membership.membership.state), 0, word_stored_state, NULL},
	{"role", VALUE_WORD, false, AT(membership.membership.role), 0, word_given_role, NULL},
	{"since", VALUE_TIME, false, AT(membership.membership.since), 0, NULL, NULL},
	{"until", VALUE_UNTIL, false, AT(membership.membership.until), 0, NULL, NULL},
	{"by", VALUE_ID_OR_NULL, false, AT(membership.note.by), 0, NULL, NULL},
	{"note", VALUE_TEXT, false, AT(membership.note.words), TEXT_MESSAGE, NULL, NULL},
	END,
};

static const struct value_row DECISION[] = {
	KIND,
	{"group_id", VALUE_ID, true, AT(membership.membership.group_id), 0, NULL, NULL},
	{"user_id", VALUE_ID, true, AT(membership.membership.user_id), 0, NULL, NULL},
	{"decision", VALUE_WORD, true, AT(membership.decision), 0, word_decision, NULL},
	{"reason", VALUE_TEXT, false, AT(membership.note.words), TEXT_MESSAGE, NULL, NULL},
	{"at", VALUE_TIME, false, AT(membership.note.at), 0, NULL, NULL},
	END,
};

static const struct value_row INVITATION[] = {
	KIND,
	{"id", VALUE_ID, false, AT(invitation.id), 0, NULL, NULL},
	{"group_id", VALUE_ID, true, AT(invitation.group_id), 0, NULL, NULL},
	{"user_id", VALUE_ID_OR_NULL, false, AT(invitation.user_id), 0, NULL, NULL},
	{"email", VALUE_EMAIL, false, AT(invitation.email), TEXT_EMAIL, NULL, NULL},
	{"by", VALUE_ID_OR_NULL, false, AT(invitation.by), 0, NULL, NULL},
	{"state", VALUE_WORD, true, AT(invitation.state), 0, word_invitation_state, NULL},
	{"created_at", VALUE_TIME, false, AT(invitation.created_at), 0, NULL, NULL},
	{"ended_at", VALUE_TIME, false, AT(invitation.ended_at), 0, NULL, NULL},
	END,
};

static const struct value_row INVITE[] = {
	KIND,
	{"group_id", VALUE_ID, true, AT(invite.group_id), 0, NULL, NULL},
	{"code", VALUE_CODE, true, AT(invite.code), 0, NULL, NULL},
	{"created_at", VALUE_TIME, true, AT(invite.created_at), 0, NULL, NULL},
	{"id", VALUE_ID, false, AT(invite.id), 0, NULL, NULL},
	END,
};

static const struct value_row INVITE_TOKEN_ROWS[] = {
	KIND,
	{"id", VALUE_ID, false, AT(invite_token.id), 0, NULL, NULL},
	{"identifier", VALUE_CODE, true, AT(invite_token.identifier), 0, NULL, NULL},
	{"group_id", VALUE_ID, true, AT(invite_token.group_id), 0, NULL, NULL},
	{"by", VALUE_ID_OR_NULL, false, AT(invite_token.by), 0, NULL, NULL},
	{"created_at", VALUE_TIME, false, AT(invite_token.created_at), 0, NULL, NULL},
	{"expires_at", VALUE_TIME, true, AT(invite_token.expires_at), 0, NULL, NULL},
	{"max_uses", VALUE_USES, true, AT(invite_token.max_uses), 0, NULL, NULL},
	{"uses_left", VALUE_USES, true, AT(invite_token.uses_left), 0, NULL, NULL},
	{"user_id", VALUE_ID_OR_NULL, false, AT(invite_token.user_id), 0, NULL, NULL},
	{"revoked", VALUE_TRUTH, true, AT(invite_token.revoked), 0, NULL, NULL},
	END,
};

static const struct value_row CAUSE[] = {
	{"dialect", VALUE_WORD, true, AT(change.dialect), 0, word_dialect, NULL},
	{"operation", VALUE_WORD, true, AT(change.operation), 0, word_operation, NULL},
	{"request_id", VALUE_REQUEST_ID, true, AT(change.request_id), 0, NULL, NULL},
	END,
};

static const struct value_row BEFORE[] = {
	{"state", VALUE_WORD, true, AT(change.before.state), 0, word_state, NULL},
	{"role", VALUE_WORD, false, AT(change.before.role), 0, word_given_role, NULL},
	END,
};

static const struct value_row AFTER[] = {
	{"state", VALUE_WORD, false, AT(change.after.state), 0, word_state, NULL},
	{"role", VALUE_WORD, false, AT(change.after.role), 0, word_given_role, NULL},
	{"fields", VALUE_FIELDS, false, AT(change.fields), 0, NULL, NULL},
	END,
};

static const struct value_row CHANGE[] = {
	KIND,
	{"seq", VALUE_ID, true, AT(change.seq), 0, NULL, NULL},
	{"at", VALUE_TIME, true, AT(change.at), 0, NULL, NULL},
	{"type", VALUE_WORD, true, AT(change.type), 0, word_change, NULL},
	{"group_id", VALUE_ID_OR_NULL, true, AT(change.group_id), 0, NULL, NULL},
	{"user_id", VALUE_ID_OR_NULL, true, AT(change.user_id), 0, NULL, NULL},
	{"actor_id", VALUE_ID_OR_NULL, true, AT(change.actor_id), 0, NULL, NULL},
	{"cause", VALUE_OBJECT, true, 0, 0, NULL, CAUSE},
	{"before", VALUE_OBJECT, true, 0, 0, NULL, BEFORE},
	{"after", VALUE_OBJECT, true, 0, 0, NULL, AFTER},
	{"application_id", VALUE_ID_OR_NULL, true, AT(change.application_id), 0, NULL, NULL},
	{"reference", VALUE_ID_OR_NULL, true, AT(change.reference), 0, NULL, NULL},
	{"request_key", VALUE_KEY, true, AT(change.request_key), 0, NULL, NULL},
	END,
};

static const struct value_row COUNTER[] = {
	KIND,
	{"name", VALUE_WORD, true, AT(counter.counter), 0, word_counter, NULL},
	{"value", VALUE_NEXT_ID, true, AT(counter.value), 0, NULL, NULL},
	END,
};

static const struct {
	const char *name;
	const struct value_row *rows;
	const char *one_of[2]; /* exactly one of the two must be given */
} KINDS[LINE_KIND_COUNT] = {
	[LINE_APPLICATION] = {"application", APPLICATION, {"api_key", "api_key_sha256"}},
	[LINE_USER] = {"user", USER, {NULL}},
	[LINE_TOKEN] = {"token", TOKEN, {"token", "token_sha256"}},
	[LINE_GROUP] = {"group", GROUP, {NULL}},
	[LINE_MEMBERSHIP] = {"membership", MEMBERSHIP, {NULL}},
	[LINE_DECISION] = {"decision", DECISION, {NULL}},
	[LINE_INVITATION] = {"invitation", INVITATION, {NULL}},
	[LINE_INVITE] = {"invite", INVITE, {NULL}},
	[LINE_INVITE_TOKEN] = {"invite_token", INVITE_TOKEN_ROWS, {NULL}},
	[LINE_CHANGE] = {"change", CHANGE, {NULL}},
	[LINE_COUNTER] = {"counter", COUNTER, {NULL}},
};

bool import_line_gives(const struct import_line *line, const char *member)
{
	const struct value_row *rows = KINDS[line->kind].rows;
	for (unsigned i = 0; rows[i].name != NULL; i++) {
		if (strcmp(rows[i].name, member) == 0) {
			return (line->given & UINT32_C(1) << i) != 0;
		}
	}
	return false;
}

const char *import_line_difference(const struct import_line *line, const struct texts *texts,
	const struct import_line *stored, const struct texts *stored_texts)
{
	const struct value_row *rows = KINDS[line->kind].rows;
	for (unsigned i = 1; rows[i].name != NULL; i++) {
		if ((line->given & UINT32_C(1) << i) != 0 &&
			!value_equals(&rows[i], line, texts, stored, stored_texts)) {
			return rows[i].name;
		}
	}
	return NULL;
}

static bool complain(char *why, const char *member, const char *what)
{
	(void)snprintf(why, IMPORT_WHY_SIZE, "%s %s", member, what);
	return false;
}

static bool find_kind(const json_t *json, enum line_kind *kind)
{
	const char *name = json_string_value(json_object_get(json, "kind"));
	for (unsigned i = 0; name != NULL && i < LINE_KIND_COUNT; i++) {
		if (strcmp(KINDS[i].name, name) == 0) {
			*kind = (enum line_kind)i;
			return true;
		}
	}
	return false;
}

static bool check_membership(struct import_line *line, char *why)
{
	struct membership *membership = &line->membership.membership;
	if (membership->state != STATE_MEMBER && import_line_gives(line, "role")) {
		return complain(why, "role", "is for members only");
	}
	if (membership->state != STATE_BANNED && import_line_gives(line, "until")) {
		return complain(why, "until", "is for bans only");
	}
	if (membership->state == STATE_MEMBER && membership->role == ROLE_NONE) {
		membership->role = ROLE_MEMBER;
	}
	if (membership->state == STATE_BANNED && !import_line_gives(line, "until")) {
		membership->until = TIME_FOREVER;
	}
	return true;
}

/* Who has no username was erased. */
static bool check_user(struct import_line *line, char *why)
{
	struct user *user = &line->user;
	user->erased = user->username.length == 0;
	bool bare = !user->active && user->name.length + user->email.length + user->url.length +
					     user->zip.length + user->avatar_url.length == 0;
	return !user->erased || bare || complain(why, "username", "may be null only where all else is empty");
}

/* The folds that names are found by. */
static bool fold(struct import_line *line, const struct texts *texts, char *why)
{
	bool folded = true;
	if (line->kind == LINE_USER && !line->user.erased) {
		folded = people_fold(&line->user, texts);
	} else if (line->kind == LINE_GROUP) {
		const char *name = texts_get(texts, line->group.name);
		folded = fold_digest(name, line->group.name.length, line->group.name_fold) &&
			 fold_order(name, line->group.name.length, line->group.name_order);
	}
	return folded || complain(why, "the name", "cannot be folded: out of memory");
}

/* What the members must be to each other. */
static bool check_together(struct import_line *line, const struct texts *texts, char *why)
{
	const char *const *one_of = KINDS[line->kind].one_of;
	if (one_of[0] != NULL && import_line_gives(line, one_of[0]) == import_line_gives(line, one_of[1])) {
		(void)snprintf(
			why, IMPORT_WHY_SIZE, "exactly one of %s and %s is needed", one_of[0], one_of[1]);
		return false;
	}
	if (line->kind == LINE_USER && import_line_gives(line, "avatar_url") &&
		import_line_gives(line, "photourl")) {
		return complain(why, "photourl", "is the same as avatar_url");
	}
	if (line->kind == LINE_INVITATION && line->invitation.user_id == 0 &&
		line->invitation.email.length == 0) {
		return complain(why, "user_id or email", "is needed");
	}
	if (line->kind == LINE_INVITATION && line->invitation.state == INVITATION_PENDING &&
		line->invitation.user_id != 0 && import_line_gives(line, "ended_at")) {
		return complain(why, "ended_at", "is for invitations that are over, or to an address, only");
	}
	if (line->kind == LINE_INVITE_TOKEN &&
		(line->invite_token.max_uses == 0 ||
			line->invite_token.uses_left > line->invite_token.max_uses)) {
		return complain(why, "uses_left", "is not acceptable");
	}
	if (line->kind == LINE_USER && !check_user(line, why)) {
		return false;
	}
	if (line->kind == LINE_MEMBERSHIP && !check_membership(line, why)) {
		return false;
	}
	return fold(line, texts, why);
}

static bool read_json(const json_t *json, struct texts *texts, struct import_line *line, char *why)
{
	enum line_kind kind;
	if (!find_kind(json, &kind)) {
		return complain(why, "kind", "is missing or unknown");
	}
	*line = (struct import_line){.kind = kind};
	const char *member;
	const char *what;
	if (!value_read_object(KINDS[kind].rows, json, texts, line, &line->given, &member, &what)) {
		return complain(why, member, what);
	}
	if (kind == LINE_DECISION) {
		line->membership.note.denied = true;
	}
	return check_together(line, texts, why);
}

bool import_line_read(
	const char *bytes, size_t length, struct texts *texts, struct import_line *line, char *why)
{
	json_t *json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL) {
		return complain(why, "the line", "is not a JSON object");
	}
	bool read = read_json(json, texts, line, why);
	json_decref(json);
	return read;
}
