/* DESIGN. An HTTP thread copies each exchange into its own buffer, which it shares with nobody but the recorder, and
 * only for as long as the recorder takes to put an empty one in its place. The recorder alone hashes, writes lines and
 * meets the disk; it works at least every DRAIN_EVERY_MS, and at once when a buffer is half full, but behind those who
 * answer where every processor is busy. It takes the buffers of all threads at one moment, and merges them by when
 * answers were ready: so what a client did after an answer stands behind it, whichever thread it met, and a recording
 * can be run from top to bottom. Deliberately absent: fsync, and waiting: a recording may lose lines, a client no
 * time. */
#include "observe/record.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "log.h"
#include "observe/captured.h"
#include "observe/record_file.h"

#define BUFFER_SIZE ((size_t)8 << 20)
#define LINES_SIZE ((size_t)256 << 10) /* are written together */
#define DRAIN_EVERY_MS 200
#define SAY_EVERY_S 60
#define COUNT_SIZE 24
#define NICE 5 /* where every processor is busy, answers come first */

struct lane {
	pthread_mutex_t mutex;
	char *bytes; /* BUFFER_SIZE */
	size_t used;
	char *taken; /* the recorder's: what it writes now, and then the next `bytes` */
	size_t taken_used;
	size_t taken_at;
};

struct record {
	struct alias_key key;
	struct record_file file;
	unsigned thread_count;
	struct lane *lanes;
	struct line_maker maker;
	struct buffer lines;
	uint64_t lines_count;
	bool broken; /* the recorder's alone: nothing more is written */
	uint64_t recorded;
	atomic_ullong dropped; /* of all threads, for want of room, and of what could not be written */
	time_t said_at; /* when drops were last told */
	uint64_t said_dropped;
	pthread_t thread;
	pthread_mutex_t mutex; /* of the two below */
	pthread_cond_t wake;
	bool hurry;
	bool stopping;
};

/* --- on HTTP threads */

static size_t rounded(size_t size)
{
	return (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
}

/* A longer reply is known by its length alone. */
static size_t copied_length(struct span reply)
{
	return reply.length > CAPTURED_REPLY_SIZE_MAX ? 0 : reply.length;
}

static size_t size_of(const struct captured *captured)
{
	size_t size = sizeof *captured + captured->target.length + captured->body.length +
		      copied_length(captured->reply) + captured->location.length;
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		size += captured->headers[i].length;
	}
	return rounded(size);
}

static void move(struct span *span, size_t length, char **to)
{
	if (span->bytes != NULL) {
		memcpy(*to, span->bytes, length);
		span->bytes = *to;
		*to += length;
	}
}

/* Buffers never move, so what is copied may point into its own. */
static void copy(struct captured captured, char *place)
{
	char *to = place + sizeof captured;
	move(&captured.target, captured.target.length, &to);
	move(&captured.body, captured.body.length, &to);
	move(&captured.reply, copied_length(captured.reply), &to);
	move(&captured.location, captured.location.length, &to);
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		move(&captured.headers[i], captured.headers[i].length, &to);
	}
	memcpy(place, &captured, sizeof captured);
}

static void wake(struct record *record)
{
	(void)pthread_mutex_lock(&record->mutex); /* neither it nor those below can fail as they are used */
	record->hurry = true;
	(void)pthread_cond_signal(&record->wake);
	(void)pthread_mutex_unlock(&record->mutex);
}

static void seen(void *context, const struct http_seen *seen)
{
	struct record *record = context;
	if (seen->request->dialect == DIALECT_PAGE) {
		return; /* forms and cookies of people, which no other dialect has a call for */
	}
	assert(seen->thread < record->thread_count);
	struct lane *lane = &record->lanes[seen->thread];
	const struct captured captured = captured_of(seen);
	size_t size = size_of(&captured);
	(void)pthread_mutex_lock(&lane->mutex);
	bool fits = size <= BUFFER_SIZE - lane->used;
	bool was_half = lane->used >= BUFFER_SIZE / 2;
	if (fits) {
		copy(captured, lane->bytes + lane->used);
		lane->used += size;
	} else {
		atomic_fetch_add(&record->dropped, 1);
	}
	bool half = lane->used >= BUFFER_SIZE / 2;
	(void)pthread_mutex_unlock(&lane->mutex);
	if (half && !was_half) {
		wake(record);
	}
}

/* --- on the recorder's thread */

static void write_lines(struct record *record)
{
	struct buffer *lines = &record->lines;
	if (lines->size > 0 && !record->broken && !record_file_write(&record->file, lines->bytes, lines->size)) {
		record->broken = true;
		log_write(LOG_ERROR, "recording has stopped: %s: %s", record->file.path, strerror(errno));
	}
	if (record->broken) {
		atomic_fetch_add(&record->dropped, record->lines_count);
	} else {
		record->recorded += record->lines_count;
	}
	record->lines_count = 0;
	buffer_clear(lines);
}

static void write_exchange(struct record *record, const struct captured *captured)
{
	struct buffer *line = &record->maker.line;
	if (record->broken || !captured_write(&record->maker, &record->key, captured)) {
		atomic_fetch_add(&record->dropped, 1);
		return;
	}
	buffer_write(&record->lines, line->bytes, line->size);
	record->lines_count++;
	if (record->lines.size >= LINES_SIZE) {
		write_lines(record);
	}
}

/* All at one moment: what was seen later than anything that is taken now is taken later, too. */
static void take_all(struct record *record)
{
	for (unsigned i = 0; i < record->thread_count; i++) {
		(void)pthread_mutex_lock(&record->lanes[i].mutex);
	}
	for (unsigned i = 0; i < record->thread_count; i++) {
		struct lane *lane = &record->lanes[i];
		char *empty = lane->taken;
		lane->taken = lane->bytes;
		lane->taken_used = lane->used;
		lane->taken_at = 0;
		lane->bytes = empty;
		lane->used = 0;
	}
	for (unsigned i = 0; i < record->thread_count; i++) {
		(void)pthread_mutex_unlock(&record->lanes[i].mutex);
	}
}

