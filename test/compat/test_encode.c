/* Replies as documents: the exact bytes, every outcome valid by the schema, and what an XML parser reads
 * back. Usage: test_encode SCHEMA SAMPLE */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "scene.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define TOKEN "0123456789abcdef0123456789abcdef01234567"

static const char *schema_path;
static const char *sample_path;

static void expect_body(const struct scene *scene, const char *body)
{
	assert_int_equal(scene->response.body_size, strlen(body));
	assert_memory_equal(scene->response.body, body, strlen(body));
}

static struct text add(struct texts *texts, const char *text)
{
	return texts_add(texts, text, strlen(text));
}

/* The group of the documented sample, with a name and a description of our own. */
static struct group_view make_group(struct texts *texts, const char *name, const char *description)
{
	return (struct group_view){
		.group =
			{
				.id = 101,
				.owner_id = 2078,
				.created_at = 1125627311,
				.member_moderation = true,
				.event_moderation = true,
				.name = add(texts, name),
				.description = add(texts, description),
			},
		.member_count = 15,
	};
}

static void give_group(struct scene *scene, const char *name, const char *description)
{
	scene->reply.group = make_group(&scene->reply.texts, name, description);
	scene->reply.items = REPLY_GROUP;
}

static xmlDocPtr parse(const struct scene *scene)
{
	xmlDocPtr document =
		xmlReadMemory(scene->response.body, (int)scene->response.body_size, NULL, NULL, XML_PARSE_NONET);
	assert_non_null(document);
	return document;
}

/* --- exact bytes */

static void a_group_is_written_in_the_documented_order(void **state)
{
	struct scene *scene = *state;
	give_group(scene, "blasthaus fans", "a <b>&\"'\n\t\r");
	scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_QUEUED);
	expect_body(scene, DECLARATION
		"<rsp stat=\"ok\" version=\"1.0\">"
		"<group id=\"101\" name=\"blasthaus fans\" description=\"a &lt;b&gt;&amp;&quot;'&#10;&#9;&#13;\""
		" event_moderation=\"1\" member_moderation=\"1\" is_private=\"0\" timestamp=\"2005-09-02 02:15:11\""
		" owner_user_id=\"2078\" commercial_account_id=\"0\" topic_count=\"0\" member_count=\"15\"/>"
		"</rsp>\n");
	assert_int_equal(scene->response.status, 202);
	assert_string_equal(scene->response.reason, "Accepted");
	assert_string_equal(scene->response.content_type, "text/xml; charset=utf-8");
	assert_string_equal(response_find_header(&scene->response, "Cache-Control"), "no-store");
}

static void nothing_to_tell_is_an_open_and_a_close(void **state)
{
	struct scene *scene = *state;
	scene_encode(scene, OPERATION_GROUP_LEAVE, OUTCOME_LEFT);
	expect_body(scene, DECLARATION "<rsp stat=\"ok\" version=\"1.0\"></rsp>\n");
	assert_int_equal(scene->response.status, 200);
	scene->reply.items = REPLY_PAGE;
	scene_encode(scene, OPERATION_USER_GROUPS, OUTCOME_OK);
	expect_body(scene, DECLARATION "<rsp stat=\"ok\" version=\"1.0\"></rsp>\n");
	assert_null(response_find_header(&scene->response, "Link"));
}

static void give_token(struct scene *scene, const char *name)
{
	scene->reply.user.id = 2078;
	scene->reply.user.username = add(&scene->reply.texts, "ada");
	scene->reply.user.name = add(&scene->reply.texts, name);
	scene->reply.items = REPLY_TOKEN;
	assert_true(request_add(scene->request, TOKEN, strlen(TOKEN), &scene->request->token_repeated));
}

