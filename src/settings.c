/* One function per setting reads its value; one table names them all. */
#include "settings.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "model/limits.h"
#include "observe/record.h"
#include "observe/shadow.h"
#include "text/time.h"

#define CONNECTIONS_MAX 1000000
#define GROUPS_PER_USER_MAX 1000000
#define DATE_LENGTH 10 /* YYYY-MM-DD */
#define MAP_SIZE_MIN ((uint64_t)1 << 20)
#define SIZE_SETTING_MAX ((uint64_t)1 << 46)

static bool read_number(const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
	size_t length = strlen(text);
	if (length == 0 || length > 19 || strspn(text, "0123456789") != length) {
		return false;
	}
	uint64_t value = strtoull(text, NULL, 10);
	if (value < min || value > max) {
		return false;
	}
	*number = value;
	return true;
}

static bool read_switch(const char *text, bool *value)
{
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
		return false;
	}
	*value = strcmp(text, "true") == 0;
	return true;
}

static bool read_data(struct reading *reading, const char *value)
{
	reading->options->data = value;
	return *value != '\0';
}

/* A numeric address, the one of version 6 in brackets. */
static bool is_address(const char *text, size_t length)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr found;
	bool bracketed = length > 2 && text[0] == '[' && text[length - 1] == ']';
	const char *start = bracketed ? text + 1 : text;
	size_t size = bracketed ? length - 2 : length;
	if (size == 0 || size >= sizeof address) {
		return false;
	}
	memcpy(address, start, size);
	address[size] = '\0';
	return inet_pton(bracketed ? AF_INET6 : AF_INET, address, &found) == 1;
}

static bool is_listener(const char *text)
{
	if (strncmp(text, "unix:", 5) == 0) {
		return text[5] != '\0' && strlen(text + 5) < sizeof((struct sockaddr_un *)NULL)->sun_path;
	}
	const char *colon = strrchr(text, ':');
	uint64_t port;
	return colon != NULL && is_address(text, (size_t)(colon - text)) &&
	       read_number(colon + 1, 0, 65535, &port);
}

static bool read_listen(struct reading *reading, const char *value)
{
	struct options *options = reading->options;
	if (!reading->listened) {
		options->listen_count = 0;
		options->listen_named = true;
		reading->listened = true;
	}
	if (options->listen_count == LISTENERS_MAX || !is_listener(value)) {
		return false;
	}
	options->listen[options->listen_count++] = value;
	return true;
}

static bool read_admin_listen(struct reading *reading, const char *value)
{
	reading->options->admin_listen = value;
	return strncmp(value, "unix:", 5) != 0 && is_listener(value);
}

/* The length of the scheme of an address that browsers know, or 0. */
static size_t scheme_length(const char *text)
{
	if (strncmp(text, "http://", 7) == 0) {
		return 7;
	}
	return strncmp(text, "https://", 8) == 0 ? 8 : 0;
}

/* Whether all of it may stand in a header and in a document as it is. */
static bool is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] <= 0x20 || text[i] >= 0x7f || strchr("\"'<>\\", text[i]) != NULL) {
			return false;
		}
	}
	return true;
}

/* Paths are written behind it, so nothing may stand in it that ends one; and everybody reads it, so no password.
 * Its own path begins every redirect: with two slashes it would name another host. */
static bool read_public_url(struct reading *reading, const char *value)
{
	size_t length = strlen(value);
	size_t scheme = scheme_length(value);
	reading->options->public_url = value;
	return scheme > 0 && length > scheme && length <= PUBLIC_URL_SIZE_MAX && value[scheme] != '/' &&
	       strstr(value + scheme, "//") == NULL && value[length - 1] != '/' && is_plain(value, length) &&
	       strpbrk(value, "?#@") == NULL;
}

static bool read_threads(struct reading *reading, const char *value)
{
	uint64_t number;
	if (!read_number(value, 1, SETTING_THREADS_MAX, &number)) {
		return false;
	}
	reading->options->threads = (unsigned)number;
	return true;
}

