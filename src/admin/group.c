/* The operator's groups: what there is, who owns one, and bans. A group is named by id or slug. */
#include "admin/group.h"

#include <string.h>

#include "admin/lines.h"
#include "admin/people.h"
#include "engine/operator.h"

bool group_find(struct call *call, const char *named, struct group *group)
{
	uint64_t id;
	if (!text_read_id(named, strlen(named), &id) && !store_find_group_id_by_slug(call->txn, named, &id)) {
		return false;
	}
	return store_find_group(call->txn, id, &call->texts, group);
}

enum command_result group_list(struct call *call)
{
	if (!call_begin_listing(call, call->options[0])) {
		return COMMAND_USAGE;
	}
	struct group group = {0};
	while (!call->out->failed && store_next_group(call->txn, group.id, &call->texts, &group)) {
		stream_print_object(call->out, lines_group(&group, &call->texts));
		texts_clear(&call->texts);
	}
	return call_end_listing(call);
}

/* The export's line, and how many members there are. */
static void print(struct call *call, struct group *group)
{
	group->description = store_group_description(call->txn, group->id, &call->texts);
	json_t *line = lines_group(group, &call->texts);
	json_t *count = json_integer((json_int_t)store_count_members(call->txn, group->id));
	if (line != NULL && json_object_set_new(line, "member_count", count) < 0) {
		json_decref(line);
		line = NULL;
	}
	stream_print_object(call->out, line);
}

enum command_result group_show(struct call *call)
{
	struct group group;
	call_begin(call, TXN_READ);
	if (!group_find(call, call->arguments[0], &group)) {
		return call_abandon(call, "there is no such group");
	}
	print(call, &group);
	return call_end(call);
}

/* Begins to write about the two that the arguments name. NULL: both are there. */
static const char *begin_on_pair(
	struct call *call, struct group *group, struct user *user, uint8_t seed[SEED_SIZE])
{
	call_new_seed(call, seed);
	call_begin(call, TXN_WRITE);
	if (!group_find(call, call->arguments[0], group)) {
		return "there is no such group";
	}
	return people_find(call, call->arguments[1], user) ? NULL : "there is no such person";
}

static const char *transfer_refusal(enum outcome outcome)
{
	if (outcome == OUTCOME_NEW_OWNER_SUSPENDED) {
		return "a suspended person cannot become the owner";
	}
	if (outcome == OUTCOME_BANNED) {
		return "this person is banned from the group; lift the ban first";
	}
	return outcome == OUTCOME_TOO_MANY_GROUPS ? "this person is a member of too many groups" : "out of memory";
}

enum command_result group_transfer(struct call *call)
{
	struct group group;
	struct user user;
	uint8_t seed[SEED_SIZE];
	const char *refusal = begin_on_pair(call, &group, &user, seed);
	if (refusal != NULL) {
		return call_abandon(call, "%s", refusal);
	}
	const struct circumstances circumstances = {
		.options = call->place->engine, .seed = seed, .scratch = &call->texts};
	enum outcome outcome = operator_transfer(&circumstances, call->txn, group.id, user.id);
	if (outcome != OUTCOME_OWNERSHIP_TRANSFERRED && outcome != OUTCOME_ROLE_UNCHANGED) {
		return call_abandon(call, "%s", transfer_refusal(outcome));
	}
	if (store_failure(call->txn) == STORE_DONE && store_find_group(call->txn, group.id, &call->texts, &group)) {
		print(call, &group);
	}
	return call_end(call);
}

enum command_result group_lift_ban(struct call *call)
{
	struct group group;
	struct user user;
	uint8_t seed[SEED_SIZE];
	const char *refusal = begin_on_pair(call, &group, &user, seed);
	if (refusal != NULL) {
		return call_abandon(call, "%s", refusal);
	}
	const struct membership membership = store_find_membership(call->txn, group.id, user.id);
	if (membership.state != STATE_BANNED) {
		return call_abandon(call, "this person is not banned from the group");
	}
	const struct circumstances circumstances = {
		.options = call->place->engine, .seed = seed, .scratch = &call->texts};
	if (!operator_end_membership(&circumstances, call->txn, &membership)) {
		return call_abandon(call, "out of memory");
	}
	return call_end(call);
}
