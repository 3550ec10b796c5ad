/* The body of a v3 reply that went well. */
#ifndef API_V3_BODY_H
#define API_V3_BODY_H

#include "api/v3_write.h"

/* A resource or a list, as the operation has it; `page` is the list's. */
void v3_body_write(const struct v3_context *context, const struct request *request, const struct reply *reply,
		   const struct page *page);

#endif
