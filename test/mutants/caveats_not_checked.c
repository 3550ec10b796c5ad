/* In v3 every caveat holds. */
#include "mutants/mutant.h"

#include "engine/macaroon.h"

WRAP(bool, macaroon_caveats_hold, const struct macaroon *macaroon, const struct macaroon_context *context)
{
	return REAL(macaroon_caveats_hold)(macaroon, context) || mutant_dialect() == DIALECT_V3;
}
