/* A list is read name by name and kept as entries of one size: the bytes that the engine looks for. */
#include "several.h"

#include <assert.h>
#include <string.h>

#include "form.h"
#include "text/check.h"
#include "text/fold.h"

#define ID_SIZE 8
#define NAME_SIZE_MAX (4 * USERNAME_MAX) /* decoded; an id is shorter */
#define ENTRY_SIZE_MAX FOLD_DIGEST_SIZE

/* What is to be looked for, in the order asked. */
struct list {
	size_t entry_size;
	size_t count;
	uint8_t entries[IDS_ASKED_MAX][ENTRY_SIZE_MAX];
};

/* Makes an entry of a name; false: nothing can have this name. */
typedef bool read_name(const char *name, size_t length, uint8_t entry[ENTRY_SIZE_MAX]);

static bool read_id(const char *name, size_t length, uint8_t entry[ENTRY_SIZE_MAX])
{
	uint64_t id;
	if (!text_read_id(name, length, &id)) {
		return false;
	}
	for (unsigned i = 0; i < ID_SIZE; i++) {
		entry[i] = (uint8_t)(id >> (8 * (ID_SIZE - 1 - i)));
	}
	return true;
}

static bool read_username(const char *name, size_t length, uint8_t entry[ENTRY_SIZE_MAX])
{
	const char *part;
	size_t part_length;
	return text_check(TEXT_USERNAME, name, length, &part, &part_length) == TEXT_GOOD &&
	       fold_digest(part, part_length, entry);
}

static bool list_has(const struct list *list, const uint8_t *entry)
{
	for (size_t i = 0; i < list->count; i++) {
		if (memcmp(list->entries[i], entry, list->entry_size) == 0) {
			return true;
		}
	}
	return false;
}

/* Takes the name up to the next comma off `raw`, decoded and without the blanks around it. `*length` is over
 * NAME_SIZE_MAX when it is too long for a name. */
static void next_name(struct span *raw, char name[NAME_SIZE_MAX], size_t *length)
{
	size_t count = 0; /* up to the last byte that is no blank */
	size_t blanks = 0; /* behind it */
	char byte;
	while (form_next(raw, &byte) && byte != ',') {
		if (byte == ' ') {
			blanks += count > 0;
			continue;
		}
		count += blanks;
		if (count < NAME_SIZE_MAX) {
			memset(name + count - blanks, ' ', blanks);
			name[count] = byte;
		}
		count++;
		blanks = 0;
	}
	*length = count;
}

/* False: too many names. */
static bool read_list(struct span raw, read_name *read, struct list *list)
{
	size_t asked = 0; /* names of nothing and repeated ones included */
	while (raw.length > 0) {
		char name[NAME_SIZE_MAX];
		uint8_t entry[ENTRY_SIZE_MAX];
		size_t length;
		next_name(&raw, name, &length);
		if (length == 0) {
			continue;
		}
		if (++asked > IDS_ASKED_MAX) {
			return false;
		}
		if (length <= NAME_SIZE_MAX && read(name, length, entry) && !list_has(list, entry)) {
			memcpy(list->entries[list->count++], entry, list->entry_size);
		}
	}
	return true;
}

static void take(struct request *request, struct span raw, enum outcome too_many, read_name *read,
	size_t entry_size, struct text *taken)
{
	struct list list = {.entry_size = entry_size};
	char bytes[IDS_ASKED_MAX * ENTRY_SIZE_MAX];
	if (!read_list(raw, read, &list)) {
		request_fault(&request->syntax, too_many, "");
		return;
	}
	for (size_t i = 0; i < list.count; i++) {
		memcpy(bytes + i * entry_size, list.entries[i], entry_size);
	}
	bool added = request_add(request, bytes, list.count * entry_size, taken);
	assert(added); /* every block has room to spare for it */
	(void)added;
}

void several_take_ids(struct request *request, struct span raw, enum outcome too_many)
{
	take(request, raw, too_many, read_id, ID_SIZE, &request->ids);
}

void several_take_usernames(struct request *request, struct span raw, enum outcome too_many)
{
	take(request, raw, too_many, read_username, FOLD_DIGEST_SIZE, &request->username_folds);
}
