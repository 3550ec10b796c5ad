/* DESIGN. No wake-up is lost: who begins to watch is counted first and looks at the store afterwards, the writer
 * commits first and looks at the count afterwards, both in one order of all (sequentially consistent): so
 * either the one sees the change, or the other the watcher. With nobody watching a commit costs two atomic
 * operations. */
#include "writer/watchers.h"

#include "writer/client.h"

bool watchers_init(struct watchers *watchers)
{
	atomic_init(&watchers->count, 0);
	atomic_init(&watchers->last_change, 0);
	watchers->first = NULL;
	return pthread_mutex_init(&watchers->lock, NULL) == 0;
}

void watchers_finish(struct watchers *watchers)
{
	(void)pthread_mutex_destroy(&watchers->lock); /* nobody holds it */
}

static void add(struct watchers *watchers, struct runner_client *client)
{
	client->next_watcher = watchers->first;
	watchers->first = client;
	atomic_fetch_add(&watchers->count, 1);
}

static void take_out(struct watchers *watchers, struct runner_client *client)
{
	struct runner_client **at = &watchers->first;
	while (*at != client) {
		at = &(*at)->next_watcher;
	}
	*at = client->next_watcher;
	atomic_fetch_sub(&watchers->count, 1);
}

void watchers_set(struct watchers *watchers, struct runner_client *client, bool watching)
{
	if (client->watching == watching) {
		return;
	}
	client->watching = watching;
	(void)pthread_mutex_lock(&watchers->lock); /* fails only when it was misused */
	if (watching) {
		add(watchers, client);
	} else {
		take_out(watchers, client);
	}
	(void)pthread_mutex_unlock(&watchers->lock);
}

void watchers_tell(struct watchers *watchers, uint64_t last_change)
{
	if (atomic_exchange(&watchers->last_change, last_change) == last_change ||
		atomic_load(&watchers->count) == 0) {
		return;
	}
	(void)pthread_mutex_lock(&watchers->lock);
	for (struct runner_client *client = watchers->first; client != NULL; client = client->next_watcher) {
		mailbox_notify(&client->mailbox);
	}
	(void)pthread_mutex_unlock(&watchers->lock);
}
