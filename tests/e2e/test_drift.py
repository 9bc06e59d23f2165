"""`gwtape drift A B`: each kind of change is found, with its class and place; nothing else is."""

import json
import os
import re
import shutil
import xml.etree.ElementTree

import recast
import support

CASSETTES = support.SOURCE / "cassettes"
BODY = {"cacheKeyParameters": [], "cacheNamespace": "ibbaqh", "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": 29000, "type": "MOCK"}


def lf(value):
    return (recast.dumps(value) + "\n").encode()


def without(value, name):
    return {k: v for k, v in value.items() if k != name}


class Tape:
    """One answer of a shipped cassette, about to be changed."""

    def __init__(self, name, interaction):
        self.name, self.interaction = name, interaction
        self.cassette = recast.load(CASSETTES / (name + ".json"))

    @property
    def response(self):
        return recast.find(self.cassette, self.interaction)["response"]

    @property
    def json(self):
        return self.response["body"]["json"]

    def body(self, data):
        recast.set_body(self.cassette, self.interaction, data)

    def edit(self, change):
        value = json.loads(recast.dumps(self.json), parse_int=recast.Number, parse_float=recast.Number)
        changed = change(value)
        self.body(lf(value if changed is None else changed))

    def status(self, status, value=None, code=None):
        self.response["status"] = status
        self.response["headers"] = [["Content-Type", "application/json"]] + ([["x-amzn-ErrorType", code]] if code else [])
        if value is not None:
            self.body(lf(value))


def refuse(t):
    t.status(400, {"message": "Role ARN must be specified for AWS integrations"}, "BadRequestException")


def header(pairs):
    def change(t):
        t.response["headers"] = pairs
    return change


def code(value):
    def change(t):
        t.response["headers"] = [["Content-Type", "application/json"], ["x-amzn-ErrorType", value]]
    return change


def edit(change):
    return lambda t: t.edit(change)


def body(data):
    return lambda t: t.body(data)


def set_to(name, value):
    return edit(lambda v: v.update({name: value}))


def text(old, new):
    return edit(lambda v: v.update(message=v["message"].replace(old, new)))


def reverse(value):
    return dict(reversed(list(value.items())))


N = recast.Number
MOCK, MISSING = ("types/mock", "get"), ("get/missing-integration", "get")
UNKNOWN, TWO_KEYS = ("refused/type-unknown", "put"), ("options/cache-key-parameters", "get")

