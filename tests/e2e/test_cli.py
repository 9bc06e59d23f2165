"""The command line itself: version, help, refusals."""

import json

import support


class Basics(support.TestCase):
    def test_version_names_the_program_and_a_version(self):
        done = self.gwtape("--version")
        self.assertExit(done, 0)
        self.assertRegex(done.stdout, r"\Agwtape \d+\.\d+\.\d+\n\Z")
        self.assertEqual(done.stderr, "")


class Config(support.TestCase):
    def config(self, cwd=None, code=0, env=None, **members):
        (self.scratch / "gwtape.json").write_text(json.dumps(members))
        done = self.gwtape("config", "--json", cwd=cwd, env=env)
        self.assertExit(done, code)
        return {o["option"]: o["value"] for o in json.loads(done.stdout) if o["command"] == "replay"} if not code \
            else done.stderr

    def test_paths_are_relative_to_the_file_they_stand_in(self):
        below = self.scratch / "a" / "b"
        below.mkdir(parents=True)
        members = {"cassettes": "tapes@HEAD", "report": ["json:out/r.json", "text:-", "tap:/r.tap"], "cache": "off"}
        self.assertEqual(self.config(**members)["cassettes"], "tapes@HEAD")
        found = self.config(cwd=below, **members)
        self.assertEqual(found["cassettes"], "%s/tapes@HEAD" % self.scratch)
        self.assertEqual(found["report"], "json:%s/out/r.json, text:-, tap:/r.tap" % self.scratch)
        self.assertEqual(found["cache"], "off")

    def test_a_bad_value_in_the_file_is_malformed_input(self):
        self.assertIn("gwtape.json:1:11: 'level' must be one of wire|", self.config(level="exact", code=3))
        self.assertIn("gwtape.json:1:2: no command has an option of this name", self.config(levle="wire", code=3))
        self.assertIn("must be a whole number", self.config(threads=1.5, code=3))
        (self.scratch / "gwtape.json").write_text('{"level": "wire", "level": "effect"}')
        done = self.gwtape("config")
        self.assertExit(done, 3)
        self.assertRegex(done.stderr, r"gwtape\.json:1:\d+: a member of this name is there already")

    def test_a_flag_in_the_environment_is_true_or_false(self):
        for word, value in (("true", "true"), ("1", "true"), ("false", None), ("0", None), ("", None)):
            self.assertEqual(self.config(env={"GWTAPE_ANY_REGION": word}).get("any-region"), value, word)
        self.assertIn("must be true or false, not 'no'", self.config(code=2, env={"GWTAPE_ANY_REGION": "no"}))


class Revisions(support.TestCase):
    def test_a_folder_may_have_an_at_sign_and_a_revision_too(self):
        cassettes = self.scratch / "tapes@home"
        self.record(cassettes, "types/mock")
        (cassettes / "types" / "mock.json").write_text("{")
        for revision, code in (("", 3), ("@HEAD", 5), ("@HEAD@{0}", 5), ("@nowhere", 3)):
            done = self.gwtape("replay", "--no-guard", "--cassettes", "%s%s" % (cassettes, revision), "--", "true")
            self.assertExit(done, code)


if __name__ == "__main__":
    support.main()
