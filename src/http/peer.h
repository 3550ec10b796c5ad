/* Where a request comes from: the socket's peer, or what a trusted proxy says of its own peer. */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_ADDRESS_SIZE 16
#define PEER_RANGES_MAX 16

struct peer {
	bool local; /* a unix socket's; it has no address */
	uint8_t address[PEER_ADDRESS_SIZE]; /* IPv4 as ::ffff:a.b.c.d */
};

struct peer_list {
	bool local; /* peers at unix sockets */
	size_t count;
	struct peer_range {
		uint8_t address[PEER_ADDRESS_SIZE];
		unsigned bits;
	} ranges[PEER_RANGES_MAX];
};

/* Reads "unix", addresses and ranges ("10.0.0.0/8", "fd00::/8") with commas between. False: something else, or
 * too many; the list is then undefined. */
bool peer_list_read(struct peer_list *list, const char *text);
bool peer_list_has(const struct peer_list *list, const struct peer *peer);

/* 127.0.0.0/8 or ::1. */
bool peer_is_loopback(const struct peer *peer);
/* Of a connected socket; a peer that cannot be told is ::. */
struct peer peer_of_socket(int descriptor);
/* Of the client behind trusted proxies: the right-most address of X-Forwarded-For (NULL: none) that is not
 * trusted itself. */
struct peer peer_behind(const struct peer_list *trusted, const struct peer *peer, const char *forwarded);

#endif
