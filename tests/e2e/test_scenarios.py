"""The shipped scenarios and cassettes: well formed, complete, recorded as they say, and replayed to the last one."""

import collections
import copy
import http.client
import itertools
import json
import re
import shutil
import urllib.parse

import schema
import sigv4
import support
import tape

CASSETTES = support.SOURCE / "cassettes"
BROKEN = support.SOURCE / "tests" / "data" / "scenarios" / "broken"
CLASSES = ("aws-live", "aws-published", "documented", "guessed")


def files(folder, suffix):
    return sorted(p for p in folder.rglob("*" + suffix) if p.name != "VALIDATED.json")


class Lint(support.TestCase):
    def test_every_shipped_file_is_well_formed(self):
        done = self.gwtape("lint", cwd=support.SOURCE)
        self.assertExit(done, 0)
        count = len(files(support.SCENARIOS, ".yaml")) + len(list(CASSETTES.rglob("*.json")))
        self.assertEqual(done.stdout, "%d files, 0 broken\n" % count)

    def test_every_broken_scenario_gets_its_message_line_and_column(self):
        broken = files(BROKEN, ".yaml")
        self.assertGreaterEqual(len(broken), 20)
        done = self.gwtape("lint", BROKEN)
        self.assertExit(done, 3)
        wanted = ["%s:%s" % (p, p.read_bytes().split(b"\n")[0][2:].decode()) for p in broken]
        self.assertEqual(done.stdout.splitlines()[:-1], wanted)
        self.assertEqual(done.stdout.splitlines()[-1], "%d files, %d broken" % (len(broken), len(broken)))

    def test_json_has_the_parts(self):
        done = self.gwtape("lint", "--json", BROKEN / "tab.yaml", support.SCENARIOS / "types" / "mock.yaml")
        self.assertExit(done, 3)
        self.assertEqual(json.loads(done.stdout), {"files": 2, "problems": [
            {"file": str(BROKEN / "tab.yaml"), "line": 11, "column": 1,
             "message": "tab in the indentation; indent with spaces"}]})

    def test_a_damaged_cassette_and_a_misplaced_one_are_found(self):
        folder = self.scratch / "cassettes" / "types"
        folder.mkdir(parents=True)
        whole = (CASSETTES / "types" / "mock.json").read_text(encoding="utf-8")
        (folder / "mock.json").write_text(whole.replace("29000", "29001", 1), encoding="utf-8")
        (folder / "other.json").write_text(whole, encoding="utf-8")
        done = self.gwtape("lint", self.scratch / "cassettes")
        self.assertExit(done, 3)
        self.assertRegex(done.stdout, r"types/mock\.json:\d+:\d+: ")
        self.assertRegex(done.stdout, r"types/other\.json:1:1: .*rename the file")

    def test_nothing_to_check_is_not_a_success(self):
        (self.scratch / "empty").mkdir()
        self.assertExit(self.gwtape("lint", self.scratch / "empty"), 5)
        self.assertExit(self.gwtape("lint", self.scratch / "none"), 3)
        self.assertExit(self.gwtape("lint", support.SOURCE / "meson.build"), 2)


