/* Two of the same request at once: a held writer runs them in one batch, and the second gets the first's reply. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/source.h"
#include "world.h"
#include "writer/runner.h"

#define WAIT_MS 10000 /* longer than any machine needs: then the test has failed */

struct letter {
	struct exchange exchange;
	_Alignas(struct request) char memory[4096];
};

static int64_t now(void *context)
{
	const struct world *world = context;
	return world->now;
}

/* Other bytes for each request. */
static void fill(void *context, void *bytes, size_t size)
{
	struct world *world = context;
	world->seed[0]++;
	memset(bytes, world->seed[0], size);
}

static struct letter *write_letter(const struct world *world)
{
	struct letter *letter = calloc(1, sizeof *letter);
	assert_non_null(letter);
	assert_true(world->request->size <= sizeof letter->memory);
	memcpy(letter->memory, world->memory, world->request->size);
	letter->exchange.size = sizeof *letter;
	letter->exchange.request = (struct request *)letter->memory;
	reply_init(&letter->exchange.reply);
	return letter;
}

static void burn(struct letter *letter)
{
	reply_finish(&letter->exchange.reply);
	free(letter);
}

/* Runs two of the world's request as one batch. */
static void run_two(struct world *world, struct letter *letters[2])
{
	const struct source source = {
		.now = now, .random = fill, .context = world, .master_key = world->master_key};
	const struct runner_options options = {.engine = world->options};
	struct runner *runner = runner_create(world->store, &source, &options, NULL, NULL);
	assert_non_null(runner);
	struct runner_client *client = runner_client_create(runner);
	assert_non_null(client);
	runner_hold(runner);
	for (unsigned i = 0; i < 2; i++) {
		letters[i] = write_letter(world);
		assert_int_equal(runner_submit(client, &letters[i]->exchange), RUNNER_PENDING);
	}
	runner_release(runner);
	for (unsigned taken = 0; taken < 2;) {
		struct pollfd poller = {.fd = runner_client_descriptor(client), .events = POLLIN};
		assert_int_equal(poll(&poller, 1, WAIT_MS), 1);
		for (struct exchange *done = runner_take(client); done != NULL; done = done->next) {
			taken++;
		}
	}
	struct runner_counts counts;
	runner_counts(runner, &counts);
	assert_int_equal(counts.batches, 1);
	runner_stop(runner);
	runner_client_destroy(client);
	runner_destroy(runner);
}

static void give_key(struct world *world, char fingerprint)
{
	world->request->idempotency.given = true;
	memset(world->request->idempotency.fingerprint, fingerprint, 16);
}

static uint64_t count_changes(struct world *world)
{
	store_begin(world->txn, TXN_READ, world->now);
	uint64_t next = store_counter(world->txn, COUNTER_CHANGE);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	return next - 1;
}

static void second_join_in_flight_gets_the_first_reply(void **state)
{
	struct world *world = *state;
	struct letter *letters[2];
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", OPEN_GROUP);
	give_key(world, 'f');
	run_two(world, letters);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(letters[i]->exchange.reply.outcome, OUTCOME_JOINED);
		assert_int_equal(letters[i]->exchange.reply.replayed, i == 1);
		burn(letters[i]);
	}
	assert_int_equal(count_changes(world), 1);
	assert_int_equal(world_count_members(world, OPEN_GROUP), 2);
}

static void second_mint_in_flight_shows_the_same_token(void **state)
{
	struct world *world = *state;
	struct letter *letters[2];
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_INVITE_TOKEN_MINT, "ada/write", PRIVATE_GROUP);
	request->expires_in_s = 60;
	request->max_uses = 1;
	give_key(world, 'f');
	run_two(world, letters);
	const struct reply *first = &letters[0]->exchange.reply;
	const struct reply *second = &letters[1]->exchange.reply;
	assert_int_equal(second->outcome, OUTCOME_TOKEN_MINTED);
	assert_true(second->replayed);
	assert_int_equal(second->invite_token.id, first->invite_token.id);
	assert_string_equal(reply_text(second, second->macaroon), reply_text(first, first->macaroon));
	assert_int_equal(count_changes(world), 1);
	burn(letters[0]);
	burn(letters[1]);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(second_join_in_flight_gets_the_first_reply),
		WORLD_TEST(second_mint_in_flight_shows_the_same_token),
	};
	return cmocka_run_group_tests_name("engine in flight", tests, NULL, NULL);
}
