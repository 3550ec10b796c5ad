/* States as files: through the product's own import and export. */
#include "cases/given.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/command.h"
#include "cases/case.h"
#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "migrate/trial.h"

static int64_t case_now(void *context)
{
	(void)context;
	return CASE_NOW;
}

static void case_random(void *context, void *bytes, size_t size)
{
	(void)context;
	memset(bytes, 7, size);
}

bool given_exists(const char *path)
{
	return access(path, R_OK) == 0;
}

char *given_read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		return NULL;
	}
	size_t capacity = 1 << 20;
	char *bytes = malloc(capacity);
	assert(bytes != NULL);
	*length = fread(bytes, 1, capacity - 1, file);
	bytes[*length] = '\0';
	(void)fclose(file);
	return bytes;
}

/* What is said of a bad line is shown. Closes `in`. */
static bool import(struct store *store, FILE *in)
{
	const struct source source = {.now = case_now, .random = case_random, .master_key = case_master_key};
	const struct command_place place = {
		.store = store, .source = &source, .engine = &case_engine, .public_url = CASE_PUBLIC_URL};
	char *argv[] = {"import", "-", NULL};
	FILE *out = fopen("/dev/null", "w");
	char *said = NULL;
	size_t size = 0;
	FILE *err = open_memstream(&said, &size);
	assert(in != NULL && out != NULL && err != NULL);
	bool imported = command_run(&place, 2, argv, in, out, err) == COMMAND_DONE;
	(void)fclose(in);
	(void)fclose(out);
	(void)fclose(err);
	(void)fputs(imported ? "" : said, stderr);
	free(said);
	return imported;
}

bool given_import(struct store *store, const char *path)
{
	return import(store, fopen(path, "r"));
}

bool given_import_text(struct store *store, const char *text)
{
	char *copy = strdup(text);
	bool imported = import(store, fmemopen(copy, strlen(copy), "r"));
	free(copy);
	return imported;
}

char *given_export(struct store *store)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	bool dumped = trial_dump(store, case_master_key, out);
	assert(dumped);
	(void)fclose(out);
	return text;
}

/* Whether the text has this whole line. */
static bool has_line(const char *text, const char *line, size_t length)
{
	for (const char *at = text; *at != '\0';) {
		size_t found = strcspn(at, "\n");
		if (found == length && memcmp(at, line, length) == 0) {
			return true;
		}
		at += found + (at[found] == '\n');
	}
	return false;
}

static void write_missing(FILE *out, char sign, const char *from, const char *in)
{
	for (const char *at = from; *at != '\0';) {
		size_t length = strcspn(at, "\n");
		if (!has_line(in, at, length)) {
			fprintf(out, "%c %.*s\n", sign, (int)length, at);
		}
		at += length + (at[length] == '\n');
	}
}

char *given_difference(const char *before, const char *after)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	write_missing(out, '-', before, after);
	write_missing(out, '+', after, before);
	(void)fclose(out);
	return text;
}

/* Writes the macaroon that "IDENTIFIER|CAVEAT|..." asks for; `recipe` is taken apart. */
static void write_macaroon(FILE *out, char *recipe)
{
	const char *caveats[MACAROON_CAVEATS_MAX];
	size_t count = 0;
	char *identifier = strtok(recipe, "|");
	bool forged = *identifier == '!';
	identifier += forged;
	for (char *caveat = strtok(NULL, "|"); caveat != NULL; caveat = strtok(NULL, "|")) {
		assert(count < MACAROON_CAVEATS_MAX);
		caveats[count++] = caveat;
	}
	uint8_t root_key[32];
	char text[MACAROON_SIZE_MAX];
	secret_root_key(case_master_key, identifier, root_key);
	root_key[0] ^= forged;
	size_t length =
		macaroon_write("onezone", identifier, caveats, count, root_key, sizeof root_key, text, sizeof text);
	assert(length > 0);
	(void)fwrite(text, 1, length, out);
}

char *given_with_macaroons(const char *text)
{
	char *result = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&result, &size);
	assert(out != NULL);
	const char *at = text;
	for (const char *start; (start = strstr(at, "{{")) != NULL;) {
		const char *end = strstr(start, "}}");
		assert(end != NULL);
		(void)fwrite(at, 1, (size_t)(start - at), out);
		char *recipe = strndup(start + 2, (size_t)(end - start - 2));
		write_macaroon(out, recipe);
		free(recipe);
		at = end + 2;
	}
	(void)fputs(at, out);
	(void)fclose(out);
	return result;
}
