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

/* Runs the request as the server does: a try on a read transaction, and only if it wanted to write a second run. */
static void execute(struct store *store, const struct exchange_moment *moment, const struct request *request,
	struct reply *reply, struct page *page, bool *wrote)
{
	const struct engine_options options = {.groups_per_user_max = moment->groups_per_user_max};
	struct texts scratch;
	texts_init(&scratch, NULL, 0);
	struct circumstances circumstances = {
		.options = &options, .master_key = case_master_key, .seed = moment->seed, .scratch = &scratch};
	struct txn *txn = txn_create(store);
	assert(txn != NULL);
	store_begin(txn, TXN_TRY, moment->now);
	engine_execute(&circumstances, txn, request, reply, page);
	*wrote = store_wants_to_write(txn);
	enum store_end end = store_end(txn);
	if (*wrote) {
		reply_clear(reply);
		store_begin(txn, TXN_WRITE, moment->now);
		engine_execute(&circumstances, txn, request, reply, page);
		end = store_end(txn);
	}
	assert(end == STORE_DONE);
	txn_destroy(txn);
	texts_finish(&scratch);
}

static const struct http_site SITE = {.public_url = CASE_PUBLIC_URL};

static void answer(struct store *store, const struct exchange_moment *moment, const struct dialect_driver *driver,
	const struct http_request *http, enum outcome refusal, struct exchange_result *result)
{
	size_t capacity = request_capacity(http->query.length + http->body.length + 16384);
	struct request *request = request_init(calloc(1, capacity), capacity, driver->dialect);
	struct reply reply;
	struct page page;
	struct http_route route = {0};
	reply_init(&reply);
	page_init(&page);
	if (refusal == OUTCOME_NONE) {
		dialect_take_request_id(http, request);
		refusal = driver->decode(http, request, &route);
	}
	reply.outcome = refusal;
	if (refusal == OUTCOME_NONE) {
		execute(store, moment, request, &reply, &page, &result->wrote);
	}
	result->response.outcome = OUTCOME_NONE;
	driver->encode(&SITE, request, &reply, &page, &result->response);
	result->dialect = driver->dialect;
	result->operation = request->operation;
	bool own = result->response.outcome != OUTCOME_NONE;
	result->outcome = own ? result->response.outcome : reply.outcome;
	result->route = route.name;
	result->method = http->method;
	result->methods_allowed = route.methods_allowed;
	page_finish(&page);
	reply_finish(&reply);
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
