/* XML that another system wrote, as a tree. */
#ifndef OBSERVE_REPLY_XML_H
#define OBSERVE_REPLY_XML_H

#include <libxml/tree.h>

#include "http/dialect.h"

/* `options` are libxml2's, beside those that keep it from the network and silent. NULL: it is no XML, declares a
 * document type, which no reply does, or has more attributes in one tag than anybody needs: reading those takes time by
 * the square of their number. The caller frees it by xmlFreeDoc. */
xmlDoc *reply_xml_load(struct span reply, int options);

#endif
