/* One line of a recording: every member is there and of its type, or the line is bad. */
#define _GNU_SOURCE /* memmem */
#include "migrate/recording_source.h"

#include <inttypes.h>
#include <string.h>

#include "migrate/plain_text.h"
#include "model/operation.h"
#include "model/outcome.h"
#include "text/time.h"

#define AT_US_MAX (TIME_MAX * 1000000)
#define STATUS_MIN 100
#define STATUS_MAX 599

static const struct {
	const char *name;
	enum http_method method;
} methods[] = {
	{"GET", HTTP_GET},
	{"POST", HTTP_POST},
	{"HEAD", HTTP_HEAD},
	{"PUT", HTTP_PUT},
	{"PATCH", HTTP_PATCH},
	{"DELETE", HTTP_DELETE},
	{"OPTIONS", HTTP_OPTIONS},
};

bool recording_method(const char *name, size_t length, enum http_method *method)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		if (strlen(methods[i].name) == length && memcmp(methods[i].name, name, length) == 0) {
			*method = methods[i].method;
			return true;
		}
	}
	return false;
}

static bool complain(struct reading_fault *fault, const char *name, const char *what)
{
	(void)snprintf(fault->why, sizeof fault->why, "%s %s", name, what);
	return false;
}

/* Of the dialects that calls are made in. */
static bool read_dialect(const char *name, enum dialect *found)
{
	static const enum dialect spoken[] = {DIALECT_LEGACY, DIALECT_ONEZONE, DIALECT_V3};
	for (size_t i = 0; i < sizeof spoken / sizeof spoken[0]; i++) {
		if (strcmp(dialect_name(spoken[i]), name) == 0) {
			*found = spoken[i];
			return true;
		}
	}
	return false;
}

