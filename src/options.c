/* The three sources of settings. The weaker one is read first, so that the stronger one overwrites it. */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/limits.h"
#include "observe/record.h"
#include "observe/shadow.h"
#include "settings.h"

#define CONNECTIONS_DEFAULT 10000
#define FILE_SIZE_MAX 65536
#define VARIABLE_PREFIX "JOINERY_"

/* Named by the command line or the environment, and read before everything else. */
static const char config_name[] = "config";

/* Why something is bad, and where it stands. */
struct complaint {
	char *why;
	size_t capacity;
};

static bool complain(const struct complaint *complaint, const char *place, const char *name, const char *what)
{
	(void)snprintf(complaint->why, complaint->capacity, "%s%s%s%s", place, name,
		*name != '\0' ? ": " : "", what);
	return false;
}

static bool apply(struct reading *reading, const struct setting *setting, const char *value,
	const char *place, const struct complaint *complaint)
{
	if (setting->read(reading, value)) {
		return true;
	}
	char what[160];
	(void)snprintf(what, sizeof what, "expected %s", setting->expected);
	return complain(complaint, place, setting->name, what);
}

static char *trimmed(char *text)
{
	text += strspn(text, " \t\r");
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL) {
		text[--length] = '\0';
	}
	return text;
}

static bool read_line(
	struct reading *reading, char *line, const char *place, const struct complaint *complaint)
{
	char *name = trimmed(line);
	if (*name == '\0' || *name == '#') {
		return true;
	}
	char *equals = strchr(name, '=');
	const char *value = NULL;
	if (equals != NULL) {
		*equals = '\0';
		value = trimmed(equals + 1);
		name = trimmed(name);
	}
	const struct setting *setting = setting_find(name, strlen(name));
	if (setting == NULL) {
		return complain(complaint, place, "", "no such setting");
	}
	if (value == NULL && setting->argument != NULL) {
		return complain(complaint, place, setting->name, "a value is missing");
	}
	return apply(reading, setting, value != NULL ? value : "true", place, complaint);
}

/* Reads all of it; false: it cannot be read or is too long, and errno says which. */
static bool read_text(FILE *file, char *text)
{
	errno = 0;
	size_t size = fread(text, 1, FILE_SIZE_MAX + 1, file);
	if (ferror(file)) {
		return false;
	}
	if (size > FILE_SIZE_MAX) {
		errno = EFBIG;
		return false;
	}
	text[size] = '\0';
	return true;
}

/* The whole file as text; NULL: it cannot be read, and errno says why. */
static char *load(const char *path)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return NULL;
	}
	char *text = malloc(FILE_SIZE_MAX + 2);
	bool whole = text != NULL && read_text(file, text);
	int error = errno;
	(void)fclose(file); /* only read from */
	if (!whole) {
		free(text);
		errno = error;
		return NULL;
	}
	return text;
}

static bool read_file(struct options *options, const char *path, const struct complaint *complaint)
{
	struct reading reading = {.options = options};
	options->file = load(path);
	if (options->file == NULL) {
		return complain(complaint, "", path, strerror(errno));
	}
	char *rest = options->file;
	for (unsigned number = 1; rest != NULL; number++) {
		char *line = strsep(&rest, "\n");
		char place[256];
		(void)snprintf(place, sizeof place, "%.200s:%u: ", path, number);
		if (!read_line(&reading, line, place, complaint)) {
			return false;
		}
	}
	return true;
}

/* The value of JOINERY_NAME, or NULL. */
static const char *find_variable(const char *const *environment, const char *name)
{
	char variable[SETTING_NAME_SIZE];
	(void)snprintf(variable, sizeof variable, VARIABLE_PREFIX "%s=", name);
	for (char *letter = variable; *letter != '\0'; letter++) {
		if (*letter >= 'a' && *letter <= 'z') {
			*letter = (char)(*letter - 'a' + 'A');
		} else if (*letter == '-') {
			*letter = '_';
		}
	}
	for (; *environment != NULL; environment++) {
		if (strncmp(*environment, variable, strlen(variable)) == 0) {
			return *environment + strlen(variable);
		}
	}
	return NULL;
}

