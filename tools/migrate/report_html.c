/* The report for a browser: one document without scripts, images or anything from elsewhere. It is also well-formed
 * XML, so that a test can check it whatever the replies hold. */
#include "migrate/report_html.h"

#include <inttypes.h>
#include <string.h>

#include "migrate/report_words.h"

#define PERCENT_50 500
#define PERCENT_99 990
#define COLUMNS 8 /* of the table of methods; without the last two where nothing was timed */
#define COLUMNS_UNTIMED 6

static const struct {
	const char *id;
	const char *head;
	const char *hint;
} SECTIONS[DIFFERENCE_STANDING_COUNT] = {
	[DIFFERS] = {"differences", "Differences",
		"Nothing explains these. Where a difference repeats itself, a few of its calls are shown."},
	[ACCEPTED] = {"accepted", "Accepted differences", "A rule names each of these, and why it is accepted."},
	[NOISY] = {"noise", "Noise", "This differs also between two runs of the same side, so it says nothing."},
};

static void write_tile(FILE *out, const char *class, uint64_t count, const char *name, const char *target)
{
	char number[WORDS_NUMBER_SIZE];
	bool linked = target != NULL && count > 0;
	(void)fprintf(out, "<li class=\"%s\">", count > 0 ? class : "zero");
	if (linked) {
		(void)fprintf(out, "<a href=\"#%s\">", target);
	}
	(void)fprintf(out, "<b>%s</b> %s%s</li>\n", words_number(count, number), name, linked ? "</a>" : "");
}

static void write_lines(FILE *out, const struct finished *finished)
{
	if (finished->line_count == 0) {
		return;
	}
	(void)fputs("<ul class=\"troubles\">\n", out);
	for (uint32_t i = 0; i < finished->line_count; i++) {
		bool stale = i + finished->stale_count >= finished->line_count;
		(void)fprintf(out, "<li><b>%s</b> ", stale ? "stale rule" : "trouble");
		words_write_html(out, finished->lines[i], false);
		(void)fputs("</li>\n", out);
	}
	if (finished->lines_left_out > 0) {
		(void)fprintf(out, "<li>and %" PRIu64 " more</li>\n", finished->lines_left_out);
	}
	(void)fputs("</ul>\n", out);
}

static const char *sentence(const struct finished *finished)
{
	switch (finished->end) {
	case MIGRATE_EQUAL:
		return finished->tally->compared > 0 ? "Equal: every difference, if there is one, is explained."
						     : "Nothing was compared.";
	case MIGRATE_DIFFERENT:
		return "Different: some calls are not answered alike.";
	case MIGRATE_USAGE:
		return "Not finished: see below.";
	case MIGRATE_UNREACHABLE:
		return "Unreachable: a side did not answer.";
	case MIGRATE_STALE_RULE:
		return "Stale rules: all is explained, but not by rules that are in order.";
	}
	return "";
}

static void write_top(FILE *out, const struct finished *finished)
{
	const struct tally *tally = finished->tally;
	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
		    "<meta charset=\"utf-8\"/>\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'\"/>\n<title>",
		out);
	(void)fprintf(out, "%s: ", finished_word(finished->end));
	words_write_html(out, finished->title, false);
	(void)fputs("</title>\n<style>\n", out);
	for (const char *const *line = REPORT_STYLE; *line != NULL; line++) {
		(void)fprintf(out, "%s\n", *line);
	}
	(void)fputs("</style>\n</head>\n<body>\n<main>\n<h1>", out);
	words_write_html(out, finished->title, false);
	(void)fprintf(out, "</h1>\n<p class=\"end %s\"><b>%s</b></p>\n",
		finished->end == MIGRATE_EQUAL ? "good" : "bad", sentence(finished));
	write_lines(out, finished);
	(void)fputs("<ul class=\"tiles\">\n", out);
	write_tile(out, "plain", tally->compared, "compared", "methods");
	write_tile(out, "good", tally->equal, "equal", NULL);
	for (enum standing_of_difference i = 0; i < DIFFERENCE_STANDING_COUNT; i++) {
		static const char *const NAMES[] = {"differ", "accepted", "noise"};
		write_tile(out, standing_of_difference_name(i), tally->by_standing[i], NAMES[i], SECTIONS[i].id);
	}
	write_tile(out, "plain", tally->without_twin, "without a twin", "untold");
	(void)fputs("</ul>\n", out);
}

