/* Records as bytes: byte 0 is the version, then a fixed part, then texts as length(2) and bytes. Private
 * to store/ and its tests.
 *
 * Readers are strict: every byte is accounted for and every value is one that a writer writes, so that
 * damage is found and not passed on. They do not know the id, which is the key's; `texts` NULL leaves
 * the texts out. What is found is undefined after false. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/change.h"
#include "model/group.h"
#include "store/rows.h"

/* Above the longest texts of a record together. */
#define RECORD_SIZE_MAX 8192

struct record {
	size_t size;
	bool too_long; /* a text did not fit: it must not be stored */
	uint8_t bytes[RECORD_SIZE_MAX];
};

/* A note as it is stored: beside an invited person it names the pending invitation. */
struct note_row {
	struct note note;
	uint64_t invitation_id; /* 0: none */
};

void record_write_user(struct record *record, const struct user *user, const struct texts *texts);
bool record_read_user(struct bytes bytes, struct texts *texts, struct user *found);
/* Without the description. */
void record_write_group(struct record *record, const struct group *group, const struct texts *texts);
bool record_read_group(struct bytes bytes, struct texts *texts, struct group *found);
/* The rows of secrets that are records: without the digest, which is the key's. */
void record_write_application(
	struct record *record, const struct application *application, const struct texts *texts);
bool record_read_application(struct bytes bytes, struct texts *texts, struct application *found);
void record_write_token(struct record *record, const struct token *token, const struct texts *texts);
bool record_read_token(struct bytes bytes, struct texts *texts, struct token *found);
void record_write_session(struct record *record, const struct session *session);
bool record_read_session(struct bytes bytes, struct session *found);
void record_write_frob(struct record *record, const struct frob *frob);
bool record_read_frob(struct bytes bytes, struct frob *found);
void record_write_note(struct record *record, const struct note_row *row, const struct texts *texts);
bool record_read_note(struct bytes bytes, struct texts *texts, struct note_row *found);
void record_write_invite(struct record *record, const struct invite *invite, const struct texts *texts);
bool record_read_invite(struct bytes bytes, struct texts *texts, struct invite *found);
void record_write_invite_token(
	struct record *record, const struct invite_token *token, const struct texts *texts);
bool record_read_invite_token(struct bytes bytes, struct texts *texts, struct invite_token *found);
void record_write_invitation(
	struct record *record, const struct invitation *invitation, const struct texts *texts);
bool record_read_invitation(struct bytes bytes, struct texts *texts, struct invitation *found);
void record_write_change(struct record *record, const struct change *change, const struct texts *texts);
bool record_read_change(struct bytes bytes, struct texts *texts, struct change *found);

/* An entry of `member`: no version byte, a change of layout is another table. */
#define MEMBER_ENTRY_SIZE 24
void record_write_member(uint8_t entry[MEMBER_ENTRY_SIZE], const struct membership *membership);
bool record_read_member(struct bytes entry, struct membership *found);

#endif
