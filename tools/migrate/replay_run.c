/* A window of calls slides over the recording: what is in it was read and not yet answered by every side, in the order
 * of its lines. Its first call depends on nothing, so something can always go on. */
#include "migrate/replay_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "migrate/replay_keys.h"
#include "migrate/replay_request.h"

#define WINDOW_PER_CALL 4
#define SECOND_US 1000000
#define WAIT_MAX_MS 1000
#define WHY_SIZE 512
#define BAD_SHOWN_MAX 10

enum slot_state {
	SLOT_FREE,
	SLOT_WAITING,
	SLOT_SENT,
	SLOT_ANSWERED,
};

struct slot {
	enum slot_state state;
	struct recorded recorded; /* its texts are this slot's */
	struct replay_keys keys;
	int64_t due_us;
	unsigned answers;
	struct replay_request requests[REPLAY_SIDES_MAX];
	struct courier_call calls[REPLAY_SIDES_MAX];
	struct window *window;
};

struct window {
	struct replay_run *run;
	struct courier *courier;
	struct replay_compare *compare;
	struct replay_links links;
	struct slot *slots; /* a ring */
	size_t capacity;
	size_t first;
	size_t count;
	int64_t started_us;
	uint64_t last_sent_line;
	uint64_t failed_line; /* 0: none */
	uint64_t bad;
	bool ended; /* of the recording */
};

static int64_t clock_us(clockid_t id)
{
	struct timespec now;
	(void)clock_gettime(id, &now); /* cannot fail with these clocks */
	return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

/* --- slots */

static bool keep_recorded(const struct recorded *from, struct recorded *to)
{
	*to = *from;
	to->operation = strdup(from->operation);
	to->method = strdup(from->method);
	to->path = strdup(from->path);
	to->raw_body = from->raw_body == NULL ? NULL : strdup(from->raw_body);
	to->outcome = from->outcome == NULL ? NULL : strdup(from->outcome);
	to->reply = from->reply == NULL ? NULL : strdup(from->reply);
	to->location = from->location == NULL ? NULL : strdup(from->location);
	to->query = json_incref(from->query);
	to->form = json_incref(from->form);
	to->body = json_incref(from->body);
	to->headers = json_incref(from->headers);
	return to->operation != NULL && to->method != NULL && to->path != NULL &&
	       (from->raw_body == NULL || to->raw_body != NULL) &&
	       (from->outcome == NULL || to->outcome != NULL) && (from->reply == NULL || to->reply != NULL) &&
	       (from->location == NULL || to->location != NULL);
}

static void forget_recorded(struct recorded *recorded)
{
	const char *texts[] = {recorded->operation, recorded->method, recorded->path, recorded->raw_body,
		recorded->outcome, recorded->reply, recorded->location};
	json_t *objects[] = {recorded->query, recorded->form, recorded->body, recorded->headers};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		free((void *)(uintptr_t)texts[i]); /* made by keep_recorded */
	}
	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
		json_decref(objects[i]);
	}
	*recorded = (struct recorded){0};
}

static struct slot *slot_at(const struct window *window, size_t place)
{
	return &window->slots[(window->first + place) % window->capacity];
}

/* --- reading */

static bool wants(const struct window *window)
{
	return !window->ended && window->count < window->capacity && !*window->run->interrupted &&
	       window->failed_line == 0;
}

static bool is_wanted(struct replay_run *run, const struct recorded *recorded)
{
	return recorded->line >= run->from_line && (run->last_line == 0 || recorded->line <= run->last_line) &&
	       replay_pace_takes(&run->pace, recorded);
}

