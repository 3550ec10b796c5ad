/* What the store says about itself, and its counters. Private to store/. */
#ifndef STORE_META_H
#define STORE_META_H

#include <stdbool.h>
#include <stddef.h>

struct store;

/* Checks the format, or writes it into an empty store. False: `why` says so in one line. */
bool meta_prepare(struct store *store, char *why, size_t capacity);

#endif
