/* The figures, summed over all threads when they are asked for. Labels come from bounded sets: routes, outcomes,
 * statuses, never a path, a name or a number that a client chose. */
#include "http/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SECOND_US 1000000.0
#define LINE_SIZE 512

/* --- one line after the other */

static void write_line(struct http_response *response, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void write_line(struct http_response *response, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (length > 0 && (size_t)length < sizeof line) {
		response_write(response, line, (size_t)length);
		response_write(response, "\n", 1);
	}
}

static void write_head(struct http_response *response, const char *name, const char *type, const char *help)
{
	write_line(response, "# HELP %s %s", name, help);
	write_line(response, "# TYPE %s %s", name, type);
}

static void write_counter(struct http_response *response, const char *name, const char *help, uint64_t value)
{
	write_head(response, name, "counter", help);
	write_line(response, "%s %llu", name, (unsigned long long)value);
}

static void write_gauge(struct http_response *response, const char *name, const char *help, double value)
{
	write_head(response, name, "gauge", help);
	write_line(response, "%s %.15g", name, value);
}

/* `label`: "name=\"value\"" or "". Values are divided by `unit`. */
static void write_histogram(struct http_response *response, const char *name, const char *label,
	const struct histogram *histogram, const uint64_t *bounds, double unit)
{
	const char *comma = *label != '\0' ? "," : "";
	uint64_t below = 0;
	unsigned i = 0;
	for (; bounds[i] != 0; i++) {
		below += atomic_load(&histogram->counts[i]);
		write_line(response, "%s_bucket{%s%sle=\"%g\"} %llu", name, label, comma, (double)bounds[i] / unit,
			(unsigned long long)below);
	}
	below += atomic_load(&histogram->counts[i]);
	const char *open = *label != '\0' ? "{" : "";
	const char *close = *label != '\0' ? "}" : "";
	write_line(response, "%s_bucket{%s%sle=\"+Inf\"} %llu", name, label, comma, (unsigned long long)below);
	write_line(response, "%s_sum%s%s%s %.15g", name, open, label, close,
		(double)atomic_load(&histogram->sum) / unit);
	write_line(response, "%s_count%s%s%s %llu", name, open, label, close, (unsigned long long)below);
}

/* --- requests */

struct answers {
	struct answer_kind kind;
	uint64_t count;
};

static const char *dialect_of(const struct answer_kind *kind)
{
	return kind->of_server ? "server" : dialect_name(kind->dialect);
}

static int compare(const void *left, const void *right)
{
	const struct answer_kind *a = &((const struct answers *)left)->kind;
	const struct answer_kind *b = &((const struct answers *)right)->kind;
	int order = strcmp(dialect_of(a), dialect_of(b));
	order = order != 0 ? order : strcmp(a->route, b->route);
	order = order != 0 ? order : (int)a->method - (int)b->method;
	order = order != 0 ? order : a->status - b->status;
	return order != 0 ? order : (int)a->outcome - (int)b->outcome;
}

/* All rows of all threads, in order; NULL: out of memory. */
static struct answers *collect(const struct http_status *status, size_t *count)
{
	struct answers *rows = calloc((size_t)status->shared->threads * COUNTERS_ROWS, sizeof *rows);
	*count = 0;
	for (unsigned t = 0; rows != NULL && t < status->shared->threads; t++) {
		const struct counters_row *from = status->threads[t].counters.rows;
		for (size_t i = 0; i < COUNTERS_ROWS; i++) {
			uint64_t answered = atomic_load_explicit(&from[i].count, memory_order_acquire);
			if (answered > 0) {
				rows[(*count)++] = (struct answers){.kind = from[i].kind, .count = answered};
			}
		}
	}
	if (rows != NULL) {
		qsort(rows, *count, sizeof *rows, compare);
	}
	return rows;
}

static void write_answers(const struct http_status *status, struct http_response *response)
{
	size_t count = 0;
	struct answers *rows = collect(status, &count);
	if (rows == NULL) {
		response->failed = true;
		return;
	}
	write_head(response, "joinery_http_requests_total", "counter", "Requests answered.");
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && compare(&rows[i], &rows[i + 1]) == 0) {
			rows[i + 1].count += rows[i].count; /* another thread's, of the same kind */
			continue;
		}
		const struct answer_kind *kind = &rows[i].kind;
		write_line(response,
			"joinery_http_requests_total{dialect=\"%s\",method=\"%s\",route=\"%s\",status=\"%d\","
			"outcome=\"%s\"} %llu",
			dialect_of(kind), http_method_name(kind->method), kind->route, kind->status,
			outcome_row(kind->outcome)->name, (unsigned long long)rows[i].count);
	}
	free(rows);
}

static void write_times(const struct http_status *status, struct http_response *response)
{
	static const char name[] = "joinery_http_request_duration_seconds";
	write_head(response, name, "histogram",
		"Time from a request's last byte to its answer, without those that waited for changes.");
	for (unsigned dialect = 0; dialect < DIALECT_COUNT; dialect++) {
		struct histogram sum = {0};
		for (unsigned t = 0; t < status->shared->threads; t++) {
			histogram_merge(&sum, &status->threads[t].counters.times[dialect]);
		}
		char label[LINE_SIZE];
		(void)snprintf(label, sizeof label, "dialect=\"%s\"", dialect_name((enum dialect)dialect));
		if (dialect != DIALECT_COMMAND && dialect != DIALECT_SYSTEM) { /* which do not come by HTTP */
			write_histogram(response, name, label, &sum, HISTOGRAM_TIMES_US, SECOND_US);
		}
	}
}

