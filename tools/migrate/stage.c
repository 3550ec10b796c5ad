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

#define DUE_PER_TURN 200
#define FIRST_STATUS_REFUSED 300

static const struct dialect_driver *const DRIVERS[] = {
	&compat_driver, &onezone_driver, &pages_driver, &v3_driver, NULL};

/* What is answered when nothing happened, as the server's writer answers it. */
static const enum outcome REFUSALS[] = {
	[STORE_DONE] = OUTCOME_NONE,
	[STORE_AGAIN] = OUTCOME_BUSY,
	[STORE_FULL] = OUTCOME_STORE_FULL,
	[STORE_FAILED] = OUTCOME_STORE_FAILED,
	[STORE_UNKNOWN] = OUTCOME_STORE_FAILED,
};

struct stage {
	struct stage_options options;
	struct http_site site;
	struct txn *txn;
	struct texts scratch;
	struct reply reply;
	struct page page;
	char *text; /* the request's text, taken apart */
	char *path;
	void *block;
	size_t capacity; /* of a text and its NUL, for which all three have room */
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

void stage_result_finish(struct stage_result *result)
{
	response_finish(&result->response);
	response_finish(&result->probe);
}

bool stage_reserve(struct stage *stage, size_t length)
{
	if (length < stage->capacity) {
		return true;
	}
	free(stage->block);
	free(stage->path);
	free(stage->text);
	stage->text = malloc(length + 1);
	stage->path = malloc(length + 1);
	stage->block = malloc(request_capacity(length + 1));
	bool reserved = stage->text != NULL && stage->path != NULL && stage->block != NULL;
	stage->capacity = reserved ? length + 1 : 0;
	return reserved;
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
	if (!stage_reserve(stage, length)) {
		return STAGE_FAILED;
	}
	memcpy(stage->text, text, length);
	stage->text[length] = '\0';
	if (!http_text_read(stage->text, length, &staged->head)) {
		return STAGE_NO_REQUEST;
	}
	const char *target = staged->head.target;
	staged->http = (struct http_request){
		.method = staged->head.method,
		.target = {.bytes = target, .length = strlen(target)},
		.body = staged->head.body,
		.header = http_text_find_header,
		.context = &staged->head,
		.site = &stage->site,
	};
	staged->refusal = http_path_read(target, stage->path, &staged->http.path, &staged->http.query);
	return STAGE_DONE;
}

static void decode(struct stage *stage, struct staged *staged)
{
	const struct http_request *http = &staged->http;
	staged->driver = dialect_pick(DRIVERS, &http->path);
	staged->request =
		request_init(stage->block, request_capacity(stage->capacity), staged->driver->dialect);
	staged->route = (struct http_route){0};
	if (staged->refusal == OUTCOME_NONE) {
		dialect_take_request_id(http, staged->request);
		staged->refusal = staged->driver->decode(http, staged->request, &staged->route);
	}
}

/* False: memory ran out, and the reply has lost a text. */
static bool execute(struct stage *stage, const struct staged *staged)
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
	return !stage->reply.texts.failed && !stage->page.failed && !stage->page.texts.failed &&
	       !stage->scratch.failed;
}

static void encode(struct stage *stage, const struct staged *staged, struct http_response *response)
{
	if (staged->refusal != OUTCOME_NONE) {
		reply_clear(&stage->reply);
		page_clear(&stage->page);
		stage->reply.outcome = staged->refusal;
	}
	response->outcome = OUTCOME_NONE;
	dialect_encode(staged->driver, &stage->site, staged->request, &stage->reply, &stage->page, response);
}

static void answer(struct stage *stage, const struct staged *staged, struct stage_result *result)
{
	encode(stage, staged, &result->response);
	bool own = result->response.outcome != OUTCOME_NONE;
	result->dialect = staged->driver->dialect;
	result->operation = staged->request->operation;
	result->outcome = own ? result->response.outcome : stage->reply.outcome;
	result->route = staged->route.name;
	result->method = staged->http.method;
	result->methods_allowed = staged->route.methods_allowed;
}

/* --- the run */

/* A run that may only read finds out whether the request wants to write, as in the server. Its reply stands if not. */
static enum store_end try(struct stage *stage, const struct staged *staged, bool *wants_to_write)
{
	store_begin(stage->txn, TXN_TRY, staged->moment->now);
	bool whole = execute(stage, staged);
	*wants_to_write = store_wants_to_write(stage->txn);
	enum store_end end = store_end(stage->txn);
	if (end != STORE_DONE) {
		return end == STORE_AGAIN ? STORE_AGAIN : STORE_FAILED; /* who reads fills nothing */
	}
	return whole || *wants_to_write ? STORE_DONE : STORE_AGAIN;
}

static bool run_probe(struct stage *stage, const struct stage_run *run, struct stage_result *result)
{
	struct staged staged = {.moment = run->moment};
	if (read_text(stage, run->probe, run->probe_length, &staged) != STAGE_DONE) {
		return false;
	}
	decode(stage, &staged);
	bool whole = staged.refusal != OUTCOME_NONE || execute(stage, &staged);
	encode(stage, &staged, &result->probe);
	return whole && stage->reply.outcome != OUTCOME_BUSY;
}

/* The transaction that counts. */
static enum store_end run_write(struct stage *stage, const struct stage_run *run, const struct staged *staged,
	struct stage_result *result)
{
	struct txn *txn = stage->txn;
	store_begin(txn, TXN_WRITE, run->moment->now);
	bool whole = staged->refusal != OUTCOME_NONE || execute(stage, staged);
	if (!whole && stage->reply.outcome != OUTCOME_BUSY) { /* a rule that says so itself has not written */
		store_abandon(txn);
		return STORE_FAILED;
	}
	result->wrote = store_write_count(txn) > 0;
	answer(stage, staged, result);
	if (run->changed != NULL) {
		(void)written_visit(txn, run->changed, run->context); /* the caller's store is in memory */
	}
	bool asked = run->probe != NULL && result->response.status < FIRST_STATUS_REFUSED;
	bool probed = !asked || run_probe(stage, run, result);
	enum store_end end = probed ? store_failure(txn) : STORE_FAILED;
	if (end != STORE_DONE || !run->keep) {
		store_abandon(txn);
		return end;
	}
	return store_end(txn);
}

enum stage_end stage_run(struct stage *stage, const struct stage_run *run, struct stage_result *result)
{
	struct staged staged = {.moment = run->moment};
	result->wrote = false;
	response_clear(&result->probe);
	enum stage_end read = read_text(stage, run->text, run->length, &staged);
	if (read != STAGE_DONE) {
		return read;
	}
	decode(stage, &staged);
	enum store_end end = STORE_DONE;
	bool runs = staged.refusal == OUTCOME_NONE;
	bool writes = runs && run->at_once && operation_changes(staged.request->operation);
	if (runs && !writes) {
		end = try(stage, &staged, &writes);
	}
	if (end == STORE_DONE && (writes || run->probe != NULL)) {
		end = run_write(stage, run, &staged, result);
	} else if (end == STORE_DONE) {
		answer(stage, &staged, result);
	}
	if (end != STORE_DONE) {
		result->wrote = false;
		staged.refusal = REFUSALS[end];
		answer(stage, &staged, result);
		return STAGE_FAILED;
	}
	return result->outcome == OUTCOME_BUSY ? STAGE_FAILED : STAGE_DONE;
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
