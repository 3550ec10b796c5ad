/* Replies that another system gives in place of this server's: the seam between the transport and whoever asks it. */
#ifndef HTTP_HOLDER_H
#define HTTP_HOLDER_H

#include <stddef.h>

/* An exchange whose own reply is at hand and that is not answered yet: its holder's, until it gives it back. */
struct http_held;

/* What goes to the client in place of the own reply; one block of malloc. */
struct http_answer {
	int status; /* 200 to 599 */
	size_t head_size;
	size_t body_size;
	char text[]; /* the reason and a NUL; names and values of headers, a NUL behind each; the body */
};

/* Called once for each exchange that is held, from any thread; the exchange, and `answer`, are then the transport's.
 * NULL: the own reply is sent. */
void http_held_give(struct http_held *held, struct http_answer *answer);

#endif
