/* Casting looks at the state with the store's own verbs. What is not there (no member, no code) is replaced
 * by what is next to it, so that each step asks for something. */
#include "migrate/casting.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/secrets.h"
#include "migrate/casting_scene.h"
#include "migrate/world.h"

#define GROUPS_LOOKED_AT 16
#define TAG_SIZE 80
#define JSON_ONE_IN 4 /* replies of the legacy API */
#define NUMBERS 24 /* '#' is one of so many: some names are taken */

struct cast *cast_create(void)
{
	struct cast *cast = calloc(1, sizeof *cast);
	if (cast != NULL) {
		texts_init(&cast->scratch, NULL, 0);
	}
	return cast;
}

void cast_destroy(struct cast *cast)
{
	if (cast != NULL) {
		texts_finish(&cast->scratch);
		free(cast);
	}
}

const char *scene_keep(struct cast *cast, const char *bytes, size_t length)
{
	assert(cast->used + length < sizeof cast->text);
	char *at = cast->text + cast->used;
	memcpy(at, bytes, length);
	at[length] = '\0';
	cast->used += length + 1;
	return at;
}

void scene_give(
	struct cast *cast, enum call_argument argument, enum call_form form, const char *bytes, size_t length)
{
	cast->call.arguments[argument].form = form;
	cast->call.arguments[argument].bytes = scene_keep(cast, bytes, length);
	cast->call.arguments[argument].length = length;
}

void scene_give_text(const struct scene *scene, enum call_argument argument, const char *text)
{
	scene_give(scene->cast, argument, CALL_TEXT, text, strlen(text));
}

void scene_give_id(struct cast *cast, enum call_argument argument, uint64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
	scene_give(cast, argument, CALL_TEXT, digits, (size_t)length);
}

unsigned scene_number(const struct scene *scene)
{
	return (unsigned)(scene->step->seed % NUMBERS);
}

static void give_row(const struct scene *scene, enum call_argument argument, const struct step_text *row)
{
	char text[CAST_TEXT_SIZE / 4];
	char number[8];
	size_t digits =
		(size_t)snprintf(number, sizeof number, "%u", scene_number(scene));
	size_t length = 0;
	for (uint32_t i = 0; i < (row->repeat > 0 ? row->repeat : 1); i++) {
		for (const char *at = row->bytes; *at != '\0'; at++) {
			bool is_number = *at == '#';
			size_t size = is_number ? digits : 1;
			assert(length + size <= sizeof text);
			memcpy(text + length, is_number ? number : at, size);
			length += size;
		}
	}
	if (row->form != CALL_NOT_GIVEN) {
		bool untyped = scene->step->dialect == DIALECT_LEGACY; /* forms hold texts only */
		scene_give(scene->cast, argument, untyped ? CALL_TEXT : row->form, text, length);
	}
}

uint64_t scene_latest(const struct scene *scene, enum counter counter, unsigned back)
{
	uint64_t next = store_counter(scene->txn, counter);
	return next > back + 1 ? next - 1 - back : 1;
}

/* The latest group that is there, or so many before it. */
static uint64_t latest_group(const struct scene *scene, unsigned back)
{
	struct group group;
	uint64_t id = scene_latest(scene, COUNTER_GROUP, 0);
	for (unsigned i = 0; i < GROUPS_LOOKED_AT && id > 1; i++, id--) {
		if (store_find_group(scene->txn, id, &scene->cast->scratch, &group) && back-- == 0) {
			return id;
		}
	}
	return id;
}

/* The group of the invite token or invitation that the step is about; 0: there is no such thing. */
static uint64_t group_of_item(const struct scene *scene)
{
	uint64_t id = scene_item(scene);
	struct invite_token token;
	struct invitation invitation;
	struct texts *scratch = &scene->cast->scratch;
	if (scene->step->kind == STEP_CANCEL) {
		return store_find_invitation(scene->txn, id, scratch, &invitation) ? invitation.group_id : 0;
	}
	return store_find_invite_token(scene->txn, id, scratch, &token) ? token.group_id : 0;
}

