/* The gateway's rules first, then the method's row says which arguments are taken. */
#include "decode.h"

#include <string.h>
#include <strings.h>

#include "argument.h"
#include "form.h"
#include "method.h"

#define GATEWAY "/services/rest/"
#define FORM_TYPE "application/x-www-form-urlencoded"
#define BLANKS " \t"
#define CALLBACK_SIZE_MAX 64

/* --- the gateway */

/* A parameter behind the type ("; charset=") says nothing that we do not know: it is always UTF-8. */
static bool is_form(const char *type)
{
	type += strspn(type, BLANKS);
	size_t length = strcspn(type, ";");
	while (length > 0 && strchr(BLANKS, type[length - 1]) != NULL) {
		length--;
	}
	return length == strlen(FORM_TYPE) && strncasecmp(type, FORM_TYPE, length) == 0;
}

static enum outcome check_gateway(const struct http_request *http)
{
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if (http->method != HTTP_GET && http->method != HTTP_POST) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	const char *type = http->header(http->context, "Content-Type", NULL);
	if (http->body.length > 0 && type != NULL && !is_form(type)) {
		return OUTCOME_UNSUPPORTED_TYPE;
	}
	return OUTCOME_NONE;
}

/* --- the form of the reply */

static bool is_json(struct span raw)
{
	char format[4];
	size_t length;
	return form_copy(raw, format, sizeof format, &length) && length == sizeof format &&
	       strncasecmp(format, "json", sizeof format) == 0;
}

/* A dotted name of script: nothing else may stand in front of the reply. */
static bool is_callback(const char *name, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$";
	for (size_t i = 0; i < length; i++) {
		bool inside = i > 0 && name[i] != '\0' && strchr("0123456789.", name[i]) != NULL;
		if (!inside && (name[i] == '\0' || strchr(letters, name[i]) == NULL)) {
			return false;
		}
	}
	return length > 0;
}

/* False: the callback is none. It does not matter where no script is asked for. */
static bool take_form(struct request *request, struct span format, struct span callback)
{
	char name[CALLBACK_SIZE_MAX];
	size_t length;
	if (!is_json(format)) {
		return true;
	}
	request->form = COMPAT_JSON;
	if (callback.length == 0) {
		return true;
	}
	return form_copy(callback, name, sizeof name, &length) && is_callback(name, length) &&
	       request_add(request, name, length, &request->callback);
}

/* --- the call */

static void take_call(const struct http_request *http, const struct method *method, struct request *request)
{
	request->user.kind = method->about_caller ? REFERENCE_CALLER : REFERENCE_NONE;
	request->unique_name = true; /* of every group that is named here */
	request->listing =
		(struct listing){.order = ORDER_NAME_ASC, .page = 1, .per_page = LEGACY_PER_PAGE_MAX};
	argument_take_all(http, method->arguments, request);
}

enum outcome compat_decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	*route = (struct http_route){.name = GATEWAY, .methods_allowed = HTTP_GET | HTTP_POST};
	enum outcome outcome = check_gateway(http);
	if (outcome != OUTCOME_NONE) {
		return outcome;
	}
	enum { METHOD, FORMAT, CALLBACK, COUNT };
	struct form_field fields[COUNT] = {{.name = "method"}, {.name = "format"}, {.name = "callback"}};
	form_read(http->query, http->body, fields, COUNT);
	bool callable = take_form(request, fields[FORMAT].raw, fields[CALLBACK].raw);
	const struct method *method = method_find(fields[METHOD].raw);
	if (method == NULL) {
		return OUTCOME_METHOD_NOT_FOUND;
	}
	route->name = method->route;
	request->operation = method->operation;
	if (!callable) {
		request_fault(&request->first, OUTCOME_INVALID_PARAMETER, fields[CALLBACK].name);
	}
	take_call(http, method, request);
	return OUTCOME_NONE;
}
