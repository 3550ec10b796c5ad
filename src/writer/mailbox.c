/* The eventfd is written only when nothing waited, and read only by who takes all, both under the lock: so it is
 * readable exactly while something waits, and whoever took the last exchange may close it at once. */
#include "writer/mailbox.h"

#include <assert.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool mailbox_init(struct mailbox *mailbox)
{
	*mailbox = (struct mailbox){.descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
	if (mailbox->descriptor < 0) {
		return false;
	}
	if (pthread_mutex_init(&mailbox->lock, NULL) != 0) {
		(void)close(mailbox->descriptor); /* nothing was written to it */
		return false;
	}
	return true;
}

void mailbox_finish(struct mailbox *mailbox)
{
	assert(mailbox->finished.first == NULL);
	(void)close(mailbox->descriptor); /* nothing can be lost in it */
	(void)pthread_mutex_destroy(&mailbox->lock); /* nobody has it */
}

static bool nothing_waits(const struct mailbox *mailbox)
{
	return mailbox->finished.first == NULL && !mailbox->notified;
}

static void announce(struct mailbox *mailbox)
{
	int written = eventfd_write(mailbox->descriptor, 1);
	assert(written == 0); /* the counter is 0 here, so there is room */
	(void)written;
}

void mailbox_deliver(struct mailbox *mailbox, struct exchange_list *finished)
{
	assert(finished->first != NULL);
	pthread_mutex_lock(&mailbox->lock);
	bool first = nothing_waits(mailbox);
	exchange_list_append_all(&mailbox->finished, finished);
	if (first) {
		announce(mailbox);
	}
	pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_notify(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	if (nothing_waits(mailbox)) {
		announce(mailbox);
	}
	mailbox->notified = true;
	pthread_mutex_unlock(&mailbox->lock);
}

struct exchange *mailbox_take(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	struct exchange *taken = mailbox->finished.first;
	if (!nothing_waits(mailbox)) {
		eventfd_t counter;
		int taken_over = eventfd_read(mailbox->descriptor, &counter);
		assert(taken_over == 0); /* what waits has been announced */
		(void)taken_over;
		mailbox->finished = (struct exchange_list){0};
		mailbox->notified = false;
	}
	pthread_mutex_unlock(&mailbox->lock);
	return taken;
}
