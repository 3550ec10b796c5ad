/* The preamble: api_key, token, scope, person, syntax, what was answered before, group and its visibility, role,
 * If-Match, values. The first that fails answers, so that 401 comes before 400, 404 before 403, and 403 before 422. */
#include "engine/preamble.h"

#include "engine/invite_token.h"
#include "engine/manage.h"
#include "engine/repeat.h"
#include "model/limits.h"

/* --- looking up */

static enum outcome worded(enum outcome own, enum outcome common)
{
	return own == OUTCOME_OK ? common : own;
}

/* What the caller does to the own membership; who presents an invite is judged by it. */
static enum action find_own_action(enum operation operation)
{
	static const enum action action_of[OPERATION_COUNT] = {
		[OPERATION_GROUP_LEAVE] = ACTION_LEAVE,
		[OPERATION_REQUEST_WITHDRAW] = ACTION_WITHDRAW,
		[OPERATION_INVITATION_DECLINE] = ACTION_DECLINE,
	};
	return action_of[operation];
}
_Static_assert(ACTION_JOIN == 0, "who does none of these joins");

static bool joins(const struct need *need, const struct request *request)
{
	return need->group == GROUP_OF_INVITE ||
	       (need->group == GROUP_ACTED_ON && find_own_action(request->operation) == ACTION_JOIN);
}

static bool is_for_visitors(const struct need *need, const struct request *request)
{
	if (need->caller == CALLER_VISITOR || need->caller == CALLER_VISITOR_OPTIONAL) {
		return true;
	}
	return request->dialect == DIALECT_PAGE && need->caller != CALLER_BY_TOKEN;
}

/* One call of the store for all that the checks below look at. */
static void resolve(struct rule *rule, const struct need *need, const char *identifier)
{
	const struct request *request = rule->request;
	bool named = request->group.kind == REFERENCE_ID || request->group.kind == REFERENCE_SLUG;
	bool wanted = need->group != GROUP_NOT_NEEDED && need->group != GROUP_OF_INVITE;
	bool visited = is_for_visitors(need, request);
	struct lookup lookup = {
		.api_key_digest = request->api_key.given ? request->api_key.digest : NULL,
		.token_digest = request->token.given ? request->token.digest : NULL,
		.username_fold = visited && request->visitor_named ? request->name_fold : NULL,
		.session_digest = visited && !request->visitor_named && request->session.given
					  ? request->session.digest
					  : NULL,
		.group = named && wanted ? &request->group : NULL,
		.group_slug = request_text(request, request->group.slug),
		.invite_token_identifier = identifier,
	};
	store_resolve(rule->txn, &lookup, rule->circumstances->scratch, &rule->resolved);
}

/* --- who asks */

static enum outcome check_application(const struct rule *rule, const struct need *need)
{
	if (rule->request->dialect != DIALECT_LEGACY && !need->application) {
		return OUTCOME_NONE;
	}
	if (!rule->request->api_key.given) {
		return worded(need->wording.application, OUTCOME_API_KEY_MISSING);
	}
	if (!rule->resolved.application_found || !rule->resolved.application_active) {
		return worded(need->wording.application, OUTCOME_API_KEY_INVALID);
	}
	if (rule->request->dialect == DIALECT_LEGACY) { /* a look at a page is no call of the application's */
		rule->reply->application_id = rule->resolved.application_id;
	}
	return OUTCOME_NONE;
}

static bool token_is_required(const struct rule *rule, const struct need *need)
{
	bool v3 = rule->request->dialect == DIALECT_V3;
	if (rule->request->user.kind == REFERENCE_CALLER) {
		return true;
	}
	switch (need->caller) {
	case CALLER_REQUIRED:
	case CALLER_BY_TOKEN:
		return true;
	case CALLER_OPTIONAL_IN_V3:
		return !v3 || rule->circumstances->options->require_token;
	case CALLER_OPTIONAL:
	case CALLER_VISITOR:
	case CALLER_VISITOR_OPTIONAL:
		break;
	}
	return v3 && rule->circumstances->options->require_token;
}

/* A token that was made for an application works in the legacy dialect only beside its api_key, and does not
 * sign in. */
static bool token_is_good(const struct rule *rule)
{
	const struct resolved *resolved = &rule->resolved;
	if (!resolved->token_found || !resolved->token_active) {
		return false;
	}
	if (resolved->token_application_id == 0) {
		return true;
	}
	return rule->request->dialect != DIALECT_PAGE &&
	       (rule->request->dialect != DIALECT_LEGACY ||
		       resolved->token_application_id == resolved->application_id);
}

static bool session_is_good(const struct rule *rule)
{
	const struct resolved *resolved = &rule->resolved;
	return resolved->session_found && resolved->token_active &&
	       store_now(rule->txn) < resolved->session.seen_at + SESSION_UNUSED_MAX_S;
}