static void take(struct window *window, const struct recorded *recorded)
{
	struct replay_run *run = window->run;
	if (!is_wanted(run, recorded)) {
		return;
	}
	const char *lacks = replay_request_lacks(recorded);
	if (lacks != NULL) {
		replay_compare_skip(recorded, lacks, run->report);
		return;
	}
	struct slot *slot = slot_at(window, window->count);
	run->failed = !keep_recorded(recorded, &slot->recorded) || run->failed;
	window->count++;
	slot->state = SLOT_WAITING;
	slot->answers = 0;
	slot->window = window;
	slot->due_us = replay_pace_due_us(&run->pace, recorded);
	replay_keys_find(recorded, &window->links, &slot->keys);
	if (run->map->clock.recorded == 0) {
		run->map->clock.recorded = recorded->at_us / SECOND_US;
	}
}

static void fill(struct window *window)
{
	struct recorded recorded;
	char why[WHY_SIZE];
	while (wants(window)) {
		switch (recording_next(window->run->recording, &recorded, why, sizeof why)) {
		case RECORDING_READ:
			take(window, &recorded);
			break;
		case RECORDING_END:
			window->ended = true;
			break;
		case RECORDING_BAD:
			if (window->bad++ < BAD_SHOWN_MAX) {
				report_trouble(window->run->report, MIGRATE_USAGE, why);
			}
			break;
		}
	}
}

/* --- answers */

static void fail(struct window *window, const struct slot *slot, const char *line, enum migrate_exit end)
{
	if (window->failed_line == 0 || slot->recorded.line < window->failed_line) {
		window->failed_line = slot->recorded.line;
	}
	report_trouble(window->run->report, end, line);
}

static bool is_redirect(const struct courier_call *call)
{
	static const int statuses[] = {301, 302, 303, 307, 308};
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		if (call->status == statuses[i]) {
			return call->location[0] != '\0';
		}
	}
	return false;
}

/* False: the side has not answered, and the run ends. */
static bool judge(struct window *window, const struct slot *slot, const struct courier_call *call)
{
	char line[3 * WHY_SIZE];
	if (call->end != COURIER_ANSWERED) {
		(void)snprintf(line, sizeof line, "line %" PRIu64 ": %s does not answer: %s",
			slot->recorded.line, call->side->url, call->why);
		fail(window, slot, line, MIGRATE_UNREACHABLE);
		return false;
	}
	if (is_redirect(call)) {
		(void)snprintf(line, sizeof line,
			"line %" PRIu64 ": %s redirects (%d): that is not followed, "
			"for it may lead to a host that nobody allowed",
			slot->recorded.line, call->side->url, call->status);
		fail(window, slot, line, MIGRATE_UNREACHABLE);
		return false;
	}
	return true;
}

static void compare(struct window *window, struct slot *slot)
{
	const struct replay_run *run = window->run;
	struct replay_request memory = {0};
	struct courier_call shown = {0};
	struct buffer lines[REPLAY_SIDES_MAX] = {{.bytes = NULL}};
	bool written = replay_request_write(&slot->recorded, NULL, 0, &memory, &shown);
	struct replay_compared compared = {
		.recorded = &slot->recorded,
		.now = clock_us(CLOCK_REALTIME) / SECOND_US,
		.side_count = run->side_count,
		.calls = slot->calls,
	};
	for (unsigned side = 0; side < run->side_count; side++) {
		bool made = written && replay_request_show(&shown, run->sides[side].url, &lines[side]);
		compared.shown_requests[side] = made ? lines[side].bytes : NULL;
	}
	replay_compare_add(window->compare, &compared, run->report);
	replay_request_finish(&memory);
	for (unsigned side = 0; side < run->side_count; side++) {
		buffer_finish(&lines[side]);
	}
}

/* A side that was given an alias in the place of a secret refuses it, whatever it would have done. */
static void count_unnamed(struct replay_run *run, const struct slot *slot)
{
	for (unsigned side = 0; side < run->side_count; side++) {
		const char *alias = slot->requests[side].unnamed;
		if (alias[0] == '\0') {
			continue;
		}
		if (run->unnamed++ == 0) {
			(void)snprintf(run->first_unnamed, sizeof run->first_unnamed, "%s in line %" PRIu64, alias,
				slot->recorded.line);
		}
		return;
	}
}

