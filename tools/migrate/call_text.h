/* Writing an HTTP request's text piece by piece. Private to the files of call. */
#ifndef MIGRATE_CALL_TEXT_H
#define MIGRATE_CALL_TEXT_H

#include "migrate/call.h"

/* Out of memory ends the program: a tool has nothing to go on with. */
void call_text_clear(struct call_request *request);
void call_text_add(struct call_request *request, const char *bytes, size_t length);
void call_text_puts(struct call_request *request, const char *text);
/* Percent-escapes all but unreserved characters. */
void call_text_add_escaped(struct call_request *request, const char *bytes, size_t length);
/* Likewise for the body of a form, where a blank is a plus sign, as browsers and libraries write it. */
void call_text_add_form(struct call_request *request, const char *bytes, size_t length);
/* As a JSON string with its quotes. The bytes are UTF-8. */
void call_text_add_json(struct call_request *request, const char *bytes, size_t length);

#endif
