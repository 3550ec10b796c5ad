/* Pages of the size that was asked for first, so that small pages are tried, too; then the largest that there are. A
 * cursor goes on in another size, the number of a page begins anew. */
#include "migrate/walk.h"

#include <stdio.h>
#include <string.h>

#include "migrate/call_text.h"

#define PAGES_AS_ASKED_MAX 8
#define PAGES_MAX 100
#define PAGES_AT_FIRST 400 /* and one more per list: the rest of long lists must not cost more than all else */
#define LARGEST_PAGE "1000" /* each dialect cuts it to what it allows */
#define NUMBER_SIZE 16
#define CURSOR_SIZE 128
#define OK 200

void walk_finish(struct walker *walker)
{
	stage_result_finish(&walker->result);
	call_request_finish(&walker->request);
}

static void drop(struct call *call, enum call_argument argument)
{
	call_give(call, argument, CALL_NOT_GIVEN, NULL, 0);
}

void walk_first(const struct call *call, enum dialect dialect, bool own, struct call *first)
{
	*first = *call;
	drop(first, CALL_PAGE);
	drop(first, CALL_AFTER);
	if (!own) {
		drop(first, CALL_ORDER);
		drop(first, CALL_DIRECTION);
	}
	if (!own && dialect == DIALECT_ONEZONE) {
		drop(first, CALL_PER_PAGE); /* its lists are complete unless a part is asked for */
	}
}

struct pages {
	struct walker *walker;
	struct stage *stage;
	const struct stage_moment *moment;
	enum dialect dialect;
	enum noun noun;
	struct flat *list;
};

static void ask_for_largest(struct call *call)
{
	call_give(call, CALL_PER_PAGE, CALL_NUMBER, LARGEST_PAGE, sizeof LARGEST_PAGE - 1);
}

/* Until the list is complete, or there were so many pages. */
static bool read_pages(const struct pages *pages, struct call *call, uint32_t max)
{
	struct walker *walker = pages->walker;
	struct flat *list = pages->list;
	char number[NUMBER_SIZE];
	char cursor[CURSOR_SIZE];
	for (uint32_t page = 1; page <= max; page++) {
		if (call_write(call, pages->dialect, &walker->request) != NULL) {
			return true; /* it is as complete as it was */
		}
		const struct stage_run run = {.text = walker->request.text,
			.length = walker->request.length,
			.moment = pages->moment,
			.at_once = true};
		if (stage_run(pages->stage, &run, &walker->result) != STAGE_DONE) {
			return false;
		}
		if (page == 1) {
			flat_read(list, pages->noun, pages->dialect, &walker->result.response);
		} else {
			flat_read_more(list, pages->noun, pages->dialect, &walker->result.response);
		}
		walker->pages++;
		list->complete &= walker->result.response.status == OK;
		if (list->complete || !list->readable || walker->result.response.status != OK) {
			return true;
		}
		if (pages->dialect == DIALECT_LEGACY) {
			int length = snprintf(number, sizeof number, "%u", page + 1);
			call_give(call, CALL_PAGE, CALL_TEXT, number, (size_t)length);
		} else {
			struct span next = flat_text(list, list->next);
			(void)snprintf(cursor, sizeof cursor, "%.*s", (int)next.length, next.bytes);
			call_give(call, CALL_AFTER, CALL_TEXT, cursor, strlen(cursor));
			if (page == PAGES_AS_ASKED_MAX) {
				ask_for_largest(call);
			}
		}
	}
	return true;
}

static uint32_t pages_allowed(const struct walker *walker)
{
	uint64_t allowed = PAGES_AT_FIRST + walker->lists;
	uint64_t left = allowed > walker->pages ? allowed - walker->pages : 0;
	return left > PAGES_MAX             ? PAGES_MAX
	       : left > PAGES_AS_ASKED_MAX ? (uint32_t)left
					    : PAGES_AS_ASKED_MAX;
}

bool walk_side(struct walker *walker, struct stage *stage, const struct stage_moment *moment, const struct call *call,
	bool own, struct side *side)
{
	bool later = own && (call_has(call, CALL_PAGE) || call_has(call, CALL_AFTER));
	side->whole_is_read = false;
	if (!compare_has_items(side)) {
		return true;
	}
	compare_read_side(call->verb, side);
	if (!side->flat.readable || (!later && side->flat.complete)) {
		return true;
	}
	const struct pages pages = {
		walker, stage, moment, side->dialect, compare_list_of(call->verb), &side->whole};
	struct call asked;
	uint32_t allowed = pages_allowed(walker);
	side->whole_is_read = true;
	walker->lists++;
	walk_first(call, side->dialect, own, &asked);
	bool numbered = side->dialect == DIALECT_LEGACY;
	bool done = read_pages(&pages, &asked, numbered ? PAGES_AS_ASKED_MAX : allowed);
	if (done && numbered && side->whole.readable && !side->whole.complete) {
		walk_first(call, side->dialect, own, &asked);
		ask_for_largest(&asked);
		done = read_pages(&pages, &asked, allowed);
	}
	return done;
}