static void a_token_is_repeated_with_its_person(void **state)
{
	struct scene *scene = *state;
	give_token(scene, "Ada L");
	scene_encode(scene, OPERATION_TOKEN_CHECK, OUTCOME_OK);
	expect_body(scene, DECLARATION
		"<rsp stat=\"ok\" version=\"1.0\">"
		"<token token=\"" TOKEN "\" user_id=\"2078\" user_username=\"ada\" user_name=\"Ada L\"/></rsp>\n");
	scene->reply.user.name = (struct text){0};
	scene_encode(scene, OPERATION_TOKEN_CHECK, OUTCOME_OK);
	expect_body(scene, DECLARATION
		"<rsp stat=\"ok\" version=\"1.0\">"
		"<token token=\"" TOKEN "\" user_id=\"2078\" user_username=\"ada\" user_name=\"ada\"/></rsp>\n");
}

static void refusals_have_status_sentence_and_the_same_frame(void **state)
{
	struct scene *scene = *state;
	static const struct {
		enum operation operation;
		enum outcome outcome;
		const char *field;
		int status;
		const char *reason;
		const char *message;
	} cases[] = {
		{OPERATION_GROUP_JOIN, OUTCOME_ALREADY_MEMBER, "", 409, "Conflict",
			"You are already a member of this group."},
		{OPERATION_GROUP_JOIN, OUTCOME_BANNED, "", 409, "Conflict", "You have been banned from this group."},
		{OPERATION_GROUP_JOIN, OUTCOME_API_KEY_MISSING, "", 409, "Conflict", "Missing valid api_key"},
		{OPERATION_GROUP_INFO, OUTCOME_API_KEY_MISSING, "", 404, "Not Found", "Missing valid api_key"},
		{OPERATION_GROUP_JOIN, OUTCOME_TOKEN_MISSING, "", 403, "Not Authorized",
			"Missing valid authentication parameters"},
		{OPERATION_USER_GROUPS, OUTCOME_TOKEN_INVALID, "", 403, "Not Authorized",
			"Invalid authentication parameters"},
		{OPERATION_TOKEN_CHECK, OUTCOME_TOKEN_NOT_FOUND, "", 404, "Not Found",
			"Token not found, is expired, or was invalid."},
		{OPERATION_GROUP_JOIN, OUTCOME_PARAMETER_MISSING, "group_id", 409, "Conflict",
			"Invalid group_id parameter."},
		{OPERATION_GROUP_JOIN, OUTCOME_NO_SUCH_GROUP, "", 409, "Conflict", "Invalid group_id parameter."},
		{OPERATION_GROUP_INFO, OUTCOME_NO_GROUP_FOUND, "", 404, "Not Found",
			"Missing valid group_id parameter"},
		{OPERATION_NONE, OUTCOME_METHOD_NOT_FOUND, "", 404, "Not Found", "Method not found."},
		{OPERATION_NONE, OUTCOME_METHOD_NOT_ALLOWED, "", 405, "Method Not Allowed",
			"HTTP method not allowed."},
		{OPERATION_NONE, OUTCOME_TOO_LARGE, "", 413, "Content Too Large", "Request too large."},
		{OPERATION_GROUP_JOIN, OUTCOME_BUSY, "", 503, "Service Unavailable", "Service unavailable."},
		{OPERATION_GROUP_JOIN, OUTCOME_INVITE_INVALID, "", 500, "Internal Server Error", "Internal error."},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char body[512];
		(void)snprintf(body, sizeof body,
			DECLARATION "<rsp stat=\"fail\" version=\"1.0\"><error msg=\"%s\"/></rsp>\n", cases[i].message);
		(void)snprintf(scene->reply.field, sizeof scene->reply.field, "%s", cases[i].field);
		scene_encode(scene, cases[i].operation, cases[i].outcome);
		expect_body(scene, body);
		assert_int_equal(scene->response.status, cases[i].status);
		assert_string_equal(scene->response.reason, cases[i].reason);
		assert_string_equal(response_find_header(&scene->response, "Cache-Control"), "no-store");
		const char *retry = response_find_header(&scene->response, "Retry-After");
		assert_true((retry != NULL) == (cases[i].status == 503));
	}
}

