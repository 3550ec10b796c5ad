/* v3's resources about people: themselves, their tokens, what they ask for and what is decided about them. */
#ifndef API_V3_PERSON_H
#define API_V3_PERSON_H

#include "api/v3_write.h"

/* Who is told everything of a person (`whole`) reads how it is reached; the caller reads what it can do. */
void v3_person_write_user(const struct v3_context *context, const struct user *user, bool whole, bool is_caller);
/* `secret` is NULL but where the token is shown, once. */
void v3_person_write_token(const struct v3_context *context, const struct token *token, const char *secret);

/* A request to join: what became of it says the outcome, else the standing. In a list of one's own each names its
 * group. */
void v3_person_write_request(const struct v3_context *context, const struct standing_view *view,
			     enum outcome outcome);
void v3_person_write_own_request(const struct v3_context *context, const struct standing_view *view);
void v3_person_write_ban(const struct v3_context *context, const struct standing_view *view);

/* `view` NULL: null. */
void v3_person_write_invitation(const struct v3_context *context, const char *before,
				const struct invitation_view *view);

#endif
