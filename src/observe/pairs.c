/* Two hash tables over the same blocks, and a list for each kind, the one that was longest not used first. The hash is
 * keyed: the other system chooses its words. */
#include "observe/pairs.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "observe/named.h"

#define LINK_WORD_SIZE 128 /* of an id, slug or code */
#define BUCKETS_FIRST 1024 /* a power of two, as all that follow */

struct pair {
	struct pair *chain[PAIRS_SIDES];
	struct pair *older;
	struct pair *newer;
	enum reply_field_kind kind;
	size_t at[PAIRS_SIDES]; /* of its words in `texts` */
	size_t size; /* of the texts */
	char texts[];
};

struct kind_list {
	struct pair *oldest;
	struct pair *newest;
	size_t count;
};

struct pairs {
	size_t kind_max;
	struct pair **buckets[PAIRS_SIDES];
	size_t bucket_count;
	struct kind_list kinds[FIELD_KIND_COUNT];
	bool secret_lengths[PAIRS_TEXT_SIZE]; /* of their secrets, in bytes */
	unsigned char key[crypto_shorthash_KEYBYTES];
	atomic_uint_fast64_t known;
	atomic_uint_fast64_t forgotten;
};

struct pairs *pairs_create(size_t kind_max)
{
	struct pairs *pairs = calloc(1, sizeof *pairs);
	if (pairs == NULL) {
		return NULL;
	}
	pairs->kind_max = kind_max;
	pairs->bucket_count = BUCKETS_FIRST;
	randombytes_buf(pairs->key, sizeof pairs->key);
	for (unsigned side = 0; side < PAIRS_SIDES; side++) {
		pairs->buckets[side] = calloc(BUCKETS_FIRST, sizeof *pairs->buckets[side]);
		if (pairs->buckets[side] == NULL) {
			pairs_destroy(pairs);
			return NULL;
		}
	}
	return pairs;
}

static void wipe(struct pair *pair)
{
	explicit_bzero(pair->texts, pair->size);
	free(pair);
}

void pairs_destroy(struct pairs *pairs)
{
	if (pairs == NULL) {
		return;
	}
	for (unsigned kind = 0; kind < FIELD_KIND_COUNT; kind++) {
		for (struct pair *pair = pairs->kinds[kind].oldest; pair != NULL;) {
			struct pair *newer = pair->newer;
			wipe(pair);
			pair = newer;
		}
	}
	for (unsigned side = 0; side < PAIRS_SIDES; side++) {
		free(pairs->buckets[side]);
	}
	free(pairs);
}

/* --- finding */

static struct pair **bucket_of(
	const struct pairs *pairs, unsigned side, enum reply_field_kind kind, const char *text)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t number;
	(void)crypto_shorthash(hash, (const unsigned char *)text, strlen(text), pairs->key); /* cannot fail */
	memcpy(&number, hash, sizeof number);
	return &pairs->buckets[side][(number + (uint64_t)kind) & (pairs->bucket_count - 1)];
}

static struct pair *look_up(
	const struct pairs *pairs, unsigned side, enum reply_field_kind kind, const char *text)
{
	struct pair *pair = *bucket_of(pairs, side, kind, text);
	while (pair != NULL && (pair->kind != kind || strcmp(pair->texts + pair->at[side], text) != 0)) {
		pair = pair->chain[side];
	}
	return pair;
}

static void unlink_age(struct kind_list *list, struct pair *pair)
{
	*(pair->older == NULL ? &list->oldest : &pair->older->newer) = pair->newer;
	*(pair->newer == NULL ? &list->newest : &pair->newer->older) = pair->older;
}

static void link_newest(struct kind_list *list, struct pair *pair)
{
	pair->older = list->newest;
	pair->newer = NULL;
	*(list->newest == NULL ? &list->oldest : &list->newest->newer) = pair;
	list->newest = pair;
}

const char *pairs_find(struct pairs *pairs, enum pairs_side from, enum reply_field_kind kind, const char *text)
{
	struct pair *pair = look_up(pairs, from, kind, text);
	if (pair == NULL) {
		return NULL;
	}
	if (pairs->kind_max != 0) {
		unlink_age(&pairs->kinds[kind], pair);
		link_newest(&pairs->kinds[kind], pair);
	}
	return pair->texts + pair->at[from == PAIRS_OURS ? PAIRS_THEIRS : PAIRS_OURS];
}

