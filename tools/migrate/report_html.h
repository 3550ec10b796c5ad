/* The parts of the HTML report. Private to the report's files. */
#ifndef MIGRATE_REPORT_HTML_H
#define MIGRATE_REPORT_HTML_H

#include <stdio.h>

#include "migrate/report_forms.h"

/* The lines of the stylesheet; NULL ends them. */
extern const char *const REPORT_STYLE[];

/* A value as code; what is not there in words. */
void html_write_value(FILE *out, const char *value);
/* "field group.member_count". */
void html_write_place(FILE *out, enum difference_kind kind, const char *path);
/* One kept call: `index` is its place among them, and its anchor "call-INDEX". `open`: unfolded. */
void html_write_call(FILE *out, const struct kept *kept, uint32_t index, bool open);

#endif
