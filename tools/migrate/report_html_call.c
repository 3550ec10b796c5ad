/* A call with all that is needed to understand it: what differs, both requests, both replies, the state, and the
 * command that repeats it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/report_html.h"
#include "migrate/report_pretty.h"
#include "migrate/report_words.h"


void html_write_value(FILE *out, const char *value)
{
	if (value == NULL) {
		(void)fputs("<i>nothing</i>", out);
		return;
	}
	if (*value == '\0') {
		(void)fputs("<i>empty</i>", out);
		return;
	}
	(void)fputs("<code>", out);
	words_write_html(out, value, false);
	(void)fputs("</code>", out);
}

void html_write_place(FILE *out, enum difference_kind kind, const char *path)
{
	(void)fputs(difference_kind_name(kind), out);
	if (*path != '\0') {
		(void)fputs(" <code>", out);
		words_write_html(out, path, false);
		(void)fputs("</code>", out);
	}
}

static void write_summary(FILE *out, const struct kept *kept)
{
	const struct verdict *verdict = &kept->verdict;
	(void)fprintf(out, "<summary><span class=\"number\">%" PRIu64 "</span> <b>", verdict->number);
	words_write_html(out, verdict->method, false);
	(void)fputs("</b> <span class=\"sides\">", out);
	words_write_html(out, verdict->left.name, false);
	(void)fputs(" / ", out);
	words_write_html(out, verdict->right.name, false);
	(void)fputs("</span>", out);
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		const struct difference *difference = &verdict->differences[i];
		if (standing_of(difference) == kept->standing) {
			uint32_t more = verdict->difference_count + kept->more - 1;
			(void)fputs(" <span class=\"what\">", out);
			html_write_place(out, difference->kind, difference->path);
			if (more > 0) {
				(void)fprintf(out, " and %" PRIu32 " more", more);
			}
			(void)fputs("</span>", out);
			break;
		}
	}
	(void)fputs("</summary>\n", out);
}

static void write_difference(FILE *out, const struct difference *difference)
{
	enum standing_of_difference standing = standing_of(difference);
	const char *name = standing_of_difference_name(standing);
	(void)fprintf(out, "<tr><td><span class=\"tag %s\">%s</span> ", name, name);
	html_write_place(out, difference->kind, difference->path);
	if (standing == ACCEPTED) {
		(void)fputs("<br/>", out);
		words_write_html(out, difference->rule, false);
	}
	(void)fputs("</td><td data-label=\"left\">", out);
	html_write_value(out, difference->left);
	(void)fputs("</td><td data-label=\"right\">", out);
	html_write_value(out, difference->right);
	(void)fputs("</td></tr>\n", out);
}

static void write_differences(FILE *out, const struct kept *kept)
{
	const struct verdict *verdict = &kept->verdict;
	(void)fputs("<table class=\"stacks\"><thead><tr><th scope=\"col\">what</th><th scope=\"col\">", out);
	words_write_html(out, verdict->left.name, false);
	(void)fputs("</th><th scope=\"col\">", out);
	words_write_html(out, verdict->right.name, false);
	(void)fputs("</th></tr></thead>\n<tbody>\n", out);
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		write_difference(out, &verdict->differences[i]);
	}
	(void)fputs("</tbody></table>\n", out);
	if (kept->more > 0) {
		(void)fprintf(out, "<p>%" PRIu32 " more are counted, and not shown.</p>\n", kept->more);
	}
}

static void write_line(FILE *out, const char *line, size_t length, const char *element)
{
	bool ends_in_return = length > 0 && line[length - 1] == '\r'; /* of HTTP's line end */
	char *copy = strndup(line, ends_in_return ? length - 1 : length);
	if (element != NULL) {
		(void)fprintf(out, "<%s>", element);
	}
	words_write_html(out, copy, true);
	if (element != NULL) {
		(void)fprintf(out, "</%s>", element);
	}
	(void)fputc('\n', out);
	free(copy);
}

