/* The legacy API leaves is_private out. */
#include "mutants/mutant.h"

#include <string.h>

#include "rsp.h"

WRAP(void, rsp_flag, struct rsp *rsp, const char *name, bool flag)
{
	if (strcmp(name, "is_private") != 0) {
		REAL(rsp_flag)(rsp, name, flag);
	}
}