/* The lane whose next exchange was answered first; NULL: all are empty. */
static struct lane *find_earliest(struct record *record, struct captured *captured)
{
	struct lane *earliest = NULL;
	for (unsigned i = 0; i < record->thread_count; i++) {
		struct lane *lane = &record->lanes[i];
		struct captured next;
		if (lane->taken_at == lane->taken_used) {
			continue;
		}
		memcpy(&next, lane->taken + lane->taken_at, sizeof next);
		if (earliest == NULL ||
			next.at_us + next.latency_us < captured->at_us + captured->latency_us) {
			earliest = lane;
			*captured = next;
		}
	}
	return earliest;
}

static void drain(struct record *record)
{
	struct captured captured;
	struct lane *lane;
	take_all(record);
	while ((lane = find_earliest(record, &captured)) != NULL) {
		lane->taken_at += size_of(&captured);
		write_exchange(record, &captured);
	}
	for (unsigned i = 0; i < record->thread_count; i++) {
		explicit_bzero(record->lanes[i].taken, record->lanes[i].taken_used); /* it held secrets */
	}
}

static void say_drops(struct record *record, time_t now)
{
	unsigned long long dropped = record_left_out(record);
	if (dropped == record->said_dropped || now - record->said_at < SAY_EVERY_S) {
		return;
	}
	log_write(LOG_WARNING, "recording has left out %llu exchanges so far", dropped);
	record->said_dropped = dropped;
	record->said_at = now;
}

/* Returns whether it is to go on. */
static bool wait_for_work(struct record *record)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail with this clock */
	until.tv_nsec += DRAIN_EVERY_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	(void)pthread_mutex_lock(&record->mutex);
	int ended = 0;
	while (!record->hurry && !record->stopping && ended == 0) {
		ended = pthread_cond_timedwait(&record->wake, &record->mutex, &until);
	}
	record->hurry = false;
	bool stopping = record->stopping;
	(void)pthread_mutex_unlock(&record->mutex);
	return !stopping;
}

static void *run(void *context)
{
	struct record *record = context;
	bool going = true;
	(void)setpriority(PRIO_PROCESS, 0, NICE); /* Linux: of this thread alone; without it the recorder works, too */
	while (going) {
		going = wait_for_work(record);
		drain(record);
		write_lines(record);
		say_drops(record, time(NULL));
	}
	return NULL;
}

/* --- its life */

static void destroy(struct record *record)
{
	for (unsigned i = 0; record->lanes != NULL && i < record->thread_count; i++) {
		free(record->lanes[i].bytes);
		free(record->lanes[i].taken);
	}
	free(record->lanes);
	line_maker_finish(&record->maker);
	buffer_finish(&record->lines);
	record_file_close(&record->file);
	explicit_bzero(&record->key, sizeof record->key);
	free(record);
}

static bool make_lanes(struct record *record)
{
	record->lanes = calloc(record->thread_count, sizeof *record->lanes);
	bool made = record->lanes != NULL;
	for (unsigned i = 0; made && i < record->thread_count; i++) {
		(void)pthread_mutex_init(&record->lanes[i].mutex, NULL); /* cannot fail without attributes */
		record->lanes[i].bytes = malloc(BUFFER_SIZE);
		record->lanes[i].taken = malloc(BUFFER_SIZE);
		made = record->lanes[i].bytes != NULL && record->lanes[i].taken != NULL;
	}
	return made;
}

struct record *record_start(const struct record_options *options, char *why, size_t capacity)
{
	struct record *record = calloc(1, sizeof *record);
	if (record == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		return NULL;
	}
	record->file = (struct record_file){
		.path = options->path, .size_max = options->size_max, .keep = options->keep, .descriptor = -1};
	record->thread_count = options->threads;
	alias_key_derive(options->master_key, &record->key);
	(void)pthread_mutex_init(&record->mutex, NULL); /* neither can fail without attributes */
	(void)pthread_cond_init(&record->wake, NULL);
	if (!record_file_open(&record->file, why, capacity)) {
		destroy(record);
		return NULL;
	}
	if (!make_lanes(record) || pthread_create(&record->thread, NULL, run, record) != 0) {
		(void)snprintf(why, capacity, "the recorder cannot start: no memory or threads");
		destroy(record);
		return NULL;
	}
	return record;
}

uint64_t record_left_out(const struct record *record)
{
	return atomic_load(&record->dropped);
}

static void write_metrics(void *context, struct http_response *response)
{
	char count[COUNT_SIZE];
	(void)snprintf(count, sizeof count, "%llu\n", (unsigned long long)record_left_out(context)); /* it fits */
	response_puts(response,
		"# HELP joinery_recording_left_out_total Exchanges that are not in the recording.\n"
		"# TYPE joinery_recording_left_out_total counter\njoinery_recording_left_out_total ");
	response_puts(response, count);
}

struct http_observer record_observer(struct record *record)
{
	return (struct http_observer){.seen = seen, .context = record, .write_metrics = write_metrics};
}

void record_stop(struct record *record)
{
	if (record == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&record->mutex);
	record->stopping = true;
	(void)pthread_cond_signal(&record->wake);
	(void)pthread_mutex_unlock(&record->mutex);
	(void)pthread_join(record->thread, NULL); /* it is joinable, and no other */
	log_write(LOG_INFO, "recorded %llu exchanges, left out %llu", (unsigned long long)record->recorded,
		(unsigned long long)record_left_out(record));
	destroy(record);
}
