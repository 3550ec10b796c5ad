/* They change with the program only, so browsers keep them for an hour and then ask by their tags. */
#include "pages/files.h"

#include <assert.h>
#include <string.h>

#define KEPT_S 3600

static const struct {
	const char *name;
	const char *type;
} PUBLIC[] = {
	{"style.css", "text/css; charset=utf-8"},
	{"docs.css", "text/css; charset=utf-8"},
	{"docs.js", "text/javascript; charset=utf-8"},
	{"swagger-ui.css", "text/css; charset=utf-8"},
	{"swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
	{"LICENSE", "text/plain; charset=utf-8"}, /* the viewer's */
};

const struct pages_file *files_get(const char *name)
{
	const struct pages_file *file = PAGES_FILES;
	while (file->name != NULL && strcmp(file->name, name) != 0) {
		file++;
	}
	return file->name == NULL ? NULL : file;
}

bool files_find(struct span name, uint32_t *file)
{
	for (uint32_t i = 0; i < sizeof PUBLIC / sizeof *PUBLIC; i++) {
		if (span_is(name, PUBLIC[i].name) && files_get(PUBLIC[i].name) != NULL) {
			*file = i;
			return true;
		}
	}
	return false;
}

/* A list of tags, weak ones too, or "*". */
static bool has_tag(const char *tags, const char *tag)
{
	size_t length = strlen(tag);
	for (const char *at = tags; (at = strchr(at, '"')) != NULL; at++) {
		if (strncmp(at + 1, tag, length) == 0 && at[1 + length] == '"') {
			return true;
		}
	}
	return tags[strspn(tags, " \t")] == '*';
}

void files_write(uint32_t file, const struct request *request, struct http_response *response)
{
	assert(file < sizeof PUBLIC / sizeof *PUBLIC);
	const struct pages_file *found = files_get(PUBLIC[file].name);
	assert(found != NULL);
	response_header(response, "Cache-Control", "public, max-age=%d", KEPT_S);
	response_header(response, "ETag", "\"%s\"", found->tag);
	if (has_tag(request_text(request, request->if_none_match), found->tag)) {
		response->outcome = OUTCOME_NOT_MODIFIED;
		response->status = outcome_row(OUTCOME_NOT_MODIFIED)->v3_status;
		response->reason = outcome_reason(response->status);
		return;
	}
	response->content_type = PUBLIC[file].type;
	response_write(response, found->text, found->size);
}
