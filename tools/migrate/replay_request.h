/* A recorded exchange as a request to a running server. */
#ifndef MIGRATE_REPLAY_REQUEST_H
#define MIGRATE_REPLAY_REQUEST_H

#include "migrate/replay_map.h"
#include "observe/courier.h"

#define REPLAY_ALIAS_SIZE 64

/* Memory of one request, used again; starts zeroed. */
struct replay_request {
	struct buffer target;
	struct buffer body;
	struct buffer headers;
	struct buffer word;
	char unnamed[REPLAY_ALIAS_SIZE]; /* an alias in it, behind which the side's secret is not known; "": none */
	bool failed;
};

/* Why it cannot be sent: its source did not hold all of it. NULL: it can. Static. */
const char *replay_request_lacks(const struct recorded *recorded);
/* Fills method, target, headers and body of the call in the side's words, or, with map NULL, as recorded: to be shown.
 * The call points into `memory` and `recorded`. False: out of memory, or too many headers. */
bool replay_request_write(const struct recorded *recorded, const struct replay_map *map, unsigned side,
	struct replay_request *memory, struct courier_call *call);
/* The call as one curl line for a shell. */
bool replay_request_show(const struct courier_call *call, const char *url, struct buffer *line);
void replay_request_finish(struct replay_request *memory);

#endif
