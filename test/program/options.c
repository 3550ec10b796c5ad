/* What joineryd makes of its arguments, its environment and its file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "options.h"

#define ARGUMENTS_MAX 48

static char why[256];

/* Reads NULL-terminated arguments (without the program's name) and environment. */
static enum options_result read_all(
	struct options *options, const char *const *arguments, const char *const *environment)
{
	const char *argv[ARGUMENTS_MAX] = {"joineryd"};
	int argc = 1;
	for (; arguments[argc - 1] != NULL; argc++) {
		assert_true(argc < ARGUMENTS_MAX);
		argv[argc] = arguments[argc - 1];
	}
	why[0] = '\0';
	return options_read(options, argc, argv, environment, why, sizeof why);
}

static void nothing_said_gives_defaults(void **state)
{
	(void)state;
	struct options options;
	assert_int_equal(
		read_all(&options, (const char *const[]){NULL}, (const char *const[]){NULL}), OPTIONS_RUN);
	assert_string_equal(options.data, "./joinery-data");
	assert_int_equal(options.listen_count, 1);
	assert_string_equal(options.listen[0], "127.0.0.1:8080");
	assert_null(options.public_url);
	assert_true(options.threads >= 1);
	assert_int_equal(options.map_size, 0);
	assert_int_equal(options.connections_max, 10000);
	assert_int_equal(options.groups_per_user_max, 10000);
	for (unsigned kind = 0; kind < RATE_KIND_COUNT; kind++) {
		assert_int_equal(options.rate_limits[kind], 0);
	}
	assert_null(options.admin_listen);
	assert_int_equal(options.waiting_max, 1000);
	assert_string_equal(options.cors, "*");
	assert_false(options.require_token);
	assert_null(options.record);
	assert_int_equal(options.record_size_max, 256 << 20);
	assert_int_equal(options.record_keep, 9);
	assert_true(options.access_log);
	assert_int_equal(options.log_level, LOG_INFO);
	options_finish(&options);
}

static void limits_come_from_any_source(void **state)
{
	(void)state;
	struct options options;
	const char *const arguments[] = {
		"--rate-limit-address", "60", "--admin-listen", "127.0.0.1:9090", "--max-waiting=0", NULL};
	const char *const environment[] = {
		"JOINERY_RATE_LIMIT_TOKEN=600", "JOINERY_RATE_LIMIT_ADDRESS=1", "JOINERY_ADMIN_LISTEN=[::1]:1", NULL};
	assert_int_equal(read_all(&options, arguments, environment), OPTIONS_RUN);
	assert_int_equal(options.rate_limits[RATE_ADDRESS], 60);
	assert_int_equal(options.rate_limits[RATE_TOKEN], 600);
	assert_int_equal(options.rate_limits[RATE_APPLICATION], 0);
	assert_int_equal(options.waiting_max, 0);
	assert_string_equal(options.admin_listen, "127.0.0.1:9090");
	options_finish(&options);
	static const char *const bad[][2] = {{"--rate-limit-address", "0"}, {"--rate-limit-token", "1000001"},
		{"--rate-limit-application", "-1"}, {"--rate-limit-application", ""}, {"--admin-listen", "unix:/x"},
		{"--admin-listen", "9090"}, {"--max-waiting", "some"}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const char *const one[] = {bad[i][0], bad[i][1], NULL};
		assert_int_equal(read_all(&options, one, (const char *const[]){NULL}), OPTIONS_BAD);
		options_finish(&options);
	}
}

static void user_header_needs_a_trusted_proxy(void **state)
{
	(void)state;
	struct options options;
	const char *const none[] = {NULL};
	const char *const alone[] = {"--trust-user-header", "X-User", NULL};
	assert_int_equal(read_all(&options, alone, none), OPTIONS_BAD);
	assert_non_null(strstr(why, "--trusted-proxy"));
	options_finish(&options);
	const char *const both[] = {"--trusted-proxy", "unix,10.0.0.0/8", "--trust-user-header", "X-User", NULL};
	assert_int_equal(read_all(&options, both, none), OPTIONS_RUN);
	assert_string_equal(options.trust_user_header, "X-User");
	assert_true(options.trusted_proxies.local);
	assert_int_equal(options.trusted_proxies.count, 1);
	options_finish(&options);
	const char *const bad_header[] = {"--trusted-proxy=unix", "--trust-user-header=X User", NULL};
	assert_int_equal(read_all(&options, bad_header, none), OPTIONS_BAD);
	options_finish(&options);
	const char *const bad_proxy[] = {"--trusted-proxy=10.0.0.0/99", NULL};
	assert_int_equal(read_all(&options, bad_proxy, none), OPTIONS_BAD);
	options_finish(&options);
}