# What the issue says of each kind of change: rule, severity, place. One change is one finding.
CHANGES = [
    ("another 2xx status", ("types/mock", "put"), lambda t: t.response.update(status=N("200")), "status-changed", "BREAKING", "status"),
    ("refused, its message new", ("types/mock", "put"), refuse, "now-refused", "BREAKING", "status"),
    ("a server error", MOCK, lambda t: t.status(500, {"message": "x"}), "now-refused", "BREAKING", "status"),
    ("accepted that was refused", MISSING, lambda t: t.status(200, BODY), "status-changed", "BREAKING", "status"),
    ("another refusal", MISSING, lambda t: t.status(400, {"message": "no"}, "BadRequestException"), "status-changed", "BREAKING", "status"),
    ("another code", MISSING, code("BadRequestException"), "error-code-changed", "BREAKING", "x-amzn-errortype"),
    ("no code", MISSING, header([["Content-Type", "application/json"]]), "error-code-changed", "BREAKING", "x-amzn-errortype"),
    ("a suffix of the code", MISSING, code("NotFoundException:http://internal.amazon.com/"), "header-form", "INFO", "x-amzn-errortype"),
    ("another message", MISSING, text("Integration", "integration"), "message-changed", "RISKY", "/message"),
    ("a blank at the message's end", MISSING, edit(lambda v: v.update(message=v["message"] + " ")), "message-changed", "RISKY", "/message"),
    ("an enum value gone", UNKNOWN, text(", AWS]", "]"), "enum-value-gone", "BREAKING", "/message"),
    ("a new enum value", UNKNOWN, text(", AWS]", ", AWS, LAMBDA]"), "enum-value-added", "RISKY", "/message"),
    ("an unknown member", MOCK, set_to("zebra", "x"), "member-added", "INFO", "/zebra"),
    ("an unknown member of an error", MISSING, edit(lambda v: {"a": 1, **v}), "member-added", "INFO", "/a"),
    ("a member that the model knows", MOCK, set_to("uri", "x"), "modelled-member-added", "RISKY", "/uri"),
    ("a member gone", MOCK, edit(lambda v: without(v, "timeoutInMillis")), "member-removed", "BREAKING", "/timeoutInMillis"),
    ("a member with an id gone", MOCK, edit(lambda v: without(v, "cacheNamespace")), "member-removed", "BREAKING", "/cacheNamespace"),
    ("the message gone", MISSING, edit(lambda v: {}), "member-removed", "BREAKING", "/message"),
    ("number to text", MOCK, set_to("timeoutInMillis", "29000"), "type-changed", "BREAKING", "/timeoutInMillis"),
    ("text to null", MOCK, set_to("type", None), "type-changed", "BREAKING", "/type"),
    ("list to object", MOCK, set_to("cacheKeyParameters", {}), "type-changed", "BREAKING", "/cacheKeyParameters"),
    ("text to boolean", MOCK, set_to("passthroughBehavior", True), "type-changed", "BREAKING", "/passthroughBehavior"),
    ("another default number", MOCK, set_to("timeoutInMillis", N("30000")), "default-changed", "RISKY", "/timeoutInMillis"),
    ("another default word", MOCK, set_to("passthroughBehavior", "NEVER"), "default-changed", "RISKY", "/passthroughBehavior"),
    ("a default that was an id", MOCK, set_to("cacheNamespace", "default"), "default-changed", "RISKY", "/cacheNamespace"),
    ("what was sent comes back otherwise", MOCK, set_to("type", "mock"), "echo-changed", "RISKY", "/type"),
    ("a header gone", MOCK, header([]), "header-removed", "RISKY", "content-type"),
    ("a header's value", MOCK, header([["Content-Type", "application/hal+json"]]), "header-changed", "RISKY", "content-type"),
    ("a new header", MOCK, header([["Allow", "GET"], ["Content-Type", "application/json"]]), "header-added", "INFO", "allow"),
    ("a header's case", MOCK, header([["content-type", "application/json"]]), "header-form", "INFO", "content-type"),
    ("members in another order", MOCK, edit(reverse), "order-changed", "INFO", ""),
    ("items in another order", TWO_KEYS, edit(lambda v: v.update(cacheKeyParameters=v["cacheKeyParameters"][::-1])), "order-changed", "INFO", ""),
    ("an item gone", TWO_KEYS, edit(lambda v: v.update(cacheKeyParameters=v["cacheKeyParameters"][:-1])), "member-removed", "BREAKING", "/cacheKeyParameters/"),
    ("29000.0", MOCK, set_to("timeoutInMillis", N("29000.0")), "number-form", "INFO", "/timeoutInMillis"),
    ("2.9e4", MOCK, set_to("timeoutInMillis", N("2.9e4")), "number-form", "INFO", "/timeoutInMillis"),
    ("no line feed", MOCK, lambda t: t.body(recast.dumps(t.json).encode()), "layout-changed", "INFO", ""),
    ("blanks", MOCK, lambda t: t.body(recast.dumps(t.json, (", ", ": ")).encode()), "layout-changed", "INFO", ""),
    ("an escape", MOCK, lambda t: t.body(lf(t.json).replace(b"MOCK", b"\\u004dOCK")), "layout-changed", "INFO", ""),
    ("no body", MOCK, body(None), "body-removed", "BREAKING", ""),
    ("a body that is not JSON", MOCK, body(b"<html></html>"), "body-removed", "BREAKING", ""),
]


class DriftCase(support.TestCase):
    def drift(self, a, b, *args, code=None, **kw):
        done = self.gwtape("drift", a, b, "--json", *args, **kw)
        if code is not None:
            self.assertExit(done, code)
        return json.loads(done.stdout)

    def changed(self, name, interaction, change, folder="now"):
        """Two folders that differ in one answer of one cassette."""
        was, now = self.scratch / "was", self.scratch / folder
        t = Tape(name, interaction)
        recast.save(was / (name + ".json"), t.cassette)
        change(t)
        recast.save(now / (name + ".json"), t.cassette)
        return was, now


