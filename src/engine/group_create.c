/* Creating a group: its creator owns it. */
#include "engine/operations.h"

#include <stdio.h>
#include <string.h>

#include "engine/secrets.h"

/* A slug that no other group has and that is no word of the paths. */
static struct text choose_slug(struct rule *rule)
{
	const char *wanted = request_text(rule->request, rule->request->slug);
	uint64_t holder;
	if (*wanted != '\0' && !slug_is_reserved(wanted) && !store_find_group_id_by_slug(rule->txn, wanted, &holder)) {
		return rule_keep_text(rule, rule->request->slug);
	}
	char suffix[SLUG_RANDOM_SIZE + 1];
	char slug[SLUG_SIZE_MAX + 1];
	secret_slug_suffix(rule->circumstances->seed, suffix);
	(void)snprintf(slug, sizeof slug, "%s-%s", *wanted == '\0' ? "group" : wanted, suffix);
	return texts_add(rule->circumstances->scratch, slug, strlen(slug));
}

static struct group make_group(struct rule *rule)
{
	const struct request *request = rule->request;
	struct group group = {
		.owner_id = rule->resolved.caller.id,
		.created_at = store_now(rule->txn),
		.updated_at = store_now(rule->txn),
		.member_moderation = request->member_moderation,
		.event_moderation = request->event_moderation,
		.is_private = request->is_private,
		.type = request->type,
		.name = rule_keep_text(rule, request->name),
		.slug = choose_slug(rule),
		.avatar_url = rule_keep_text(rule, request->avatar_url),
		.description = rule_keep_text(rule, request->description),
	};
	memcpy(group.name_fold, request->name_fold, sizeof group.name_fold);
	memcpy(group.name_order, request->name_order, sizeof group.name_order);
	return group;
}

/* The group and its owner, as two records that never exist without each other. */
static void write(struct rule *rule)
{
	struct group *group = &rule->resolved.group;
	struct membership *owner = &rule->resolved.membership;
	group->id = store_next_id(rule->txn, COUNTER_GROUP);
	group->version = rule_append_change(rule, &(struct change){
							  .type = CHANGE_GROUP_CREATED,
							  .user_id = group->owner_id,
							  .after = {STATE_MEMBER, ROLE_OWNER},
						  });
	*owner = (struct membership){
		.group_id = group->id,
		.user_id = group->owner_id,
		.state = STATE_MEMBER,
		.role = ROLE_OWNER,
		.since = group->created_at,
	};
	store_put_group(rule->txn, group, rule->circumstances->scratch, true);
	store_put_membership(rule->txn, owner, NULL, rule->circumstances->scratch);
}

enum outcome group_create_execute(struct rule *rule)
{
	const struct request *request = rule->request;
	if (request->unique_name && store_name_is_taken(rule->txn, request->name_fold, 0)) {
		return rule_refuse(rule, OUTCOME_DUPLICATE_NAME, "name");
	}
	uint32_t groups_max = rule->circumstances->options->groups_per_user_max;
	if (!store_user_has_room(rule->txn, rule->resolved.caller.id, groups_max)) {
		return OUTCOME_TOO_MANY_GROUPS;
	}
	rule->resolved.group = make_group(rule);
	rule_reply_group(rule);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	write(rule);
	rule->reply->group.group.id = rule->resolved.group.id;
	rule->reply->group.group.version = rule->reply->version = rule->resolved.group.version;
	rule_update_reply(rule, &rule->resolved.membership);
	return OUTCOME_GROUP_CREATED;
}
