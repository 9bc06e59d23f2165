"""Words that are nearly right: what was meant is named; paths are names; what goes nowhere needs no account."""

import json

import support

CHECKED = ("--rest-api-id", "a1b2c3d4e5", "--resource-id", "x7y8z9", "--http-method", "GET")


class Words(support.TestCase):
    def test_what_was_probably_meant_is_named(self):
        rows = [
            (("reply",), 2, "no command 'reply'; did you mean 'replay'?"),
            (("help", "recrod"), 2, "no command 'recrod'; did you mean 'record'?"),
            (("zzzzzz",), 2, "no command 'zzzzzz' (see 'gwtape help')"),
            (("explain", "a.http"), 2, "no command 'explain'; did you mean 'inspect'?"),
            (("validate",), 2, "no command 'validate'; did you mean 'lint'?"),
            (("--scenario", "types/http", "replay"), 2, "the command comes first, then its options, as '--scenario' (see"),
            (("--level=wire", "replay"), 2, "the command comes first, then its options, as '--level' (see"),
            (("replay", "--casettes", "x"), 2, "unknown option '--casettes'; did you mean '--cassettes'?"),
            (("verify", "--levle=wire"), 2, "unknown option '--levle'; did you mean '--level'?"),
            (("lint", "--frobnicate"), 2, "unknown option '--frobnicate' (see 'gwtape help lint')"),
            (("show", "types/htpt", "--scenarios", support.SCENARIOS), 5, "did you mean 'types/http'?"),
            (("record", "tpyes", "--scenarios", support.SCENARIOS), 5, "did you mean 'types'?"),
            (("record", "quite-another", "--scenarios", support.SCENARIOS), 5, "is called 'quite-another'\n"),
            (("replay", "--cassettes", support.SOURCE / "cassettes", "--scenario", "types/mok", "--", "true"), 5,
             "did you mean 'types/mock'?"),
        ]
        for words, code, message in rows:
            with self.subTest(words):
                done = self.gwtape(*words)
                self.assertExit(done, code)
                self.assertIn(message, done.stderr)

    def test_paths_are_taken_where_names_are(self):
        scenarios = self.scratch / "scenarios" / "types"
        scenarios.mkdir(parents=True)
        for name in ("http", "mock"):
            support.shutil.copy(support.SCENARIOS / "types" / (name + ".yaml"), scenarios)
        self.assertExit(self.gwtape("record", "scenarios/types/http.yaml", "./scenarios/types/mock.yaml"), 0)
        for word in ("types/http", "scenarios/types/http.yaml", "cassettes/types/http.json"):
            done = self.gwtape("ls", word)
            self.assertExit(done, 0)
            self.assertRegex(done.stdout, r"\Atypes/http .*\n\Z")
        self.assertEqual(self.gwtape("ls", "scenarios/types/").stdout, self.gwtape("ls", "types").stdout)
        self.assertExit(self.gwtape("replay", "--scenario", "cassettes/types/http.json", "--", "true"), 5)
        # However it is spelled, from anywhere, and for a command that reads no scenarios.
        self.record("cassettes", "types/aws")
        for word in ("scenarios/types/mock.yaml", "./cassettes/types/mock.json", "types/mock.json", "types/mock.yaml",
                     self.scratch / "scenarios/types/mock.yaml", self.scratch / "cassettes/types/mock.json",
                     "cassettes/../cassettes//types/mock.json"):
            done = self.gwtape("replay", "--scenario", word, "--", "true")
            self.assertExit(done, 5)
            self.assertIn("types/mock: put, get", done.stderr)
            self.assertNotIn("types/aws", done.stderr)
        outside = self.gwtape("ls", "../scenarios/types/http.yaml", "--scenarios", "../scenarios", cwd=self.scratch / "cassettes")
        self.assertRegex(outside.stdout, r"\Atypes/http .*\n\Z")
        self.assertIn('"put"', self.gwtape("export", "vectors", "scenarios/types/http.yaml").stdout)
        self.assertExit(self.gwtape("drift", "scenarios/types/http.yaml"), 0)
        # A path that is not there stays what was said.
        self.assertIn("scenarios/types/none.yaml", self.gwtape("ls", "scenarios/types/none.yaml").stderr)

    def test_config_shows_defaults_to_people(self):
        shown = self.gwtape("config").stdout
        self.assertRegex(shown, r"(?m)^replay +level +contract +default$")
        self.assertRegex(shown, r"(?m)^replay +strict +off +default$")
        self.assertEqual(self.gwtape("config", "--json").stdout.strip(), "[]")
        shown = self.gwtape("config", env={"GWTAPE_LEVEL": "wire"}).stdout
        self.assertRegex(shown, r"(?m)^replay +level +wire +environment$")
        # One command's; and what its help says last in parentheses is a default, or it is not there.
        shown = self.gwtape("config", "record").stdout
        self.assertEqual({line.split()[0] for line in shown.splitlines()}, {"record", "#"})
        self.assertRegex(shown, r"(?m)^record +jobs +1; 16 with --proxy +default$")
        self.assertRegex(shown, r"(?m)^record +mode +new +default$")
        every = [line.split() for line in self.gwtape("config").stdout.splitlines()[:-1]]
        self.assertEqual([row for row in every if row[1] in ("fault", "model", "when", "against", "region")], [])
        done = self.gwtape("config", "recrod")
        self.assertExit(done, 2)
        self.assertIn("did you mean 'record'?", done.stderr)

    def test_config_leads_on_from_a_member_that_is_no_option(self):
        for member, said in (({"casettes": "c"}, "did you mean 'cassettes'?"), ({"replay": {"strict": True}}, "without its name"),
                             ({"zzzzzzzzzz": 1}, "(see 'gwtape help COMMAND')")):
            (self.scratch / "gwtape.json").write_text(json.dumps(member))
            done = self.gwtape("config")
            self.assertExit(done, 3)
            self.assertIn("gwtape.json:1:2: ", done.stderr)
            self.assertIn(said, done.stderr)

    def test_what_goes_nowhere_needs_no_region_and_no_credentials(self):
        if self.gwtape("help", "aws").code:
            support.skip("built without the AWS command line")
        env = {"AWS_EC2_METADATA_DISABLED": "true"}
        done = self.gwtape("aws", "apigateway", "get-integration", *CHECKED, "--print-request", env=env)
        self.assertExit(done, 0)
        self.assertIn("Credential=AKIDEXAMPLE/", done.stdout)
        self.assertIn("Host: apigateway.us-east-1.amazonaws.com", done.stdout)
        self.record("cassettes", "types/mock")
        done = self.gwtape("put-integration", *CHECKED, "--type", "MOCK", "--check", env=env)
        self.assertExit(done, 0)
        done = self.gwtape("put-integration", *CHECKED, "--type", "MOCK", "--timeout-in-millis", "29", "--check", env=env)
        self.assertExit(done, 1)
        self.assertExit(self.gwtape("aws", "apigateway", "get-integration", *CHECKED, env=env), 253)
        for name in ("a", "b"):
            (self.scratch / name).write_bytes(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        self.assertExit(self.gwtape("compare", "a", "b"), 0)

    def test_the_first_mistakes_of_a_newcomer_are_told_what_to_do(self):
        empty = self.scratch / "empty"
        empty.mkdir()
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_EC2_METADATA_DISABLED": "true"}
        for args, code, said in ((("record", "types/mock", "--scenarios", "none"), 3, "--scenarios shipped"),
                                 (("replay", "--", "true"), 3, "record some cassettes first"),
                                 (("history", "types/mock"), 3, "record there first"),
                                 (("record", "types/mock", "--upstream", "http://gwtape.invalid", "--no-commit"), 4,
                                  "is the region in it right?")):
            with self.subTest(args):
                done = self.gwtape(*args, cwd=empty, env=keys)
                self.assertIn(said, done.stderr)
                self.assertExit(done, code)


if __name__ == "__main__":
    support.main()
