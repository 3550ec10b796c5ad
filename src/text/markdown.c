/* A description through cmark's tree: HTML nodes give way to their text, images to links, links to
 * anchors with a rel and only harmless schemes. cmark's safe mode renders what is left. */
#include "text/markdown.h"

#include <cmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ANCHOR_SIZE_MAX 8192

/* The text of an HTML fragment: without everything from '<' to the next '>'. */
static char *strip_tags(const char *html)
{
	char *text = strdup(html);
	if (text == NULL) {
		return NULL;
	}
	char *kept = text;
	for (const char *at = html; *at != '\0';) {
		const char *close = *at == '<' ? strchr(at, '>') : NULL;
		if (close != NULL) {
			at = close + 1;
		} else {
			*kept++ = *at++;
		}
	}
	*kept = '\0';
	return text;
}

static bool is_harmless(const char *url)
{
	static const char *const SCHEMES[] = {"http:", "https:", "mailto:"};
	for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
		if (strncasecmp(url, SCHEMES[i], strlen(SCHEMES[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Escapes for an attribute; false: it does not fit. */
static bool escape(const char *text, char *escaped, size_t capacity)
{
	size_t size = 0;
	for (; *text != '\0'; text++) {
		char one[2] = {*text, '\0'};
		const char *written = *text == '&'   ? "&amp;"
				      : *text == '<' ? "&lt;"
				      : *text == '>' ? "&gt;"
				      : *text == '"' ? "&quot;"
						     : one;
		size_t length = strlen(written);
		if (size + length >= capacity) {
			return false;
		}
		memcpy(escaped + size, written, length);
		size += length;
	}
	escaped[size] = '\0';
	return true;
}

/* A node that stands for its children between two texts. */
static bool wrap(cmark_node *node, const char *enter, const char *leave)
{
	cmark_node *custom = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
	if (custom == NULL) {
		return false;
	}
	cmark_node_set_on_enter(custom, enter);
	cmark_node_set_on_exit(custom, leave);
	for (cmark_node *child; (child = cmark_node_first_child(node)) != NULL;) {
		cmark_node_append_child(custom, child);
	}
	return cmark_node_replace(node, custom) != 0;
}

/* A link or an image: an anchor where its scheme is harmless, else only its text. */
static bool replace_link(cmark_node *node)
{
	char url[ANCHOR_SIZE_MAX];
	char anchor[ANCHOR_SIZE_MAX + 64];
	const char *target = cmark_node_get_url(node);
	if (!is_harmless(target) || !escape(target, url, sizeof url)) {
		return wrap(node, "", "");
	}
	(void)snprintf(anchor, sizeof anchor, "<a href=\"%s\" rel=\"nofollow noopener\">", url);
	return wrap(node, anchor, "</a>");
}

/* An HTML node: its text, in a paragraph of its own where it was a block. */
static bool replace_html(cmark_node *node)
{
	bool block = cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK;
	char *literal = strip_tags(cmark_node_get_literal(node));
	cmark_node *text = cmark_node_new(CMARK_NODE_TEXT);
	cmark_node *instead = block ? cmark_node_new(CMARK_NODE_PARAGRAPH) : text;
	if (literal == NULL || text == NULL || instead == NULL) {
		free(literal);
		return false;
	}
	size_t length = strlen(literal);
	if (length > 0 && literal[length - 1] == '\n') {
		literal[length - 1] = '\0';
	}
	cmark_node_set_literal(text, literal);
	free(literal);
	if (block) {
		cmark_node_append_child(instead, text);
	}
	return cmark_node_replace(node, instead) != 0;
}

/* Calls `change` on every node of two types; nodes are gathered first, because changing them moves the
 * iterator's ground. */
static bool change_all(cmark_node *root, cmark_node_type one, cmark_node_type other, bool (*change)(cmark_node *node))
{
	bool changed = true;
	while (changed) {
		changed = false;
		cmark_iter *iterator = cmark_iter_new(root);
		cmark_node *found = NULL;
		cmark_event_type event;
		while (found == NULL && (event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
			cmark_node *node = cmark_iter_get_node(iterator);
			cmark_node_type type = cmark_node_get_type(node);
			found = event == CMARK_EVENT_ENTER && (type == one || type == other) ? node : NULL;
		}
		cmark_iter_free(iterator);
		if (found != NULL) {
			if (!change(found)) {
				return false;
			}
			cmark_node_free(found);
			changed = true;
		}
	}
	return true;
}

/* What a node adds to the plain text when it is entered. */
static const char *plain_enter(cmark_node *node)
{
	switch ((int)cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
	case CMARK_NODE_CODE_BLOCK:
		return cmark_node_get_literal(node);
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		return "\n";
	default:
		return "";
	}
}

/* Writes what a node adds when it is left: the target of a link, a line's end behind a block. */
static void plain_leave(FILE *out, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	if ((type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) && is_harmless(cmark_node_get_url(node))) {
		fprintf(out, " (%s)", cmark_node_get_url(node));
	}
	if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING) {
		fputs("\n", out);
		bool in_item = cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_ITEM;
		if (!in_item && cmark_node_next(node) != NULL) {
			fputs("\n", out);
		}
	}
}

static char *render_plain(cmark_node *root)
{
	char *plain = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&plain, &size);
	if (out == NULL) {
		return NULL;
	}
	cmark_iter *iterator = cmark_iter_new(root);
	for (cmark_event_type event; (event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE;) {
		cmark_node *node = cmark_iter_get_node(iterator);
		if (event == CMARK_EVENT_ENTER) {
			fputs(plain_enter(node), out);
		} else {
			plain_leave(out, node);
		}
	}
	cmark_iter_free(iterator);
	if (fclose(out) != 0) {
		free(plain);
		return NULL;
	}
	while (size > 0 && plain[size - 1] == '\n') {
		plain[--size] = '\0';
	}
	return plain;
}

bool markdown_render(const char *source, size_t length, struct markdown *rendered)
{
	cmark_node *root = cmark_parse_document(source, length, CMARK_OPT_VALIDATE_UTF8);
	if (root == NULL) {
		return false;
	}
	struct markdown made = {0};
	if (change_all(root, CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE, replace_html)) {
		made.plain = render_plain(root);
	}
	if (made.plain != NULL && change_all(root, CMARK_NODE_LINK, CMARK_NODE_IMAGE, replace_link)) {
		made.html = cmark_render_html(root, CMARK_OPT_DEFAULT);
	}
	cmark_node_free(root);
	if (made.html == NULL) {
		markdown_finish(&made);
		return false;
	}
	*rendered = made;
	return true;
}

void markdown_finish(struct markdown *rendered)
{
	free(rendered->html);
	free(rendered->plain);
	*rendered = (struct markdown){0};
}