static bool read_environment(
	struct options *options, const char *const *environment, const struct complaint *complaint)
{
	struct reading reading = {.options = options};
	const struct setting *setting;
	for (size_t i = 0; (setting = setting_at(i)) != NULL; i++) {
		const char *value = find_variable(environment, setting->name);
		if (value != NULL && !apply(&reading, setting, value, "the environment's ", complaint)) {
			return false;
		}
	}
	return true;
}

/* One argument, with its value when that stands behind it. */
struct argument {
	const char *name;
	size_t name_length;
	const char *value; /* NULL: none */
	int used; /* how many arguments it takes */
};

static bool is_switch(const char *name, size_t length)
{
	const struct setting *setting = setting_find(name, length);
	return setting != NULL && setting->argument == NULL;
}

/* "--name value", "--name=value" or a switch. False: it is neither. */
static bool split_argument(int argc, const char *const *argv, struct argument *argument)
{
	if (strncmp(argv[0], "--", 2) != 0) {
		return false;
	}
	const char *name = argv[0] + 2;
	size_t length = strcspn(name, "=");
	if (length == 0) {
		return false;
	}
	*argument = (struct argument){.name = name, .name_length = length, .used = 1};
	if (name[length] == '=') {
		argument->value = name + length + 1;
	} else if (is_switch(name, length)) {
		argument->value = "true";
	} else if (argc > 1) {
		argument->value = argv[1];
		argument->used = 2;
	}
	return true;
}

static bool is_named(const struct argument *argument, const char *name)
{
	return argument->name_length == strlen(name) &&
	       memcmp(argument->name, name, argument->name_length) == 0;
}

static bool read_argument(
	struct reading *reading, const struct argument *argument, const struct complaint *complaint)
{
	char name[SETTING_NAME_SIZE];
	(void)snprintf(name, sizeof name, "%.*s", (int)argument->name_length, argument->name);
	const struct setting *setting = setting_find(argument->name, argument->name_length);
	if (setting == NULL && !is_named(argument, config_name)) {
		return complain(complaint, "--", name, "no such option");
	}
	if (argument->value == NULL) {
		return complain(complaint, "--", name, "a value is missing");
	}
	return setting == NULL || apply(reading, setting, argument->value, "--", complaint);
}

static bool read_arguments(
	struct options *options, int argc, const char *const *argv, const struct complaint *complaint)
{
	struct reading reading = {.options = options};
	for (int i = 1; i < argc;) {
		struct argument argument;
		if (!split_argument(argc - i, argv + i, &argument)) {
			return complain(
				complaint, "", "arguments", "only options are understood; see --help");
		}
		if (!read_argument(&reading, &argument, complaint)) {
			return false;
		}
		i += argument.used;
	}
	return true;
}

/* What must be known before the rest is read: whether only help or the version is wanted, and the file. */
static enum options_result look_ahead(int argc, const char *const *argv, const char **config)
{
	for (int i = 1; i < argc;) {
		struct argument argument;
		if (!split_argument(argc - i, argv + i, &argument)) {
			return OPTIONS_RUN; /* the reading proper says what is wrong */
		}
		if (is_named(&argument, "help")) {
			return OPTIONS_HELP;
		}
		if (is_named(&argument, "version")) {
			return OPTIONS_VERSION;
		}
		if (is_named(&argument, config_name)) {
			*config = argument.value;
		}
		i += argument.used;
	}
	return OPTIONS_RUN;
}

int options_count(int argc, const char *const *argv)
{
	int count = 1;
	struct argument argument;
	while (count < argc && split_argument(argc - count, argv + count, &argument)) {
		count += argument.used;
	}
	return count;
}

