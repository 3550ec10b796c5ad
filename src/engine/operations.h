/* The operations' functions, as the table in engine.c names them. Each starts behind the preamble: what its
 * row asks for holds. It answers guards first, in order of precedence, and writes last. */
#ifndef ENGINE_OPERATIONS_H
#define ENGINE_OPERATIONS_H

#include "engine/rule.h"

enum outcome join_execute(struct rule *rule);
enum outcome leave_execute(struct rule *rule);
enum outcome group_create_execute(struct rule *rule);
enum outcome group_edit_execute(struct rule *rule);
enum outcome group_delete_execute(struct rule *rule);
enum outcome group_get_execute(struct rule *rule);
enum outcome group_get_info(struct rule *rule);
enum outcome user_groups_execute(struct rule *rule);
enum outcome member_list_execute(struct rule *rule);
enum outcome member_get_execute(struct rule *rule);
enum outcome invite_code_show(struct rule *rule);
enum outcome invite_code_create(struct rule *rule);
enum outcome invite_code_delete(struct rule *rule);
enum outcome invite_token_mint(struct rule *rule);
enum outcome invite_token_list(struct rule *rule);
enum outcome invite_visit_execute(struct rule *rule);
enum outcome invite_token_revoke(struct rule *rule);
enum outcome token_check_execute(struct rule *rule);
enum outcome user_info_by_id(struct rule *rule);
enum outcome user_info_by_username(struct rule *rule);
enum outcome token_from_frob(struct rule *rule);
enum outcome sign_in_execute(struct rule *rule);
enum outcome sign_out_execute(struct rule *rule);
enum outcome sign_in_show(struct rule *rule);
enum outcome approve_show(struct rule *rule);
enum outcome approve_execute(struct rule *rule);
enum outcome group_content_list(struct rule *rule);
enum outcome group_list_all(struct rule *rule);
enum outcome member_remove_execute(struct rule *rule);
enum outcome member_set_role_execute(struct rule *rule);
enum outcome request_list(struct rule *rule);
enum outcome request_get(struct rule *rule);
enum outcome request_approve(struct rule *rule);
enum outcome request_deny(struct rule *rule);
enum outcome request_discard(struct rule *rule);
enum outcome request_list_mine(struct rule *rule);
enum outcome request_withdraw(struct rule *rule);
enum outcome ban_list(struct rule *rule);
enum outcome ban_get(struct rule *rule);
enum outcome ban_put(struct rule *rule);
enum outcome ban_lift(struct rule *rule);
enum outcome invitation_list(struct rule *rule);
enum outcome invitation_send(struct rule *rule);
enum outcome invitation_cancel(struct rule *rule);
enum outcome invitation_list_mine(struct rule *rule);
enum outcome invitation_decline(struct rule *rule);
enum outcome invite_token_get(struct rule *rule);
enum outcome user_get_execute(struct rule *rule);
enum outcome user_put_execute(struct rule *rule);
enum outcome user_token_list(struct rule *rule);
enum outcome user_token_get(struct rule *rule);
enum outcome user_token_mint(struct rule *rule);
enum outcome user_token_revoke(struct rule *rule);
enum outcome change_list_execute(struct rule *rule);
enum outcome group_change_list(struct rule *rule);

/* The versions that If-Match is compared with, as the rows name them. False: there is no such thing. */
bool user_version(struct rule *rule, uint64_t *version);
bool user_token_version(struct rule *rule, uint64_t *version);
bool invite_token_version(struct rule *rule, uint64_t *version);

#endif
