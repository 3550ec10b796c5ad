/* Plays the transport to a driver. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLOCK_SIZE 262144
#define PATH_SIZE 16384

const struct http_site support_site = {.public_url = "https://groups.example/base"};

static const char *find_header(const void *context, const char *name, bool *repeated)
{
	const struct call *call = context;
	const char *found = NULL;
	for (unsigned i = 0; i < HEADER_LINES_MAX && call->headers[i].name != NULL; i++) {
		if (strcasecmp(call->headers[i].name, name) != 0) {
			continue;
		}
		if (found == NULL) {
			found = call->headers[i].value;
		} else if (repeated != NULL) {
			*repeated = true;
		}
	}
	return found;
}

struct decoded support_decode(const struct dialect_driver *driver, const struct call *call)
{
	static _Alignas(struct request) char block[BLOCK_SIZE];
	static char path[PATH_SIZE];
	struct http_request http = {
		.method = call->method,
		.target = {call->target, strlen(call->target)},
		.header = find_header,
		.context = call,
	};
	struct decoded decoded = {.request = NULL};
	if (call->body != NULL) {
		size_t length = call->body_length == 0 ? strlen(call->body) : call->body_length;
		http.body = (struct span){call->body, length};
	}
	if (strlen(call->target) >= sizeof path) {
		abort();
	}
	decoded.outcome = http_path_read(call->target, path, &http.path, &http.query);
	if (decoded.outcome != OUTCOME_NONE) {
		return decoded;
	}
	decoded.request = request_init(block, sizeof block, driver->dialect);
	decoded.outcome = driver->decode(&http, decoded.request, &decoded.route);
	return decoded;
}

static struct text add(struct texts *texts, const char *text)
{
	return texts_add(texts, text, strlen(text));
}

static struct user make_user(struct texts *texts)
{
	return (struct user){
		.id = 5,
		.created_at = 1000000000,
		.active = true,
		.username = add(texts, "alice"),
		.name = add(texts, "Alice \"Ace\" Liddell"),
		.slug = add(texts, "alice"),
		.avatar_url = add(texts, "https://pictures.example/alice.png"),
	};
}

static struct membership make_membership(void)
{
	return (struct membership){
		.group_id = 7, .user_id = 5, .state = STATE_MEMBER, .role = ROLE_ADMIN, .since = 1673778600};
}

static struct group_view make_group(struct texts *texts)
{
	return (struct group_view){
		.group =
			{
				.id = 7,
				.owner_id = 5,
				.created_at = 1673778600,
				.updated_at = 1673778601,
				.name = add(texts, "Ch\xC3\xA9ss \\ \"Club\""),
				.slug = add(texts, "chess-club"),
				.description = add(texts, "We **play**\tand\nlearn."),
				.member_moderation = true,
				.type = GROUP_TYPE_UNIT,
			},
		.owner = make_user(texts),
		.member_count = 3,
		.caller = make_membership(),
		.caller_known = true,
	};
}

static struct invite_token make_invite_token(struct texts *texts)
{
	return (struct invite_token){
		.id = 11,
		.group_id = 7,
		.by = 5,
		.created_at = 1673778600,
		.expires_at = 1674383400,
		.max_uses = 2,
		.uses_left = 1,
		.identifier = add(texts, "identifier"),
	};
}

static struct standing_view make_standing(struct texts *texts, enum operation operation)
{
	bool banned = operation == OPERATION_BAN_LIST || operation == OPERATION_BAN_PUT ||
		      operation == OPERATION_BAN_GET;
	return (struct standing_view){
		.user = make_user(texts),
		.membership =
			{
				.group_id = 7,
				.user_id = 5,
				.state = banned ? STATE_BANNED : STATE_REQUESTED,
				.since = 1673778600,
				.until = banned ? 1674383400 : 0,
			},
		.note = {.by = banned ? 5 : 0, .words = add(texts, "Let me in, please.")},
		.by = banned ? make_user(texts) : (struct user){0},
		.group = make_group(texts).group,
	};
}

static struct invitation_view make_invitation(struct texts *texts)
{
	return (struct invitation_view){
		.invitation = {.id = 13, .group_id = 7, .user_id = 5, .by = 5, .created_at = 1673778600,
			.ended_at = 1673778700}, /* when it met its person: it is pending */
		.group = make_group(texts).group,
		.invitee = make_user(texts),
		.by = make_user(texts),
	};
}

