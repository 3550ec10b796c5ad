/* The legacy API shows everybody as the owner of every group. */
#include "mutants/mutant.h"

#include <string.h>

#include "rsp.h"

WRAP(void, rsp_number, struct rsp *rsp, const char *name, uint64_t number)
{
	REAL(rsp_number)(rsp, name, strcmp(name, "owner_user_id") == 0 ? 1 : number);
}
