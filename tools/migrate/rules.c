/* Reads rules line by line, so that a bad one is named by its place, and asks them in the order of the file. */
#include "migrate/rules.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/report_words.h"
#include "text/time.h"

#define RULES_MAX 1000
#define RULES_SIZE_MAX (1 << 20)
#define DATE_LENGTH 10 /* YYYY-MM-DD */
#define LINE_SIZE 1024

/* Whether one side of the difference matters. */
struct side {
	bool asked;
	const char *text; /* NULL: nothing is there */
};

/* The texts are of `object`. */
struct rule {
	json_t *object;
	unsigned line;
	const char *method;
	enum difference_kind kind;
	const char *path;
	struct side left;
	struct side right;
	const char *reason;
	const char *expires;
	bool expired;
	uint64_t used;
};

struct rules {
	char *name;
	struct rule rules[RULES_MAX];
	uint32_t count;
};

/* A line that is being read. */
struct place {
	const char *name;
	unsigned line;
	char *why;
	size_t capacity;
};

static bool complain(const struct place *place, const char *what, const char *member)
{
	(void)snprintf(place->why, place->capacity, "%s:%u: %s%s", place->name, place->line, what, member);
	return false;
}

static bool is_known(const char *name)
{
	static const char *const NAMES[] = {"method", "kind", "path", "left", "right", "reason", "expires"};
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		if (strcmp(name, NAMES[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool take_text(const struct place *place, const json_t *object, const char *name, const char **text)
{
	*text = json_string_value(json_object_get(object, name));
	if (*text == NULL || **text == '\0') {
		return complain(place, "a rule needs a text as its ", name);
	}
	return true;
}

static bool take_side(const struct place *place, const json_t *object, const char *name, struct side *side)
{
	const json_t *value = json_object_get(object, name);
	*side = (struct side){.asked = value != NULL, .text = json_string_value(value)};
	if (value != NULL && side->text == NULL && !json_is_null(value)) {
		return complain(place, "neither a text nor null: ", name);
	}
	return true;
}

static bool take_kind(const struct place *place, const json_t *object, enum difference_kind *kind)
{
	const char *name;
	if (!take_text(place, object, "kind", &name)) {
		return false;
	}
	for (*kind = 0; *kind < DIFFERENCE_KIND_COUNT; (*kind)++) {
		if (strcmp(name, difference_kind_name(*kind)) == 0) {
			return true;
		}
	}
	return complain(place, "kind must be outcome, status, field, state or check", "");
}

/* What has no path is named by its method alone. A path of "*" would accept what nobody has looked at. */
static bool take_path(const struct place *place, const json_t *object, struct rule *rule)
{
	bool has_path = rule->kind != DIFFERENCE_OUTCOME && rule->kind != DIFFERENCE_STATUS;
	rule->path = "";
	if (!has_path) {
		return json_object_get(object, "path") == NULL ||
		       complain(place, "an outcome or a status has no ", "path");
	}
	if (!take_text(place, object, "path", &rule->path)) {
		return false;
	}
	return strcmp(rule->path, "*") != 0 || complain(place, "a rule names what it accepts: not the path *", "");
}

static bool take_expires(const struct place *place, const json_t *object, int64_t now, struct rule *rule)
{
	char end[TIME_TEXT_SIZE];
	int64_t last;
	if (!take_text(place, object, "expires", &rule->expires)) {
		return false;
	}
	if (strlen(rule->expires) == DATE_LENGTH) {
		(void)snprintf(end, sizeof end, "%sT23:59:59Z", rule->expires);
		if (time_read_rfc3339(end, strlen(end), &last)) {
			rule->expired = now > last;
			return true;
		}
	}
	return complain(place, "expires must be a day: YYYY-MM-DD", "");
}

static bool take_rule(const struct place *place, json_t *object, int64_t now, struct rule *rule)
{
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		if (!is_known(name)) {
			return complain(place, "a rule has no member ", name);
		}
	}
	return take_text(place, object, "method", &rule->method) && take_kind(place, object, &rule->kind) &&
	       take_path(place, object, rule) && take_side(place, object, "left", &rule->left) &&
	       take_side(place, object, "right", &rule->right) &&
	       take_text(place, object, "reason", &rule->reason) && take_expires(place, object, now, rule);
}

static bool add_line(struct rules *rules, const struct place *place, const char *line, size_t length, int64_t now)
{
	json_error_t error;
	if (rules->count == RULES_MAX) {
		return complain(place, "more rules than anybody can answer for", "");
	}
	json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	if (object == NULL) {
		return complain(place, "not JSON: ", error.text);
	}
	struct rule rule = {.object = object, .line = place->line};
	if (!json_is_object(object) ? !complain(place, "not an object", "") : !take_rule(place, object, now, &rule)) {
		json_decref(object);
		return false;
	}
	rules->rules[rules->count++] = rule;
	return true;
}

static bool is_empty(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
			return line[i] == '#';
		}
	}
	return true;
}

static bool add_lines(struct rules *rules, struct place *place, const char *bytes, size_t length, int64_t now)
{
	const char *end = bytes + length;
	while (bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t size = (size_t)((stop != NULL ? stop : end) - bytes);
		place->line++;
		if (!is_empty(bytes, size) && !add_line(rules, place, bytes, size, now)) {
			return false;
		}
		bytes += size + (stop != NULL);
	}
	return true;
}

struct rules *rules_read(const char *name, const char *bytes, size_t length, int64_t now, char *why, size_t capacity)
{
	struct place place = {.name = name, .why = why, .capacity = capacity};
	struct rules *rules = calloc(1, sizeof *rules);
	char *copy = strdup(name);
	if (rules == NULL || copy == NULL) {
		(void)snprintf(why, capacity, "%s: out of memory", name);
		free(copy);
		free(rules);
		return NULL;
	}
	rules->name = copy;
	if (!add_lines(rules, &place, bytes, length, now)) {
		rules_free(rules);
		return NULL;
	}
	return rules;
}

struct rules *rules_load(const char *path, int64_t now, char *why, size_t capacity)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		(void)snprintf(why, capacity, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	char *bytes = malloc(RULES_SIZE_MAX);
	size_t length = bytes != NULL ? fread(bytes, 1, RULES_SIZE_MAX, file) : 0;
	struct rules *rules = NULL;
	if (bytes == NULL || ferror(file) != 0) {
		(void)snprintf(why, capacity, "cannot read %s: %s", path, strerror(errno));
	} else if (length == RULES_SIZE_MAX) {
		(void)snprintf(why, capacity, "%s: more rules than anybody can answer for", path);
	} else {
		rules = rules_read(path, bytes, length, now, why, capacity);
	}
	free(bytes);
	(void)fclose(file); /* it was only read */
	return rules;
}

static bool name_matches(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);
	if (length > 0 && pattern[length - 1] == '*') {
		return strncmp(pattern, name, length - 1) == 0;
	}
	return strcmp(pattern, name) == 0;
}

