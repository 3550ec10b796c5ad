/* Memory of a tool, which has nothing to go on with where there is none: out of memory ends the program. */
#ifndef MIGRATE_MEMORY_H
#define MIGRATE_MEMORY_H

#include <stddef.h>

/* As realloc, and never NULL. */
void *memory_grow(void *memory, size_t size);
/* A copy with a NUL behind it, the caller's to free; never NULL. */
char *memory_copy(const char *bytes, size_t length);

#endif
