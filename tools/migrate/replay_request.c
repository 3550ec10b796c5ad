#include "migrate/replay_request.h"

#include <stdlib.h>
#include <string.h>

#include "observe/named.h"

#define UNTOLD_PATH "/-"
#define ALIAS_DIGITS 16

struct writer {
	const struct replay_map *map;
	unsigned side;
	struct replay_request *memory;
};

const char *replay_request_lacks(const struct recorded *recorded)
{
	if (recorded->missing != NULL) {
		return strcmp(recorded->missing, "the body") == 0 ? "the recording does not hold its body"
								  : "the recording does not hold its headers";
	}
	if (strncmp(recorded->path, UNTOLD_PATH, strlen(UNTOLD_PATH)) == 0) {
		return "its path matched no route and is not told";
	}
	return strcmp(recorded->method, "HEAD") == 0 ? "a HEAD request has no reply to compare" : NULL;
}

/* Of a secret, as recordings write it; addresses and keys do as they are. */
static bool is_alias(const char *text)
{
	static const char *const starts[] = {"token:", "invite:", "code-", "frob:", "api_key:"};
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		size_t length = strlen(starts[i]);
		if (strncmp(text, starts[i], length) == 0) {
			return strspn(text + length, "0123456789abcdef") >= ALIAS_DIGITS;
		}
	}
	return false;
}

static const char *say(const struct writer *writer, enum reply_field_kind kind, const char *recorded)
{
	static const char scheme[] = "Bearer ";
	if (writer->map == NULL) {
		return recorded;
	}
	const char *said = replay_map_text(writer->map, writer->side, kind, recorded, &writer->memory->word);
	const char *secret = strncmp(said, scheme, strlen(scheme)) == 0 ? said + strlen(scheme) : said;
	if (is_alias(secret)) {
		(void)snprintf(writer->memory->unnamed, sizeof writer->memory->unnamed, "%s", secret);
	}
	return said;
}

static enum reply_field_kind kind_of_name(const char *name)
{
	return named_parameter((struct span){name, strlen(name)});
}

static void put_encoded(struct buffer *buffer, const char *text)
{
	buffer_encoded(buffer, text, strlen(text));
}

static void put_path(const struct writer *writer, const char *text)
{
	struct buffer *target = &writer->memory->target;
	struct named_path path = {.rest = {text, strlen(text)}};
	struct span cut;
	enum reply_field_kind kind;
	while (named_path_next(&path, &cut, &kind)) {
		char segment[PAIRS_TEXT_SIZE];
		if (kind == FIELD_PLAIN || cut.length >= sizeof segment) { /* so long a text has no other word */
			buffer_encoded(target, cut.bytes, cut.length);
		} else {
			(void)snprintf(segment, sizeof segment, "%.*s", (int)cut.length, cut.bytes);
			put_encoded(target, say(writer, kind, segment));
		}
		buffer_puts(target, cut.bytes[cut.length] == '\0' ? "" : "/");
	}
}

/* In a form a blank is a plus sign, as browsers and libraries write it. */
static void put_value(const struct writer *writer, struct buffer *buffer, const char *text)
{
	bool form = buffer == &writer->memory->body;
	for (size_t length; form && text[length = strcspn(text, " ")] == ' '; text += length + 1) {
		buffer_encoded(buffer, text, length);
		buffer_puts(buffer, "+");
	}
	put_encoded(buffer, text);
}

static void put_pair(const struct writer *writer, struct buffer *buffer, const char *name,
	const json_t *value, size_t *count)
{
	buffer_puts(buffer, (*count)++ == 0 ? "" : "&");
	put_encoded(buffer, name);
	buffer_puts(buffer, "=");
	put_value(writer, buffer, say(writer, kind_of_name(name), json_string_value(value)));
}

static void put_parameters(const struct writer *writer, struct buffer *buffer, json_t *parameters)
{
	const char *name;
	json_t *value;
	size_t count = 0;
	json_object_foreach(parameters, name, value)
	{
		if (json_is_string(value)) {
			put_pair(writer, buffer, name, value, &count);
		}
		for (size_t i = 0; i < json_array_size(value); i++) {
			put_pair(writer, buffer, name, json_array_get(value, i), &count);
		}
	}
}

