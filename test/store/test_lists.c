/* Lists of people's standings, invitations and tokens, by page and by cursor, over every backend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "world.h"

#define PER_PAGE 3

typedef void list_verb(
	struct txn *txn, uint64_t of, const struct listing *listing, bool after_given, struct page *page);
/* The id that the item at this index is known by. */
typedef uint64_t item_id(const struct page *page, uint32_t index);

static uint64_t standing_user(const struct page *page, uint32_t index)
{
	assert_int_equal(page->standings[index].group.id, 0);
	return page->standings[index].user.id;
}

static uint64_t standing_group(const struct page *page, uint32_t index)
{
	return page->standings[index].group.id;
}

static uint64_t invitation_id(const struct page *page, uint32_t index)
{
	return page->invitations[index].invitation.id;
}

static uint64_t token_id(const struct page *page, uint32_t index)
{
	return page->tokens[index].id;
}

/* A page that begins at `at` of the expected whole. */
static uint32_t expect_page(
	const struct page *page, item_id *id_of, const uint64_t *ids, uint32_t count, uint32_t at)
{
	uint32_t expected = count - at < PER_PAGE ? count - at : PER_PAGE;
	assert_int_equal(page->total, count);
	assert_int_equal(page->count, expected);
	for (uint32_t i = 0; i < expected; i++) {
		assert_int_equal(id_of(page, i), ids[at + i]);
	}
	assert_int_equal(page->has_more, at + expected < count);
	return at + expected;
}

/* The same items in the same order by page number, by cursor and at once. */
static void expect_list(
	struct world *world, list_verb *list, item_id *id_of, uint64_t of, const uint64_t *ids, uint32_t count)
{
	struct listing listing = {.page = 1, .per_page = PER_PAGE};
	for (uint32_t at = 0; at < count; listing.page++) {
		list(world->txn, of, &listing, false, &world->page);
		at = expect_page(&world->page, id_of, ids, count, at);
	}
	list(world->txn, of, &listing, false, &world->page);
	assert_int_equal(world->page.count, 0);
	assert_int_equal(world->page.total, count);
	listing.page = 1;
	for (uint32_t at = 0; at < count;) {
		list(world->txn, of, &listing, at > 0, &world->page);
		at = expect_page(&world->page, id_of, ids, count, at);
		listing.after = world->page.last;
		assert_int_equal(listing.after.of, of);
		assert_int_equal(listing.after.ordinal, (at + PER_PAGE - 1) / PER_PAGE + 1);
	}
	list(world->txn, of, &listing, count > 0, &world->page);
	assert_int_equal(world->page.count, 0);
	const struct listing complete = {0};
	list(world->txn, of, &complete, false, &world->page);
	assert_int_equal(world->page.count, count);
	assert_false(world->page.has_more);
}

/* People 1 to `count`; group 1 is owned by the first. */
static void put_people(struct world *world, uint64_t count)
{
	world_write(world);
	for (uint64_t id = 1; id <= count; id++) {
		world_put_user(world, id);
	}
	world_put_group(world, 1, 1);
}

static void requests_come_oldest_first(void **state)
{
	struct world *world = *state;
	const uint64_t ids[] = {7, 3, 4, 6, 8, 5, 2};
	put_people(world, 8);
	for (unsigned i = 0; i < 7; i++) {
		const int64_t since = i == 2 ? 10 + 1 : 10 + i; /* two at once go by id */
		world_put_state(world, 1, ids[i], STATE_REQUESTED, since);
	}
	struct note note = {.words = world_text(world, "let me in")};
	const struct membership first = {.group_id = 1, .user_id = 7, .state = STATE_REQUESTED, .since = 10};
	store_put_membership(world->txn, &first, &note, &world->texts);
	world_end(world);
	world_check(world, 0);
	world_read(world);
	expect_list(world, store_list_requests, standing_user, 1, ids, 7);
	const struct standing_view *view = &world->page.standings[0];
	assert_int_equal(view->membership.since, 10);
	assert_string_equal(texts_get(&world->page.texts, view->note.words), "let me in");
	assert_string_equal(texts_get(&world->page.texts, view->user.username), "u7");
	assert_int_equal(view->by.id, 0);
	world_end(world);
}

static void put_ban(struct world *world, uint64_t user_id, int64_t until)
{
	const struct note note = {.by = 1, .at = 5, .words = world_text(world, "noise")};
	const struct membership ban = {
		.group_id = 1, .user_id = user_id, .state = STATE_BANNED, .since = 5, .until = until};
	store_put_membership(world->txn, &ban, &note, &world->texts);
}