static bool read_size(const char *value, uint64_t min, uint64_t *size)
{
	static const char units[] = "KMGT";
	char digits[SETTING_NAME_SIZE];
	size_t length = strlen(value);
	if (length == 0 || length >= sizeof digits) {
		return false;
	}
	memcpy(digits, value, length + 1);
	const char *unit = strchr(units, digits[length - 1]);
	unsigned shift = 0;
	if (unit != NULL) {
		shift = 10 * (unsigned)(unit - units + 1);
		digits[length - 1] = '\0';
	}
	uint64_t number;
	if (!read_number(digits, 1, SIZE_SETTING_MAX >> shift, &number) || number << shift < min) {
		return false;
	}
	*size = number << shift;
	return true;
}

static bool read_map_size(struct reading *reading, const char *value)
{
	return read_size(value, MAP_SIZE_MIN, &reading->options->map_size);
}

static bool read_record(struct reading *reading, const char *value)
{
	reading->options->record = value;
	return *value != '\0';
}

static bool read_record_size(struct reading *reading, const char *value)
{
	return read_size(value, RECORD_SIZE_MIN, &reading->options->record_size_max);
}

static bool read_record_keep(struct reading *reading, const char *value)
{
	uint64_t number;
	if (!read_number(value, 0, RECORD_KEEP_MAX, &number)) {
		return false;
	}
	reading->options->record_keep = (uint32_t)number;
	return true;
}

static bool read_shadow(struct reading *reading, const char *value)
{
	reading->options->shadow = value;
	return scheme_length(value) > 0 && value[scheme_length(value)] != '\0';
}

static bool read_small(const char *value, uint64_t min, uint64_t max, uint32_t *number)
{
	uint64_t found;
	if (!read_number(value, min, max, &found)) {
		return false;
	}
	*number = (uint32_t)found;
	return true;
}

static bool read_shadow_percent(struct reading *reading, const char *value)
{
	return read_small(value, 1, 100, &reading->options->shadow_percent);
}

static bool read_shadow_deadline(struct reading *reading, const char *value)
{
	return read_small(
		value, SHADOW_DEADLINE_MIN_MS, SHADOW_DEADLINE_MAX_MS, &reading->options->shadow_deadline_ms);
}

static bool read_shadow_queue(struct reading *reading, const char *value)
{
	return read_small(value, 1, SHADOW_QUEUE_MAX, &reading->options->shadow_queue);
}

static bool read_shadow_report(struct reading *reading, const char *value)
{
	reading->options->shadow_report = value;
	return *value != '\0';
}

static bool read_shadow_answers(struct reading *reading, const char *value)
{
	return read_switch(value, &reading->options->shadow_answers);
}

static bool read_own_host(struct reading *reading, const char *value)
{
	return read_switch(value, &reading->options->own_host);
}

static bool read_max_connections(struct reading *reading, const char *value)
{
	uint64_t number;
	if (!read_number(value, 1, CONNECTIONS_MAX, &number)) {
		return false;
	}
	reading->options->connections_max = (uint32_t)number;
	return true;
}

static bool read_max_waiting(struct reading *reading, const char *value)
{
	uint64_t number;
	if (!read_number(value, 0, CONNECTIONS_MAX, &number)) {
		return false;
	}
	reading->options->waiting_max = (uint32_t)number;
	return true;
}

static bool read_max_groups_per_user(struct reading *reading, const char *value)
{
	uint64_t number;
	if (!read_number(value, 1, GROUPS_PER_USER_MAX, &number)) {
		return false;
	}
	reading->options->groups_per_user_max = (uint32_t)number;
	return true;
}

static bool read_batch_max(struct reading *reading, const char *value)
{
	uint64_t number;
	if (!read_number(value, 1, BATCH_REQUESTS_MAX, &number)) {
		return false;
	}
	reading->options->batch_max = (uint32_t)number;
	return true;
}

