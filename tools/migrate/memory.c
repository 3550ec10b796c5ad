#include "migrate/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memory_grow(void *memory, size_t size)
{
	void *grown = realloc(memory, size);
	if (grown == NULL) {
		(void)fputs("joinery: out of memory\n", stderr);
		abort();
	}
	return grown;
}

char *memory_copy(const char *bytes, size_t length)
{
	char *copy = memory_grow(NULL, length + 1);
	memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}
