/* A store and an engine small enough to script: SLOTS_COUNT slots that can be joined and left, a commit
 * that can be held, and results of store_end that a test chooses. One at a time. */
#ifndef TEST_WRITER_FAKE_H
#define TEST_WRITER_FAKE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "store/store.h"

#define SLOTS_COUNT 2048
#define DIARY_MAX 4096
#define SCRIPT_MAX 64
#define APPLICATIONS_MAX 512
#define FAKE_FIRST_CHANGE 3 /* that is kept */

/* A request's item_id is the id of the application that asks. A request's user.id: what goes wrong with it in a transaction that writes, or everywhere. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_POISON, /* the transaction that runs it fails */
	TROUBLE_FORGETS, /* its reply loses a text */
	TROUBLE_STARVES, /* it finds in time that there is no memory: it writes nothing and is busy */
};

/* One transaction that wrote, ended or not. */
struct entry {
	int64_t now;
	unsigned executed;
	unsigned expired;
	bool swept;
	enum store_end end;
};

/* The world of one test; fake_reset makes it new. Fields that a running writer reads are atomic. */
struct fake {
	atomic_llong clock;
	atomic_bool room;
	atomic_uint due; /* rows */
	atomic_uint chores; /* slices */
	int64_t last_change_at; /* 0: the feed is empty */
	enum store_end script[SCRIPT_MAX]; /* of store_end, for transactions that write; then DONE */
	unsigned script_length;
	enum store_end try_end;
	_Atomic enum store_end read_end;
	atomic_uint commits; /* each makes a change */
};

extern struct fake fake;
extern const struct source fake_source;

void fake_reset(void);
/* Transactions that write stop in store_end before anything is visible, until fake_let_commit. */
void fake_hold_commit(void);
void fake_let_commit(void);
/* Returns when a transaction stands in a held store_end. */
void fake_wait_for_commit(void);
/* Returns when neither due rows nor chores are left. */
void fake_wait_for_chores(void);

/* How many calls of the application have been stored. */
uint64_t fake_calls(uint64_t application_id);
/* Returns when that many are. */
void fake_wait_for_calls(uint64_t application_id, uint64_t calls);

/* What was written, in order. */
unsigned fake_diary_count(void);
struct entry fake_diary(unsigned index);

#endif
