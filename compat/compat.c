/* The driver of this folder. */
#include "compat.h"

#include "decode.h"
#include "encode.h"

static const char *const ROOTS[] = {"services/rest", NULL};

const struct dialect_driver compat_driver = {
	.dialect = DIALECT_LEGACY,
	.roots = ROOTS,
	.empty_segments = true,
	.decode = compat_decode,
	.encode = compat_encode,
};
