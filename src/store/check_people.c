/* People, applications and tokens, and whatever finds them. */
#include <string.h>

#include "store/check.h"
#include "store/expiry.h"
#include "store/secret.h"

struct people {
	uint64_t usernames;
	uint64_t emails;
	uint64_t slugs;
};

static void check_username(struct check *check, const struct user *user, struct people *people)
{
	struct bytes fold = {.data = user->username_fold, .size = FOLD_DIGEST_SIZE};
	if (user->erased) {
		check_that(check, user->username.length + user->name.length + user->email.length == 0, "user",
			user->id, "is erased but has a name or an address");
		return;
	}
	check_that(check, check_names(check, TABLE_USER_NAME, fold, user->id), "user", user->id,
		"is not found by username");
	people->usernames++;
}

static bool check_user(struct check *check, uint64_t *after, struct people *people)
{
	texts_clear(&check->texts);
	struct user user;
	if (!store_next_user(check->txn, *after, &check->texts, &user)) {
		return false;
	}
	check_username(check, &user, people);
	if (user.slug.length > 0) {
		struct bytes slug = key_text(texts_get(&check->texts, user.slug));
		check_that(check, check_names(check, TABLE_USER_SLUG, slug, user.id), "user", user.id,
			"is not found by slug");
		people->slugs++;
	}
	if (user.email.length > 0) {
		struct bytes email = key_text(texts_get(&check->texts, user.email));
		check_that(check, check_names(check, TABLE_USER_EMAIL, email, user.id), "user", user.id,
			"is not found by e-mail address");
		people->emails++;
	}
	*after = user.id;
	return true;
}

static void check_users(struct check *check)
{
	struct people people = {0};
	for (uint64_t after = 0; check_user(check, &after, &people);) {
		check->result->users++;
	}
	check_that(check, check_count_rows(check, TABLE_USER_NAME) == people.usernames, "usernames",
		people.usernames, "have rows that no user implies");
	check_that(check, check_count_rows(check, TABLE_USER_SLUG) == people.slugs, "slugs of users",
		people.slugs, "have rows that no user implies");
	check_that(check, check_count_rows(check, TABLE_USER_EMAIL) == people.emails, "e-mail addresses",
		people.emails, "have rows that no user implies");
}

static void check_applications(struct check *check)
{
	uint64_t after = 0;
	uint64_t count = 0;
	struct application application;
	while (store_next_application(check->txn, after, NULL, &application)) {
		check_that(check, application.id > after, "application", application.id,
			"is not found by its key");
		if (application.id <= after) {
			return;
		}
		after = application.id;
		count++;
	}
	check_that(check, count == check_count_rows(check, TABLE_APPLICATION), "application", after,
		"is followed by one without its key");
}

static void check_usage(struct check *check)
{
	struct usage usage = {0};
	uint64_t count = 0;
	while (store_next_usage(check->txn, &usage, &usage)) {
		struct application application;
		check_that(check, store_find_application(check->txn, usage.application_id, NULL, &application),
			"application", usage.application_id, "has calls but does not exist");
		count++;
	}
	check_that(check, count == check_count_rows(check, TABLE_USAGE), "application", usage.application_id,
		"is followed by calls that cannot be read");
}

static void check_tokens(struct check *check)
{
	uint64_t after = 0;
	uint64_t count = 0;
	struct token token;
	while (store_next_token(check->txn, after, NULL, &token)) {
		uint8_t buffer[ID_SIZE];
		uint8_t entry[ID_SIZE];
		(void)key_id(entry, token.id);
		struct user user;
		struct application application;
		check_that(check, store_find_user(check->txn, token.user_id, NULL, &user), "token", token.id,
			"belongs to nobody");
		check_that(check,
			token.application_id == 0 ||
				store_find_application(check->txn, token.application_id, NULL, &application),
			"token", token.id, "names an application that does not exist");
		struct bytes person = key_id(buffer, token.user_id);
		check_that(check, check_has_entry(check, TABLE_USER_TOKEN, person, entry, ID_SIZE), "token",
			token.id, "is not among its person's");
		if (token.id <= after) {
			check_report(check, "token", token.id, "stands under another id");
			return;
		}
		after = token.id;
		count++;
	}
	check_that(check, count == check_count_rows(check, TABLE_TOKEN), "token", after,
		"is followed by one without its secret");
}

static bool visit_user_token(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	struct token token;
	uint64_t id = key_read_u64(value.data);
	bool found = key.size == ID_SIZE && store_find_token(check->txn, id, NULL, &token);
	check_that(check, found && token.user_id == key_read_u64(key.data), "token", id,
		"is listed under a person who has it not");
	return true;
}

/* Sessions and frobs, which nothing but their digest and their end finds. */
struct passing {
	struct check *check;
	uint64_t count;
};

static bool visit_passing(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	struct passing *passing = context;
	struct check *check = passing->check;
	const uint8_t *bytes = key.data;
	struct due due = {.kind = DUE_COUNT};
	struct session session;
	struct frob frob;
	if (key.size != 1 + DIGEST_SIZE) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	if (bytes[0] == SECRET_SESSION && store_find_session(check->txn, bytes + 1, &session)) {
		due = expiry_of_session(&session);
	} else if (bytes[0] == SECRET_FROB && store_find_frob(check->txn, bytes + 1, &frob)) {
		due = expiry_of_frob(&frob);
	}
	struct key expiry = expiry_key(&due);
	struct bytes found;
	passing->count++;
	check_that(check,
		due.kind != DUE_COUNT && txn_get(check->txn, TABLE_EXPIRY, key_bytes(&expiry), &found),
		"session or frob", passing->count, "never ends");
	return true;
}

static uint64_t check_passing(struct check *check, enum secret_kind kind)
{
	struct passing passing = {.check = check};
	struct key prefix;
	key_start(&prefix);
	key_add_u8(&prefix, (uint8_t)kind);
	const struct walk walk = {.table = TABLE_SECRET, .prefix = key_bytes(&prefix), .max = UINT64_MAX};
	(void)txn_walk(check->txn, &walk, visit_passing, &passing);
	return passing.count;
}

/* What every row of secrets must be named by: the record that it opens. */
static void check_secrets(struct check *check)
{
	uint64_t expected = check_count_rows(check, TABLE_APPLICATION) +
			    check_count_rows(check, TABLE_TOKEN) + check_count_rows(check, TABLE_INVITE) +
			    check_count_rows(check, TABLE_INVITE_TOKEN) +
			    check_passing(check, SECRET_FROB) + check_passing(check, SECRET_SESSION);
	check_that(check, check_count_rows(check, TABLE_SECRET) == expected, "secrets", expected,
		"are not as many as there are rows");
}

void check_people(struct check *check)
{
	check_users(check);
	check_applications(check);
	check_usage(check);
	check_tokens(check);
	check_sets(check, TABLE_USER_TOKEN, visit_user_token);
	check_secrets(check);
	check_counter(check, TABLE_USER, COUNTER_USER);
	check_counter(check, TABLE_APPLICATION, COUNTER_APPLICATION);
	check_counter(check, TABLE_TOKEN, COUNTER_TOKEN);
}
