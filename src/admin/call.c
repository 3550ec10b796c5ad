/* What every command does alike: transactions with their failures said in words, and arguments checked. */
#include "admin/call.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LISTING_TIME_DEFAULT_S 600
#define LISTING_TIME_MAX_S 86400

static const char *const FAILURES[] = {
	[STORE_DONE] = "",
	[STORE_AGAIN] = "the store asks to try again",
	[STORE_FULL] = "the store is full; nothing was changed",
	[STORE_FAILED] = "the store failed; nothing was changed",
	[STORE_UNKNOWN] = "the disk failed; whether this was stored is unknown",
};

static void complain(struct call *call, const char *format, va_list list)
{
	char line[512];
	(void)vsnprintf(line, sizeof line, format, list);
	stream_print(call->err, "joinery: %s\n", line);
}

enum command_result call_refuse(struct call *call, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	complain(call, format, list);
	va_end(list);
	return COMMAND_REFUSED;
}

void call_begin(struct call *call, enum txn_kind kind)
{
	const struct source *source = call->place->source;
	store_begin(call->txn, kind, source->now(source->context));
}

bool call_has_room(struct call *call)
{
	bool room = store_has_room(call->place->store);
	if (!room) {
		(void)call_refuse(call, "%s", FAILURES[STORE_FULL]);
	}
	return room;
}

enum command_result call_judge(struct call *call, enum store_end end)
{
	if (end == STORE_UNKNOWN && call->place->in_server) {
		(void)fputs("joinery: a commit's result is unknown: stopping\n", stderr);
		_exit(1); /* others must not be served from a state that may not be on the disk */
	}
	return end == STORE_DONE ? COMMAND_DONE : call_refuse(call, "%s", FAILURES[end]);
}

enum command_result call_end(struct call *call)
{
	return call_judge(call, store_end(call->txn));
}

enum command_result call_abandon(struct call *call, const char *format, ...)
{
	store_abandon(call->txn);
	va_list list;
	va_start(list, format);
	complain(call, format, list);
	va_end(list);
	return COMMAND_REFUSED;
}

bool call_begin_listing(struct call *call, const char *timeout)
{
	uint64_t seconds = LISTING_TIME_DEFAULT_S;
	if (timeout != NULL &&
		(!text_read_id(timeout, strlen(timeout), &seconds) || seconds > LISTING_TIME_MAX_S)) {
		(void)call_refuse(call, "--timeout takes 1 to %d seconds", LISTING_TIME_MAX_S);
		return false;
	}
	if (call->place->in_server) {
		call->out->end_ms = stream_clock_ms() + (int64_t)seconds * 1000;
	}
	call_begin(call, TXN_READ);
	return true;
}

enum command_result call_end_listing(struct call *call)
{
	stream_flush(call->out);
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE && call->out->failed) {
		return call_refuse(call, "the output ended before the list did");
	}
	return result;
}

bool call_take_text(
	struct call *call, enum text_class class, const char *name, const char *given, struct text *taken)
{
	const char *part = NULL;
	size_t length = 0;
	if (text_check(class, given, strlen(given), &part, &length) != TEXT_GOOD) {
		(void)call_refuse(call, "%s is not acceptable", name);
		return false;
	}
	*taken = texts_add(&call->texts, part, length);
	return true;
}

bool call_take_id(struct call *call, const char *name, const char *given, uint64_t *id)
{
	if (!text_read_id(given, strlen(given), id)) {
		(void)call_refuse(call, "%s is not an id", name);
		return false;
	}
	return true;
}

/* The number of seconds in the unit that stands behind a number; 0: there is no such unit. */
static int64_t unit_seconds(const char *unit)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(units[i].name, unit) == 0) {
			return units[i].seconds;
		}
	}
	return 0;
}

bool call_take_duration(struct call *call, const char *name, const char *given, int64_t max, int64_t *seconds)
{
	uint64_t number;
	size_t digits = strspn(given, "0123456789");
	int64_t unit = unit_seconds(given + digits);
	if (unit == 0 || !text_read_id(given, digits, &number) || number > (uint64_t)(max / unit)) {
		(void)call_refuse(call, "%s takes a time like 90m, 2h or 7d, up to %lld days", name,
			(long long)(max / 86400));
		return false;
	}
	*seconds = (int64_t)number * unit;
	return true;
}

void call_new_seed(const struct call *call, uint8_t seed[SEED_SIZE])
{
	call->place->source->random(call->place->source->context, seed, SEED_SIZE);
}
