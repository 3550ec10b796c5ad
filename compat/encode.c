/* One frame for all replies: what the outcome's class says decides between the items and the sentence. */
#include "encode.h"

#include <inttypes.h>

#include "decode.h"
#include "method.h"
#include "retirement.h"
#include "rsp.h"

/* --- items */

/* Names of an older time, which only JSON still has. */
static void write_older_names(struct rsp *rsp, const struct group_view *view)
{
	rsp_text(rsp, "moderation_level", view->group.member_moderation ? "moderated" : "unmoderated");
	rsp_number(rsp, "num_members", view->member_count);
	rsp_number(rsp, "num_topics", view->group.topic_count);
}

/* The attributes in the order in which the original documents them. */
static void write_group(struct rsp *rsp, const struct group_view *view, const struct texts *texts)
{
	const struct group *group = &view->group;
	rsp_element_begin(rsp, "group");
	rsp_number(rsp, "id", group->id);
	rsp_text(rsp, "name", texts_get(texts, group->name));
	rsp_text(rsp, "description", texts_get(texts, group->description));
	rsp_flag(rsp, "event_moderation", group->event_moderation);
	rsp_flag(rsp, "member_moderation", group->member_moderation);
	rsp_flag(rsp, "is_private", group->is_private);
	rsp_time(rsp, "timestamp", group->created_at);
	rsp_number(rsp, "owner_user_id", group->owner_id);
	rsp_number(rsp, "commercial_account_id", group->commercial_account_id);
	rsp_number(rsp, "topic_count", group->topic_count);
	rsp_number(rsp, "member_count", view->member_count);
	if (rsp->form == &rsp_json) {
		write_older_names(rsp, view);
	}
	rsp_element_end(rsp);
}

/* A person without a name is shown by username. */
static const char *shown_name(const struct user *user, const struct texts *texts)
{
	return texts_get(texts, user->name.length == 0 ? user->username : user->name);
}

static void write_names(struct rsp *rsp, const struct user *user, const struct texts *texts)
{
	rsp_number(rsp, "id", user->id);
	rsp_text(rsp, "name", shown_name(user, texts));
	rsp_text(rsp, "username", texts_get(texts, user->username));
}

static void write_user(struct rsp *rsp, const struct user *user, const struct texts *texts)
{
	rsp_element_begin(rsp, "user");
	write_names(rsp, user, texts);
	rsp_text(rsp, "zip", ""); /* only for the person's own eyes, and here nobody says who asks */
	rsp_text(rsp, "photourl", texts_get(texts, user->avatar_url));
	rsp_text(rsp, "url", texts_get(texts, user->url));
	rsp_element_end(rsp);
}

static void write_member(
	struct rsp *rsp, const struct member_view *view, uint64_t caller_id, const struct texts *texts)
{
	const struct user *user = &view->user;
	rsp_element_begin(rsp, "user");
	write_names(rsp, user, texts);
	rsp_text(rsp, "zip", user->id == caller_id ? texts_get(texts, user->zip) : "");
	rsp_text(rsp, "url", texts_get(texts, user->url));
	rsp_text(rsp, "photourl", texts_get(texts, user->avatar_url));
	rsp_flag(rsp, "is_admin", view->membership.role >= ROLE_ADMIN);
	rsp_time(rsp, "member_timestamp", view->membership.since);
	rsp_element_end(rsp);
}

static void write_token(struct rsp *rsp, const struct request *request, const struct reply *reply)
{
	const struct user *user = &reply->user;
	rsp_element_begin(rsp, "token");
	bool is_new = (reply->items & REPLY_SECRET) != 0;
	rsp_text(rsp, "token",
		is_new ? reply_text(reply, reply->secret) : request_text(request, request->token_repeated));
	rsp_number(rsp, "user_id", user->id);
	rsp_text(rsp, "user_username", reply_text(reply, user->username));
	rsp_text(rsp, "user_name", shown_name(user, &reply->texts));
	rsp_element_end(rsp);
}

/* --- lists */

static void write_groups(struct rsp *rsp, const struct page *page)
{
	rsp_list_begin(rsp, "group");
	for (uint32_t i = 0; i < page->count; i++) {
		write_group(rsp, &page->groups[i], &page->texts);
	}
	rsp_list_end(rsp);
}

static void write_users(struct rsp *rsp, const struct page *page)
{
	rsp_list_begin(rsp, "user");
	for (uint32_t i = 0; i < page->count; i++) {
		write_user(rsp, &page->users[i], &page->texts);
	}
	rsp_list_end(rsp);
}

static void write_members(struct rsp *rsp, uint64_t caller_id, const struct page *page)
{
	rsp_list_begin(rsp, "user");
	for (uint32_t i = 0; i < page->count; i++) {
		write_member(rsp, &page->members[i], caller_id, &page->texts);
	}
	rsp_list_end(rsp);
}

/* The operation says which of the page's arrays is filled. */
static void write_page(
	struct rsp *rsp, enum operation operation, const struct reply *reply, const struct page *page)
{
	if (operation == OPERATION_MEMBER_LIST) {
		write_members(rsp, reply->group.caller.user_id, page);
	} else if (operation == OPERATION_USER_INFO || operation == OPERATION_USER_INFO_BY_USERNAME) {
		write_users(rsp, page);
	} else {
		write_groups(rsp, page);
	}
}

