/* backup: the whole store as a file of its own, taken while others use it. */
#include <sys/stat.h>
#include <unistd.h>

#include "admin/call.h"

/* Waiting for who reads a pipe would keep the server from stopping. */
static bool is_empty_file(int descriptor)
{
	struct stat found;
	return descriptor >= 0 && fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode) && found.st_size == 0;
}

enum command_result backup_run(struct call *call)
{
	if (!is_empty_file(call->out->descriptor)) {
		return call_refuse(call, "a backup goes to a new file");
	}
	if (!store_copy(call->place->store, call->out->descriptor)) {
		return call_refuse(call, "the backup could not be written");
	}
	stream_print(call->err,
		"joinery: the backup does not hold the master key: keep a copy of master.key too\n");
	return COMMAND_DONE;
}
