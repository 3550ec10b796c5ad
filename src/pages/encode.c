/* One page per outcome and form; what has no page of its own is a problem, in the outcome table's words. */
#include "pages/encode.h"

#include <string.h>

#include "pages/decode.h"
#include "pages/encode_docs.h"
#include "pages/encode_group.h"
#include "pages/files.h"
#include "pages/view.h"

#define NEAR_SIZE (3 * PAGES_BACK_SIZE_MAX + 1)
#define SIGN_IN_PATH "/sign-in"

/* Browsers hold a form to this through its redirect: the callback's scheme and host. A policy has no words for
 * an address in brackets, and matches no host of a private scheme, which its dot tells: of both the scheme stands. */
static struct span callback_origin(const char *callback)
{
	size_t length = strcspn(callback, ":");
	if (callback[length] == '\0') {
		return (struct span){"", 0};
	}
	bool has_host = strncmp(callback + length, "://", 3) == 0 && callback[length + 3] != '[' &&
			memchr(callback, '.', length) == NULL;
	size_t origin = has_host ? length + 3 + strcspn(callback + length + 3, "/?") : length + 1;
	bool plain = strcspn(callback, " ;,'\"") >= origin; /* or it would say more than an origin */
	return (struct span){callback, plain ? origin : 0};
}

/* --- redirects */

/* Percent-encodes for a query; what does not fit is left out whole. */
static const char *encode_back(const char *back, char encoded[NEAR_SIZE])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
	size_t length = 0;
	for (; *back != '\0'; back++) {
		if (strchr(plain, *back) != NULL) {
			encoded[length++] = *back;
			continue;
		}
		encoded[length++] = '%';
		encoded[length++] = "0123456789ABCDEF"[(unsigned char)*back >> 4];
		encoded[length++] = "0123456789ABCDEF"[(unsigned char)*back & 15];
	}
	encoded[length] = '\0';
	return length <= PAGES_BACK_SIZE_MAX ? encoded : "";
}

static void send_to_sign_in(struct view *view)
{
	char encoded[NEAR_SIZE];
	const char *back = encode_back(request_text(view->request, view->request->back), encoded);
	response_header(view->response, "Location", "%s" SIGN_IN_PATH "%s%s", view->base,
		*back == '\0' ? "" : "?back=", back);
}

static void send_back(struct view *view)
{
	const struct request *request = view->request;
	const char *back = request->back.length > 0 ? request_text(request, request->back) : SIGN_IN_PATH;
	cookie_write(view->site, reply_text(view->reply, view->reply->secret), view->response);
	response_header(view->response, "Location", "%s%s", view->base, back);
}

static void send_to_callback(struct view *view)
{
	const struct reply *reply = view->reply;
	const char *callback = reply_text(reply, reply->application.callback_url);
	response_header(view->response, "Location", "%s%sfrob=%s", callback,
		strchr(callback, '?') == NULL ? "?" : "&", reply_text(reply, reply->secret));
}

/* --- pages */

static void write_sign_in(struct view *view, const char *message)
{
	view_add_form_key(view);
	view_add(view, "back", request_text(view->request, view->request->back));
	view_begin(view, "Sign in");
	if (message != NULL) {
		view_add(view, "message", message);
		view_write(view, "problem.html");
	}
	view_write(view, "sign_in.html");
	view_end(view);
}

static void write_signed_in(struct view *view)
{
	view_add_form_key(view);
	view_add_who(view);
	view_begin(view, "Signed in");
	view_write(view, "signed_in.html");
	if (!view->request->visitor_named) { /* whom a proxy signs in, it alone signs out */
		view_write(view, "sign_out.html");
	}
	view_end(view);
}

static void write_signed_out(struct view *view)
{
	cookie_write(view->site, "", view->response);
	view_begin(view, "Signed out");
	view_write(view, "signed_out.html");
	view_end(view);
}

static void write_approve(struct view *view)
{
	const struct reply *reply = view->reply;
	bool asks = view->request->form == PAGES_APPROVE;
	view_add_form_key(view);
	view_add_who(view);
	view_add(view, "application", reply_text(reply, reply->application.name));
	view->form_origin = callback_origin(reply_text(reply, reply->application.callback_url));
	view_begin(view, asks ? "Allow an application" : "Refused");
	view_write(view, asks ? "approve.html" : "refused.html");
	if (asks && !view->request->visitor_named) {
		view_write(view, "sign_out.html");
	}
	view_end(view);
}

static void write_frob(struct view *view)
{
	const struct reply *reply = view->reply;
	view_add(view, "application", reply_text(reply, reply->application.name));
	view_add(view, "frob", reply_text(reply, reply->secret));
	view_begin(view, "Allowed");
	view_write(view, "frob.html");
	view_end(view);
}

/* Whose session is good but does not suffice would meet the same problem until it ends; another person might
 * not. */