static void bans_come_by_their_end_and_without_ended_ones(void **state)
{
	struct world *world = *state;
	const uint64_t ids[] = {9, 2, 6, 7, 4, 3, 8};
	put_people(world, 11);
	for (unsigned i = 0; i < 7; i++) {
		put_ban(world, ids[i], i < 4 ? WORLD_NOW + 10 + i : TIME_FOREVER);
	}
	put_ban(world, 10, WORLD_NOW + 1);
	put_ban(world, 11, WORLD_NOW + 2);
	world_end(world);
	world_check(world, 0);
	world_begin(world, TXN_READ, WORLD_NOW + 2);
	const uint64_t sorted[] = {9, 2, 6, 7, 3, 4, 8};
	expect_list(world, store_list_bans, standing_user, 1, sorted, 7);
	assert_int_equal(world->page.standings[0].by.id, 1);
	assert_int_equal(world->page.standings[6].membership.until, TIME_FOREVER);
	assert_string_equal(texts_get(&world->page.texts, world->page.standings[6].note.words), "noise");
	struct listing listing = {.per_page = PER_PAGE, .after = {.order = WORLD_NOW + 1, .id = 10}};
	store_list_bans(world->txn, 1, &listing, true, &world->page); /* behind one that has ended since */
	assert_int_equal(world->page.standings[0].user.id, 9);
	world_end(world);
}

static void standing_of_a_stranger_is_not_found(void **state)
{
	struct world *world = *state;
	put_people(world, 3);
	put_ban(world, 2, WORLD_NOW + 1);
	struct standing_view view;
	assert_false(store_find_standing(world->txn, 1, 3, &world->texts, &view));
	assert_true(store_find_standing(world->txn, 1, 2, &world->texts, &view));
	assert_int_equal(view.by.id, 1);
	const struct membership none = {.group_id = 1, .user_id = 3};
	const struct note denied = {.by = 1, .denied = true, .at = 7, .words = world_text(world, "no")};
	store_put_membership(world->txn, &none, &denied, &world->texts);
	assert_true(store_find_standing(world->txn, 1, 3, &world->texts, &view));
	assert_true(view.note.denied && view.membership.state == STATE_NONE);
	world_end(world);
	world_begin(world, TXN_READ, WORLD_NOW + 1);
	assert_false(store_find_standing(world->txn, 1, 2, &world->texts, &view));
	world_end(world);
}

static void own_requests_hold_decisions_about_public_groups(void **state)
{
	struct world *world = *state;
	const struct note denied = {.by = 1, .denied = true, .at = 6};
	world_write(world);
	world_put_user(world, 1);
	world_put_user(world, 2);
	for (uint64_t id = 1; id <= 7; id++) {
		world_put_group(world, id, 1);
	}
	for (uint64_t id = 1; id <= 5; id++) {
		world_put_state(world, id, 2, STATE_REQUESTED, (int64_t)(10 - 2 * id));
	}
	for (uint64_t id = 6; id <= 7; id++) {
		struct membership none = {.group_id = id, .user_id = 2};
		store_put_membership(world->txn, &none, &denied, NULL);
	}
	for (uint64_t id = 4; id <= 6; id += 2) {
		struct group group = world_group(world, id, 1);
		group.is_private = true;
		store_put_group(world->txn, &group, &world->texts, false);
	}
	world_put_state(world, 3, 2, STATE_MEMBER, 9);
	world_end(world);
	world_check(world, 0);
	world_read(world);
	const uint64_t ids[] = {5, 4, 2, 7, 1}; /* 4 is private and seen; 6 is private and no longer seen */
	expect_list(world, store_list_requests_of_user, standing_group, 2, ids, 5);
	assert_true(world->page.standings[3].note.denied);
	assert_int_equal(world->page.standings[3].by.id, 1);
	assert_string_equal(texts_get(&world->page.texts, world->page.standings[3].group.name), "g7");
	world_end(world);
}

