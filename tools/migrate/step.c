/* How random steps are invented: each kind has a profile, from which one step in six strays in one choice. */
#include "migrate/step.h"

#include <assert.h>
#include <string.h>

#include "migrate/step_texts.h"

#define ODD_ONE_IN 10 /* steps that have an odd choice */
#define PERSONS_OF 20
#define USUAL_BELOW 15 /* steps that are done by, and to, the persons that their kind is about */
#define ANYBODY_BELOW 17 /* those from there to here by anybody, the rest by who stands in a certain way */
#define STREAM_APART UINT64_C(0xd6e8feb86659fd93) /* so that neighbouring sequences have nothing in common */

#define BIT(choice) (1u << CHOICE_##choice)
#define FLAGS (BIT(EVENT_MODERATION) | BIT(MEMBER_MODERATION) | BIT(IS_PRIVATE))
#define GROUP_TEXTS (BIT(NAME) | BIT(DESCRIPTION) | FLAGS | BIT(TYPE) | BIT(FLAW))
#define GROUP_ID (BIT(GROUP) | BIT(NAMING))

#define PART_OF_LIST (BIT(PAGE) | BIT(PER_PAGE))
#define EACH (BIT(JUMP) | BIT(ACTOR) | BIT(TOKEN) | BIT(API_KEY))

#define DIALECTS 3

static const struct {
	uint8_t weight;
	uint8_t dialects[DIALECTS]; /* weights, by enum dialect: legacy, Onezone, v3 */
	enum person_choice actor; /* the usual one */
	enum person_choice target;
	uint32_t choices; /* bits, beside JUMP, ACTOR, TOKEN and API_KEY, which each has */
} profiles[STEP_KIND_COUNT] = {
	[STEP_JOIN] = {30, {6, 0, 4}, PERSON_STRANGER, PERSON_ANY,
		GROUP_ID | BIT(INVITE) | BIT(MESSAGE) | BIT(FLAW)},
	[STEP_JOIN_BY_TOKEN] = {20, {0, 1, 0}, PERSON_STRANGER, PERSON_ANY,
		BIT(GROUP) | BIT(INVITE) | BIT(FLAW)},
	[STEP_LEAVE] = {16, {4, 2, 2}, PERSON_MEMBER, PERSON_ANY, GROUP_ID | BIT(FLAW)},
	[STEP_ADD] = {8, {4, 1, 2}, PERSON_ANY, PERSON_ANY, GROUP_TEXTS},
	[STEP_EDIT] = {16, {4, 1, 2}, PERSON_OWNER, PERSON_ANY, GROUP_ID | GROUP_TEXTS | BIT(CONDITION)},
	[STEP_DELETE] = {2, {0, 1, 1}, PERSON_OWNER, PERSON_ANY, GROUP_ID | BIT(CONDITION)},
	[STEP_INFO] = {4, {4, 1, 2}, PERSON_MEMBER, PERSON_ANY, GROUP_ID | BIT(FLAW)},
	[STEP_MEMBERS] = {4, {4, 1, 2}, PERSON_MEMBER, PERSON_ANY,
		GROUP_ID | BIT(FLAW) | PART_OF_LIST | BIT(ORDER) | BIT(DIRECTION)},
	[STEP_MEMBER_CHECK] = {2, {0, 1, 2}, PERSON_MEMBER, PERSON_MEMBER, GROUP_ID | BIT(TARGET)},
	[STEP_REMOVE] = {8, {0, 1, 1}, PERSON_OWNER, PERSON_MEMBER, GROUP_ID | BIT(TARGET)},
	[STEP_MY_GROUPS] = {2, {4, 1, 2}, PERSON_MEMBER, PERSON_ANY, PART_OF_LIST | BIT(SORT)},
	[STEP_CHECK_TOKEN] = {1, {1, 0, 0}, PERSON_ANY, PERSON_ANY, 0},
	[STEP_USER_INFO] = {3, {2, 0, 1}, PERSON_ANY, PERSON_ANY, BIT(TARGET) | BIT(NAMING)},
	[STEP_MINT] = {8, {0, 1, 1}, PERSON_OWNER, PERSON_ANY,
		GROUP_ID | BIT(TARGET) | BIT(EXPIRES_IN) | BIT(MAX_USES) | BIT(FLAW)},
	[STEP_REVOKE] = {1, {0, 0, 1}, PERSON_OWNER, PERSON_ANY, BIT(GROUP) | BIT(ITEM)},
	[STEP_CODE_CREATE] = {2, {0, 0, 1}, PERSON_OWNER, PERSON_ANY, BIT(GROUP)},
	[STEP_CODE_DELETE] = {1, {0, 0, 1}, PERSON_OWNER, PERSON_ANY, BIT(GROUP)},
	[STEP_APPROVE] = {4, {0, 0, 1}, PERSON_OWNER, PERSON_REQUESTED, BIT(GROUP) | BIT(TARGET) | BIT(BODY)},
	[STEP_DENY] = {2, {0, 0, 1}, PERSON_ADMIN, PERSON_REQUESTED, BIT(GROUP) | BIT(TARGET) | BIT(BODY)},
	[STEP_DISCARD] = {1, {0, 0, 1}, PERSON_OWNER, PERSON_REQUESTED, BIT(GROUP) | BIT(TARGET) | BIT(BODY)},
	[STEP_WITHDRAW] = {1, {0, 0, 1}, PERSON_REQUESTED, PERSON_ANY, BIT(GROUP)},
	[STEP_INVITE] = {5, {0, 0, 1}, PERSON_OWNER, PERSON_STRANGER, BIT(GROUP) | BIT(TARGET) | BIT(BODY)},
	[STEP_CANCEL] = {1, {0, 0, 1}, PERSON_OWNER, PERSON_ANY, BIT(GROUP) | BIT(ITEM)},
	[STEP_DECLINE] = {1, {0, 0, 1}, PERSON_INVITED, PERSON_ANY, BIT(GROUP)},
	[STEP_BAN] = {4, {0, 0, 1}, PERSON_OWNER, PERSON_MEMBER, BIT(GROUP) | BIT(TARGET) | BIT(BODY)},
	[STEP_UNBAN] = {2, {0, 0, 1}, PERSON_OWNER, PERSON_BANNED, BIT(GROUP) | BIT(TARGET)},
	[STEP_SET_ROLE] = {4, {0, 0, 1}, PERSON_OWNER, PERSON_MEMBER, BIT(GROUP) | BIT(TARGET) | BIT(BODY)},
	[STEP_GET_TOKEN] = {1, {1, 0, 0}, PERSON_ANY, PERSON_ANY, BIT(BODY)},
	[STEP_PUT_USER] = {1, {0, 0, 1}, PERSON_OPERATOR, PERSON_ANY, BIT(BODY)},
	[STEP_ADD_TOKEN] = {1, {0, 0, 1}, PERSON_OPERATOR, PERSON_ANY, BIT(TARGET) | BIT(BODY)},
	[STEP_DROP_TOKEN] = {1, {0, 0, 1}, PERSON_OPERATOR, PERSON_ANY, BIT(ITEM)},
	[STEP_SUSPEND] = {2, {0, 0, 1}, PERSON_OPERATOR, PERSON_ANY, BIT(TARGET) | BIT(BODY)},
};

