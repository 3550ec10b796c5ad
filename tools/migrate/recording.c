/* Opens a recording, finds its format, and reads one exchange after the other. */
#include "migrate/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "migrate/recording_source.h"

#define HEAD "{\"joinery_recording\":"
#define FIRST_MEMBER "{\"at_us\":"

static void close_stream(FILE *file)
{
	if (file != stdin) {
		(void)fclose(file); /* only read from */
	}
}

/* Reads one more line into `text`, its line feed cut off. False: there is none, or it is too long (`length` is then
 * RECORDING_LINE_MAX). */
static bool get_line(struct recording *recording)
{
	if (recording->held) {
		recording->held = false;
		recording->line++;
		return true;
	}
	recording->length = 0;
	if (recording->broken) {
		return false;
	}
	int byte;
	while ((byte = getc_unlocked(recording->file)) != EOF && byte != '\n') {
		if (recording->length + 1 >= recording->capacity) {
			size_t capacity = recording->capacity == 0 ? 4096 : 2 * recording->capacity;
			char *text = capacity > RECORDING_LINE_MAX ? NULL : realloc(recording->text, capacity);
			if (text == NULL) {
				recording->length = RECORDING_LINE_MAX;
				return false;
			}
			recording->text = text;
			recording->capacity = capacity;
		}
		recording->text[recording->length++] = (char)byte;
		recording->read++;
	}
	if (byte == EOF && recording->length == 0) {
		return false;
	}
	recording->read += byte == '\n';
	recording->line++;
	return true;
}

static bool starts_with(const struct recording *recording, const char *start)
{
	size_t length = strlen(start);
	return recording->length >= length && memcmp(recording->text, start, length) == 0;
}

/* By the first line; an empty file is a recording of nothing. */
static void find_format(struct recording *recording)
{
	recording->held = get_line(recording);
	recording->line = 0;
	if (!recording->held || starts_with(recording, HEAD) || starts_with(recording, FIRST_MEMBER)) {
		recording->format = RECORDING_LINES;
		return;
	}
	size_t blank = 0;
	while (blank < recording->length && strchr(" \t\r\xef\xbb\xbf", recording->text[blank]) != NULL) {
		blank++;
	}
	bool is_object = blank == recording->length || recording->text[blank] == '{';
	recording->format = is_object ? RECORDING_HAR : RECORDING_COMBINED;
}

struct recording *recording_open_stream(FILE *file, const char *name, char *why, size_t capacity)
{
	struct recording *recording = calloc(1, sizeof *recording);
	struct stat found;
	if (recording == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		close_stream(file);
		return NULL;
	}
	recording->file = file;
	if (fileno(file) >= 0 && fstat(fileno(file), &found) == 0 && S_ISREG(found.st_mode)) {
		recording->total = (uint64_t)found.st_size;
	}
	randombytes_buf(&recording->key, sizeof recording->key);
	find_format(recording);
	struct reading_fault fault;
	if (recording->format == RECORDING_HAR && !recording_load_har(recording, &fault)) {
		(void)snprintf(why, capacity, "%s: %s", name, fault.why);
		recording_close(recording);
		return NULL;
	}
	return recording;
}

/* A method that no API has is not shown: it may be anything. */
const char *recorded_name(const struct recorded *recorded, char name[RECORDED_NAME_SIZE])
{
	const json_t *places[] = {recorded->form, recorded->query};
	bool asks = strcmp(recorded->operation, "none") != 0;
	const char *method = NULL;
	for (size_t i = 0; recorded->dialect == DIALECT_LEGACY && asks && method == NULL && i < 2; i++) {
		method = json_string_value(json_object_get(places[i], "method"));
	}
	if (method != NULL) {
		(void)snprintf(name, RECORDED_NAME_SIZE, "%s", method);
	} else {
		(void)snprintf(name, RECORDED_NAME_SIZE, "%s %s%s%s", dialect_name(recorded->dialect), recorded->method,
			asks ? " " : "", asks ? recorded->operation : "");
	}
	return name;
}

