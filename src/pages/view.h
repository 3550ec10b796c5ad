/* A page while it is written: what its templates are filled with, and the parts that all pages have. */
#ifndef PAGES_VIEW_H
#define PAGES_VIEW_H

#include "pages/cookie.h"
#include "pages/template.h"

#define VIEW_VALUES_MAX 24

struct view {
	const struct http_site *site;
	const struct request *request;
	const struct reply *reply;
	const struct page *page;
	struct http_response *response;
	const char *base;	 /* the path that stands before ours, "" or "/part" */
	const char *part;	 /* what of its subject the page shows, for the window's title: "Bans: " or "" */
	const char *style;	 /* the stylesheet's file */
	const char *sources;	 /* what the policy allows besides our style, as "script-src 'self'; " */
	struct span form_origin; /* where the page's form may lead besides here */
	char form_key[FORM_KEY_SIZE + 1];
	struct template_value values[VIEW_VALUES_MAX + 1]; /* the last one has no name */
	size_t value_count;
};

void view_init(struct view *view, const struct http_site *site, const struct request *request,
	const struct reply *reply, const struct page *page, struct http_response *response);

/* Adds what fills the holes of that name; the text must live until it is dropped or the page is written. */
void view_add(struct view *view, const char *name, const char *text);
/* Forgets the values from the `count`th on: those of one item of a list. */
void view_drop(struct view *view, size_t count);
void view_write(struct view *view, const char *file);

/* Headers and top of a page, whose title and base are then values; and its end. */
void view_begin(struct view *view, const char *title);
void view_end(struct view *view);

/* The name by which a person is called: the username where there is no other. */
const char *view_name(const struct texts *texts, const struct user *user);
/* Adds "who": the one who is signed in. */
void view_add_who(struct view *view);
/* Adds "form_key": the key of the visitor's cookie, which is set now for who has none. */
void view_add_form_key(struct view *view);
/* Writes what became of the form before, if there was one. */
void view_write_note(struct view *view);
/* Writes a line that says who is signed in, with a button to sign out where that is done here. */
void view_write_visitor(struct view *view);

#endif
