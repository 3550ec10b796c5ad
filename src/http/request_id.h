/* Names for requests whose client gave none. */
#ifndef HTTP_REQUEST_ID_H
#define HTTP_REQUEST_ID_H

#include <stdint.h>

#define REQUEST_ID_MADE_SIZE 17 /* 16 hexadecimal digits and the NUL */

/* A thread's; not secret, only different from all others. */
struct request_ids {
	uint64_t state;
};

void request_ids_init(struct request_ids *ids);
void request_ids_next(struct request_ids *ids, char made[REQUEST_ID_MADE_SIZE]);

#endif