class Reading(support.TestCase):
    def test_ls_is_the_table_of_contents(self):
        done = self.gwtape("ls", "--json", cwd=support.SOURCE)
        self.assertExit(done, 0)
        rows = json.loads(done.stdout)
        names = [str(p.relative_to(support.SCENARIOS).with_suffix("")) for p in files(support.SCENARIOS, ".yaml")]
        self.assertEqual([row["scenario"] for row in rows], sorted(names))
        self.assertEqual({row["state"] for row in rows}, {"recorded"})
        self.assertTrue(all(row["about"] and row["steps"] for row in rows))
        text = self.gwtape("ls", "types", cwd=support.SOURCE).stdout
        self.assertIn("types/mock", text)
        self.assertIn("MOCK with nothing but its type; AWS fills in the defaults\n", text)

    def test_ls_says_what_is_not_recorded_and_what_changed(self):
        scenarios = self.scratch / "scenarios" / "types"
        shutil.copytree(support.SCENARIOS / "types", scenarios)
        (scenarios / "new.yaml").write_text("about: new\nsteps: [{id: a, call: GetAccount}]\n")
        with open(scenarios / "mock.yaml", "a", encoding="utf-8") as mock:
            mock.write("# changed\n")
        done = self.gwtape("ls", "--json", "--scenarios", scenarios.parent, "--cassettes", CASSETTES)
        states = {row["scenario"]: row["state"] for row in json.loads(done.stdout)}
        self.assertEqual((states["types/new"], states["types/mock"], states["types/http"]),
                         ("not recorded", "changed", "recorded"))

    def test_show_prints_requests_and_answers(self):
        done = self.gwtape("show", "--json", "types/mock", cwd=support.SOURCE)
        self.assertExit(done, 0)
        shown, cassette = json.loads(done.stdout), tape.load(CASSETTES, "types/mock")
        self.assertEqual([s["call"] for s in shown["steps"]], ["PutIntegration", "GetIntegration"])
        for step, interaction in zip(shown["steps"], cassette["interactions"]):
            self.assertEqual(step["request"]["target"], interaction["request"]["path"])
            self.assertEqual(step["response"]["body"], interaction["response"]["body"]["json"])
        text = self.gwtape("show", "types/mock", cwd=support.SOURCE).stdout
        self.assertIn("\nput: PutIntegration\n  PUT /restapis/", text)
        self.assertIn("\n  answered 201 (aws-published: ", text)

    def test_an_unknown_name_is_exit_5(self):
        for command in ("ls", "show"):
            self.assertExit(self.gwtape(command, "types/none", cwd=support.SOURCE), 5)


class Schemas(support.TestCase):
    def setUp(self):
        super().setUp()
        self.schemas = {name: support.read_json(support.SOURCE / "docs" / "schema" / (name + ".json"))
                        for name in ("scenario", "cassette")}

    def test_every_cassette_is_as_its_schema_says(self):
        for path in files(CASSETTES, ".json"):
            found = list(schema.errors(support.read_json(path), self.schemas["cassette"], self.schemas["cassette"]))
            self.assertEqual(found, [], path)

    def test_a_changed_cassette_is_not(self):
        whole = support.read_json(CASSETTES / "types" / "mock.json")
        changes = {"format": lambda c: c.update(format=2), "extra": lambda c: c.update(date="now"),
                   "class": lambda c: c["interactions"][0]["response"]["evidence"].update({"class": "sure"}),
                   "hash": lambda c: c["index"].update(scenarioSha256="x"),
                   "body": lambda c: c["interactions"][0]["request"]["body"].update(text="x"),
                   "header": lambda c: c["interactions"][0]["request"]["headers"].append(["only-a-name"])}
        for name, change in changes.items():
            changed = copy.deepcopy(whole)
            change(changed)
            self.assertTrue(list(schema.errors(changed, self.schemas["cassette"], self.schemas["cassette"])), name)

    def test_every_scenario_is_as_its_schema_says(self):
        try:
            import yaml
        except ImportError:
            support.skip("PyYAML is not installed")
        for path in files(support.SCENARIOS, ".yaml"):
            read = yaml.safe_load(path.read_text(encoding="utf-8").replace("\x7f", ""))
            found = list(schema.errors(read, self.schemas["scenario"], self.schemas["scenario"]))
            self.assertEqual(found, [], path)

    def test_schemas_and_readers_know_the_same_members_and_limits(self):
        """The tables that the readers go by, against what the schemas promise."""
        source = "".join((support.SOURCE / "lib/scenario" / name).read_text() for name in ("scenario.c", "raw.c"))
        root, steps = self.schemas["scenario"], self.schemas["scenario"]["$defs"]
        for table, promised in (("scenario_keys", root), ("step_keys", steps["step"]), ("expect_keys", steps["expect"]),
                                ("raw_keys", steps["raw"]),
                                ("echoes_keys", steps["expect"]["properties"]["echoes"]["oneOf"][1])):
            text = re.search(r"%s\[\] = \{(.*?)\n\};" % table, source, re.S).group(1)
            known = re.findall(r'\{ "(\w+)", \w+, (true|false) \}', text)
            self.assertEqual(sorted(name for name, _ in known), sorted(promised["properties"]), table)
            self.assertEqual(sorted(name for name, must in known if must == "true"), sorted(promised.get("required", [])), table)
        limit = re.search(r"define GWT_MAX_STEPS\s+(\d+)", (support.SOURCE / "lib/scenario/scenario.h").read_text()).group(1)
        self.assertEqual(int(limit), root["properties"]["steps"]["maxItems"])
        source = (support.SOURCE / "lib/cassette/codec_read.c").read_text()
        read = set(re.findall(r'\{ "(\w+)", GWT_JSON_\w+, (?:true|false), &\w+ \}', source))
        promised = set()

        def collect(value):
            if isinstance(value, dict):
                promised.update(value.get("properties", {}) if isinstance(value.get("properties"), dict) else {})
                for each in value.values():
                    collect(each)
            elif isinstance(value, list):
                for each in value:
                    collect(each)
        collect(self.schemas["cassette"])
        self.assertLessEqual(read, promised)
        for name in ("relation", "repeated", "wire", "scenarioSha256"):
            self.assertIn(name, read & promised)

    def test_as_many_steps_as_the_schema_says_and_no_more(self):
        step = "  - {id: s%d, call: GetAccount, input: {}, expect: {status: 200}}\n"
        limit = self.schemas["scenario"]["properties"]["steps"]["maxItems"]
        for count, code in ((limit, 0), (limit + 1, 3)):
            folder = self.scratch / str(count)
            (folder / "g").mkdir(parents=True)
            (folder / "g" / "many.yaml").write_text("about: many\nsteps:\n" + "".join(step % n for n in range(count)))
            self.assertExit(self.gwtape("lint", folder), code)

    def test_the_schemas_hold_for_an_independent_validator_too(self):
        try:
            import jsonschema
        except ImportError:
            support.skip("python3-jsonschema is not installed")
        for name in self.schemas:
            jsonschema.Draft202012Validator.check_schema(self.schemas[name])
        validator = jsonschema.Draft202012Validator(self.schemas["cassette"])
        for path in files(CASSETTES, ".json"):
            self.assertEqual([e.message for e in validator.iter_errors(support.read_json(path))], [], path)


