#include "migrate/replay_pace.h"

#include <string.h>

#define SECOND_US 1000000
#define LONGEST_US 1e15 /* thirty years: whoever asks for more waits for ever as well */

static const char *text_at(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_string_value(json_is_array(value) ? json_array_get(value, 0) : value);
}

static const char *parameter(const struct recorded *recorded, const char *name)
{
	const char *found = text_at(recorded->form, name);
	return found != NULL ? found : text_at(recorded->query, name);
}

static const char *bearer(const struct recorded *recorded)
{
	static const char *const headers[] = {"authorization", "x-auth-token", "macaroon"};
	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		const char *found = text_at(recorded->headers, headers[i]);
		if (found != NULL) {
			const char *blank = strrchr(found, ' ');
			return blank == NULL ? found : blank + 1;
		}
	}
	return NULL;
}

const char *replay_caller(const struct recorded *recorded)
{
	const char *token = bearer(recorded);
	token = token != NULL ? token : parameter(recorded, "token");
	const char *key = token != NULL ? token : parameter(recorded, "api_key");
	return key == NULL ? "" : key;
}

/* An application is sampled as a whole, so its users' calls hang together. */
static const char *client(const struct recorded *recorded)
{
	const char *key = parameter(recorded, "api_key");
	return key != NULL ? key : replay_caller(recorded);
}

/* FNV-1a, mixed so that every bit counts in the remainder. */
static uint32_t hash_part(const char *text)
{
	uint64_t hash = 14695981039346656037u;
	for (; *text != '\0'; text++) {
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	}
	hash ^= hash >> 33;
	hash *= 0xff51afd7ed558ccdu;
	hash ^= hash >> 33;
	return (uint32_t)(hash % REPLAY_ALL);
}

bool replay_pace_takes(struct replay_pace *pace, const struct recorded *recorded)
{
	if (hash_part(client(recorded)) >= pace->sample) {
		return false;
	}
	uint64_t before = pace->seen * pace->percent / REPLAY_ALL;
	pace->seen++;
	return pace->seen * pace->percent / REPLAY_ALL > before;
}

static int64_t whole_us(double us)
{
	return (int64_t)(us < LONGEST_US ? us : LONGEST_US);
}

int64_t replay_pace_due_us(struct replay_pace *pace, const struct recorded *recorded)
{
	int64_t due_us = 0;
	if (pace->taken == 0) {
		pace->first_at_us = recorded->at_us;
	}
	if (pace->speed > 0) {
		due_us = whole_us((double)(recorded->at_us - pace->first_at_us) / pace->speed);
	}
	if (pace->rate > 0) {
		int64_t by_rate_us = whole_us((double)pace->taken * SECOND_US / pace->rate);
		due_us = by_rate_us > due_us ? by_rate_us : due_us;
	}
	pace->taken++;
	return due_us;
}
