"""`gwtape verify --client terraform`: an apply, an import and a destroy, with the sandbox behind them. Terraform always sends
two defaults, which level `effect` accepts and a waiver explains at `contract`."""

import subprocess
import sys

import support

DRIVER = support.SOURCE / "clients" / "terraform"
DEFAULTS = {("/connectionType", "EXTRA_FIELD", "same"), ("/timeoutInMillis", "EXTRA_FIELD", "same")}


class VerifyTerraform(support.TestCase):
    def setUp(self):
        super().setUp()
        done = subprocess.run([sys.executable, "driver.py", "--version"], cwd=DRIVER, capture_output=True, text=True)
        if done.returncode:
            support.skip(done.stderr.strip())
        (self.scratch / "clients").symlink_to(support.SOURCE / "clients")

    def verify(self, scenario, *options):
        done = self.gwtape("verify", "--client", "terraform", "--scenarios", support.SCENARIOS, "--cassettes",
                           support.SOURCE / "cassettes", "--scenario", scenario, "--report", "json:m.json", *options, timeout=support.HANG_SECONDS)
        rows = support.read_json(self.scratch / "m.json")["requests"]
        return done, {row["interaction"]: row for row in rows}

    def test_apply_and_import_at_level_effect(self):
        done, rows = self.verify("types/mock", "--level", "effect")
        self.assertExit(done, 0)
        self.assertEqual((rows["put"]["ok"], rows["put"]["level"]), (True, "effect"))
        self.assertEqual({(d["at"], d["verdict"], d["effect"]) for d in rows["put"]["differences"]}, DEFAULTS)
        self.assertEqual((rows["get"]["ok"], rows["get"]["verdict"], rows["get"]["attempts"]), (True, "MATCH", 1))

    def test_a_waiver_explains_the_defaults_and_a_destroy_is_right(self):
        done, rows = self.verify("lifecycle/delete")
        self.assertExit(done, 0)
        self.assertEqual((rows["put"]["verdict"], rows["put"]["waiver"]["until"]), ("EXTRA_FIELD", "2027-11-30"))
        self.assertEqual((rows["delete"]["ok"], rows["delete"]["operation"]), (True, "DeleteIntegration"))
        self.assertEqual((rows["get"]["ok"], rows["get"]["verdict"]), (True, "MATCH"))

    def test_what_terraform_cannot_say_is_local(self):
        done, rows = self.verify("boundaries/empty-maps", "--level", "effect")
        self.assertExit(done, 0)
        self.assertEqual(rows["put"]["verdict"], "LOCAL_REFUSAL")
        self.assertIn("absent in Terraform", rows["put"]["refusal"])


if __name__ == "__main__":
    support.main()
