/* Ordered rows of bytes: the seam below the store's verbs. Private to store/ and to tests. Two backends:
 * rows_lmdb.c and rows_memory.c; test/rows_fault.c wraps either.
 *
 * A table is one of two kinds. P: a key has one value. S: a key has a sorted set of entries, all of one
 * size. Keys and entries are compared as bytes. Keys are 1 to 511 bytes, entries and values of S tables
 * at most 511.
 *
 * The first failure in a transaction sticks: later calls find nothing and do nothing, and `end` reports
 * it. Bytes that a call returns are borrowed until the next write in, or the end of, the transaction. A
 * row transaction belongs to one thread at a time. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* NAME, name in the file, kind, bytes of an entry (S only). */
#define TABLES(X) \
	X(META, "meta", P, 0) \
	X(SECRET, "secret", P, 0) \
	X(APPLICATION, "application", P, 0) \
	X(USER, "user", P, 0) \
	X(USER_NAME, "user_name", P, 0) \
	X(USER_EMAIL, "user_email", P, 0) \
	X(USER_SLUG, "user_slug", P, 0) \
	X(TOKEN, "token", P, 0) \
	X(USER_TOKEN, "user_token", S, 8) \
	X(GROUP, "group", P, 0) \
	X(GROUP_TEXT, "group_text", P, 0) \
	X(GROUP_NAME, "group_name", S, 8) \
	X(GROUP_SLUG, "group_slug", P, 0) \
	X(MEMBER, "member", S, 24) \
	X(ROSTER, "roster", S, 16) \
	X(ROSTER_NAME, "roster_name", S, 32) \
	X(NOTE, "note", P, 0) \
	X(INVITE, "invite", P, 0) \
	X(INVITE_TOKEN, "invite_token", P, 0) \
	X(INVITATION, "invitation", P, 0) \
	X(INVITATION_EMAIL, "invitation_email", S, 8) \
	X(CHANGE, "change", P, 0) \
	X(GROUP_CHANGE, "group_change", S, 8) \
	X(IDEMPOTENCY, "idempotency", P, 0) \
	X(EXPIRY, "expiry", P, 0) \
	X(CHORE, "chore", P, 0) \
	X(USAGE, "usage", P, 0)

enum table {
#define X(name, ...) TABLE_##name,
	TABLES(X)
#undef X
	TABLE_COUNT,
};

enum table_kind {
	TABLE_KIND_P,
	TABLE_KIND_S,
};

struct table_row {
	const char *name;
	enum table_kind kind;
	size_t entry_size;
};

const struct table_row *table_row(enum table table);

#define KEY_SIZE_MAX 511

struct bytes {
	const void *data;
	size_t size;
};

/* Called per row, in order; false stops. Must not write in the same transaction. */
typedef bool rows_visit(void *context, struct bytes key, struct bytes value);

/* A row that differs from what it was when the transaction began; `before` or `after` without data: there was, or is,
 * none. In sets both are the entry itself. Bytes are borrowed for the time of the call. */
typedef void rows_changed(void *context, enum table table, struct bytes key, struct bytes before, struct bytes after);
/* A row that was written or removed at any time. */
typedef void rows_written(void *context, enum table table, struct bytes key, struct bytes value, bool removed);

/* What a walk visits. P tables: rows from `from` on whose key starts with `prefix`. S tables: the
 * entries of the set `prefix` (the whole key) from the entry at or after `from` on. Backwards: `from` is
 * the last one visited first, at or before it. An empty `from`: from the first (backwards: the last). */
struct walk {
	enum table table;
	struct bytes prefix;
	struct bytes from;
	bool backwards;
	uint64_t skip; /* not visited; skipping in a set costs a step per page of entries, not per entry */
	uint64_t max;
};

struct rows;
struct rows_txn;

struct rows_stat {
	uint64_t used_pages;	  /* of the whole file, free ones left out; 0: the backend has none */
	uint64_t page_size;
	uint64_t membership_pages; /* of member, roster and roster_name */
};

