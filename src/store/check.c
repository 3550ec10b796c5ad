/* The frame of the check: what its parts share, and the order in which they run. */
#include "store/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 160

void check_report(struct check *check, const char *what, uint64_t id, const char *wrong)
{
	char line[LINE_SIZE];
	(void)snprintf(line, sizeof line, "%s %" PRIu64 ": %s", what, id, wrong);
	check->result->errors++;
	check->report(check->context, line);
}

void check_that(struct check *check, bool holds, const char *what, uint64_t id, const char *wrong)
{
	/* After a failure nothing is found, so nothing that is missing says anything. */
	if (!holds && store_failure(check->txn) == STORE_DONE) {
		check_report(check, what, id, wrong);
	}
}

void check_sets(struct check *check, enum table table, rows_visit *visit)
{
	const uint8_t first = 0;
	struct key key;
	key_start(&key);
	key_add_bytes(&key, &first, 1);
	struct bytes found;
	while (txn_seek_set(check->txn, table, key_bytes(&key), &found)) {
		key_start(&key);
		key_add_bytes(&key, found.data, found.size);
		const struct walk walk = {.table = table, .prefix = key_bytes(&key), .max = UINT64_MAX};
		(void)txn_walk(check->txn, &walk, visit, check);
		key_add_u8(&key, 0);
	}
}

void check_rows(struct check *check, enum table table, rows_visit *visit)
{
	const struct walk walk = {.table = table, .max = UINT64_MAX};
	(void)txn_walk(check->txn, &walk, visit, check);
}

bool check_names(struct check *check, enum table table, struct bytes key, uint64_t id)
{
	uint64_t found;
	return txn_get_number(check->txn, table, key, &found) && found == id;
}

bool check_has_entry(struct check *check, enum table table, struct bytes key, const void *entry, size_t size)
{
	struct bytes found;
	return txn_seek_entry(check->txn, table, key, (struct bytes){.data = entry, .size = size}, &found) &&
	       found.size == size && memcmp(found.data, entry, size) == 0;
}

uint64_t check_count_rows(struct check *check, enum table table)
{
	return txn_count(check->txn, table, NO_BYTES);
}

void check_counter(struct check *check, enum table table, enum counter counter)
{
	struct bytes key;
	struct bytes value;
	if (txn_last(check->txn, table, &key, &value) && key.size == ID_SIZE) {
		uint64_t id = key_read_u64(key.data);
		check_that(check, id < store_counter(check->txn, counter), counter_name(counter), id,
			"is above the next id");
	}
}

void store_check(struct txn *txn, void (*report)(void *context, const char *line), void *context,
	struct check_result *result)
{
	static void (*const parts[])(struct check *) = {
		check_people,
		check_groups,
		check_members,
		check_invites,
		check_replies,
		check_feed,
	};
	memset(result, 0, sizeof *result);
	struct check check = {.txn = txn, .report = report, .context = context, .result = result};
	texts_init(&check.texts, NULL, 0);
	for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
		parts[i](&check);
	}
	texts_finish(&check.texts);
	struct rows_stat stat;
	txn_stat(txn, &stat);
	result->used_bytes = stat.used_pages * stat.page_size;
	result->membership_bytes = stat.membership_pages * stat.page_size;
	if (store_failure(txn) != STORE_DONE) {
		result->errors++;
		report(context, "a record cannot be read; nothing behind it was checked");
	}
}
