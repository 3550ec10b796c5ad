/* The requests of calls that only one dialect has: their twins are themselves, and what they do to the
 * state is what later calls meet. */
#include "migrate/casting_scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "migrate/world.h"
#include "text/time.h"

#define BAN_SOON_S 30
#define BAN_LATE_S 7200
#define PAST_S 10
#define KEYED_ONE_IN 4 /* calls that may be repeated */
#define KEY_SIZE 48
#define BODY_SIZE 512
#define REQUEST_SIZE 2048

static const struct {
	const char *method;
	const char *path; /* {g} the group, {u} the target, {i} an invite token's or invitation's id */
} requests[STEP_KIND_COUNT] = {
	[STEP_REVOKE] = {"DELETE", "/v3/groups/{g}/invite-tokens/{i}"},
	[STEP_CODE_CREATE] = {"POST", "/v3/groups/{g}/invite"},
	[STEP_CODE_DELETE] = {"DELETE", "/v3/groups/{g}/invite"},
	[STEP_APPROVE] = {"POST", "/v3/groups/{g}/requests/{u}/approve"},
	[STEP_DENY] = {"POST", "/v3/groups/{g}/requests/{u}/deny"},
	[STEP_DISCARD] = {"POST", "/v3/groups/{g}/requests/{u}/discard"},
	[STEP_WITHDRAW] = {"DELETE", "/v3/me/requests/{g}"},
	[STEP_INVITE] = {"POST", "/v3/groups/{g}/invitations"},
	[STEP_CANCEL] = {"DELETE", "/v3/groups/{g}/invitations/{i}"},
	[STEP_DECLINE] = {"DELETE", "/v3/me/invitations/{g}"},
	[STEP_BAN] = {"PUT", "/v3/groups/{g}/bans/{u}"},
	[STEP_UNBAN] = {"DELETE", "/v3/groups/{g}/bans/{u}"},
	[STEP_SET_ROLE] = {"PATCH", "/v3/groups/{g}/members/{u}"},
	[STEP_SUSPEND] = {"PUT", "/v3/users/{u}"},
	[STEP_GET_TOKEN] = {"POST", "/services/rest/"},
	[STEP_PUT_USER] = {"PUT", "/v3/users/{n}"},
	[STEP_ADD_TOKEN] = {"POST", "/v3/users/{u}/tokens"},
	[STEP_DROP_TOKEN] = {"DELETE", "/v3/users/{o}/tokens/{i}"},
};

/* What stands for a name in braces. */
struct word {
	const char *name;
	char text[TIME_TEXT_SIZE + 16];
};

#define WORDS 11
#define NEW_PEOPLE 4

static void put_argument(const struct scene *scene, enum call_argument argument, struct word *word)
{
	const char *bytes = scene->cast->call.arguments[argument].bytes;
	(void)snprintf(word->text, sizeof word->text, "%s", bytes == NULL || *bytes == '\0' ? "-" : bytes);
}

static void put_id(uint64_t id, struct word *word)
{
	(void)snprintf(word->text, sizeof word->text, "%" PRIu64, id);
}

uint64_t scene_item(const struct scene *scene)
{
	enum counter counter = scene->step->kind == STEP_CANCEL       ? COUNTER_INVITATION
			       : scene->step->kind == STEP_DROP_TOKEN ? COUNTER_TOKEN
								      : COUNTER_INVITE_TOKEN;
	return scene_latest(scene, counter, scene->step->choices[CHOICE_ITEM]);
}

/* Whose the token is that the step is about; nobody's: 1. */
static uint64_t owner_of_token(const struct scene *scene)
{
	struct token token;
	bool found = store_find_token(scene->txn, scene_item(scene), &scene->cast->scratch, &token);
	return found ? token.user_id : 1;
}

static void fill_words(const struct scene *scene, struct word words[WORDS])
{
	static const char *const names[WORDS] = {
		"{g}", "{u}", "{i}", "{soon}", "{late}", "{past}", "{k}", "{f}", "#", "{n}", "{o}"};
	static const int64_t spans_s[] = {BAN_SOON_S, BAN_LATE_S, -PAST_S};
	for (size_t i = 0; i < WORDS; i++) {
		words[i].name = names[i];
	}
	put_argument(scene, CALL_GROUP, &words[0]);
	put_argument(scene, CALL_USER, &words[1]);
	put_id(scene_item(scene), &words[2]);
	for (size_t i = 0; i < sizeof spans_s / sizeof *spans_s; i++) {
		time_write_rfc3339(store_now(scene->txn) + spans_s[i], words[3 + i].text);
	}
	put_argument(scene, CALL_API_KEY, &words[6]);
	world_write_frob(words[7].text, scene_number(scene));
	put_id(scene_number(scene), &words[8]);
	put_id(WORLD_PEOPLE + 1 + scene->step->seed % NEW_PEOPLE, &words[9]);
	put_id(owner_of_token(scene), &words[10]);
}

static const struct word *find_word(const struct word words[WORDS], const char *at)
{
	for (size_t i = 0; i < WORDS; i++) {
		if (strncmp(words[i].name, at, strlen(words[i].name)) == 0) {
			return &words[i];
		}
	}
	return NULL;
}

/* Replaces names in braces; the templates of this file's tables always fit. */
static size_t expand(const struct word words[WORDS], const char *template, char *text, size_t capacity)
{
	size_t length = 0;
	while (*template != '\0' && length + sizeof words->text < capacity) {
		const struct word *word = find_word(words, template);
		if (word == NULL) {
			text[length++] = *template ++;
			continue;
		}
		length += (size_t)snprintf(text + length, capacity - length, "%s", word->text);
		template += strlen(word->name);
	}
	text[length] = '\0';
	return length;
}

void scene_write_request(const struct scene *scene)
{
	const struct step *step = scene->step;
	struct word words[WORDS];
	char path[BODY_SIZE];
	char body[BODY_SIZE] = "";
	char text[REQUEST_SIZE];
	struct step_text_table bodies = step_bodies(step->kind);
	size_t body_length = 0;
	fill_words(scene, words);
	(void)expand(words, requests[step->kind].path, path, sizeof path);
	if (bodies.count > 0) {
		body_length = expand(words, bodies.rows[step->choices[CHOICE_BODY]].bytes, body, sizeof body);
	}
	char key[KEY_SIZE] = "";
	/* Who drops the token that was used cannot repeat the call. */
	if (step->seed % KEYED_ONE_IN == 0 && step->kind != STEP_DROP_TOKEN) {
		(void)snprintf(key, sizeof key, "Idempotency-Key: step-%" PRIu64 "\n", step->number);
	}
	bool form = step->dialect == DIALECT_LEGACY; /* which has the token elsewhere */
	const char *token = form ? NULL : scene->cast->call.arguments[CALL_TOKEN].bytes;
	int length = snprintf(text, sizeof text,
		"%s %s HTTP/1.1\nHost: localhost\n%s%s%s%sContent-Type: application/%s\nContent-Length: "
		"%zu\n\n%s",
		requests[step->kind].method, path, token != NULL ? "Authorization: Bearer " : "",
		token != NULL ? token : "", token != NULL ? "\n" : "", key,
		form ? "x-www-form-urlencoded" : "json", body_length, body);
	scene->cast->request = scene_keep(scene->cast, text, (size_t)length);
	scene->cast->request_length = (size_t)length;
}
