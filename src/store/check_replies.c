/* Replies that are kept for repeated requests: each can be read, and ends. */
#include <stdlib.h>

#include "store/check.h"
#include "store/expiry.h"
#include "store/kept_reply.h"

struct replies {
	struct check *check;
	struct reply *reply; /* of the row under the eye */
};

static bool visit_reply(void *context, struct bytes key, struct bytes value)
{
	struct replies *replies = context;
	struct check *check = replies->check;
	struct kept kept;
	struct bytes found;
	reply_clear(replies->reply);
	if (!kept_reply_read_key(key, &kept) || !kept_reply_read(value, &kept, replies->reply)) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	struct due due = expiry_of_kept_reply(&kept);
	struct key expiry = expiry_key(&due);
	check_that(check, txn_get(check->txn, TABLE_EXPIRY, key_bytes(&expiry), &found), "reply kept for token",
		kept.token_id, "never ends");
	return true;
}

void check_replies(struct check *check)
{
	struct replies replies = {.check = check, .reply = malloc(sizeof *replies.reply)};
	const struct walk walk = {.table = TABLE_IDEMPOTENCY, .max = UINT64_MAX};
	if (replies.reply == NULL) {
		txn_fail(check->txn, STORE_FAILED);
		return;
	}
	reply_init(replies.reply);
	(void)txn_walk(check->txn, &walk, visit_reply, &replies);
	reply_finish(replies.reply);
	free(replies.reply);
}
