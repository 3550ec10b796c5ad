/* A transaction as the verbs see it: rows behind a guard. Private to store/. After a failure, and after
 * a try has asked to write, every one of these finds nothing and does nothing. */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include <stdbool.h>
#include <stdint.h>

#include "store/key.h"
#include "store/rows.h"
#include "store/store.h"

/* What the store stands on. */
struct rows *txn_rows_of(struct store *store);

/* For a record that cannot be read, and for memory that ran out. The first one stays. */
void txn_fail(struct txn *txn, enum store_end failure);
/* Every verb that writes begins with it. False: nothing may be written; in a try it has now ended. */
bool txn_may_write(struct txn *txn);
/* Whether the transaction reads only, so that a verb that may write can choose to look. */
bool txn_only_reads(const struct txn *txn);
/* True when `texts` ran out of memory: the transaction has then failed. */
bool txn_texts_failed(struct txn *txn, const struct texts *texts);
/* Whether a record was read whole, into texts (NULL: none) that hold all of it; else the transaction has failed. */
bool txn_record_is_good(struct txn *txn, bool read, const struct texts *texts);

/* An empty key finds nothing. */
bool txn_get(struct txn *txn, enum table table, struct bytes key, struct bytes *value);
bool txn_get_id(struct txn *txn, enum table table, uint64_t id, struct bytes *value);
/* A value that is one number. */
bool txn_get_number(struct txn *txn, enum table table, struct bytes key, uint64_t *found);
bool txn_seek(
	struct txn *txn, enum table table, struct bytes key, struct bytes *found_key, struct bytes *value);
bool txn_seek_entry(
	struct txn *txn, enum table table, struct bytes key, struct bytes from, struct bytes *entry);
bool txn_seek_set(struct txn *txn, enum table table, struct bytes key, struct bytes *found_key);
bool txn_last(struct txn *txn, enum table table, struct bytes *key, struct bytes *value);
uint64_t txn_walk(struct txn *txn, const struct walk *walk, rows_visit *visit, void *context);
uint64_t txn_count(struct txn *txn, enum table table, struct bytes key);
void txn_stat(struct txn *txn, struct rows_stat *stat);

/* False: the backend does not know what was written. */
bool txn_visit_written(struct txn *txn, rows_changed *visit, void *context);
/* Likewise each row that was written since the store was opened. */
bool store_visit_rows(struct store *store, rows_written *visit, void *context);

void txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value);
void txn_put_number(struct txn *txn, enum table table, struct bytes key, uint64_t number);
void txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value);
bool txn_remove(struct txn *txn, enum table table, struct bytes key, struct bytes entry);

#define NO_BYTES ((struct bytes){0})

#endif
