/* The admin socket: one message with the arguments and three descriptors, one byte back when the command is taken
 * up, one more with its exit status. A sequenced-packet socket keeps messages whole. One thread serves one command
 * at a time; it takes no signals, and a descriptor tells it (and every wait of a command) to stop. */
#define _GNU_SOURCE /* struct ucred, accept4 */
#include "admin/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "admin/call.h"

#define SOCKET_NAME "admin.sock"
#define BACKLOG 16
#define ANSWER_TIME_S 5
#define MESSAGE_SIZE_MAX 65536
#define WORDS_MAX 64
#define DESCRIPTORS 3
#define TAKEN_UP 'T'

struct admin_server {
	struct command_place place;
	int directory;
	int listener;
	int stop; /* an eventfd: readable from the moment the server stops */
	pthread_t thread;
};

/* The address of the socket in a directory that is open: short, however long the directory's path is. */
static struct sockaddr_un address_in(int directory)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	(void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/" SOCKET_NAME, directory);
	return address;
}

static void set_time_limit(int connection, time_t seconds)
{
	struct timeval limit = {.tv_sec = seconds};
	(void)setsockopt(
		connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit); /* else it waits longer */
	(void)setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* --- the server's side */

static bool peer_may_command(int connection)
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

union control {
	char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
	struct cmsghdr aligned;
};

struct errand {
	char message[MESSAGE_SIZE_MAX];
	int argc;
	char *argv[WORDS_MAX + 1];
	int descriptors[DESCRIPTORS]; /* stdin, stdout, stderr of the client; -1: none */
};

/* Takes whatever descriptors came, so that none leaks. */
static bool take_descriptors(struct msghdr *message, struct errand *errand)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
		return false;
	}
	size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(errand->descriptors, CMSG_DATA(header), count * sizeof(int));
	return count == DESCRIPTORS && (message->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

/* The message is words, each with a NUL after it. */
static bool take_words(struct errand *errand, size_t size)
{
	if (size == 0 || errand->message[size - 1] != '\0') {
		return false;
	}
	for (char *word = errand->message; word < errand->message + size; word += strlen(word) + 1) {
		if (errand->argc == WORDS_MAX) {
			return false;
		}
		errand->argv[errand->argc++] = word;
	}
	errand->argv[errand->argc] = NULL;
	return true;
}

static bool receive_errand(int connection, struct errand *errand)
{
	union control control;
	struct iovec bytes = {.iov_base = errand->message, .iov_len = sizeof errand->message};
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes,
	};
	errand->argc = 0;
	for (int i = 0; i < DESCRIPTORS; i++) {
		errand->descriptors[i] = -1;
	}
	ssize_t size = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	return size > 0 && take_descriptors(&message, errand) && take_words(errand, (size_t)size);
}

static bool send_byte(int connection, uint8_t byte)
{
	return send(connection, &byte, 1, MSG_NOSIGNAL) == 1;
}

static bool watch(int watcher, int descriptor, uint32_t events)
{
	struct epoll_event event = {.events = events};
	return epoll_ctl(watcher, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

/* A descriptor that is readable when the command must end: the server stops, or the client is gone, whose
 * terminal or pipe may stay open without it. -1: not possible. */
static int watch_for_end(const struct admin_server *server, int connection)
{
	int watcher = epoll_create1(EPOLL_CLOEXEC);
	if (watcher < 0) {
		return -1;
	}
	if (!watch(watcher, server->stop, EPOLLIN) || !watch(watcher, connection, EPOLLRDHUP)) {
		(void)close(watcher);
		return -1;
	}
	return watcher;
}

static uint8_t run_errand(const struct admin_server *server, struct errand *errand, int end)
{
	static const char *const MODES[DESCRIPTORS] = {"r", "w", "w"};
	FILE *files[DESCRIPTORS] = {NULL};
	bool opened = true;
	for (int i = 0; i < DESCRIPTORS; i++) {
		files[i] = fdopen(errand->descriptors[i], MODES[i]);
		opened = opened && files[i] != NULL;
	}
	uint8_t status = COMMAND_REFUSED;
	if (opened) {
		status = (uint8_t)command_run_until(&server->place, errand->argc, errand->argv, files[0],
			files[1], files[2], end);
	}
	for (int i = 0; i < DESCRIPTORS; i++) {
		if (files[i] != NULL) {
			(void)fclose(files[i]); /* nothing is buffered in it */
			errand->descriptors[i] = -1;
		}
	}
	return status;
}

static void serve(struct admin_server *server, int connection)
{
	struct errand *errand = malloc(sizeof *errand);
	if (errand == NULL) {
		return;
	}
	set_time_limit(connection, ANSWER_TIME_S);
	int end = watch_for_end(server, connection);
	/* Who gave up waiting may ask again: such a command must not run twice. */
	if (receive_errand(connection, errand) && end >= 0 && send_byte(connection, TAKEN_UP)) {
		(void)send_byte(connection, run_errand(server, errand, end)); /* who went away needs no answer */
	}
	if (end >= 0) {
		(void)close(end);
	}
	for (int i = 0; i < DESCRIPTORS; i++) {
		if (errand->descriptors[i] >= 0) {
			(void)close(errand->descriptors[i]);
		}
	}
	free(errand);
}

/* False: the server stops. */
static bool wait_for_client(const struct admin_server *server)
{
	struct pollfd polled[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = server->stop, .events = POLLIN},
	};
	while (poll(polled, 2, -1) < 0 && errno == EINTR) {
	}
	return polled[1].revents == 0;
}

static void *serve_clients(void *context)
{
	struct admin_server *server = context;
	while (wait_for_client(server)) {
		int connection = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
		if (connection < 0) {
			continue;
		}
		if (peer_may_command(connection)) {
			serve(server, connection);
		}
		(void)close(connection);
	}
	return NULL;
}

static int listen_in(int directory)
{
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener < 0) {
		return -1;
	}
	(void)unlinkat(directory, SOCKET_NAME, 0); /* an earlier server's: we hold its lock */
	struct sockaddr_un address = address_in(directory);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
		fchmodat(directory, SOCKET_NAME, 0600, 0) < 0 || listen(listener, BACKLOG) < 0) {
		(void)close(listener);
		return -1;
	}
	return listener;
}

