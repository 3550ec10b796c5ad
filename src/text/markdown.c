/* Markdown through cmark's tree: the tree is made harmless first, then written twice. cmark's own safe mode
 * would drop a whole <p>...</p> with the words in it, and knows no `rel`. */
#include "text/markdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmark.h>

static bool is_link(const cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type((cmark_node *)node);
	return type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;
}

static bool is_inside_link(cmark_node *node)
{
	for (cmark_node *up = cmark_node_parent(node); up != NULL; up = cmark_node_parent(up)) {
		if (is_link(up)) {
			return true;
		}
	}
	return false;
}

static bool url_is_allowed(const char *url)
{
	static const char *const schemes[] = {"http:", "https:", "mailto:"};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* In place; a '<' that no '>' follows is text. */
static void remove_tags(char *text)
{
	char *to = text;
	const char *from = text;
	while (*from != '\0') {
		const char *end = *from == '<' ? strchr(from, '>') : NULL;
		if (end != NULL) {
			from = end + 1;
			continue;
		}
		*to++ = *from++;
	}
	*to = '\0';
}

/* In place of the node stand its children. */
static void dissolve(cmark_node *node)
{
	for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_first_child(node)) {
		(void)cmark_node_insert_before(node, child); /* inlines among inlines: allowed */
	}
	cmark_node_free(node);
}

/* In place of the node stands another one with its children. */
static void replace(cmark_node *node, cmark_node *with)
{
	for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_first_child(node)) {
		(void)cmark_node_append_child(with, child);
	}
	(void)cmark_node_insert_before(node, with);
	cmark_node_free(node);
}

/* False: out of memory. */
static bool replace_html(cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);
	char *words = strdup(literal == NULL ? "" : literal);
	if (words == NULL) {
		return false;
	}
	remove_tags(words);
	bool block = cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK;
	size_t length = strlen(words);
	while (block && length > 0 && words[length - 1] == '\n') {
		words[--length] = '\0';
	}
	if (length > 0) {
		cmark_node *text = cmark_node_new(CMARK_NODE_TEXT);
		(void)cmark_node_set_literal(text, words);
		cmark_node *whole = block ? cmark_node_new(CMARK_NODE_PARAGRAPH) : text;
		if (block) {
			(void)cmark_node_append_child(whole, text);
		}
		(void)cmark_node_insert_before(node, whole);
	}
	free(words);
	cmark_node_free(node);
	return true;
}

/* An image becomes a link; a link inside another, or to what is not allowed, only its words. */
static void replace_link(cmark_node *node)
{
	if (is_inside_link(node) || !url_is_allowed(cmark_node_get_url(node))) {
		dissolve(node);
		return;
	}
	if (cmark_node_get_type(node) == CMARK_NODE_IMAGE) {
		cmark_node *link = cmark_node_new(CMARK_NODE_LINK);
		(void)cmark_node_set_url(link, cmark_node_get_url(node));
		(void)cmark_node_set_title(link, cmark_node_get_title(node));
		replace(node, link);
	}
}

static bool make_harmless(cmark_node *document)
{
	/* A node is changed when it is left, or when it has no inside: the iterator stands behind it then. */
	cmark_iter *iterator = cmark_iter_new(document);
	bool made = true;
	for (cmark_event_type event = cmark_iter_next(iterator); made && event != CMARK_EVENT_DONE;
		event = cmark_iter_next(iterator)) {
		cmark_node *node = cmark_iter_get_node(iterator);
		cmark_node_type type = cmark_node_get_type(node);
		if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
			made = replace_html(node);
		} else if (is_link(node) && event == CMARK_EVENT_EXIT) {
			replace_link(node);
		}
	}
	cmark_iter_free(iterator);
	return made;
}

/* Characters that a URL may hold stay, the rest is percent-encoded: nothing can end the attribute. */
static void write_url(FILE *to, const char *url)
{
	static const char kept[] = "-_.~!*();:@=+$,/?#[]%";
	for (; *url != '\0'; url++) {
		unsigned char byte = (unsigned char)*url;
		if (*url == '&') {
			(void)fputs("&amp;", to);
		} else if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
			   (byte >= 'A' && byte <= 'Z') || strchr(kept, *url) != NULL) {
			(void)fputc(byte, to);
		} else {
			(void)fprintf(to, "%%%02X", byte);
		}
	}
}

