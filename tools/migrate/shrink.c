/* Delta debugging: ever smaller pieces are left out until no single step can be; then, choice by choice, the rows of
 * the step tables are tried from the simplest on. Simpler choices can make more steps needless, so it is done over
 * until nothing changes. */
#include "migrate/shrink.h"

#include <assert.h>
#include <string.h>

#define PIECE_MAX 512 /* steps that are left out at once */

/* Moves the steps behind the piece over it. */
static void cut(struct step *steps, uint32_t count, uint32_t at, uint32_t size)
{
	memmove(steps + at, steps + at + size, (count - at - size) * sizeof *steps);
}

/* Puts a piece back that was cut; the steps behind the shorter sequence are as they were. */
static void restore(struct step *steps, uint32_t count, uint32_t at, uint32_t size, const struct step *piece)
{
	memmove(steps + at + size, steps + at, (count - at - size) * sizeof *steps);
	memcpy(steps + at, piece, size * sizeof *steps);
}

static uint32_t leave_out(
	struct step *steps, uint32_t count, uint32_t size, shrink_fails *fails, void *context)
{
	static _Thread_local struct step piece[PIECE_MAX];
	for (uint32_t at = 0; at + size <= count;) {
		memcpy(piece, steps + at, size * sizeof *steps);
		cut(steps, count, at, size);
		if (count > size && fails(context, steps, count - size)) {
			count -= size;
			continue;
		}
		restore(steps, count, at, size, piece);
		at += size;
	}
	return count;
}

static uint32_t leave_out_all(struct step *steps, uint32_t count, shrink_fails *fails, void *context)
{
	uint32_t size = count / 2 < PIECE_MAX ? count / 2 : PIECE_MAX;
	for (; size > 1; size /= 2) {
		count = leave_out(steps, count, size, fails, context);
	}
	for (uint32_t before = 0; before != count;) {
		before = count;
		count = leave_out(steps, count, 1, fails, context);
	}
	return count;
}

/* Whether a simpler row of the choice was found. */
static bool simplify(struct step *steps, uint32_t count, uint32_t at, enum choice choice, shrink_fails *fails,
	void *context)
{
	uint8_t was = steps[at].choices[choice];
	for (uint8_t row = 0; row < was; row++) {
		steps[at].choices[choice] = row;
		if (fails(context, steps, count)) {
			return true;
		}
	}
	steps[at].choices[choice] = was;
	return false;
}

static bool simplify_all(struct step *steps, uint32_t count, shrink_fails *fails, void *context)
{
	bool simpler = false;
	for (uint32_t at = 0; at < count; at++) {
		for (enum choice choice = 0; choice < CHOICE_COUNT; choice++) {
			simpler |= simplify(steps, count, at, choice, fails, context);
		}
	}
	return simpler;
}

uint32_t shrink_steps(struct step *steps, uint32_t count, shrink_fails *fails, void *context)
{
	assert(count > 0);
	do {
		count = leave_out_all(steps, count, fails, context);
	} while (simplify_all(steps, count, fails, context));
	return count;
}
