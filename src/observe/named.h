/* What the parts of a request or a link name, by where they stand. */
#ifndef OBSERVE_NAMED_H
#define OBSERVE_NAMED_H

#include "observe/reply_fields.h"

/* Steps over the segments of a path; starts with `rest` alone. */
struct named_path {
	struct span rest;
	struct span before[2]; /* the last segment, and the one before it */
};

/* The next segment, which may be empty, and the kind of what it names. False: the path has ended. */
bool named_path_next(struct named_path *path, struct span *segment, enum reply_field_kind *kind);

/* Of a parameter in a query or form, or a member of a JSON body; FIELD_PLAIN: it names nothing. */
enum reply_field_kind named_parameter(struct span name);

/* The path of a link, or of a request's target, with what stands behind it, without the host. */
struct span named_path_of(struct span link);

#endif