class Changes(DriftCase):
    def test_each_single_change_is_one_finding_of_its_class_at_its_place(self):
        for label, (name, interaction), change, rule, severity, at in CHANGES:
            with self.subTest(label):
                shutil.rmtree(self.scratch / "was", ignore_errors=True)
                shutil.rmtree(self.scratch / "now", ignore_errors=True)
                was, now = self.changed(name, interaction, change)
                got = self.drift(was, now, code=0 if severity == "INFO" else 1)
                found = [(f["rule"], f["severity"], f["scenario"], f["interaction"]) for f in got["findings"]]
                self.assertEqual(found, [(rule, severity, name, interaction)], got)
                self.assertTrue(got["findings"][0]["at"] == at or (at.endswith("/") and got["findings"][0]["at"].startswith(at)), got)
                self.assertEqual(got["findings"][0]["places"], [{"scenario": name, "interaction": interaction}])
                self.assertEqual(got["couldNotCheck"], [])
                self.assertEqual(got["score"]["same"], got["score"]["compared"] - 1)
        self.assertGreaterEqual(len(CHANGES), 30)

    def test_a_thousand_recordings_with_other_ids_have_no_finding(self):
        rounds = int(os.environ.get("GWTAPE_RECASTS", "1000"))
        rng, made, seed = recast.seeded(16), 0, 0
        while made < rounds:
            now, names = self.scratch / ("now-%d" % seed), self.scratch / ("was-%d" % seed)
            for path in sorted(CASSETTES.rglob("*.json")):
                if path.name == "VALIDATED.json":
                    continue
                other = recast.recast(recast.load(path), rng)
                if other:
                    recast.save(now / path.relative_to(CASSETTES), other)
                    recast.save(names / path.relative_to(CASSETTES), recast.load(path))
                    made += 1
            got = self.drift(names, now, "--fail-on", "info", code=0)
            self.assertEqual((got["findings"], got["couldNotCheck"]), ([], []))
            self.assertEqual(got["score"]["same"], got["score"]["compared"])
            self.assertGreater(got["summary"]["compared"], 200)
            shutil.rmtree(now)
            seed += 1
        self.assertGreaterEqual(made, rounds)

    def test_dates_and_request_ids_are_not_differences(self):
        scenarios = self.scratch / "scenarios" / "api"
        scenarios.mkdir(parents=True)
        (scenarios / "life.yaml").write_text(
            "about: the life of an API\ntags: []\nfixtures: []\nvariables: {apiId: {type: text, default: null}}\nsteps:\n"
            "  - id: create\n    call: CreateRestApi\n    input: {name: an-api}\n    gives: {apiId: /id}\n"
            "  - id: read\n    call: GetRestApi\n    input: {restApiId: \"${apiId}\"}\n    expect: {status: 200}\n")
        made = self.gwtape("record", "--scenarios", scenarios.parent, "--cassettes", "a", "--no-commit")
        if made.code:
            scenarios.joinpath("life.yaml").write_text(scenarios.joinpath("life.yaml").read_text().replace(
                "{apiId: {type: text, default: null}}", "{apiId: null}"))
            made = self.gwtape("record", "--scenarios", scenarios.parent, "--cassettes", "a", "--no-commit")
        self.assertExit(made, 0)
        other = recast.load(self.scratch / "a" / "api" / "life.json")
        for interaction in other["interactions"]:
            value = json.loads(recast.dumps(interaction["response"]["body"]["json"]))
            self.assertIn("createdDate", value)
            value["createdDate"] = 1234567890
            other["index"]["variables"] = {
                k: {**v, "at": [a for a in v["at"] if not a.endswith("createdDate")]}
                for k, v in other["index"]["variables"].items()}
            recast.set_body(other, interaction["id"], lf(value))
        other["index"]["variables"] = {k: v for k, v in other["index"]["variables"].items() if v["at"]}
        recast.save(self.scratch / "b" / "api" / "life.json", other)
        got = self.drift("a", "b", "--fail-on", "info", code=0)
        self.assertEqual((got["findings"], got["summary"]["compared"]), ([], 1))


