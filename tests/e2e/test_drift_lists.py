"""`gwtape drift --hashes`, `--model`, `--echo-contract`, and how an emulator differs."""

import copy
import gzip
import json
import os
import re
import shutil
import subprocess
import sys

import recast
import support

CASSETTES = support.SOURCE / "cassettes"
MODELS = ["/usr/lib/python3/dist-packages/botocore/data/apigateway/2015-07-09/service-2.json"]


class Hashes(support.TestCase):
    def lines(self, source):
        done = self.gwtape("drift", "--hashes", source)
        self.assertExit(done, 0)
        return done.stdout

    def compare(self, a, b, code):
        for name, text in (("a.txt", a), ("b.txt", b)):
            (self.scratch / name).write_text(text)
        done = self.gwtape("drift", "--hashes", "a.txt", "b.txt", "--json")
        self.assertExit(done, code)
        return json.loads(done.stdout)

    def test_other_accounts_and_ids_have_the_same_hashes(self):
        rng = recast.seeded(7)
        for path in sorted((CASSETTES / "types").glob("*.json")) + sorted((CASSETTES / "options").glob("*.json")):
            if path.name == "VALIDATED.json":
                continue
            other = recast.recast(recast.load(path), rng)
            if other:
                recast.save(self.scratch / "b" / path.relative_to(CASSETTES), other)
                recast.save(self.scratch / "a" / path.relative_to(CASSETTES), recast.load(path))
        a, b = self.lines("a"), self.lines("b")
        self.assertEqual(a, b)
        self.assertGreater(a.count("\n"), 50)
        self.assertTrue(all(re.fullmatch(r"[a-z-]+/[a-z0-9-]+#\S+ [0-9a-f]{64}", line) for line in a.splitlines()))
        self.assertEqual(self.compare(a, b, 0)["score"]["same"], a.count("\n"))

    def test_one_byte_is_found_from_the_hashes_alone(self):
        path = CASSETTES / "types/mock.json"
        before, rng, found = recast.load(path), recast.seeded(3), 0
        recast.save(self.scratch / "a/types/mock.json", before)
        data = recast.body_bytes(recast.find(before, "get")["response"]["body"])
        sample = before["index"]["variables"]["resourceId"]["sample"].encode()
        for _ in range(20):
            at = rng.randrange(len(data))
            if data.index(sample) <= at < data.index(sample) + len(sample):
                continue  # an id
            changed = copy.deepcopy(before)
            recast.set_body(changed, "get", data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            recast.save(self.scratch / "b/types/mock.json", changed)
            got = self.compare(self.lines("a"), self.lines("b"), 1)
            self.assertEqual([(f["rule"], f["scenario"], f["interaction"]) for f in got["findings"]], [("hash-changed", "types/mock", "get")])
            found += 1
        self.assertGreater(found, 10)

    def test_lists_that_are_none_or_do_not_fit(self):
        good = self.lines(CASSETTES / "types/mock.json")
        got = self.compare(good, good + "types/other#put " + "0" * 64 + "\n", 5)
        self.assertEqual([c["scenario"] for c in got["couldNotCheck"]], ["types/other"])
        for bad in ("x\n", "types/mock#put abc\n", "types/mock " + "0" * 64 + "\n", good + good, "mock#put " + "0" * 64 + "\n"):
            (self.scratch / "a.txt").write_text(bad)
            (self.scratch / "b.txt").write_text(good)
            self.assertExit(self.gwtape("drift", "--hashes", "a.txt", "b.txt"), 3)
        self.assertEqual(self.gwtape("drift", "--hashes", "b.txt", "b.txt").code, 0)
        (self.scratch / "empty").write_text("")
        self.assertExit(self.gwtape("drift", "--hashes", "empty", "empty"), 5)
        self.assertExit(self.gwtape("drift", "--hashes", "a", "b", "c"), 2)


class Model(support.TestCase):
    def setUp(self):
        super().setUp()
        path = next((p for p in MODELS if os.path.exists(p)), None) or support.skip("no botocore with a service model")
        self.model = support.read_json(path)

    def compare(self, model, name="model.json"):
        path = self.scratch / name
        data = json.dumps(model).encode() if not isinstance(model, bytes) else model
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        done = self.gwtape("drift", "--model", path, "--scenarios", support.SCENARIOS, "--cassettes", CASSETTES, "--json")
        return done, json.loads(done.stdout) if done.stdout else None

    def added(self, model):
        """What a change of the model adds to the findings."""
        key = lambda f: (f["rule"], f["severity"], f["at"])
        before = {key(f) for f in self.compare(self.model)[1]["findings"]}
        return [f for f in self.compare(model)[1]["findings"] if key(f) not in before]

    def test_members_values_and_operations(self):
        def member(m):
            m["shapes"]["PutIntegrationRequest"]["members"]["petName"] = {"shape": "String"}
            m["shapes"]["Integration"]["members"]["petName"] = {"shape": "String"}

        def gone(m):
            del m["shapes"]["PutIntegrationRequest"]["members"]["cacheNamespace"]

        def retyped(m):
            m["shapes"]["PutIntegrationRequest"]["members"]["timeoutInMillis"]["shape"] = "String"

        def renamed(m):
            m["shapes"]["PutIntegrationRequest"]["members"]["integrationHttpMethod"]["locationName"] = "verb"

        def required(m):
            m["shapes"]["PutIntegrationRequest"]["required"].append("uri")

        changes = [
            (member, "model-member-added", "RISKY", "petName"), (gone, "model-member-removed", "BREAKING", "cacheNamespace"),
            (retyped, "model-type-changed", "BREAKING", "timeoutInMillis"), (renamed, "model-name-changed", "BREAKING", "integrationHttpMethod"),
            (required, "model-member-required", "BREAKING", "uri"),
            (lambda m: m["shapes"]["ConnectionType"]["enum"].remove("VPC_LINK"), "model-value-removed", "BREAKING", "connectionType=VPC_LINK"),
            (lambda m: m["shapes"]["ConnectionType"]["enum"].append("TUNNEL"), "model-value-added", "RISKY", "connectionType=TUNNEL"),
            (lambda m: m["operations"].pop("GetStage"), "model-operation-removed", "BREAKING", "GetStage GET /restapis/{restapi_id}/stages/{stage_name}"),
            (lambda m: m["operations"]["GetIntegration"]["http"].update(method="POST"), "model-route-changed", "BREAKING", "GetIntegration GET "),
            (lambda m: m["operations"]["PutIntegration"]["http"].update(responseCode=200), "model-status-changed", "BREAKING", "PutIntegration"),
            (lambda m: m["operations"].update(PatPet=copy.deepcopy(m["operations"]["GetStage"])), "model-operation-added", "INFO", "PatPet GET "),
        ]
        for change, rule, severity, at in changes:
            model = copy.deepcopy(self.model)
            change(model)
            got = [(f["rule"], f["severity"], f["at"]) for f in self.added(model)]
            self.assertEqual([(r, s) for r, s, _ in got], [(rule, severity)], got)
            self.assertTrue(got[0][2].startswith(at), got)

    def test_what_is_covered_and_what_is_not(self):
        model = copy.deepcopy(self.model)
        model["shapes"]["PutIntegrationRequest"]["members"]["petName"] = {"shape": "String"}
        del model["shapes"]["PutIntegrationRequest"]["members"]["cacheNamespace"]
        found = {f["at"]: f for f in self.added(model)}
        self.assertEqual(found["petName"]["places"], [])
        self.assertIn("options/cache-namespace", {p["scenario"] for p in found["cacheNamespace"]["places"]})
        skeleton = found["petName"]["skeleton"]
        (self.scratch / "scenarios/newer").mkdir(parents=True)
        (self.scratch / "scenarios/newer/pet-name.yaml").write_text(skeleton)
        self.assertExit(self.gwtape("lint", "scenarios"), 0)
        self.assertExit(self.gwtape("record", "--scenarios", "scenarios", "--cassettes", "made", "--no-commit"), 0)
        sent = json.dumps(support.read_json(self.scratch / "made/newer/pet-name.json")["interactions"][0]["request"])
        self.assertIn("petName", sent)

    def test_gzip_and_what_is_not_a_model(self):
        plain, packed = self.compare(self.model), self.compare(self.model, "model.json.gz")
        self.assertEqual(plain[1], packed[1])
        for bad in (b"{}", b"[]", b"", b"{\"operations\": {}, \"shapes\": {}}", b"\x1f\x8b\x08", json.dumps({**self.model, "metadata": {"endpointPrefix": "s3"}}).encode(),
                    gzip.compress(json.dumps(self.model).encode())[:-20], json.dumps({**self.model, "operations": {"GetPet": {}}}).encode()):
            self.assertExit(self.compare(bad)[0], 3)
        self.assertExit(self.gwtape("drift", "--model", "nowhere"), 3)


class Echoes(support.TestCase):
    def test_the_page_is_what_the_cassettes_show(self):
        done = self.gwtape("drift", "--echo-contract", CASSETTES)
        self.assertExit(done, 0)
        page = support.SOURCE / "docs" / "echo-contract.md"
        if os.environ.get("GWTAPE_UPDATE"):
            page.write_text(done.stdout, encoding="utf-8")
        self.assertEqual(page.read_text(encoding="utf-8"), done.stdout, "GWTAPE_UPDATE=1 makes the page anew")

    def test_the_table_says_what_recordings_of_aws_say(self):
        rows = json.loads(self.gwtape("drift", "--echo-contract", CASSETTES, "--json").stdout)
        table = {(r["type"], r["option"]): r for r in rows}
        # behaviour.md, section 2
        for kind in ("MOCK", "HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY"):
            self.assertEqual(table[kind, "timeoutInMillis"]["defaults"], [29000], kind)
            self.assertEqual(table[kind, "passthroughBehavior"]["defaults"], ["WHEN_NO_MATCH"], kind)
            self.assertIn("${resourceId}", table[kind, "cacheNamespace"]["defaults"], kind)
            self.assertEqual(table[kind, "cacheKeyParameters"]["defaults"], [[]], kind)
            self.assertEqual(list(table[kind, "credentials"]["unsent"]), ["absent"], kind)
        self.assertEqual(list(table["MOCK", "uri"]["sent"]), ["dropped"])
        self.assertEqual(list(table["MOCK", "integrationHttpMethod"]["sent"]), ["dropped"])
        self.assertEqual(table["HTTP", "connectionType"]["defaults"], ["INTERNET"])
        self.assertEqual(list(table["AWS", "connectionType"]["unsent"]), ["absent"])


class Emulator(support.TestCase):
    """docs/moto-differences.md is made from moto_server, and says of which version."""

    def version(self):
        probe = subprocess.run([sys.executable, "-c", "import moto; print(moto.__version__)"], capture_output=True, text=True)
        return probe.stdout.strip() or support.skip("this Python has no moto, so its version is not known")

    def rows(self, text):
        return [line.split(" | ")[:3] for line in text.splitlines() if re.match(r"\| (BREAKING|RISKY|INFO) ", line)]

    def test_the_page_lists_what_is_found(self):
        version, url = self.version(), self.serve_moto()
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        done = self.gwtape("drift", "--upstream", url, "--scenarios", support.SCENARIOS, "--cassettes", CASSETTES, "--jobs", "4",
                           "--json", "--report", "markdown:moto.md", env=keys, timeout=support.HANG_SECONDS)
        self.assertExit(done, 1)
        got = json.loads(done.stdout)
        self.assertGreater(got["score"]["compared"], 600)
        self.assertEqual(sum(c["compared"] for c in got["score"]["byEvidence"].values()), got["score"]["compared"])
        different = {(p["scenario"], p["interaction"]) for f in got["findings"] for p in f["places"]}
        self.assertEqual(got["score"]["same"], got["score"]["compared"] - len(different))
        # the kinds that behaviour.md, section 6, names: moto shows no cacheNamespace and no timeoutInMillis
        at = {f["at"]: len(f["places"]) for f in got["findings"] if f["severity"] == "BREAKING"}
        self.assertGreater(min(at["/cacheNamespace"], at["/timeoutInMillis"]), 100)
        page = support.SOURCE / "docs" / "moto-differences.md"
        body = (self.scratch / "moto.md").read_text(encoding="utf-8").split("\n", 2)[2]
        if os.environ.get("GWTAPE_UPDATE"):
            page.write_text(HEAD % (version, version) + body, encoding="utf-8")
        text = page.read_text(encoding="utf-8")
        if "moto " + version not in text:
            support.skip("docs/moto-differences.md was made with another version than moto " + version)
        common = {(f["severity"], f["rule"]) for f in got["findings"] if len(f["places"]) >= 50}
        rows = {(row[0].strip("| "), row[1].replace("\\", "")) for row in self.rows(text)}
        self.assertEqual(common - rows, set())


HEAD = """# How moto differs

What moto %s (`moto_server`) answers to the shipped scenarios, held against the shipped cassettes, whose answers follow
recordings of AWS where there are any (their evidence class says so). It is the report of

    gwtape drift --upstream http://127.0.0.1:PORT --report markdown:moto-differences.md

as `GWTAPE_UPDATE=1 python3 tests/e2e/test_drift_lists.py Emulator` writes it, moto %s. `was` is gwtape's cassette,
`now` is moto. Scenarios that need a VPC link could not be checked.

"""

if __name__ == "__main__":
    support.main()
