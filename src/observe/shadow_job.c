#include "observe/shadow_job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "text/fold.h"

enum key_kind {
	KEY_CONNECTION,
	KEY_CALLER,
	KEY_GROUP,
	KEY_SLUG,
	KEY_PERSON,
	KEY_FROB,
	KEY_INVITE,
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
static void find_group_keys(struct shadow_job *job, const struct http_seen *seen)
{
	const struct request *request = seen->request;
	const struct reply *reply = seen->reply;
	bool shows = (reply->items & REPLY_GROUP) != 0;
	uint64_t group = request->group.kind == REFERENCE_ID ? request->group.id
			 : shows			     ? reply->group.group.id
							     : 0;
	if (group != 0) {
		add_key(job, KEY_GROUP, &group, sizeof group);
	}
	if (request->group.kind == REFERENCE_SLUG) {
		add_key(job, KEY_SLUG, request_text(request, request->group.slug),
			request->group.slug.length);
	}
	if (shows) {
		struct text slug = reply->group.group.slug;
		add_key(job, KEY_SLUG, reply_text(reply, slug), slug.length);
	}
}

/* How many members a group has that a list shows is what those before it have made of it. */
static void find_listed_keys(struct shadow_job *job, const struct http_seen *seen)
{
	const struct request *request = seen->request;
	bool lists = request->operation == OPERATION_USER_GROUPS || request->operation == OPERATION_GROUP_INFO;
	bool shows = lists && (seen->reply->items & REPLY_PAGE) != 0 && request->listing.order != ORDER_ID_ASC;
	for (uint32_t i = 0; shows && i < seen->page->count && i < SHADOW_LISTED_MAX; i++) {
		uint64_t group = seen->page->groups[i].group.id;
		add_key(job, KEY_GROUP, &group, sizeof group);
	}
}

/* Who uses a token waits for the call that made it. */
static void find_secret_keys(struct shadow_job *job, const struct http_seen *seen)
{
	const struct request *request = seen->request;
	const struct reply *reply = seen->reply;
	if (request->token.given) {
		add_key(job, KEY_CALLER, request->token.digest, sizeof request->token.digest);
	}
	if ((reply->items & REPLY_SECRET) != 0) {
		uint8_t digest[DIGEST_SIZE];
		text_sha256(reply_text(reply, reply->secret), reply->secret.length, digest);
		add_key(job, KEY_CALLER, digest, sizeof digest);
	}
	if (request->frob.given) {
		add_key(job, KEY_FROB, request->frob.digest, sizeof request->frob.digest);
	}
	if (request->invite_kind == INVITE_TOKEN) {
		add_key(job, KEY_INVITE, request_text(request, request->invite), request->invite.length);
	}
	if ((reply->items & REPLY_MACAROON) != 0) {
		add_key(job, KEY_INVITE, reply_text(reply, reply->macaroon), reply->macaroon.length);
	}
}

static void find_keys(struct shadow_job *job, const struct http_seen *seen)
{
	const struct request *request = seen->request;
	add_key(job, KEY_CONNECTION, &seen->connection, sizeof seen->connection);
	find_group_keys(job, seen);
	find_listed_keys(job, seen);
	find_secret_keys(job, seen);
	if (request->user.kind == REFERENCE_ID) {
		add_key(job, KEY_PERSON, &request->user.id, sizeof request->user.id);
	}
	assert(job->key_count <= SHADOW_KEYS_MAX);
}

static uint64_t *word_of(struct shadow_key_bits *taken, uint64_t key)
{
	return &taken->words[key % SHADOW_KEY_BITS / 64];
}

bool shadow_job_take_keys(const struct shadow_job *job, struct shadow_key_bits *taken)
{
	bool is_free = true;
	for (size_t i = 0; i < job->key_count; i++) { /* before its own are added: it may have one twice */
		is_free = is_free && (*word_of(taken, job->keys[i]) >> job->keys[i] % 64 & 1) == 0;
	}
	for (size_t i = 0; i < job->key_count; i++) {
		*word_of(taken, job->keys[i]) |= (uint64_t)1 << job->keys[i] % 64;
	}
	return is_free;
}

static const char *header_of(const struct http_seen *seen, const char *name)
{
	const char *value = response_find_header(seen->response, name);
	return value == NULL ? "" : value;
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

struct shadow_job *shadow_job_create(const struct http_seen *seen)
{
	const struct captured captured = captured_of(seen);
	const char *location = header_of(seen, "Location");
	const char *etag = header_of(seen, "ETag");
	struct span kept[] = {{location, strlen(location)}, {etag, strlen(etag)}};
	size_t size = sizeof(struct shadow_job) + texts_size(&captured) + kept[0].length + kept[1].length + 2;
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
	move(&kept[0], &to);
	move(&kept[1], &to);
	job->captured.location = kept[0];
	job->location = kept[0].bytes;
	job->etag = kept[1].bytes;
	find_keys(job, seen);
	return job;
}

void shadow_job_destroy(struct shadow_job *job)
{
	buffer_wipe(&job->call.reply);
	buffer_wipe(&job->call.head);
	buffer_wipe(&job->told);
	explicit_bzero(job, job->size);
	free(job);
}
