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
        with urllib.request.urlopen(request, timeout=30) as answer:
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

    def test_verifying_a_session_without_calls_is_no_success(self):
        server = self.replay("--session-by", "header")
        self.assertEqual(admin(server.url, "POST", "sessions", {"id": "quiet"})[0], 201)
        status, report = admin(server.url, "POST", "sessions/quiet/verify")
        self.assertEqual((status, report["ok"]), (422, False))
        self.assertEqual(admin(server.url, "POST", "sessions/nobody/verify")[0], 404)
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

    def test_unknown_paths_and_methods_are_told_apart(self):
        server = self.replay()
        self.assertEqual(admin(server.url, "GET", "nope")[0], 404)
        self.assertEqual(admin(server.url, "DELETE", "health")[0], 405)
        status, health = admin(server.url, "GET", "health")
        self.assertEqual((status, health["status"], health["cassettes"]), (200, "ok", 1))


if __name__ == "__main__":
    support.main()
