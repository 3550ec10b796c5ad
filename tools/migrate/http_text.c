/* Reads what call.c, cases and recordings write: complete requests, whose framing nobody has to guard. */
#include "migrate/http_text.h"

#include <string.h>
#include <strings.h>

static const enum http_method METHODS[] = {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS};

const char *http_text_find_header(const void *context, const char *name, bool *repeated)
{
	const struct http_text *text = context;
	const char *found = NULL;
	if (repeated != NULL) {
		*repeated = false;
	}
	for (size_t i = 0; i < text->header_count; i++) {
		if (strcasecmp(text->headers[i].name, name) != 0) {
			continue;
		}
		if (found != NULL && repeated != NULL) {
			*repeated = true;
		}
		found = found != NULL ? found : text->headers[i].value;
	}
	return found;
}

/* Ends the line at `at` with a NUL and returns the start of the next one; NULL: it does not end. */
static char *cut_line(char *at)
{
	char *end = strchr(at, '\n');
	if (end == NULL) {
		return NULL;
	}
	*end = '\0';
	if (end > at && end[-1] == '\r') {
		end[-1] = '\0';
	}
	return end + 1;
}

static bool read_request_line(char *line, struct http_text *read)
{
	char *space = strchr(line, ' ');
	char *version = strrchr(line, ' ');
	if (space == NULL || space == version) {
		return false;
	}
	*space = '\0';
	*version = '\0';
	read->target = space + 1;
	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
		if (strcmp(http_method_name(METHODS[i]), line) == 0) {
			read->method = METHODS[i];
			return true;
		}
	}
	return false;
}

static bool read_header(char *line, struct http_text *read)
{
	char *colon = strchr(line, ':');
	if (colon == NULL || read->header_count == HTTP_TEXT_HEADERS_MAX) {
		return false;
	}
	*colon = '\0';
	read->headers[read->header_count].name = line;
	read->headers[read->header_count++].value = colon + 1 + strspn(colon + 1, " ");
	return true;
}

bool http_text_read(char *text, size_t length, struct http_text *read)
{
	*read = (struct http_text){0};
	char *line = text;
	char *next = cut_line(line);
	if (next == NULL || !read_request_line(line, read)) {
		return false;
	}
	while (line = next, (next = cut_line(line)) != NULL && *line != '\0') {
		if (!read_header(line, read)) {
			return false;
		}
	}
	if (next == NULL) {
		return false;
	}
	if ((read->method & (HTTP_POST | HTTP_PUT | HTTP_PATCH)) != 0) {
		read->body = (struct span){.bytes = next, .length = length - (size_t)(next - text)};
	}
	return true;
}
