/* The legacy API counts one member more where it is asked for JSON. */
#include "mutants/mutant.h"

#include <string.h>

#include "rsp.h"

WRAP(void, rsp_number, struct rsp *rsp, const char *name, uint64_t number)
{
	bool wrong = rsp->form == &rsp_json && strcmp(name, "member_count") == 0;
	REAL(rsp_number)(rsp, name, number + wrong);
}