static const struct {
	const char *name;
	enum call_verb verb;
} kinds[STEP_KIND_COUNT] = {
#define X(name, text, verb) [STEP_##name] = {text, verb},
	STEP_KINDS(X)
#undef X
};

/* Weights of the choices that are no texts; what has weight 0 is odd. */
static const uint8_t jump_weights[STEP_JUMP_COUNT] = {40, 12, 8, 6, 2, 1};
static const uint8_t token_weights[TOKEN_CHOICE_COUNT] = {
	[TOKEN_PERSONAL] = 36, [TOKEN_OF_APPLICATION] = 3, [TOKEN_NEWEST] = 1};
static const uint8_t api_key_weights[API_KEY_CHOICE_COUNT] = {[API_KEY_ACTIVE] = 1};
static const uint8_t group_weights[GROUP_ODD] = {6, 4, 3, 1, 10};
static const uint8_t item_weights[] = {6, 3, 2, 1, 1, 1};
static const uint8_t naming_weights[NAMING_CHOICE_COUNT] = {20, 2, 1, 1};
static const uint8_t condition_weights[CONDITION_CHOICE_COUNT] = {8, 2, 1, 1};
static const uint8_t flaw_weights[CALL_FLAW_COUNT] = {[CALL_SOUND] = 1};
static const uint8_t invite_weights[INVITE_CHOICE_COUNT] = {
	[INVITE_CURRENT_CODE] = 1,
	[INVITE_MACAROON] = 6,
	[INVITE_EARLIER_MACAROON] = 2,
	[INVITE_FIRST] = 16,
	[INVITE_FOR_GROUP] = 2,
	[INVITE_ENDED] = 1,
	[INVITE_FOR_ANOTHER] = 1,
	[INVITE_FORGED] = 2,
};
static const uint8_t join_weights[INVITE_CHOICE_COUNT] = {
	[INVITE_NONE] = 12, [INVITE_CURRENT_CODE] = 1, [INVITE_MACAROON] = 4, [INVITE_FIRST] = 4};

uint64_t step_random(uint64_t *state)
{
	uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

static uint32_t below(uint64_t *state, uint32_t limit)
{
	return (uint32_t)(step_random(state) % limit);
}

/* An index, as often as its weight says. */
static uint8_t weighed(uint64_t *state, const uint8_t *weights, uint32_t count)
{
	uint32_t sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		sum += weights[i];
	}
	uint32_t left = below(state, sum);
	uint8_t i = 0;
	while (left >= weights[i]) {
		left -= weights[i++];
	}
	return i;
}

/* One of those that no weight speaks for; 0 where each has one. */
static uint8_t unweighed(uint64_t *state, const uint8_t *weights, uint32_t count)
{
	uint8_t found = 0;
	uint32_t seen = 0;
	for (uint8_t i = 0; i < count; i++) {
		if (weights[i] == 0 && below(state, ++seen) == 0) {
			found = i;
		}
	}
	return found;
}

