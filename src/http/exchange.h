/* One request with its reply and its connection, from libevent to the runner and back. */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <event2/http.h>

#include "writer/runner.h"

/* For evhttp_set_gencb; `context` is the thread. */
void exchange_begin(struct evhttp_request *http, void *context);
struct http_exchange;

/* Has the runner execute it, once more where it has waited for changes, and answers it unless it is to wait. */
void exchange_run(struct http_exchange *exchange);
/* Answers an exchange that the runner gave back, and frees it, unless somebody holds it. */
void exchange_end(struct exchange *exchange);
/* Answers an exchange that its holder gave back, and frees it. */
void exchange_given(struct exchange *exchange);

#endif
