/* In descriptions the legacy API escapes what it has escaped. */
#include "mutants/mutant.h"

#include <stdio.h>
#include <string.h>

#include "rsp.h"

#define ESCAPED_SIZE 512

WRAP(void, rsp_text, struct rsp *rsp, const char *name, const char *text)
{
	char escaped[ESCAPED_SIZE];
	const char *sign = strcmp(name, "description") == 0 ? strchr(text, '&') : NULL;
	if (sign != NULL) {
		(void)snprintf(escaped, sizeof escaped, "%.*s&amp;%s", (int)(sign - text), text, sign + 1);
	}
	REAL(rsp_text)(rsp, name, sign != NULL ? escaped : text);
}
