/* A client's list of finished exchanges. The writer thread delivers, the client's thread takes. */
#ifndef WRITER_MAILBOX_H
#define WRITER_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>

#include "writer/exchange_list.h"

struct mailbox {
	pthread_mutex_t lock;
	struct exchange_list finished;
	int descriptor; /* an eventfd: readable exactly while the list is not empty */
};

/* False: out of descriptors or other resources. */
bool mailbox_init(struct mailbox *mailbox);
void mailbox_finish(struct mailbox *mailbox);

/* Hands over all of `finished`, at least one, which is then empty. After this the mailbox may be gone. */
void mailbox_deliver(struct mailbox *mailbox, struct exchange_list *finished);
/* All that was delivered, oldest first; NULL: nothing. */
struct exchange *mailbox_take(struct mailbox *mailbox);

#endif
