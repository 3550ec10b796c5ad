/* nginx's and Apache's combined log: ADDRESS - USER [TIME] "METHOD TARGET PROTOCOL" STATUS SIZE "REFERER" "AGENT", and
 * whatever was added behind. It holds no headers and no bodies, so of calls that were sent in them it tells only that
 * they were made. */
#define _GNU_SOURCE /* strptime with %b in any order of includes, and timegm */
#include "migrate/recording_source.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIME_SIZE 32
#define TIME_FORMAT "%d/%b/%Y:%H:%M:%S %z"
#define SECOND_US 1000000
#define TARGET_SIZE_MAX 65536

/* Cuts off what stands before the mark. False: the mark does not come. */
static bool cut(struct span *rest, char mark, struct span *front)
{
	if (memchr(rest->bytes, mark, rest->length) == NULL) {
		return false;
	}
	*front = span_cut(rest, mark);
	return true;
}

static bool read_time(struct span text, int64_t *at_us)
{
	char copy[TIME_SIZE];
	struct tm parts = {0};
	if (text.length >= sizeof copy) {
		return false;
	}
	memcpy(copy, text.bytes, text.length);
	copy[text.length] = '\0';
	const char *end = strptime(copy, TIME_FORMAT, &parts);
	if (end == NULL || *end != '\0') {
		return false;
	}
	long east = parts.tm_gmtoff; /* timegm takes the rest as it stands */
	*at_us = ((int64_t)timegm(&parts) - east) * SECOND_US;
	return *at_us >= 0;
}

/* "\x22" is a byte; nginx writes quotes, backslashes and what is no printable ASCII so. */
static size_t unescape(struct span text, char *bytes)
{
	size_t length = 0;
	for (size_t at = 0; at < text.length; at++) {
		char byte = text.bytes[at];
		if (byte == '\\' && text.length - at >= 4 && text.bytes[at + 1] == 'x') {
			char escape[3] = {'%', text.bytes[at + 2], text.bytes[at + 3]};
			at += span_read_escape((struct span){escape, sizeof escape}, &byte) ? 3 : 0;
		}
		bytes[length++] = byte;
	}
	return length;
}

static bool read_status(struct span rest, int *status)
{
	if (rest.length < 5 || rest.bytes[0] != ' ' || rest.bytes[4] != ' ') {
		return false;
	}
	*status = 0;
	for (unsigned i = 1; i < 4; i++) {
		if (rest.bytes[i] < '0' || rest.bytes[i] > '9') {
			return false;
		}
		*status = 10 * *status + rest.bytes[i] - '0';
	}
	return *status >= 100 && *status <= 599;
}

static enum foreign_result take(struct recording *recording, struct captured *captured, struct span line,
	struct recorded *found, struct reading_fault *fault)
{
	struct span method = span_cut(&line, ' ');
	struct span target = span_cut(&line, ' ');
	if (target.length == 0 || target.length > TARGET_SIZE_MAX ||
		!recording_method(method.bytes, method.length, &captured->method)) {
		return FOREIGN_NO_CALL;
	}
	char *bytes = malloc(target.length);
	if (bytes == NULL) {
		(void)snprintf(fault->why, sizeof fault->why, "out of memory");
		return FOREIGN_BAD;
	}
	captured->target = (struct span){bytes, unescape(target, bytes)};
	enum foreign_result result = recording_take_foreign(recording, captured, found, fault);
	free(bytes);
	if (result == FOREIGN_READ) {
		bool silent = captured->dialect != DIALECT_LEGACY; /* its credentials are parameters, not headers */
		bool sent = (captured->method & (HTTP_POST | HTTP_PUT | HTTP_PATCH)) != 0;
		found->missing = sent ? "the body" : silent ? "the headers" : NULL;
	}
	return result;
}

enum foreign_result recording_read_combined(struct recording *recording, const char *text, size_t length,
	struct recorded *found, struct reading_fault *fault)
{
	struct span rest = {text, length};
	struct span before;
	struct span time;
	struct span line;
	struct captured captured = {.latency_us = -1};
	if (!cut(&rest, '[', &before) || !cut(&rest, ']', &time) || !read_time(time, &captured.at_us)) {
		(void)snprintf(fault->why, sizeof fault->why, "it has no [day/Mon/year:time zone] of a combined log");
		return FOREIGN_BAD;
	}
	if (!cut(&rest, '"', &before) || !cut(&rest, '"', &line) || !read_status(rest, &captured.status)) {
		(void)snprintf(fault->why, sizeof fault->why, "it has no \"request\" with a status behind it");
		return FOREIGN_BAD;
	}
	return take(recording, &captured, line, found, fault);
}
