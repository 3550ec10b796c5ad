/* The driver of this folder. */
#include "pages/pages.h"

#include "pages/decode.h"
#include "pages/encode.h"

static const char *const ROOTS[] = {"", "docs", "group", "services/auth", "sign-in", "sign-out", "static", NULL};

const struct dialect_driver pages_driver = {
	.dialect = DIALECT_PAGE,
	.roots = ROOTS,
	.same_origin = true,
	.decode = pages_decode,
	.encode = pages_encode,
};
