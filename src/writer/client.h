/* What a runner keeps per submitting thread; shared by runner.c and the delivery in writer.c. */
#ifndef WRITER_CLIENT_H
#define WRITER_CLIENT_H

#include "writer/mailbox.h"

struct runner_client {
	struct runner *runner;
	struct txn *txn; /* its thread's reads and tries */
	struct texts scratch; /* of the engine's runs on its thread */
	struct page page;
	struct mailbox mailbox;
	unsigned number; /* no two clients of a runner have the same */
	bool watching; /* only its own thread looks */
	struct runner_client *next_watcher; /* under the watchers' lock */
	/* The writer thread's, while it sorts a batch by client. */
	struct exchange_list outgoing;
	struct runner_client *outgoing_next;
};

#endif
