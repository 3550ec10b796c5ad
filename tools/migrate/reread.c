/* Both questions only read: what they would write is abandoned. */
#include "migrate/reread.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "migrate/call_text.h"
#include "migrate/compare_inside.h"
#include "migrate/compare_reply.h"
#include "migrate/twin_show.h"

#define OK 200
#define CREATED 201
#define ACCEPTED 202
#define OWN_REQUESTS "/v3/me/requests?per=100" /* who asks to join may not read the request itself */
#define SCHEME_END "://"

/* The line of a request's head, without its end; NULL: it has none of this name. */
static const char *find_line(const struct call_request *text, const char *name, size_t *length)
{
	const char *at = strchr(text->text, '\n');
	while (at != NULL && at[1] != '\r' && at[1] != '\n' && at[1] != '\0') {
		at++;
		*length = strcspn(at, "\r\n");
		if (strncasecmp(at, name, strlen(name)) == 0) {
			return at;
		}
		at = strchr(at, '\n');
	}
	return NULL;
}

static bool run(struct stage *stage, const struct stage_moment *moment, struct side *side)
{
	const struct stage_run run = {.text = side->request.text,
		.length = side->request.length,
		.moment = moment,
		.at_once = true,
		.changed = rows_list_add,
		.context = &side->rows};
	rows_list_clear(&side->rows);
	return stage_run(stage, &run, &side->result) == STAGE_DONE;
}

/* --- the link to itself */

static bool write_get(const struct call_request *text, const struct side *own, struct side *side)
{
	char self[PRESCRIBED_SIZE];
	size_t length;
	const char *line = find_line(text, "Authorization:", &length);
	if (line == NULL || !compare_find_self(own, self)) {
		return false;
	}
	const char *host = strstr(self, SCHEME_END);
	const char *path = host == NULL ? self : strchr(host + strlen(SCHEME_END), '/');
	call_text_clear(&side->request);
	call_text_puts(&side->request, "GET ");
	bool queued = own->result.response.status == ACCEPTED;
	call_text_puts(&side->request, queued ? OWN_REQUESTS : path == NULL ? "/" : path);
	call_text_puts(&side->request, " HTTP/1.1\r\nHost: joinery.example\r\n");
	call_text_add(&side->request, line, length);
	call_text_puts(&side->request, "\r\n\r\n");
	return true;
}

/* With its name before it, by which secrets are known. */
static void show_member(struct call_request *shown, const char *name, json_t *value)
{
	json_t *member = json_object();
	(void)json_object_set(member, name, value); /* else it is shown as nothing */
	char *text = json_dumps(member, JSON_COMPACT);
	twin_show(shown, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
	free(text);
	json_decref(member);
}

static void tell_member(const char *name, json_t *said, json_t *read, struct differences *found)
{
	char path[COMPARE_PATH_SIZE];
	struct call_request left = {0};
	struct call_request right = {0};
	(void)snprintf(path, sizeof path, "read again.%s", name);
	show_member(&left, name, said);
	show_member(&right, name, read);
	compare_add(found, DIFFERENCE_FIELD, path, left.text, right.text, false);
	call_request_finish(&left);
	call_request_finish(&right);
}

static const char *self_of(const json_t *resource)
{
	return json_string_value(
		json_object_get(json_object_get(json_object_get(resource, "_links"), "self"), "href"));
}

/* The resource itself, or that of a list which has the same link to itself; NULL: it is not there. */
static const json_t *find_resource(const json_t *read, const json_t *said)
{
	const json_t *list = json_object_get(read, "data");
	const char *self = self_of(said);
	size_t index;
	json_t *item;
	json_array_foreach(list, index, item)
	{
		const char *link = self_of(item);
		if (link != NULL && self != NULL && strcmp(link, self) == 0) {
			return item;
		}
	}
	return json_is_array(list) ? NULL : read;
}

/* A reply may show more: a token is shown once. */
static void compare_bodies(
	const struct http_response *said, const struct http_response *read, struct differences *found)
{
	const char *name;
	json_t *value;
	if (said->body_size == read->body_size && memcmp(said->body, read->body, said->body_size) == 0) {
		return;
	}
	json_t *left = json_loadb(said->body, said->body_size, 0, NULL);
	json_t *right = json_loadb(read->body, read->body_size, 0, NULL);
	const json_t *resource = find_resource(right, left);
	json_object_foreach(left, name, value)
	{
		json_t *other = json_object_get(resource, name);
		if (other != NULL && !json_equal(value, other)) {
			tell_member(name, value, other, found);
		}
	}
	json_decref(left);
	json_decref(right);
}

static void compare_read(const struct side *own, const struct side *side, struct differences *found)
{
	const struct stage_result *read = &side->result;
	if (read->response.status == OK) {
		compare_bodies(&own->result.response, &read->response, found);
	} else if (own->result.response.status == CREATED) {
		compare_add(found, DIFFERENCE_FIELD, "read again", "it is there",
			outcome_row(read->outcome)->name, false);
	}
}

/* --- the same once more */

static void compare_repeated(const struct side *own, const struct side *side, struct differences *found)
{
	const struct http_response *first = &own->result.response;
	const struct http_response *again = &side->result.response;
	bool alike = first->status == again->status && first->body_size == again->body_size &&
		     (first->body_size == 0 || memcmp(first->body, again->body, first->body_size) == 0);
	if (side->rows.count > 0) {
		compare_add(found, DIFFERENCE_STATE, "a repeated call has written", "once", "twice", false);
	}
	if (!alike) {
		compare_add(found, DIFFERENCE_FIELD, "reply to the repeated call",
			outcome_row(own->result.outcome)->name, outcome_row(side->result.outcome)->name,
			false);
	}
}

bool reread_call(struct stage *stage, const struct stage_moment *moment, const struct call_request *text,
	const struct side *own, struct side *side, struct differences *found)
{
	size_t length;
	bool json = own->dialect == DIALECT_V3 || own->dialect == DIALECT_ONEZONE;
	if (!json || !own->result.wrote) {
		return true;
	}
	side->dialect = own->dialect;
	side->latency_us = -1;
	if (own->dialect == DIALECT_V3 && write_get(text, own, side)) {
		if (!run(stage, moment, side)) {
			return false;
		}
		compare_read(own, side, found);
	}
	if (found->count == 0 && find_line(text, "Idempotency-Key:", &length) != NULL) {
		call_text_clear(&side->request);
		call_text_add(&side->request, text->text, text->length);
		if (!run(stage, moment, side)) {
			return false;
		}
		compare_repeated(own, side, found);
	}
	return true;
}
