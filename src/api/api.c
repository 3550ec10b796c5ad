/* The two drivers of this folder. */
#include "api/api.h"

#include "api/onezone_decode.h"
#include "api/onezone_encode.h"
#include "api/v3_decode.h"
#include "api/v3_encode.h"

static const char *const ONEZONE_ROOTS[] = {"user", "groups", "api/v3/onezone", NULL};

const struct dialect_driver onezone_driver = {
	.dialect = DIALECT_ONEZONE,
	.roots = ONEZONE_ROOTS,
	.decode = onezone_decode,
	.encode = onezone_encode,
};

/* Paths that belong to nobody are answered in v3's form too. */
const struct dialect_driver v3_driver = {
	.dialect = DIALECT_V3,
	.decode = v3_decode,
	.encode = v3_encode,
};