static unsigned processor_count(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	if (count < 1) {
		return 1;
	}
	return count > SETTING_THREADS_MAX ? SETTING_THREADS_MAX : (unsigned)count;
}

/* Settings that say something about each other. What is said of the end alone is said of both. */
static bool settle(struct options *options, const struct complaint *complaint)
{
	struct retirement *retirement = &options->retirement;
	if (!retirement->ends) {
		return true;
	}
	if (!retirement->deprecated) {
		retirement->deprecated = true;
		retirement->deprecated_at = retirement->ends_at;
	}
	return retirement->ends_at >= retirement->deprecated_at ||
	       complain(complaint, "", "legacy-sunset", "expected no earlier a date than legacy-deprecated's");
}

/* Without it anybody could say who they are. */
static bool check_proxies(const struct options *options, const struct complaint *complaint)
{
	return options->trust_user_header == NULL || options->proxies_trusted ||
	       complain(complaint, "--", "trust-user-header", "--trusted-proxy must say who may set it");
}

/* Else clients would get this side's answers, and nobody would be told. */
static bool check_answers(const struct options *options, const struct complaint *complaint)
{
	return !options->shadow_answers || options->shadow != NULL ||
	       complain(complaint, "--", "shadow-answers", "--shadow must say whose");
}

enum options_result options_read(struct options *options, int argc, const char *const *argv,
	const char *const *environment, char *why, size_t capacity)
{
	*options = (struct options){
		.data = "./joinery-data",
		.listen = {"127.0.0.1:8080"},
		.listen_count = 1,
		.threads = processor_count(),
		.connections_max = CONNECTIONS_DEFAULT,
		.waiting_max = FEED_WAITING_MAX,
		.groups_per_user_max = GROUPS_PER_USER_MAX_DEFAULT,
		.cors = "*",
		.record_size_max = RECORD_SIZE_DEFAULT,
		.record_keep = RECORD_KEEP_DEFAULT,
		.shadow_percent = 100,
		.shadow_deadline_ms = SHADOW_DEADLINE_DEFAULT_MS,
		.shadow_queue = SHADOW_QUEUE_DEFAULT,
		.access_log = true,
		.log_level = LOG_INFO,
	};
	const struct complaint complaint = {.why = why, .capacity = capacity};
	const char *config = find_variable(environment, config_name);
	enum options_result wanted = look_ahead(argc, argv, &config);
	if (wanted != OPTIONS_RUN) {
		return wanted;
	}
	bool read = (config == NULL || read_file(options, config, &complaint)) &&
		    read_environment(options, environment, &complaint) &&
		    read_arguments(options, argc, argv, &complaint) && settle(options, &complaint) &&
		    check_proxies(options, &complaint) && check_answers(options, &complaint);
	return read ? OPTIONS_RUN : OPTIONS_BAD;
}

void options_finish(struct options *options)
{
	free(options->file);
	options->file = NULL;
}

static void help_line(FILE *out, const char *name, const char *argument, const char *help)
{
	char left[SETTING_NAME_SIZE];
	(void)snprintf(left, sizeof left, "--%s %s", name, argument != NULL ? argument : "");
	(void)fprintf(out, "  %-26s %s\n", left, help);
}

void options_help(FILE *out)
{
	(void)fprintf(out, "joineryd [OPTION]...: serves groups over the legacy, Onezone and v3 APIs\n\n");
	const struct setting *setting;
	for (size_t i = 0; (setting = setting_at(i)) != NULL; i++) {
		help_line(out, setting->name, setting->argument, setting->help);
	}
	help_line(out, config_name, "FILE",
		"lines of \"name = value\", for what neither option nor environment says");
	help_line(out, "version", NULL, "print the version");
	help_line(out, "help", NULL, "print this");
	(void)fprintf(out,
		"\nEach is also a variable: JOINERY_DATA, JOINERY_PUBLIC_URL, JOINERY_REQUIRE_TOKEN=true.\n");
}
