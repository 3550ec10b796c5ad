/* A description as safe HTML and as plain text, by cmark. Raw HTML in it is replaced by its text; links
 * keep only http, https and mailto, with rel="nofollow noopener"; images become links. */
#ifndef TEXT_MARKDOWN_H
#define TEXT_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

struct markdown {
	char *html;  /* NUL-terminated */
	char *plain; /* NUL-terminated; a link is written as text (url) */
};

/* False: out of memory, and nothing is made. */
bool markdown_render(const char *source, size_t length, struct markdown *rendered);
void markdown_finish(struct markdown *rendered);

#endif
