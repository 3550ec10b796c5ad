/* Runs requests as the server does between its sockets and its writer: decode, try, write, encode.
 *
 * DESIGN. Everything that the server gives to decode, engine and encode is given here, too, so the same
 * functions answer with the same bytes; only clock and seed come from the caller. Memory grows to what the
 * largest request needed and stays. */
#include "migrate/stage.h"

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "compat.h"
#include "migrate/http_text.h"
#include "model/limits.h"
#include "pages/pages.h"

/* What a request's headers can add to its block. */
#define HEADERS_SIZE_MAX 16384
#define DUE_PER_TURN 200
#define FIRST_STATUS_REFUSED 300

static const struct dialect_driver *const DRIVERS[] = {
	&compat_driver, &onezone_driver, &pages_driver, &v3_driver, NULL};

struct stage {
	struct stage_options options;
	struct http_site site;
	struct txn *txn;
	struct texts scratch;
	struct reply reply;
	struct page page;
	char *text; /* the request's text, taken apart */
	size_t text_capacity;
	char *path;
	size_t path_capacity;
	void *block;
	size_t block_capacity;
};

struct stage *stage_create(const struct stage_options *options)
{
	struct stage *stage = calloc(1, sizeof *stage);
	if (stage == NULL) {
		return NULL;
	}
	stage->options = *options;
	stage->site.public_url = options->public_url;
	texts_init(&stage->scratch, NULL, 0);
	reply_init(&stage->reply);
	page_init(&stage->page);
	stage->txn = txn_create(options->store);
	if (stage->txn == NULL) {
		stage_destroy(stage);
		return NULL;
	}
	return stage;
}

void stage_destroy(struct stage *stage)
{
	if (stage == NULL) {
		return;
	}
	txn_destroy(stage->txn);
	page_finish(&stage->page);
	reply_finish(&stage->reply);
	texts_finish(&stage->scratch);
	free(stage->block);
	free(stage->path);
	free(stage->text);
	free(stage);
}

void stage_result_init(struct stage_result *result)
{
	*result = (struct stage_result){0};
}

void stage_result_finish(struct stage_result *result)
{
	response_finish(&result->response);
	response_finish(&result->probe);
}

static bool reserve(void **memory, size_t *capacity, size_t size)
{
	if (*capacity >= size) {
		return true;
	}
	void *grown = realloc(*memory, size);
	if (grown == NULL) {
		return false;
	}
	*memory = grown;
	*capacity = size;
	return true;
}

/* --- a request that is read */

struct staged {
	const struct stage_moment *moment;
	struct http_text head;
	struct http_request http;
	const struct dialect_driver *driver;
	struct http_route route;
	struct request *request;
	enum outcome refusal; /* of decode; NONE: it is to be executed */
};

static enum stage_end read_text(struct stage *stage, const char *text, size_t length, struct staged *staged)
{
	if (!reserve((void **)&stage->text, &stage->text_capacity, length + 1)) {
		return STAGE_FAILED;
	}
	memcpy(stage->text, text, length);
	stage->text[length] = '\0';
	if (!http_text_read(stage->text, length, &staged->head)) {
		return STAGE_NO_REQUEST;
	}
	const char *target = staged->head.target;
	size_t target_length = strlen(target);
	if (!reserve((void **)&stage->path, &stage->path_capacity, target_length + 1)) {
		return STAGE_FAILED;
	}
	staged->http = (struct http_request){
		.method = staged->head.method,
		.target = {.bytes = target, .length = target_length},
		.body = staged->head.body,
		.header = http_text_find_header,
		.context = &staged->head,
		.site = &stage->site,
	};
	staged->refusal = http_path_read(target, stage->path, &staged->http.path, &staged->http.query);
	return STAGE_DONE;
}

static enum stage_end decode(struct stage *stage, struct staged *staged)
{
	const struct http_request *http = &staged->http;
	size_t capacity = request_capacity(http->target.length + http->body.length + HEADERS_SIZE_MAX);
	if (!reserve(&stage->block, &stage->block_capacity, capacity)) {
		return STAGE_FAILED;
	}
	staged->driver = dialect_pick(DRIVERS, &http->path);
	staged->request = request_init(stage->block, capacity, staged->driver->dialect);
	staged->route = (struct http_route){0};
	if (staged->refusal == OUTCOME_NONE) {
		dialect_take_request_id(http, staged->request);
		staged->refusal = staged->driver->decode(http, staged->request, &staged->route);
	}
	return STAGE_DONE;
}

static void execute(struct stage *stage, const struct staged *staged)
{
	const struct circumstances circumstances = {
		.options = &stage->options.engine,
		.master_key = stage->options.master_key,
		.seed = staged->moment->seed,
		.scratch = &stage->scratch,
	};
	texts_clear(&stage->scratch);
	reply_clear(&stage->reply);
	page_clear(&stage->page);
	engine_execute(&circumstances, stage->txn, staged->request, &stage->reply, &stage->page);
}

