/* The pages about one group: what is asked for by their paths, and what their forms do. */
#ifndef PAGES_DECODE_GROUP_H
#define PAGES_DECODE_GROUP_H

#include "http/dialect.h"

/* request->form says which of the pages it is. */
void decode_invite(const struct http_request *http, struct request *request);
void decode_moderate(const struct http_request *http, struct request *request);

#endif