static void invitations_come_newest_first_and_to_their_person_oldest_first(void **state)
{
	struct world *world = *state;
	put_people(world, 8);
	for (uint64_t id = 2; id <= 8; id++) {
		world_put_state(world, 1, id, STATE_INVITED, 10);
		world_put_group(world, id, 1);
		world_put_state(world, id, 2, STATE_INVITED, (int64_t)(100 - id));
	}
	world_end(world);
	world_check(world, 0);
	world_read(world);
	uint64_t id = 0;
	uint64_t newest_first[7];
	uint64_t of_person[8];
	for (uint64_t user = 2; user <= 8; user++) {
		assert_true(store_find_invitation_of_user(world->txn, 1, user, &id));
		newest_first[8 - user] = id;
		assert_true(store_find_invitation_of_user(world->txn, user, 2, &id));
		of_person[9 - user] = id;
	}
	of_person[0] = newest_first[6]; /* group 1, since 10 */
	expect_list(world, store_list_invitations, invitation_id, 1, newest_first, 7);
	assert_int_equal(world->page.invitations[0].invitee.id, 8);
	assert_int_equal(world->page.invitations[0].group.id, 1);
	expect_list(world, store_list_invitations_of_user, invitation_id, 2, of_person, 8);
	assert_int_equal(world->page.invitations[1].group.id, 8);
	assert_false(store_find_invitation_of_user(world->txn, 1, 1, &id));
	world_end(world);
}

static uint64_t put_addressed(struct world *world, uint64_t group_id, const char *email)
{
	struct invitation invitation = {
		.id = store_next_id(world->txn, COUNTER_INVITATION), .group_id = group_id, .by = 1, .created_at = 3};
	invitation.email = world_text(world, email);
	store_put_invitation(world->txn, &invitation, &world->texts);
	return invitation.id;
}

static void invitation_by_address_names_nobody(void **state)
{
	struct world *world = *state;
	put_people(world, 2);
	world_put_group(world, 2, 1);
	uint64_t other = put_addressed(world, 2, "new@example.org");
	uint64_t id = put_addressed(world, 1, "new@example.org");
	uint64_t found = 0;
	assert_true(store_find_invitation_of_email(world->txn, 1, "new@example.org", &found) && found == id);
	assert_true(store_find_invitation_of_email(world->txn, 2, "new@example.org", &found) && found == other);
	assert_false(store_find_invitation_of_email(world->txn, 1, "new@example.com", &found));
	struct invitation invitation;
	texts_clear(&world->texts);
	assert_true(store_find_invitation(world->txn, id, &world->texts, &invitation));
	invitation.user_id = 2;
	store_put_invitation(world->txn, &invitation, &world->texts);
	world_put_state(world, 1, 2, STATE_INVITED, 5);
	world_end(world);
	world_check(world, 0);
	world_write(world);
	assert_true(store_find_invitation_of_email(world->txn, 1, "new@example.org", &found) && found == id);
	assert_true(store_find_invitation_of_user(world->txn, 1, 2, &found) && found == id);
	struct invitation_view view;
	assert_true(store_find_invitation_view(world->txn, id, &world->texts, &view));
	assert_int_equal(view.invitee.id, 0);
	assert_int_equal(view.by.id, 1);
	assert_string_equal(texts_get(&world->texts, view.invitation.email), "new@example.org");
	/* It has had its effect: it waits for nobody else. */
	assert_true(store_next_invitation_of_email(
		world->txn, "new@example.org", 0, &world->texts, &invitation));
	assert_int_equal(invitation.id, other);
	assert_false(store_next_invitation_of_email(
		world->txn, "new@example.org", other, &world->texts, &invitation));
	world_put_state(world, 1, 2, STATE_MEMBER, 6);
	assert_false(store_find_invitation_of_email(world->txn, 1, "new@example.org", &found));
	world_end(world);
	world_check(world, 0);
}

static void invitation_ends_as_its_membership_says(void **state)
{
	static const struct {
		enum state next;
		bool cancelled;
		enum invitation_state ends_as;
	} cases[] = {
		{STATE_MEMBER, false, INVITATION_ACCEPTED},
		{STATE_NONE, false, INVITATION_DECLINED},
		{STATE_NONE, true, INVITATION_REVOKED},
		{STATE_BANNED, false, INVITATION_REVOKED},
	};
	struct world *world = *state;
	put_people(world, 2);
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t id = 0;
		struct invitation invitation;
		world_put_state(world, 1, 2, STATE_INVITED, 5);
		assert_true(store_find_invitation_of_user(world->txn, 1, 2, &id));
		assert_int_equal(id, i + 1);
		assert_true(store_find_invitation(world->txn, id, &world->texts, &invitation));
		assert_int_equal(invitation.ended_at, 0);
		if (cases[i].cancelled) {
			invitation.state = INVITATION_REVOKED;
			store_put_invitation(world->txn, &invitation, &world->texts);
		}
		world_put_state(world, 1, 2, cases[i].next, 6);
		assert_true(store_find_invitation(world->txn, id, &world->texts, &invitation));
		assert_int_equal(invitation.state, cases[i].ends_as);
		assert_int_equal(invitation.ended_at, WORLD_NOW);
		world_end(world);
		world_check(world, 0);
		world_write(world);
		const struct listing listing = {.page = 1, .per_page = 1};
		store_list_invitations(world->txn, 1, &listing, false, &world->page);
		assert_int_equal(world->page.total, 0);
		world_put_state(world, 1, 2, STATE_NONE, 0);
	}
	world_end(world);
}

