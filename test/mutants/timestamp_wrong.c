/* The legacy API shows when a group was made an hour late. */
#include "mutants/mutant.h"

#include <string.h>

#include "rsp.h"

#define HOUR_S 3600

WRAP(void, rsp_time, struct rsp *rsp, const char *name, int64_t time)
{
	REAL(rsp_time)(rsp, name, strcmp(name, "timestamp") == 0 ? time + HOUR_S : time);
}
