"""`gwtape verify`: drivers right and wrong, reports, waivers, comparisons, versions. Needs nothing but Python."""

import datetime
import json
import re
import shutil
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import support

MISBEHAVE = support.SOURCE / "tests" / "e2e" / "misbehave.py"
CASSETTES = support.SOURCE / "cassettes"
FEW = ["text/emoji", "types/http", "types/mock"]
SHORT = "6"  # seconds: long enough for a driver that starts on a busy machine
DATA = ["--scenarios", support.SCENARIOS, "--cassettes", CASSETTES]


def scenario_options(names):
    return [word for name in names for word in ("--scenario", name)]


class Verify(support.TestCase):
    def setUp(self):
        super().setUp()
        self.few = FEW
        self.assertExit(self.gwtape("verify", "--init", "python"), 0)
        self.driver = "%s driver.py" % sys.executable

    def verify(self, client, *options, few=True):
        clients = [client] if isinstance(client, str) else client
        run = self.gwtape("verify", *[w for c in clients for w in ("--client", c)], *DATA,
                          *(scenario_options(self.few) if few else []), "--report", "json:m.json", *options)
        report = support.read_json(self.scratch / "m.json") if (self.scratch / "m.json").exists() else None
        return run, report

    def misbehave(self, kind, nth=2, *options):
        (self.scratch / (kind + ".count")).unlink(missing_ok=True)
        return self.verify("%s %s driver.py %s %d" % (sys.executable, MISBEHAVE, kind, nth), *options)

    def assert_only(self, report, number, verdict, reason=None):
        """Row `number` (from 0) is as said, all others are right."""
        rows = report["requests"]
        self.assertEqual((rows[number]["ok"], rows[number]["verdict"], rows[number].get("reason")),
                         (False, verdict, reason), rows[number])
        others = [r for i, r in enumerate(rows) if i != number]
        self.assertEqual([r["verdict"] for r in others if not r["ok"]], [])
        self.assertGreater(len(others), 3)


