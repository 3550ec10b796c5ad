/* The memory of JSON bodies while they are read: what is out of it is said, and jansson never meets it. */
#ifndef API_BODY_MEMORY_H
#define API_BODY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* NULL: it is not JSON, or (`*lacks_memory`) nobody knows. One body of a thread at a time; no other use of jansson in
 * this thread until it is released. */
json_t *body_memory_load(const char *bytes, size_t length, bool *lacks_memory);
/* In every case, also of NULL. */
void body_memory_release(json_t *root);

#endif
