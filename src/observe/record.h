/* Recording: one JSON line per exchange in a file that names no secret. tools/migrate reads it. */
#ifndef OBSERVE_RECORD_H
#define OBSERVE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/observer.h"
#include "model/source.h"

#define RECORD_SIZE_MIN ((uint64_t)65536)
#define RECORD_SIZE_DEFAULT ((uint64_t)256 << 20)
#define RECORD_KEEP_MAX 1000
#define RECORD_KEEP_DEFAULT 9

struct record_options {
	const char *path;
	uint64_t size_max; /* bytes of one file, at least RECORD_SIZE_MIN; then FILE becomes FILE.1, FILE.1 FILE.2 */
	uint32_t keep;	   /* older files that are kept, 0 to RECORD_KEEP_MAX */
	unsigned threads;  /* that exchanges come from */
	const uint8_t *master_key; /* MASTER_KEY_SIZE bytes; only read by record_start */
};

struct record;

/* Opens the file (0600; appends behind its last whole line) and starts the thread that writes it. NULL: not possible,
 * and `why` says so in one line. */
struct record *record_start(const struct record_options *options, char *why, size_t capacity);
/* What shows it exchanges; `seen` runs on any of `threads` HTTP threads and never waits for the disk: what finds its
 * buffer full is left out and counted, on /metrics, too. */
struct http_observer record_observer(struct record *record);
/* How many exchanges are not in the recording. Any thread. */
uint64_t record_left_out(const struct record *record);
/* After the last exchange was seen: writes what is left, says what was left out. NULL does nothing. */
void record_stop(struct record *record);

#endif
