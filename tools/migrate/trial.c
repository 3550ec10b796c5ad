/* Opens copies without changing them, and forks them. */
#include "migrate/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "migrate/memory.h"
#include "migrate/trial_inside.h"
#include "migrate/trial_invite.h"

#define WHY_SIZE 512
#define PATH_SIZE 4096
#define LINE_FIRST '{'

/* --- opening */

/* Takes the store. */
static struct trial *create(struct store *store, const uint8_t *master_key)
{
	struct trial *trial = store != NULL ? calloc(1, sizeof *trial) : NULL;
	if (trial == NULL) {
		store_close(store);
		return NULL;
	}
	trial->master_key = master_key;
	alias_key_derive(master_key, &trial->alias_key);
	trial->store = store;
	return trial;
}

struct trial *trial_over(struct store *base, const uint8_t *master_key)
{
	return create(store_open_memory(base), master_key);
}

struct trial *trial_on_copy(struct store *of, const uint8_t *master_key)
{
	return create(store_copy_memory(of), master_key);
}

/* Of a copy that has a name in a folder of its own; "": none. */
static void remove_folder(const char *folder)
{
	char name[PATH_SIZE + sizeof "/data.mdb"];
	const char *const files[] = {"/data.mdb", "/lock.mdb"};
	if (*folder == '\0') {
		return;
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(name, sizeof name, "%s%s", folder, files[i]);
		(void)unlink(name); /* the first is only a name of the copy */
	}
	(void)rmdir(folder); /* what is left is in the folder for temporary files */
}

void trial_close(struct trial *trial)
{
	if (trial == NULL) {
		return;
	}
	store_close(trial->store);
	store_close(trial->base);
	remove_folder(trial->folder);
	for (size_t i = 0; i < trial->learned_count; i++) {
		free(trial->learned[i].alias);
		free(trial->learned[i].text);
	}
	free(trial->learned);
	free(trial->keys);
	free(trial->revealed);
	explicit_bzero(&trial->alias_key, sizeof trial->alias_key);
	free(trial);
}

struct store *trial_store(struct trial *trial)
{
	return trial->store;
}

static struct trial *import(FILE *file, const uint8_t *master_key, char *why, size_t capacity)
{
	struct trial *trial = trial_over(NULL, master_key);
	FILE *out = fopen("/dev/null", "w");
	char *said = NULL;
	size_t size = 0;
	FILE *err = open_memstream(&said, &size);
	char import_word[] = "import";
	char standard_input[] = "-";
	char *argv[] = {import_word, standard_input, NULL};
	bool done = trial != NULL && out != NULL && err != NULL &&
		    trial_run_command(trial->store, master_key, 2, argv, file, out, err) == COMMAND_DONE;
	if (out != NULL) {
		(void)fclose(out);
	}
	if (err != NULL) {
		(void)fclose(err);
	}
	if (!done) {
		(void)snprintf(why, capacity, "the export cannot be read: %.*s",
			said == NULL ? 0 : (int)strcspn(said, "\n"), said == NULL ? "" : said);
		trial_close(trial);
		trial = NULL;
	}
	free(said);
	return trial;
}

/* A store wants a folder: the copy gets a name in one of its own. */
static bool name_copy(const char *path, char folder[TRIAL_FOLDER_SIZE])
{
	char name[TRIAL_FOLDER_SIZE + sizeof "/data.mdb"];
	char *whole = realpath(path, NULL);
	const char *temporary = getenv("TMPDIR");
	(void)snprintf(
		folder, TRIAL_FOLDER_SIZE, "%s/joinery-twin-XXXXXX", temporary != NULL ? temporary : "/tmp");
	bool made = whole != NULL && mkdtemp(folder) != NULL;
	(void)snprintf(name, sizeof name, "%s/data.mdb", folder);
	bool named = made && symlink(whole, name) == 0;
	free(whole);
	return named;
}

static struct trial *open_folder(
	const char *folder, const char *own, const uint8_t *master_key, char *why, size_t capacity)
{
	const struct store_options options = {.directory = folder, .threads = 1, .exists = true};
	struct store *base = store_open_directory(&options, why, capacity);
	if (base == NULL) {
		remove_folder(own);
		return NULL;
	}
	struct trial *trial = trial_over(base, master_key);
	if (trial == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		store_close(base);
		return NULL;
	}
	trial->base = base;
	(void)snprintf(trial->folder, sizeof trial->folder, "%s", own);
	return trial;
}