/* A session that is over is as none; a name that the proxy vouches for must be somebody's. */
static enum outcome check_visitor(struct rule *rule, const struct need *need)
{
	const struct request *request = rule->request;
	if (request->visitor_named && !rule->resolved.named_found) {
		return OUTCOME_VISITOR_UNKNOWN;
	}
	if (!request->visitor_named && !session_is_good(rule)) {
		return need->caller == CALLER_VISITOR_OPTIONAL ? OUTCOME_NONE : OUTCOME_SIGN_IN_NEEDED;
	}
	if (need->caller != CALLER_VISITOR_OPTIONAL && !rule->resolved.caller.active) {
		return OUTCOME_CALLER_SUSPENDED;
	}
	bool writes = need->caller == CALLER_VISITOR || operation_changes(request->operation);
	if (writes && !need->reads_suffice && !request->visitor_named && rule->resolved.token_scope == SCOPE_READ) {
		return OUTCOME_SCOPE_INSUFFICIENT;
	}
	rule->caller_known = rule->resolved.caller.active;
	return OUTCOME_NONE;
}

static enum outcome check_caller(struct rule *rule, const struct need *need)
{
	const struct request *request = rule->request;
	if (is_for_visitors(need, request)) {
		return check_visitor(rule, need);
	}
	if (!request->token.given) {
		bool required = token_is_required(rule, need);
		return required ? worded(need->wording.token_missing, OUTCOME_TOKEN_MISSING) : OUTCOME_NONE;
	}
	if (!token_is_good(rule)) {
		return worded(need->wording.token_invalid, OUTCOME_TOKEN_INVALID);
	}
	rule->reply->token_id = rule->resolved.token_id;
	if (operation_changes(request->operation) && !need->reads_suffice && rule->resolved.token_scope == SCOPE_READ) {
		return OUTCOME_SCOPE_INSUFFICIENT;
	}
	if (!rule->resolved.caller.active) {
		return worded(need->wording.caller_suspended, OUTCOME_CALLER_SUSPENDED);
	}
	rule->caller_known = true;
	return OUTCOME_NONE;
}

/* --- the group */

/* Judges an invite of either form for the resolved group. */
static enum invite_verdict judge_invite(const struct rule *rule, const struct macaroon *macaroon)
{
	const struct request *request = rule->request;
	const struct resolved *resolved = &rule->resolved;
	switch (request->invite_kind) {
	case INVITE_NOT_GIVEN:
		return INVITE_VERDICT_NONE;
	case INVITE_TOKEN:
		if (macaroon == NULL || resolved->invite_token.group_id != resolved->group.id) {
			return INVITE_VERDICT_BAD;
		}
		return invite_token_judge(rule, macaroon);
	case INVITE_CODE: {
		uint64_t group_id = 0;
		bool current = store_find_group_id_by_code(rule->txn, request->invite_digest, &group_id);
		return current && group_id == resolved->group.id ? INVITE_VERDICT_VALID : INVITE_VERDICT_BAD;
	}
	case INVITE_UNUSABLE:
		break;
	}
	return INVITE_VERDICT_BAD;
}

static enum action find_action(const struct rule *rule)
{
	enum action own = find_own_action(rule->request->operation);
	if (own != ACTION_JOIN) {
		return own;
	}
	switch (rule->invite) {
	case INVITE_VERDICT_NONE:
		return ACTION_JOIN;
	case INVITE_VERDICT_VALID:
		return ACTION_JOIN_WITH_INVITE;
	case INVITE_VERDICT_SPENT:
	case INVITE_VERDICT_BAD:
		break;
	}
	return ACTION_JOIN_WITH_BAD_INVITE;
}

/* An operator's token sees every group, whatever its person sees. */
static bool sees_all(const struct rule *rule)
{
	return rule->caller_known && rule->resolved.token_scope == SCOPE_OPERATOR;
}

/* Finds the cell of the table for who acts on the own membership. What its person does not see, an operator's
 * token may not change either; but it sees it, so it is told that. */
static enum outcome check_acted_on(struct rule *rule, const struct macaroon *macaroon)
{
	const struct resolved *resolved = &rule->resolved;
	enum state state = resolved->membership.state;
	if (rule->request->dialect == DIALECT_ONEZONE && state != STATE_MEMBER) {
		return OUTCOME_NO_SUCH_GROUP;
	}
	rule->invite = judge_invite(rule, macaroon);
	rule->transition = transition_find(find_action(rule), transition_kind(&resolved->group), state);
	if (rule->transition.outcome != OUTCOME_NO_SUCH_GROUP) {
		return OUTCOME_NONE;
	}
	if (!sees_all(rule)) {
		return OUTCOME_NO_SUCH_GROUP;
	}
	return operation_changes(rule->request->operation) ? OUTCOME_NOT_ALLOWED : OUTCOME_NONE;
}

/* Where only the token names the group, what is wrong with the token comes before the group. A member who
 * repeats the join that used it up must not be told so. */
