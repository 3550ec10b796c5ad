/* What several of v3's decode functions read: names in paths, parts of lists, members of bodies. What is wrong goes
 * into the request's faults. */
#ifndef API_V3_TAKE_H
#define API_V3_TAKE_H

#include "api/body.h"
#include "api/route.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A malformed id names nothing. */
void v3_take_id(struct span segment, struct reference *reference);
void v3_take_item_id(struct span segment, struct request *request);
void v3_take_id_or_slug(struct request *request, struct span segment, struct reference *reference);
/* A person: "me", an id or a slug. */
void v3_take_user(struct request *request, struct span segment);

/* page, per and after. The request's operation and the list's order must stand in the request. */
void v3_take_listing(const struct http_request *http, struct request *request);

/* Functions for tables of members. */
void v3_take_user_id(struct request *request, const char *name, const json_t *value);
void v3_take_message(struct request *request, const char *name, const json_t *value);
void v3_take_avatar_url(struct request *request, const char *name, const json_t *value);
void v3_take_email(struct request *request, const char *name, const json_t *value);

/* A group in the path, and nothing else but a list's parameters, or the second id as a person's or a thing's. */
api_decoder v3_decode_group, v3_decode_group_list, v3_decode_group_person, v3_decode_group_item;

#endif