static bool is_operation(const char *name)
{
	for (unsigned i = 0; i <= OPERATION_NONE; i++) {
		if (strcmp(operation_name((enum operation)i), name) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_outcome(const char *name)
{
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		if (strcmp(outcome_row((enum outcome)i)->name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* An object whose values are strings, or arrays of them. */
static bool is_texts(json_t *object)
{
	const char *name;
	json_t *value;
	if (!json_is_object(object)) {
		return false;
	}
	json_object_foreach(object, name, value)
	{
		for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++) {
			if (!json_is_string(json_array_get(value, i))) {
				return false;
			}
		}
		if (!json_is_string(value) && !json_is_array(value)) {
			return false;
		}
	}
	return true;
}

static bool read_request(json_t *root, struct recorded *found, struct reading_fault *fault)
{
	const char *dialect = json_string_value(json_object_get(root, "dialect"));
	enum http_method method;
	if (dialect == NULL || !read_dialect(dialect, &found->dialect)) {
		return complain(fault, "dialect", "is none of legacy, onezone and v3");
	}
	found->operation = json_string_value(json_object_get(root, "operation"));
	if (found->operation == NULL || !is_operation(found->operation)) {
		return complain(fault, "operation", "is not known");
	}
	found->method = json_string_value(json_object_get(root, "method"));
	if (found->method == NULL || !recording_method(found->method, strlen(found->method), &method)) {
		return complain(fault, "method", "is not known");
	}
	found->path = json_string_value(json_object_get(root, "path"));
	if (found->path == NULL || found->path[0] != '/') {
		return complain(fault, "path", "does not start with a slash");
	}
	return true;
}

static bool read_parts(json_t *root, struct recorded *found, struct reading_fault *fault)
{
	json_t *raw = json_object_get(root, "raw_body");
	found->query = json_object_get(root, "query");
	found->form = json_object_get(root, "form");
	found->body = json_object_get(root, "body");
	found->headers = json_object_get(root, "headers");
	found->raw_body = json_string_value(raw);
	if (!is_texts(found->query)) {
		return complain(fault, "query", "is not an object of texts");
	}
	if (found->form != NULL && !is_texts(found->form)) {
		return complain(fault, "form", "is not an object of texts");
	}
	if (found->body != NULL && !json_is_object(found->body)) {
		return complain(fault, "body", "is not an object");
	}
	if (raw != NULL && found->raw_body == NULL) {
		return complain(fault, "raw_body", "is not a text");
	}
	if ((found->form != NULL) + (found->body != NULL) + (raw != NULL) > 1) {
		return complain(fault, "form, body and raw_body", "stand beside each other");
	}
	return is_texts(found->headers) || complain(fault, "headers", "is not an object of texts");
}

static bool read_number(
	json_t *root, const char *name, int64_t min, int64_t max, int64_t *number, struct reading_fault *fault)
{
	json_t *value = json_object_get(root, name);
	if (!json_is_integer(value) || json_integer_value(value) < min || json_integer_value(value) > max) {
		return complain(fault, name, "is not a number that it can be");
	}
	*number = json_integer_value(value);
	return true;
}

static bool read_answer(json_t *root, struct recorded *found, struct reading_fault *fault)
{
	json_t *outcome = json_object_get(root, "outcome");
	json_t *reply = json_object_get(root, "reply");
	int64_t status;
	if (!read_number(root, "at_us", 0, AT_US_MAX, &found->at_us, fault) ||
		!read_number(root, "status", 0, STATUS_MAX, &status, fault) ||
		!read_number(root, "latency_us", -1, INT64_MAX, &found->latency_us, fault)) {
		return false;
	}
	if (status != 0 && status < STATUS_MIN) {
		return complain(fault, "status", "is none of HTTP's");
	}
	found->status = (int)status;
	found->outcome = json_string_value(outcome);
	if (outcome != NULL && (found->outcome == NULL || !is_outcome(found->outcome))) {
		return complain(fault, "outcome", "is not known");
	}
	if (reply != NULL && !json_is_string(reply)) {
		return complain(fault, "reply", "is not a text");
	}
	found->reply = reply != NULL ? json_string_value(reply) : found->reply;
	json_t *location = json_object_get(root, "location");
	found->location = json_string_value(location);
	return location == NULL || found->location != NULL || complain(fault, "location", "is not a text");
}

/* The reply is most of a line, and stands last in the lines that joineryd writes: there it is taken out, and the parser
 * gets the rest. NULL: it stands elsewhere, or is not plain, and all is for the parser. */
static char *take_reply(char *text, size_t length, struct plain_text *reply)
{
	static const char before[] = ",\"reply\":\"";
	static const char behind[] = "}";
	char *start = memmem(text, length, before, strlen(before));
	const char *at = start != NULL ? start + strlen(before) : NULL;
	bool last = at != NULL && plain_text_take(&at, text + length, reply) &&
		    (size_t)(text + length - at) == strlen(behind) && memcmp(at, behind, strlen(behind)) == 0;
	return last ? start : NULL;
}

static json_t *load(char *text, size_t length, const char **reply)
{
	struct plain_text found;
	json_error_t error;
	char *start = take_reply(text, length, &found);
	if (start == NULL) {
		return json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	}
	*start = '}';
	json_t *root = json_loadb(text, (size_t)(start + 1 - text), JSON_REJECT_DUPLICATES, &error);
	if (json_object_get(root, "reply") != NULL) { /* twice */
		json_decref(root);
		return NULL;
	}
	char *meant = start + 1;
	meant[plain_text_decode(&found, meant)] = '\0';
	*reply = meant;
	return root;
}

bool recording_read_line(struct recording *recording, char *text, size_t length, struct recorded *found,
	struct reading_fault *fault)
{
	struct recorded whole = {.line = recording->line};
	json_decref(recording->root);
	recording->root = load(text, length, &whole.reply);
	if (!json_is_object(recording->root)) {
		(void)snprintf(fault->why, sizeof fault->why, "it is no JSON object");
		return false;
	}
	if (!read_request(recording->root, &whole, fault) || !read_parts(recording->root, &whole, fault) ||
		!read_answer(recording->root, &whole, fault)) {
		return false;
	}
	*found = whole;
	return true;
}
