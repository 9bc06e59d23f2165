"""Terraform against the sandbox: apply, plan, change in place, plan, destroy."""

import support
import terraform

CONFIG = support.SOURCE / "tests" / "data" / "terraform" / "main.tf"


class Terraform(support.TestCase):
    def terraform(self, command, *args, second=False):
        words = [self.program, command, "-no-color", "-input=false", *args, "-var", "endpoint=" + self.url,
                 "-var", "second=" + str(second).lower()]
        return support.run(words, self.env, self.scratch)

    def ok(self, *args, **kwargs):
        done = self.terraform(*args, **kwargs)
        self.assertEqual(done.code, 0, done)
        return done

    def test_all_five_types(self):
        self.program = terraform.init(self, CONFIG.read_text())
        server = self.serve("sandbox", "--seed", "1")
        self.url = server.url
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
        self.program = terraform.init(self, (CONFIG.parent / "cached.tf").read_text())
        server = self.serve("sandbox", "--seed", "1")
        self.url = server.url
        for second in (False, True, False):
            self.ok("apply", "-auto-approve", second=second)
            unchanged = self.terraform("plan", "-detailed-exitcode", second=second)
            self.assertEqual(unchanged.code, 0, "a plan right after apply shows changes:\n%s" % unchanged)
        self.assertIn("Resources: 4 destroyed.", self.ok("destroy", "-auto-approve").stdout)


if __name__ == "__main__":
    support.main()
