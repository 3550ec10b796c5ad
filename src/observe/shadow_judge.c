#define _GNU_SOURCE /* memmem */
#include "observe/shadow_judge.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "observe/named.h"
#include "observe/reply_veil.h"
#include "observe/veil.h"

#define SECRET_LENGTH_MIN 8 /* what is shorter guards nothing, and would take half a line away */
#define STATUS_SIZE 16
#define DIFFERENCES_SIZE_MAX ((size_t)256 << 10)

/* Secrets and cursors are each system's own; all else is said in our words. */
static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	const struct reply_words *words = context;
	return kind == FIELD_SECRET   ? "(a secret)"
	       : kind == FIELD_OPAQUE ? "(a cursor)"
	       : words == NULL	      ? text
				      : words->say(words->context, kind, text);
}

static void put_text(struct buffer *buffer, const char *text)
{
	if (text == NULL) {
		buffer_puts(buffer, "null");
	} else {
		buffer_string(buffer, text, strlen(text));
	}
}

static void differ(
	struct shadow_judge *judge, const char *kind, const char *path, const char *left, const char *right)
{
	struct buffer *buffer = &judge->differences;
	if (buffer->size > DIFFERENCES_SIZE_MAX) {
		return; /* nobody reads more */
	}
	buffer_puts(buffer, buffer->size == 0 ? "{\"kind\":\"" : ",{\"kind\":\"");
	buffer_puts(buffer, kind);
	buffer_puts(buffer, "\",\"path\":");
	put_text(buffer, path);
	buffer_puts(buffer, ",\"left\":");
	put_text(buffer, left);
	buffer_puts(buffer, ",\"right\":");
	put_text(buffer, right);
	buffer_puts(buffer, "}");
}

static void differ_field(void *context, const char *path, const char *left, const char *right)
{
	differ(context, "field", path, left, right);
}

static void compare(struct shadow_judge *judge, const struct shadow_job *job)
{
	const struct courier_call *call = &job->call;
	const char *outcome = outcome_row(job->captured.outcome)->name;
	if (job->captured.status != call->status) {
		char statuses[2][STATUS_SIZE];
		(void)snprintf(statuses[0], STATUS_SIZE, "%d", job->captured.status);
		(void)snprintf(statuses[1], STATUS_SIZE, "%d", call->status);
		differ(judge, "status", "", statuses[0], statuses[1]);
	}
	if (call->outcome[0] != '\0' && strcmp(call->outcome, outcome) != 0) {
		differ(judge, "outcome", "", outcome, call->outcome);
	}
	struct reply_words ours = shadow_words_of_replies(judge->words);
	const struct reply_words words[] = {{.say = say}, {.say = say, .context = &ours}};
	const struct span other = {call->reply.bytes, call->reply.size};
	bool read = reply_fields_read(&judge->sides[0], job->captured.reply, &words[0]);
	if (!reply_fields_read(&judge->sides[1], other, &words[1]) || !read) {
		differ(judge, "field", "", "(read)", "(too large, or nested too deeply, to be read)");
		return;
	}
	int64_t now = (int64_t)time(NULL);
	const struct reply_clock clock = {.now = {now, now}, .since = {judge->since, judge->since}};
	reply_fields_compare(&judge->sides[0], &judge->sides[1], &clock, differ_field, judge);
}

/* --- what may be shown */

/* What it leaves may look like another secret that begins in it. */
static void hide(struct buffer *text, struct span secret)
{
	char *found = NULL;
	for (size_t at = 0; secret.length >= SECRET_LENGTH_MIN && at < text->size &&
			    (found = memmem(text->bytes + at, text->size - at, secret.bytes, secret.length)) != NULL;
		at = (size_t)(found - text->bytes) + secret.length) {
		memset(found, '*', secret.length);
	}
}

/* In the line's own spelling. */
static void hide_meant(struct shadow_judge *judge, struct span secret)
{
	struct buffer *spelt = &judge->veiled;
	buffer_clear(spelt);
	buffer_string(spelt, secret.bytes, secret.length);
	if (!spelt->failed) {
		hide(&judge->line, (struct span){spelt->bytes + 1, spelt->size - 2});
	}
}

static void hide_parameters(struct shadow_judge *judge, struct span rest)
{
	while (rest.length > 0) {
		char meant[MACAROON_SIZE_MAX];
		size_t length = 0;
		struct span value = span_cut(&rest, '&');
		struct span name = span_cut(&value, '=');
		if (veil_shows(veil_of_parameter(name))) {
			continue;
		}
		hide(&judge->line, value);
		if (span_decode_form(value, meant, sizeof meant, &length)) {
			hide_meant(judge, (struct span){meant, length});
		}
		explicit_bzero(meant, length);
	}
}

