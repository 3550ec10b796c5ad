/* The way of a request without its sockets and threads: decode, try, write, encode. */
#include "cases/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/api.h"
#include "compat.h"
#include "engine/engine.h"
#include "pages/pages.h"

#define HEADERS_MAX 32

const uint8_t case_master_key[32] = {0,	 1,  2,	 3,  4,	 5,  6,	 7,  8,	 9,  10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static const uint8_t SEED[SEED_SIZE] = {42};

const struct exchange_moment case_moment = {.now = CASE_NOW, .seed = SEED, .groups_per_user_max = 5};

static const struct dialect_driver *const DRIVERS[] = {
	&compat_driver, &onezone_driver, &pages_driver, &v3_driver, NULL};

static const struct {
	const char *name;
	enum http_method method;
} METHODS[] = {
	{"GET", HTTP_GET},
	{"HEAD", HTTP_HEAD},
	{"POST", HTTP_POST},
	{"PUT", HTTP_PUT},
	{"PATCH", HTTP_PATCH},
	{"DELETE", HTTP_DELETE},
	{"OPTIONS", HTTP_OPTIONS},
};

/* A request's text taken apart in place. */
struct head {
	char *target;
	enum http_method method;
	size_t header_count;
	struct {
		char *name;
		char *value;
	} headers[HEADERS_MAX];
};

static const char *find_header(const void *context, const char *name, bool *repeated)
{
	const struct head *head = context;
	const char *found = NULL;
	if (repeated != NULL) {
		*repeated = false;
	}
	for (size_t i = 0; i < head->header_count; i++) {
		if (strcasecmp(head->headers[i].name, name) != 0) {
			continue;
		}
		if (found != NULL && repeated != NULL) {
			*repeated = true;
		}
		found = found != NULL ? found : head->headers[i].value;
	}
	return found;
}

/* Ends the line at `at` with a NUL and returns the start of the next one. */
static char *cut_line(char *at)
{
	char *end = strchr(at, '\n');
	assert(end != NULL);
	*end = '\0';
	if (end > at && end[-1] == '\r') {
		end[-1] = '\0';
	}
	return end + 1;
}

static bool read_request_line(char *line, struct head *head)
{
	char *space = strchr(line, ' ');
	char *version = strrchr(line, ' ');
	if (space == NULL || space == version) {
		return false;
	}
	*space = '\0';
	*version = '\0';
	head->target = space + 1;
	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
		if (strcmp(METHODS[i].name, line) == 0) {
			head->method = METHODS[i].method;
			return true;
		}
	}
	return false;
}

/* Takes the head apart; returns where the body starts, NULL: not a request. */
static char *read_head(char *text, struct head *head)
{
	if (strstr(text, "\n\n") == NULL && strstr(text, "\r\n\r\n") == NULL) {
		return NULL;
	}
	char *line = text;
	char *next = cut_line(line);
	if (!read_request_line(line, head)) {
		return NULL;
	}
	while (line = next, next = cut_line(line), *line != '\0') {
		char *colon = strchr(line, ':');
		if (colon == NULL || head->header_count == HEADERS_MAX) {
			return NULL;
		}
		*colon = '\0';
		head->headers[head->header_count].name = line;
		head->headers[head->header_count++].value = colon + 1 + strspn(colon + 1, " ");
	}
	return next;
}

/* One exchange while it is executed. */
struct execution {
	struct txn *txn;
	const struct exchange_moment *moment;
	const struct request *request;
	struct reply reply;
	struct page page;
	struct texts scratch;
	bool wants_to_write;
	bool whole; /* the reply has lost no text */
};

static enum store_end run(struct execution *execution, enum txn_kind kind)
{
	const struct exchange_moment *moment = execution->moment;
	const struct engine_options options = {.groups_per_user_max = moment->groups_per_user_max};
	struct reply *reply = &execution->reply;
	struct page *page = &execution->page;
	const struct circumstances circumstances = {.options = &options,
		.master_key = case_master_key,
		.seed = moment->seed,
		.scratch = &execution->scratch};
	reply_clear(reply);
	page_clear(page);
	texts_clear(&execution->scratch);
	store_begin(execution->txn, kind, moment->now);
	engine_execute(&circumstances, execution->txn, execution->request, reply, page);
	execution->wants_to_write = store_wants_to_write(execution->txn);
	execution->whole =
		!reply->texts.failed && !page->failed && !page->texts.failed && !execution->scratch.failed;
	if (kind == TXN_WRITE && !execution->whole && reply->outcome != OUTCOME_BUSY) {
		store_abandon(execution->txn);
		return STORE_FAILED;
	}
	return store_end(execution->txn);
}

