/* Limits of the process, and a disk that says it is full (the linker puts the functions here before the
 * system's). */
#include "limited.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cmocka.h>

int __real_fstatvfs(int file, struct statvfs *found);
int __real_fstatvfs64(int file, struct statvfs *found);
int __wrap_fstatvfs(int file, struct statvfs *found);
int __wrap_fstatvfs64(int file, struct statvfs *found);

static bool disk_is_full;

static int adjust(int result, struct statvfs *found)
{
	if (result == 0 && disk_is_full) {
		found->f_bavail = 0;
	}
	return result;
}

int __wrap_fstatvfs(int file, struct statvfs *found)
{
	return adjust(__real_fstatvfs(file, found), found);
}

/* What the name above becomes where files are large. */
int __wrap_fstatvfs64(int file, struct statvfs *found)
{
	return adjust(__real_fstatvfs64(file, found), found);
}

static void set_limit(int what, rlim_t value)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(what, &limit), 0);
	limit.rlim_cur = value == RLIM_INFINITY ? limit.rlim_max : value;
	assert_int_equal(setrlimit(what, &limit), 0);
}

void limited_file_size(uint64_t size)
{
	(void)signal(SIGXFSZ, SIG_IGN); /* writing fails instead */
	set_limit(RLIMIT_FSIZE, size);
}

bool limited_memory(uint64_t size)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu", &pages), 1);
	assert_int_equal(fclose(file), 0);
	if (pages * UINT64_C(4096) > UINT64_C(8) << 40) {
		return false;
	}
	set_limit(RLIMIT_AS, size);
	return true;
}

void limited_disk_is_full(bool is_full)
{
	disk_is_full = is_full;
}

void limited_lift(void)
{
	set_limit(RLIMIT_FSIZE, RLIM_INFINITY);
	set_limit(RLIMIT_AS, RLIM_INFINITY);
	disk_is_full = false;
}
