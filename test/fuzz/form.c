/* Any bytes as a query, and after a line feed a body, of the legacy gateway; and as texts of a reply: the
 * document is always well-formed, in both forms. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <libxml/parser.h>

#include "compat.h"
#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char *no_header(const void *context, const char *name, bool *repeated)
{
	(void)context;
	(void)name;
	(void)repeated;
	return NULL;
}

static void check_request(const struct request *request, enum outcome outcome)
{
	bool bad_callback = request->first.outcome == OUTCOME_INVALID_PARAMETER && request->form == COMPAT_JSON;
	assert(outcome == OUTCOME_NONE || outcome == OUTCOME_METHOD_NOT_FOUND);
	assert(request->first.outcome == OUTCOME_NONE || (bad_callback && request->callback.length == 0));
	assert((outcome != OUTCOME_METHOD_NOT_FOUND) == (request->operation < OPERATION_NONE));
	assert(request->callback.length <= 64);
	assert(request->size <= request->capacity);
	assert(request->ids.length % 8 == 0 && request->ids.length <= 8 * IDS_ASKED_MAX);
	assert(request->username_folds.length % FOLD_DIGEST_SIZE == 0 &&
		request->username_folds.length <= FOLD_DIGEST_SIZE * IDS_ASKED_MAX);
	assert(request->group.kind != REFERENCE_ID || (request->group.id >= 1 && request->group.id <= ID_MAX));
	if (outcome == OUTCOME_NONE) {
		assert(request->listing.page >= 1 && request->listing.page <= ID_MAX);
		assert(request->listing.per_page >= 1 && request->listing.per_page <= LEGACY_PER_PAGE_MAX);
	}
}

static void decode(const char *text, size_t size)
{
	const char *end = memchr(text, '\n', size);
	struct span query = {text, end == NULL ? size : (size_t)(end - text)};
	struct span body = {0};
	if (end != NULL) {
		body = (struct span){end + 1, size - query.length - 1};
	}
	const struct http_request http = {
		.method = HTTP_POST,
		.path = {.count = 2},
		.query = query,
		.body = body,
		.header = no_header,
	};
	size_t capacity = request_capacity(size);
	void *memory = malloc(capacity);
	assert(memory != NULL);
	struct http_route route;
	struct request *request = request_init(memory, capacity, DIALECT_LEGACY);
	enum outcome outcome = compat_driver.decode(&http, request, &route);
	check_request(request, outcome);
	free(memory);
}

static void check_document(enum compat_form form, const struct http_response *response)
{
	if (form == COMPAT_JSON) {
		json_t *document = json_loadb(response->body, response->body_size, 0, NULL);
		assert(document != NULL);
		json_decref(document);
		return;
	}
	xmlDocPtr document = xmlReadMemory(response->body, (int)response->body_size, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	assert(document != NULL);
	xmlFreeDoc(document);
}

static void encode(enum compat_form form, const char *text, size_t size)
{
	static const struct http_site site = {.public_url = "http://joinery.example"};
	_Alignas(struct request) char memory[2048];
	struct request *request = request_init(memory, sizeof memory, DIALECT_LEGACY);
	struct reply reply;
	struct http_response response = {0};
	reply_init(&reply);
	reply.outcome = OUTCOME_JOINED;
	reply.items = REPLY_GROUP;
	request->form = form;
	reply.group.group.name = texts_add(&reply.texts, text, size);
	reply.group.group.description = reply.group.group.name;
	compat_driver.encode(&site, request, &reply, NULL, &response);
	assert(!response.failed);
	check_document(form, &response);
	response_finish(&response);
	reply_finish(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = size == 0 ? "" : (const char *)bytes;
	decode(text, size);
	encode(COMPAT_XML, text, size);
	encode(COMPAT_JSON, text, size);
	return 0;
}
