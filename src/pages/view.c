/* The parts that all pages have. */
#include "pages/view.h"

#include <assert.h>
#include <string.h>

void view_init(struct view *view, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response)
{
	/* public_url has a host, and perhaps a path, which a proxy takes off. */
	const char *host = strstr(site->public_url, "://");
	const char *path = host == NULL ? NULL : strchr(host + 3, '/');
	*view = (struct view){
		.site = site,
		.request = request,
		.reply = reply,
		.page = page,
		.response = response,
		.base = path == NULL ? "" : path,
		.part = "",
		.style = "style.css",
		.sources = "",
		.form_origin = {"", 0},
	};
}

void view_add(struct view *view, const char *name, const char *text)
{
	assert(view->value_count < VIEW_VALUES_MAX);
	view->values[view->value_count++] = (struct template_value){name, text};
}

void view_drop(struct view *view, size_t count)
{
	while (view->value_count > count) {
		view->values[--view->value_count] = (struct template_value){0};
	}
}

void view_write(struct view *view, const char *file)
{
	template_write(file, view->values, view->response);
}

void view_begin(struct view *view, const char *title)
{
	struct http_response *response = view->response;
	response->content_type = "text/html; charset=utf-8";
	response_header(response, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; %sform-action 'self'%s%.*s; frame-ancestors 'none'; "
		"base-uri 'none'",
		view->sources, view->form_origin.length > 0 ? " " : "", (int)view->form_origin.length,
		view->form_origin.bytes);
	view_add(view, "part", view->part);
	view_add(view, "title", title);
	view_add(view, "base", view->base);
	view_add(view, "style", view->style);
	view_write(view, "top.html");
}

void view_end(struct view *view)
{
	view_write(view, "end.html");
}

const char *view_name(const struct texts *texts, const struct user *user)
{
	return texts_get(texts, user->name.length > 0 ? user->name : user->username);
}

void view_add_who(struct view *view)
{
	view_add(view, "who", view_name(&view->reply->texts, &view->reply->user));
}

void view_add_form_key(struct view *view)
{
	const struct request *request = view->request;
	const struct reply *reply = view->reply;
	if (request->form_key.length > 0) {
		view_add(view, "form_key", request_text(request, request->form_key));
		return;
	}
	if ((reply->items & REPLY_SECRET) != 0 && reply->secret.length == COOKIE_VALUE_SIZE) {
		const char *cookie = reply_text(reply, reply->secret);
		cookie_write(view->site, cookie, view->response);
		cookie_form_key(cookie, view->form_key);
	}
	view_add(view, "form_key", view->form_key);
}

/* What did not happen calls for more attention than what did. */
void view_write_note(struct view *view)
{
	const char *sentence = outcome_page_note(view->request->note);
	if (sentence == NULL) {
		return;
	}
	bool refused = outcome_row(view->request->note)->v3_message != NULL;
	size_t before = view->value_count;
	view_add(view, "note_role", refused ? "alert" : "status");
	view_add(view, "note", sentence);
	view_write(view, "note.html");
	view_drop(view, before);
}

void view_write_visitor(struct view *view)
{
	view_write(view, "visitor.html");
	if (!view->request->visitor_named) { /* whom a proxy signs in, it alone signs out */
		view_write(view, "sign_out.html");
	}
}
