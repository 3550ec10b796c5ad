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

static bool has_any(const struct reply_fields *fields, const char *start, size_t length)
{
	size_t low = 0;
	size_t high = fields->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strncmp(fields->rows[middle].path, start, length) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < fields->count && strncmp(fields->rows[low].path, start, length) == 0;
}

/* Where the name of the item ends that the path lies in, and that the other side lacks; 0: there is none. */
static size_t missing_item(const struct reply_fields *other, const char *path)
{
	for (const char *end = strchr(path, ']'); end != NULL; end = strchr(end + 1, ']')) {
		size_t length = (size_t)(end - path) + 1;
		if ((end[1] == '.' || end[1] == '[') && !has_any(other, path, length)) {
			return length;
		}
	}
	return 0;
}

/* Finds the field to tell of what one side alone has from `at` on: of a whole item its id, or else its first, as the
 * others would hide what else differs. Returns what comes behind. */
static size_t find_alone(const struct reply_fields *fields, size_t at, const struct reply_fields *other,
	const struct reply_field **told)
{
	const char *path = fields->rows[at].path;
	size_t length = missing_item(other, path);
	size_t end = at;
	*told = &fields->rows[at];
	do {
		*told = length > 0 && strcmp(fields->rows[end].path + length, ".id") == 0 ? &fields->rows[end]
										       : *told;
		end++;
	} while (length > 0 && end < fields->count && strncmp(fields->rows[end].path, path, length) == 0);
	return end;
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
			i = find_alone(left, i, right, &one);
			differ(context, one->path, one->value, NULL);
		} else if (order > 0) {
			j = find_alone(right, j, left, &other);
			differ(context, other->path, NULL, other->value);
		} else {
			if (!same(one, other, clock)) {
				differ(context, one->path, one->value, other->value);
			}
			i++;
			j++;
		}
	}
}
