/* A stage for tests that decide every step: stores in slots, on which exchanges, commands and the writer's chores run at
 * given moments, one after the other. It reads steps from standard input and answers each on standard output.
 *
 * DESIGN: a step is one line of words, the last of which is the size of the payload that follows it; an answer is one
 * line, likewise. Steps may be written ahead of the answers. There are no threads and no clock, so the same steps give
 * the same answers.
 *
 *   memory SLOT BASE 0        a store in memory, over the one in slot BASE (-1: empty)
 *   directory SLOT N          a store in the directory that the payload names
 *   close SLOT 0
 *   ask SLOT NOW SEED N       an HTTP request; the answer: STATUS OUTCOME WROTE SIZE, then headers, an empty line, body
 *   command SLOT NOW SEED N   a joinery command, its words each behind a NUL, then standard input behind a last NUL;
 *                             the answer: RESULT SIZE, then what it wrote, or why not
 *   tick SLOT NOW 0           what is due happens; the answer: HOW_MANY 0
 *   export SLOT 0             the canonical export with changes; the answer: 0 SIZE, then the lines
 *   check SLOT NOW 0          the store's own check; the answer: ERRORS SIZE, then a line for each */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "cases/case.h"
#include "engine/engine.h"

#define SLOTS_MAX 8
#define WORDS_MAX 16
#define DUE_AT_ONCE 200

static const struct engine_options ENGINE = {.groups_per_user_max = 3};

struct step {
	char verb[16];
	unsigned slot;
	long long words[3];
	char *payload; /* NUL-terminated */
	size_t size;
};

struct slots {
	struct store *stores[SLOTS_MAX];
	struct stage_moment moment;
};

static int64_t stage_now(void *context)
{
	return ((const struct slots *)context)->moment.now;
}

static void stage_random(void *context, void *bytes, size_t size)
{
	const struct slots *slots = context;
	for (size_t i = 0; i < size; i++) {
		((uint8_t *)bytes)[i] = slots->moment.seed[i % SEED_SIZE];
	}
}

static void set_moment(struct slots *slots, const struct step *step)
{
	slots->moment = (struct stage_moment){.now = step->words[0]};
	memcpy(slots->moment.seed, &step->words[1], sizeof step->words[1]);
}

static void reply(const char *head, const char *bytes, size_t size)
{
	printf("%s%zu\n", head, size);
	(void)fwrite(bytes, 1, size, stdout);
}

static void open_memory(struct slots *slots, const struct step *step)
{
	struct store *base = step->words[0] < 0 ? NULL : slots->stores[step->words[0]];
	slots->stores[step->slot] = store_open_memory(base);
	assert(slots->stores[step->slot] != NULL);
	reply("0 ", "", 0);
}

static void open_directory(struct slots *slots, const struct step *step)
{
	char why[256];
	const struct store_options options = {.directory = step->payload, .map_size = 256u << 20, .threads = 2};
	slots->stores[step->slot] = store_open_directory(&options, why, sizeof why);
	bool opened = slots->stores[step->slot] != NULL;
	reply(opened ? "0 " : "1 ", why, opened ? 0 : strlen(why));
}

static void close_store(struct slots *slots, const struct step *step)
{
	store_close(slots->stores[step->slot]);
	slots->stores[step->slot] = NULL;
	reply("0 ", "", 0);
}

static void ask(struct slots *slots, const struct step *step)
{
	set_moment(slots, step);
	const struct stage_options options = {.store = slots->stores[step->slot],
		.master_key = case_master_key,
		.engine = ENGINE,
		.public_url = CASE_PUBLIC_URL};
	const struct stage_run run = {
		.text = step->payload, .length = step->size, .moment = &slots->moment, .keep = true};
	struct stage_result result = {0};
	struct stage *stage = stage_create(&options);
	enum stage_end end = stage_run(stage, &run, &result);
	assert(end != STAGE_NO_REQUEST);
	stage_destroy(stage);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	const struct http_response *response = &result.response;
	for (unsigned i = 0; i < response->header_count; i++) {
		fprintf(out, "%s: %s\n", response->headers[i].name, response->headers[i].value);
	}
	(void)fputc('\n', out);
	(void)fwrite(response->body, 1, response->body_size, out);
	(void)fclose(out);
	char head[128];
	(void)snprintf(head, sizeof head, "%d %s %d ", response->status, outcome_row(result.outcome)->name,
		result.wrote);
	reply(head, text, size);
	free(text);
	stage_result_finish(&result);
}

/* Takes the words and the input of a command out of its payload. */
static int read_words(const struct step *step, char *argv[WORDS_MAX], const char **input)
{
	int argc = 0;
	char *at = step->payload;
	while (*at != '\0') {
		assert(argc + 1 < WORDS_MAX);
		argv[argc++] = at;
		at += strlen(at) + 1;
	}
	argv[argc] = NULL;
	*input = at + 1;
	return argc;
}

