/* v3 blames the description for whatever it refuses. */
#include "mutants/mutant.h"

#include "engine/rule.h"

WRAP(enum outcome, rule_refuse, struct rule *rule, enum outcome outcome, const char *field)
{
	return REAL(rule_refuse)(rule, outcome, mutant_dialect() == DIALECT_V3 ? "description" : field);
}
