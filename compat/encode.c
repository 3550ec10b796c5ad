/* One frame for all replies: what the outcome's class says decides between the items and the sentence. */
#include "encode.h"

#include <inttypes.h>

#include "rsp.h"

/* --- items */

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
	rsp_element_end(rsp);
}

static void write_token(struct rsp *rsp, const struct request *request, const struct reply *reply)
{
	const struct user *user = &reply->user;
	const char *username = reply_text(reply, user->username);
	const char *name = reply_text(reply, user->name);
	rsp_element_begin(rsp, "token");
	rsp_text(rsp, "token", request_text(request, request->token_repeated));
	rsp_number(rsp, "user_id", user->id);
	rsp_text(rsp, "user_username", username);
	rsp_text(rsp, "user_name", *name == '\0' ? username : name);
	rsp_element_end(rsp);
}

static void write_items(struct rsp *rsp, const struct request *request, const struct reply *reply,
	const struct page *page)
{
	if ((reply->items & REPLY_GROUP) != 0) {
		write_group(rsp, &reply->group, &reply->texts);
	}
	if ((reply->items & REPLY_TOKEN) != 0) {
		write_token(rsp, request, reply);
	}
	if ((reply->items & REPLY_PAGE) != 0) {
		for (uint32_t i = 0; i < page->count; i++) {
			write_group(rsp, &page->groups[i], &page->texts);
		}
	}
}

/* --- refusals */

static void write_refusal(struct http_response *response, const char *message, const char *field)
{
	struct rsp rsp;
	char sentence[OUTCOME_SENTENCE_SIZE];
	outcome_sentence(message, field, sentence);
	rsp_begin(&rsp, false, response);
	rsp_element_begin(&rsp, "error");
	rsp_text(&rsp, "msg", sentence);
	rsp_element_end(&rsp);
	rsp_end(&rsp);
}

/* --- the reply */

/* The reference is relative to the gateway, so it holds behind every proxy, and names no credentials. */
static void write_next(const struct request *request, struct http_response *response)
{
	response_header(response, "Link",
		"<?method=group.getMyGroups&page=%" PRIu64 "&groupsPerPage=%" PRIu32 ">; rel=\"next\"",
		request->listing.page + 1, request->listing.per_page);
}

static void write_success(const struct request *request, const struct reply *reply, const struct page *page,
	struct http_response *response)
{
	struct rsp rsp;
	if (request->operation == OPERATION_USER_GROUPS && page->has_more) {
		write_next(request, response);
	}
	rsp_begin(&rsp, true, response);
	write_items(&rsp, request, reply, page);
	rsp_end(&rsp);
}

/* What no legacy method can answer is a fault of ours if it ever comes here. */
static enum outcome answerable(enum outcome outcome)
{
	return outcome_row(outcome)->legacy_class == LEGACY_NEVER ? OUTCOME_STORE_FAILED : outcome;
}

void compat_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	(void)site; /* nothing in a legacy reply is a whole URL */
	enum outcome outcome = answerable(reply->outcome);
	const struct outcome_row *row = outcome_row(outcome);
	response->status = outcome_legacy_status(outcome, operation_changes(request->operation));
	response->reason = outcome_legacy_reason(response->status);
	response_header(response, "Cache-Control", "no-store");
	if (response->status == 503) {
		response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
	}
	if (outcome == OUTCOME_PREFLIGHT) {
		return;
	}
	response->content_type = "text/xml; charset=utf-8";
	if (row->legacy_message != NULL) {
		write_refusal(response, row->legacy_message, reply->field);
		return;
	}
	write_success(request, reply, page, response);
}