/* An id that was written as a number stays one. */
static json_t *member_of(const struct writer *writer, const char *name, json_t *value)
{
	char number[32];
	enum reply_field_kind kind = kind_of_name(name);
	if (json_is_integer(value) && kind != FIELD_PLAIN) {
		(void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		const char *said = say(writer, kind, number);
		char *end = NULL;
		long long id = strtoll(said, &end, 10);
		return *end == '\0' ? json_integer(id) : json_string(said);
	}
	return json_is_string(value) ? json_string(say(writer, kind, json_string_value(value)))
				     : json_incref(value);
}

static void put_json(const struct writer *writer, json_t *body)
{
	const char *name;
	json_t *value;
	json_t *said = json_object();
	bool made = said != NULL;
	json_object_foreach(body, name, value)
	{
		made = made && json_object_set_new(said, name, member_of(writer, name, value)) == 0;
	}
	char *text = made ? json_dumps(said, JSON_COMPACT) : NULL;
	if (text == NULL) {
		writer->memory->failed = true;
	} else {
		buffer_puts(&writer->memory->body, text);
	}
	free(text);
	json_decref(said);
}

/* Where texts stand may change while the buffer grows, so room for all is made first. */
static bool put_headers(const struct writer *writer, json_t *headers, struct courier_call *call)
{
	const char *name;
	json_t *value;
	call->header_count = 0;
	if (!buffer_reserve(&writer->memory->headers, (size_t)64 << 10)) {
		return false;
	}
	json_object_foreach(headers, name, value)
	{
		size_t count = json_is_array(value) ? json_array_size(value) : 1;
		for (size_t i = 0; i < count; i++) {
			const json_t *text = json_is_array(value) ? json_array_get(value, i) : value;
			const char *said = say(writer, FIELD_PLAIN, json_string_value(text));
			struct buffer *kept = &writer->memory->headers;
			if (call->header_count == COURIER_HEADERS_MAX ||
				kept->capacity - kept->size <= strlen(said)) {
				return false;
			}
			call->headers[call->header_count].name = name;
			call->headers[call->header_count++].value = kept->bytes + kept->size;
			buffer_write(kept, said, strlen(said) + 1);
		}
	}
	return true;
}

bool replay_request_write(const struct recorded *recorded, const struct replay_map *map, unsigned side,
	struct replay_request *memory, struct courier_call *call)
{
	const struct writer writer = {.map = map, .side = side, .memory = memory};
	buffer_clear(&memory->target);
	buffer_clear(&memory->body);
	buffer_clear(&memory->headers);
	memory->failed = false;
	memory->unnamed[0] = '\0';
	put_path(&writer, recorded->path);
	if (json_object_size(recorded->query) > 0) {
		buffer_puts(&memory->target, "?");
		put_parameters(&writer, &memory->target, recorded->query);
	}
	buffer_write(&memory->target, "", 1);
	if (recorded->form != NULL) {
		put_parameters(&writer, &memory->body, recorded->form);
	} else if (recorded->body != NULL) {
		put_json(&writer, recorded->body);
	} else if (recorded->raw_body != NULL) {
		buffer_puts(&memory->body, recorded->raw_body);
	}
	bool written = put_headers(&writer, recorded->headers, call);
	call->method = recorded->method;
	call->target = memory->target.bytes;
	call->body_size = memory->body.size;
	buffer_write(&memory->body, "", 1); /* so that it is a text, too */
	call->body = memory->body.bytes;
	return written && !memory->failed && !memory->target.failed && !memory->body.failed &&
	       !memory->word.failed;
}

/* In single quotes, which nothing but themselves ends. */
static void put_quoted(struct buffer *line, const char *before, const char *between, const char *text)
{
	buffer_puts(line, "'");
	buffer_puts(line, before);
	buffer_puts(line, between);
	for (; *text != '\0'; text++) {
		buffer_write(line, *text == '\'' ? "'\\''" : text, *text == '\'' ? 4 : 1);
	}
	buffer_puts(line, "'");
}

/* Of JSON by its escapes: a terminal would obey some letters, and show others in another order. */
static void put_body(struct buffer *line, const struct courier_call *call)
{
	json_t *root = json_loadb(call->body, call->body_size, 0, NULL);
	char *plain = root == NULL ? NULL : json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
	buffer_puts(line, " --data-binary ");
	put_quoted(line, "", "", plain == NULL ? call->body : plain);
	free(plain);
	json_decref(root);
}

bool replay_request_show(const struct courier_call *call, const char *url, struct buffer *line)
{
	buffer_clear(line);
	buffer_puts(line, "curl -sS -i -X ");
	buffer_puts(line, call->method);
	for (size_t i = 0; i < call->header_count; i++) {
		const char *value = call->headers[i].value;
		buffer_puts(line, " -H ");
		put_quoted(line, call->headers[i].name, *value == '\0' ? ";" : ": ", value);
	}
	if (call->body_size > 0) {
		put_body(line, call);
	}
	buffer_puts(line, " ");
	put_quoted(line, url, "", call->target);
	buffer_write(line, "", 1);
	return !line->failed;
}

void replay_request_finish(struct replay_request *memory)
{
	struct buffer *buffers[] = {&memory->target, &memory->body, &memory->headers, &memory->word};
	for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
		buffer_wipe(buffers[i]); /* some hold secrets */
	}
}