static void write_items(
	struct rsp *rsp, const struct request *request, const struct reply *reply, const struct page *page)
{
	if ((reply->items & REPLY_PAGE) != 0) {
		write_page(rsp, request->operation, reply, page);
	} else if ((reply->items & REPLY_GROUP) != 0) {
		rsp_list_begin(rsp, "group");
		write_group(rsp, &reply->group, &reply->texts);
		rsp_list_end(rsp);
	} else if ((reply->items & REPLY_TOKEN) != 0) {
		rsp_list_begin(rsp, "token");
		write_token(rsp, request, reply);
		rsp_list_end(rsp);
	}
}

/* --- refusals */

static void write_error(struct rsp *rsp, const char *message, const char *field)
{
	char sentence[OUTCOME_SENTENCE_SIZE];
	outcome_sentence(message, field, sentence);
	rsp_list_begin(rsp, "error");
	rsp_element_begin(rsp, "error");
	rsp_text(rsp, "msg", sentence);
	rsp_element_end(rsp);
	rsp_list_end(rsp);
}

/* --- the reply */

/* The references are relative to the gateway, so they hold behind every proxy, and name no credentials. */
static void write_next(const struct request *request, struct http_response *response)
{
	const struct listing *listing = &request->listing;
	const char *format = request->form == COMPAT_JSON ? "&format=json" : "";
	if (request->operation == OPERATION_USER_GROUPS) {
		response_header(response, "Link",
			"<?method=group.getMyGroups&page=%" PRIu64 "&groupsPerPage=%" PRIu32
			"%s>; rel=\"next\"",
			listing->page + 1, listing->per_page, format);
	} else if (request->operation == OPERATION_MEMBER_LIST) {
		bool by_time = listing->order == ORDER_CREATED_ASC || listing->order == ORDER_CREATED_DESC;
		bool backwards = listing->order == ORDER_CREATED_DESC || listing->order == ORDER_NAME_DESC;
		response_header(response, "Link",
			"<?method=group.getMembers&group_id=%" PRIu64 "&membersPerPage=%" PRIu32
			"&page=%" PRIu64 "&order=%s&dir=%s%s>; rel=\"next\"",
			request->group.id, listing->per_page, listing->page + 1,
			by_time ? "member_timestamp" : "username", backwards ? "desc" : "asc", format);
	}
}

/* What no legacy method can answer is a fault of ours if it ever comes here. */
static enum outcome answerable(enum outcome outcome)
{
	return outcome_row(outcome)->legacy_class == LEGACY_NEVER ? OUTCOME_STORE_FAILED : outcome;
}

/* Most refusals of the transport come before the call is read, so all of them have the one form that needs no
 * reading. */
static bool is_json(const struct request *request, enum outcome outcome)
{
	bool of_transport = outcome_row(outcome)->legacy_class == LEGACY_TRANSPORT;
	return request->form == COMPAT_JSON && (!of_transport || outcome == OUTCOME_METHOD_NOT_FOUND);
}

static bool is_script(const struct request *request, enum outcome outcome)
{
	return is_json(request, outcome) && request->callback.length > 0;
}

/* Browsers do not run a script whose status is an error: to a callback, a refusal is a success that says so. */
static void write_head(const struct request *request, enum outcome outcome, struct http_response *response)
{
	bool hidden = is_script(request, outcome) && outcome_row(outcome)->legacy_message != NULL;
	response->status =
		outcome_legacy_status(hidden ? OUTCOME_OK : outcome, method_changes(request->operation));
	response->reason = outcome_legacy_reason(response->status);
	response_header(response, "Cache-Control", "no-store");
	if (response->status == 503) {
		response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
	}
}

/* As a script, the document is the argument of the callback. */
static void write_body(const struct request *request, const struct reply *reply, enum outcome outcome,
	const struct page *page, struct http_response *response)
{
	struct rsp rsp;
	const char *sentence = outcome_row(outcome)->legacy_message;
	bool json = is_json(request, outcome);
	bool script = is_script(request, outcome);
	response->content_type = json ? "application/json; charset=utf-8" : "text/xml; charset=utf-8";
	if (script) {
		response->content_type = "text/javascript; charset=utf-8";
		response_puts(response, "/**/"); /* so that the first bytes are never the caller's */
		response_puts(response, request_text(request, request->callback));
		response_puts(response, "(");
	}
	rsp_begin(&rsp, json ? &rsp_json : &rsp_xml, sentence == NULL, response);
	if (sentence == NULL) {
		write_items(&rsp, request, reply, page);
	} else {
		write_error(&rsp, sentence, reply->field);
	}
	rsp_end(&rsp);
	if (script) {
		response_puts(response, ");");
	}
}

void compat_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	enum outcome outcome = answerable(reply->outcome);
	write_head(request, outcome, response);
	retirement_write(site, response);
	if (outcome == OUTCOME_PREFLIGHT) {
		return;
	}
	bool ok = outcome_row(outcome)->legacy_message == NULL;
	if (ok && (reply->items & REPLY_PAGE) != 0 && page->has_more) {
		write_next(request, response);
	}
	write_body(request, reply, outcome, page, response);
}
