/* Tables only. The first row of each is the simplest: shrinking goes there. */
#include "migrate/step_texts.h"

#include "model/limits.h"

#define TABLE(rows) \
	{ \
		(rows), sizeof(rows) / sizeof(rows)[0] \
	}

const uint32_t step_jumps_s[STEP_JUMP_COUNT] = {0, 1, 60, 3600, 86400, DECISION_KEPT_S + 1};

static const struct step_text names[] = {
	{CALL_TEXT, "Group #", 0, 20},
	{CALL_TEXT, "GROUP  #", 0, 3}, /* the same name by its fold */
	{CALL_TEXT, " Caf\xc3\xa9 # ", 0, 2},
	{CALL_TEXT, "<b>\"#\" & 'co'</b>", 0, 2},
	{CALL_TEXT, "\xe7\xbe\xa4", GROUP_NAME_MAX, 1}, /* as long as a name may be, and without a slug */
	{CALL_TEXT, "007", 0, 1},
	{CALL_NOT_GIVEN, "", 0, 0},
	{CALL_TEXT, "", 0, 0},
	{CALL_TEXT, "   ", 0, 0},
	{CALL_TEXT, "n", GROUP_NAME_MAX + 1, 0},
	{CALL_TEXT, "bell \x07", 0, 0},
	{CALL_TEXT, "line\nend", 0, 0},
	{CALL_TEXT, "turned \xe2\x80\xae round", 0, 0},
	{CALL_TEXT, "not UTF-8 \xff", 0, 0},
	{CALL_TEXT, "surrogate \xed\xa0\x80", 0, 0},
	{CALL_NUMBER, "12", 0, 0},
	{CALL_NULL, "", 0, 0},
	{CALL_OTHER_JSON, "[\"a list\"]", 0, 0},
	{CALL_OTHER_JSON, "true", 0, 0},
};

static const struct step_text descriptions[] = {
	{CALL_NOT_GIVEN, "", 0, 6},
	{CALL_TEXT, "About #", 0, 3},
	{CALL_TEXT, "", 0, 1},
	{CALL_TEXT, "<p>two\nlines &amp; a\ttab</p>", 0, 2},
	{CALL_TEXT, "\xc3\xa9", DESCRIPTION_MAX, 1},
	{CALL_NULL, "", 0, 1},
	{CALL_OTHER_JSON, "{\"markdown\":\"m\"}", 0, 0},
	{CALL_TEXT, "d", DESCRIPTION_MAX + 1, 0},
	{CALL_TEXT, "bell \x07", 0, 0},
	{CALL_TEXT, "not UTF-8 \xff", 0, 0},
};

static const struct step_text flags[] = {
	{CALL_NOT_GIVEN, "", 0, 4},
	{CALL_FLAG, "0", 0, 3},
	{CALL_FLAG, "1", 0, 3},
	{CALL_TEXT, "2", 0, 0},
	{CALL_TEXT, "true", 0, 0},
};

static const struct step_text privacy[] = {
	{CALL_NOT_GIVEN, "", 0, 5},
	{CALL_FLAG, "0", 0, 4},
	{CALL_FLAG, "1", 0, 1},
	{CALL_TEXT, "2", 0, 0},
	{CALL_TEXT, "true", 0, 0},
};

static const struct step_text types[] = {
	{CALL_TEXT, "team", 0, 2},
	{CALL_TEXT, "organization", 0, 1},
	{CALL_TEXT, "unit", 0, 1},
	{CALL_TEXT, "role", 0, 1},
	{CALL_TEXT, "club", 0, 0},
	{CALL_TEXT, "", 0, 0},
	{CALL_NOT_GIVEN, "", 0, 0},
};

static const struct step_text messages[] = {
	{CALL_NOT_GIVEN, "", 0, 12},
	{CALL_TEXT, "Please, it is #", 0, 1},
	{CALL_TEXT, "m", MESSAGE_MAX + 1, 0},
};

static const struct step_text spans_s[] = {
	{CALL_NOT_GIVEN, "", 0, 2},
	{CALL_NUMBER, "60", 0, 1},
	{CALL_NUMBER, "86400", 0, 2},
	{CALL_NUMBER, "0", 0, 0},
	{CALL_NUMBER, "-1", 0, 0},
	{CALL_NUMBER, "31536001", 0, 0},
	{CALL_TEXT, "soon", 0, 0},
};

