"""Terraform under `gwtape replay --backdrop sandbox --level effect`: a configuration that says what was recorded
passes apply, plan and destroy; a changed one fails with the pointer in Terraform's own error."""

import re

import support
import terraform

DATA = support.SOURCE / "tests" / "data" / "terraform"
LIFE = """set -e
{terraform} apply -auto-approve -no-color -input=false
{terraform} plan -detailed-exitcode -no-color -input=false
{terraform} destroy -auto-approve -no-color -input=false
"""


class TerraformReplay(support.TestCase):
    def setUp(self):
        super().setUp()
        self.program = terraform.init(self, (DATA / "contract.tf").read_text())
        self.cassettes = self.scratch / "cassettes"
        self.record(self.cassettes, "--no-commit", scenarios=DATA / "scenarios")

    def replay(self, script, level="effect"):
        report = self.scratch / "report.json"
        done = self.gwtape("replay", "--cassettes", self.cassettes, "--backdrop", "sandbox", "--level", level,
                           "--report", "json:%s" % report, "--", "sh", "-c",
                           script.format(terraform=self.program))
        return done, support.read_json(report)

    def test_a_matching_configuration_lives_and_dies(self):
        done, report = self.replay(LIFE)
        self.assertExit(done, 0)
        self.assertRegex(done.stdout, r"Apply complete! Resources: 12 added")
        self.assertIn("No changes. Your infrastructure matches the configuration.", done.stdout)
        self.assertIn("Destroy complete! Resources: 12 destroyed.", done.stdout)
        compared = [r for r in report["requests"] if r["verdict"] != "BACKDROP"]
        self.assertEqual({r["operation"] for r in compared}, {"PutIntegration", "GetIntegration"})
        self.assertEqual(sorted((r["scenario"], r["level"]) for r in compared if r["operation"] == "PutIntegration"),
                         [("terraform/http", "effect"), ("terraform/lambda", "effect"), ("terraform/mock", "effect")])
        self.assertEqual(report["summary"]["unused"], 0)
        self.assertEqual(report["summary"]["broken"], 0)
        self.assertNotIn("guard: refused", done.stderr)
        print(re.search(r"ok: .*", done.stderr).group(0))

    def test_a_changed_timeout_fails_in_terraforms_own_words(self):
        done, report = self.replay("{terraform} apply -auto-approve -no-color -input=false -var timeout=5001")
        self.assertExit(done, 1)
        self.assertIn("creating API Gateway Integration: operation error API Gateway: PutIntegration", done.stderr)
        self.assertIn("api error GwtapeContractViolation", done.stderr)
        self.assertRegex(done.stderr, r"WRONG_VALUE /timeoutInMillis: expected 5000, got 5001")
        broken = [(r["operation"], r["scenario"], r["verdict"]) for r in report["requests"] if not r["ok"]]
        self.assertEqual(broken, [("PutIntegration", "terraform/http", "WRONG_VALUE")])
        self.assertEqual(report["summary"]["matched"], 4)
        print(re.search(r".*WRONG_VALUE /timeoutInMillis.*", done.stderr).group(0))


if __name__ == "__main__":
    support.main()
