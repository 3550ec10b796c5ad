#include "observe/other_side.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#define LOOPBACK_NET 127

struct judged {
	bool owned;
	char *pin;
	size_t used;
	char foreign[INET6_ADDRSTRLEN]; /* the first address that is none of this machine's */
	unsigned count;
};

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *found = (const struct sockaddr_in *)(const void *)address;
		return ntohl(found->sin_addr.s_addr) >> 24 == LOOPBACK_NET;
	}
	const struct sockaddr_in6 *found = (const struct sockaddr_in6 *)(const void *)address;
	return IN6_IS_ADDR_LOOPBACK(&found->sin6_addr) ||
	       (IN6_IS_ADDR_V4MAPPED(&found->sin6_addr) && found->sin6_addr.s6_addr[12] == LOOPBACK_NET);
}

static void judge(struct judged *judged, const struct addrinfo *found)
{
	char text[INET6_ADDRSTRLEN];
	if (getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0) {
		return;
	}
	if (!judged->owned && !is_loopback(found->ai_addr)) {
		memcpy(judged->foreign, text, sizeof text);
		return;
	}
	size_t room = OTHER_SIDE_PIN_SIZE - judged->used;
	int length = snprintf(judged->pin + judged->used, room, "%s%s", judged->count == 0 ? "" : ",", text);
	if (length > 0 && (size_t)length < room) {
		judged->used += (size_t)length;
		judged->count++;
	} else {
		judged->pin[judged->used] = '\0'; /* those before are enough */
	}
}

/* The pin is in curl's form, which has no place for an IPv6 address as a name: that is none that DNS could change. */
static enum other_side_result resolve(
	const char *host, const char *port, bool owned, struct other_side *side, char *why, size_t capacity)
{
	char bare[OTHER_SIDE_URL_SIZE];
	size_t length = strlen(host);
	bool bracketed = host[0] == '[' && host[length - 1] == ']';
	(void)snprintf(bare, sizeof bare, "%.*s", (int)(bracketed ? length - 2 : length), host + bracketed);
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int error = getaddrinfo(bare, port, &hints, &found);
	if (error != 0) {
		(void)snprintf(why, capacity, "%s has no address: %s", host, gai_strerror(error));
		return OTHER_SIDE_UNKNOWN;
	}
	struct judged judged = {.owned = owned, .pin = side->pin};
	judged.used = (size_t)snprintf(side->pin, sizeof side->pin, "%s:%s:", host, port); /* it fits */
	for (const struct addrinfo *next = found; next != NULL; next = next->ai_next) {
		judge(&judged, next);
	}
	freeaddrinfo(found);
	if (bracketed) {
		side->pin[0] = '\0';
	}
	if (judged.foreign[0] != '\0') {
		bool named = strcmp(bare, judged.foreign) != 0;
		(void)snprintf(why, capacity,
			"%s%s%s is not this machine: calls would change things there; --i-own-this-host allows it",
			host, named ? ", which is " : "", named ? judged.foreign : "");
		return OTHER_SIDE_BAD;
	}
	return OTHER_SIDE_GOOD;
}

/* The parts of the URL that are needed; false: it is none, or has parts that it must not have. */
static bool take_apart(CURLU *parts, const char *url, struct other_side *side, char **host, char **port)
{
	static const CURLUPart unwanted[] = {
		CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT};
	char *path = NULL;
	if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) {
		return false;
	}
	if (strlen(url) >= OTHER_SIDE_URL_SIZE || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK) {
		return false;
	}
	for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
		char *found = NULL;
		if (curl_url_get(parts, unwanted[i], &found, 0) == CURLUE_OK) {
			curl_free(found);
			return false;
		}
	}
	if (curl_url_get(parts, CURLUPART_HOST, host, 0) != CURLUE_OK ||
		curl_url_get(parts, CURLUPART_PORT, port, CURLU_DEFAULT_PORT) != CURLUE_OK ||
		curl_url_get(parts, CURLUPART_PATH, &path, 0) != CURLUE_OK) {
		return false;
	}
	(void)snprintf(side->url, sizeof side->url, "%s", url);
	(void)snprintf(side->path, sizeof side->path, "%s", path);
	curl_free(path);
	for (char *text = side->url; *text != '\0' && text[strlen(text) - 1] == '/';) {
		text[strlen(text) - 1] = '\0';
	}
	for (char *text = side->path; *text != '\0' && text[strlen(text) - 1] == '/';) {
		text[strlen(text) - 1] = '\0';
	}
	return true;
}

enum other_side_result other_side_find(
	const char *url, bool owned, struct other_side *side, char *why, size_t capacity)
{
	CURLU *parts = curl_url();
	char *host = NULL;
	char *port = NULL;
	struct other_side found = {0};
	enum other_side_result result = OTHER_SIDE_BAD;
	if (parts == NULL || !take_apart(parts, url, &found, &host, &port)) {
		(void)snprintf(why, capacity, "%.200s is no http:// or https:// address of a server", url);
	} else {
		result = resolve(host, port, owned, &found, why, capacity);
	}
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
	if (result == OTHER_SIDE_GOOD) {
		*side = found;
	}
	return result;
}
