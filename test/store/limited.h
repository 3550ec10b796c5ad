/* A process that the system gives less than it asks for. */
#ifndef TEST_STORE_LIMITED_H
#define TEST_STORE_LIMITED_H

#include <stdbool.h>
#include <stdint.h>

/* No file may be written or made longer than this. */
void limited_file_size(uint64_t size);
/* The process may map this much in all. False: it has more than that already. */
bool limited_memory(uint64_t size);
/* Every disk says that it is full. */
void limited_disk_is_full(bool is_full);
/* As it was before. */
void limited_lift(void);

#endif
