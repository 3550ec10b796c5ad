/* What whoever started the server is told of its life. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

/* Sends "READY=1" or "STOPPING=1" to the socket that NOTIFY_SOCKET names, as sd_notify(3) says; does nothing where
 * nobody asked for it. A failure is logged: the server serves all the same. */
void supervisor_tell(const char *state);

#endif
