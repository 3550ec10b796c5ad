/* Rows that fail stand under the fork; the allocations of all that is linked into this program are counted (the linker
 * puts the functions here before the system's), and with them those of jansson, by what reads bodies. Those of others
 * are not: cmark ends the process when it lacks memory, and libxml2 leaks. */
#include "cases/faults.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/script.h"
#include "store/rows_fault.h"
#include "store/txn.h"

#define WHY_SIZE 128

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);
char *__wrap_strdup(const char *text);

/* What fails: a call of the rows, whose transaction ends so; DONE: an allocation. */
static const enum store_end ends[] = {STORE_AGAIN, STORE_FAILED, STORE_FULL};
#define ENDS (sizeof ends / sizeof ends[0])

static const enum outcome refusals[] = {OUTCOME_BUSY, OUTCOME_STORE_FAILED, OUTCOME_STORE_FULL};
#define REFUSALS (sizeof refusals / sizeof refusals[0])

static struct {
	uint64_t left; /* allocations until the one that fails; 0: none does */
	bool struck;
} memory;

struct trial {
	struct store *store;
	const struct stage_moment *moment;
	const char *request;
	const struct faults_observer *observer;
	char *right;
	bool seen[REFUSALS];
	struct rows *rows; /* of the fork */
	bool in_memory;
	uint64_t nth;
};

static bool lacks_memory(void)
{
	if (memory.left == 0 || --memory.left > 0) {
		return false;
	}
	memory.struck = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return lacks_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return lacks_memory() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return lacks_memory() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return lacks_memory() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strdup(const char *text)
{
	return lacks_memory() ? NULL : __real_strdup(text);
}

static void arm(const struct trial *trial)
{
	if (trial->in_memory) {
		memory.left = trial->nth;
		memory.struck = false;
	} else {
		rows_fault_arm(trial->rows, ROWS_CALL_ANY, trial->nth, ends[trial->nth % ENDS]);
	}
}

static bool disarm(const struct trial *trial)
{
	memory.left = 0;
	return trial->in_memory ? memory.struck : rows_fault_disarm(trial->rows);
}

static struct store *fork_of(struct trial *trial)
{
	char why[WHY_SIZE] = "";
	trial->rows = rows_fault_create(rows_memory_create(txn_rows_of(trial->store)));
	struct store *fork = store_open_rows(trial->rows, why, sizeof why);
	assert(fork != NULL);
	return fork;
}

static char *tell(const struct stage_result *result)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	script_write_reply(out, result);
	(void)fclose(out);
	return text;
}

/* What the request is told when nothing fails. */
static char *ask(const struct trial *trial, struct store *store)
{
	struct stage_result result = {0};
	bool read = case_ask(store, trial->moment, trial->request, &result);
	assert(read);
	char *told = tell(&result);
	stage_result_finish(&result);
	return told;
}

static void expect_right(const struct trial *trial, const char *told, const char *what)
{
	if (strcmp(told, trial->right) != 0) {
		char sentence[WHY_SIZE];
		(void)snprintf(sentence, sizeof sentence, "%s %llu fails: %s", trial->in_memory ? "allocation" : "call",
			(unsigned long long)trial->nth, what);
		trial->observer->complain(trial->observer->context, sentence, told);
	}
}

static bool is_refusal(struct trial *trial, const struct stage_result *result)
{
	for (size_t i = 0; i < REFUSALS; i++) {
		if (refusals[i] != result->outcome) {
			continue;
		}
		if (!trial->seen[i]) {
			trial->seen[i] = true;
			trial->observer->see(trial->observer->context, trial->request, result);
		}
		return true;
	}
	return false;
}

static void judge(struct trial *trial, struct store *fork, const struct stage_result *result)
{
	if (!is_refusal(trial, result)) {
		char *told = tell(result);
		expect_right(trial, told, "neither the right answer nor a refusal");
		free(told);
	} else if (!result->wrote) {
		char *told = ask(trial, fork);
		expect_right(trial, told, "asked again, the answer is another one");
		free(told);
	}
}

/* False: there are fewer calls or allocations. */
static bool strike(struct trial *trial)
{
	struct store *fork = fork_of(trial);
	struct stage *stage = case_stage(fork);
	struct stage_result result = {0};
	const struct stage_run run = {.text = trial->request,
		.length = strlen(trial->request),
		.moment = trial->moment,
		.keep = true};
	bool reserved = stage_reserve(stage, run.length);
	assert(reserved);
	arm(trial);
	enum stage_end end = stage_run(stage, &run, &result);
	bool struck = disarm(trial);
	assert(end != STAGE_NO_REQUEST);
	stage_destroy(stage);
	if (struck) {
		judge(trial, fork, &result);
	}
	stage_result_finish(&result);
	store_close(fork);
	return struck;
}

unsigned faults_run(struct store *store, const struct stage_moment *moment, const char *request,
	const struct faults_observer *observer)
{
	struct trial trial = {.store = store, .moment = moment, .request = request, .observer = observer};
	struct store *fork = fork_of(&trial);
	trial.right = ask(&trial, fork);
	store_close(fork);
	unsigned count = 0;
	for (unsigned in_memory = 0; in_memory < 2; in_memory++) {
		trial.in_memory = in_memory != 0;
		for (trial.nth = 1; strike(&trial); trial.nth++) {
			count++;
		}
	}
	free(trial.right);
	return count;
}
