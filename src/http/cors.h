/* Which origins a browser may show our replies to. */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>
#include <stddef.h>

struct evkeyvalq;

#define ALLOW_SIZE 64

struct cors {
	bool any;	  /* "*" */
	char *origins;	  /* comma-separated, without blanks; NULL with `any` or "none" */
};

/* "*", "none" or a list; NULL is "*". False: out of memory. */
bool cors_init(struct cors *cors, const char *option);
void cors_finish(struct cors *cors);

/* Adds the headers of any reply; `allow` (NULL: it is none): those of a preflight too. */
void cors_write(const struct cors *cors, const char *origin, const char *allow, struct evkeyvalq *headers);
/* Writes the methods as Allow names them, OPTIONS always among them. */
void cors_methods(unsigned methods, char text[ALLOW_SIZE]);

#endif
