"""What a replay does on purpose: late and broken answers, and cassettes that change while it runs."""

import json
import shutil
import signal
import sys
import threading
import time

import sigv4
import support
import tape
from test_sessions import admin

SCENARIO = "types/mock"
OTHER = "types/http"


def wait_for(condition, what, seconds=support.HANG_SECONDS):
    """Until `condition()` gives something true; it is asked again after each short wait for news."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("this did not happen: %s" % what)
        threading.Event().wait(0.02)


class Behaviour(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", SCENARIO, OTHER)
        self.calls = tape.calls(tape.load(self.cassettes, SCENARIO))

    def replay(self, *options):
        return self.serve("replay", "--cassettes", self.cassettes, *options)

    def script(self, *faults):
        path = self.scratch / "faults.json"
        path.write_text(json.dumps({"faults": list(faults)}), encoding="utf-8")
        return path


SHOWN_BYTES = 2048  # of a value in an answer; of a longer one the answer says what it leaves out


class Breaches(Behaviour):
    def test_the_header_says_it_in_one_line_whatever_was_sent(self):
        server = self.replay()
        for text in ("a\r\nSet-Cookie: x=1\r\n\r\n", "\u00e9" * 5000, "x" + "\U0001f600" * 3000, "\x00\x7f\u2028"):
            wrong = dict(self.calls[0], input=dict(self.calls[0]["input"], uri=text))
            answer = sigv4.perform(server.url, wrong)
            self.assertEqual((answer.status, answer.headers["Set-Cookie"]), (422, None))
            line = answer.headers["x-amzn-ErrorMessage"].encode("latin-1").decode("utf-8")
            self.assertTrue(line.startswith("gwtape: EXTRA_FIELD: PUT /restapis/"), line)
            self.assertLess(len(line.encode()), 2100)
            whole = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").replace("\u2028", "\\u{2028}")
            if len(whole.encode()) <= SHOWN_BYTES:
                self.assertIn(whole, answer.json()["message"])
            else:
                begins, says = whole[:SHOWN_BYTES // 8], r"\(the first \d+ of \d+ bytes\)"
                self.assertIn(begins, answer.json()["message"])
                self.assertRegex(answer.json()["message"], says)


class Messages(Behaviour):
    """What leads on: the route that was meant, both names of a member, and one fault's consequences as such."""

    def test_a_near_route_is_named_in_the_answer_and_in_the_report(self):
        server = self.replay("--report", "json:%s" % (self.scratch / "report.json"), "--backdrop", "sandbox")
        path = tape.load(self.cassettes, SCENARIO)["interactions"][0]["request"]["path"]
        rows = {path + "/": "a slash too many", path.replace("integration", "Integration"): "the case of its letters",
                "/prod" + path: "the prefix '/prod'", path.replace("/methods", "//methods"): "a slash too many"}
        for wrong, why in rows.items():
            message = sigv4.send(server.url, "PUT", wrong, b"{}").json()["message"]
            self.assertTrue(message.startswith("gwtape: NO_SCENARIO: PUT "), message)
            self.assertIn("/integration (PutIntegration) differs only by " + why, message)
        self.assertNotIn("differs only", sigv4.send(server.url, "PUT", "/nothing/like/it", b"{}").json()["message"])
        server.stop()
        found = [row["text"] for row in support.read_json(self.scratch / "report.json")["requests"]]
        self.assertEqual(["differs only by" in text for text in found], [True] * 4 + [False])

    def test_an_additional_call_says_what_was_expected_next_and_how_to_record_again(self):
        program = ("import json, os, sys; sys.path.insert(0, %r); import sigv4\n"
                   "put, get = json.loads(sys.argv[1])\nurl = os.environ['GWTAPE_ENDPOINT']\n"
                   "def extra(): print(sigv4.send(url, 'GET', '/restapis/a1b2c3d4e5/stages', b'').json()['message'])\n"
                   "for step in sys.argv[2:]: {'put': lambda: sigv4.perform(url, put), 'get': lambda: sigv4.perform(url, get),\n"
                   "                           'extra': extra}[step]()\n" % str(support.SOURCE / "tests" / "e2e"))
        ids = {"restApiId": "a1b2c3d4e5", "resourceId": "x7y8z9"}
        cmd = ["--", sys.executable, "-c", program, json.dumps([dict(c, input=dict(c["input"], **ids)) for c in self.calls])]
        tapes = self.scratch / "tapes"
        self.assertExit(self.gwtape("record", "--proxy", "--name", "my/script", "--cassettes", tapes, "--scenarios",
                                    self.scratch / "s", *cmd, "put", "get"), 0)
        again = "if this is what the client is to send: gwtape record --proxy --name my/script --cassettes '%s' -- CMD" % tapes
        first = tape.load(tapes, "my/script")["interactions"][0]["id"]
        for order, following in (("extra put get", "'%s'" % first), ("put extra get", "'get-integration'"),
                                 ("get extra put", "'put-integration'"), ("put get extra", "nothing")):
            done = self.gwtape("replay", "--cassettes", tapes, *cmd, *order.split())
            self.assertExit(done, 1)
            self.assertIn("\nno selected cassette has such a call\nexpected next in 'my/script': %s\n%s\n" % (following, again),
                          done.stdout)
        # With two scenarios, and none begun, nobody knows what was expected.
        message = sigv4.send(self.replay().url, "GET", "/restapis/a1b2c3d4e5/stages", b"").json()["message"]
        self.assertTrue(message.endswith("\nno selected cassette has such a call"), message)

    def test_a_fault_and_what_follows_from_it_in_every_report(self):
        formats = ("json", "text", "tap", "junit", "github", "html")
        server = self.replay("--scenario", OTHER, *[o for f in formats for o in ("--report", "%s:%s" % (f, self.scratch / f))])
        put = tape.calls(tape.load(self.cassettes, OTHER))[0]
        wrong = dict(put, input=dict(put["input"], integrationHttpMethod="PATCH"))
        self.assertEqual(sigv4.perform(server.url, wrong).status, 422)
        self.assertExit(server.stop(), 1)
        report = support.read_json(self.scratch / "json")
        self.assertEqual({row.get("after", {}).get("interaction") for row in report["unused"]}, {put["id"]})
        self.assertEqual(report.get("unusedFailing", []), [])
        for name in formats[1:]:
            text = (self.scratch / name).read_text(encoding="utf-8")
            self.assertIn("(after %s#%s, which was broken)" % (OTHER, put["id"]), text.replace("\\#", "#"), name)
            self.assertIn("/httpMethod (integrationHttpMethod)", text, name)


