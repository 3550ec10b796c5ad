/* Whole lines only: what a full disk took half of is cut off again. */
#define _GNU_SOURCE /* memrchr */
#include "observe/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096
#define TAIL_SIZE 4096
#define MODE 0600
#define HEAD "{\"joinery_recording\":1}\n"

static bool numbered(const struct record_file *file, uint32_t number, char name[PATH_SIZE])
{
	int length = number == 0 ? snprintf(name, PATH_SIZE, "%s", file->path)
				 : snprintf(name, PATH_SIZE, "%s.%u", file->path, number);
	return length > 0 && length < PATH_SIZE;
}

static bool write_all(int descriptor, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(descriptor, bytes, size);
		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written <= 0) {
			return false;
		}
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

/* What a crash left behind the last line feed is no line. */
static bool cut_behind_last_line(struct record_file *file)
{
	char tail[TAIL_SIZE];
	while (file->size > 0) {
		size_t size = file->size < sizeof tail ? (size_t)file->size : sizeof tail;
		if (pread(file->descriptor, tail, size, (off_t)(file->size - size)) != (ssize_t)size) {
			return false;
		}
		const char *feed = memrchr(tail, '\n', size);
		if (feed != NULL) {
			file->size -= (uint64_t)(tail + size - feed - 1);
			break;
		}
		file->size -= size;
	}
	return ftruncate(file->descriptor, (off_t)file->size) == 0;
}

static bool append(struct record_file *file, const char *lines, size_t size)
{
	if (!write_all(file->descriptor, lines, size)) {
		int error = errno;
		(void)ftruncate(file->descriptor, (off_t)file->size); /* making it shorter needs no room */
		errno = error;
		return false;
	}
	file->size += size;
	return true;
}

/* A name given by mistake may be that of any file, of which nothing may be cut off. A crash may have left a part of the
 * head. */
static bool is_recording(const struct record_file *file)
{
	char head[sizeof HEAD - 1];
	ssize_t size = pread(file->descriptor, head, sizeof head, 0);
	if (size >= 0 && memcmp(head, HEAD, (size_t)size) != 0) {
		errno = EEXIST;
		return false;
	}
	return size >= 0;
}

static bool open_current(struct record_file *file)
{
	struct stat found;
	file->size = 0;
	file->descriptor = open(file->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, MODE);
	if (file->descriptor < 0 || fstat(file->descriptor, &found) != 0) {
		return false;
	}
	if (!S_ISREG(found.st_mode)) {
		errno = EINVAL;
		return false;
	}
	if (flock(file->descriptor, LOCK_EX | LOCK_NB) != 0 || !is_recording(file) ||
		fstat(file->descriptor, &found) != 0) {
		return false;
	}
	file->size = (uint64_t)found.st_size;
	if (fchmod(file->descriptor, MODE) != 0 || !cut_behind_last_line(file)) {
		return false;
	}
	return file->size > 0 || append(file, HEAD, strlen(HEAD));
}

static const char *words_of(int error)
{
	return error == EINVAL	      ? "it is no file"
	       : error == EEXIST      ? "it holds something that is no recording"
	       : error == EWOULDBLOCK ? "another server records into it"
				      : strerror(error);
}

bool record_file_open(struct record_file *file, char *why, size_t capacity)
{
	if (open_current(file)) {
		return true;
	}
	(void)snprintf(why, capacity, "--record %s: %s", file->path, words_of(errno));
	record_file_close(file);
	return false;
}

/* FILE.2 becomes FILE.3, FILE.1 FILE.2, FILE FILE.1; the oldest goes. */
static bool rotate(struct record_file *file)
{
	char from[PATH_SIZE];
	char to[PATH_SIZE];
	record_file_close(file);
	for (uint32_t number = file->keep; number > 0; number--) {
		if (!numbered(file, number - 1, from) || !numbered(file, number, to)) {
			errno = ENAMETOOLONG;
			return false;
		}
		if (rename(from, to) != 0 && errno != ENOENT) {
			return false;
		}
	}
	if (file->keep == 0 && unlink(file->path) != 0) {
		return false;
	}
	return open_current(file);
}

/* As many of the lines as fit into the file; at least one goes into one that is empty. */
static size_t fitting(const struct record_file *file, const char *lines, size_t size)
{
	uint64_t room = file->size < file->size_max ? file->size_max - file->size : 0;
	if (size <= room) {
		return size;
	}
	const char *feed = room == 0 ? NULL : memrchr(lines, '\n', (size_t)room);
	if (feed == NULL && file->size <= strlen(HEAD)) {
		feed = memchr(lines, '\n', size);
	}
	return feed == NULL ? 0 : (size_t)(feed - lines) + 1;
}

bool record_file_write(struct record_file *file, const char *lines, size_t size)
{
	while (size > 0) {
		size_t part = fitting(file, lines, size);
		if (part == 0 && !rotate(file)) {
			return false;
		}
		if (part > 0 && !append(file, lines, part)) {
			return false;
		}
		lines += part;
		size -= part;
	}
	return true;
}

void record_file_close(struct record_file *file)
{
	if (file->descriptor >= 0) {
		(void)close(file->descriptor); /* all was written; nothing is synced on purpose */
		file->descriptor = -1;
	}
}
