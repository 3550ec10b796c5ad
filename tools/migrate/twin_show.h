/* Requests and replies as they may be shown: without what would be a secret outside of the fork. */
#ifndef MIGRATE_TWIN_SHOW_H
#define MIGRATE_TWIN_SHOW_H

#include "migrate/compare.h"

/* Copies the text; tokens and invites that stand in JSON members or attributes are cut out, aliases stay. */
void twin_show(struct call_request *shown, const char *text, size_t length);


#define TWIN_METHOD_SIZE 160

/* What was asked, as reports name it: the legacy method, or the HTTP method and the route. */
void twin_method(const struct side *own, char method[TWIN_METHOD_SIZE]);

#endif
