/* Writes v3 replies: the frame around bodies, and errors. */
#include "api/v3_encode.h"

#include "api/api_write.h"
#include "api/conditional.h"
#include "api/v3_body.h"

/* An outcome that the table says cannot occur here is a bug elsewhere; it must not pass for a success. */
static const struct outcome_row *row_of(enum outcome outcome)
{
	const struct outcome_row *row = outcome_row(outcome);
	return row->v3_status == 0 ? outcome_row(OUTCOME_STORE_FAILED) : row;
}

/* A refusal of one field's value says so twice: in a sentence, and under the field's name. */
static void write_field_error(const char *message, const char *field, struct http_response *response)
{
	response_puts(response, ",\"details\":{\"message\":\"");
	api_write_escaped(response, field);
	response_puts(response, " ");
	api_write_sentence(response, message, field);
	api_write_string(response, "\",\"errors\":{", field);
	response_puts(response, ":[\"");
	api_write_sentence(response, message, field);
	response_puts(response, "\"]}}");
}

/* The original's form, which is another than that of all other refusals. */
static void write_rate_error(const struct rate *rate, const char *message, struct http_response *response)
{
	api_write_string(response, "{\"error\":{\"type\":\"rate_limit_exceeded\",\"message\":", message);
	api_write_string(response, ",\"tier\":", rate->guest ? "guest" : "free");
	api_write_number(response, ",\"limit\":", rate->limit);
	api_write_number(response, ",\"retry_after\":", rate->retry_after_s);
	response_puts(response, ",\"suggestions\":[]}}");
}

static void write_details(const struct outcome_row *row, const struct reply *reply, struct http_response *response)
{
	response_puts(response, ",\"details\":{\"message\":\"");
	api_write_sentence(response, row->v3_message, reply->field);
	response_puts(response, "\"");
	if (reply->outcome == OUTCOME_CHANGES_GONE) {
		api_write_number(response, ",\"first_seq\":", reply->first_seq);
	}
	response_puts(response, "}");
}

static void write_error(const struct outcome_row *row, const struct reply *reply, struct http_response *response)
{
	response->content_type = API_JSON_TYPE;
	if (reply->outcome == OUTCOME_RATE_LIMITED) {
		write_rate_error(&reply->rate, row->v3_message, response);
		return;
	}
	api_write_string(response, "{\"error\":", response->reason);
	api_write_number(response, ",\"code\":", (uint64_t)row->v3_status);
	if (row->v3_message != NULL && row->v3_status == 422 && reply->field[0] != '\0') {
		write_field_error(row->v3_message, reply->field, response);
	} else if (row->v3_message != NULL) {
		write_details(row, reply, response);
	}
	response_puts(response, "}");
}

/* Where what is new can be read: below its group, or below its person. Invitations can be read nowhere. */
static void write_location(const struct v3_context *context, const struct reply *reply)
{
	const struct {
		enum outcome outcome;
		const char *below;
		uint64_t id;
		const struct user *user; /* NULL: it is a group's */
	} places[] = {
		{OUTCOME_GROUP_CREATED, "", 0, NULL},
		{OUTCOME_JOINED, "/members/", reply->member.user.id, NULL},
		{OUTCOME_INVITE_CREATED, "/invite", 0, NULL},
		{OUTCOME_TOKEN_MINTED, "/invite-tokens/", reply->invite_token.id, NULL},
		{OUTCOME_BAN_CREATED, "/bans/", reply->standing.user.id, NULL},
		{OUTCOME_USER_ADDED, "", 0, &reply->user},
		{OUTCOME_USER_TOKEN_MINTED, "/tokens/", reply->user_token.id,
			&(struct user){.id = reply->user_token.user_id}},
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (places[i].outcome != reply->outcome) {
			continue;
		}
		const struct user *user = places[i].user;
		char segment[V3_SEGMENT_SIZE];
		char number[V3_SEGMENT_SIZE] = "";
		if (user != NULL) {
			v3_segment(reply_text(reply, user->slug), user->id, segment);
		}
		if (places[i].id != 0) {
			v3_segment("", places[i].id, number);
		}
		response_header(context->response, "Location", "%s/v3/%s/%s%s%s", context->site->public_url,
			user == NULL ? "groups" : "users", user == NULL ? context->group_segment : segment,
			places[i].below, number);
	}
}

void v3_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	const struct outcome_row *row = row_of(reply->outcome);
	api_write_head(request, reply, row->v3_status, response);
	if (row->v3_status >= 400) {
		write_error(row, reply, response);
		return;
	}
	if (row->v3_status == 204 || row->v3_status == 304) {
		return;
	}
	char segment[V3_SEGMENT_SIZE];
	v3_segment(reply_text(reply, reply->group.group.slug), reply->group.group.id, segment);
	struct v3_context context = {
		.site = site,
		.texts = &reply->texts,
		.group_segment = segment,
		.response = response,
	};
	if (row->v3_status == 201) {
		write_location(&context, reply);
	}
	response->content_type = API_JSON_TYPE;
	v3_body_write(&context, request, reply, page);
	api_conditional_write(request, reply, response);
}
