/* Other words than an id for a group or a person: slugs, usernames, several at once, "me". */
#include "migrate/casting_scene.h"

#include <inttypes.h>
#include <stdio.h>

#define SEVERAL_SIZE 80

static void give_several(
	const struct scene *scene, enum call_argument argument, const char *form, uint64_t id)
{
	char text[SEVERAL_SIZE];
	(void)snprintf(text, sizeof text, form, id, id + 1, id);
	scene_give_text(scene, argument, text);
}

void scene_name_group(const struct scene *scene)
{
	const struct step *step = scene->step;
	struct cast *cast = scene->cast;
	struct group group;
	uint8_t naming = step->choices[CHOICE_NAMING];
	if (step->dialect == DIALECT_LEGACY && step->kind == STEP_INFO && naming == NAMING_SEVERAL) {
		give_several(scene, CALL_GROUP, "%" PRIu64 ", %" PRIu64 ",x,%" PRIu64, cast->group_id);
	} else if (step->dialect == DIALECT_V3 && naming == NAMING_UNKNOWN_WORD) {
		scene_give_text(scene, CALL_GROUP, "nowhere");
	} else if (step->dialect == DIALECT_V3 && naming == NAMING_WORD &&
		   store_find_group(scene->txn, cast->group_id, &cast->scratch, &group)) {
		scene_give_text(scene, CALL_GROUP, texts_get(&cast->scratch, group.slug));
	}
}

static void name_in_path(const struct scene *scene, uint8_t naming)
{
	struct user user;
	if (naming == NAMING_UNKNOWN_WORD) {
		scene_give_text(scene, CALL_USER, "nobody");
	} else if (naming == NAMING_ME && scene->step->kind != STEP_REMOVE) { /* which would be to leave */
		scene_give_text(scene, CALL_USER, "me");
	} else if (naming == NAMING_WORD && scene->step->kind == STEP_USER_INFO &&
		   store_find_user(scene->txn, scene->cast->target_id, &scene->cast->scratch, &user)) {
		scene_give_text(scene, CALL_USER, texts_get(&scene->cast->scratch, user.slug));
	}
}

static void name_in_form(const struct scene *scene, uint8_t naming)
{
	static const char *const forms[NAMING_CHOICE_COUNT] = {
		[NAMING_WORD] = "Person%" PRIu64,
		[NAMING_ME] = "person%" PRIu64 ",person%" PRIu64,
		[NAMING_UNKNOWN_WORD] = "nobody%" PRIu64,
	};
	if (naming == NAMING_SEVERAL) {
		give_several(scene, CALL_USER, "%" PRIu64 " ,%" PRIu64 ",%" PRIu64, scene->cast->target_id);
	} else if (forms[naming] != NULL) {
		give_several(scene, CALL_USERNAME, forms[naming], scene->cast->target_id);
		scene->cast->call.arguments[CALL_USER].form = CALL_NOT_GIVEN;
	}
}

void scene_name_person(const struct scene *scene)
{
	const struct step *step = scene->step;
	uint8_t naming = step->choices[CHOICE_NAMING];
	bool in_path = step_looks_at(step->kind, CHOICE_NAMING) && step->kind != STEP_MINT;
	if (step->kind == STEP_USER_INFO && step->dialect == DIALECT_LEGACY) {
		name_in_form(scene, naming);
	} else if (step->dialect == DIALECT_V3 && in_path) {
		name_in_path(scene, naming);
	}
}
