/* What a holder of a macaroon may do without its key: add a caveat. An implementation of its own, so that the
 * engine's reader is shown what other programs send. */
#ifndef TEST_ENGINE_ATTENUATE_H
#define TEST_ENGINE_ATTENUATE_H

#include <stddef.h>

/* `text` is a macaroon that can be read. Returns the length of the narrower one, which ends in a NUL; 0: it does
 * not fit. */
size_t attenuate(const char *text, size_t length, const char *caveat, char *narrower, size_t capacity);

#endif
