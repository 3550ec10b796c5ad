/* What the parts of casting share. Private to casting*.c. */
#ifndef MIGRATE_CASTING_SCENE_H
#define MIGRATE_CASTING_SCENE_H

#include "migrate/casting.h"
#include "migrate/step_texts.h"

struct scene {
	struct cast *cast;
	struct txn *txn;
	const uint8_t *master_key;
	const struct step *step;
};

/* Copies bytes into the cast, with a NUL behind them. */
const char *scene_keep(struct cast *cast, const char *bytes, size_t length);
void scene_give(struct cast *cast, enum call_argument argument, enum call_form form, const char *bytes,
	size_t length);
void scene_give_text(const struct scene *scene, enum call_argument argument, const char *text);
void scene_give_id(struct cast *cast, enum call_argument argument, uint64_t number);
/* What '#' stands for in the step's texts: one of a few. */
unsigned scene_number(const struct scene *scene);
/* Whether the dialect can say what the choice is about. */
bool scene_has_words_for(enum dialect dialect, enum choice choice);
/* The latest id of a kind, or so many before it; 1 where there is none. */
uint64_t scene_latest(const struct scene *scene, enum counter counter, unsigned back);

/* The id of the thing that the step is about: an invite token, an invitation, a token. */
uint64_t scene_item(const struct scene *scene);

/* Puts another name where the group's, or the person's, id stands, where the step chose one and its call
 * has room. */
void scene_name_group(const struct scene *scene);
void scene_name_person(const struct scene *scene);

/* The invite that the step presents. Of a token's own call the record decides the group, so that other
 * dialects can name it. */
void scene_cast_invite(const struct scene *scene);
/* The request of a call that only one dialect has. */
void scene_write_request(const struct scene *scene);

#endif
