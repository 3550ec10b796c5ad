/* Replies without secrets. */
#ifndef OBSERVE_REPLY_VEIL_H
#define OBSERVE_REPLY_VEIL_H

#include "http/dialect.h"
#include "observe/alias.h"
#include "observe/buffer.h"

/* Appends the reply, a JSON text (perhaps in a callback's parentheses) or XML by its first character that is no
 * blank, with every value that holds a secret by its name replaced. Pure; any bytes do no harm. */
void reply_veil(const struct alias_key *key, enum dialect dialect, struct span reply, struct buffer *veiled);

#endif
