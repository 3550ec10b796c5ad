/* Strings of JSON as nearly all are written: those without \u. Reading only these takes a fraction of the time. */
#ifndef MIGRATE_PLAIN_TEXT_H
#define MIGRATE_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct plain_text {
	const char *bytes; /* as they stand there, without the quotes */
	size_t length;
	bool escaped;
};

/* Reads from behind the first quote on, and leaves `at` behind the last one. False: it is no string, or has \u. */
bool plain_text_take(const char **at, const char *end, struct plain_text *text);
/* What the bytes mean, written over them or elsewhere, where there is room for as many. Returns how many there are. */
size_t plain_text_decode(const struct plain_text *text, char *meant);

#endif
