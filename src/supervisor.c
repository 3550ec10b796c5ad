#include "supervisor.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <systemd/sd-daemon.h>

#include "log.h"

#define FORGET 1 /* for the library: what a child would inherit is taken out of the environment */

void supervisor_tell(const char *state)
{
	int told = sd_notify(0, state);
	if (told < 0) {
		log_write(LOG_WARNING, "the supervisor cannot be told %s: %s", state, strerror(-told));
	}
}

bool supervisor_take_sockets(int *sockets, size_t max, size_t *count, char *why, size_t capacity)
{
	int given = sd_listen_fds(FORGET);
	if (given < 0 || (size_t)given > max) {
		(void)snprintf(why, capacity, "LISTEN_FDS: expected at most %zu sockets", max);
		return false;
	}
	for (int i = 0; i < given; i++) {
		sockets[i] = SD_LISTEN_FDS_START + i;
		if (sd_is_socket(sockets[i], AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
			(void)snprintf(why, capacity, "descriptor %d: not a stream socket that listens", sockets[i]);
			return false;
		}
	}
	*count = (size_t)given;
	return true;
}