static void done(void *context, struct courier_call *call)
{
	struct slot *slot = context;
	struct window *window = slot->window;
	(void)call;
	if (++slot->answers < window->run->side_count) {
		return;
	}
	slot->state = SLOT_ANSWERED;
	bool answered = true;
	for (unsigned side = 0; side < window->run->side_count; side++) {
		answered = judge(window, slot, &slot->calls[side]) && answered;
	}
	if (answered) {
		window->run->sent++;
		count_unnamed(window->run, slot);
		compare(window, slot);
	}
}

/* --- sending */

/* Legacy calls change things by GET, too. */
static bool is_repeatable(const struct recorded *recorded)
{
	return recorded->dialect != DIALECT_LEGACY && strcmp(recorded->method, "GET") == 0;
}

static void start(struct window *window, struct slot *slot)
{
	struct replay_run *run = window->run;
	slot->state = SLOT_SENT;
	window->last_sent_line =
		slot->recorded.line > window->last_sent_line ? slot->recorded.line : window->last_sent_line;
	for (unsigned side = 0; side < run->side_count; side++) {
		struct courier_call *call = &slot->calls[side];
		call->side = &run->sides[side];
		call->deadline_ms = run->timeout_ms;
		call->repeatable = is_repeatable(&slot->recorded);
		call->done = done;
		call->context = slot;
		if (!replay_request_write(&slot->recorded, run->map, side, &slot->requests[side], call) ||
			!courier_send(window->courier, call)) {
			call->end = COURIER_BROKEN;
			(void)snprintf(
				call->why, sizeof call->why, "the call is too large, or memory is out");
			done(slot, call);
		}
	}
}

static bool is_free(const struct window *window, size_t place)
{
	const struct slot *slot = slot_at(window, place);
	for (size_t i = 0; i < place; i++) {
		const struct slot *earlier = slot_at(window, i);
		if (earlier->state != SLOT_ANSWERED && replay_keys_meet(&earlier->keys, &slot->keys)) {
			return false;
		}
	}
	return true;
}

/* After an interruption only what stands before a call that was sent goes out, so that one line says where to go on. */
static bool may_start(const struct window *window, const struct slot *slot)
{
	return window->failed_line == 0 &&
	       (!*window->run->interrupted || slot->recorded.line < window->last_sent_line);
}

/* Starts what is due and free; returns how long to wait for the next one. */
static uint32_t start_due(struct window *window)
{
	int64_t wait_us = WAIT_MAX_MS * 1000;
	int64_t now_us = clock_us(CLOCK_MONOTONIC) - window->started_us;
	for (size_t i = 0; i < window->count; i++) {
		struct slot *slot = slot_at(window, i);
		if (slot->state != SLOT_WAITING || !may_start(window, slot)) {
			continue;
		}
		if (courier_under_way(window->courier) >=
			window->run->concurrency * window->run->side_count) {
			break;
		}
		if (slot->due_us > now_us && !*window->run->interrupted) {
			wait_us = slot->due_us - now_us < wait_us ? slot->due_us - now_us : wait_us;
			break; /* later ones are due later */
		}
		if (is_free(window, i)) {
			start(window, slot);
		}
	}
	return (uint32_t)((wait_us + 999) / 1000);
}

static void drop_answered(struct window *window)
{
	while (window->count > 0 && slot_at(window, 0)->state == SLOT_ANSWERED) {
		struct slot *slot = slot_at(window, 0);
		forget_recorded(&slot->recorded);
		slot->state = SLOT_FREE;
		window->first = (window->first + 1) % window->capacity;
		window->count--;
	}
}

