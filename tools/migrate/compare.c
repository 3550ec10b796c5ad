/* The outcome, then the fields of what both replies show, then the rows. */
#include "migrate/compare_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/compare_reply.h"
#include "migrate/memory.h"

/* What the replies of a verb show; of a join the v3 side is asked for the group behind it. */
static const struct {
	enum noun noun;
	bool list;
	bool probe;
} SHOWN[CALL_VERB_COUNT] = {
	[CALL_JOIN] = {NOUN_GROUP, false, true},
	[CALL_JOIN_BY_TOKEN] = {NOUN_GROUP, false, true},
	[CALL_ADD] = {NOUN_GROUP, false, false},
	[CALL_EDIT] = {NOUN_GROUP, false, false},
	[CALL_INFO] = {NOUN_GROUP, false, false},
	[CALL_MEMBERS] = {NOUN_MEMBER, true, false},
	[CALL_MEMBER_CHECK] = {NOUN_MEMBER, false, false},
	[CALL_MY_GROUPS] = {NOUN_GROUP, true, false},
	[CALL_CHECK_TOKEN] = {NOUN_TOKEN, false, false},
	[CALL_USER_INFO] = {NOUN_USER, false, false},
	[CALL_MINT] = {NOUN_MACAROON, false, false},
};

void side_finish(struct side *side)
{
	stage_result_finish(&side->result);
	rows_list_finish(&side->rows);
	flat_finish(&side->flat);
	flat_finish(&side->whole);
	call_request_finish(&side->request);
}

/* --- differences */

void differences_clear(struct differences *differences)
{
	for (uint32_t i = 0; i < differences->count; i++) {
		free((char *)differences->items[i].path);
		free((char *)differences->items[i].left);
		free((char *)differences->items[i].right);
	}
	differences->count = 0;
	call_text_clear(&differences->state_diff);
}

void differences_finish(struct differences *differences)
{
	differences_clear(differences);
	call_request_finish(&differences->state_diff);
}

static char *copy_of(const char *text)
{
	return text == NULL ? NULL : memory_copy(text, strlen(text));
}

/* Where more differ than are told, none of those that are left out may pass as accepted with the others. */
void compare_add(struct differences *found, enum difference_kind kind, const char *path, const char *left,
	const char *right, bool noise)
{
	bool last = found->count == DIFFERENCES_MAX - 1;
	if (found->count == DIFFERENCES_MAX) {
		return;
	}
	found->items[found->count++] = (struct difference){
		.kind = last ? DIFFERENCE_CHECK : kind,
		.path = copy_of(last ? DIFFERENCES_BEYOND : path),
		.left = last ? NULL : copy_of(left),
		.right = last ? NULL : copy_of(right),
		.noise = noise && !last,
	};
}

/* --- rows */

static void tell_line(struct differences *found, const char *sign, const struct rows_list *rows,
	const struct rows_list_row *row, const char *name)
{
	char before[WRITTEN_TEXT_SIZE];
	char after[WRITTEN_TEXT_SIZE];
	written_value(row->table, rows_list_before(rows, row), before);
	written_value(row->table, rows_list_after(rows, row), after);
	const char *const pieces[] = {sign, name, ": ", before, " -> ", after, "\n"};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		call_text_puts(&found->state_diff, pieces[i]);
	}
}

struct row_context {
	struct differences *found;
	bool noise;
};

static void tell_row(void *context, const struct rows_list *left, const struct rows_list_row *left_row,
	const struct rows_list *right, const struct rows_list_row *right_row)
{
	const struct row_context *rows = context;
	struct rows_list_words words;
	rows_list_say(left, left_row, right, right_row, &words);
	if (left_row != NULL) {
		tell_line(rows->found, "- ", left, left_row, words.name);
	}
	if (right_row != NULL) {
		tell_line(rows->found, "+ ", right, right_row, words.name);
	}
	compare_add(rows->found, DIFFERENCE_STATE, words.name, words.left, words.right, rows->noise);
}

static void compare_rows(struct side *left, struct side *right, bool noise, struct differences *found)
{
	struct row_context context = {.found = found, .noise = noise};
	rows_list_compare(&left->rows, &right->rows, tell_row, &context);
}

/* Guards come before writes, so what is refused has written nothing. */
static void check_refusal(const struct side *side, struct differences *found)
{
	const struct outcome_row *row = outcome_row(side->result.outcome);
	bool refused = row->v3_status >= 400 || (row->v3_status == 0 && side->result.response.status >= 400);
	if (refused && side->rows.count > 0) {
		compare_add(found, DIFFERENCE_STATE, "a refused call has written", dialect_name(side->dialect),
			row->name, false);
	}
}

