/* Counting in bounded memory: what looks alike is one cause with one example, what is beyond the bounds is counted in
 * a last place, and of the calls that differ enough are kept that each cause is seen, however often another one
 * comes. */
#include "migrate/report_tally.h"

#include <stdlib.h>
#include <string.h>

#include "migrate/report_words.h"
#include "migrate/rules.h"

#define SHOWN_ALIKE_MAX 3 /* calls kept for one cause once half of the room is taken */
#define EXAMPLE_SIZE_MAX 200

static const char OTHERS[] = "(others)";

enum standing_of_difference standing_of(const struct difference *difference)
{
	return difference->noise ? NOISY : difference->rule != NULL ? ACCEPTED : DIFFERS;
}

const char *standing_of_difference_name(enum standing_of_difference standing)
{
	static const char *const NAMES[DIFFERENCE_STANDING_COUNT] = {"differs", "accepted", "noise"};
	return NAMES[standing];
}

bool report_tally_init(struct tally *tally, uint32_t kept_max)
{
	*tally = (struct tally){.kept_max = kept_max};
	tally->kept = calloc(kept_max, sizeof *tally->kept);
	return tally->kept != NULL;
}

static char *copy(struct tally *tally, const char *text)
{
	char *copied = text != NULL ? strndup(text, EXAMPLE_SIZE_MAX) : NULL;
	tally->out_of_memory |= text != NULL && copied == NULL;
	return copied;
}

static bool is_same(const char *left, const char *right)
{
	return left != NULL && strcmp(left, right) == 0;
}

static const char *side_name(const struct report_side *side)
{
	return side->name != NULL ? side->name : "";
}

bool row_is_of(const struct row *row, const struct verdict *verdict)
{
	return is_same(row->method, verdict->method) && is_same(row->sides[0], side_name(&verdict->left)) &&
	       is_same(row->sides[1], side_name(&verdict->right));
}

static struct row *row_of(struct tally *tally, const struct verdict *verdict)
{
	const char *left = side_name(&verdict->left);
	const char *right = side_name(&verdict->right);
	for (uint32_t i = 0; i < tally->row_count; i++) {
		if (row_is_of(tally->rows[i], verdict)) {
			return tally->rows[i];
		}
	}
	if (tally->row_count > ROWS_MAX) {
		return tally->rows[ROWS_MAX];
	}
	bool full = tally->row_count == ROWS_MAX;
	struct row *row = calloc(1, sizeof *row);
	if (row == NULL) {
		tally->out_of_memory = true;
		return NULL;
	}
	row->method = copy(tally, full ? OTHERS : verdict->method);
	row->sides[0] = copy(tally, full ? "" : left);
	row->sides[1] = copy(tally, full ? "" : right);
	tally->rows[tally->row_count++] = row;
	return row;
}

static struct cause *cause_new(struct tally *tally, struct row *row)
{
	if (row->cause_count == 0) {
		row->causes = calloc(CAUSES_MAX + DIFFERENCE_STANDING_COUNT, sizeof *row->causes);
	}
	if (row->causes == NULL) {
		tally->out_of_memory = true;
		return NULL;
	}
	return &row->causes[row->cause_count++];
}

/* A row whose causes are all taken has one more for each standing: noise is not mixed with what counts. */
static struct cause *cause_of(struct tally *tally, struct row *row, const struct difference *difference,
	enum standing_of_difference standing, uint64_t number)
{
	char path[CAUSE_PATH_SIZE];
	const char *rule = standing == ACCEPTED ? difference->rule : "";
	words_pattern(difference->path, path, sizeof path);
	for (uint32_t i = 0; i < row->cause_count; i++) {
		struct cause *cause = &row->causes[i];
		bool alike = cause->kind == difference->kind && strcmp(cause->path, path) == 0 &&
			     is_same(cause->rule, rule);
		if (cause->standing == standing && (alike || (i >= CAUSES_MAX && *cause->path == OTHERS[0]))) {
			return cause;
		}
	}
	struct cause *cause = cause_new(tally, row);
	if (cause != NULL) {
		bool full = row->cause_count > CAUSES_MAX;
		*cause = (struct cause){.kind = difference->kind, .standing = standing, .first = number};
		strcpy(cause->path, full ? OTHERS : path);
		cause->rule = copy(tally, rule);
		cause->left = copy(tally, difference->left);
		cause->right = copy(tally, difference->right);
	}
	return cause;
}

