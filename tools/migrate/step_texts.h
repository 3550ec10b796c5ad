/* The texts that steps choose from: plain ones, and odd ones of every class of bad input that the contracts name. */
#ifndef MIGRATE_STEP_TEXTS_H
#define MIGRATE_STEP_TEXTS_H

#include "migrate/step.h"

struct step_text {
	enum call_form form;
	const char *bytes; /* '#' stands for a small number that derives from the step's seed */
	uint32_t repeat; /* how often the bytes stand behind one another; 0: once */
	uint32_t weight; /* among the plain ones; 0: it is odd */
};

struct step_text_table {
	const struct step_text *rows;
	uint32_t count;
};

/* Of a choice that is a text; an empty table for all others. */
struct step_text_table step_texts(enum choice choice);
/* Ids that are none, and one that nothing has. */
struct step_text_table step_odd_ids(void);
/* What a kind that only v3 has sends as its body; rows' forms do not matter. {u} is the target's id, {soon}, {late} and
 * {past} are times. */
struct step_text_table step_bodies(enum step_kind kind);
/* Seconds that the clock jumps. */
#define STEP_JUMP_COUNT 6
extern const uint32_t step_jumps_s[STEP_JUMP_COUNT];

#endif