static void cast_group(const struct scene *scene)
{
	uint8_t choice = scene->step->choices[CHOICE_GROUP];
	struct cast *cast = scene->cast;
	if (choice >= GROUP_ODD) {
		give_row(scene, CALL_GROUP, &step_odd_ids().rows[choice - GROUP_ODD]);
		return;
	}
	cast->group_id = latest_group(scene, choice);
	if (step_looks_at(scene->step->kind, CHOICE_ITEM) && group_of_item(scene) != 0) {
		cast->group_id = group_of_item(scene);
	} else if (choice == GROUP_FIRST) {
		cast->group_id = scene->step->seed % WORLD_GROUPS + 1;
	} else if (choice == GROUP_COUNTED_BACK) {
		cast->group_id = scene_latest(scene, COUNTER_GROUP, scene_number(scene));
	}
	scene_give_id(cast, CALL_GROUP, cast->group_id);
	scene_name_group(scene);
}

/* How somebody stands whom a step is about. */
struct part {
	enum state state;
	enum role role; /* NONE: any */
	bool suspended;
};

static bool stands_as(const struct scene *scene, uint64_t person, struct part wanted)
{
	struct membership found = store_find_membership(scene->txn, scene->cast->group_id, person);
	struct user user;
	return found.state == wanted.state && (wanted.role == ROLE_NONE || found.role == wanted.role) &&
	       store_find_user(scene->txn, person, &scene->cast->scratch, &user) &&
	       user.active == !wanted.suspended;
}

/* The first who stands so, from a person on; 0: nobody does. */
static uint64_t find_part(const struct scene *scene, struct part wanted, uint64_t first)
{
	for (uint64_t i = 0; i < WORLD_PEOPLE; i++) {
		uint64_t person = (first + i) % WORLD_PEOPLE + 1;
		if (stands_as(scene, person, wanted)) {
			return person;
		}
	}
	return 0;
}

/* Who fits, looked for from a person on that `any` decides; where there is no such member, another one;
 * where nobody fits, that person. */
static uint64_t find_person(const struct scene *scene, uint8_t choice, uint64_t any)
{
	static const struct part parts[] = {
		[PERSON_OWNER] = {STATE_MEMBER, ROLE_OWNER, false},
		[PERSON_ADMIN] = {STATE_MEMBER, ROLE_ADMIN, false},
		[PERSON_MEMBER] = {STATE_MEMBER, ROLE_MEMBER, false},
		[PERSON_REQUESTED] = {STATE_REQUESTED, ROLE_NONE, false},
		[PERSON_INVITED] = {STATE_INVITED, ROLE_NONE, false},
		[PERSON_BANNED] = {STATE_BANNED, ROLE_NONE, false},
		[PERSON_STRANGER] = {STATE_NONE, ROLE_NONE, false},
		[PERSON_SUSPENDED] = {STATE_MEMBER, ROLE_NONE, true},
	};
	uint64_t first = any % WORLD_PEOPLE;
	if (choice >= PERSON_ANY) {
		return choice == PERSON_OPERATOR ? WORLD_OPERATOR : first + 1;
	}
	struct part wanted = parts[choice];
	uint64_t found = find_part(scene, wanted, first);
	if (found == 0 && wanted.state == STATE_MEMBER) {
		wanted.role = ROLE_NONE;
		found = find_part(scene, wanted, first);
	}
	return found != 0 ? found : first + 1;
}

static void cast_people(const struct scene *scene)
{
	struct cast *cast = scene->cast;
	const uint8_t *choices = scene->step->choices;
	cast->actor_id = find_person(scene, choices[CHOICE_ACTOR], scene->step->seed >> 8);
	if (!step_looks_at(scene->step->kind, CHOICE_TARGET)) {
		return;
	}
	if (choices[CHOICE_TARGET] >= PERSON_ODD) {
		give_row(scene, CALL_USER, &step_odd_ids().rows[choices[CHOICE_TARGET] - PERSON_ODD]);
		return;
	}
	if (scene->step->kind == STEP_MINT && choices[CHOICE_TARGET] == PERSON_ANY) {
		return; /* most tokens are for anybody */
	}
	cast->target_id = find_person(scene, choices[CHOICE_TARGET], scene->step->seed >> 16);
	scene_give_id(cast, CALL_USER, cast->target_id);
	scene_name_person(scene);
}

/* The token that was made last, if a call made it; its person acts. The application that it is of; 0: none.
 * */
static uint64_t give_newest_token(const struct scene *scene)
{
	char secret[USER_TOKEN_SIZE + 1];
	struct token token;
	uint64_t id = scene_latest(scene, COUNTER_TOKEN, 0);
	if (id <= WORLD_TOKENS || !store_find_token(scene->txn, id, &scene->cast->scratch, &token)) {
		return 0;
	}
	secret_user_token(scene->master_key, id, secret);
	scene->cast->actor_id = token.user_id;
	scene_give_text(scene, CALL_TOKEN, secret);
	return token.application_id;
}