/* Settles what is thought of the difference. */
static enum standing_of_difference judge(struct rules *rules, const char *method, struct difference *difference)
{
	if (!difference->noise && difference->rule == NULL && rules != NULL) {
		difference->rule = rules_accept(rules, method, difference);
	}
	return standing_of(difference);
}

/* A call's differences as they are settled, and what follows. */
struct judged {
	struct difference settled[KEPT_DIFFERENCES_MAX]; /* the first of them */
	enum standing_of_difference worst;		 /* DIFFERENCE_STANDING_COUNT: there is none */
	bool wanted;					 /* one of them is not shown often enough yet */
};

static void count_differences(struct tally *tally, struct rules *rules, struct row *row,
	const struct verdict *verdict, struct judged *judged)
{
	bool roomy = tally->kept_count < tally->kept_max / 2;
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		struct difference difference = verdict->differences[i];
		enum standing_of_difference standing = judge(rules, verdict->method, &difference);
		judged->worst = standing < judged->worst ? standing : judged->worst;
		if (i < KEPT_DIFFERENCES_MAX) {
			judged->settled[i] = difference;
		}
		struct cause *cause = row != NULL ? cause_of(tally, row, &difference, standing, verdict->number) : NULL;
		if (cause == NULL) {
			continue;
		}
		cause->count++;
		if (cause->shown < SHOWN_ALIKE_MAX || roomy) {
			cause->shown++;
			judged->wanted = true;
		}
	}
}

static void count_untold(struct tally *tally, const struct verdict *verdict)
{
	const char *left = side_name(&verdict->left);
	const char *right = side_name(&verdict->right);
	tally->without_twin++;
	for (uint32_t i = 0; i < tally->untold_count; i++) {
		struct untold *untold = &tally->untold[i];
		bool same = is_same(untold->method, verdict->method) && is_same(untold->sides[0], left) &&
			    is_same(untold->sides[1], right) && is_same(untold->reason, verdict->no_twin);
		if (same || i == UNTOLD_MAX) {
			untold->count++;
			return;
		}
	}
	bool full = tally->untold_count == UNTOLD_MAX;
	tally->untold[tally->untold_count++] = (struct untold){
		.method = copy(tally, full ? OTHERS : verdict->method),
		.sides = {copy(tally, full ? "" : left), copy(tally, full ? "" : right)},
		.reason = copy(tally, full ? "" : verdict->no_twin),
		.count = 1,
		.first = verdict->number,
	};
}

static void keep(struct tally *tally, const struct verdict *verdict, const struct judged *judged)
{
	if (!judged->wanted || tally->kept_count == tally->kept_max) {
		return;
	}
	struct kept *kept = &tally->kept[tally->kept_count];
	if (!kept_copy(kept, verdict, judged->settled)) {
		tally->out_of_memory = true;
		return;
	}
	kept->standing = judged->worst;
	tally->kept_count++;
}

static void count_effect(struct tally *tally, const struct verdict *verdict)
{
	if (tally->compared == 0 || tally->effect_number != verdict->number) {
		tally->effects[verdict->effect]++;
	}
	tally->effect_number = verdict->number;
}

