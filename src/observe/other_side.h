/* The other system: where it is, and whether it may be called at all. */
#ifndef OBSERVE_OTHER_SIDE_H
#define OBSERVE_OTHER_SIDE_H

#include <stdbool.h>
#include <stddef.h>

#define OTHER_SIDE_URL_SIZE 512
#define OTHER_SIDE_PIN_SIZE 1024

struct other_side {
	char url[OTHER_SIDE_URL_SIZE]; /* without a slash at its end */
	char path[OTHER_SIDE_URL_SIZE]; /* the URL's own: what each target starts with; "" or "/api" */
	/* The addresses that were judged, so that no later answer of DNS counts; "": the host is itself one. */
	char pin[OTHER_SIDE_PIN_SIZE];
};

enum other_side_result {
	OTHER_SIDE_GOOD,
	OTHER_SIDE_BAD, /* no URL that can be called, or a host that must not be */
	OTHER_SIDE_UNKNOWN, /* the host has no address now */
};

/* Takes an http or https URL without user, query and fragment, and resolves its host, which may take seconds. Unless
 * `owned`, every address must be this machine's loopback: recordings hold calls that change things. But for GOOD, `why`
 * says why in one line. */
enum other_side_result other_side_find(
	const char *url, bool owned, struct other_side *side, char *why, size_t capacity);

#endif
