/* shadow: only a running server has one. */
#include "admin/call.h"

enum command_result shadow_run(struct call *call)
{
	const struct command_place *place = call->place;
	char line[COMMAND_LINE_SIZE];
	if (place->shadow == NULL) {
		return call_refuse(call, "no server with --shadow runs on this DATA");
	}
	if (!place->shadow(place->shadow_context, call->arguments[0], line)) {
		return call_refuse(call, "on, off or status is expected");
	}
	stream_print(call->out, "%s", line);
	return COMMAND_DONE;
}
