#include "observe/shadow_job.h"

#include <stdlib.h>
#include <string.h>

enum key_kind {
	KEY_CONNECTION,
	KEY_CALLER,
	KEY_GROUP,
	KEY_SLUG,
	KEY_PERSON,
};

static void add_key(struct shadow_job *job, enum key_kind kind, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	uint64_t hash =
		14695981039346656037u ^ (uint64_t)kind; /* FNV-1a: equal by chance only costs a wait */
	for (size_t i = 0; i < size; i++) {
		hash = (hash ^ byte[i]) * 1099511628211u;
	}
	job->keys[job->key_count++] = hash;
}

/* A call that names its group by slug, and whose reply shows the group, depends on the id as well: so it keeps its
 * order with those that name the id. */
static void find_keys(struct shadow_job *job, const struct http_seen *seen)
{
	const struct request *request = seen->request;
	bool shows = (seen->reply->items & REPLY_GROUP) != 0;
	uint64_t shown = shows ? seen->reply->group.group.id : 0;
	uint64_t group = request->group.kind == REFERENCE_ID ? request->group.id : shown;
	add_key(job, KEY_CONNECTION, &seen->connection, sizeof seen->connection);
	if (request->token.given) {
		add_key(job, KEY_CALLER, request->token.digest, sizeof request->token.digest);
	}
	if (group != 0) {
		add_key(job, KEY_GROUP, &group, sizeof group);
	}
	if (request->group.kind == REFERENCE_SLUG) {
		add_key(job, KEY_SLUG, request_text(request, request->group.slug),
			request->group.slug.length);
	}
	if (request->user.kind == REFERENCE_ID) {
		add_key(job, KEY_PERSON, &request->user.id, sizeof request->user.id);
	}
}

bool shadow_jobs_meet(const struct shadow_job *one, const struct shadow_job *other)
{
	for (size_t i = 0; i < one->key_count; i++) {
		for (size_t j = 0; j < other->key_count; j++) {
			if (one->keys[i] == other->keys[j]) {
				return true;
			}
		}
	}
	return false;
}

static size_t texts_size(const struct captured *captured)
{
	size_t size = captured->target.length + captured->body.length + captured->reply.length + 3;
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		size += captured->headers[i].length + 1;
	}
	return size;
}

static void move(struct span *span, char **to)
{
	if (span->bytes == NULL) {
		return;
	}
	if (span->length > 0) {
		memcpy(*to, span->bytes, span->length);
	}
	span->bytes = *to;
	*to += span->length;
	*(*to)++ = '\0';
}

static void write_call(struct shadow_job *job)
{
	const struct captured *captured = &job->captured;
	struct courier_call *call = &job->call;
	call->method = http_method_name(captured->method);
	call->target = captured->target.bytes;
	call->body = captured->body.bytes;
	call->body_size = captured->body.length;
	/* Legacy calls change things by GET, too. */
	call->repeatable = captured->method == HTTP_GET && captured->dialect != DIALECT_LEGACY;
	for (enum captured_header i = 0; i < HEADER_COUNT; i++) {
		if (captured->headers[i].bytes != NULL) {
			call->headers[call->header_count].name = captured_header_name(i);
			call->headers[call->header_count++].value = captured->headers[i].bytes;
		}
	}
}

struct shadow_job *shadow_job_create(const struct http_seen *seen)
{
	const struct captured captured = captured_of(seen);
	size_t size = sizeof(struct shadow_job) + texts_size(&captured);
	struct shadow_job *job = malloc(size);
	if (job == NULL) {
		return NULL;
	}
	memset(job, 0, sizeof *job);
	job->captured = captured;
	job->size = size;
	char *to = job->texts;
	move(&job->captured.target, &to);
	move(&job->captured.body, &to);
	move(&job->captured.reply, &to);
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		move(&job->captured.headers[i], &to);
	}
	find_keys(job, seen);
	write_call(job);
	return job;
}

void shadow_job_destroy(struct shadow_job *job)
{
	struct buffer *reply = &job->call.reply;
	if (reply->bytes != NULL) {
		explicit_bzero(reply->bytes, reply->capacity);
	}
	buffer_finish(reply);
	buffer_finish(&job->call.head);
	explicit_bzero(job, job->size);
	free(job);
}
