/* Every bound that a user can meet, in one place. Bounds of one file's own arrays stand at the top of
 * that file. */
#ifndef MODEL_LIMITS_H
#define MODEL_LIMITS_H

/* Ids are exact in JavaScript: 1 .. 2^53-1. */
#define ID_MAX ((uint64_t)9007199254740991)

/* Texts, in code points unless the name says bytes. */
#define GROUP_NAME_MAX 100
#define PERSON_NAME_MAX 100
#define USERNAME_MAX 60
#define DESCRIPTION_MAX 4000
#define MESSAGE_MAX 500
#define LABEL_MAX 100
#define SLUG_BASE_SIZE_MAX 60
#define SLUG_SIZE_MAX 80
#define EMAIL_SIZE_MAX 254
#define URL_SIZE_MAX 1000
#define ZIP_MAX 20
#define PUBLIC_URL_SIZE_MAX 128 /* it stands in headers, before a path */
#define CODE_SIZE_MAX 64
#define TOKEN_SIZE_MAX 1024
#define MACAROON_SIZE_MAX 4096
#define MACAROON_CAVEATS_MAX 16
#define REQUEST_ID_SIZE_MAX 64

/* Lists. */
#define IDS_ASKED_MAX 100	 /* several ids in one legacy call */
#define V3_PER_PAGE_MAX 100
#define LEGACY_PER_PAGE_MAX 1000 /* of groups, and how many come unless asked otherwise */
#define LEGACY_MEMBERS_PER_PAGE_MAX 500
#define LEGACY_MEMBERS_PER_PAGE_DEFAULT 100
#define COMPLETE_LIST_MAX 100000 /* Onezone lists are complete up to here */

/* Invite tokens. */
#define INVITE_EXPIRES_IN_S_MAX 31536000
#define INVITE_EXPIRES_IN_S_DEFAULT 604800
#define INVITE_USES_MAX 1000000
#define INVITE_USES_DEFAULT 1

/* Membership. */
#define GROUPS_PER_USER_MAX_DEFAULT 10000
#define HEIR_SEARCH_MAX 1000 /* how many admins, and members, are looked at when an owner leaves */
#define DECISION_KEPT_S (90 * 86400)

/* Repeated requests. */
#define IDEMPOTENCY_KEY_SIZE_MAX 255
#define IDEMPOTENCY_KEPT_S 86400
#define MATCH_VERSIONS_MAX 16 /* tags in one If-Match */

/* The change feed. */
#define FEED_LIMIT_MAX 1000
#define FEED_LIMIT_DEFAULT 100
#define FEED_WAIT_MAX_S 60
#define FEED_WAITING_MAX 1000 /* requests that wait for changes at once; more are answered empty */
#define FEED_WAKE_EVERY_MS 100

/* Rate limits. */
#define RATE_WINDOW_S 60
#define RATE_LIMIT_MAX 1000000 /* requests a minute */

/* Readiness. */
#define READY_STALL_MAX_S 5 /* work that waits longer without a commit */

/* Pages. */
#define PAGES_PER_PAGE 25
/* Looking at lists and invites is no use of a session: to note it would cost a commit. */
#define SESSION_UNUSED_MAX_S (12 * 3600)
#define SESSION_SEEN_EVERY_S 60 /* a use is noted at most so often: a page that is looked at need not be written for */
#define FROB_KEPT_S 600
#define SIGN_IN_FAILURES_MAX 10 /* per address and SIGN_IN_WINDOW_S */
#define SIGN_IN_WINDOW_S 60

/* HTTP. */
#define HEAD_SIZE_MAX 16384
#define REQUEST_LINE_SIZE_MAX 8192
#define BODY_SIZE_MAX 65536
#define BODY_SWALLOWED_MAX 1048576 /* a declared body up to here is read and dropped before its 413 */
#define REQUEST_TIME_MAX_MS 10000
#define IDLE_TIME_MAX_S 60
#define REPLY_STALLED_MAX_S 30
#define PATH_SEGMENTS_MAX 12
#define RETRY_AFTER_S 1 /* what a 503 tells its client */

/* The writer. */
#define QUEUE_REQUESTS_MAX 4096
#define QUEUE_SIZE_MAX (32u << 20)
#define BATCH_REQUESTS_MAX 512
#define BATCH_SIZE_MAX (4u << 20)
#define SLICE_ROWS_MAX 200 /* chores and due rows, per transaction */

#endif
