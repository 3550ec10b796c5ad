/* Who a request comes from, and how much of them is let through. */
#include "http/travel.h"

#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <time.h>

#include <event2/keyvalq_struct.h>

#include "model/limits.h"

#define SECOND_US 1000000

const char *travel_find_header(const void *list, const char *name, bool *repeated)
{
	const struct evkeyvalq *headers = list;
	const char *value = NULL;
	struct evkeyval *header;
	if (repeated != NULL) {
		*repeated = false;
	}
	TAILQ_FOREACH(header, headers, next)
	{
		if (strcasecmp(header->key, name) != 0) {
			continue;
		}
		if (value != NULL) {
			*repeated = true;
			return value;
		}
		value = header->value;
		if (repeated == NULL) {
			return value;
		}
	}
	return value;
}

static struct peer find_peer(const struct http_exchange *exchange)
{
	return peer_of_socket(bufferevent_getfd(exchange->connection->stream));
}

const char *travel_find_trusted_user(const struct http_exchange *exchange)
{
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->http);
	const struct http_shared *shared = exchange->thread->shared;
	if (shared->trust_user_header == NULL) {
		return NULL;
	}
	bool repeated = false;
	const char *name = travel_find_header(headers, shared->trust_user_header, &repeated);
	if (name == NULL) {
		return NULL;
	}
	struct peer peer = find_peer(exchange);
	if (!peer_list_has(&shared->trusted_proxies, &peer)) {
		return NULL;
	}
	return repeated ? "" : name;
}

/* Whether one of the headers stands there that proxies add. One that adds none cannot be told from a client. */
static bool came_by_proxy(const struct evkeyvalq *headers)
{
	static const char *const added[] = {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"};
	for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
		if (travel_find_header(headers, added[i], NULL) != NULL) {
			return true;
		}
	}
	return false;
}

bool travel_is_by_operator(const struct http_exchange *exchange)
{
	const struct listening *admin = exchange->thread->shared->admin_listening;
	if (admin != NULL) {
		return listening_accepted(admin, bufferevent_getfd(exchange->connection->stream));
	}
	struct peer peer = find_peer(exchange);
	return peer_is_loopback(&peer) && !came_by_proxy(evhttp_request_get_input_headers(exchange->http));
}

/* The lines of a header as one list: some proxies append to the line that came, others add a line of their own.
 * A list needs less room than its lines did. */
static void join_lines(const struct evkeyvalq *headers, const char *name, char list[HEAD_SIZE_MAX])
{
	struct evkeyval *header;
	size_t length = 0;
	list[0] = '\0';
	TAILQ_FOREACH(header, headers, next)
	{
		size_t size = strlen(header->value);
		if (strcasecmp(header->key, name) != 0 || size + 2 > HEAD_SIZE_MAX - length) {
			continue;
		}
		if (length > 0) {
			list[length++] = ',';
		}
		memcpy(list + length, header->value, size + 1);
		length += size;
	}
}

static const struct peer *find_client(struct http_exchange *exchange)
{
	if (!exchange->client_known) {
		char forwarded[HEAD_SIZE_MAX];
		join_lines(evhttp_request_get_input_headers(exchange->http), "X-Forwarded-For", forwarded);
		struct peer peer = find_peer(exchange);
		exchange->client = peer_behind(&exchange->thread->shared->trusted_proxies, &peer, forwarded);
		exchange->client_known = true;
	}
	return &exchange->client;
}

/* --- tries at a secret */

bool travel_take_try(struct http_exchange *exchange)
{
	struct throttle *throttle = &exchange->thread->shared->throttle;
	exchange->tried = throttle_take(throttle, find_client(exchange), http_thread_now_ms());
	if (!exchange->tried) {
		exchange->rate.retry_after_s = SIGN_IN_WINDOW_S;
	}
	return exchange->tried;
}

void travel_end_try(const struct http_exchange *exchange, int status)
{
	bool failed = status >= 400 && status < 500;
	if (exchange->tried && !failed) {
		throttle_give_back(&exchange->thread->shared->throttle, &exchange->client, http_thread_now_ms());
	}
}

/* --- rate limits */

static uint32_t whole_seconds(int64_t time_us)
{
	return (uint32_t)((time_us + SECOND_US - 1) / SECOND_US);
}

/* Of several buckets the reply shows the tightest. */
static bool is_tighter(const struct rate_level *level, const struct rate_level *than)
{
	if (level->limit == 0 || than->limit == 0) {
		return level->limit != 0;
	}
	return level->left < than->left || (level->left == than->left && level->limit < than->limit);
}

static void note_rate(struct http_exchange *exchange, const struct rate_level *level, bool guest)
{
	struct rate *rate = &exchange->rate;
	uint32_t wait_s = whole_seconds(level->wait_us);
	*rate = (struct rate){.limit = level->limit, .guest = guest, .retry_after_s = wait_s};
	rate->reset_at = (int64_t)time(NULL) + (wait_s != 0 ? wait_s : whole_seconds(level->full_us));
}

/* Takes one request from each bucket, or from none. */
static bool take_all(struct http_exchange *exchange, const struct rate_owner *owners, size_t count, bool guest)
{
	struct rate_limiter *limiter = &exchange->thread->shared->rate_limiter;
	struct rate_level shown = {0};
	int64_t now_us = http_thread_now_us();
	exchange->rated = true;
	for (size_t i = 0; i < count; i++) {
		struct rate_level level;
		if (!rate_limiter_take(limiter, &owners[i], now_us, &level)) {
			while (i > 0) {
				rate_limiter_give_back(limiter, &owners[--i], now_us);
			}
			note_rate(exchange, &level, guest);
			return false;
		}
		shown = is_tighter(&level, &shown) ? level : shown;
	}
	if (shown.limit != 0) {
		note_rate(exchange, &shown, guest);
	}
	return true;
}

bool travel_rate_address(struct http_exchange *exchange)
{
	const struct rate_limiter *limiter = &exchange->thread->shared->rate_limiter;
	if (limiter->limits[RATE_ADDRESS] == 0) {
		exchange->rated = true;
		return true;
	}
	const struct rate_owner owner = rate_owner_of_peer(limiter, find_client(exchange));
	return take_all(exchange, &owner, 1, true);
}

enum outcome travel_admit(struct exchange *submitted)
{
	struct http_exchange *exchange = (struct http_exchange *)(void *)submitted;
	const struct rate_limiter *limiter = &exchange->thread->shared->rate_limiter;
	const struct reply *reply = &submitted->reply;
	if (exchange->rated) {
		return OUTCOME_NONE;
	}
	struct rate_owner owners[2];
	size_t count = 0;
	bool guest = reply->token_id == 0;
	bool called = reply->application_id != 0 && limiter->limits[RATE_APPLICATION] != 0;
	if (!guest) {
		owners[count++] = rate_owner_of_id(limiter, RATE_TOKEN, reply->token_id);
	} else if (limiter->limits[RATE_ADDRESS] != 0 && (submitted->request->token.given || !called)) {
		owners[count++] = rate_owner_of_peer(limiter, find_client(exchange));
	}
	if (called) {
		owners[count++] = rate_owner_of_id(limiter, RATE_APPLICATION, reply->application_id);
	}
	return take_all(exchange, owners, count, guest) ? OUTCOME_NONE : OUTCOME_RATE_LIMITED;
}
