/* Groups, whatever finds them, and the chores of deleted ones. */
#include <string.h>

#include "store/check.h"
#include "store/chore.h"
#include "store/member.h"
#include "store/roster.h"

static void check_owner(struct check *check, const struct group *group)
{
	struct membership owner = member_read(check->txn, group->id, group->owner_id);
	check_that(check, owner.state == STATE_MEMBER && owner.role == ROLE_OWNER, "group", group->id,
		"has an owner who is not its owner as a member");
}

static void check_by_name(struct check *check, const struct group *group)
{
	uint8_t entry[ID_SIZE];
	(void)key_id(entry, group->id);
	struct bytes fold = {.data = group->name_fold, .size = FOLD_DIGEST_SIZE};
	bool there = check_has_entry(check, TABLE_GROUP_NAME, fold, entry, ID_SIZE);
	check_that(check, there == !group->is_private, "group", group->id,
		there ? "is private and found by name" : "is not found by name");
}

static void check_roster_name(struct check *check, const struct group *group)
{
	uint8_t buffer[ID_SIZE];
	uint64_t members = roster_count(check->txn, group->id, ROSTER_MEMBERS);
	uint64_t names = txn_count(check->txn, TABLE_ROSTER_NAME, key_id(buffer, group->id));
	check_that(check, members <= ROSTER_NAME_ABOVE || names > 0, "group", group->id,
		"has no roster by name");
	check_that(check, names == 0 || members > ROSTER_NAME_DROPPED_AT, "group", group->id,
		"has kept its roster by name");
	check_that(check, names == 0 || names == members, "group", group->id,
		"has a roster by name with another number of members");
}

static void check_records(struct check *check)
{
	uint64_t described = 0;
	struct group group;
	for (uint64_t after = 0;; after = group.id) {
		texts_clear(&check->texts);
		if (!store_next_group(check->txn, after, &check->texts, &group)) {
			break;
		}
		struct bytes slug = key_text(texts_get(&check->texts, group.slug));
		check_that(check, check_names(check, TABLE_GROUP_SLUG, slug, group.id), "group", group.id,
			"is not found by slug");
		check_that(check, !chore_stands_for(check->txn, group.id), "group", group.id,
			"stands and is being swept");
		check_owner(check, &group);
		check_by_name(check, &group);
		check_roster_name(check, &group);
		described += group.description.length > 0;
		check->result->groups++;
	}
	uint64_t groups = check->result->groups;
	check_that(check, check_count_rows(check, TABLE_GROUP_SLUG) == groups, "slugs of groups", groups,
		"have rows that no group implies");
	check_that(check, check_count_rows(check, TABLE_GROUP_TEXT) == described, "descriptions", described,
		"have rows that no group implies");
}

static bool visit_name(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	uint64_t id = key_read_u64(value.data);
	struct group group;
	bool implied = store_find_group(check->txn, id, NULL, &group) && key.size == FOLD_DIGEST_SIZE &&
		       memcmp(group.name_fold, key.data, FOLD_DIGEST_SIZE) == 0;
	check_that(check, implied, "group", id, "is found by a name that it has not");
	return true;
}

static bool visit_roster_name(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	const uint8_t *bytes = value.data;
	uint64_t group_id = key_read_u64(key.data);
	uint64_t user_id = key_read_u64(bytes + FOLD_ORDER_SIZE);
	if (chore_stands_for(check->txn, group_id)) {
		check->result->to_be_swept++;
		return true;
	}
	struct user user;
	bool implied = store_find_user(check->txn, user_id, NULL, &user) &&
		       memcmp(user.username_order, bytes, FOLD_ORDER_SIZE) == 0 &&
		       member_read(check->txn, group_id, user_id).state == STATE_MEMBER;
	check_that(check, implied, "group", group_id, "has somebody else in its roster by name");
	return true;
}

void check_groups(struct check *check)
{
	check_records(check);
	check_sets(check, TABLE_GROUP_NAME, visit_name);
	check_sets(check, TABLE_ROSTER_NAME, visit_roster_name);
	check_counter(check, TABLE_GROUP, COUNTER_GROUP);
}