static void a_preflight_has_no_body(void **state)
{
	struct scene *scene = *state;
	scene_encode(scene, OPERATION_NONE, OUTCOME_PREFLIGHT);
	assert_int_equal(scene->response.status, 204);
	assert_int_equal(scene->response.body_size, 0);
	assert_null(scene->response.content_type);
	assert_string_equal(response_find_header(&scene->response, "Cache-Control"), "no-store");
}

static void a_further_page_is_announced_without_credentials(void **state)
{
	struct scene *scene = *state;
	scene->request->listing = (struct listing){.order = ORDER_NAME_ASC, .page = ID_MAX, .per_page = 1000};
	scene->reply.items = REPLY_PAGE;
	scene->page.has_more = true;
	scene_encode(scene, OPERATION_USER_GROUPS, OUTCOME_OK);
	assert_string_equal(response_find_header(&scene->response, "Link"),
		"<?method=group.getMyGroups&page=9007199254740992&groupsPerPage=1000>; rel=\"next\"");
	scene_encode(scene, OPERATION_USER_GROUPS, OUTCOME_TOKEN_INVALID);
	assert_null(response_find_header(&scene->response, "Link"));
}

static void a_further_page_of_members_keeps_its_order(void **state)
{
	struct scene *scene = *state;
	scene->request->group = (struct reference){.kind = REFERENCE_ID, .id = ID_MAX};
	scene->request->listing = (struct listing){.order = ORDER_CREATED_DESC, .page = ID_MAX, .per_page = 500};
	scene->reply.items = REPLY_PAGE;
	scene->page.has_more = true;
	scene_encode(scene, OPERATION_MEMBER_LIST, OUTCOME_OK);
	assert_string_equal(response_find_header(&scene->response, "Link"),
		"<?method=group.getMembers&group_id=9007199254740991&membersPerPage=500&page=9007199254740992"
		"&order=member_timestamp&dir=desc>; rel=\"next\"");
	scene->request->listing = (struct listing){.order = ORDER_NAME_ASC, .page = 1, .per_page = 100};
	scene->request->group.id = 1;
	scene_encode(scene, OPERATION_MEMBER_LIST, OUTCOME_OK);
	assert_string_equal(response_find_header(&scene->response, "Link"),
		"<?method=group.getMembers&group_id=1&membersPerPage=100&page=2&order=username&dir=asc>; rel=\"next\"");
}

/* --- as a parser reads them */

static void attributes_read_back_as_they_were(void **state)
{
	struct scene *scene = *state;
	static const char *const texts[] = {
		"a\nb\r\nc\td", "  blanks  kept  ", "\"quoted\" 'once'", "<group id=\"1\"/>", "]]> <!-- --> &amp; &#10;",
		"\xF4\x8F\xBF\xBD \xF4\x8F\xBF\xBF", "\xF0\x9F\x98\x80\xC3\xA9\xE6\x97\xA5", "\xE2\x80\xA8\xC2\xA0", "%f %s",
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		give_group(scene, "name", texts[i]);
		scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_JOINED);
		xmlDocPtr document = parse(scene);
		xmlNodePtr group = xmlFirstElementChild(xmlDocGetRootElement(document));
		xmlChar *read = xmlGetProp(group, (const xmlChar *)"description");
		assert_string_equal((const char *)read, texts[i]);
		xmlFree(read);
		xmlFreeDoc(document);
	}
}

