/* The report for build servers: each method with its pair of sides is a case, and so are the rules and the run. */
#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>

#include "migrate/report_forms.h"
#include "migrate/report_words.h"

#define CASE_NAME_SIZE 1024

/* Results of the writer are not asked one by one: all it writes stands in memory, and what is missing there is missed
 * by whoever parses it. */
struct junit {
	xmlTextWriter *writer;
	const char *title;
};

static void attribute(const struct junit *junit, const char *name, const char *value)
{
	char *clean = words_clean(value, false);
	if (clean != NULL) {
		(void)xmlTextWriterWriteAttribute(junit->writer, BAD_CAST name, BAD_CAST clean);
	}
	free(clean);
}

static void attribute_number(const struct junit *junit, const char *name, uint64_t value)
{
	(void)xmlTextWriterWriteFormatAttribute(junit->writer, BAD_CAST name, "%" PRIu64, value);
}

static void words(const struct junit *junit, const char *text)
{
	char *clean = words_clean(text, true);
	if (clean != NULL) {
		(void)xmlTextWriterWriteString(junit->writer, BAD_CAST clean);
	}
	free(clean);
}

static void begin(const struct junit *junit, const char *name)
{
	(void)xmlTextWriterStartElement(junit->writer, BAD_CAST name);
}

static void end(const struct junit *junit)
{
	(void)xmlTextWriterEndElement(junit->writer);
}

static void begin_case(const struct junit *junit, const char *name)
{
	begin(junit, "testcase");
	attribute(junit, "classname", junit->title);
	attribute(junit, "name", name);
}

static void write_cause(const struct junit *junit, const struct cause *cause)
{
	char count[CASE_NAME_SIZE];
	words(junit, standing_of_difference_name(cause->standing));
	words(junit, " ");
	words(junit, difference_kind_name(cause->kind));
	words(junit, " ");
	words(junit, cause->path);
	(void)snprintf(count, sizeof count, " x%" PRIu64 ", first at %" PRIu64 ": ", cause->count, cause->first);
	words(junit, count);
	words(junit, cause->left != NULL ? cause->left : "(nothing)");
	words(junit, " / ");
	words(junit, cause->right != NULL ? cause->right : "(nothing)");
	words(junit, cause->standing == ACCEPTED ? " -- " : "");
	words(junit, cause->rule);
	words(junit, "\n");
}

static void write_causes(const struct junit *junit, const struct row *row, bool differing)
{
	for (uint32_t i = 0; i < row->cause_count; i++) {
		if ((row->causes[i].standing == DIFFERS) == differing) {
			write_cause(junit, &row->causes[i]);
		}
	}
}

static void write_repeats(const struct junit *junit, const struct tally *tally, const struct row *row)
{
	for (uint32_t i = 0; i < tally->kept_count; i++) {
		const struct kept *kept = &tally->kept[i];
		const struct verdict *verdict = &kept->verdict;
		if (row_is_of(row, verdict) && kept->standing == DIFFERS && verdict->repeat != NULL) {
			words(junit, verdict->repeat);
			words(junit, "\n");
		}
	}
}

static void write_row(const struct junit *junit, const struct tally *tally, const struct row *row)
{
	char text[CASE_NAME_SIZE];
	(void)snprintf(text, sizeof text, "%s (%s / %s)", row->method, row->sides[0], row->sides[1]);
	begin_case(junit, text);
	if (row->by_standing[DIFFERS] > 0) {
		begin(junit, "failure");
		attribute(junit, "type", "difference");
		(void)snprintf(text, sizeof text, "%" PRIu64 " of %" PRIu64 " calls differ",
			row->by_standing[DIFFERS], row->calls);
		attribute(junit, "message", text);
		write_causes(junit, row, true);
		write_repeats(junit, tally, row);
		end(junit);
	}
	if (row->by_standing[ACCEPTED] + row->by_standing[NOISY] > 0) {
		begin(junit, "system-out");
		write_causes(junit, row, false);
		end(junit);
	}
	end(junit);
}

static void write_untold(const struct junit *junit, const struct untold *untold)
{
	char text[CASE_NAME_SIZE];
	(void)snprintf(text, sizeof text, "%s (%s / %s): %s", untold->method, untold->sides[0], untold->sides[1],
		untold->reason);
	begin_case(junit, text);
	begin(junit, "skipped");
	(void)snprintf(text, sizeof text, "%" PRIu64 " calls without a twin: %s", untold->count, untold->reason);
	attribute(junit, "message", text);
	end(junit);
	end(junit);
}

static void write_line(const struct junit *junit, const char *line, bool stale)
{
	begin_case(junit, line);
	begin(junit, stale ? "failure" : "error");
	attribute(junit, "type", stale ? "stale rule" : "trouble");
	attribute(junit, "message", line);
	end(junit);
	end(junit);
}

static void write_suite(const struct junit *junit, const struct finished *finished)
{
	const struct tally *tally = finished->tally;
	uint64_t failures = finished->stale_count;
	for (uint32_t i = 0; i < tally->row_count; i++) {
		failures += tally->rows[i]->by_standing[DIFFERS] > 0;
	}
	begin(junit, "testsuite");
	attribute(junit, "name", junit->title);
	attribute_number(junit, "tests",
		(uint64_t)tally->row_count + tally->untold_count + finished->line_count);
	attribute_number(junit, "failures", failures);
	attribute_number(junit, "errors", finished->line_count - finished->stale_count);
	attribute_number(junit, "skipped", tally->untold_count);
	for (uint32_t i = 0; i < tally->row_count; i++) {
		write_row(junit, tally, tally->rows[i]);
	}
	for (uint32_t i = 0; i < tally->untold_count; i++) {
		write_untold(junit, &tally->untold[i]);
	}
	for (uint32_t i = 0; i < finished->line_count; i++) {
		write_line(junit, finished->lines[i], i + finished->stale_count >= finished->line_count);
	}
	end(junit);
}

void report_write_junit(const struct finished *finished, FILE *out)
{
	xmlBuffer *buffer = xmlBufferCreate();
	xmlTextWriter *writer = buffer != NULL ? xmlNewTextWriterMemory(buffer, 0) : NULL;
	if (writer == NULL) {
		xmlBufferFree(buffer);
		return;
	}
	const struct junit junit = {.writer = writer, .title = finished->title};
	(void)xmlTextWriterSetIndent(writer, 1);
	(void)xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
	begin(&junit, "testsuites");
	write_suite(&junit, finished);
	(void)xmlTextWriterEndDocument(writer);
	xmlFreeTextWriter(writer);
	(void)fputs((const char *)xmlBufferContent(buffer), out); /* see ferror */
	xmlBufferFree(buffer);
}
