"""The pages about a group in a headless Chromium without scripts: who follows an invite's link, and who moderates.

Environment: JOINERYD, JOINERY, JOINERY_TEST_DIR, SCREENSHOTS."""
import contextlib
import json
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "live"))
from chromium import SCREENSHOTS, Browser, Driver, contrast  # noqa: E402
from server import ask, folder, joinery, lines, running  # noqa: E402

HOSTILE = "<script>alert(1)</script> & \"x\" {{name}}"
REASON = "Not <b>now</b>\n'later'"
DESCRIPTION = "We paint **everything**.\n\n<script>alert(1)</script>\n\n[a link](javascript:void) [here](https://example.org/)"
TAB = "\ue004"
ENTER = "\ue007"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONG = "L" + 58 * "o" + "ng"


def person(number, name=None):
    return {"kind": "user", "id": number, "username": f"user{number}", "name": name or f"User {number}",
            "email": None, "active": True}


def token(number):
    return {"kind": "token", "token": f"tok{number}", "user_id": number, "scope": "write", "active": True}


def group(number, name, private=False, moderated=False, description=None):
    return {"kind": "group", "id": number, "name": name, "slug": f"group-{number}", "description": description,
            "owner_user_id": 1, "member_moderation": moderated, "event_moderation": False, "is_private": private,
            "created_at": "2020-01-01T00:00:00Z"}


def membership(number, who, state, **more):
    return {"kind": "membership", "group_id": number, "user_id": who, "state": state,
            "since": "2024-02-03T04:05:06Z", **({"role": "member"} if state == "member" else {}), **more}


def state():
    """Ada owns all, user 2 is an admin, 3 a member, 4 and 5 ask, 6 is banned, 7 is invited, 8 is a stranger; group 4
    has more people than a page."""
    many = range(100, 160)
    return lines([
        person(1, "Ada Lovelace"), person(2), person(3), person(4, HOSTILE), person(5, LONG), person(6), person(7),
        person(8), *map(person, many), *map(token, range(1, 9)),
        {"kind": "token", "token": "reads", "user_id": 1, "scope": "read", "active": True},
        group(1, "Painters", moderated=True, description=DESCRIPTION), group(2, "Secret circle", private=True),
        group(3, HOSTILE[:60]), group(4, "Crowd", moderated=True), group(5, "Other"),
        membership(1, 2, "member", role="admin"), membership(1, 3, "member"),
        membership(1, 4, "requested", note=HOSTILE), membership(1, 5, "requested"),
        membership(1, 6, "banned", note=REASON, by=1, until="2999-01-01T00:00:00Z"), membership(1, 7, "invited", by=1),
        *[membership(4, who, "requested") for who in many],
        {"kind": "invite", "group_id": 1, "code": "code1", "created_at": "2024-01-01T00:00:00Z"},
        {"kind": "invite", "group_id": 2, "code": "code2", "created_at": "2024-01-01T00:00:00Z"},
        {"kind": "invite", "group_id": 3, "code": "code3", "created_at": "2024-01-01T00:00:00Z"},
    ])


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.driver = Driver()
        cls.stack.callback(cls.driver.close)
        cls.browser = Browser(cls.driver, cls.stack.enter_context(folder()))
        cls.stack.callback(cls.browser.close)

    def setUp(self):
        self.data = self.enterContext(folder()) + "/data"
        joinery(self.data, "import", "-", text=state())
        self.server = self.enterContext(running(self.data))
        self.site = f"http://127.0.0.1:{self.server.port}"
        self.browser.forget()

    def ask(self, method, path, body=None, who=None, headers=None):
        connection = self.server.connect()
        more = {"Authorization": f"Bearer tok{who}"} if who else {}
        if body is not None and not isinstance(body, str):
            body, more["Content-Type"] = json.dumps(body), "application/json"
        response = ask(connection, method, path, body, {**more, **(headers or {})})
        connection.close()
        return response

    def state_of(self, who, number=1):
        found = [json.loads(line) for line in joinery(self.data, "export", "-").splitlines()]
        states = [line for line in found if line["kind"] == "membership" and line["group_id"] == number
                  and line["user_id"] == who]
        return states[0] if states else {"state": "none"}

    def go(self, path):
        self.browser.go(self.site + path)

    def open_as(self, who, path):
        self.go(path)
        self.assertTrue(self.browser.url.startswith(f"{self.site}/sign-in?back="), self.browser.url)
        self.browser.type("#token", f"tok{who}" if isinstance(who, int) else who)
        self.browser.click("button[type=submit]")

    def text(self, selector="main"):
        return self.browser.text(selector)


