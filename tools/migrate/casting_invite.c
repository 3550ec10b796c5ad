/* The invites that a step can present, made from the records of the state: current ones, and every kind of
 * bad one. */
#include "migrate/casting_scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/secrets.h"
#include "migrate/world.h"

#define RECORDS_LOOKED_AT 12 /* invite tokens, from the latest back */
#define CAVEAT_SIZE 48
#define FORGED_BEFORE_END 12 /* letters: inside the signature */
#define NOBODY 9999

static void give_text(const struct scene *scene, const char *text, size_t length)
{
	scene_give(scene->cast, CALL_INVITE, CALL_TEXT, text, length);
}

/* The code of the group, or of the one before it; a wrong one where there is none. */
static void give_code(const struct scene *scene, bool of_another)
{
	struct invite invite;
	uint64_t group = scene->cast->group_id;
	group = of_another && group > 1 ? group - 1 : group;
	const char *code = store_find_invite(scene->txn, group, &scene->cast->scratch, &invite)
				   ? texts_get(&scene->cast->scratch, invite.code)
				   : "nocodeatall";
	give_text(scene, code, strlen(code));
}

/* Of the tokens that the world begins with, one of the group's or of any. */
static uint64_t first_record(const struct scene *scene, uint64_t group)
{
	uint64_t one = scene->step->seed >> 24;
	return group == 0 ? one % (WORLD_GROUPS * WORLD_TOKENS_PER_GROUP) + 1
			  : (group - 1) * WORLD_TOKENS_PER_GROUP + one % WORLD_TOKENS_PER_GROUP + 1;
}

/* A record of the cast's group, or of any where only the token names one: the latest, the one before, or
 * one that was there from the beginning. */
static bool find_record(const struct scene *scene, struct invite_token *found)
{
	uint8_t choice = scene->step->choices[CHOICE_INVITE];
	unsigned skip = choice == INVITE_EARLIER_MACAROON ? 1 : 0;
	uint64_t group = scene->step->kind == STEP_JOIN_BY_TOKEN ? 0 : scene->cast->group_id;
	for (unsigned back = 0; back < RECORDS_LOOKED_AT && choice != INVITE_FIRST; back++) {
		uint64_t id = scene_latest(scene, COUNTER_INVITE_TOKEN, back);
		bool stands = store_find_invite_token(scene->txn, id, &scene->cast->scratch, found);
		if (stands && (group == 0 || found->group_id == group) && skip-- == 0) {
			return true;
		}
	}
	return store_find_invite_token(scene->txn, first_record(scene, group), &scene->cast->scratch, found);
}

static void write_caveat(
	const struct scene *scene, const struct invite_token *record, char caveat[CAVEAT_SIZE])
{
	switch (scene->step->choices[CHOICE_INVITE]) {
	case INVITE_FOR_GROUP:
		(void)snprintf(caveat, CAVEAT_SIZE, "group = %" PRIu64, record->group_id);
		return;
	case INVITE_ENDED:
		(void)snprintf(caveat, CAVEAT_SIZE, "time < %" PRId64, store_now(scene->txn));
		return;
	case INVITE_FOR_ANOTHER:
		(void)snprintf(caveat, CAVEAT_SIZE, "user = %d", NOBODY);
		return;
	default:
		(void)snprintf(caveat, CAVEAT_SIZE, "group = %d", NOBODY);
	}
}

/* The record's macaroon, as it was minted, made narrower, or with another signature. */
static void give_macaroon(const struct scene *scene, const struct invite_token *record)
{
	char minted[MACAROON_SIZE_MAX + 1];
	char narrow[MACAROON_SIZE_MAX + 1];
	char caveat[CAVEAT_SIZE];
	const char *const caveats[] = {caveat};
	uint8_t choice = scene->step->choices[CHOICE_INVITE];
	const char *identifier = texts_get(&scene->cast->scratch, record->identifier);
	size_t length = secret_macaroon(scene->master_key, record, identifier, minted);
	if (choice == INVITE_FORGED) {
		char *at = &minted[length - FORGED_BEFORE_END];
		*at = *at == 'A' ? 'B' : 'A';
	}
	bool made_narrower = choice >= INVITE_FOR_GROUP && choice <= INVITE_OF_ANOTHER_GROUP;
	if (made_narrower && macaroon_read(minted, length, &scene->cast->macaroon)) {
		write_caveat(scene, record, caveat);
		length = macaroon_narrow(&scene->cast->macaroon, caveats, 1, narrow, sizeof narrow);
	}
	give_text(scene, made_narrower ? narrow : minted, length);
}

static void give_bad(const struct scene *scene, uint8_t choice)
{
	static const char garbage[] =
		"MDAxNWxvY2F0aW9uIG9uZXpvbmUKMDAzYmlkZW50aWZpZXIgOEhmSEFSSGdrbHFCa1pWSTRsNk1C";
	if (choice == INVITE_NUMBER) {
		scene_give(scene->cast, CALL_INVITE, CALL_NUMBER, "7", 1);
	} else {
		give_text(scene, garbage, choice == INVITE_EMPTY ? 0 : strlen(garbage));
	}
}

void scene_cast_invite(const struct scene *scene)
{
	uint8_t choice = scene->step->choices[CHOICE_INVITE];
	struct invite_token record;
	bool said = step_looks_at(scene->step->kind, CHOICE_INVITE) &&
		    scene_has_words_for(scene->step->dialect, CHOICE_INVITE);
	if (!said || choice == INVITE_NONE) {
		return;
	}
	if (choice >= INVITE_GARBAGE) {
		give_bad(scene, choice);
	} else if (choice == INVITE_CURRENT_CODE || choice == INVITE_UNKNOWN_CODE) {
		give_code(scene, choice == INVITE_UNKNOWN_CODE);
	} else if (find_record(scene, &record)) {
		give_macaroon(scene, &record);
		if (scene->step->kind == STEP_JOIN_BY_TOKEN) {
			scene->cast->group_id = record.group_id;
			scene_give_id(scene->cast, CALL_GROUP, record.group_id);
		}
	}
}
