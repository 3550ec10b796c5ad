/* Where a list goes on, as an opaque text for clients: base64url of version, kind of list, order, whose list
 * it is, ordinal and last key. It grants nothing, so it is not signed. */
#ifndef TEXT_CURSOR_H
#define TEXT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "model/request.h"

#define CURSOR_TEXT_SIZE 76 /* with the NUL */

/* The list is the request's: its operation and its order. Whose it is stands in the cursor. */
void text_cursor_write(const struct request *request, const struct cursor *cursor, char text[CURSOR_TEXT_SIZE]);

/* False: malformed, or of another kind of list than the request's; the cursor is then untouched. Whether it is
 * of the same group or user is for the engine to say, which knows whom a slug or "me" means. */
bool text_cursor_read(const struct request *request, const char *text, size_t length, struct cursor *cursor);

#endif