static enum outcome check_of_invite(struct rule *rule, const struct macaroon *macaroon)
{
	const struct resolved *resolved = &rule->resolved;
	enum state state = resolved->membership.state;
	bool readable = rule->request->invite_kind == INVITE_TOKEN && macaroon != NULL;
	rule->invite = readable ? invite_token_judge(rule, macaroon) : INVITE_VERDICT_BAD;
	if (rule->invite == INVITE_VERDICT_BAD) {
		return OUTCOME_INVITE_INVALID;
	}
	if (rule->invite == INVITE_VERDICT_SPENT && state != STATE_MEMBER) {
		return OUTCOME_INVITE_INVALID;
	}
	if (!resolved->group_found) {
		return OUTCOME_NO_SUCH_GROUP;
	}
	rule->transition = transition_find(find_action(rule), transition_kind(&resolved->group), state);
	return OUTCOME_NONE;
}

static bool is_seen(const struct rule *rule, const struct need *need)
{
	const struct resolved *resolved = &rule->resolved;
	enum state state = resolved->membership.state;
	if (sees_all(rule) || state == STATE_MEMBER) {
		return true;
	}
	if (need->group == GROUP_OF_MEMBER || rule->request->dialect == DIALECT_ONEZONE) {
		return false;
	}
	return !resolved->group.is_private || state == STATE_REQUESTED || state == STATE_INVITED;
}

static enum outcome check_group(struct rule *rule, const struct need *need, const struct macaroon *macaroon)
{
	if (need->group == GROUP_NOT_NEEDED) {
		return OUTCOME_NONE;
	}
	if (need->group == GROUP_OF_INVITE) {
		return check_of_invite(rule, macaroon);
	}
	enum outcome absent = worded(need->wording.no_such_group, OUTCOME_NO_SUCH_GROUP);
	if (!rule->resolved.group_found) {
		return absent;
	}
	if (need->group == GROUP_ACTED_ON) {
		return check_acted_on(rule, macaroon);
	}
	return is_seen(rule, need) ? OUTCOME_NONE : absent;
}

static enum outcome check_role(struct rule *rule, const struct need *need)
{
	if (need->manages) {
		rule->deed = manage_find_deed(rule->request);
		return manage_may(rule, rule->deed) ? OUTCOME_NONE : OUTCOME_NOT_ALLOWED;
	}
	if (need->operators_only && !sees_all(rule)) {
		return OUTCOME_NOT_ALLOWED;
	}
	if (need->role == ROLE_NONE || rule_reads_as_manager(rule)) {
		return OUTCOME_NONE;
	}
	const struct membership *membership = &rule->resolved.membership;
	bool suffices = membership->state == STATE_MEMBER && membership->role >= need->role;
	return suffices ? OUTCOME_NONE : OUTCOME_NOT_ALLOWED;
}

/* What the caller saw must be what is there now. A condition on what takes none is never met. */
static enum outcome check_match(struct rule *rule, const struct need *need)
{
	uint64_t version = 0;
	if (rule->request->match == MATCH_NOT_ASKED) {
		return OUTCOME_NONE;
	}
	bool exists = need->version != NULL && need->version(rule, &version);
	bool met = exists && (rule->request->match == MATCH_ANY || request_match_has(rule->request, version));
	return met ? OUTCOME_NONE : OUTCOME_PRECONDITION_FAILED;
}

/* --- all of it */

static enum outcome check_fault(struct rule *rule, const struct fault *fault)
{
	return fault->outcome == OUTCOME_NONE ? OUTCOME_NONE
					      : rule_refuse(rule, fault->outcome, fault->field);
}

enum outcome preamble_check(struct rule *rule, const struct need *need)
{
	struct macaroon macaroon;
	const char *identifier = NULL;
	if (joins(need, rule->request) && rule->request->invite_kind == INVITE_TOKEN) {
		identifier = invite_token_read(rule->request, &macaroon);
	}
	resolve(rule, need, identifier);
	const enum outcome application = check_application(rule, need); /* notes whose call it is */
	enum outcome outcome = check_fault(rule, &rule->request->first);
	if (outcome == OUTCOME_NONE) {
		outcome = application;
	}
	if (outcome == OUTCOME_NONE) {
		outcome = check_caller(rule, need);
	}
	if (outcome == OUTCOME_NONE) {
		outcome = check_fault(rule, &rule->request->syntax);
	}
	if (outcome == OUTCOME_NONE) {
		outcome = repeat_find(rule);
	}
	if (outcome == OUTCOME_NONE) {
		outcome = check_group(rule, need, identifier == NULL ? NULL : &macaroon);
	}
	if (outcome == OUTCOME_NONE) {
		outcome = check_role(rule, need);
	}
	if (outcome == OUTCOME_NONE) {
		outcome = check_match(rule, need);
	}
	if (outcome == OUTCOME_NONE) {
		outcome = check_fault(rule, &rule->request->value);
	}
	return outcome;
}