class Groups(DriftCase):
    def two(self, names, interaction, change):
        for name in names:
            was, now = self.changed(name, interaction, change)
        return was, now

    def test_one_cause_is_one_finding_with_all_places(self):
        names = ["types/mock", "types/mock-drops", "types/http", "types/aws-proxy"]
        for name in names:
            for step in ("put", "get"):
                t = Tape(name, step)
                recast.save(self.scratch / "was" / (name + ".json"), t.cassette)
        for name in names:
            t = Tape(name, "put")
            for step in ("put", "get"):
                t.interaction = step
                t.edit(lambda v: without(v, "cacheNamespace"))
            recast.save(self.scratch / "now" / (name + ".json"), t.cassette)
        got = self.drift("was", "now", code=1)
        self.assertEqual([f["rule"] for f in got["findings"]], ["member-removed"])
        self.assertEqual([p["scenario"] for p in got["findings"][0]["places"]], [n for n in sorted(names) for _ in range(2)])
        self.assertEqual((got["score"]["same"], got["summary"]["breaking"]), (0, 1))
        self.assertEqual(got["findings"][0]["scenario"], got["findings"][0]["places"][0]["scenario"])

    def test_a_read_that_follows_from_a_refused_write_is_not_a_second_finding(self):
        t = Tape("types/mock", "put")
        recast.save(self.scratch / "was" / "types/mock.json", t.cassette)
        refuse(t)
        t.interaction = "get"
        t.status(404, {"message": "Invalid Integration identifier specified"}, "NotFoundException")
        recast.save(self.scratch / "now" / "types/mock.json", t.cassette)
        got = self.drift("was", "now", code=1)
        self.assertEqual([(f["rule"], f["at"], f["was"], f["now"]) for f in got["findings"]], [("now-refused", "status", 201, 400)])
        self.assertEqual([p["interaction"] for p in got["findings"][0]["places"]], ["put", "get"])
        self.assertEqual(got["score"]["same"], 0)

    def test_the_relation_to_what_was_sent_is_said(self):
        was, now = self.changed(*MOCK, edit(lambda v: without(v, "timeoutInMillis")))
        got = self.drift(was, now, code=1)
        self.assertEqual(got["findings"][0]["text"], "'timeoutInMillis' was defaulted to 29000, is now absent")

    def test_a_list_that_grows_in_the_middle_is_one_item(self):
        was, now = self.changed(*TWO_KEYS, edit(lambda v: v.update(
            cacheKeyParameters=v["cacheKeyParameters"][:1] + ["method.request.header.new"] + v["cacheKeyParameters"][1:])))
        self.assertEqual([f["rule"] for f in self.drift(was, now, code=1)["findings"]], ["modelled-member-added"])


class Policy(DriftCase):
    def config(self, **drift):
        (self.scratch / "gwtape.json").write_text(json.dumps({"drift": drift}))

    def test_severities_can_be_overridden(self):
        was, now = self.changed(*MISSING, text("Integration", "integration"))
        self.config(severity={"message-changed": "info"})
        got = self.drift(was, now, code=0)
        self.assertEqual((got["findings"][0]["severity"], got["summary"]["info"]), ("INFO", 1))
        self.config(severity={"message-changed": "BREAKING"})
        self.assertEqual(self.drift(was, now, "--fail-on", "breaking", code=1)["summary"]["breaking"], 1)

    def test_an_accepted_difference_does_not_fail_until_its_day(self):
        was, now = self.changed(*MISSING, text("Integration", "integration"))
        for until, accepted in (("2999-12-31", 1), ("2020-01-01", 0)):
            for extra in ({}, {"scenario": "get"}, {"scenario": MISSING[0]}, {"at": "/message"}):
                self.config(accepted=[{"rule": "message-changed", "reason": "known", "until": until, **extra}])
                got = self.drift(was, now, code=1 - accepted)
                self.assertEqual((len(got["accepted"]), len(got["findings"])), (accepted, 1 - accepted), (until, extra))
                self.assertEqual(got["summary"]["risky"], 1 - accepted)

    def test_an_acceptance_for_another_place_counts_for_nothing(self):
        was, now = self.changed(*MISSING, text("Integration", "integration"))
        for extra in ({"scenario": "get/missing"}, {"scenario": "types"}, {"at": "/messages"}, {"rule": "value-changed"}):
            self.config(accepted=[{"rule": "message-changed", "reason": "known", "until": "2999-12-31", **extra}])
            self.assertEqual(len(self.drift(was, now, code=1)["findings"]), 1, extra)

    def test_what_is_not_a_policy_is_malformed(self):
        was, now = self.changed(*MOCK, lambda t: None)
        good = {"rule": "value-changed", "reason": "x", "until": "2999-01-01"}
        for drift in (7, {"severity": {"no-such-rule": "info"}}, {"severity": {"value-changed": "fatal"}}, {"severity": []},
                      {"accepted": {}}, {"accepted": [7]}, {"accepted": [without(good, "reason")]}, {"accepted": [without(good, "until")]},
                      {"accepted": [without(good, "rule")]}, {"accepted": [{**good, "until": "soon"}]},
                      {"accepted": [{**good, "rule": "x"}]}, {"accepted": [{**good, "more": "x"}]}, {"sever": {}}):
            (self.scratch / "gwtape.json").write_text(json.dumps({"drift": drift}))
            self.assertExit(self.gwtape("drift", was, now), 3)


