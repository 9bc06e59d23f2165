"""Terraform with its AWS provider from a filesystem mirror: $GWTAPE_TERRAFORM_PLUGINS, or one of the folders below. Nothing is
downloaded."""

import os
from pathlib import Path

import support

ROOTS = ["/usr/share/terraform", "/usr/local/share/terraform", "/opt", "~/.terraform.d"]
APPLY = "apply -no-color -input=false -auto-approve"


def mirror():
    """The root of a mirror that has the AWS provider unpacked: ROOT/HOST/hashicorp/aws/VERSION/OS_ARCH/FILE."""
    roots = [os.environ["GWTAPE_TERRAFORM_PLUGINS"]] if "GWTAPE_TERRAFORM_PLUGINS" in os.environ else ROOTS
    for root in roots:
        for found in sorted(Path(root).expanduser().glob("**/hashicorp/aws/*/*/terraform-provider-aws*")):
            return found.parents[5]
    return support.skip("terraform-provider-aws is in no filesystem mirror")


def configure(test):
    """The program, with an environment of the test that finds the mirror; skips the test where one of the two is missing."""
    program = support.need("terraform")
    config = test.scratch / "terraform.rc"
    config.write_text('provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' % mirror())
    test.env.update(TF_CLI_CONFIG_FILE=str(config), TF_IN_AUTOMATION="1", CHECKPOINT_DISABLE="1", AWS_EC2_METADATA_DISABLED="true")
    return program


def init(test, text, folder=None):
    """configure(), then `terraform init` in a folder, the test's own by default, with `text` as its main.tf."""
    program, folder = configure(test), folder or test.scratch
    folder.mkdir(exist_ok=True)
    (folder / "main.tf").write_text(text)
    test.assertExit(support.run([program, "init", "-no-color", "-input=false"], test.env, folder), 0)
    return program
