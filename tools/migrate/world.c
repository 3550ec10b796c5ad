/* The world as lines of the import format, read by the command that operators use. */
#include "migrate/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/command.h"
#include "migrate/step.h"
#include "model/limits.h"
#include "text/fold.h"
#include "text/time.h"

#define FROBS_LAST_S 864000 /* longer than the clock stands still */
#define BANNED_FOR_S 600
#define STANDING_SIZE 64

const uint8_t world_master_key[MASTER_KEY_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static const char *const token_words[TOKEN_CHOICE_COUNT] = {
	[TOKEN_PERSONAL] = "personal",
	[TOKEN_OF_APPLICATION] = "application",
	[TOKEN_READ] = "read",
	[TOKEN_DEACTIVATED] = "deactivated",
	[TOKEN_OF_DISABLED_APPLICATION] = "disabled",
	[TOKEN_UNKNOWN] = "unknown",
	[TOKEN_MISSING] = "",
};

void world_write_token(char word[WORLD_WORD_SIZE], unsigned choice, uint64_t person)
{
	(void)snprintf(word, WORLD_WORD_SIZE, "%s-%02" PRIu64, token_words[choice], person);
}

void world_write_api_key(char word[WORLD_WORD_SIZE], unsigned choice)
{
	(void)snprintf(word, WORLD_WORD_SIZE, "key-%u", choice);
}

void world_write_frob(char word[WORLD_WORD_SIZE], unsigned number)
{
	(void)snprintf(word, WORLD_WORD_SIZE, "frob-%u", number);
}

static void write_applications(FILE *out)
{
	char key[WORLD_WORD_SIZE];
	for (unsigned choice = API_KEY_ACTIVE; choice <= API_KEY_DISABLED; choice++) {
		world_write_api_key(key, choice);
		(void)fprintf(out,
			"{\"kind\":\"application\",\"api_key\":\"%s\",\"name\":\"Client "
			"%u\",\"active\":%s}\n",
			key, choice, choice == API_KEY_DISABLED ? "false" : "true");
	}
}

static void write_people(FILE *out)
{
	for (unsigned person = 1; person <= WORLD_PEOPLE; person++) {
		bool suspended = person == WORLD_FIRST_SUSPENDED || person == WORLD_FIRST_SUSPENDED + 1;
		(void)fprintf(out,
			"{\"kind\":\"user\",\"id\":%u,\"username\":\"person%u\",\"name\":%s,\"email\":"
			"\"person%u@example.org\","
			"\"active\":%s,\"zip\":\"%05u\",\"url\":\"http://example.org/%u\"}\n",
			person, person, person % 2 == 0 ? "\"Pers\xc3\xb6n <&> \\\"x\\\"\"" : "null", person,
			suspended ? "false" : "true", person, person);
	}
}

static void write_token(FILE *out, unsigned choice, unsigned person, unsigned api_key)
{
	char token[WORLD_WORD_SIZE];
	char key[WORLD_WORD_SIZE];
	uint8_t digest[DIGEST_SIZE];
	world_write_token(token, choice, person);
	int length = snprintf(key, sizeof key, "key-%u", api_key);
	text_sha256(key, (size_t)length, digest);
	const char *scope = choice == TOKEN_READ ? "read" : person == WORLD_OPERATOR ? "operator" : "write";
	(void)fprintf(out,
		"{\"kind\":\"token\",\"token\":\"%s\",\"user_id\":%u,\"scope\":\"%s\",\"active\":%s", token,
		person, scope, choice == TOKEN_DEACTIVATED ? "false" : "true");
	if (choice == TOKEN_OF_APPLICATION || choice == TOKEN_OF_DISABLED_APPLICATION) {
		(void)fputs(",\"application\":\"", out);
		for (size_t i = 0; i < sizeof digest; i++) {
			(void)fprintf(out, "%02x", digest[i]);
		}
		(void)fputc('"', out);
	}
	(void)fputs("}\n", out);
}

static void write_tokens(FILE *out)
{
	for (unsigned person = 1; person <= WORLD_PEOPLE; person++) {
		for (unsigned choice = TOKEN_PERSONAL; choice <= TOKEN_OF_DISABLED_APPLICATION; choice++) {
			if (choice == TOKEN_NEWEST) {
				continue; /* it is none of these */
			}
			bool disabled = choice == TOKEN_OF_DISABLED_APPLICATION;
			write_token(out, choice, person, disabled ? API_KEY_DISABLED : API_KEY_ACTIVE);
		}
	}
}

static void write_membership(FILE *out, unsigned group, unsigned person, const char *standing)
{
	(void)fprintf(out,
		"{\"kind\":\"membership\",\"group_id\":%u,\"user_id\":%u,%s,"
		"\"since\":\"2006-01-%02uT00:00:00Z\"}\n",
		group, person, standing, person);
}

/* Two groups of each kind; in each an admin, a member, somebody banned, somebody who waits or was invited. */
static void write_groups(FILE *out)
{
	for (unsigned group = 1; group <= WORLD_GROUPS; group++) {
		(void)fprintf(out,
			"{\"kind\":\"group\",\"id\":%u,\"name\":\"First "
			"%u\",\"description\":%s,\"owner_user_id\":%u,"
			"\"member_moderation\":%s,\"event_moderation\":%s,\"is_private\":%s,"
			"\"created_at\":\"2005-09-0%uT02:15:11Z\"}\n",
			group, group, group % 2 == 0 ? "null" : "\"A <i>first</i> & old one\\nof two lines\"",
			group, group % 3 == 1 ? "true" : "false", group % 2 == 0 ? "true" : "false",
			group % 3 == 2 ? "true" : "false", group);
	}
}

static void write_memberships(FILE *out, int64_t start)
{
	char until[TIME_TEXT_SIZE];
	char banned[STANDING_SIZE];
	time_write_rfc3339(start + BANNED_FOR_S, until);
	(void)snprintf(banned, sizeof banned, "\"state\":\"banned\",\"until\":\"%s\"", until);
	const char *const standings[] = {"\"state\":\"member\",\"role\":\"admin\"",
		"\"state\":\"member\",\"role\":\"member\"", "\"state\":\"member\",\"role\":\"member\"",
		"\"state\":\"banned\"", banned,
		"\"state\":\"requested\"", "\"state\":\"invited\""};
	for (unsigned group = 1; group <= WORLD_GROUPS; group++) {
		for (unsigned i = 0; i < sizeof standings / sizeof *standings; i++) {
			unsigned person = WORLD_GROUPS + 1 + (group + 2 * i) % (WORLD_PEOPLE - WORLD_GROUPS);
			write_membership(out, group, person, standings[i]);
		}
		/* Who is not among them. */
		write_membership(out, group, WORLD_FIRST_SUSPENDED + group % 2, standings[1]);
	}
}

/* One that lasts, and one that two people can use. */
static void write_invite_tokens(FILE *out)
{
	static const unsigned uses[WORLD_TOKENS_PER_GROUP] = {1000, 2};
	for (unsigned i = 0; i < WORLD_GROUPS * WORLD_TOKENS_PER_GROUP; i++) {
		unsigned group = i / WORLD_TOKENS_PER_GROUP + 1;
		(void)fprintf(out,
			"{\"kind\":\"invite_token\",\"id\":%u,\"identifier\":\"%043u\",\"group_id\":%u,"
			"\"by\":%u,\"created_at\":\"2025-01-15T10:00:00Z\","
			"\"expires_at\":\"2035-01-01T00:00:00Z\","
			"\"max_uses\":%u,\"uses_left\":%u,\"revoked\":false}\n",
			i + 1, i + 1, group, group, uses[i % WORLD_TOKENS_PER_GROUP],
			uses[i % WORLD_TOKENS_PER_GROUP]);
	}
}

struct world_source {
	int64_t start;
	uint64_t state;
};

static int64_t world_now(void *context)
{
	const struct world_source *source = context;
	return source->start;
}

static void world_random(void *context, void *bytes, size_t size)
{
	struct world_source *source = context;
	for (size_t i = 0; i < size; i++) {
		((uint8_t *)bytes)[i] = (uint8_t)step_random(&source->state);
	}
}

static bool import(struct store *store, int64_t start, FILE *in)
{
	struct world_source world = {.start = start};
	const struct source source = {
		.now = world_now, .random = world_random, .context = &world, .master_key = world_master_key};
	const struct engine_options engine = {.groups_per_user_max = GROUPS_PER_USER_MAX_DEFAULT};
	const struct command_place place = {
		.store = store, .source = &source, .engine = &engine, .public_url = "http://localhost"};
	char name[] = "import";
	char file[] = "-";
	char *words[] = {name, file, NULL};
	char *said = NULL;
	size_t said_size = 0;
	FILE *err = open_memstream(&said, &said_size);
	if (err == NULL) {
		return false;
	}
	bool done = command_run(&place, 2, words, in, err, err) == COMMAND_DONE;
	(void)fclose(err);
	free(said);
	return done;
}

/* People have approved the applications a moment ago: no line of an import says so. */
static bool put_frobs(struct store *store, int64_t start)
{
	char word[WORLD_WORD_SIZE];
	struct txn *txn = txn_create(store);
	if (txn == NULL) {
		return false;
	}
	store_begin(txn, TXN_WRITE, start);
	for (unsigned number = 0; number < WORLD_FROBS; number++) {
		struct frob frob = {.application_id = number % 2 + 1,
			.user_id = number + 1,
			.expires_at = start + FROBS_LAST_S};
		world_write_frob(word, number);
		text_sha256(word, strlen(word), frob.digest);
		store_put_frob(txn, &frob);
	}
	bool done = store_end(txn) == STORE_DONE;
	txn_destroy(txn);
	return done;
}

bool world_make(struct store *store, int64_t start)
{
	char *lines = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&lines, &size);
	if (out == NULL) {
		return false;
	}
	write_applications(out);
	write_people(out);
	write_tokens(out);
	write_groups(out);
	write_memberships(out, start);
	write_invite_tokens(out);
	bool made = fclose(out) == 0;
	FILE *in = made ? fmemopen(lines, size, "r") : NULL;
	made = in != NULL && import(store, start, in);
	if (in != NULL) {
		(void)fclose(in);
	}
	free(lines);
	return made && put_frobs(store, start);
}
