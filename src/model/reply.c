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
	free(page->standings);
	free(page->invitations);
	free(page->tokens);
	free(page->changes);
	texts_finish(&page->texts);
	memset(page, 0, sizeof *page);
}

void page_clear(struct page *page)
{
	page->count = 0;
	page->total = 0;
	page->last_seq = 0;
	page->feed_of = 0;
	page->has_more = false;
	page->last = (struct cursor){0};
	page->too_long = false;
	page->failed = false;
	texts_clear(&page->texts);
}

/* Room for one more of `size` bytes; the array may move. */
static void *reserve(struct page *page, void *items, uint32_t *capacity, size_t size)
{
	if (page->count < *capacity) {
		return items;
	}
	uint32_t wanted = *capacity == 0 ? PAGE_ITEMS_FIRST : 2 * *capacity;
	void *grown = reallocarray(items, wanted, size);
	if (grown == NULL) {
		page->failed = true;
		return items;
	}
	*capacity = wanted;
	return grown;
}

/* One function per kind of item: room, zeroed. */
#define PAGE_ADD(type, item, array) \
	type *page_add_##item(struct page *page) \
	{ \
		page->array = \
			reserve(page, page->array, &page->array##_capacity, sizeof *page->array); \
		if (page->count == page->array##_capacity) { \
			return NULL; \
		} \
		type *added = &page->array[page->count++]; \
		memset(added, 0, sizeof *added); \
		return added; \
	}

PAGE_ADD(struct group_view, group, groups)
PAGE_ADD(struct member_view, member, members)
PAGE_ADD(struct user, user, users)
PAGE_ADD(uint64_t, id, ids)
PAGE_ADD(struct standing_view, standing, standings)
PAGE_ADD(struct invitation_view, invitation, invitations)
PAGE_ADD(struct token, token, tokens)
PAGE_ADD(struct change, change, changes)

/* Two arrays side by side. */
struct invite_token *page_add_invite_token(struct page *page)
{
	uint32_t capacity = page->invite_tokens_capacity;
	page->invite_tokens_by =
		reserve(page, page->invite_tokens_by, &capacity, sizeof *page->invite_tokens_by);
	if (page->count == capacity) {
		return NULL;
	}
	page->invite_tokens = reserve(
		page, page->invite_tokens, &page->invite_tokens_capacity, sizeof *page->invite_tokens);
	if (page->count == page->invite_tokens_capacity) {
		return NULL;
	}
	memset(&page->invite_tokens_by[page->count], 0, sizeof *page->invite_tokens_by);
	struct invite_token *added = &page->invite_tokens[page->count++];
	memset(added, 0, sizeof *added);
	return added;
}
