/* The moderators' lists: who waits to be let in, who belongs to the group, who is banned from it. Only what this
 * visitor may do to a person has a button beside that person; what is there is for the engine to judge again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/limits.h"
#include "pages/decode.h"
#include "pages/encode_group.h"
#include "text/cursor.h"
#include "text/fold.h"
#include "text/time.h"

#define NUMBER_SIZE 24
#define INITIALS_SIZE 16
#define MINUTES_LENGTH 16 /* of 2023-01-15 10:30:00 */
#define LINK_SIZE (PUBLIC_URL_SIZE_MAX + SLUG_SIZE_MAX + CODE_SIZE_MAX + 32)

struct tab {
	enum pages_form form;
	const char *path; /* behind the group's */
	const char *title;
	const char *part; /* the same before the group's name, so that windows differ */
	const char *nobody;
	const char *count; /* what stands behind the number */
	const char *count_of_one;
	const char *current; /* the name of its link's value */
};

static const struct tab TABS[] = {
	{PAGES_REQUESTS, "moderate", "Requests", "Requests: ", "Nobody waits to be let in.",
		"people wait to be let in.", "person waits to be let in.", "requests_current"},
	{PAGES_MEMBERS, "moderate/members", "Members", "Members: ", "There is nobody here.", "members.", "member.",
		"members_current"},
	{PAGES_BANS, "moderate/bans", "Bans", "Bans: ", "Nobody is banned.", "people are banned.", "person is banned.",
		"bans_current"},
};

#define TABS_COUNT (sizeof TABS / sizeof *TABS)

static const struct tab *find_tab(const struct view *view)
{
	const struct tab *tab = TABS;
	while (tab->form != view->request->form) {
		tab++;
	}
	return tab;
}

/* --- one person */

/* What stands about a person in every list. */
struct person {
	char id[NUMBER_SIZE];
	char initials[INITIALS_SIZE];
	char since[TIME_TEXT_SIZE];
	char until[TIME_TEXT_SIZE];
};

static void write_time(int64_t time, char text[TIME_TEXT_SIZE])
{
	time_write_legacy(time, text);
	text[MINUTES_LENGTH] = '\0';
}

static void add_person(struct view *view, const struct user *user, const struct membership *membership,
	struct person *person)
{
	const char *name = view_name(&view->page->texts, user);
	(void)snprintf(person->id, sizeof person->id, "%" PRIu64, user->id); /* it fits */
	text_initials(name, strlen(name), person->initials, sizeof person->initials);
	write_time(membership->since, person->since);
	view_add(view, "user_id", person->id);
	view_add(view, "initials", person->initials);
	view_add(view, "name", name);
	view_add(view, "username", texts_get(&view->page->texts, user->username));
	view_add(view, "since", person->since);
}

static void write_words(struct view *view, const char *what, struct text words)
{
	if (words.length == 0) {
		return;
	}
	size_t before = view->value_count;
	view_add(view, "what", what);
	view_add(view, "words", texts_get(&view->page->texts, words));
	view_write(view, "words.html");
	view_drop(view, before);
}

static void write_request(struct view *view, uint32_t i)
{
	const struct standing_view *standing = &view->page->standings[i];
	struct person person;
	add_person(view, &standing->user, &standing->membership, &person);
	view_write(view, "person.html");
	view_write(view, "request.html");
	write_words(view, "Message", standing->note.words);
	view_write(view, "request_form.html");
	view_write(view, "ban_form.html");
}

static void write_ban(struct view *view, uint32_t i)
{
	const struct standing_view *standing = &view->page->standings[i];
	const struct membership *membership = &standing->membership;
	struct person person = {.until = ""};
	add_person(view, &standing->user, membership, &person);
	if (membership->until != TIME_FOREVER) {
		write_time(membership->until, person.until);
	}
	view_add(view, "until", person.until);
	view_add(view, "by", standing->by.id == 0 ? "" : view_name(&view->page->texts, &standing->by));
	view_write(view, "person.html");
	view_write(view, person.until[0] == '\0' ? "ban.html" : "ban_until.html");
	if (standing->by.id != 0) {
		view_write(view, "ban_by.html");
	}
	write_words(view, "Reason", standing->note.words);
	view_write(view, "lift_form.html");
}

static const char *role_title(enum role role)
{
	return role == ROLE_OWNER ? "Owner" : role == ROLE_ADMIN ? "Admin" : "Member";
}

