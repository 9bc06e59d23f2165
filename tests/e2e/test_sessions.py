"""Sessions and the admin API: many clients on one replay, each with its own progress and verdict."""

import json
import urllib.error
import urllib.request

import sigv4
import support
import tape

SCENARIO = "types/mock"


def admin(url, method, path, body=None):
    """(status, JSON) of a call to the admin API."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url + "/_gwtape/" + path, data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=support.HANG_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


class Sessions(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, SCENARIO)
        self.calls = tape.calls(tape.load(self.cassettes, SCENARIO))

    def replay(self, *args):
        return self.serve("replay", "--cassettes", self.cassettes, "--scenario", SCENARIO, "--allow-unused", *args)

    def put_and_get(self, url, **signing):
        return [sigv4.perform(url, call, **signing) for call in self.calls]

    def test_access_keys_tell_sessions_apart(self):
        server = self.replay("--session-by", "access-key", "--strict")
        for key in ("AKIDONE", "AKIDTWO"):
            verdicts = [answer.verdict for answer in self.put_and_get(server.url, access_key=key)]
            self.assertEqual(verdicts, ["MATCH"] * len(verdicts), key)
        again = sigv4.perform(server.url, self.calls[0], access_key="AKIDONE")
        self.assertEqual((again.status, again.verdict), (422, "ALREADY_CONSUMED"))
        status, listed = admin(server.url, "GET", "sessions")
        self.assertEqual(status, 200)
        self.assertEqual([(s["id"], s["matched"], s["broken"]) for s in listed["sessions"]],
                         [("AKIDONE", 2, 1), ("AKIDTWO", 2, 0)])
        self.assertEqual(admin(server.url, "POST", "sessions/AKIDTWO/verify")[0], 200)
        status, report = admin(server.url, "POST", "sessions/AKIDONE/verify")
        self.assertEqual(status, 422)
        self.assertEqual([e["verdict"] for e in report["journal"]["entries"]], ["MATCH", "MATCH", "ALREADY_CONSUMED"])
        self.assertExit(server.stop(), 1)

    def test_a_path_prefix_tells_sessions_apart_and_is_signed(self):
        server = self.replay("--session-by", "path")
        verdicts = [answer.verdict for answer in self.put_and_get(server.url + "/session/a%20b")]
        self.assertEqual(verdicts, ["MATCH"] * len(verdicts))
        self.assertEqual(admin(server.url, "POST", "sessions/a%20b/verify")[0], 200)
        lost = sigv4.perform(server.url, self.calls[0])
        self.assertEqual((lost.status, lost.verdict), (422, "WRONG_SESSION"))
        self.assertIn("/session/ID", lost.json()["message"])
        self.assertExit(server.stop(), 1)

    def test_a_session_that_is_no_utf8_is_listed_as_json(self):
        server = self.replay("--session-by", "path")
        self.put_and_get(server.url + "/session/%ff")
        self.assertEqual([s["id"] for s in admin(server.url, "GET", "sessions")[1]["sessions"]], ["\ufffd"])

    def test_a_sessions_name_is_one_word_of_its_row(self):
        report = self.scratch / "report.txt"
        server = self.replay("--session-by", "path", "--report", "text:%s" % report)
        self.put_and_get(server.url + "/session/a%0Aok%1B[2J")
        server.stop()
        rows = [line for line in report.read_text(encoding="utf-8").split("\n") if not line.startswith("summary ")]
        self.assertEqual([row.split(" ")[0] for row in rows if row and row[0] != " "], ["ok", "ok"])
        self.assertIn(" session=a\\u{a}ok\\u{1b}[2J", rows[0])

    def test_verifying_a_session_without_calls_is_no_success(self):
        server = self.replay("--session-by", "header")
        self.assertEqual(admin(server.url, "POST", "sessions", {"id": "quiet"})[0], 201)
        status, report = admin(server.url, "POST", "sessions/quiet/verify")
        self.assertEqual((status, report["ok"]), (422, False))
        self.assertEqual(admin(server.url, "POST", "sessions/nobody/verify")[0], 404)
        for body in ({}, {"id": ""}, {"id": 1}, {"id": "x" * 1025}, [], "x"):
            self.assertEqual(admin(server.url, "POST", "sessions", body)[0], 400, body)
        self.assertExit(server.stop(), 5)

    def test_the_one_session_is_called_default(self):
        server = self.replay()
        self.put_and_get(server.url)
        status, report = admin(server.url, "POST", "sessions/default/verify")
        self.assertEqual((status, report["ok"], report["unused"]), (200, True, []))
        self.assertEqual(admin(server.url, "POST", "sessions", {"id": "x"})[0], 409)
        self.assertExit(server.stop(), 0)

    def test_a_reset_between_tests_leaves_the_runs_result_as_it_was(self):
        report = self.scratch / "report.json"
        server = self.serve("replay", "--cassettes", self.cassettes, "--scenario", SCENARIO, "--report",
                            "json:%s" % report)
        for path in ("reset", "sessions/default/reset"):
            self.put_and_get(server.url)
            self.assertEqual(admin(server.url, "POST", path)[0], 200)
        self.assertExit(server.stop(), 0)
        self.assertEqual(support.read_json(report)["unused"], [])

    def test_verifying_after_a_reset_shows_nothing_of_before(self):
        server = self.replay("--session-by", "access-key")
        wrong = dict(self.calls[0], input=dict(self.calls[0]["input"], timeoutInMillis=1))
        for path in ("sessions/AKIDONE/reset", "reset"):
            sigv4.perform(server.url, wrong, access_key="AKIDONE")
            status, report = admin(server.url, "POST", "sessions/AKIDONE/verify")
            self.assertEqual((status, [e["ok"] for e in report["journal"]["entries"]]), (422, [False]))
            admin(server.url, "POST", path)
            self.put_and_get(server.url, access_key="AKIDONE")
            status, report = admin(server.url, "POST", "sessions/AKIDONE/verify")
            self.assertEqual((status, [e["ok"] for e in report["journal"]["entries"]]), (200, [True, True]))
            admin(server.url, "POST", "sessions/AKIDONE/reset")
        self.assertExit(server.stop(), 1)

    def test_the_journal_of_the_default_session(self):
        server = self.replay()
        self.put_and_get(server.url)
        status, journal = admin(server.url, "GET", "journal?session=default")
        self.assertEqual((status, len(journal["entries"])), (200, len(self.calls)))

    def test_the_journal_lists_what_came_and_reset_forgets_it(self):
        server = self.replay()
        self.put_and_get(server.url)
        wrong = dict(self.calls[0], input=dict(self.calls[0]["input"], timeoutInMillis=1))
        refused = sigv4.perform(server.url, wrong)
        status, journal = admin(server.url, "GET", "journal")
        self.assertEqual([e["ok"] for e in journal["entries"]], [True, True, False])
        self.assertEqual(journal["total"], 3)
        status, unmatched = admin(server.url, "GET", "unmatched")
        self.assertEqual(len(unmatched["entries"]), 1)
        self.assertIn("/timeoutInMillis", unmatched["entries"][0]["text"])
        self.assertEqual(unmatched["entries"][0]["text"], refused.json()["message"])
        self.assertEqual(len(admin(server.url, "GET", "journal?limit=1")[1]["entries"]), 1)
        self.assertEqual(len(admin(server.url, "GET", "journal?after=2")[1]["entries"]), 1)
        self.assertEqual(admin(server.url, "GET", "journal?limit=x")[0], 400)
        self.assertEqual(admin(server.url, "POST", "reset")[0], 200)
        self.assertEqual(admin(server.url, "GET", "journal")[1]["entries"], [])

    def test_a_long_path_is_kept_whole(self):
        server = self.replay()
        for length, verdict in ((60, "MATCH"), (3000, "UNKNOWN_ID")):  # no id has more than 64 characters
            call = dict(self.calls[0], input=dict(self.calls[0]["input"], restApiId="a" * length))
            self.assertEqual(sigv4.perform(server.url, call).verdict, verdict)
            entry = admin(server.url, "GET", "journal?limit=1")[1]["entries"][0]
            self.assertEqual((entry["path"], entry.get("cut")), (sigv4.http_request(call)[1], None))

    def test_unknown_paths_and_methods_are_told_apart(self):
        server = self.replay()
        self.assertEqual(admin(server.url, "GET", "nope")[0], 404)
        self.assertEqual(admin(server.url, "DELETE", "health")[0], 405)
        status, health = admin(server.url, "GET", "health")
        self.assertEqual((status, health["status"], health["cassettes"]), (200, "ok", 1))


class Selection(support.TestCase):
    """Sessions that are limited to some scenarios."""

    def setUp(self):
        super().setUp()
        self.cassettes = support.SOURCE / "cassettes"
        self.get = {"operation": "GetIntegration", "input": {"restApiId": "abc", "resourceId": "def", "httpMethod": "GET"}}

    def replay(self, *args):
        return self.serve("replay", "--cassettes", self.cassettes, *args)

    def test_a_selection_settles_what_is_ambiguous_and_is_lifted_again(self):
        server = self.replay()
        self.assertEqual(sigv4.perform(server.url, self.get).verdict, "AMBIGUOUS_SCENARIO")
        for scenario in ("get/missing-integration", "get/missing-method"):
            status, session = admin(server.url, "PUT", "sessions/default/scenarios", {"scenarios": [scenario]})
            self.assertEqual((status, session["scenarios"]), (200, [scenario]))
            self.assertEqual(sigv4.perform(server.url, self.get).verdict, "MATCH", scenario)
            entry = admin(server.url, "GET", "journal?limit=1")[1]["entries"][0]
            self.assertEqual(entry["scenario"], scenario)
        status, session = admin(server.url, "DELETE", "sessions/default/scenarios")
        self.assertEqual((status, session["scenarios"]), (200, None))
        self.assertEqual(admin(server.url, "POST", "sessions/default/reset")[0], 200)
        self.assertEqual(sigv4.perform(server.url, self.get).verdict, "AMBIGUOUS_SCENARIO")
        self.assertExit(server.stop(), 1)

    def test_a_group_may_be_selected_and_what_is_no_name_is_an_error_that_changes_nothing(self):
        server = self.replay()
        status, session = admin(server.url, "PUT", "sessions/default/scenarios", {"scenarios": ["types", "get/missing-api"]})
        self.assertEqual((status, session["scenarios"]), (200, ["types", "get/missing-api"]))
        for body, wanted in (({"scenarios": ["types", "no/such"]}, 422), ({"scenarios": [""]}, 422), ({"scenarios": []}, 400),
                             ({"scenarios": "types"}, 400), ({"scenarios": [1]}, 400), ({}, 400), (None, 400), ([], 400),
                             ({"scenarios": ["types\0x"]}, 400), ({"scenarios": ["types"] * 1001}, 400)):
            status, answer = admin(server.url, "PUT", "sessions/default/scenarios", body)
            self.assertEqual((status, list(answer)), (wanted, ["message"]), body)
        self.assertIn("'no/such'", admin(server.url, "PUT", "sessions/default/scenarios",
                                         {"scenarios": ["no/such"]})[1]["message"])
        self.assertEqual(admin(server.url, "GET", "sessions/default")[1]["scenarios"], ["types", "get/missing-api"])
        self.assertEqual(admin(server.url, "PUT", "sessions/nobody/scenarios", {"scenarios": ["types"]})[0], 404)
        self.assertEqual(admin(server.url, "GET", "sessions/default/scenarios")[0], 405)

    def test_what_matches_nothing_names_the_nearest(self):
        server = self.replay()
        put = tape.calls(tape.load(self.cassettes, SCENARIO))[0]
        sigv4.perform(server.url, dict(put, input=dict(put["input"], type="MOCKED")))
        row = admin(server.url, "GET", "unmatched")[1]["entries"][0]
        nearest = row["nearest"]
        self.assertEqual(len(nearest), 3)
        self.assertEqual((nearest[0]["scenario"], nearest[0]["interaction"], nearest[0]["verdict"], nearest[0]["differences"]),
                         (row["scenario"], row["interaction"], row["verdict"], len(row["differences"])))
        for other in nearest[1:]:
            self.assertIn("%s#%s" % (other["scenario"], other["interaction"]), row["text"])

    def test_sessions_have_selections_of_their_own(self):
        server = self.replay("--session-by", "access-key")
        for key, scenario in (("AKIDONE", "get/missing-integration"), ("AKIDTWO", "get/missing-method")):
            status, session = admin(server.url, "POST", "sessions", {"id": key, "scenarios": [scenario]})
            self.assertEqual((status, session["id"], session["scenarios"]), (201, key, [scenario]))
            self.assertEqual(sigv4.perform(server.url, self.get, access_key=key).verdict, "MATCH", key)
        self.assertEqual(admin(server.url, "POST", "sessions", {"id": "none", "scenarios": ["no/such"]})[0], 422)
        status, answer = admin(server.url, "POST", "sessions", {"id": "none", "scenarios": ["\u00e9" * 2000]})
        self.assertEqual((status, "\u00e9" * 2000 in answer["message"]), (422, True))
        self.assertEqual(admin(server.url, "GET", "sessions/none")[0], 404, "it was not opened")
        other = sigv4.perform(server.url, self.get, access_key="AKIDTHREE")
        self.assertEqual(other.verdict, "AMBIGUOUS_SCENARIO")
        self.assertEqual([e["scenario"] for e in admin(server.url, "GET", "journal")[1]["entries"][:2]],
                         ["get/missing-integration", "get/missing-method"])

    def test_verifying_fails_when_a_selected_scenario_was_not_called_through(self):
        server = self.replay()
        put, get = tape.calls(tape.load(self.cassettes, SCENARIO))
        admin(server.url, "PUT", "sessions/default/scenarios", {"scenarios": [SCENARIO]})
        sigv4.perform(server.url, put)
        status, report = admin(server.url, "POST", "sessions/default/verify")
        self.assertEqual((status, report["ok"], report["unused"]),
                         (422, False, [{"scenario": SCENARIO, "interaction": get["id"]}]))
        self.assertIn("unused", report["message"])
        sigv4.perform(server.url, get)
        status, report = admin(server.url, "POST", "sessions/default/verify")
        self.assertEqual((status, report["ok"], report["unused"]), (200, True, []))
        admin(server.url, "POST", "sessions/default/reset")
        self.assertIsNone(admin(server.url, "GET", "sessions/default")[1]["scenarios"])
        self.assertExit(server.stop(), 0)

    def test_allow_unused_lists_and_does_not_fail(self):
        server = self.replay("--allow-unused")
        put = tape.calls(tape.load(self.cassettes, SCENARIO))[0]
        admin(server.url, "PUT", "sessions/default/scenarios", {"scenarios": [SCENARIO]})
        sigv4.perform(server.url, put)
        status, report = admin(server.url, "POST", "sessions/default/verify")
        self.assertEqual((status, len(report["unused"])), (200, 1))

    def test_a_selection_is_of_names_and_outlives_a_reload(self):
        copies = self.scratch / "copies"
        for name in ("types/mock", "types/http"):
            target = copies / (name + ".json")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((self.cassettes / (name + ".json")).read_bytes())
        server = self.serve("replay", "--cassettes", copies)
        put, get = tape.calls(tape.load(copies, "types/mock"))
        admin(server.url, "PUT", "sessions/default/scenarios", {"scenarios": ["types/mock"]})
        (copies / "types/http.json").unlink()
        self.assertEqual(admin(server.url, "POST", "reload")[1], {"cassettes": 1, "changed": True})
        self.assertEqual([sigv4.perform(server.url, call).verdict for call in (put, get)], ["MATCH"] * 2)
        self.assertEqual(admin(server.url, "POST", "sessions/default/verify")[0], 200)
        (copies / "types/http.json").write_bytes((self.cassettes / "types/http.json").read_bytes())
        (copies / "types/mock.json").unlink()
        self.assertEqual(admin(server.url, "POST", "reload")[1], {"cassettes": 1, "changed": True})
        status, report = admin(server.url, "POST", "sessions/default/verify")
        self.assertEqual((status, report["ok"]), (422, False))
        self.assertIn("not in service", report["message"])
        self.assertEqual(sigv4.perform(server.url, put).verdict, "NO_SCENARIO")


if __name__ == "__main__":
    support.main()