class Invite(Case):
    def test_visitor_signs_in_comes_back_and_joins(self):
        self.open_as(8, "/group/group-1/invite/code1")
        self.assertEqual(self.browser.url, f"{self.site}/group/group-1/invite/code1")
        shown = self.text()
        for words in ["Painters", "Moderated group", "3 members", "Owner: Ada Lovelace", "We paint everything."]:
            self.assertIn(words, shown)
        self.browser.screenshot("invite")
        self.browser.click("button[value=join]")
        self.assertEqual(self.browser.url, f"{self.site}/group/group-1/invite/code1?note=joined")
        self.assertEqual(self.text("[role=status]"), "You are now a member of this group.")
        self.assertIn("You are a member of this group since", self.text())
        self.browser.screenshot("invite_joined")
        self.assertEqual(self.state_of(8)["state"], "member")
        self.assertEqual(self.browser.count("button[value=join]"), 0)

    def test_link_opens_a_private_group(self):
        self.open_as(8, "/group/group-2/invite/code2")
        self.assertIn("Private group", self.text())
        self.browser.click("button[value=join]")
        self.assertEqual(self.state_of(8, 2)["state"], "member")

    def test_invited_person_may_decline(self):
        self.open_as(7, "/group/group-1/invite/code1")
        self.assertIn("You were invited in person", self.text())
        self.browser.screenshot("invite_in_person")
        self.browser.click("button[value=decline]")
        self.assertEqual(self.text("[role=status]"), "You declined the invitation.")
        self.assertEqual(self.state_of(7)["state"], "none")
        self.assertEqual(self.browser.count("button[value=decline]"), 0)

    def test_who_waits_need_not_wait(self):
        self.open_as(4, "/group/group-1/invite/code1")
        self.assertIn("With this link you need not wait.", self.text())
        self.browser.click("button[value=join]")
        self.assertEqual(self.state_of(4)["state"], "member")

    def test_link_that_does_not_work_says_no_more_than_the_api(self):
        self.open_as(8, "/group/group-1/invite/wrong")
        self.assertIn("The invite is not valid.", self.text())
        self.assertNotIn("Painters", self.browser.source)
        self.browser.screenshot("invite_wrong")
        self.go("/group/group-1/invite/code2")
        self.assertIn("The invite is not valid.", self.text())
        self.go("/group/group-2/invite/code1")
        unseen = self.browser.source
        self.go("/group/nowhere/invite/code1")
        self.assertEqual(self.browser.source, unseen)
        self.assertIn("does not exist", self.text())

    def test_banned_person_is_told(self):
        self.open_as(6, "/group/group-1/invite/code1")
        self.assertIn("You have been banned from this group.", self.text())

    def test_texts_are_no_html(self):
        self.open_as(8, "/group/group-3/invite/code3")
        self.assertEqual(self.text("h1"), HOSTILE[:60].strip())
        self.go("/group/group-1/invite/code1")
        self.assertNotIn("<script", self.browser.source)
        self.assertNotIn('href="javascript:', self.browser.source)
        self.assertIn('href="https://example.org/" rel="nofollow noopener"', self.browser.source)

    def test_code_is_a_secret(self):
        answer = self.ask("GET", "/group/group-1/invite/code1")
        self.assertEqual(answer.getheader("Cache-Control"), "no-store")
        self.assertEqual(answer.getheader("Referrer-Policy"), "no-referrer")