/* Whether anything is under way or will be. */
static bool goes_on(const struct window *window)
{
	if (courier_under_way(window->courier) > 0) {
		return true;
	}
	for (size_t i = 0; i < window->count && !window->run->failed; i++) {
		const struct slot *slot = slot_at(window, i);
		if (slot->state == SLOT_WAITING && may_start(window, slot)) {
			return true;
		}
	}
	return !window->run->failed && wants(window);
}

static void find_next_line(struct window *window)
{
	struct replay_run *run = window->run;
	if (window->failed_line != 0) {
		run->next_line = window->failed_line;
	} else if (*run->interrupted && !window->ended) {
		run->next_line =
			window->count > 0 ? slot_at(window, 0)->recorded.line : window->last_sent_line + 1;
	} else if (window->count > 0) {
		run->next_line = slot_at(window, 0)->recorded.line;
	}
}

static void finish(struct window *window)
{
	for (size_t i = 0; window->slots != NULL && i < window->capacity; i++) {
		struct slot *slot = &window->slots[i];
		forget_recorded(&slot->recorded);
		for (unsigned side = 0; side < REPLAY_SIDES_MAX; side++) {
			replay_request_finish(&slot->requests[side]);
			buffer_finish(&slot->calls[side].reply);
		}
	}
	free(window->slots);
	replay_links_finish(&window->links);
	replay_compare_destroy(window->compare);
}

static void loop(struct window *window)
{
	struct replay_run *run = window->run;
	window->started_us = clock_us(CLOCK_MONOTONIC);
	if (run->map->clock.run == 0) {
		run->map->clock.run = clock_us(CLOCK_REALTIME) / SECOND_US;
	}
	do {
		uint64_t read;
		uint64_t total;
		fill(window);
		uint32_t wait_ms = start_due(window);
		if (window->count > 0) {
			courier_turn(window->courier, wait_ms);
		}
		drop_answered(window);
		recording_progress(run->recording, &read, &total);
		report_progress(run->report, read, total);
	} while (goes_on(window));
	find_next_line(window);
}

void replay_run(struct replay_run *run)
{
	struct window window = {
		.run = run,
		.courier = courier_create(run->concurrency * run->side_count),
		.compare = replay_compare_create(run->map, run->key),
		.capacity = (size_t)(run->concurrency == 1 ? 1 : run->concurrency * WINDOW_PER_CALL),
	};
	window.slots = calloc(window.capacity, sizeof *window.slots);
	if (window.courier == NULL || window.compare == NULL || window.slots == NULL) {
		run->failed = true;
	} else {
		loop(&window);
	}
	courier_destroy(window.courier); /* before what its calls point into */
	finish(&window);
}

/* False: out of memory. */
static bool print_request(const struct recorded *recorded, const char *url, struct replay_request *memory,
	struct courier_call *call, struct buffer *line)
{
	const char *lacks = replay_request_lacks(recorded);
	if (lacks != NULL) {
		(void)printf("# line %" PRIu64 ": %s\n", recorded->line, lacks);
		return true;
	}
	if (!replay_request_write(recorded, NULL, 0, memory, call) || !replay_request_show(call, url, line)) {
		return false;
	}
	(void)printf("%s\n", line->bytes); /* what could not be written shows when the stream is flushed */
	return true;
}

bool replay_run_dry(struct replay_run *run)
{
	struct recorded recorded;
	char why[WHY_SIZE];
	struct replay_request memory = {0};
	struct courier_call call = {0};
	struct buffer line = {0};
	bool good = true;
	enum recording_result result;
	while ((result = recording_next(run->recording, &recorded, why, sizeof why)) != RECORDING_END) {
		if (result == RECORDING_BAD) {
			(void)fprintf(stderr, "joinery: %s: %s\n", run->path, why);
			good = false;
		} else if (is_wanted(run, &recorded)) {
			good = print_request(&recorded, run->sides[0].url, &memory, &call, &line) && good;
		}
	}
	replay_request_finish(&memory);
	buffer_finish(&line);
	return good;
}
