/* JSON request bodies: one object, read member by member in the order of the document. */
#ifndef API_BODY_H
#define API_BODY_H

#include <jansson.h>
#include <stddef.h>

#include "http/dialect.h"
#include "text/check.h"

/* Whether the body is empty, or says that it is JSON in UTF-8 (of a PATCH, a merge patch too), or says nothing about
 * its type. */
bool api_body_type_is_json(const struct http_request *http);

struct api_member {
	const char *name;
	bool required;
	void (*take)(struct request *request, const char *name, const json_t *value);
};

/* Reads the body and hands each known member to its function; unknown ones are ignored. What is wrong goes
 * into the request's faults. */
void api_body_read(const struct http_request *http, const struct api_member *members, size_t count,
		   struct request *request);
/* The same where the body may be left out. */
void api_body_read_optional(const struct http_request *http, const struct api_member *members, size_t count,
			    struct request *request);

/* Functions that several members use. */
void api_body_take_name(struct request *request, const char *name, const json_t *value);
void api_body_take_type(struct request *request, const char *name, const json_t *value);
void api_body_take_expires_in(struct request *request, const char *name, const json_t *value);
void api_body_take_max_uses(struct request *request, const char *name, const json_t *value);
void api_body_take_text(struct request *request, const char *name, const json_t *value, enum text_class class,
			struct text *taken);
/* True and the value if it is of that type; else the fault is noted. */
bool api_body_boolean(struct request *request, const char *name, const json_t *value, bool *found);
bool api_body_string(struct request *request, const char *name, const json_t *value, struct span *found);
/* Notes what is wrong with a text, if anything. */
void api_body_note_verdict(struct request *request, const char *name, enum text_verdict verdict);
/* Puts an invite token (not a code) into the request. */
void api_body_put_invite_token(struct request *request, struct span text);

#endif