static void run_command(struct slots *slots, const struct step *step, int argc, char **argv, const char *input,
	size_t input_size)
{
	const struct source source = {
		.now = stage_now, .random = stage_random, .context = slots, .master_key = case_master_key};
	const struct command_place place = {.store = slots->stores[step->slot], .source = &source, .engine = &ENGINE,
		.public_url = CASE_PUBLIC_URL};
	char *text = NULL;
	char *said = NULL;
	size_t size = 0;
	size_t said_size = 0;
	FILE *in = input_size > 0 ? fmemopen((void *)(uintptr_t)input, input_size, "r") : fopen("/dev/null", "r");
	FILE *out = open_memstream(&text, &size);
	FILE *err = open_memstream(&said, &said_size);
	assert(in != NULL && out != NULL && err != NULL);
	enum command_result result = command_run(&place, argc, argv, in, out, err);
	(void)fclose(in);
	(void)fclose(out);
	(void)fclose(err);
	char head[16];
	(void)snprintf(head, sizeof head, "%d ", result);
	bool done = result == COMMAND_DONE;
	reply(head, done ? text : said, done ? size : said_size);
	free(text);
	free(said);
}

static void command(struct slots *slots, const struct step *step)
{
	char *argv[WORDS_MAX];
	const char *input;
	set_moment(slots, step);
	int argc = read_words(step, argv, &input);
	run_command(slots, step, argc, argv, input, (size_t)(step->payload + step->size - input));
}

static void export(struct slots *slots, const struct step *step)
{
	char name[] = "export";
	char file[] = "-";
	char option[] = "--changes";
	char *argv[] = {name, file, option, NULL};
	run_command(slots, step, 3, argv, "", 0);
}

static void tick(struct slots *slots, const struct step *step)
{
	struct txn *txn = txn_create(slots->stores[step->slot]);
	uint32_t handled = 0;
	assert(txn != NULL);
	store_begin(txn, TXN_WRITE, step->words[0]);
	for (uint32_t now; (now = engine_expire_due(txn, DUE_AT_ONCE)) > 0;) {
		handled += now;
	}
	while (store_sweep(txn)) {
	}
	enum store_end end = store_end(txn);
	assert(end == STORE_DONE);
	txn_destroy(txn);
	char head[32];
	(void)snprintf(head, sizeof head, "%" PRIu32 " ", handled);
	reply(head, "", 0);
}

static void note_error(void *context, const char *line)
{
	fprintf(context, "%s\n", line);
}

static void check(struct slots *slots, const struct step *step)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct txn *txn = txn_create(slots->stores[step->slot]);
	struct check_result result = {0};
	assert(out != NULL && txn != NULL);
	store_begin(txn, TXN_READ, step->words[0]);
	store_check(txn, note_error, out, &result);
	enum store_end end = store_end(txn);
	assert(end == STORE_DONE);
	txn_destroy(txn);
	(void)fclose(out);
	char head[32];
	(void)snprintf(head, sizeof head, "%" PRIu64 " ", result.errors);
	reply(head, text, size);
	free(text);
}

static const struct {
	const char *verb;
	void (*run)(struct slots *slots, const struct step *step);
} VERBS[] = {
	{"memory", open_memory},
	{"directory", open_directory},
	{"close", close_store},
	{"ask", ask},
	{"command", command},
	{"tick", tick},
	{"export", export},
	{"check", check},
};

static bool read_step(struct step *step)
{
	char line[256];
	long long last[4] = {0};
	*step = (struct step){0};
	if (fgets(line, sizeof line, stdin) == NULL) {
		return false;
	}
	int words = sscanf(line, "%15s %u %lld %lld %lld", step->verb, &step->slot, &last[0], &last[1], &last[2]);
	assert(words >= 3 && step->slot < SLOTS_MAX);
	memcpy(step->words, last, sizeof step->words);
	step->size = (size_t)last[words - 3];
	step->payload = malloc(step->size + 1);
	assert(step->payload != NULL);
	size_t got = fread(step->payload, 1, step->size, stdin);
	assert(got == step->size);
	step->payload[got] = '\0';
	return true;
}

int main(void)
{
	struct slots slots = {0};
	for (struct step step; read_step(&step); free(step.payload)) {
		bool known = false;
		for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
			if (strcmp(VERBS[i].verb, step.verb) == 0) {
				VERBS[i].run(&slots, &step);
				known = true;
			}
		}
		assert(known);
		(void)fflush(stdout);
	}
	for (unsigned i = SLOTS_MAX; i-- > 0;) { /* forks before what they stand on */
		if (slots.stores[i] != NULL) {
			store_close(slots.stores[i]);
		}
	}
	return 0;
}
