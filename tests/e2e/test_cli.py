"""The command line itself: version, help, refusals."""

import support


class Basics(support.TestCase):
    def test_version_names_the_program_and_a_version(self):
        done = self.gwtape("--version")
        self.assertExit(done, 0)
        self.assertRegex(done.stdout, r"\Agwtape \d+\.\d+\.\d+\n\Z")
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    support.main()