static void every_option_is_understood(void **state)
{
	(void)state;
	struct options options;
	const char *const arguments[] = {"--data", "/d", "--listen", "0.0.0.0:0", "--listen=unix:/s",
		"--listen", "[::1]:80", "--public-url", "https://groups.example", "--threads=3", "--map-size",
		"64M", "--max-connections", "7", "--max-groups-per-user", "9", "--cors",
		"https://a.example,http://b:81", "--legacy-sunset", "2026-12-31", "--legacy-deprecated",
		"2026-02-28", "--require-token", "--log-level", "debug", "--no-access-log", "--record", "/r",
		"--record-size=64K", "--record-keep=0", NULL};
	assert_int_equal(read_all(&options, arguments, (const char *const[]){NULL}), OPTIONS_RUN);
	assert_string_equal(options.data, "/d");
	assert_int_equal(options.listen_count, 3);
	assert_string_equal(options.listen[0], "0.0.0.0:0");
	assert_string_equal(options.listen[1], "unix:/s");
	assert_string_equal(options.listen[2], "[::1]:80");
	assert_string_equal(options.public_url, "https://groups.example");
	assert_int_equal(options.threads, 3);
	assert_int_equal(options.map_size, 64 << 20);
	assert_int_equal(options.connections_max, 7);
	assert_int_equal(options.groups_per_user_max, 9);
	assert_string_equal(options.cors, "https://a.example,http://b:81");
	assert_true(options.retirement.deprecated && options.retirement.ends);
	assert_int_equal(options.retirement.deprecated_at, 1772236800);
	assert_int_equal(options.retirement.ends_at, 1798675200);
	assert_true(options.require_token);
	assert_string_equal(options.record, "/r");
	assert_int_equal(options.record_size_max, 65536);
	assert_int_equal(options.record_keep, 0);
	assert_false(options.access_log);
	assert_int_equal(options.log_level, LOG_DEBUG);
	options_finish(&options);
}

struct refusal {
	const char *argument;
	const char *why;
};