static void refuse(struct execution *execution, enum outcome outcome)
{
	reply_clear(&execution->reply);
	execution->reply.outcome = outcome;
}

/* Runs the request as the server does: a try on a read transaction, and only if it wanted to write a second run. True:
 * something was committed. A store that says AGAIN here says so as often as the server would ask. */
static bool execute(struct execution *execution)
{
	static const enum outcome refusals[] = {[STORE_AGAIN] = OUTCOME_BUSY,
		[STORE_FULL] = OUTCOME_STORE_FULL,
		[STORE_FAILED] = OUTCOME_STORE_FAILED};
	enum store_end end = run(execution, TXN_TRY);
	if (end != STORE_DONE) {
		refuse(execution, end == STORE_AGAIN ? OUTCOME_BUSY : OUTCOME_STORE_FAILED);
		return false;
	}
	if (!execution->wants_to_write) {
		if (!execution->whole) {
			refuse(execution, OUTCOME_BUSY);
		}
		return false;
	}
	end = run(execution, TXN_WRITE);
	if (end != STORE_DONE) {
		refuse(execution, refusals[end]);
	}
	return end == STORE_DONE;
}

static const struct http_site SITE = {.public_url = CASE_PUBLIC_URL};

static void watch(const struct exchange_moment *moment, bool begins)
{
	if (moment->watch != NULL) {
		moment->watch(moment->context, begins);
	}
}

static struct request *make_request(const struct http_request *http, enum dialect dialect)
{
	size_t capacity = request_capacity(http->query.length + http->body.length + 16384);
	return request_init(calloc(1, capacity), capacity, dialect);
}

static void answer(struct store *store, const struct exchange_moment *moment, const struct dialect_driver *driver,
	const struct http_request *http, enum outcome refusal, struct exchange_result *result)
{
	struct request *request = make_request(http, driver->dialect);
	struct execution execution = {.txn = txn_create(store), .moment = moment, .request = request};
	assert(execution.txn != NULL);
	struct http_route route = {0};
	reply_init(&execution.reply);
	page_init(&execution.page);
	texts_init(&execution.scratch, NULL, 0);
	watch(moment, true);
	if (refusal == OUTCOME_NONE) {
		dialect_take_request_id(http, request);
		refusal = driver->decode(http, request, &route);
	}
	execution.reply.outcome = refusal;
	result->wrote = refusal == OUTCOME_NONE && execute(&execution);
	dialect_encode(driver, &SITE, request, &execution.reply, &execution.page, &result->response);
	watch(moment, false);
	result->dialect = driver->dialect;
	result->operation = request->operation;
	bool own = result->response.outcome != OUTCOME_NONE;
	result->outcome = own ? result->response.outcome : execution.reply.outcome;
	result->route = route.name;
	result->method = http->method;
	result->methods_allowed = route.methods_allowed;
	txn_destroy(execution.txn);
	texts_finish(&execution.scratch);
	page_finish(&execution.page);
	reply_finish(&execution.reply);
	free(request);
}

bool exchange_run(struct store *store, const char *text, size_t length, struct exchange_result *result)
{
	return exchange_run_at(store, &case_moment, text, length, result);
}

bool exchange_run_at(struct store *store, const struct exchange_moment *moment, const char *text, size_t length,
	struct exchange_result *result)
{
	*result = (struct exchange_result){0};
	char *copy = malloc(length + 1);
	assert(copy != NULL);
	memcpy(copy, text, length);
	copy[length] = '\0';
	struct head head = {0};
	char *body = read_head(copy, &head);
	if (body == NULL) {
		free(copy);
		return false;
	}
	struct http_request http = {.method = head.method, .header = find_header, .context = &head, .site = &SITE};
	http.target = (struct span){.bytes = head.target, .length = strlen(head.target)};
	if (head.method == HTTP_POST || head.method == HTTP_PUT || head.method == HTTP_PATCH) {
		http.body = (struct span){.bytes = body, .length = length - (size_t)(body - copy)};
	}
	char *memory = malloc(strlen(head.target) + 1);
	assert(memory != NULL);
	enum outcome refusal = http_path_read(head.target, memory, &http.path, &http.query);
	answer(store, moment, dialect_pick(DRIVERS, &http.path), &http, refusal, result);
	free(memory);
	free(copy);
	return true;
}
