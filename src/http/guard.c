/* One pass over a request's head, then its length or its chunks. Whatever two servers could read in two
 * ways is refused: that closes request smuggling, whichever proxy stands in front. */
#include "http/guard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define CHUNK_LINE_SIZE_MAX 18 /* 16 digits and CRLF */
#define CHUNKS_SIZE_MAX (2 * BODY_SIZE_MAX) /* a body in tiny chunks is mostly framing */
#define LENGTH_DIGITS_MAX 10
#define HOST_SIZE_MAX 255

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

/* What the header lines say. */
struct framing {
	bool old;	/* HTTP/1.0 */
	bool has_body_length;
	uint64_t body_length;
	bool has_transfer_encoding;
	unsigned hosts;
};

static bool is_token(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.bytes[i];
		if (c <= ' ' || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c) != NULL) {
			return false;
		}
	}
	return text.length != 0;
}

static bool span_is_any_case(struct span text, const char *other)
{
	return text.length == strlen(other) && strncasecmp(text.bytes, other, text.length) == 0;
}

static bool read_port(struct span text)
{
	unsigned long port = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9') {
			return false;
		}
		port = port * 10 + (unsigned long)(text.bytes[i] - '0');
	}
	return text.length >= 1 && text.length <= 5 && port <= 65535;
}

static bool is_ipv6(struct span text)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr parsed;
	if (text.length >= sizeof address) {
		return false;
	}
	memcpy(address, text.bytes, text.length);
	address[text.length] = '\0';
	return inet_pton(AF_INET6, address, &parsed) == 1;
}

/* Host and port of an absolute target: nothing that libevent's own parser would stumble over. */
static bool is_authority(struct span text)
{
	size_t host = 0;
	if (text.length != 0 && text.bytes[0] == '[') {
		const char *end = memchr(text.bytes, ']', text.length);
		if (end == NULL || !is_ipv6((struct span){text.bytes + 1, (size_t)(end - text.bytes) - 1})) {
			return false;
		}
		host = (size_t)(end - text.bytes) + 1;
	} else {
		while (host < text.length && text.bytes[host] != ':') {
			char c = text.bytes[host++];
			bool alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
			if (!alphanumeric && c != '.' && c != '-' && c != '_') {
				return false;
			}
		}
	}
	if (host == 0 || host > HOST_SIZE_MAX) {
		return false;
	}
	return host == text.length ||
	       (text.bytes[host] == ':' &&
		       read_port((struct span){text.bytes + host + 1, text.length - host - 1}));
}

static bool is_absolute(struct span target)
{
	size_t scheme = 0;
	if (target.length > 7 && strncasecmp(target.bytes, "http://", 7) == 0) {
		scheme = 7;
	} else if (target.length > 8 && strncasecmp(target.bytes, "https://", 8) == 0) {
		scheme = 8;
	} else {
		return false;
	}
	size_t end = scheme;
	while (end < target.length && target.bytes[end] != '/' && target.bytes[end] != '?') {
		end++;
	}
	return is_authority((struct span){target.bytes + scheme, end - scheme});
}

/* Its first bytes that can stand in a target. */
static size_t legible(struct span target)
{
	size_t length = 0;
	while (length < target.length && target.bytes[length] > ' ' && target.bytes[length] < 0x7f &&
		target.bytes[length] != '#') {
		length++;
	}
	return length;
}

static bool is_target(struct span target)
{
	if (target.length == 0 || legible(target) != target.length) {
		return false;
	}
	if (target.bytes[0] == '/') {
		return target.length == 1 || target.bytes[1] != '/';
	}
	return is_absolute(target);
}

static bool is_method(struct span method)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		if (span_is(method, methods[i])) {
			return true;
		}
	}
	return false;
}

static void note_target(struct guard *guard, const char *bytes, struct span target)
{
	guard->target_start = (size_t)(target.bytes - bytes);
	guard->target_length = legible(target);
}

/* Finds the target in a request line that is not whole or not good. */
static void find_target(struct guard *guard, const char *bytes, const char *start, const char *end)
{
	const char *space = memchr(start, ' ', (size_t)(end - start));
	if (space != NULL) {
		note_target(guard, bytes, (struct span){space + 1, (size_t)(end - space) - 1});
	}
}

