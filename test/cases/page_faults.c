/* What visitors do on the pages, each step also while the store or the memory fails: see faults.h.
 *
 * Usage: page_faults BASE.JSONL */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/faults.h"
#include "cases/given.h"
#include "model/source.h"
#include "pages/cookie.h"

#define TEXT_SIZE 2048
#define FAULTS_MIN 500 /* fewer are no proof */

/* The fields of a form; NULL: the page is looked at. */
struct visit {
	const char *path;
	const char *fields;
};

/* By the owner of group 2, where people ask to be let in. */
static const struct visit VISITS[] = {
	{"/", NULL},
	{"/docs", NULL},
	{"/services/auth/?api_key=key00", NULL},
	{"/services/auth/?api_key=key00", "answer=allow"},
	{"/group/moderated-circle/moderate", NULL},
	{"/group/moderated-circle/moderate", "user_id=2&action=approve"},
	{"/group/moderated-circle/moderate", "user_id=6&action=deny&reason=no+room"},
	{"/group/moderated-circle/moderate", "action=create-link"},
	{"/group/moderated-circle/moderate/members", NULL},
	{"/group/moderated-circle/moderate/members", "user_id=4&action=make-admin"},
	{"/group/moderated-circle/moderate/members", "user_id=2&action=ban&reason=loud&until=2025-06-01"},
	{"/group/moderated-circle/moderate/members", "user_id=3&action=remove"},
	{"/group/moderated-circle/moderate/bans", NULL},
	{"/group/moderated-circle/moderate/bans", "user_id=2&action=lift"},
	{"/group/private-room/invite/thecode", NULL},
	{"/group/private-room/invite/thecode", "action=join"},
	{"/sign-out", ""},
};

static const char GIVEN[] =
	"{\"kind\":\"membership\",\"group_id\":2,\"user_id\":2,\"state\":\"requested\",\"note\":\"please\"}\n"
	"{\"kind\":\"membership\",\"group_id\":2,\"user_id\":6,\"state\":\"requested\"}\n"
	"{\"kind\":\"invite\",\"group_id\":3,\"code\":\"thecode\",\"created_at\":\"2023-01-15T10:30:00Z\"}\n";

struct visitor {
	struct store *store;
	char cookie[COOKIE_VALUE_SIZE + 1]; /* "": none yet */
	struct stage_moment moment;
	unsigned faults;
	unsigned refusals;
	unsigned complaints;
};

static void count_refusal(void *context, const char *request, const struct stage_result *result)
{
	(void)request;
	struct visitor *visitor = context;
	bool whole = result->response.body_size > 0 && result->response.content_type != NULL;
	visitor->refusals++;
	visitor->complaints += whole && result->response.status >= 500 ? 0 : 1;
}

static void complain(void *context, const char *what, const char *told)
{
	struct visitor *visitor = context;
	visitor->complaints++;
	printf("FAIL %s\n%s\n", what, told);
}

static void write_request(const struct visitor *visitor, const struct visit *visit, char text[TEXT_SIZE])
{
	char key[FORM_KEY_SIZE + 1] = "";
	if (visitor->cookie[0] != '\0') {
		cookie_form_key(visitor->cookie, key);
	}
	int length = visit->fields == NULL
		? snprintf(text, TEXT_SIZE, "GET %s HTTP/1.1\nCookie: joinery=%s\n\n", visit->path, visitor->cookie)
		: snprintf(text, TEXT_SIZE,
			  "POST %s HTTP/1.1\nCookie: joinery=%s\nContent-Type: application/x-www-form-urlencoded\n\n"
			  "%s&form_key=%s",
			  visit->path, visitor->cookie, visit->fields, key);
	assert(length > 0 && length < TEXT_SIZE);
}

static void take_cookie(struct visitor *visitor, const struct http_response *response)
{
	const char *set = response_find_header(response, "Set-Cookie");
	if (set != NULL) {
		(void)sscanf(set, "joinery=%64[0-9a-f]", visitor->cookie);
	}
}

/* With all faults on the way, then without any. */
static void go(struct visitor *visitor, const struct visit *visit, enum outcome refused)
{
	const struct faults_observer observer = {
		.see = count_refusal, .complain = complain, .context = visitor};
	char text[TEXT_SIZE];
	visitor->moment.seed[0]++;
	write_request(visitor, visit, text);
	visitor->faults += faults_run(visitor->store, &visitor->moment, text, &observer);
	struct stage_result result = {0};
	bool read = case_ask(visitor->store, &visitor->moment, text, &result);
	assert(read);
	if (result.response.status >= 400 || result.outcome == refused) {
		printf("FAIL %s %s: %s\n", visit->path, visit->fields == NULL ? "" : visit->fields,
			outcome_row(result.outcome)->name);
		visitor->complaints++;
	}
	take_cookie(visitor, &result.response);
	stage_result_finish(&result);
}

int main(int argc, char **argv)
{
	assert(argc == 2);
	struct visitor visitor = {.store = store_open_memory(NULL), .moment = case_moment};
	bool imported = given_import(visitor.store, argv[1]) && given_import_text(visitor.store, GIVEN);
	assert(imported);
	go(&visitor, &(struct visit){"/sign-in", NULL}, OUTCOME_COUNT);
	go(&visitor, &(struct visit){"/sign-in", "token=tok-ada"}, OUTCOME_SIGN_IN_REFUSED);
	for (size_t i = 0; i < sizeof VISITS / sizeof *VISITS; i++) {
		go(&visitor, &VISITS[i], OUTCOME_SIGN_IN_NEEDED);
	}
	store_close(visitor.store);
	printf("%u faults, %u kinds of refusals, %u complaints\n", visitor.faults, visitor.refusals, visitor.complaints);
	return visitor.complaints > 0 || visitor.faults < FAULTS_MIN;
}
