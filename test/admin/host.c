/* A server that serves only the admin socket: for tests of handing commands over. Opens DATA (argument 1), prints
 * "ready", and stops cleanly when its standard input ends. */
#include <stdio.h>

#include "admin/data.h"
#include "admin/socket.h"
#include "model/limits.h"

int main(int argc, char **argv)
{
	struct data data;
	char why[256] = "in use";
	const struct data_options options = {.path = argc == 2 ? argv[1] : "", .threads = 1};
	if (data_open(&options, &data, why, sizeof why) != DATA_OPENED) {
		(void)fprintf(stderr, "%s\n", why);
		return 1;
	}
	const struct source source = data_source(&data);
	const struct engine_options engine = {.groups_per_user_max = GROUPS_PER_USER_MAX_DEFAULT};
	const struct command_place place = {
		.store = data.store,
		.source = &source,
		.engine = &engine,
		.public_url = "http://127.0.0.1:8080",
		.in_server = true,
	};
	struct admin_server *server = admin_server_create(data.directory, &place);
	if (server == NULL) {
		return 1;
	}
	(void)puts("ready");
	(void)fflush(stdout);
	while (getchar() != EOF) {
	}
	admin_server_destroy(server);
	data_close(&data);
	return 0;
}