static bool read_rate_limit(struct reading *reading, enum rate_kind kind, const char *value)
{
	uint64_t number;
	if (!read_number(value, 1, RATE_LIMIT_MAX, &number)) {
		return false;
	}
	reading->options->rate_limits[kind] = (uint32_t)number;
	return true;
}

static bool read_rate_limit_address(struct reading *reading, const char *value)
{
	return read_rate_limit(reading, RATE_ADDRESS, value);
}

static bool read_rate_limit_token(struct reading *reading, const char *value)
{
	return read_rate_limit(reading, RATE_TOKEN, value);
}

static bool read_rate_limit_application(struct reading *reading, const char *value)
{
	return read_rate_limit(reading, RATE_APPLICATION, value);
}

/* An origin is a scheme and an authority without a path. */
static bool is_origin(const char *text, size_t length)
{
	size_t scheme = scheme_length(text);
	return scheme > 0 && length > scheme && memchr(text + scheme, '/', length - scheme) == NULL &&
	       is_plain(text, length);
}

static bool read_cors(struct reading *reading, const char *value)
{
	reading->options->cors = value;
	if (strcmp(value, "*") == 0 || strcmp(value, "none") == 0) {
		return true;
	}
	const char *origin = value;
	while (true) {
		size_t length = strcspn(origin, ",");
		if (!is_origin(origin, length)) {
			return false;
		}
		if (origin[length] == '\0') {
			return true;
		}
		origin += length + 1;
	}
}

/* The midnight, UTC, with which a date begins. */
static bool read_date(const char *text, int64_t *time)
{
	static const char midnight[] = "T00:00:00Z";
	char whole[DATE_LENGTH + sizeof midnight];
	if (strlen(text) != DATE_LENGTH) {
		return false;
	}
	memcpy(whole, text, DATE_LENGTH);
	memcpy(whole + DATE_LENGTH, midnight, sizeof midnight);
	return time_read_rfc3339(whole, sizeof whole - 1, time);
}

static bool read_legacy_deprecated(struct reading *reading, const char *value)
{
	struct retirement *retirement = &reading->options->retirement;
	retirement->deprecated = true;
	return read_date(value, &retirement->deprecated_at);
}

static bool read_legacy_sunset(struct reading *reading, const char *value)
{
	struct retirement *retirement = &reading->options->retirement;
	retirement->ends = true;
	return read_date(value, &retirement->ends_at);
}

/* The name of a header. */
static bool read_trust_user_header(struct reading *reading, const char *value)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t length = strlen(value);
	reading->options->trust_user_header = value;
	return length > 0 && length < SETTING_NAME_SIZE && strspn(value, allowed) == length;
}

static bool read_trusted_proxy(struct reading *reading, const char *value)
{
	reading->options->proxies_trusted = true;
	return peer_list_read(&reading->options->trusted_proxies, value);
}

static bool read_require_token(struct reading *reading, const char *value)
{
	return read_switch(value, &reading->options->require_token);
}

static bool read_no_access_log(struct reading *reading, const char *value)
{
	bool without;
	if (!read_switch(value, &without)) {
		return false;
	}
	reading->options->access_log = !without;
	return true;
}

static bool read_log_level(struct reading *reading, const char *value)
{
	return log_level_from_name(value, &reading->options->log_level);
}

