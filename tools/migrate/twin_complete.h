/* What a call lacks for other dialects, looked up in the state. Private to twin. */
#ifndef MIGRATE_TWIN_COMPLETE_H
#define MIGRATE_TWIN_COMPLETE_H

#include "migrate/call.h"
#include "migrate/trial.h"

#define TWIN_ID_SIZE 24

/* Ids that stand for other words of the call. Lives as long as the call. */
struct twin_ids {
	char group[TWIN_ID_SIZE];
	char user[TWIN_ID_SIZE];
};

/* The text of a request, with the invites that its aliases stand for. */
void twin_reveal(struct trial *trial, const char *text, size_t length, struct call_request *revealed);

/* Gives the call, which was asked in `own`, what the others need: the invite itself, its group, an api_key,
 * and ids where slugs or a username stand. NULL: all may be asked; else why v3 must not be (static): there
 * one of its words is a name. */
const char *twin_complete(struct trial *trial, enum dialect own, struct call *call, struct twin_ids *ids);

#endif
