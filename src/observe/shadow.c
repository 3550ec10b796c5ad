/* DESIGN. An HTTP thread copies an exchange into a block of its own and puts it at the end of one queue, bounded in
 * calls and in bytes; one thread takes them from there and asks the other system, many at once, through libcurl. Calls
 * that share a connection, a caller, a group, a person or a secret keep their order, so who uses what a call has made
 * waits, here and not at the client, until the other system has made it, too; others may overtake each other. What it
 * has not made (the call was dropped, late or left out) it is not asked about. Absent on purpose: asking twice, and
 * waiting for anybody: what does not fit is dropped and counted.
 * With `answers` the exchange itself comes along, held: this thread gives it back, with the other system's answer or
 * at the deadline without, and is the only one that does. */
#include "observe/shadow.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "observe/named.h"
#include "observe/shadow_answer.h"
#include "observe/shadow_judge.h"

#define UNDER_WAY_MAX 32u
#define LOOK_MAX 256 /* calls from the front of the queue that may overtake */
#define HELD_SIZE_MAX ((size_t)64 << 20)
#define REPLY_MAX ((size_t)1 << 20)
#define REPORT_MODE 0600
#define REPORT_SIZE_MAX ((off_t)1 << 30)
#define WAIT_MS 500
#define STOP_MAX_MS 2000 /* for what is under way when the server stops */
#define SAY_EVERY_S 60

struct shadow {
	struct shadow_options options;
	struct courier *courier;
	struct shadow_judge judge;
	struct shadow_words words;
	int report; /* -1: none, or none any more */
	pthread_t thread;
	pthread_mutex_t mutex; /* of the two below */
	struct shadow_job *inbox;
	struct shadow_job **inbox_end;
	struct shadow_job *jobs; /* the thread's own, in the order they came */
	struct shadow_job **jobs_end;
	atomic_bool on;
	atomic_bool stopping;
	atomic_size_t held_size;
	atomic_uint_fast64_t held;
	atomic_uint_fast64_t equal;
	atomic_uint_fast64_t different;
	atomic_uint_fast64_t dropped;
	atomic_uint_fast64_t late;
	atomic_uint_fast64_t failed;
	atomic_uint_fast64_t left_out;
	atomic_uint_fast64_t unpaired;
	atomic_uint_fast64_t answered_there;
	atomic_uint_fast64_t answered_here;
	time_t said_at; /* the thread's own */
	uint64_t said;
};

static int64_t now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- on HTTP threads */

/* By the caller's digest: the same clients in each run, on each server. */
static bool is_chosen(const struct shadow *shadow, const struct request *request)
{
	const struct credential *who = request->token.given ? &request->token : &request->api_key;
	unsigned part = who->given ? (who->digest[0] * 256u + who->digest[1]) % 100u : 0;
	return part < shadow->options.percent;
}

/* Nobody waits for changes twice; what was too many calls is too many for the other system, too; and what comes from a
 * shadow goes to none, or servers that name each other would ask for ever. */
static bool is_askable(const struct http_seen *seen)
{
	const unsigned methods = HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_PATCH | HTTP_DELETE;
	struct span path = named_path_of(seen->target);
	return (seen->method & methods) != 0 && path.length > 0 && path.bytes[0] == '/' &&
	       seen->outcome != OUTCOME_RATE_LIMITED && seen->request->feed.wait_s == 0 &&
	       seen->header(seen->context, SHADOW_MARK, NULL) == NULL;
}

/* What this server refused for its own reasons, the other one would not. */
static bool is_comparable(const struct http_seen *seen)
{
	return seen->outcome != OUTCOME_BUSY && seen->outcome != OUTCOME_STOPPING &&
	       seen->outcome != OUTCOME_STORE_FULL;
}

static void push(struct shadow *shadow, struct shadow_job *job)
{
	(void)pthread_mutex_lock(&shadow->mutex); /* neither it nor the other can fail as they are used */
	bool was_empty = shadow->inbox == NULL;
	*shadow->inbox_end = job;
	shadow->inbox_end = &job->next;
	(void)pthread_mutex_unlock(&shadow->mutex);
	if (was_empty) {
		courier_wake(shadow->courier);
	}
}

