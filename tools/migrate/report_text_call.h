/* A call in full, on a terminal. Private to the report's files. */
#ifndef MIGRATE_REPORT_TEXT_CALL_H
#define MIGRATE_REPORT_TEXT_CALL_H

#include <stdio.h>

#include "migrate/report_tally.h"

void text_write_call(FILE *out, const struct kept *kept);
/* A value in quotes, cut behind so many characters. */
void text_write_value(FILE *out, const char *value, size_t characters_max);

#endif
