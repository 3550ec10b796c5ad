/* Onezone does not look at the signature of an invite token. */
#include "mutants/mutant.h"

#include "engine/macaroon.h"

WRAP(bool, macaroon_verify, const struct macaroon *macaroon, const uint8_t *root_key, size_t root_key_size)
{
	return REAL(macaroon_verify)(macaroon, root_key, root_key_size) ||
	       mutant_dialect() == DIALECT_ONEZONE;
}
