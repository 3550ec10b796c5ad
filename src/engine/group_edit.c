/* Changing a group's own fields: only what is given changes. */
#include "engine/operations.h"

#include <string.h>

/* Each takes a field over where it is given and differs, and answers its bit then, as rule_take_text does. */
static uint32_t take_flag(const struct rule *rule, enum given field, bool given, bool *flag)
{
	if ((rule->request->given & (uint32_t)field) == 0 || *flag == given) {
		return 0;
	}
	*flag = given;
	return (uint32_t)field;
}

static uint32_t take_type(const struct rule *rule, enum group_type *type)
{
	if ((rule->request->given & GIVEN_TYPE) == 0 || *type == rule->request->type) {
		return 0;
	}
	*type = rule->request->type;
	return GIVEN_TYPE;
}

/* Answers the bits of what is different now. */
static uint32_t take_fields(struct rule *rule, struct group *group)
{
	const struct request *request = rule->request;
	uint32_t changed = rule_take_text(rule, GIVEN_NAME, request->name, &group->name);
	if ((changed & GIVEN_NAME) != 0) {
		memcpy(group->name_fold, request->name_fold, sizeof group->name_fold);
		memcpy(group->name_order, request->name_order, sizeof group->name_order);
	}
	changed |= rule_take_text(rule, GIVEN_DESCRIPTION, request->description, &group->description);
	changed |= rule_take_text(rule, GIVEN_AVATAR_URL, request->avatar_url, &group->avatar_url);
	changed |= take_flag(
		rule, GIVEN_MEMBER_MODERATION, request->member_moderation, &group->member_moderation);
	changed |=
		take_flag(rule, GIVEN_EVENT_MODERATION, request->event_moderation, &group->event_moderation);
	changed |= take_flag(rule, GIVEN_IS_PRIVATE, request->is_private, &group->is_private);
	changed |= take_type(rule, &group->type);
	return changed;
}

/* Older duplicates stand until somebody touches the name, or shows it by opening a private group. */
static bool name_is_refused(const struct rule *rule, const struct group *before, const struct group *after)
{
	bool renamed = memcmp(before->name_fold, after->name_fold, sizeof after->name_fold) != 0;
	bool opened = before->is_private && !after->is_private;
	return rule->request->unique_name && (renamed || opened) &&
	       store_name_is_taken(rule->txn, after->name_fold, after->id);
}

static void write(struct rule *rule, uint32_t changed)
{
	struct group *group = &rule->resolved.group;
	group->version =
		rule_append_change(rule, &(struct change){.type = CHANGE_GROUP_EDITED, .fields = changed});
	store_put_group(rule->txn, group, rule->circumstances->scratch, (changed & GIVEN_DESCRIPTION) != 0);
	rule->reply->group.group.version = group->version;
}

enum outcome group_edit_execute(struct rule *rule)
{
	struct group *group = &rule->resolved.group;
	rule_load_description(rule);
	const struct group before = *group;
	uint32_t changed = take_fields(rule, group);
	if (name_is_refused(rule, &before, group)) {
		return rule_refuse(rule, OUTCOME_DUPLICATE_NAME, "name");
	}
	if (changed != 0) {
		group->updated_at = store_now(rule->txn);
	}
	rule_reply_group(rule);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	if (changed != 0) {
		write(rule, changed);
	}
	rule->reply->version = group->version;
	return OUTCOME_GROUP_EDITED;
}
