/* Commands about the program itself: they need no store. The table of outcomes is printed as Markdown, as it
 * stands in the README. */
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#include "admin/call.h"
#include "model/outcome.h"

static void print_legacy(struct stream *out, enum outcome outcome)
{
	const struct outcome_row *row = outcome_row(outcome);
	if (row->legacy_class == LEGACY_NEVER) {
		stream_print(out, " - |");
		return;
	}
	int changing = outcome_legacy_status(outcome, true);
	int reading = outcome_legacy_status(outcome, false);
	stream_print(out, " %d", changing);
	if (reading != changing) {
		stream_print(out, " or %d", reading);
	}
	stream_print(out, "%s%s |", row->legacy_message != NULL ? " " : "",
		row->legacy_message != NULL ? row->legacy_message : "");
}

static void print_json(struct stream *out, int status, const char *error, const char *message)
{
	if (status == 0) {
		stream_print(out, " - |");
		return;
	}
	stream_print(out, " %d%s%s%s%s |", status, error != NULL ? " " : "", error != NULL ? error : "",
		message != NULL ? " " : "", message != NULL ? message : "");
}

static bool same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether two outcomes look the same to every client. */
static bool same_answer(const struct outcome_row *a, const struct outcome_row *b)
{
	return a->legacy_class == b->legacy_class && same_text(a->legacy_message, b->legacy_message) &&
	       a->onezone_status == b->onezone_status && same_text(a->onezone_error, b->onezone_error) &&
	       same_text(a->onezone_description, b->onezone_description) && a->v3_status == b->v3_status &&
	       same_text(a->v3_message, b->v3_message);
}

/* Prints the names of all that look like this one. False: an earlier one's row has them. */
static bool print_names(struct stream *out, enum outcome outcome)
{
	const struct outcome_row *row = outcome_row(outcome);
	for (unsigned i = 0; i < outcome; i++) {
		if (same_answer(outcome_row((enum outcome)i), row)) {
			return false;
		}
	}
	stream_print(out, "| %s", row->name);
	for (unsigned i = outcome + 1; i < OUTCOME_COUNT; i++) {
		if (same_answer(outcome_row((enum outcome)i), row)) {
			stream_print(out, ", %s", outcome_row((enum outcome)i)->name);
		}
	}
	stream_print(out, " |");
	return true;
}

enum command_result outcomes_print(struct call *call)
{
	stream_print(call->out, "| outcomes | legacy | Onezone | v3 |\n|---|---|---|---|\n");
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		const struct outcome_row *row = outcome_row((enum outcome)i);
		if (!print_names(call->out, (enum outcome)i)) {
			continue;
		}
		print_legacy(call->out, (enum outcome)i);
		print_json(call->out, row->onezone_status, row->onezone_error, row->onezone_description);
		print_json(call->out, row->v3_status, NULL, row->v3_message);
		stream_print(call->out, "\n");
	}
	return COMMAND_DONE;
}

enum command_result version_print(struct call *call)
{
	stream_print(call->out, "joinery %s (jansson %s, libsodium %s)\n", JOINERY_VERSION, JANSSON_VERSION,
		SODIUM_VERSION_STRING);
	return COMMAND_DONE;
}
