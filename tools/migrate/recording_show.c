/* recording show: calls by method and outcome, with their latencies. */
#include "migrate/commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/recording.h"
#include "migrate/report.h"

#define WHY_SIZE 512
#define ROWS_MAX 4096
#define NAME_SIZE 96
#define BAD_SHOWN_MAX 10
#define SECOND_US 1000000

struct row {
	char name[RECORDED_NAME_SIZE];
	char outcome[NAME_SIZE];
	int64_t *latencies_us;
	size_t count; /* calls */
	size_t timed; /* of them with a latency */
	size_t capacity;
};

struct summary {
	struct row rows[ROWS_MAX];
	size_t row_count;
	uint64_t calls;
	uint64_t bad;
	uint64_t incomplete;
	int64_t first_us;
	int64_t last_us;
};

static struct row *find_row(struct summary *summary, const char *name, const char *outcome)
{
	for (size_t i = 0; i < summary->row_count; i++) {
		struct row *row = &summary->rows[i];
		if (strcmp(row->name, name) == 0 && strcmp(row->outcome, outcome) == 0) {
			return row;
		}
	}
	if (summary->row_count == ROWS_MAX) {
		return &summary->rows[ROWS_MAX - 1];
	}
	struct row *row = &summary->rows[summary->row_count++];
	(void)snprintf(row->name, sizeof row->name, "%s", name);
	(void)snprintf(row->outcome, sizeof row->outcome, "%s", outcome);
	return row;
}

static void add_latency(struct row *row, int64_t latency_us)
{
	if (row->timed == row->capacity) {
		size_t capacity = row->capacity == 0 ? 64 : 2 * row->capacity;
		int64_t *grown = realloc(row->latencies_us, capacity * sizeof *grown);
		if (grown == NULL) {
			return; /* the figures are then of those before */
		}
		row->latencies_us = grown;
		row->capacity = capacity;
	}
	row->latencies_us[row->timed++] = latency_us;
}

static void add(struct summary *summary, const struct recorded *recorded)
{
	char name[RECORDED_NAME_SIZE];
	char status[NAME_SIZE];
	(void)snprintf(status, sizeof status, recorded->status == 0 ? "unknown" : "status %d", recorded->status);
	struct row *row = find_row(
		summary, recorded_name(recorded, name), recorded->outcome == NULL ? status : recorded->outcome);
	row->count++;
	if (recorded->latency_us >= 0) {
		add_latency(row, recorded->latency_us);
	}
	summary->first_us = summary->calls == 0 ? recorded->at_us : summary->first_us;
	summary->last_us = recorded->at_us > summary->last_us ? recorded->at_us : summary->last_us;
	summary->calls++;
	summary->incomplete += recorded->missing != NULL;
}

static int compare_latencies(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *a = left;
	const struct row *b = right;
	int names = strcmp(a->name, b->name);
	return names != 0 ? names : strcmp(a->outcome, b->outcome);
}

static void print_latency(const struct row *row, unsigned percent)
{
	if (row->timed == 0) {
		(void)printf("  %9s", "-");
		return;
	}
	double ms = (double)row->latencies_us[(row->timed - 1) * percent / 100] / 1000;
	(void)printf("  %9.3f", ms);
}

static void print_rows(struct summary *summary)
{
	qsort(summary->rows, summary->row_count, sizeof summary->rows[0], compare_rows);
	(void)printf("%-36s %-26s %9s  %9s  %9s\n", "call", "outcome", "count", "p50 ms", "p99 ms");
	for (size_t i = 0; i < summary->row_count; i++) {
		struct row *row = &summary->rows[i];
		(void)printf("%-36s %-26s %9zu", row->name, row->outcome, row->count);
		if (row->timed > 0) {
			qsort(row->latencies_us, row->timed, sizeof *row->latencies_us, compare_latencies);
		}
		print_latency(row, 50);
		print_latency(row, 99);
		(void)printf("\n");
	}
}

static void print(struct summary *summary, const struct recording *recording)
{
	double seconds = (double)(summary->last_us - summary->first_us) / SECOND_US;
	print_rows(summary);
	(void)printf("%" PRIu64 " calls in %.1f s", summary->calls, summary->calls == 0 ? 0.0 : seconds);
	if (recording_skipped(recording) > 0) {
		(void)printf(", %" PRIu64 " entries that are no calls", recording_skipped(recording));
	}
	if (summary->incomplete > 0) {
		(void)printf(", %" PRIu64 " calls without what a log does not hold", summary->incomplete);
	}
	(void)printf("\n");
}

static int show(const char *path, struct summary *summary)
{
	char why[WHY_SIZE];
	struct recording *recording = recording_open(path, why, sizeof why);
	if (recording == NULL) {
		(void)fprintf(stderr, "joinery: %s\n", why);
		return MIGRATE_USAGE;
	}
	struct recorded recorded;
	enum recording_result result;
	while ((result = recording_next(recording, &recorded, why, sizeof why)) != RECORDING_END) {
		if (result == RECORDING_READ) {
			add(summary, &recorded);
		} else if (summary->bad++ < BAD_SHOWN_MAX) {
			(void)fprintf(stderr, "joinery: %s: %s\n", path, why);
		}
	}
	print(summary, recording);
	if (summary->bad > 0) {
		(void)fprintf(stderr, "joinery: %s: %" PRIu64 " bad lines in all\n", path, summary->bad);
	}
	recording_close(recording);
	return summary->bad == 0 && fflush(stdout) == 0 ? MIGRATE_EQUAL : MIGRATE_USAGE;
}

int migrate_recording(const struct options *options, int argc, char **argv)
{
	(void)options;
	if (argc != 3 || strcmp(argv[1], "show") != 0) {
		(void)fprintf(stderr, "joinery: expected: recording show FILE\n");
		return MIGRATE_USAGE;
	}
	struct summary *summary = calloc(1, sizeof *summary);
	if (summary == NULL) {
		(void)fprintf(stderr, "joinery: out of memory\n");
		return MIGRATE_USAGE;
	}
	int status = show(argv[2], summary);
	for (size_t i = 0; i < summary->row_count; i++) {
		free(summary->rows[i].latencies_us);
	}
	free(summary);
	return status;
}
