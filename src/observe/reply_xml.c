#define _GNU_SOURCE /* memmem */
#include "observe/reply_xml.h"

#include <limits.h>
#include <string.h>

#include <libxml/parser.h>

#define ATTRIBUTES_MAX 256
#define DOCTYPE "<!DOCTYPE"
#define BLANKS " \t\r\n" /* with the NUL at its end, which UTF-16 has between letters */

/* Each has '=' and then a quote; no tag has '<' in it. What values add to that does not come near the limit. */
static bool has_few_attributes(struct span reply)
{
	size_t count = 0;
	bool assigned = false;
	for (size_t i = 0; i < reply.length && count <= ATTRIBUTES_MAX; i++) {
		char byte = reply.bytes[i];
		count = byte == '<' ? 0 : count + (assigned && (byte == '"' || byte == '\''));
		assigned = byte == '=' || (assigned && memchr(BLANKS, byte, sizeof BLANKS) != NULL);
	}
	return count <= ATTRIBUTES_MAX;
}

xmlDoc *reply_xml_load(struct span reply, int options)
{
	if (reply.length > INT_MAX || !has_few_attributes(reply) ||
		memmem(reply.bytes, reply.length, DOCTYPE, strlen(DOCTYPE)) != NULL) {
		return NULL;
	}
	xmlDoc *document = xmlReadMemory(reply.bytes, (int)reply.length, NULL, NULL,
		options | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (document != NULL && document->intSubset != NULL) { /* in an encoding of other bytes */
		xmlFreeDoc(document);
		document = NULL;
	}
	return document;
}
