/* A request or a reply in the words of another system: what names something is said anew where it stands, and all
 * else stays as it came, byte for byte where nothing is said anew. */
#ifndef OBSERVE_RETELL_H
#define OBSERVE_RETELL_H

#include "observe/captured.h"
#include "observe/reply_fields.h"

/* Each appends to `told`, whose `failed` says that memory ran out; any bytes do no harm. `say` of the words returns
 * its argument where it has no other word. */

/* A request's target, or a link with its host. */
void retell_target(const struct reply_words *words, struct span target, struct buffer *told);
void retell_body(const struct reply_words *words, enum dialect dialect, struct span body, struct buffer *told);
void retell_header(
	const struct reply_words *words, enum captured_header header, struct span value, struct buffer *told);
/* A reply's body: JSON (perhaps in a callback's parentheses) or XML. */
void retell_reply(const struct reply_words *words, struct span reply, struct buffer *told);

#endif
