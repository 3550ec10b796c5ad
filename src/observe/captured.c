/* The line of a recording. Its order of members is fixed, so that lines can be compared as texts. */
#include "observe/captured.h"

#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "model/limits.h"
#include "observe/reply_veil.h"
#include "observe/veil.h"
#include "text/check.h"

#define PARAMETERS_MAX 256
#define HEADER_SHOWN_MAX 256
#define SCHEME "Bearer"
#define UNROUTED "/-"

static const struct {
	const char *name;
	enum veil_kind kind;
} headers[HEADER_COUNT] = {
	[HEADER_AUTHORIZATION] = {"authorization", VEIL_TOKEN},
	[HEADER_X_AUTH_TOKEN] = {"x-auth-token", VEIL_TOKEN},
	[HEADER_MACAROON] = {"macaroon", VEIL_TOKEN},
	[HEADER_CONTENT_TYPE] = {"content-type", VEIL_PLAIN},
	[HEADER_IDEMPOTENCY_KEY] = {"idempotency-key", VEIL_KEY},
	[HEADER_IF_MATCH] = {"if-match", VEIL_PLAIN},
	[HEADER_IF_NONE_MATCH] = {"if-none-match", VEIL_PLAIN},
	[HEADER_X_REQUEST_ID] = {"x-request-id", VEIL_PLAIN},
};

const char *captured_header_name(enum captured_header header)
{
	return headers[header].name;
}

struct maker {
	struct line_maker *memory;
	const struct alias_key *key;
	const struct captured *captured;
};

static void put(const struct maker *maker, const char *text)
{
	buffer_write(&maker->memory->line, text, strlen(text)); /* most lengths are known when this is compiled */
}

static void put_string(const struct maker *maker, struct span text)
{
	buffer_string(&maker->memory->line, text.bytes, text.length);
}

static void put_veiled(const struct maker *maker, enum veil_kind kind, struct span value)
{
	struct buffer *veiled = &maker->memory->veiled;
	buffer_clear(veiled);
	veil_write(maker->key, kind, value, veiled);
	maker->memory->line.failed |= veiled->failed;
	put_string(maker, (struct span){veiled->bytes, veiled->size});
}

/* --- parameters */

struct parameter {
	struct span name; /* as it is shown */
	enum veil_kind kind;
	struct span value;
	bool written;
};

/* As leniently as the legacy dialect: a bad percent stays as it is. */
static struct span decode(struct buffer *decoded, struct span raw)
{
	size_t start = decoded->size;
	if (memchr(raw.bytes, '%', raw.length) == NULL && memchr(raw.bytes, '+', raw.length) == NULL) {
		return raw;
	}
	for (size_t at = 0; at < raw.length; at++) {
		char byte = raw.bytes[at] == '+' ? ' ' : raw.bytes[at];
		if (span_read_escape((struct span){raw.bytes + at, raw.length - at}, &byte)) {
			at += 2;
		}
		buffer_write(decoded, &byte, 1);
	}
	return (struct span){decoded->bytes == NULL ? "" : decoded->bytes + start, decoded->size - start};
}

/* Where the decoded bytes stand may change while they grow, so room for all is made first. */
static bool read_parameters(
	struct buffer *decoded, struct span raw, struct parameter parameters[PARAMETERS_MAX], size_t *count)
{
	*count = 0;
	while (raw.length > 0) {
		struct span pair = span_cut(&raw, '&');
		if (pair.length == 0) {
			continue;
		}
		if (*count == PARAMETERS_MAX) {
			return false;
		}
		struct span value = pair;
		struct span name = span_cut(&value, '=');
		name = decode(decoded, name);
		parameters[(*count)++] = (struct parameter){
			.name = veil_name(name),
			.kind = veil_of_parameter(name),
			.value = decode(decoded, value),
		};
	}
	return true;
}

