"""`gwtape drift [SCENARIO…]` records again and compares; `gwtape record` says what changed."""

import http.client
import http.server
import json
import os
import shutil
import threading
import time
import urllib.parse

import recast
import support

CASSETTES = support.SOURCE / "cassettes"
KEYS = {"AWS_ACCESS_KEY_ID": support.ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY}


class Broken(http.server.ThreadingHTTPServer):
    """Passes calls on to an upstream, but for those that `fails` names: they get no answer."""

    daemon_threads = True

    def __init__(self, url, fails):
        self.upstream, self.fails = urllib.parse.urlsplit(url).netloc, fails
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d" % self.server_address[1]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.fails(self.command, self.path, body):
            self.close_connection = True
            return
        connection = http.client.HTTPConnection(self.server.upstream)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        connection.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = pass_on


class RecordCase(support.TestCase):
    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"

    def copy(self, *groups):
        for group in groups:
            shutil.copytree(CASSETTES / group, self.cassettes / group)

    def change(self, name, interaction, old, new):
        path = self.cassettes / (name + ".json")
        cassette = recast.load(path)
        body = recast.body_bytes(recast.find(cassette, interaction)["response"]["body"])
        self.assertIn(old, body)
        recast.set_body(cassette, interaction, body.replace(old, new))
        recast.save(path, cassette)

    def next_second(self):
        """VALIDATED.json knows seconds: a confirmation within the same one changes nothing."""
        now = int(time.time())
        while int(time.time()) == now:
            threading.Event().wait(0.01)

    def drift(self, *args, code=None, **kw):
        done = self.gwtape("drift", "--scenarios", support.SCENARIOS, "--json", *args, **kw)
        if code is not None:
            self.assertExit(done, code)
        return json.loads(done.stdout)


class Again(RecordCase):
    def test_nothing_changed_is_clean_and_touches_nothing(self):
        self.copy("types")
        before = support.snapshot(self.scratch / "cassettes")
        temporary = self.scratch / "tmp"
        temporary.mkdir()
        got = self.drift("types", code=0, env={"TMPDIR": temporary})
        self.assertEqual((got["findings"], got["couldNotCheck"]), ([], []))
        self.assertGreater(got["score"]["compared"], 20)
        self.assertEqual(support.snapshot(self.scratch / "cassettes"), before)
        self.assertEqual(list(temporary.iterdir()), [])

    def test_a_change_is_found_and_accepted_only_when_asked(self):
        self.copy("types", "get")
        self.change("types/mock", "get", b"29000", b"30000")
        before = support.snapshot(self.cassettes)
        got = self.drift("types", code=1)
        self.assertEqual([(f["rule"], f["at"], f["was"], f["now"]) for f in got["findings"]],
                         [("default-changed", "/timeoutInMillis", 30000, 29000)])
        self.assertEqual(support.snapshot(self.cassettes), before)
        self.drift("types", "--accept", "--no-commit", code=1)
        after = support.snapshot(self.cassettes)
        self.assertEqual({k for k in after if after.get(k) != before.get(k)}, {"types/mock.json", "types/VALIDATED.json"})
        self.assertEqual(after["types/mock.json"], (CASSETTES / "types/mock.json").read_bytes())
        self.drift("types", code=0)

    def test_accepting_commits_where_recording_would(self):
        self.record(self.cassettes, "types")
        self.change("types/mock", "get", b"29000", b"30000")
        self.git("commit", "-qam", "by hand", cwd=self.cassettes)
        self.drift("types", "--accept", code=1)
        self.assertRegex(self.git("log", "-1", "--format=%s", cwd=self.cassettes).stdout, r"\Arecord: \d+ scenarios from sandbox\n")
        self.assertEqual(self.git("status", "--porcelain", cwd=self.cassettes).stdout, "")
        self.next_second()
        self.drift("types", "--accept", code=0)
        self.assertRegex(self.git("log", "-1", "--format=%s", cwd=self.cassettes).stdout, r"\Aconfirm: \d+ scenarios from sandbox\n")

    def test_against_a_revision(self):
        self.record(self.cassettes, "types")
        self.change("types/mock", "get", b"29000", b"30000")
        self.drift("types", "--against", "HEAD", code=0)
        self.drift("types", code=1)
        self.assertExit(self.gwtape("drift", "types", "--scenarios", support.SCENARIOS, "--against", "nowhere"), 3)
        self.assertExit(self.gwtape("drift", "cassettes@HEAD", "cassettes", "--accept"), 2)

    def test_what_was_never_recorded_is_not_clean(self):
        self.copy("types")
        os.remove(self.cassettes / "types/mock.json")
        got = self.drift("types", code=5)
        self.assertEqual([c["scenario"] for c in got["couldNotCheck"]], ["types/mock"])
        self.assertEqual(got["summary"]["compared"], got["summary"]["scenarios"] - 1)
        self.assertExit(self.gwtape("drift", "no-such", "--scenarios", support.SCENARIOS), 5)

    def test_half_of_the_calls_fail(self):
        self.copy("types")
        url = self.serve("sandbox").url
        fails = lambda method, path, body: method == "PUT" and path.endswith("/integration") and b'"HTTP' in body
        broken = Broken(url, fails)
        self.addCleanup(broken.server_close)
        self.addCleanup(broken.shutdown)
        args = ("types", "--upstream", broken.url, "--jobs", "8")
        got = self.drift(*args, code=5, env=KEYS)
        missing = {c["scenario"] for c in got["couldNotCheck"]}
        self.assertEqual({n for n in missing if n.startswith("types/http")}, missing)
        self.assertGreaterEqual(len(missing), 4)
        self.assertEqual(got["findings"], [])
        self.assertEqual(got["summary"]["compared"] + len(missing), got["summary"]["scenarios"])
        self.assertGreaterEqual(got["summary"]["compared"], 4)
        self.change("types/mock", "get", b"29000", b"30000")
        got = self.drift(*args, code=1, env=KEYS)
        self.assertEqual(([f["rule"] for f in got["findings"]], len(got["couldNotCheck"])), (["default-changed"], len(missing)))
        self.drift(*args, "--fail-on", "breaking", code=5, env=KEYS)

    def test_an_upstream_that_answers_nobody_is_one_line(self):
        self.copy("types")
        done = self.gwtape("drift", "types", "--scenarios", support.SCENARIOS, "--upstream", "http://127.0.0.1:1", env=KEYS)
        self.assertExit(done, 4)
        self.assertEqual(done.stdout.count("gave no whole answer"), 1, done)
        done = self.gwtape("record", "types", "--scenarios", support.SCENARIOS, "--cassettes", "new", "--upstream", "http://127.0.0.1:1",
                           "--no-commit", env=KEYS)
        self.assertExit(done, 4)
        self.assertEqual(done.stderr.count("127.0.0.1:1"), 1, done)