void pairs_each(const struct pairs *pairs,
	void (*each)(void *context, enum reply_field_kind kind, const char *ours, const char *theirs),
	void *context)
{
	for (enum reply_field_kind kind = 0; kind < FIELD_KIND_COUNT; kind++) {
		for (const struct pair *pair = pairs->kinds[kind].oldest; pair != NULL; pair = pair->newer) {
			each(context, kind, pair->texts + pair->at[PAIRS_OURS],
				pair->texts + pair->at[PAIRS_THEIRS]);
		}
	}
}

struct pairs_counts pairs_count(const struct pairs *pairs)
{
	return (struct pairs_counts){atomic_load(&pairs->known), atomic_load(&pairs->forgotten)};
}

/* --- adding */

static void link_chains(struct pairs *pairs, struct pair *pair)
{
	for (unsigned side = 0; side < PAIRS_SIDES; side++) {
		struct pair **bucket = bucket_of(pairs, side, pair->kind, pair->texts + pair->at[side]);
		pair->chain[side] = *bucket;
		*bucket = pair;
	}
}

static void unlink_chains(struct pairs *pairs, struct pair *pair)
{
	for (unsigned side = 0; side < PAIRS_SIDES; side++) {
		struct pair **link = bucket_of(pairs, side, pair->kind, pair->texts + pair->at[side]);
		while (*link != pair) {
			link = &(*link)->chain[side];
		}
		*link = pair->chain[side];
	}
}

/* Without memory for more the chains only become longer. */
static void grow(struct pairs *pairs)
{
	size_t count = 2 * pairs->bucket_count;
	struct pair **ours = calloc(count, sizeof *ours);
	struct pair **theirs = calloc(count, sizeof *theirs);
	if (ours == NULL || theirs == NULL) {
		free(ours);
		free(theirs);
		return;
	}
	free(pairs->buckets[PAIRS_OURS]);
	free(pairs->buckets[PAIRS_THEIRS]);
	pairs->buckets[PAIRS_OURS] = ours;
	pairs->buckets[PAIRS_THEIRS] = theirs;
	pairs->bucket_count = count;
	for (unsigned kind = 0; kind < FIELD_KIND_COUNT; kind++) {
		for (struct pair *pair = pairs->kinds[kind].oldest; pair != NULL; pair = pair->newer) {
			link_chains(pairs, pair);
		}
	}
}

static struct pair *make(enum reply_field_kind kind, const char *ours, const char *theirs)
{
	size_t our_size = strlen(ours) + 1;
	size_t their_size = strlen(theirs) + 1;
	struct pair *pair = NULL;
	if (our_size > PAIRS_TEXT_SIZE || their_size > PAIRS_TEXT_SIZE ||
		(pair = malloc(sizeof *pair + our_size + their_size)) == NULL) {
		return NULL;
	}
	*pair = (struct pair){.kind = kind, .at = {0, our_size}, .size = our_size + their_size};
	memcpy(pair->texts, ours, our_size);
	memcpy(pair->texts + our_size, theirs, their_size);
	return pair;
}

static void forget_oldest(struct pairs *pairs, struct kind_list *list)
{
	struct pair *pair = list->oldest;
	unlink_age(list, pair);
	unlink_chains(pairs, pair);
	wipe(pair);
	list->count--;
	atomic_fetch_sub(&pairs->known, 1);
	atomic_fetch_add(&pairs->forgotten, 1);
}

bool pairs_add(struct pairs *pairs, enum reply_field_kind kind, const char *ours, const char *theirs)
{
	struct kind_list *list = &pairs->kinds[kind];
	struct pair *pair = NULL;
	if (look_up(pairs, PAIRS_OURS, kind, ours) != NULL ||
		look_up(pairs, PAIRS_THEIRS, kind, theirs) != NULL ||
		(pair = make(kind, ours, theirs)) == NULL) {
		return false;
	}
	if (pairs->kind_max != 0 && list->count == pairs->kind_max) {
		forget_oldest(pairs, list);
	}
	if (atomic_load(&pairs->known) >= pairs->bucket_count) {
		grow(pairs);
	}
	link_chains(pairs, pair);
	link_newest(list, pair);
	list->count++;
	atomic_fetch_add(&pairs->known, 1);
	if (kind == FIELD_SECRET && strcmp(ours, theirs) != 0) {
		pairs->secret_lengths[strlen(theirs)] = true;
	}
	return true;
}