static bool side_matches(const struct side *side, const char *text)
{
	if (!side->asked || side->text == text) {
		return true;
	}
	return side->text != NULL && text != NULL && strcmp(side->text, text) == 0;
}

const char *rules_accept(struct rules *rules, const char *method, const struct difference *difference)
{
	for (uint32_t i = 0; i < rules->count; i++) {
		struct rule *rule = &rules->rules[i];
		bool accepts = rule->kind == difference->kind && name_matches(rule->method, method) &&
			       name_matches(rule->path, difference->path) &&
			       side_matches(&rule->left, difference->left) &&
			       side_matches(&rule->right, difference->right);
		if (accepts) {
			rule->used++;
			return rule->reason;
		}
	}
	return NULL;
}

static bool write_stale(const struct rules *rules, const struct rule *rule, bool partial, char line[LINE_SIZE])
{
	if (rule->expired) {
		(void)snprintf(line, LINE_SIZE, "%s:%u: expired on %s, and explains %llu difference%s: %s",
			rules->name, rule->line, rule->expires, (unsigned long long)rule->used,
			rule->used == 1 ? "" : "s", rule->reason);
		return true;
	}
	if (rule->used == 0 && !partial) {
		(void)snprintf(line, LINE_SIZE, "%s:%u: unused, nothing differs so any more: %s", rules->name,
			rule->line, rule->reason);
		return true;
	}
	return false;
}

uint32_t rules_stale(const struct rules *rules, bool partial, void (*report)(void *context, const char *line),
	void *context)
{
	uint32_t stale = 0;
	for (uint32_t i = 0; rules != NULL && i < rules->count; i++) {
		char line[LINE_SIZE];
		if (write_stale(rules, &rules->rules[i], partial, line)) {
			report(context, line);
			stale++;
		}
	}
	return stale;
}

void rules_free(struct rules *rules)
{
	if (rules == NULL) {
		return;
	}
	for (uint32_t i = 0; i < rules->count; i++) {
		json_decref(rules->rules[i].object);
	}
	free(rules->name);
	free(rules);
}
