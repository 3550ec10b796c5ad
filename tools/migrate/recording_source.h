/* How the files that read recordings share their work. */
#ifndef MIGRATE_RECORDING_SOURCE_H
#define MIGRATE_RECORDING_SOURCE_H

#include <stdio.h>

#include "migrate/recording.h"
#include "observe/captured.h"

#define RECORDING_LINE_MAX ((size_t)8 << 20)

enum recording_format {
	RECORDING_LINES,
	RECORDING_COMBINED,
	RECORDING_HAR,
};

struct recording {
	FILE *file;
	enum recording_format format;
	struct alias_key key;
	uint64_t read; /* bytes */
	uint64_t total; /* 0: not known */
	uint64_t line;
	uint64_t skipped;
	char *text; /* the line, malloc'ed */
	size_t capacity;
	size_t length;
	bool broken; /* the file cannot be read on: there is nothing behind */
	bool held; /* the line was read to find the format, and is the next one */
	json_t *root;	/* of the exchange that is lent */
	json_t *entries; /* HAR */
	json_t *document;
	size_t entry;
	struct line_maker maker;
};

/* Why an entry is none, in one line without its place. */
struct reading_fault {
	char why[200];
};

/* recording_open for a stream, which is the recording's from now on, whatever comes. */
struct recording *recording_open_stream(FILE *file, const char *name, char *why, size_t capacity);

/* Each fills what it finds. False: `fault` says what is wrong. `missing` stays NULL. The text may be written over, and
 * holds the reply from now on. */
bool recording_read_line(struct recording *recording, char *text, size_t length, struct recorded *found,
	struct reading_fault *fault);

enum foreign_result {
	FOREIGN_READ,
	FOREIGN_NO_CALL, /* to be skipped */
	FOREIGN_BAD,
};

/* Finds the API and the operation of what another program wrote down, and writes and reads its line. */
enum foreign_result recording_take_foreign(struct recording *recording, struct captured *captured,
	struct recorded *found, struct reading_fault *fault);
/* One line of a combined log. */
enum foreign_result recording_read_combined(struct recording *recording, const char *text, size_t length,
	struct recorded *found, struct reading_fault *fault);
/* Takes the whole HAR document apart, which starts with the text that was read already. */
bool recording_load_har(struct recording *recording, struct reading_fault *fault);
enum foreign_result recording_read_har(
	struct recording *recording, const json_t *entry, struct recorded *found, struct reading_fault *fault);

/* The method of a name; false: none that an API knows. */
bool recording_method(const char *name, size_t length, enum http_method *method);

#endif