class Outcomes(RecordCase):
    def outcomes(self, *args, code):
        done = self.gwtape("record", "--scenarios", "scenarios", "--cassettes", "cassettes", "--json", *args)
        self.assertExit(done, code)
        got = json.loads(done.stdout)
        return {row["scenario"]: row["outcome"] for row in got["scenarios"]}, got["summary"]

    def test_each_outcome_by_its_word(self):
        shutil.copytree(support.SCENARIOS / "types", self.scratch / "scenarios" / "types")
        os.remove(self.scratch / "scenarios/types/mock-full.yaml")
        first, summary = self.outcomes(code=0)
        self.assertEqual(set(first.values()), {"new"})
        self.assertEqual(summary["new"], len(first))
        again, summary = self.outcomes(code=0)
        self.assertEqual((set(again.values()), summary["upToDate"]), ({"up-to-date"}, len(first)))
        self.change("types/mock", "get", b"29000", b"30000")
        changed, summary = self.outcomes("--mode", "all", code=0)
        self.assertEqual({k for k, v in changed.items() if v == "changed"}, {"types/mock"})
        self.assertEqual((summary["changed"], summary["confirmed"]), (1, len(first) - 1))
        self.change("types/mock", "get", b"29000", b"30000")
        self.outcomes("--mode", "all", "--fail-on-change", code=1)
        confirmed, summary = self.outcomes("--mode", "all", "--fail-on-change", code=0)
        self.assertEqual(set(confirmed.values()), {"confirmed"})
        file = self.scratch / "scenarios/types/http.yaml"
        file.write_text(file.read_text() + "# a comment\n")
        self.assertEqual(self.outcomes(code=0)[0]["types/http"], "changed")
        file.write_text(file.read_text().replace("status: 201", "status: 202"))
        surprised, summary = self.outcomes(code=1)
        self.assertEqual((surprised["types/http"], summary["unexpected"], summary["changed"]), ("unexpected", 1, 0))
        shutil.copy(support.SCENARIOS / "types/mock-full.yaml", self.scratch / "scenarios/types")
        self.assertEqual(self.outcomes("types/mock-full", code=0)[0], {"types/mock-full": "new"})

    def test_a_commit_in_which_nothing_changed_says_so(self):
        self.record(self.cassettes, "types/mock", "types/aws")
        subject = lambda: self.git("log", "-1", "--format=%s", cwd=self.cassettes).stdout
        self.assertEqual(subject(), "record: 2 scenarios from sandbox\n")
        self.next_second()
        self.record(self.cassettes, "types/mock", "types/aws", "--mode", "all")
        self.assertEqual(subject(), "confirm: 2 scenarios from sandbox\n")
        self.change("types/mock", "get", b"29000", b"30000")
        self.record(self.cassettes, "types/mock", "types/aws", "--mode", "all")
        self.record(self.cassettes, "types/mock", "types/aws", "types/http", "--mode", "all")
        self.assertEqual(subject(), "record: 3 scenarios from sandbox\n")

    def test_what_fails_and_what_could_not_be_checked(self):
        url = self.serve("sandbox").url
        broken = Broken(url, lambda method, path, body: b'"HTTP"' in body)
        self.addCleanup(broken.server_close)
        self.addCleanup(broken.shutdown)
        shutil.copytree(support.SCENARIOS / "types", self.scratch / "scenarios" / "types")
        done = self.gwtape("record", "types/http", "types/mock", "--scenarios", "scenarios", "--cassettes", "c", "--no-commit",
                           "--json", "--upstream", broken.url, env=KEYS)
        self.assertExit(done, 4)
        got = json.loads(done.stdout)
        self.assertEqual({r["scenario"]: r["outcome"] for r in got["scenarios"]}, {"types/http": "failed", "types/mock": "new"})
        self.assertEqual((got["summary"]["failed"], got["summary"]["new"]), (1, 1))


