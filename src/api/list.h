/* Which part of a list a query asks for. What is wrong with it goes into the request's faults. */
#ifndef API_LIST_H
#define API_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "http/dialect.h"

/* Takes a number from 1 to `max`, unless it is not given. Whether it is. */
bool api_list_take_number(const struct http_request *http, struct request *request, const char *name, uint64_t max,
			  uint64_t *number);
/* Takes the cursor of the parameter `after`, unless it is not given; beside a page's number it is refused. The
 * request's operation and the list's order must stand in the request: the cursor is judged by them. */
void api_list_take_after(const struct http_request *http, struct request *request, bool by_number);

#endif
