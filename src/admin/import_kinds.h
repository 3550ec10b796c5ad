/* One pair of functions per kind of line: find what is stored for it, or check it and put it. Private to
 * admin/. */
#ifndef ADMIN_IMPORT_KINDS_H
#define ADMIN_IMPORT_KINDS_H

#include "admin/import_put.h"

#define IMPORT_OUT_OF_MEMORY "out of memory"
#define IMPORT_NO_USER "there is no such user"
#define IMPORT_NO_GROUP "there is no such group"

/* Looks for the record that the line is about, and fills state->stored. */
typedef bool import_finder(struct import_state *state, const struct import_line *line);
/* Adds it. Returns why it cannot; NULL: it did. */
typedef const char *import_putter(struct import_state *state, struct import_line *line);

import_finder import_find_application, import_find_user, import_find_token, import_find_group,
	import_find_membership, import_find_decision, import_find_invitation, import_find_invite,
	import_find_invite_token, import_find_change, import_find_counter;
import_putter import_put_application, import_put_user, import_put_token, import_put_group,
	import_put_membership, import_put_decision, import_put_invitation, import_put_invite,
	import_put_invite_token, import_put_change, import_put_counter;

/* The record that the group's own line made for its owner gives way to the owner's line. */
bool import_is_made_for_owner(struct import_state *state, const struct import_line *line);

bool import_user_exists(struct import_state *state, uint64_t id);
/* Erased people, too: what they did is still told. */
bool import_user_existed(struct import_state *state, uint64_t id);
/* A time that the line does not give is the time of the import. */
int64_t import_time_or_now(
	const struct import_state *state, const struct import_line *line, const char *member, int64_t time);
/* The id that the line gives, or a fresh one (0: none given). Given ones raise the counter. */
uint64_t import_take_id(struct import_state *state, enum counter counter, uint64_t given);

#endif
