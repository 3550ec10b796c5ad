/* Opens the folder DATA. The lock comes first: whatever is created or read after it is ours alone. */
#include "admin/data.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_NAME "server.lock"
#define KEY_NAME "master.key"
#define KEY_NAME_NEW "master.key.new"
#define STORE_NAME "data.mdb"
#define PATH_SIZE_MAX 4096

struct reason {
	char *text;
	size_t capacity;
};

static enum data_result bad(const struct reason *why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static enum data_result bad(const struct reason *why, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	(void)vsnprintf(why->text, why->capacity, format, list);
	va_end(list);
	return DATA_BAD;
}

static enum data_result open_directory(const char *path, int *directory, const struct reason *why)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		return bad(why, "cannot create %s: %s", path, strerror(errno));
	}
	*directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *directory >= 0 ? DATA_OPENED : bad(why, "cannot open %s: %s", path, strerror(errno));
}

static enum data_result take_lock(int directory, int *lock, const struct reason *why)
{
	*lock = openat(directory, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*lock < 0) {
		return bad(why, "cannot open %s: %s", LOCK_NAME, strerror(errno));
	}
	if (flock(*lock, LOCK_EX | LOCK_NB) < 0) {
		return errno == EWOULDBLOCK ? DATA_IN_USE : bad(why, "cannot lock: %s", strerror(errno));
	}
	char holder[32];
	int length = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
	if (ftruncate(*lock, 0) < 0 || pwrite(*lock, holder, (size_t)length, 0) != length) {
		return bad(why, "cannot write %s: %s", LOCK_NAME, strerror(errno));
	}
	return DATA_OPENED;
}

/* The key appears under its name only when it is whole and on the disk: everything else derives from it. */
static bool write_key(int directory, const uint8_t *key)
{
	int file = openat(directory, KEY_NAME_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0) {
		return false;
	}
	bool written = write(file, key, MASTER_KEY_SIZE) == MASTER_KEY_SIZE && fsync(file) == 0;
	written = close(file) == 0 && written;
	return written && renameat(directory, KEY_NAME_NEW, directory, KEY_NAME) == 0 &&
	       fsync(directory) == 0;
}

static enum data_result read_key(int directory, uint8_t *key, const struct reason *why)
{
	int file = openat(directory, KEY_NAME, O_RDONLY | O_CLOEXEC);
	if (file < 0 && errno != ENOENT) {
		return bad(why, "cannot open %s: %s", KEY_NAME, strerror(errno));
	}
	if (file < 0 && faccessat(directory, STORE_NAME, F_OK, 0) == 0) {
		return bad(why, "%s has no %s beside it", STORE_NAME, KEY_NAME);
	}
	if (file < 0) {
		randombytes_buf(key, MASTER_KEY_SIZE);
		return write_key(directory, key) ? DATA_OPENED
						 : bad(why, "cannot write %s: %s", KEY_NAME, strerror(errno));
	}
	uint8_t more[MASTER_KEY_SIZE + 1];
	ssize_t size = read(file, more, sizeof more);
	(void)close(file);
	if (size == MASTER_KEY_SIZE) {
		memcpy(key, more, MASTER_KEY_SIZE);
	}
	sodium_memzero(more, sizeof more);
	return size == MASTER_KEY_SIZE ? DATA_OPENED
				       : bad(why, "%s is not %d bytes", KEY_NAME, MASTER_KEY_SIZE);
}

static enum data_result open_store(
	const struct data_options *options, struct data *data, const struct reason *why)
{
	const struct store_options store_options = {
		.directory = options->path,
		.map_size = options->map_size,
		.threads = options->threads,
	};
	data->store = store_open_directory(&store_options, why->text, why->capacity);
	return data->store != NULL ? DATA_OPENED : DATA_BAD;
}

enum data_result data_open(const struct data_options *options, struct data *data, char *why, size_t capacity)
{
	const struct reason reason = {.text = why, .capacity = capacity};
	struct data opened = {.directory = -1, .lock = -1};
	if (sodium_init() < 0) {
		return bad(&reason, "no source of randomness");
	}
	enum data_result result = open_directory(options->path, &opened.directory, &reason);
	if (result == DATA_OPENED) {
		result = take_lock(opened.directory, &opened.lock, &reason);
	}
	if (result == DATA_OPENED) {
		result = read_key(opened.directory, opened.master_key, &reason);
	}
	if (result == DATA_OPENED) {
		result = open_store(options, &opened, &reason);
	}
	if (result != DATA_OPENED) {
		data_close(&opened);
		return result;
	}
	*data = opened;
	return DATA_OPENED;
}

void data_close(struct data *data)
{
	if (data->store != NULL) {
		store_close(data->store);
	}
	sodium_memzero(data->master_key, sizeof data->master_key);
	if (data->lock >= 0) {
		(void)close(data->lock); /* gives the lock back */
	}
	if (data->directory >= 0) {
		(void)close(data->directory);
	}
	*data = (struct data){.directory = -1, .lock = -1};
}

long data_lock_holder(const char *path)
{
	char name[PATH_SIZE_MAX];
	if (snprintf(name, sizeof name, "%s/%s", path, LOCK_NAME) >= (int)sizeof name) {
		return 0;
	}
	FILE *file = fopen(name, "re");
	if (file == NULL) {
		return 0;
	}
	char line[32];
	long holder = fgets(line, sizeof line, file) != NULL ? strtol(line, NULL, 10) : 0;
	(void)fclose(file);
	return holder > 0 ? holder : 0;
}

static int64_t now(void *context)
{
	(void)context;
	struct timespec time;
	(void)clock_gettime(CLOCK_REALTIME, &time); /* cannot fail with this clock */
	return time.tv_sec;
}

static void fill_random(void *context, void *bytes, size_t size)
{
	(void)context;
	randombytes_buf(bytes, size);
}

struct source data_source(const struct data *data)
{
	return (struct source){.now = now, .random = fill_random, .master_key = data->master_key};
}
