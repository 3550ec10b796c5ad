/* The report for people at a terminal: the table first, then what differs, then how it ends. */
#include <inttypes.h>
#include <string.h>

#include "migrate/report_forms.h"
#include "migrate/report_text_call.h"
#include "migrate/report_words.h"

#define VALUE_SHOWN_MAX 60
#define NAME_SHOWN_MAX 200
#define KEPT_SHOWN_MAX 10 /* calls whose commands are printed; the other forms have them all */
#define PERCENT_50 500
#define PERCENT_99 990

const char *finished_word(enum migrate_exit end)
{
	switch (end) {
	case MIGRATE_EQUAL:
		return "equal";
	case MIGRATE_DIFFERENT:
		return "different";
	case MIGRATE_USAGE:
		return "not finished";
	case MIGRATE_UNREACHABLE:
		return "unreachable";
	case MIGRATE_STALE_RULE:
		return "stale rules";
	}
	return "";
}

static void write_name(FILE *out, const struct row *row)
{
	words_write_short(out, row->method, NAME_SHOWN_MAX);
	(void)fputs("  ", out);
	words_write_short(out, row->sides[0], NAME_SHOWN_MAX);
	(void)fputs(" / ", out);
	words_write_short(out, row->sides[1], NAME_SHOWN_MAX);
}

static void write_cause(FILE *out, const struct cause *cause)
{
	char count[WORDS_NUMBER_SIZE];
	(void)fprintf(out, "    %-8s %s ", standing_of_difference_name(cause->standing),
		difference_kind_name(cause->kind));
	words_write_short(out, cause->path, NAME_SHOWN_MAX);
	(void)fprintf(out, "%sx%s, first at %" PRIu64 ": ", *cause->path != '\0' ? " " : "",
		words_number(cause->count, count), cause->first);
	text_write_value(out, cause->left, VALUE_SHOWN_MAX);
	(void)fputs(" / ", out);
	text_write_value(out, cause->right, VALUE_SHOWN_MAX);
	if (cause->standing == ACCEPTED) {
		(void)fputs(" -- ", out);
		words_write_short(out, cause->rule, NAME_SHOWN_MAX);
	}
	(void)fputc('\n', out);
}

static void write_latencies(FILE *out, const struct row *row)
{
	for (size_t side = 0; side < 2; side++) {
		char times[2][WORDS_NUMBER_SIZE];
		(void)fprintf(out, " %9s %9s", words_time(latency_quantile(&row->latency[side], PERCENT_50), times[0]),
			words_time(latency_quantile(&row->latency[side], PERCENT_99), times[1]));
	}
}

static void write_row(FILE *out, const struct row *row, bool timed)
{
	(void)fprintf(out, "%9" PRIu64 " %9" PRIu64 " %8" PRIu64 " %8" PRIu64 " %7" PRIu64, row->calls, row->equal,
		row->by_standing[DIFFERS], row->by_standing[ACCEPTED], row->by_standing[NOISY]);
	if (timed) {
		write_latencies(out, row);
	}
	(void)fputs("  ", out);
	write_name(out, row);
	(void)fputc('\n', out);
}

static void write_table(FILE *out, const struct tally *tally)
{
	bool timed = report_tally_is_timed(tally);
	if (tally->row_count == 0) {
		return;
	}
	(void)fprintf(out, "\n    calls     equal   differ accepted   noise%s  method, sides\n",
		timed ? "  left p50       p99 right p50       p99" : "");
	for (uint32_t i = 0; i < tally->row_count; i++) {
		write_row(out, tally->rows[i], timed);
	}
}

/* By what is thought of them: what nothing explains comes last, next to the end of the report. */
static void write_causes(FILE *out, const struct tally *tally, enum standing_of_difference standing, const char *head)
{
	bool headed = false;
	for (uint32_t i = 0; i < tally->row_count; i++) {
		const struct row *row = tally->rows[i];
		bool named = false;
		for (uint32_t j = 0; j < row->cause_count; j++) {
			if (row->causes[j].standing != standing) {
				continue;
			}
			if (!named) {
				(void)fprintf(out, "%s  ", headed ? "" : head);
				write_name(out, row);
				(void)fputc('\n', out);
			}
			named = headed = true;
			write_cause(out, &row->causes[j]);
		}
	}
}

static void write_untold(FILE *out, const struct tally *tally)
{
	if (tally->untold_count > 0) {
		(void)fputs("\nNot compared, since the other side cannot be asked so:\n", out);
	}
	for (uint32_t i = 0; i < tally->untold_count; i++) {
		const struct untold *untold = &tally->untold[i];
		(void)fprintf(out, "%10" PRIu64 "  ", untold->count);
		words_write_short(out, untold->method, NAME_SHOWN_MAX);
		if (untold->sides[1] != NULL && *untold->sides[1] != '\0') {
			(void)fputs(" / ", out);
			words_write_short(out, untold->sides[1], NAME_SHOWN_MAX);
		}
		(void)fputs(": ", out);
		words_write_short(out, untold->reason, NAME_SHOWN_MAX);
		(void)fprintf(out, " (first at %" PRIu64 ")\n", untold->first);
	}
}

