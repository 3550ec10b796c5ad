/* Who visits is told by the cookie or by a trusted proxy. */
#include "pages/visitor.h"

#include <string.h>

#include "pages/cookie.h"
#include "pages/fields.h"
#include "text/check.h"
#include "text/fold.h"

static void take_cookie(const struct http_request *http, struct request *request)
{
	struct span value;
	if (!cookie_find(http->site, http->header(http->context, "Cookie", NULL), &value)) {
		return;
	}
	char key[FORM_KEY_SIZE + 1];
	request->session.given = true;
	text_sha256(value.bytes, value.length, request->session.digest);
	cookie_form_key(value.bytes, key);
	(void)request_add(request, key, FORM_KEY_SIZE, &request->form_key); /* shorter than what was read */
}

/* A name that cannot be one names nobody. */
static void take_named(const struct http_request *http, struct request *request)
{
	const char *name;
	size_t length;
	if (http->trusted_user == NULL) {
		return;
	}
	request->visitor_named = true;
	if (text_check(TEXT_USERNAME, http->trusted_user, strlen(http->trusted_user), &name, &length) == TEXT_GOOD) {
		(void)fold_digest(name, length, request->name_fold); /* without memory it is nobody's either */
	}
}

void visitor_take(const struct http_request *http, struct request *request)
{
	take_cookie(http, request);
	take_named(http, request);
}

/* The form must repeat what only a page that this cookie's browser was shown can know. */
void visitor_check_form(struct span body, struct request *request)
{
	char given[FORM_KEY_SIZE];
	size_t length = 0;
	unsigned different = request->form_key.length != FORM_KEY_SIZE ||
			     !span_decode_form(fields_find(body, "form_key"), given, sizeof given, &length) ||
			     length != FORM_KEY_SIZE;
	const char *key = request_text(request, request->form_key);
	for (size_t i = 0; different == 0 && i < FORM_KEY_SIZE; i++) {
		different |= (unsigned)(given[i] ^ key[i]);
	}
	if (different != 0) {
		request_fault(&request->syntax, OUTCOME_FORM_REFUSED, "");
	}
}
