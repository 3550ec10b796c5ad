"""The mutant score: programs with one planted fault each are given the same generated calls as the good one. Each must end
with 1, and its report must name the fault: a call that differs with the method, the kind and the path that EXPECTED
says (the beginnings of them; "" is anything).

Usage: mutants.py PROGRAM... (joinery itself among them, which must end with 0)"""
import json
import pathlib
import subprocess
import sys
import tempfile

CALLS, SEED = 20000, 1
TIMEOUT_S = 120
EXPECTED = {
    "admin_may_not_manage": ("", "outcome", ""),
    "attribute_missing": ("group.", "field", "group.is_private"),
    "attribute_wrong": ("group.", "field", "group.owner_user_id"),
    "ban_elsewhere": ("PUT /v3/groups/{id}/bans", "field", "Location"),
    "ban_ends_late": ("PUT /v3/groups/{id}/bans", "field", "read again.until"),
    "ban_not_checked": ("group.join", "outcome", ""),
    "caveats_not_checked": ("POST /user/groups/join", "outcome", ""),
    "challenge_missing": ("", "field", "WWW-Authenticate"),
    "change_doubled": ("group.join", "state", "change"),
    "change_missing": ("group.leave", "state", "change"),
    "deactivated_token_works": ("", "outcome", ""),
    "decision_kept": ("group.join", "state", ""),
    "description_lost_on_edit": ("group.edit", "state", "group_text"),
    "duplicate_name_taken": ("group.", "outcome", ""),
    "edit_without_time": ("group.edit", "state", "group "),
    "end_of_ban_lost": ("at the end", "check", "fsck"),
    "entity_escaped_twice": ("group.", "field", "group.description"),
    "entity_not_escaped": ("group.", "field", "reply"),
    "fields_of_edit_missing": ("", "state", "change"),
    "flag_inverted": ("group.", "state", "group "),
    "forged_invite_taken": ("POST /user/groups/join", "outcome", ""),
    "group_type_forgotten": ("POST /", "state", "group"),
    "index_not_updated": ("at the end", "check", "fsck"),
    "invitation_stays": ("group.join", "state", "invitation"),
    "invite_lives_longer": ("POST /", "state", "invite_token"),
    "json_form_wrong": ("group.", "field", "group.member_count"),
    "last_member_not_listed": ("", "field", ""),
    "leave_keeps_the_member": ("", "state", "member"),
    "location_of_another_group": ("POST /v3/groups", "field", "Location"),
    "member_count_off_by_one": ("group.", "field", "group.member_count"),
    "message_lost": ("POST /v3/groups/{id}/members", "field", "read again.message"),
    "moderation_forgotten": ("group.join", "outcome", ""),
    "next_page_not_told": ("group.getMembers", "field", "member[]"),
    "no_heir": ("group.leave", "state", "group"),
    "no_limit_of_groups": ("group.", "outcome", ""),
    "onezone_denies_members": ("", "outcome", ""),
    "onezone_type_missing": ("GET /", "field", "group.type"),
    "order_not_folded": ("group.getMyGroups", "field", "order"),
    "order_swapped": ("group.getMyGroups", "field", ""),
    "owner_not_first": ("", "field", "order"),
    "page_repeats_a_row": ("", "field", "member[] twice"),
    "page_skips_a_row": ("group.getMembers", "field", ""),
    "private_group_shown": ("group.", "outcome", ""),
    "queue_entry_lost": ("group.join", "state", "member"),
    "read_of_several_writes": ("at the end", "state", "secret"),
    "read_token_writes": ("group.", "outcome", ""),
    "reason_of_ban_lost": ("PUT /v3/groups/{id}/bans", "field", "read again.reason"),
    "refused_call_writes": ("group.leave", "state", ""),
    "repeat_applied_twice": ("", "field", "reply to the repeated call"),
    "role_dropped": ("PATCH ", "field", "read again."),
    "roster_not_updated": ("at the end", "check", "fsck"),
    "secret_cached": ("POST /groups/{id}/users/token", "field", "Cache-Control"),
    "suspended_person_acts": ("", "outcome", ""),
    "time_off_by_one": ("", "state", "member"),
    "timestamp_wrong": ("group.", "field", "group.timestamp"),
    "token_spent_twice": ("POST /user/groups/join", "state", "invite_token"),
    "use_not_spent": ("POST /user/groups/join", "state", "invite_token"),
    "waiting_people_counted": ("", "field", "total_count"),
    "wrong_actor": ("", "state", "change"),
    "wrong_location": ("POST /user/groups", "field", "Location"),
    "wrong_parameter_named": ("", "field", "error.parameter"),
    "wrong_sentence": ("group.join", "field", "error"),
    "wrong_sentence_of_v3": ("PUT /v3/groups/{id}/bans", "field", "error"),
    "wrong_status": ("group.join", "status", ""),
    "wrong_status_of_delete": ("", "status", ""),
}


def run(program, folder):
    """The exit status, and the calls that the report shows."""
    path = pathlib.Path(folder, "report.json")
    done = subprocess.run([program, "twin", f"--generate={CALLS}", f"--seed={SEED}", f"--json={path}"],
                          stdout=subprocess.DEVNULL, check=False, timeout=TIMEOUT_S)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return done.returncode, [line for line in lines if isinstance(line.get("differences"), list)]


def names(calls, expected):
    method, kind, path = expected
    return any(call["method"].startswith(method) and difference["kind"] == kind
               and (difference.get("path") or "").startswith(path)
               for call in calls for difference in call["differences"])


def seen(calls):
    return sorted({f'{call["method"]}: {difference["kind"]} {difference.get("path") or ""}'
                   for call in calls for difference in call["differences"]})


def judge(program, folder):
    """Whether the mutant is caught and named; the good program must not be caught."""
    name = pathlib.Path(program).name.removeprefix("mutant_")
    status, calls = run(program, folder)
    if name == "joinery":
        return status == 0 and not calls, name, seen(calls)
    return status == 1 and names(calls, EXPECTED[name]), name, seen(calls)


def main():
    caught = 0
    programs = sys.argv[1:]
    assert {pathlib.Path(p).name.removeprefix("mutant_") for p in programs} == {*EXPECTED, "joinery"}
    with tempfile.TemporaryDirectory(prefix="joinery-mutants-") as folder:
        for program in programs:
            good, name, found = judge(program, folder)
            caught += good and name != "joinery"
            if not good:
                print(f"{name}: not named as {EXPECTED.get(name)}; the report has", *found or ["nothing"], sep="\n    ")
                if name == "joinery":
                    return 1
    print(f"mutants caught and named: {caught} of {len(EXPECTED)}")
    return 0 if caught == len(EXPECTED) else 1


if __name__ == "__main__":
    sys.exit(main())