static bool may_sign_out(const struct view *view, enum outcome outcome)
{
	static const enum outcome of_visitor[] = {OUTCOME_SCOPE_INSUFFICIENT, OUTCOME_CALLER_SUSPENDED,
		OUTCOME_NOT_ALLOWED, OUTCOME_NO_SUCH_GROUP, OUTCOME_BANNED, OUTCOME_INVITE_INVALID};
	const struct request *request = view->request;
	if (request->form == PAGES_SIGN_IN || request->visitor_named || request->form_key.length == 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof of_visitor / sizeof *of_visitor; i++) {
		if (of_visitor[i] == outcome) {
			return true;
		}
	}
	return false;
}

static void write_problem(struct view *view, enum outcome outcome)
{
	char sentence[OUTCOME_SENTENCE_SIZE];
	const struct outcome_row *row = outcome_row(outcome);
	outcome_sentence(row->v3_message != NULL ? row->v3_message : view->response->reason, view->reply->field,
		sentence);
	view_add(view, "message", sentence);
	view_begin(view, view->response->reason);
	view_write(view, "problem.html");
	view_write(view, "problem_end.html");
	if (may_sign_out(view, outcome)) {
		view_add_form_key(view);
		view_write(view, "sign_out.html");
	}
	view_end(view);
}

static void write_home(struct view *view)
{
	view_begin(view, "joinery");
	view_write(view, "home.html");
	view_end(view);
}

static void write_shown_sign_in(struct view *view)
{
	if ((view->reply->items & REPLY_USER) != 0) {
		write_signed_in(view);
	} else {
		write_sign_in(view, NULL);
	}
}

/* By form: what a page looks like when all is well. */
static void write_shown(struct view *view)
{
	static void (*const write[PAGES_FILE])(struct view * view) = {
		[PAGES_NONE] = write_home,
		[PAGES_HOME] = write_home,
		[PAGES_DOCS] = encode_docs,
		[PAGES_SIGN_IN] = write_shown_sign_in,
		[PAGES_SIGN_OUT] = write_shown_sign_in,
		[PAGES_APPROVE] = write_approve,
		[PAGES_REFUSE] = write_approve,
		[PAGES_INVITE] = encode_invite,
		[PAGES_REQUESTS] = encode_moderate,
		[PAGES_MEMBERS] = encode_moderate,
		[PAGES_BANS] = encode_moderate,
	};
	write[view->request->form](view);
}

/* Who had no cookie was shown no form, and is shown none again. */
static void write_refusal(struct view *view, enum outcome outcome)
{
	if (outcome == OUTCOME_SIGN_IN_REFUSED && view->request->form_key.length > 0) {
		write_sign_in(view, outcome_row(outcome)->v3_message);
	} else {
		write_problem(view, outcome);
	}
}

/* Back to the page where the form stands, which then says what became of it. */
static void send_back_with_note(struct view *view, enum outcome outcome)
{
	const char *back = request_text(view->request, view->request->back);
	view->response->status = PAGE_SEND_BACK_STATUS;
	view->response->reason = outcome_reason(PAGE_SEND_BACK_STATUS);
	response_header(view->response, "Location", "%s%s%cnote=%s", view->base, *back == '\0' ? "/" : back,
		strchr(back, '?') == NULL ? '?' : '&', outcome_row(outcome)->name);
}

/* Whether it answers a form of the pages about one group in a way that its page can go on from. */
static bool is_noted(const struct request *request, enum outcome outcome)
{
	bool of_group = request->form >= PAGES_INVITE && request->form <= PAGES_BANS;
	return of_group && operation_changes(request->operation) && outcome_page_note(outcome) != NULL;
}

static void write_page(struct view *view, enum outcome outcome)
{
	static const struct {
		enum outcome outcome;
		void (*write)(struct view *view);
	} own[] = {
		{OUTCOME_OK, write_shown},
		{OUTCOME_SIGN_IN_NEEDED, send_to_sign_in},
		{OUTCOME_SIGNED_IN, send_back},
		{OUTCOME_SIGNED_OUT, write_signed_out},
		{OUTCOME_APPLICATION_APPROVED, send_to_callback},
		{OUTCOME_FROB_SHOWN, write_frob},
	};
	if (is_noted(view->request, outcome)) {
		send_back_with_note(view, outcome);
		return;
	}
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		if (own[i].outcome == outcome) {
			own[i].write(view);
			return;
		}
	}
	write_refusal(view, outcome);
}

void pages_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	enum outcome outcome = outcome_row(reply->outcome)->v3_status == 0 ? OUTCOME_STORE_FAILED : reply->outcome;
	response->status = outcome_row(outcome)->v3_status;
	response->reason = outcome_reason(response->status);
	if (outcome == OUTCOME_OK && request->form >= PAGES_FILE) {
		files_write(request->form - PAGES_FILE, request, response);
		return;
	}
	response_header(response, "Cache-Control", "no-store");
	if (response->status == 503 || response->status == 429) {
		response_header(response, "Retry-After", "%d",
			response->status == 503 ? RETRY_AFTER_S : SIGN_IN_WINDOW_S);
	}
	if (outcome != OUTCOME_PREFLIGHT) {
		struct view view;
		view_init(&view, site, request, reply, page, response);
		write_page(&view, outcome);
	}
}