static struct shadow_job *make(struct shadow *shadow, const struct http_seen *seen)
{
	struct shadow_job *job = NULL;
	if (atomic_fetch_add(&shadow->held, 1) < shadow->options.queue_max &&
		atomic_load(&shadow->held_size) < HELD_SIZE_MAX) {
		job = shadow_job_create(seen);
	}
	if (job == NULL) {
		atomic_fetch_sub(&shadow->held, 1);
		atomic_fetch_add(&shadow->dropped, 1);
		return NULL;
	}
	atomic_fetch_add(&shadow->held_size, job->size);
	job->owner = shadow;
	job->judged = is_comparable(seen);
	return job;
}

/* False: it is none of those that are asked. */
static bool is_wanted(struct shadow *shadow, const struct http_seen *seen)
{
	shadow_words_note(&shadow->words, seen);
	if (!atomic_load_explicit(&shadow->on, memory_order_relaxed) ||
		seen->request->dialect == DIALECT_PAGE) {
		return false;
	}
	bool wanted = is_askable(seen) && is_chosen(shadow, seen->request) &&
		      (shadow->options.answers || is_comparable(seen));
	atomic_fetch_add(&shadow->left_out, wanted ? 0 : 1);
	return wanted;
}

static void seen(void *context, const struct http_seen *seen)
{
	struct shadow *shadow = context;
	struct shadow_job *job = is_wanted(shadow, seen) ? make(shadow, seen) : NULL;
	if (job != NULL) {
		push(shadow, job);
	}
}

static bool hold(void *context, const struct http_seen *seen, struct http_held *held)
{
	struct shadow *shadow = context;
	if (!is_wanted(shadow, seen)) {
		return false;
	}
	struct shadow_job *job = make(shadow, seen);
	if (job == NULL) {
		atomic_fetch_add(&shadow->answered_here, 1);
		return false;
	}
	job->held = held;
	job->answer_by_ms = now_ms() + shadow->options.deadline_ms;
	job->call.keep_head = true;
	push(shadow, job); /* from here on it is the other thread's, and may be given back already */
	return true;
}

/* --- on the shadow's thread */

static void write_report(struct shadow *shadow)
{
	const struct buffer *line = &shadow->judge.line;
	if (shadow->report < 0) {
		return;
	}
	off_t end = lseek(shadow->report, 0, SEEK_END);
	if (end >= 0 && end < REPORT_SIZE_MAX && !line->failed &&
		write(shadow->report, line->bytes, line->size) == (ssize_t)line->size) {
		return;
	}
	log_write(LOG_ERROR, "%s: nothing more is written: %s", shadow->options.report,
		end >= REPORT_SIZE_MAX ? "it is full" : strerror(errno));
	(void)(end >= 0 && ftruncate(shadow->report, end) == 0); /* a part of a line is none */
	(void)close(shadow->report); /* what was written stays */
	shadow->report = -1;
}

static void give(struct shadow *shadow, struct shadow_job *job, struct http_answer *answer)
{
	struct http_held *held = job->held;
	job->held = NULL;
	atomic_fetch_add(answer != NULL ? &shadow->answered_there : &shadow->answered_here, 1);
	http_held_give(held, answer);
}

/* Gives back what is past its time, or all of it. Returns in how many milliseconds to look again. Who came first is
 * late first. */
static uint32_t give_late(struct shadow *shadow, bool all)
{
	int64_t now = now_ms();
	struct shadow_job *job = shadow->options.answers ? shadow->jobs : NULL;
	for (; job != NULL; job = job->next) {
		if (job->held == NULL) {
			continue;
		}
		int64_t rest_ms = job->answer_by_ms - now;
		if (!all && rest_ms > 0) {
			return rest_ms < WAIT_MS ? (uint32_t)rest_ms : WAIT_MS;
		}
		give(shadow, job, NULL);
	}
	return WAIT_MS;
}

static void judge(struct shadow *shadow, struct shadow_job *job)
{
	if (!job->judged) {
		atomic_fetch_add(&shadow->left_out, 1);
	} else if (shadow_judge(&shadow->judge, job)) {
		atomic_fetch_add(&shadow->equal, 1);
	} else {
		atomic_fetch_add(&shadow->different, 1);
		write_report(shadow);
	}
}

static void done(void *context, struct courier_call *call)
{
	struct shadow_job *job = context;
	struct shadow *shadow = job->owner;
	job->done = true;
	if (call->end == COURIER_ANSWERED) {
		shadow_words_learn(&shadow->words, job); /* its client is told in our words */
	}
	if (job->held != NULL) { /* before the rest: its client waits */
		struct reply_words ours = shadow_words_of_replies(&shadow->words);
		give(shadow, job, call->end == COURIER_ANSWERED ? shadow_answer_create(call, &ours) : NULL);
	}
	switch (call->end) {
	case COURIER_LATE:
		atomic_fetch_add(&shadow->late, 1);
		return;
	case COURIER_UNREACHABLE:
	case COURIER_BROKEN:
		atomic_fetch_add(&shadow->failed, 1);
		return;
	case COURIER_ANSWERED:
		break;
	}
	judge(shadow, job);
}

