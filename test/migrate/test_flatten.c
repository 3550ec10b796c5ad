/* Replies as items: what is read in one pass is what the parser finds, and what is unusual is left to the parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/flatten.h"

#define BODY_SIZE 2048

static void read_body(struct flat *flat, enum noun noun, enum dialect dialect, const char *body)
{
	struct http_response response = {.content_type = "application/json"};
	response_write(&response, body, strlen(body));
	flat_read(flat, noun, dialect, &response);
	response_finish(&response);
}

static const char *value_of(const struct flat *flat, size_t item, size_t field, char value[BODY_SIZE])
{
	const struct flat_value *found = &flat->items[item].values[field];
	(void)snprintf(value, BODY_SIZE, "%.*s", (int)found->length,
		found->given ? flat->text.text + found->offset : "-");
	return found->given ? value : NULL;
}

/* The same object with a fraction in it, which only the parser reads, has the same items. */
static void assert_read_alike(enum noun noun, enum dialect dialect, const char *object)
{
	struct flat plain = {0};
	struct flat parsed = {0};
	char with_fraction[BODY_SIZE];
	(void)snprintf(with_fraction, sizeof with_fraction, "{\"fraction\":0.5,%s", object + 1);
	read_body(&plain, noun, dialect, object);
	read_body(&parsed, noun, dialect, with_fraction);
	assert_true(plain.readable && parsed.readable);
	assert_int_equal(plain.complete, parsed.complete);
	assert_true(flat_is_equal(&plain, plain.total, &parsed, parsed.total));
	assert_true(flat_is_equal(&plain, plain.next, &parsed, parsed.next));
	assert_int_equal(plain.count, parsed.count);
	for (size_t i = 0; i < plain.count; i++) {
		assert_int_equal(plain.items[i].id_only, parsed.items[i].id_only);
		for (size_t k = 0; flat_field_name(noun, k) != NULL; k++) {
			char left[BODY_SIZE];
			char right[BODY_SIZE];
			const char *a = value_of(&plain, i, k, left);
			const char *b = value_of(&parsed, i, k, right);
			assert_int_equal(a == NULL, b == NULL);
			assert_string_equal(a == NULL ? "" : a, b == NULL ? "" : b);
		}
	}
	flat_finish(&plain);
	flat_finish(&parsed);
}

static void one_pass_finds_what_the_parser_finds(void **state)
{
	(void)state;
	static const char *const objects[] = {
		"{\"id\":7,\"name\":\"A \\\"b\\\"\\n\\/\\\\\",\"description\":{\"markdown\":\"x\",\"html\":\"y\"}}",
		"{\"id\":7,\"description\":null,\"user\":{\"id\":3,\"deep\":{\"id\":9}},\"counts\":{\"users\":2}}",
		"{ \"id\" : -7 , \"is_private\" : true, \"event_moderation\":false,\"created_at\":\"2023-01-15T10:30:00Z\" }",
		"{\"description\":\"plain\",\"user\":4,\"list\":[{\"id\":1},[2,{\"name\":\"no\"}]],\"name\":\"p\xc3\xb6\"}",
		"{\"data\":[{\"id\":1,\"name\":\"a\"},{\"id\":2}],\"meta\":{\"has_more_pages\":true},\"id\":9}",
		"{\"id\":9,\"meta\":{\"has_more_pages\":true},\"data\":[ ]}",
		"{\"data\":[{\"id\":1}],\"meta\":{\"total_count\":12,\"next_cursor\":\"abc\"}}",
		"{\"data\":[],\"meta\":{\"total_count\":0,\"next_cursor\":null}}",
		"{\"data\":[1,2,{\"id\":3,\"data\":[4]}],\"meta\":{\"has_more_pages\":false}}",
		"{\"groups\":[5,6],\"groupId\":\"a\",\"name\":\"b\"}",
		"{\"groups\":{\"groupId\":1},\"groupId\":\"a\",\"type\":null}",
		"{\"id\":{\"id\":1},\"name\":[1],\"name\":\"later\"}",
		"{\"id\":1,\"name\":\"\\u00e9\"}",
		"{\"x\":{},\"y\":[]}",
	};
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
		assert_read_alike(NOUN_GROUP, DIALECT_V3, objects[i]);
		assert_read_alike(NOUN_GROUP, DIALECT_ONEZONE, objects[i]);
	}
}

static void fields_are_normalised(void **state)
{
	(void)state;
	struct flat flat = {0};
	char value[BODY_SIZE];
	read_body(&flat, NOUN_MEMBER, DIALECT_V3,
		"{\"id\":12,\"name\":null,\"is_admin\":true,\"since\":\"2023-01-15T10:30:00Z\"}");
	assert_int_equal(flat.count, 1);
	assert_string_equal(value_of(&flat, 0, 0, value), "12");
	assert_string_equal(value_of(&flat, 0, 1, value), "");
	assert_null(value_of(&flat, 0, 2, value));
	assert_string_equal(value_of(&flat, 0, 3, value), "1");
	assert_string_equal(value_of(&flat, 0, 4, value), "2023-01-15 10:30:00");
	flat_finish(&flat);
}