static void a_bad_option_is_named_in_one_line(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{"--nonsense=1", "--nonsense: no such option"},
		{"--=1", "arguments: only options are understood; see --help"},
		{"data", "arguments: only options are understood; see --help"},
		{"--data", "--data: a value is missing"},
		{"--config", "--config: a value is missing"},
		{"--data=", "--data: expected a folder's name"},
		{"--listen=8080", "--listen: expected ADDR:PORT or unix:PATH, at most 16"},
		{"--listen=:8080", "--listen: expected ADDR:PORT or unix:PATH, at most 16"},
		{"--listen=localhost:80", "--listen: expected ADDR:PORT or unix:PATH, at most 16"},
		{"--listen=127.0.0.1:65536", "--listen: expected ADDR:PORT or unix:PATH, at most 16"},
		{"--listen=unix:", "--listen: expected ADDR:PORT or unix:PATH, at most 16"},
		{"--threads=0", "--threads: expected a number from 1 to 64"},
		{"--threads=65", "--threads: expected a number from 1 to 64"},
		{"--threads=+1", "--threads: expected a number from 1 to 64"},
		{"--threads=18446744073709551617", "--threads: expected a number from 1 to 64"},
		{"--map-size=1023K", "--map-size: expected a size from 1M to 64T"},
		{"--map-size=65T", "--map-size: expected a size from 1M to 64T"},
		{"--map-size=M", "--map-size: expected a size from 1M to 64T"},
		{"--record=", "--record: expected a file's name"},
		{"--record-size=63K", "--record-size: expected a size from 64K to 64T"},
		{"--record-keep=1001", "--record-keep: expected a number from 0 to 1000"},
		{"--public-url=ftp://a",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=http://a/",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=https:///a",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=https://a//b",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=http://a?b",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=http://a/#b",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=http://me:secret@a",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--public-url=http://a b",
			"--public-url: expected http:// or https://, a host, no slash at the end or two in a row, "
			"at most 128 bytes"},
		{"--cors=a.example", "--cors: expected *, none, or origins with commas between"},
		{"--cors=http://a,", "--cors: expected *, none, or origins with commas between"},
		{"--cors=http://a/", "--cors: expected *, none, or origins with commas between"},
		{"--legacy-deprecated=2026-02-29", "--legacy-deprecated: expected a date: YYYY-MM-DD"},
		{"--legacy-deprecated=2026-2-1", "--legacy-deprecated: expected a date: YYYY-MM-DD"},
		{"--legacy-sunset=", "--legacy-sunset: expected a date: YYYY-MM-DD"},
		{"--legacy-sunset=2026-02-01T00:00:00Z", "--legacy-sunset: expected a date: YYYY-MM-DD"},
		{"--require-token=1", "--require-token: expected true or false"},
		{"--log-level=loud", "--log-level: expected error, warning, info or debug"},
	};
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		struct options options;
		const char *const arguments[] = {refusals[i].argument, NULL};
		assert_int_equal(read_all(&options, arguments, (const char *const[]){NULL}), OPTIONS_BAD);
		assert_string_equal(why, refusals[i].why);
		options_finish(&options);
	}
}

static void an_end_alone_is_also_the_deprecation(void **state)
{
	(void)state;
	struct options options;
	const char *const end[] = {"--legacy-sunset=2026-12-31", NULL};
	assert_int_equal(read_all(&options, end, (const char *const[]){NULL}), OPTIONS_RUN);
	assert_true(options.retirement.deprecated);
	assert_int_equal(options.retirement.deprecated_at, options.retirement.ends_at);
	options_finish(&options);
	const char *const deprecated[] = {"--legacy-deprecated=2026-12-31", NULL};
	assert_int_equal(read_all(&options, deprecated, (const char *const[]){NULL}), OPTIONS_RUN);
	assert_true(options.retirement.deprecated && !options.retirement.ends);
	options_finish(&options);
}

static void an_end_before_the_deprecation_is_refused(void **state)
{
	(void)state;
	struct options options;
	const char *const environment[] = {"JOINERY_LEGACY_SUNSET=2026-12-30", NULL};
	const char *const later[] = {"--legacy-deprecated=2026-12-31", NULL};
	assert_int_equal(read_all(&options, later, environment), OPTIONS_BAD);
	assert_string_equal(why, "legacy-sunset: expected no earlier a date than legacy-deprecated's");
	options_finish(&options);
	const char *const same[] = {"--legacy-deprecated=2026-12-30", NULL};
	assert_int_equal(read_all(&options, same, environment), OPTIONS_RUN);
	options_finish(&options);
}

static void a_seventeenth_listener_is_refused(void **state)
{
	(void)state;
	const char *arguments[LISTENERS_MAX + 2] = {NULL};
	for (size_t i = 0; i <= LISTENERS_MAX; i++) {
		arguments[i] = "--listen=127.0.0.1:1";
	}
	struct options options;
	assert_int_equal(read_all(&options, arguments, (const char *const[]){NULL}), OPTIONS_BAD);
	options_finish(&options);
}

/* Makes a file with this text; the caller removes it. */
static void write_file(char *path, const char *text)
{
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(descriptor), 0);
}

