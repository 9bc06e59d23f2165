"""What docs/ci.md says of reports in CI: paths, names, and the command that records again."""

import re
import shlex
import xml.etree.ElementTree as xml

import support

CLIENT = support.SOURCE / "docs" / "examples" / "signed_client.py"


class Ci(support.TestCase):
    def setUp(self):
        super().setUp()
        self.project = self.scratch / "project"
        (self.project / "tests" / "api").mkdir(parents=True)
        self.git("init", "-q", cwd=self.project)

    def test_annotations_are_from_the_root_of_the_repository(self):
        api = self.project / "tests" / "api"
        self.record(api / "cassettes", "types", "--no-commit")
        for cwd, cassettes in ((api, "cassettes"), (self.project, "tests/api/cassettes"), (api, api / "cassettes"),
                               (self.project / "tests", "../tests/api/cassettes")):
            done = self.gwtape("replay", "--cassettes", cassettes, "--report", "github:-", "--", "python3", CLIENT,
                               "--seconds", cwd=cwd)
            self.assertExit(done, 1)
            self.assertRegex(done.stdout, r"(?m)^::error file=tests/api/cassettes/types/http\.json,line=\d+,")

    def test_a_run_of_sessions_has_unique_names_and_the_whole_summary(self):
        self.record("c", "types")
        server = self.serve("replay", "--cassettes", "c", "--session-by", "access-key", "--report", "junit:j.xml",
                            "--report", "markdown:m.md")
        for key in ("AKIDONE", "AKIDTWO"):
            for _ in range(2):
                env = {**self.env, "GWTAPE_ENDPOINT": server.url, "AWS_ACCESS_KEY_ID": key,
                       "AWS_SECRET_ACCESS_KEY": support.SECRET_KEY}
                self.assertExit(support.run(["python3", CLIENT], env), 0)
        self.assertExit(server.stop(), 0)
        cases = [c for c in xml.parse(self.scratch / "j.xml").iter("testcase") if c.get("classname") != "unused"]
        names = [c.get("name") for c in cases]
        self.assertEqual(len(names), 8)
        self.assertEqual(len(set(names)), 8, names)
        self.assertIn("PutIntegration types/http#put [AKIDONE] (2)", names)
        self.assertEqual({p.get("value") for c in cases for p in c.iter("property") if p.get("name") == "session"},
                         {"AKIDONE", "AKIDTWO"})
        for case in cases:
            times = [p.get("value") for p in case.iter("property") if p.get("name") == "time"]
            self.assertRegex(times[0], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        self.assertTrue((self.scratch / "m.md").read_text().startswith("### gwtape: ok\n\n8 requests, 8 matched"))

    def test_a_breach_of_a_proxy_recording_ends_with_the_command_that_records_it_again(self):
        client = ["python3", str(CLIENT)]
        for folder in ("cassettes", "other folder"):
            words = ["record", "--proxy", "--name", "shop/deploy", "--cassettes", folder, "--scenarios", "s", "--upstream",
                     "sandbox", "--keep-partial"]
            # The upstream has no such API: what is recorded is the refusal, which will do.
            made = self.gwtape(*words, "--", *client)
            self.assertTrue((self.scratch / folder / "shop" / "deploy.json").exists(), made)
            done = self.gwtape("replay", "--cassettes", folder, "--", *client, "--seconds")
            self.assertExit(done, 1)
            again = re.search(r"^if this is what the client is to send: (gwtape record .*) -- CMD$", done.stderr, re.M)
            self.assertTrue(again, done)
            self.assertEqual(shlex.split(again.group(1))[1:5], ["record", "--proxy", "--name", "shop/deploy"])
            self.assertEqual("--cassettes" in shlex.split(again.group(1)), folder != "cassettes")
            run = self.gwtape(*shlex.split(again.group(1))[1:], "--keep-partial", "--scenarios", "s", "--", *client, "--seconds")
            self.assertIn(run.code, (0, 1), run)
            self.assertNotEqual(self.gwtape("replay", "--cassettes", folder, "--", *client, "--seconds").code, 5)
        self.record("c", "types")
        done = self.gwtape("replay", "--cassettes", "c", "--", *client, "--seconds")
        self.assertNotIn("record --proxy", done.stderr)


if __name__ == "__main__":
    support.main()
