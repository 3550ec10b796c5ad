/* Writes JSON straight into a response. `before` is what stands in front of the value, as it is: a comma, a
 * key, a colon. */
#ifndef API_API_WRITE_H
#define API_API_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "http/dialect.h"

#define API_JSON_TYPE "application/json; charset=utf-8"

void api_write_string(struct http_response *response, const char *before, const char *text);
/* The empty text is null. */
void api_write_string_or_null(struct http_response *response, const char *before, const char *text);
void api_write_number(struct http_response *response, const char *before, uint64_t number);
/* 0 is null. */
void api_write_number_or_null(struct http_response *response, const char *before, uint64_t number);
void api_write_boolean(struct http_response *response, const char *before, bool value);
void api_write_time(struct http_response *response, const char *before, int64_t time);
/* Text inside a string that the caller opens and closes. */
void api_write_escaped(struct http_response *response, const char *text);
/* The same of an outcome's message about this field. */
void api_write_sentence(struct http_response *response, const char *message, const char *field);

/* What every reply of both dialects carries: status, reason, caching, challenges, and who may ask again when. */
void api_write_head(const struct request *request, const struct reply *reply, int status,
		    struct http_response *response);

#endif
