/* The look-up side of the outcome table, made from the same rows as the enum. */
#include "model/outcome.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct outcome_row ROWS[OUTCOME_COUNT] = {
#define X(name, ...) [OUTCOME_##name] = {__VA_ARGS__},
	OUTCOMES(X)
#undef X
};

static const struct {
	int status;
	const char *reason;
} REASONS[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{303, "See Other"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{422, "Unprocessable Entity"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
};

const struct outcome_row *outcome_row(enum outcome outcome)
{
	assert(outcome < OUTCOME_COUNT);
	return &ROWS[outcome];
}

int outcome_legacy_status(enum outcome outcome, bool changes)
{
	const struct outcome_row *row = outcome_row(outcome);
	switch (row->legacy_class) {
	case LEGACY_OK:
		return 200;
	case LEGACY_ACCEPTED:
		return 202;
	case LEGACY_NOT_AUTHORIZED:
		return 403;
	case LEGACY_REFUSED:
		return changes ? 409 : 404;
	case LEGACY_TRANSPORT:
	case LEGACY_NEVER:
		break;
	}
	return row->v3_status;
}

static const char *const PAGE_NOTE_OF[OUTCOME_COUNT] = {
#define X(name, sentence) [OUTCOME_##name] = (sentence),
	PAGE_NOTES(X)
#undef X
};

const char *outcome_page_note(enum outcome outcome)
{
	assert(outcome < OUTCOME_COUNT);
	return PAGE_NOTE_OF[outcome];
}

enum outcome outcome_of_page_note(const char *name, size_t length)
{
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		if (PAGE_NOTE_OF[i] != NULL && strlen(ROWS[i].name) == length &&
			memcmp(ROWS[i].name, name, length) == 0) {
			return (enum outcome)i;
		}
	}
	return OUTCOME_NONE;
}

void outcome_sentence(const char *message, const char *field, char sentence[OUTCOME_SENTENCE_SIZE])
{
	size_t size = 0;
	while (*message != '\0') {
		bool hole = message[0] == '%' && message[1] == 'f';
		const char *part = hole ? field : message;
		size_t length = hole ? strlen(field) : 1;
		if (size + length >= OUTCOME_SENTENCE_SIZE) {
			break;
		}
		memcpy(sentence + size, part, length);
		size += length;
		message += hole ? 2 : 1;
	}
	sentence[size] = '\0';
}

const char *outcome_reason(int status)
{
	for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++) {
		if (REASONS[i].status == status) {
			return REASONS[i].reason;
		}
	}
	return "Unknown";
}

const char *outcome_legacy_reason(int status)
{
	return status == 403 ? "Not Authorized" : outcome_reason(status);
}
