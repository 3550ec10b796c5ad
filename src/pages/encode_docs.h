/* The page that describes the API. */
#ifndef PAGES_ENCODE_DOCS_H
#define PAGES_ENCODE_DOCS_H

#include "pages/view.h"

void encode_docs(struct view *view);

#endif
