/* Finds fields of application/x-www-form-urlencoded text. */
#include "pages/fields.h"

struct span fields_find(struct span fields, const char *name)
{
	while (fields.length > 0) {
		struct span value = span_cut(&fields, '&');
		if (span_is(span_cut(&value, '='), name)) {
			return value;
		}
	}
	return (struct span){.bytes = "", .length = 0};
}
