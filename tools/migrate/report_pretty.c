/* XML is laid out by reading it again: the library's own formatting leaves all attributes in one line, and attributes
 * are what the legacy API answers with. */
#define _GNU_SOURCE /* memmem */
#include "migrate/report_pretty.h"

#include <ctype.h>
#include <jansson.h>
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 2
#define FIELD_NAME_MAX 64

static void write_escaped(FILE *out, const xmlChar *text)
{
	xmlChar *escaped = xmlEncodeSpecialChars(NULL, text);
	(void)fputs(escaped != NULL ? (const char *)escaped : "", out);
	xmlFree(escaped);
}

static void write_attributes(FILE *out, xmlTextReader *reader, int depth)
{
	int count = xmlTextReaderAttributeCount(reader);
	for (int i = 0; i < count; i++) {
		if (xmlTextReaderMoveToAttributeNo(reader, i) != 1) {
			return;
		}
		if (count > 1) {
			(void)fprintf(out, "\n%*s", (depth + 2) * INDENT, "");
		} else {
			(void)fputc(' ', out);
		}
		(void)fprintf(out, "%s=\"", (const char *)xmlTextReaderConstName(reader));
		write_escaped(out, xmlTextReaderConstValue(reader));
		(void)fputc('"', out);
	}
	(void)xmlTextReaderMoveToElement(reader);
}

static void write_node(FILE *out, xmlTextReader *reader)
{
	int depth = xmlTextReaderDepth(reader);
	const char *name = (const char *)xmlTextReaderConstName(reader);
	int type = xmlTextReaderNodeType(reader);
	if (type == XML_READER_TYPE_ELEMENT) {
		bool empty = xmlTextReaderIsEmptyElement(reader) == 1;
		(void)fprintf(out, "%*s<%s", depth * INDENT, "", name);
		write_attributes(out, reader, depth);
		(void)fputs(empty ? "/>\n" : ">\n", out);
	} else if (type == XML_READER_TYPE_END_ELEMENT) {
		(void)fprintf(out, "%*s</%s>\n", depth * INDENT, "", name);
	} else if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) {
		(void)fprintf(out, "%*s", depth * INDENT, "");
		write_escaped(out, xmlTextReaderConstValue(reader));
		(void)fputc('\n', out);
	}
}

/* False: it is no XML, and what was written is of no use. */
static bool write_xml(FILE *out, const char *body)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS;
	xmlTextReader *reader = xmlReaderForMemory(body, (int)strlen(body), NULL, NULL, options);
	if (reader == NULL) {
		return false;
	}
	int result;
	while ((result = xmlTextReaderRead(reader)) == 1) {
		write_node(out, reader);
	}
	xmlFreeTextReader(reader);
	return result == 0;
}

static bool write_json(FILE *out, const char *body)
{
	json_t *value = json_loads(body, 0, NULL);
	if (value == NULL) {
		return false;
	}
	bool written = json_dumpf(value, out, JSON_INDENT(INDENT)) == 0;
	json_decref(value);
	return written;
}

/* Behind the empty line that ends a head; the whole text where there is no head. */
static const char *body_of(const char *reply)
{
	if (strncmp(reply, "HTTP/", 5) != 0) {
		return reply;
	}
	const char *end = strstr(reply, "\r\n\r\n");
	if (end != NULL) {
		return end + 4;
	}
	end = strstr(reply, "\n\n");
	return end != NULL ? end + 2 : reply + strlen(reply);
}

/* NULL: it is neither. */
static char *lay_out(const char *body)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (out == NULL) {
		return NULL;
	}
	bool done = *body == '<' ? write_xml(out, body) : write_json(out, body);
	if (fclose(out) != 0 || !done) {
		free(text);
		return NULL;
	}
	return text;
}

char *pretty_reply(const char *reply)
{
	const char *body = body_of(reply);
	char *laid_out = lay_out(body + strspn(body, " \t\r\n"));
	const char *shown = laid_out != NULL ? laid_out : body;
	size_t head = (size_t)(body - reply);
	char *text = malloc(head + strlen(shown) + 1);
	if (text != NULL) {
		memcpy(text, reply, head);
		strcpy(text + head, shown);
	}
	free(laid_out);
	return text;
}

/* What is looked for in lines. */
struct needle {
	char name[FIELD_NAME_MAX]; /* the last part of the path that is no number */
	const char *value;	   /* NULL: none */
};

/* "groups.7.member_count" is called member_count, "tags.3" tags. */
static void take_name(const char *path, char name[FIELD_NAME_MAX])
{
	const char *end = path + strlen(path);
	while (end > path && (isdigit((unsigned char)end[-1]) != 0 || end[-1] == '.' || end[-1] == ']')) {
		end--;
	}
	const char *start = end;
	while (start > path && (isalnum((unsigned char)start[-1]) != 0 || start[-1] == '_')) {
		start--;
	}
	(void)snprintf(name, FIELD_NAME_MAX, "%.*s", (int)(end - start), start);
}

static bool is_part_of_word(char byte)
{
	return isalnum((unsigned char)byte) != 0 || byte == '_';
}

static bool has_word(const char *line, size_t length, const char *word)
{
	size_t size = strlen(word);
	const char *end = line + length;
	for (const char *at = line; size > 0 && (at = memmem(at, (size_t)(end - at), word, size)) != NULL; at++) {
		bool begins = at == line || !is_part_of_word(at[-1]);
		bool ends = at + size == end || !is_part_of_word(at[size]);
		if (begins && ends) {
			return true;
		}
	}
	return false;
}

/* How well a line shows it: name and value, name, value, not. */
static unsigned closeness(const struct needle *needle, const char *line, size_t length)
{
	bool name = has_word(line, length, needle->name);
	bool value = needle->value != NULL && has_word(line, length, needle->value);
	return name && value ? 3 : name ? 2 : value ? 1 : 0;
}

static void mark_one(const char *text, const struct needle *needle, bool marks[PRETTY_LINES_MAX])
{
	unsigned best = 0;
	for (int pass = 0; pass < 2; pass++) {
		const char *line = text;
		for (size_t i = 0; *line != '\0' && i < PRETTY_LINES_MAX; i++) {
			size_t length = strcspn(line, "\n");
			unsigned close = closeness(needle, line, length);
			if (pass == 0) {
				best = close > best ? close : best;
			} else if (best > 0 && close == best) {
				marks[i] = true;
			}
			line += length + (line[length] == '\n');
		}
	}
}

void pretty_mark(const char *text, const struct difference *differences, uint32_t count, bool right,
	bool marks[PRETTY_LINES_MAX])
{
	memset(marks, 0, PRETTY_LINES_MAX * sizeof marks[0]);
	for (uint32_t i = 0; i < count; i++) {
		if (differences[i].kind == DIFFERENCE_FIELD) {
			struct needle needle = {.value = right ? differences[i].right : differences[i].left};
			take_name(differences[i].path, needle.name);
			mark_one(text, &needle, marks);
		}
	}
}
