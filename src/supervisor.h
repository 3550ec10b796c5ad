/* What whoever started the server is told of its life, and what he hands over: systemd's protocol, sd_notify(3) and
 * sd_listen_fds(3). */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>

/* Sends "READY=1" or "STOPPING=1"; does nothing where nobody asked for it. A failure is logged: the server serves all
 * the same. */
void supervisor_tell(const char *state);

/* The sockets that were opened for this process, so that nobody is refused while it is started again; none where there
 * are none. They are the caller's now. Once, before there are threads: it forgets the variables. False: what was given
 * cannot be listened on, and `why` says so in one line. */
bool supervisor_take_sockets(int *sockets, size_t max, size_t *count, char *why, size_t capacity);

#endif