/* The functions of a backend; all must be given but `copy`, `size`, `visit_written` and `visit_all`. */
struct rows_driver {
	void (*destroy)(struct rows *rows);
	/* A transaction object, used again and again by one thread at a time. NULL: out of memory or
	 * readers. */
	struct rows_txn *(*txn_create)(struct rows *rows);
	void (*txn_destroy)(struct rows_txn *txn);
	/* Only one transaction that writes runs at a time: the caller's duty (txn.c takes turns). */
	void (*begin)(struct rows_txn *txn, bool writes);
	/* keep false: undo all of it. A transaction that reads always answers DONE unless a call failed. */
	enum store_end (*end)(struct rows_txn *txn, bool keep);
	bool (*get)(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *value);
	/* P: the first row with key at or after `key`. S: the first entry of the set `key` at or after
	 * `entry`. */
	bool (*seek)(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry,
		     struct bytes *found_key, struct bytes *found_value);
	/* The row with the greatest key (P only). */
	bool (*last)(struct rows_txn *txn, enum table table, struct bytes *key, struct bytes *value);
	/* The first key of an S table at or after `key`. */
	bool (*seek_set)(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *found_key);
	/* P: sets the value. S: adds the entry; adding one that is there does nothing. */
	void (*put)(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value);
	/* The same, promised to go behind every other key of the table (P) or entry of the set (S). */
	void (*append)(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value);
	/* P: `entry` is empty. True: it was there. */
	bool (*remove)(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry);
	/* Returns how many were visited. */
	uint64_t (*walk)(struct rows_txn *txn, const struct walk *walk, rows_visit *visit, void *context);
	/* S: entries of the set, O(1). P with an empty key: rows of the table. */
	uint64_t (*count)(struct rows_txn *txn, enum table table, struct bytes key);
	/* False: the disk has no room left for a batch, and could not be given more. Called
	 * while no transaction writes, by one thread at a time. */
	bool (*has_room)(struct rows *rows);
	/* Any time, any thread. NULL: it has no file. */
	struct store_size (*size)(struct rows *rows);
	void (*stat)(struct rows_txn *txn, struct rows_stat *stat);
	/* Writes what is committed to a file, as another such file. Any thread; others may read and write
	 * meanwhile. NULL: the backend has no file. */
	bool (*copy)(struct rows *rows, int file);
	/* What the open transaction, which writes, has changed so far: each row once, in no order. NULL: the backend
	 * does not know. */
	void (*visit_written)(struct rows_txn *txn, rows_changed *visit, void *context);
	/* What was written since the beginning, in the order of tables, keys and entries. NULL: likewise. */
	void (*visit_all)(struct rows *rows, rows_written *visit, void *context);
};

/* Every backend's struct begins with this. */
struct rows {
	const struct rows_driver *driver;
};

struct rows_txn {
	struct rows *rows;
};

struct rows_lmdb_options {
	const char *directory; /* exists */
	uint64_t map_size;     /* bytes; 0: 1 TiB, halved down to 1 GiB where the system refuses it */
	unsigned threads;      /* how many transactions that read may be open at once */
	bool exists;	       /* it is not created, and refused where its file is shorter than it says itself */
};

/* Opens or creates data.mdb. NULL: not possible, and `why` (capacity bytes) says so in one line. */
struct rows *rows_lmdb_open(const struct rows_lmdb_options *options, char *why, size_t capacity);

/* Rows in memory. `base`: rows of another backend that show through where nothing was written here, read
 * through one transaction held for life; NULL: nothing. The base must outlive it and must not change.
 * NULL: out of memory. */
struct rows *rows_memory_create(struct rows *base);
/* The rows of another in memory that has no base, which may change or end afterwards; no transaction that writes may
 * be open on it. All rows count as written. NULL: out of memory, or it is another backend or has a base. */
struct rows *rows_memory_copy(const struct rows *rows);

/* The driver's visit_all: every row that was written here and not in the base, removals with a NULL value: what two
 * forks are compared by. */
void rows_memory_visit_written(struct rows *memory, rows_written *visit, void *context);

#endif
