/* The request block: struct first, texts behind it. */
#include "model/request.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "model/limits.h"

#define ID_SIZE 8 /* big-endian: the block means the same on every machine */
#define TEXTS_SIZE_SPARE 1024 /* what decode makes itself: a slug, IDS_ASKED_MAX ids, a request id, NULs */

static const char *const DIALECTS[DIALECT_COUNT] = {"legacy", "onezone", "v3", "command", "system"};

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

bool request_add_ids(struct request *request, const uint64_t *ids, size_t count)
{
	char bytes[IDS_ASKED_MAX * ID_SIZE];
	assert(count <= IDS_ASKED_MAX);
	for (size_t i = 0; i < count * ID_SIZE; i++) {
		bytes[i] = (char)(ids[i / ID_SIZE] >> (8 * (ID_SIZE - 1 - i % ID_SIZE)));
	}
	return request_add(request, bytes, count * ID_SIZE, &request->ids);
}

size_t request_count_ids(const struct request *request)
{
	return request->ids.length / ID_SIZE;
}

uint64_t request_id_at(const struct request *request, size_t index)
{
	assert(index < request_count_ids(request));
	const uint8_t *bytes = (const uint8_t *)request_text(request, request->ids) + index * ID_SIZE;
	uint64_t id = 0;
	for (size_t i = 0; i < ID_SIZE; i++) {
		id = id << 8 | bytes[i];
	}
	return id;
}

void request_fault(struct fault *fault, enum outcome outcome, const char *field)
{
	if (fault->outcome != OUTCOME_NONE) {
		return;
	}
	fault->outcome = outcome;
	(void)snprintf(fault->field, sizeof fault->field, "%s", field);
}