/* --- fields */

const char *compare_show(const struct flat *flat, struct flat_value value, char shown[COMPARE_SHOWN_SIZE])
{
	(void)snprintf(shown, COMPARE_SHOWN_SIZE, "%.*s", (int)value.length,
		value.given ? flat->text.text + value.offset : "");
	return value.given ? shown : NULL;
}

void compare_items(enum noun noun, const char *where, const struct side *left, const struct flat *of_left,
	const struct flat_item *a, const struct side *right, const struct flat *of_right,
	const struct flat_item *b, struct differences *found)
{
	for (size_t i = 0; flat_field_name(noun, i) != NULL; i++) {
		bool both = flat_field_in(noun, i, left->dialect) && flat_field_in(noun, i, right->dialect);
		bool known = a->values[i].given || b->values[i].given || i == 0;
		if (!both || !known || flat_is_equal(of_left, a->values[i], of_right, b->values[i])) {
			continue;
		}
		if (i > 0 && (a->id_only || b->id_only)) {
			continue;
		}
		char path[COMPARE_PATH_SIZE];
		char is_left[COMPARE_SHOWN_SIZE];
		char is_right[COMPARE_SHOWN_SIZE];
		(void)snprintf(path, sizeof path, "%s.%s", where, flat_field_name(noun, i));
		compare_add(found, DIFFERENCE_FIELD, path, compare_show(of_left, a->values[i], is_left),
			compare_show(of_right, b->values[i], is_right), false);
	}
}

void compare_read_side(enum call_verb verb, struct side *side)
{
	bool probe = SHOWN[verb].probe && side->dialect == DIALECT_V3;
	if (side->flat_is_read) {
		return;
	}
	side->flat_is_read = true;
	flat_read(&side->flat, SHOWN[verb].noun, side->dialect,
		probe ? &side->result.probe : &side->result.response);
}

bool compare_has_items(const struct side *side)
{
	const struct outcome_row *row = outcome_row(side->result.outcome);
	int status = side->result.response.status;
	return status < 300 && (status != 204 || side->dialect != DIALECT_ONEZONE) && row->v3_status < 400 &&
	       side->result.outcome != OUTCOME_ALREADY_MEMBER;
}

/* `call` is NULL where two runs of one side are compared. */
static void compare_fields(enum call_verb verb, const struct call *call, struct side *left,
	struct side *right, struct differences *found)
{
	enum noun noun = SHOWN[verb].noun;
	if (noun == NOUN_NONE || !compare_has_items(left) || !compare_has_items(right)) {
		return;
	}
	compare_read_side(verb, left);
	compare_read_side(verb, right);
	if (!left->flat.readable || !right->flat.readable) {
		compare_add(found, DIFFERENCE_FIELD, "reply",
			left->flat.readable ? "readable" : "not what its type says",
			right->flat.readable ? "readable" : "not what its type says", false);
	} else if (SHOWN[verb].list) {
		compare_lists(noun, call, left, right, found);
	} else if (left->flat.count != 1 || right->flat.count != 1) {
		compare_add(found, DIFFERENCE_FIELD, noun_name(noun), left->flat.count == 1 ? "shown" : NULL,
			right->flat.count == 1 ? "shown" : NULL, false);
	} else {
		compare_items(noun, noun_name(noun), left, &left->flat, left->flat.items, right, &right->flat,
			right->flat.items, found);
	}
}

/* --- the whole */

bool compare_wants_probe(enum call_verb verb)
{
	return SHOWN[verb].probe;
}

enum noun compare_list_of(enum call_verb verb)
{
	return SHOWN[verb].list ? SHOWN[verb].noun : NOUN_NONE;
}

static int prescribed_status(const struct side *side)
{
	const struct outcome_row *row = outcome_row(side->result.outcome);
	return side->dialect == DIALECT_V3        ? row->v3_status
	       : side->dialect == DIALECT_ONEZONE ? row->onezone_status
						  : outcome_legacy_status(side->result.outcome,
							    operation_changes(side->result.operation));
}