static void cast_credentials(const struct scene *scene)
{
	char word[WORLD_WORD_SIZE];
	uint8_t token = scene->step->choices[CHOICE_TOKEN];
	uint8_t api_key = scene->step->choices[CHOICE_API_KEY];
	uint64_t application = token == TOKEN_NEWEST ? give_newest_token(scene) : 0;
	if (application != 0 && api_key == API_KEY_ACTIVE) {
		api_key = (uint8_t)(API_KEY_ACTIVE + application - 1);
	}
	if (token != TOKEN_MISSING && !call_has(&scene->cast->call, CALL_TOKEN)) {
		token = token == TOKEN_NEWEST ? TOKEN_PERSONAL : token;
		world_write_token(word, token, scene->cast->actor_id);
		scene_give_text(scene, CALL_TOKEN, word);
	}
	world_write_api_key(word, api_key);
	if (api_key != API_KEY_MISSING) {
		scene_give_text(scene, CALL_API_KEY, word);
	}
}

/* A text is given where the step's kind has it and its own dialect can say it. */
bool scene_has_words_for(enum dialect dialect, enum choice choice)
{
	static const uint32_t beyond[] = {
		[DIALECT_LEGACY] = 1u << CHOICE_TYPE | 1u << CHOICE_INVITE | 1u << CHOICE_MESSAGE |
				   1u << CHOICE_SORT,
		[DIALECT_ONEZONE] = 1u << CHOICE_DESCRIPTION | 1u << CHOICE_EVENT_MODERATION |
				    1u << CHOICE_MEMBER_MODERATION | 1u << CHOICE_IS_PRIVATE |
				    1u << CHOICE_PAGE | 1u << CHOICE_ORDER |
				    1u << CHOICE_DIRECTION | 1u << CHOICE_SORT,
		[DIALECT_V3] = 1u << CHOICE_TYPE | 1u << CHOICE_ORDER | 1u << CHOICE_DIRECTION,
	};
	return (beyond[dialect] & (1u << choice)) == 0;
}

static void cast_texts(const struct scene *scene)
{
	static const struct {
		enum choice choice;
		enum call_argument argument;
	} given[] = {
		{CHOICE_NAME, CALL_NAME},
		{CHOICE_DESCRIPTION, CALL_DESCRIPTION},
		{CHOICE_EVENT_MODERATION, CALL_EVENT_MODERATION},
		{CHOICE_MEMBER_MODERATION, CALL_MEMBER_MODERATION},
		{CHOICE_IS_PRIVATE, CALL_IS_PRIVATE},
		{CHOICE_TYPE, CALL_TYPE},
		{CHOICE_MESSAGE, CALL_MESSAGE},
		{CHOICE_EXPIRES_IN, CALL_EXPIRES_IN},
		{CHOICE_MAX_USES, CALL_MAX_USES},
		{CHOICE_PAGE, CALL_PAGE},
		{CHOICE_PER_PAGE, CALL_PER_PAGE},
		{CHOICE_ORDER, CALL_ORDER},
		{CHOICE_DIRECTION, CALL_DIRECTION},
		{CHOICE_SORT, CALL_ORDER},
	};
	const struct step *step = scene->step;
	/* Only the other JSON API knows conditions, too. */
	enum dialect dialect = call_has(&scene->cast->call, CALL_IF_MATCH) ? DIALECT_ONEZONE : step->dialect;
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		enum choice choice = given[i].choice;
		if (step_looks_at(step->kind, choice) && scene_has_words_for(dialect, choice)) {
			give_row(scene, given[i].argument, &step_texts(choice).rows[step->choices[choice]]);
		}
	}
}

/* What a dialect means where it is silent, said aloud: other dialects mean something else. */
static void cast_defaults(const struct scene *scene)
{
	static const struct {
		enum call_argument argument;
		const char *values[DIALECT_V3 + 1]; /* by enum dialect: legacy, Onezone, v3 */
	} defaults[] = {
		{CALL_EVENT_MODERATION, {"0", "0", "0"}},
		{CALL_MEMBER_MODERATION, {"0", "0", "1"}},
		{CALL_IS_PRIVATE, {"0", "1", "0"}},
		{CALL_UNIQUE_NAME, {"1", "0", "1"}},
	};
	const struct step *step = scene->step;
	struct cast *cast = scene->cast;
	bool names = step->kind == STEP_EDIT &&
		     (call_has(&cast->call, CALL_NAME) || call_has(&cast->call, CALL_IS_PRIVATE));
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
		enum call_argument argument = defaults[i].argument;
		bool due = step->kind == STEP_ADD || (names && argument == CALL_UNIQUE_NAME);
		if (due && cast->call.arguments[argument].form == CALL_NOT_GIVEN) {
			/* Of a condition the twin is Onezone's, which never asks for a unique name. */
			bool lax = argument == CALL_UNIQUE_NAME && call_has(&cast->call, CALL_IF_MATCH);
			const char *value = lax ? "0" : defaults[i].values[step->dialect];
			scene_give(cast, argument, CALL_FLAG, value, 1);
		}
	}
}

