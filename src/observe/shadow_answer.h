/* The other system's reply as the client gets it. */
#ifndef OBSERVE_SHADOW_ANSWER_H
#define OBSERVE_SHADOW_ANSWER_H

#include "http/holder.h"
#include "observe/courier.h"
#include "observe/reply_fields.h"

/* Of a call that was answered and has its head. Status, reason, body and headers as they came, but for the headers
 * that concern the connection alone, and for what `words` says by another word. NULL: no reply that can be passed on,
 * or out of memory. */
struct http_answer *shadow_answer_create(const struct courier_call *call, const struct reply_words *words);

#endif