/* Signals are for the main thread. */
static bool start_thread(struct admin_server *server)
{
	sigset_t all;
	sigset_t before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&server->thread, NULL, serve_clients, server);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

struct admin_server *admin_server_create(int directory, const struct command_place *place)
{
	struct admin_server *server = malloc(sizeof *server);
	if (server == NULL) {
		return NULL;
	}
	*server = (struct admin_server){.place = *place, .directory = directory};
	server->listener = listen_in(directory);
	server->stop = eventfd(0, EFD_CLOEXEC);
	if (server->listener < 0 || server->stop < 0 || !start_thread(server)) {
		if (server->listener >= 0) {
			(void)close(server->listener);
		}
		if (server->stop >= 0) {
			(void)close(server->stop);
		}
		free(server);
		return NULL;
	}
	return server;
}

void admin_server_destroy(struct admin_server *server)
{
	if (server == NULL) {
		return;
	}
	uint64_t one = 1;
	(void)!write(server->stop, &one, sizeof one); /* an eventfd at 0 takes it */
	(void)pthread_join(server->thread, NULL);
	(void)unlinkat(server->directory, SOCKET_NAME, 0);
	(void)close(server->listener);
	(void)close(server->stop);
	free(server);
}

/* --- the client's side */

static size_t gather_words(int argc, char **argv, char *message)
{
	size_t size = 0;
	for (int i = 0; i < argc; i++) {
		size_t length = strlen(argv[i]) + 1;
		if (argc > WORDS_MAX || length > MESSAGE_SIZE_MAX - size) {
			return 0;
		}
		memcpy(message + size, argv[i], length);
		size += length;
	}
	return size;
}

static bool send_errand(int connection, int argc, char **argv, const int descriptors[DESCRIPTORS])
{
	char *words = malloc(MESSAGE_SIZE_MAX);
	if (words == NULL) {
		return false;
	}
	union control control = {.bytes = {0}};
	struct iovec bytes = {.iov_base = words, .iov_len = gather_words(argc, argv, words)};
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes,
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(DESCRIPTORS * sizeof(int));
	memcpy(CMSG_DATA(header), descriptors, DESCRIPTORS * sizeof(int));
	bool sent = bytes.iov_len > 0 && sendmsg(connection, &message, MSG_NOSIGNAL) >= 0;
	free(words);
	return sent;
}

static int connect_in(const char *data_path)
{
	int directory = open(data_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0) {
		return -1;
	}
	int connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = address_in(directory);
	if (connection >= 0) {
		set_time_limit(connection, ANSWER_TIME_S);
	}
	if (connection >= 0 && connect(connection, (struct sockaddr *)&address, sizeof address) < 0) {
		(void)close(connection);
		connection = -1;
	}
	(void)close(directory);
	return connection;
}

/* The next byte from the server; -1: it went away or took too long. */
static int receive_byte(int connection)
{
	uint8_t byte;
	ssize_t size;
	do {
		size = recv(connection, &byte, 1, 0);
	} while (size < 0 && errno == EINTR);
	return size == 1 ? byte : -1;
}

int admin_call(const char *data_path, int argc, char **argv, int in, int out, int err)
{
	int connection = connect_in(data_path);
	if (connection < 0) {
		return -1;
	}
	const int descriptors[DESCRIPTORS] = {in, out, err};
	int status = -1;
	if (send_errand(connection, argc, argv, descriptors) && receive_byte(connection) == TAKEN_UP) {
		set_time_limit(connection, 0); /* a command may take long */
		status = receive_byte(connection);
		if (status < 0) {
			(void)dprintf(err, "joinery: the server ended before the command did; run it again\n");
			status = COMMAND_REFUSED;
		}
	}
	(void)close(connection);
	return status;
}
