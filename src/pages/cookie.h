/* The one cookie: who has it is signed in, or at least the one whom a form was shown to. */
#ifndef PAGES_COOKIE_H
#define PAGES_COOKIE_H

#include <stdbool.h>

#include "http/dialect.h"

#define COOKIE_VALUE_SIZE 64 /* hexadecimal digits */
#define FORM_KEY_SIZE 64

/* Finds its value in a Cookie header (NULL: none). Not NUL-terminated; false: there is none in its form. */
bool cookie_find(const struct http_site *site, const char *header, struct span *value);

/* What a form must repeat to show that the cookie's own browser was shown it: derived from the value, which
 * it does not tell. */
void cookie_form_key(const char value[COOKIE_VALUE_SIZE], char key[FORM_KEY_SIZE + 1]);

/* Sets the cookie; "" removes it. */
void cookie_write(const struct http_site *site, const char *value, struct http_response *response);

#endif
