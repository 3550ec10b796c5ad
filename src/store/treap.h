/* Ordered rows in memory: a treap whose nodes know the sum of the weights below them, so that counting
 * between two places is a descent, and their neighbours, so that a walk is a list. Private to store/. */
#ifndef STORE_TREAP_H
#define STORE_TREAP_H

#include "store/rows.h"

struct node {
	struct node *left;
	struct node *right;
	struct node *previous; /* in the order of the rows; NULL: none */
	struct node *next;
	uint64_t priority;
	int64_t weight;
	int64_t sum;  /* of the weights of the node and all below it */
	bool removed; /* the row is written as absent */
	uint64_t key_head; /* the first bytes as a number, which tells most rows apart without looking at the others */
	uint64_t value_head;
	struct bytes key;
	struct bytes value; /* of a set: the entry */
	uint8_t data[];	    /* both of them */
};

enum side {
	SIDE_BEFORE,	/* the row, or where it would be */
	SIDE_BEHIND,	/* the row */
	SIDE_BEHIND_ALL /* P: rows whose key starts with the key; S: entries of the set */
};

/* A place between two rows. */
struct cut {
	bool set; /* the table's kind: rows differ in their entries too */
	enum side side;
	uint64_t key_head;
	uint64_t entry_head;
	struct bytes key;
	struct bytes entry;
};

struct cut treap_cut(bool set, struct bytes key, struct bytes entry, enum side side);
struct cut treap_cut_at(bool set, const struct node *node, enum side side);

/* A node of its own with copies of the bytes; NULL: out of memory. */
struct node *treap_node(struct bytes key, struct bytes value, uint64_t priority);

/* Takes the one row of this key (and entry) out of the tree; NULL: there is none. */
struct node *treap_take(struct node **root, const struct cut *at);
/* Puts a node in; no other row may be in its place. */
void treap_put(struct node **root, struct node *node, bool set);

/* Copies a whole tree; false: out of memory, and what was copied is for treap_destroy. */
bool treap_copy(const struct node *root, struct node **copied);

/* The first row behind the cut, the last one before it; NULL: none. */
const struct node *treap_behind(const struct node *root, const struct cut *cut);
const struct node *treap_before(const struct node *root, const struct cut *cut);
/* The sum of the weights of all rows before the cut. */
int64_t treap_weight_before(const struct node *root, const struct cut *cut);

void treap_visit(const struct node *root, void (*visit)(void *context, const struct node *node), void *context);
void treap_destroy(struct node *root);

#endif
