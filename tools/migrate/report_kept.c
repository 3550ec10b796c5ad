/* Copies of verdicts: texts of foreign servers have no bound, copies have one. */
#include <stdlib.h>
#include <string.h>

#include "migrate/report_tally.h"
#include "migrate/report_words.h"

#define CUT "\n[the rest is left out]"

/* Takes over what it replaces. */
static bool take(const char **text)
{
	if (*text == NULL) {
		return true;
	}
	size_t length = strnlen(*text, KEPT_TEXT_MAX);
	bool cut = (*text)[length] != '\0';
	char *copy = malloc(length + sizeof CUT);
	if (copy != NULL) {
		memcpy(copy, *text, length);
		strcpy(copy + length, cut ? CUT : "");
	}
	*text = copy;
	return copy != NULL;
}

static bool take_side(struct report_side *side)
{
	bool taken = take(&side->name);
	taken = take(&side->request) && taken;
	taken = take(&side->reply) && taken;
	return take(&side->outcome) && taken;
}

/* Every text is replaced, by a copy or by NULL, before it is known whether all went well: kept_finish can free them. */
static bool take_texts(struct kept *kept)
{
	struct verdict *verdict = &kept->verdict;
	bool taken = take(&verdict->method);
	taken = take_side(&verdict->left) && taken;
	taken = take_side(&verdict->right) && taken;
	taken = take(&verdict->state_diff) && taken;
	taken = take(&verdict->repeat) && taken;
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		struct difference *difference = &kept->differences[i];
		taken = take(&difference->path) && taken;
		taken = take(&difference->left) && taken;
		taken = take(&difference->right) && taken;
		taken = take(&difference->rule) && taken;
	}
	return taken;
}

bool kept_copy(struct kept *kept, const struct verdict *verdict, const struct difference *settled)
{
	uint32_t count = verdict->difference_count;
	uint32_t shown = count < KEPT_DIFFERENCES_MAX ? count : KEPT_DIFFERENCES_MAX;
	*kept = (struct kept){.verdict = *verdict, .more = count - shown};
	kept->differences = calloc(shown > 0 ? shown : 1, sizeof *kept->differences);
	if (kept->differences == NULL) {
		return false;
	}
	memcpy(kept->differences, settled, shown * sizeof *settled);
	kept->verdict.differences = kept->differences;
	kept->verdict.difference_count = shown;
	if (!take_texts(kept)) {
		kept_finish(kept);
		return false;
	}
	return true;
}

static void drop(const char *text)
{
	free((void *)(uintptr_t)text); /* const only for those who look at it */
}

static void drop_side(struct report_side *side)
{
	drop(side->name);
	drop(side->request);
	drop(side->reply);
	drop(side->outcome);
}

void kept_finish(struct kept *kept)
{
	drop(kept->verdict.method);
	drop_side(&kept->verdict.left);
	drop_side(&kept->verdict.right);
	drop(kept->verdict.state_diff);
	drop(kept->verdict.repeat);
	for (uint32_t i = 0; i < kept->verdict.difference_count; i++) {
		drop(kept->differences[i].path);
		drop(kept->differences[i].left);
		drop(kept->differences[i].right);
		drop(kept->differences[i].rule);
	}
	free(kept->differences);
}