class StrictLevels(Behaviour):
    """A head alone that breaks a strict level: the line is named wherever a person looks."""

    def rows(self, server, code):
        done = server.stop()
        self.assertExit(done, code)
        return support.read_json(self.scratch / "report.json")["requests"], done

    def start(self, level, *options):
        return self.replay("--level", level, "--report", "json:%s" % (self.scratch / "report.json"), "--report",
                           "html:%s" % (self.scratch / "report.html"), *options)

    def test_signed_names_the_line_of_the_canonical_request(self):
        server = self.start("signed")
        for _ in range(2):  # the second time from memory
            answer = sigv4.perform(server.url, self.calls[0], extra=[("Accept-Language", "secret-value")])
            self.assertEqual((answer.status, answer.verdict), (422, "MATCH"))
            message = answer.json()["message"]
            self.assertIn('EXTRA_HEADER accept-language: expected nothing, got "accept-language:*" (line 5 of the canonical request)', message)
            self.assertIn("level contract holds, signed is wanted", message)
            self.assertNotIn("secret-value", message)
        rows, done = self.rows(server, 1)
        self.assertIn("EXTRA_HEADER accept-language", done.stderr)
        for row in rows:
            self.assertEqual((row["ok"], row["level"], row["verdict"]), (False, "contract", "MATCH"))
            self.assertEqual(row["differences"], [{"at": "accept-language", "verdict": "EXTRA_HEADER",
                                                   "got": "accept-language:*",
                                                   "level": "signed", "line": 5}])
        page = (self.scratch / "report.html").read_text()
        self.assertIn("MATCH at contract", page)
        self.assertIn("line 5 of the canonical request", page)

    def test_a_session_token_is_the_credentials_affair(self):
        server = self.start("signed", "--scenario", SCENARIO)
        for call in self.calls:
            answer = sigv4.perform(server.url, call, token="a-session-token")
            self.assertEqual((answer.status // 100, answer.verdict), (2, "MATCH"), answer.body)
        rows, _ = self.rows(server, 0)
        self.assertEqual([row["level"] for row in rows], ["signed"] * 2)

    def test_of_several_clients_recordings_that_of_this_client_answers(self):
        given = self.scratch / "calls.json"
        given.write_text(json.dumps([dict(c, input=dict(c["input"], restApiId="abc", resourceId="def")) for c in self.calls]))
        tapes, clients = self.scratch / "tapes", {"a/first": [], "a/second": [("TE", "trailers")], "a/third": [("Accept-Language", "de")]}
        calls = json.loads(given.read_text())
        for name, extra in clients.items():
            program = ("import json, os, sys; sys.path.insert(0, %r); import sigv4\n"
                       "for call in json.load(open(sys.argv[1])): sigv4.perform(os.environ['GWTAPE_ENDPOINT'], call, extra=%r)"
                       % (str(support.SOURCE / "tests" / "e2e"), extra))
            self.gwtape("record", "--proxy", "--name", name, "--upstream", "sandbox", "--cassettes", tapes, "--scenarios",
                        self.scratch / "s", "--", sys.executable, "-c", program, given)
        self.assertEqual(tape.names(tapes), sorted(clients))
        for level in ("signed", "wire"):
            report = self.scratch / (level + ".json")
            server = self.serve("replay", "--cassettes", tapes, "--level", level, "--strict", "--report", "json:%s" % report)
            other = sigv4.perform(server.url, calls[0], extra=[("TE", "gzip"), ("Cookie", "x")])
            self.assertEqual((other.status, other.verdict), (422, "MATCH"))
            self.assertIn("line", other.json()["message"])
            for name, extra in reversed(clients.items()):
                verdicts = [sigv4.perform(server.url, call, extra=extra).verdict for call in [*calls, calls[0]]]
                self.assertEqual(verdicts, ["MATCH", "MATCH", "ALREADY_CONSUMED"], (level, name))
            self.assertExit(server.stop(), 1)
            rows = [r for r in support.read_json(report)["requests"] if r["ok"]]
            self.assertEqual([(r["scenario"], r["level"]) for r in rows],
                             [(name, "wire") for name in reversed(clients) for _ in calls])
            self.assertEqual(support.read_json(report)["unused"], [])

    def test_wire_names_the_line_of_the_head(self):
        script = self.scratch / "calls.json"
        script.write_text(json.dumps([dict(c, input=dict(c["input"], restApiId="abc", resourceId="def")) for c in self.calls]))
        tapes = self.scratch / "tapes"
        player = str(support.SOURCE / "tests" / "e2e" / "sigv4.py")
        # the sandbox does not have these ids, so the player ends with 1
        self.gwtape("record", "--proxy", "--name", "a/b", "--upstream", "sandbox", "--cassettes", tapes, "--scenarios",
                    self.scratch / "s", "--keep-partial", "--", sys.executable, player, script)
        server = self.serve("replay", "--cassettes", tapes, "--level", "wire", "--report",
                            "json:%s" % (self.scratch / "report.json"))
        call = json.loads(script.read_text())[0]
        self.assertEqual(sigv4.perform(server.url, call).verdict, "MATCH")
        method, path, body = sigv4.http_request(call)
        headers = sigv4.signed_headers(server.url, method, path, body)
        lines = {"ACCEPT" if name == "Accept" else name: value for name, value in headers.items()}
        answer = sigv4.send(server.url, method, path, body, headers=lines)
        self.assertEqual((answer.status, answer.verdict), (422, "MATCH"))
        self.assertIn("of the head)", answer.json()["message"])
        rows, _ = self.rows(server, 1)
        self.assertEqual([(row["ok"], row["level"]) for row in rows], [(True, "wire"), (False, "signed")], rows[0])
        difference = rows[1]["differences"][0]
        self.assertEqual((difference["at"], difference["level"], difference["line"]), ("accept", "wire", 3))
        self.assertEqual(difference["expected"], "Accept: application/json")
        server = self.serve("replay", "--cassettes", tapes, "--level", "wire", "--session-by", "path")
        own = dict(call, input=dict(call["input"], restApiId="other"))
        for name, asked in (("one", call), ("two", own)):  # neither the prefix nor an id is the client's doing
            self.assertEqual(sigv4.perform("%s/session/%s" % (server.url, name), asked).verdict, "MATCH")
        self.assertExit(server.stop(), 0)


class Faults(Behaviour):
    def test_a_replaced_answer_uses_nothing_up(self):
        fault = {"call": {"operation": "PutIntegration"}, "times": 2,
                 "answer": {"status": 429, "error": "TooManyRequestsException", "message": "slow down"}}
        report = self.scratch / "report.json"
        server = self.replay("--strict", "--scenario", SCENARIO, "--fault", self.script(fault),
                             "--report", "json:%s" % report)
        answers = [sigv4.perform(server.url, self.calls[0]) for _ in range(3)]
        self.assertEqual([a.status for a in answers], [429, 429, 201])
        self.assertEqual(answers[0].headers["x-amzn-ErrorType"], "TooManyRequestsException")
        self.assertEqual(answers[0].headers["x-gwtape"], "replay")
        self.assertEqual(sigv4.perform(server.url, self.calls[1]).status, 200)
        done = server.stop()
        self.assertExit(done, 0)
        self.assertIn("2 answered by a scripted fault", done.stderr)
        report = support.read_json(report)
        self.assertEqual([(r.get("fault"), r["verdict"], r["evidence"] is None) for r in report["requests"]],
                         [(True, "MATCH", True)] * 2 + [(None, "MATCH", False)] * 2)
        self.assertEqual(report["summary"]["faults"], 2)

    def test_the_journal_tells_faults_from_answers(self):
        server = self.replay("--fault", self.script({"answer": {"status": 500, "message": "boom"}}))
        for _ in range(2):
            sigv4.perform(server.url, self.calls[0])
        entries = admin(server.url, "GET", "journal")[1]["entries"]
        self.assertEqual([e.get("fault") for e in entries], [True, None])
        self.assertEqual([e["evidence"] is None for e in entries], [True, False])
        done = server.stop()
        self.assertExit(done, 0)
        self.assertIn("2 requests, 2 matched", done.stderr)
        self.assertIn("1 answered by a scripted fault", done.stderr)

    def test_a_wrong_request_is_a_breach_and_not_a_fault(self):
        fault = {"answer": {"status": 500, "message": "boom"}}
        server = self.replay("--fault", self.script(fault))
        wrong = dict(self.calls[0], input=dict(self.calls[0]["input"], timeoutInMillis=1))
        self.assertEqual(sigv4.perform(server.url, wrong).status, 422)
        self.assertEqual(sigv4.perform(server.url, self.calls[0], secret_key="wrong").verdict, "BAD_SIGNATURE")
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 500)
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)

    def test_broken_answers(self):
        faults = [{"call": {"operation": "PutIntegration"}, "break": "reset"},
                  {"call": {"operation": "PutIntegration"}, "break": "truncate"},
                  {"call": {"operation": "PutIntegration"}, "break": "wrong-length"}]
        server = self.replay("--fault", self.script(*faults))
        with self.assertRaises(ConnectionError):
            sigv4.perform(server.url, self.calls[0])
        for _ in range(2):
            with self.assertRaises(sigv4.http.client.IncompleteRead):
                sigv4.perform(server.url, self.calls[0])
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
        self.assertExit(server.stop(), 0)

    def test_delays_add_up(self):
        server = self.replay("--delay", "150", "--fault", self.script({"delayMs": 150}))
        for least in (0.300, 0.150):
            before = time.monotonic()
            self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
            self.assertGreaterEqual(time.monotonic() - before, least)

    def test_a_bad_script_or_delay_ends_the_start(self):
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--fault", self.script({"answer": {"status": 99}}))
        self.assertExit(done, 3)
        self.assertIn("faults.json", done.stderr)
        for value in ("-1", "x", "600001"):
            self.assertExit(self.gwtape("replay", "--cassettes", self.cassettes, "--delay", value), 2)


