/* Where time, randomness and the master key come from: injected, so that a test decides all three. */
#ifndef MODEL_SOURCE_H
#define MODEL_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#define MASTER_KEY_SIZE 32
#define SEED_SIZE 32

struct source {
	int64_t (*now)(void *context);				  /* unix seconds; any thread */
	void (*random)(void *context, void *bytes, size_t size); /* any thread */
	void *context;
	const uint8_t *master_key; /* MASTER_KEY_SIZE bytes, not owned */
};

#endif
