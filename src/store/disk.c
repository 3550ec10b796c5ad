/* Asking the system for blocks before they are needed. */
#define _GNU_SOURCE /* fallocate: where a file system has none, posix_fallocate writes into the file itself */
#include "store/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)
#define RESERVE_SIZE (64 * MIB)
#define ROOM_SIZE (32 * MIB)
#define SPACE_SIZE_MIN MIB

static bool has_free(int file, uint64_t size)
{
	struct statvfs space;
	return fstatvfs(file, &space) != 0 || (uint64_t)space.f_bavail * space.f_frsize >= size;
}

/* Where blocks cannot be asked for, what is free now has to do. */
static bool reserve(int file, uint64_t start, uint64_t size)
{
	int result;
	do {
		result = fallocate(file, 0, (off_t)start, (off_t)size);
	} while (result != 0 && errno == EINTR);
	return result == 0 || (errno == EOPNOTSUPP && has_free(file, size));
}

bool disk_keep_room(int file, uint64_t used_end, uint64_t *reserved_end)
{
	if (*reserved_end >= used_end + ROOM_SIZE) {
		return true;
	}
	if (reserve(file, used_end, RESERVE_SIZE)) {
		*reserved_end = used_end + RESERVE_SIZE;
		return true;
	}
	return reserve(file, used_end, ROOM_SIZE);
}

bool disk_has_space(int file)
{
	return has_free(file, SPACE_SIZE_MIN);
}

bool disk_make_file(const char *path, uint64_t size)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0) {
		return false;
	}
	bool made = reserve(file, 0, size);
	return close(file) == 0 && made;
}

bool disk_outgrows_memory(const char *path)
{
	struct stat found;
	long pages = sysconf(_SC_PHYS_PAGES);
	long page_size = sysconf(_SC_PAGESIZE);
	return stat(path, &found) == 0 && pages > 0 && page_size > 0 &&
		(uint64_t)found.st_size > (uint64_t)pages * (uint64_t)page_size / 2;
}
