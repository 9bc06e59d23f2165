"""The recording proxy with Terraform: the same bytes twice, and a chain that is replayed."""

import json

import support
import terraform
import test_terraform

CHAIN = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "aws_api_gateway_rest_api" "api" {
  name = "chain"
}

resource "aws_api_gateway_resource" "b" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "b"
}

resource "aws_api_gateway_method" "b" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_resource.b.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_resource" "a" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "a"
  depends_on  = [aws_api_gateway_method.b]
}
"""


class Terraform(support.TestCase):
    """Two recordings of `terraform apply -parallelism=10` of one configuration are the same bytes."""

    def record(self, number):
        folder = self.scratch / ("run-%d" % number)
        program = terraform.init(self, test_terraform.CONFIG.read_text(), folder)
        command = '"%s" -chdir="%s" %s -parallelism=10 -var endpoint="$GWTAPE_ENDPOINT"' % (program, folder, terraform.APPLY)
        done = self.gwtape("record", "--proxy", "--name", "terraform/apply", "--no-commit", "--cassettes", folder / "c",
                           "--scenarios", folder / "s", "--", "sh", "-c", command)
        self.assertExit(done, 0)
        return (folder / "c" / "terraform" / "apply.json").read_bytes(), (folder / "s" / "terraform" / "apply.yaml").read_bytes()

    def test_a_chain_is_replayed(self):
        apply = [terraform.init(self, CHAIN), *terraform.APPLY.split(), "-parallelism=1"]
        done = self.gwtape("record", "--proxy", "--name", "tf/chain", "--jobs", "1", "--no-commit", "--", *apply)
        self.assertExit(done, 0)
        (self.scratch / "terraform.tfstate").unlink()
        done = self.gwtape("replay", "--scenario", "tf/chain", "--backdrop", "sandbox", "--", *apply)
        self.assertExit(done, 0)
        self.assertIn("Resources: 4 added", done.stdout)

    def test_two_recordings_are_the_same(self):
        one, two = self.record(1), self.record(2)
        self.assertEqual(one, two)
        cassette = json.loads(one[0])
        clients = {i["request"].get("client", "").split("/")[0] for i in cassette["interactions"]}
        self.assertEqual(clients, {"terraform-provider-aws"})
        self.assertGreater(sum(i["operation"] == "PutIntegration" for i in cassette["interactions"]), 4)


if __name__ == "__main__":
    support.main()
