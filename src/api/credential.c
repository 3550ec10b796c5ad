/* Reads a token from a header and hashes it at once. */
#include "api/credential.h"

#include <string.h>
#include <strings.h>

#include "text/check.h"
#include "text/fold.h"

#define SCHEME "Bearer"
#define BLANKS " \t"

/* A text that is no token leaves the digest of zeroes, which no token has: it is given, and bad. */
static void take(struct credential *credential, const char *text)
{
	if (credential->given) {
		return;
	}
	credential->given = true;
	text += strspn(text, BLANKS);
	size_t length = strlen(text);
	while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL) {
		length--;
	}
	if (text_is_secret(text, length)) {
		text_sha256(text, length, credential->digest);
	}
}

bool api_credential_take_header(const struct http_request *http, const char *name, struct request *request)
{
	bool repeated = false;
	const char *value = http->header(http->context, name, &repeated);
	if (value != NULL) {
		take(&request->token, value);
	}
	return !repeated;
}

bool api_credential_take_bearer(const struct http_request *http, struct request *request)
{
	bool repeated = false;
	const char *value = http->header(http->context, "Authorization", &repeated);
	size_t scheme_length = strlen(SCHEME);
	if (value != NULL && strncasecmp(value, SCHEME, scheme_length) == 0 &&
		(value[scheme_length] == '\0' || strchr(BLANKS, value[scheme_length]) != NULL)) {
		take(&request->token, value + scheme_length);
	}
	return !repeated;
}
