/* Replies and pages: plain memory that is used again. */
#include "model/reply.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_ITEMS_FIRST 32

void reply_init(struct reply *reply)
{
	memset(reply, 0, offsetof(struct reply, lent));
	reply->outcome = OUTCOME_NONE;
	texts_init(&reply->texts, reply->lent, sizeof reply->lent);
}

void reply_finish(struct reply *reply)
{
	texts_finish(&reply->texts);
}

void reply_clear(struct reply *reply)
{
	struct texts texts = reply->texts;
	memset(reply, 0, offsetof(struct reply, lent));
	reply->outcome = OUTCOME_NONE;
	reply->texts = texts;
	texts_clear(&reply->texts);
}

const char *reply_text(const struct reply *reply, struct text text)
{
	return texts_get(&reply->texts, text);
}

void page_init(struct page *page)
{
	memset(page, 0, sizeof *page);
	texts_init(&page->texts, NULL, 0);
}

void page_finish(struct page *page)
{
	free(page->groups);
	free(page->members);
	free(page->users);
	free(page->invite_tokens);
	free(page->invite_tokens_by);
	free(page->ids);
	texts_finish(&page->texts);
	memset(page, 0, sizeof *page);
}

void page_clear(struct page *page)
{
	page->count = 0;
	page->total = 0;
	page->has_more = false;
	page->last = (struct cursor){0};
	page->too_long = false;
	page->failed = false;
	texts_clear(&page->texts);
}

/* Room for one more of `size` bytes; the array may move. */
static bool reserve(struct page *page, void **items, uint32_t *capacity, size_t size)
{
	if (page->count < *capacity) {
		return true;
	}
	uint32_t wanted = *capacity == 0 ? PAGE_ITEMS_FIRST : 2 * *capacity;
	void *grown = reallocarray(*items, wanted, size);
	if (grown == NULL) {
		page->failed = true;
		return false;
	}
	*items = grown;
	*capacity = wanted;
	return true;
}

struct group_view *page_add_group(struct page *page)
{
	void *items = page->groups;
	bool reserved = reserve(page, &items, &page->groups_capacity, sizeof *page->groups);
	page->groups = items;
	if (!reserved) {
		return NULL;
	}
	struct group_view *added = &page->groups[page->count++];
	memset(added, 0, sizeof *added);
	return added;
}

struct member_view *page_add_member(struct page *page)
{
	void *items = page->members;
	bool reserved = reserve(page, &items, &page->members_capacity, sizeof *page->members);
	page->members = items;
	if (!reserved) {
		return NULL;
	}
	struct member_view *added = &page->members[page->count++];
	memset(added, 0, sizeof *added);
	return added;
}

struct user *page_add_user(struct page *page)
{
	void *items = page->users;
	bool reserved = reserve(page, &items, &page->users_capacity, sizeof *page->users);
	page->users = items;
	if (!reserved) {
		return NULL;
	}
	struct user *added = &page->users[page->count++];
	memset(added, 0, sizeof *added);
	return added;
}

struct invite_token *page_add_invite_token(struct page *page)
{
	uint32_t capacity = page->invite_tokens_capacity;
	void *by = page->invite_tokens_by;
	bool reserved = reserve(page, &by, &capacity, sizeof *page->invite_tokens_by);
	page->invite_tokens_by = by;
	if (!reserved) {
		return NULL;
	}
	void *items = page->invite_tokens;
	reserved = reserve(page, &items, &page->invite_tokens_capacity, sizeof *page->invite_tokens);
	page->invite_tokens = items;
	if (!reserved) {
		return NULL;
	}
	memset(&page->invite_tokens_by[page->count], 0, sizeof *page->invite_tokens_by);
	struct invite_token *added = &page->invite_tokens[page->count++];
	memset(added, 0, sizeof *added);
	return added;
}

uint64_t *page_add_id(struct page *page)
{
	void *items = page->ids;
	bool reserved = reserve(page, &items, &page->ids_capacity, sizeof *page->ids);
	page->ids = items;
	return reserved ? &page->ids[page->count++] : NULL;
}
