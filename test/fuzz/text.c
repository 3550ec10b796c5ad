/* Any bytes as a text: what is judged good folds, gives a slug and renders as harmless HTML. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/limits.h"
#include "text/check.h"
#include "text/fold.h"
#include "text/markdown.h"
#include "text/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_slug(const char *slug)
{
	size_t length = strlen(slug);
	assert(length <= SLUG_BASE_SIZE_MAX + strlen("group-"));
	assert(strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == length);
	assert(strstr(slug, "--") == NULL);
	assert(length == 0 || (slug[0] != '-' && slug[length - 1] != '-'));
	assert(length == 0 || strspn(slug, "0123456789") < length);
}

static void check_folds(const char *text, size_t length)
{
	uint8_t digest[FOLD_DIGEST_SIZE], order[FOLD_ORDER_SIZE];
	char slug[SLUG_SIZE_MAX + 1], initials[9];
	bool folded = fold_digest(text, length, digest) && fold_order(text, length, order) &&
		      fold_slug(text, length, "group-", slug);
	assert(folded);
	check_slug(slug);
	text_initials(text, length, initials, sizeof initials);
	assert(text_is_utf8(initials, strlen(initials)));
}

/* Every '<' begins a tag of cmark or our anchor, so no attribute but ours and cmark's can stand in it. */
static void check_html(const char *html)
{
	static const char *const tags[] = {"p>", "a ", "a>", "em>", "strong>", "code>", "code ", "pre>", "ul>", "ol>",
		"ol ", "li>", "br ", "hr ", "h1>", "h2>", "h3>", "h4>", "h5>", "h6>", "blockquote>"};
	while ((html = strchr(html, '<')) != NULL) {
		html += html[1] == '/' ? 2 : 1;
		bool known = false;
		for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
			known |= strncmp(html, tags[i], strlen(tags[i])) == 0;
		}
		assert(known);
		if (strncmp(html, "a ", 2) == 0) {
			assert(strncmp(html, "a href=\"", 8) == 0);
			assert(strncmp(strchr(html + 8, '"'), "\" rel=\"nofollow noopener\">", 26) == 0);
		}
	}
}

static void check_markdown(const char *text, size_t length)
{
	struct markdown rendered;
	assert(markdown_render(text, length, &rendered));
	assert(text_is_utf8(rendered.html, strlen(rendered.html)));
	assert(text_is_utf8(rendered.plain, strlen(rendered.plain)));
	check_html(rendered.html);
	markdown_finish(&rendered);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char nothing[] = "";
	const char *text = size == 0 ? nothing : (const char *)bytes;
	const char *part = NULL;
	size_t length = 0;
	int64_t time;
	uint64_t id;
	(void)text_read_id(text, size, &id);
	(void)time_read_rfc3339(text, size, &time);
	for (enum text_class class = 0; class < TEXT_CLASS_COUNT; class++) {
		if (text_check(class, text, size, &part, &length) == TEXT_GOOD) {
			assert(part >= text && length <= size && text_is_utf8(part, length));
		}
	}
	if (text_is_utf8(text, size) && memchr(text, '\0', size) == NULL) {
		check_folds(text, size);
	}
	if (text_check(TEXT_DESCRIPTION, text, size, &part, &length) == TEXT_GOOD) {
		check_markdown(part, length);
	}
	return 0;
}
