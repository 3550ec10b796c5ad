/* Over https the cookie's name keeps other hosts and plain connections from setting it. */
#include "pages/cookie.h"

#include <string.h>

#include "text/fold.h"

#define LABEL "joinery form 1"

static bool is_secure(const struct http_site *site)
{
	return strncmp(site->public_url, "https://", 8) == 0;
}

static const char *name_of(const struct http_site *site)
{
	return is_secure(site) ? "__Host-joinery" : "joinery";
}

static bool is_value(struct span text)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < text.length; i++) {
		if (memchr(digits, text.bytes[i], sizeof digits - 1) == NULL) {
			return false;
		}
	}
	return text.length == COOKIE_VALUE_SIZE;
}

bool cookie_find(const struct http_site *site, const char *header, struct span *value)
{
	const char *name = name_of(site);
	size_t length = strlen(name);
	while (header != NULL && *header != '\0') {
		header += strspn(header, "; \t");
		size_t size = strcspn(header, "; \t");
		if (size > length && strncmp(header, name, length) == 0 && header[length] == '=') {
			*value = (struct span){header + length + 1, size - length - 1};
			return is_value(*value);
		}
		header += size;
	}
	return false;
}

void cookie_form_key(const char value[COOKIE_VALUE_SIZE], char key[FORM_KEY_SIZE + 1])
{
	char text[sizeof LABEL + COOKIE_VALUE_SIZE];
	memcpy(text, LABEL, sizeof LABEL);
	memcpy(text + sizeof LABEL, value, COOKIE_VALUE_SIZE);
	text_sha256_hex(text, sizeof text, FORM_KEY_SIZE, key);
	explicit_bzero(text, sizeof text);
}

void cookie_write(const struct http_site *site, const char *value, struct http_response *response)
{
	response_header(response, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name_of(site), value,
		is_secure(site) ? "; Secure" : "", *value == '\0' ? "; Max-Age=0" : "");
}
