/* A server of the transport alone: two tiny dialects over a fake runner. Usage: echo_server CORS THREADS
 * CONNECTIONS LISTEN... Prints its addresses, then obeys lines on stdin: hold, release, stop; it ends
 * when the server has stopped. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_runner.h"
#include "http/server.h"

static bool path_is(const struct http_path *path, const char *name)
{
	return path->count != 0 && path->segments[path->count - 1].length == strlen(name) &&
	       memcmp(path->segments[path->count - 1].bytes, name, strlen(name)) == 0;
}

static enum outcome decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	route->name = "/echo";
	route->methods_allowed = HTTP_GET | HTTP_HEAD | HTTP_POST | HTTP_PUT | HTTP_DELETE;
	bool repeated = false;
	(void)http->header(http->context, "Authorization", &repeated);
	if (repeated) {
		return OUTCOME_MALFORMED;
	}
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if (path_is(&http->path, "missing")) {
		return OUTCOME_NO_SUCH_PATH;
	}
	if (http->method == HTTP_PATCH) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	request->operation = OPERATION_GROUP_GET;
	request->form = path_is(&http->path, "later") ? FAKE_LATER
			: path_is(&http->path, "list") ? FAKE_LIST
						       : FAKE_AT_ONCE;
	struct span shown = http->body.length != 0 ? http->body : http->query;
	(void)request_add(request, shown.bytes, shown.length, &request->message);
	return OUTCOME_NONE;
}

static void write_body(const struct request *request, const char *before, const struct reply *reply,
	const char *after, struct http_response *response)
{
	response_puts(response, before);
	response_puts(response, outcome_row(reply->outcome)->name);
	response_puts(response, ":");
	response_puts(response, request_text(request, request->message));
	if (request->form == FAKE_LIST && reply->outcome == OUTCOME_OK) {
		static const char block[4096] = {'.'};
		long blocks = strtol(request_text(request, request->message), NULL, 10);
		for (long i = 0; i < blocks; i++) {
			response_write(response, block, sizeof block);
		}
	}
	response_puts(response, after);
}

static void encode_xml(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	(void)site;
	(void)page;
	response->status = outcome_legacy_status(reply->outcome, true);
	response->reason = outcome_legacy_reason(response->status);
	response->content_type = response->status == 204 ? NULL : "text/xml";
	write_body(request, "<rsp>", reply, "</rsp>", response);
}

static void encode_json(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	(void)page;
	response->status = outcome_row(reply->outcome)->v3_status;
	response->reason = outcome_reason(response->status);
	if (response->status == 204) {
		return;
	}
	response_header(response, "X-Site", "%s", site->public_url);
	if (request->message.length == 5 && strcmp(request_text(request, request->message), "empty") == 0) {
		return; /* no body and no type */
	}
	response->content_type = "application/json";
	write_body(request, "{\"", reply, "\"}", response);
}

static const char *const xml_roots[] = {"services/rest", NULL};
static const struct dialect_driver xml = {
	.dialect = DIALECT_LEGACY,
	.roots = xml_roots,
	.empty_segments = true,
	.decode = decode,
	.encode = encode_xml,
};
static const struct dialect_driver json = {.dialect = DIALECT_V3, .decode = decode, .encode = encode_json};
static const struct dialect_driver *const drivers[] = {&xml, &json, NULL};

static void *stop(void *server)
{
	http_server_stop(server);
	return NULL;
}

static void obey(struct runner *runner, struct http_server *server)
{
	char line[32];
	pthread_t stopping;
	bool stopped = false;
	while (fgets(line, sizeof line, stdin) != NULL) {
		if (strcmp(line, "hold\n") == 0) {
			runner_hold(runner);
		} else if (strcmp(line, "release\n") == 0) {
			runner_release(runner);
		} else if (strcmp(line, "stop\n") == 0) {
			stopped = pthread_create(&stopping, NULL, stop, server) == 0;
		}
		puts("done");
		fflush(stdout);
	}
	if (stopped) {
		pthread_join(stopping, NULL);
	} else {
		http_server_stop(server);
	}
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	const struct http_options options = {
		.listen = (const char *const *)argv + 4,
		.listen_count = (size_t)argc - 4,
		.cors = argv[1],
		.threads = (unsigned)strtoul(argv[2], NULL, 10),
		.connections_max = (uint32_t)strtoul(argv[3], NULL, 10),
		.access_log = true,
		.drivers = drivers,
	};
	char text[1024];
	struct runner *runner = fake_runner_create();
	struct http_server *server = http_server_create(runner, &options, text, sizeof text);
	if (server == NULL) {
		fprintf(stderr, "%s\n", text);
		return 1;
	}
	http_server_addresses(server, text, sizeof text);
	puts(text);
	fflush(stdout);
	obey(runner, server);
	http_server_destroy(server);
	runner_destroy(runner);
	return 0;
}
