/* The operations table, and the one way into the engine. */
#include "engine/engine.h"

#include <assert.h>

#include "engine/operations.h"
#include "engine/preamble.h"
#include "engine/repeat.h"
#include "engine/rule.h"
#include "engine/version.h"

struct row {
	enum outcome (*execute)(struct rule *rule);
	bool grows; /* the store */
	struct need need;
};

static const struct row ROWS[OPERATION_COUNT] = {
	[OPERATION_GROUP_JOIN] = {join_execute, .grows = true, {.group = GROUP_ACTED_ON}},
	[OPERATION_GROUP_JOIN_BY_TOKEN] = {join_execute, .grows = true, {.group = GROUP_OF_INVITE}},
	[OPERATION_GROUP_LEAVE] = {leave_execute, .grows = false,
		{.group = GROUP_ACTED_ON, .version = version_caller_member}},
	[OPERATION_GROUP_CREATE] = {group_create_execute, .grows = true,
		{.group = GROUP_NOT_NEEDED, .wording.caller_suspended = OUTCOME_CALLER_SUSPENDED_ADDING}},
	[OPERATION_GROUP_EDIT] = {group_edit_execute, .grows = true,
		{.group = GROUP_SEEN,
			.role = ROLE_ADMIN,
			.version = version_group,
			.wording.no_such_group = OUTCOME_NO_GROUP_TO_EDIT}},
	[OPERATION_GROUP_DELETE] = {group_delete_execute, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_OWNER, .version = version_group}},
	[OPERATION_GROUP_GET] = {group_get_execute, .grows = false,
		{.caller = CALLER_OPTIONAL_IN_V3, .group = GROUP_SEEN}},
	[OPERATION_GROUP_GET_MEMBERS_ONLY] = {group_get_execute, .grows = false, {.group = GROUP_OF_MEMBER}},
	[OPERATION_GROUP_INFO] = {group_get_info, .grows = false,
		{.caller = CALLER_OPTIONAL, .group = GROUP_NOT_NEEDED}},
	[OPERATION_USER_GROUPS] = {user_groups_execute, .grows = false,
		{.caller = CALLER_OPTIONAL_IN_V3, .group = GROUP_NOT_NEEDED}},
	[OPERATION_MEMBER_LIST] = {member_list_execute, .grows = false,
		{.caller = CALLER_OPTIONAL_IN_V3, .group = GROUP_SEEN}},
	[OPERATION_MEMBER_GET] = {member_get_execute, .grows = false,
		{.caller = CALLER_OPTIONAL_IN_V3, .group = GROUP_SEEN}},
	[OPERATION_INVITE_SHOW] = {invite_code_show, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_INVITE_CREATE] = {invite_code_create, .grows = true,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_INVITE_DELETE] = {invite_code_delete, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN, .version = version_invite}},
	[OPERATION_INVITE_TOKEN_MINT] = {invite_token_mint, .grows = true,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_INVITE_TOKEN_LIST] = {invite_token_list, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_INVITE_TOKEN_REVOKE] = {invite_token_revoke, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN, .version = invite_token_version}},
	[OPERATION_TOKEN_CHECK] = {token_check_execute, .grows = false,
		{.group = GROUP_NOT_NEEDED,
			.wording = {.token_missing = OUTCOME_TOKEN_NOT_FOUND,
				.token_invalid = OUTCOME_TOKEN_NOT_FOUND,
				.caller_suspended = OUTCOME_TOKEN_NOT_FOUND}}},
	[OPERATION_USER_INFO] = {user_info_by_id, .grows = false,
		{.caller = CALLER_OPTIONAL, .group = GROUP_NOT_NEEDED}},
	[OPERATION_USER_INFO_BY_USERNAME] = {user_info_by_username, .grows = false,
		{.caller = CALLER_OPTIONAL, .group = GROUP_NOT_NEEDED}},
	[OPERATION_TOKEN_FROM_FROB] = {token_from_frob, .grows = true,
		{.caller = CALLER_OPTIONAL, .group = GROUP_NOT_NEEDED}},
	[OPERATION_SIGN_IN] = {sign_in_execute, .grows = true,
		{.group = GROUP_NOT_NEEDED,
			.caller = CALLER_BY_TOKEN,
			.reads_suffice = true,
			.wording = {.token_missing = OUTCOME_SIGN_IN_REFUSED,
				.token_invalid = OUTCOME_SIGN_IN_REFUSED}}},
	[OPERATION_SIGN_OUT] = {sign_out_execute, .grows = false,
		{.caller = CALLER_VISITOR_OPTIONAL, .group = GROUP_NOT_NEEDED, .reads_suffice = true}},
	[OPERATION_SIGN_IN_SHOW] = {sign_in_show, .grows = false,
		{.caller = CALLER_VISITOR_OPTIONAL, .group = GROUP_NOT_NEEDED, .reads_suffice = true}},
	[OPERATION_APPROVE_SHOW] = {approve_show, .grows = false,
		{.caller = CALLER_VISITOR,
			.group = GROUP_NOT_NEEDED,
			.application = true,
			.wording.application = OUTCOME_APPLICATION_UNKNOWN}},
	[OPERATION_APPROVE] = {approve_execute, .grows = true,
		{.caller = CALLER_VISITOR,
			.group = GROUP_NOT_NEEDED,
			.application = true,
			.wording.application = OUTCOME_APPLICATION_UNKNOWN}},
	[OPERATION_GROUP_CONTENT_LIST] = {group_content_list, .grows = false,
		{.caller = CALLER_OPTIONAL_IN_V3, .group = GROUP_SEEN}},
	[OPERATION_GROUP_LIST_ALL] = {group_list_all, .grows = false,
		{.group = GROUP_NOT_NEEDED}},
	[OPERATION_MEMBER_REMOVE] = {member_remove_execute, .grows = false,
		{.group = GROUP_SEEN, .manages = true, .version = version_member}},
	[OPERATION_MEMBER_SET_ROLE] = {member_set_role_execute, .grows = false,
		{.group = GROUP_SEEN, .manages = true, .version = version_member}},
	[OPERATION_REQUEST_LIST] = {request_list, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_REQUEST_GET] = {request_get, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_REQUEST_APPROVE] = {request_approve, .grows = true,
		{.group = GROUP_SEEN, .manages = true, .version = version_request}},
	[OPERATION_REQUEST_DENY] = {request_deny, .grows = false,
		{.group = GROUP_SEEN, .manages = true, .version = version_request}},
	[OPERATION_REQUEST_DISCARD] = {request_discard, .grows = false,
		{.group = GROUP_SEEN, .manages = true, .version = version_request}},
	[OPERATION_MY_REQUEST_LIST] = {request_list_mine, .grows = false,
		{.group = GROUP_NOT_NEEDED}},
	[OPERATION_REQUEST_WITHDRAW] = {request_withdraw, .grows = false,
		{.group = GROUP_ACTED_ON, .version = version_caller_request}},
	[OPERATION_BAN_LIST] = {ban_list, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_BAN_GET] = {ban_get, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_BAN_PUT] = {ban_put, .grows = true,
		{.group = GROUP_SEEN, .manages = true, .version = version_ban}},
	[OPERATION_BAN_LIFT] = {ban_lift, .grows = false,
		{.group = GROUP_SEEN, .manages = true, .version = version_ban}},
	[OPERATION_INVITATION_LIST] = {invitation_list, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_INVITATION_CREATE] = {invitation_send, .grows = true,
		{.group = GROUP_SEEN, .manages = true}},
	[OPERATION_INVITATION_CANCEL] = {invitation_cancel, .grows = false,
		{.group = GROUP_SEEN, .manages = true, .version = version_invitation}},
	[OPERATION_MY_INVITATION_LIST] = {invitation_list_mine, .grows = false,
		{.group = GROUP_NOT_NEEDED}},
	[OPERATION_INVITATION_DECLINE] = {invitation_decline, .grows = false,
		{.group = GROUP_ACTED_ON, .version = version_caller_invitation}},
	[OPERATION_INVITE_TOKEN_GET] = {invite_token_get, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_USER_GET] = {user_get_execute, .grows = false,
		{.group = GROUP_NOT_NEEDED}},
	[OPERATION_USER_PUT] = {user_put_execute, .grows = true,
		{.group = GROUP_NOT_NEEDED, .operators_only = true, .version = user_version}},
	[OPERATION_USER_TOKEN_LIST] = {user_token_list, .grows = false,
		{.group = GROUP_NOT_NEEDED, .operators_only = true}},
	[OPERATION_USER_TOKEN_GET] = {user_token_get, .grows = false,
		{.group = GROUP_NOT_NEEDED, .operators_only = true}},
	[OPERATION_USER_TOKEN_MINT] = {user_token_mint, .grows = true,
		{.group = GROUP_NOT_NEEDED, .operators_only = true}},
	[OPERATION_USER_TOKEN_REVOKE] = {user_token_revoke, .grows = false,
		{.group = GROUP_NOT_NEEDED, .operators_only = true, .version = user_token_version}},
	[OPERATION_CHANGE_LIST] = {change_list_execute, .grows = false,
		{.group = GROUP_NOT_NEEDED, .operators_only = true}},
	[OPERATION_GROUP_CHANGE_LIST] = {group_change_list, .grows = false,
		{.group = GROUP_SEEN, .role = ROLE_ADMIN}},
	[OPERATION_INVITE_VISIT] = {invite_visit_execute, .grows = false,
		{.group = GROUP_ACTED_ON}},
};

