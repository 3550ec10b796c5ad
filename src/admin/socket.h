/* DATA/admin.sock: how the joinery program has a running server execute a command. The client sends its
 * arguments and its stdin, stdout and stderr; the server's one admin thread runs command_run and sends
 * the exit status back. */
#ifndef ADMIN_SOCKET_H
#define ADMIN_SOCKET_H

#include <stdbool.h>

#include "admin/command.h"

struct admin_server;

/* Listens at admin.sock (mode 0600) in the directory, serves root and the server's own user only. NULL:
 * not possible. */
struct admin_server *admin_server_create(int directory, const struct command_place *place);
/* Lets a running command end its current slice, then stops it. */
void admin_server_destroy(struct admin_server *server);

/* Client: has the server run the command on these descriptors. -1: nobody answered within 5 s; else the
 * exit status. */
int admin_call(const char *data_path, int argc, char **argv, int in, int out, int err);

#endif
