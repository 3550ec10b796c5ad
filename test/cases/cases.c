/* The parity cases: each folder is one behaviour, asked in every dialect that can ask it, each on its own fork of the
 * same state. All must give the outcome that the case names, the reply that stands beside the request, and the same
 * state afterwards.
 *
 * Usage: cases FOLDER [--update] [--replies FILE] [--faults]
 *   --update         writes replies and states that are missing or differ: read the difference before it is committed
 *   --replies FILE   one JSON line per exchange, for the validators
 *   --faults         each request also while the store or the memory fails, at every place (see faults.h); the lines are
 *                    those of the refusals
 *
 * A case folder holds: `given` (import lines on top of base.jsonl; may be missing), `legacy`, `legacy-json` (the same asked
 * for JSON), `v3`, `onezone` (requests: see script.h), `legacy.reply` ... (the replies), `after` (lines of the export that went and came), and `differs` where the contract
 * prescribes other outcomes or states per dialect, or `onezone.differs` where only to this one (they say why). */
#include <assert.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "cases/coverage.h"
#include "cases/case.h"
#include "cases/faults.h"
#include "cases/given.h"
#include "cases/script.h"

#define PATH_SIZE 1024

static const char *const DIALECTS[] = {"legacy", "legacy-json", "v3", "onezone"};
#define DIALECTS_COUNT (sizeof DIALECTS / sizeof *DIALECTS)

struct run {
	const char *root;
	bool update;
	bool faults;
	FILE *replies;
	struct store *base;
	unsigned passed;
	unsigned failed;
	unsigned faults_met;
};

static void complain(struct run *run, const char *name, const char *dialect, const char *what)
{
	printf("FAIL %s (%s): %s\n", name, dialect, what);
	run->failed++;
}

static void write_json_line(const struct run *run, const char *name, const char *file, const char *dialect,
	const char *request, const struct stage_result *result)
{
	if (run->replies == NULL) {
		return;
	}
	char method[16] = "";
	char target[8192] = "";
	(void)sscanf(request, "%15s %8191s", method, target);
	json_t *headers = json_object();
	for (unsigned i = 0; i < result->response.header_count; i++) {
		json_object_set_new(headers, result->response.headers[i].name,
			json_string(result->response.headers[i].value));
	}
	if (result->response.content_type != NULL) {
		json_object_set_new(headers, "Content-Type", json_string(result->response.content_type));
	}
	json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:s%}", "case", name, "file", file, "dialect", dialect,
		"method", method, "path", target, "status", result->response.status, "headers", headers, "body",
		result->response.body_size > 0 ? result->response.body : "", result->response.body_size);
	assert(line != NULL);
	json_dumpf(line, run->replies, JSON_COMPACT);
	(void)fputc('\n', run->replies);
	json_decref(line);
}

/* The request with format=json as its first parameter, which leaves all others as they are. */
static char *ask_for_json(const char *request)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	size_t target = strcspn(request, " ") + 1;
	size_t path = target + strcspn(request + target, " ?");
	bool query = request[path] == '?';
	fprintf(out, "%.*s?format=json%s%s", (int)path, request, query ? "&" : "", request + path + query);
	(void)fclose(out);
	return text;
}

/* Every legacy call is also asked for JSON: the validators compare the two forms. */
static void write_json_form(const struct run *run, const char *name, struct store *given, const char *request)
{
	if (run->replies == NULL || run->faults) {
		return;
	}
	char *asked = ask_for_json(request);
	struct store *fork = store_open_memory(given);
	struct stage_result result = {0};
	bool read = case_ask(fork, &case_moment, asked, &result);
	assert(read);
	write_json_line(run, name, "legacy", "legacy in JSON", asked, &result);
	stage_result_finish(&result);
	store_close(fork);
	free(asked);
}

/* Compares a text with a file of the case, or writes it. */
static bool settle(struct run *run, const char *path, const char *text)
{
	size_t length = 0;
	char *stands = given_read_file(path, &length);
	bool same = stands != NULL && strcmp(stands, text) == 0;
	free(stands);
	if (!same && run->update) {
		FILE *file = fopen(path, "w");
		assert(file != NULL);
		(void)fputs(text, file);
		(void)fclose(file);
		printf("wrote %s\n", path);
		return true;
	}
	return same;
}

/* Whose requests are run. */
struct seen {
	struct run *run;
	const char *name;
	const char *dialect;
};

static void write_seen(const struct seen *seen, const char *request, const struct stage_result *result)
{
	bool other = result->dialect != DIALECT_LEGACY; /* a legacy case may look at the feed, too */
	const char *dialect = other ? dialect_name(result->dialect) : seen->dialect;
	write_json_line(seen->run, seen->name, seen->dialect, dialect, request, result);
}

static void see(void *context, const char *request, const struct stage_result *result)
{
	const struct seen *seen = context;
	coverage_exchange(result);
	if (!seen->run->faults) {
		write_seen(seen, request, result);
	}
}

static void see_refusal(void *context, const char *request, const struct stage_result *result)
{
	write_seen(context, request, result);
}

static void complain_of_fault(void *context, const char *what, const char *told)
{
	const struct seen *seen = context;
	complain(seen->run, seen->name, seen->dialect, what);
	puts(told);
}

static void try_faults(
	void *context, struct store *store, const struct stage_moment *moment, const char *request)
{
	const struct seen *seen = context;
	const struct faults_observer observer = {
		.see = see_refusal, .complain = complain_of_fault, .context = context};
	seen->run->faults_met += faults_run(store, moment, request, &observer);
}