/* The line is without its CRLF. */
static enum outcome read_request_line(
	struct guard *guard, const char *bytes, struct span line, struct framing *framing)
{
	const char *end = line.bytes + line.length;
	const char *space = memchr(line.bytes, ' ', line.length);
	if (space == NULL) {
		return OUTCOME_MALFORMED;
	}
	struct span method = {line.bytes, (size_t)(space - line.bytes)};
	struct span target = {space + 1, (size_t)(end - space) - 1};
	note_target(guard, bytes, target);
	guard->is_head = span_is(method, "HEAD");
	if (!is_token(method)) {
		return OUTCOME_MALFORMED;
	}
	const char *version = end - strlen(" HTTP/1.1");
	if (version <= space || memcmp(version, " HTTP/1.", 8) != 0 ||
		(version[8] != '0' && version[8] != '1')) {
		return OUTCOME_MALFORMED;
	}
	target.length = (size_t)(version - target.bytes);
	framing->old = version[8] == '0';
	if (!is_method(method)) {
		return OUTCOME_NOT_IMPLEMENTED;
	}
	return is_target(target) ? OUTCOME_NONE : OUTCOME_MALFORMED;
}

static enum outcome read_length(struct span value, struct framing *framing)
{
	if (framing->has_body_length || value.length == 0 || value.length > LENGTH_DIGITS_MAX) {
		/* More digits than that are a length all the same, and far too much. */
		bool digits = value.length > LENGTH_DIGITS_MAX && !framing->has_body_length;
		for (size_t i = 0; i < value.length; i++) {
			digits = digits && value.bytes[i] >= '0' && value.bytes[i] <= '9';
		}
		return digits ? OUTCOME_TOO_LARGE : OUTCOME_MALFORMED;
	}
	for (size_t i = 0; i < value.length; i++) {
		if (value.bytes[i] < '0' || value.bytes[i] > '9') {
			return OUTCOME_MALFORMED;
		}
		framing->body_length = framing->body_length * 10 + (uint64_t)(value.bytes[i] - '0');
	}
	framing->has_body_length = true;
	return OUTCOME_NONE;
}

static enum outcome read_transfer_encoding(struct span value, struct framing *framing)
{
	bool good = !framing->has_transfer_encoding && span_is_any_case(value, "chunked");
	framing->has_transfer_encoding = true;
	return good ? OUTCOME_NONE : OUTCOME_MALFORMED;
}

/* Blanks around a value are no part of it; a tab is, as libevent keeps it. */
static struct span trim(const char *start, const char *end)
{
	while (start < end && *start == ' ') {
		start++;
	}
	while (end > start && end[-1] == ' ') {
		end--;
	}
	return (struct span){start, (size_t)(end - start)};
}

static bool has_control(struct span value)
{
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.bytes[i];
		if ((c < ' ' && c != '\t') || c == 0x7f) {
			return true;
		}
	}
	return false;
}

/* What is too long to be kept is none. */
static void keep(char *kept, size_t size, struct span value)
{
	if (value.length < size) {
		memcpy(kept, value.bytes, value.length);
		kept[value.length] = '\0';
	}
}

static enum outcome read_header_line(struct guard *guard, struct span line, struct framing *framing)
{
	const char *colon = memchr(line.bytes, ':', line.length);
	if (colon == NULL) {
		return OUTCOME_MALFORMED;
	}
	struct span name = {line.bytes, (size_t)(colon - line.bytes)};
	struct span value = trim(colon + 1, line.bytes + line.length);
	if (!is_token(name) || has_control(value)) {
		return OUTCOME_MALFORMED;
	}
	if (span_is_any_case(name, "Content-Length")) {
		return read_length(value, framing);
	}
	if (span_is_any_case(name, "Transfer-Encoding")) {
		return read_transfer_encoding(value, framing);
	}
	if (span_is_any_case(name, "Host")) {
		return ++framing->hosts > 1 ? OUTCOME_MALFORMED : OUTCOME_NONE;
	}
	if (span_is_any_case(name, "Origin")) {
		keep(guard->origin, sizeof guard->origin, value);
		return OUTCOME_NONE;
	}
	if (span_is_any_case(name, "X-Request-Id")) {
		if (guard->request_id[0] == '\0') {
			keep(guard->request_id, sizeof guard->request_id, value);
		}
		return OUTCOME_NONE;
	}
	if (span_is_any_case(name, "Expect")) {
		guard->expects_continue = true;
		return span_is_any_case(value, "100-continue") ? OUTCOME_NONE : OUTCOME_MALFORMED;
	}
	return OUTCOME_NONE;
}