static bool same(struct span one, struct span other)
{
	return one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

/* All values of the name of parameters[first], as a string, or as an array of them. */
static void put_values(const struct maker *maker, struct parameter *parameters, size_t first, size_t count)
{
	struct span shown = parameters[first].name;
	size_t values = 0;
	for (size_t i = first; i < count; i++) {
		values += same(parameters[i].name, shown);
	}
	put_string(maker, shown);
	put(maker, values > 1 ? ":[" : ":");
	const char *before = "";
	for (size_t i = first; i < count; i++) {
		if (!parameters[i].written && same(parameters[i].name, shown)) {
			put(maker, before);
			put_veiled(maker, parameters[i].kind, parameters[i].value);
			parameters[i].written = true;
			before = ",";
		}
	}
	put(maker, values > 1 ? "]" : "");
}

static bool put_parameters(const struct maker *maker, const char *before, struct span raw)
{
	struct parameter parameters[PARAMETERS_MAX];
	struct buffer *decoded = &maker->memory->decoded;
	size_t count;
	buffer_clear(decoded);
	if (!buffer_reserve(decoded, raw.length) || !read_parameters(decoded, raw, parameters, &count)) {
		return false;
	}
	put(maker, before);
	put(maker, "{");
	const char *comma = "";
	for (size_t i = 0; i < count; i++) {
		if (!parameters[i].written) {
			put(maker, comma);
			put_values(maker, parameters, i, count);
			comma = ",";
		}
	}
	put(maker, "}");
	return true;
}

/* --- bodies */

/* No dialect takes an array or an object as a member's value, so their contents decide nothing. */
static void put_value(const struct maker *maker, enum veil_kind kind, const json_t *value)
{
	static const char *const others[] = {
		[JSON_OBJECT] = "{}",
		[JSON_ARRAY] = "[]",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null",
	};
	switch (json_typeof(value)) {
	case JSON_STRING:
		put_veiled(maker, kind, (struct span){json_string_value(value), json_string_length(value)});
		break;
	case JSON_INTEGER:
		buffer_number(&maker->memory->line, veil_shows(kind) ? json_integer_value(value) : 0);
		break;
	case JSON_REAL:
		put(maker, "0.5"); /* a number, and none that any dialect takes */
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		put(maker, others[json_typeof(value)]);
		break;
	}
}

static void put_members(const struct maker *maker, json_t *root)
{
	const char *name;
	json_t *value;
	const char *comma = "";
	put(maker, ",\"body\":{");
	json_object_foreach(root, name, value)
	{
		struct span whole = {name, strlen(name)};
		enum veil_kind kind = veil_of_member(whole);
		if (kind == VEIL_UNKNOWN) {
			continue; /* several would have one name, which no object has twice */
		}
		put(maker, comma);
		put_string(maker, whole);
		put(maker, ":");
		put_value(maker, kind, value);
		comma = ",";
	}
	put(maker, "}");
}

/* A text that is no JSON object is refused as a whole, whatever stands in it. */
static void put_json(const struct maker *maker)
{
	struct span body = maker->captured->body;
	static const char mark[] = "\xef\xbb\xbf";
	if (body.length >= strlen(mark) && memcmp(body.bytes, mark, strlen(mark)) == 0) {
		body = (struct span){body.bytes + strlen(mark), body.length - strlen(mark)};
	}
	json_t *root = json_loadb(body.bytes, body.length, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(root)) {
		put_members(maker, root);
	} else {
		put(maker, ",\"raw_body\":");
		put_veiled(maker, VEIL_UNKNOWN, maker->captured->body);
	}
	json_decref(root);
}

static bool put_body(const struct maker *maker)
{
	struct span body = maker->captured->body;
	if (body.length == 0) {
		return true;
	}
	if (maker->captured->dialect == DIALECT_LEGACY) {
		return put_parameters(maker, ",\"form\":", body);
	}
	put_json(maker);
	return true;
}

/* --- the head */

/* An id, a slug, or a word of a route. What else stands in an id's place names nothing, and might be an
 * address. */
static bool is_segment(struct span segment)
{
	return segment.length == 0 ||
	       (text_is_code(segment.bytes, segment.length) && !veil_is_minted(segment));
}

static void put_path(const struct maker *maker, struct span path)
{
	struct buffer *veiled = &maker->memory->veiled;
	buffer_clear(veiled);
	while (path.length > 0) {
		bool last = memchr(path.bytes, '/', path.length) == NULL;
		struct span segment = span_cut(&path, '/');
		buffer_clear(&maker->memory->decoded);
		segment = decode(&maker->memory->decoded, segment);
		segment = is_segment(segment) ? segment : (struct span){"?", 1};
		buffer_write(veiled, segment.bytes, segment.length);
		buffer_puts(veiled, last ? "" : "/");
	}
	put_string(maker, (struct span){veiled->bytes, veiled->size});
}

/* "Bearer token:..."; of another scheme, which no dialect takes, no more than that it is another. */
static void put_authorization(const struct maker *maker, struct span value)
{
	size_t scheme = strlen(SCHEME);
	struct buffer *veiled = &maker->memory->veiled;
	buffer_clear(veiled);
	if (value.length < scheme || strncasecmp(value.bytes, SCHEME, scheme) != 0 ||
		(value.length > scheme && strchr(" \t", value.bytes[scheme]) == NULL)) {
		put(maker, "\"Other\"");
		return;
	}
	struct span token = {value.bytes + scheme, value.length - scheme};
	while (token.length > 0 && strchr(" \t", token.bytes[0]) != NULL) {
		token = (struct span){token.bytes + 1, token.length - 1};
	}
	buffer_puts(veiled, token.length == 0 ? SCHEME : SCHEME " ");
	veil_write(maker->key, VEIL_TOKEN, token, veiled);
	put_string(maker, (struct span){veiled->bytes, veiled->size});
}

/* Types and tags have few letters; what has others is none, and might be anything. */
static bool is_shown(struct span value)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$&+-.^_/;=*,\"'";
	for (size_t i = 0; i < value.length; i++) {
		if (memchr(letters, value.bytes[i], sizeof letters - 1) == NULL) {
			return false;
		}
	}
	return value.length <= HEADER_SHOWN_MAX;
}

