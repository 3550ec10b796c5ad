/* Those who asked to join and those who are banned, with what is told of each; and one person's requests,
 * with what was decided about earlier ones. */
#include "store/list.h"
#include "store/member.h"

#define USER_GROUP_KEY_SIZE (2 * ID_SIZE)

bool store_find_standing(struct txn *txn, uint64_t group_id, uint64_t user_id, struct texts *texts,
	struct standing_view *found)
{
	struct standing_view view = {.membership = store_find_membership(txn, group_id, user_id)};
	bool noted = store_find_note(txn, group_id, user_id, texts, &view.note);
	if (view.membership.state == STATE_NONE && !(noted && view.note.denied)) {
		return false;
	}
	if (!store_find_user(txn, user_id, texts, &view.user)) {
		txn_fail(txn, STORE_FAILED); /* what stands names somebody who is not there */
		return false;
	}
	if (view.note.by != 0) {
		(void)store_find_user(txn, view.note.by, texts, &view.by); /* somebody erased: it stays empty */
	}
	*found = view;
	return true;
}

static bool add_person(struct txn *txn, uint64_t group_id, uint64_t user_id, struct page *page)
{
	struct standing_view *view = page_add_standing(page);
	return view != NULL && store_find_standing(txn, group_id, user_id, &page->texts, view);
}

static void list_people(struct txn *txn, uint64_t group_id, const struct list_set *set, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct list list = {
		.txn = txn,
		.of = group_id,
		.add = add_person,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	list_set(&list, set);
}

void store_list_requests(struct txn *txn, uint64_t group_id, const struct listing *listing, bool after_given,
	struct page *page)
{
	const struct list_set requested = {.roster = ROSTER_REQUESTED};
	list_people(txn, group_id, &requested, listing, after_given, page);
}

void store_list_bans(struct txn *txn, uint64_t group_id, const struct listing *listing, bool after_given,
	struct page *page)
{
	const struct list_set banned = {.roster = ROSTER_BANNED, .hidden_to = roster_order(store_now(txn))};
	list_people(txn, group_id, &banned, listing, after_given, page);
}

static bool add_group(struct txn *txn, uint64_t user_id, uint64_t group_id, struct page *page)
{
	struct standing_view *view = page_add_standing(page);
	return view != NULL && store_find_standing(txn, group_id, user_id, &page->texts, view) &&
	       store_find_group(txn, group_id, &page->texts, &view->group);
}

struct gathering {
	struct txn *txn;
	struct places *places;
};

static bool gather_decision(void *context, struct bytes key, struct bytes value)
{
	struct gathering *gathering = context;
	struct note_row row;
	struct group group;
	if (key.size != USER_GROUP_KEY_SIZE || !record_read_note(value, NULL, &row)) {
		gathering->places->failed = true;
		return false;
	}
	uint64_t group_id = key_read_u64((const uint8_t *)key.data + ID_SIZE);
	if (!row.note.denied || !store_find_group(gathering->txn, group_id, NULL, &group) || group.is_private) {
		return true;
	}
	return places_add(
		gathering->places, &(struct place){.order = roster_order(row.note.at), .id = group_id});
}

void store_list_requests_of_user(struct txn *txn, uint64_t user_id, const struct listing *listing,
	bool after_given, struct page *page)
{
	uint8_t buffer[ID_SIZE];
	const struct walk notes = {.table = TABLE_NOTE, .prefix = key_id(buffer, user_id), .max = UINT64_MAX};
	const struct list list = {
		.txn = txn,
		.of = user_id,
		.add = add_group,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	const struct membership sought = {.user_id = user_id, .state = STATE_REQUESTED};
	struct places places = {0};
	struct gathering gathering = {.txn = txn, .places = &places};
	page_clear(page);
	places_add_groups(txn, &sought, NULL, NULL, &places);
	(void)txn_walk(txn, &notes, gather_decision, &gathering);
	list_cut(&list, &places, false);
	places_finish(&places);
}
