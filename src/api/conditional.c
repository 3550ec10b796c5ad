/* A tag is W/"version-hash": version is the feed number of the last change of the resource's own fields, hash the
 * first digits of the body's SHA-256. What changes looks at the version only: people who join must not fail an edit. */
#include "api/conditional.h"

#include <string.h>

#include "text/check.h"
#include "text/fold.h"
#include "text/number.h"

#define HASH_DIGITS 16
#define TAG_SIZE (sizeof "18446744073709551615-" + HASH_DIGITS)
#define VERSION_SIZE 8
#define BLANKS " \t"

#define METHODS_MATCHED (HTTP_PUT | HTTP_PATCH | HTTP_DELETE)
#define METHODS_REPEATED (METHODS_MATCHED | HTTP_POST)
#define METHODS_SHOWN (HTTP_GET | HTTP_HEAD)

/* --- lists of tags */

enum tag_step {
	TAG_FOUND,
	TAG_END,
	TAG_MALFORMED,
};

/* The next of a list of tags, without W/ and quotes. Empty members of the list are passed over. */
static enum tag_step next_tag(const char **at, struct span *tag)
{
	const char *from = *at + strspn(*at, BLANKS ",");
	if (*from == '\0') {
		return TAG_END;
	}
	from += strncmp(from, "W/", 2) == 0 ? 2 : 0;
	if (*from != '"') {
		return TAG_MALFORMED;
	}
	from++;
	size_t length = 0;
	while (from[length] == '!' || (unsigned char)from[length] > '"') {
		if (from[length] == 0x7F) {
			return TAG_MALFORMED;
		}
		length++;
	}
	if (from[length] != '"') {
		return TAG_MALFORMED;
	}
	const char *rest = from + length + 1;
	rest += strspn(rest, BLANKS);
	if (*rest != ',' && *rest != '\0') {
		return TAG_MALFORMED;
	}
	*tag = (struct span){from, length};
	*at = rest;
	return TAG_FOUND;
}

static bool is_any(const char *value)
{
	value += strspn(value, BLANKS);
	return value[0] == '*' && value[1 + strspn(value + 1, BLANKS)] == '\0';
}

/* The version of a tag of ours; false: no reply of ours had this tag. */
static bool read_version(struct span tag, uint64_t *version)
{
	struct span hash = tag;
	struct span number = span_cut(&hash, '-');
	if (hash.length != HASH_DIGITS) {
		return false;
	}
	for (size_t i = 0; i < hash.length; i++) {
		if (span_hex_digit(hash.bytes[i]) < 0) {
			return false;
		}
	}
	if (span_is(number, "0")) {
		*version = 0;
		return true;
	}
	return text_read_id(number.bytes, number.length, version);
}

static void add_version(uint8_t *numbers, size_t *size, uint64_t version)
{
	for (unsigned i = 0; i < VERSION_SIZE; i++) {
		numbers[(*size)++] = (uint8_t)(version >> (8 * (VERSION_SIZE - 1 - i)));
	}
}

/* False: malformed, or too long. A tag that is not ours names no version, so it is never met. */
static bool read_versions(const char *value, struct request *request)
{
	uint8_t numbers[MATCH_VERSIONS_MAX * VERSION_SIZE];
	size_t size = 0;
	unsigned count = 0;
	struct span tag;
	enum tag_step step;
	while ((step = next_tag(&value, &tag)) == TAG_FOUND) {
		uint64_t version;
		if (++count > MATCH_VERSIONS_MAX) {
			return false;
		}
		if (read_version(tag, &version)) {
			add_version(numbers, &size, version);
		}
	}
	return step == TAG_END && count > 0 &&
	       request_add(request, (const char *)numbers, size, &request->match_versions);
}

/* --- reading headers */

static bool take_match(const struct http_request *http, struct request *request)
{
	bool repeated = false;
	const char *value = http->header(http->context, "If-Match", &repeated);
	if (value == NULL) {
		return true;
	}
	request->match = is_any(value) ? MATCH_ANY : MATCH_VERSIONS;
	if (request->match == MATCH_VERSIONS && !read_versions(value, request)) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "If-Match");
	}
	return !repeated;
}