static void what_xml_forbids_is_replaced(void **state)
{
	struct scene *scene = *state;
	static const char *const texts[][2] = {
		{"a\x01z", "a\xEF\xBF\xBDz"},
		{"a\x0B\x1Fz", "a\xEF\xBF\xBD\xEF\xBF\xBDz"},
		{"a\x7Fz", "a\x7Fz"},
		{"\xFF", "\xEF\xBF\xBD"},
		{"a\xE2\x82", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\xED\xA0\x80!", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD!"},
		{"a\xEF\xBF\xBEz\xEF\xBF\xBF", "a\xEF\xBF\xBDz\xEF\xBF\xBD"},
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		give_group(scene, texts[i][0], texts[i][0]);
		scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_JOINED);
		xmlDocPtr document = parse(scene);
		xmlNodePtr group = xmlFirstElementChild(xmlDocGetRootElement(document));
		xmlChar *read = xmlGetProp(group, (const xmlChar *)"description");
		assert_string_equal((const char *)read, texts[i][1]);
		xmlFree(read);
		xmlFreeDoc(document);
	}
}

static int validate(xmlRelaxNGPtr schema, const struct scene *scene)
{
	xmlDocPtr document = parse(scene);
	xmlRelaxNGValidCtxtPtr context = xmlRelaxNGNewValidCtxt(schema);
	int invalid = xmlRelaxNGValidateDoc(context, document);
	xmlRelaxNGFreeValidCtxt(context);
	xmlFreeDoc(document);
	return invalid;
}

static xmlRelaxNGPtr read_schema(void)
{
	xmlRelaxNGParserCtxtPtr context = xmlRelaxNGNewParserCtxt(schema_path);
	xmlRelaxNGPtr schema = xmlRelaxNGParse(context);
	xmlRelaxNGFreeParserCtxt(context);
	assert_non_null(schema);
	return schema;
}

static void every_outcome_of_every_operation_is_valid(void **state)
{
	struct scene *scene = *state;
	xmlRelaxNGPtr schema = read_schema();
	(void)snprintf(scene->reply.field, sizeof scene->reply.field, "groupsPerPage");
	for (enum operation operation = 0; operation <= OPERATION_NONE; operation++) {
		for (enum outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
			if (outcome != OUTCOME_PREFLIGHT) {
				scene_encode(scene, operation, outcome);
				assert_int_equal(validate(schema, scene), 0);
				assert_true(scene->response.status >= 200);
			}
		}
	}
	xmlRelaxNGFree(schema);
}

static void every_kind_of_reply_is_valid(void **state)
{
	struct scene *scene = *state;
	xmlRelaxNGPtr schema = read_schema();
	give_group(scene, "\xF4\x8F\xBF\xBD", "odd \n\t\r<&\"");
	scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_JOINED);
	assert_int_equal(validate(schema, scene), 0);
	give_token(scene, "");
	scene_encode(scene, OPERATION_TOKEN_CHECK, OUTCOME_OK);
	assert_int_equal(validate(schema, scene), 0);
	for (unsigned i = 0; i < 3; i++) {
		*page_add_group(&scene->page) = make_group(&scene->page.texts, "name", "");
	}
	scene->reply.items = REPLY_PAGE;
	scene_encode(scene, OPERATION_GROUP_INFO, OUTCOME_OK);
	assert_int_equal(validate(schema, scene), 0);
	xmlDocPtr document = parse(scene);
	assert_int_equal(xmlChildElementCount(xmlDocGetRootElement(document)), 3);
	xmlFreeDoc(document);
	xmlRelaxNGFree(schema);
}

