/* The files of a recording: whole lines, rotated by size. */
#ifndef OBSERVE_RECORD_FILE_H
#define OBSERVE_RECORD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_file {
	const char *path;
	uint64_t size_max;
	uint32_t keep;
	int descriptor; /* -1: closed */
	uint64_t size;
};

/* Locks the file against other servers; one that begins as no recording does is left as it is. False: not possible,
 * `why` says so. */
bool record_file_open(struct record_file *file, char *why, size_t capacity);
/* Appends whole lines, as far as possible into one file. False: they could not be written, errno says why; what was
 * written of them is taken back. */
bool record_file_write(struct record_file *file, const char *lines, size_t size);
void record_file_close(struct record_file *file);

#endif
