#define _GNU_SOURCE /* memmem */
#include "migrate/replay_compare.h"

#include <stdlib.h>
#include <string.h>

#include "observe/reply_veil.h"

#define DIFFERENCES_MAX 4096
#define SECOND_US 1000000
#define SECRET_SHOWN "(a secret)"
#define UNREADABLE "(too large, or nested too deeply, to be read)"
#define SECRET_LENGTH_MIN 6 /* shorter ones would take half a page away */

struct replay_compare {
	struct replay_map *map;
	const struct alias_key *key;
	struct reply_fields raw[REPLAY_SIDES_MAX + 1]; /* as they came; the last one is the recording's */
	struct reply_fields said[2];
	bool unreadable[2]; /* too large, or nested too deeply */
	struct buffer shown[2];
	struct buffer location; /* of the reply that is read */
	struct difference differences[DIFFERENCES_MAX];
	uint32_t count;
};

/* In whose words a reply is read: a side's, or, behind the last side, the recording's. */
struct words {
	const struct replay_map *map;
	unsigned side;
};

struct replay_compare *replay_compare_create(struct replay_map *map, const struct alias_key *key)
{
	struct replay_compare *compare = calloc(1, sizeof *compare);
	if (compare != NULL) {
		compare->map = map;
		compare->key = key;
	}
	return compare;
}

void replay_compare_destroy(struct replay_compare *compare)
{
	if (compare == NULL) {
		return;
	}
	for (size_t i = 0; i < sizeof compare->raw / sizeof compare->raw[0]; i++) {
		reply_fields_finish(&compare->raw[i]);
	}
	for (size_t i = 0; i < 2; i++) {
		reply_fields_finish(&compare->said[i]);
		buffer_finish(&compare->shown[i]);
	}
	buffer_finish(&compare->location);
	free(compare);
}

static bool is_alias(const char *text)
{
	static const char *const starts[] = {"token:", "invite:", "code-", "frob:", "api_key:"};
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		if (strncmp(text, starts[i], strlen(starts[i])) == 0) {
			return true;
		}
	}
	return false;
}

static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	const struct words *words = context;
	if (kind == FIELD_OPAQUE) {
		return "(a cursor)";
	}
	const char *said =
		words->side < REPLAY_SIDES_MAX ? replay_map_from(words->map, words->side, kind, text) : text;
	return kind == FIELD_SECRET && !is_alias(said) ? SECRET_SHOWN : said;
}

/* What a side has said, or, behind the last side, the recording: where that is a Location alone, as Onezone answers who
 * creates a group, as an object that holds it. Logs and older recordings have none to compare with. */
static struct span said_by(struct replay_compare *compare, const struct replay_compared *compared, unsigned side)
{
	bool live = side < REPLAY_SIDES_MAX;
	const char *recorded = compared->recorded->reply == NULL ? "" : compared->recorded->reply;
	const char *location = live ? compared->calls[side].location : compared->recorded->location;
	struct span reply = live ? (struct span){compared->calls[side].reply.bytes, compared->calls[side].reply.size}
				 : (struct span){recorded, strlen(recorded)};
	bool comparable = compared->side_count == 2 || compared->recorded->location != NULL;
	if (reply.length > 0 || location == NULL || location[0] == '\0' || !comparable) {
		return reply;
	}
	buffer_clear(&compare->location);
	buffer_puts(&compare->location, "{\"Location\":");
	buffer_string(&compare->location, location, strlen(location));
	buffer_puts(&compare->location, "}");
	return (struct span){compare->location.bytes, compare->location.size};
}

/* Two sides that gave the recording's secret a name each have the same one, even where the recording has none. */
static void learn(struct replay_compare *compare, const struct replay_compared *compared, unsigned side)
{
	const struct recorded *recorded = compared->recorded;
	struct pairs *pairs = compare->map->sides[side];
	const char *ours = recorded->location == NULL ? "" : recorded->location;
	pairs_learn(pairs, recorded->operation, &compare->raw[recorded->reply != NULL ? REPLAY_SIDES_MAX : 0],
		&compare->raw[side]);
	pairs_learn_link(pairs, recorded->operation, ours, compared->calls[side].location);
}

static void read_all(struct replay_compare *compare, const struct replay_compared *compared)
{
	/* What cannot be read has no fields here, and is found to be so below. */
	(void)reply_fields_read(
		&compare->raw[REPLAY_SIDES_MAX], said_by(compare, compared, REPLAY_SIDES_MAX), NULL);
	for (unsigned side = 0; side < compared->side_count; side++) {
		(void)reply_fields_read(&compare->raw[side], said_by(compare, compared, side), NULL);
		learn(compare, compared, side);
	}
	for (unsigned i = 0; i < 2; i++) {
		unsigned side = compared->side_count == 2 ? i : i == 0 ? REPLAY_SIDES_MAX : 0;
		struct words words = {.map = compare->map, .side = side};
		const struct reply_words said = {.say = say, .context = &words};
		compare->unreadable[i] =
			!reply_fields_read(&compare->said[i], said_by(compare, compared, side), &said);
	}
}

/* --- what is shown */

/* Whatever the veil of names has left: a side may say a secret again in any sentence. */
static void hide_known(const struct replay_compare *compare, unsigned side, struct buffer *text)
{
	if (text->size > 0) {
		pairs_hide(compare->map->sides[side], SECRET_LENGTH_MIN, text->bytes, text->size);
	}
}

