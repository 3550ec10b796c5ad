/* A rule file of any bytes: it is taken, or refused with one line that names its place; what was taken is asked. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/rules.h"

#define NOW 1781524800 /* 2026-06-15T12:00:00Z */
#define WHY_SIZE 256

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void take_line(void *context, const char *line)
{
	unsigned *lines = context;
	*lines += strchr(line, '\n') == NULL;
}

static void ask(struct rules *rules)
{
	static const char *const PATHS[] = {"", "group.name", "member 7 9"};
	unsigned lines = 0;
	for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
		for (enum difference_kind kind = 0; kind < DIFFERENCE_KIND_COUNT; kind++) {
			const struct difference difference = {.kind = kind, .path = PATHS[i], .left = "1"};
			const char *reason = rules_accept(rules, "group.join", &difference);
			if (reason != NULL && *reason == '\0') {
				abort();
			}
		}
	}
	if (rules_stale(rules, false, take_line, &lines) < rules_stale(rules, true, take_line, &lines)) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char why[WHY_SIZE] = "";
	struct rules *rules = rules_read("rules", (const char *)bytes, size, NOW, why, sizeof why);
	if ((rules == NULL) != (strncmp(why, "rules:", 6) == 0)) {
		abort();
	}
	if (rules != NULL) {
		ask(rules);
	}
	rules_free(rules);
	return 0;
}
