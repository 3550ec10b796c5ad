/* Any bytes as a recording, a combined log or a HAR file: each entry is read, or named as bad, and reading ends. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "migrate/recording_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(const struct recorded *found)
{
	enum http_method method;
	assert(found->path[0] == '/');
	assert(recording_method(found->method, strlen(found->method), &method));
	assert(json_is_object(found->query) && json_is_object(found->headers));
	assert(found->status == 0 || (found->status >= 100 && found->status <= 599));
	assert(found->latency_us >= -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char why[256] = "";
	FILE *file = size == 0 ? NULL : fmemopen((void *)(uintptr_t)bytes, size, "r");
	if (file == NULL) {
		return 0;
	}
	struct recording *recording = recording_open_stream(file, "memory", why, sizeof why);
	if (recording == NULL) {
		assert(why[0] != '\0');
		return 0;
	}
	struct recorded found;
	enum recording_result result;
	while ((result = recording_next(recording, &found, why, sizeof why)) != RECORDING_END) {
		if (result == RECORDING_READ) {
			check(&found);
		} else {
			assert(why[0] != '\0');
		}
	}
	recording_close(recording);
	return 0;
}
