/* Requests that wait for changes: answered when their feed has one, at their deadline, or when the server stops.
 * Each thread has a table of its own; all together they are bounded. */
#ifndef HTTP_WAITING_H
#define HTTP_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "http/travel.h"

/* Makes the exchange wait if it asks for that, has just been answered with nothing (the thread's page is empty) and
 * may; it is then the table's until the table runs it again. False: it is to be answered now. */
bool waiting_begin(struct http_exchange *exchange);
/* It is being answered: its place is free for another. */
void waiting_end(struct http_exchange *exchange);

/* The client's descriptor was readable, or the time to look has come. */
void waiting_notice(struct http_thread *thread);
void waiting_look(struct http_thread *thread);
/* Now and then: runs what is past its deadline; once the server stops, everything. */
void waiting_sweep(struct http_thread *thread);

#endif