class Repeats(Behaviour):
    """What comes again and again is remembered, and that changes no verdict."""

    ORDERS = ((0, 1, 2), (2, 0, 1), (2, 1, 0), (1, 2, 0))

    def reordered(self, server, order, **signing):
        method, path, body = sigv4.http_request(self.calls[0])
        headers = sigv4.signed_headers(server.url, method, path, body, **signing)
        scheme, _, rest = headers["Authorization"].partition(" ")
        parts = rest.split(", ")
        headers["Authorization"] = scheme + " " + ", ".join(parts[i] for i in order)
        return sigv4.send(server.url, method, path, body, headers=headers)

    def test_the_scope_counts_wherever_it_stands(self):
        server = self.replay()
        for order in self.ORDERS:
            for _ in range(4):
                self.assertEqual(self.reordered(server, order).status, 201, order)
            answer = self.reordered(server, order, region="eu-west-1")
            self.assertEqual((answer.status, answer.verdict), (422, "WRONG_SCOPE"), order)

    def test_a_key_id_that_reads_as_another_part_is_refused_wherever_it_stands(self):
        server = self.replay()
        for key in ("Signature=", "AKID SignedHeaders=host", "AKID,Signature=0"):
            for order in self.ORDERS:
                for region in ("us-east-1", "eu-west-1"):
                    answer = self.reordered(server, order, access_key=key, region=region)
                    self.assertEqual((answer.status, answer.verdict), (422, "BAD_SIGNATURE"), (key, order, region))