static enum outcome judge(struct guard *guard, const struct framing *framing)
{
	if (framing->has_transfer_encoding && (framing->has_body_length || framing->old)) {
		return OUTCOME_MALFORMED;
	}
	if (framing->hosts == 0 && !framing->old) {
		return OUTCOME_MALFORMED;
	}
	if (guard->is_head && (framing->body_length != 0 || framing->has_transfer_encoding)) {
		return OUTCOME_MALFORMED;
	}
	if (framing->body_length > BODY_SIZE_MAX) {
		bool swallowed = framing->body_length <= BODY_SWALLOWED_MAX && !guard->expects_continue;
		guard->swallow = swallowed ? framing->body_length : 0;
		return OUTCOME_TOO_LARGE;
	}
	guard->chunked = framing->has_transfer_encoding;
	return OUTCOME_NONE;
}

/* The head is whole: `end` is behind its empty line. */
static enum outcome read_head(struct guard *guard, const char *bytes, const char *end)
{
	struct framing framing = {0};
	bool first = true;
	enum outcome worst = OUTCOME_NONE;
	for (const char *line = bytes + guard->skipped; line < end - 2;) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));
		if (feed == line || feed[-1] != '\r') {
			return OUTCOME_MALFORMED;
		}
		struct span text = {line, (size_t)(feed - line) - 1};
		if (first && text.length > REQUEST_LINE_SIZE_MAX) {
			find_target(guard, bytes, line, feed - 1);
			return OUTCOME_URI_TOO_LONG;
		}
		enum outcome outcome = first ? read_request_line(guard, bytes, text, &framing)
					     : read_header_line(guard, text, &framing);
		if (outcome == OUTCOME_MALFORMED) {
			return outcome;
		}
		worst = worst == OUTCOME_NONE ? outcome : worst;
		first = false;
		line = feed + 1;
	}
	enum outcome judged = worst == OUTCOME_NONE ? judge(guard, &framing) : worst;
	guard->size = (size_t)(end - bytes) + (judged == OUTCOME_NONE ? framing.body_length : 0);
	return judged;
}

/* What can be said of a head whose end has not come: its first line, its first byte, its size. */
static enum outcome read_part_of_head(struct guard *guard, const char *bytes, size_t length)
{
	const char *start = bytes + guard->skipped;
	const char *end = bytes + length;
	const char *feed = memchr(start, '\n', (size_t)(end - start));
	const char *line_end = feed != NULL ? feed - 1 : end;
	find_target(guard, bytes, start, line_end); /* the request may time out */
	if (line_end - start > REQUEST_LINE_SIZE_MAX + (feed == NULL ? 1 : 0)) { /* its CR may have come */
		return OUTCOME_URI_TOO_LONG;
	}
	if (feed != NULL) {
		struct framing framing = {0};
		struct span line = {start, (size_t)(line_end - start)};
		enum outcome outcome = read_request_line(guard, bytes, line, &framing);
		if (outcome == OUTCOME_MALFORMED) {
			return outcome;
		}
	} else if ((unsigned char)*start <= ' ' || (unsigned char)*start >= 0x7f ||
		   memchr(start, '\0', (size_t)(end - start)) != NULL) {
		return OUTCOME_MALFORMED;
	}
	return end - start >= HEAD_SIZE_MAX ? OUTCOME_HEADER_TOO_LARGE : OUTCOME_NONE;
}

/* Goes through the lines that are new. Sets head_size at the empty one. */
static enum outcome find_end_of_head(struct guard *guard, const char *bytes, size_t length)
{
	while (guard->head_size == 0) {
		const char *line = bytes + guard->searched;
		const char *feed = memchr(line, '\n', length - guard->searched);
		if (feed == NULL) {
			return OUTCOME_NONE;
		}
		if (feed == line || feed[-1] != '\r') {
			if (guard->searched == guard->skipped) {
				find_target(guard, bytes, line, feed);
			}
			return OUTCOME_MALFORMED;
		}
		bool empty = feed - line == 1;
		guard->searched = (size_t)(feed - bytes) + 1;
		if (empty) {
			guard->head_size = guard->searched;
		}
	}
	return OUTCOME_NONE;
}

