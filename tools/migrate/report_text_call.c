/* A call in full on a terminal: what differs, both requests, both replies, and what was written. */
#include "migrate/report_text_call.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/report_pretty.h"
#include "migrate/report_words.h"

#define NAME_SHOWN_MAX 200

/* Nothing is put in front of its lines, so that a command or a body can be copied. */
static void write_lines(FILE *out, const char *text)
{
	char *clean = words_clean(text, true); /* NULL: memory is out, which the report tells */
	if (clean != NULL && *clean != '\0') {
		size_t length = strlen(clean);
		(void)fprintf(out, "%s%s", clean, clean[length - 1] == '\n' ? "" : "\n");
	}
	free(clean);
}

static void write_side(FILE *out, const struct report_side *side)
{
	char time[WORDS_NUMBER_SIZE];
	char *reply = side->reply != NULL ? pretty_reply(side->reply) : NULL;
	(void)fputs("\n--- ", out);
	words_write_short(out, side->name, NAME_SHOWN_MAX);
	(void)fputs(" was asked\n", out);
	write_lines(out, side->request != NULL ? side->request : "(not known)");
	(void)fputs("\n--- and answered", out);
	if (side->status != 0) {
		(void)fprintf(out, " %d", side->status);
	}
	if (side->outcome != NULL) {
		(void)fputc(' ', out);
		words_write_short(out, side->outcome, NAME_SHOWN_MAX);
	}
	(void)fprintf(out, "%s%s\n", side->latency_us < 0 ? "" : " in ",
		side->latency_us < 0 ? "" : words_time(side->latency_us, time));
	write_lines(out, reply != NULL ? reply : "");
	free(reply);
}

void text_write_value(FILE *out, const char *value, size_t characters_max)
{
	if (value == NULL) {
		(void)fputs("(nothing)", out);
		return;
	}
	(void)fputc('"', out);
	words_write_short(out, value, characters_max);
	(void)fputc('"', out);
}

static void write_difference(FILE *out, const struct difference *difference)
{
	enum standing_of_difference standing = standing_of(difference);
	(void)fprintf(out, "    %-8s %s%s", standing_of_difference_name(standing),
		difference_kind_name(difference->kind), *difference->path != '\0' ? " " : "");
	words_write_short(out, difference->path, NAME_SHOWN_MAX);
	(void)fputs(": ", out);
	text_write_value(out, difference->left, NAME_SHOWN_MAX);
	(void)fputs(" / ", out);
	text_write_value(out, difference->right, NAME_SHOWN_MAX);
	if (standing == ACCEPTED) {
		(void)fputs(" -- ", out);
		words_write_short(out, difference->rule, NAME_SHOWN_MAX);
	}
	(void)fputc('\n', out);
}

void text_write_call(FILE *out, const struct kept *kept)
{
	const struct verdict *verdict = &kept->verdict;
	(void)fprintf(out, "\n=== %" PRIu64 "  ", verdict->number);
	words_write_short(out, verdict->method, NAME_SHOWN_MAX);
	(void)fputs("  ", out);
	words_write_short(out, verdict->left.name, NAME_SHOWN_MAX);
	(void)fputs(" / ", out);
	words_write_short(out, verdict->right.name, NAME_SHOWN_MAX);
	(void)fputc('\n', out);
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		write_difference(out, &verdict->differences[i]);
	}
	write_side(out, &verdict->left);
	write_side(out, &verdict->right);
	if (verdict->state_diff != NULL) {
		(void)fputs("\n--- what was written, - on the left only, + on the right only\n", out);
		write_lines(out, verdict->state_diff);
	}
}
