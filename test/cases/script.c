/* Runs the requests of a file and writes down what they are answered. */
#include "cases/script.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "model/source.h"

#define BETWEEN "====="
#define NAME_SIZE 64

/* Cuts the next request off `*rest`, and adds the seconds that its separator names to `*now`. NULL: no more. */
static char *cut_request(const char **rest, int64_t *now)
{
	const char *start = *rest;
	if (start == NULL) {
		return NULL;
	}
	if (strncmp(start, BETWEEN, strlen(BETWEEN)) == 0) {
		*now += strtoll(start + strlen(BETWEEN), NULL, 10);
		start += strcspn(start, "\n") + 1;
	}
	const char *end = strstr(start, "\n" BETWEEN);
	*rest = end == NULL ? NULL : end + 1;
	return end == NULL ? strdup(start) : strndup(start, (size_t)(end - start));
}

/* The string member of this name, wherever it stands in the value. */
static const char *find_member(json_t *value, const char *name)
{
	const char *key;
	json_t *item;
	size_t index;
	const char *found = json_string_value(json_object_get(value, name));
	json_object_foreach(value, key, item)
	{
		found = found != NULL ? found : find_member(item, name);
	}
	json_array_foreach(value, index, item)
	{
		found = found != NULL ? found : find_member(item, name);
	}
	return found;
}

static bool write_said(FILE *out, const struct http_response *before, const char *name)
{
	const char *header = response_find_header(before, name);
	if (header != NULL) {
		bool link = *header == '<';
		fprintf(out, "%.*s", (int)(link ? strcspn(header, ">") - 1 : strlen(header)), header + link);
		return true;
	}
	json_t *body = json_loadb(before->body == NULL ? "" : before->body, before->body_size, 0, NULL);
	const char *found = find_member(body, name);
	if (found != NULL) {
		(void)fputs(found, out);
	}
	json_decref(body);
	return found != NULL;
}

/* Puts what the reply before said into the request; NULL: it did not say it. Takes the request. */
static char *fill_in(char *request, const struct http_response *before)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	const char *at = request;
	bool said = true;
	for (const char *start; said && (start = strstr(at, "<<")) != NULL;) {
		char name[NAME_SIZE];
		size_t length = strcspn(start + 2, ">");
		assert(length < sizeof name && strncmp(start + 2 + length, ">>", 2) == 0);
		(void)snprintf(name, sizeof name, "%.*s", (int)length, start + 2);
		(void)fwrite(at, 1, (size_t)(start - at), out);
		said = write_said(out, before, name);
		at = start + 2 + length + 2;
	}
	(void)fputs(at, out);
	(void)fclose(out);
	free(request);
	if (!said) {
		free(text);
		return NULL;
	}
	return text;
}

void script_write_reply(FILE *out, const struct stage_result *result)
{
	const struct http_response *response = &result->response;
	fprintf(out, "%d %s\n", response->status, response->reason);
	fprintf(out, "X-Outcome: %s\n", outcome_row(result->outcome)->name);
	if (response->content_type != NULL) {
		fprintf(out, "Content-Type: %s\n", response->content_type);
	}
	for (unsigned i = 0; i < response->header_count; i++) {
		fprintf(out, "%s: %s\n", response->headers[i].name, response->headers[i].value);
	}
	fprintf(out, "\n%.*s", (int)response->body_size, response->body_size > 0 ? response->body : "");
}

bool script_run(struct store *store, const char *text, const struct script_observer *observer,
	struct script_result *result)
{
	*result = (struct script_result){.outcome = OUTCOME_NONE};
	size_t size = 0;
	FILE *out = open_memstream(&result->replies, &size);
	assert(out != NULL);
	struct stage_result answered = {0};
	struct stage_moment moment = case_moment;
	bool good = true;
	for (char *request; good && (request = cut_request(&text, &moment.now)) != NULL; free(request)) {
		moment.seed[0] = (uint8_t)(case_moment.seed[0] + result->request_count);
		request = fill_in(request, &answered.response);
		if (request != NULL && observer->expect != NULL) {
			observer->expect(observer->context, store, &moment, request);
		}
		good = request != NULL && case_ask(store, &moment, request, &answered);
		if (good) {
			fprintf(out, "%s", result->request_count == 0 ? "" : "\n" BETWEEN "\n");
			script_write_reply(out, &answered);
			observer->see(observer->context, request, &answered);
			result->outcome = answered.outcome;
			result->wrote = result->wrote || answered.wrote;
			result->request_count++;
		}
	}
	stage_result_finish(&answered);
	(void)fclose(out);
	return good;
}
