/* Versions of what is shown alone. */
#include "engine/version.h"

#include "engine/secrets.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

uint64_t version_of_standing(const struct membership *membership, const struct note *note, const char *words)
{
	static const struct note none;
	const struct note *kept = note == NULL ? &none : note;
	const uint64_t numbers[] = {
		membership->group_id,
		membership->user_id,
		(uint64_t)membership->state,
		(uint64_t)membership->role,
		(uint64_t)membership->since,
		(uint64_t)membership->until,
		kept->by,
	};
	return secret_version(numbers, COUNT_OF(numbers), words, kept->words.length);
}

uint64_t version_of_invite(const struct invite *invite)
{
	const uint64_t numbers[] = {invite->id, invite->group_id, (uint64_t)invite->created_at};
	return secret_version(numbers, COUNT_OF(numbers), "", 0);
}

/* Whether the address is somebody's is not told, so the number does not depend on it either. */
uint64_t version_of_invitation(const struct invitation *invitation)
{
	const uint64_t numbers[] = {
		invitation->id,
		invitation->group_id,
		invitation->by,
		(uint64_t)invitation->created_at,
		(uint64_t)invitation->state,
	};
	return secret_version(numbers, COUNT_OF(numbers), "", 0);
}

/* --- what the request means */

/* Someone's standing, where it is in this state. */
static bool find_standing(struct rule *rule, uint64_t user_id, enum state state, uint64_t *version)
{
	struct texts *scratch = rule->circumstances->scratch;
	uint64_t group_id = rule->resolved.group.id;
	const struct membership membership = store_find_membership(rule->txn, group_id, user_id);
	if (membership.state != state) {
		return false;
	}
	struct note note;
	bool noted = state != STATE_MEMBER && membership.has_note &&
		     store_find_note(rule->txn, group_id, user_id, scratch, &note);
	*version = version_of_standing(
		&membership, noted ? &note : NULL, noted ? texts_get(scratch, note.words) : "");
	return true;
}

static bool find_target(struct rule *rule, enum state state, uint64_t *version)
{
	uint64_t user_id = 0;
	return rule_find_user_id(rule, &user_id) && find_standing(rule, user_id, state, version);
}

static bool find_invitation(struct rule *rule, uint64_t id, uint64_t *version)
{
	struct invitation invitation;
	if (!store_find_invitation(rule->txn, id, rule->circumstances->scratch, &invitation) ||
		invitation.group_id != rule->resolved.group.id) {
		return false;
	}
	*version = version_of_invitation(&invitation);
	return true;
}

bool version_group(struct rule *rule, uint64_t *version)
{
	*version = rule->resolved.group.version;
	return true;
}

bool version_member(struct rule *rule, uint64_t *version)
{
	return find_target(rule, STATE_MEMBER, version);
}

bool version_caller_member(struct rule *rule, uint64_t *version)
{
	return find_standing(rule, rule->resolved.caller.id, STATE_MEMBER, version);
}

bool version_request(struct rule *rule, uint64_t *version)
{
	return find_target(rule, STATE_REQUESTED, version);
}

bool version_caller_request(struct rule *rule, uint64_t *version)
{
	return find_standing(rule, rule->resolved.caller.id, STATE_REQUESTED, version);
}

bool version_ban(struct rule *rule, uint64_t *version)
{
	return find_target(rule, STATE_BANNED, version);
}

bool version_invite(struct rule *rule, uint64_t *version)
{
	struct invite invite;
	if (!store_find_invite(rule->txn, rule->resolved.group.id, rule->circumstances->scratch, &invite)) {
		return false;
	}
	*version = version_of_invite(&invite);
	return true;
}

bool version_invitation(struct rule *rule, uint64_t *version)
{
	return find_invitation(rule, rule->request->item_id, version);
}

bool version_caller_invitation(struct rule *rule, uint64_t *version)
{
	uint64_t id = 0;
	uint64_t caller_id = rule->resolved.caller.id;
	return store_find_invitation_of_user(rule->txn, rule->resolved.group.id, caller_id, &id) &&
	       find_invitation(rule, id, version);
}
