/* Who a request comes from, and how many of its tries may fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/peer.h"
#include "http/throttle.h"
#include "model/limits.h"

#define SECOND_MS 1000

/* A peer with this address. */
static struct peer peer_at(const char *address)
{
	struct peer_list list;
	struct peer peer = {0};
	assert_true(peer_list_read(&list, address));
	memcpy(peer.address, list.ranges[0].address, sizeof peer.address);
	return peer;
}

static void assert_is(const struct peer *peer, const char *address)
{
	struct peer wanted = peer_at(address);
	assert_memory_equal(peer->address, wanted.address, sizeof wanted.address);
}

static bool has(const struct peer_list *list, const char *address)
{
	struct peer peer = peer_at(address);
	return peer_list_has(list, &peer);
}

static void ranges_hold_their_addresses(void **state)
{
	struct peer_list list;
	const struct peer local = {.local = true};
	(void)state;
	assert_true(peer_list_read(&list, "10.0.0.0/8,192.168.1.7,fd00:1::/20,::1"));
	assert_true(has(&list, "10.255.1.2"));
	assert_false(has(&list, "11.0.0.1"));
	assert_true(has(&list, "192.168.1.7"));
	assert_false(has(&list, "192.168.1.6"));
	assert_true(has(&list, "fd00:fff::1"));
	assert_false(has(&list, "fd00:1000::1"));
	assert_true(has(&list, "::1"));
	assert_false(peer_list_has(&list, &local));
	assert_true(peer_list_read(&list, "unix"));
	assert_true(peer_list_has(&list, &local));
	assert_false(has(&list, "127.0.0.1"));
	assert_true(peer_list_read(&list, "0.0.0.0/0"));
	assert_true(has(&list, "8.8.8.8"));
	assert_false(has(&list, "fd00::1"));
}

static void other_lists_are_refused(void **state)
{
	static const char *const bad[] = {"", ",", "unix,", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129",
		"example.org", "10.0.0.0/8/8", "10.0.0", " unix", "10.0.0.0/8x"};
	struct peer_list list;
	char many[PEER_RANGES_MAX * 4 + 16] = "::1";
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(peer_list_read(&list, bad[i]));
	}
	for (unsigned i = 1; i < PEER_RANGES_MAX; i++) {
		strcat(many, ",::1");
	}
	assert_true(peer_list_read(&list, many));
	assert_false(peer_list_read(&list, strcat(many, ",::1")));
}

static void client_is_the_last_who_is_not_trusted(void **state)
{
	struct peer_list list;
	struct peer proxy = peer_at("10.0.0.1");
	struct peer stranger = peer_at("8.8.8.8");
	(void)state;
	assert_true(peer_list_read(&list, "10.0.0.0/8"));
	struct peer client = peer_behind(&list, &proxy, "6.6.6.6, 1.2.3.4 ,10.0.0.2");
	assert_is(&client, "1.2.3.4");
	client = peer_behind(&list, &proxy, "10.0.0.3");
	assert_is(&client, "10.0.0.3");
	client = peer_behind(&list, &proxy, NULL);
	assert_is(&client, "10.0.0.1");
	client = peer_behind(&list, &proxy, "1.2.3.4, rubbish");
	assert_is(&client, "10.0.0.1");
	client = peer_behind(&list, &stranger, "1.2.3.4");
	assert_is(&client, "8.8.8.8");
	client = peer_behind(&list, &proxy, ",,");
	assert_is(&client, "10.0.0.1");
}

static struct throttle *throttle_create(void)
{
	struct throttle *throttle = malloc(sizeof *throttle);
	assert_non_null(throttle);
	throttle_init(throttle);
	return throttle;
}

static unsigned take_all(struct throttle *throttle, const char *address, int64_t now_ms)
{
	struct peer peer = peer_at(address);
	unsigned taken = 0;
	while (taken < 1000 && throttle_take(throttle, &peer, now_ms)) {
		taken++;
	}
	return taken;
}

static void address_has_its_tries_in_a_minute(void **state)
{
	struct throttle *throttle = throttle_create();
	(void)state;
	assert_int_equal(take_all(throttle, "1.2.3.4", 5 * SECOND_MS), SIGN_IN_FAILURES_MAX);
	assert_int_equal(take_all(throttle, "1.2.3.5", 5 * SECOND_MS), SIGN_IN_FAILURES_MAX);
	assert_int_equal(take_all(throttle, "1.2.3.4", 64 * SECOND_MS), 0);
	assert_int_equal(take_all(throttle, "1.2.3.4", 65 * SECOND_MS), SIGN_IN_FAILURES_MAX);
	free(throttle);
}

static void network_of_version_six_is_one_client(void **state)
{
	struct throttle *throttle = throttle_create();
	(void)state;
	assert_int_equal(take_all(throttle, "fd00:1:2:3::1", 0), SIGN_IN_FAILURES_MAX);
	assert_int_equal(take_all(throttle, "fd00:1:2:3:4::5", 0), 0);
	assert_int_equal(take_all(throttle, "fd00:1:2:4::1", 0), SIGN_IN_FAILURES_MAX);
	free(throttle);
}

static void try_that_did_not_fail_is_given_back(void **state)
{
	struct throttle *throttle = throttle_create();
	struct peer peer = peer_at("1.2.3.4");
	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		assert_true(throttle_take(throttle, &peer, 0));
		throttle_give_back(throttle, &peer, 0);
	}
	assert_int_equal(take_all(throttle, "1.2.3.4", 0), SIGN_IN_FAILURES_MAX);
	throttle_give_back(throttle, &peer, 0);
	assert_int_equal(take_all(throttle, "1.2.3.4", 0), 1);
	free(throttle);
}

static void full_array_still_counts_who_came_last(void **state)
{
	struct throttle *throttle = throttle_create();
	(void)state;
	for (unsigned i = 0; i < 4 * THROTTLE_SLOTS; i++) {
		char address[32];
		(void)snprintf(address, sizeof address, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
		struct peer peer = peer_at(address);
		assert_true(throttle_take(throttle, &peer, i / 1000));
	}
	assert_int_equal(take_all(throttle, "1.2.3.4", 40), SIGN_IN_FAILURES_MAX);
	free(throttle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_hold_their_addresses),
		cmocka_unit_test(other_lists_are_refused),
		cmocka_unit_test(client_is_the_last_who_is_not_trusted),
		cmocka_unit_test(address_has_its_tries_in_a_minute),
		cmocka_unit_test(network_of_version_six_is_one_client),
		cmocka_unit_test(try_that_did_not_fail_is_given_back),
		cmocka_unit_test(full_array_still_counts_who_came_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