class Dates(RecordCase):
    """What the sandbox answers at one date and at another: exactly the changes that AWS's recordings date between them."""

    def at(self, date):
        folder = self.scratch / date
        if not folder.exists():
            server = self.serve("sandbox", "--as-of", date)
            done = self.gwtape("record", "--scenarios", support.SCENARIOS, "--cassettes", folder, "--no-commit", "--jobs", "4",
                               "--upstream", server.url, env=KEYS)
            self.assertIn(done.code, (0, 1), done)
            server.stop()
        return folder

    def found(self, a, b):
        done = self.gwtape("drift", self.at(a), self.at(b), "--json", "--fail-on", "info")
        got = json.loads(done.stdout)
        self.assertEqual(got["couldNotCheck"], [])
        return got["findings"]

    OLD, NEW = "No integration defined for method", "Invalid Integration identifier specified"

    def is_newer(self, finding):
        said = json.dumps([finding["was"], finding["now"]])
        return "esponseTransferMode" in said or "ntegrationTarget" in said

    def texts(self, findings):
        return [(f["was"], f["now"]) for f in findings if f["rule"] == "message-changed" and not self.is_newer(f)]

    def check_newer_member(self, finding):
        """All else is of the members of November 2025, and seen by scenarios that send them, or that read a proxy."""
        for place in finding["places"]:
            text = (support.SCENARIOS / (place["scenario"] + ".yaml")).read_text()
            self.assertTrue("responseTransferMode" in text or "integrationTarget" in text or "_PROXY" in text
                            or "vpcLinkId" in text or "VPC_LINK" in text, finding)

    def test_2018_and_now(self):
        there, back = self.found("2018-12-17", "current"), self.found("current", "2018-12-17")
        self.assertEqual(self.texts(there), [(self.OLD, self.NEW)])
        self.assertEqual(self.texts(back), [(self.NEW, self.OLD)])
        self.assertEqual({f["severity"] for f in there if f["rule"] == "message-changed"}, {"RISKY"})
        self.assertGreater(len(next(f for f in there if f["rule"] == "message-changed" and not self.is_newer(f))["places"]), 50)
        for finding in there + back:
            if finding["rule"] != "message-changed" or self.is_newer(finding):
                self.check_newer_member(finding)

    def test_dates_between_which_nothing_changed(self):
        self.assertEqual(self.found("2024-07-01", "2024-12-01"), [])

    # From behaviour.md section 5 and behaviour-2026-11.md: a date at which AWS changed, the day before it, and what the
    # scenarios can see of it: (rule, part of what is shown). Of headers, ids and the calls around an integration they see nothing.
    STEPS = (
        ("2016-01-12", "2016-01-13", {("message-changed", "Invalid ARN specified in the request")}),
        ("2016-06-01", "2016-06-03", {("modelled-member-added", "WHEN_NO_MATCH")}),
        ("2016-12-01", "2016-12-02", {("status-changed", "201"), ("error-code-changed", "BadRequestException"),
                                      ("message-changed", "TUNNEL"), ("enum-value-added", "AWS_PROXY")}),
        ("2017-10-31", "2017-11-01", {("now-refused", "400"), ("modelled-member-added", "29000"),
                                      ("modelled-member-added", "INTERNET"), ("modelled-member-added", "vpcLinkId")}),
        ("2018-11-04", "2019-11-13", set()),
        ("2019-11-14", "2023-05-30", set()),
        ("2023-05-30", "2023-05-31", {("message-changed", NEW)}),
        ("2023-05-31", "2025-11-18", set()),
        ("2025-11-18", "2025-11-19", {("now-refused", "400"), ("status-changed", "201"), ("message-changed", "esponseTransferMode"),
                                      ("modelled-member-added", "BUFFERED")}),
        ("2025-11-19", "2025-11-22", {("modelled-member-added", "loadbalancer")}),
        ("2025-11-22", "2025-12-31", set()),
        ("2025-12-31", "2026-01-02", {("modelled-member-added", "BUFFERED")}),
        ("2026-01-02", "current", set()),
    )

    def test_every_date_at_which_something_changed(self):
        for before, after, expected in support.sample(self.STEPS, 4):
            with self.subTest((before, after)):
                found = self.found(before, after)
                unseen = set(expected)
                for finding in found:
                    said = json.dumps([finding.get("was"), finding.get("now")])
                    explains = {e for e in expected if e[0] == finding["rule"] and e[1] in said}
                    self.assertTrue(explains, finding)
                    unseen -= explains
                self.assertEqual(unseen, set())


if __name__ == "__main__":
    support.main()
