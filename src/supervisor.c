#include "supervisor.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

void supervisor_tell(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = name == NULL ? 0 : strlen(name);
	if (length == 0 || length >= sizeof address.sun_path) {
		return;
	}
	memcpy(address.sun_path, name, length);
	if (name[0] == '@') {
		address.sun_path[0] = '\0'; /* a name that is no file's */
	}
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (sendto(descriptor, state, strlen(state), 0, (const struct sockaddr *)&address, size) < 0) {
		log_write(LOG_WARNING, "the supervisor cannot be told %s: %s", state, strerror(errno));
	}
	(void)close(descriptor); /* there may be none */
}
