/* jansson does not stand a lack of memory: bytes of strings are left out without a word, escapes end the process,
 * and what was made in part is freed twice. So the allocation that fails does not return to it, but to who began to
 * read, and what was allocated since is freed from a list. */
#include "api/body_memory.h"

#include <assert.h>
#include <setjmp.h>
#include <stdlib.h>

struct block {
	struct block *next;
	struct block **link; /* what points here */
	max_align_t bytes[];
};

static _Thread_local struct {
	bool reading;
	struct block *blocks;
	jmp_buf lack;
} memory;

static void *allocate(size_t size)
{
	if (!memory.reading) {
		return malloc(size);
	}
	struct block *block = malloc(sizeof *block + size);
	if (block == NULL) {
		longjmp(memory.lack, 1);
	}
	block->next = memory.blocks;
	block->link = &memory.blocks;
	if (block->next != NULL) {
		block->next->link = &block->next;
	}
	memory.blocks = block;
	return block->bytes;
}

static void drop(struct block *block)
{
	*block->link = block->next;
	if (block->next != NULL) {
		block->next->link = block->link;
	}
	free(block);
}

static void release(void *bytes)
{
	if (!memory.reading || bytes == NULL) {
		free(bytes);
		return;
	}
	drop((struct block *)(void *)((char *)bytes - offsetof(struct block, bytes)));
}

/* jansson asks that it is told before its first use, and threads that it is told before there are any. */
__attribute__((constructor)) static void take_over_allocations(void)
{
	json_set_alloc_funcs(allocate, release);
}

json_t *body_memory_load(const char *bytes, size_t length, bool *lacks_memory)
{
	assert(!memory.reading);
	memory.reading = true;
	*lacks_memory = setjmp(memory.lack) != 0;
	if (!*lacks_memory) {
		return json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	}
	while (memory.blocks != NULL) {
		drop(memory.blocks);
	}
	return NULL;
}

void body_memory_release(json_t *root)
{
	json_decref(root);
	assert(memory.blocks == NULL);
	memory.reading = false;
}