static void put_token(struct world *world, uint64_t id, bool active)
{
	struct token token = {.id = id, .user_id = 1, .scope = SCOPE_WRITE, .active = active};
	token.created_at = (int64_t)id;
	token.label = world_text(world, "mine");
	world_digest(token.digest, (unsigned)id);
	store_put_token(world->txn, &token, &world->texts);
	store_raise_counter(world->txn, COUNTER_TOKEN, id + 1);
}

static void active_tokens_are_listed_until_they_are_deleted(void **state)
{
	struct world *world = *state;
	put_people(world, 2);
	for (uint64_t id = 1; id <= 8; id++) {
		put_token(world, id, id != 4);
	}
	const uint64_t ids[] = {1, 2, 3, 5, 6, 7, 8};
	expect_list(world, store_list_tokens, token_id, 1, ids, 7);
	assert_string_equal(texts_get(&world->page.texts, world->page.tokens[0].label), "mine");
	uint64_t writes = store_write_count(world->txn);
	store_delete_token(world->txn, 9);
	assert_int_equal(store_write_count(world->txn), writes);
	store_delete_token(world->txn, 1);
	assert_true(store_write_count(world->txn) > writes);
	uint8_t digest[DIGEST_SIZE];
	uint64_t found = 0;
	world_digest(digest, 1);
	assert_false(store_find_token_id(world->txn, digest, &found));
	expect_list(world, store_list_tokens, token_id, 1, ids + 1, 6);
	expect_list(world, store_list_tokens, token_id, 2, ids, 0);
	world_end(world);
	world_check(world, 0);
}

static void session_ends_with_its_token(void **state)
{
	struct world *world = *state;
	struct session session = {.user_id = 1, .token_id = 1, .seen_at = WORLD_NOW};
	world_digest(session.digest, 77);
	put_people(world, 1);
	put_token(world, 1, true);
	store_put_session(world->txn, &session);
	const struct lookup lookup = {.session_digest = session.digest};
	struct resolved resolved;
	store_resolve(world->txn, &lookup, &world->texts, &resolved);
	assert_true(resolved.session_found);
	store_delete_token(world->txn, 1);
	store_resolve(world->txn, &lookup, &world->texts, &resolved);
	assert_false(resolved.session_found);
	world_end(world);
	world_check(world, 0);
}

static void deleted_group_lists_nobody(void **state)
{
	struct world *world = *state;
	const struct listing listing = {.page = 1, .per_page = PER_PAGE};
	put_people(world, 2 * SLICE_ROWS_MAX);
	for (uint64_t id = 2; id <= 2 * SLICE_ROWS_MAX; id++) {
		world_put_state(world, 1, id, id % 2 == 0 ? STATE_REQUESTED : STATE_INVITED, 5);
	}
	store_delete_group(world->txn, 1);
	store_list_requests(world->txn, 1, &listing, false, &world->page);
	assert_int_equal(world->page.total, 0);
	store_list_invitations(world->txn, 1, &listing, false, &world->page);
	assert_int_equal(world->page.count, 0);
	store_list_invitations_of_user(world->txn, 2 * SLICE_ROWS_MAX - 1, &listing, false, &world->page);
	assert_int_equal(world->page.total, 0);
	store_list_requests_of_user(world->txn, 2 * SLICE_ROWS_MAX, &listing, false, &world->page);
	assert_int_equal(world->page.total, 0);
	world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(requests_come_oldest_first),
		WORLD_TEST(bans_come_by_their_end_and_without_ended_ones),
		WORLD_TEST(standing_of_a_stranger_is_not_found),
		WORLD_TEST(own_requests_hold_decisions_about_public_groups),
		WORLD_TEST(invitations_come_newest_first_and_to_their_person_oldest_first),
		WORLD_TEST(invitation_by_address_names_nobody),
		WORLD_TEST(invitation_ends_as_its_membership_says),
		WORLD_TEST(active_tokens_are_listed_until_they_are_deleted),
		WORLD_TEST(session_ends_with_its_token),
		WORLD_TEST(deleted_group_lists_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