/* Whether something differs first at this call: what only looks like another one is not shown once more. */
static bool is_first(const struct tally *tally, const struct verdict *verdict)
{
	for (uint32_t i = 0; i < tally->row_count; i++) {
		const struct row *row = tally->rows[i];
		for (uint32_t j = 0; row_is_of(row, verdict) && j < row->cause_count; j++) {
			if (row->causes[j].first == verdict->number) {
				return true;
			}
		}
	}
	return false;
}

static void write_calls(FILE *out, const struct tally *tally)
{
	for (uint32_t i = 0; i < tally->kept_count; i++) {
		if (is_first(tally, &tally->kept[i].verdict)) {
			text_write_call(out, &tally->kept[i]);
		}
	}
}

/* Calls that differ from both of their twins have one command. */
static bool is_before(const struct tally *tally, uint32_t number)
{
	for (uint32_t i = 0; i < number; i++) {
		const struct kept *kept = &tally->kept[i];
		if (kept->standing == DIFFERS && kept->verdict.repeat != NULL &&
			strcmp(kept->verdict.repeat, tally->kept[number].verdict.repeat) == 0) {
			return true;
		}
	}
	return false;
}

static void write_repeats(FILE *out, const struct tally *tally)
{
	unsigned shown = 0;
	for (uint32_t i = 0; i < tally->kept_count && shown < KEPT_SHOWN_MAX; i++) {
		const struct kept *kept = &tally->kept[i];
		if (kept->standing != DIFFERS || kept->verdict.repeat == NULL || is_before(tally, i)) {
			continue;
		}
		(void)fputs(shown == 0 ? "\nTo repeat:\n  " : "  ", out);
		words_write_short(out, kept->verdict.repeat, KEPT_TEXT_MAX);
		(void)fputc('\n', out);
		shown++;
	}
}

/* Of calls, while all other numbers are of pairs. */
static void write_effects(FILE *out, const struct tally *tally)
{
	char numbers[EFFECT_COUNT][WORDS_NUMBER_SIZE];
	for (enum effect effect = 0; effect < EFFECT_COUNT; effect++) {
		(void)words_number(tally->effects[effect], numbers[effect]);
	}
	if (tally->effects[EFFECT_CHANGED] + tally->effects[EFFECT_KEPT] + tally->effects[EFFECT_READ] > 0) {
		(void)fprintf(out, "calls that have a twin: %s changed the state, %s would but were refused or "
			"needless, %s only read\n",
			numbers[EFFECT_CHANGED], numbers[EFFECT_KEPT], numbers[EFFECT_READ]);
	}
}

static void write_end(FILE *out, const struct finished *finished)
{
	char numbers[6][WORDS_NUMBER_SIZE];
	const struct tally *tally = finished->tally;
	for (uint32_t i = 0; i < finished->line_count; i++) {
		(void)fputs(i == 0 ? "\n" : "", out);
		words_write_short(out, finished->lines[i], KEPT_TEXT_MAX);
		(void)fputc('\n', out);
	}
	if (finished->lines_left_out > 0) {
		(void)fprintf(out, "and %" PRIu64 " more\n", finished->lines_left_out);
	}
	(void)fprintf(out, "\n%s: %s compared: %s equal, %s differ, %s accepted, %s noise; %s without a twin\n",
		finished_word(finished->end), words_number(tally->compared, numbers[0]),
		words_number(tally->equal, numbers[1]), words_number(tally->by_standing[DIFFERS], numbers[2]),
		words_number(tally->by_standing[ACCEPTED], numbers[3]),
		words_number(tally->by_standing[NOISY], numbers[4]), words_number(tally->without_twin, numbers[5]));
	write_effects(out, tally);
}

void report_write_text(const struct finished *finished, FILE *out)
{
	words_write_short(out, finished->title, NAME_SHOWN_MAX);
	(void)fputc('\n', out);
	write_table(out, finished->tally);
	write_untold(out, finished->tally);
	write_causes(out, finished->tally, NOISY, "\nNoise: it also differs between two runs of one side:\n");
	write_causes(out, finished->tally, ACCEPTED, "\nAccepted by rules:\n");
	write_causes(out, finished->tally, DIFFERS, "\nDifferent:\n");
	if (finished->whole) {
		write_calls(out, finished->tally);
	}
	write_repeats(out, finished->tally);
	write_end(out, finished);
}
