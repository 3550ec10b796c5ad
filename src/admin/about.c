/* Commands about the program itself: they need no store. The table of outcomes is printed as Markdown, as it
 * stands in the README. */
#include <jansson.h>
#include <sodium.h>

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

enum command_result outcomes_print(struct call *call)
{
	stream_print(call->out, "| outcome | legacy | Onezone | v3 |\n|---|---|---|---|\n");
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		const struct outcome_row *row = outcome_row((enum outcome)i);
		stream_print(call->out, "| %s |", row->name);
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