class Moderation(Case):
    def list(self, name=""):
        return "/group/group-1/moderate" + name

    def unfold(self, word, who):
        """Opens what hides a form."""
        for i in range(self.browser.count("summary")):
            element = self.browser.call("POST", "/elements", {"using": "css selector", "value": "summary"})[i]
            path = "/element/" + next(iter(element.values()))
            if self.browser.call("GET", path + "/property/textContent") == f"{word} {who}":
                self.browser.call("POST", path + "/click", {})
                return
        self.fail(f"nothing to unfold: {word}: {who}")

    def button(self, value, who):
        return f"input[name=user_id][value='{who}'] ~ button[value={value}]"

    def test_requests_are_approved_discarded_and_denied_with_a_reason(self):
        self.open_as(2, self.list())
        self.assertIn("2 people wait to be let in.", self.text())
        self.assertIn(HOSTILE, self.text(".people > li blockquote"))
        self.browser.screenshot("requests")
        self.browser.click(self.button("approve", 5))
        self.assertEqual(self.state_of(5)["state"], "member")
        self.assertIn("1 person waits to be let in.", self.text())
        self.assertIn("The request was approved", self.text("[role=status]"))
        self.unfold("Deny with a reason", HOSTILE)
        self.browser.type("#deny-4", REASON)
        self.browser.screenshot("requests_deny")
        self.browser.click(self.button("deny", 4))
        self.assertEqual(self.state_of(4)["state"], "none")
        self.assertIn("Nobody waits to be let in.", self.text())
        mine = self.ask("GET", "/v3/me/requests", None, 4)
        self.assertEqual(json.loads(mine.text)["data"][0]["reason"].replace("\r\n", "\n"), REASON)
        self.browser.screenshot("requests_none")

    def test_request_is_discarded(self):
        self.open_as(1, self.list())
        self.browser.click(self.button("discard", 4))
        self.assertIn("The request was discarded.", self.text("[role=status]"))
        self.assertEqual(self.state_of(4)["state"], "none")

    def test_request_ends_in_a_ban_until_a_day(self):
        self.open_as(1, self.list())
        self.unfold("Ban", LONG)
        self.browser.type("#ban-5", REASON)
        self.browser.type("#until-5", "01022999")
        self.browser.screenshot("requests_ban")
        self.browser.click(self.button("ban", 5))
        banned = self.state_of(5)
        self.assertEqual((banned["state"], banned["until"]), ("banned", "2999-01-02T00:00:00Z"))
        self.go(self.list("/bans"))
        self.assertIn("2 people are banned.", self.text())
        self.assertIn("Until 2999-01-02 00:00 UTC", self.text())
        self.assertIn("By Ada Lovelace", self.text())
        self.browser.screenshot("bans")
        self.browser.click(self.button("lift", 5))
        self.assertEqual(self.state_of(5)["state"], "none")
        self.assertIn("The ban was lifted.", self.text("[role=status]"))

    def test_somebody_was_faster(self):
        self.open_as(1, self.list())
        self.ask("POST", "/v3/groups/1/requests/5/approve", {}, 2)
        self.browser.click(self.button("approve", 5))
        self.assertIn("Perhaps somebody was faster.", self.text("[role=alert]"))
        self.assertIn("1 person waits to be let in.", self.text())
        self.browser.screenshot("requests_faster")

    def test_bad_day_is_said_on_the_page(self):
        self.open_as(1, self.list("/members"))
        self.unfold("Ban", "User 3")
        self.browser.type("#until-3", "01012001")
        self.browser.click(self.button("ban", 3))
        self.assertIn("a ban must end in the future", self.text("[role=alert]"))
        self.assertEqual(self.state_of(3)["state"], "member")

    def test_owner_changes_roles_and_hands_the_group_over(self):
        self.open_as(1, self.list("/members"))
        self.browser.screenshot("members")
        self.browser.click(self.button("make-admin", 3))
        self.assertEqual(self.state_of(3)["role"], "admin")
        self.browser.click(self.button("make-member", 3))
        self.assertEqual(self.state_of(3)["role"], "member")
        self.unfold("Make owner", "User 3")
        self.browser.screenshot("members_owner")
        self.browser.click(self.button("make-owner", 3))
        self.assertEqual((self.state_of(3)["role"], self.state_of(1)["role"]), ("owner", "admin"))
        self.assertIn("The group has a new owner.", self.text("[role=status]"))
        self.assertEqual(self.browser.count("button[value=make-owner]"), 0)

    def test_admin_touches_members_only(self):
        self.open_as(2, self.list("/members"))
        self.assertEqual(self.browser.count("input[name=user_id][value='1']"), 0)
        self.unfold("Remove", "User 3")
        self.browser.click(self.button("remove", 3))
        self.assertEqual(self.state_of(3)["state"], "none")
        self.assertIn("The member was removed", self.text("[role=status]"))
        self.browser.click(self.button("make-member", 2))
        self.assertEqual(self.state_of(2)["role"], "member")
        self.assertIn("You are not allowed to do this.", self.text())

    def test_invite_link_is_shown_disabled_and_made_anew(self):
        self.open_as(1, self.list("/members"))
        self.assertEqual(self.browser.computed("#invite-link", "property/value"),
                         f"{self.site}/group/group-1/invite/code1")
        self.browser.click("button[value=disable-link]")
        self.assertIn("disabled", self.text("[role=status]"))
        self.browser.click("button[value=create-link]")
        link = self.browser.computed("#invite-link", "property/value")
        self.assertRegex(link, f"^{self.site}/group/group-1/invite/[2-9a-z]{{16}}$")
        self.browser.screenshot("invite_link")
        self.browser.go(link)
        self.assertIn("You are a member", self.text())

    def test_long_list_goes_on_behind_a_link(self):
        self.open_as(1, "/group/group-4/moderate")
        seen = []
        self.assertIn("60 people wait to be let in.", self.text())
        for count in [25, 25, 10]:
            self.assertEqual(self.browser.count(".people > li"), count)
            seen += re.findall('name="user_id" value="([0-9]+)">\n<button type="submit" name="action" value="approve"',
                               self.browser.source)
            if count == 25:
                self.browser.click("a[rel=next]")
        self.assertEqual(seen, [str(who) for who in range(100, 160)])
        self.browser.screenshot("requests_last")
        self.browser.click(self.button("approve", 155))
        self.assertEqual(self.browser.count(".people > li"), 9)
        self.browser.click("nav.pages a")
        self.assertEqual(self.browser.count(".people > li"), 25)

    def test_only_managers_see_it(self):
        self.open_as(3, self.list())
        self.assertIn("You are not allowed to do this.", self.text())
        self.go("/group/group-2/moderate/bans")
        self.assertIn("does not exist", self.text())
        self.go(self.list() + "?after=x")
        self.assertIn("Invalid value of parameter: after.", self.text())

    def test_token_that_only_reads_changes_nothing(self):
        self.open_as("reads", self.list())
        self.browser.click(self.button("approve", 5))
        self.assertIn("The token may only read.", self.text())
        self.assertEqual(self.state_of(5)["state"], "requested")
        self.assertEqual(self.browser.count("form[action='/sign-out']"), 1)

    def test_form_of_another_site_is_refused(self):
        self.open_as(1, self.list())
        cookie = {"Cookie": "joinery=" + self.browser.cookies()["joinery"]["value"], **FORM}
        for path, body in [(self.list(), "action=approve&user_id=5"), (self.list("/members"), "action=disable-link"),
                           (self.list(), "action=approve&user_id=5&form_key=" + 64 * "0"),
                           ("/group/group-3/invite/code3", "action=join")]:
            self.assertEqual(self.ask("POST", path, body, None, cookie).outcome, "form_refused")
        self.assertEqual(self.state_of(5)["state"], "requested")

    def test_keyboard_alone_suffices(self):
        self.open_as(1, self.list())
        wanted = ["Requests", "Members", "Bans", f"Approve {HOSTILE}", f"Discard the request of {HOSTILE}",
                  f"Deny with a reason {HOSTILE}"]
        met = []
        while not met or met[-1] != wanted[-1]:
            self.browser.press(TAB)
            met.append(self.browser.focus)
            self.assertLess(len(met), 20, met)
        self.assertEqual(met, wanted)
        self.browser.press(ENTER + TAB + "no" + TAB)
        self.assertEqual(self.browser.focus, f"Deny {HOSTILE}")
        self.browser.screenshot("keyboard")
        self.browser.await_page(lambda: self.browser.press(ENTER))
        self.assertEqual(self.state_of(4)["state"], "none")
        self.assertIn("The request was denied.", self.text("[role=status]"))

    def colours(self, selector, what):
        return [int(number) for number in re.findall(r"\d+", self.browser.computed(selector, f"css/{what}"))[:3]]

    def test_words_stand_out_on_light_and_dark(self):
        self.open_as(1, self.list("/members"))
        self.go(self.list("/members") + "?note=removed")
        for name, background in [("light", (255, 255, 255)), ("dark", (18, 18, 18))]:
            for selector in ["h1", ".tabs a", ".username", "[role=status]", "summary", "button.quiet"]:
                colour = self.colours(selector, "color")
                self.assertGreaterEqual(contrast(colour, background), 4.5, (name, selector, colour))
            for selector in ["button.danger", ".initials"]:
                pair = [self.colours(selector, what) for what in ("color", "background-color")]
                self.assertGreaterEqual(contrast(*pair), 4.5, (name, selector, pair))
            self.browser.screenshot(f"members_{name}")
            self.browser.darken()

    def test_pages_fit_a_phone(self):
        self.browser.narrow(320)
        self.open_as(1, "/group/group-1/invite/code1")
        for name, path in [("invite", "/group/group-1/invite/code1"), ("requests", self.list()),
                           ("members", self.list("/members")), ("bans", self.list("/bans")), ("home", "/")]:
            self.go(path)
            for i in range(self.browser.count("summary")):
                self.browser.toggle("details:not([open]) summary")
            self.assertLessEqual(self.browser.content_width(), 320, name)
            self.browser.screenshot(f"{name}_320")


if __name__ == "__main__":
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    unittest.main()
