/* Recordings: one JSON line per exchange, as joineryd --record writes them; also read: combined logs of nginx, and HAR
 * files, whose secrets are replaced as soon as they are read. */
#ifndef MIGRATE_RECORDING_H
#define MIGRATE_RECORDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/request.h"
#include "observe/alias.h"

/* One exchange. Everything lives until the next one is read. */
struct recorded {
	uint64_t line; /* in the file, from 1 (HAR: number of the entry) */
	int64_t at_us; /* unix time */
	enum dialect dialect;
	const char *operation; /* "group_join"; "none" */
	const char *method;    /* "POST" */
	const char *path;      /* decoded, without the query; "/-": it matched no route, and is not told */
	json_t *query;	       /* object: name -> string, or array of strings where repeated; never NULL */
	json_t *form;	       /* likewise, of a form body; NULL: no form */
	json_t *body;	       /* of a JSON body; NULL: none */
	const char *raw_body;  /* a body that is neither; NULL: none */
	json_t *headers;       /* object of those that decide: authorization, x-auth-token, macaroon, content-type,
				* idempotency-key, if-match, if-none-match, x-request-id; lower case; an array where
				* repeated (its second value is not told); never NULL */
	const char *missing;   /* what the source could not hold, so that the call cannot be made again: "the body";
				* NULL: nothing. Static. */
	int status;	       /* 0: not known */
	const char *outcome;   /* "joined"; NULL: not known */
	int64_t latency_us;    /* -1: not known */
	const char *reply;     /* the body of the reply, secrets replaced; NULL: not known */
	const char *location;  /* of a reply without a body; NULL: none is known */
};

#define RECORDED_NAME_SIZE 192
/* What reports call it: "group.join", "v3 GET member_list"; "legacy POST" where no more is known. Returns `name`. */
const char *recorded_name(const struct recorded *recorded, char name[RECORDED_NAME_SIZE]);

struct recording;

/* "-": standard input. The format is found by its first bytes. NULL, with one line in `why`. One thread at a time. */
struct recording *recording_open(const char *path, char *why, size_t capacity);
/* Before the first recording_next: the key of the aliases that take the place of secrets in logs and HAR files, so that
 * they match DATA's. Without it the key is random: equal secrets have equal aliases in one run. */
void recording_set_key(struct recording *recording, const struct alias_key *key);
/* How far it is, for a progress bar: bytes read and in all (0: not known). */
void recording_progress(const struct recording *recording, uint64_t *read, uint64_t *total);
/* Entries of a log or HAR file so far that are no calls of an API: pages, documents, broken requests. */
uint64_t recording_skipped(const struct recording *recording);

enum recording_result {
	RECORDING_READ,
	RECORDING_END,
	RECORDING_BAD, /* `why` names the line; the next call goes on behind it */
};

enum recording_result recording_next(struct recording *recording, struct recorded *found, char *why, size_t capacity);
/* NULL does nothing. */
void recording_close(struct recording *recording);

#endif