/* As the engine will judge: nobody touches the owner, only the owner touches admins. */
static void write_member_forms(struct view *view, const struct member_view *member)
{
	enum role mine = view->reply->group.caller.role;
	enum role theirs = member->membership.role;
	bool self = member->user.id == view->reply->user.id;
	if (theirs == ROLE_ADMIN && (mine == ROLE_OWNER || self)) {
		view_write(view, "make_member_form.html");
	}
	if (mine <= theirs) { /* oneself, too */
		return;
	}
	if (mine == ROLE_OWNER && theirs == ROLE_MEMBER) {
		view_write(view, "make_admin_form.html");
	}
	view_write(view, "remove_form.html");
	view_write(view, "ban_form.html");
	if (mine == ROLE_OWNER) {
		view_write(view, "make_owner_form.html");
	}
}

static void write_member(struct view *view, uint32_t i)
{
	const struct member_view *member = &view->page->members[i];
	struct person person;
	add_person(view, &member->user, &member->membership, &person);
	view_add(view, "role", role_title(member->membership.role));
	view_write(view, "person.html");
	view_write(view, "member.html");
	write_member_forms(view, member);
}

/* --- the list */

static void write_people(struct view *view)
{
	static void (*const write[])(struct view * view, uint32_t i) = {
		[PAGES_REQUESTS] = write_request,
		[PAGES_MEMBERS] = write_member,
		[PAGES_BANS] = write_ban,
	};
	size_t before = view->value_count;
	view_write(view, "people_top.html");
	for (uint32_t i = 0; i < view->page->count; i++) {
		response_puts(view->response, "<li>\n");
		write[view->request->form](view, i);
		response_puts(view->response, "</li>\n");
		view_drop(view, before);
	}
	view_write(view, "people_end.html");
}

/* Onwards by cursor: nobody is missed or comes twice because others come and go. Backwards is the browser's way. */
static void write_pages(struct view *view)
{
	char cursor[CURSOR_TEXT_SIZE];
	size_t before = view->value_count;
	bool first = (view->request->given & GIVEN_AFTER) == 0;
	if (first && !view->page->has_more) {
		return;
	}
	view_write(view, "pages_top.html");
	if (!first) {
		view_write(view, "pages_first.html");
	}
	if (view->page->has_more) {
		text_cursor_write(view->request, &view->page->last, cursor);
		view_add(view, "cursor", cursor);
		view_write(view, "pages_next.html");
	}
	view_write(view, "pages_end.html");
	view_drop(view, before);
}

static void write_list(struct view *view, const struct tab *tab)
{
	char count[NUMBER_SIZE];
	size_t before = view->value_count;
	(void)snprintf(count, sizeof count, "%" PRIu64, view->page->total); /* it fits */
	view_add(view, "count", count);
	view_add(view, "what", view->page->total == 1 ? tab->count_of_one : tab->count);
	view_add(view, "nobody", tab->nobody);
	view_write(view, view->page->total == 0 ? "nobody.html" : "count.html");
	view_drop(view, before);
	if (view->page->count > 0) {
		write_people(view);
	}
	write_pages(view);
}

/* --- around it */

static void write_invite(struct view *view)
{
	const struct reply *reply = view->reply;
	char link[LINK_SIZE];
	size_t before = view->value_count;
	if ((reply->items & REPLY_INVITE) == 0) {
		view_write(view, "invite_none.html");
		return;
	}
	(void)snprintf(link, sizeof link, "%s/group/%s/invite/%s", view->site->public_url,
		reply_text(reply, reply->group.group.slug), reply_text(reply, reply->invite.code)); /* it fits */
	view_add(view, "link", link);
	view_write(view, "invite_link.html");
	view_drop(view, before);
	explicit_bzero(link, sizeof link);
}

void encode_moderate(struct view *view)
{
	const struct group *group = &view->reply->group.group;
	const struct tab *tab = find_tab(view);
	view_add_form_key(view);
	view_add_who(view);
	view_add(view, "slug", reply_text(view->reply, group->slug));
	view_add(view, "path", tab->path);
	view_add(view, "tab", tab->title);
	for (size_t i = 0; i < TABS_COUNT; i++) {
		view_add(view, TABS[i].current, &TABS[i] == tab ? "page" : "false");
	}
	view->part = tab->part;
	view_begin(view, reply_text(view->reply, group->name));
	view_write(view, "moderate_top.html");
	view_write_note(view);
	if (tab->form == PAGES_MEMBERS) {
		write_invite(view);
	}
	write_list(view, tab);
	view_write_visitor(view);
	view_end(view);
}
