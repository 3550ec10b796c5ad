/* Merges two lists that are in the order of their paths. */
#include <stdlib.h>
#include <string.h>

#include "observe/reply_fields.h"
#include "text/time.h"

#define LEGACY_LENGTH 19 /* 2026-01-31 12:00:00 */
#define TIME_SIZE 64

/* RFC 3339, or the legacy dialect's form of it, which has a blank and no zone. */
static bool read_time(const char *text, int64_t *time)
{
	char whole[TIME_SIZE];
	size_t length = strlen(text);
	if (length + 2 > sizeof whole) {
		return false;
	}
	memcpy(whole, text, length + 1);
	if (length == LEGACY_LENGTH && whole[10] == ' ') {
		whole[10] = 'T';
		memcpy(whole + length++, "Z", 2);
	}
	return time_read_rfc3339(whole, length, time);
}

/* Two times that are as long before or behind their sides' now are the same, as exactly as the sides' runs allow. */
static bool same_time(const char *left, const char *right, const struct reply_clock *clock)
{
	int64_t times[2];
	if (!read_time(left, &times[0]) || !read_time(right, &times[1])) {
		return false;
	}
	int64_t allowed = TIME_SLACK_S;
	bool together = clock->now[0] == clock->now[1];
	for (unsigned side = 0; side < 2; side++) {
		if (times[side] < clock->since[side] - TIME_SLACK_S) {
			return false; /* it was so before the run */
		}
		allowed += together ? 0 : clock->now[side] - clock->since[side];
	}
	return llabs((times[0] - clock->now[0]) - (times[1] - clock->now[1])) <= allowed;
}

static bool same(
	const struct reply_field *left, const struct reply_field *right, const struct reply_clock *clock)
{
	if (left->is_null || right->is_null) {
		return left->is_null == right->is_null;
	}
	return strcmp(left->value, right->value) == 0 ||
	       (left->kind == FIELD_TIME && same_time(left->value, right->value, clock));
}

void reply_fields_compare(const struct reply_fields *left, const struct reply_fields *right,
	const struct reply_clock *clock,
	void (*differ)(void *context, const char *path, const char *left, const char *right), void *context)
{
	size_t i = 0;
	size_t j = 0;
	while (i < left->count || j < right->count) {
		const struct reply_field *one = i < left->count ? &left->rows[i] : NULL;
		const struct reply_field *other = j < right->count ? &right->rows[j] : NULL;
		int order = one == NULL ? 1 : other == NULL ? -1 : strcmp(one->path, other->path);
		if (order < 0) {
			differ(context, one->path, one->value, NULL);
		} else if (order > 0) {
			differ(context, other->path, NULL, other->value);
		} else if (!same(one, other, clock)) {
			differ(context, one->path, one->value, other->value);
		}
		i += order <= 0;
		j += order >= 0;
	}
}