/* A reply whose status is not the one that the table gives its outcome. */
static void check_status(const struct side *side, struct differences *found)
{
	char is[COMPARE_PATH_SIZE];
	char should[COMPARE_PATH_SIZE];
	int prescribed = prescribed_status(side);
	bool reads_secret = side->result.operation == OPERATION_TOKEN_FROM_FROB;
	if (prescribed == 0 || reads_secret || side->result.response.status == prescribed ||
		side->result.response.status == 304) {
		return;
	}
	(void)snprintf(is, sizeof is, "%d", side->result.response.status);
	(void)snprintf(should, sizeof should, "%d as prescribed", prescribed);
	compare_add(found, DIFFERENCE_STATUS, dialect_name(side->dialect), is, should, false);
}

/* Where both blame a parameter, it is the same one, whatever each calls its fault. */
static void check_refused_field(enum call_verb verb, const struct compare_caller *caller, const struct side *left,
	const struct side *right, struct differences *found)
{
	char of_left[REFUSED_FIELD_SIZE];
	char of_right[REFUSED_FIELD_SIZE];
	bool both = compare_refused_field(left, of_left) && compare_refused_field(right, of_right);
	if (!both || compare_same_argument(verb, left, of_left, right, of_right)) {
		return;
	}
	bool two_faults = left->dialect == DIALECT_LEGACY && right->dialect == DIALECT_V3 &&
			  compare_flag_is_later(verb, of_left, of_right) &&
			  caller->is(caller->context, OUTCOMES_BAD_FLAG);
	if (!two_faults) {
		compare_add(found, DIFFERENCE_FIELD, "error.parameter", of_left, of_right, false);
	}
}

static void tell_prescribed(void *context, const char *path, const char *is, const char *should)
{
	compare_add(context, DIFFERENCE_FIELD, path, is, should, false);
}

void compare_alone(const struct side *side, struct differences *found)
{
	check_status(side, found);
	compare_prescribed(side, tell_prescribed, found);
}

void compare_sides(const struct call *call, const struct compare_caller *caller, struct side *left,
	struct side *right, struct differences *found)
{
	enum call_verb verb = call->verb;
	const char *why;
	enum outcomes_when when;
	bool agree = outcomes_agree(verb, left->dialect, left->result.outcome, right->dialect,
		right->result.outcome, &why, &when);
	if (!agree || (when != OUTCOMES_ALWAYS && !caller->is(caller->context, when))) {
		compare_add(found, DIFFERENCE_OUTCOME, "", outcome_row(left->result.outcome)->name,
			outcome_row(right->result.outcome)->name, false);
	}
	compare_alone(left, found);
	compare_alone(right, found);
	check_refused_field(verb, caller, left, right, found);
	compare_fields(verb, call, left, right, found);
	compare_rows(left, right, false, found);
	check_refusal(left, found);
	check_refusal(right, found);
}

static bool is_same_head(const struct http_response *a, const struct http_response *b)
{
	bool same = a->status == b->status && a->content_type == b->content_type && a->header_count == b->header_count;
	for (unsigned i = 0; same && i < a->header_count; i++) {
		same = strcmp(a->headers[i].name, b->headers[i].name) == 0 &&
		       strcmp(a->headers[i].value, b->headers[i].value) == 0;
	}
	return same;
}

void compare_same(enum call_verb verb, struct side *left, struct side *right, struct differences *found)
{
	const struct stage_result *a = &left->result;
	const struct stage_result *b = &right->result;
	if (a->outcome != b->outcome) {
		compare_add(found, DIFFERENCE_OUTCOME, "", outcome_row(a->outcome)->name,
			outcome_row(b->outcome)->name, true);
	}
	if (!is_same_head(&a->response, &b->response)) {
		compare_add(found, DIFFERENCE_FIELD, "head", "one run", "another run", true);
	}
	size_t size = a->response.body_size;
	if (size != b->response.body_size ||
		(size > 0 && memcmp(a->response.body, b->response.body, size) != 0)) {
		compare_add(found, DIFFERENCE_FIELD, "reply", "one run", "another run", true);
		compare_fields(verb, NULL, left, right, found);
	}
	compare_rows(left, right, true, found);
	for (uint32_t i = 0; i < found->count; i++) {
		found->items[i].noise = true;
	}
}

void compare_mark_noise(const struct differences *noise, struct differences *found)
{
	for (uint32_t i = 0; i < found->count; i++) {
		for (uint32_t k = 0; k < noise->count; k++) {
			struct difference *item = &found->items[i];
			item->noise |= item->kind == noise->items[k].kind &&
				       strcmp(item->path, noise->items[k].path) == 0;
		}
	}
}