/* Compares what a dialect was answered with its file. */
static void settle_replies(struct run *run, const char *name, const char *dialect, const char *replies)
{
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/%s/%s.reply", run->root, name, dialect);
	if (!settle(run, path, replies)) {
		complain(run, name, dialect, "another reply than the file's; it is:");
		puts(replies);
	}
}

/* Runs one dialect of a case; returns the state's difference, NULL: failed. */
static char *run_dialect(struct run *run, const char *name, const char *dialect, struct store *given,
	const char *before, enum outcome *outcome)
{
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/%s/%s", run->root, name, dialect);
	size_t length = 0;
	char *text = given_read_file(path, &length);
	char *requests = given_with_macaroons(text);
	free(text);
	struct store *fork = store_open_memory(given);
	struct seen seen = {.run = run, .name = name, .dialect = dialect};
	const struct script_observer observer = {
		.expect = run->faults ? try_faults : NULL, .see = see, .context = &seen};
	struct script_result result;
	char *difference = NULL;
	if (!script_run(fork, requests, &observer, &result)) {
		complain(run, name, dialect, "a request is not HTTP, or names what was not said before it");
	} else {
		*outcome = result.outcome;
		if (strcmp(dialect, "legacy") == 0 && result.request_count == 1) {
			write_json_form(run, name, given, requests);
		}
		settle_replies(run, name, dialect, result.replies);
		char *after = given_export(fork);
		difference = given_difference(before, after);
		free(after);
		if (result.wrote != (*difference != '\0')) {
			complain(run, name, dialect,
				"the writer was asked for nothing, or something changed without it");
		}
	}
	free(result.replies);
	free(requests);
	store_close(fork);
	return difference;
}

/* Whether the case's files say that its dialects may differ, or that this one may. */
static bool may_differ(const struct run *run, const char *name, const char *dialect)
{
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/%s/differs", run->root, name);
	if (given_exists(path)) {
		return true;
	}
	(void)snprintf(path, sizeof path, "%s/%s/%s.differs", run->root, name, dialect);
	return given_exists(path);
}

static void compare(struct run *run, const char *name, const char *dialect, const char *first, const char *other)
{
	if (strcmp(first, other) != 0) {
		complain(run, name, dialect, "another state than the first dialect's; the difference is:");
		puts(other);
	}
}

static void run_case(struct run *run, const char *name)
{
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/%s/given", run->root, name);
	unsigned failed_before = run->failed;
	struct store *given = store_open_memory(run->base);
	if (given_exists(path) && !given_import(given, path)) {
		complain(run, name, "given", "does not import");
	}
	char *before = given_export(given);
	char *first = NULL;
	enum outcome outcome = OUTCOME_NONE;
	for (size_t i = 0; i < DIALECTS_COUNT; i++) {
		(void)snprintf(path, sizeof path, "%s/%s/%s", run->root, name, DIALECTS[i]);
		if (!given_exists(path)) {
			continue;
		}
		enum outcome found = OUTCOME_NONE;
		char *difference = run_dialect(run, name, DIALECTS[i], given, before, &found);
		if (difference == NULL) {
			continue;
		}
		if (first == NULL) {
			first = difference;
			outcome = found;
			continue;
		}
		bool differs = may_differ(run, name, DIALECTS[i]);
		if (!differs && found != outcome) {
			complain(run, name, DIALECTS[i], outcome_row(found)->name);
		}
		if (!differs) {
			compare(run, name, DIALECTS[i], first, difference);
		}
		free(difference);
	}
	(void)snprintf(path, sizeof path, "%s/%s/after", run->root, name);
	if (first != NULL && !settle(run, path, first)) {
		complain(run, name, "state", "another difference than the file's; it is:");
		puts(first);
	}
	run->passed += run->failed == failed_before;
	free(first);
	free(before);
	store_close(given);
}

static int by_name(const void *left, const void *right)
{
	const char *const *a = left;
	const char *const *b = right;
	return strcmp(*a, *b);
}

/* Runs the folders below root/<operation>/, in the order of their names. */
static void run_operation(struct run *run, const char *operation)
{
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/%s", run->root, operation);
	DIR *folder = opendir(path);
	if (folder == NULL) {
		return;
	}
	char *names[512];
	size_t count = 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (entry->d_name[0] != '.') {
			assert(count < sizeof names / sizeof *names);
			(void)snprintf(path, sizeof path, "%s/%s", operation, entry->d_name);
			names[count++] = strdup(path);
		}
	}
	(void)closedir(folder);
	qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < count; i++) {
		run_case(run, names[i]);
		free(names[i]);
	}
}

static void run_all(struct run *run)
{
	DIR *folder = opendir(run->root);
	assert(folder != NULL);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (entry->d_name[0] != '.') {
			run_operation(run, entry->d_name);
		}
	}
	(void)closedir(folder);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		return 2;
	}
	struct run run = {.root = argv[1]};
	for (int i = 2; i < argc; i++) {
		run.update = run.update || strcmp(argv[i], "--update") == 0;
		run.faults = run.faults || strcmp(argv[i], "--faults") == 0;
		if (strcmp(argv[i], "--replies") == 0 && i + 1 < argc) {
			run.replies = fopen(argv[++i], "w");
		}
	}
	run.base = store_open_memory(NULL);
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/base.jsonl", run.root);
	bool imported = given_import(run.base, path);
	assert(imported);
	run_all(&run);
	run.failed += coverage_missing();
	store_close(run.base);
	if (run.replies != NULL) {
		(void)fclose(run.replies);
	}
	printf("%u cases passed, %u faults met, %u complaints\n", run.passed, run.faults_met, run.failed);
	return run.failed != 0 || run.passed == 0;
}