/* NULL: out of memory. */
static char *link_opening(cmark_node *link)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	if (to == NULL) {
		return NULL;
	}
	(void)fputs("<a href=\"", to);
	write_url(to, cmark_node_get_url(link));
	(void)fputs("\" rel=\"nofollow noopener\">", to);
	if (fclose(to) != 0) { /* what did not fit is only known here */
		free(text);
		return NULL;
	}
	return text;
}

/* Links become nodes that cmark writes as they are. */
static bool mark_links(cmark_node *document)
{
	cmark_iter *iterator = cmark_iter_new(document);
	bool made = true;
	for (cmark_event_type event = cmark_iter_next(iterator); made && event != CMARK_EVENT_DONE;
		event = cmark_iter_next(iterator)) {
		cmark_node *node = cmark_iter_get_node(iterator);
		if (event != CMARK_EVENT_EXIT || !is_link(node)) {
			continue;
		}
		char *opening = link_opening(node);
		made = opening != NULL;
		if (made) {
			cmark_node *custom = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
			(void)cmark_node_set_on_enter(custom, opening);
			(void)cmark_node_set_on_exit(custom, "</a>");
			replace(node, custom);
		}
		free(opening);
	}
	cmark_iter_free(iterator);
	return made;
}

/* A block that holds words itself, not other blocks. */
static bool is_leaf_block(cmark_node_type type)
{
	return type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING || type == CMARK_NODE_CODE_BLOCK;
}

static bool is_in_tight_list(cmark_node *block)
{
	cmark_node *item = cmark_node_parent(block);
	cmark_node *list = item == NULL ? NULL : cmark_node_parent(item);
	return list != NULL && cmark_node_get_list_tight(list) != 0;
}

/* Blocks stand apart by an empty line, items of a tight list by none. */
static void write_plain_node(FILE *to, cmark_event_type event, cmark_node *node, bool *begun)
{
	cmark_node_type type = cmark_node_get_type(node);
	if (event == CMARK_EVENT_ENTER && is_leaf_block(type)) {
		(void)fputs(!*begun ? "" : is_in_tight_list(node) ? "\n" : "\n\n", to);
		*begun = true;
	}
	if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
		(void)fputs(cmark_node_get_literal(node), to);
	} else if (type == CMARK_NODE_CODE_BLOCK) {
		const char *code = cmark_node_get_literal(node);
		size_t length = strlen(code);
		(void)fwrite(code, 1, length > 0 && code[length - 1] == '\n' ? length - 1 : length, to);
	} else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
		(void)fputc('\n', to);
	} else if (type == CMARK_NODE_LINK && event == CMARK_EVENT_EXIT) {
		(void)fprintf(to, " (%s)", cmark_node_get_url(node));
	}
}

/* NULL: out of memory. */
static char *render_plain(cmark_node *document)
{
	char *plain = NULL;
	size_t size;
	FILE *to = open_memstream(&plain, &size);
	if (to == NULL) {
		return NULL;
	}
	cmark_iter *iterator = cmark_iter_new(document);
	bool begun = false;
	for (cmark_event_type event = cmark_iter_next(iterator); event != CMARK_EVENT_DONE;
		event = cmark_iter_next(iterator)) {
		write_plain_node(to, event, cmark_iter_get_node(iterator), &begun);
	}
	cmark_iter_free(iterator);
	if (fclose(to) != 0) {
		free(plain);
		return NULL;
	}
	return plain;
}

bool markdown_render(const char *source, size_t length, struct markdown *rendered)
{
	/* cmark itself ends the process when its memory does; a description is bounded to a few KiB. */
	cmark_node *document = cmark_parse_document(source, length, CMARK_OPT_DEFAULT);
	struct markdown made = {0};
	if (make_harmless(document)) {
		cmark_consolidate_text_nodes(document);
		made.plain = render_plain(document);
		made.html = mark_links(document) ? cmark_render_html(document, CMARK_OPT_DEFAULT) : NULL;
	}
	cmark_node_free(document);
	if (made.plain == NULL || made.html == NULL) {
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