# The classes of DESIGN's table with what tells them apart, written again: independent of the code's.
OPTIONS = collections.OrderedDict([
    ("integrationHttpMethod", 6), ("uri", 10), ("connectionType", 4), ("connectionId", 4), ("credentials", 5),
    ("requestParameters", 6), ("requestTemplates", 6), ("passthroughBehavior", 5), ("cacheNamespace", 3),
    ("cacheKeyParameters", 5), ("contentHandling", 4), ("timeoutInMillis", 7), ("tlsConfig", 4),
    ("responseTransferMode", 4), ("integrationTarget", 2)])


class Coverage(support.TestCase):
    def coverage(self, *args):
        done = self.gwtape("coverage", "--json", *args, cwd=support.SOURCE)
        self.assertExit(done, 0)
        return json.loads(done.stdout)

    def test_everything_is_covered_and_recorded_in_both_models(self):
        found = self.coverage("--fail-under", "100")
        newer = list(OPTIONS.values())
        for version, sizes in zip(found["versions"], (newer[:-2], newer)):
            pairs = sum(a * b for a, b in itertools.combinations(sizes + [7], 2))
            self.assertEqual(version["cells"], dict.fromkeys(("total", "covered", "recorded"), 5 * sum(sizes)))
            self.assertEqual(version["pairs"], dict.fromkeys(("total", "covered", "recorded"), pairs))
            self.assertEqual(version["missing"], [])
        self.assertEqual([found[k] for k in ("model", "cells", "pairs", "missing")],
                         [found["versions"][-1][k] for k in ("model", "cells", "pairs", "missing")])

    def test_each_option_is_present_for_each_type(self):
        present = {(c["type"], c["option"]) for c in self.coverage()["covered"] if c["class"] != "absent"}
        self.assertEqual(len(present), 5 * len(OPTIONS))
        for cell in self.coverage()["covered"]:
            self.assertTrue((support.SCENARIOS / (cell["scenario"] + ".yaml")).exists(), cell)

    def test_counts_are_those_that_the_cassettes_give(self):
        """Simple classes counted from the recorded bodies: every value of an enum with every type."""
        seen = set()
        for path in files(CASSETTES, ".json"):
            for interaction in support.read_json(path)["interactions"]:
                if interaction["operation"] == "PutIntegration":
                    body = tape.body_value(interaction["request"].get("body")) or {}
                    seen.update((body.get("type"), option, json.dumps(body.get(option)))
                                for option in ("contentHandling", "passthroughBehavior", "timeoutInMillis", "uri"))
        for type_ in ("HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"):
            for option, values in {"contentHandling": [None, "CONVERT_TO_BINARY", "CONVERT_TO_TEXT"],
                                   "passthroughBehavior": ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"],
                                   "timeoutInMillis": [0, 49, 50, 5000, 29000, 29001], "uri": [None, ""]}.items():
                for value in values:
                    self.assertIn((type_, option, json.dumps(value)), seen)

    def test_generating_again_changes_nothing(self):
        scenarios = self.scratch / "scenarios"
        done = self.gwtape("coverage", "--generate", "--scenarios", scenarios)
        self.assertExit(done, 0)
        made = support.snapshot(scenarios / "pairwise")
        self.assertEqual(made, support.snapshot(support.SCENARIOS / "pairwise"))
        (scenarios / "pairwise" / "mine.yaml").write_text("about: mine\nsteps: [{id: a, call: GetAccount}]\n")
        (scenarios / "pairwise" / "old-01.yaml").write_text(
            "about: old\ntags: [generated]\nsteps: [{id: a, call: GetAccount}]\n")
        again = self.gwtape("coverage", "--generate", "--scenarios", scenarios)
        self.assertIn(": 0 files written, 1 removed", again.stderr)
        self.assertEqual(set(support.snapshot(scenarios / "pairwise")) - set(made), {"mine.yaml"})

    def test_fail_under_fails_under_it(self):
        scenarios = self.scratch / "scenarios"
        shutil.copytree(support.SCENARIOS / "types", scenarios / "types")
        args = ("coverage", "--scenarios", scenarios, "--cassettes", self.scratch / "none")
        self.assertExit(self.gwtape(*args, "--fail-under", "1"), 0)
        under = self.gwtape(*args, "--fail-under", "60")
        self.assertExit(under, 1)
        self.assertIn("missing cell: HTTP with uri malformed\n", under.stdout)
        self.assertExit(self.gwtape(*args, "--fail-under", "101"), 2)

    def test_no_scenario_is_exit_5(self):
        (self.scratch / "scenarios").mkdir()
        self.assertExit(self.gwtape("coverage"), 5)


