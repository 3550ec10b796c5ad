/* Walks over the texts of a reply: JSON members whose values are strings, XML attributes. Nothing is parsed into a
 * tree: encoders wrote it, and all that matters is where a named value begins and ends. */
#include "observe/reply_veil.h"

#include <stdlib.h>
#include <string.h>

#include "observe/veil.h"

#define NAME_SIZE_MAX 64

struct walk {
	const struct alias_key *key;
	enum dialect dialect;
	struct span rest;
	struct buffer *veiled;
	struct buffer plain; /* a value without its escapes */
};

static void pass(struct walk *walk, size_t size)
{
	buffer_write(walk->veiled, walk->rest.bytes, size);
	walk->rest.bytes += size;
	walk->rest.length -= size;
}

static void skip(struct walk *walk, size_t size)
{
	walk->rest.bytes += size;
	walk->rest.length -= size;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* --- JSON */

/* The length of the string that starts here, its quotes included; all that is left where it has no end. */
static size_t json_string_length(struct span text)
{
	size_t at = 1;
	while (at < text.length && text.bytes[at] != '"') {
		at += text.bytes[at] == '\\' ? 2 : 1;
	}
	return at < text.length ? at + 1 : text.length;
}

static void add_json_escape(struct buffer *plain, struct span escape)
{
	static const char letters[] = "bfnrt";
	static const char meant[] = "\b\f\n\r\t";
	char letter = escape.bytes[1];
	const char *found = letter == '\0' ? NULL : strchr(letters, letter);
	if (letter != 'u') {
		buffer_write(plain, found == NULL ? &letter : &meant[found - letters], 1);
		return;
	}
	unsigned code = 0;
	for (size_t i = 2; i < escape.length; i++) {
		int digit = span_hex_digit(escape.bytes[i]);
		code = code * 16 + (unsigned)(digit < 0 ? 0 : digit);
	}
	char byte = (char)(code < 0x80 ? code : '?'); /* no secret has letters of other scripts */
	buffer_write(plain, &byte, 1);
}

static void json_plain(struct span string, struct buffer *plain)
{
	buffer_clear(plain);
	for (size_t at = 1; at + 1 < string.length;) {
		size_t left = string.length - 1 - at;
		size_t size = string.bytes[at] != '\\' || left < 2 ? 1 : string.bytes[at + 1] == 'u' ? 6 : 2;
		size = size > left ? left : size;
		if (size == 1) {
			buffer_write(plain, &string.bytes[at], 1);
		} else {
			add_json_escape(plain, (struct span){&string.bytes[at], size});
		}
		at += size;
	}
}

/* The name's colon and blanks were passed; the value is veiled where it is a string. */
static void veil_json_value(struct walk *walk, enum veil_kind kind)
{
	if (walk->rest.length == 0 || walk->rest.bytes[0] != '"') {
		return;
	}
	size_t length = json_string_length(walk->rest);
	json_plain((struct span){walk->rest.bytes, length}, &walk->plain);
	buffer_write(walk->veiled, "\"", 1);
	veil_write(walk->key, kind, (struct span){walk->plain.bytes, walk->plain.size}, walk->veiled);
	buffer_write(walk->veiled, "\"", 1);
	skip(walk, length);
}

static void veil_json(struct walk *walk)
{
	while (walk->rest.length > 0) {
		const char *quote = memchr(walk->rest.bytes, '"', walk->rest.length);
		pass(walk, quote == NULL ? walk->rest.length : (size_t)(quote - walk->rest.bytes));
		if (quote == NULL) {
			return;
		}
		size_t length = json_string_length(walk->rest);
		struct span name = {quote + 1, length < 2 ? 0 : length - 2};
		pass(walk, length);
		size_t blank = 0;
		while (blank < walk->rest.length && is_blank(walk->rest.bytes[blank])) {
			blank++;
		}
		if (blank == walk->rest.length || walk->rest.bytes[blank] != ':') {
			continue;
		}
		do {
			blank++;
		} while (blank < walk->rest.length && is_blank(walk->rest.bytes[blank]));
		pass(walk, blank);
		enum veil_kind kind = veil_of_reply(walk->dialect, name);
		if (kind != VEIL_PLAIN) {
			veil_json_value(walk, kind);
		}
	}
}

/* --- XML */

static const struct {
	const char *entity;
	char meant;
} entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''},
	{"&#34;", '"'}};