static void write_http(const struct http_status *status, struct http_response *response)
{
	uint64_t accepted = 0;
	uint64_t untold = 0;
	uint64_t refused = 0;
	for (unsigned t = 0; t < status->shared->threads; t++) {
		const struct counters *counters = &status->threads[t].counters;
		accepted += atomic_load_explicit(&counters->connections, memory_order_relaxed);
		untold += atomic_load_explicit(&counters->untold, memory_order_relaxed);
		refused += atomic_load_explicit(&counters->waits_refused, memory_order_relaxed);
	}
	write_counter(response, "joinery_http_requests_untold_total",
		"Requests answered that no row of joinery_http_requests_total was left for.", untold);
	write_counter(response, "joinery_http_connections_accepted_total", "Connections accepted.", accepted);
	write_gauge(response, "joinery_http_connections", "Connections that are open.",
		atomic_load(&status->shared->connections));
	write_gauge(response, "joinery_http_connections_max", "Connections that may be open.",
		status->shared->connections_max);
	write_gauge(response, "joinery_feed_waiting", "Requests that wait for changes.",
		atomic_load(&status->shared->waiting));
	write_counter(response, "joinery_feed_waits_refused_total",
		"Requests that were answered at once because too many waited for changes.", refused);
}

static void write_limits(const struct http_status *status, struct http_response *response)
{
	static const char *const kinds[RATE_KIND_COUNT] = {"address", "token", "application"};
	const struct rate_limiter *limiter = &status->shared->rate_limiter;
	write_head(response, "joinery_rate_limited_total", "counter", "Requests refused, by whose bucket was empty.");
	for (unsigned kind = 0; kind < RATE_KIND_COUNT; kind++) {
		write_line(response, "joinery_rate_limited_total{bucket=\"%s\"} %llu", kinds[kind],
			(unsigned long long)atomic_load(&limiter->refused[kind]));
	}
	write_counter(response, "joinery_rate_unmetered_total",
		"Requests let through uncounted because all buckets were in use.", atomic_load(&limiter->unmetered));
}

/* --- the writer and its store */

static void write_writer(const struct http_status *status, struct http_response *response)
{
	struct runner_counts counts;
	runner_counts(status->runner, &counts);
	write_counter(response, "joinery_batches_total", "Batches of requests committed.", counts.batches);
	write_counter(response, "joinery_batched_requests_total", "Requests executed in batches.", counts.requests);
	write_head(response, "joinery_batch_requests", "histogram", "Requests per batch.");
	write_histogram(response, "joinery_batch_requests", "", &counts.batch_sizes, HISTOGRAM_SIZES, 1);
	write_head(response, "joinery_commit_duration_seconds", "histogram",
		"Time to execute a batch and make it durable.");
	write_histogram(response, "joinery_commit_duration_seconds", "", &counts.batch_times, HISTOGRAM_TIMES_US,
		SECOND_US);
	write_gauge(response, "joinery_queue_requests", "Requests that wait for the writer.", counts.queued);
	write_gauge(response, "joinery_queue_bytes", "Memory of the requests that wait for the writer.",
		(double)counts.queued_size);
	write_gauge(response, "joinery_writer_stalled_seconds", "How long work has waited for a commit.",
		(double)counts.stalled_us / SECOND_US);
	write_gauge(response, "joinery_store_used_bytes", "How far the store's file is written.",
		(double)counts.store.used);
	write_gauge(response, "joinery_store_max_bytes", "How far the store's file may grow.",
		(double)counts.store.max);
	write_gauge(response, "joinery_last_change_number", "The number of the last change in the feed.",
		(double)runner_last_change(status->runner));
	write_gauge(response, "joinery_ready", "Whether the server is ready, as /readyz says.",
		status_is_ready(status) ? 1 : 0);
}

/* --- the process */

static double resident_bytes(void)
{
	unsigned long size = 0;
	unsigned long resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (file == NULL) {
		return 0;
	}
	bool read = fscanf(file, "%lu %lu", &size, &resident) == 2;
	(void)fclose(file); /* only read from */
	return read ? (double)resident * (double)sysconf(_SC_PAGESIZE) : 0;
}

static void write_process(const struct http_status *status, struct http_response *response)
{
	struct rusage used = {0};
	(void)getrusage(RUSAGE_SELF, &used); /* cannot fail for oneself */
	double cpu_us = (double)used.ru_utime.tv_usec + (double)used.ru_stime.tv_usec;
	double cpu_s = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec + cpu_us / SECOND_US;
	write_head(response, "process_cpu_seconds_total", "counter", "User and system time.");
	write_line(response, "process_cpu_seconds_total %.6f", cpu_s);
	write_gauge(response, "process_resident_memory_bytes", "Memory in use.", resident_bytes());
	write_gauge(response, "process_start_time_seconds", "Unix time of the server's start.",
		(double)status->started_at);
	write_head(response, "joinery_build_info", "gauge", "Always 1; the version is its label.");
	write_line(response, "joinery_build_info{version=\"%s\"} 1", status->version);
}

void status_write_metrics(const struct http_status *status, struct http_response *response)
{
	write_answers(status, response);
	write_times(status, response);
	write_http(status, response);
	write_limits(status, response);
	write_writer(status, response);
	write_process(status, response);
	for (size_t i = 0; i < status->shared->observer_count; i++) {
		const struct http_observer *observer = &status->shared->observers[i];
		if (observer->write_metrics != NULL) {
			observer->write_metrics(observer->context, response);
		}
	}
}
