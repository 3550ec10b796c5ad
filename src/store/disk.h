/* Room on the disk for a file that grows. Private to store/. */
#ifndef STORE_DISK_H
#define STORE_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* Keeps the file well longer than `used_end`. False: not even one batch's room could be had.
 * `reserved_end`: the caller's memory of what is there already, 0 at first. */
bool disk_keep_room(int file, uint64_t used_end, uint64_t *reserved_end);
/* Whether the file's disk takes anything more. Not known counts as yes. */
bool disk_has_space(int file);
/* Makes the file where it is missing and gives it blocks: writing to a map of it cannot fail then. */
bool disk_make_file(const char *path, uint64_t size);
/* Whether the file is larger than half of the machine's memory. */
bool disk_outgrows_memory(const char *path);

#endif