static void write_reply(FILE *out, const struct report_side *side, const struct verdict *verdict, bool right)
{
	char *text = side->reply != NULL ? pretty_reply(side->reply) : NULL;
	if (text == NULL || *text == '\0') {
		(void)fputs("<p class=\"none\">No body.</p>\n", out);
		free(text);
		return;
	}
	bool marks[PRETTY_LINES_MAX];
	pretty_mark(text, verdict->differences, verdict->difference_count, right, marks);
	(void)fputs("<pre tabindex=\"0\">", out);
	size_t i = 0;
	for (const char *line = text; *line != '\0'; i++) {
		size_t length = strcspn(line, "\n");
		write_line(out, line, length, i < PRETTY_LINES_MAX && marks[i] ? "mark" : NULL);
		line += length + (line[length] == '\n');
	}
	(void)fputs("</pre>\n", out);
	free(text);
}

static bool differs_in(const struct verdict *verdict, enum difference_kind kind)
{
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		if (verdict->differences[i].kind == kind) {
			return true;
		}
	}
	return false;
}

/* Status and outcome, marked where they differ, and how long it took. */
static void write_head(FILE *out, const struct report_side *side, const struct verdict *verdict)
{
	char time[WORDS_NUMBER_SIZE];
	const char *status = differs_in(verdict, DIFFERENCE_STATUS) ? "mark" : "span";
	const char *outcome = differs_in(verdict, DIFFERENCE_OUTCOME) ? "mark" : "span";
	(void)fputs("<p class=\"answer\">", out);
	if (side->status != 0) {
		(void)fprintf(out, "<%s>%d</%s> ", status, side->status, status);
	}
	if (side->outcome != NULL) {
		(void)fprintf(out, "<%s>", outcome);
		words_write_html(out, side->outcome, false);
		(void)fprintf(out, "</%s> ", outcome);
	}
	if (side->latency_us >= 0) {
		(void)fprintf(out, "<span class=\"time\">%s</span>", words_time(side->latency_us, time));
	}
	(void)fputs("</p>\n", out);
}

static void write_side(FILE *out, const struct report_side *side, const struct verdict *verdict, bool right)
{
	(void)fputs("<div class=\"side\"><h4>", out);
	words_write_html(out, side->name, false);
	(void)fputs("</h4>\n", out);
	if (side->request != NULL) {
		(void)fputs("<pre class=\"request\" tabindex=\"0\">", out);
		words_write_html(out, side->request, true);
		(void)fputs("</pre>\n", out);
	}
	write_head(out, side, verdict);
	write_reply(out, side, verdict, right);
	(void)fputs("</div>\n", out);
}

/* Lines that begin with - are only on the left, with + only on the right. */
static void write_state(FILE *out, const char *diff)
{
	(void)fputs("<h4>What was written</h4>\n<pre class=\"state\" tabindex=\"0\">", out);
	for (const char *line = diff; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		write_line(out, line, length, *line == '-' ? "del" : *line == '+' ? "ins" : NULL);
		line += length + (line[length] == '\n');
	}
	(void)fputs("</pre>\n", out);
}

void html_write_call(FILE *out, const struct kept *kept, uint32_t index, bool open)
{
	const struct verdict *verdict = &kept->verdict;
	(void)fprintf(out, "<details class=\"call\"%s>", open ? " open=\"open\"" : "");
	write_summary(out, kept);
	/* Browsers unfold what holds the target of a link. */
	(void)fprintf(out, "<div class=\"inside\" id=\"call-%" PRIu32 "\">\n", index);
	write_differences(out, kept);
	(void)fputs("<div class=\"both\">\n", out);
	write_side(out, &verdict->left, verdict, false);
	write_side(out, &verdict->right, verdict, true);
	(void)fputs("</div>\n", out);
	if (verdict->state_diff != NULL) {
		write_state(out, verdict->state_diff);
	}
	if (verdict->repeat != NULL) {
		(void)fputs("<h4>To repeat</h4>\n<pre class=\"repeat\" tabindex=\"0\">", out);
		words_write_html(out, verdict->repeat, true);
		(void)fputs("</pre>\n", out);
	}
	(void)fputs("</div></details>\n", out);
}