static void be_silent(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static void the_schema_refuses_other_documents(void **state)
{
	struct scene *scene = *state;
	static const char *const bodies[] = {
		"<rsp/>",
		"<rsp stat=\"ok\"></rsp>",
		"<rsp stat=\"fail\" version=\"1.0\"></rsp>",
		"<rsp stat=\"ok\" version=\"1.0\"><error msg=\"Method not found.\"/></rsp>",
		"<rsp stat=\"fail\" version=\"1.0\"><error msg=\"\"/></rsp>",
		"<rsp stat=\"ok\" version=\"1.0\"><group id=\"1\"/></rsp>",
		"<rsp stat=\"ok\" version=\"1.0\"><user id=\"1\" name=\"a\" username=\"a\" zip=\"94110\" photourl=\"\" url=\"\"/></rsp>",
		"<rsp stat=\"ok\" version=\"1.0\"><user id=\"1\" name=\"a\" username=\"a\" zip=\"\" photourl=\"\" url=\"\" is_admin=\"1\"/></rsp>",
		"<rsp stat=\"ok\" version=\"1.0\"><token token=\"a b\" user_id=\"1\" user_username=\"a\" user_name=\"a\"/></rsp>",
		"<rsp stat=\"ok\" version=\"1.0\"><token token=\"a\" user_id=\"0\" user_username=\"a\" user_name=\"a\"/></rsp>",
	};
	xmlRelaxNGPtr schema = read_schema();
	xmlSetGenericErrorFunc(NULL, be_silent);
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		response_clear(&scene->response);
		response_puts(&scene->response, bodies[i]);
		assert_int_not_equal(validate(schema, scene), 0);
	}
	xmlSetGenericErrorFunc(NULL, NULL);
	xmlRelaxNGFree(schema);
}

/* Runs of white space as one blank, in place. */
static void collapse(char *text)
{
	char *to = text;
	for (const char *from = text; *from != '\0'; from++) {
		bool white = strchr(" \t\r\n", *from) != NULL;
		if (!white || to == text || to[-1] != ' ') {
			*to++ = white ? ' ' : *from;
		}
	}
	*to = '\0';
}

static void the_documented_sample_is_what_we_write(void **state)
{
	struct scene *scene = *state;
	give_group(scene, "blasthaus fans",
		"people in and around san francisco who go to blasthaus events. http://www.blasthaus.com/");
	scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_JOINED);
	xmlDocPtr ours = parse(scene);
	xmlDocPtr sample = xmlReadFile(sample_path, NULL, XML_PARSE_NONET);
	assert_non_null(sample);
	xmlAttrPtr our = xmlFirstElementChild(xmlDocGetRootElement(ours))->properties;
	xmlAttrPtr theirs = xmlFirstElementChild(xmlDocGetRootElement(sample))->properties;
	unsigned count = 0;
	for (; our != NULL && theirs != NULL; our = our->next, theirs = theirs->next, count++) {
		assert_string_equal((const char *)our->name, (const char *)theirs->name);
		xmlChar *value = xmlNodeGetContent(our->children);
		xmlChar *documented = xmlNodeGetContent(theirs->children);
		collapse((char *)documented);
		assert_string_equal((const char *)value, (const char *)documented);
		xmlFree(value);
		xmlFree(documented);
	}
	assert_true(our == NULL && theirs == NULL);
	assert_int_equal(count, 11);
	xmlFreeDoc(ours);
	xmlFreeDoc(sample);
}

#define SCENE_TEST(test) cmocka_unit_test_setup_teardown(test, scene_open, scene_close)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_group_is_written_in_the_documented_order),
		SCENE_TEST(nothing_to_tell_is_an_open_and_a_close),
		SCENE_TEST(a_token_is_repeated_with_its_person),
		SCENE_TEST(refusals_have_status_sentence_and_the_same_frame),
		SCENE_TEST(a_preflight_has_no_body),
		SCENE_TEST(a_further_page_is_announced_without_credentials),
		SCENE_TEST(a_further_page_of_members_keeps_its_order),
		SCENE_TEST(attributes_read_back_as_they_were),
		SCENE_TEST(what_xml_forbids_is_replaced),
		SCENE_TEST(every_outcome_of_every_operation_is_valid),
		SCENE_TEST(every_kind_of_reply_is_valid),
		SCENE_TEST(the_schema_refuses_other_documents),
		SCENE_TEST(the_documented_sample_is_what_we_write),
	};
	if (argc != 3) {
		return 2;
	}
	schema_path = argv[1];
	sample_path = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
