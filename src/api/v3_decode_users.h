/* Decode functions of v3's routes about people, oneself, tokens and the change feed. */
#ifndef API_V3_DECODE_USERS_H
#define API_V3_DECODE_USERS_H

#include "api/v3_take.h"

api_decoder v3_decode_me, v3_decode_my_list, v3_decode_user, v3_decode_user_put, v3_decode_user_list,
	v3_decode_user_item, v3_decode_user_token, v3_decode_changes, v3_decode_group_changes;

#endif
