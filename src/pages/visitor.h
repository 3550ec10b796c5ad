/* Who visits a page, and whether the form that comes back is one that this visitor was shown. */
#ifndef PAGES_VISITOR_H
#define PAGES_VISITOR_H

#include "http/dialect.h"

/* Takes the session of the cookie with its form key, and the name that a trusted proxy vouches for. */
void visitor_take(const struct http_request *http, struct request *request);

/* A form that does not repeat the cookie's key gets the fault form_refused. */
void visitor_check_form(struct span body, struct request *request);

#endif