static void read_list(struct flat *flat, const char *first, const char *second)
{
	struct http_response response = {.content_type = "application/json"};
	read_body(flat, NOUN_MEMBER, DIALECT_V3, first);
	response_write(&response, second, strlen(second));
	flat_read_more(flat, NOUN_MEMBER, DIALECT_V3, &response);
	response_finish(&response);
}

static void pages_are_one_list(void **state)
{
	(void)state;
	struct flat list = {0};
	struct flat other = {0};
	read_list(&list,
		"{\"data\":[{\"id\":30},{\"id\":4}],\"meta\":{\"next_cursor\":\"c\",\"has_more_pages\":true}}",
		"{\"data\":[{\"id\":10},{\"id\":0.5}],\"meta\":{\"total_count\":4,\"next_cursor\":null}}");
	assert_int_equal(list.count, 4);
	assert_true(list.complete);
	assert_false(list.next.given);
	assert_true(span_is(flat_text(&list, list.total), "4"));
	read_body(&other, NOUN_MEMBER, DIALECT_ONEZONE, "{\"users\":[\"10\",\"11\",\"30\"]}");
	assert_ptr_equal(flat_find(&list, &other, &other.items[0]), &list.items[2]);
	assert_null(flat_find(&list, &other, &other.items[1]));
	assert_ptr_equal(flat_find(&list, &other, &other.items[2]), &list.items[0]);
	assert_null(flat_find_repeated(&list));
	read_list(&list, "{\"data\":[{\"id\":30},{\"id\":4}]}", "{\"data\":[{\"id\":5},{\"id\":30}]}");
	assert_true(span_is(flat_text(&list, flat_find_repeated(&list)->values[0]), "30"));
	flat_finish(&list);
	flat_finish(&other);
}

static void what_is_no_json_is_not_readable(void **state)
{
	(void)state;
	static const char *const bodies[] = {"{", "{\"id\":1", "{\"id\":01}", "{\"id\":1,}", "{\"id\" 1}", "{} x",
		"{\"id\":\"\xff\"}", "{\"id\":\"\n\"}", "{\"id\":\"\\q\"}", "{\"id\":nul}", "{\"data\":[1,]}", "{\"id\":-}",
		"{\"id\":[1}", "{\"id\":\"a", "{\"id\":\"a\\"};
	struct flat flat = {0};
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		read_body(&flat, NOUN_GROUP, DIALECT_V3, bodies[i]);
		assert_false(flat.readable);
	}
	flat_finish(&flat);
}

/* What the legacy API documents is compared with v3, but for what v3 shows to some people only, or not at all. */
static void every_attribute_has_its_field(void **state)
{
	(void)state;
	static const struct {
		enum noun noun;
		const char *compared[FLAT_FIELDS_MAX];
		const char *alone[FLAT_FIELDS_MAX];
	} rows[] = {
		{NOUN_GROUP,
			{"id", "name", "description", "event_moderation", "member_moderation", "is_private", "timestamp",
				"owner_user_id", "member_count"},
			{"commercial_account_id", "topic_count"}},
		{NOUN_MEMBER, {"id", "name", "photourl", "is_admin", "member_timestamp"}, {"zip", "url"}},
		{NOUN_USER, {"id", "name", "username", "photourl"}, {"zip", "url"}},
		{NOUN_TOKEN, {"user_id", "user_username", "user_name"}, {"token"}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t k = 0; rows[i].compared[k] != NULL; k++) {
			size_t field = flat_field_named(rows[i].noun, rows[i].compared[k]);
			assert_true(field < FLAT_FIELDS_MAX);
			assert_true(flat_field_in(rows[i].noun, field, DIALECT_LEGACY));
			assert_true(flat_field_in(rows[i].noun, field, DIALECT_V3));
		}
		for (size_t k = 0; rows[i].alone[k] != NULL; k++) {
			assert_int_equal(flat_field_named(rows[i].noun, rows[i].alone[k]), FLAT_FIELDS_MAX);
		}
	}
	size_t type = flat_field_named(NOUN_GROUP, "type");
	assert_true(type < FLAT_FIELDS_MAX && flat_field_in(NOUN_GROUP, type, DIALECT_ONEZONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_attribute_has_its_field),
		cmocka_unit_test(one_pass_finds_what_the_parser_finds),
		cmocka_unit_test(fields_are_normalised),
		cmocka_unit_test(pages_are_one_list),
		cmocka_unit_test(what_is_no_json_is_not_readable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
