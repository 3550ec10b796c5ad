/* Decode functions of v3's routes about groups as such. */
#ifndef API_V3_DECODE_GROUPS_H
#define API_V3_DECODE_GROUPS_H

#include "api/v3_take.h"

api_decoder v3_decode_create, v3_decode_edit, v3_decode_mint, v3_decode_user_groups;

#endif