struct recording *recording_open(const char *path, char *why, size_t capacity)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	struct stat found;
	if (file != NULL && fstat(fileno(file), &found) == 0 && S_ISDIR(found.st_mode)) {
		close_stream(file);
		file = NULL;
		errno = EISDIR;
	}
	if (file == NULL) {
		(void)snprintf(why, capacity, "%s: %s", path, strerror(errno));
		return NULL;
	}
	return recording_open_stream(file, path, why, capacity);
}

void recording_set_key(struct recording *recording, const struct alias_key *key)
{
	recording->key = *key;
}

void recording_progress(const struct recording *recording, uint64_t *read, uint64_t *total)
{
	*read = recording->format == RECORDING_HAR ? recording->entry : recording->read;
	*total = recording->format == RECORDING_HAR ? json_array_size(recording->entries) : recording->total;
}

uint64_t recording_skipped(const struct recording *recording)
{
	return recording->skipped;
}

static enum recording_result bad(
	const struct recording *recording, const struct reading_fault *fault, char *why, size_t capacity)
{
	const char *unit = recording->format == RECORDING_HAR ? "entry" : "line";
	(void)snprintf(why, capacity, "%s %llu: %s", unit, (unsigned long long)recording->line, fault->why);
	return RECORDING_BAD;
}

/* The rest of a line that is too long is passed over. */
static enum recording_result bad_end(struct recording *recording, char *why, size_t capacity)
{
	int error = ferror(recording->file) ? errno : 0;
	if (recording->broken || (recording->length != RECORDING_LINE_MAX && error == 0)) {
		return RECORDING_END;
	}
	recording->line++;
	struct reading_fault fault;
	(void)snprintf(fault.why, sizeof fault.why, "%s", error == 0 ? "it is too long" : strerror(error));
	int byte;
	while (error == 0 && (byte = getc_unlocked(recording->file)) != EOF && byte != '\n') {
		recording->read++;
	}
	recording->broken = error != 0;
	return bad(recording, &fault, why, capacity);
}

static enum recording_result next_line(
	struct recording *recording, struct recorded *found, char *why, size_t capacity)
{
	do {
		if (!get_line(recording)) {
			return bad_end(recording, why, capacity);
		}
	} while (recording->length == 0 || starts_with(recording, HEAD)); /* several files, one behind the other */
	struct reading_fault fault;
	if (!recording_read_line(recording, recording->text, recording->length, found, &fault)) {
		return bad(recording, &fault, why, capacity);
	}
	return RECORDING_READ;
}

static enum foreign_result next_foreign(
	struct recording *recording, struct recorded *found, struct reading_fault *fault)
{
	if (recording->format == RECORDING_HAR) {
		recording->line = recording->entry + 1;
		return recording_read_har(
			recording, json_array_get(recording->entries, recording->entry++), found, fault);
	}
	return recording_read_combined(recording, recording->text, recording->length, found, fault);
}

static bool is_at_end(struct recording *recording)
{
	return recording->format == RECORDING_HAR ? recording->entry == json_array_size(recording->entries)
						  : !get_line(recording);
}

enum recording_result recording_next(
	struct recording *recording, struct recorded *found, char *why, size_t capacity)
{
	if (recording->format == RECORDING_LINES) {
		return next_line(recording, found, why, capacity);
	}
	while (!is_at_end(recording)) {
		struct reading_fault fault;
		switch (next_foreign(recording, found, &fault)) {
		case FOREIGN_READ:
			return RECORDING_READ;
		case FOREIGN_NO_CALL:
			recording->skipped++;
			break;
		case FOREIGN_BAD:
			return bad(recording, &fault, why, capacity);
		}
	}
	return recording->format == RECORDING_HAR ? RECORDING_END : bad_end(recording, why, capacity);
}

void recording_close(struct recording *recording)
{
	if (recording == NULL) {
		return;
	}
	close_stream(recording->file);
	json_decref(recording->root);
	json_decref(recording->document);
	line_maker_finish(&recording->maker);
	free(recording->text);
	explicit_bzero(&recording->key, sizeof recording->key);
	free(recording);
}
