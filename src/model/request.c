/* The request block: struct first, texts behind it. */
#include "model/request.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "model/limits.h"

#define NUMBER_SIZE 8
/* What decode makes itself: a request id, NULs, and a slug or what is asked for by several ids or names. */
#define TEXTS_SIZE_SPARE (256 + IDS_ASKED_MAX * FOLD_DIGEST_SIZE)

static const char *const DIALECTS[DIALECT_COUNT] = {"legacy", "onezone", "v3", "command", "system", "page"};

const char *dialect_name(enum dialect dialect)
{
	return DIALECTS[dialect];
}

size_t request_capacity(size_t input_size)
{
	return sizeof(struct request) + input_size + TEXTS_SIZE_SPARE;
}

struct request *request_init(void *memory, size_t capacity, enum dialect dialect)
{
	assert(capacity >= sizeof(struct request) && capacity <= UINT32_MAX);
	struct request *request = memory;
	memset(request, 0, sizeof *request);
	request->size = sizeof *request;
	request->capacity = (uint32_t)capacity;
	request->dialect = dialect;
	request->operation = OPERATION_NONE;
	request->first.outcome = OUTCOME_NONE;
	request->syntax.outcome = OUTCOME_NONE;
	request->value.outcome = OUTCOME_NONE;
	return request;
}

bool request_add(struct request *request, const char *bytes, size_t length, struct text *added)
{
	if (length == 0) {
		*added = (struct text){0};
		return true;
	}
	if (length >= request->capacity - request->size) {
		return false;
	}
	char *end = (char *)request + request->size;
	memcpy(end, bytes, length);
	end[length] = '\0';
	*added = (struct text){.offset = request->size, .length = (uint32_t)length};
	request->size += (uint32_t)length + 1;
	return true;
}

const char *request_text(const struct request *request, struct text text)
{
	if (text.length == 0) {
		return "";
	}
	assert((size_t)text.offset + text.length < request->size);
	return (const char *)request + text.offset;
}

uint32_t request_asked_count(const struct request *request)
{
	return request->ids.length / NUMBER_SIZE;
}

/* The number at `index` of a text of numbers, big-endian each. */
static uint64_t read_number(const struct request *request, struct text numbers, uint32_t index)
{
	const char *bytes = request_text(request, numbers) + (size_t)index * NUMBER_SIZE;
	uint64_t number = 0;
	for (unsigned i = 0; i < NUMBER_SIZE; i++) {
		number = number << 8 | (uint8_t)bytes[i];
	}
	return number;
}

uint64_t request_asked_id(const struct request *request, uint32_t index)
{
	assert(index < request_asked_count(request));
	return read_number(request, request->ids, index);
}

bool request_match_has(const struct request *request, uint64_t version)
{
	for (uint32_t i = 0; i < request->match_versions.length / NUMBER_SIZE; i++) {
		if (read_number(request, request->match_versions, i) == version) {
			return true;
		}
	}
	return false;
}

void request_fault(struct fault *fault, enum outcome outcome, const char *field)
{
	if (fault->outcome != OUTCOME_NONE) {
		return;
	}
	fault->outcome = outcome;
	(void)snprintf(fault->field, sizeof fault->field, "%s", field);
}