static const struct step_text uses[] = {
	{CALL_NOT_GIVEN, "", 0, 2},
	{CALL_NUMBER, "1", 0, 1},
	{CALL_NUMBER, "2", 0, 2},
	{CALL_NUMBER, "5", 0, 1},
	{CALL_NUMBER, "0", 0, 0},
	{CALL_NUMBER, "1000001", 0, 0},
};

static const struct step_text pages[] = {
	{CALL_NOT_GIVEN, "", 0, 5},
	{CALL_TEXT, "1", 0, 1},
	{CALL_TEXT, "2", 0, 3},
	{CALL_TEXT, "3", 0, 2},
	{CALL_TEXT, "99", 0, 1},
	{CALL_TEXT, "0", 0, 0},
	{CALL_TEXT, "-1", 0, 0},
	{CALL_TEXT, "two", 0, 0},
	{CALL_TEXT, "", 0, 0},
};

static const struct step_text sizes[] = {
	{CALL_NOT_GIVEN, "", 0, 4},
	{CALL_TEXT, "1", 0, 1},
	{CALL_TEXT, "2", 0, 3},
	{CALL_TEXT, "3", 0, 3},
	{CALL_TEXT, "100", 0, 1},
	{CALL_TEXT, "0", 0, 0},
	{CALL_TEXT, "5000", 0, 0},
	{CALL_TEXT, "few", 0, 0},
};

static const struct step_text orders[] = {
	{CALL_NOT_GIVEN, "", 0, 2},
	{CALL_TEXT, "username", 0, 1},
	{CALL_TEXT, "member_timestamp", 0, 3},
	{CALL_TEXT, "height", 0, 0},
};

static const struct step_text directions[] = {
	{CALL_NOT_GIVEN, "", 0, 2},
	{CALL_TEXT, "asc", 0, 1},
	{CALL_TEXT, "desc", 0, 2},
	{CALL_TEXT, "up", 0, 0},
};

static const struct step_text sorts[] = {
	{CALL_NOT_GIVEN, "", 0, 2},
	{CALL_TEXT, "name_asc", 0, 1},
	{CALL_TEXT, "name_desc", 0, 2},
	{CALL_TEXT, "created_at_asc", 0, 1},
	{CALL_TEXT, "created_at_desc", 0, 1},
	{CALL_TEXT, "updated_at_asc", 0, 1},
	{CALL_TEXT, "updated_at_desc", 0, 1},
	{CALL_TEXT, "height", 0, 0},
};

static const struct step_text odd_ids[] = {
	{CALL_TEXT, "999999", 0, 0},
	{CALL_TEXT, "0", 0, 0},
	{CALL_TEXT, "-1", 0, 0},
	{CALL_TEXT, "9007199254740992", 0, 0}, /* 2^53 */
	{CALL_TEXT, "18446744073709551616", 0, 0}, /* 2^64 */
	{CALL_TEXT, "007", 0, 0},
	{CALL_TEXT, "letters", 0, 0},
	{CALL_TEXT, "\xff", 0, 0},
	{CALL_TEXT, "", 0, 0},
	{CALL_NOT_GIVEN, "", 0, 0},
};

struct step_text_table step_texts(enum choice choice)
{
	static const struct step_text_table tables[CHOICE_COUNT] = {
		[CHOICE_NAME] = TABLE(names),
		[CHOICE_DESCRIPTION] = TABLE(descriptions),
		[CHOICE_EVENT_MODERATION] = TABLE(flags),
		[CHOICE_MEMBER_MODERATION] = TABLE(flags),
		[CHOICE_IS_PRIVATE] = TABLE(privacy),
		[CHOICE_TYPE] = TABLE(types),
		[CHOICE_MESSAGE] = TABLE(messages),
		[CHOICE_EXPIRES_IN] = TABLE(spans_s),
		[CHOICE_MAX_USES] = TABLE(uses),
		[CHOICE_PAGE] = TABLE(pages),
		[CHOICE_PER_PAGE] = TABLE(sizes),
		[CHOICE_ORDER] = TABLE(orders),
		[CHOICE_DIRECTION] = TABLE(directions),
		[CHOICE_SORT] = TABLE(sorts),
	};
	return tables[choice];
}

