/* A client's list of finished exchanges. The writer thread delivers, the client's thread takes. */
#ifndef WRITER_MAILBOX_H
#define WRITER_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>

#include "writer/exchange_list.h"

struct mailbox {
	pthread_mutex_t lock;
	struct exchange_list finished;
	bool notified; /* something else happened that its client wants to know */
	int descriptor; /* an eventfd: readable exactly while the list is not empty or the client was notified */
};

/* False: out of descriptors or other resources. */
bool mailbox_init(struct mailbox *mailbox);
void mailbox_finish(struct mailbox *mailbox);

/* Hands over all of `finished`, at least one, which is then empty. After this the mailbox may be gone. */
void mailbox_deliver(struct mailbox *mailbox, struct exchange_list *finished);
/* Wakes the client without delivering anything. */
void mailbox_notify(struct mailbox *mailbox);
/* All that was delivered, oldest first; NULL: nothing. It is not notified any more. */
struct exchange *mailbox_take(struct mailbox *mailbox);

#endif
