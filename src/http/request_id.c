/* X-Request-Id: the client's where it can stand in a header and a log line, else 16 random digits. */
#include "http/request_id.h"

#include <ctype.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "http/dialect.h"

#define GOLDEN_GAMMA UINT64_C(0x9e3779b97f4a7c15)

void request_ids_init(struct request_ids *ids)
{
	if (getrandom(&ids->state, sizeof ids->state, 0) != (ssize_t)sizeof ids->state) {
		struct timespec now;
		(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail with this clock */
		ids->state = (uint64_t)now.tv_nsec ^ (uint64_t)(uintptr_t)ids;
	}
}

/* SplitMix64 (Steele, Lea, Flood 2014): one addition and a mix, no system call per request. */
static uint64_t next_number(struct request_ids *ids)
{
	uint64_t mixed = ids->state += GOLDEN_GAMMA;
	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

void request_ids_next(struct request_ids *ids, char made[REQUEST_ID_MADE_SIZE])
{
	uint64_t number = next_number(ids);
	for (int i = 0; i < REQUEST_ID_MADE_SIZE - 1; i++) {
		made[i] = "0123456789abcdef"[number >> 60];
		number <<= 4;
	}
	made[REQUEST_ID_MADE_SIZE - 1] = '\0';
}

/* Lower-case hexadecimal digits, not all of them 0. */
static bool is_number(const char *text, size_t length)
{
	return strspn(text, "0123456789abcdef") == length && strspn(text, "0") < length;
}

/* "VERSION-TRACE-PARENT-FLAGS", digits of 2, 32, 16 and 2. Later versions may go on behind a '-'. */
bool trace_id_read(const char *traceparent, char id[TRACE_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	enum { TRACE = 3, PARENT = 36, FLAGS = 53, END = 55 };
	size_t length = strlen(traceparent);
	bool first_version = strncmp(traceparent, "00-", TRACE) == 0;
	if (length < END || strspn(traceparent, digits) != TRACE - 1 || strncmp(traceparent, "ff", 2) == 0 ||
		!is_number(traceparent + TRACE, PARENT - TRACE - 1) ||
		!is_number(traceparent + PARENT, FLAGS - PARENT - 1) ||
		strspn(traceparent + FLAGS, digits) != 2) {
		return false;
	}
	char behind = traceparent[END];
	if (traceparent[TRACE - 1] != '-' || traceparent[PARENT - 1] != '-' ||
		traceparent[FLAGS - 1] != '-' || (behind != '\0' && (first_version || behind != '-'))) {
		return false;
	}
	memcpy(id, traceparent + TRACE, TRACE_ID_SIZE - 1);
	id[TRACE_ID_SIZE - 1] = '\0';
	return true;
}

static bool is_valid(const char *id, size_t length)
{
	if (length == 0 || length > REQUEST_ID_SIZE_MAX) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)id[i]) && strchr("._-", id[i]) == NULL) {
			return false;
		}
	}
	return true;
}

void dialect_take_request_id(const struct http_request *http, struct request *request)
{
	const char *id = http->header(http->context, "X-Request-Id", NULL);
	if (id == NULL || !is_valid(id, strlen(id))) {
		return;
	}
	(void)request_add(request, id, strlen(id), &request->request_id); /* no room: one is made */
}
