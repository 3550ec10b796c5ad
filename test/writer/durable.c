/* The runner over the real engine and a store in a folder: people join one group from several threads,
 * and what was acknowledged is there when the store is opened again. */
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/limits.h"
#include "writer/runner.h"

#define THREADS_COUNT 4
#define PEOPLE_PER_THREAD 40
#define PEOPLE_COUNT (1 + THREADS_COUNT * PEOPLE_PER_THREAD) /* the first one is the owner */
#define GROUP_ID 1

struct sender {
	struct runner *runner;
	uint64_t first_user;
	unsigned joined;
	unsigned repeated;
	pthread_t thread;
};

static int64_t now(void *context)
{
	(void)context;
	return 1700000000;
}

static void count_up(void *context, void *bytes, size_t size)
{
	uint64_t number = atomic_fetch_add((atomic_ullong *)context, 1);
	memset(bytes, 0, size);
	memcpy(bytes, &number, sizeof number);
}

static void digest_of_user(uint64_t user, uint8_t digest[DIGEST_SIZE])
{
	memset(digest, 1, DIGEST_SIZE);
	memcpy(digest, &user, sizeof user);
}

static void put_person(struct txn *txn, uint64_t id, struct texts *texts)
{
	char name[16];
	int length = snprintf(name, sizeof name, "p%u", (unsigned)id);
	struct user user = {.id = id, .active = true, .username = texts_add(texts, name, (size_t)length)};
	user.slug = user.username;
	memcpy(user.username_fold, name, (size_t)length);
	memcpy(user.username_order, name, (size_t)length);
	store_put_user(txn, &user, texts);
	struct token token = {.id = id, .user_id = id, .scope = SCOPE_WRITE, .active = true};
	digest_of_user(id, token.digest);
	store_put_token(txn, &token, texts);
}

static void put_group(struct txn *txn, struct texts *texts)
{
	struct group group = {.id = GROUP_ID, .owner_id = 1, .name = texts_add(texts, "g", 1)};
	group.slug = group.name;
	store_put_group(txn, &group, texts, true);
	const struct membership owner = {
		.group_id = GROUP_ID, .user_id = 1, .state = STATE_MEMBER, .role = ROLE_OWNER, .since = 1};
	store_put_membership(txn, &owner, NULL, texts);
}

static void put_world(struct store *store)
{
	struct txn *txn = txn_create(store);
	assert_non_null(txn);
	struct texts texts;
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_WRITE, now(NULL));
	for (uint64_t id = 1; id <= PEOPLE_COUNT; id++) {
		put_person(txn, id, &texts);
	}
	put_group(txn, &texts);
	assert_int_equal(store_end(txn), STORE_DONE);
	texts_finish(&texts);
	txn_destroy(txn);
}

static enum outcome join(struct runner_client *client, uint64_t user)
{
	_Alignas(struct request) char memory[sizeof(struct request) + 64];
	struct exchange exchange = {.size = sizeof exchange + sizeof memory};
	exchange.request = request_init(memory, sizeof memory, DIALECT_V3);
	exchange.request->operation = OPERATION_GROUP_JOIN;
	exchange.request->group = (struct reference){.kind = REFERENCE_ID, .id = GROUP_ID};
	exchange.request->token.given = true;
	digest_of_user(user, exchange.request->token.digest);
	reply_init(&exchange.reply);
	if (runner_submit(client, &exchange) == RUNNER_PENDING) {
		struct pollfd poller = {.fd = runner_client_descriptor(client), .events = POLLIN};
		while (runner_take(client) == NULL) {
			(void)poll(&poller, 1, -1); /* woken for nothing: then nothing is taken */
		}
	}
	enum outcome outcome = exchange.reply.outcome;
	reply_finish(&exchange.reply);
	return outcome;
}

static void *join_all(void *argument)
{
	struct sender *sender = argument;
	struct runner_client *client = runner_client_create(sender->runner);
	if (client == NULL) {
		return NULL;
	}
	for (uint64_t i = 0; i < PEOPLE_PER_THREAD; i++) {
		sender->joined += join(client, sender->first_user + i) == OUTCOME_JOINED ? 1 : 0;
		sender->repeated += join(client, sender->first_user + i) == OUTCOME_ALREADY_MEMBER ? 1 : 0;
	}
	runner_client_destroy(client);
	return NULL;
}

static void run_senders(struct runner *runner)
{
	struct sender senders[THREADS_COUNT];
	for (unsigned i = 0; i < THREADS_COUNT; i++) {
		senders[i] = (struct sender){.runner = runner, .first_user = 2 + i * PEOPLE_PER_THREAD};
		assert_int_equal(pthread_create(&senders[i].thread, NULL, join_all, &senders[i]), 0);
	}
	for (unsigned i = 0; i < THREADS_COUNT; i++) {
		assert_int_equal(pthread_join(senders[i].thread, NULL), 0);
		assert_int_equal(senders[i].joined, PEOPLE_PER_THREAD);
		assert_int_equal(senders[i].repeated, PEOPLE_PER_THREAD);
	}
}

static struct store *open_store(const char *folder)
{
	const struct store_options options = {
		.directory = folder, .map_size = 64 << 20, .threads = THREADS_COUNT + 4};
	char why[256] = "";
	struct store *store = store_open_directory(&options, why, sizeof why);
	assert_non_null(store);
	return store;
}

static uint64_t count_members(struct store *store)
{
	struct txn *txn = txn_create(store);
	assert_non_null(txn);
	store_begin(txn, TXN_READ, now(NULL));
	uint64_t count = store_count_members(txn, GROUP_ID);
	assert_int_equal(store_counter(txn, COUNTER_CHANGE), PEOPLE_COUNT);
	assert_int_equal(store_end(txn), STORE_DONE);
	txn_destroy(txn);
	return count;
}

static void remove_folder(const char *folder)
{
	DIR *directory = opendir(folder);
	assert_non_null(directory);
	struct dirent *entry;
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] != '.') {
			assert_int_equal(unlinkat(dirfd(directory), entry->d_name, 0), 0);
		}
	}
	assert_int_equal(closedir(directory), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void what_was_acknowledged_is_there_after_a_restart(void **state)
{
	(void)state;
	static const uint8_t master_key[MASTER_KEY_SIZE];
	atomic_ullong counter = 0;
	const struct source source = {
		.now = now, .random = count_up, .context = &counter, .master_key = master_key};
	const struct runner_options options = {.engine = {.groups_per_user_max = 10}};
	char folder[] = "/tmp/joinery-durable-XXXXXX";
	assert_non_null(mkdtemp(folder));
	struct store *store = open_store(folder);
	put_world(store);
	struct runner *runner = runner_create(store, &source, &options, NULL, NULL);
	assert_non_null(runner);
	run_senders(runner);
	runner_stop(runner);
	runner_destroy(runner);
	store_close(store);
	store = open_store(folder);
	assert_int_equal(count_members(store), PEOPLE_COUNT);
	store_close(store);
	remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_acknowledged_is_there_after_a_restart)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