static void start(struct shadow *shadow, struct shadow_job *job)
{
	job->sent = true;
	job->call.side = &shadow->options.side;
	job->call.deadline_ms = shadow->options.deadline_ms;
	job->call.reply_max = REPLY_MAX;
	job->call.done = done;
	job->call.context = job;
	bool told = shadow_words_tell(&shadow->words, job);
	if (told && courier_send(shadow->courier, &job->call)) {
		return;
	}
	job->done = true;
	atomic_fetch_add(told || !shadow->words.unpaired ? &shadow->dropped : &shadow->unpaired, 1);
	if (job->held != NULL) {
		give(shadow, job, NULL);
	}
}

static void start_free(struct shadow *shadow)
{
	unsigned looked = 0;
	struct shadow_key_bits taken = {{0}};
	for (struct shadow_job *job = shadow->jobs; job != NULL && looked < LOOK_MAX;
		job = job->next, looked++) {
		if (courier_under_way(shadow->courier) >= UNDER_WAY_MAX) {
			return;
		}
		if (!job->done && shadow_job_take_keys(job, &taken) && !job->sent) {
			start(shadow, job);
		}
	}
}

/* Frees what is done, which is among those that were looked at; with `all`, also what was not sent yet, which is
 * dropped. */
static void sweep(struct shadow *shadow, bool all)
{
	struct shadow_job **link = &shadow->jobs;
	unsigned looked = 0;
	while (*link != NULL && (all || looked < LOOK_MAX)) {
		struct shadow_job *job = *link;
		bool dropped = all && !job->sent;
		if (!job->done && !dropped) {
			link = &job->next;
			looked++;
			continue;
		}
		*link = job->next;
		atomic_fetch_add(&shadow->dropped, dropped ? 1 : 0);
		atomic_fetch_sub(&shadow->held_size, job->size);
		atomic_fetch_sub(&shadow->held, 1);
		shadow_job_destroy(job);
	}
	shadow->jobs_end = *link == NULL ? link : shadow->jobs_end;
}

static void take_inbox(struct shadow *shadow)
{
	(void)pthread_mutex_lock(&shadow->mutex);
	struct shadow_job *taken = shadow->inbox;
	struct shadow_job **end = shadow->inbox_end;
	shadow->inbox = NULL;
	shadow->inbox_end = &shadow->inbox;
	(void)pthread_mutex_unlock(&shadow->mutex);
	if (taken != NULL) {
		*shadow->jobs_end = taken;
		shadow->jobs_end = end;
	}
}

static void say(struct shadow *shadow, bool at_once)
{
	struct shadow_counts counts;
	shadow_count(shadow, &counts);
	uint64_t bad = counts.different + counts.dropped + counts.late + counts.failed;
	time_t now = time(NULL);
	if (!at_once && (bad == shadow->said || now - shadow->said_at < SAY_EVERY_S)) {
		return;
	}
	char line[SHADOW_LINE_SIZE];
	(void)shadow_command(shadow, "status", line); /* knows the word */
	line[strcspn(line, "\n")] = '\0';
	log_write(bad == 0 ? LOG_INFO : LOG_WARNING, "shadow: %s", line);
	shadow->said = bad;
	shadow->said_at = now;
}

static void *run(void *context)
{
	struct shadow *shadow = context;
	int64_t stop_by_ms = INT64_MAX;
	while (courier_under_way(shadow->courier) > 0 ? now_ms() < stop_by_ms : !atomic_load(&shadow->stopping)) {
		take_inbox(shadow);
		bool stopping = atomic_load(&shadow->stopping);
		bool active = atomic_load(&shadow->on) && !stopping;
		stop_by_ms = stopping && stop_by_ms == INT64_MAX ? now_ms() + STOP_MAX_MS : stop_by_ms;
		if (active) {
			start_free(shadow);
		}
		courier_turn(shadow->courier, give_late(shadow, !active));
		sweep(shadow, !active);
		say(shadow, false);
	}
	return NULL;
}

/* --- its life */

