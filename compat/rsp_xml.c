/* The document as XML, by libxml2's xmlwriter. xmlwriter itself writes broken or altered documents for bytes
 * that XML forbids, and says nothing; so these are replaced before it sees them. All stored texts are free of
 * them: this is the second line of defence. */
#include "rsp.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlwriter.h>

#include "text/number.h"
#include "text/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* libxml2 fills its tables when they are first needed and guards them by nothing: so before there are threads. */
__attribute__((constructor)) static void fill_tables(void)
{
	xmlInitParser();
}

static int append(void *context, const char *bytes, int length)
{
	struct http_response *response = context;
	response_write(response, bytes, (size_t)length);
	return response->failed ? -1 : length;
}

static void note(struct rsp *rsp, int result)
{
	rsp->failed |= result < 0;
}

static const xmlChar *xml(const char *text)
{
	return (const xmlChar *)text;
}

static void element_begin(struct rsp *rsp, const char *name)
{
	if (!rsp->failed) {
		note(rsp, xmlTextWriterStartElement(rsp->xml, xml(name)));
	}
}

static void element_end(struct rsp *rsp)
{
	if (!rsp->failed) {
		note(rsp, xmlTextWriterEndElement(rsp->xml));
	}
}

/* By the production Char of XML 1.0; surrogates are no UTF-8 to begin with. */
static bool is_char(uint32_t point)
{
	if (point < 0x20) {
		return point == '\t' || point == '\n' || point == '\r';
	}
	return point != UTF8_INVALID && point != 0xFFFE && point != 0xFFFF;
}

/* The length up to the first byte that XML forbids. */
static size_t good_length(const char *text, size_t length)
{
	size_t size = 0;
	for (size_t at = 0; at < length; at += size) {
		if (!is_char(utf8_next(text, length, at, &size))) {
			return at;
		}
	}
	return length;
}

/* A copy in which every forbidden byte or character is U+FFFD; NULL: out of memory. */
static char *replace_forbidden(const char *text, size_t length)
{
	size_t replacement = strlen(REPLACEMENT);
	char *replaced = malloc(replacement * length + 1);
	if (replaced == NULL) {
		return NULL;
	}
	char *end = replaced;
	while (length > 0) {
		size_t good = good_length(text, length);
		memcpy(end, text, good);
		end += good;
		text += good;
		length -= good;
		if (length > 0) {
			size_t size = 1;
			(void)utf8_next(text, length, 0, &size); /* leaves the size of what is no UTF-8 */
			memcpy(end, REPLACEMENT, replacement);
			end += replacement;
			text += size;
			length -= size;
		}
	}
	*end = '\0';
	return replaced;
}

static void write_text(struct rsp *rsp, const char *name, const char *text)
{
	if (rsp->failed) {
		return;
	}
	size_t length = strlen(text);
	if (good_length(text, length) == length) {
		note(rsp, xmlTextWriterWriteAttribute(rsp->xml, xml(name), xml(text)));
		return;
	}
	char *replaced = replace_forbidden(text, length);
	if (replaced == NULL) {
		rsp->failed = true;
		return;
	}
	note(rsp, xmlTextWriterWriteAttribute(rsp->xml, xml(name), xml(replaced)));
	free(replaced);
}

static void write_number(struct rsp *rsp, const char *name, uint64_t number)
{
	char digits[NUMBER_TEXT_SIZE];
	(void)number_write(number, digits);
	write_text(rsp, name, digits);
}

static void begin(struct rsp *rsp, bool ok)
{
	xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(append, NULL, rsp->response, NULL);
	rsp->xml = buffer == NULL ? NULL : xmlNewTextWriter(buffer);
	if (rsp->xml == NULL) {
		(void)xmlOutputBufferClose(buffer); /* NULL and an empty one close without a word */
		rsp->failed = true;
		return;
	}
	note(rsp, xmlTextWriterStartDocument(rsp->xml, "1.0", "UTF-8", NULL));
	element_begin(rsp, "rsp");
	write_text(rsp, "stat", ok ? "ok" : "fail");
	write_text(rsp, "version", "1.0");
}

static void end(struct rsp *rsp)
{
	if (!rsp->failed) {
		note(rsp, xmlTextWriterFullEndElement(rsp->xml)); /* never <rsp/> */
		note(rsp, xmlTextWriterEndDocument(rsp->xml));
	}
	xmlFreeTextWriter(rsp->xml); /* flushes */
}

/* A list is its elements, one after the other. */
static void list_begin(struct rsp *rsp, const char *name)
{
	(void)rsp;
	(void)name;
}

static void list_end(struct rsp *rsp)
{
	(void)rsp;
}

const struct rsp_form rsp_xml = {
	.begin = begin,
	.end = end,
	.list_begin = list_begin,
	.list_end = list_end,
	.element_begin = element_begin,
	.element_end = element_end,
	.text = write_text,
	.number = write_number,
};
