"""Real clients against the replayer: the five types replay without a mismatch, and one changed member is
caught where the client's user sees it, in the client's own exception, at the first attempt."""

import copy
import json
import shutil
import subprocess
import sys

import support
import tape

CLIENTS = support.SOURCE / "clients"
DRIVE = support.SOURCE / "tests" / "e2e" / "drive.py"
TYPES = ["types/mock", "types/http", "types/http-proxy", "types/aws-role", "types/aws-proxy"]


def need_client(name):
    client = support.read_json(CLIENTS / name / "client.json")
    if not shutil.which(client["version"][0]):
        support.skip("%s is not installed: %s" % (client["version"][0], client["install"]))
    if subprocess.run(client["version"], cwd=CLIENTS / name, capture_output=True).returncode:
        support.skip("not installed: %s" % client["install"])


def own_ids(number):
    """Ids as AWS makes them, of the client's own choice, different for each scenario."""
    return {"restApiId": "own%07d" % number, "resourceId": "res%03d" % number}


def change_one_member(call):
    """A copy of the call with one member changed, and where that is in the body on the wire."""
    wrong = copy.deepcopy(call)
    members = wrong["input"]
    if "uri" in members:
        members["uri"] += "x"
        return wrong, "/uri", call["input"]["uri"], members["uri"]
    members["type"] = "HTTP"
    return wrong, "/type", call["input"]["type"], "HTTP"


class Client:
    """What every client must do; the classes below name the client."""

    client = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        need_client(cls.client)

    def setUp(self):
        super().setUp()
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", *TYPES)

    def replay(self, calls, *options):
        """Run under `gwtape replay`, its report, the client's answers."""
        given, answers, report = (self.scratch / n for n in ("calls.json", "answers.json", "report.json"))
        given.write_text(json.dumps(calls), encoding="utf-8")
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--report", "json:%s" % report, *options, "--",
                           sys.executable, DRIVE, CLIENTS / self.client, given, answers)
        self.assertTrue(answers.exists(), "the driver gave no answers: %s" % done)
        return done, support.read_json(report), support.read_json(answers)

    def assert_replays(self, calls):
        done, report, answers = self.replay(calls)
        self.assertExit(done, 0)
        summary = report["summary"]
        self.assertEqual((summary["requests"], summary["matched"], summary["broken"]), (len(calls), len(calls), 0))
        self.assertEqual([r["signature"]["verdict"] for r in report["requests"]], ["valid"] * len(calls))
        for call, answer in zip(calls, answers):
            self.assertTrue(answer["ok"], answer)
            self.assertEqual(answer["output"]["type"], call["input"].get("type", answer["output"]["type"]))
            self.assertEqual(answer["output"]["cacheNamespace"], call["input"]["resourceId"])

    def test_replays_every_type_with_the_samples_as_ids(self):
        self.assert_replays([c for name in TYPES for c in tape.calls(tape.load(self.cassettes, name))])

    def test_replays_every_type_with_ids_of_its_own(self):
        self.assert_replays([c for i, name in enumerate(TYPES)
                             for c in tape.calls(tape.load(self.cassettes, name), own_ids(i))])

    def test_one_changed_member_is_caught_in_its_own_exception_at_the_first_attempt(self):
        for name in TYPES:
            with self.subTest(scenario=name):
                put = tape.calls(tape.load(self.cassettes, name))[0]
                self.assert_caught(name, *change_one_member(put))

    def assert_caught(self, name, wrong, pointer, expected, got):
        done, report, answers = self.replay([wrong], "--scenario", name)
        self.assertExit(done, 1)
        self.assertEqual(len(report["requests"]), 1, "the client tried again: %s" % report["requests"])
        request = report["requests"][0]
        self.assertEqual((request["ok"], request["verdict"], request["scenario"]), (False, "WRONG_VALUE", name))
        found = [(d["at"], d["expected"], d["got"]) for d in request["differences"]]
        self.assertEqual(found, [(pointer, expected, got)])
        self.assertFalse(answers[0]["ok"])
        error = answers[0]["error"]
        self.assertIn("GwtapeContractViolation", error["code"])
        self.assertIn(pointer, error["message"])
        self.assertFalse(error["local"])


class Boto3(Client, support.TestCase):
    client = "boto3-debian"


class AwsCli(Client, support.TestCase):
    client = "awscli-debian"


class GoV1(Client, support.TestCase):
    client = "go-v1-debian"


class GoV2(Client, support.TestCase):
    client = "go-v2-debian"


class JavaScript(Client, support.TestCase):
    client = "js-v3"


if __name__ == "__main__":
    support.main()