void shadow_switch(struct shadow *shadow, bool on)
{
	atomic_store(&shadow->on, on);
	courier_wake(shadow->courier);
}

bool shadow_is_on(const struct shadow *shadow)
{
	return atomic_load(&shadow->on);
}

void shadow_count(const struct shadow *shadow, struct shadow_counts *counts)
{
	*counts = (struct shadow_counts){
		.answers = shadow->options.answers,
		.equal = atomic_load(&shadow->equal),
		.different = atomic_load(&shadow->different),
		.dropped = atomic_load(&shadow->dropped),
		.late = atomic_load(&shadow->late),
		.failed = atomic_load(&shadow->failed),
		.left_out = atomic_load(&shadow->left_out),
		.unpaired = atomic_load(&shadow->unpaired),
		.pairs = pairs_count(shadow->words.pairs),
		.held = atomic_load(&shadow->held),
		.answered_there = atomic_load(&shadow->answered_there),
		.answered_here = atomic_load(&shadow->answered_here),
	};
}

struct http_observer shadow_observer(struct shadow *shadow)
{
	return (struct http_observer){
		.seen = seen,
		.context = shadow,
		.write_metrics = shadow_write_metrics,
		.hold = shadow->options.answers ? hold : NULL,
	};
}

static void destroy(struct shadow *shadow)
{
	courier_destroy(shadow->courier);
	shadow_judge_finish(&shadow->judge);
	shadow_words_finish(&shadow->words);
	if (shadow->report >= 0) {
		(void)close(shadow->report); /* each line was written at once */
	}
	free(shadow);
}

static bool open_report(struct shadow *shadow, char *why, size_t capacity)
{
	shadow->report = -1;
	if (shadow->options.report == NULL) {
		return true;
	}
	/* Whoever does not read the other end of a pipe would stop this thread, and so those whom it answers. */
	shadow->report =
		open(shadow->options.report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, REPORT_MODE);
	struct stat found = {0};
	if (shadow->report >= 0 && fstat(shadow->report, &found) == 0 && S_ISREG(found.st_mode) &&
		fchmod(shadow->report, REPORT_MODE) == 0) {
		return true;
	}
	bool is_file = shadow->report < 0 || S_ISREG(found.st_mode);
	(void)snprintf(why, capacity, "%s: %s", shadow->options.report, is_file ? strerror(errno) : "it is no file");
	return false;
}

struct shadow *shadow_start(const struct shadow_options *options, char *why, size_t capacity)
{
	struct shadow *shadow = calloc(1, sizeof *shadow);
	if (shadow == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		return NULL;
	}
	shadow->options = *options;
	shadow->options.master_key = NULL;
	alias_key_derive(options->master_key, &shadow->judge.key);
	shadow->judge.since = (int64_t)time(NULL);
	shadow->inbox_end = &shadow->inbox;
	shadow->jobs_end = &shadow->jobs;
	atomic_store(&shadow->on, true);
	(void)pthread_mutex_init(&shadow->mutex, NULL); /* cannot fail without attributes */
	if (!open_report(shadow, why, capacity)) {
		destroy(shadow);
		return NULL;
	}
	shadow->judge.words = &shadow->words;
	shadow->courier = courier_create(UNDER_WAY_MAX);
	if (!shadow_words_init(&shadow->words) || shadow->courier == NULL ||
		pthread_create(&shadow->thread, NULL, run, shadow) != 0) {
		(void)snprintf(why, capacity, "the shadow cannot start: no memory or threads");
		destroy(shadow);
		return NULL;
	}
	return shadow;
}

void shadow_release(struct shadow *shadow)
{
	if (shadow != NULL && shadow->options.answers) {
		shadow_switch(shadow, false);
	}
}

/* Behind the thread: what is under way is no longer waited for. */
static void end(struct shadow *shadow)
{
	take_inbox(shadow);
	(void)give_late(shadow, true);
	courier_destroy(shadow->courier);
	shadow->courier = NULL;
	for (struct shadow_job *job = shadow->jobs; job != NULL; job = job->next) {
		job->sent = job->done;
	}
	sweep(shadow, true);
	say(shadow, true);
}

void shadow_stop(struct shadow *shadow)
{
	if (shadow == NULL) {
		return;
	}
	atomic_store(&shadow->stopping, true);
	courier_wake(shadow->courier);
	(void)pthread_join(shadow->thread, NULL); /* it is joinable, and no other */
	end(shadow);
	destroy(shadow);
}
