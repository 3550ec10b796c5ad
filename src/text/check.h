/* Whether text from outside may be stored: strict UTF-8, allowed characters, bounds in code points. */
#ifndef TEXT_CHECK_H
#define TEXT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/request.h"

enum text_class {
	TEXT_GROUP_NAME,   /* 1 to 100, trimmed; no line breaks, bidirectional overrides */
	TEXT_PERSON_NAME,  /* 0 to 100, trimmed */
	TEXT_USERNAME,	   /* 1 to 60, trimmed, no comma */
	TEXT_DESCRIPTION,  /* 0 to 4000; tab, LF, CR allowed */
	TEXT_MESSAGE,	   /* 0 to 500; tab, LF, CR allowed */
	TEXT_LABEL,	   /* 0 to 100, trimmed; as a person's name */
	TEXT_ZIP,	   /* 0 to 20 */
	TEXT_EMAIL,	   /* 0 to 254 bytes, one @ with something on both sides; fold_email before it is stored */
	TEXT_AVATAR_URL,   /* 0 to 1000 bytes: http or https, a host, no user info */
	TEXT_URL,	   /* the same rule */
	TEXT_CALLBACK,	   /* 0 to 1000 bytes, ASCII: https, http on loopback, a private scheme with a dot; no '#' */
	TEXT_CLASS_COUNT,
};

enum text_verdict {
	TEXT_GOOD,
	TEXT_MALFORMED,	   /* not UTF-8, or a character that no dialect can print */
	TEXT_UNACCEPTABLE, /* right form, but too long, empty where it may not be, not a URL */
};

/* Judges the text and finds the part of it that is stored (names are trimmed of Unicode white space at
 * both ends). The part points into `bytes`. Pure. */
enum text_verdict text_check(enum text_class class, const char *bytes, size_t length, const char **part,
			     size_t *part_length);

/* Strict UTF-8: no overlong forms, surrogates, or anything above U+10FFFF. */
bool text_is_utf8(const char *bytes, size_t length);

/* An id or another number as canonical decimal, 1 .. 2^53-1: no sign, blank or leading zero. */
bool text_read_id(const char *bytes, size_t length, uint64_t *id);

/* What may be an api_key or a token: 1 to TOKEN_SIZE_MAX of the characters 0x21 to 0x7E. */
bool text_is_secret(const char *bytes, size_t length);
/* What may be an invite code: 1 to CODE_SIZE_MAX of [A-Za-z0-9_-]. */
bool text_is_code(const char *bytes, size_t length);

/* Checks a group's name and puts it into the request with its fold and slug, GIVEN_NAME set. */
enum text_verdict text_take_group_name(struct request *request, const char *bytes, size_t length);
/* Checks a username and puts it into the request with its fold and the slug that it gives, GIVEN_USERNAME set. */
enum text_verdict text_take_username(struct request *request, const char *bytes, size_t length);
/* Checks and puts a text of another class into the request. */
enum text_verdict text_take(struct request *request, enum text_class class, const char *bytes, size_t length,
			    struct text *taken);
/* Reads an id or a slug as it stands in a path. Digits only is always an id; a slug never consists of digits
 * only. */
void text_take_reference(struct request *request, const char *bytes, size_t length, struct reference *reference);
/* Reads an invite code with its digest; what cannot be one is INVITE_UNUSABLE. */
void text_take_code(struct request *request, const char *bytes, size_t length);

#endif
