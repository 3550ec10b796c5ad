/* Texts of reports: made safe to show, shortened, numbers made readable. Bytes from foreign servers may hold anything;
 * nothing of it may steer a terminal or break a document. */
#ifndef MIGRATE_REPORT_WORDS_H
#define MIGRATE_REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "migrate/report.h"

/* "outcome", "status", "field", "state", "check". Static. */
const char *difference_kind_name(enum difference_kind kind);

/* A copy without what documents and terminals cannot show: control characters become their pictures, bytes that are
 * not UTF-8, invisible marks that change the direction, and what XML forbids become U+FFFD. In `lines`, line ends
 * (CR LF becomes LF) and tabs stay, elsewhere they become pictures, too. malloc'ed; NULL: out of memory. `text` may be
 * NULL: the copy is empty. */
char *words_clean(const char *text, bool lines);
/* Writes it clean, with what HTML gives a meaning escaped. */
void words_write_html(FILE *out, const char *text, bool lines);
/* Writes it clean, in one line, and cut with "..." behind so many characters. */
void words_write_short(FILE *out, const char *text, size_t characters_max);
/* What several differences have in common: each number becomes "#". */
void words_pattern(const char *path, char *pattern, size_t capacity);

#define WORDS_NUMBER_SIZE 32
/* "1,204,000". */
const char *words_number(uint64_t number, char text[WORDS_NUMBER_SIZE]);
/* "870 us", "1.2 ms", "14 s"; "-" where it is below 0. */
const char *words_time(int64_t time_us, char text[WORDS_NUMBER_SIZE]);

#endif