/* A reply as it may be shown: what is neither XML nor JSON is not. */
static const char *show_reply(struct replay_compare *compare, unsigned place, unsigned side,
	enum dialect dialect, const struct buffer *reply)
{
	struct buffer *shown = &compare->shown[place];
	const struct reply_field *whole = reply_fields_find(&compare->raw[side], "");
	buffer_clear(shown);
	if (compare->raw[side].count == 1 && whole != NULL) {
		buffer_puts(shown, whole->value);
	} else {
		reply_veil(compare->key, dialect, (struct span){reply->bytes, reply->size}, shown);
	}
	hide_known(compare, side, shown);
	buffer_write(shown, "", 1);
	return shown->failed ? NULL : shown->bytes;
}

/* --- the verdict */

/* None that is left out may pass as accepted with the others. */
static void add_difference(struct replay_compare *compare, enum difference_kind kind, const char *path,
	const char *left, const char *right)
{
	struct difference *item = &compare->differences[compare->count];
	if (compare->count < DIFFERENCES_MAX - 1) {
		*item = (struct difference){.kind = kind, .path = path, .left = left, .right = right};
		compare->count++;
	} else if (compare->count == DIFFERENCES_MAX - 1) {
		*item = (struct difference){.kind = DIFFERENCE_CHECK, .path = DIFFERENCES_BEYOND};
		compare->count++;
	}
}

static void add_field(void *context, const char *path, const char *left, const char *right)
{
	add_difference(context, DIFFERENCE_FIELD, path, left, right);
}

static bool known(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static void compare_sides(struct replay_compare *compare, const struct replay_compared *compared,
	const struct report_side *left, const struct report_side *right, char statuses[2][16])
{
	const struct recorded *recorded = compared->recorded;
	bool both_live = compared->side_count == 2;
	compare->count = 0;
	if (left->status != 0 && left->status != right->status) {
		(void)snprintf(statuses[0], sizeof statuses[0], "%d", left->status);
		(void)snprintf(statuses[1], sizeof statuses[1], "%d", right->status);
		add_difference(compare, DIFFERENCE_STATUS, "", statuses[0], statuses[1]);
	}
	if (known(left->outcome) && known(right->outcome) && strcmp(left->outcome, right->outcome) != 0) {
		add_difference(compare, DIFFERENCE_OUTCOME, "", left->outcome, right->outcome);
	}
	if (!both_live && recorded->reply == NULL) {
		return;
	}
	if (compare->unreadable[0] || compare->unreadable[1]) {
		add_difference(compare, DIFFERENCE_FIELD, "", compare->unreadable[0] ? UNREADABLE : "(read)",
			compare->unreadable[1] ? UNREADABLE : "(read)");
		return;
	}
	const struct replay_clock *clock = &compare->map->clock;
	const struct reply_clock times = {
		.now = {both_live ? compared->now : recorded->at_us / SECOND_US, compared->now},
		.since = {both_live ? clock->run : clock->recorded, clock->run},
	};
	reply_fields_compare(&compare->said[0], &compare->said[1], &times, add_field, compare);
}

static struct report_side side_of(	const struct replay_compared *compared, unsigned side)
{
	const struct courier_call *call = &compared->calls[side];
	return (struct report_side){
		.name = call->side->url,
		.request = compared->shown_requests[side],
		.status = call->status,
		.outcome = known(call->outcome) ? call->outcome : NULL,
		.latency_us = call->latency_us,
	};
}

/* Only of what differs: looking for every secret that is known takes its time. */
static void show_replies(
	struct replay_compare *compare, const struct replay_compared *compared, struct verdict *verdict)
{
	for (unsigned side = 0; side < compared->side_count; side++) {
		unsigned place = compared->side_count == 2 ? side : 1;
		struct report_side *shown = place == 0 ? &verdict->left : &verdict->right;
		shown->reply = show_reply(
			compare, place, side, compared->recorded->dialect, &compared->calls[side].reply);
		hide_known(compare, side, &compare->said[place].texts); /* differences point there */
	}
}

void replay_compare_add(
	struct replay_compare *compare, const struct replay_compared *compared, struct report *report)
{
	const struct recorded *recorded = compared->recorded;
	char method[RECORDED_NAME_SIZE];
	char statuses[2][16];
	read_all(compare, compared);
	const struct report_side before = {
		.name = "the recording",
		.request = compared->shown_requests[0],
		.reply = recorded->reply,
		.status = recorded->status,
		.outcome = recorded->outcome,
		.latency_us = recorded->latency_us,
	};
	bool both_live = compared->side_count == 2;
	struct verdict verdict = {
		.number = recorded->line,
		.method = recorded_name(recorded, method),
		.left = both_live ? side_of(compared, 0) : before,
		.right = side_of(compared, both_live ? 1 : 0),
	};
	compare_sides(compare, compared, &verdict.left, &verdict.right, statuses);
	if (compare->count > 0) {
		show_replies(compare, compared, &verdict);
	}
	verdict.differences = compare->differences;
	verdict.difference_count = compare->count;
	report_add(report, &verdict);
}

void replay_compare_skip(const struct recorded *recorded, const char *reason, struct report *report)
{
	char method[RECORDED_NAME_SIZE];
	const struct verdict verdict = {
		.number = recorded->line,
		.method = recorded_name(recorded, method),
		.no_twin = reason,
		.left = {.latency_us = -1},
		.right = {.latency_us = -1},
	};
	report_add(report, &verdict);
}
