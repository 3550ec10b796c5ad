#include "observe/shadow_words.h"

#include <stdlib.h>
#include <string.h>

#include "observe/retell.h"

#define PAIRS_KIND_MAX 20000
#define ID_DIGITS_MAX 19
#define STATUS_CLASS 100
#define CLASS_GOOD 2

bool shadow_words_init(struct shadow_words *words)
{
	*words = (struct shadow_words){.pairs = pairs_create(PAIRS_KIND_MAX)};
	return words->pairs != NULL;
}

void shadow_words_finish(struct shadow_words *words)
{
	pairs_destroy(words->pairs);
	for (unsigned side = 0; side < PAIRS_SIDES; side++) {
		reply_fields_finish(&words->raw[side]);
	}
}

void shadow_words_note(struct shadow_words *words, const struct http_seen *seen)
{
	uint64_t id = seen->reply->group.group.id;
	if (seen->request->operation != OPERATION_GROUP_CREATE || (seen->reply->items & REPLY_GROUP) == 0) {
		return;
	}
	uint_fast64_t first = atomic_load(&words->group_first);
	while ((first == 0 || id < first) && !atomic_compare_exchange_weak(&words->group_first, &first, id)) {
	}
	uint_fast64_t last = atomic_load(&words->group_last);
	while (id > last && !atomic_compare_exchange_weak(&words->group_last, &last, id)) {
	}
}

/* --- asking */

static bool was_made(const struct shadow_words *words, const char *text)
{
	size_t length = strlen(text);
	uint64_t first = atomic_load(&words->group_first);
	if (first == 0 || length > ID_DIGITS_MAX || strspn(text, "0123456789") != length) {
		return false;
	}
	uint64_t id = strtoull(text, NULL, 10);
	return id >= first && id <= atomic_load(&words->group_last);
}

static const char *say_theirs(void *context, enum reply_field_kind kind, const char *text)
{
	struct shadow_words *words = context;
	const char *found = pairs_find(words->pairs, PAIRS_OURS, kind, text);
	words->unpaired = words->unpaired || (found == NULL && kind == FIELD_GROUP && was_made(words, text));
	return found == NULL ? text : found;
}

/* Where texts stand may change while the buffer grows, so they get their places at the end. */
struct places {
	size_t target;
	size_t body;
	size_t headers[HEADER_COUNT];
};

static size_t begin(struct buffer *told)
{
	buffer_write(told, "", told->size > 0); /* the NUL of the one before */
	return told->size;
}

static void tell(const struct reply_words *words, struct shadow_job *job, struct places *places)
{
	const struct captured *captured = &job->captured;
	struct buffer *told = &job->told;
	places->target = begin(told);
	retell_target(words, captured->target, told);
	places->body = begin(told);
	retell_body(words, captured->dialect, captured->body, told);
	job->call.body_size = told->size - places->body;
	for (enum captured_header i = 0; i < HEADER_COUNT; i++) {
		if (captured->headers[i].bytes != NULL) {
			places->headers[i] = begin(told);
			retell_header(words, i, captured->headers[i], told);
		}
	}
	(void)begin(told);
}

bool shadow_words_tell(struct shadow_words *words, struct shadow_job *job)
{
	const struct reply_words theirs = {.say = say_theirs, .context = words};
	const struct captured *captured = &job->captured;
	struct courier_call *call = &job->call;
	struct places places;
	words->unpaired = false;
	tell(&theirs, job, &places);
	call->method = http_method_name(captured->method);
	call->target = job->told.bytes + places.target;
	call->body = job->told.bytes + places.body;
	/* Legacy calls change things by GET, too. */
	call->repeatable = captured->method == HTTP_GET && captured->dialect != DIALECT_LEGACY;
	for (enum captured_header i = 0; i < HEADER_COUNT; i++) {
		if (captured->headers[i].bytes != NULL) {
			call->headers[call->header_count].name = captured_header_name(i);
			call->headers[call->header_count++].value = job->told.bytes + places.headers[i];
		}
	}
	call->headers[call->header_count].name = SHADOW_MARK;
	call->headers[call->header_count++].value = "1";
	return !words->unpaired && !job->told.failed;
}

/* --- answers */

void shadow_words_learn(struct shadow_words *words, const struct shadow_job *job)
{
	const struct captured *captured = &job->captured;
	const struct courier_call *call = &job->call;
	const char *operation = operation_name(captured->operation);
	const struct span theirs = {call->reply.bytes, call->reply.size};
	if (captured->status / STATUS_CLASS != CLASS_GOOD || call->status / STATUS_CLASS != CLASS_GOOD) {
		return;
	}
	if (reply_fields_read(&words->raw[PAIRS_OURS], captured->reply, NULL) &&
		reply_fields_read(&words->raw[PAIRS_THEIRS], theirs, NULL)) {
		pairs_learn(words->pairs, operation, &words->raw[PAIRS_OURS], &words->raw[PAIRS_THEIRS]);
	}
	pairs_learn_link(words->pairs, operation, job->location, call->location);
	if (job->etag[0] != '\0' && call->etag[0] != '\0') {
		(void)pairs_add(words->pairs, FIELD_OPAQUE, job->etag, call->etag); /* known already: fine */
	}
}

static const char *say_ours(void *context, enum reply_field_kind kind, const char *text)
{
	struct shadow_words *words = context;
	const char *found = pairs_find(words->pairs, PAIRS_THEIRS, kind, text);
	return found == NULL ? text : found;
}

struct reply_words shadow_words_of_replies(struct shadow_words *words)
{
	return (struct reply_words){.say = say_ours, .context = words};
}
