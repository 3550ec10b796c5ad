/* What operators see of the shadow: its line of JSON, its figures. */
#include <stdio.h>
#include <string.h>

#include "observe/shadow.h"

bool shadow_command(void *context, const char *word, char line[SHADOW_LINE_SIZE])
{
	struct shadow *shadow = context;
	struct shadow_counts counts;
	if (strcmp(word, "on") == 0 || strcmp(word, "off") == 0) {
		shadow_switch(shadow, word[1] == 'n');
	} else if (strcmp(word, "status") != 0) {
		return false;
	}
	shadow_count(shadow, &counts);
	(void)snprintf(line, SHADOW_LINE_SIZE,
		"{\"kind\":\"shadow\",\"on\":%s,\"equal\":%llu,\"different\":%llu,\"dropped\":%llu,"
		"\"late\":%llu,\"failed\":%llu,\"left_out\":%llu,\"held\":%llu,\"unpaired\":%llu,"
		"\"pairs\":%llu,\"pairs_forgotten\":%llu,\"answers\":%s,\"answered_there\":%llu,"
		"\"answered_here\":%llu}\n",
		shadow_is_on(shadow) ? "true" : "false", (unsigned long long)counts.equal,
		(unsigned long long)counts.different, (unsigned long long)counts.dropped,
		(unsigned long long)counts.late, (unsigned long long)counts.failed,
		(unsigned long long)counts.left_out, (unsigned long long)counts.held,
		(unsigned long long)counts.unpaired, (unsigned long long)counts.pairs.known,
		(unsigned long long)counts.pairs.forgotten, counts.answers ? "true" : "false",
		(unsigned long long)counts.answered_there,
		(unsigned long long)counts.answered_here); /* it fits */
	return true;
}

/* Labels come from this table alone. */
void shadow_write_metrics(void *context, struct http_response *response)
{
	struct shadow_counts counts;
	shadow_count(context, &counts);
	const struct {
		const char *result;
		uint64_t count;
	} rows[] = {{"equal", counts.equal}, {"different", counts.different}, {"dropped", counts.dropped},
		{"late", counts.late}, {"failed", counts.failed}, {"left_out", counts.left_out},
		{"unpaired", counts.unpaired}};
	char line[SHADOW_LINE_SIZE];
	response_puts(response,
		"# HELP joinery_shadow_calls_total Calls shown to the other system, by what came of it.\n"
		"# TYPE joinery_shadow_calls_total counter\n");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(line, sizeof line, "joinery_shadow_calls_total{result=\"%s\"} %llu\n",
			rows[i].result, (unsigned long long)rows[i].count);
		response_puts(response, line);
	}
	(void)snprintf(line, sizeof line,
		"# HELP joinery_shadow_held Calls that wait for the other system.\n# TYPE "
		"joinery_shadow_held gauge\n"
		"joinery_shadow_held %llu\n# HELP joinery_shadow_on Whether calls are shown to the other "
		"system.\n"
		"# TYPE joinery_shadow_on gauge\njoinery_shadow_on %d\n",
		(unsigned long long)counts.held, shadow_is_on(context) ? 1 : 0);
	response_puts(response, line);
	(void)snprintf(line, sizeof line,
		"# HELP joinery_shadow_pairs Things that the other system calls by another name, as far as known.\n"
		"# TYPE joinery_shadow_pairs gauge\njoinery_shadow_pairs %llu\n"
		"# HELP joinery_shadow_pairs_forgotten_total Names that were forgotten for want of room.\n"
		"# TYPE joinery_shadow_pairs_forgotten_total counter\njoinery_shadow_pairs_forgotten_total %llu\n",
		(unsigned long long)counts.pairs.known, (unsigned long long)counts.pairs.forgotten);
	response_puts(response, line);
	(void)snprintf(line, sizeof line,
		"# HELP joinery_shadow_answers_total Clients that waited for the other system, by whose answer they "
		"got.\n# TYPE joinery_shadow_answers_total counter\n"
		"joinery_shadow_answers_total{from=\"there\"} %llu\njoinery_shadow_answers_total{from=\"here\"} %llu\n",
		(unsigned long long)counts.answered_there, (unsigned long long)counts.answered_here);
	response_puts(response, line);
}
