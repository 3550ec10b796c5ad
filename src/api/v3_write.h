/* Pieces that v3's resources are made of. Each writes `before` first, as it is: a comma, a key, a colon. */
#ifndef API_V3_WRITE_H
#define API_V3_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "http/dialect.h"

/* What every resource needs besides its own data. */
struct v3_context {
	const struct http_site *site;
	const struct texts *texts; /* of the resource */
	/* The segment that names the group of the request in hrefs: its slug, else its id. */
	const char *group_segment;
	struct http_response *response;
};

#define V3_SEGMENT_SIZE 96 /* a slug or an id with its NUL */

/* The segment that names a group or user in an href. */
void v3_segment(const char *slug, uint64_t id, char segment[V3_SEGMENT_SIZE]);

/* One link; the path below the server's URL comes in up to four pieces. */
void v3_write_link(const struct v3_context *context, const char *before, const char *const path[4]);
/* The members "_links" (left open) with "self", of something in the group that is known by a number. */
void v3_write_self_link(const struct v3_context *context, const char *collection, uint64_t id);
void v3_write_group_link(const struct v3_context *context);
void v3_write_user_link(const struct v3_context *context, const struct user *user);

/* EmbeddedUser; who has no name shows the username. `open` leaves the object open for more members. */
void v3_open_user(const struct v3_context *context, const char *before, const struct user *user);
void v3_write_user(const struct v3_context *context, const char *before, const struct user *user);
/* id 0: nobody, which is null. */
void v3_write_user_or_null(const struct v3_context *context, const char *before, const struct user *user);
/* EmbeddedGroup, left open. */
void v3_open_group(const struct v3_context *context, const char *before, const struct group *group);

#endif
