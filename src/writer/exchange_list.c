/* A first-in, first-out list without memory of its own. */
#include "writer/exchange_list.h"

void exchange_list_append(struct exchange_list *list, struct exchange *exchange)
{
	exchange->next = NULL;
	if (list->last == NULL) {
		list->first = exchange;
	} else {
		list->last->next = exchange;
	}
	list->last = exchange;
}

void exchange_list_append_all(struct exchange_list *list, struct exchange_list *more)
{
	if (more->first == NULL) {
		return;
	}
	if (list->last == NULL) {
		list->first = more->first;
	} else {
		list->last->next = more->first;
	}
	list->last = more->last;
	*more = (struct exchange_list){0};
}

struct exchange *exchange_list_take_first(struct exchange_list *list)
{
	struct exchange *taken = list->first;
	if (taken == NULL) {
		return NULL;
	}
	list->first = taken->next;
	if (list->first == NULL) {
		list->last = NULL;
	}
	taken->next = NULL;
	return taken;
}
