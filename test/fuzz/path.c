/* No target makes the path reader write outside its memory or pass a NUL. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/dialect.h"

static const char *const roots[] = {"services/rest", NULL};
static const struct dialect_driver gateway = {.roots = roots, .empty_segments = true};
static const struct dialect_driver others = {.roots = NULL};
static const struct dialect_driver *const drivers[] = {&gateway, &others, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *target = malloc(size + 1);
	char *memory = malloc(size + 1);
	if (target == NULL || memory == NULL) {
		abort();
	}
	if (size != 0) {
		memcpy(target, bytes, size);
	}
	target[size] = '\0';
	struct http_path path;
	struct span query;
	(void)http_path_read(target, memory, &path, &query);
	if (dialect_pick(drivers, &path) == NULL || path.count > PATH_SEGMENTS_MAX) {
		abort();
	}
	for (uint32_t i = 0; i < path.count; i++) {
		if (memchr(path.segments[i].bytes, '\0', path.segments[i].length) != NULL) {
			abort();
		}
	}
	free(memory);
	free(target);
	return 0;
}