/* The call that is kept of those that a cause counts; its index, or the count of all. */
static uint32_t example_of(const struct tally *tally, const struct row *row, const struct cause *cause)
{
	uint32_t i = 0;
	while (i < tally->kept_count && (tally->kept[i].verdict.number != cause->first ||
					 !row_is_of(row, &tally->kept[i].verdict))) {
		i++;
	}
	return i;
}

static void write_cause(FILE *out, const struct tally *tally, const struct row *row, const struct cause *cause)
{
	const char *name = standing_of_difference_name(cause->standing);
	uint32_t example = example_of(tally, row, cause);
	(void)fprintf(out, "<li><span class=\"tag %s\">%s</span> ", name, name);
	html_write_place(out, cause->kind, cause->path);
	(void)fprintf(out, " %s%" PRIu64 ", first ", "\xc3\x97", cause->count);
	if (example < tally->kept_count) {
		(void)fprintf(out, "<a href=\"#call-%" PRIu32 "\">at %" PRIu64 "</a>: ", example, cause->first);
	} else {
		(void)fprintf(out, "at %" PRIu64 ": ", cause->first);
	}
	html_write_value(out, cause->left);
	(void)fputs(" / ", out);
	html_write_value(out, cause->right);
	if (cause->standing == ACCEPTED) {
		(void)fputs(". ", out);
		words_write_html(out, cause->rule, false);
	}
	(void)fputs("</li>\n", out);
}

static void write_count(FILE *out, const char *label, const char *class, uint64_t count)
{
	char number[WORDS_NUMBER_SIZE];
	(void)fprintf(out, "<td data-label=\"%s\" class=\"%s\">%s</td>", label, count > 0 ? class : "zero",
		words_number(count, number));
}

static void write_latency(FILE *out, const char *label, const struct latency *latency)
{
	char p50[WORDS_NUMBER_SIZE];
	char p99[WORDS_NUMBER_SIZE];
	(void)fprintf(out, "<td data-label=\"%s\">%s / %s</td>", label,
		words_time(latency_quantile(latency, PERCENT_50), p50),
		words_time(latency_quantile(latency, PERCENT_99), p99));
}

static void write_row(FILE *out, const struct tally *tally, const struct row *row, bool timed)
{
	(void)fprintf(out, "<tr class=\"%s\"><th scope=\"row\">", row->by_standing[DIFFERS] > 0 ? "row bad" : "row");
	words_write_html(out, row->method, false);
	(void)fputs(" <span class=\"sides\">", out);
	words_write_html(out, row->sides[0], false);
	(void)fputs(" / ", out);
	words_write_html(out, row->sides[1], false);
	(void)fputs("</span></th>", out);
	write_count(out, "calls", "plain", row->calls);
	write_count(out, "equal", "good", row->equal);
	write_count(out, "differ", "differs", row->by_standing[DIFFERS]);
	write_count(out, "accepted", "accepted", row->by_standing[ACCEPTED]);
	write_count(out, "noise", "noise", row->by_standing[NOISY]);
	if (timed) {
		write_latency(out, "left p50 / p99", &row->latency[0]);
		write_latency(out, "right p50 / p99", &row->latency[1]);
	}
	(void)fputs("</tr>\n", out);
	if (row->cause_count == 0) {
		return;
	}
	(void)fprintf(out, "<tr class=\"causes\"><td colspan=\"%d\"><ul>\n", timed ? COLUMNS : COLUMNS_UNTIMED);
	for (uint32_t i = 0; i < row->cause_count; i++) {
		write_cause(out, tally, row, &row->causes[i]);
	}
	(void)fputs("</ul></td></tr>\n", out);
}

