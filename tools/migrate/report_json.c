/* The report for programs: one object per line, each with its kind. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/report_forms.h"
#include "migrate/report_words.h"

#define PERCENT_50 500
#define PERCENT_99 990

/* Bytes that JSON cannot hold are shown as what they are not: replaced. */
static json_t *text(const char *bytes)
{
	json_t *whole = bytes != NULL ? json_string(bytes) : json_null();
	if (whole != NULL) {
		return whole;
	}
	char *clean = words_clean(bytes, true);
	json_t *shown = clean != NULL ? json_string(clean) : NULL;
	free(clean);
	return shown;
}

static json_t *number(int64_t value)
{
	return value >= 0 ? json_integer(value) : json_null();
}

/* Takes the line over; what cannot be made is not written, and the end says what is missing. */
static void write_line(FILE *out, json_t *line)
{
	if (line != NULL) {
		(void)json_dumpf(line, out, JSON_COMPACT); /* see ferror */
		(void)fputc('\n', out);
	}
	json_decref(line);
}

static json_t *side_object(const struct report_side *side)
{
	return json_pack("{so,so,so,so,so,so}", "name", text(side->name), "status",
		side->status != 0 ? json_integer(side->status) : json_null(), "outcome", text(side->outcome),
		"latency_us", number(side->latency_us), "request", text(side->request), "reply", text(side->reply));
}

static json_t *difference_object(const struct difference *difference)
{
	const char *standing = standing_of_difference_name(standing_of(difference));
	return json_pack("{ss,ss,so,so,so,so}", "standing", standing, "kind",
		difference_kind_name(difference->kind), "path", text(difference->path), "left",
		text(difference->left), "right", text(difference->right), "rule", text(difference->rule));
}

static void write_call(FILE *out, const struct kept *kept)
{
	const struct verdict *verdict = &kept->verdict;
	json_t *differences = json_array();
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		(void)json_array_append_new(differences, difference_object(&verdict->differences[i]));
	}
	write_line(out, json_pack("{ss,sI,so,ss,so,so,so,sI,so,so}", "kind", "call", "number",
				(json_int_t)verdict->number, "method", text(verdict->method), "standing",
				standing_of_difference_name(kept->standing), "left", side_object(&verdict->left),
				"right", side_object(&verdict->right), "differences", differences, "more_differences",
				(json_int_t)kept->more, "state_diff", text(verdict->state_diff), "repeat",
				text(verdict->repeat)));
}

static json_t *latency_object(const struct latency *latency)
{
	return json_pack("{sI,so,so}", "calls", (json_int_t)latency->count, "p50_us",
		number(latency_quantile(latency, PERCENT_50)), "p99_us",
		number(latency_quantile(latency, PERCENT_99)));
}

static void write_row(FILE *out, const struct row *row)
{
	write_line(out, json_pack("{ss,so,so,so,sI,sI,sI,sI,sI,so,so}", "kind", "method", "method", text(row->method),
				"left", text(row->sides[0]), "right", text(row->sides[1]), "calls",
				(json_int_t)row->calls, "equal", (json_int_t)row->equal, "differs",
				(json_int_t)row->by_standing[DIFFERS], "accepted",
				(json_int_t)row->by_standing[ACCEPTED], "noise", (json_int_t)row->by_standing[NOISY],
				"left_latency", latency_object(&row->latency[0]), "right_latency",
				latency_object(&row->latency[1])));
	for (uint32_t i = 0; i < row->cause_count; i++) {
		const struct cause *cause = &row->causes[i];
		write_line(out, json_pack("{ss,so,so,so,ss,ss,so,so,sI,sI,so,so}", "kind", "cause", "method",
					text(row->method), "left", text(row->sides[0]), "right", text(row->sides[1]),
					"standing", standing_of_difference_name(cause->standing), "difference",
					difference_kind_name(cause->kind), "path", text(cause->path), "rule",
					cause->standing == ACCEPTED ? text(cause->rule) : json_null(), "count",
					(json_int_t)cause->count, "first", (json_int_t)cause->first, "first_left",
					text(cause->left), "first_right", text(cause->right)));
	}
}

static void write_end(FILE *out, const struct finished *finished)
{
	const struct tally *tally = finished->tally;
	for (uint32_t i = 0; i < finished->line_count; i++) {
		bool stale = i + finished->stale_count >= finished->line_count;
		write_line(out, json_pack("{ss,so}", "kind", stale ? "stale_rule" : "trouble", "line",
					text(finished->lines[i])));
	}
	write_line(out, json_pack("{ss,so,si,ss,sI,sI,sI,sI,sI,sI,sI,sI,sI,sI}", "kind", "end", "title",
				text(finished->title), "exit", (int)finished->end, "result",
				finished_word(finished->end), "calls", (json_int_t)tally->calls, "compared",
				(json_int_t)tally->compared, "without_twin", (json_int_t)tally->without_twin, "equal",
				(json_int_t)tally->equal, "differs", (json_int_t)tally->by_standing[DIFFERS],
				"accepted", (json_int_t)tally->by_standing[ACCEPTED], "noise",
				(json_int_t)tally->by_standing[NOISY], "calls_changed",
				(json_int_t)tally->effects[EFFECT_CHANGED], "calls_kept",
				(json_int_t)tally->effects[EFFECT_KEPT], "calls_read",
				(json_int_t)tally->effects[EFFECT_READ]));
}

void report_write_json(const struct finished *finished, FILE *out)
{
	const struct tally *tally = finished->tally;
	for (uint32_t i = 0; i < tally->kept_count; i++) {
		write_call(out, &tally->kept[i]);
	}
	for (uint32_t i = 0; i < tally->row_count; i++) {
		write_row(out, tally->rows[i]);
	}
	for (uint32_t i = 0; i < tally->untold_count; i++) {
		const struct untold *untold = &tally->untold[i];
		write_line(out, json_pack("{ss,so,so,so,so,sI,sI}", "kind", "no_twin", "method", text(untold->method),
					"left", text(untold->sides[0]), "right", text(untold->sides[1]), "reason",
					text(untold->reason), "count", (json_int_t)untold->count, "first",
					(json_int_t)untold->first));
	}
	write_end(out, finished);
}