class Page(DriftCase):
    def test_the_page_lists_every_rule_with_its_severity(self):
        code = (support.SOURCE / "drift" / "rules.h").read_text(encoding="utf-8")
        page = (support.SOURCE / "docs" / "drift.md").read_text(encoding="utf-8")
        rules = re.findall(r'X\([A-Z_]+,\s*"([a-z-]+)",\s*([A-Z]+),', code.replace("\\\n", ""))
        self.assertEqual(re.findall(r"^\| `([a-z-]+)` \| ([A-Z]+) \|", page, re.M), rules)
        self.assertGreater(len(rules), 20)


class Words(DriftCase):
    def test_words_that_are_paths_and_scenarios_are_ambiguous(self):
        for name in ("types", "get"):
            shutil.copytree(CASSETTES / name, self.scratch / "cassettes" / name)
        done = self.gwtape("drift", "types", "get", "--scenarios", support.SCENARIOS, cwd=self.scratch / "cassettes")
        self.assertExit(done, 2)
        self.assertIn("./types", done.stderr)

    def test_a_file_is_compared_with_its_scenario_in_a_folder(self):
        was, now = self.changed(*MISSING, text("Integration", "integration"))
        shutil.copytree(CASSETTES / "types", now / "types")
        got = self.drift(was / "get/missing-integration.json", now, code=1)
        self.assertEqual((got["summary"]["scenarios"], got["summary"]["risky"]), (1, 1))
        got = self.drift(was / "get/missing-integration.json", now / "get/missing-integration.json", code=1)
        self.assertEqual(got["summary"]["risky"], 1)

    def test_revisions_are_compared(self):
        was, now = self.changed(*MISSING, text("Integration", "integration"))
        self.git("init", "-q", cwd=was)
        self.git("add", ".", cwd=was)
        self.git("commit", "-qm", "one", cwd=was)
        shutil.copy(now / "get/missing-integration.json", was / "get/missing-integration.json")
        self.git("commit", "-qam", "two", cwd=was)
        for a, b in (("was@HEAD~1", "was@HEAD"), ("was@HEAD~1", "was"), ("was/get/missing-integration.json@HEAD~1", "was@HEAD"),
                     ("was@HEAD~1", "was/get/missing-integration.json")):
            self.assertEqual(self.drift(a, b, code=1)["summary"]["risky"], 1, (a, b))
        self.assertExit(self.gwtape("drift", "was@HEAD", "was"), 0)
        self.assertExit(self.gwtape("drift", "was@nowhere", "was"), 3)

    def test_what_is_missing_is_never_clean(self):
        was, now = self.changed(*MOCK, lambda t: None)
        shutil.copytree(CASSETTES / "uris", now / "uris")
        got = self.drift(was, now, code=5)
        self.assertEqual(got["summary"]["compared"], 1)
        self.assertEqual({c["scenario"].split("/")[0] for c in got["couldNotCheck"]}, {"uris"})
        (self.scratch / "empty").mkdir()
        self.assertEqual(self.drift(was, "empty", code=5)["summary"]["couldNotCheck"], 1)
        self.assertExit(self.gwtape("drift", "empty", "empty"), 5)
        self.assertExit(self.gwtape("drift", was, "./nowhere"), 3)

    def test_another_question_is_not_compared(self):
        t = Tape("types/mock", "put")
        recast.save(self.scratch / "was/types/mock.json", t.cassette)
        other = Tape("types/mock-full", "put").cassette
        other["scenario"] = "types/mock"
        recast.save(self.scratch / "now/types/mock.json", other)
        got = self.drift("was", "now", code=5)
        self.assertEqual(got["findings"], [])
        self.assertIn("'method'", got["couldNotCheck"][0]["reason"])

    def test_a_throttled_answer_says_nothing(self):
        was, now = self.changed(*MOCK, lambda t: t.status(429, {"message": "Too Many Requests"}, "TooManyRequestsException"))
        got = self.drift(was, now, code=5)
        self.assertEqual((got["findings"], len(got["couldNotCheck"])), ([], 1))

    def test_findings_go_before_what_could_not_be_checked(self):
        was, now = self.changed(*MISSING, text("Integration", "integration"))
        shutil.copytree(CASSETTES / "uris", now / "uris")
        self.drift(was, now, code=1)
        self.drift(was, now, "--fail-on", "breaking", code=5)