static enum outcome run(struct rule *rule, const struct row *row)
{
	assert(row->execute != NULL);
	enum outcome outcome = preamble_check(rule, &row->need);
	if (outcome != OUTCOME_NONE) {
		return outcome;
	}
	uint64_t writes = store_write_count(rule->txn);
	rule->reply->outcome = row->execute(rule);
	repeat_keep(rule, writes);
	bool acted = rule->request->dialect == DIALECT_PAGE && row->need.group != GROUP_NOT_NEEDED;
	if (acted && store_write_count(rule->txn) != writes) {
		rule_note_session(rule); /* without a commit of its own */
	}
	return rule->reply->outcome;
}

/* A reply that lacks a text is no reply. What changes something has asked before it wrote. */
static bool reply_is_whole(const struct rule *rule)
{
	if (operation_changes(rule->request->operation)) {
		return true;
	}
	return !rule_lacks_memory(rule) &&
	       !(rule->page != NULL && (rule->page->failed || rule->page->texts.failed));
}

void engine_execute(const struct circumstances *circumstances, struct txn *txn, const struct request *request,
	struct reply *reply, struct page *page)
{
	assert(request->operation < OPERATION_COUNT);
	assert(page != NULL || operation_changes(request->operation));
	struct rule rule = {
		.circumstances = circumstances,
		.txn = txn,
		.request = request,
		.reply = reply,
		.page = page,
	};
	texts_clear(circumstances->scratch);
	rule.request_id = rule_keep_text(&rule, request->request_id);
	if (page != NULL) {
		page_clear(page);
	}
	reply->outcome = run(&rule, &ROWS[request->operation]);
	if (!reply_is_whole(&rule)) {
		reply_clear(reply);
		reply->outcome = OUTCOME_BUSY;
	}
}

bool engine_operation_grows(enum operation operation)
{
	assert(operation < OPERATION_COUNT);
	return ROWS[operation].grows;
}
