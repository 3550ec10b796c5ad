/* A fork mints with the master key, so a token made in it could one day be a real one. */
#include "migrate/twin_show.h"

#include <stdio.h>
#include <string.h>

#include "migrate/call_text.h"

static const char *const PLACES[] = {
	"\"token\":\"", "\"invite_token\":\"", " token=\"", "\"code\":\"", "/invite/"};
static const char *const ALIASES[] = {"token:", "invite:", "code-", "unusable:"};

/* The length of the name of a secret that the text starts with; 0: none. */
static size_t place_length(const char *text, size_t left)
{
	for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
		size_t length = strlen(PLACES[i]);
		if (left >= length && memcmp(text, PLACES[i], length) == 0) {
			return length;
		}
	}
	return 0;
}

static bool is_alias(const char *text, size_t left)
{
	for (size_t i = 0; i < sizeof ALIASES / sizeof *ALIASES; i++) {
		size_t length = strlen(ALIASES[i]);
		if (left >= length && memcmp(text, ALIASES[i], length) == 0) {
			return true;
		}
	}
	return false;
}

void twin_show(struct call_request *shown, const char *text, size_t length)
{
	call_text_clear(shown);
	call_text_puts(shown, ""); /* so that it is a text in any case */
	for (size_t i = 0; i < length;) {
		size_t place = place_length(text + i, length - i);
		if (place == 0) {
			call_text_add(shown, text + i++, 1);
			continue;
		}
		call_text_add(shown, text + i, place);
		i += place;
		if (is_alias(text + i, length - i)) {
			continue;
		}
		const char *end = memchr(text + i, '"', length - i);
		size_t size = end != NULL ? (size_t)(end - text) - i : length - i;
		call_text_puts(shown, size > 0 ? "..." : "");
		i += size;
	}
}

void twin_method(const struct side *own, char method[TWIN_METHOD_SIZE])
{
	const char *route = own->result.route != NULL ? own->result.route : "no such path";
	const char *legacy = strstr(route, "method=");
	if (own->dialect == DIALECT_LEGACY && legacy != NULL) {
		(void)snprintf(method, TWIN_METHOD_SIZE, "%s", legacy + strlen("method="));
	} else {
		(void)snprintf(method, TWIN_METHOD_SIZE, "%s %s", http_method_name(own->result.method), route);
	}
}
