"""Generated calls: fifty thousand that change the state agree in all APIs, and with the others reach every outcome that two
of them share; reports are the same for any number of threads, and a single sequence can be played again.

Usage: generate.py JOINERY WRITES"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

CALLS, FEW, MANY = 1, 4000, 50000
THREADS = 2
# Kind of step: how its calls are answered, each at least once.
REACHED = {
    "join": "joined queued already_queued already_member banned no_such_group too_many_groups not_allowed "
            "invite_invalid invalid_parameter unacceptable_value api_key_missing api_key_invalid token_missing "
            "token_invalid caller_suspended scope_insufficient malformed_body no_such_path malformed "
            "unsupported_type",
    "join by token": "joined already_member banned no_such_group too_many_groups invite_invalid parameter_missing "
            "invalid_parameter token_missing token_invalid caller_suspended scope_insufficient malformed_body "
            "unsupported_type",
    "leave": "left not_a_member no_such_group not_allowed api_key_missing api_key_invalid token_missing "
            "token_invalid caller_suspended scope_insufficient no_such_path malformed method_not_allowed "
            "unsupported_type",
    "add": "group_created too_many_groups duplicate_name parameter_missing invalid_parameter unacceptable_value "
            "api_key_missing api_key_invalid token_missing token_invalid caller_suspended_adding "
            "scope_insufficient malformed_body unsupported_type",
    "edit": "group_edited no_group_to_edit not_allowed duplicate_name parameter_missing invalid_parameter "
            "unacceptable_value api_key_missing api_key_invalid token_missing token_invalid caller_suspended "
            "scope_insufficient precondition_failed malformed_body malformed method_not_allowed unsupported_type",
    "delete": "group_deleted no_such_group not_allowed token_missing token_invalid caller_suspended "
            "scope_insufficient precondition_failed invalid_parameter",
    "info": "ok no_such_group no_group_found api_key_missing api_key_invalid token_invalid caller_suspended "
            "unsupported_type",
    "members": "ok no_such_group not_a_private_member api_key_missing api_key_invalid token_invalid caller_suspended "
            "token_missing",
    "member check": "ok no_such_group not_a_private_member member_not_found token_invalid caller_suspended no_such_path",
    "remove": "removed no_such_group not_allowed member_not_found owner_cannot_be_removed token_missing "
            "token_invalid caller_suspended scope_insufficient no_such_path malformed method_not_allowed",
    "my groups": "ok api_key_missing api_key_invalid token_missing token_invalid caller_suspended",
    "check token": "ok api_key_missing api_key_invalid token_not_found",
    "user info": "ok user_not_found token_invalid caller_suspended username_not_found api_key_invalid",
    "mint": "token_minted no_such_group not_allowed user_unacceptable invalid_parameter unacceptable_value "
            "token_missing token_invalid caller_suspended scope_insufficient malformed_body no_such_path "
            "malformed unsupported_type",
    "revoke": "token_revoked no_such_group not_allowed invite_token_not_found token_missing token_invalid "
            "caller_suspended scope_insufficient",
    "code create": "invite_created invite_exists no_such_group not_allowed token_missing token_invalid caller_suspended "
            "scope_insufficient",
    "code delete": "invite_deleted no_such_group not_allowed token_missing token_invalid caller_suspended "
            "scope_insufficient",
    "approve": "approved no_such_group too_many_groups not_allowed user_not_found request_not_pending "
            "invalid_parameter token_missing token_invalid caller_suspended scope_insufficient malformed",
    "deny": "denied no_such_group not_allowed user_not_found request_not_pending invalid_parameter token_invalid "
            "caller_suspended scope_insufficient malformed",
    "discard": "discarded no_such_group not_allowed request_not_pending invalid_parameter token_invalid "
            "caller_suspended",
    "withdraw": "request_withdrawn no_such_group not_allowed request_not_found token_missing token_invalid "
            "caller_suspended",
    "invite": "invited added invitation_pending already_member no_such_group not_allowed user_unacceptable "
            "cannot_invite_banned parameter_missing malformed_body token_missing token_invalid caller_suspended "
            "scope_insufficient malformed",
    "cancel": "invitation_cancelled no_such_group not_allowed invitation_not_pending invitation_not_found "
            "token_invalid caller_suspended scope_insufficient",
    "decline": "invitation_declined no_such_group not_allowed invitation_not_found token_invalid caller_suspended "
            "scope_insufficient",
    "ban": "ban_created ban_changed no_such_group not_allowed user_not_found cannot_ban_self unacceptable_value "
            "token_missing token_invalid caller_suspended scope_insufficient malformed",
    "unban": "ban_lifted not_banned no_such_group not_allowed user_not_found token_invalid caller_suspended "
            "scope_insufficient malformed",
    "set role": "role_changed role_unchanged ownership_transferred no_such_group not_allowed member_not_found "
            "owner_must_transfer new_owner_suspended unacceptable_value token_missing token_invalid "
            "caller_suspended scope_insufficient malformed",
    "suspend": "user_changed not_allowed user_not_found invalid_parameter token_missing token_invalid "
            "caller_suspended scope_insufficient",
    "get token": "ok api_key_invalid frob_invalid method_not_found",
    "put user": "user_added user_changed not_allowed duplicate_name parameter_missing unacceptable_value "
            "token_invalid caller_suspended",
    "add token": "user_token_minted not_allowed user_not_found invalid_parameter unacceptable_value token_invalid "
            "caller_suspended",
    "drop token": "user_token_revoked not_allowed user_token_not_found token_missing token_invalid caller_suspended "
            "scope_insufficient",
}
# Outcomes that no generated call has: why not.
OUT_OF_REACH = {
    "of pages, which no API has": "sign_in_needed signed_in sign_in_refused signed_out visitor_unknown form_refused "
            "application_unknown application_approved frob_shown",
    "of connections, before there is a call": "request_timeout header_too_large uri_too_long too_large not_implemented "
            "preflight",
    "of a server under load, or whose disk fails: a call is run on rows in memory, alone": "rate_limited busy stopping "
            "store_failed store_full not_ready",
    "of calls that only v3 has and that only read: they move nothing": "ban_not_found no_invite changes_gone not_modified",
    "of an Idempotency-Key that stands on two different requests: each key is used for one": "idempotency_mismatch",
}

def run(folder, calls, *words):
    """The exit status, the report, the outcomes by kind of step, and what is printed."""
    report, outcomes = pathlib.Path(folder, "report.json"), pathlib.Path(folder, "outcomes")
    done = subprocess.run([JOINERY, "twin", f"--generate={calls}", f"--json={report}", f"--outcomes={outcomes}", *words],
                          stdout=subprocess.PIPE, check=False)
    reached = {}
    for line in outcomes.read_text().splitlines():
        kind, outcome, count = line.split("\t")
        reached.setdefault(kind, {})[outcome] = int(count)
    return done.returncode, report.read_bytes(), reached, done.stdout


class Generated(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="joinery-generate-")
        self.addCleanup(self.folder.cleanup)

    def test_all_apis_agree_and_every_shared_outcome_is_reached(self):
        status, report, reached, said = run(self.folder.name, CALLS, f"--writes={WRITES}", "--seed=1",
                                            f"--threads={THREADS}")
        end = json.loads(report.splitlines()[-1])
        self.assertEqual((status, end["differs"], end["noise"]), (0, 0, 0))
        self.assertGreaterEqual(end["calls_changed"], WRITES)
        self.assertGreater(end["calls_changed"], end["calls_kept"] + end["calls_read"], "most of what is compared are writes")
        self.assertIn(f"calls that have a twin: {end['calls_changed']:,} changed the state".encode(), said)
        calls = sum(count for outcomes in reached.values() for count in outcomes.values())
        self.assertLess(end["without_twin"], calls // 4)
        self.assertTrue(WRITES < MANY or self.lacks(reached) == [], self.lacks(reached))

    def lacks(self, reached):
        """What should have been reached; what is in no table, or in the wrong one."""
        missing = [f"{kind}: {outcome}" for kind, outcomes in REACHED.items() for outcome in outcomes.split()
                   if outcome not in reached.get(kind, {})]
        table = subprocess.run([JOINERY, "outcomes"], stdout=subprocess.PIPE, text=True, check=True).stdout
        known = {name for row in table.splitlines()[2:] for name in row.split("|")[1].replace(",", " ").split()}
        out_of_reach = {name for names in OUT_OF_REACH.values() for name in names.split()}
        seen = {outcome for outcomes in reached.values() for outcome in outcomes}
        return missing + [f"{name}: in reach or not?" for name in sorted(known ^ (seen | out_of_reach) | (seen & out_of_reach))]

    def test_threads_change_nothing_but_the_time(self):
        first = run(self.folder.name, FEW, "--seed=5", "--threads=1")
        self.assertEqual(first, run(self.folder.name, FEW, "--seed=5", "--threads=5"))
        self.assertNotEqual(first[1], run(self.folder.name, FEW, "--seed=6")[1])

    def test_writes_are_counted_whatever_the_threads(self):
        first = run(self.folder.name, 1, "--writes=1000", "--seed=5", "--threads=1")
        self.assertEqual(first, run(self.folder.name, 1, "--writes=1000", "--seed=5", "--threads=5"))
        changed = json.loads(first[1].splitlines()[-1])["calls_changed"]
        self.assertTrue(1000 <= changed < 1250, changed)

    def test_one_sequence_is_played_again(self):
        status, report, _, _ = run(self.folder.name, FEW, "--seed=5", "--line=1100")
        numbers = [json.loads(line).get("first") for line in report.splitlines()]
        self.assertEqual(status, 0)
        self.assertTrue(all(1000 < number <= 1250 for number in numbers if number))

    def test_wrong_words_are_refused(self):
        for words in (["--generate=0"], ["--generate=x"], ["--generate"], ["--generate=5", "--threads=0"],
                      ["--generate=5", "--writes=0"],
                      ["--generate=5", "--seed=-1"], ["--generate=5", "more"], ["--generate=5", "--generate=6"]):
            done = subprocess.run([JOINERY, "twin", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            said = done.stderr.decode().splitlines()
            self.assertEqual((done.returncode, said[0][:15], said[1][:6]), (2, "joinery: twin: ", "usage:"), words)


if __name__ == "__main__":
    JOINERY, WRITES = sys.argv.pop(1), int(sys.argv.pop(1))
    unittest.main()
