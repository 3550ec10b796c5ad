/* SHA-256 by the instructions that some processors have for it, several times faster than without. */
#ifndef TEXT_SHA256_H
#define TEXT_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/group.h"

/* False: this processor has no such instructions, and nothing was done. */
bool sha256_by_processor(const void *bytes, size_t size, uint8_t digest[DIGEST_SIZE]);

#endif
