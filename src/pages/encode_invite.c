/* The page behind an invite's link. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model/limits.h"
#include "pages/encode_group.h"
#include "text/markdown.h"
#include "text/time.h"

#define NUMBER_SIZE 24

static const char *kind_of(const struct group *group)
{
	if (group->is_private) {
		return "Private group";
	}
	return group->member_moderation ? "Moderated group" : "Open group";
}

/* Headings that belong below the page's own are two levels lower. The renderer writes every other '<' of the text as
 * a reference, so that only a heading's tag looks like one. */
static void lower_headings(char *html)
{
	for (char *tag = strchr(html, '<'); tag != NULL; tag = strchr(tag + 1, '<')) {
		char *letter = tag[1] == '/' ? tag + 2 : tag + 1;
		if (*letter == 'h' && letter[1] >= '1' && letter[1] <= '6') {
			letter[1] = letter[1] < '4' ? (char)(letter[1] + 2) : '6';
		}
	}
}

/* The one place where text goes out as HTML: the renderer has made it safe. */
static void write_description(struct view *view)
{
	const struct text description = view->reply->group.group.description;
	struct markdown rendered;
	if (description.length == 0) {
		return;
	}
	if (!markdown_render(reply_text(view->reply, description), description.length, &rendered)) {
		view->response->failed = true;
		return;
	}
	lower_headings(rendered.html);
	response_puts(view->response, "<div class=\"words\">\n");
	response_puts(view->response, rendered.html);
	response_puts(view->response, "</div>\n");
	markdown_finish(&rendered);
}

static void write_about(struct view *view)
{
	const struct group_view *group = &view->reply->group;
	char count[NUMBER_SIZE];
	size_t before = view->value_count;
	(void)snprintf(count, sizeof count, "%" PRIu64, group->member_count); /* it fits */
	view_add(view, "kind", kind_of(&group->group));
	view_add(view, "count", count);
	view_add(view, "members", group->member_count == 1 ? "member" : "members");
	view_add(view, "owner", view_name(&view->reply->texts, &group->owner));
	view_write(view, "group_about.html");
	view_drop(view, before);
	write_description(view);
}

/* What the visitor can do here depends on where he stands. */
static void write_standing(struct view *view)
{
	static const char *const files[STATE_COUNT] = {
		[STATE_NONE] = "invite_join.html",
		[STATE_REQUESTED] = "invite_requested.html",
		[STATE_INVITED] = "invite_invited.html",
		[STATE_MEMBER] = "invite_member.html",
		[STATE_BANNED] = "invite_join.html",
	};
	const struct membership *caller = &view->reply->group.caller;
	char since[TIME_TEXT_SIZE];
	time_write_rfc3339(caller->since, since);
	since[strcspn(since, "T")] = '\0';
	size_t before = view->value_count;
	view_add(view, "since", since);
	view_write(view, files[caller->state]);
	view_drop(view, before);
	if (caller->state == STATE_MEMBER && caller->role >= ROLE_ADMIN) {
		view_write(view, "invite_manager.html");
	}
}

void encode_invite(struct view *view)
{
	const struct group *group = &view->reply->group.group;
	view_add_form_key(view);
	view_add_who(view);
	view_add(view, "slug", reply_text(view->reply, group->slug));
	view_begin(view, reply_text(view->reply, group->name));
	view_write_note(view);
	write_about(view);
	write_standing(view);
	view_write_visitor(view);
	view_end(view);
}
