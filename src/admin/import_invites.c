/* Lines of invite codes and tokens, of the change feed, and of the counters. */
#include "admin/import_kinds.h"
#include "engine/secrets.h"

bool import_find_invite(struct import_state *state, const struct import_line *line)
{
	return store_find_invite(
		state->txn, line->invite.group_id, &state->stored_texts, &state->stored.invite);
}

const char *import_put_invite(struct import_state *state, struct import_line *line)
{
	struct invite *invite = &line->invite;
	struct group group;
	if (!store_find_group(state->txn, invite->group_id, &state->scratch, &group)) {
		return IMPORT_NO_GROUP;
	}
	uint8_t digest[DIGEST_SIZE];
	uint64_t other;
	secret_digest(texts_get(&state->texts, invite->code), invite->code.length, digest);
	if (store_find_group_id_by_code(state->txn, digest, &other)) {
		return "the code is taken";
	}
	invite->id = import_take_id(state, COUNTER_INVITE, invite->id);
	store_put_invite(state->txn, invite, &state->texts, digest);
	return NULL;
}

bool import_find_invite_token(struct import_state *state, const struct import_line *line)
{
	uint64_t id;
	const char *identifier = texts_get(&state->texts, line->invite_token.identifier);
	return store_find_invite_token_id(state->txn, identifier, &id) &&
	       store_find_invite_token(state->txn, id, &state->stored_texts, &state->stored.invite_token);
}

/* Its group may be gone: tokens outlive it. */
const char *import_put_invite_token(struct import_state *state, struct import_line *line)
{
	struct invite_token *token = &line->invite_token;
	struct invite_token other;
	if (token->id != 0 && store_find_invite_token(state->txn, token->id, &state->scratch, &other)) {
		return "another invite token has this id";
	}
	if ((token->by != 0 && !import_user_existed(state, token->by)) ||
		(token->user_id != 0 && !import_user_existed(state, token->user_id))) {
		return IMPORT_NO_USER;
	}
	token->id = import_take_id(state, COUNTER_INVITE_TOKEN, token->id);
	token->created_at = import_time_or_now(state, line, "created_at", token->created_at);
	store_put_invite_token(state->txn, token, &state->texts);
	return NULL;
}

bool import_find_change(struct import_state *state, const struct import_line *line)
{
	uint64_t seq = line->change.seq;
	struct change *stored = &state->stored.change;
	return store_next_change(state->txn, seq - 1, &state->stored_texts, stored) && stored->seq == seq;
}

/* The feed's numbers are consecutive: a change goes behind the last one, or starts an empty feed. */
const char *import_put_change(struct import_state *state, struct import_line *line)
{
	uint64_t next = store_counter(state->txn, COUNTER_CHANGE);
	struct change first;
	bool is_empty = !store_next_change(state->txn, 0, &state->scratch, &first);
	if (line->change.seq < next || (line->change.seq > next && !is_empty)) {
		return "seq does not follow the last change";
	}
	store_raise_counter(state->txn, COUNTER_CHANGE, line->change.seq);
	(void)store_append_change(state->txn, &line->change, &state->texts); /* a failure shows at the end */
	return NULL;
}

bool import_find_counter(struct import_state *state, const struct import_line *line)
{
	struct counter_line *stored = &state->stored.counter;
	*stored = line->counter;
	return store_counter(state->txn, line->counter.counter) >= line->counter.value;
}

const char *import_put_counter(struct import_state *state, struct import_line *line)
{
	store_raise_counter(state->txn, line->counter.counter, line->counter.value);
	return NULL;
}
