/* One page per outcome and form; what has no page of its own is a problem, in the outcome table's words. */
#include "pages/encode.h"

#include <assert.h>
#include <string.h>

#include "pages/cookie.h"
#include "pages/decode.h"
#include "pages/template.h"

#define NEAR_SIZE (3 * PAGES_BACK_SIZE_MAX + 1)
#define SIGN_IN_PATH "/sign-in"

/* What pages are made of. */
struct view {
	const struct http_site *site;
	const struct request *request;
	const struct reply *reply;
	struct http_response *response;
	const char *base; /* the path that stands before ours, "" or "/part" */
	char form_key[FORM_KEY_SIZE + 1];
	struct template_value values[10];
	size_t value_count;
};

/* --- parts */

/* public_url has a host, and perhaps a path, which a proxy takes off. */
static const char *find_base(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host == NULL ? NULL : strchr(host + 3, '/');
	return path == NULL ? "" : path;
}

static void add_value(struct view *view, const char *name, const char *text)
{
	assert(view->value_count + 1 < sizeof view->values / sizeof *view->values); /* the last one has no name */
	view->values[view->value_count++] = (struct template_value){name, text};
}

static void write_part(struct view *view, const char *file)
{
	template_write(file, view->values, view->response);
}

/* Adds nothing to default-src but what the page needs: `origin` is where its form may lead besides here. */
static void begin(struct view *view, const char *title, struct text origin)
{
	struct http_response *response = view->response;
	const char *callback = reply_text(view->reply, view->reply->application.callback_url);
	response->content_type = "text/html; charset=utf-8";
	response_header(response, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; form-action 'self'%s%.*s; frame-ancestors 'none'; "
		"base-uri 'none'",
		origin.length > 0 ? " " : "", (int)origin.length, callback);
	add_value(view, "title", title);
	add_value(view, "base", view->base);
	write_part(view, "top.html");
}

static void end(struct view *view)
{
	write_part(view, "end.html");
}

/* Browsers hold a form to this through its redirect: the callback's scheme and host. A policy has no words for
 * an address in brackets, and matches no host of a private scheme, which its dot tells: of both the scheme stands. */
static struct text callback_origin(const char *callback)
{
	size_t length = strcspn(callback, ":");
	if (callback[length] == '\0') {
		return (struct text){0};
	}
	bool has_host = strncmp(callback + length, "://", 3) == 0 && callback[length + 3] != '[' &&
			memchr(callback, '.', length) == NULL;
	size_t origin = has_host ? length + 3 + strcspn(callback + length + 3, "/?") : length + 1;
	bool plain = strcspn(callback, " ;,'\"") >= origin; /* or it would say more than an origin */
	return (struct text){.length = plain ? (uint32_t)origin : 0};
}

static void add_who(struct view *view)
{
	const struct user *user = &view->reply->user;
	add_value(view, "who", reply_text(view->reply, user->name.length > 0 ? user->name : user->username));
}

/* The key of the visitor's cookie, which is set now for who has none. */
static void add_form_key(struct view *view)
{
	const struct request *request = view->request;
	const struct reply *reply = view->reply;
	if (request->form_key.length > 0) {
		add_value(view, "form_key", request_text(request, request->form_key));
		return;
	}
	if ((reply->items & REPLY_SECRET) != 0 && reply->secret.length == COOKIE_VALUE_SIZE) {
		const char *cookie = reply_text(reply, reply->secret);
		cookie_write(view->site, cookie, view->response);
		cookie_form_key(cookie, view->form_key);
	}
	add_value(view, "form_key", view->form_key);
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
	add_form_key(view);
	add_value(view, "back", request_text(view->request, view->request->back));
	begin(view, "Sign in", (struct text){0});
	if (message != NULL) {
		add_value(view, "message", message);
		write_part(view, "problem.html");
	}
	write_part(view, "sign_in.html");
	end(view);
}

static void write_signed_in(struct view *view)
{
	add_form_key(view);
	add_who(view);
	begin(view, "Signed in", (struct text){0});
	write_part(view, "signed_in.html");
	if (!view->request->visitor_named) { /* whom a proxy signs in, it alone signs out */
		write_part(view, "sign_out.html");
	}
	end(view);
}

static void write_signed_out(struct view *view)
{
	cookie_write(view->site, "", view->response);
	begin(view, "Signed out", (struct text){0});
	write_part(view, "signed_out.html");
	end(view);
}

static void write_approve(struct view *view)
{
	const struct reply *reply = view->reply;
	bool asks = view->request->form == PAGES_APPROVE;
	add_form_key(view);
	add_who(view);
	add_value(view, "application", reply_text(reply, reply->application.name));
	begin(view, asks ? "Allow an application" : "Refused",
		callback_origin(reply_text(reply, reply->application.callback_url)));
	write_part(view, asks ? "approve.html" : "refused.html");
	if (asks && !view->request->visitor_named) {
		write_part(view, "sign_out.html");
	}
	end(view);
}

static void write_frob(struct view *view)
{
	const struct reply *reply = view->reply;
	add_value(view, "application", reply_text(reply, reply->application.name));
	add_value(view, "frob", reply_text(reply, reply->secret));
	begin(view, "Allowed", (struct text){0});
	write_part(view, "frob.html");
	end(view);
}

/* Whose session is good but does not suffice would meet the same problem until it ends. */
static bool may_sign_out(const struct view *view, enum outcome outcome)
{
	const struct request *request = view->request;
	bool asked = request->form == PAGES_APPROVE || request->form == PAGES_REFUSE;
	return asked && !request->visitor_named && request->form_key.length > 0 &&
	       (outcome == OUTCOME_SCOPE_INSUFFICIENT || outcome == OUTCOME_CALLER_SUSPENDED);
}

static void write_problem(struct view *view, enum outcome outcome)
{
	const struct outcome_row *row = outcome_row(outcome);
	add_value(view, "message", row->v3_message != NULL ? row->v3_message : view->response->reason);
	begin(view, view->response->reason, (struct text){0});
	write_part(view, "problem.html");
	if (may_sign_out(view, outcome)) {
		add_form_key(view);
		write_part(view, "sign_out.html");
	}
	end(view);
}

static void write_shown(struct view *view)
{
	if (view->request->form == PAGES_APPROVE || view->request->form == PAGES_REFUSE) {
		write_approve(view);
	} else if ((view->reply->items & REPLY_USER) != 0) {
		write_signed_in(view);
	} else {
		write_sign_in(view, NULL);
	}
}

static void write_style(struct http_response *response)
{
	const struct template_value none = {0};
	response->content_type = "text/css; charset=utf-8";
	template_write("style.css", &none, response);
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
	(void)page; /* no page lists anything */
	struct view view = {.site = site, .request = request, .reply = reply, .response = response};
	enum outcome outcome = outcome_row(reply->outcome)->v3_status == 0 ? OUTCOME_STORE_FAILED : reply->outcome;
	view.base = find_base(site->public_url);
	response->status = outcome_row(outcome)->v3_status;
	response->reason = outcome_reason(response->status);
	bool style = outcome == OUTCOME_OK && request->form == PAGES_STYLE;
	response_header(response, "Cache-Control", style ? "public, max-age=3600" : "no-store");
	if (response->status == 503 || response->status == 429) {
		response_header(response, "Retry-After", "%d",
			response->status == 503 ? RETRY_AFTER_S : SIGN_IN_WINDOW_S);
	}
	if (style) {
		write_style(response);
	} else if (outcome != OUTCOME_PREFLIGHT) {
		write_page(&view, outcome);
	}
}