/* The tag of a group holds its version, and behind it what no condition looks at. */
static void cast_condition(const struct scene *scene)
{
	const struct step *step = scene->step;
	uint8_t condition = step->choices[CHOICE_CONDITION];
	struct group group = {0};
	char tag[TAG_SIZE];
	bool said = step_looks_at(step->kind, CHOICE_CONDITION) && step->dialect != DIALECT_LEGACY;
	if (!said || condition == CONDITION_NONE) {
		return;
	}
	if (condition == CONDITION_ANY || condition == CONDITION_GARBAGE) {
		scene_give_text(scene, CALL_IF_MATCH, condition == CONDITION_ANY ? "*" : "W/garbage");
		return;
	}
	(void)store_find_group(scene->txn, scene->cast->group_id, &scene->cast->scratch, &group); /* else 0 */
	(void)snprintf(tag, sizeof tag, "W/\"%" PRIu64 "-0123456789abcdef\"",
		group.version + (condition == CONDITION_STALE ? 1 : 0));
	scene_give_text(scene, CALL_IF_MATCH, tag);
}

/* Only where there is a body that can have it. A call without one asks for nothing but what its path says. */
static void cast_flaw(const struct scene *scene)
{
	static const uint32_t fitting[] = {
		[DIALECT_LEGACY] = 1u << CALL_WRONG_TYPE | 1u << CALL_TWICE,
		[DIALECT_ONEZONE] = ~(1u << CALL_TWICE),
		[DIALECT_V3] = ~(1u << CALL_TWICE),
	};
	const struct step *step = scene->step;
	struct call *call = &scene->cast->call;
	enum call_flaw flaw = step->choices[CHOICE_FLAW];
	bool fits = (fitting[step->dialect] & (1u << flaw)) != 0 && call_has_body(call, step->dialect);
	enum call_flaw sound = step->seed / JSON_ONE_IN % JSON_ONE_IN == 0 ? CALL_AS_JSON : CALL_SOUND;
	call->flaw = step_looks_at(step->kind, CHOICE_FLAW) && fits && flaw != CALL_SOUND ? flaw : sound;
	for (enum call_argument i = CALL_NAME; i < CALL_ARGUMENT_COUNT && call->flaw == CALL_BODILESS; i++) {
		call->arguments[i].form = CALL_NOT_GIVEN;
	}
	if (call->flaw == CALL_BODILESS && step->kind == STEP_MINT) {
		call->arguments[CALL_USER].form = CALL_NOT_GIVEN;
	}
}

static void cast_call(const struct scene *scene)
{
	const struct step *step = scene->step;
	if (step_looks_at(step->kind, CHOICE_GROUP)) {
		cast_group(scene);
	}
	scene_cast_invite(scene);
	cast_people(scene);
	cast_credentials(scene);
	cast_condition(scene);
	cast_texts(scene);
	cast_defaults(scene);
	cast_flaw(scene);
}

void cast_step(struct cast *cast, struct txn *txn, const uint8_t *master_key, const struct step *step)
{
	const struct scene scene = {.cast = cast, .txn = txn, .master_key = master_key, .step = step};
	cast->used = 0;
	cast->request = NULL;
	cast->request_length = 0;
	cast->group_id = 0;
	cast->target_id = 0;
	cast->dialect = step->dialect;
	cast->call = (struct call){.verb = step_verb(step->kind)};
	texts_clear(&cast->scratch);
	cast_call(&scene);
	if (cast->call.verb == CALL_OTHER) {
		scene_write_request(&scene);
	}
}

bool cast_ask(const struct cast *cast, struct call_request *written, struct span *asked)
{
	if (cast->request != NULL) {
		*asked = (struct span){cast->request, cast->request_length};
		return true;
	}
	bool found = call_ask(&cast->call, cast->dialect, written);
	*asked = (struct span){written->text, written->length};
	return found;
}
