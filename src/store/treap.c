/* Split and join, the two moves that every change of the tree is made of. */
#include "store/treap.h"

#include <stdlib.h>
#include <string.h>

#include "store/bytes.h"
#include "store/key.h"

#define HEAD_SIZE sizeof(uint64_t)

/* What is shorter is filled up with zeroes, so of two heads that differ the greater belongs to what comes later. */
static uint64_t head_of(struct bytes bytes)
{
	uint8_t head[HEAD_SIZE] = {0};
	if (bytes.size > 0) {
		memcpy(head, bytes.data, bytes.size < HEAD_SIZE ? bytes.size : HEAD_SIZE);
	}
	return key_read_u64(head);
}

static int compare(uint64_t left_head, struct bytes left, uint64_t right_head, struct bytes right)
{
	if (left_head != right_head) {
		return left_head < right_head ? -1 : 1;
	}
	bool whole = left.size == HEAD_SIZE && right.size == HEAD_SIZE;
	return whole ? 0 : bytes_compare(left, right);
}

static bool lies_before(const struct node *node, const struct cut *cut)
{
	bool all = cut->side == SIDE_BEHIND_ALL;
	if (all && !cut->set && bytes_start_with(node->key, cut->key)) {
		return true;
	}
	int order = compare(node->key_head, node->key, cut->key_head, cut->key);
	if (order == 0 && all) {
		return true;
	}
	if (order == 0 && cut->set) {
		order = compare(node->value_head, node->value, cut->entry_head, cut->entry);
	}
	return order < 0 || (order == 0 && cut->side == SIDE_BEHIND);
}

static int64_t sum_of(const struct node *node)
{
	return node == NULL ? 0 : node->sum;
}

static struct node *update(struct node *node)
{
	node->sum = node->weight + sum_of(node->left) + sum_of(node->right);
	return node;
}

static void split(struct node *node, const struct cut *cut, struct node **before, struct node **behind)
{
	if (node == NULL) {
		*before = NULL;
		*behind = NULL;
	} else if (lies_before(node, cut)) {
		split(node->right, cut, &node->right, behind);
		*before = update(node);
	} else {
		split(node->left, cut, before, &node->left);
		*behind = update(node);
	}
}

static struct node *join(struct node *before, struct node *behind)
{
	if (before == NULL || behind == NULL) {
		return before != NULL ? before : behind;
	}
	if (before->priority > behind->priority) {
		before->right = join(before->right, behind);
		return update(before);
	}
	behind->left = join(before, behind->left);
	return update(behind);
}

struct node *treap_node(struct bytes key, struct bytes value, uint64_t priority)
{
	struct node *node = malloc(sizeof *node + key.size + value.size);
	if (node == NULL) {
		return NULL;
	}
	*node = (struct node){.priority = priority};
	if (key.size > 0) {
		memcpy(node->data, key.data, key.size);
	}
	if (value.size > 0) {
		memcpy(node->data + key.size, value.data, value.size);
	}
	node->key = (struct bytes){.data = node->data, .size = key.size};
	node->value = (struct bytes){.data = node->data + key.size, .size = value.size};
	node->key_head = head_of(node->key);
	node->value_head = head_of(node->value);
	return node;
}

struct cut treap_cut(bool set, struct bytes key, struct bytes entry, enum side side)
{
	return (struct cut){.set = set,
		.side = side,
		.key_head = head_of(key),
		.entry_head = head_of(entry),
		.key = key,
		.entry = entry};
}

struct cut treap_cut_at(bool set, const struct node *node, enum side side)
{
	return (struct cut){.set = set,
		.side = side,
		.key_head = node->key_head,
		.entry_head = node->value_head,
		.key = node->key,
		.entry = node->value};
}

static void link_rows(struct node *previous, struct node *next)
{
	if (previous != NULL) {
		previous->next = next;
	}
	if (next != NULL) {
		next->previous = previous;
	}
}

static struct node *first_of(struct node *root)
{
	while (root != NULL && root->left != NULL) {
		root = root->left;
	}
	return root;
}

static struct node *last_of(struct node *root)
{
	while (root != NULL && root->right != NULL) {
		root = root->right;
	}
	return root;
}

struct node *treap_take(struct node **root, const struct cut *at)
{
	struct cut cut = *at;
	struct node *before;
	struct node *found;
	struct node *behind;
	cut.side = SIDE_BEFORE;
	split(*root, &cut, &before, &behind);
	cut.side = SIDE_BEHIND;
	split(behind, &cut, &found, &behind);
	*root = join(before, behind);
	if (found != NULL) {
		link_rows(found->previous, found->next);
	}
	return found;
}

void treap_put(struct node **root, struct node *node, bool set)
{
	const struct cut cut = treap_cut_at(set, node, SIDE_BEFORE);
	struct node *before;
	struct node *behind;
	split(*root, &cut, &before, &behind);
	node->left = NULL;
	node->right = NULL;
	node->previous = last_of(before);
	node->next = first_of(behind);
	link_rows(node->previous, node);
	link_rows(node, node->next);
	*root = join(join(before, update(node)), behind);
}

static bool copy(const struct node *root, struct node **copied, struct node **last)
{
	*copied = root != NULL ? treap_node(root->key, root->value, root->priority) : NULL;
	if (*copied == NULL) {
		return root == NULL;
	}
	struct node *node = *copied;
	node->weight = root->weight;
	node->sum = root->sum;
	node->removed = root->removed;
	if (!copy(root->left, &node->left, last)) {
		return false;
	}
	node->previous = *last;
	link_rows(*last, node);
	*last = node;
	return copy(root->right, &node->right, last);
}

bool treap_copy(const struct node *root, struct node **copied)
{
	struct node *last = NULL;
	return copy(root, copied, &last);
}

const struct node *treap_behind(const struct node *root, const struct cut *cut)
{
	const struct node *found = NULL;
	while (root != NULL) {
		if (lies_before(root, cut)) {
			root = root->right;
		} else {
			found = root;
			root = root->left;
		}
	}
	return found;
}

const struct node *treap_before(const struct node *root, const struct cut *cut)
{
	const struct node *found = NULL;
	while (root != NULL) {
		if (lies_before(root, cut)) {
			found = root;
			root = root->right;
		} else {
			root = root->left;
		}
	}
	return found;
}

int64_t treap_weight_before(const struct node *root, const struct cut *cut)
{
	int64_t weight = 0;
	while (root != NULL) {
		if (lies_before(root, cut)) {
			weight += root->weight + sum_of(root->left);
			root = root->right;
		} else {
			root = root->left;
		}
	}
	return weight;
}

void treap_visit(const struct node *root, void (*visit)(void *context, const struct node *node), void *context)
{
	if (root == NULL) {
		return;
	}
	treap_visit(root->left, visit, context);
	visit(context, root);
	treap_visit(root->right, visit, context);
}

void treap_destroy(struct node *root)
{
	if (root == NULL) {
		return;
	}
	treap_destroy(root->left);
	treap_destroy(root->right);
	free(root);
}