static void encode(struct stage *stage, const struct staged *staged, struct http_response *response)
{
	if (staged->refusal != OUTCOME_NONE) {
		reply_clear(&stage->reply);
		page_clear(&stage->page);
		stage->reply.outcome = staged->refusal;
	}
	response_clear(response);
	response->outcome = OUTCOME_NONE;
	staged->driver->encode(&stage->site, staged->request, &stage->reply, &stage->page, response);
}

static void tell(const struct stage *stage, const struct staged *staged, struct stage_result *result)
{
	bool own = result->response.outcome != OUTCOME_NONE;
	result->dialect = staged->driver->dialect;
	result->operation = staged->request->operation;
	result->outcome = own ? result->response.outcome : stage->reply.outcome;
	result->route = staged->route.name;
	result->method = staged->http.method;
	result->methods_allowed = staged->route.methods_allowed;
}

/* --- the run */

/* Whether the request wants to write, as the server finds out: by a try. Its reply stands if it does not. */
static bool wants_to_write(
	struct stage *stage, const struct stage_run *run, const struct staged *staged, enum stage_end *end)
{
	store_begin(stage->txn, TXN_TRY, run->moment->now);
	execute(stage, staged);
	bool wants = store_wants_to_write(stage->txn);
	*end = store_end(stage->txn) == STORE_DONE ? STAGE_DONE : STAGE_FAILED;
	return wants;
}

static enum stage_end run_probe(struct stage *stage, const struct stage_run *run, struct stage_result *result)
{
	struct staged staged = {.moment = run->moment};
	enum stage_end end = read_text(stage, run->probe, run->probe_length, &staged);
	if (end == STAGE_DONE) {
		end = decode(stage, &staged);
	}
	if (end != STAGE_DONE) {
		return end;
	}
	if (staged.refusal == OUTCOME_NONE) {
		execute(stage, &staged);
	}
	encode(stage, &staged, &result->probe);
	return STAGE_DONE;
}

/* The transaction that counts. */
static enum stage_end run_write(struct stage *stage, const struct stage_run *run, const struct staged *staged,
	struct stage_result *result)
{
	store_begin(stage->txn, TXN_WRITE, run->moment->now);
	if (staged->refusal == OUTCOME_NONE) {
		execute(stage, staged);
	}
	result->wrote = store_write_count(stage->txn) > 0;
	encode(stage, staged, &result->response);
	tell(stage, staged, result);
	if (run->changed != NULL) {
		(void)written_visit(
			stage->txn, run->changed, run->context); /* the caller's store is in memory */
	}
	bool asked = run->probe != NULL && result->response.status < FIRST_STATUS_REFUSED;
	enum stage_end end = asked ? run_probe(stage, run, result) : STAGE_DONE;
	if (store_failure(stage->txn) != STORE_DONE || !run->keep || !result->wrote) {
		bool failed = store_failure(stage->txn) != STORE_DONE;
		store_abandon(stage->txn);
		return failed ? STAGE_FAILED : end;
	}
	return store_end(stage->txn) == STORE_DONE ? end : STAGE_FAILED;
}

enum stage_end stage_run(struct stage *stage, const struct stage_run *run, struct stage_result *result)
{
	struct staged staged = {.moment = run->moment};
	result->wrote = false;
	response_clear(&result->probe);
	enum stage_end end = read_text(stage, run->text, run->length, &staged);
	if (end == STAGE_DONE) {
		end = decode(stage, &staged);
	}
	if (end != STAGE_DONE) {
		return end;
	}
	bool writes = false;
	if (staged.refusal == OUTCOME_NONE) {
		writes = run->at_once ? operation_changes(staged.request->operation)
				      : wants_to_write(stage, run, &staged, &end);
	}
	if (end == STAGE_DONE && (writes || run->probe != NULL)) {
		return run_write(stage, run, &staged, result);
	}
	if (end == STAGE_DONE && staged.refusal == OUTCOME_NONE && run->at_once) {
		(void)wants_to_write(stage, run, &staged, &end); /* it reads only */
	}
	encode(stage, &staged, &result->response);
	tell(stage, &staged, result);
	return end;
}

bool stage_tend(struct stage *stage, int64_t now)
{
	bool more = true;
	while (more) {
		store_begin(stage->txn, TXN_READ, now);
		struct due due;
		bool is_due = store_next_due(stage->txn, &due);
		more = store_sweep(stage->txn) || is_due;
		if (store_end(stage->txn) != STORE_DONE) {
			return false;
		}
		if (!more) {
			return true;
		}
		store_begin(stage->txn, TXN_WRITE, now);
		(void)engine_expire_due(stage->txn, DUE_PER_TURN);
		(void)store_sweep(stage->txn); /* what is left is looked for again */
		if (store_end(stage->txn) != STORE_DONE) {
			return false;
		}
	}
	return true;
}
