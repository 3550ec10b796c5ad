/* Preloaded into a server: a disk that is full or broken while a file exists. JOINERY_DISK_FULL: no file can be given
 * more room. JOINERY_DISK_BROKEN: syncing fails with EIO. JOINERY_DISK_META_FULL: LMDB's meta page, which it writes last,
 * cannot be written for want of room. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int preloaded_fallocate(int file, int mode, off_t offset, off_t length) __asm__("fallocate");
int preloaded_fallocate64(int file, int mode, off_t offset, off_t length) __asm__("fallocate64");
int preloaded_statvfs(int file, struct statvfs *found) __asm__("fstatvfs");
int preloaded_sync(int file) __asm__("fdatasync");
ssize_t preloaded_pwrite(int file, const void *bytes, size_t size, off_t offset) __asm__("pwrite");
ssize_t preloaded_pwrite64(int file, const void *bytes, size_t size, off_t offset) __asm__("pwrite64");

#define META_PAGES_END 8192

static bool is_on(const char *name)
{
	const char *path = getenv(name);
	return path != NULL && access(path, F_OK) == 0;
}

/* The C library's own function of this name. */
static void *original(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

int preloaded_fallocate(int file, int mode, off_t offset, off_t length)
{
	struct stat found;
	bool grows = fstat(file, &found) != 0 || found.st_size < offset + length;
	if (grows && is_on("JOINERY_DISK_FULL")) {
		errno = ENOSPC;
		return -1;
	}
	int (*call)(int, int, off_t, off_t) = NULL;
	*(void **)&call = original("fallocate");
	return call(file, mode, offset, length);
}

int preloaded_fallocate64(int file, int mode, off_t offset, off_t length)
{
	return preloaded_fallocate(file, mode, offset, length);
}

int preloaded_statvfs(int file, struct statvfs *found)
{
	int (*call)(int, struct statvfs *) = NULL;
	*(void **)&call = original("fstatvfs");
	int result = call(file, found);
	if (result == 0 && is_on("JOINERY_DISK_FULL")) {
		found->f_bavail = 0;
		found->f_bfree = 0;
	}
	return result;
}

int preloaded_sync(int file)
{
	if (is_on("JOINERY_DISK_BROKEN")) {
		errno = EIO;
		return -1;
	}
	int (*call)(int) = NULL;
	*(void **)&call = original("fdatasync");
	return call(file);
}

ssize_t preloaded_pwrite(int file, const void *bytes, size_t size, off_t offset)
{
	if (offset < META_PAGES_END && is_on("JOINERY_DISK_META_FULL")) {
		errno = ENOSPC;
		return -1;
	}
	ssize_t (*call)(int, const void *, size_t, off_t) = NULL;
	*(void **)&call = original("pwrite");
	return call(file, bytes, size, offset);
}

ssize_t preloaded_pwrite64(int file, const void *bytes, size_t size, off_t offset)
{
	return preloaded_pwrite(file, bytes, size, offset);
}
