/* Replies as lines that can be read and compared: one member or attribute per line. Private to the report's files. */
#ifndef MIGRATE_REPORT_PRETTY_H
#define MIGRATE_REPORT_PRETTY_H

#include <stdbool.h>

#include "migrate/report.h"

#define PRETTY_LINES_MAX 4096 /* lines behind it are shown, and never marked */

/* A copy of a reply whose JSON or XML body is laid out; what is neither stays as it is. A head in front of the body
 * stays, too. malloc'ed; NULL: out of memory. */
char *pretty_reply(const char *reply);

/* Sets which lines show what differs: those with the field's name and the side's value, else with its name, else with
 * its value. `right`: which side the text is of. */
void pretty_mark(const char *text, const struct difference *differences, uint32_t count, bool right,
		 bool marks[PRETTY_LINES_MAX]);

#endif