struct trial *trial_open(const char *path, const uint8_t *master_key, char *why, size_t capacity)
{
	struct stat found;
	FILE *file = stat(path, &found) == 0 && !S_ISDIR(found.st_mode) ? fopen(path, "rb") : NULL;
	if (file == NULL && (errno != 0 && stat(path, &found) != 0)) {
		(void)snprintf(why, capacity, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (S_ISDIR(found.st_mode)) {
		return open_folder(path, "", master_key, why, capacity);
	}
	if (file == NULL) {
		(void)snprintf(why, capacity, "%s: %s", path, strerror(errno));
		return NULL;
	}
	char first = '\0';
	struct trial *trial = NULL;
	/* The import reads from the descriptor, so nothing may be taken from that. */
	if (pread(fileno(file), &first, 1, 0) == 1 && first == LINE_FIRST) {
		trial = import(file, master_key, why, capacity);
	} else {
		char folder[TRIAL_FOLDER_SIZE];
		if (name_copy(path, folder)) {
			trial = open_folder(folder, folder, master_key, why, capacity);
			if (trial == NULL) {
				char reason[WHY_SIZE];
				(void)snprintf(reason, sizeof reason, "%s", why);
				(void)snprintf(why, capacity, "%s is no backup, and no export: %s", path, reason);
			}
		} else {
			(void)snprintf(why, capacity, "no folder for temporary files can be made");
		}
	}
	(void)fclose(file);
	return trial;
}

/* --- secrets that come up during the run */

void trial_learn(
	struct trial *trial, const char *alias, size_t alias_length, const char *text, size_t text_length)
{
	struct learned *grown = realloc(trial->learned, (trial->learned_count + 1) * sizeof *grown);
	if (grown == NULL) {
		return; /* the calls that need it are refused by both sides */
	}
	trial->learned = grown;
	trial->learned[trial->learned_count++] = (struct learned){
		.alias = memory_copy(alias, alias_length),
		.text = memory_copy(text, text_length),
	};
}

static char *room_for_token(struct trial *trial)
{
	trial->revealed = trial->revealed != NULL ? trial->revealed : malloc(MACAROON_SIZE_MAX + 1);
	return trial->revealed; /* NULL: the call that needs it is refused by both sides */
}

/* Mints the invite token whose identifier has this alias, as the alias says it. */
static const char *mint(struct trial *trial, struct span alias)
{
	struct txn *txn = txn_create(trial->store);
	char *text = room_for_token(trial);
	if (txn == NULL || text == NULL) {
		txn_destroy(txn);
		return NULL;
	}
	struct texts texts;
	struct invite_token token = {0};
	char written[ALIAS_SIZE];
	const char *found = NULL;
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, 0);
	while (found == NULL && store_next_invite_token(txn, token.id, &texts, &token)) {
		const char *identifier = texts_get(&texts, token.identifier);
		uint8_t digest[DIGEST_SIZE];
		secret_digest(identifier, strlen(identifier), digest);
		alias_write(&trial->alias_key, ALIAS_INVITE, digest, written);
		if (invite_alias_same_token((struct span){written, strlen(written)}, alias)) {
			found = invite_alias_mint(trial->master_key, identifier, alias, text) ? text : "";
		}
		texts_clear(&texts);
	}
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
	return found;
}

/* Of a token that was made in this run, what its holder narrowed it to. */
static const char *narrow(struct trial *trial, struct span alias)
{
	char *text = room_for_token(trial);
	for (size_t i = trial->learned_count; text != NULL && i-- > 0;) {
		struct span whole = {trial->learned[i].text, strlen(trial->learned[i].text)};
		struct span of_whole = {trial->learned[i].alias, strlen(trial->learned[i].alias)};
		if (invite_alias_same_token(of_whole, alias)) {
			return invite_alias_narrow(whole, of_whole, alias, text) ? text : NULL;
		}
	}
	return NULL;
}

const char *trial_reveal(struct trial *trial, const char *alias, size_t length)
{
	for (size_t i = trial->learned_count; i-- > 0;) {
		if (strlen(trial->learned[i].alias) == length &&
			memcmp(trial->learned[i].alias, alias, length) == 0) {
			return trial->learned[i].text;
		}
	}
	const struct span wanted = {alias, length};
	if (!invite_alias_same_token(wanted, wanted)) {
		return NULL;
	}
	const char *narrowed = narrow(trial, wanted);
	return narrowed != NULL ? narrowed : mint(trial, wanted);
}

uint64_t trial_group_of_invite(struct trial *trial, const char *text, size_t length)
{
	struct macaroon macaroon;
	if (!macaroon_read(text, length, &macaroon)) {
		return 0;
	}
	char identifier[MACAROON_SIZE_MAX];
	(void)snprintf(identifier, sizeof identifier, "%.*s", (int)macaroon.identifier.length,
		(const char *)macaroon.bytes + macaroon.identifier.offset);
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return 0;
	}
	uint64_t id;
	struct invite_token token = {0};
	struct texts texts;
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, 0);
	bool found = store_find_invite_token_id(txn, identifier, &id) &&
		     store_find_invite_token(txn, id, &texts, &token);
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
	return found ? token.group_id : 0;
}

/* --- the whole */

uint64_t trial_check(struct trial *trial, void (*report)(void *context, const char *line), void *context)
{
	struct txn *txn = txn_create(trial->store);
	struct check_result result = {0};
	if (txn == NULL) {
		return 1;
	}
	store_begin(txn, TXN_READ, 0);
	store_check(txn, report, context, &result);
	store_abandon(txn);
	txn_destroy(txn);
	return result.errors;
}