#define WEIGHTS_MAX 32

static uint32_t text_weights(struct step_text_table table, uint8_t weights[WEIGHTS_MAX])
{
	assert(table.count <= WEIGHTS_MAX);
	for (uint32_t i = 0; i < table.count; i++) {
		weights[i] = (uint8_t)table.rows[i].weight;
	}
	return table.count;
}

/* The weights of a choice of this step; how many. Persons have none. */
static uint32_t weights_of(const struct step *step, enum choice choice, uint8_t weights[WEIGHTS_MAX])
{
	const uint8_t *invites = step->kind == STEP_JOIN ? join_weights : invite_weights;
	const struct {
		const uint8_t *rows;
		uint32_t count;
	} tables[CHOICE_COUNT] = {
		[CHOICE_JUMP] = {jump_weights, sizeof jump_weights},
		[CHOICE_TOKEN] = {token_weights, sizeof token_weights},
		[CHOICE_API_KEY] = {api_key_weights, sizeof api_key_weights},
		[CHOICE_GROUP] = {group_weights, sizeof group_weights},
		[CHOICE_NAMING] = {naming_weights, sizeof naming_weights},
		[CHOICE_CONDITION] = {condition_weights, sizeof condition_weights},
		[CHOICE_FLAW] = {flaw_weights, sizeof flaw_weights},
		[CHOICE_ITEM] = {item_weights, sizeof item_weights},
		[CHOICE_INVITE] = {invites, INVITE_CHOICE_COUNT},
	};
	if (tables[choice].rows == NULL) {
		return text_weights(
			choice == CHOICE_BODY ? step_bodies(step->kind) : step_texts(choice), weights);
	}
	memcpy(weights, tables[choice].rows, tables[choice].count);
	return tables[choice].count;
}

static uint8_t plain_person(uint64_t *state, enum person_choice usual)
{
	uint32_t chance = below(state, PERSONS_OF);
	if (chance < USUAL_BELOW) {
		return (uint8_t)usual;
	}
	return (uint8_t)(chance < ANYBODY_BELOW ? PERSON_ANY : below(state, PERSON_ANY));
}

static void choose_plainly(uint64_t *state, struct step *step)
{
	uint8_t weights[WEIGHTS_MAX];
	for (enum choice choice = 0; choice < CHOICE_COUNT; choice++) {
		uint32_t count = weights_of(step, choice, weights);
		step->choices[choice] = count > 0 ? weighed(state, weights, count) : 0;
	}
	step->choices[CHOICE_ACTOR] = plain_person(state, profiles[step->kind].actor);
	step->choices[CHOICE_TARGET] = plain_person(state, profiles[step->kind].target);
}

/* Makes one of the choices that the step looks at an odd one. */
static void stray(uint64_t *state, struct step *step)
{
	uint32_t open = profiles[step->kind].choices | BIT(TOKEN) | BIT(ACTOR);
	open |= step->dialect == DIALECT_LEGACY ? BIT(API_KEY) : 0;
	enum choice choice = 0;
	uint32_t seen = 0;
	for (enum choice i = 0; i < CHOICE_COUNT; i++) {
		if ((open & (1u << i)) != 0 && below(state, ++seen) == 0) {
			choice = i;
		}
	}
	if (choice == CHOICE_ACTOR) {
		step->choices[choice] = (uint8_t)below(state, PERSON_OPERATOR + 1);
		return;
	}
	if (choice == CHOICE_TARGET || choice == CHOICE_GROUP) {
		uint32_t first = choice == CHOICE_TARGET ? PERSON_ODD : GROUP_ODD;
		step->choices[choice] = (uint8_t)(first + below(state, step_odd_ids().count));
		return;
	}
	uint8_t weights[WEIGHTS_MAX];
	step->choices[choice] = unweighed(state, weights, weights_of(step, choice, weights));
}

void steps_invent(uint64_t seed, uint64_t first, struct step *steps, uint32_t count)
{
	uint64_t state = seed ^ (first * STREAM_APART);
	uint8_t weights[STEP_KIND_COUNT];
	for (enum step_kind kind = 0; kind < STEP_KIND_COUNT; kind++) {
		weights[kind] = profiles[kind].weight;
	}
	for (uint32_t i = 0; i < count; i++) {
		steps[i] = (struct step){.number = first + i, .seed = step_random(&state)};
		steps[i].kind = weighed(&state, weights, STEP_KIND_COUNT);
		steps[i].dialect = weighed(&state, profiles[steps[i].kind].dialects, DIALECTS);
		choose_plainly(&state, &steps[i]);
		if (below(&state, ODD_ONE_IN) == 0) {
			stray(&state, &steps[i]);
		}
	}
}

const char *step_kind_name(enum step_kind kind)
{
	return kinds[kind].name;
}

enum call_verb step_verb(enum step_kind kind)
{
	return kinds[kind].verb;
}

bool step_looks_at(enum step_kind kind, enum choice choice)
{
	return ((profiles[kind].choices | EACH) & (1u << choice)) != 0;
}