static void options_win_over_environment_over_file(void **state)
{
	(void)state;
	char path[] = "/tmp/joinery-options-XXXXXX";
	write_file(path, "# where things are\n data = /file \nthreads=1\nlog-level = error\r\nno-access-log\n"
			 "listen = 127.0.0.3:1\nlisten = 127.0.0.3:2\n");
	char config[64];
	(void)snprintf(config, sizeof config, "JOINERY_CONFIG=%s", path);
	const char *const environment[] = {"HOME=/", config, "JOINERY_DATA=/environment", "JOINERY_THREADS=2",
		"JOINERY_LISTEN=127.0.0.2:1", "JOINERY_NO_ACCESS_LOG=false", "JOINERY_UNKNOWN=1", NULL};
	const char *const arguments[] = {"--data", "/argument", NULL};
	struct options options;
	assert_int_equal(read_all(&options, arguments, environment), OPTIONS_RUN);
	assert_string_equal(options.data, "/argument");
	assert_int_equal(options.threads, 2);
	assert_int_equal(options.log_level, LOG_ERROR);
	assert_true(options.access_log);
	assert_int_equal(options.listen_count, 1);
	assert_string_equal(options.listen[0], "127.0.0.2:1");
	options_finish(&options);
	assert_int_equal(unlink(path), 0);
}

static void bad_lines_of_the_file_are_named(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{"threads = 1\nconfig = x\n", ":2: no such setting"},
		{"data\n", ":1: data: a value is missing"},
		{"\n\nthreads = many", ":3: threads: expected a number from 1 to 64"},
	};
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		char path[] = "/tmp/joinery-options-XXXXXX";
		write_file(path, refusals[i].argument);
		const char *const arguments[] = {"--config", path, NULL};
		struct options options;
		assert_int_equal(read_all(&options, arguments, (const char *const[]){NULL}), OPTIONS_BAD);
		assert_int_equal(unlink(path), 0);
		assert_memory_equal(why, path, strlen(path));
		assert_string_equal(why + strlen(path), refusals[i].why);
		options_finish(&options);
	}
}

static void a_file_that_cannot_be_read_is_bad(void **state)
{
	(void)state;
	static const char *const paths[] = {"/nonexistent/joinery.conf", "/tmp", "/dev/zero"};
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct options options;
		const char *const arguments[] = {"--config", paths[i], NULL};
		assert_int_equal(read_all(&options, arguments, (const char *const[]){NULL}), OPTIONS_BAD);
		assert_memory_equal(why, paths[i], strlen(paths[i]));
		options_finish(&options);
	}
}

static void a_bad_variable_is_named(void **state)
{
	(void)state;
	struct options options;
	const char *const environment[] = {"JOINERY_MAX_CONNECTIONS=none", NULL};
	assert_int_equal(read_all(&options, (const char *const[]){NULL}, environment), OPTIONS_BAD);
	assert_string_equal(why, "the environment's max-connections: expected a number from 1 to 1000000");
	options_finish(&options);
}

static void help_and_version_come_before_everything(void **state)
{
	(void)state;
	struct options options;
	const char *const environment[] = {"JOINERY_CONFIG=/nonexistent", NULL};
	const char *const help[] = {"--threads=0", "--help", NULL};
	assert_int_equal(read_all(&options, help, environment), OPTIONS_HELP);
	options_finish(&options);
	const char *const version[] = {"--version", NULL};
	assert_int_equal(read_all(&options, version, environment), OPTIONS_VERSION);
	options_finish(&options);
	const char *const folder[] = {"--data", "--help", NULL};
	assert_int_equal(read_all(&options, folder, (const char *const[]){NULL}), OPTIONS_RUN);
	assert_string_equal(options.data, "--help");
	options_finish(&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_gives_defaults),
		cmocka_unit_test(limits_come_from_any_source),
		cmocka_unit_test(user_header_needs_a_trusted_proxy),
		cmocka_unit_test(every_option_is_understood),
		cmocka_unit_test(a_bad_option_is_named_in_one_line),
		cmocka_unit_test(an_end_alone_is_also_the_deprecation),
		cmocka_unit_test(an_end_before_the_deprecation_is_refused),
		cmocka_unit_test(a_seventeenth_listener_is_refused),
		cmocka_unit_test(options_win_over_environment_over_file),
		cmocka_unit_test(bad_lines_of_the_file_are_named),
		cmocka_unit_test(a_file_that_cannot_be_read_is_bad),
		cmocka_unit_test(a_bad_variable_is_named),
		cmocka_unit_test(help_and_version_come_before_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
