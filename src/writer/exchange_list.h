/* A list of exchanges in the order they were added, linked by their own `next`. */
#ifndef WRITER_EXCHANGE_LIST_H
#define WRITER_EXCHANGE_LIST_H

#include "writer/runner.h"

/* All zero is the empty list. */
struct exchange_list {
	struct exchange *first;
	struct exchange *last;
};

/* The exchange becomes the list's. */
void exchange_list_append(struct exchange_list *list, struct exchange *exchange);
/* Everything in `more`, which is then empty, goes behind what is there. */
void exchange_list_append_all(struct exchange_list *list, struct exchange_list *more);
/* Takes out the oldest; NULL: the list is empty. */
struct exchange *exchange_list_take_first(struct exchange_list *list);

#endif
