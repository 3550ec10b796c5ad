/* Addresses as 16 bytes, ranges of them, and the chain of X-Forwarded-For read from its trusted end. */
#include "http/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define ADDRESS_TEXT_SIZE 64
#define MAPPED_BITS 96 /* before an IPv4 address */

static void map(const void *four, uint8_t address[PEER_ADDRESS_SIZE])
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
	memcpy(address, prefix, sizeof prefix);
	memcpy(address + sizeof prefix, four, 4);
}

/* `*bits`: of a whole address of that family. */
static bool read_address(const char *text, uint8_t address[PEER_ADDRESS_SIZE], unsigned *bits)
{
	struct in_addr four;
	struct in6_addr six;
	if (inet_pton(AF_INET, text, &four) == 1) {
		map(&four, address);
		*bits = 32;
		return true;
	}
	if (inet_pton(AF_INET6, text, &six) == 1) {
		memcpy(address, &six, PEER_ADDRESS_SIZE);
		*bits = 128;
		return true;
	}
	return false;
}

static bool read_range(char *text, struct peer_range *range)
{
	char *slash = strchr(text, '/');
	unsigned whole;
	if (slash != NULL) {
		*slash = '\0';
	}
	if (!read_address(text, range->address, &whole)) {
		return false;
	}
	unsigned long bits = whole;
	if (slash != NULL) {
		size_t digits = strlen(slash + 1);
		if (digits == 0 || digits > 3 || strspn(slash + 1, "0123456789") != digits) {
			return false;
		}
		bits = strtoul(slash + 1, NULL, 10);
	}
	range->bits = (unsigned)bits + (whole == 32 ? MAPPED_BITS : 0);
	return bits <= whole;
}

bool peer_list_read(struct peer_list *list, const char *text)
{
	*list = (struct peer_list){0};
	while (true) {
		char item[ADDRESS_TEXT_SIZE];
		size_t length = strcspn(text, ",");
		if (length == 0 || length >= sizeof item) {
			return false;
		}
		memcpy(item, text, length);
		item[length] = '\0';
		if (strcmp(item, "unix") == 0) {
			list->local = true;
		} else if (list->count == PEER_RANGES_MAX || !read_range(item, &list->ranges[list->count++])) {
			return false;
		}
		if (text[length] == '\0') {
			return true;
		}
		text += length + 1;
	}
}

static bool is_in(const struct peer_range *range, const uint8_t address[PEER_ADDRESS_SIZE])
{
	size_t bytes = range->bits / 8;
	unsigned rest = range->bits % 8;
	if (memcmp(range->address, address, bytes) != 0) {
		return false;
	}
	return rest == 0 || (range->address[bytes] ^ address[bytes]) >> (8 - rest) == 0;
}

bool peer_list_has(const struct peer_list *list, const struct peer *peer)
{
	if (peer->local) {
		return list->local;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (is_in(&list->ranges[i], peer->address)) {
			return true;
		}
	}
	return false;
}

bool peer_is_loopback(const struct peer *peer)
{
	static const uint8_t four[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
	static const uint8_t six[PEER_ADDRESS_SIZE] = {[15] = 1};
	return !peer->local && (memcmp(peer->address, four, sizeof four) == 0 ||
				       memcmp(peer->address, six, sizeof six) == 0);
}

struct peer peer_of_socket(int descriptor)
{
	struct peer peer = {0};
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
		struct sockaddr_un local;
	} name = {.any.sa_family = AF_UNSPEC};
	socklen_t size = sizeof name;
	if (getpeername(descriptor, &name.any, &size) != 0) {
		return peer;
	}
	if (name.any.sa_family == AF_INET) {
		map(&name.four.sin_addr, peer.address);
	} else if (name.any.sa_family == AF_INET6) {
		memcpy(peer.address, &name.six.sin6_addr, PEER_ADDRESS_SIZE);
	} else {
		peer.local = name.any.sa_family == AF_UNIX;
	}
	return peer;
}

/* Takes the last item off the list, without the blanks around it. False: it is no address. */
static bool take_last(const char *list, size_t *length, uint8_t address[PEER_ADDRESS_SIZE])
{
	size_t end = *length;
	size_t start = end;
	while (start > 0 && list[start - 1] != ',') {
		start--;
	}
	*length = start == 0 ? 0 : start - 1;
	while (start < end && strchr(" \t", list[start]) != NULL) {
		start++;
	}
	while (end > start && strchr(" \t", list[end - 1]) != NULL) {
		end--;
	}
	char item[ADDRESS_TEXT_SIZE];
	unsigned bits;
	if (end - start >= sizeof item) {
		return false;
	}
	memcpy(item, list + start, end - start);
	item[end - start] = '\0';
	return read_address(item, address, &bits);
}

struct peer peer_behind(const struct peer_list *trusted, const struct peer *peer, const char *forwarded)
{
	struct peer client = *peer;
	size_t length = forwarded == NULL ? 0 : strlen(forwarded);
	while (length > 0 && peer_list_has(trusted, &client)) {
		struct peer before = {0};
		if (!take_last(forwarded, &length, before.address)) {
			break; /* nobody trusted can have written this */
		}
		client = before;
	}
	return client;
}
