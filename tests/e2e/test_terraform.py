"""Terraform against the sandbox: apply, plan, change in place, plan, destroy.

Needs terraform and its AWS provider in a filesystem mirror: $GWTAPE_TERRAFORM_PLUGINS, or one of the folders
below. Nothing is downloaded.
"""

import os
from pathlib import Path

import support

ROOTS = ["/usr/share/terraform", "/usr/local/share/terraform", "/opt", "~/.terraform.d"]
CONFIG = support.SOURCE / "tests" / "data" / "terraform" / "main.tf"


def provider_mirror():
    """The root of a mirror that has the AWS provider unpacked: ROOT/HOST/hashicorp/aws/VERSION/OS_ARCH/FILE."""
    roots = [os.environ["GWTAPE_TERRAFORM_PLUGINS"]] if "GWTAPE_TERRAFORM_PLUGINS" in os.environ else ROOTS
    for root in roots:
        for found in sorted(Path(root).expanduser().glob("**/hashicorp/aws/*/*/terraform-provider-aws*")):
            return found.parents[5]
    return support.skip("terraform-provider-aws is in no filesystem mirror")


class Terraform(support.TestCase):
    def setUp(self):
        super().setUp()
        self.program = support.need("terraform")
        config = self.scratch / "terraform.rc"
        config.write_text('provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' % provider_mirror())
        (self.scratch / "main.tf").write_text(CONFIG.read_text())
        self.env.update(TF_CLI_CONFIG_FILE=str(config), TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1",
                        AWS_EC2_METADATA_DISABLED="true")

    def terraform(self, command, *args, second=False):
        words = [self.program, command, "-no-color", "-input=false", *args]
        if command != "init":
            words += ["-var", "endpoint=" + self.url, "-var", "second=" + str(second).lower()]
        return support.run(words, self.env, self.scratch, timeout=support.HANG_SECONDS)

    def ok(self, *args, **kwargs):
        done = self.terraform(*args, **kwargs)
        self.assertEqual(done.code, 0, done)
        return done

    def test_all_five_types(self):
        server = self.serve("sandbox", "--seed", "1")
        self.url = server.url
        self.ok("init")
        self.ok("apply", "-auto-approve")
        unchanged = self.terraform("plan", "-detailed-exitcode")
        self.assertEqual(unchanged.code, 0, "a plan right after apply shows changes:\n%s" % unchanged)
        changed = self.ok("apply", "-auto-approve", second=True)
        self.assertIn("0 destroyed", changed.stdout)
        unchanged = self.terraform("plan", "-detailed-exitcode", second=True)
        self.assertEqual(unchanged.code, 0, "a plan after a change in place shows changes:\n%s" % unchanged)
        destroyed = self.ok("destroy", "-auto-approve", second=True)
        self.assertIn("Destroy complete! Resources: 25 destroyed.", destroyed.stdout)
        self.assertEqual(server.stop().code, 0)

    def test_one_of_two_cached_parameters_goes_and_comes_back(self):
        """terraform-provider-aws#39801, PR#40124: the method gives the parameter up before its mapping goes."""
        (self.scratch / "main.tf").write_text((CONFIG.parent / "cached.tf").read_text())
        server = self.serve("sandbox", "--seed", "1")
        self.url = server.url
        self.ok("init")
        for second in (False, True, False):
            self.ok("apply", "-auto-approve", second=second)
            unchanged = self.terraform("plan", "-detailed-exitcode", second=second)
            self.assertEqual(unchanged.code, 0, "a plan right after apply shows changes:\n%s" % unchanged)
        self.assertIn("Resources: 4 destroyed.", self.ok("destroy", "-auto-approve").stdout)


if __name__ == "__main__":
    support.main()
