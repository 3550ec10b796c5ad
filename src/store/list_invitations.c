/* Pending invitations with who and what they name. An invitation by e-mail names nobody, whether or not the
 * address is somebody's: who lists invitations must not learn that. */
#include "store/invitation.h"
#include "store/list.h"
#include "store/member.h"

bool store_find_inviter(struct txn *txn, const struct invitation *invitation, const struct group *group,
	struct texts *texts, struct user *found)
{
	return store_find_user(txn, invitation->by, texts, found) ||
	       store_find_user(txn, group->owner_id, texts, found);
}

bool store_find_invitation_view(
	struct txn *txn, uint64_t id, struct texts *texts, struct invitation_view *found)
{
	struct invitation_view view = {0};
	if (!store_find_invitation(txn, id, texts, &view.invitation)) {
		return false;
	}
	const struct invitation *invitation = &view.invitation;
	bool told = invitation->user_id != 0 && invitation->email.length == 0;
	if (!store_find_group(txn, invitation->group_id, texts, &view.group) ||
		(told && !store_find_user(txn, invitation->user_id, texts, &view.invitee)) ||
		!store_find_inviter(txn, invitation, &view.group, texts, &view.by)) {
		txn_fail(txn, STORE_FAILED); /* it names something that is not there */
		return false;
	}
	*found = view;
	return true;
}

bool store_find_invitation_of_user(struct txn *txn, uint64_t group_id, uint64_t user_id, uint64_t *id)
{
	struct note_row row;
	if (store_find_membership(txn, group_id, user_id).state != STATE_INVITED ||
		!member_find_note(txn, group_id, user_id, NULL, &row) ||
		!invitation_is_pending(txn, row.invitation_id)) {
		return false;
	}
	*id = row.invitation_id;
	return true;
}

static bool add_view(struct txn *txn, uint64_t group_id, uint64_t id, struct page *page)
{
	(void)group_id;
	struct invitation_view *view = page_add_invitation(page);
	return view != NULL && store_find_invitation_view(txn, id, &page->texts, view);
}

void store_list_invitations(struct txn *txn, uint64_t group_id, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct list list = {
		.txn = txn,
		.of = group_id,
		.add = add_view,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	list_set(&list, &(struct list_set){.roster = ROSTER_INVITATIONS, .backwards = true});
}

static bool add_of_user(struct txn *txn, uint64_t user_id, uint64_t group_id, struct page *page)
{
	uint64_t id;
	return store_find_invitation_of_user(txn, group_id, user_id, &id) &&
	       add_view(txn, group_id, id, page);
}

void store_list_invitations_of_user(struct txn *txn, uint64_t user_id, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct list list = {
		.txn = txn,
		.of = user_id,
		.add = add_of_user,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	const struct membership sought = {.user_id = user_id, .state = STATE_INVITED};
	struct places places = {0};
	page_clear(page);
	places_add_groups(txn, &sought, NULL, NULL, &places);
	list_cut(&list, &places, false);
	places_finish(&places);
}
