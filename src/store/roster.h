/* The lists of a group, and the one entry per person and group that they imply. Private to store/. */
#ifndef STORE_ROSTER_H
#define STORE_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "store/txn.h"

/* The values are stored: never renumber. */
enum roster_list {
	ROSTER_MEMBERS = 1, /* since, user: the owner and admins too */
	ROSTER_ADMINS = 2, /* since, user: admins and the owner */
	ROSTER_REQUESTED = 3, /* since, user */
	ROSTER_INVITED = 4, /* since, user */
	ROSTER_BANNED = 5, /* until, user */
	ROSTER_INVITE_TOKENS = 6, /* created, id: the live ones */
	ROSTER_INVITATIONS = 7, /* created, id: the pending ones */
	ROSTER_OVER = 8, /* created, id: the other invitations, so that a deleted group's are found */
	ROSTER_DECISIONS = 9, /* at, user: for the same reason */
};
#define ROSTER_LIST_FIRST ROSTER_MEMBERS
#define ROSTER_LIST_LAST ROSTER_DECISIONS

#define ROSTER_ENTRY_SIZE 16
/* A group with more members than the first has rosters by name; falling to the second drops them. */
#define ROSTER_NAME_ABOVE 500
#define ROSTER_NAME_DROPPED_AT 250
#define ROSTER_NAME_ENTRY_SIZE 32

struct roster_entry {
	uint64_t order; /* a time; UINT64_MAX for a ban that is for good */
	uint64_t id;
};

struct key roster_key(uint64_t group_id, enum roster_list list);
uint64_t roster_order(int64_t time);
void roster_entry_write(uint8_t bytes[ROSTER_ENTRY_SIZE], struct roster_entry entry);
struct roster_entry roster_entry_read(struct bytes bytes);
void roster_add(struct txn *txn, uint64_t group_id, enum roster_list list, struct roster_entry entry);
void roster_remove(struct txn *txn, uint64_t group_id, enum roster_list list, struct roster_entry entry);
/* Entries, ended bans included. */
uint64_t roster_count(struct txn *txn, uint64_t group_id, enum roster_list list);

/* The lists that a membership stands on, at most two; returns how many. */
struct roster_place {
	enum roster_list list;
	struct roster_entry entry;
};
#define ROSTER_PLACES_MAX 2
unsigned roster_places(const struct membership *membership, struct roster_place places[ROSTER_PLACES_MAX]);

/* The roster by name. An entry is order(24) and user(8). */
void roster_name_entry_write(
	uint8_t bytes[ROSTER_NAME_ENTRY_SIZE], const uint8_t order[FOLD_ORDER_SIZE], uint64_t user_id);
bool roster_name_stands(struct txn *txn, uint64_t group_id);
/* Called after the user was added to, or removed from, the list of members. */
void roster_name_follow(struct txn *txn, uint64_t group_id, uint64_t user_id, bool added);
/* A user's order changed: rewrites the entries in all groups that have a roster by name. */
void roster_name_rename(struct txn *txn, uint64_t user_id, const uint8_t old_order[FOLD_ORDER_SIZE],
	const uint8_t new_order[FOLD_ORDER_SIZE]);

#endif
