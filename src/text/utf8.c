/* A strict UTF-8 reader: each form has its own least value, which shuts out overlong ones. */
#include "text/utf8.h"

static const struct form {
	uint8_t mask; /* of the first byte's fixed bits */
	uint8_t bits;
	uint8_t size;
	uint32_t least;
} FORMS[] = {
	{0xe0, 0xc0, 2, 0x80},
	{0xf0, 0xe0, 3, 0x800},
	{0xf8, 0xf0, 4, 0x10000},
};

/* Of more than one byte. */
static const struct form *find_form(uint8_t first)
{
	for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
		if ((first & FORMS[i].mask) == FORMS[i].bits) {
			return &FORMS[i];
		}
	}
	return NULL;
}

uint32_t utf8_next(const char *bytes, size_t length, size_t at, size_t *size)
{
	const uint8_t *from = (const uint8_t *)bytes + at;
	if (*from < 0x80) {
		*size = 1; /* as nearly all are */
		return *from;
	}
	const struct form *form = find_form(*from);
	if (form == NULL || form->size > length - at) {
		return UTF8_INVALID;
	}
	uint32_t point = *from & (uint8_t)~form->mask;
	for (size_t i = 1; i < form->size; i++) {
		if ((from[i] & 0xc0) != 0x80) {
			return UTF8_INVALID;
		}
		point = (point << 6) | (from[i] & 0x3f);
	}
	if (point < form->least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
		return UTF8_INVALID;
	}
	*size = form->size;
	return point;
}

bool utf8_is_white(uint32_t code_point)
{
	static const uint32_t ranges[][2] = {
		{0x09, 0x0D},
		{0x20, 0x20},
		{0x85, 0x85},
		{0xA0, 0xA0},
		{0x1680, 0x1680},
		{0x2000, 0x200A},
		{0x2028, 0x2029},
		{0x202F, 0x202F},
		{0x205F, 0x205F},
		{0x3000, 0x3000},
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (code_point >= ranges[i][0] && code_point <= ranges[i][1]) {
			return true;
		}
	}
	return false;
}
