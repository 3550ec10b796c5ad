/* What the planted faults share. Each fault is one file, linked into a joinery program of its own: the linker's --wrap
 * puts it around one function of the product, which itself knows nothing of it. */
#ifndef TEST_MUTANTS_MUTANT_H
#define TEST_MUTANTS_MUTANT_H

#include "engine/engine.h"

/* The API of the request that the engine runs on this thread now; DIALECT_COUNT: it runs none. */
enum dialect mutant_dialect(void);

/* Begins the definition of the function that stands around `name`, which calls REAL(name). */
#define REAL(name) __real_##name
#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

#endif
