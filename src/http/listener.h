/* A socket that is listened on. All threads share its descriptor. */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

#define ADDRESS_SIZE 136

struct listening {
	int descriptor;
	char address[ADDRESS_SIZE]; /* as a client writes it: "http://127.0.0.1:8080", "unix:/path" */
	/* Of a unix socket that was made here, removed at the end; "". */
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
	bool wildcard; /* an address that no client can write */
	unsigned port; /* 0: of a unix socket */
};

/* Binds and listens on "ADDR:PORT", "[V6]:PORT" or "unix:PATH". False: not possible, and `why` says so. */
bool listening_open(struct listening *listening, const char *name, char *why, size_t capacity);
/* Takes a stream socket that somebody else bound and made listen, a TCP or a unix one, and closes it at the end; the
 * path of a unix one stays. False: not possible, and `why` says so. */
bool listening_adopt(struct listening *listening, int descriptor, char *why, size_t capacity);
/* Whether a connected socket came through this one, a TCP one. */
bool listening_accepted(const struct listening *listening, int descriptor);
void listening_close(struct listening *listening);

#endif
