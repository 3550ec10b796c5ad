/* The recorder: every exchange of every thread is in the file, or counted as left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "model/limits.h"
#include "observe/record.h"

#define THREADS 4
#define EXCHANGES 2000
#define TOO_LONG ((size_t)9 << 20) /* longer than a thread's buffer */

struct show {
	struct http_observer observer;
	unsigned thread;
	int64_t started_at_us;
	int64_t latency_us;
	size_t body_size;
	enum dialect dialect;
};

static const char *find_header(const void *context, const char *name, bool *repeated)
{
	(void)context;
	(void)repeated;
	return strcmp(name, "authorization") == 0 ? "Bearer tok1" : NULL;
}

static void show_one(const struct show *show, unsigned number)
{
	_Alignas(struct request) char memory[2048];
	struct request *request = request_init(memory, sizeof memory, show->dialect);
	char target[64];
	char *body = calloc(1, show->body_size + 1);
	struct http_response response = {.status = 200, .body = (char *)"{}", .body_size = 2};
	assert_non_null(body);
	(void)snprintf(target, sizeof target, "/v3/groups/%u%06u", show->thread + 1, number);
	request->operation = OPERATION_GROUP_GET;
	const struct http_seen seen = {
		.started_at_us = show->started_at_us,
		.latency_us = show->latency_us,
		.method = HTTP_GET,
		.target = {target, strlen(target)},
		.body = {body, show->body_size},
		.header = find_header,
		.request = request,
		.response = &response,
		.route = "/v3/groups/{id}",
		.outcome = OUTCOME_OK,
		.thread = show->thread,
	};
	show->observer.seen(show->observer.context, &seen);
	free(body);
}

static void *show_many(void *context)
{
	const struct show *show = context;
	for (unsigned i = 0; i < EXCHANGES; i++) {
		show_one(show, i);
	}
	return NULL;
}

static struct record *start(char path[64])
{
	static const uint8_t master_key[MASTER_KEY_SIZE] = {1};
	char why[256] = "";
	(void)snprintf(path, 64, "/tmp/joinery-record-XXXXXX");
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	(void)close(descriptor);
	const struct record_options options = {
		.path = path,
		.size_max = RECORD_SIZE_DEFAULT,
		.keep = 1,
		.threads = THREADS,
		.master_key = master_key,
	};
	struct record *record = record_start(&options, why, sizeof why);
	assert_non_null(record);
	return record;
}

/* Of each thread, how many lines in its own order there are; any other line fails the test. */
static void count_lines(const char *path, unsigned counts[THREADS])
{
	char line[4096];
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof line, file)); /* the head */
	while (fgets(line, sizeof line, file) != NULL) {
		json_t *root = json_loads(line, 0, NULL);
		assert_non_null(root);
		const char *shown = json_string_value(json_object_get(root, "path"));
		unsigned thread = (unsigned)(shown[strlen("/v3/groups/")] - '1');
		assert_true(thread < THREADS);
		assert_int_equal(strtoul(shown + strlen("/v3/groups/1"), NULL, 10), counts[thread]);
		counts[thread]++;
		json_decref(root);
	}
	(void)fclose(file);
}

static void every_exchange_of_every_thread_is_recorded(void **state)
{
	(void)state;
	char path[64];
	struct record *record = start(path);
	struct show shows[THREADS];
	pthread_t threads[THREADS];
	unsigned counts[THREADS] = {0};
	for (unsigned i = 0; i < THREADS; i++) {
		shows[i] = (struct show){.observer = record_observer(record), .thread = i, .dialect = DIALECT_V3};
		assert_int_equal(pthread_create(&threads[i], NULL, show_many, &shows[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		(void)pthread_join(threads[i], NULL);
	}
	record_stop(record);
	count_lines(path, counts);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(counts[i], EXCHANGES);
	}
	(void)unlink(path);
}

/* As a client does that meets another thread with each call, while the recorder takes what is there. What was asked
 * first may be answered last. */
static void what_follows_an_answer_stands_behind_it(void **state)
{
	(void)state;
	char path[64];
	char line[4096];
	unsigned last = 0;
	struct record *record = start(path);
	struct show show = {.observer = record_observer(record), .dialect = DIALECT_V3};
	for (unsigned i = 0; i < EXCHANGES; i++) {
		show.thread = (THREADS - i % THREADS) % THREADS;
		show.latency_us = 1 + i * 7 % 50;
		show.started_at_us = 100 + i - show.latency_us;
		show_one(&show, i);
	}
	record_stop(record);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof line, file)); /* the head */
	while (fgets(line, sizeof line, file) != NULL) {
		json_t *root = json_loads(line, 0, NULL);
		const char *shown = json_string_value(json_object_get(root, "path"));
		assert_int_equal(strtoul(shown + strlen("/v3/groups/1"), NULL, 10), last++);
		json_decref(root);
	}
	assert_int_equal(last, EXCHANGES);
	(void)fclose(file);
	(void)unlink(path);
}

static void what_a_full_disk_refuses_is_left_out(void **state)
{
	(void)state;
	char path[64];
	struct rlimit before;
	struct record *record = start(path);
	struct show show = {.observer = record_observer(record), .dialect = DIALECT_V3};
	const struct timespec pause = {.tv_nsec = 10000000};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){64, before.rlim_max}), 0);
	for (unsigned i = 0; i < 3; i++) {
		show_one(&show, i);
	}
	while (record_left_out(record) == 0) {
		(void)nanosleep(&pause, NULL); /* until the recorder has met the disk; the test's time limit ends it */
	}
	show_one(&show, 3);
	while (record_left_out(record) < 4) {
		(void)nanosleep(&pause, NULL); /* likewise */
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	record_stop(record);
	(void)unlink(path);
}

static void what_finds_no_room_is_left_out(void **state)
{
	(void)state;
	char path[64];
	struct record *record = start(path);
	unsigned counts[THREADS] = {0};
	struct show show = {.observer = record_observer(record), .body_size = TOO_LONG, .dialect = DIALECT_V3};
	show_one(&show, 0);
	show.body_size = 0;
	show_one(&show, 0);
	show.dialect = DIALECT_PAGE;
	show_one(&show, 1);
	assert_int_equal(record_left_out(record), 1);
	struct http_response metrics = {0};
	show.observer.write_metrics(show.observer.context, &metrics);
	response_write(&metrics, "", 1);
	assert_non_null(strstr(metrics.body, "\njoinery_recording_left_out_total 1\n"));
	response_finish(&metrics);
	record_stop(record);
	count_lines(path, counts);
	assert_int_equal(counts[0], 1);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_exchange_of_every_thread_is_recorded),
		cmocka_unit_test(what_follows_an_answer_stands_behind_it),
		cmocka_unit_test(what_a_full_disk_refuses_is_left_out),
		cmocka_unit_test(what_finds_no_room_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
