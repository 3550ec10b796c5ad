/* v3's resources about groups: the group, its members, its invites. */
#ifndef API_V3_RESOURCE_H
#define API_V3_RESOURCE_H

#include "api/v3_write.h"

void v3_resource_write_group(const struct v3_context *context, const struct group_view *view);
void v3_resource_write_member(const struct v3_context *context, const struct member_view *view);
void v3_resource_write_invite(const struct v3_context *context, const struct invite *invite);
/* `macaroon` is NULL but where the token is shown, once. */
void v3_resource_write_invite_token(const struct v3_context *context, const struct invite_token *token,
				    const struct user *by, const char *macaroon);

#endif
