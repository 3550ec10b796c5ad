/* Who becomes the owner when the owner leaves. */
#include "model/limits.h"
#include "store/chore.h"
#include "store/member.h"
#include "store/roster.h"

/* The earliest of a list, whoever leaves left out. */
struct line {
	uint64_t leaving;
	uint32_t count;
	uint64_t ids[HEIR_SEARCH_MAX];
};

static bool stand_in_line(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct line *line = context;
	uint64_t id = roster_entry_read(value).id;
	if (id != line->leaving) {
		line->ids[line->count++] = id;
	}
	return line->count < HEIR_SEARCH_MAX;
}

static void form_line(struct txn *txn, uint64_t group_id, enum roster_list list, struct line *line)
{
	struct key key = roster_key(group_id, list);
	const struct walk walk = {
		.table = TABLE_ROSTER, .prefix = key_bytes(&key), .max = HEIR_SEARCH_MAX + 1};
	line->count = 0;
	(void)txn_walk(txn, &walk, stand_in_line, line);
}

static bool find_active(struct txn *txn, const struct line *line, uint64_t *found)
{
	for (uint32_t i = 0; i < line->count; i++) {
		struct user user;
		if (store_find_user(txn, line->ids[i], NULL, &user) && user.active) {
			*found = user.id;
			return true;
		}
	}
	return false;
}

bool store_find_heir(struct txn *txn, uint64_t group_id, uint64_t leaving, struct membership *heir)
{
	static const enum roster_list lists[] = {ROSTER_ADMINS, ROSTER_MEMBERS};
	struct line line = {.leaving = leaving};
	uint64_t earliest = 0;
	uint64_t found = 0;
	for (unsigned i = 0; i < sizeof lists / sizeof *lists && found == 0; i++) {
		form_line(txn, group_id, lists[i], &line);
		if (earliest == 0 && line.count > 0) {
			earliest = line.ids[0];
		}
		(void)find_active(txn, &line, &found); /* nobody: the next list */
	}
	if (found == 0) {
		found = earliest;
	}
	if (found == 0 || chore_stands_for(txn, group_id)) {
		return false;
	}
	*heir = member_read(txn, group_id, found);
	if (heir->state != STATE_MEMBER) {
		txn_fail(txn, STORE_FAILED); /* the list says that it is: damaged, or not read */
	}
	return store_failure(txn) == STORE_DONE;
}