struct step_text_table step_odd_ids(void)
{
	return (struct step_text_table)TABLE(odd_ids);
}

static const struct step_text decisions[] = {
	{CALL_TEXT, "{}", 0, 2},
	{CALL_TEXT, "{\"reason\":\"no room for #\"}", 0, 1},
	{CALL_TEXT, "{\"reason\":7}", 0, 0},
};

static const struct step_text bans[] = {
	{CALL_TEXT, "{}", 0, 2},
	{CALL_TEXT, "{\"reason\":\"rude\"}", 0, 1},
	{CALL_TEXT, "{\"until\":\"{soon}\"}", 0, 2},
	{CALL_TEXT, "{\"until\":\"{late}\",\"reason\":\"for a while\"}", 0, 1},
	{CALL_TEXT, "{\"until\":\"{past}\"}", 0, 0},
};

static const struct step_text roles[] = {
	{CALL_TEXT, "{\"role\":\"admin\"}", 0, 4},
	{CALL_TEXT, "{\"role\":\"member\"}", 0, 2},
	{CALL_TEXT, "{\"role\":\"owner\"}", 0, 2},
	{CALL_TEXT, "{\"role\":\"king\"}", 0, 0},
};

static const struct step_text invitees[] = {
	{CALL_TEXT, "{\"user_id\":{u}}", 0, 8},
	{CALL_TEXT, "{\"email\":\"nobody@example.org\"}", 0, 2},
	{CALL_TEXT, "{\"email\":\"Person3@example.org\"}", 0, 1},
	{CALL_TEXT, "{}", 0, 0},
};

static const struct step_text suspensions[] = {
	{CALL_TEXT, "{\"active\":true}", 0, 12},
	{CALL_TEXT, "{\"active\":false}", 0, 1},
	{CALL_TEXT, "{\"active\":1}", 0, 0},
};

/* For the second there may be a letter. */
static const struct step_text additions[] = {
	{CALL_TEXT, "{\"username\":\"New #\"}", 0, 3},
	{CALL_TEXT, "{\"username\":\"New #\",\"email\":\"nobody@example.org\"}", 0, 2},
	{CALL_TEXT, "{\"email\":\"other@example.org\",\"name\":\"Other #\"}", 0, 1},
	{CALL_TEXT, "{\"username\":\"Person#\"}", 0, 0},
	{CALL_TEXT, "{\"username\":\"a,b\"}", 0, 0},
};

static const struct step_text scopes[] = {
	{CALL_TEXT, "{\"scope\":\"write\"}", 0, 4},
	{CALL_TEXT, "{\"scope\":\"read\",\"label\":\"for #\"}", 0, 1},
	{CALL_TEXT, "{\"scope\":\"operator\"}", 0, 0},
	{CALL_TEXT, "{\"scope\":7}", 0, 0},
};

/* {f} is a frob, {k} the api_key. */
static const struct step_text exchanges[] = {
	{CALL_TEXT, "method=auth.getToken&api_key={k}&frob={f}", 0, 1},
	{CALL_TEXT, "method=auth.getToken&api_key={k}&frob=unknown", 0, 0},
	{CALL_TEXT, "method=auth.getToken&api_key={k}", 0, 0},
	{CALL_TEXT, "method=auth.getFrob&api_key={k}", 0, 0},
};

struct step_text_table step_bodies(enum step_kind kind)
{
	static const struct step_text_table tables[STEP_KIND_COUNT] = {
		[STEP_APPROVE] = TABLE(decisions),
		[STEP_DENY] = TABLE(decisions),
		[STEP_DISCARD] = TABLE(decisions),
		[STEP_BAN] = TABLE(bans),
		[STEP_SET_ROLE] = TABLE(roles),
		[STEP_INVITE] = TABLE(invitees),
		[STEP_SUSPEND] = TABLE(suspensions),
		[STEP_GET_TOKEN] = TABLE(exchanges),
		[STEP_PUT_USER] = TABLE(additions),
		[STEP_ADD_TOKEN] = TABLE(scopes),
	};
	return tables[kind];
}
