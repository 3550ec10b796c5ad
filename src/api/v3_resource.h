/* v3's resources as JSON. */
#ifndef API_V3_RESOURCE_H
#define API_V3_RESOURCE_H

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
void v3_resource_segment(const char *slug, uint64_t id, char segment[V3_SEGMENT_SIZE]);

void v3_resource_write_group(const struct v3_context *context, const struct group_view *view);
void v3_resource_write_member(const struct v3_context *context, const struct member_view *view);
/* The request of a person to join; `message` is NULL when there is none. */
void v3_resource_write_request(const struct v3_context *context, const struct member_view *view,
			       const char *message);
void v3_resource_write_invite(const struct v3_context *context, const struct invite *invite);
/* `macaroon` is NULL but where the token is shown, once. */
void v3_resource_write_invite_token(const struct v3_context *context, const struct invite_token *token,
				    const struct user *by, const char *macaroon);

#endif
