/* The one place where text becomes HTML. */
#include "pages/template.h"

#include <assert.h>
#include <string.h>

#include "pages/files.h"

static const struct {
	char letter;
	const char *entity;
} ENTITIES[] = {
	{'&', "&amp;"},
	{'<', "&lt;"},
	{'>', "&gt;"},
	{'"', "&quot;"},
	{'\'', "&#39;"},
};

static void write_escaped(const char *text, struct http_response *response)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "&<>\"'");
		response_write(response, text, plain);
		text += plain;
		for (size_t i = 0; *text != '\0' && i < sizeof ENTITIES / sizeof *ENTITIES; i++) {
			if (*text == ENTITIES[i].letter) {
				response_puts(response, ENTITIES[i].entity);
				text++;
				break;
			}
		}
	}
}

static const char *find_value(const struct template_value *values, const char *name, size_t length)
{
	while (values->name != NULL && (strlen(values->name) != length || memcmp(values->name, name, length) != 0)) {
		values++;
	}
	assert(values->name != NULL);
	return values->text;
}

void template_write(const char *file, const struct template_value *values, struct http_response *response)
{
	const struct pages_file *found = files_get(file);
	assert(found != NULL);
	const char *at = found->text;
	for (const char *hole; (hole = strstr(at, "{{")) != NULL;) {
		const char *end = strstr(hole, "}}");
		assert(end != NULL);
		response_write(response, at, (size_t)(hole - at));
		write_escaped(find_value(values, hole + 2, (size_t)(end - hole - 2)), response);
		at = end + 2;
	}
	response_puts(response, at);
}