/* Any text of a JSON body behind a name that holds secrets; the strings of a body are few. */
static void hide_members(struct shadow_judge *judge, struct span body)
{
	json_t *root = json_loadb(body.bytes, body.length, 0, NULL);
	const char *known;
	json_t *value;
	json_object_foreach(root, known, value)
	{
		if (json_is_string(value) && !veil_shows(veil_of_member((struct span){known, strlen(known)}))) {
			hide_meant(judge, (struct span){json_string_value(value), json_string_length(value)});
		}
	}
	json_decref(root);
	struct span name = {0};
	while (body.length > 0) {
		(void)span_cut(&body, '"');
		struct span string = span_cut(&body, '"');
		if (name.bytes != NULL && !veil_shows(veil_of_member(name))) {
			hide(&judge->line, string);
		}
		name = string;
	}
}

/* An invite's code may stand in one, though no route of an API has it there. */
static void hide_segments(struct shadow_judge *judge, struct span rest)
{
	struct named_path path = {.rest = rest};
	struct span segment;
	enum reply_field_kind kind;
	while (named_path_next(&path, &segment, &kind)) {
		if (kind == FIELD_SECRET) {
			hide_meant(judge, segment);
		}
	}
}

/* The other system may repeat a secret of the request in any sentence of its own, as it was sent or as it was meant. */
static void hide_given(struct shadow_judge *judge, const struct captured *captured)
{
	static const enum captured_header secret[] = {
		HEADER_AUTHORIZATION, HEADER_X_AUTH_TOKEN, HEADER_MACAROON, HEADER_IDEMPOTENCY_KEY};
	for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++) {
		struct span value = captured->headers[secret[i]];
		while (value.length > 0) {
			hide_meant(judge, span_cut(&value, ' '));
		}
	}
	struct span query = captured->target;
	hide_segments(judge, span_cut(&query, '?'));
	hide_parameters(judge, query);
	if (captured->dialect == DIALECT_LEGACY) {
		hide_parameters(judge, captured->body);
	} else {
		hide_members(judge, captured->body);
	}
}

static void put_other(struct shadow_judge *judge, const struct shadow_job *job)
{
	const struct courier_call *call = &job->call;
	const struct reply_field *whole = reply_fields_find(&judge->sides[1], "");
	struct buffer *line = &judge->line;
	char head[STATUS_SIZE * 4];
	(void)snprintf(head, sizeof head, "],\"other\":{\"status\":%d,\"latency_us\":", call->status);
	buffer_puts(line, head);
	buffer_number(line, call->latency_us);
	buffer_puts(line, ",\"outcome\":");
	put_text(line, call->outcome[0] == '\0' ? NULL : call->outcome);
	buffer_clear(&judge->veiled);
	if (judge->sides[1].count == 1 && whole != NULL) {
		buffer_puts(&judge->veiled, whole->value);
	} else if (call->reply.size <= CAPTURED_REPLY_SIZE_MAX) {
		struct span reply = {call->reply.bytes, call->reply.size};
		reply_veil(&judge->key, job->captured.dialect, reply, &judge->veiled);
	}
	buffer_puts(line, ",\"reply\":");
	buffer_string(line, judge->veiled.bytes, judge->veiled.size);
	buffer_puts(line, "}");
}

static void write_line(struct shadow_judge *judge, const struct shadow_job *job)
{
	struct buffer *line = &judge->line;
	buffer_clear(line);
	buffer_puts(line, "{\"differences\":[");
	buffer_write(line, judge->differences.bytes, judge->differences.size);
	put_other(judge, job);
	hide_given(judge, &job->captured);
	pairs_hide(judge->words->pairs, SECRET_LENGTH_MIN, line->bytes, line->size);
	buffer_puts(line, ",\"exchange\":");
	if (captured_write(&judge->maker, &judge->key, &job->captured)) {
		buffer_write(line, judge->maker.line.bytes, judge->maker.line.size - 1);
	} else {
		buffer_puts(line, "null");
	}
	buffer_puts(line, "}\n");
}

bool shadow_judge(struct shadow_judge *judge, const struct shadow_job *job)
{
	buffer_clear(&judge->differences);
	compare(judge, job);
	if (judge->differences.size == 0) {
		return true;
	}
	write_line(judge, job);
	return false;
}

void shadow_judge_finish(struct shadow_judge *judge)
{
	reply_fields_finish(&judge->sides[0]);
	reply_fields_finish(&judge->sides[1]);
	line_maker_finish(&judge->maker);
	buffer_finish(&judge->differences);
	buffer_finish(&judge->veiled);
	buffer_finish(&judge->line);
	explicit_bzero(&judge->key, sizeof judge->key);
}
