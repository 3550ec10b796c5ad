/* Nouns as objects of the export format: every member in its fixed order, so the same state gives the same
 * bytes. All return NULL when out of memory. Private to admin/. */
#ifndef ADMIN_LINES_H
#define ADMIN_LINES_H

#include <jansson.h>

#include "model/change.h"
#include "model/group.h"
#include "store/store.h"

json_t *lines_application(const struct application *application, const struct texts *texts);
/* `application` is the one that called. */
json_t *lines_usage(const struct usage *usage, const struct application *application, const struct texts *texts);
json_t *lines_user(const struct user *user, const struct texts *texts);
/* `application`: the digest of the token's application's key; NULL: personal. */
json_t *lines_token(const struct token *token, const uint8_t *application, const struct texts *texts);
json_t *lines_group(const struct group *group, const struct texts *texts);
/* `note`: NULL where none stands beside it. */
json_t *lines_membership(
	const struct membership *membership, const struct note *note, const struct texts *texts);
json_t *lines_decision(const struct membership *pair, const struct note *note, const struct texts *texts);
/* `held`: the address is somebody's, on whom the invitation had no effect. */
json_t *lines_invitation(const struct invitation *invitation, bool held, const struct texts *texts);
json_t *lines_invite(const struct invite *invite, const struct texts *texts);
json_t *lines_invite_token(const struct invite_token *token, const struct texts *texts);
json_t *lines_change(const struct change *change, const struct texts *texts);
json_t *lines_counter(enum counter counter, uint64_t value);

/* The names of a group's or a person's fields in a change, one per bit of enum given; ends with NULL. */
struct lines_field {
	const char *name;
	uint32_t bit;
};
extern const struct lines_field LINES_FIELDS[];

#endif