static const struct setting settings[] = {
	{"data", "DIR", "a folder's name", "where everything is kept (./joinery-data)", read_data},
	{"listen", "ADDRESS", "ADDR:PORT or unix:PATH, at most 16",
		"ADDR:PORT or unix:PATH; repeat for more (127.0.0.1:8080)", read_listen},
	{"admin-listen", "ADDRESS", "ADDR:PORT",
		"ADDR:PORT where alone figures are shown (to this machine, at every address)", read_admin_listen},
	{"public-url", "URL", "http:// or https://, a host, no slash at the end or two in a row, at most 128 bytes",
		"how clients reach this server", read_public_url},
	{"threads", "N", "a number from 1 to 64", "threads that serve connections (one per processor)",
		read_threads},
	{"map-size", "SIZE", "a size from 1M to 64T",
		"the most that the store may hold: 10G, 512M (as the system grants)", read_map_size},
	{"max-connections", "N", "a number from 1 to 1000000", "more are closed at once (10000)",
		read_max_connections},
	{"max-waiting", "N", "a number from 0 to 1000000",
		"requests that wait for changes; more are answered at once (1000)", read_max_waiting},
	{"max-groups-per-user", "N", "a number from 1 to 1000000",
		"how many groups a person may be in (10000)", read_max_groups_per_user},
	{"batch-max", "N", "a number from 1 to 512", "how many requests share a commit (512)", read_batch_max},
	{"rate-limit-address", "N", "a number from 1 to 1000000",
		"requests a minute without a valid token, per client address (no limit)", read_rate_limit_address},
	{"rate-limit-token", "N", "a number from 1 to 1000000", "requests a minute per token (no limit)",
		read_rate_limit_token},
	{"rate-limit-application", "N", "a number from 1 to 1000000",
		"requests a minute per api_key (no limit)", read_rate_limit_application},
	{"trust-user-header", "NAME", "the name of a header",
		"the header by which a trusted proxy says whose username visits the pages", read_trust_user_header},
	{"trusted-proxy", "PEERS", "unix, addresses or ranges as 10.0.0.0/8, with commas between, at most 16",
		"whose word on users and addresses counts", read_trusted_proxy},
	{"cors", "ORIGINS", "*, none, or origins with commas between",
		"which web pages may call: *, none, or ORIGIN,... (*)", read_cors},
	{"require-token", NULL, "true or false", "v3 answers nobody without a token, but /v3/ping", read_require_token},
	{"legacy-deprecated", "DATE", "a date: YYYY-MM-DD",
		"tell legacy clients since when their API is deprecated", read_legacy_deprecated},
	{"legacy-sunset", "DATE", "a date: YYYY-MM-DD", "tell legacy clients when their API ends",
		read_legacy_sunset},
	{"record", "FILE", "a file's name",
		"write each exchange as a line, secrets replaced, for joinery's migration tests", read_record},
	{"record-size", "SIZE", "a size from 64K to 64T", "of one file of a recording, then FILE.1 begins (256M)",
		read_record_size},
	{"record-keep", "N", "a number from 0 to 1000", "older files of a recording that are kept (9)",
		read_record_keep},
	{"shadow", "URL", "an http:// or https:// address",
		"ask each call of this other system, too, and compare; clients wait for nothing", read_shadow},
	{"shadow-percent", "P", "a number from 1 to 100", "of clients whose calls are asked there (100)",
		read_shadow_percent},
	{"shadow-deadline", "MS", "a number from 10 to 60000", "for the other system's answer (2000)",
		read_shadow_deadline},
	{"shadow-queue", "N", "a number from 1 to 100000", "calls that wait for it; more are left out (1000)",
		read_shadow_queue},
	{"shadow-report", "FILE", "a file's name", "where differences are written, secrets replaced",
		read_shadow_report},
	{"shadow-answers", NULL, "true or false",
		"clients get the other system's answer, and this server's where that does not come in time",
		read_shadow_answers},
	{"i-own-this-host", NULL, "true or false", "let --shadow name another machine", read_own_host},
	{"log-level", "LEVEL", "error, warning, info or debug", "error, warning, info or debug (info)",
		read_log_level},
	{"no-access-log", NULL, "true or false", "do not log each request", read_no_access_log},
};

#define SETTINGS_COUNT (sizeof settings / sizeof settings[0])

const struct setting *setting_at(size_t index)
{
	return index < SETTINGS_COUNT ? &settings[index] : NULL;
}

const struct setting *setting_find(const char *name, size_t length)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		if (strlen(settings[i].name) == length && memcmp(settings[i].name, name, length) == 0) {
			return &settings[i];
		}
	}
	return NULL;
}
