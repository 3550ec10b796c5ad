/* A macaroon on the command line, for the comparison with another implementation.
 * mint KEY LOCATION IDENTIFIER [CAVEAT]...; verify KEY TOKEN; attenuate TOKEN CAVEAT. Exit 1: refused. */
#include <stdio.h>
#include <string.h>

#include "attenuate.h"
#include "engine/macaroon.h"

static int show(const char *text, size_t length)
{
	if (length == 0) {
		return 1;
	}
	puts(text);
	return 0;
}

int main(int argc, char **argv)
{
	static struct macaroon macaroon;
	char text[MACAROON_SIZE_MAX + 1];
	if (argc >= 5 && argc <= 5 + MACAROON_CAVEATS_MAX && strcmp(argv[1], "mint") == 0) {
		const char *const *caveats = (const char *const *)argv + 5;
		return show(text, macaroon_write(argv[3], argv[4], caveats, (size_t)argc - 5,
					  (const uint8_t *)argv[2], strlen(argv[2]), text, sizeof text));
	}
	if (argc == 4 && strcmp(argv[1], "verify") == 0) {
		return !(macaroon_read(argv[3], strlen(argv[3]), &macaroon) &&
			 macaroon_verify(&macaroon, (const uint8_t *)argv[2], strlen(argv[2])));
	}
	if (argc == 4 && strcmp(argv[1], "attenuate") == 0) {
		return show(text, attenuate(argv[2], strlen(argv[2]), argv[3], text, sizeof text));
	}
	return 2;
}
