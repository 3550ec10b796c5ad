/* Compares what two systems answered to one call, and writes of a difference what may be shown. */
#ifndef OBSERVE_SHADOW_JUDGE_H
#define OBSERVE_SHADOW_JUDGE_H

#include "observe/reply_fields.h"
#include "observe/shadow_words.h"

struct shadow_judge {
	struct alias_key key;
	struct shadow_words *words;
	struct reply_fields sides[2];
	struct line_maker maker;
	struct buffer differences;
	struct buffer veiled;
	struct buffer line; /* of the last difference, with its line feed */
	int64_t since; /* unix seconds: later times may differ by moments */
	bool failed;
};

/* Whether both answered the same. If not, the line is in judge->line, as JSON without secrets:
 *   {"differences":[{"kind":"field","path":"...","left":"...","right":"..."}],
 *    "other":{"status":200,"outcome":"joined","latency_us":1,"reply":"..."},"exchange":{a line of a recording}}
 * Left is this server, right the other system; null: it has nothing there. */
bool shadow_judge(struct shadow_judge *judge, const struct shadow_job *job);
void shadow_judge_finish(struct shadow_judge *judge);

#endif