void report_tally_add(struct tally *tally, struct rules *rules, const struct verdict *verdict)
{
	tally->calls++;
	if (verdict->no_twin != NULL) {
		count_untold(tally, verdict);
		return;
	}
	struct row *row = row_of(tally, verdict);
	struct judged judged;
	judged.worst = DIFFERENCE_STANDING_COUNT;
	judged.wanted = false;
	count_differences(tally, rules, row, verdict, &judged);
	bool equal = judged.worst == DIFFERENCE_STANDING_COUNT;
	count_effect(tally, verdict);
	tally->compared++;
	(*(equal ? &tally->equal : &tally->by_standing[judged.worst]))++;
	if (row != NULL) {
		row->calls++;
		(*(equal ? &row->equal : &row->by_standing[judged.worst]))++;
		latency_add(&row->latency[0], verdict->left.latency_us);
		latency_add(&row->latency[1], verdict->right.latency_us);
	}
	keep(tally, verdict, &judged);
}

bool report_tally_is_timed(const struct tally *tally)
{
	for (uint32_t i = 0; i < tally->row_count; i++) {
		if (tally->rows[i]->latency[0].count + tally->rows[i]->latency[1].count > 0) {
			return true;
		}
	}
	return false;
}

static int compare_texts(const char *left, const char *right)
{
	return strcmp(left != NULL ? left : "", right != NULL ? right : "");
}

static int compare_sides(char *const left[2], char *const right[2])
{
	int first = compare_texts(left[0], right[0]);
	return first != 0 ? first : compare_texts(left[1], right[1]);
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *const *a = left;
	const struct row *const *b = right;
	bool a_differs = (*a)->by_standing[DIFFERS] > 0;
	bool b_differs = (*b)->by_standing[DIFFERS] > 0;
	if (a_differs != b_differs) {
		return a_differs ? -1 : 1;
	}
	int method = compare_texts((*a)->method, (*b)->method);
	return method != 0 ? method : compare_sides((*a)->sides, (*b)->sides);
}

static int compare_causes(const void *left, const void *right)
{
	const struct cause *a = left;
	const struct cause *b = right;
	if (a->standing != b->standing) {
		return a->standing < b->standing ? -1 : 1;
	}
	if (a->kind != b->kind) {
		return a->kind < b->kind ? -1 : 1;
	}
	int path = strcmp(a->path, b->path);
	return path != 0 ? path : compare_texts(a->rule, b->rule);
}

static int compare_untold(const void *left, const void *right)
{
	const struct untold *a = left;
	const struct untold *b = right;
	int method = compare_texts(a->method, b->method);
	int sides = method != 0 ? method : compare_sides(a->sides, b->sides);
	return sides != 0 ? sides : compare_texts(a->reason, b->reason);
}

void tally_sort(struct tally *tally)
{
	qsort(tally->rows, tally->row_count, sizeof tally->rows[0], compare_rows);
	qsort(tally->untold, tally->untold_count, sizeof tally->untold[0], compare_untold);
	for (uint32_t i = 0; i < tally->row_count; i++) {
		struct row *row = tally->rows[i];
		if (row->cause_count > 0) {
			qsort(row->causes, row->cause_count, sizeof row->causes[0], compare_causes);
		}
	}
}

static void row_free(struct row *row)
{
	for (uint32_t i = 0; i < row->cause_count; i++) {
		free(row->causes[i].rule);
		free(row->causes[i].left);
		free(row->causes[i].right);
	}
	free(row->causes);
	free(row->method);
	free(row->sides[0]);
	free(row->sides[1]);
	free(row);
}

void report_tally_finish(struct tally *tally)
{
	for (uint32_t i = 0; i < tally->row_count; i++) {
		row_free(tally->rows[i]);
	}
	for (uint32_t i = 0; i < tally->untold_count; i++) {
		struct untold *untold = &tally->untold[i];
		free(untold->method);
		free(untold->sides[0]);
		free(untold->sides[1]);
		free(untold->reason);
	}
	for (uint32_t i = 0; i < tally->kept_count; i++) {
		kept_finish(&tally->kept[i]);
	}
	free(tally->kept);
}