static void xml_plain(struct span value, struct buffer *plain)
{
	buffer_clear(plain);
	for (size_t at = 0; at < value.length;) {
		char byte = value.bytes[at];
		size_t size = 1;
		for (size_t i = 0; byte == '&' && i < sizeof entities / sizeof entities[0]; i++) {
			size_t length = strlen(entities[i].entity);
			if (value.length - at >= length && memcmp(&value.bytes[at], entities[i].entity, length) == 0) {
				byte = entities[i].meant;
				size = length;
				break;
			}
		}
		buffer_write(plain, &byte, 1);
		at += size;
	}
}

/* The name that ends where the text does. */
static struct span last_name(struct span text)
{
	size_t start = text.length;
	while (start > 0 && text.length - start < NAME_SIZE_MAX && !is_blank(text.bytes[start - 1])) {
		start--;
	}
	return (struct span){text.bytes + start, text.length - start};
}

/* Without the blanks at its end. */
static struct span trimmed(struct span text)
{
	while (text.length > 0 && is_blank(text.bytes[text.length - 1])) {
		text.length--;
	}
	return text;
}

/* The text's length where there is none. */
static size_t quote_place(struct span text)
{
	const char *found = memchr(text.bytes, '"', text.length);
	size_t place = found == NULL ? text.length : (size_t)(found - text.bytes);
	found = memchr(text.bytes, '\'', place);
	return found == NULL ? place : (size_t)(found - text.bytes);
}

/* An attribute's value holds no quotes of its kind, so the next one ends it. */
static void veil_xml(struct walk *walk)
{
	while (walk->rest.length > 0) {
		size_t head = quote_place(walk->rest);
		bool quoted = head < walk->rest.length;
		char quote = quoted ? walk->rest.bytes[head] : '\0';
		struct span before = trimmed((struct span){walk->rest.bytes, head});
		pass(walk, quoted ? head + 1 : head);
		const char *end = walk->rest.length == 0 ? NULL : memchr(walk->rest.bytes, quote, walk->rest.length);
		if (!quoted || end == NULL || before.length == 0 || before.bytes[before.length - 1] != '=') {
			continue;
		}
		before.length--;
		before = trimmed(before);
		struct span value = {walk->rest.bytes, (size_t)(end - walk->rest.bytes)};
		enum veil_kind kind = veil_of_reply(walk->dialect, last_name(before));
		if (kind == VEIL_PLAIN) {
			buffer_write(walk->veiled, value.bytes, value.length);
		} else {
			xml_plain(value, &walk->plain);
			veil_write(walk->key, kind, (struct span){walk->plain.bytes, walk->plain.size}, walk->veiled);
		}
		skip(walk, value.length);
		pass(walk, 1);
	}
}

/* Other systems put blanks or a mark of their encoding before it. */
static bool is_xml(struct span reply)
{
	size_t at = 0;
	while (at < reply.length && (is_blank(reply.bytes[at]) || strchr("\xef\xbb\xbf", reply.bytes[at]) != NULL)) {
		at++;
	}
	return at < reply.length && reply.bytes[at] == '<';
}

void reply_veil(const struct alias_key *key, enum dialect dialect, struct span reply, struct buffer *veiled)
{
	struct walk walk = {.key = key, .dialect = dialect, .rest = reply, .veiled = veiled};
	if (is_xml(reply)) {
		veil_xml(&walk);
	} else {
		veil_json(&walk);
	}
	veiled->failed = veiled->failed || walk.plain.failed;
	buffer_finish(&walk.plain);
}