static struct token make_token(struct texts *texts)
{
	return (struct token){
		.id = 17,
		.user_id = 5,
		.scope = SCOPE_WRITE,
		.active = true,
		.created_at = 1673778600,
		.label = add(texts, "phone"),
	};
}

static struct change make_change(struct texts *texts, unsigned i)
{
	struct change joined = {
		.seq = 20,
		.at = 1673778600,
		.type = CHANGE_JOINED,
		.dialect = DIALECT_V3,
		.operation = OPERATION_GROUP_JOIN,
		.group_id = 7,
		.user_id = 5,
		.actor_id = 5,
		.after = {STATE_MEMBER, ROLE_MEMBER},
		.request_id = add(texts, "request-1"),
	};
	const struct change edited = {
		.seq = 21,
		.at = 1673778601,
		.type = CHANGE_GROUP_EDITED,
		.dialect = DIALECT_COMMAND,
		.operation = OPERATION_NONE,
		.group_id = 7,
		.fields = GIVEN_NAME | GIVEN_TYPE,
	};
	return i == 0 ? joined : edited;
}

void support_fill_reply(struct reply *reply, enum operation operation)
{
	struct texts *texts = &reply->texts;
	reply->group = make_group(texts);
	reply->member = (struct member_view){make_user(texts), make_membership()};
	reply->note.words = add(texts, "Let me in, please.");
	reply->invite = (struct invite){
		.id = 9, .group_id = 7, .created_at = 1673778600, .code = add(texts, "abcdefgh23456789")};
	reply->invite_token = make_invite_token(texts);
	reply->invite_token_by = make_user(texts);
	reply->macaroon = add(texts, "MDAxNWxvY2F0aW9u");
	reply->standing = make_standing(texts, operation);
	reply->invitation = make_invitation(texts);
	reply->user = make_user(texts);
	reply->user_token = make_token(texts);
	reply->secret = add(texts, "a-new-token");
	reply->version = 19;
	reply->first_seq = 40;
	reply->rate = (struct rate){.limit = 60, .guest = true, .reset_at = 1673778660, .retry_after_s = 3};
}

/* The fill functions of each kind of list; what has none is a list of groups. */
static void add_item(struct page *page, enum operation operation, unsigned i)
{
	struct texts *texts = &page->texts;
	switch ((unsigned)operation) {
	case OPERATION_MEMBER_LIST:
		*page_add_member(page) = (struct member_view){make_user(texts), make_membership()};
		return;
	case OPERATION_INVITE_TOKEN_LIST:
		*page_add_invite_token(page) = make_invite_token(texts);
		page->invite_tokens_by[i] = make_user(texts);
		return;
	case OPERATION_REQUEST_LIST:
	case OPERATION_MY_REQUEST_LIST:
	case OPERATION_BAN_LIST:
		*page_add_standing(page) = make_standing(texts, operation);
		return;
	case OPERATION_INVITATION_LIST:
	case OPERATION_MY_INVITATION_LIST:
		*page_add_invitation(page) = make_invitation(texts);
		return;
	case OPERATION_USER_TOKEN_LIST:
		*page_add_token(page) = make_token(texts);
		return;
	case OPERATION_CHANGE_LIST:
	case OPERATION_GROUP_CHANGE_LIST:
		*page_add_change(page) = make_change(texts, i);
		return;
	case OPERATION_GROUP_CONTENT_LIST:
		return;
	}
	*page_add_group(page) = make_group(texts);
}

void support_fill_page(struct page *page, enum operation operation)
{
	for (unsigned i = 0; i < 2; i++) {
		add_item(page, operation, i);
	}
	page->last_seq = 21;
	if (operation == OPERATION_GROUP_CONTENT_LIST) {
		return;
	}
	page->total = 5;
	page->has_more = true;
	page->last = (struct cursor){.ordinal = 2, .order = 1673778600, .id = 5};
}