static void put_header(const struct maker *maker, enum captured_header header)
{
	struct span value = maker->captured->headers[header];
	enum veil_kind kind = headers[header].kind;
	if (header == HEADER_AUTHORIZATION) {
		put_authorization(maker, value);
		return;
	}
	put_veiled(maker, kind == VEIL_PLAIN && !is_shown(value) ? VEIL_UNKNOWN : kind, value);
}

static void put_headers(const struct maker *maker)
{
	const char *comma = "";
	put(maker, ",\"headers\":{");
	for (enum captured_header i = 0; i < HEADER_COUNT; i++) {
		if (maker->captured->headers[i].bytes == NULL) {
			continue;
		}
		put(maker, comma);
		put(maker, "\"");
		put(maker, headers[i].name);
		put(maker, maker->captured->repeated[i] ? "\":[" : "\":");
		put_header(maker, i);
		if (maker->captured->repeated[i]) {
			put(maker, ",\"\"]");
		}
		comma = ",";
	}
	put(maker, "}");
}

static bool put_head(const struct maker *maker)
{
	const struct captured *captured = maker->captured;
	struct buffer *line = &maker->memory->line;
	struct span query = captured->target;
	struct span path = span_cut(&query, '?');
	put(maker, "{\"at_us\":");
	buffer_number(line, captured->at_us);
	put(maker, ",\"dialect\":\"");
	put(maker, dialect_name(captured->dialect));
	put(maker, "\",\"operation\":\"");
	put(maker, operation_name(captured->operation));
	put(maker, "\",\"method\":\"");
	put(maker, http_method_name(captured->method));
	put(maker, "\",\"path\":");
	put_path(maker, captured->routed ? path : (struct span){UNROUTED, strlen(UNROUTED)});
	return put_parameters(maker, ",\"query\":", query);
}

/* Where there is no reply, its Location alone tells what was made. */
static void put_answer(const struct maker *maker)
{
	const struct captured *captured = maker->captured;
	struct buffer *line = &maker->memory->line;
	put(maker, ",\"status\":");
	buffer_number(line, captured->status);
	if (captured->outcome_known) {
		put(maker, ",\"outcome\":\"");
		put(maker, outcome_row(captured->outcome)->name);
		put(maker, "\"");
	}
	put(maker, ",\"latency_us\":");
	buffer_number(line, captured->latency_us);
	if (captured->replied && captured->reply.length <= CAPTURED_REPLY_SIZE_MAX) {
		struct buffer *veiled = &maker->memory->veiled;
		buffer_clear(veiled);
		reply_veil(maker->key, captured->dialect, captured->reply, veiled);
		line->failed |= veiled->failed;
		put(maker, ",\"reply\":");
		put_string(maker, (struct span){veiled->bytes, veiled->size});
	} else if (captured->replied) {
		put(maker, ",\"reply_bytes\":");
		buffer_number(line, (int64_t)captured->reply.length);
	}
	if (captured->replied && captured->reply.length == 0 && captured->location.length > 0) {
		put(maker, ",\"location\":");
		put_path(maker, captured->location);
	}
	put(maker, "}\n");
}

bool captured_write(struct line_maker *memory, const struct alias_key *key, const struct captured *captured)
{
	const struct maker maker = {.memory = memory, .key = key, .captured = captured};
	buffer_clear(&memory->line);
	if (!put_head(&maker) || !put_body(&maker)) {
		return false;
	}
	put_headers(&maker);
	put_answer(&maker);
	return !memory->line.failed && !memory->decoded.failed;
}

void line_maker_finish(struct line_maker *memory)
{
	buffer_finish(&memory->decoded);
	buffer_finish(&memory->veiled);
	buffer_finish(&memory->line);
}