class RightDrivers(Verify):
    def test_a_driver_from_init_is_right_everywhere(self):
        run, report = self.verify(self.driver, few=False)
        self.assertExit(run, 0)
        summary = report["summary"]
        self.assertEqual(len(report["requests"]), summary["requests"])
        self.assertEqual(summary["broken"], 0)
        self.assertGreater(summary["matched"], 400)
        settled = {"LOCAL_REFUSAL", "UNSUPPORTED"}
        self.assertEqual({r["verdict"] for r in report["requests"] if not r["ok"]} - settled, set())
        calls = [(s["interaction"], s["scenario"]) for s in report["requests"]]
        self.assertEqual(len(calls), len(set(calls)), "a call has two rows")
        self.assertEqual({r["kind"] for r in report["retries"]}, {"429", "500", "503", "reset", "truncated"})
        self.assertEqual({r["attempts"] for r in report["retries"]}, {1}, "urllib does not retry")
        self.assertEqual({r["result"] for r in report["evolution"]}, {"same"})
        self.assertEqual(len(report["evolution"]), 5)

    def test_every_language_of_init_runs(self):
        programs = {"js": ("node", "node driver.js"), "ruby": ("ruby", "ruby driver.rb"), "php": ("php", "php driver.php"),
                    "python": ("python3", self.driver)}
        ran = 0
        for language, (program, command) in programs.items():
            if not shutil.which(program):
                continue
            if language != "python":
                self.assertExit(self.gwtape("verify", "--init", language), 0)
            run, report = self.verify(command)
            self.assertExit(run, 0)
            self.assertEqual(report["summary"]["matched"], len(report["requests"]))
            ran += 1
        self.assertGreater(ran, 0)

    def test_the_drivers_of_the_page_run(self):
        """Each block of docs/writing-a-driver.md, where its client is installed."""
        text = (support.SOURCE / "docs" / "writing-a-driver.md").read_text(encoding="utf-8")
        blocks = {name: block for name, block in re.findall(r"```(\w+)\n(.*?)```", text, re.S)}
        self.assertEqual(set(blocks), {"python", "js", "ruby"})
        programs = {"python": ([support.DEBIAN_PYTHON], "page.py", ["-c", "import boto3"]),
                    "js": (["node"], "page.cjs", ["-e", "require('@aws-sdk/client-api-gateway')"]),
                    "ruby": (["ruby"], "page.rb", ["-e", "require 'aws-sdk-apigateway'"])}
        modules = support.SOURCE / "clients" / "js-v3" / "node_modules"
        if modules.is_dir():
            (self.scratch / "node_modules").symlink_to(modules)
        ran = []
        for language, (program, name, probe) in programs.items():
            if not shutil.which(program[0]) or support.run([*program, *probe], self.env, self.scratch).code:
                continue
            (self.scratch / name).write_text(blocks[language])
            run, report = self.verify("%s %s" % (program[0], name))
            self.assertExit(run, 0)
            self.assertEqual(report["summary"]["matched"], len(report["requests"]), language)
            ran.append(language)
        if not ran:
            support.skip("the SDKs of docs/writing-a-driver.md are not installed: python3-boto3, clients/install.sh js-v3")

    def test_init_replaces_no_file(self):
        (self.scratch / "driver.js").write_text("mine")
        self.assertExit(self.gwtape("verify", "--init", "js"), 2)
        self.assertEqual((self.scratch / "driver.js").read_text(), "mine")
        self.assertExit(self.gwtape("verify", "--init", "cobol"), 2)

    def test_two_clients_agree_at_the_level_that_they_do(self):
        second = self.scratch / "second.py"
        second.write_text((self.scratch / "driver.py").read_text().replace('separators=(",", ":")', 'separators=(", ", ": ")'))
        run, report = self.verify([self.driver, "%s second.py" % sys.executable])
        self.assertExit(run, 0)
        (pair,) = report["pairs"]
        self.assertEqual((pair["a"], pair["level"]), (self.driver, "contract"))
        self.assertEqual(pair["compared"], len(report["requests"]) // 2)


class WrongDrivers(Verify):
    def test_each_failure_has_its_reason_and_the_run_goes_on(self):
        for kind, reason in {"die": "exited", "flood": "not-json", "flood_lines": "wrong-id", "rubbish": "not-json",
                             "flood_without_end": "flood", "wrong_id": "wrong-id", "twice": "twice",
                             "not_an_answer": "not-json"}.items():
            with self.subTest(kind=kind):
                run, report = self.misbehave(kind)
                self.assertExit(run, 1)
                self.assert_only(report, 1, "NO_CALL", reason)
                self.assertEqual(report["summary"]["broken"], 1)

    def test_lines_that_are_not_answers(self):
        for kind, reason in {"half_a_line": "not-json", "not_utf8": "not-json", "deep": "not-json", "number_for_id": "not-json",
                             "member_twice": "not-json", "nul": "not-json", "byte_order_mark": "not-json",
                             "huge": "flood"}.items():
            with self.subTest(kind=kind):
                run, report = self.misbehave(kind)
                self.assertExit(run, 1)
                self.assert_only(report, 1, "NO_CALL", reason)

    def test_lines_that_are_answers_all_the_same(self):
        for kind in ("no_line_feed", "windows", "empty_lines", "more_members"):
            with self.subTest(kind=kind):
                run, report = self.misbehave(kind)
                self.assertExit(run, 0)
                self.assertEqual(report["summary"]["matched"], len(report["requests"]))

    def test_drivers_that_say_nothing_more(self):
        for kind, reason in {"close_stdout": "timeout", "orphan": "exited", "stderr_flood": "timeout"}.items():
            with self.subTest(kind=kind):
                run, report = self.misbehave(kind, 2, "--timeout", SHORT)
                self.assertExit(run, 1)
                self.assert_only(report, 1, "NO_CALL", reason)

    def test_what_a_driver_started_ends_with_it(self):
        self.misbehave("orphan")
        status = Path("/proc/%s/stat" % (self.scratch / "orphan.pid").read_text())
        try:
            self.assertEqual(status.read_text().rpartition(")")[2].split()[0], "Z", "the driver's child still runs")
        except FileNotFoundError:
            pass  # it is gone

    def test_a_driver_that_hangs_is_ended_and_started_again(self):
        run, report = self.misbehave("hang", 2, "--timeout", SHORT)
        self.assertExit(run, 1)
        self.assert_only(report, 1, "NO_CALL", "timeout")

    def test_what_a_dying_driver_said_last_is_in_its_row(self):
        _, report = self.misbehave("die")
        self.assertIn("exit code 3: the driver is out of luck", report["requests"][1]["note"])

    def test_a_call_that_is_made_twice_is_consumed(self):
        run, report = self.misbehave("call_twice")
        self.assertExit(run, 1)
        self.assert_only(report, 1, "ALREADY_CONSUMED")
        self.assertEqual(report["requests"][1]["attempts"], 2)

    def test_lies_are_named(self):
        for kind, verdict, word in [("lie_ok", "NO_CALL", "no request came"), ("lie_local", None, "and one came"),
                                    ("lie_unsupported", None, "a request came"),
                                    ("lie_failed", None, "says that the call failed, and it was answered with 200"),
                                    ("swallow", "WRONG_VALUE", "says that the call succeeded, and it was answered with 422")]:
            with self.subTest(kind=kind):
                nth = 1 if kind == "swallow" else 2
                run, report = self.misbehave(kind, nth)
                self.assertExit(run, 1)
                row = report["requests"][nth - 1]
                self.assertFalse(row["ok"])
                self.assertIn(word, row["note"])
                if verdict:
                    self.assertEqual(row["verdict"], verdict)

    def test_refusals_and_missing_operations_do_not_fail(self):
        run, report = self.misbehave("refuse")
        self.assertExit(run, 0)
        self.assert_only(report, 1, "LOCAL_REFUSAL")
        self.assertEqual(report["summary"]["localRefusals"], 1)
        run, report = self.misbehave("unsupported", 1)
        self.assertExit(run, 0)
        rows = report["requests"]
        scenario = rows[0]["scenario"]
        for row in rows:
            self.assertEqual(row["verdict"] == "UNSUPPORTED", row["scenario"] == scenario, row)
            self.assertEqual(row["ok"], row["scenario"] != scenario)
        self.assertEqual(report["summary"]["broken"], 0)

    def test_a_change_on_purpose_changes_its_cell_alone(self):
        for kind, verdicts in {"drop_member": {"MISSING_FIELD"}, "wrong_escape": {"WRONG_PATH", "NO_SCENARIO"},
                               "other_secret": {"BAD_SIGNATURE"}}.items():
            with self.subTest(kind=kind):
                run, report = self.misbehave(kind, 1)
                self.assertExit(run, 1)
                row = report["requests"][0]
                self.assertIn(row["verdict"], verdicts)
                self.assertEqual([r["verdict"] for r in report["requests"][1:] if not r["ok"]], [])
                self.assertEqual(report["summary"]["broken"], 1)
        self.assertEqual(row["signature"]["verdict"], "invalid")

    def test_no_call_at_all_could_not_be_checked(self):
        for kind in ("lie_ok", "refuse", "unsupported"):
            with self.subTest(kind=kind):
                run, report = self.misbehave(kind, 0)
                self.assertExit(run, 5)
                self.assertEqual(report["clients"][0]["state"], "no call")

    def test_a_driver_that_always_fails_is_given_up(self):
        run, report = self.misbehave("die", 0)
        self.assertExit(run, 1)
        self.assertEqual({r["reason"] for r in report["requests"]}, {"exited"})
        self.assertEqual(int((self.scratch / "die.count").read_text()), 3)

    def test_a_command_that_does_not_exist(self):
        run, report = self.verify("/nowhere/driver --fast")
        self.assertExit(run, 1)
        self.assertEqual({r["verdict"] for r in report["requests"]}, {"NO_CALL"})


CLIENT = {"about": "a client of this test", "install": "sh install.sh {version}",
          "version": [sys.executable, "version.py"], "versions": [sys.executable, "version.py", "all"],
          "start": [sys.executable, "start.py"]}
VERSION = """
import os, sys, pathlib
if len(sys.argv) > 1:
    print("\\n".join("1.%d" % i for i in range(40)))
else:
    version = os.environ.get("GWTAPE_CLIENT_VERSION") or "1.0"
    if not (pathlib.Path("versions") / version).exists():
        sys.exit("%s is not there" % version)
    print("made-up", version)
"""
START = """
import os, runpy
version = int((os.environ.get("GWTAPE_CLIENT_VERSION") or "1.0").split(".")[1])
text = open("driver.py").read()
if version >= 23:
    text = text.replace('separators=(",", ":")', 'separators=(", ", ": ")')
if version >= 31:
    text = text.replace('"Accept": "application/json"', '"Accept": "application/json", "X-Amz-New": "1"')
exec(compile(text, "driver.py", "exec"))
"""


class NamedClients(Verify):
    def setUp(self):
        super().setUp()
        self.home = self.scratch / "clients" / "made-up"
        (self.home / "versions" / "1.0").mkdir(parents=True)
        shutil.copy(self.scratch / "driver.py", self.home / "driver.py")
        (self.home / "version.py").write_text(VERSION)
        (self.home / "start.py").write_text(START)
        (self.scratch / "install.sh").write_text("mkdir clients/made-up/versions/$1; echo $1 >>installs\n")
        self.write_client()

    def write_client(self, **changes):
        (self.home / "client.json").write_text(json.dumps({**CLIENT, **changes}))

    def write_waivers(self, *waivers):
        (self.home / "waivers.json").write_text(json.dumps({"waivers": list(waivers)}))

    def test_a_version_that_is_not_installed_is_named_and_the_others_run(self):
        run, report = self.verify(["made-up", "made-up@1.7"])
        self.assertExit(run, 5)
        self.assertEqual([(c["client"], c["state"]) for c in report["clients"]],
                         [("made-up", "ok"), ("made-up@1.7", "not installed")])
        self.assertEqual({r["client"] for r in report["requests"]}, {"made-up"})
        self.assertIn("not installed", run.stdout)
        self.assertIn("sh install.sh 1.7", run.stderr)
        self.assertExit(self.gwtape("verify", "--client", "nobody", *DATA), 5)

    def test_versions_side_by_side(self):
        (self.home / "versions" / "1.25").mkdir()
        run, report = self.verify(["made-up", "made-up@1.25"])
        self.assertExit(run, 0)
        self.assertEqual([c["version"] for c in report["clients"]], ["made-up 1.0", "made-up 1.25"])
        self.assertEqual(report["pairs"][0]["level"], "contract")

    def test_a_client_that_makes_more_calls_needs_a_backdrop(self):
        (self.scratch / "more_calls.count").unlink(missing_ok=True)
        start = [sys.executable, str(MISBEHAVE), "driver.py", "more_calls", "0"]
        self.write_client(start=start)
        run, report = self.verify("made-up")
        self.assertExit(run, 1)
        self.assertEqual({(r["operation"], r["verdict"]) for r in report["requests"] if not r["ok"]},
                         {("PutIntegration", "ALREADY_CONSUMED")})
        self.write_client(start=start, backdrop="sandbox")
        run, report = self.verify("made-up")
        self.assertExit(run, 0)
        self.assertEqual({r["attempts"] for r in report["requests"]}, {1}, "what the backdrop answers is not an attempt")

    def test_a_client_says_how_long_its_calls_take(self):
        self.write_client(start=[sys.executable, str(MISBEHAVE), "driver.py", "hang", "0"], timeout=1)
        run, report = self.verify("made-up")
        self.assertExit(run, 1)
        self.assertEqual({r["reason"] for r in report["requests"]}, {"timeout"})
        self.assertIn("within 1 s", report["requests"][0]["note"])
        run, report = self.verify("made-up", "--timeout", "2")
        self.assertIn("within 2 s", report["requests"][0]["note"], "the command line goes before client.json")

    def test_list_says_what_is_there(self):
        run = self.gwtape("verify", "--list")
        self.assertExit(run, 0)
        self.assertRegex(run.stdout, r"(?m)^made-up +made-up 1\.0$")

    def test_results_show_what_an_upgrade_changed(self):
        run, _ = self.verify("made-up", few=False)
        self.assertExit(run, 0)
        (first,) = (self.scratch / "results").glob("*/made-up/*.json")
        (self.home / "versions" / "1.31").mkdir()
        run, _ = self.verify("made-up@1.31", few=False)
        self.assertExit(run, 1)
        self.assertRegex(run.stderr, r"made-up 1\.31 after made-up 1\.0: [1-9]\d+ new failures, 0 fixed")
        self.assertEqual(len(list(first.parent.iterdir())), 2)
        again = self.gwtape("verify", "--client", "made-up", *DATA, *scenario_options(self.few), "--compare", first)
        self.assertExit(again, 0)

    def test_bisect_finds_the_first_version(self):
        run = self.gwtape("verify", "--client", "made-up", "--bisect", "1.0..1.39", *DATA, *scenario_options(self.few))
        self.assertExit(run, 1)
        self.assertIn("first: 1.23\n", run.stdout)
        self.assertIn("before: 1.22\n", run.stdout)
        self.assertIn("types/http#put", run.stdout)
        self.assertLessEqual(len((self.scratch / "installs").read_text().split()), 7)
        run = self.gwtape("verify", "--client", "made-up", "--bisect", "1.0..1.39", "--level", "contract", *DATA,
                          *scenario_options(self.few))
        self.assertExit(run, 1)
        self.assertIn("first: 1.31\n", run.stdout)

    def test_bisect_between_equal_versions(self):
        run = self.gwtape("verify", "--client", "made-up", "--bisect", "1.0..1.22", *DATA, *scenario_options(self.few))
        self.assertExit(run, 0)
        self.assertIn("no difference", run.stdout)

    def test_bisect_refuses_what_has_no_versions(self):
        for client, range_, code in [(self.driver, "1..2", 2), ("made-up", "1.0", 2), ("made-up", "1.9..1.0", 5),
                                     ("made-up", "7.0..8.0", 5)]:
            run = self.gwtape("verify", "--client", client, "--bisect", range_, *DATA, *scenario_options(self.few))
            self.assertExit(run, code)

    def test_waivers(self):
        later = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        past = (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
        (self.home / "versions" / "1.31").mkdir()
        for waiver, code, broken in [
                ({"scenario": "*", "verdict": "EXTRA_HEADER", "reason": "known", "until": later}, 0, 0),
                ({"scenario": "types/http*", "verdict": "EXTRA_HEADER", "reason": "known", "until": later}, 1, 4),
                ({"scenario": "*", "verdict": "EXTRA_HEADER", "reason": "known", "until": past}, 1, 6),
                ({"scenario": "*", "verdict": "EXTRA_HEADER", "at": "other", "reason": "known", "until": later}, 1, 6),
                ({"scenario": "*", "verdict": "EXTRA_HEADER", "at": "x-amz-new", "interaction": "put", "reason": "known",
                  "until": later}, 1, 3)]:
            with self.subTest(waiver=waiver):
                self.write_waivers(waiver)
                run, report = self.verify("made-up@1.31")
                self.assertEqual(report["summary"]["broken"], broken, run)
                self.assertExit(run, code)
                waived = [r for r in report["requests"] if "waiver" in r]
                self.assertEqual(report["summary"]["waived"], len(waived))
                self.assertEqual({r["waiver"]["reason"] for r in waived}, {"known"} if waived else set())
                if waiver["until"] == past:
                    self.assertIn("expired on " + past, run.stderr)

    def test_a_waiver_of_what_makes_no_difference_to_aws(self):
        later = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        for added, broken in [('"timeoutInMillis": 29000', 0), ('"timeoutInMillis": 29001', 3), ('"cacheNamespace": "x"', 3)]:
            with self.subTest(added=added):
                self.write_client(start=[sys.executable, "-c", "text = open('driver.py').read().replace("
                                         "'json.dumps(renamed', 'json.dumps({**{%s}, **renamed}'); exec(text)" % added])
                self.write_waivers({"scenario": "*", "verdict": "EXTRA_FIELD", "level": "effect", "reason": "it says the default",
                                    "until": later})
                run, report = self.verify("made-up")
                self.assertEqual((report["summary"]["broken"], report["summary"]["waived"]), (broken, 3 - broken), run)

    def test_a_malformed_waiver_or_client_is_malformed_input(self):
        good = {"scenario": "*", "verdict": "EXTRA_HEADER", "reason": "known", "until": "2999-01-01"}
        for change in [{"until": "soon"}, {"until": None}, {"reason": ""}, {"because": "x"}, {"verdict": None},
                       {"level": "loose"}]:
            with self.subTest(change=change):
                self.write_waivers({k: v for k, v in {**good, **change}.items() if v is not None})
                self.assertExit(self.gwtape("verify", "--client", "made-up", *DATA), 3)
        self.write_waivers(good)
        self.write_client(start="python3")
        self.assertExit(self.gwtape("verify", "--client", "made-up", *DATA), 3)
        for change in [{"begin": ["x"]}, {"timeout": 0}, {"timeout": "5"}, {"timeout": 1.5}, {"timeout": 3601},
                       {"backdrop": "moto"}, {"backdrop": True}]:
            with self.subTest(change=change):
                self.write_client(**change)
                self.assertExit(self.gwtape("verify", "--client", "made-up", *DATA), 3)

    def test_the_config_names_a_projects_clients(self):
        (self.scratch / "gwtape.json").write_text(json.dumps({"clients": ["made-up", self.driver]}))
        run = self.gwtape("verify", *DATA, *scenario_options(self.few))
        self.assertExit(run, 0)
        self.assertIn(self.driver, run.stderr.split(" calls")[0], "commands of gwtape.json are printed before they run")
        self.assertExit(self.gwtape("verify", "--client", "made-up", *DATA, *scenario_options(self.few)), 0)

    def test_clients_are_found_beside_the_config_from_any_folder(self):
        (self.scratch / "gwtape.json").write_text(json.dumps({"clients": ["made-up"]}))
        below = self.scratch / "src" / "deep"
        below.mkdir(parents=True)
        run = self.gwtape("verify", *DATA, *scenario_options(self.few), cwd=below)
        self.assertExit(run, 0)
        self.assertIn("made-up: 6 calls, 6 matched", run.stderr)
        run = self.gwtape("verify", "--list", cwd=below)
        self.assertRegex(run.stdout, r"(?m)^made-up +made-up 1\.0$")


class Comparing(Verify):
    def test_new_and_right_now(self):
        wrong = self.scratch / "wrong.py"
        text = (self.scratch / "driver.py").read_text()
        wrong.write_text(text)
        client = "%s wrong.py" % sys.executable
        self.verify(client)
        shutil.copy(self.scratch / "m.json", self.scratch / "right.json")
        wrong.write_text(text.replace('"Accept": "application/json"', '"Accept": "application/xml"'))
        run, report = self.verify(client, "--compare", "right.json")
        self.assertExit(run, 1)
        self.assertEqual(len(report["compared"]["new"]), len(report["requests"]))
        self.assertEqual(report["compared"]["right"], [])
        shutil.copy(self.scratch / "m.json", self.scratch / "wrong.json")
        run, report = self.verify(client, "--compare", "wrong.json", "--fail-on-new")
        self.assertExit(run, 0)
        self.assertEqual(report["compared"], {"new": [], "right": []})
        wrong.write_text(text)
        run, report = self.verify(client, "--compare", "wrong.json")
        self.assertExit(run, 0)
        self.assertEqual(len(report["compared"]["right"]), len(report["requests"]))

    def test_only_new_ones_fail(self):
        run, report = self.misbehave("drop_member", 1)
        shutil.copy(self.scratch / "m.json", self.scratch / "old.json")
        run, report = self.misbehave("drop_member", 1, "--compare", "old.json", "--fail-on-new")
        self.assertExit(run, 0)
        self.assertEqual(report["compared"]["new"], [])
        self.assertTrue(report["requests"][0]["known"])
        self.assertFalse(report["requests"][0]["ok"])

    def test_what_is_not_a_report(self):
        self.assertExit(self.gwtape("verify", "--client", self.driver, *DATA, "--fail-on-new"), 2)
        for text in ["{}", "[]", "no", '{"requests": [{}]}', '{"requests": [1]}']:
            (self.scratch / "old.json").write_text(text)
            self.assertExit(self.gwtape("verify", "--client", self.driver, *DATA, "--compare", "old.json"), 3)


class Reports(Verify):
    def test_every_format_says_the_same(self):
        formats = ["junit:m.xml", "markdown:m.md", "html:m.html", "findings:f.md", "text:m.txt"]
        run, report = self.misbehave("drop_member", 1, *[w for f in formats for w in ("--report", f)])
        self.assertExit(run, 1)
        row = report["requests"][0]
        suites = xml.parse(self.scratch / "m.xml").getroot()
        self.assertEqual(len(suites.findall(".//testcase")), len(report["requests"]))
        self.assertEqual(len(suites.findall(".//failure")), 1)
        self.assertEqual(suites.find("testsuite").get("failures"), "1")
        text = (self.scratch / "m.txt").read_text()
        self.assertIn(text.strip(), run.stdout)
        for name in ("m.md", "f.md", "m.html", "m.txt"):
            said = (self.scratch / name).read_text()
            self.assertIn("MISSING", said, name)
            self.assertIn(row["scenario"], said, name)
        page = (self.scratch / "m.html").read_text()
        self.assertRegex(page, r'href="#r1"')
        self.assertRegex(page, r'id="r1"')
        self.assertIn("the request as it came", page)
        findings = (self.scratch / "f.md").read_text()
        for part in ("Input:", "Expected:", "Got:", "Reproduce:", "gwtape verify --client"):
            self.assertIn(part, findings)

    def test_the_page_groups_scenarios_and_names_each_client_once(self):
        _, report = self.misbehave("drop_member", 3, "--report", "html:m.html")
        page = (self.scratch / "m.html").read_text()
        grid = page[page.index('<section class="matrix grid">'):]
        grid = grid[:grid.index("</section>")]
        bodies = grid.split('<tbody class="group">')[1:]
        self.assertEqual(len(bodies), len({s["group"] for s in report["scenarios"]}))
        self.assertEqual(grid.count("</tbody>"), len(bodies))
        self.assertEqual(grid.count("<thead>"), 1)
        self.assertEqual(sum(body.count('<tr class="scenario') for body in bodies), len(report["scenarios"]))
        self.assertIn("has-broken", bodies[0], "groups with a broken one come first")
        self.assertNotIn("has-broken", bodies[1])
        for body in bodies:
            self.assertEqual(body.count('<tr class="group">'), 1)

    def test_coverage_of_a_report(self):
        _, report = self.verify(self.driver)
        whole = self.gwtape("coverage", *DATA, "--of", "m.json", "--json")
        self.assertExit(whole, 0)
        counted = json.loads(whole.stdout)
        self.assertEqual([c["client"] for c in counted["clients"]], [self.driver])
        covered = {(c["type"], c["option"], c["class"]) for c in counted["covered"]}
        self.assertIn(("MOCK", "uri", "absent"), covered)
        self.assertNotIn(("HTTP_PROXY", "uri", "absent"), covered)
        self.misbehave("refuse", 0)
        nothing = json.loads(self.gwtape("coverage", *DATA, "--of", "m.json", "--json").stdout)
        self.assertEqual(nothing["cells"]["covered"], 0)
        for text in ("{}", '{"requests": [{}]}', "no"):
            (self.scratch / "bad.json").write_text(text)
            self.assertExit(self.gwtape("coverage", *DATA, "--of", "bad.json"), 3)
        self.assertExit(self.gwtape("coverage", *DATA, "--of", "m.json", "--generate"), 2)

    def test_no_signature_leaves(self):
        run, report = self.misbehave("other_secret", 1, "--report", "html:m.html")
        self.assertIn("request", report["requests"][0])
        for name in ("m.json", "m.html"):
            self.assertIsNone(re.search(r"Signature=[0-9a-f]{64}", (self.scratch / name).read_text()), name)

    def test_options_that_make_no_sense(self):
        for words in [[], ["--client", self.driver, "word"], ["--client", self.driver, "--report", "pdf:x"],
                      ["--client", self.driver, "--client", self.driver], ["--client", self.driver, "--timeout", "99999"],
                      ["--client", ""]]:
            self.assertExit(self.gwtape("verify", *DATA, *words), 2)
        self.assertExit(self.gwtape("verify", "--client", self.driver, *DATA, *scenario_options(self.few), "--level", "wire"), 5)


if __name__ == "__main__":
    support.main()
