/* Runs every file of a corpus folder through a fuzz target once: what a compiler without libFuzzer can do. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		perror(path);
		return 1;
	}
	static uint8_t bytes[1 << 20];
	size_t size = fread(bytes, 1, sizeof bytes, file);
	(void)fclose(file);
	return LLVMFuzzerTestOneInput(bytes, size);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		return 2;
	}
	DIR *folder = opendir(argv[1]);
	if (folder == NULL) {
		perror(argv[1]);
		return 1;
	}
	unsigned count = 0;
	int failed = 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char path[4096];
		if (entry->d_name[0] != '.') {
			(void)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
			failed |= replay(path);
			count++;
		}
	}
	(void)closedir(folder);
	printf("%u cases\n", count);
	return failed != 0 || count == 0;
}