class Reload(Behaviour):
    def said(self, server, text):
        return wait_for(lambda: [line for line in server._parts["stderr"] if text in line], text)

    def change_answer(self, name):
        """Record the scenario with another time-out; what it is then called with."""
        scenarios = self.scratch / "changed"
        source = (support.SCENARIOS / (name + ".yaml")).read_text(encoding="utf-8")
        target = scenarios / (name + ".yaml")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.replace("httpMethod: GET\n", "httpMethod: GET\n      timeoutInMillis: 777\n")
                          .replace("timeoutInMillis: 29000", "timeoutInMillis: 777"), encoding="utf-8")
        self.record(self.cassettes, "--no-commit", "--mode", "all", name, scenarios=scenarios)
        return tape.calls(tape.load(self.cassettes, name))

    def test_a_changed_cassette_is_served_anew(self):
        server = self.replay("--watch")
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
        changed = self.change_answer(SCENARIO)
        self.said(server, "reloaded: 2 cassettes")
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 422)
        answer = sigv4.perform(server.url, changed[0])
        self.assertEqual((answer.status, answer.json()["timeoutInMillis"]), (201, 777))

    def test_a_broken_file_keeps_the_old_set_and_is_named(self):
        server = self.replay("--watch")
        path = self.cassettes / (SCENARIO + ".json")
        whole = path.read_bytes()
        path.write_bytes(whole[:-40])
        line = self.said(server, "stay in service")[0]
        self.assertRegex(line, r"types/mock\.json:\d+:\d+: ")
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
        path.write_bytes(whole)
        added = self.cassettes / "more" / "deep"
        added.mkdir(parents=True)
        copy = json.loads(whole)
        copy["scenario"] = "more/deep/mock"
        (added / "mock.json").write_bytes(whole.replace(b'"scenario": "types/mock"', b'"scenario": "more/deep/mock"'))
        self.said(server, "reloaded: 3 cassettes")
        shutil.rmtree(self.cassettes / "more")
        self.said(server, "reloaded: 2 cassettes")

    def test_the_folder_may_be_replaced(self):
        server = self.replay("--watch")
        aside = self.scratch / "aside"
        self.cassettes.rename(aside)
        self.said(server, "stay in service")
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
        (aside / (OTHER + ".json")).unlink()
        aside.rename(self.cassettes)
        self.said(server, "reloaded: 1 cassettes")

    def test_the_admin_api_reloads_too(self):
        server = self.replay()
        self.assertEqual(admin(server.url, "POST", "reload"), (200, {"cassettes": 2, "changed": False}))
        sigv4.perform(server.url, self.calls[0])
        self.change_answer(SCENARIO)
        self.assertEqual(admin(server.url, "POST", "reload"), (200, {"cassettes": 2, "changed": True}))
        self.assertEqual(admin(server.url, "GET", "sessions/default")[1]["matched"], 1)
        (self.cassettes / (SCENARIO + ".json")).write_text("{", encoding="utf-8")
        status, answer = admin(server.url, "POST", "reload")
        self.assertEqual(status, 422)
        self.assertIn("types/mock.json:", answer["message"])
        self.assertEqual(admin(server.url, "GET", "health")[1]["cassettes"], 2)
        self.assertEqual(admin(server.url, "GET", "reload")[0], 405)

    def test_a_revision_does_not_change(self):
        self.record(self.cassettes, "--commit", "--mode", "all", SCENARIO)
        done = self.gwtape("replay", "--cassettes", "%s@HEAD" % self.cassettes, "--watch")
        self.assertExit(done, 2)