class Shipped(support.TestCase):
    def test_recording_afresh_gives_the_shipped_bytes(self):
        folder = self.scratch / "cassettes"
        self.record(folder, "--no-commit")
        fresh = {p.relative_to(folder): p.read_bytes() for p in files(folder, ".json")}
        shipped = {p.relative_to(CASSETTES): p.read_bytes() for p in files(CASSETTES, ".json")}
        differ = sorted(str(p) for p in fresh.keys() | shipped.keys() if fresh.get(p) != shipped.get(p))
        self.assertEqual(differ, [], "the sandbox or a scenario changed: look at what `gwtape record --mode all` "
                                     "changes in cassettes/, and commit it if it is right")

    def test_the_readme_counts_the_answers_by_evidence(self):
        counts = collections.Counter()
        for path in files(CASSETTES, ".json"):
            for interaction in support.read_json(path)["interactions"]:
                counts[interaction["response"]["evidence"]["class"]] += 1
        readme = (CASSETTES / "README.md").read_text(encoding="utf-8")
        stated = dict(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", readme, re.M))
        self.assertEqual({name: int(n) for name, n in stated.items()}, {name: counts[name] for name in CLASSES})

    def test_every_interaction_is_consumed_by_a_client_that_makes_the_calls(self):
        report = self.scratch / "report.json"
        server = self.serve("replay", "--cassettes", CASSETTES, "--strict", "--report", "json:%s" % report)
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=support.HANG_SECONDS)
        calls = 0
        for path in files(CASSETTES, ".json"):
            cassette = support.read_json(path)
            for interaction in cassette["interactions"]:
                self.check_call(connection, server.url, cassette, interaction)
                calls += 1
        connection.close()
        self.assertExit(server.stop(), 0)
        summary = support.read_json(report)["summary"]
        self.assertEqual((summary["requests"], summary["matched"], summary["broken"], summary["unused"]),
                         (calls, calls, 0, 0))

    def check_call(self, connection, url, cassette, interaction):
        request, response = interaction["request"], interaction["response"]
        body = tape.body_bytes(request.get("body"))
        headers = sigv4.signed_headers(url, request["method"], request["path"], body)
        connection.request(request["method"], request["path"], body or None, headers)
        answer = connection.getresponse()
        got = answer.read()
        where = "%s %s: %s" % (cassette["scenario"], interaction["id"], got[:500])
        self.assertEqual(answer.status, response["status"], where)
        self.assertEqual(got, tape.body_bytes(response.get("body")), where)


if __name__ == "__main__":
    support.main()
