/* Decode functions of v3's routes about who is in a group. */
#ifndef API_V3_DECODE_MEMBERS_H
#define API_V3_DECODE_MEMBERS_H

#include "api/v3_take.h"

api_decoder v3_decode_join, v3_decode_own_membership, v3_decode_role, v3_decode_own_role, v3_decode_decision,
	v3_decode_ban, v3_decode_invitation;

#endif