/* --- learning */

static const struct {
	const char *operation;
	enum reply_field_kind kind;
} creations[] = {
	{"group_create", FIELD_GROUP},
	{"invite_create", FIELD_INVITE},
	{"invite_token_mint", FIELD_INVITE},
	{"invitation_create", FIELD_INVITATION},
	{"user_put", FIELD_USER},
	{"user_token_mint", FIELD_TOKEN_ID},
};

static bool is_learned(const char *operation, enum reply_field_kind kind)
{
	bool created = kind == FIELD_SECRET || kind == FIELD_OPAQUE;
	for (size_t i = 0; i < sizeof creations / sizeof creations[0]; i++) {
		created = created ||
			  (creations[i].kind == kind && strcmp(creations[i].operation, operation) == 0);
	}
	return created;
}

void pairs_learn(struct pairs *pairs, const char *operation, const struct reply_fields *ours,
	const struct reply_fields *theirs)
{
	for (size_t i = 0; i < theirs->count; i++) {
		const struct reply_field *field = &theirs->rows[i];
		const struct reply_field *own =
			is_learned(operation, field->kind) ? reply_fields_find(ours, field->path) : NULL;
		if (own != NULL && !own->is_null && !field->is_null) {
			(void)pairs_add(pairs, field->kind, own->value, field->value); /* known already: fine */
		}
	}
}

void pairs_learn_link(struct pairs *pairs, const char *operation, const char *ours, const char *theirs)
{
	struct named_path paths[PAIRS_SIDES] = {{.rest = named_path_of((struct span){ours, strlen(ours)})},
		{.rest = named_path_of((struct span){theirs, strlen(theirs)})}};
	struct span segments[PAIRS_SIDES];
	enum reply_field_kind kinds[PAIRS_SIDES];
	while (named_path_next(&paths[PAIRS_OURS], &segments[PAIRS_OURS], &kinds[PAIRS_OURS]) &&
		named_path_next(&paths[PAIRS_THEIRS], &segments[PAIRS_THEIRS], &kinds[PAIRS_THEIRS])) {
		char words[PAIRS_SIDES][LINK_WORD_SIZE];
		bool fit = kinds[PAIRS_OURS] == kinds[PAIRS_THEIRS] &&
			   is_learned(operation, kinds[PAIRS_OURS]);
		for (unsigned side = 0; side < PAIRS_SIDES; side++) {
			struct span word = segments[side];
			fit = fit && word.length > 0 && word.length < LINK_WORD_SIZE;
			(void)snprintf(words[side], LINK_WORD_SIZE, "%.*s", (int)word.length, word.bytes);
		}
		if (fit) {
			(void)pairs_add(pairs, kinds[PAIRS_OURS], words[PAIRS_OURS],
				words[PAIRS_THEIRS]); /* known already: fine */
		}
	}
}

/* --- hiding */

static bool is_secret(struct pairs *pairs, const char *text, size_t length)
{
	char word[PAIRS_TEXT_SIZE];
	memcpy(word, text, length); /* shorter, as every secret */
	word[length] = '\0';
	const char *ours = strlen(word) == length ? pairs_find(pairs, PAIRS_THEIRS, FIELD_SECRET, word) : NULL;
	return ours != NULL && strcmp(ours, word) != 0;
}

/* By length, the longest first, so that one that begins another leaves nothing of it: there are few lengths, and may be
 * many secrets. */
void pairs_hide(struct pairs *pairs, size_t length_min, char *text, size_t size)
{
	for (size_t length = PAIRS_TEXT_SIZE - 1; length >= length_min && length > 0; length--) {
		if (!pairs->secret_lengths[length]) {
			continue;
		}
		for (size_t at = 0; at + length <= size; at++) {
			if (is_secret(pairs, text + at, length)) {
				memset(text + at, '*', length);
				at += length - 1;
			}
		}
	}
}