static void write_methods(FILE *out, const struct tally *tally)
{
	static const char *const HEADS[COLUMNS] = {
		"method", "calls", "equal", "differ", "accepted", "noise", "left p50 / p99", "right p50 / p99"};
	bool timed = report_tally_is_timed(tally);
	if (tally->row_count == 0) {
		return;
	}
	(void)fputs("<h2 id=\"methods\">Methods</h2>\n<table class=\"stacks methods\"><thead><tr>", out);
	for (int i = 0; i < (timed ? COLUMNS : COLUMNS_UNTIMED); i++) {
		(void)fprintf(out, "<th scope=\"col\">%s</th>", HEADS[i]);
	}
	(void)fputs("</tr></thead>\n<tbody>\n", out);
	for (uint32_t i = 0; i < tally->row_count; i++) {
		write_row(out, tally, tally->rows[i], timed);
	}
	(void)fputs("</tbody></table>\n", out);
}

static void write_section(FILE *out, const struct tally *tally, enum standing_of_difference standing)
{
	uint32_t shown = 0;
	char number[WORDS_NUMBER_SIZE];
	(void)fprintf(out, "<h2 id=\"%s\">%s</h2>\n", SECTIONS[standing].id, SECTIONS[standing].head);
	if (tally->by_standing[standing] == 0) {
		(void)fputs("<p class=\"none\">None.</p>\n", out);
		return;
	}
	(void)fprintf(out, "<p>%s</p>\n", SECTIONS[standing].hint);
	for (uint32_t i = 0; i < tally->kept_count; i++) {
		if (tally->kept[i].standing == standing) {
			html_write_call(out, &tally->kept[i], i, standing == DIFFERS && shown == 0);
			shown++;
		}
	}
	if (shown < tally->by_standing[standing]) {
		(void)fprintf(out, "<p>%s more calls are counted, and not shown.</p>\n",
			words_number(tally->by_standing[standing] - shown, number));
	}
}

static void write_untold(FILE *out, const struct tally *tally)
{
	(void)fputs("<h2 id=\"untold\">Calls without a twin</h2>\n", out);
	if (tally->untold_count == 0) {
		(void)fputs("<p class=\"none\">None: every call could be asked on both sides.</p>\n", out);
		return;
	}
	(void)fputs("<table class=\"stacks\"><thead><tr><th scope=\"col\">method</th><th scope=\"col\">calls</th>"
		    "<th scope=\"col\">first</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n",
		out);
	for (uint32_t i = 0; i < tally->untold_count; i++) {
		const struct untold *untold = &tally->untold[i];
		(void)fputs("<tr class=\"row\"><th scope=\"row\">", out);
		words_write_html(out, untold->method, false);
		(void)fputs(" <span class=\"sides\">", out);
		words_write_html(out, untold->sides[1], false);
		(void)fputs("</span></th>", out);
		write_count(out, "calls", "plain", untold->count);
		(void)fprintf(out, "<td data-label=\"first\">at %" PRIu64 "</td>", untold->first);
		(void)fputs("<td data-label=\"why\">", out);
		words_write_html(out, untold->reason, false);
		(void)fputs("</td></tr>\n", out);
	}
	(void)fputs("</tbody></table>\n", out);
}

void report_write_html(const struct finished *finished, FILE *out)
{
	write_top(out, finished);
	write_methods(out, finished->tally);
	for (enum standing_of_difference standing = 0; standing < DIFFERENCE_STANDING_COUNT; standing++) {
		write_section(out, finished->tally, standing);
	}
	write_untold(out, finished->tally);
	(void)fputs("</main>\n</body>\n</html>\n", out);
}