/* A bare key or a quoted one is the same key. */
static struct span trim_key(const char *value)
{
	value += strspn(value, BLANKS);
	size_t length = strlen(value);
	while (length > 0 && strchr(BLANKS, value[length - 1]) != NULL) {
		length--;
	}
	bool quoted = length >= 2 && value[0] == '"' && value[length - 1] == '"';
	return quoted ? (struct span){value + 1, length - 2} : (struct span){value, length};
}

static bool key_is_good(struct span key)
{
	return key.length <= IDEMPOTENCY_KEY_SIZE_MAX && text_is_secret(key.bytes, key.length);
}

/* The digest of method, target and body: of three parts of known length, so that no two requests run together. */
static void fill_fingerprint(const struct http_request *http, struct idempotency *idempotency)
{
	uint8_t parts[1 + 2 * DIGEST_SIZE];
	uint8_t digest[DIGEST_SIZE];
	parts[0] = (uint8_t)http->method;
	text_sha256(http->target.bytes, http->target.length, parts + 1);
	text_sha256(http->body.bytes, http->body.length, parts + 1 + DIGEST_SIZE);
	text_sha256(parts, sizeof parts, digest);
	memcpy(idempotency->fingerprint, digest, sizeof idempotency->fingerprint);
}

static bool take_key(const struct http_request *http, struct request *request)
{
	bool repeated = false;
	const char *value = http->header(http->context, "Idempotency-Key", &repeated);
	if (value == NULL) {
		return true;
	}
	struct span key = trim_key(value);
	if (!key_is_good(key)) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "Idempotency-Key");
		return !repeated;
	}
	uint8_t digest[DIGEST_SIZE];
	text_sha256(key.bytes, key.length, digest);
	memcpy(request->idempotency.key, digest, sizeof request->idempotency.key);
	fill_fingerprint(http, &request->idempotency);
	request->idempotency.given = true;
	return !repeated;
}

/* Of several lines only the first would be seen: as if there were none, the whole reply is sent. */
static void take_none_match(const struct http_request *http, struct request *request)
{
	bool repeated = false;
	const char *value = http->header(http->context, "If-None-Match", &repeated);
	if (value != NULL && !repeated) {
		/* Without room for it the whole reply is sent. */
		(void)request_add(request, value, strlen(value), &request->if_none_match);
	}
}

bool api_conditional_take(const struct http_request *http, struct request *request)
{
	if ((http->method & METHODS_SHOWN) != 0) {
		take_none_match(http, request);
	}
	bool matched_once = (http->method & METHODS_MATCHED) == 0 || take_match(http, request);
	bool keyed_once = (http->method & METHODS_REPEATED) == 0 || take_key(http, request);
	return matched_once && keyed_once;
}

/* --- writing tags */

/* The tag without W/ and quotes. */
static void write_tag(const struct reply *reply, const struct http_response *response, char tag[TAG_SIZE])
{
	char *at = tag + number_write(reply->version, tag);
	*at++ = '-';
	text_sha256_hex(response->body, response->body_size, HASH_DIGITS, at);
}

/* A malformed list is none. */
static bool is_known(const struct request *request, const char *tag)
{
	const char *known = request_text(request, request->if_none_match);
	if (is_any(known)) {
		return true;
	}
	bool found = false;
	struct span each;
	enum tag_step step;
	while ((step = next_tag(&known, &each)) == TAG_FOUND) {
		found = found || span_is(each, tag);
	}
	return found && step == TAG_END;
}

void api_conditional_write(const struct request *request, const struct reply *reply, struct http_response *response)
{
	const int modified = outcome_row(OUTCOME_OK)->v3_status;
	const int created = outcome_row(OUTCOME_GROUP_CREATED)->v3_status;
	if (response->failed || response->body_size == 0 ||
		(response->status != modified && response->status != created)) {
		return;
	}
	char tag[TAG_SIZE];
	write_tag(reply, response, tag);
	response_header(response, "ETag", "W/\"%s\"", tag);
	if (!is_known(request, tag)) {
		return;
	}
	response->outcome = OUTCOME_NOT_MODIFIED;
	response->status = outcome_row(OUTCOME_NOT_MODIFIED)->v3_status;
	response->reason = outcome_reason(response->status);
	response->content_type = NULL;
	response->body_size = 0;
}
