/* JSON by hand: strings are copied in runs up to the next byte that needs an escape. */
#include "api/api_write.h"

#include <stdio.h>
#include <string.h>

#include "text/number.h"
#include "text/time.h"

static void write_escape(struct http_response *response, unsigned char byte)
{
	char escape[8];
	switch (byte) {
	case '"':
		response_write(response, "\\\"", 2);
		return;
	case '\\':
		response_write(response, "\\\\", 2);
		return;
	case '\n':
		response_write(response, "\\n", 2);
		return;
	case '\t':
		response_write(response, "\\t", 2);
		return;
	}
	(void)snprintf(escape, sizeof escape, "\\u%04x", byte); /* always six characters */
	response_write(response, escape, 6);
}

void api_write_escaped(struct http_response *response, const char *text)
{
	const char *run = text;
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte >= 0x20 && byte != '"' && byte != '\\') {
			continue;
		}
		if (text > run) {
			response_write(response, run, (size_t)(text - run));
		}
		write_escape(response, byte);
		run = text + 1;
	}
	if (text > run) {
		response_write(response, run, (size_t)(text - run));
	}
}

void api_write_string(struct http_response *response, const char *before, const char *text)
{
	response_puts(response, before);
	response_write(response, "\"", 1);
	api_write_escaped(response, text);
	response_write(response, "\"", 1);
}

static void write_null(struct http_response *response, const char *before)
{
	response_puts(response, before);
	response_puts(response, "null");
}

void api_write_string_or_null(struct http_response *response, const char *before, const char *text)
{
	if (*text == '\0') {
		write_null(response, before);
		return;
	}
	api_write_string(response, before, text);
}

void api_write_number(struct http_response *response, const char *before, uint64_t number)
{
	char digits[NUMBER_TEXT_SIZE];
	size_t length = number_write(number, digits);
	response_puts(response, before);
	response_write(response, digits, length);
}

void api_write_number_or_null(struct http_response *response, const char *before, uint64_t number)
{
	if (number == 0) {
		write_null(response, before);
		return;
	}
	api_write_number(response, before, number);
}

void api_write_boolean(struct http_response *response, const char *before, bool value)
{
	response_puts(response, before);
	response_puts(response, value ? "true" : "false");
}

void api_write_time(struct http_response *response, const char *before, int64_t time)
{
	char text[TIME_TEXT_SIZE];
	time_write_rfc3339(time, text);
	api_write_string(response, before, text);
}

void api_write_sentence(struct http_response *response, const char *message, const char *field)
{
	char sentence[OUTCOME_SENTENCE_SIZE];
	outcome_sentence(message, field, sentence);
	api_write_escaped(response, sentence);
}

void api_write_head(
	const struct request *request, const struct reply *reply, int status, struct http_response *response)
{
	bool secret = (reply->items & (REPLY_MACAROON | REPLY_SECRET)) != 0;
	response->status = status;
	response->reason = outcome_reason(status);
	response_header(response, "Cache-Control", "%s", secret ? "no-store" : "private, no-cache");
	response_header(response, "Vary", "Authorization, X-Auth-Token, Macaroon");
	if (status == 401) {
		response_header(response, "WWW-Authenticate", "Bearer realm=\"joinery\"%s",
			request->token.given ? ", error=\"invalid_token\"" : "");
	}
	if (reply->outcome == OUTCOME_SCOPE_INSUFFICIENT) {
		response_header(response, "WWW-Authenticate",
			"Bearer realm=\"joinery\", error=\"insufficient_scope\", scope=\"write\"");
	}
	if (status == 503) {
		response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
	}
	if (reply->replayed) {
		response_header(response, "Idempotency-Replayed", "true");
	}
}
