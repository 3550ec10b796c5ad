/* A record of the change feed as JSON. */
#ifndef API_V3_CHANGE_H
#define API_V3_CHANGE_H

#include "api/v3_write.h"

void v3_change_write(const struct v3_context *context, const struct change *change);

#endif