class Ending(Behaviour):
    def test_what_was_begun_is_answered_and_the_report_written(self):
        report = self.scratch / "report.json"
        server = self.replay("--delay", "400", "--report", "json:%s" % report)
        answers = []
        client = threading.Thread(target=lambda: answers.append(sigv4.perform(server.url, self.calls[0])))
        client.start()
        wait_for(lambda: admin(server.url, "GET", "health")[1]["requests"] == 1, "the request came")
        done = server.stop()
        client.join()
        self.assertExit(done, 0)
        self.assertEqual(answers[0].status, 201)
        self.assertEqual(support.read_json(report)["summary"]["matched"], 1)

    def test_a_terminal_that_closes_ends_the_run_too(self):
        report = self.scratch / "report.json"
        if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
            self.skipTest("SIGHUP is ignored here")
        server = self.replay("--report", "json:%s" % report)
        self.assertEqual(sigv4.perform(server.url, self.calls[0]).status, 201)
        server.process.send_signal(signal.SIGHUP)
        server.process.wait(support.HANG_SECONDS)
        self.assertExit(server.stop(), 0)
        self.assertEqual(support.read_json(report)["summary"]["matched"], 1)

    def test_a_second_signal_does_not_wait(self):
        server = self.replay("--delay", "60000")
        client = threading.Thread(target=self.try_call, args=(server.url,))
        client.start()
        wait_for(lambda: admin(server.url, "GET", "health")[1]["requests"] == 1, "the request came")
        before = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: not self.accepts(server.url), "it takes no more")
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(support.HANG_SECONDS)
        self.assertExit(server.stop(), 0)
        self.assertLess(time.monotonic() - before, 4)
        client.join()

    def try_call(self, url):
        try:
            sigv4.perform(url, self.calls[0])
        except (OSError, sigv4.http.client.HTTPException):
            pass

    def accepts(self, url):
        try:
            return admin(url, "GET", "health")[0] == 200
        except OSError:
            return False


if __name__ == "__main__":
    support.main()