/* The size on a chunk's line, without CRLF. */
static enum outcome read_chunk_size(struct span line, size_t *size)
{
	if (line.length == 0) {
		return OUTCOME_MALFORMED;
	}
	size_t sum = 0;
	for (size_t i = 0; i < line.length; i++) {
		int digit = span_hex_digit(line.bytes[i]);
		if (digit < 0) {
			return OUTCOME_MALFORMED;
		}
		sum = sum > BODY_SIZE_MAX ? sum : sum * 16 + (size_t)digit;
	}
	*size = sum;
	return OUTCOME_NONE;
}

/* Reads one chunk at guard->size. INCOMPLETE also stands for "go on" when guard->size has moved. */
static enum guard_verdict read_chunk(struct guard *guard, const char *bytes, size_t length)
{
	const char *line = bytes + guard->size;
	size_t rest = length - guard->size;
	size_t looked = rest < CHUNK_LINE_SIZE_MAX ? rest : CHUNK_LINE_SIZE_MAX;
	const char *feed = memchr(line, '\n', looked);
	guard->outcome = OUTCOME_MALFORMED;
	if (feed == NULL) {
		return looked == CHUNK_LINE_SIZE_MAX ? GUARD_REFUSED : GUARD_INCOMPLETE;
	}
	size_t size = 0;
	if (feed == line || feed[-1] != '\r' ||
		read_chunk_size((struct span){line, (size_t)(feed - line) - 1}, &size) != OUTCOME_NONE) {
		return GUARD_REFUSED;
	}
	size_t framed = (size_t)(feed - line) + 1 + size + 2;
	if (guard->body_size + size > BODY_SIZE_MAX ||
		guard->size - guard->head_size + framed > CHUNKS_SIZE_MAX) {
		guard->outcome = OUTCOME_TOO_LARGE;
		return GUARD_REFUSED;
	}
	if (rest >= framed - 1 && line[framed - 2] != '\r') {
		return GUARD_REFUSED;
	}
	if (rest < framed) {
		return GUARD_INCOMPLETE;
	}
	if (line[framed - 1] != '\n') {
		return GUARD_REFUSED;
	}
	guard->size += framed;
	guard->body_size += size;
	return size == 0 ? GUARD_COMPLETE : GUARD_INCOMPLETE;
}

static enum guard_verdict measure_body(struct guard *guard, const char *bytes, size_t length)
{
	if (!guard->chunked) {
		return length >= guard->size ? GUARD_COMPLETE : GUARD_INCOMPLETE;
	}
	size_t before;
	enum guard_verdict verdict;
	do {
		before = guard->size;
		verdict = read_chunk(guard, bytes, length);
	} while (verdict == GUARD_INCOMPLETE && guard->size != before);
	return verdict;
}

static enum guard_verdict measure_head(struct guard *guard, const char *bytes, size_t length)
{
	if (guard->searched == 0 && length >= 1 && bytes[0] == '\r') {
		/* Clients of the legacy API's age append an empty line to a body (RFC 9112 2.2). */
		if (length >= 2 && bytes[1] == '\n') {
			guard->skipped = guard->searched = 2;
		} else if (length == 1) {
			return GUARD_INCOMPLETE;
		}
	}
	if (length == guard->skipped) {
		return GUARD_INCOMPLETE;
	}
	guard->outcome = find_end_of_head(guard, bytes, length);
	if (guard->outcome == OUTCOME_NONE && guard->head_size == 0) {
		guard->outcome = read_part_of_head(guard, bytes, length);
	} else if (guard->outcome == OUTCOME_NONE) {
		bool fits = guard->head_size - guard->skipped <= HEAD_SIZE_MAX;
		guard->outcome = read_head(guard, bytes, bytes + guard->head_size);
		guard->outcome = fits || guard->outcome == OUTCOME_MALFORMED ||
						 guard->outcome == OUTCOME_URI_TOO_LONG
					 ? guard->outcome
					 : OUTCOME_HEADER_TOO_LARGE;
	}
	return guard->outcome == OUTCOME_NONE ? GUARD_INCOMPLETE : GUARD_REFUSED;
}

enum guard_verdict guard_measure(struct guard *guard, const char *bytes, size_t length)
{
	if (guard->head_size == 0 && measure_head(guard, bytes, length) == GUARD_REFUSED) {
		return GUARD_REFUSED;
	}
	return guard->head_size == 0 ? GUARD_INCOMPLETE : measure_body(guard, bytes, length);
}
