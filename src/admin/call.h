/* One command while it runs: what it was asked, where it works, what it prints through. Private to
 * admin/. */
#ifndef ADMIN_CALL_H
#define ADMIN_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "admin/command.h"
#include "admin/stream.h"
#include "text/check.h"

#define CALL_ARGUMENTS_MAX 2
#define CALL_OPTIONS_MAX 4

struct call {
	const struct command_place *place; /* its store may be missing where the command needs none */
	struct txn *txn;
	const char *arguments[CALL_ARGUMENTS_MAX];
	const char *options[CALL_OPTIONS_MAX]; /* in the order of the command's row; NULL: not given */
	struct texts texts; /* scratch of the command */
	struct stream *in;
	struct stream *out;
	struct stream *err;
};

/* As command_run, but ends soon after `stop` becomes readable (-1: never). */
enum command_result command_run_until(
	const struct command_place *place, int argc, char **argv, FILE *in, FILE *out, FILE *err, int stop);

/* Prints "joinery: ..." to err. Returns COMMAND_REFUSED. */
enum command_result call_refuse(struct call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Whether the store may grow; prints that it is full. Never inside a transaction. */
bool call_has_room(struct call *call);
/* A transaction at the source's time. */
void call_begin(struct call *call, enum txn_kind kind);
/* Ends it; prints why when it did not happen. */
enum command_result call_end(struct call *call);
/* The same about a transaction that ended elsewhere. */
enum command_result call_judge(struct call *call, enum store_end end);
/* Undoes it, then refuses. */
enum command_result call_abandon(struct call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Starts a listing: a transaction that reads, ended by the time in `timeout` (seconds; NULL: ten minutes)
 * where others share the store. False: not a time, and that is said. */
bool call_begin_listing(struct call *call, const char *timeout);
/* Ends it; says so when output or time ended before the list did. */
enum command_result call_end_listing(struct call *call);

/* A text of a class, added to the call's texts. False: it may not be stored, and that is said. */
bool call_take_text(
	struct call *call, enum text_class class, const char *name, const char *given, struct text *taken);
/* An id in canonical form. False: it is none, and that is said. */
bool call_take_id(struct call *call, const char *name, const char *given, uint64_t *id);

/* How long something lasts: a number of seconds, or one with s, m, h or d behind it; 1 to `max` seconds. False: it
 * is none, and that is said. */
bool call_take_duration(struct call *call, const char *name, const char *given, int64_t max, int64_t *seconds);

/* 32 random bytes, for what one run derives. */
void call_new_seed(const struct call *call, uint8_t seed[SEED_SIZE]);

/* The commands, one file per group: each is a function named in command.c's table. */
enum command_result application_add(struct call *call);
enum command_result application_list(struct call *call);
enum command_result application_disable(struct call *call);
enum command_result application_usage(struct call *call);
enum command_result people_user_add(struct call *call);
enum command_result people_user_list(struct call *call);
enum command_result people_user_suspend(struct call *call);
enum command_result people_user_activate(struct call *call);
enum command_result token_add(struct call *call);
enum command_result token_list(struct call *call);
enum command_result token_revoke(struct call *call);
enum command_result erase_run(struct call *call);
enum command_result group_list(struct call *call);
enum command_result group_show(struct call *call);
enum command_result group_transfer(struct call *call);
enum command_result group_lift_ban(struct call *call);
enum command_result invite_mint(struct call *call);
enum command_result invite_inspect(struct call *call);
enum command_result invite_attenuate(struct call *call);
enum command_result invite_revoke(struct call *call);
enum command_result feed_trim(struct call *call);
enum command_result shadow_run(struct call *call);
enum command_result backup_run(struct call *call);
enum command_result demo_make(struct call *call);
enum command_result import_run(struct call *call);
enum command_result export_run(struct call *call);
enum command_result fsck_run(struct call *call);
enum command_result outcomes_print(struct call *call);
enum command_result version_print(struct call *call);
enum command_result help_print(struct call *call);

#endif
