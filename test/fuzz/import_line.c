/* Any bytes as a line of an import: read strictly or refused with a reason; what is read equals itself. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "admin/import_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct texts texts;
	texts_init(&texts, NULL, 0);
	struct import_line line;
	char why[IMPORT_WHY_SIZE] = "";
	if (import_line_read((const char *)bytes, size, &texts, &line, why)) {
		assert(line.kind < LINE_KIND_COUNT);
		assert(import_line_difference(&line, &texts, &line, &texts) == NULL);
	} else {
		assert(strlen(why) > 0);
	}
	texts_finish(&texts);
	return 0;
}