class Hostile(DriftCase):
    def test_what_is_not_a_cassette(self):
        was, now = self.changed(*MOCK, lambda t: None)
        (now / "README.md").write_text("text")
        (now / "types" / "notes.txt").write_text("text")
        os.symlink(was / "types/mock.json", now / "types/link.json")
        os.symlink(was, now / "linked")
        self.drift(was, now, code=0)
        for content in ("{}", "[]", "", "{\"format\":1", "\0", "{\"format\":99}", "[" * 100000):
            (now / "types" / "other.json").write_text(content)
            done = self.gwtape("drift", was, now)
            self.assertExit(done, 3)
            self.assertIn("other.json", done.stderr)

    def test_bodies_of_all_shapes(self):
        shapes = [b"{" + b",".join(b'"m%d":%d' % (i, i) for i in range(20000)) + b"}", b"[" * 500 + b"]" * 500,
                  b"[" + b",".join(b"%d" % i for i in range(50000)) + b"]", b'{"a":1,"a":2}', b"\xff\xfe", b"null", b'"x"', b"[]", b"{}",
                  b'{"message":"\\u0000"}', "{\"\u202e\":\"\u202e\"}".encode(), b'{"cacheNamespace":"${resourceId}"}']
        for i, shape in enumerate(shapes):
            shutil.rmtree(self.scratch / "now", ignore_errors=True)
            was, now = self.changed(*MOCK, body(shape))
            for a, b in ((was, now), (now, was)):
                got = self.drift(a, b, code=1)
                self.assertGreaterEqual(len(got["findings"]), 1, i)
            self.drift(now, now, code=0)

    def test_a_long_list_that_loses_its_first_item(self):
        items = list(range(30000))
        was, now = self.changed(*MOCK, body(lf({"list": items})))
        shutil.move(now, self.scratch / "long")
        _, now = self.changed(*MOCK, body(lf({"list": items[1:]})))
        self.assertEqual(len(self.drift("long", now, code=1)["findings"]), 1)

    def test_a_literal_that_looks_like_a_variable_is_another_value(self):
        was, now = self.changed(*MOCK, set_to("cacheNamespace", "${resourceId}"))
        self.assertEqual([f["rule"] for f in self.drift(was, now, code=1)["findings"]], ["default-changed"])


class Reports(DriftCase):
    EVIL = "]]></x>\u202e<script>alert(1)</script>|`@someone #1 ::error::\r\n%0A"

    def test_every_format_says_the_same_and_lets_nothing_out(self):
        was, now = self.changed(*MISSING, edit(lambda v: v.update(message=self.EVIL)))
        shutil.copytree(CASSETTES / "uris", now / "uris")
        names = ["text", "json", "markdown", "html", "junit", "github"]
        done = self.gwtape("drift", was, now, *[x for n in names for x in ("--report", "%s:out/%s" % (n, n))])
        self.assertExit(done, 1)
        got = {n: (self.scratch / "out" / n).read_text(encoding="utf-8") for n in names}
        self.assertEqual(json.loads(got["json"])["summary"]["risky"], 1)
        for name, content in got.items():
            self.assertIn("message-changed", content, name)
            self.assertTrue("could not" in content.lower() or "COULD_NOT_CHECK" in content or "couldNotCheck" in content, name)
            self.assertNotIn("\u202e", content, name)
        self.assertNotIn("<script>alert", got["html"])
        self.assertNotIn("@someone", got["markdown"])
        self.assertFalse([line for line in got["github"].split("\n") if line.startswith("::error::")])
        suite = xml.etree.ElementTree.fromstring(got["junit"]).find("testsuite")
        self.assertEqual((suite.get("failures"), int(suite.get("errors"))), ("1", json.loads(got["json"])["summary"]["couldNotCheck"]))
        self.assertEqual(len(suite.findall("testcase")), int(suite.get("tests")))
        for row in json.loads(got["json"])["scenarios"]:
            self.assertIn(row["scenario"], got["text"])

    def test_a_report_that_is_unknown_is_refused_before_anything(self):
        was, now = self.changed(*MOCK, lambda t: None)
        for bad in ("pdf:x", "json", "json:", ":x"):
            self.assertExit(self.gwtape("drift", was, now, "--report", bad), 2)


if __name__ == "__main__":
    support.main()
